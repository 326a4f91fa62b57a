"""The arithmetic of the forms, stated a second time and apart from the catalogue, as domain knowledge has it.

``truths(template, cells)`` says of each identity, and applicant where it holds in every column, whether it holds. The
cells must all be printed. That the catalogue says the same is what the tests ask.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tests.panel.figures import LEAVES, OTHER, OUTCOMES, RESULTS, ROUTES, Cells, matrix_rows

Key = tuple[str, str | None]


def sum_of(cells: Cells, codes: list[str], applicant: str | None = None) -> Decimal:
    return sum((Decimal(cells[code, applicant] or 0) for code in codes), Decimal(0))


def _g1(v: Callable[[str], Decimal]) -> dict[str, bool]:
    channels = [v(f"requests_received_{c}") for c in (
        "in_person", "fax", "email", "web_form", "letter", "other_channel")]
    reasons = [v(f"responses_refused_{r}") for r in (
        "not_govt_info", "not_exist", "not_this_agency", "unclear", "state_secret", "trade_secret", "privacy",
        "deliberative", "enforcement", "other_law", "other_reason")]
    return {
        "G1-1": sum(channels) == v("requests_received"),
        "G1-2": v("responses_granted_full") + v("responses_granted_partial") + v("responses_denied_incl_other")
        == v("responses_total"),
        "G1-3": sum(reasons) == v("responses_denied_incl_other"),
        "G1-5": v("proactive_items_fulltext") <= v("proactive_items"),
        "G1-6": v("fees_search") + v("fees_copy") + v("fees_post") == v("fees_collected"),
        "G1-7": v("staff_full_time") + v("staff_part_time") == v("staff_total"),
        "G1-8": v("complaints_appeals_first_handling") <= v("complaints_appeals_total"),
    }


def _g2(v: Callable[[str], Decimal]) -> dict[str, bool]:
    channels = [v(f"proactive_channel_{c}") for c in ("gazette", "website", "weibo", "wechat", "other")]
    answers = [v(f"responses_{a}") for a in (
        "already_public", "granted_full", "granted_partial", "denied", "not_this_agency", "not_exist",
        "asked_to_amend", "redirected")]
    reasons = [v(f"responses_denied_{r}") for r in (
        "state_secret", "trade_secret", "privacy", "security_stability", "not_govt_info", "other_law")]
    return {
        "G2-1": sum(v(f"requests_received_{c}") for c in ("in_person", "fax", "online", "letter"))
        == v("requests_received"),
        "G2-2": v("requests_closed_on_time") + v("requests_closed_extended") == v("requests_closed"),
        "G2-3": sum(answers) == v("responses_total"),
        "G2-4": sum(reasons) == v("responses_denied"),
        "G2-5": v("requests_closed") == v("responses_total"),
        "G2-6": v("requests_received") == v("requests_closed"),
        "G2-7": v("reviews_upheld") + v("reviews_corrected") + v("reviews_other") == v("reviews_total"),
        "G2-8": v("lawsuits_upheld") + v("lawsuits_corrected") + v("lawsuits_other") == v("lawsuits_total"),
        "G2-9": v("staff_full_time") + v("staff_part_time") == v("staff_total"),
        "G2-10": v("normative_docs_disclosed") <= v("normative_docs_issued"),
        "G2-11": v("normative_docs_disclosed") <= v("proactive_items"),
        "G2-12a": max(channels) <= v("proactive_items"),
        "G2-12b": v("proactive_items") <= sum(channels),
        "G2-13": v("press_conferences_leader") <= v("press_conferences"),
        "G2-14": v("online_interviews_leader") <= v("online_interviews"),
    }


def _disputes(v: Callable[[str], Decimal], template: str) -> dict[str, bool]:
    return {f"{template}-M4{letter}": sum(v(f"{route}_{result}") for result in RESULTS) == v(f"{route}_total")
            for letter, route in zip("abc", ROUTES, strict=True)}


def _matters(v: Callable[[str], Decimal]) -> dict[str, bool]:
    names = ("licences_matters", "other_services_matters", "penalties_matters", "coercion_matters", "admin_fee_items")
    return {
        "G3-M7a": v("regulations_new_disclosed") <= v("regulations_disclosed_total"),
        "G3-M7b": v("normative_docs_new_disclosed") <= v("normative_docs_disclosed_total"),
    } | {f"G3-M9{letter}": v(f"{name}_prev_year") + v(f"{name}_change") >= 0
         for letter, name in zip("abcde", names, strict=True)}


def truths(template: str, cells: Cells) -> dict[Key, bool]:
    """Identity and applicant to whether it holds."""
    def v(code: str) -> Decimal:
        return Decimal(cells[code, None] or 0)

    if template in ("G1", "G2"):
        return {(code, None): holds for code, holds in (_g1(v) if template == "G1" else _g2(v)).items()}
    found: dict[Key, bool] = {(code, None): holds for code, holds in _disputes(v, template).items()}
    if template == "G3":
        found |= {(code, None): holds for code, holds in _matters(v).items()}
    outcomes = [f"outcome_{name}" for name in (*OUTCOMES, *OTHER[template])]
    for column in (*LEAVES, "total"):
        total = sum_of(cells, ["outcome_total"], column)
        came = sum_of(cells, ["requests_new", "requests_carried_in"], column)
        found[f"{template}-M1", column] = came == total + sum_of(cells, ["requests_carried_out"], column)
        found[f"{template}-M2", column] = sum_of(cells, outcomes, column) == total
    for row in matrix_rows(template):
        found[f"{template}-M3:{row}", None] = sum(
            Decimal(cells[row, leaf] or 0) for leaf in LEAVES) == Decimal(cells[row, "total"] or 0)
    return found
