"""The charts of a unit: one line a scope, each point a link to its cell, each chart with its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from dashboards import figures, parts
from dashboards import format as fmt
from dashboards.data.store import Row
from dashboards.pages import shared
from dashboards.view import View


def requests(view: View, rows: Sequence[Row], breaks: Sequence[Row]) -> parts.Piece:
    """Requests received (件), one line a scope."""
    rows = [row for row in rows if row["series_code"] == "requests_received"]
    named = [
        (view.word("scope_", scope), shared.points(found, view, "requests_received", "件"))
        for scope, found in _by(rows, "reporting_scope")
    ]
    return _chart(
        view,
        "requests",
        view.measured(view.say("requests_chart"), "件"),
        named,
        breaks,
        _series_table(view, view.say("requests_chart"), rows),
    )


def disputes(view: View, rows: Sequence[Row], breaks: Sequence[Row]) -> parts.Piece:
    """Reviews and lawsuits (件), one line each and scope."""
    rows = [row for row in rows if row["series_code"] in shared.DISPUTES]
    scopes = {row["reporting_scope"] for row in rows}
    named = [
        (
            view.say(code) + (f"·{view.word('scope_', scope)}" if len(scopes) > 1 else ""),
            shared.points(found, view, code, "件"),
        )
        for code in shared.DISPUTES
        for scope, found in _by([row for row in rows if row["series_code"] == code], "reporting_scope")
    ]
    return _chart(
        view,
        "disputes",
        view.measured(view.say("disputes_chart"), "件"),
        named,
        breaks,
        _series_table(view, view.say("disputes_chart"), rows),
    )


def rates(view: View, rows: Sequence[Row], breaks: Sequence[Row]) -> parts.Piece:
    """The two grant rates, one line each and scope; open marks rest on few cases."""
    scopes = {row["reporting_scope"] for row in rows}
    named = [
        (
            view.say(name) + (f"·{view.word('scope_', scope)}" if len(scopes) > 1 else ""),
            shared.rate_points(found, view),
        )
        for name in ("broad", "narrow")
        for scope, found in _by([row for row in rows if row["rate_definition"] == name], "reporting_scope")
    ]
    cells = [
        [
            str(row["report_year"]),
            view.say(row["rate_definition"]),
            shared.scope(view, row["reporting_scope"]),
            parts.rate(
                view,
                row["numerator"],
                row["denominator"],
                row["rate"],
                shared.figure_address(view, row["report_id"], "requests_granted"),
            ),
            fmt.count(row["numerator"]),
            fmt.count(row["denominator"]),
        ]
        for row in sorted(rows, key=lambda row: (-row["report_year"], row["rate_definition"]))
    ]
    heads = [view.say(key) for key in ("year", "kind", "scope", "share", "requests_granted", "outcomes_counted")]
    return _chart(
        view,
        "rates",
        view.say("rates_chart"),
        named,
        breaks,
        parts.table(view.say("rates_chart"), heads, cells, numeric=(3, 4, 5)),
        percent=True,
        note=f"{view.say('rate_broad_note')} · {view.say('rate_narrow_note')}",
    )


def outcomes(view: View, rows: Sequence[Row], breaks: Sequence[Row]) -> parts.Piece:
    """Outcomes by group and year (件), stacked: one scope a year, the widest that is here."""
    chosen = _widest(rows)
    groups = {}
    for row in chosen:
        if row["request_count"] is not None:
            at = (row["outcome_group"], row["report_year"], row["report_id"])
            groups[at] = groups.get(at, 0) + row["request_count"]
    named = [
        (
            view.say(f"group_{group}"),
            colour,
            [
                figures.Point(
                    year,
                    float(value),
                    f"{view.say('year_of', year=year)} {view.say(f'group_{group}')}: "
                    f"{fmt.count(value, view.unit('件'))}",
                    view.link("report", report, series=_SERIES_OF_GROUP.get(group, "outcomes_counted")),
                )
                for (name, year, report), value in sorted(groups.items())
                if name == group
            ],
        )
        for group, colour in figures.GROUPS.items()
    ]
    named = [item for item in named if item[2]]
    title = view.measured(view.say("outcomes_years"), "件")
    if not named:
        return parts.no_chart(title, parts.empty(view.say("no_data")))
    years = sorted({year for _, year, _ in groups}, reverse=True)
    heads = [view.say("year"), *(name for name, _, _ in named)]
    cells = [[str(year), *(_cell(points, year) for _, _, points in named)] for year in years]
    return parts.chart(
        "outcomes",
        title,
        figures.stacked_over_years(view, named, breaks),
        "; ".join(p.said for _, _, points in named for p in points),
        shared.break_notes(view, breaks, years),
        parts.table(title, heads, cells, numeric=range(1, len(heads))),
        view,
    )


_SERIES_OF_GROUP = {"granted": "requests_granted"}


def _cell(points: Sequence[figures.Point], year: int) -> parts.Piece:
    point = next((point for point in points if point.year == year), None)
    return parts.link(fmt.count(point.value), point.address) if point else fmt.NOT_PRINTED


def _widest(rows: Sequence[Row]) -> list[Row]:
    """The rows of one report a year: the widest scope."""
    rank = {"consolidated": 1, "unknown": 2, "own": 3}
    best: dict[int, tuple] = {}
    for row in rows:
        at = (rank.get(row["reporting_scope"], 4), row["report_id"])
        best[row["report_year"]] = min(best.get(row["report_year"], at), at)
    return [row for row in rows if best[row["report_year"]][1] == row["report_id"]]


def _by(rows: Iterable[Row], column: str) -> list[tuple[str, list[Row]]]:
    return [
        (key, list(found))
        for key, found in groupby(
            sorted(rows, key=lambda r: (r[column], r["report_year"])), key=lambda row: row[column]
        )
    ]


def _series_table(view: View, caption: str, rows: Sequence[Row]) -> parts.Piece:
    cells = [
        [
            str(row["report_year"]),
            view.word("", row["series_code"]),
            shared.scope(view, row["reporting_scope"]),
            parts.link(fmt.count(row["value"]), shared.figure_address(view, row["report_id"], row["series_code"]))
            if row["value"] is not None
            else view.word("status_", row["value_status"]),
            row["template_code"],
        ]
        for row in sorted(rows, key=lambda row: (-row["report_year"], row["series_code"]))
    ]
    heads = [view.say(key) for key in ("year", "indicator", "scope", "value", "generation")]
    return parts.table(caption, heads, cells, numeric=(3,))


def _chart(
    view: View,
    name: str,
    title: str,
    named: Sequence[tuple[str, list[figures.Point]]],
    breaks: Sequence[Row],
    table: parts.Piece,
    percent: bool = False,
    note: str = "",
) -> parts.Piece:
    years = [point.year for _, points in named for point in points if point.value is not None]
    if not years:
        return parts.no_chart(title, parts.empty(view.say("no_data")))
    figure = figures.over_years(view, figures.lines_of(named), breaks, percent)
    said = "; ".join(f"{label} {point.said}" for label, points in named for point in points)
    return parts.chart(name, title, figure, said, [note, *shared.break_notes(view, breaks, years)], table, view)
