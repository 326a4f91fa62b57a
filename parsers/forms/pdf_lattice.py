"""From the rules on a page to the cells that they enclose.

Rules that touch form a lattice. Its edges are the positions of its rules and its outer extent; neighbouring fields of
that lattice are one cell where no rule is drawn between them: along a row first, then down the rows while the same
fields follow with no rule at all between, so that every cell is a rectangle even where a rule is missing.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.forms.limits import MAX_CELLS
from parsers.forms.pdf_page import Rule
from parsers.observation import UnreadableReport

SNAP = 3.0
"""Points within which two rules are one, a rule reaches another, and a gap in a rule is none."""

_LEAST_FIELD = 6.0
"""Points; a rule that overshoots the last crossing by less opens no field of its own."""

_MOST_CROSSINGS = 4_000_000


@dataclass(slots=True)
class Field:
    """One enclosed cell: edges in points, its first row and how many, and whether rules close its top and bottom."""

    x0: float
    x1: float
    top: float
    bottom: float
    row: int
    rowspan: int
    ruled_top: bool
    ruled_bottom: bool


@dataclass(frozen=True, slots=True)
class Lattice:
    """One ruled table on one page: edges in points, ascending, and fields in reading order.

    ``lookup[row][column]`` is the number of the field that stands between those edges.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    fields: tuple[Field, ...]
    lookup: tuple[tuple[int, ...], ...]

    @property
    def area(self) -> float:
        """Square points."""
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])

    def field_at(self, x: float, y: float) -> int | None:
        """The number of the field around a point; None outside of the lattice."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        column = min(bisect_right(self.xs, x), len(self.xs) - 1) - 1
        row = min(bisect_right(self.ys, y), len(self.ys) - 1) - 1
        return self.lookup[row][column]


def lattices(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> list[Lattice]:
    """The ruled tables of one page, from the top of the page down; rules that enclose nothing are left out."""
    across, down = _joined(horizontal), _joined(vertical)
    if len(across) * len(down) > _MOST_CROSSINGS:
        raise UnreadableReport("A page draws more crossing lines than any report has.")
    found = [_lattice(*group) for group in _touching(across, down)]
    return sorted((lattice for lattice in found if lattice), key=lambda lattice: (lattice.ys[0], lattice.xs[0]))


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Rules at one position made one position, and pieces that meet made one rule."""
    levels: list[list[Rule]] = []
    lowest = -math.inf
    for rule in sorted(rules):
        at = rule[0]
        if at - lowest <= SNAP:
            levels[-1].append(rule)
        else:
            levels.append([rule])
            lowest = at
    joined = []
    for level in levels:
        at = sum([at for at, _, _ in level]) / len(level)
        pieces = sorted([(start, end) for _, start, end in level])
        start, end = pieces[0]
        for next_start, next_end in pieces[1:]:
            if next_start > end + SNAP:
                joined.append(Rule(at, start, end))
                start, end = next_start, next_end
            else:
                end = max(end, next_end)
        joined.append(Rule(at, start, end))
    return joined


def _touching(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of horizontal and vertical rules that touch, directly or through others."""
    owner = list(range(len(across) + len(down)))
    reaches = [(at, start - SNAP, end + SNAP) for at, start, end in down]
    for i, (y, start, end) in enumerate(across):
        left, right = start - SNAP, end + SNAP
        for j, (x, top, bottom) in enumerate(reaches, start=len(across)):
            if left <= x <= right and top <= y <= bottom:
                _union(owner, i, j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate([*across, *down]):
        groups.setdefault(_find(owner, i), ([], []))[i >= len(across)].append(rule)
    return [group for group in groups.values() if group[0] and group[1]]


def _find(owner: list[int], item: int) -> int:
    while owner[item] != item:
        owner[item] = owner[owner[item]]
        item = owner[item]
    return item


def _union(owner: list[int], first: int, second: int) -> None:
    first, second = _find(owner, first), _find(owner, second)
    owner[max(first, second)] = min(first, second)


def _lattice(across: list[Rule], down: list[Rule]) -> Lattice | None:
    xs = _edges([v.at for v in down], [h.start for h in across], [h.end for h in across])
    ys = _edges([h.at for h in across], [v.start for v in down], [v.end for v in down])
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 1 or rows < 1:
        return None
    if columns * rows > MAX_CELLS:
        raise UnreadableReport(f"A ruled table is larger than the {MAX_CELLS} cells allowed.")
    wall, level = _drawn(down, xs, ys), _drawn(across, ys, xs)
    fields: list[Field] = []
    lookup: list[tuple[int, ...]] = []
    above: dict[tuple[int, int], int] = {}
    for row in range(rows):
        current: dict[tuple[int, int], int] = {}
        line: list[int] = []
        for start, end in _runs(wall, row, columns):
            number = above.get((start, end))
            if number is None or any(level[row][start:end]):
                number = len(fields)
                is_ruled = _mostly(level[row][start:end])
                fields.append(Field(xs[start], xs[end], ys[row], ys[row], row, 0, is_ruled, False))
            current[start, end] = number
            field = fields[number]
            field.bottom, field.rowspan = ys[row + 1], row + 1 - field.row
            field.ruled_bottom = _mostly(level[row + 1][start:end])
            line.extend([number] * (end - start))
        above = current
        lookup.append(tuple(line))
    return Lattice(tuple(xs), tuple(ys), tuple(fields), tuple(lookup))


def _runs(wall: list[list[bool]], row: int, columns: int) -> Iterator[tuple[int, int]]:
    """(first column, column after the last) of the fields of one row between upright rules."""
    start = 0
    for end in range(1, columns + 1):
        if end == columns or wall[end][row]:
            yield start, end
            start = end


def _edges(positions: list[float], starts: list[float], ends: list[float]) -> list[float]:
    """Ascending edges: where rules are drawn, and the outer extent where the rules across go on without one."""
    edges: list[float] = []
    for position in sorted(positions):
        if not edges or position - edges[-1] > SNAP:
            edges.append(position)
    if min(starts) < edges[0] - _LEAST_FIELD:
        edges.insert(0, min(starts))
    if max(ends) > edges[-1] + _LEAST_FIELD:
        edges.append(max(ends))
    return edges


def _drawn(rules: list[Rule], edges: list[float], crossings: list[float]) -> list[list[bool]]:
    """drawn[edge][gap]: whether a rule at that edge runs past the middle of the gap between two crossings."""
    drawn = [[False] * (len(crossings) - 1) for _ in edges]
    middles = [(low + high) / 2 for low, high in itertools.pairwise(crossings)]
    halves = [(low + high) / 2 for low, high in itertools.pairwise(edges)]
    for at, start, end in rules:
        gaps = drawn[bisect_right(halves, at)]
        for gap in range(bisect_left(middles, start), bisect_right(middles, end)):
            gaps[gap] = True
    return drawn


def _mostly(drawn: list[bool]) -> bool:
    return 2 * sum(drawn) >= len(drawn)
