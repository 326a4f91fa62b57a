"""From cells to grids: the last step that the form modules share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parsers.forms.limits import Budget
from parsers.grid import Cell, Grid, not_printed


def table_grid(cells: Sequence[Cell], index: int, budget: Budget, *, is_placed_in_turn: bool = False) -> Grid:
    """One table from its cells, each given once: spans are repeated, positions that no cell covers become blank, or
    ``not_printed`` behind the end of a row whose cells are placed each behind those before it (``is_placed_in_turn``).

    Where two cells claim one position the first keeps it. Raises ``UnreadableReport`` for tables beyond the
    budget.
    """
    height = max((cell.row + cell.rowspan for cell in cells), default=0)
    width = max((cell.column + cell.colspan for cell in cells), default=0)
    budget.take(height, width)
    rows: list[list[Cell | None]] = [[None] * width for _ in range(height)]
    for cell in cells:
        _, top, column, rowspan, colspan, _ = cell
        if rowspan == colspan == 1:
            rows[top][column] = rows[top][column] or cell
            continue
        for row in rows[top:top + rowspan]:
            for position in range(column, column + colspan):
                row[position] = row[position] or cell
    if is_placed_in_turn:
        for number, row in enumerate(rows):
            end = width
            while end and row[end - 1] is None:
                end -= 1
                row[end] = not_printed(number, end)
    return Grid("table", index, tuple([
        tuple([cell or Cell("", number, position) for position, cell in enumerate(row)])
        for number, row in enumerate(rows)
    ]))


def text_grid(lines: Iterable[tuple[str, int | None]], index: int) -> Grid:
    """Prose as a grid of one column, from (text, page) of each paragraph."""
    return Grid("text", index, tuple((Cell(text, row, 0, page=page),) for row, (text, page) in enumerate(lines)))
