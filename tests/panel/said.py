"""Reports whose sentences say more than their own figures: last year's again, parts of a whole, two figures in one."""

from __future__ import annotations

from typing import Any

from tests.dbt_fixture import Doc, figure


def _doc(body: str, year: int, *figures: dict[str, Any], **head: Any) -> Doc:
    return Doc(f"{body}-{year}", list(figures), {"jurisdiction_code": "330402", "report_year": year,
                                                 "issuing_body": body, "body_kind": "department", **head})


def _again(code: str, printed: Any, **more: Any) -> dict[str, Any]:
    return figure(code, printed, origin="prose_previous_year", **more)


def _parts(code: str, whole: int, *parts: int) -> list[dict[str, Any]]:
    return [figure(code, whole, origin="prose"), *(figure(code, part, origin="prose_part") for part in parts)]


def _total(code: str, printed: Any, template: str, **more: Any) -> dict[str, Any]:
    return figure(code, printed, "total", template, **more)


RESTATED = [
    _doc("said-again", 2016, figure("requests_received", 48), figure("proactive_items", 37353),
         figure("reviews_total", 3), figure("lawsuits_total", None), figure("fees_collected", "0.04")),
    # Right; another number; rounded; blank there; never asked there; in money that is counted otherwise.
    _doc("said-again", 2017, figure("requests_received", 52), _again("requests_received", 48),
         _again("reviews_total", 5), _again("proactive_items", 37000, qualifier="at_least"),
         _again("lawsuits_total", 1), _again("ogi_meetings", 4), _again("fees_collected", 400, unit_code="元")),
    # Under the codes of the form that came with 2019.
    _doc("said-later", 2018, figure("requests_received", 30), figure("reviews_total", 2),
         figure("requests_closed", 29)),
    _doc("said-later", 2019, _total("requests_new", 44, "G3"),
         _total("requests_new", 31, "G3", origin="prose_previous_year"), _again("review_total", 2, template="G3"),
         _total("outcome_total", 29, "G3", origin="prose_previous_year")),
    _doc("said-of-all", 2016, figure("requests_received", 48)),
    _doc("said-of-all", 2017, figure("requests_received", 9), _again("requests_received", 7), reporting_scope="own"),
    _doc("said-first", 2017, figure("requests_received", 9), _again("requests_received", 7)),
]
PARTED = _doc("said-in-parts", 2017, *_parts("press_conferences", 20, 5, 15), *_parts("complaints_total", 20, 5, 10),
              *_parts("proactive_items", 20, 5, 16))
JOINT = _doc("said-together", 2021, _total("outcome_granted_full", 20, "G4"),
             _total("outcome_granted_partial", 3, "G4"),
             _total("outcome_granted_partial", 20, "G4", origin="prose_joint"))
DOCUMENTS = [*RESTATED, PARTED, JOINT]
