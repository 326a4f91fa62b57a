"""A report before it takes a form: paragraphs and tables of boxes, and the rows of its answer key."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

State = Literal["number", "zero", "blank", "dash", "text", "damaged"]


@dataclass(frozen=True)
class Box:
    """One printed cell, at its upper left corner; what it covers by its spans is not repeated."""

    text: str = ""
    kind: Literal["head", "label", "unit", "figure"] = "head"
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True)
class Table:
    """Rows of boxes, as HTML has them: a row leaves out what a box above covers."""

    rows: tuple[tuple[Box, ...], ...]

    def placed(self) -> list[list[tuple[int, Box, bool]]]:
        """For every row, each box that stands in it once: (column, box, whether this is the box's first row)."""
        grid: list[list[tuple[int, Box, bool]]] = []
        taken: dict[tuple[int, int], Box] = {}
        for index, row in enumerate(self.rows):
            boxes, placed, column = iter(row), [], 0
            while True:
                box, first = taken.get((index, column)), False
                if box is None:
                    box, first = next(boxes, None), True
                if box is None:
                    break
                if first:
                    taken.update({(index + down, column): box for down in range(1, box.rowspan)})
                placed.append((column, box, first))
                column += box.colspan
            grid.append(placed)
        return grid


@dataclass(frozen=True)
class Document:
    """Paragraphs (text) and tables in reading order."""

    blocks: tuple[str | Table, ...]

    def map_text(self, change) -> Document:
        """The same document with every printed text changed, figures included."""
        return Document(tuple(
            change(block) if isinstance(block, str)
            else Table(tuple(tuple(replace(box, text=change(box.text)) for box in row) for row in block.rows))
            for block in self.blocks))


@dataclass(frozen=True)
class KeyRow:
    """One figure of the answer key; columns and words as in the key of the real reports.

    ``state`` is ``damaged`` where the label is past reading: the figure must be withheld; ``value`` is what was meant.
    """

    file: str
    template: str
    code: str
    applicant: str
    value: Decimal | None
    printed: str
    state: State
    origin: Literal["table", "prose"]


@dataclass(frozen=True)
class Generated:
    """One generated report: its bytes, its answer key, and what was planted in it."""

    name: str
    data: bytes
    key: tuple[KeyRow, ...]
    year: int
    place: str
    template: str
    form: str
    mess: frozenset[str]
    jurisdiction_code: str
    issuer: str
    faults: tuple[str, ...] = field(default=())
