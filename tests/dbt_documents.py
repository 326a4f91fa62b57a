"""Documents made up for the tests of the dbt project: each for one rule, in a place and year of its own."""

from __future__ import annotations

from typing import Any

from tests.dbt_fixture import Doc, figure

LEAVES = ("natural_person", "commercial_enterprise", "research_institution", "public_interest_org",
          "legal_service_org", "other_org")


def _doc(name: str, year: int, figures: list[dict[str, Any]], place: str | None = "330304", **head: Any) -> Doc:
    return Doc(name, figures, {"jurisdiction_code": place, "report_year": year, **head})


def _row(code: str, cells: dict[str, Any], template: str = "G4") -> list[dict[str, Any]]:
    return [figure(code, cells.get(a), a, template) for a in (*LEAVES, "total")]


def _prose(code: str, printed: Any, **more: Any) -> dict[str, Any]:
    return figure(code, printed, origin="prose", **more)


TABLE_AND_PROSE = _doc("table-and-prose", 2008, [
    _prose("requests_received", 8), figure("requests_received", 7), _prose("requests_received", 7),
    _prose("requests_closed", 5)])
PROSE_ONLY = _doc("prose-only", 2009, [
    _prose("requests_received", 30, qualifier="约"), _prose("requests_received", 31)])
PLACELESS = _doc("placeless", 2016, [figure("requests_received", 3)], place=None)

_three = {"requests_received": 7, "requests_closed": 7, "responses_total": 7}
RANKED = [
    _doc("rank-few", 2016, [figure("requests_received", 7)], "330302"),
    _doc("rank-prose", 2016, [_prose(code, value + (code == "responses_total")) for code, value in _three.items()],
         "330302", source_url="https://www.lucheng.gov.cn/a"),
    _doc("rank-gov", 2016, [figure(*item) for item in _three.items()], "330302",
         source_url="https://WWW.lucheng.gov.cn:443/b"),
    _doc("rank-copy", 2016, [
        figure("requests_received", 8), figure("requests_closed", 7), figure("responses_total", 7)], "330302",
        source_url="https://example.com/c"),
    _doc("rank-evil", 2016, [figure(*item) for item in _three.items()], "330302",
         source_url="https://example.com/www.lucheng.gov.cn"),
]
SCOPES = [
    _doc("scope-city", 2015, [figure("requests_received", 500)], "330300"),
    _doc("scope-district", 2015, [figure("requests_received", 90)], "330303"),
    _doc("scope-district-own", 2015, [figure("requests_received", 40)], "330303", reporting_scope="own"),
    _doc("scope-bureau", 2015, [figure("requests_received", 5)], "330303", reporting_scope="own",
         issuing_body="教育局", body_kind="department"),
    _doc("scope-tax", 2015, [figure("requests_received", 6)], "330303", reporting_scope="own",
         issuing_body="国家税务局", body_kind="vertical"),
]

# -- series --------------------------------------------------------------------------------------------------------
BLANKS_IN_PRINTED_WHOLE = _doc("blanks-in-printed-whole", 2010, [
    figure("responses_total", 5), figure("responses_already_public", None), figure("responses_granted_full", 5),
    figure("responses_granted_partial", None), figure("responses_denied", None),
    figure("responses_denied_not_govt_info", 2), figure("requests_received", "——")])
BLANKS_WITHOUT_WHOLE = _doc("blanks-without-whole", 2011, [
    figure("responses_total", None), figure("responses_already_public", None), figure("responses_granted_full", 5)])
TEXT_CELL = _doc("text-cell", 2012, [
    figure("responses_total", 5), figure("responses_already_public", "若干"), figure("responses_granted_full", 5)])
MATRIX = _doc("matrix", 2021, [
    *_row("outcome_granted_full", {"natural_person": 4, "other_org": 1}),
    *_row("outcome_granted_partial", {"total": 2}),
    *_row("outcome_total", {"natural_person": 4, "other_org": 1, "total": 7}),
    *_row("requests_new", {"natural_person": 4, "other_org": 1})])
MONEY = _doc("money", 2013, [figure("fees_collected", "1.25")])

SERIES_CASES = [
    (BLANKS_IN_PRINTED_WHOLE, "requests_granted", 5, "measured"),  # blanks are 0: the total of replies is printed
    (BLANKS_IN_PRINTED_WHOLE, "requests_granted_partial", None, "unprinted"),  # but a blank alone is no figure
    (BLANKS_IN_PRINTED_WHOLE, "requests_received", None, "unprinted"),  # nor is a dash
    (BLANKS_IN_PRINTED_WHOLE, "requests_refused_exempt", None, "partly_unprinted"),  # 2 less than a blank
    (BLANKS_IN_PRINTED_WHOLE, "requests_refused_broad", None, "unread"),  # cells of the sum are absent
    (BLANKS_WITHOUT_WHOLE, "requests_granted_full", None, "partly_unprinted"),
    (TEXT_CELL, "requests_granted_full", None, "unread"),
    (TEXT_CELL, "requests_granted_full_strict", 5, "measured"),
    (MATRIX, "requests_granted_full", 5, "measured"),  # summed over applicants, below a printed total of outcomes
    (MATRIX, "requests_granted", 7, "measured"),
    (MATRIX, "requests_received", None, "unprinted"),  # nothing above this row says that its blanks are 0
]

# -- identities ------------------------------------------------------------------------------------------------------
_CELLS = {
    "closes": (2, 3, 5), "blank part": (2, None, 2), "short": (2, 3, 6), "zero": (0, 0, 0),
    "parts blank": (None, "-", 4), "whole blank": (2, 3, None), "text": (2, "3人", 5), "nothing": (None, None, None),
}
STAFF = {
    name: _doc(f"staff-{name}", year, [
        figure("staff_full_time", full), figure("staff_part_time", part), figure("staff_total", total)], "330305")
    for year, (name, (full, part, total)) in enumerate(_CELLS.items(), 2008)
}
ABSENT = _doc("staff-absent", 2016, [figure("staff_full_time", 2), figure("staff_total", 2)], "330305")
ABSENT_IN_PROSE = _doc("staff-absent-in-prose", 2017, [
    _prose("staff_full_time", 2), _prose("staff_total", 2)], "330305")
DOUBTED = _doc("staff-doubted", 2018, [
    figure("staff_full_time", 2), figure("staff_part_time", 1), figure("staff_total", 9)], "330305")
DOUBTED.issues.append({"kind": "uncertain_value", "indicator_code": "staff_part_time"})
BALANCE = _doc("balance", 2022, [
    *_row("requests_new", {"natural_person": 10, "commercial_enterprise": 10, "other_org": 10}),
    *_row("requests_carried_in", {"natural_person": 1}),
    *_row("outcome_total", {"natural_person": 8, "commercial_enterprise": 10, "other_org": 8}),
    *_row("requests_carried_out", {"natural_person": 2})], "330305")
CHANNELS = _doc("channels", 2019, [
    figure("proactive_items", 10), figure("proactive_channel_gazette", 11), figure("proactive_channel_website", None),
    *(figure(f"proactive_channel_{c}", None) for c in ("weibo", "wechat", "other"))], "330305")

_open = "not_assessable"
IDENTITY_CASES = [
    (STAFF["closes"], "G2-9", None, ("closes", None, None, None)),
    (STAFF["blank part"], "G2-9", None, ("closes", None, None, None)),
    (STAFF["zero"], "G2-9", None, ("closes", None, None, None)),
    (STAFF["short"], "G2-9", None, ("does_not_close", None, None, "publisher")),
    (STAFF["parts blank"], "G2-9", None, (_open, "parts_unprinted", None, None)),
    (STAFF["whole blank"], "G2-9", None, (_open, "whole_unprinted", "part_without_whole", "publisher")),
    (STAFF["nothing"], "G2-9", None, (_open, "whole_unprinted", None, None)),
    (STAFF["text"], "G2-9", None, (_open, "cell_is_text", None, "undecided")),
    (ABSENT, "G2-9", None, (_open, "cell_absent", None, "undecided")),
    (ABSENT_IN_PROSE, "G2-9", None, (_open, "cell_absent", None, None)),
    (DOUBTED, "G2-9", None, ("does_not_close", None, None, "undecided")),
    (BALANCE, "G4-M1", "natural_person", ("does_not_close", None, None, "publisher")),
    (BALANCE, "G4-M1", "commercial_enterprise", ("closes", None, None, None)),
    (BALANCE, "G4-M1", "other_org", (_open, "whole_partly_unprinted", "blank_in_whole", "publisher")),
    (CHANNELS, "G2-12a", None, ("does_not_close", None, None, "publisher")),  # max of the channels
    (CHANNELS, "G2-12b", None, ("closes", None, None, None)),  # their sum
]

# -- sums ------------------------------------------------------------------------------------------------------------
_REASONS = ("state_secret", "trade_secret", "privacy", "security_stability", "not_govt_info", "other_law")
REFUSALS_WITHOUT_REASON = _doc("refusals-without-reason", 2014, [
    figure("responses_denied", 9), *(figure(f"responses_denied_{r}", None) for r in _REASONS)], "330305",
    issuing_body="信访局", body_kind="department")
REFUSALS_WITH_REASON = _doc("refusals-with-reason", 2015, [
    figure("responses_denied", 9), *(figure(f"responses_denied_{r}", 8 if r == "privacy" else None) for r in _REASONS)],
    "330305", issuing_body="信访局",
    body_kind="department")
DISPUTES = _doc("disputes", 2016, [
    figure("reviews_total", 3), figure("reviews_upheld", 2), figure("reviews_corrected", None),
    figure("reviews_other", 0), figure("lawsuits_total", 5), figure("lawsuits_upheld", None),
    figure("lawsuits_corrected", "-"), figure("lawsuits_other", None)], "330305", issuing_body="信访局",
    body_kind="department")

# -- corrections and reviews -----------------------------------------------------------------------------------------
CORRECTED = _doc("corrected", 2017, [figure("requests_received", 71), figure("requests_closed", 20)], "330302")
REVIEWED = _doc("reviewed", 2018, [
    figure("staff_full_time", 2), figure("staff_part_time", 3), figure("staff_total", 6),
    figure("requests_closed", 5), figure("requests_closed_on_time", 3), figure("requests_closed_extended", 1)],
    "330302")
_WHO = ["tester", "2026-01-02"]
SEEDS = {
    "seed_corrections": [
        [CORRECTED.document_id, "requests_received", "", "71", "17", "digits swapped", "section 3", *_WHO],
        [CORRECTED.document_id, "requests_closed", "", "19", "18", "misprint", "section 3", *_WHO],
    ],
    "seed_reviews": [
        [REVIEWED.document_id, "G2-9", "", "5", "6", "ours", "ours", "misread", "row 58", *_WHO],
        [REVIEWED.document_id, "G2-2", "", "4", "6", "ours", "ours", "misread", "row 28", *_WHO],
    ],
}

DOCUMENTS = [
    TABLE_AND_PROSE, PROSE_ONLY, PLACELESS, *RANKED, *SCOPES, BLANKS_IN_PRINTED_WHOLE, BLANKS_WITHOUT_WHOLE, TEXT_CELL,
    MATRIX, MONEY, *STAFF.values(), ABSENT, ABSENT_IN_PROSE, DOUBTED, BALANCE, CHANNELS, REFUSALS_WITHOUT_REASON,
    REFUSALS_WITH_REASON, DISPUTES, CORRECTED, REVIEWED,
]
