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
from tests.panel.figures import LEAVES, MATTERS, Cells, matrix_rows, template_of
from tests.panel.oracle import Key, truths

Years = dict[int, Cells]
# Below this a part of the form is alike in many reports by chance; the same measure as in the catalogue.
BITS = 20
# The same for the decisions of a report, and how far suits must lie beyond reviews, in spreads of these.
MATTER_BITS, SPREADS = 5, 3


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


def matters_as_decisions(years: Years, year: int, rng: random.Random) -> Cells:
    """The number of matters once more where the form asks how many decisions were made."""
    cells = years[year]
    return cells | {(f"{name}_decisions", None): _matters_left(cells, name) for name in MATTERS}


def _matters_left(cells: Cells, name: str) -> int:
    return cells[f"{name}_matters_prev_year", None] + cells[f"{name}_matters_change", None]


def are_telling_matters(year: int, before: Cells, after: Cells) -> bool:
    """Whether at least two rows count something and the figures are too large to agree by chance."""
    counts = [_matters_left(after, name) for name in MATTERS if _matters_left(after, name) > 0]
    return before != after and len(counts) >= 2 and sum(math.log2(1 + n) / 2 for n in counts) >= MATTER_BITS


def requests_as_suits(years: Years, year: int, rng: random.Random) -> Cells:
    """The number of requests stands where suits upheld after a review belong, and their total follows."""
    cells = years[year]
    before, now = cells["lawsuit_after_review_upheld", None], cells["requests_new", "total"]
    return cells | {("lawsuit_after_review_upheld", None): now,
                    ("lawsuit_after_review_total", None): cells["lawsuit_after_review_total", None] - before + now}


def are_too_many_suits(years: Years, year: int, cells: Cells) -> bool:
    """Whether the suits are beyond all reviews that the body's reports so far count as decided, and beyond chance."""
    decided = sum(years[y][f"review_{result}", None] for y in years if y <= year
                  for result in ("upheld", "corrected", "other"))
    excess = cells["lawsuit_after_review_total", None] - decided
    return excess >= SPREADS * math.sqrt(1 + decided) and all(y in years for y in (year - 1, year - 2))


SUM, LAST_YEAR, COPY, JUMP = "identity", "differs_from_last_year", "copied_report", "implausible_jump"
GAP, PARENT, MISREAD, SUITS = "missing_report", "exceeds_parent", "misread_column", "exceeds_reviews"
# kind: how it is made, the years in which it may stand, what tells of it, and whether it can be told at all.
Check = Callable[[Years, int, Cells], bool]
Kinds = dict[str, tuple[Callable[[Years, int, random.Random], Cells], tuple[int, ...], frozenset[str], Check]]
KINDS: Kinds = {
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
# Slips that keep every sum: a column that answers another question, a figure in another table. Planted last.
MEANINGS: Kinds = {
    "matters_as_decisions": (matters_as_decisions, (2019, 2020), frozenset({MISREAD}),
                             lambda y, t, c: are_telling_matters(t, y[t], c)),
    "requests_as_suits": (requests_as_suits, (2021, 2022, 2023, 2024), frozenset({SUITS}), are_too_many_suits),
}


def plant(kind: str, body: Body, years: Years, rng: random.Random) -> Fault | None:
    """Change ``years`` by one fault of the kind; None where the body's reports offer no place for a visible one."""
    if kind == "missing_report":
        year = rng.choice(YEARS[1:-1])
        del years[year]
        return Fault(kind, year + 1, frozenset(), frozenset({GAP}))
    make, possible, told_by, can_be_told = (KINDS | MEANINGS)[kind]
    for _ in range(60):
        year = rng.choice(possible)
        cells = make(years, year, rng)
        if can_be_told(years, year, cells):
            fault = Fault(kind, year + 1 if kind == "lost_minus" else year, changed(years[year], cells), told_by)
            years[year] = cells
            return fault
    return None
