"""总览: the country or a province, year by year: how much is here, what came in, was granted, was disputed."""

from __future__ import annotations

from dashboards import figures, parts
from dashboards import format as fmt
from dashboards.data import overview, series
from dashboards.data.store import Row, Snapshot
from dashboards.pages import shared
from dashboards.view import View


def render(view: View, warehouse: Snapshot) -> list:
    """The page; ``year`` and ``province`` choose."""
    province = view.get("province")
    years = overview.years(warehouse)
    if not years:
        return [parts.heading(view.say("overview")), parts.empty(view.say("no_data"))]
    yearly = overview.yearly(warehouse, province)
    here = [row["report_year"] for row in yearly]
    year = view.number("year") or (max(here) if here else years[0])
    rates = overview.yearly_rates(warehouse, province)
    covered = overview.coverage(warehouse, province)
    return [
        parts.heading(view.say("overview"), _freshness(view, warehouse)),
        parts.controls(shared.year_control(view, years, year), shared.province_control(view, warehouse)),
        _headline(view, year, yearly, rates, covered),
        parts.section(
            view.say("by_year"), *_charts(view, warehouse, yearly, rates, covered), note=_caution(view, yearly)
        ),
        *_provinces(view, warehouse, year, province),
        _levels(view, warehouse, year, province),
    ]


def _freshness(view: View, warehouse: Snapshot) -> str:
    row = overview.status(warehouse)
    return view.say(
        "fresh",
        at=fmt.minute(row.get("published_at")),
        reports=fmt.count(row.get("report_count")),
        figures=fmt.count(row.get("figure_count")),
        first=row.get("first_report_year"),
        last=row.get("last_report_year"),
    )


def _caution(view: View, yearly: list[Row]) -> str:
    counts = [row["reports"] for row in yearly]
    moving = view.say("changing_n", least=fmt.count(min(counts)), most=fmt.count(max(counts))) if counts else ""
    return f"{moving} {view.say('additive_only')}"


def _headline(view: View, year: int, yearly: list[Row], rates: list[Row], covered: list[Row]) -> parts.Piece:
    row = next((row for row in yearly if row["report_year"] == year), None)
    cover = next((row for row in covered if row["report_year"] == year), None)
    by_definition = {rate["rate_definition"]: rate for rate in rates if rate["report_year"] == year}
    title = f"{view.say('headline')} · {view.say('year_of', year=year)}"
    items = []
    if cover and cover["expected"]:
        items.append(
            parts.card(
                view.say("coverage"),
                fmt.share(cover["present"] / cover["expected"]),
                note=view.say(
                    "coverage_note", present=fmt.count(cover["present"]), expected=fmt.count(cover["expected"])
                ),
                address=view.link("quality", show="coverage", province=view.get("province"), year=year),
            )
        )
    if row is None:
        return parts.section(title, parts.cards(*items), parts.empty(view.say("no_data_year", year=year)))
    items.insert(0, _measure(view, "requests_received", row, year))
    items[1:1] = [_rate(view, name, by_definition.get(name), year) for name in ("broad", "narrow")]
    items[3:3] = [_measure(view, name, row, year) for name in shared.DISPUTES]
    items.append(
        parts.card(
            view.say("discrepancies"),
            fmt.count(row["reports_with_discrepancy"]),
            view.say("reports"),
            view.say("discrepancies_note", n=fmt.count(row["reports"])),
            view.link("quality", year=year, province=view.get("province")),
        )
    )
    return parts.section(title, parts.cards(*items))


def _measure(view: View, name: str, row: Row, year: int) -> parts.Piece:
    number = row[f"{name}_n"]
    address = view.link("sources", measure=name, year=year, province=view.get("province")) if number else None
    return parts.card(
        view.say(name), fmt.count(row[name]), view.unit("件"), view.say("reports_n", n=fmt.count(number)), address
    )


def _rate(view: View, name: str, row: Row | None, year: int) -> parts.Piece:
    title, note = view.say(f"rate_{name}"), view.say(f"rate_{name}_note")
    if row is None:
        return parts.card(title, fmt.NOT_PRINTED, note=note)
    cases = f"{fmt.count(row['numerator'])} / {fmt.count(row['denominator'])} {view.unit('件')}"
    address = view.link("sources", measure="requests_granted", year=year, province=view.get("province"))
    return parts.card(
        title,
        fmt.share(row["rate"]),
        note=[note, f" · {cases}"],
        address=address,
        muted=fmt.is_small(row["denominator"]),
    )


def _charts(view: View, warehouse: Snapshot, yearly: list[Row], rates: list[Row], covered: list[Row]) -> list:
    if not yearly:
        return [parts.empty(view.say("no_data"))]
    return [
        parts.charts(
            _requests(view, warehouse, yearly),
            _rates(view, warehouse, rates),
            _disputes(view, warehouse, yearly),
            _coverage(view, covered),
        )
    ]


def _points(view: View, yearly: list[Row], name: str) -> list[figures.Point]:
    return [
        figures.Point(
            row["report_year"],
            None if row[name] is None else float(row[name]),
            f"{view.say('year_of', year=row['report_year'])}: {fmt.count(row[name], view.unit('件'))}, "
            f"{view.say('reports_n', n=fmt.count(row[f'{name}_n']))}",
            view.link("sources", measure=name, year=row["report_year"], province=view.get("province")),
        )
        for row in yearly
    ]


def _requests(view: View, warehouse: Snapshot, yearly: list[Row]) -> parts.Piece:
    breaks = series.breaks(warehouse, "requests_received")
    points = _points(view, yearly, "requests_received")
    return parts.chart(
        "requests",
        view.measured(view.say("requests_chart"), "件"),
        figures.bars_over_years(view, points, breaks),
        "; ".join(point.said for point in points),
        shared.break_notes(view, breaks, [p.year for p in points]),
        _table(view, view.say("requests_chart"), yearly, ("requests_received",)),
        view,
    )


def _rates(view: View, warehouse: Snapshot, rates: list[Row]) -> parts.Piece:
    breaks = series.breaks(warehouse, *(code for pair in series.RATES.values() for code in pair))
    named = [
        (view.say(name), shared.rate_points([r for r in rates if r["rate_definition"] == name], view))
        for name in ("broad", "narrow")
    ]
    rows = [
        [
            str(rate["report_year"]),
            view.say(rate["rate_definition"]),
            parts.rate(view, rate["numerator"], rate["denominator"], rate["rate"]),
            fmt.count(rate["numerator"]),
            fmt.count(rate["denominator"]),
            fmt.count(rate["n"]),
        ]
        for rate in reversed(rates)
    ]
    heads = [view.say(key) for key in ("year", "kind", "share", "requests_granted", "outcomes_counted", "reports")]
    return parts.chart(
        "rates",
        view.say("rates_chart"),
        figures.over_years(view, figures.lines_of(named), breaks, percent=True),
        "; ".join(f"{name} {point.said}" for name, points in named for point in points),
        [
            view.say("rate_broad_note") + " · " + view.say("rate_narrow_note"),
            *shared.break_notes(view, breaks, [rate["report_year"] for rate in rates]),
        ],
        parts.table(view.say("rates_chart"), heads, rows, numeric=(2, 3, 4, 5)),
        view,
    )


def _disputes(view: View, warehouse: Snapshot, yearly: list[Row]) -> parts.Piece:
    breaks = series.breaks(warehouse, *shared.DISPUTES)
    named = [(view.say(name), _points(view, yearly, name)) for name in shared.DISPUTES]
    return parts.chart(
        "disputes",
        view.measured(view.say("disputes_chart"), "件"),
        figures.over_years(view, figures.lines_of(named), breaks),
        "; ".join(f"{name} {point.said}" for name, points in named for point in points),
        shared.break_notes(view, breaks, [row["report_year"] for row in yearly]),
        _table(view, view.say("disputes_chart"), yearly, shared.DISPUTES),
        view,
    )


def _coverage(view: View, covered: list[Row]) -> parts.Piece:
    points = [
        figures.Point(
            row["report_year"],
            float(row["present"]),
            f"{view.say('year_of', year=row['report_year'])}: "
            f"{view.say('coverage_note', present=fmt.count(row['present']), expected=fmt.count(row['expected']))}",
            view.link("quality", show="coverage", province=view.get("province")),
        )
        for row in covered
    ]
    rows = [
        [str(row["report_year"]), *(fmt.count(row[key]) for key in ("expected", "present", "missing", "dated", "late"))]
        for row in reversed(covered)
    ]
    heads = [view.say(key) for key in ("year", "expected", "present", "missing", "dated", "late")]
    return parts.chart(
        "coverage",
        view.say("coverage_chart"),
        figures.bars_over_years(view, points, [], figures.GREEN),
        "; ".join(point.said for point in points),
        [],
        parts.table(view.say("coverage_chart"), heads, rows, numeric=(1, 2, 3, 4, 5)),
        view,
    )


def _table(view: View, caption: str, yearly: list[Row], names: tuple[str, ...]) -> parts.Piece:
    def cell(row: Row, name: str) -> parts.Piece:
        if row[name] is None:
            return fmt.NOT_PRINTED
        return parts.link(
            fmt.count(row[name]),
            view.link("sources", measure=name, year=row["report_year"], province=view.get("province")),
        )

    heads = [
        view.say("year"),
        *(part for name in names for part in (view.say(name), view.say("reports"))),
        view.say("generation"),
    ]
    rows = [
        [
            str(row["report_year"]),
            *(part for name in names for part in (cell(row, name), fmt.count(row[f"{name}_n"]))),
            row["template_code"] or fmt.NOT_PRINTED,
        ]
        for row in reversed(yearly)
    ]
    return parts.table(caption, heads, rows, numeric=range(1, 1 + 2 * len(names)))


def _provinces(view: View, warehouse: Snapshot, year: int, province: str | None) -> list:
    if province:
        return []
    rows = [
        [
            parts.link(view.place(row), view.link("jurisdiction", row["province_code"], year=year)),
            f"{fmt.count(row['present'])} / {fmt.count(row['expected'])}",
            fmt.count(row["reports"] or 0),
            fmt.count(row["requests_received"]),
            parts.rate(view, row["numerator"], row["denominator"], row["rate"]),
            fmt.count(row["reviews_total"]),
            fmt.count(row["lawsuits_total"]),
        ]
        for row in overview.by_province(warehouse, year)
    ]
    title = f"{view.say('by_province')} · {view.say('year_of', year=year)}"
    if not rows:
        return [parts.section(title, parts.empty(view.say("no_data_year", year=year)))]
    heads = [
        view.say("province"),
        f"{view.say('present')} / {view.say('expected')}",
        view.say("reports"),
        view.measured(view.say("requests_received"), "件"),
        view.say("rate_broad"),
        view.say("reviews_total"),
        view.say("lawsuits_total"),
    ]
    return [parts.section(title, parts.table(title, heads, rows, numeric=(1, 2, 3, 4, 5, 6)))]


def _levels(view: View, warehouse: Snapshot, year: int, province: str | None) -> parts.Piece:
    title = f"{view.say('by_level')} · {view.say('year_of', year=year)}"
    rows = [
        [
            view.word("level_", row["level_name"]),
            *(fmt.count(row[key]) for key in ("expected", "present", "missing")),
            fmt.share(row["present"] / row["expected"]),
            fmt.count(row["late"]),
            fmt.count(row["dated"]),
        ]
        for row in overview.coverage_by_level(warehouse, year, province)
    ]
    if not rows:
        return parts.section(title, parts.empty(view.say("no_data_year", year=year)))
    heads = [view.say(key) for key in ("level", "expected", "present", "missing", "coverage", "late", "dated")]
    return parts.section(title, parts.table(title, heads, rows, numeric=(1, 2, 3, 4, 5, 6)))
