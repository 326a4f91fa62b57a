"""Reports made up for one rule each, and reviews of what was planted in the panel."""

from __future__ import annotations

from typing import Any

from tests.dbt_fixture import Doc, figure
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
DOCUMENTS = [MISREAD, IMPOSSIBLE, PROSE, *OTHER_SCOPE, *PART_OF_CITY, *ALIKE]


def reviews(panel: Panel) -> list[list[Any]]:
    """Rows of the seed of reviews: one that holds, one whose figures have changed since, one left open on purpose."""
    gaps = [(body, fault) for body, fault in panel.faults.items() if fault.kind == "missing_report"][:3]
    rows = []
    for (body, fault), verdict, right in zip(gaps, ("accepted_as_published", "ours", "open"), (1, 9, 1), strict=True):
        later, earlier = (panel.report(body, year).document_id for year in (fault.year, fault.year - 2))
        rows.append([later, "X-8", "", fault.year - 2, fault.year - right, verdict, "publisher", "looked for",
                     "its site", "tester", "2026-01-02", "missing_report", "", earlier, "", "", "", ""])
    return rows
