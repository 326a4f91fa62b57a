"""The walk over the table of reviews and lawsuits (section 四 of the 2019 and 2021 forms): fifteen columns, one row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parsers.catalogue.model import Indicator, Table
from parsers.grid import Cell, Grid, distinct
from parsers.labels import bare, normalise
from parsers.numbers import parse_cell
from parsers.walks.figures import Findings

# Grid, the indicator of each column, and the row of figures.
FoundTable = tuple[Grid, dict[int, Indicator], Sequence[Cell]]


def find_disputes(grids: Sequence[Grid], table: Table) -> list[FoundTable]:
    """Tables of reviews and lawsuits: grid, the indicator of each column, and the row of figures."""
    paths = {tuple(normalise(p) for p in row.path): row for row in table.rows}
    leaves = [normalise(row.path[-1]) for row in table.rows]
    found: list[FoundTable] = []
    cut: Grid | None = None  # a grid with the heads and no figures: a page break may have cut the table
    for grid in grids:
        if grid.kind != "table":
            continue
        head = next((n for n, row in enumerate(grid.rows) if any("复议" in bare(c.text) for c in row)
                     and any(normalise(c.text) in leaves for r in grid.rows[n:n + 3] for c in r)), None)
        if head is not None:
            tables = list(_dispute_rows(grid, head, paths, leaves, table))
            found.extend(tables)
            cut = None if tables else grid
        elif cut is not None:
            found.extend(_behind_the_cut(cut, grid, leaves, table))
            cut = None
    return found


def _behind_the_cut(heads: Grid, grid: Grid, leaves: list[str], table: Table) -> Iterator[FoundTable]:
    """The figures of a table that a page break cut below its heads or through them: as many as the form has columns,
    and either all the leaves stand before the cut, or those behind it stand each in its column, ten at least."""
    for number, row in enumerate(grid.rows[:3]):
        states = [parse_cell(c.text).state for c in row]
        if len(distinct(row)) != len(leaves) or "text" in states or not {"number", "zero"} & set(states):
            continue
        before = [normalise(c.text) for r in heads.rows for c in distinct(r) if normalise(c.text) in leaves]
        behind = [(c.column, normalise(c.text)) for r in grid.rows[:number] for c in distinct(r) if c.text.strip()]
        in_place = len(behind) >= 10 and all(leaves[column] == leaf for column, leaf in behind)
        if (before == leaves and not behind) or in_place:
            yield grid, dict(enumerate(table.rows)), row
        return


def _dispute_rows(grid: Grid, head: int, paths: dict, leaves: list[str],
                  table: Table) -> Iterator[FoundTable]:
    """The row of figures under heads that begin at row ``head``: the first without a word, printed or blank."""
    for number in range(head + 1, min(head + 8, len(grid.rows))):
        row = grid.rows[number]
        states = [parse_cell(c.text).state for c in row]
        has_words = any(normalise(c.text) in leaves for c in row)
        has_figures = any(state in ("number", "zero") for state in states) and not has_words
        if has_figures or (number >= head + 2 and all(state in ("blank", "dash") for state in states)):
            columns = _columns(grid.rows[head:number], row, paths, leaves, table)
            if columns:
                yield grid, columns, row
            return


def _columns(heads: Sequence[Sequence[Cell]], figures: Sequence[Cell], paths: dict, leaves: list[str],
             table: Table) -> dict[int, Indicator]:
    """The indicator of each column: by the heads above it, or by rank where all the leaves stand in the form's
    order.
    """
    width = len(heads[0])
    columns: dict[int, Indicator] = {}
    for column in range(width if all(len(row) == width == len(figures) for row in heads) else 0):
        path = tuple(k for k in dict.fromkeys(normalise(row[column].text) for row in heads) if k)
        for n in range(len(path)):
            if path[n:] in paths:
                columns[column] = paths[path[n:]]
                break
    if len(columns) == len({i.code for i in columns.values()}) and len(columns) in (5, 10, 15):
        return columns
    printed = [c for row in heads for c in distinct(row) if normalise(c.text) in leaves]
    printed = list(dict.fromkeys(printed))
    # A word before the figures (件数) is no column of theirs.
    skip = next((n for n, cell in enumerate(figures) if parse_cell(cell.text).state != "text"), 0)
    if [normalise(c.text) for c in printed] == leaves and len(figures) - skip == len(leaves):
        return dict(enumerate(table.rows, skip))
    return {}


def walk_disputes(tables: Sequence[FoundTable], table: Table, findings: Findings) -> None:
    """Read the review and lawsuit columns."""
    done: set[str] = set()
    for grid, columns, row in tables:
        for column, indicator in columns.items():
            if indicator.code not in done:
                done.add(indicator.code)
                findings.figure(indicator, row[column].text, "/".join(indicator.path), grid.place(row[column]))
    lost = [i.code for i in table.rows if i.code not in done]
    if lost:
        findings.issue("column_missing", f"the table of reviews and lawsuits does not print, or not in a shape that "
                       f"was understood: {', '.join(lost)}", tables[0][0].place(tables[0][2][0]))
