"""Text copies: a Word export with tabs, pipe rows, one cell a line, one row a line."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.generator.document import Document, Table
from tests.generator.forms.pieces import lines

INDENT = "\u3000"


def render(document: Document, layout: str, mess: frozenset[str], rng: Random) -> str:
    """The document as text; ``layout`` is tabs, pipes, lines or spaces."""
    writer = {"tabs": _tabs, "pipes": _pipes, "lines": _lines, "spaces": _spaces}[layout]
    printed: list[str] = []
    for block in document.blocks:
        if isinstance(block, str):
            printed += [block, ""]
        else:
            printed += [*_furnished(list(writer(block, mess, rng)), mess, rng), ""]
    return "\n".join(printed) + "\n"


def _furnished(rows: list[list[str]], mess: frozenset[str], rng: Random) -> Iterator[str]:
    """The lines of all rows, with page numbers between some of the rows."""
    for index, row in enumerate(rows):
        if "furniture" in mess and index and (rng.random() < 0.06 or index == len(rows) // 2):
            yield from rng.choice(([f"- {rng.randint(2, 30)} -"], ["PAGE  ", f"- {rng.randint(2, 30)} -"],
                                   [f"第{rng.randint(2, 30)}页"]))
        yield from row


def _tabs(table: Table, mess: frozenset[str], rng: Random) -> Iterator[list[str]]:
    """Each cell on a line of its own after a tab; a split label goes on without one; a blank line ends a row."""
    for row in table.rows:
        printed: list[str] = []
        for box in row:
            first, *rest = lines(box, mess, rng)
            indent = INDENT * (2 + len(box.text) % 5) if box.kind == "label" else ""
            printed += [f"\t{indent}{first}", *(INDENT * 4 + line for line in rest)]
        yield [*printed, ""]


def _pipes(table: Table, mess: frozenset[str], rng: Random) -> Iterator[list[str]]:
    """One row a line with a trailing pipe; positions covered by a span are empty cells."""
    for row in table.placed():
        cells = []
        for _, box, first in row:
            text = " ".join(lines(box, mess, rng)) if first else ""
            cells.append((f"{text} | " if text else "| ") + "|" * (box.colspan - 1))
        yield ["".join(cells).rstrip()]


def _lines(table: Table, mess: frozenset[str], rng: Random) -> Iterator[list[str]]:
    """One cell a line, cells without print left out; blank lines between the cells, or none."""
    gap = rng.random() < 0.5
    for row in table.rows:
        printed: list[str] = []
        for box in row:
            if box.text:
                printed += lines(box, mess, rng) + ([""] if gap else [])
        yield printed


def _spaces(table: Table, mess: frozenset[str], rng: Random) -> Iterator[list[str]]:
    """One row a line, cells without print left out; a split label's figures stand on its second line."""
    for row in table.rows:
        cells = ["\n".join(lines(box, mess, rng)) for box in row if box.text]
        yield " ".join(cells).split("\n")
