"""比较: any bodies side by side in one measure, year by year. Each body and scope is a line of its own."""

from __future__ import annotations

from itertools import groupby

from dashboards import figures, parts
from dashboards import format as fmt
from dashboards.data import overview, places, series
from dashboards.data.store import Row, Snapshot
from dashboards.pages import shared
from dashboards.view import View

MAX_BODIES = 8
MEASURES = (
    "requests_received",
    "rate_broad",
    "rate_narrow",
    "requests_granted_full",
    "requests_granted_partial",
    "requests_refused_broad",
    "requests_carried_out",
    "reviews_total",
    "lawsuits_total",
    "proactive_items",
    "normative_docs_issued",
)
_SEPARATOR = ":"


def options(view: View, warehouse: Snapshot, text: str | None, chosen: list[str]) -> list[dict]:
    """What the choice of bodies offers for a text; what is chosen stays on offer."""
    text = (text or "").strip()[:40]
    found = [
        {
            "label": _name(view, row, row["body"]),
            "value": _key(row["jurisdiction_code"], row["body"]),
            "search": f"{text} {row['full_name_zh']}",
        }
        for row in places.find_bodies(warehouse, text, 30)
    ]
    offered = {option["value"] for option in found}
    return found + [{"label": _label(view, warehouse, key), "value": key} for key in chosen if key not in offered]


def render(view: View, warehouse: Snapshot) -> list:
    """The page; ``bodies`` (codes, or code:department, with commas), ``measure``, ``from`` and ``to`` choose."""
    asked = [key for key in (view.get("bodies") or "").split(",") if key]
    chosen = asked[:MAX_BODIES]
    measure = view.get("measure") if view.get("measure") in MEASURES else MEASURES[0]
    years = overview.years(warehouse)
    first, last = view.number("from") or min(years, default=2008), view.number("to") or max(years, default=2025)
    names = series.names(warehouse)
    head = [
        parts.heading(view.say("compare"), view.say("scope_note")),
        parts.controls(
            parts.dropdown(
                view,
                "bodies",
                view.say("compare_choose"),
                options(view, warehouse, "", chosen),
                chosen,
                multi=True,
                searchable=True,
            ),
            parts.dropdown(
                view,
                "measure",
                view.say("compare_measure"),
                [{"label": _measure_name(view, names, m), "value": m} for m in MEASURES],
                measure,
                searchable=False,
            ),
            _year(view, "from", view.say("from_year"), years, first),
            _year(view, "to", view.say("to_year"), years, last),
        ),
        *([parts.empty(view.say("compare_too_many"))] if len(asked) > MAX_BODIES else []),
    ]
    if not chosen:
        return [*head, parts.empty(view.say("compare_empty"))]
    named = [item for key in chosen for item in _lines(view, warehouse, key, measure, first, last)]
    if not named:
        return [*head, parts.empty(view.say("compare_none"))]
    return [
        *head,
        _chart(
            view,
            warehouse,
            measure,
            _measure_name(view, names, measure),
            named,
            names[measure]["unit_code"] if measure in names else None,
        ),
    ]


def _year(view: View, name: str, label: str, years: list[int], chosen: int) -> parts.Piece:
    offered = sorted({*years, chosen})
    return parts.dropdown(
        view, name, label, [{"label": str(year), "value": str(year)} for year in offered], str(chosen), searchable=False
    )


def _lines(view: View, warehouse: Snapshot, key: str, measure: str, first: int, last: int) -> list[tuple]:
    code, _, body = key.partition(_SEPARATOR)
    body = body or places.GOVERNMENT
    if measure.startswith("rate_"):
        rows = [
            row | {"value": row["rate"]}
            for row in places.rates(warehouse, code, body)
            if row["rate_definition"] == measure.removeprefix("rate_")
        ]
    else:
        rows = places.series(warehouse, code, body, (measure,))
    rows = [row for row in rows if first <= row["report_year"] <= last]
    rows.sort(key=lambda row: (row["reporting_scope"], row["report_year"]))
    name = _label(view, warehouse, key)
    return [
        (f"{name}·{view.word('scope_', scope)}", list(found))
        for scope, found in groupby(rows, key=lambda row: row["reporting_scope"])
    ]


def _chart(
    view: View, warehouse: Snapshot, measure: str, title: str, named: list[tuple[str, list[Row]]], unit: str | None
) -> parts.Piece:
    is_rate = measure.startswith("rate_")
    codes = series.RATES[measure.removeprefix("rate_")] if is_rate else (measure,)
    breaks = series.breaks(warehouse, *codes)
    source = "requests_granted" if is_rate else measure
    lines = [
        (name, shared.rate_points(rows, view) if is_rate else shared.points(rows, view, measure, unit or ""))
        for name, rows in named
    ]
    lines = [
        (name, [figures.Point(p.year, p.value, f"{name}\n{p.said}", p.address, p.small) for p in points])
        for name, points in lines
    ]
    years = sorted({row["report_year"] for _, rows in named for row in rows}, reverse=True)
    cells = [[str(year), *(_cell(view, rows, year, is_rate, source) for _, rows in named)] for year in years]
    title = title if is_rate else view.measured(title, unit)
    table = parts.table(
        title, [view.say("year"), *(name for name, _ in named)], cells, numeric=range(1, len(named) + 1)
    )
    figure = figures.over_years(view, figures.lines_of(lines), breaks, percent=is_rate)
    figure["layout"]["height"] = 380
    return parts.charts(
        parts.chart(
            "compare",
            title,
            figure,
            "; ".join(p.said for _, points in lines for p in points),
            [view.say("click_hint"), *shared.break_notes(view, breaks, years)],
            table,
            view,
            is_open=True,
        )
    )


def _cell(view: View, rows: list[Row], year: int, is_rate: bool, source: str) -> parts.Piece:
    row = next((row for row in rows if row["report_year"] == year), None)
    if row is None:
        return ""
    address = shared.figure_address(view, row["report_id"], source)
    if is_rate:
        return parts.rate(view, row["numerator"], row["denominator"], row["rate"], address)
    if row["value"] is None:
        return parts.link(view.word("status_", row["value_status"]), address)
    return parts.link(fmt.count(row["value"]), address)


def _measure_name(view: View, names: dict[str, Row], measure: str) -> str:
    return view.pick(names[measure]) if measure in names else view.word("", measure)


def _key(code: str, body: str) -> str:
    return code if body == places.GOVERNMENT else f"{code}{_SEPARATOR}{body}"


def _label(view: View, warehouse: Snapshot, key: str) -> str:
    code, _, body = key.partition(_SEPARATOR)
    return _name(view, places.place(warehouse, code) or {"name_zh": code}, body)


def _name(view: View, unit: Row, body: str) -> str:
    return f"{view.place(unit)}{'' if body in ('', places.GOVERNMENT) else body}"
