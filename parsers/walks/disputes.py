"""The walk over the table of reviews and lawsuits (section 四 of the 2019 and 2021 forms): fifteen columns, one row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from parsers.catalogue.model import Indicator, Table
from parsers.grid import Cell, Grid, distinct
from parsers.labels import bare, normalise
from parsers.numbers import parse_cell
from parsers.walks.figures import Findings, Printed

TOTALS = frozenset(("合计", "总计"))

# Grid, the indicator of each column, and the row of figures.
FoundTable = tuple[Grid, dict[int, Indicator], Sequence[Cell]]


def find_disputes(grids: Sequence[Grid], table: Table) -> list[FoundTable]:
    """Tables of reviews and lawsuits: grid, the indicator of each column, and the row of figures."""
    form = _Form(table)
    found: list[FoundTable] = []
    cut: Grid | None = None  # a grid with the heads and no figures: a page break may have cut the table
    for grid in grids:
        if grid.kind != "table":
            continue
        named = [n for n, row in enumerate(grid.rows) if any("复议" in bare(c.text) for c in row)]
        heads = [n for n in named if any(form.leaf(c) for r in grid.rows[n:n + 3] for c in r)]
        tables = list(_tables_below(grid, heads, form)) or (_routes_as_rows(grid, form) if named else [])
        if heads or tables:
            found.extend(tables)
            cut = None if tables else grid
        elif cut is not None:
            found.extend(_behind_the_cut(cut, grid, form))
            cut = None
    return found


class _Form:
    """The fifteen columns of the form by what is printed above or beside their figures."""

    def __init__(self, table: Table) -> None:
        self.rows = table.rows
        self.leaves = [normalise(row.path[-1]) for row in table.rows]
        self.leaf_of = {key: normalise(row.path[-1]) for row in table.rows for key in row.keys}
        # The route alone tells, so that 行政诉讼 above it may stand in another table.
        self.paths = {(normalise(row.path[-2]), normalise(row.path[-1])): row for row in table.rows}
        self.routes = {route for route, _ in self.paths}
        self.heads = list(dict.fromkeys(normalise(head) for row in table.rows for head in row.path[:-1]))

    def is_head(self, row: Sequence[Cell]) -> bool:
        """Whether a row names results, more than the 合计 that may stand before figures."""
        return sum(leaf is not None for leaf in map(self.leaf, distinct(row))) > 1

    def leaf(self, cell: Cell) -> str | None:
        """The result that a cell names, in the form's words."""
        return self.leaf_of.get(normalise(cell.text))


def _behind_the_cut(heads: Grid, grid: Grid, form: _Form) -> Iterator[FoundTable]:
    """The figures of a table that a page break cut below its heads or through them: as many as the form has columns,
    and either all the leaves stand before the cut, or those behind it stand each in its column, ten at least."""
    leaves = form.leaves
    for number, row in enumerate(grid.rows[:3]):
        if len(distinct(row)) != len(leaves) or not _is_figures(row):
            continue
        before = [leaf for r in heads.rows for c in distinct(r) if (leaf := form.leaf(c))]
        behind = [(c.column, form.leaf(c)) for r in grid.rows[:number] for c in distinct(r) if c.text.strip()]
        in_place = len(behind) >= 10 and all(leaves[column] == leaf for column, leaf in behind)
        if (before == leaves and not behind) or in_place:
            yield grid, dict(enumerate(form.rows)), row
        return


def _is_figures(row: Sequence[Cell]) -> bool:
    states = [parse_cell(c.text).state for c in row]
    return "text" not in states and bool({"number", "zero"} & set(states))


def _tables_below(grid: Grid, heads: Sequence[int], form: _Form) -> Iterator[FoundTable]:
    """The tables of a grid: one, or reviews and lawsuits one below the other, each with heads of its own."""
    last = -1
    for head in heads:
        if head <= last:
            continue
        rows = _rows_of_figures(grid, head, form)
        if not rows:
            continue
        last = rows[-1]
        row = _whole(grid, rows)
        columns = _columns(grid.rows[head:rows[0]], grid.rows[row], form) if row is not None else {}
        if columns:
            yield grid, columns, grid.rows[row]


def _rows_of_figures(grid: Grid, head: int, form: _Form) -> list[int]:
    """The rows of figures under heads that begin at row ``head``: the first without a word, printed or blank, and those
    that follow it with figures in them."""
    found: list[int] = []
    for number in range(head + 1, min(head + 8, len(grid.rows))):
        row = grid.rows[number]
        states = [parse_cell(c.text).state for c in row]
        has_figures = any(state in ("number", "zero") for state in states) and not form.is_head(row)
        is_blank = number >= head + 2 and all(state in ("blank", "dash") for state in states)
        if has_figures or (is_blank and not found):
            found.append(number)
        elif found:
            break
    return found


def _whole(grid: Grid, rows: Sequence[int]) -> int | None:
    """Of several rows of figures (a body's offices) the one that is called their total; without one it is not known
    which is the report's."""
    if len(rows) == 1:
        return rows[0]
    totals = [n for n in rows if normalise(grid.rows[n][0].text) in TOTALS]
    return totals[0] if len(totals) == 1 else None


def _columns(heads: Sequence[Sequence[Cell]], figures: Sequence[Cell], form: _Form) -> dict[int, Indicator]:
    """The indicator of each column: by the heads above it, or by rank where the routes named, and all their leaves,
    stand in the form's order. None where the row of figures is too short or too long: which of them is missing, or one
    too many, nobody knows."""
    width = len(heads[0])
    columns: dict[int, Indicator] = {}
    fits = all(len(row) == width == len(figures) for row in heads)
    for column in (cell.column for cell in distinct(figures) if fits):
        path = tuple(k for k in dict.fromkeys(form.leaf(r[column]) or normalise(r[column].text) for r in heads) if k)
        if path[-2:] in form.paths:
            columns[column] = form.paths[path[-2:]]
    end = max(cell.column + cell.colspan for row in heads for cell in row)
    fits = _is_one_each([figures[c] for c in columns]) and not any(c.text.strip() for c in figures[end:])
    if not fits or len(columns) != len({i.code for i in columns.values()}):
        columns = {}
    printed = list(dict.fromkeys(c for row in heads for c in distinct(row) if form.leaf(c)))
    if len(columns) == len(printed):  # every head of a result stands above its own
        return columns
    # A word before the figures (件数) is no column of theirs.
    skip = next((n for n, cell in enumerate(figures) if parse_cell(cell.text).state != "text"), 0)
    names = dict.fromkeys(normalise(cell.text) for row in heads for cell in row)
    named = [name for name in names if name in form.heads or name.endswith(("诉讼", "起诉"))]
    due = [row for row in form.rows if len(printed) == len(form.rows) or normalise(row.path[-2]) in named]
    own, beyond = figures[skip:skip + len(due)], figures[skip + len(due):]
    in_order = named == [head for head in form.heads if head in named] \
        and [form.leaf(c) for c in printed] == [normalise(row.path[-1]) for row in due]
    if in_order and len(own) == len(due) and _is_one_each(own) and not any(c.text.strip() for c in beyond):
        return dict(enumerate(due, skip))
    return columns if len(columns) in (5, 10, 15) else {}


def _is_one_each(cells: Sequence[Cell]) -> bool:
    """Whether each column has a printed cell of its own: none that spans several says what each of them counts."""
    return all(cell.colspan for cell in cells) and len(set(map(id, cells))) == len(cells)


def _routes_as_rows(grid: Grid, form: _Form) -> list[FoundTable]:
    """A table turned round: the five results above, and a row of figures beside each of the three routes."""
    above = next((n for n, row in enumerate(grid.rows) if set(map(form.leaf, row)).issuperset(form.leaves)), None)
    if above is None:
        return []
    leaves = {c.column: leaf for c in distinct(grid.rows[above]) if (leaf := form.leaf(c))}
    found: list[FoundTable] = []
    for row in grid.rows[above + 1:]:
        routes = {key for c in distinct(row[:min(leaves)]) if (key := normalise(c.text)) in form.routes}
        if len(routes) == 1 and len(row) > max(leaves):
            route = routes.pop()
            found.append((grid, {column: form.paths[route, leaf] for column, leaf in leaves.items()}, row))
    return found if len(found) == len(form.routes) else []


def walk_disputes(tables: Sequence[FoundTable], table: Table, findings: Findings) -> None:
    """Read the review and lawsuit columns."""
    printed: defaultdict[str, list[Printed]] = defaultdict(list)
    for grid, columns, row in tables:
        for column, indicator in columns.items():
            place = grid.place(row[column])
            printed[indicator.code].append(Printed(row[column].text, "/".join(indicator.path), place))
    for indicator in table.rows:
        if indicator.code in printed:
            findings.one_of(indicator, printed[indicator.code])
    lost = [i.code for i in table.rows if i.code not in printed]
    if lost:
        findings.issue("column_missing", f"the table of reviews and lawsuits does not print, or not in a shape that "
                       f"was understood: {', '.join(lost)}", tables[0][0].place(tables[0][2][0]))
