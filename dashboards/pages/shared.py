"""What several pages say in the same way: choices of year and province, scopes, breaks, addresses of figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboards import figures, parts
from dashboards import format as fmt
from dashboards.data import overview
from dashboards.data.store import Row, Snapshot
from dashboards.view import View

DISPUTES = ("reviews_total", "lawsuits_total")


class NotFound(Exception):
    """The address names something that the published file does not have."""


def year_control(view: View, years: Sequence[int], chosen: int | None, with_all: bool = False) -> parts.Piece:
    """The choice of a report year."""
    options = [{"label": view.say("year_of", year=year), "value": str(year)} for year in years]
    if with_all:
        options.insert(0, {"label": view.say("all_years"), "value": "all"})
    return parts.dropdown(view, "year", view.say("year"), options, str(chosen) if chosen else "all", searchable=False)


def province_control(view: View, warehouse: Snapshot) -> parts.Piece:
    """The choice of one province or the whole country."""
    options = [{"label": view.place(row), "value": row["jurisdiction_code"]} for row in overview.provinces(warehouse)]
    return parts.dropdown(
        view,
        "province",
        view.say("province"),
        [{"label": view.say("nation"), "value": "all"}, *options],
        view.get("province") or "all",
    )


def scope(view: View, code: str | None) -> parts.Piece:
    """A scope as a badge: own, consolidated or not stated."""
    return parts.badge(view.word("scope_", code), code or "unknown")


def body_name(view: View, body: str | None) -> str:
    """A body's name; the government of a unit has one name, whichever office signs."""
    return view.say("government") if body == "government" else str(body or fmt.NOT_PRINTED)


def figure_address(view: View, report_id: str, series: str) -> str:
    """Where a series of a report comes from."""
    return view.link("report", report_id, series=series)


def break_notes(view: View, breaks: Sequence[Row], years: Iterable[int]) -> list[parts.Piece]:
    """What the marks in a chart mean, breaks of the same kind together, and that gaps are not filled."""
    span = list(years)
    said: dict[tuple[str, str], list[str]] = {}
    for row in breaks:
        if span and min(span) < row["year"] <= max(span):
            reason = (row[f"reason_{view.language}"] or view.word("grade_", row["grade"])).rstrip("。.")
            said.setdefault((row["grade"], reason), []).append(str(row["year"]))
    comma = "、" if view.language == "zh" else ", "
    lines = [
        view.say("break_line", year=comma.join(years), grade=grade, reason=reason)
        for (grade, reason), years in said.items()
    ]
    return [
        view.say(
            "break_sentence", lines=("；" if view.language == "zh" else "; ").join(lines), gaps=view.say("gap_note")
        )
        if lines
        else view.say("gap_note")
    ]


def points(rows: Iterable[Row], view: View, series: str, unit: str) -> list[figures.Point]:
    """Rows of one series in one scope as points that lead to their cells."""
    return [
        figures.Point(
            row["report_year"],
            None if row["value"] is None else float(row["value"]),
            f"{view.say('year_of', year=row['report_year'])}: {fmt.count(row['value'], view.unit(unit))}",
            figure_address(view, row["report_id"], series),
        )
        for row in rows
    ]


def rate_points(rows: Iterable[Row], view: View, series: str = "requests_granted") -> list[figures.Point]:
    """Rows of one definition of the grant rate as points; few cases are marked."""
    found = []
    for row in rows:
        said = (
            f"{view.say('year_of', year=row['report_year'])}: {fmt.share(row['rate'])} "
            f"({fmt.count(row['numerator'])} / {fmt.count(row['denominator'])})"
        )
        address = figure_address(view, row["report_id"], series) if "report_id" in row else None
        found.append(figures.Point(row["report_year"], row["rate"], said, address, fmt.is_small(row["denominator"])))
    return found
