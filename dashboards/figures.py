"""Charts over years, as plain Plotly figures: gaps stay gaps, breaks are marked, anybody can tell the colours apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboards import format as fmt
from dashboards.view import View

BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#A6477F"
ORANGE, SKY, GREY, INK = "#E69F00", "#56B4E9", "#8A8A8A", "#333333"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, INK, GREY)
"""After Okabe and Ito; a test looks at it with the eyes of the colour-blind."""
GROUPS = {"granted": BLUE, "refused": VERMILION, "unable": ORANGE, "not_processed": SKY, "other": GREY}
"""Colours of the groups of outcomes."""
FONT = (
    '-apple-system, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", '
    '"WenQuanYi Zen Hei", "Segoe UI", sans-serif'
)
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "star", "hexagon")
_DIRECT = 3  # so many lines are named at their end; more have a legend


@dataclass(frozen=True, slots=True)
class Point:
    """One year of a line: its value, what is said of it, where it leads to, and whether it rests on few cases."""

    year: int
    value: float | None
    said: str = ""
    address: str | None = None
    small: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One body, scope or definition over the years."""

    name: str
    points: tuple[Point, ...]
    colour: str = BLUE
    symbol: str = "circle"


def lines_of(named: Sequence[tuple[str, Sequence[Point]]]) -> list[Line]:
    """Lines with a colour and a symbol each: neither alone has to tell them apart."""
    return [
        Line(name, tuple(points), PALETTE[n % len(PALETTE)], _SYMBOLS[n % len(_SYMBOLS)])
        for n, (name, points) in enumerate(named)
    ]


def over_years(view: View, lines: Sequence[Line], breaks: Sequence[dict], percent: bool = False) -> dict:
    """Lines over years. A line ends at a missing year and at a break: it never joins what does not compare."""
    years = [point.year for line in lines for point in line.points if point.value is not None]
    if not years:
        return _layout(view, [], [2008, 2025], percent)
    span = [min(years), max(years)]
    marks = [row for row in breaks if span[0] < row["year"] <= span[1]]
    cuts = {row["year"] for row in marks}
    figure = _layout(view, [_trace(line, cuts) for line in lines], span, percent)
    figure["layout"]["shapes"] = [_mark(row["year"]) for row in marks]
    figure["layout"]["annotations"] = [_mark_name(row) for row in marks]
    if 1 < len(lines) <= _DIRECT:
        figure["layout"]["annotations"] += _names(lines)
        figure["layout"]["margin"]["r"] = 24 + 13 * max(_width(line.name) for line in lines)
    figure["layout"]["showlegend"] = len(lines) > _DIRECT
    return figure


def bars_over_years(view: View, points: Sequence[Point], breaks: Sequence[dict], colour: str = BLUE) -> dict:
    """One bar a year, its figure above it; a year without one has no bar."""
    shown = [point for point in points if point.value is not None]
    span = [min((p.year for p in shown), default=2008), max((p.year for p in shown), default=2025)]
    marks = [row for row in breaks if span[0] < row["year"] <= span[1]]
    trace = {
        "type": "bar",
        "x": [p.year for p in shown],
        "y": [p.value for p in shown],
        "text": _labels(view, shown),
        "textposition": "outside",
        "cliponaxis": False,
        "constraintext": "none",
        "textangle": 0,
        "hovertext": [escape(p.said) for p in shown],
        "hoverinfo": "text",
        "marker": {"color": colour},
        "customdata": [p.address for p in shown],
        "textfont": {"size": 11},
    }
    figure = _layout(view, [trace], span, False)
    figure["layout"] |= {
        "bargap": 0.35,
        "shapes": [_mark(row["year"]) for row in marks],
        "annotations": [_mark_name(row) for row in marks],
    }
    return figure


def stacked_over_years(view: View, named: Sequence[tuple[str, str, Sequence[Point]]], breaks: Sequence[dict]) -> dict:
    """Parts of a whole by year, one colour a part: (name, colour, points)."""
    years = [p.year for _, _, points in named for p in points]
    span = [min(years, default=2008), max(years, default=2025)]
    marks = [row for row in breaks if span[0] < row["year"] <= span[1]]
    traces = [
        {
            "type": "bar",
            "name": escape(name),
            "x": [p.year for p in points],
            "y": [p.value for p in points],
            "hovertext": [escape(p.said) for p in points],
            "hoverinfo": "text",
            "marker": {"color": colour, "line": {"color": "#fff", "width": 1}},
            "customdata": [p.address for p in points],
        }
        for name, colour, points in named
    ]
    figure = _layout(view, traces, span, False)
    figure["layout"] |= {
        "barmode": "stack",
        "bargap": 0.3,
        "showlegend": True,
        "shapes": [_mark(row["year"]) for row in marks],
        "annotations": [_mark_name(row) for row in marks],
    }
    return figure


def _trace(line: Line, cuts: set[int]) -> dict:
    x, y, said, address, symbols, before = [], [], [], [], [], None
    for point in line.points:
        if point.value is None:
            continue
        if before is not None and (point.year > before + 1 or any(before < cut <= point.year for cut in cuts)):
            x.append(before + 0.5), y.append(None), said.append(""), address.append(None), symbols.append(line.symbol)
        x.append(point.year), y.append(point.value), said.append(escape(point.said)), address.append(point.address)
        symbols.append(f"{line.symbol}-open" if point.small else line.symbol)
        before = point.year
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": escape(line.name),
        "x": x,
        "y": y,
        "hovertext": said,
        "hoverinfo": "text",
        "customdata": address,
        "connectgaps": False,
        "line": {"color": line.colour, "width": 2},
        "marker": {"color": line.colour, "size": 8, "symbol": symbols},
    }


def _layout(view: View, traces: list[dict], span: Sequence[int], percent: bool) -> dict:
    step = 1 if span[1] - span[0] < 6 else 2 if span[1] - span[0] < 13 else 3
    return {
        "data": traces,
        "layout": {
            "height": 280,
            "margin": {"l": 48, "r": 16, "t": 34, "b": 30},
            "showlegend": False,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "dragmode": False,
            "font": {"family": FONT, "size": 12, "color": "#3a3f47"},
            "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": "#fff",
                "bordercolor": "#c9ced6",
                "font": {"family": FONT, "color": "#1d2733"},
                "align": "left",
            },
            "legend": {
                "orientation": "h",
                "traceorder": "normal",
                "x": 0,
                "y": 1.12,
                "yanchor": "bottom",
                "font": {"size": 11},
            },
            "xaxis": {
                "range": [span[0] - 0.6, span[1] + 0.6],
                "tickmode": "linear",
                "dtick": step,
                "tick0": span[1],
                "tickformat": "d",
                "showgrid": False,
                "fixedrange": True,
                "zeroline": False,
                "linecolor": "#c9ced6",
                "showline": True,
            },
            "yaxis": {
                "rangemode": "tozero",
                "fixedrange": True,
                "gridcolor": "#e6e9ee",
                "zeroline": False,
                "nticks": 5,
                "tickformat": ".0%" if percent else ",d",
                **({"range": [0, 1.05]} if percent else {}),
            },
        },
    }


def _mark(year: int) -> dict:
    return {
        "type": "line",
        "x0": year - 0.5,
        "x1": year - 0.5,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "layer": "below",
        "line": {"color": "#8a8f98", "width": 1, "dash": "dot"},
    }


def _mark_name(row: dict) -> dict:
    return {
        "x": row["year"] - 0.5,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "text": escape(str(row["grade"])),
        "font": {"size": 11, "color": "#5f6670"},
    }


def _names(lines: Sequence[Line]) -> list[dict]:
    """The names of lines at their ends, moved apart where the ends are close."""
    ends = [
        (max((p for p in line.points if p.value is not None), key=lambda p: p.year, default=None), line)
        for line in lines
    ]
    ends = sorted(((p, line) for p, line in ends if p), key=lambda end: end[0].value)
    most = max((float(p.value) for line in lines for p in line.points if p.value is not None), default=1) or 1
    placed, notes = -1.0, []
    for point, line in ends:
        at = max(float(point.value) / most, placed + 0.09)
        placed = at
        notes.append(
            {
                "x": 1,
                "xref": "paper",
                "xanchor": "left",
                "xshift": 4,
                "y": at * most,
                "yanchor": "middle",
                "showarrow": False,
                "text": escape(line.name),
                "font": {"size": 12, "color": line.colour},
            }
        )
    return notes


def _width(text: str) -> int:
    return round(sum(1 if ord(letter) > 255 else 0.55 for letter in text))


def _labels(view: View, points: Sequence[Point]) -> list[str]:
    """Figures over the largest and the last bar alone: over all of them they would run into each other."""
    most = max((p.value for p in points), default=0)
    return [_short(view, p.value) if p is points[-1] or p.value == most else "" for p in points]


def _short(view: View, value: float | None) -> str:
    """A figure short enough to stand above a bar."""
    if value is None:
        return ""
    if view.language == "zh" and value >= 100_000:
        return f"{value / 10_000:,.0f}万" if value >= 1_000_000 else f"{value / 10_000:,.1f}万"
    if value >= 10_000:
        return f"{value / 1_000:,.0f}k" if view.language == "en" else f"{value / 10_000:.1f}万"
    return fmt.count(value)
