"""Which columns of a ``list`` table hold the figures and the units: by their heads, else by what stands in them."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.catalogue.model import Table
from parsers.grid import Cell, Grid, distinct
from parsers.labels import compact, normalise
from parsers.numbers import parse_cell
from parsers.walks.listed import count_rows

MIN_HALF = 6
SUMS = frozenset(("合计", "总计", "总数", "共计"))
UNIT_HEADS = frozenset(("单位", "计量单位"))
_SINCE = re.compile(r"历年|截[至止].*累计|(?<![今本]年)(?<!年初)以来|(20[0-9]{2}).*(?!\1)20[0-9]{2}")
"""In a head: figures of several years together (2008年至2011年, 条例施行以来), none of the report's year."""
_YEAR = re.compile(r"(?:本年)?(20[0-9]{2})年?度?(?:数量|数据|数值|统计数|合计|总数|数)?")
"""A head that is a year: of several the latest is the report's, unless its title names another."""


@dataclass(frozen=True)
class Columns:
    """Columns of figures and of units, from left to right; several of each where two halves of a table stand side by
    side. No columns of figures means that it is not known which of several holds them. ``by_heads`` says that heads
    told them, not what stands in the columns."""

    values: tuple[int, ...]
    units: tuple[int, ...]
    by_heads: bool = False

    def value_of(self, label: Cell) -> int | None:
        """The column of a label's figure: the first one to its right."""
        return next((c for c in self.values if c > label.column), None)

    def unit_of(self, label: Cell) -> int | None:
        """The column of a label's unit: the first one to its right and not beyond the other half's labels."""
        value = self.value_of(label)
        return next((c for c in self.units if c > label.column and (len(self.values) == 1 or c < value)), None)


def side_by_side(grid: Grid, table: Table) -> tuple[int, ...]:
    """Where a table ends and goes on in the same rows to its right: the columns after each of its repeated value heads;
    empty for a table that stands once."""
    for row in grid.rows[:6]:
        cells = distinct(row)
        keys = [normalise(cell.text) for cell in cells]
        for head in table.value_heads:
            times = keys.count(head)
            if times > 1:
                repeated = all(keys.count(key) == times for key in keys[: len(keys) // times])
                columns = [cell.column + cell.colspan for cell, key in zip(cells, keys, strict=False) if key == head]
                return tuple(columns[:-1]) if repeated else ()
    return ()


def side_by_side_without_heads(grid: Grid, labels: Sequence[Cell]) -> tuple[int, ...]:
    """Where a table goes on to its right though no heads say so: the columns but the first in which many labels of the
    form stand, each with figures between it and the one before."""
    times = Counter(label.column for label in labels)
    columns = [column for column in sorted(times) if times[column] >= MIN_HALF]
    for left, right in itertools.pairwise(columns):
        rows = [label.row for label in labels if label.column == left]
        filled = sum(any(parse_cell(cell.text).value is not None for cell in grid.rows[row][left + 1:right])
                     for row in rows)
        if 2 * filled < len(rows):
            return ()
    return tuple(columns[1:])


def find_columns(grid: Grid, labels: Sequence[Cell], table: Table, units: frozenset[str],
                 marks: frozenset[str], report_year: int = 0) -> Columns:
    """The columns of a table whose labels are known, in a report of a year (0: not known)."""
    heads: dict[str, list[int]] = defaultdict(list)
    for row in grid.rows[: labels[0].row]:
        for cell in distinct(row):
            key = normalise(cell.text)
            if key and cell.column not in heads[key] and not _is_parted(grid, cell, labels[0].row):
                heads[key].append(cell.column)
    unit_heads = tuple(sorted(c for head in UNIT_HEADS for c in heads.get(head, ())))
    head = next((head for head in table.value_heads if heads.get(head)), "")
    years = _year_columns(heads, labels)
    if years and (not head or head in SUMS):
        if (column := _of_latest_year(years, report_year)) is not None:
            return Columns((column,), unit_heads)
        head = ""  # the sum of the years is not the report's
    values = tuple(heads.get(head, ()))
    if values and all(any(a < label.column < b for label in labels) for a, b in itertools.pairwise(values)):
        if any(_holds_figures(grid, labels, column) for column in values):
            return Columns(values, unit_heads, by_heads=True)
        beside = _by_content(grid, labels, unit_heads, units, marks, frozenset())
        width = len(grid.rows[labels[0].row])
        is_blank = not any(_holds_figures(grid, labels, column) for column in range(max(values) + 1, width))
        return Columns(values if is_blank else _under_the_head(grid, values, beside.values), unit_heads)
    others = frozenset(c for head, own in heads.items() if head not in UNIT_HEADS
                       and (head in table.other_heads or _SINCE.search(head)) for c in own)
    return _by_content(grid, labels, unit_heads, units, marks, others)


def _holds_figures(grid: Grid, labels: Sequence[Cell], column: int) -> bool:
    """Whether a column holds a figure in the row of any label."""
    rows = (grid.rows[label.row] for label in labels)
    return any(column < len(row) and parse_cell(row[column].text).value is not None for row in rows)


def _under_the_head(grid: Grid, values: Sequence[int], filled: Sequence[int]) -> tuple[int, ...]:
    """Of the columns that figures stand in, the one that the head of an empty column spans, too; else none."""
    spanned = {c for row in grid.rows for cell in distinct(row) if cell.column in values
               for c in range(cell.column, cell.column + cell.colspan)}
    return tuple(filled) if len(filled) == 1 and spanned.issuperset(filled) else ()


def _year_columns(heads: dict[str, list[int]], labels: Sequence[Cell]) -> dict[int, list[int]]:
    """By each year that is a head the columns below it, to the right of all labels."""
    end = max(label.column for label in labels)
    return {int(year[1]): [c for c in own if c > end] for head, own in heads.items() if (year := _YEAR.fullmatch(head))}


def _of_latest_year(years: dict[int, list[int]], report_year: int) -> int | None:
    """The one column of the latest year; None where it has several, or the report's title names another year."""
    last = max(years)
    return years[last][0] if len(years[last]) == 1 and report_year in (0, last) else None


def figures_below(grid: Grid, labels: Sequence[Cell]) -> int | None:
    """The row of the figures of labels that stand side by side as heads: the only one below them with figures, or the
    only one of these that is called the sum; None where it is not known."""
    low = max(label.row + label.rowspan for label in labels)
    columns = sorted({label.column for label in labels})
    below = {n: [grid.rows[n][c].text for c in columns if c < len(grid.rows[n])] for n in range(low, len(grid.rows))}
    figures = {n: [text for text in texts if parse_cell(text).value is not None] for n, texts in below.items()}
    rows = [n for n, texts in figures.items() if texts and not (texts[0] in ("1", "2") and count_rows(texts))]
    sums = [n for n in rows if any(normalise(cell.text) in SUMS for cell in grid.rows[n][:columns[0]])]
    of_all = sums if len(rows) > 1 else rows
    return of_all[0] if len(of_all) == 1 else None


def _is_parted(grid: Grid, head: Cell, end: int) -> bool:
    """Whether a head stands above several others (本年度 above 本级 and 下级), of which any may be meant."""
    if head.colspan == 1:
        return False
    below = (distinct(row[head.column:head.column + head.colspan]) for row in grid.rows[head.row + head.rowspan:end])
    return any(sum(bool(cell.text.strip()) for cell in cells) > 1 for cells in below)


def _by_content(grid: Grid, labels: Sequence[Cell], unit_heads: tuple[int, ...], units: frozenset[str],
                marks: frozenset[str], others: frozenset[int]) -> Columns:
    """Without a head that says it: the one column in which figures stand, if there is one only; ``others`` are columns
    of which a head says that they hold something else (历年累计, 上年, 占比)."""
    numbers: dict[int, list[str]] = defaultdict(list)
    words: dict[int, int] = defaultdict(int)
    marked: dict[int, int] = defaultdict(int)
    for label in labels:
        for cell in dict.fromkeys(grid.rows[label.row][label.column + label.colspan:]):
            value = parse_cell(cell.text).value
            if value is not None:
                numbers[cell.column].append(cell.text)
            elif cell.text.strip() in marks:
                marked[cell.column] += 1
            elif compact(cell.text) in units:
                words[cell.column] += 1
    begins = sorted({label.column for label in labels})
    holding = [c for c in sorted(numbers) if c not in others and len(numbers[c]) > words[c]
               and not count_rows(numbers[c])]
    usual = len(labels) // (2 * len(begins))
    unit_columns = unit_heads or tuple(c for c in sorted(words) if c not in holding and words[c] + marked[c] > usual)
    if not holding and not any(numbers.values()):
        last = max(len(row) for row in grid.rows) - 1
        return Columns((last,) if last not in unit_columns else (), unit_columns)
    is_one_each = len(holding) == len(begins) and all(
        a < c < b for a, c, b in zip(begins, holding, [*begins[1:], 1 << 30], strict=True))
    return Columns(tuple(holding) if len(holding) == 1 or is_one_each else (), unit_columns)
