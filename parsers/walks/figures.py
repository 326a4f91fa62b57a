"""From a cell that is known to belong to an indicator to an observation, and what is wrong with it as issues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from parsers.catalogue.model import Catalogue, Indicator
from parsers.grid import Place
from parsers.numbers import TOO_LARGE, Parsed, parse_cell
from parsers.observation import Issue, Observation

MONEY = frozenset(("元", "万元"))


def is_count(indicator: Indicator, unit_code: str | None) -> bool:
    """Whether a figure must be a whole number from zero on: all but money and changes."""
    return unit_code not in MONEY and not indicator.is_signed


def is_whole(value: Decimal) -> bool:
    """Whether a value may be a count."""
    return value >= 0 and value == value.to_integral_value()


class Printed(NamedTuple):
    """Where a figure is printed: its cell's text, its label, its place, and the unit in its row or column head."""

    text: str
    label: str
    place: Place
    unit: str | None = None


class Findings:
    """What a walk has found so far: observations and issues, in order of reading.

    ``is_by_layout`` ends where a figure, or the text beside the tables, had a say in what belongs where.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.is_by_layout = True
        self.observations: list[Observation] = []
        self.issues: list[Issue] = []

    def issue(self, kind: str, message: str, place: Place | None = None, printed: str = "",
              indicator: Indicator | None = None, nearest: tuple[str, ...] = ()) -> None:
        """Record what was not understood, with its place."""
        self.issues.append(Issue(kind, message, place, printed[:500], indicator.code if indicator else None, nearest))

    def lost(self, what: str, rows: Iterable[Indicator], place: Place | None = None) -> None:
        """Record every row or cell of the form that ``what`` does not print, one by one: whoever asks for a figure
        that is not there finds the reason under its code."""
        for indicator in rows:
            name = "/".join((*indicator.path[1:], indicator.label)) if indicator.axis == "scalar" else indicator.label
            self.issue("row_missing", f"{what} does not print {name!r}, or it was not understood: {indicator.code}",
                       place, name, indicator)

    def one_of(self, indicator: Indicator, printed: Sequence[Printed]) -> None:
        """Record a figure that may be printed several times (a blank form, a table again, another year's): where there
        is a figure, and none where they differ, since which is the report's is not known."""
        self.is_by_layout = self.is_by_layout and len(printed) == 1
        filled = [one for one in printed if parse_cell(one.text).value is not None]
        first = (filled or printed)[0]
        if len({parse_cell(one.text).value for one in filled}) > 1:
            texts = ", ".join(one.text.strip() for one in filled)
            self.issue("several_values", f"{first.label!r} is printed several times: {texts}", first.place, first.text,
                       indicator)
        else:
            self.figure(indicator, first.text, first.label, first.place, unit=first.unit)

    def figure(self, indicator: Indicator, printed: str, label: str, place: Place, *, applicant: str | None = None,
               unit: str | None = None) -> None:
        """Record one figure as printed; ``unit`` is the unit printed in its row or column head, if any."""
        parsed = parse_cell(printed)
        if indicator.is_heading:
            if parsed.state in ("number", "zero"):
                self.issue("heading_has_figure", f"the heading {label.strip()!r} carries the figure "
                           f"{printed.strip()!r}", place, printed, indicator)
            return
        unit_code = self._unit(indicator, parsed, unit, label, place)
        parsed = self._multiplied(parsed, unit)
        if parsed.state == "text":
            self.issue("not_a_number", f"{printed.strip()[:60]!r} is no number", place, printed, indicator)
        elif parsed.value is not None and is_count(indicator, unit_code) and not is_whole(parsed.value):
            self.issue("not_an_integer", f"the count {printed.strip()!r} is no whole number from zero", place, printed,
                       indicator)
        self.observations.append(Observation(
            template_code=indicator.template_code, indicator_code=indicator.code, applicant_type_code=applicant,
            value=parsed.value, value_state=parsed.state, printed_text=printed.strip(), printed_label=label.strip(),
            unit_code=unit_code, origin="table", place=place,
        ))

    def _multiplied(self, parsed: Parsed, printed_unit: str | None) -> Parsed:
        """The value in the catalogue's unit where a larger one is printed: 1.2 in a row of 万条 is 12000."""
        word = parsed.unit if parsed.unit in self.catalogue.units else printed_unit
        _, times = self.catalogue.multiples.get(word or "", ("", 1))
        if times == 1:
            return parsed
        self.is_by_layout = False
        if parsed.value is None:
            return parsed
        value = parsed.value * times
        return replace(parsed, value=value) if abs(value) < TOO_LARGE else Parsed(None, "text", parsed.unit)

    def _unit(self, indicator: Indicator, parsed: Parsed, printed_unit: str | None, label: str,
              place: Place) -> str | None:
        """The unit in which the value stands. Only money changes its size with the unit; counts keep the form's."""
        units = self.catalogue.units
        printed = units.get(parsed.unit or "") or units.get(printed_unit or "")
        if printed is None or printed == indicator.unit_code:
            return indicator.unit_code
        money = printed in MONEY
        if money != (indicator.unit_code in MONEY) or (money and not indicator.has_unit_in_cell):
            self.issue("unit_differs", f"{label.strip()!r} is printed in {printed}, the form asks "
                       f"{indicator.unit_code}", place, parsed.unit or printed_unit or "", indicator)
        return printed if money else indicator.unit_code
