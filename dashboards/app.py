"""The dashboard put together: routing by the address, one page at a time, served on this machine alone."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from types import ModuleType

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html
from flask import Flask, Response

from dashboards import format as fmt
from dashboards import parts
from dashboards.data import overview as overview_data
from dashboards.data.store import NoWarehouse, Snapshot, Store
from dashboards.pages import compare, dictionary, jurisdiction, overview, quality, report, shared, sources
from dashboards.tree import Piece, element, mount
from dashboards.view import View

PAGES: dict[str, ModuleType] = {
    "overview": overview,
    "jurisdiction": jurisdiction,
    "compare": compare,
    "quality": quality,
    "dictionary": dictionary,
    "report": report,
    "sources": sources,
}
MENU = ("overview", "jurisdiction", "compare", "quality", "dictionary")
MAX_BODIES = compare.MAX_BODIES
THREADS = 8
_LOG = logging.getLogger(__name__)
_INDEX = """<!DOCTYPE html>
<html lang="zh">
<head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}</head>
<body>{%app_entry%}{%config%}{%scripts%}{%renderer%}</body>
</html>"""


def create_app(warehouse: Path) -> Dash:
    """The application over a published file, which need not be there yet; nothing is opened by making it."""
    store = Store(warehouse)
    app = Dash(
        "dashboards",
        assets_folder=str(Path(__file__).with_name("assets")),
        serve_locally=True,
        title=View().say("title"),
        update_title=None,
        index_string=_INDEX,
        enable_mcp=False,
        suppress_callback_exceptions=True,
        add_log_handler=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = _layout()
    app.server.extensions["store"] = store
    _page_callback(app, store)
    _search_callbacks(app, store)
    _navigation_callback(app)
    _secure(app)
    return app


def serve(warehouse: Path, host: str, port: int) -> None:
    """Serve until interrupted. Raises OSError where the port is taken."""
    import waitress

    app = create_app(warehouse)
    server = waitress.create_server(app.server, host=host, port=port, threads=THREADS, ident=None)
    # Whoever comes first need not wait for what can be read before.
    threading.Thread(target=render, args=(View(), app.server.extensions["store"]), daemon=True).start()
    print(f"http://{host}:{port}  (Ctrl-C ends it)", flush=True)
    server.run()


def render(view: View, store: Store) -> tuple[list, list, str]:
    """Header, page and document title for an address; whatever goes wrong is said on the page and logged."""
    title = view.say("title")
    try:
        with store.reading() as snapshot:
            page = PAGES.get(view.page)
            if page is None:
                raise shared.NotFound(view.page)
            return (
                _header(view),
                [*page.render(view, snapshot), _footer(view, snapshot)],
                (f"{view.say(view.page)} · {title}"),
            )
    except NoWarehouse as error:
        return (
            _header(view),
            [parts.heading(view.say("no_warehouse"), view.say("no_warehouse_hint")), parts.empty(str(error))],
            title,
        )
    except shared.NotFound:
        return _header(view), [parts.heading(view.say("not_found")), parts.empty(view.say("not_found_hint"))], title
    except Exception:
        _LOG.exception("the page %s cannot be shown", "/".join(view.parts))
        return _header(view), [parts.heading(view.say("failed")), parts.empty(view.say("failed_hint"))], title


def _layout() -> html.Div:
    view = View()
    return html.Div(
        [
            dcc.Location(id="address", refresh=False),
            html.A(view.say("skip"), href="#page", className="skip"),
            html.Header(id="header"),
            html.Main(html.P(view.say("loading"), className="note"), id="page", tabIndex=-1),
            dcc.Store(id="title"),
            html.Div(id="nothing", hidden=True),
        ],
        className="dashboard",
    )


def _header(view: View) -> list:
    other = "zh" if view.language == "en" else "en"
    menu = [
        element(
            "li",
            parts.link(
                view.say(page),
                view.link() if page == "overview" else view.link(page),
                "here" if view.page == page else None,
            ),
        )
        for page in MENU
    ]
    return [
        element(
            "div",
            parts.link(
                [
                    element("span", view.say("title"), className="name"),
                    element("span", view.say("subtitle"), className="sub"),
                ],
                view.link(),
                "home",
            ),
            element("nav", element("ul", *menu), **{"aria-label": view.say("navigation")}),
            parts.link(
                view.say("language"),
                view.changed(lang=other if other == "en" else None),
                "language",
                view.say("language_hint"),
            ),
            className="bar-top",
        )
    ]


def _footer(view: View, snapshot: Snapshot) -> Piece:
    row = overview_data.status(snapshot)
    fresh = view.say(
        "fresh",
        at=fmt.minute(row.get("published_at")),
        reports=fmt.count(row.get("report_count")),
        figures=fmt.count(row.get("figure_count")),
        first=row.get("first_report_year"),
        last=row.get("last_report_year"),
    )
    return element("footer", element("p", view.say("legend_states")), element("p", fresh, " ", view.say("follows")))


def _page_callback(app: Dash, store: Store) -> None:
    @app.callback(
        Output("header", "children"),
        Output("page", "children"),
        Output("title", "data"),
        Input("address", "pathname"),
        Input("address", "search"),
    )
    def show(pathname: str | None, search: str | None) -> tuple[list, list, dict]:
        view = View.of(pathname, search)
        header, page, title = render(view, store)
        return mount(header), mount(page), {"title": title, "lang": "en" if view.language == "en" else "zh-CN"}


def _search_callbacks(app: Dash, store: Store) -> None:
    """The server looks up places and bodies while one types: there are thousands, a few are sent."""

    @app.callback(
        Output({"type": "goto", "name": MATCH}, "options"),
        Input({"type": "goto", "name": MATCH}, "search_value"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def find_place(text: str | None, search: str | None) -> list[dict]:
        with store.reading() as snapshot:
            return jurisdiction.options(View.of("/", search), snapshot, text)

    @app.callback(
        Output({"type": "filter", "name": "bodies"}, "options"),
        Input({"type": "filter", "name": "bodies"}, "search_value"),
        State({"type": "filter", "name": "bodies"}, "value"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def find_body(text: str | None, chosen: list[str] | None, search: str | None) -> list[dict]:
        with store.reading() as snapshot:
            return compare.options(View.of("/", search), snapshot, text, (chosen or [])[:MAX_BODIES])


def _navigation_callback(app: Dash) -> None:
    """Choices and clicks become the address, in the browser: see assets/navigation.js."""
    app.clientside_callback(
        ClientsideFunction("foi", "navigate"),
        Output("address", "pathname"),
        Output("address", "search"),
        Input({"type": "filter", "name": ALL}, "value"),
        Input({"type": "goto", "name": ALL}, "value"),
        Input({"type": "chart", "name": ALL}, "clickData"),
        State({"type": "shown", "name": ALL}, "data"),
        State("address", "pathname"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("foi", "entitle"),
        Output("nothing", "title"),
        Input("title", "data"),
        prevent_initial_call=True,
    )


def _secure(app: Dash) -> None:
    """Nothing from elsewhere is loaded or run, whatever a document says."""
    server: Flask = app.server
    scripts = " ".join(f"'{digest}'" if not digest.startswith("'") else digest for digest in app.csp_hashes())
    policy = (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )

    @server.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Frame-Options"] = "DENY"
        return response
