"""Tables that page breaks cut, made whole again.

A piece continues the piece before it when nothing but page furniture stands between them, its page follows, and the
outer edges agree. Whether the first row of a piece is a row of its own or the rest of a cut one, and whether an empty
group label belongs to the label on the page before, is read from the rules along the cut: where both sides lack a
rule the cell goes on. Where no rule is drawn along the cut at all, the figures decide: two figures in one column are
two rows. Where rules are drawn on both sides, a row was cut only if its label breaks off at the end of a full line and
each of its other cells is printed on one side at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.forms.layout import table_grid
from parsers.forms.limits import Budget
from parsers.forms.pdf_lattice import SNAP, Field, Lattice
from parsers.forms.pdf_page import Char
from parsers.forms.pdf_text import Line
from parsers.grid import Cell, Grid

_SAME_EDGE = SNAP + 2
_FULL_LINE = 1.6


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a table on one page: its lattice, text and characters of each field; of a frame its lines too."""

    page: int
    lattice: Lattice
    texts: tuple[str, ...]
    chars: Sequence[Sequence[Char]]
    lines: tuple[Line, ...]

    @property
    def is_frame(self) -> bool:
        """Whether this is one column: a frame around text rather than a table, unless it continues one."""
        return len(self.lattice.xs) == 2


@dataclass(slots=True)
class _Draft:
    """A cell while the next page may still extend it."""

    text: str
    row: int
    column: int
    rowspan: int
    colspan: int
    page: int
    field: Field
    chars: Sequence[Char]
    ruled_top: bool
    ruled_bottom: bool

    @property
    def is_full(self) -> bool:
        """Whether the lowest line of the cell's last piece runs to the cell's right edge."""
        if not self.chars:
            return False
        lowest = max(self.chars)
        end = max(char[2] for char in self.chars if lowest[0] - char[0] < lowest[3] / 2)
        return self.field.x1 - end < _FULL_LINE * lowest[3]

    @property
    def is_figure(self) -> bool:
        return bool(self.text) and not any(char.isalpha() for char in self.text)


def continues(before: Piece, piece: Piece) -> bool:
    """Whether a piece, next in reading order, has the edges of the piece on the page before."""
    first, second = before.lattice.xs, piece.lattice.xs
    if piece.page != before.page + 1 or any(abs(first[end] - second[end]) > _SAME_EDGE for end in (0, -1)):
        return False
    inner = first[1:-1], second[1:-1]
    return not all(inner) or any(abs(x - y) <= _SAME_EDGE for x in inner[0] for y in inner[1])


def whole_table(pieces: Sequence[Piece], index: int, budget: Budget) -> Grid:
    """One grid from the pieces of one table; repeated header rows count once, every cell keeps its first page."""
    edges = _common_edges(pieces)
    whole: list[_Draft] = []
    height = 0
    for piece in pieces:
        drafts = _drafts(piece, edges)
        if not whole:
            whole, height = drafts, len(piece.lattice.ys) - 1
            header = _rows(drafts) if len(pieces) > 1 else []
            continue
        repeated = _repeated_rows(header, drafts)
        rest = [draft for draft in drafts if draft.row >= repeated]
        for draft in rest:
            draft.row -= repeated
        height += len(piece.lattice.ys) - 1 - repeated - _append(whole, rest, height)
    return table_grid([Cell(d.text, d.row, d.column, d.rowspan, d.colspan, d.page) for d in whole], index, budget)


def _common_edges(pieces: Sequence[Piece]) -> list[float]:
    edges: list[float] = []
    for x in sorted(x for piece in pieces for x in piece.lattice.xs):
        if not edges or x - edges[-1] > _SAME_EDGE:
            edges.append(x)
    return edges


def _drafts(piece: Piece, edges: list[float]) -> list[_Draft]:
    def edge(x: float) -> int:
        return min(range(len(edges)), key=lambda number: abs(edges[number] - x))

    at = {x: edge(x) for x in piece.lattice.xs}
    return [
        _Draft(text, field.row, at[field.x0], field.rowspan, max(1, at[field.x1] - at[field.x0]), piece.page,
               field, chars, field.ruled_top, field.ruled_bottom)
        for field, text, chars in zip(piece.lattice.fields, piece.texts, piece.chars, strict=False)
    ]


def _rows(drafts: list[_Draft]) -> list[list[tuple[int, int, str]]]:
    """What stands in each row of a piece: (column, columns, text) of the cells that begin there."""
    rows: dict[int, list[tuple[int, int, str]]] = {}
    for draft in drafts:
        rows.setdefault(draft.row, []).append((draft.column, draft.colspan, draft.text))
    return [rows[row] for row in sorted(rows)]


def _repeated_rows(header: list[list[tuple[int, int, str]]], drafts: list[_Draft]) -> int:
    """How many first rows of a later piece say again what the first rows of the table say."""
    rows = _rows(drafts)
    repeated = 0
    while repeated < min(len(rows), len(header)) and rows[repeated] == header[repeated]:
        repeated += 1
    is_header = any(char.isalpha() for row in rows[:1] for _, _, text in row for char in text)
    return repeated if is_header and repeated < len(rows) else 0


def _append(whole: list[_Draft], rest: list[_Draft], height: int) -> int:
    """Append a piece below ``height`` rows; 1 when its first row is the rest of the last one, else 0."""
    above = {(d.column, d.colspan): d for d in whole if d.row + d.rowspan == height}
    first = [draft for draft in rest if draft.row == 0]
    pairs = [(above[d.column, d.colspan], d) for d in first if (d.column, d.colspan) in above]
    drawn = any(upper.ruled_bottom or lower.ruled_top for upper, lower in pairs)
    fresh = any(upper.is_figure and lower.is_figure for upper, lower in pairs)
    cut = len(pairs) == len(first) and _is_cut_row(pairs)
    joined = {id(lower): upper for upper, lower in pairs if cut or _is_one(upper, lower, drawn, fresh)}
    short = [draft for draft in first if draft.rowspan == 1]
    overlap = int(bool(short) and all(id(draft) in joined for draft in short))
    for draft in rest:
        upper = joined.get(id(draft))
        if upper is None:
            draft.row += height - overlap
            whole.append(draft)
        else:
            upper.text = "\n".join(text for text in (upper.text, draft.text) if text)
            upper.rowspan += draft.rowspan - overlap
            upper.field, upper.chars, upper.ruled_bottom = draft.field, draft.chars, draft.ruled_bottom
    return overlap


def _is_cut_row(pairs: list[tuple[_Draft, _Draft]]) -> bool:
    """Whether what stands above and below a page break reads as one row although rules close both sides."""
    both = [(upper, lower) for upper, lower in pairs if upper.text and lower.text]
    is_label_cut = any(upper.is_full for upper, _ in both) and not any(
        cell.is_figure for pair in both for cell in pair)
    return is_label_cut and any(cell.is_figure for pair in pairs for cell in pair)


def _is_one(upper: _Draft, lower: _Draft, drawn: bool, fresh: bool) -> bool:
    """Whether two cells on either side of a page break are one cell."""
    is_group = upper.rowspan > 1 or lower.rowspan > 1
    is_rest = not lower.text and bool(upper.text) and not upper.is_figure
    if upper.ruled_bottom or lower.ruled_top:
        return is_group and is_rest
    if upper.is_figure and lower.is_figure:
        return False
    return drawn or not fresh or is_group or is_rest
