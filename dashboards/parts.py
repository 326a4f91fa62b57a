"""The pieces of a page. Text of documents goes in as text: nothing here takes markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from dash import dcc, html

from dashboards import format as fmt
from dashboards.tree import Piece, element, mount
from dashboards.view import View

PAGE_SIZE = 25


def link(text: Piece, address: str, kind: str | None = None, title: str | None = None) -> Piece:
    """A link inside the dashboard."""
    return element("a", text, href=address, className=kind, title=title)


def outside(text: str, address: str | None) -> Piece:
    """A link to a publisher's page; anything but http(s) is shown and not linked."""
    return element("a", text, href=address) if urlsplit(address or "").scheme in ("http", "https") else text


def heading(title: str, note: Piece = None, crumbs: Sequence[Piece] = ()) -> Piece:
    """The title of a page with where it stands above and a sentence below it."""
    path = [part for n, item in enumerate(crumbs) for part in ([" › ", item] if n else [item])]
    return element(
        "div",
        element("nav", path, className="crumbs") if path else None,
        element("h1", title),
        element("p", note, className="lead") if note else None,
        className="heading",
    )


def section(title: str, *children: Piece, note: Piece = None, name: str | None = None) -> Piece:
    """A part of a page under a title of its own."""
    return element(
        "section", element("h2", title), element("p", note, className="note") if note else None, *children, id=name
    )


def card(
    title: str, value: Piece, unit: str = "", note: Piece = "", address: str | None = None, muted: bool = False
) -> Piece:
    """A headline figure; with an address it leads to where it comes from."""
    return element(
        "div",
        element("div", title, className="card-title"),
        element(
            "div",
            element(
                "span",
                link(value, address) if address else value,
                className="card-value" + (" small-n" if muted else ""),
            ),
            element("span", unit, className="card-unit"),
        ),
        element("div", note, className="card-note"),
        className="card",
    )


def cards(*items: Piece) -> Piece:
    """Headline figures side by side."""
    return element("div", *items, className="cards")


def charts(*items: Piece) -> Piece:
    """Charts beside each other where there is room."""
    return element("div", *items, className="charts")


def halves(*items: Piece) -> Piece:
    """Two parts of a page side by side where there is room."""
    return element("div", *items, className="halves")


def stack(*items: Piece) -> Piece:
    """Pieces below one another."""
    return element("div", *items)


def fold(title: str, *content: Piece, is_open: bool = False) -> Piece:
    """What is shown when asked for."""
    return element(
        "details", element("summary", title), element("div", *content, className="folded"), open=is_open or None
    )


def table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Piece]],
    numeric: Sequence[int] = (),
    marked: int | None = None,
) -> Piece:
    """A table that scrolls in itself where the screen is narrow; ``numeric`` columns are set right."""
    style = dict.fromkeys(numeric, "number")
    head = element("tr", *(element("th", text, scope="col", className=style.get(n)) for n, text in enumerate(heads)))
    body = [
        element(
            "tr",
            *(
                element("td" if n else "th", cell, className=style.get(n), scope=None if n else "row")
                for n, cell in enumerate(row)
            ),
            className="marked" if at == marked else None,
        )
        for at, row in enumerate(rows)
    ]
    return element(
        "div",
        element("table", element("caption", caption), element("thead", head), element("tbody", *body)),
        className="scroll",
        tabIndex=0,
        role="region",
        **{"aria-label": caption},
    )


def pairs(rows: Sequence[tuple[str, Piece]]) -> Piece:
    """Names and what stands behind them."""
    return element(
        "dl", *(part for name, value in rows for part in (element("dt", name), element("dd", value))), className="pairs"
    )


def bars(view: View, caption: str, items: Sequence[tuple[str, Any, str | None, str]]) -> Piece:
    """Counts as bars in a table: (label, value, address, colour). A null has no bar and the mark for not printed."""
    total = sum(value for _, value, _, _ in items if value is not None)
    most = max((value for _, value, _, _ in items if value is not None), default=0)
    rows = []
    for label, value, address, colour in items:
        width = f"{float(value) / float(most):.1%}" if value and most else "0"
        bar = element(
            "div", className="bar", style={"width": width, "backgroundColor": colour}, **{"aria-hidden": "true"}
        )
        shown = link(fmt.count(value), address) if address else fmt.count(value)
        rows.append([label, bar, shown, fmt.share(value / total) if value is not None and total else fmt.NOT_PRINTED])
    listed = table(caption, ["", "", view.say("value"), view.say("share")], rows, numeric=(2, 3))
    return element("div", listed, className="bars")


def chart(
    name: str,
    title: str,
    figure: dict,
    description: str,
    notes: Sequence[Piece],
    data: Piece,
    view: View,
    is_open: bool = False,
) -> Piece:
    """A chart with what it says in words, its breaks, and its data as a table with sources."""
    config = {"displayModeBar": False, "responsive": True, "doubleClick": False, "scrollZoom": False}
    graph = html.Div(
        dcc.Graph(
            id={"type": "chart", "name": name},
            figure=figure,
            config=config,
            className="graph",
            style={"height": figure["layout"]["height"]},
        ),
        role="img",
        **{"aria-label": description},
    )
    return element(
        "figure",
        element("figcaption", title),
        graph,
        *(element("p", note, className="note") for note in notes if note),
        fold(view.say("data_table"), data, is_open=is_open),
        className="chart",
    )


def no_chart(title: str, why: Piece) -> Piece:
    """The place of a chart that has nothing to show."""
    return element("div", element("figcaption", title), why, className="chart")


def dropdown(
    view: View, name: str, label: str, options: Sequence[dict], value: Any, kind: str = "filter", **more: Any
) -> Piece:
    """A choice that becomes a parameter of the address (``filter``) or leads to another page (``goto``)."""
    settings = {"clearable": False, "searchable": len(options) > 12, "placeholder": view.say("choose")} | more
    said = {
        key: view.say(f"dropdown_{key}")
        for key in ("select_all", "deselect_all", "search", "clear_search", "clear_selection", "no_options_found")
    }
    return html.Div(
        [
            *mount([element("div", label, className="label")]),
            html.Div(
                dcc.Dropdown(
                    id={"type": kind, "name": name},
                    options=list(options),
                    value=value,
                    labels=said | {"selected_count": "× {num_selected}"},
                    **settings,
                ),
                role="group",
                **{"aria-label": label},
            ),
            dcc.Store(id={"type": "shown", "name": name}, data=value),
        ],
        className="control" if kind == "filter" else "control wide",
    )


def text_box(view: View, name: str, label: str, value: str) -> Piece:
    """A text that becomes a parameter of the address while one types."""
    return html.Div(
        [
            *mount([element("div", label, className="label")]),
            html.Div(
                dcc.Input(
                    id={"type": "filter", "name": name},
                    value=value,
                    type="search",
                    debounce=0.3,
                    maxLength=60,
                    placeholder=label,
                ),
                role="group",
                className="text-input",
                **{"aria-label": label},
            ),
            dcc.Store(id={"type": "shown", "name": name}, data=value),
        ],
        className="control wide",
    )


def controls(*items: Piece) -> Piece:
    """The choices of a page."""
    return html.Div(mount(list(items)), className="controls", role="search")


def empty(text: str, hint: str | None = None) -> Piece:
    """Why there is nothing here."""
    return element(
        "div",
        element("p", text),
        element("p", hint, className="note") if hint else None,
        className="empty",
        role="status",
    )


def badge(text: str, kind: str = "plain", title: str | None = None) -> Piece:
    """A short mark: a scope, a grade, a state."""
    return element("span", text, className=f"badge badge-{kind}", title=title)


def mono(text: str | None) -> Piece:
    """A code or a hash, which may break anywhere."""
    return element("code", text or fmt.NOT_PRINTED)


def quoted(text: str) -> Piece:
    """Text of a document, set apart from ours."""
    return element("span", text, className="printed")


def small(text: str) -> Piece:
    """A remark behind something."""
    return element("small", f" {text}")


def marked(content: Piece, is_marked: bool) -> Piece:
    """The one cell among its neighbours that one came for."""
    return element("mark", content) if is_marked else content


def rate(view: View, numerator: Any, denominator: Any, value: float | None, address: str | None = None) -> Piece:
    """A rate as a percentage; one of few cases is marked as such."""
    if value is None:
        return fmt.NOT_PRINTED
    text = link(fmt.share(value), address) if address else fmt.share(value)
    if fmt.is_small(denominator):
        return element(
            "span", text, " ", element("small", view.say("small_n", n=fmt.count(denominator))), className="small-n"
        )
    return text


def sheet(title: Piece, badges: Sequence[Piece], sums: Piece, note: str, cells: Piece) -> Piece:
    """One discrepancy: where, what, by how much, and the cells."""
    return element(
        "article",
        element("div", element("strong", title), " ", *badges, className="sheet-head"),
        sums,
        element("p", note, className="note"),
        cells,
        className="sheet",
    )


def sum_line(left: str, relation: str, right: str, difference: str) -> Piece:
    """Both sides of an identity that does not close."""
    return element(
        "p",
        left,
        element("span", f" {relation} ", className="relation"),
        right,
        element("span", difference, className="difference"),
        className="sum",
    )


def tabs(view: View, name: str, items: Sequence[tuple[str, str]], chosen: str) -> Piece:
    """Lists of one page; each has an address."""
    return element(
        "nav",
        *(
            link(
                label,
                view.link(view.page, **{name: code, "year": view.get("year"), "province": view.get("province")}),
                "choice here" if code == chosen else "choice",
            )
            for code, label in items
        ),
        className="tabs",
    )


def pager(view: View, total: int, offset: int, size: int = PAGE_SIZE) -> Piece:
    """Where one is in a long list, and the way on."""
    last = min(offset + size, total)
    number = offset // size + 1
    back = link(view.say("previous"), view.changed(page=number - 1 if number > 2 else None)) if offset else None
    on = link(view.say("next"), view.changed(page=number + 1)) if last < total else None
    place = view.say("page_of", total=fmt.count(total), first=fmt.count(offset + 1), last=fmt.count(last))
    return element("nav", back, element("span", place), on, className="pager")


def offset_of(view: View, size: int = PAGE_SIZE) -> int:
    """How many rows of a long list stand before the page that the address names."""
    return (min(max(view.number("page") or 1, 1), 100_000) - 1) * size
