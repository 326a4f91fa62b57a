"""What is left of a document's tables without their figures, by which one layout is told from another.

Two documents with the same layout are understood alike by the walks, cell for cell. So it holds every text of the
tables but figures; their spans; and of the text beside the tables the lines that
may be taken for a label. ``None`` where a label may go on from a line to the next: that is too seldom to reason about.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import chain

from parsers.catalogue.model import Catalogue, Table
from parsers.grid import Cell, Grid
from parsers.labels import bare, normalise
from parsers.numbers import parse_cell
from parsers.traditional import TO_SIMPLIFIED
from parsers.walks.tape import is_page_line, may_be_label, may_begin_label, may_begin_ordinal, may_go_on

MAX_TOKENS = 1 << 13
MAX_TOKEN_LENGTH = 64
# With these a text may begin whose normalised form begins otherwise.
_DROPPED_FIRST = frozenset("一二三四五六七八九十其")


class _Tokens(dict[str, str | tuple[str | None]]):
    """What a layout says of each text of a cell: the text itself, of a figure only its unit, of blanks nothing."""

    def __missing__(self, text: str) -> str | tuple[str | None]:
        token = (parse_cell(text).unit,) if is_figure(text) else text if text.strip() else ""
        if len(text) <= MAX_TOKEN_LENGTH:
            if len(self) >= MAX_TOKENS:
                self.clear()
            self[text] = token
        return token


class _Begins(dict[str, bool | None]):
    """Whether a text that begins with two characters may be a label; None where its normalised form must tell."""

    def __init__(self, begin: frozenset[str], single: frozenset[str]) -> None:
        super().__init__()
        self._begin, self._single = begin, single

    def __missing__(self, begin: str) -> bool | None:
        is_plain = len(begin) == 2 and _is_plain(begin)
        known = begin in self._begin or begin[0] in self._single if is_plain else None
        if len(self) >= MAX_TOKENS:
            self.clear()
        self[begin] = known
        return known


def is_figure(text: str) -> bool:
    """Whether a cell holds a figure and nothing else."""
    return parse_cell(text).value is not None


def with_other_figures(grids: Sequence[Grid]) -> list[Grid]:
    """The same layout with other figures in it."""
    return [grid if grid.kind == "text" else _with_other_figures(grid) for grid in grids]


def _with_other_figures(grid: Grid) -> Grid:
    cells = {id(cell): cell for row in grid.rows for cell in row}
    for number, (key, cell) in enumerate(cells.items()):
        if is_figure(cell.text):
            other = f"{1000 + number * number % 7919}{parse_cell(cell.text).unit or ''}"
            cells[key] = cell._replace(text=other)
    return Grid(grid.kind, grid.index, tuple(tuple(cells[id(cell)] for cell in row) for row in grid.rows))


class Layouts:
    """Tells the layouts of documents by one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._units = tuple(catalogue.units)
        tables = [table for template in catalogue.templates.values() for table in template.tables]
        self._lists = [table for table in tables if table.layout == "list"]
        keys = {key for table in tables for key in _keys(table)}
        keys.update(key for applicant in catalogue.applicants for key in applicant.keys)
        self._begin = frozenset(chain((key[:1] for key in keys), (key[:2] for key in keys)))
        self._single = frozenset(key for key in keys if len(key) == 1)
        self._begins = _Begins(self._begin, self._single)
        self._tokens = _Tokens()
        self._alike: dict[str, bool] = {}

    def of(self, grids: Sequence[Grid]) -> Hashable:
        """The layout of a document; None where it has none that is certain."""
        layout: list[Hashable] = []
        after = ""  # the last cell of the table before
        for number, grid in enumerate(grids):
            if grid.index != number:
                return None
            if grid.kind == "table":
                layout.append(self._table(grid))
                after = grid.rows[-1][-1].text
                continue
            if after and any(may_begin_label(after, table) for table in self._lists):
                return None
            lines = self._lines(grid, grids[number + 1:])
            if lines is None:
                return None
            layout.append(lines)
            after = ""
        return tuple(layout)

    def _table(self, grid: Grid) -> Hashable:
        cells: list[Cell] = list(chain.from_iterable(grid.rows))
        tokens = tuple(map(self._tokens.__getitem__, [cell[0] for cell in cells]))
        spans = tuple([(at, cell[1:5]) for at, cell in enumerate(cells) if cell[3] != 1 or cell[4] != 1])
        if not any(type(token) is tuple or self._may_begin(token) for token in tokens):
            return None  # a table of something else: nothing in it is a figure or a label
        return tokens, spans, tuple(map(len, grid.rows))

    def _lines(self, grid: Grid, later: Sequence[Grid]) -> Hashable:
        """The pieces of a text that may be labels; None where one of them may go on in the next."""
        begins, texts = self._begins, [row[0][0] for row in grid.rows]
        labels = {piece for piece in set(" ".join(texts).split()) if begins[piece[:2]] is not False
                  and self._may_begin(piece) and self._is_like_a_label(piece)}
        if not labels:
            return ()
        found: list[str] = []
        following = next((grid.rows[0][0].text for grid in later if grid.kind == "table"), "")
        for text in reversed(texts):  # from the end, so that what follows a piece is known without a search
            for piece in reversed(text.split() if not is_page_line(text) else ()):
                if piece in labels:
                    if any(may_go_on(piece, following, table) for table in self._lists):
                        return None
                    found.append(piece)
                following = piece
        return tuple(reversed(found))

    def _is_like_a_label(self, piece: str) -> bool:
        """Whether a piece of a text may be a label or begin one; menus say the same words over and over."""
        known = self._alike.get(piece)
        if known is None:
            known = may_begin_ordinal(piece) or any(may_be_label(piece, table, self._units) for table in self._lists)
            if len(self._alike) >= MAX_TOKENS:
                self._alike.clear()
            if len(piece) <= MAX_TOKEN_LENGTH:
                self._alike[piece] = known
        return known

    def _may_begin(self, text: str) -> bool:
        """Whether a text may begin as a label does, or with an ordinal: told by two characters, for most at once."""
        known = self._begins[text[:2]]
        return self._begins_as_label(text) if known is None else known

    def _begins_as_label(self, text: str) -> bool:
        forms = normalise(text), bare(text)
        return any(form[:2] in self._begin or form[:1] in self._single or form.isdecimal() or len(form) < 3
                   for form in forms if form)


def weight(layout: Hashable) -> int:
    """How many texts and characters a layout holds."""
    if isinstance(layout, str):
        return len(layout)
    return sum(map(weight, layout), len(layout)) if isinstance(layout, tuple) else 0


def _keys(table: Table) -> set[str]:
    """Every normalised text that the walks look for in the cells of a table."""
    return {
        *table.index, *table.value_heads, *table.other_heads, *table.signature,
        *(normalise(head) for row in table.rows for head in row.path),
        *(key for block in table.block_rows for key in (*block.keys, *block.block_keys)),
        *(key for block in table.block_rows for cell in block.cells for key in cell.keys),
    }  # fmt: skip


def _is_plain(begin: str) -> bool:
    """Whether normalising leaves the first characters of a text as they are."""
    return begin[0] not in _DROPPED_FIRST and all(
        "\u4e00" <= sign <= "\u9fff" and ord(sign) not in TO_SIMPLIFIED for sign in begin)
