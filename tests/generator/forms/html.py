"""A page of a government content system: inline styles, paragraphs in cells, spans inside words."""

from __future__ import annotations

import html
from random import Random

from tests.generator.document import Box, Document, Table
from tests.generator.forms.pieces import lines, spans

_STYLE = ' style="font-family: 仿宋; font-size: 16px; text-indent: 2em;"'
_BLANKS = ("&nbsp;", "<p><span><o:p> </o:p></span></p>", "", "<p>&nbsp;</p>")


def render(document: Document, mess: frozenset[str], rng: Random, charset: str = "utf-8") -> str:
    """The document as a page; ``charset`` is what the page declares."""
    parts = [f'<!DOCTYPE html>\n<html><head><meta charset="{charset}"><title>{html.escape(str(document.blocks[0]))}'
             "</title><script>var menu = {};</script></head><body>\n"
             '<div class="nav"><ul><li>首页</li><li>政务公开</li></ul></div>\n<div id="zoom" class="article">']
    for block in document.blocks:
        parts.append(_table(block, mess, rng) if isinstance(block, Table)
                     else f"<p{_STYLE}>{_runs(block, mess, rng)}</p>")
    return "\n".join([*parts, '</div>\n<div class="footer">网站标识码</div></body></html>\n'])


def _table(table: Table, mess: frozenset[str], rng: Random) -> str:
    rows = "\n".join(f"<tr>{''.join(_cell(box, mess, rng) for box in row)}</tr>" for row in table.rows)
    return f'<table align="center" border="1" cellspacing="1"><tbody>\n{rows}\n</tbody></table>'


def _cell(box: Box, mess: frozenset[str], rng: Random) -> str:
    down = f' rowspan="{box.rowspan}"' if box.rowspan > 1 else ""
    right = f' colspan="{box.colspan}"' if box.colspan > 1 else ""
    return f'<td{down}{right} style="width:{rng.randint(38, 240)}px;">{_inside(box, mess, rng)}</td>'


def _inside(box: Box, mess: frozenset[str], rng: Random) -> str:
    if not box.text:
        return rng.choice(_BLANKS)
    printed = [_runs(line, mess, rng) for line in lines(box, mess, rng)]
    if rng.random() < 0.5:
        return "".join(f'<p align="center">{line}</p>' for line in printed)
    return f"<p{_STYLE}>{'<br />'.join(printed)}</p>"


def _runs(text: str, mess: frozenset[str], rng: Random) -> str:
    runs = [html.escape(run) for run in spans(text, mess, rng)]
    if len(runs) == 1:
        return runs[0]
    return f"<span{_STYLE}>{runs[0]}" + "".join(f"<span lang=\"EN-US\">{run}</span>" for run in runs[1:]) + "</span>"
