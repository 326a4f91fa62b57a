"""What is printed where: the one shape in which every form of document reaches the rest.

A form module (``parsers/forms``) turns bytes into grids; nothing in here or there knows a word of Chinese.

Places and cells are named tuples: values that cost a fifth of a frozen dataclass to make; a report has a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

PICTURE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""What stands for a picture that is all that a cell or a page holds: it is not blank, and what it says is not known."""


class Place(NamedTuple):
    """Where a piece of print stands in its document; indices start at 0, pages at 1.

    ``table`` is the grid's index in reading order (prose is a grid too); ``start`` and ``end`` are a character span
    inside that cell's text, set for figures that stand in running prose.
    """

    table: int
    row: int
    column: int = 0
    page: int | None = None
    start: int | None = None
    end: int | None = None


class Cell(NamedTuple):
    """One printed cell: its text as printed and the grid position of its upper left corner. One that spans nothing is
    not printed (``not_printed``)."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    page: int | None = None


# A place or a cell from a tuple of all its fields; the class itself is a function of Python, which costs twice as much.
make_place: Callable[[Iterable[object]], Place] = partial(tuple.__new__, Place)
make_cell: Callable[[Iterable[object]], Cell] = partial(tuple.__new__, Cell)


def not_printed(row: int, column: int) -> Cell:
    """What stands behind the last cell of a row that is too short, where cells are placed by those before them: one of
    these may be missing anywhere in the row, so that all that follow it stand too far to the left."""
    return Cell("", row, column, 0, 0)


@dataclass(frozen=True, slots=True)
class Grid:
    """One table, or the prose between two tables.

    * ``kind == "table"``: the rows are printed rows. A cell that spans is repeated: the same ``Cell`` object stands in
      every position that it covers, so that every row is as wide as the widest. Only a text copy, which does not say
      what spans, has rows of different length.
    * ``kind == "text"``: a single column of lines or paragraphs, in which a table may hide whose cells were printed
      one after the other; only the catalogue can tell.
    """

    kind: Literal["table", "text"]
    index: int
    rows: tuple[tuple[Cell, ...], ...]

    def place(self, cell: Cell, start: int | None = None, end: int | None = None) -> Place:
        """The place of a cell of this grid, or of the characters ``start:end`` of its text."""
        return Place(self.index, cell.row, cell.column, cell.page, start, end)


def distinct(row: Sequence[Cell]) -> list[Cell]:
    """The cells of a row, each once, though a spanning cell stands in several positions; by identity, not by value."""
    return list({id(cell): cell for cell in row}.values())
