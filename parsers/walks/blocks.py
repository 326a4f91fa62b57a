"""The walk over section 二 of the 2019 and 2021 forms: each row label crossed with the heads printed above it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from parsers.catalogue.model import BlockRow, Table
from parsers.grid import Cell, Grid, distinct
from parsers.labels import compact, normalise
from parsers.memo import remember
from parsers.walks.figures import Findings, Printed

_NOTE = re.compile(r"[(（][^()（）]*[)）]\s*$")
_MONEY_NOTE = re.compile(r"单位[:：]?(万元|元)")

# Grid, printed row, what it is, and the row of heads above it.
FoundRow = tuple[Grid, Sequence[Cell], BlockRow, Sequence[Cell]]


@remember
def head_key(text: str) -> str:
    """A column head without a note in brackets at its end (filling notes, units)."""
    return normalise(_NOTE.sub("", text)) or normalise(text)


@remember
def _row_key(text: str) -> str:
    return normalise(_NOTE.sub("", text))


def find_block_rows(grids: Sequence[Grid], table: Table) -> list[FoundRow]:
    """Rows of section 二: grid, printed row, what it is, and the row of heads above it."""
    rows = {key: block for block in table.block_rows for key in block.keys}
    heads = {key for block in table.block_rows for cell in block.cells for key in cell.keys}
    found = []
    for grid in grids:
        if grid.kind != "table":
            continue
        head: Sequence[Cell] | None = None
        for row in grid.rows:
            if any(head_key(c.text) in heads for c in row):
                head = row
                continue
            printed = [c for c in distinct(row) if c.text.strip()]  # columns may stand empty before the table
            block = next((rows[k] for c in printed[:2] if (k := _row_key(c.text)) in rows), None)
            if block and head is not None and _heads_fit(head, block):
                found.append((grid, row, block, head))
    return found


def _heads_fit(head: Sequence[Cell], block: BlockRow) -> bool:
    printed = {head_key(c.text) for c in head}
    return any(printed.intersection(cell.keys) for cell in block.cells)


def walk_blocks(rows: Sequence[FoundRow], table: Table, findings: Findings) -> None:
    """Read the figures of section 二: each row label crossed with the heads above it."""
    printed: defaultdict[str, list[Printed]] = defaultdict(list)
    for grid, row, block, head in rows:
        heads = [cell for cell in distinct(head) if cell.colspan]
        cells = [cell for cell in distinct(row) if cell.colspan]
        if (len(cells) < len(heads) and _is_short(row, heads)) or _is_long(row, heads):
            continue  # which of its cells is missing, or one too many, nobody knows
        for indicator in block.cells:
            named = [c for c in heads if head_key(c.text) in indicator.keys]
            if len({compact(c.text) for c in named}) != 1:
                continue  # not there, or told apart by their notes: of several bodies, or offices
            cell = _under(named[0], heads, cells)
            if cell is not None:
                note = _MONEY_NOTE.search(compact(named[0].text))
                label = f"{cells[0].text.strip()}/{named[0].text.strip()}"
                printed[indicator.code].append(Printed(cell.text, label, grid.place(cell), note[1] if note else None))
    indicators = [indicator for block in table.block_rows for indicator in block.cells]
    for indicator in indicators:
        if indicator.code in printed:
            findings.one_of(indicator, printed[indicator.code])
    lost = [indicator for indicator in indicators if indicator.code not in printed]
    findings.lost("section 二", lost, rows[0][0].place(rows[0][1][0]) if rows else None)


def _is_short(row: Sequence[Cell], heads: Sequence[Cell]) -> bool:
    """Whether a row ends before its heads do."""
    end = max(head.column + head.colspan for head in heads)
    return any(not cell.colspan for cell in row[:end])


def _is_long(row: Sequence[Cell], heads: list[Cell]) -> bool:
    """Whether a row goes on with print behind its heads."""
    end = max(head.column + head.colspan for head in heads)
    return any(cell.column >= end and cell.text.strip() for cell in row[end:])


def _under(head_cell: Cell, heads: list[Cell], cells: list[Cell]) -> Cell | None:
    """The cell that belongs to a head: the one of the same rank where head and row have equally many cells (column
    edges may move inside one table), else the one in the head's columns and under no other head; of several there the
    only one that is not blank, or the first of blank ones."""
    if len(heads) == len(cells):
        return cells[heads.index(head_cell)]
    under = [cell for cell in cells[1:] if _is_over(head_cell, cell)]
    filled = [cell for cell in under if cell.text.strip()] or under[:1]
    is_own = sum(_is_over(head, cell) for head in heads if head.text.strip() for cell in filled) == 1
    return filled[0] if is_own else None


def _is_over(head: Cell, cell: Cell) -> bool:
    return cell.column < head.column + head.colspan and head.column < cell.column + cell.colspan
