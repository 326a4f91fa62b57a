"""Reports made up for one rule each, and reviews of what was planted in the panel."""

from __future__ import annotations

from typing import Any

from tests.dbt_fixture import Doc, figure
from tests.panel import said
from tests.panel.population import Panel


def _doc(name: str, year: int, figures: list[dict[str, Any]], place: str = "330402", **head: Any) -> Doc:
    return Doc(name, figures, {"jurisdiction_code": place, "report_year": year, **head})


def _matrix(code: str, count: int) -> list[dict[str, Any]]:
    return [figure(code, count, column, "G4") for column in ("natural_person", "total")]


_BUREAU = {"issuing_body": "卫生局", "body_kind": "department"}
MISREAD = _doc("misread", 2017, [
    figure("staff_full_time", 2), figure("staff_part_time", 3, printed_text="30"), figure("staff_total", 32),
], **_BUREAU)
IMPOSSIBLE = _doc("impossible", 2016, [
    figure("requests_received", -5), figure("trainees", "2.5"), figure("fees_collected", "2.5")], **_BUREAU)
PROSE = _doc("prose", 2015, [
    figure("requests_received", 7), figure("requests_closed", 7), figure("requests_received", 8, origin="prose"),
    figure("requests_closed", 7, origin="prose")], **_BUREAU)
OTHER_SCOPE = [
    _doc("carried-out-of-all", 2021, _matrix("requests_carried_out", 9), **_BUREAU),
    _doc("carried-in-of-one", 2022, _matrix("requests_carried_in", 4), reporting_scope="own", **_BUREAU),
]
# One county of several has reported, and more than its city.
PART_OF_CITY = [
    _doc("county-of-city", 2018, [figure("requests_received", 90)]),
    _doc("city-of-county", 2018, [figure("requests_received", 50)], "330400"),
]
# Two townships with the same few requests: alike by chance.
ALIKE = [
    _doc(f"township-{place}", 2022, [*_matrix("requests_new", 2), *_matrix("outcome_granted_full", 2),
                                     *_matrix("outcome_total", 2)], place, issuing_body="新塘镇人民政府",
         body_kind="township") for place in ("330411", "330421")
]
_ROWS = ("licences", "other_services", "penalties", "coercion")


def _matters(name: str, *rows: tuple[Any, Any, Any]) -> Doc:
    """A report of 2020 with matters of the year before, their change, and the decisions printed."""
    cells = [(f"{matter}_{part}", printed) for matter, row in zip(_ROWS, rows, strict=True)
             for part, printed in zip(("matters_prev_year", "matters_change", "decisions"), row, strict=True)]
    return _doc(name, 2020, [figure(code, printed, template="G3") for code, printed in cells], issuing_body=name,
                body_kind="department")


# As a bureau of Guangdong printed it; with one row that counts decisions; and where there is nothing to tell by.
MATTERS = {
    "decisions-are-matters": _matters("decisions-are-matters", (22, 1, 23), (None, None, None), (1168, 173, 1341),
                                      (2, -2, 0)),
    "decisions-are-decisions": _matters("decisions-are-decisions", (22, 1, 23), (1, 0, 1), (1168, 173, 1340),
                                        (2, -2, 0)),
    "matters-of-nought": _matters("matters-of-nought", *[(0, 0, 0)] * 4),
    "matters-of-few": _matters("matters-of-few", (3, 0, 3), (2, 0, 2), (0, 0, 0), (0, 0, 0)),
    "matters-of-one-row": _matters("matters-of-one-row", (900, 100, 1000), (0, 0, 0), (5, None, 5), (None, 0, 0)),
    "matters-unprinted": _matters("matters-unprinted", *[(5, 1, None)] * 4),
}


def _disputes(name: str, year: int, suits: Any, *decided: Any) -> Doc:
    codes = ("lawsuit_after_review_total", "review_upheld", "review_corrected", "review_other")
    return _doc(f"{name}-{year}", year, [
        figure(code, printed, template="G4") for code, printed in zip(codes, (suits, *decided), strict=True)],
        issuing_body=name, body_kind="department")


# Suits after a review beyond all reviews decided in three years, and where that cannot be said.
SUITS = [
    *(_disputes("many-suits", year, suits, 1, 0, 0) for year, suits in ((2021, 0), (2022, 1), (2023, 10))),
    *(_disputes("many-suits-at-once", year, suits, 1, 0, 0) for year, suits in ((2022, 0), (2023, 10))),
    *(_disputes("one-suit", year, suits, 0, 0, 0) for year, suits in ((2021, 0), (2022, 0), (2023, 1))),
    *(_disputes("suits-beside-blanks", year, suits, 1, None, 0) for year, suits in ((2021, 0), (2022, 0), (2023, 10))),
    *(_disputes("suits-enough", year, suits, 4, None, 2) for year, suits in ((2022, 3), (2023, 10))),
    *(_disputes("suits-blank", year, None, 1, 0, 0) for year in (2021, 2022, 2023)),
]
DOCUMENTS = [MISREAD, IMPOSSIBLE, PROSE, *OTHER_SCOPE, *PART_OF_CITY, *ALIKE, *MATTERS.values(), *SUITS,
             *said.DOCUMENTS]


def reviews(panel: Panel) -> list[list[Any]]:
    """Rows of the seed of reviews: one that holds, one whose figures have changed since, one left open on purpose."""
    gaps = [(body, fault) for body, fault in panel.faults.items() if fault.kind == "missing_report"][:3]
    rows = []
    for (body, fault), verdict, right in zip(gaps, ("accepted_as_published", "ours", "open"), (1, 9, 1), strict=True):
        later, earlier = (panel.report(body, year).document_id for year in (fault.year, fault.year - 2))
        rows.append([later, "X-8", "", fault.year - 2, fault.year - right, verdict, "publisher", "looked for",
                     "its site", "tester", "2026-01-02", "missing_report", "", earlier, "", "", "", ""])
    return rows
