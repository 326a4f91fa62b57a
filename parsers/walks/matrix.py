"""The walk over the request matrix (section 三 of the 2019 and 2021 forms): rows of outcomes, columns of applicants.

A matrix that a page break cut goes on in the next grid, with its heads repeated, other heads printed, or none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from parsers.catalogue.model import Catalogue, Indicator, Table
from parsers.grid import Cell, Grid, distinct
from parsers.numbers import COUNT_UNITS, parse_cell
from parsers.walks.blocks import head_key
from parsers.walks.figures import Findings
from parsers.walks.heads import applicant_columns, applicants_in_turn
from parsers.walks.nearest import nearest_labels
from parsers.walks.tape import Found, Piece, Tape, find_labels, rising_chain, uncertain

MIN_APPLICANTS = 4
_YEAR = re.compile(r"20[0-9]{2}(?=年)")
_EXAMPLE = re.compile("示例|样例|范例|样表|[（(]例[）)]")
MIN_MATRIX_ROWS = 5
MAX_HEADING = 3
MAX_TITLE = 20


@dataclass(frozen=True)
class Part:
    """One printed piece of the request matrix: the first row below its heads, and the applicant type of each figure
    column; without ``columns`` (a copy that does not say what spans) the figures count from the label on, in the
    ``order`` of the heads. ``end`` is the column where the heads end, if that is known."""

    grid: Grid
    first_row: int
    columns: dict[int, str] | None
    order: tuple[str, ...] = ()
    end: int | None = None

    def labels(self, row: Sequence[Cell]) -> list[Cell]:
        """The label cells of a row; a unit (件) is none."""
        cells = row[: min(self.columns)] if self.columns else row
        return [c for c in distinct(cells) if parse_cell(c.text).state == "text" and c.text.strip() not in COUNT_UNITS]

    def figures(self, row: Sequence[Cell], label: Cell) -> dict[str, Cell]:
        """Applicant type to cell: by the heads' columns, or by rank where the copy does not say what spans. None where
        a row is too short or goes on behind the heads: which of its cells is missing, or one too many, nobody knows."""
        if self.columns:
            cells = {code: row[column] for column, code in self.columns.items()}
            fits = all(c.column > label.column and c.colspan for c in cells.values()) \
                and len(set(map(id, cells.values()))) == len(cells) \
                and (self.end is None or not any(c.text.strip() for c in row[self.end:]))
            return cells if fits else {}
        after = [c for c in distinct(row) if c.column > label.column and c.colspan]
        return dict(zip(self.order, after, strict=True)) if len(after) == len(self.order) else {}


Matrix = tuple[Part, ...]


def body(matrix: Matrix) -> Iterator[tuple[Part, Sequence[Cell]]]:
    """The rows below the heads, over all parts."""
    for part in matrix:
        for row in part.grid.rows[part.first_row:]:
            yield part, row


def find_matrices(grids: Sequence[Grid], catalogue: Catalogue) -> list[Matrix]:
    """Every request matrix among some grids; what a page break cut off goes on the part before."""
    found: list[Matrix] = []
    for grid in grids:
        if grid.kind != "table":
            continue
        part = _with_heads(grid, catalogue)
        if part is not None:
            found.append((part,))
        elif found:
            part = _going_on(grid, found[-1][0])
            found[-1] = (*found[-1], part) if part else found[-1]
    return found


def _with_heads(grid: Grid, catalogue: Catalogue) -> Part | None:
    keys = {key: a.code for a in catalogue.applicants for key in a.keys}
    for number, row in enumerate(grid.rows):
        if len({c.column for c in distinct(row) if head_key(c.text) in keys}) < MIN_APPLICANTS:
            continue
        near = [grid.rows[r] for r in (number - 2, number - 1, number, number + 1) if 0 <= r < len(grid.rows)]
        below = number + 1 < len(grid.rows) and any(head_key(c.text) in keys for c in grid.rows[number + 1])
        order = applicants_in_turn(near, catalogue)
        if len({len(r) for r in grid.rows}) > 1:
            return Part(grid, number + 1, None, order)
        first_row = number + 2 if below else number + 1
        columns = applicant_columns(near, grid.rows[first_row:first_row + 1], catalogue)
        heads = (cell for r in grid.rows[max(0, number - 2):first_row] for cell in r)
        end = max(cell.column + cell.colspan for cell in heads)
        part = _better(Part(grid, first_row, columns, end=end), order)
        return part if part.columns or _fitting(part) else None
    return None


def _better(part: Part, order: tuple[str, ...]) -> Part:
    """A part as its heads' columns say, or with its figures counted from the label on, where more rows have as many
    cells as that needs: a copy that lost what spans, or says it wrong, pushes the rest of a row aside."""
    by_rank = Part(part.grid, part.first_row, None, order)
    return by_rank if _fitting(by_rank) > _fitting(part) else part


def _fitting(part: Part) -> int:
    """How many rows hold, behind a label, as many cells as there are heads, and no words among them."""
    count = 0
    for row in part.grid.rows[part.first_row:]:
        if labels := part.labels(row):
            cells = part.figures(row, labels[-1]).values()
            count += bool(cells) and all(parse_cell(cell.text).state != "text" for cell in cells)
    return count


def _going_on(grid: Grid, first: Part) -> Part | None:
    """The grid as a further part of a matrix, if its last columns hold figures as the matrix has them, heads or not."""
    width = len(grid.rows[0])
    if first.columns is None or {len(row) for row in grid.rows} != {width} or width <= len(first.columns):
        return None
    codes = [first.columns[column] for column in sorted(first.columns)]
    columns = dict(zip(range(width - len(codes), width), codes, strict=False))
    full = [row for row in grid.rows if all(parse_cell(row[c].text).state != "text" for c in columns)
            and parse_cell(row[min(columns) - 1].text).state == "text"
            and sum(parse_cell(row[c].text).value is not None for c in columns) >= 3]
    return Part(grid, 0, columns) if full else None


def year_above(matrix: Matrix, grids: Sequence[Grid]) -> int:
    """The year in the heading above a matrix, 0 for none."""
    return next((int(found[-1]) for line in reversed(heading(matrix, grids)) if (found := _YEAR.findall(line))), 0)


def is_example(matrix: Matrix, grids: Sequence[Grid], since: int) -> bool:
    """Whether a heading above a matrix, behind the grid ``since``, calls it an example of how to fill in the form."""
    first = matrix[0].grid.index
    above = [grid for grid in grids if since < grid.index < first and grid.kind == "text"]
    lines = [cell.text for grid in above for (cell,) in grid.rows[-MAX_HEADING:] if len(cell.text) <= MAX_TITLE]
    return any(map(_EXAMPLE.search, (*lines, *heading(matrix, grids))))


def heading(matrix: Matrix, grids: Sequence[Grid]) -> list[str]:
    """The lines above a matrix: the last ones of the text before, and its own rows over the heads."""
    first = matrix[0]
    own = [cell.text for row in first.grid.rows[:first.first_row] for cell in distinct(row)]
    before = [grid for grid in grids if grid.index == first.grid.index - 1 and grid.kind == "text"]
    return [cell.text for grid in before for (cell,) in grid.rows[-MAX_HEADING:]] + own


class MatrixMatch(NamedTuple):
    """How the rows of a form's matrix lie on the label columns of a printed one."""

    matrix: Matrix
    table: Table
    tape: Tape
    found: list[Found]
    chain: list[tuple[Found, int]]

    @property
    def score(self) -> tuple[int, int]:
        return matrix_score(self.table, self.chain)

    @property
    def is_filled(self) -> bool:
        """Whether any cell holds a figure."""
        return any(parse_cell(cell.text).value is not None for _, row in body(self.matrix) for cell in row)

    @property
    def grids(self) -> tuple[int, int]:
        """The index of the first and of the last grid."""
        return self.matrix[0].grid.index, self.matrix[-1].grid.index


def join_cut(matrices: Sequence[Matrix], tables: Sequence[Table], catalogue: Catalogue) -> list[Matrix]:
    """Matrices as printed, those joined that a page break cut and that print their heads again: every row with figures
    of the second part comes later in the form than those of the first."""
    joined: list[Matrix] = []
    last = -1
    for matrix in matrices:
        rows = _rows_with_figures(matrix, tables, catalogue) if len(matrices) > 1 else []
        if joined and rows and -1 < last < rows[0]:
            joined[-1] = (*joined[-1], *matrix)
        else:
            joined.append(matrix)
        last = rows[-1] if rows else -1
    return joined


def _rows_with_figures(matrix: Matrix, tables: Sequence[Table], catalogue: Catalogue) -> list[int]:
    """The rows of the form that a matrix prints, headings apart, in the form that fits it best."""
    best = max(match_matrix(matrix, tables, catalogue), key=lambda match: match.score)
    return [row for _, row in best.chain if not best.table.rows[row].is_heading]


def match_matrix(matrix: Matrix, tables: Sequence[Table], catalogue: Catalogue) -> Iterator[MatrixMatch]:
    """The row labels of each of some matrix tables found in the label columns of a printed matrix."""
    cells = {id(cell): (cell, part.grid) for part, row in body(matrix) for cell in part.labels(row)}
    tape = Tape(Piece(cell.text, grid, cell) for cell, grid in cells.values())
    for table in tables:
        found = find_labels(tape, table, catalogue.units)
        yield MatrixMatch(matrix, table, tape, found, rising_chain(found, tape))


def matrix_score(table: Table, chain: list[tuple[Found, int]]) -> tuple[int, int]:
    """Labels found, then how few rows with figures were not: tells the 2019 from the 2021 matrix."""
    matched = sum(not table.rows[row].is_heading for _, row in chain)
    return len(chain), matched - sum(not row.is_heading for row in table.rows)


def walk_matrix(match: MatrixMatch, findings: Findings) -> None:
    """Read the figures of a request matrix, row by applicant."""
    matrix, table, tape, found, chain = match
    doubtful = uncertain(chain)
    printed = matrix[0].order or (matrix[0].columns or {}).values()
    missing_columns = [a for a in findings.catalogue.applicants if a.code not in printed]
    if missing_columns:
        findings.issue("column_missing", "the matrix does not print the column(s) "
                       + ", ".join(a.label for a in missing_columns), matrix[0].grid.place(matrix[0].grid.rows[0][0]))
    in_chain = {row for _, row in chain}
    out_of_order = [f for f in found if len(f.rows) == 1 and f.rows[0] not in in_chain]
    rows = _Rows(
        table, findings, doubtful,
        labels={id(tape[f.last].cell): (n, f, table.rows[row]) for n, (f, row) in enumerate(chain)}
        | {id(tape[f.last].cell): (-1, f, table.rows[f.rows[0]]) for f in out_of_order},
        begun={id(tape[f.first].cell): id(tape[f.last].cell) for f in found
               if tape[f.first].cell.row != tape[f.last].cell.row},
        shared=_shared(matrix, findings),
        known={id(tape[n].cell) for f in found for n in range(f.first, f.last + 1)},
        last_place=max((tape[f.last].grid.index, tape[f.last].cell.row) for f, _ in chain),
    )
    for part, row in body(matrix):
        rows.read(part, row)
    lost = [i for i in table.rows if not i.is_heading and i.code not in rows.done]
    findings.lost("the matrix", lost, tape[-1].place if tape else None)


def _shared(matrix: Matrix, findings: Findings) -> set[int]:
    """The labels that span several rows of figures (two years, a body's offices): which are meant is not known."""
    rows: defaultdict[int, dict[tuple[int, ...], bool]] = defaultdict(dict)
    for part, row in body(matrix):
        labels = part.labels(row)
        if labels and labels[-1].rowspan > 1:
            cells = part.figures(row, labels[-1]).values()
            rows[id(labels[-1])][tuple(map(id, cells))] = any(parse_cell(cell.text).value is not None for cell in cells)
    several = {label: own for label, own in rows.items() if len(own) > 1}
    findings.is_by_layout = findings.is_by_layout and not several  # figures, or their absence, have a say
    return {label for label, own in several.items() if sum(own.values()) > 1}


@dataclass
class _Rows:
    """The rows of one matrix being read: ``labels`` are the cells that name a row, ``known`` all cells with a label,
    ``shared`` those beside several rows of figures.

    A page's end may cut a row: its label is ``begun`` in one printed row and ends in the next, and the figures may
    stand in either; those of the first are ``held`` until the label ends.
    """

    table: Table
    findings: Findings
    doubtful: set[int]
    labels: dict[int, tuple[int, Found, Indicator]]
    begun: dict[int, int]
    shared: set[int]
    known: set[int]
    last_place: tuple[int, int]
    done: set[str] = field(default_factory=set)
    held: dict[int, dict[str, Cell]] = field(default_factory=dict)

    def read(self, part: Part, row: Sequence[Cell]) -> None:
        grid = part.grid
        label_cells = part.labels(row)
        if not label_cells:
            return
        label = label_cells[-1]
        cells = part.figures(row, label)
        has_figures = any(parse_cell(c.text).state != "blank" for c in cells.values())
        if has_figures and id(label) in self.begun:
            self.held[self.begun[id(label)]] = cells
            return
        held = self.held.pop(id(label), None)
        if held and has_figures:  # a page's end cut the figures, too: neither part is one
            cells = {}
        elif held:
            cells = held
        if id(label) not in self.labels:
            self._unknown(grid, row, label_cells, has_figures)
            return
        n, found, indicator = self.labels[id(label)]
        if n < 0 and indicator.code not in self.done:  # its label is that of one row only: its place adds nothing
            self.findings.issue("row_out_of_order", f"{label.text.strip()!r} stands out of the form's order",
                                grid.place(label), label.text, indicator)
        if n in self.doubtful or id(label) in self.shared:
            of = "may be one of several rows" if n in self.doubtful else "stands beside several rows of figures"
            self.findings.issue("uncertain_value", f"{label.text.strip()!r} {of}", grid.place(label), label.text,
                                indicator)
        elif indicator.is_heading or indicator.code in self.done:
            if has_figures and label.row == row[-1].row:
                self.findings.issue("heading_has_figure", f"the heading {label.text.strip()!r} carries figures",
                                    grid.place(label), label.text, indicator)
        elif not cells:
            self.findings.issue("shape_unknown", f"the cells after {label.text.strip()!r} do not fit the columns",
                                grid.place(label), label.text, indicator)
        else:
            self.done.add(indicator.code)
            for code, cell in cells.items():
                self.findings.figure(indicator, cell.text, found.label, grid.place(cell), applicant=code)

    def _unknown(self, grid: Grid, row: Sequence[Cell], label_cells: list[Cell], has_figures: bool) -> None:
        label = label_cells[-1]
        goes_on = id(label) in self.known and label.row != row[0].row and len(label_cells) == 1
        if has_figures and not goes_on and (grid.index, label.row) < self.last_place:
            kind = "row_out_of_order" if id(label) in self.known else "unlisted_label"
            self.findings.issue(kind, f"{label.text.strip()[:80]!r} is no row of the form {self.table.template_code} "
                                "at this place", grid.place(label), label.text,
                                nearest=nearest_labels(label.text, self.table))
