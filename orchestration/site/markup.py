"""Text as it stands, in pages of Markdown: tables and paragraphs of HTML in which nothing is markup but our own.

Markdown leaves a block of HTML alone, so a value in one is neither HTML (escaped) nor Markdown (not looked at).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!>])")
"""What Markdown takes for a mark, and takes for itself after a backslash."""
MAX_TEXT = 400


class Html(str):
    """Markup that we made; everything else that is shown is text."""


def text(value: Any) -> Html:
    """A value as text: escaped, on one line, cut where it is very long; nothing for None."""
    if isinstance(value, Html):
        return value
    if value is None:
        return Html("")
    if isinstance(value, bool):
        return Html("是 yes" if value else "否 no")
    if hasattr(value, "normalize"):
        value = f"{value:,.6f}".rstrip("0").rstrip(".")
    elif isinstance(value, int):
        value = f"{value:,}"
    elif isinstance(value, float):
        value = f"{value:,.4g}"
    line = UNPRINTABLE.sub("\ufffd", " ".join(str(value).split()))
    return Html(html.escape(line if len(line) <= MAX_TEXT else line[:MAX_TEXT] + "…"))


def code(value: Any) -> Html:
    """A name of ours or a printed text, in the type of code."""
    return Html(f"<code>{text(value)}</code>") if value not in (None, "") else Html("")


def link(label: Any, target: str) -> Html:
    """A link; ``target`` is an address of ours."""
    return Html(f'<a href="{html.escape(target)}">{text(label)}</a>')


def listed(values: Iterable[Any], between: str = "、") -> Html:
    """Several values in one cell."""
    return Html(between.join(text(value) for value in values))


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], empty: str = "无 none") -> str:
    """A table as one block of HTML; numbers stand right."""
    body = []
    for row in rows:
        cells = (f'<td class="{"number" if _is_number(value) else "text"}">{text(value)}</td>' for value in row)
        body.append(f"<tr>{''.join(cells)}</tr>")
    if not body:
        return f"\n<p>{text(empty)}</p>\n"
    head = "".join(f"<th>{text(name)}</th>" for name in heads)
    inner = "".join(body)
    return f'\n<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{inner}</tbody></table></div>\n'


def paragraph(value: Any, kind: str = "") -> str:
    """A paragraph of text; ``kind`` is a class of our stylesheet."""
    named = f' class="{kind}"' if kind else ""
    return f"\n<p{named}>{text(value)}</p>\n"


def heading(level: int, title: Any, anchor: str) -> str:
    """A heading that the page's table of contents lists, with an anchor of ours."""
    plain = MARKS.sub(r"\\\1", str(title)).replace("&", "&amp;").replace("<", "&lt;")
    return f"\n{'#' * level} {' '.join(plain.split())} {{ #{anchor} }}\n"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) or hasattr(value, "normalize")
