"""Reports that tell each identity from any other: one whose every bound is tight, and one more per cell changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from parsers.catalogue.model import Identity, Template
from tests.panel.figures import LEAVES, OTHER, OUTCOMES, RESULTS, ROUTES, Cells, matrix_rows
from tests.panel.oracle import Key, sum_of

# Cells of a tight report that are no sum of others; every other cell of the form gets a number of its own.
LINES = {
    "G1": [
        ("requests_received", ["requests_received_in_person", "requests_received_fax", "requests_received_email",
                               "requests_received_web_form", "requests_received_letter",
                               "requests_received_other_channel"]),
        ("responses_denied_incl_other", [f"responses_refused_{r}" for r in (
            "not_govt_info", "not_exist", "not_this_agency", "unclear", "state_secret", "trade_secret", "privacy",
            "deliberative", "enforcement", "other_law", "other_reason")]),
        ("responses_total", ["responses_granted_full", "responses_granted_partial", "responses_denied_incl_other"]),
        ("proactive_items", ["proactive_items_fulltext"]),
        ("fees_collected", ["fees_search", "fees_copy", "fees_post"]),
        ("staff_total", ["staff_full_time", "staff_part_time"]),
        ("complaints_appeals_total", ["complaints_appeals_first_handling"]),
    ],
    "G2": [
        ("responses_denied", [f"responses_denied_{r}" for r in (
            "state_secret", "trade_secret", "privacy", "security_stability", "not_govt_info", "other_law")]),
        ("responses_total", [f"responses_{a}" for a in (
            "already_public", "granted_full", "granted_partial", "denied", "not_this_agency", "not_exist",
            "asked_to_amend", "redirected")]),
        ("requests_closed", ["responses_total"]),
        ("requests_received", ["responses_total"]),
        ("reviews_total", ["reviews_upheld", "reviews_corrected", "reviews_other"]),
        ("lawsuits_total", ["lawsuits_upheld", "lawsuits_corrected", "lawsuits_other"]),
        ("staff_total", ["staff_full_time", "staff_part_time"]),
        ("normative_docs_issued", ["normative_docs_disclosed"]),
        ("press_conferences", ["press_conferences_leader"]),
        ("online_interviews", ["online_interviews_leader"]),
    ],
    "G3": [
        ("regulations_disclosed_total", ["regulations_new_disclosed"]),
        ("normative_docs_disclosed_total", ["normative_docs_new_disclosed"]),
    ],
    "G4": [],
}
CHANNELS: list[Key] = [
    (f"proactive_channel_{name}", None) for name in ("gazette", "website", "weibo", "wechat", "other")]


def tight_report(template: Template) -> Cells:
    """A report whose every identity holds, bounds included with no room to spare; no two free cells are alike."""
    code, cells = template.code, {}
    free = [i for i in template.indicators.values() if not i.is_heading]
    for number, indicator in enumerate(free, 1):
        for column in (*LEAVES, "total") if indicator.axis == "matrix_row" else (None,):
            cells[indicator.code, column] = 100 + 7 * number + 3 * (LEAVES.index(column) if column in LEAVES else 0)
    for whole, parts in LINES[code]:
        cells[whole, None] = int(sum_of(cells, parts))
    if code == "G2":
        _tight_g2(cells)
    if code in ("G3", "G4"):
        _tight_matrix(cells, code)
    return cells


def _tight_g2(cells: Cells) -> None:
    """Closing times and channels fill up to what was received; items are the one channel that is not 0."""
    received = cells["requests_received", None]
    cells["requests_closed_on_time", None] = received - cells["requests_closed_extended", None]
    others = ("in_person", "fax", "letter")
    cells["requests_received_online", None] = received - sum(cells[f"requests_received_{c}", None] for c in others)
    cells["proactive_items", None] = cells["normative_docs_disclosed", None]
    cells |= dict.fromkeys(CHANNELS, 0)
    cells[CHANNELS[0]] = cells["proactive_items", None]


def _tight_matrix(cells: Cells, template: str) -> None:
    outcomes = [f"outcome_{name}" for name in (*OUTCOMES, *OTHER[template])]
    for leaf in LEAVES:
        cells["outcome_total", leaf] = int(sum_of(cells, outcomes, leaf))
        cells["requests_new", leaf] = (cells["outcome_total", leaf] + cells["requests_carried_out", leaf]
                                       - cells["requests_carried_in", leaf])
    for row in matrix_rows(template):
        cells[row, "total"] = sum(cells[row, leaf] for leaf in LEAVES)
    for route in ROUTES:
        cells[f"{route}_total", None] = int(sum_of(cells, [f"{route}_{result}" for result in RESULTS]))
    for name in ("licences_matters", "other_services_matters", "penalties_matters", "coercion_matters",
                 "admin_fee_items") if template == "G3" else ():
        cells[f"{name}_change", None] = -cells[f"{name}_prev_year", None]


def battery(template: Template) -> Iterator[Cells]:
    """A tight report, then for each cell of it one with the cell one higher and one with it one lower.

    Each channel of the form of 2014 has its turn as the only one, so that each must be in the rule of the largest.
    """
    tight = tight_report(template)
    yield tight
    for key in [key for key in tight if key[1] in (None, "natural_person", "total")]:
        yield tight | {key: tight[key] + 1}
        yield tight | {key: tight[key] - 1}
    for channel in CHANNELS[1:] if template.code == "G2" else ():
        only = tight | {CHANNELS[0]: 0, channel: tight[CHANNELS[0]]}
        yield only
        yield only | {channel: only[channel] + 1}
        yield only | {channel: only[channel] - 1}


def mutants(identity: Identity) -> Iterator[Identity]:
    """Every way to take an identity's meaning away: a term less, another weight or side, relation or way to combine."""
    for relation in {"eq", "le", "ge"} - {identity.relation}:
        yield replace(identity, relation=relation)
    for at, term in enumerate(identity.terms):
        others = (identity.terms[:at], identity.terms[at + 1:])
        yield replace(identity, terms=others[0] + others[1])
        other_aggregate = "sum" if term.aggregate == "max" else "max"
        other_side = "right" if term.side == "left" else "left"
        for changed in (replace(term, weight=term.weight * 2), replace(term, weight=-term.weight),
                        replace(term, side=other_side)):
            yield replace(identity, terms=(*others[0], changed, *others[1]))
        if sum(t.side == term.side for t in identity.terms) > 1:
            yield replace(identity, terms=tuple(
                replace(t, aggregate=other_aggregate) if t.side == term.side else t for t in identity.terms))


def judge(identity: Identity, cells: Cells) -> dict[str | None, bool]:
    """Whether an identity of the catalogue holds, by column where it holds in each; all cells must be printed."""
    columns = (*LEAVES, "total") if identity.per_applicant else (None,)
    return {column: _holds(identity, cells, column) for column in columns}


def _holds(identity: Identity, cells: Cells, column: str | None) -> bool:
    sides = {}
    for side in ("left", "right"):
        terms = [t for t in identity.terms if t.side == side]
        values = [t.weight * (cells[t.indicator_code, t.applicant_type_code or column] or 0) for t in terms]
        is_maximum = any(t.aggregate == "max" for t in terms)
        sides[side] = (max(values, default=Decimal(0)) if is_maximum else sum(values, Decimal(0)))
    left, right = sides["left"], sides["right"]
    return {"eq": left == right, "le": left <= right, "ge": left >= right}[identity.relation]
