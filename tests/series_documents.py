"""One county's reports through all four generations of the form, as the generator draws them, and what they add up to.

What a series must come to is written out here per form, not read from series.yml.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from tests.dbt_fixture import Doc, figure
from tests.generator.figures import Figures, draw
from tests.generator.spec import form_spec

# 密云县 became 密云区 under another code in 2015; its report on 2012 was never found.
YEARS = [year for year in range(2008, 2026) if year != 2012]
BEFORE, AFTER = "110228", "110118"
LATE = "330304"  # a county that kept the form of 2014 in its report on 2019

GRANTED = {
    "G1": ("responses_granted_full", "responses_granted_partial"),
    "G2": ("responses_already_public", "responses_granted_full", "responses_granted_partial"),
    "G3": ("outcome_granted_full", "outcome_granted_partial"),
}
EXEMPT = {
    "G1": tuple(f"responses_refused_{r}" for r in (
        "state_secret", "trade_secret", "privacy", "deliberative", "enforcement", "other_law")),
    "G2": ("responses_denied",),
    "G3": tuple(f"outcome_denied_{r}" for r in (
        "state_secret", "other_law_prohibits", "security_stability", "third_party")),
}
OTHERS = {
    "G1": ("responses_denied_incl_other",),
    "G2": ("responses_denied", "responses_not_this_agency", "responses_not_exist", "responses_asked_to_amend",
           "responses_redirected"),
}


def form_of(year: int) -> str:
    return "G1" if year < 2014 else "G2" if year < 2019 else "G3" if year < 2021 else "G4"


def figures_of(year: int, template: str | None = None) -> Figures:
    template = template or form_of(year)
    return draw(form_spec(template), Random(f"{year} {template}"))


def expected(year: int) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Requests received, granted, all outcomes, grants and refusals under an exemption, of a year's report."""
    figures, template = figures_of(year), form_of(year)
    asked = "G3" if template == "G4" else template

    def add(codes: tuple[str, ...]) -> Decimal:
        return sum((figures[code, "total" if asked == "G3" else None] for code in codes), Decimal(0))

    granted, exempt = add(GRANTED[asked]), add(EXEMPT[asked])
    if asked == "G2":
        exempt -= figures["responses_denied_not_govt_info", None]
    outcomes = figures["outcome_total", "total"] if asked == "G3" else granted + add(OTHERS[asked])
    received = figures["requests_new", "total"] if asked == "G3" else figures["requests_received", None]
    return received, granted, outcomes, granted + exempt


def _doc(place: str, year: int, template: str | None = None, scope: str = "consolidated") -> Doc:
    template = template or form_of(year)
    rows = [figure(code, value, applicant, template) for (code, applicant), value in figures_of(year, template).items()]
    return Doc(f"{place}-{year}-{scope}", rows,
               {"jurisdiction_code": place, "report_year": year, "reporting_scope": scope})


DOCUMENTS = [
    *(_doc(BEFORE if year < 2015 else AFTER, year) for year in YEARS),
    _doc(AFTER, 2016, scope="own"),
    _doc(LATE, 2018), _doc(LATE, 2019, "G2"), _doc(LATE, 2020), _doc(LATE, 2021, scope="own"),
]
