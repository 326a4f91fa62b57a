"""One year of a unit: its headline figures, outcomes, channels, applicants and disputes, each with its cell."""

from __future__ import annotations

from dashboards import figures, parts
from dashboards import format as fmt
from dashboards.data import places
from dashboards.data.store import Row, Snapshot
from dashboards.pages import shared
from dashboards.view import View

_HEADLINE = ("requests_received", *shared.DISPUTES, "requests_carried_out")


def headline(
    view: View, warehouse: Snapshot, code: str, body: str, reports: list[Row], here: Row | None, year: int | None
) -> parts.Piece:
    """The figures of the chosen year, from the report of the widest scope; others of the year are named."""
    title = f"{view.say('headline')} · {view.say('year_of', year=year)}"
    if here is None:
        return parts.section(title, parts.empty(view.say("no_report_year", year=year)))
    rates = {
        row["rate_definition"]: row
        for row in places.rates(warehouse, code, body)
        if row["report_id"] == here["report_id"]
    }
    items = [_measure(view, here, name) for name in _HEADLINE]
    items[1:1] = [_rate(view, here, name, rates.get(name)) for name in ("broad", "narrow")]
    note = [
        shared.scope(view, here["reporting_scope"]),
        " ",
        parts.badge(
            f"{view.say('grade')} {here['quality_grade']}", f"grade-{here['quality_grade']}", view.say("grade_hint")
        ),
        " ",
        parts.link(view.say("see_source"), view.link("report", here["report_id"])),
    ]
    for row in reports:
        if row["report_year"] == year and row["report_id"] != here["report_id"]:
            note += [
                " · ",
                parts.link(
                    f"{view.word('scope_', row['reporting_scope'])} {row['issuing_body']}",
                    view.link("report", row["report_id"]),
                ),
            ]
    return parts.section(title, parts.cards(*items), note=note)


def details(view: View, warehouse: Snapshot, code: str, body: str, here: Row | None) -> list:
    """What became of the requests of a year, how they came, who asked, and what was disputed."""
    if here is None:
        return []
    return [
        parts.halves(_outcomes(view, warehouse, code, body, here), _disputes(view, warehouse, here)),
        parts.halves(_channels(view, warehouse, code, body, here), _applicants(view, warehouse, here)),
    ]


def _measure(view: View, here: Row, name: str) -> parts.Piece:
    value = here[name]
    address = shared.figure_address(view, here["report_id"], name) if value is not None else None
    return parts.card(
        view.say(name),
        fmt.count(value),
        view.unit("件") if value is not None else "",
        view.say("see_source") if address else view.say("status_unprinted"),
        address,
    )


def _rate(view: View, here: Row, name: str, row: Row | None) -> parts.Piece:
    title = view.say(f"rate_{name}")
    if row is None or row["rate"] is None:
        return parts.card(title, fmt.NOT_PRINTED, note=view.say("status_unprinted"))
    cases = f"{fmt.count(row['numerator'])} / {fmt.count(row['denominator'])} {view.unit('件')}"
    small = fmt.is_small(row["denominator"])
    note = f"{cases} · {view.say('small_n', n=fmt.count(row['denominator']))}" if small else cases
    return parts.card(
        title,
        fmt.share(row["rate"]),
        note=note,
        muted=small,
        address=shared.figure_address(view, here["report_id"], "requests_granted"),
    )


def _outcomes(view: View, warehouse: Snapshot, code: str, body: str, here: Row) -> parts.Piece:
    title = view.say("outcomes_year", year=here["report_year"])
    rows = [row for row in places.outcomes(warehouse, code, body) if row["report_id"] == here["report_id"]]
    if not rows:
        return parts.section(title, parts.empty(view.say("outcomes_none", year=here["report_year"])))
    items = [
        (
            view.pick(row),
            row["request_count"],
            view.link("report", here["report_id"], indicator=row["indicator_code"]),
            figures.GROUPS.get(row["outcome_group"], figures.GREY),
        )
        for row in rows
    ]
    return parts.section(title, parts.bars(view, title, items), name="outcomes")


def _channels(view: View, warehouse: Snapshot, code: str, body: str, here: Row) -> parts.Piece:
    rows = {
        row["series_code"]: row
        for row in places.series(warehouse, code, body, places.CHANNELS)
        if row["report_id"] == here["report_id"]
    }
    if not rows:
        return parts.section(view.say("channels"), parts.empty(view.say("channels_none")))
    items = [
        (view.say(name), rows[name]["value"], shared.figure_address(view, here["report_id"], name), figures.BLUE)
        for name in places.CHANNELS
        if name in rows
    ]
    return parts.section(view.say("channels"), parts.bars(view, view.say("channels"), items))


def _applicants(view: View, warehouse: Snapshot, here: Row) -> parts.Piece:
    rows = places.applicants(warehouse, here["report_id"])
    if not rows:
        return parts.section(view.say("applicants"), parts.empty(view.say("applicants_none")))
    items = [
        (
            view.pick(row),
            row["value"],
            view.link(
                "report", here["report_id"], indicator=row["indicator_code"], applicant=row["applicant_type_code"]
            ),
            figures.BLUE,
        )
        for row in rows
    ]
    return parts.section(view.say("applicants"), parts.bars(view, view.say("applicants"), items))


def _disputes(view: View, warehouse: Snapshot, here: Row) -> parts.Piece:
    rows = places.disputes(warehouse, here["report_id"])
    if not rows:
        return parts.section(view.say("disputes"), parts.empty(view.say("disputes_none")))
    cells = [
        [
            view.word("route_", row["route_code"]),
            view.word("result_", row["result_code"]),
            parts.link(
                fmt.count(row["case_count"])
                if row["case_count"] is not None
                else view.word("state_", row["value_state"]),
                view.link("report", here["report_id"], indicator=row["indicator_code"]),
            ),
        ]
        for row in rows
    ]
    heads = [view.say("disputes_route"), view.say("disputes_result"), view.measured(view.say("value"), "件")]
    return parts.section(view.say("disputes"), parts.table(view.say("disputes"), heads, cells, numeric=(2,)))
