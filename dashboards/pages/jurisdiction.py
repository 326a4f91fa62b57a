"""地区: one unit: its series, outcomes, channels, applicants, neighbours and parent, and its documents.

``/jurisdiction`` finds a unit; ``/jurisdiction/CODE?body=&scope=&year=`` shows one body of it.
"""

from __future__ import annotations

from dashboards import format as fmt
from dashboards import parts
from dashboards.data import places, series
from dashboards.data.store import Row, Snapshot
from dashboards.pages import place_charts, place_year, shared
from dashboards.view import View

OPTIONS = 30
_CHARTED = ("requests_received", *shared.DISPUTES)


def options(view: View, warehouse: Snapshot, text: str | None) -> list[dict]:
    """What the search box offers for a text: a few units, those with reports first."""
    text = (text or "").strip()[:40]
    return [
        {
            "label": f"{view.place(row, 'full_name_zh')}  {row['jurisdiction_code']}"
            + (f" · {view.say('reports_n', n=row['reports'])}" if row["reports"] else ""),
            "value": row["jurisdiction_code"],
            "search": f"{text} {row['full_name_zh']}",
        }
        for row in places.find(warehouse, text, OPTIONS)
    ]


def render(view: View, warehouse: Snapshot) -> list:
    """The page; raises NotFound for a code that no unit has."""
    if len(view.parts) < 2:
        return _start(view, warehouse)
    unit = places.place(warehouse, view.parts[1])
    if unit is None:
        raise shared.NotFound(view.parts[1])
    bodies = places.bodies(warehouse, unit["jurisdiction_code"])
    if not bodies:
        return [
            _heading(view, warehouse, unit),
            parts.controls(_search(view, warehouse)),
            parts.empty(view.say("no_reports_here"), view.say("no_reports_here_hint")),
            *_relatives(view, warehouse, unit, view.number("year")),
        ]
    return _unit(view, warehouse, unit, bodies)


def _start(view: View, warehouse: Snapshot) -> list:
    found = [row for row in places.find(warehouse, "", 200) if row["reports"]]
    rows = [
        [
            parts.link(view.place(row, "full_name_zh"), view.link("jurisdiction", row["jurisdiction_code"])),
            row["jurisdiction_code"],
            fmt.count(row["reports"]),
        ]
        for row in found
    ]
    listed = (
        parts.table(
            view.say("with_reports"), [view.say(key) for key in ("place", "code", "reports")], rows, numeric=(2,)
        )
        if rows
        else parts.empty(view.say("no_data"))
    )
    return [
        parts.heading(view.say("start_place"), view.say("start_place_hint")),
        parts.controls(_search(view, warehouse)),
        parts.section(view.say("with_reports"), listed),
    ]


def _search(view: View, warehouse: Snapshot) -> parts.Piece:
    return parts.dropdown(
        view,
        "jurisdiction",
        view.say("search_place"),
        options(view, warehouse, ""),
        None,
        kind="goto",
        searchable=True,
        placeholder=view.say("type_to_search"),
    )


def _unit(view: View, warehouse: Snapshot, unit: Row, bodies: list[Row]) -> list:
    code = unit["jurisdiction_code"]
    body = next((row for row in bodies if row["body"] == view.get("body")), bodies[0])
    scope = view.get("scope") if view.get("scope") in body["scopes"] else None
    reports = [r for r in places.reports(warehouse, code, body["body"]) if not scope or r["reporting_scope"] == scope]
    years = sorted({row["report_year"] for row in reports}, reverse=True)
    year = view.number("year") or (years[0] if years else None)
    here = next((row for row in reports if row["report_year"] == year), None)
    return [
        _heading(view, warehouse, unit),
        parts.controls(
            _search(view, warehouse),
            _body_control(view, bodies, body),
            _scope_control(view, body, scope),
            shared.year_control(view, sorted({*years, *([year] if year else [])}, reverse=True), year),
        ),
        place_year.headline(view, warehouse, code, body["body"], reports, here, year),
        parts.section(
            view.say("by_year"),
            _charts(view, warehouse, code, body["body"], scope),
            note=view.say("scope_note") if len(body["scopes"]) > 1 and not scope else None,
        ),
        *place_year.details(view, warehouse, code, body["body"], here),
        *_relatives(view, warehouse, unit, year),
        _documents(view, warehouse, code),
    ]


def _heading(view: View, warehouse: Snapshot, unit: Row) -> parts.Piece:
    crumbs = [parts.link(view.say("nation"), view.link())]
    for level in ("province", "prefecture"):
        code = unit[f"{level}_code"]
        if code and code != unit["jurisdiction_code"]:
            crumbs.append(parts.link(unit[f"{level}_name_zh"], view.link("jurisdiction", code, year=view.get("year"))))
    first = view.say("before") if unit["is_start_open"] else unit["valid_from_year"]
    last = view.say("until_now") if unit["is_current"] else unit["valid_to_year"]
    note = [
        f"{view.word('level_', unit['level_name'])} · {unit['type'] or ''} · {view.say('code')} "
        f"{unit['jurisdiction_code']} · {view.say('valid', first=first, last=last)}"
    ]
    for row in places.changes(warehouse, unit["jurisdiction_code"]):
        came = row["successor_code"] == unit["jurisdiction_code"]
        name, code = (
            (row["predecessor_name_zh"], row["predecessor_code"])
            if came
            else (row["successor_name_zh"], row["successor_code"])
        )
        said = view.say("came_from" if came else "became", year=row["change_year"], name=f"{name}（{code}）")
        note += [
            " · ",
            parts.link(said, view.link("jurisdiction", code)) if code and code != unit["jurisdiction_code"] else said,
        ]
    crumbs.append(parts.link(view.say("compare_with"), view.link("compare", bodies=unit["jurisdiction_code"])))
    return parts.heading(view.place(unit), note, crumbs)


def _body_control(view: View, bodies: list[Row], chosen: Row) -> parts.Piece:
    return parts.dropdown(
        view,
        "body",
        view.say("body"),
        [
            {
                "label": f"{shared.body_name(view, row['body'])}（{view.say('reports_n', n=row['reports'])}）",
                "value": row["body"],
            }
            for row in bodies
        ],
        chosen["body"],
    )


def _scope_control(view: View, body: Row, chosen: str | None) -> parts.Piece:
    listed = [{"label": view.word("scope_", scope), "value": scope} for scope in body["scopes"]]
    return parts.dropdown(
        view,
        "scope",
        view.say("scope"),
        [{"label": view.say("all"), "value": "all"}, *listed],
        chosen or "all",
        searchable=False,
    )


def _charts(view: View, warehouse: Snapshot, code: str, body: str, scope: str | None) -> parts.Piece:
    def in_scope(rows: list[Row]) -> list[Row]:
        return [row for row in rows if not scope or row["reporting_scope"] == scope]

    rows = in_scope(places.series(warehouse, code, body, _CHARTED))
    rates = in_scope(places.rates(warehouse, code, body))
    outcomes = in_scope(places.outcomes(warehouse, code, body))
    return parts.charts(
        place_charts.requests(view, rows, series.breaks(warehouse, "requests_received")),
        place_charts.rates(view, rates, series.breaks(warehouse, *(c for pair in series.RATES.values() for c in pair))),
        place_charts.outcomes(view, outcomes, series.breaks(warehouse, "outcomes_counted")),
        place_charts.disputes(view, rows, series.breaks(warehouse, *shared.DISPUTES)),
    )


def _relatives(view: View, warehouse: Snapshot, unit: Row, year: int | None) -> list:
    if not year:
        return []
    found = []
    if unit["parent_code"]:
        found.append((view.say("neighbours", parent=unit["parent_name_zh"]), unit["parent_code"], True))
    if unit["level"] < 3:
        found.append((view.say("children"), unit["jurisdiction_code"], False))
    return [
        parts.section(
            f"{title} · {view.say('year_of', year=year)}",
            _relatives_table(view, warehouse, title, parent, unit, year, with_parent),
        )
        for title, parent, with_parent in found
    ]


def _relatives_table(
    view: View, warehouse: Snapshot, title: str, parent: str, unit: Row, year: int, with_parent: bool
) -> parts.Piece:
    rows = places.relatives(warehouse, parent, year)
    if with_parent:
        above = places.place(warehouse, parent)
        siblings = places.relatives(warehouse, above["parent_code"] if above else None, year)
        rows = [row for row in siblings if row["jurisdiction_code"] == parent] + rows
    reported = [row for row in rows if row["report_id"]]
    silent = [row for row in rows if not row["report_id"]]
    heads = [
        view.say("place"),
        view.say("scope"),
        view.measured(view.say("requests_received"), "件"),
        view.say("rate_broad"),
    ]
    cells = [
        [
            [
                parts.link(view.place(row), view.link("jurisdiction", row["jurisdiction_code"], year=year)),
                f"（{view.say('parent')}）" if with_parent and row["jurisdiction_code"] == parent else "",
            ],
            shared.scope(view, row["reporting_scope"]),
            _figure(view, row, row["requests_received"], "requests_received"),
            parts.rate(
                view,
                row["numerator"],
                row["denominator"],
                row["rate"],
                shared.figure_address(view, row["report_id"], "requests_granted"),
            ),
        ]
        for row in reported
    ]
    marked = next((n for n, row in enumerate(reported) if row["jurisdiction_code"] == unit["jurisdiction_code"]), None)
    listed = (
        parts.table(title, heads, cells, numeric=(2, 3), marked=marked)
        if cells
        else parts.empty(view.say("no_data_relatives", year=year))
    )
    if not silent:
        return parts.stack(listed)
    names = [
        part
        for n, row in enumerate(silent)
        for part in (
            *(["、" if view.language == "zh" else ", "] if n else []),
            parts.link(row["name_zh"], view.link("jurisdiction", row["jurisdiction_code"])),
        )
    ]
    return parts.stack(listed, parts.fold(view.say("silent_units", n=fmt.count(len(silent))), names))


def _figure(view: View, row: Row, value: object, code: str) -> parts.Piece:
    if value is None:
        return fmt.NOT_PRINTED
    return parts.link(fmt.count(value), shared.figure_address(view, row["report_id"], code))


def _documents(view: View, warehouse: Snapshot, code: str) -> parts.Piece:
    rows = [
        [
            parts.link(row["title"] or row["source_file"], view.link("report", row["report_id"])),
            str(row["report_year"] or fmt.NOT_PRINTED),
            row["issuing_body"] or fmt.NOT_PRINTED,
            shared.scope(view, row["reporting_scope"]),
            [
                parts.badge(row["quality_grade"], f"grade-{row['quality_grade']}"),
                "" if row["is_preferred"] else parts.badge(view.say("not_preferred")),
            ],
            fmt.count(row["discrepancy_count"]),
            fmt.count(row["figure_count"]),
            row["form"],
        ]
        for row in places.documents(warehouse, code)
    ]
    heads = [view.say(key) for key in ("document", "year", "body", "scope", "grade", "discrepancies", "value", "form")]
    return parts.section(
        view.say("documents"),
        parts.table(view.say("documents"), heads, rows, numeric=(5, 6)),
        note=view.say("grade_hint"),
        name="documents",
    )
