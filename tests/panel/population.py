"""The panel with its faults: bodies, what was planted where, and the reports that come of it."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.panel.bodies import CITIES, YEARS, Body, bodies
from tests.panel.build import Report, report_of
from tests.panel.faults import COPY, KINDS, MEANINGS, PARENT, Fault, Years, is_telling, plant
from tests.panel.figures import added, figures_of

PER_KIND = 14
PER_MEANING = 6
COPIED_BODIES = 5


@dataclass(frozen=True)
class Panel:
    """Reports of all bodies, and the fault that each faulty body got."""

    reports: list[Report]
    faults: dict[Body, Fault]
    clean: list[Body]

    def report(self, body: Body, year: int) -> Report:
        return next(r for r in self.reports if r.body == body and r.year == year)


def panel(seed: int) -> Panel:
    """A panel of made-up reports of 200 bodies over six years; the same seed gives the same panel."""
    rng = random.Random(f"panel-{seed}")
    everyone = bodies(seed)
    years = {body: figures_of(body, rng) for body in everyone}
    cities = [body for body in everyone if body.code in CITIES]
    own = {city: dict(years[city]) for city in cities}
    for city in cities:
        for county in (body for body in everyone if body.city == city.code):
            for year in YEARS:
                years[city][year] = added(years[city][year], years[county][year])
    # Counties of a city stay clean, so that a fault tells of itself alone.
    free = [body for body in everyone if body.city is None and body.code not in CITIES]
    rng.shuffle(free)
    faults: dict[Body, Fault] = {}
    for kind in (*KINDS, "missing_report"):
        _plant(kind, PER_KIND, free, years, faults, rng)
    donors = _copy_others(free, years, faults, rng)
    _leave_counties_out(cities[0], own[cities[0]], years, faults, rng)
    for kind in MEANINGS:
        _plant(kind, PER_MEANING, free, years, faults, random.Random(f"{kind}-{seed}"))
    clean = [body for body in everyone if body not in faults and body not in donors]
    _blanks_for_zeros([body for body in clean if body.code not in CITIES], years, rng)
    reports = [report_of(body, year, cells) for body in everyone for year, cells in years[body].items()]
    return Panel(reports, faults, clean)


def _plant(
    kind: str, count: int, free: list[Body], years: dict[Body, Years], faults: dict[Body, Fault], rng: random.Random,
) -> None:
    """Plant one kind into as many bodies as it takes; a body whose reports offer no place for it stays free."""
    planted = 0
    for body in list(free):
        if planted == count:
            return
        if fault := plant(kind, body, years[body], rng):
            faults[body] = fault
            free.remove(body)
            planted += 1
    raise AssertionError(f"the panel has too few bodies for {count} faults of the kind {kind}")


def _copy_others(
    free: list[Body], years: dict[Body, Years], faults: dict[Body, Fault], rng: random.Random,
) -> set[Body]:
    """Some bodies hand in another body's report; returns those whose reports they took."""
    donors = set()
    for _ in range(COPIED_BODIES):
        year = rng.choice(YEARS)
        donor = next(body for body in free if is_telling(years[body][year]))
        free.remove(donor)
        copier = free.pop()
        years[copier][year] = dict(years[donor][year])
        faults[copier] = Fault("copied_body", year, frozenset(), frozenset({COPY}))
        donors.add(donor)
    return donors


def _leave_counties_out(city: Body, own: Years, years: dict[Body, Years], faults: dict[Body, Fault],
                        rng: random.Random) -> None:
    """A city's report for its whole area prints the figures of its own offices: every sum of the form closes."""
    year = rng.choice([y for y in YEARS if own[y]["requests_new", "total"]
                       < years[city][y]["requests_new", "total"] - own[y]["requests_new", "total"]])
    years[city][year] = own[year]
    faults[city] = Fault("counties_left_out", year, frozenset(), frozenset({PARENT}))


def _blanks_for_zeros(clean: list[Body], years: dict[Body, Years], rng: random.Random) -> None:
    """Some bodies leave a cell of the matrix blank where the figure is 0, in some years."""
    for body in clean:
        for year in YEARS:
            if rng.random() < 0.15:
                years[body][year] = {key: None if value == 0 and key[1] else value
                                     for key, value in years[body][year].items()}

