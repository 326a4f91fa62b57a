"""Every printed line of a document in the even spelling in which heads are searched.

Spelling is evened out for many lines at once: to do it line by line costs several times as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, pairwise

from parsers.grid import Cell, Grid, Place
from parsers.labels import nfkc
from parsers.prose.text import simplify

MAX_LINES = 4000
MAX_LINE = 40_000
MAX_CHARACTERS = 300_000
# Cells that are evened out together; few enough that a document beyond the bounds costs little more than they allow.
_BATCH = 256


def plain(text: str) -> str:
    """NFKC, simplified, without white space or invisible characters; line ends stay."""
    text = nfkc(text).replace(" ", "")
    if not text.replace("\n", "").isprintable():  # all other white space is not printable
        text = "".join([sign for sign in text if sign == "\n" or sign.isprintable()])
    return simplify(text)


class Lines:
    """Every printed line once, but blank ones; the first of them where there are very many.

    ``texts[n]`` is printed in the cell ``cells[n]`` of ``grids[n]``; ``prose`` are the texts outside the tables.
    """

    def __init__(self, grids: Sequence[Grid]) -> None:
        self.texts: list[str] = []
        self.cells: list[Cell] = []
        self.grids: list[Grid] = []
        self.prose: list[str] = []
        self._characters = 0
        for grid in grids:
            cells = _printed(grid)
            for at in range(0, len(cells), _BATCH):
                batch = cells[at:at + _BATCH]
                if not self._take(batch, grid, all_or_none=True):
                    for cell in batch:
                        if len(self.texts) >= MAX_LINES or self._characters >= MAX_CHARACTERS:
                            return
                        self._take([cell], grid)

    def place(self, number: int) -> Place:
        """Where a line stands."""
        return self.grids[number].place(self.cells[number])

    def _take(self, cells: Sequence[Cell], grid: Grid, all_or_none: bool = False) -> bool:
        """Add the lines of some cells; where a bound is reached with them and that is not allowed, none of them."""
        printed = [cell[0] if len(cell[0]) <= MAX_LINE else _shortened(cell[0]) for cell in cells]
        whole = "\n".join(printed)
        if whole.count("\n") >= len(cells):
            cells = [cell for cell, text in zip(cells, printed, strict=True) for _ in range(text.count("\n") + 1)]
        lines = plain(whole).split("\n")
        texts = list(filter(None, lines))
        characters = self._characters + sum(map(len, texts))
        if all_or_none and (len(self.texts) + len(texts) >= MAX_LINES or characters >= MAX_CHARACTERS):
            return False
        self._characters = characters
        self.texts += texts
        self.cells += compress(cells, lines)
        self.grids += [grid] * len(texts)
        if grid.kind == "text":
            self.prose += texts
        return True


def _printed(grid: Grid) -> list[Cell]:
    """The cells of a grid row by row, those that span columns once."""
    if grid.kind == "text":
        return [cell for (cell,) in grid.rows]
    return [cell for row in grid.rows for before, cell in pairwise((None, *row)) if cell is not before]


def _shortened(text: str) -> str:
    return "\n".join([part[:MAX_LINE] for part in text[:2 * MAX_LINE].split("\n")])
