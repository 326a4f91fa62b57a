"""数据质量: what does not add up, with the printed cells; what was not understood; what is missing or came late."""

from __future__ import annotations

from collections.abc import Callable

from dashboards import format as fmt
from dashboards import parts
from dashboards.data import overview, quality
from dashboards.data.store import Row, Snapshot
from dashboards.pages import cells, shared
from dashboards.view import View

TABS = ("discrepancies", "findings", "issues", "coverage", "late")


def render(view: View, warehouse: Snapshot) -> list:
    """The page; ``show`` chooses the list, ``year`` and ``province`` narrow it."""
    tabs = [tab for tab in TABS if tab != "findings" or warehouse.has("marts.fact_findings")]
    tab = view.get("show") if view.get("show") in tabs else "discrepancies"
    year, province = view.number("year"), view.get("province")
    lists: dict[str, Callable[..., list]] = {
        "discrepancies": _discrepancies,
        "findings": _findings,
        "issues": _issues,
        "coverage": _coverage,
        "late": _late,
    }
    return [
        parts.heading(view.say("quality"), view.say("quality_intro")),
        parts.tabs(view, "show", [(name, view.say(f"tab_{name}")) for name in tabs], tab),
        parts.controls(
            shared.year_control(view, overview.years(warehouse), year, with_all=True),
            shared.province_control(view, warehouse),
            *_narrower(view, warehouse, tab, year, province),
        ),
        *lists[tab](view, warehouse, year, province),
    ]


def _narrower(view: View, warehouse: Snapshot, tab: str, year: int | None, province: str | None) -> list:
    """The choices that one list has and others have not."""
    if tab == "discrepancies":
        kinds = [
            {"label": view.say("any_strength"), "value": "all"},
            *({"label": view.say(f"strength_{name}"), "value": name} for name in ("exact", "expected")),
        ]
        families = [
            {"label": f"{row['identity_family']} {view.pick(row, 'note')}"[:60], "value": row["identity_family"]}
            for row in quality.identities(warehouse, year, province)
        ]
        return [
            parts.dropdown(
                view, "strength", view.say("strength"), kinds, view.get("strength") or "all", searchable=False
            ),
            parts.dropdown(
                view,
                "identity",
                view.say("identity"),
                [{"label": view.say("any_identity"), "value": "all"}, *families],
                view.get("identity") or "all",
            ),
        ]
    if tab == "issues":
        kinds = [
            {"label": view.pick(row, "title"), "value": row["issue_kind"]}
            for row in quality.issue_kinds(warehouse, year, province)
        ]
    elif tab == "findings":
        kinds = [
            {"label": view.word("finding_", kind), "value": kind}
            for kind in dict.fromkeys(row["kind"] for row in quality.finding_kinds(warehouse, year, province))
        ]
    else:
        return []
    return [
        parts.dropdown(
            view,
            "kind",
            view.say("kind"),
            [{"label": view.say("any_kind"), "value": "all"}, *kinds],
            view.get("kind") or "all",
        )
    ]


def _discrepancies(view: View, warehouse: Snapshot, year: int | None, province: str | None) -> list:
    totals = quality.totals(warehouse, year, province)
    offset = parts.offset_of(view)
    rows, total = quality.discrepancies(
        warehouse, year, province, view.get("identity"), view.get("strength"), parts.PAGE_SIZE, offset
    )
    head = parts.cards(
        parts.card(
            view.say("identities_checked"),
            fmt.count(totals["identities"]),
            note=view.say("reports_n", n=fmt.count(totals["reports"])),
        ),
        parts.card(view.say("identities_close"), fmt.count(totals["closes"])),
        parts.card(
            view.say("identities_open"),
            fmt.count(totals["open"]),
            note=view.say("reports_n", n=fmt.count(totals["reports_open"])),
        ),
        parts.card(view.say("identities_na"), fmt.count(totals["not_assessable"])),
    )
    if not rows:
        return [head, parts.empty(view.say("no_discrepancies"))]
    listed = [cells.discrepancy(view, warehouse, row) for row in rows]
    return [head, parts.section(view.say("tab_discrepancies"), *listed, parts.pager(view, total, offset))]


def _findings(view: View, warehouse: Snapshot, year: int | None, province: str | None) -> list:
    offset = parts.offset_of(view)
    rows = quality.findings(warehouse, year, province, view.get("kind"), parts.PAGE_SIZE, offset)
    if not rows:
        return [parts.empty(view.say("no_findings"))]
    heads = [
        view.say(key)
        for key in (
            "place",
            "year",
            "kind",
            "message",
            "finding_left",
            "finding_right",
            "difference",
            "fault_owner",
            "review",
        )
    ]
    listed = [
        [
            parts.link(
                row["full_name_zh"] or fmt.NOT_PRINTED,
                view.link("report", row["report_id"], indicator=row["indicator_code"]),
            ),
            str(row["report_year"] or fmt.NOT_PRINTED),
            f"{view.word('finding_', row['kind'])} {row['check_code'] or ''}",
            view.pick(row, "message"),
            fmt.count(row["left_value"]),
            fmt.count(row["right_value"]),
            fmt.count(row["difference"]),
            view.word("fault_", row["fault_owner"]),
            view.word("review_", row["review_status"]),
        ]
        for row in rows
    ]
    return [
        parts.section(
            view.say("tab_findings"),
            parts.table(view.say("tab_findings"), heads, listed, numeric=(4, 5, 6)),
            parts.pager(view, rows[0]["total"], offset),
        )
    ]


def _issues(view: View, warehouse: Snapshot, year: int | None, province: str | None) -> list:
    kinds = quality.issue_kinds(warehouse, year, province)
    offset = parts.offset_of(view)
    rows = quality.issues(warehouse, year, province, view.get("kind"), parts.PAGE_SIZE, offset)
    if not rows:
        return [parts.empty(view.say("no_issues"))]
    summary = parts.table(
        view.say("tab_issues"),
        [view.say(key) for key in ("kind", "strength", "count_n", "reports")],
        [
            [
                parts.link(view.pick(row, "title"), view.changed(kind=row["issue_kind"], page=None)),
                view.word("severity_", row["severity"]),
                fmt.count(row["issues"]),
                fmt.count(row["reports"]),
            ]
            for row in kinds
        ],
        numeric=(2, 3),
    )
    return [
        parts.section(view.say("by_kind"), summary),
        parts.section(view.say("tab_issues"), cells.issues(view, rows), parts.pager(view, rows[0]["total"], offset)),
    ]


def _coverage(view: View, warehouse: Snapshot, year: int | None, province: str | None) -> list:
    rows = overview.coverage(warehouse, province)
    heads = [view.say(key) for key in ("year", "expected", "present", "missing", "coverage", "dated", "late")]
    listed = [
        [
            parts.link(str(row["report_year"]), view.changed(year=row["report_year"])),
            *(fmt.count(row[key]) for key in ("expected", "present", "missing")),
            fmt.share(row["present"] / row["expected"]) if row["expected"] else fmt.NOT_PRINTED,
            fmt.count(row["dated"]),
            fmt.count(row["late"]),
        ]
        for row in reversed(rows)
    ]
    marked = next((n for n, row in enumerate(reversed(rows)) if row["report_year"] == year), None)
    found = [
        parts.section(
            view.say("by_year"),
            parts.table(view.say("tab_coverage"), heads, listed, numeric=range(1, 7), marked=marked),
        )
    ]
    if year:
        found.insert(0, _by_level(view, warehouse, year, province))
    return found


def _by_level(view: View, warehouse: Snapshot, year: int, province: str | None) -> parts.Piece:
    title = f"{view.say('by_level')} · {view.say('year_of', year=year)}"
    rows = [
        [
            view.word("level_", row["level_name"]),
            *(fmt.count(row[key]) for key in ("expected", "present", "missing", "dated", "late")),
        ]
        for row in overview.coverage_by_level(warehouse, year, province)
    ]
    if not rows:
        return parts.section(title, parts.empty(view.say("no_data_year", year=year)))
    heads = [view.say(key) for key in ("level", "expected", "present", "missing", "dated", "late")]
    return parts.section(title, parts.table(title, heads, rows, numeric=range(1, 6)))


def _late(view: View, warehouse: Snapshot, year: int | None, province: str | None) -> list:
    offset = parts.offset_of(view)
    rows: list[Row] = quality.late(warehouse, year, province, parts.PAGE_SIZE, offset)
    if not rows:
        return [parts.empty(view.say("no_late"))]
    heads = [view.say(key) for key in ("place", "year", "due_on", "published_on", "days_late")]
    listed = [
        [
            parts.link(row["full_name_zh"] or row["jurisdiction_code"], view.link("report", row["report_id"])),
            str(row["report_year"]),
            fmt.day(row["due_on"]),
            fmt.day(row["published_on"]),
            fmt.count(row["days_late"]),
        ]
        for row in rows
    ]
    return [
        parts.section(
            view.say("tab_late"),
            parts.table(view.say("tab_late"), heads, listed, numeric=(4,)),
            parts.pager(view, rows[0]["total"], offset),
        )
    ]
