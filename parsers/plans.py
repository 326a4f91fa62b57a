"""How the tables of a layout were understood, remembered: reports print one form, and only their figures differ.

Which cell holds which figure depends on the labels and the shape of the tables, not on the figures themselves. The
``layout`` of a document is what is left of its grids without the figures; where a layout comes a second time, what the
walks found is kept as a ``Plan`` (this cell is that indicator), and from then on the plan is applied in place of the
walks.

A plan is kept only where it is certain to say what the walks would say: they are done once more over the same grids
with other figures and must find the same, nothing that they found may stand in the text beside the tables, and no
figure may be part of an issue. Whatever is in doubt has no plan and is walked every time. All of it is bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from parsers.catalogue.model import Catalogue
from parsers.grid import Cell, Grid, Place, make_place
from parsers.layouts import Layouts, is_figure, weight, with_other_figures
from parsers.numbers import parse_cell
from parsers.observation import Issue, Observation, make_observation
from parsers.observe import Observed, walk_tables
from parsers.walks.figures import is_count, is_whole

MAX_PLANS = 128
MAX_LAYOUT = 1 << 16
"""Characters of a layout that may have a plan: several times what any report's tables print."""
MAX_SEEN = 4096

# Grid, row and column of a figure, and what is certain of it: template, indicator, applicant, label, unit, and whether
# it must be a count.
PlannedFigure = tuple[int, int, int, str, str, str | None, str, str | None, bool]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the walks find in every document of one layout, but for the figures."""

    template_codes: tuple[str, ...]
    figures: tuple[PlannedFigure, ...]
    issues: tuple[Issue, ...]

    def observed(self, grids: Sequence[Grid]) -> Observed | None:
        """What a document of this layout says; None where a figure is an issue (a count that is no whole number)."""
        observations = []
        rows = [grid.rows for grid in grids]
        for table, row, column, template, indicator, applicant, label, unit, must_count in self.figures:
            cell = rows[table][row][column]
            text = cell[0]
            parsed = parse_cell(text)
            if must_count and not text.isdigit() and is_figure(text) and not is_whole(parsed.value):
                return None
            place = make_place((table, row, column, cell[5], None, None))
            observations.append(make_observation((
                template, indicator, applicant, parsed.value, parsed.state, text.strip(), label, unit, "table", place,
                None)))
        return Observed(self.template_codes, tuple(observations), tuple([_moved(i, grids) for i in self.issues]),
                        lines_of(grids))


class Plans:
    """The plans of one catalogue, the latest used ones; a layout gets one when it comes for the second time."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._layouts = Layouts(catalogue)
        self._plans: OrderedDict[int, tuple[Hashable, Plan | None]] = OrderedDict()
        self._seen: OrderedDict[int, None] = OrderedDict()

    def observe(self, grids: Sequence[Grid]) -> Observed:
        """As ``walk_tables`` does, by a plan where there is one."""
        layout = self._layouts.of(grids)
        if layout is None:
            return walk_tables(grids, self._catalogue)[0]
        number = hash(layout)  # worked out once: layouts are large
        known, plan = self._plans.get(number, (None, None))
        if known == layout:
            self._plans.move_to_end(number)
            return (plan and plan.observed(grids)) or walk_tables(grids, self._catalogue)[0]
        observed, is_by_layout = walk_tables(grids, self._catalogue)
        if self._is_second(number) and weight(layout) <= MAX_LAYOUT:
            self._plans[number] = layout, self._plan(observed, grids) if is_by_layout else None
            if len(self._plans) > MAX_PLANS:
                self._plans.popitem(last=False)
        return observed

    def _is_second(self, number: int) -> bool:
        """Whether a layout of this hash came before, not too long ago; most come once, and are not kept for that."""
        if number in self._seen:
            return True
        self._seen[number] = None
        if len(self._seen) > MAX_SEEN:
            self._seen.popitem(last=False)
        return False

    def _plan(self, observed: Observed, grids: Sequence[Grid]) -> Plan | None:
        """The plan of a document's layout, or None where its figures or its text have a say in what is found."""
        other, _ = walk_tables(with_other_figures(grids), self._catalogue)
        if observed.issues != other.issues or len(observed.prose) != len(lines_of(grids)):
            return None
        if any(i.place is not None and _cell_at(i.place, grids) is None for i in observed.issues):
            return None
        figures = tuple(map(self._planned, observed.observations))
        if figures != tuple(map(self._planned, other.observations)):
            return None
        if not all(_is_cell(o, grids) for o in observed.observations):
            return None
        return Plan(observed.template_codes, figures, observed.issues)

    def _planned(self, o: Observation) -> PlannedFigure:
        indicator = self._catalogue.templates[o.template_code].indicators[o.indicator_code]
        return (*o.place[:3], o.template_code, o.indicator_code, o.applicant_type_code, o.printed_label, o.unit_code,
                is_count(indicator, o.unit_code))


def lines_of(grids: Sequence[Grid]) -> tuple[tuple[Cell, Grid], ...]:
    """Every line of the text outside the tables."""
    return tuple([(cell, grid) for grid in grids if grid.kind == "text" for (cell,) in grid.rows])


def _cell_at(place: Place, grids: Sequence[Grid]) -> Cell | None:
    """The cell of a table that stands at a place; None where it is not that simple."""
    grid = grids[place.table] if place.table < len(grids) else None
    if grid is None or grid.index != place.table or grid.kind != "table" or place.start is not None:
        return None
    if place.row >= len(grid.rows) or place.column >= len(grid.rows[place.row]):
        return None
    cell = grid.rows[place.row][place.column]
    return cell if (cell.row, cell.column, cell.page) == (place.row, place.column, place.page) else None


def _is_cell(o: Observation, grids: Sequence[Grid]) -> bool:
    """Whether a figure is all that its cell prints, read as cells are read."""
    cell = _cell_at(o.place, grids)
    if cell is None or o.qualifier is not None or o.printed_text != cell.text.strip():
        return False
    parsed = parse_cell(cell.text)
    return (o.value, o.value_state) == (parsed.value, parsed.state)


def _moved(issue: Issue, grids: Sequence[Grid]) -> Issue:
    """The issue in another document of the layout, whose pages may break elsewhere."""
    if issue.place is None or issue.place.page is None:
        return issue
    table, row, column, *_ = issue.place
    place = Place(table, row, column, grids[table].rows[row][column].page)
    return Issue(issue.kind, issue.message, place, issue.printed_text, issue.indicator_code, issue.nearest_labels)


_HELD: list[tuple[Catalogue, Plans]] = []


def observe(grids: Sequence[Grid], catalogue: Catalogue) -> Observed:
    """Observations and issues of the statistics tables among some grids; prose is the text outside them."""
    for held, plans in _HELD:
        if held is catalogue:
            return plans.observe(grids)
    _HELD.insert(0, (catalogue, Plans(catalogue)))
    del _HELD[2:]  # one catalogue in a process, two in its tests
    return _HELD[0][1].observe(grids)
