"""One slip each, planted into a report of the panel and remembered: what was done, and what must be found.

A fault that no rule of the forms can see is not planted (``is_visible``): two cells that change places within one sum,
a row of outcomes that changes places with another, a copy of a report too bare to tell from chance. That is worked
out from ``oracle``, never from what the warehouse finds. A cell that stands in no sum (licences decided, a fee) and
stays within reason is beyond any rule; wrong cells are planted in sums.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.panel.bodies import YEARS, Body
from tests.panel.figures import LEAVES, Cells, matrix_rows, template_of
from tests.panel.oracle import Key, truths

Years = dict[int, Cells]
# Below this a part of the form is alike in many reports by chance; the same measure as in the catalogue.
BITS = 20


@dataclass(frozen=True)
class Fault:
    """A fault planted: its kind, the year of the report, the cells changed, the kinds of finding that tell of it."""

    kind: str
    year: int
    cells: frozenset[Key]
    told_by: frozenset[str]


def is_visible(year: int, before: Cells, after: Cells) -> bool:
    """Whether some identity of the form holds before and fails after."""
    was, is_now = truths(template_of(year), before), truths(template_of(year), after)
    return any(was[key] and not is_now[key] for key in was)


def bits(cells: Cells, columns: tuple[str | None, ...]) -> float:
    figures = [value for (_, column), value in cells.items() if column in columns and value is not None and value > 0]
    return sum(math.log2(1 + value) / 2 for value in figures)


def is_telling(cells: Cells) -> bool:
    """Whether the request matrix carries enough information to know a copy of it."""
    return bits(cells, LEAVES) >= BITS


def changed(before: Cells, after: Cells) -> frozenset[Key]:
    return frozenset(key for key in before if before[key] != after.get(key))


def _summed_cells(cells: Cells, template: str) -> list[Key]:
    """Cells that stand in a sum of the form."""
    return [key for key in cells if key[1] is not None or key[0].startswith(("review_", "lawsuit_"))]


def wrong_cell(years: Years, year: int, rng: random.Random) -> Cells:
    """A digit too many, one too few, or another one."""
    cells = years[year]
    key = rng.choice(_summed_cells(cells, template_of(year)))
    printed = str(cells[key])
    slips = [printed + rng.choice("0123456789"), printed[:-1] or "1",
             printed[:-1] + rng.choice([d for d in "0123456789" if d != printed[-1]])]
    return cells | {key: int(rng.choice([s for s in slips if int(s) != cells[key]]))}


def swapped_cells(years: Years, year: int, rng: random.Random) -> Cells:
    """Two figures of one row, one column or any two of the request matrix change places."""
    cells, rows = years[year], matrix_rows(template_of(year))
    one = rng.choice(rows), rng.choice((*LEAVES, "total"))
    two = rng.choice([(one[0], rng.choice((*LEAVES, "total"))), (rng.choice(rows), one[1]),
                      (rng.choice(rows), rng.choice((*LEAVES, "total")))])
    return cells | {one: cells[two], two: cells[one]}


def shifted_row(years: Years, year: int, rng: random.Random) -> Cells:
    """A row is printed one line too low: the row itself is left blank, or carries what the next row should."""
    cells, rows = years[year], matrix_rows(template_of(year))
    at = rng.randrange(len(rows) - 1)
    upper, lower, trades = rows[at], rows[at + 1], rng.random() < 0.5
    columns = (*LEAVES, "total")
    return cells | {(lower, c): cells[upper, c] for c in columns} | {
        (upper, c): cells[lower, c] if trades else None for c in columns}


def copied_year(years: Years, year: int, rng: random.Random) -> Cells:
    """The report of the year before once more, under this year."""
    return dict(years[year - 1])


def broken_balance(years: Years, year: int, rng: random.Random) -> Cells:
    """Requests that came in and are neither closed nor carried over; rows still add up."""
    column, lost = rng.choice(LEAVES), rng.randint(1, 9)
    cells = years[year]
    row = rng.choice(("requests_new", "requests_carried_in"))
    return cells | {(row, column): cells[row, column] + lost, (row, "total"): cells[row, "total"] + lost}


def lost_minus(years: Years, year: int, rng: random.Random) -> Cells:
    """A decrease printed without its sign."""
    cells = years[year]
    negative = [key for key, value in cells.items() if value is not None and value < 0]
    if not negative:
        return cells
    key = rng.choice(negative)
    return cells | {key: -cells[key]}


def tenfold(years: Years, year: int, rng: random.Random) -> Cells:
    """Every count of requests with a nought too many: all sums close."""
    return {key: value * 10 if key[1] else value for key, value in years[year].items()}


SUM, LAST_YEAR, COPY, JUMP = "identity", "differs_from_last_year", "copied_report", "implausible_jump"
GAP, PARENT = "missing_report", "exceeds_parent"
# kind: how it is made, the years in which it may stand, what tells of it, and whether it can be told at all.
Check = Callable[[Years, int, Cells], bool]
KINDS: dict[str, tuple[Callable[[Years, int, random.Random], Cells], tuple[int, ...], frozenset[str], Check]] = {
    "wrong_cell": (wrong_cell, tuple(YEARS), frozenset({SUM}), lambda y, t, c: is_visible(t, y[t], c)),
    "swapped_cells": (swapped_cells, tuple(YEARS), frozenset({SUM}), lambda y, t, c: is_visible(t, y[t], c)),
    "shifted_row": (shifted_row, tuple(YEARS), frozenset({SUM}), lambda y, t, c: is_visible(t, y[t], c)),
    # The form changed in 2021, so that a copy of 2020 would be another form.
    "copied_year": (copied_year, (2020, 2022, 2023, 2024), frozenset({COPY}), lambda y, t, c: is_telling(c)),
    "broken_balance": (broken_balance, tuple(YEARS), frozenset({SUM}), lambda y, t, c: is_visible(t, y[t], c)),
    # The next report tells; the form of 2021 has no such figure, so that a sign lost in 2020 is lost for good.
    "lost_minus": (lost_minus, (2019,), frozenset({LAST_YEAR}), lambda y, t, c: c != y[t]),
    # The scale on which jumps are measured lets small counts move freely: a nought too many tells from about 30 on.
    "tenfold": (tenfold, (2024,), frozenset({JUMP}), lambda y, t, c: y[t]["requests_new", "total"]
                >= max(30, y[t - 1]["requests_new", "total"])),
}


def plant(kind: str, body: Body, years: Years, rng: random.Random) -> Fault | None:
    """Change ``years`` by one fault of the kind; None where the body's reports offer no place for a visible one."""
    if kind == "missing_report":
        year = rng.choice(YEARS[1:-1])
        del years[year]
        return Fault(kind, year + 1, frozenset(), frozenset({GAP}))
    make, possible, told_by, can_be_told = KINDS[kind]
    for _ in range(60):
        year = rng.choice(possible)
        cells = make(years, year, rng)
        if can_be_told(years, year, cells):
            fault = Fault(kind, year + 1 if kind == "lost_minus" else year, changed(years[year], cells), told_by)
            years[year] = cells
            return fault
    return None
