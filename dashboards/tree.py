"""Elements of a page that only show something, as plain data.

A Dash component for every cell of a table costs the server and the browser more than everything else on a page. So what
needs no callback is a tree of dictionaries, which one component draws (``assets/tree.js``). Text in a tree is text:
there is no way to put markup in, and links go nowhere but into the dashboard or to http(s).
"""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

Piece = Any
"""A node, a Dash component, a text, a number, None, or a list of these."""
_CONTAINERS = {"div": html.Div, "section": html.Section, "figure": html.Figure}


class Tree(Component):
    """Draws one tree; ``foi_dashboard.Tree`` in ``assets/tree.js``."""

    _namespace = "foi_dashboard"
    _type = "Tree"
    _prop_names = ["tree"]
    _valid_wildcard_attributes: list[str] = []
    _children_props: list[str] = []
    _base_nodes: list[str] = []

    def __init__(self, tree: Piece) -> None:
        super().__init__(tree=tree)


def element(tag: str, *children: Piece, **properties: Any) -> Piece:
    """An element by its tag. Plain data, unless a Dash component is inside: then it has to be one as well."""
    pieces = [
        piece
        for child in children
        for piece in (child if isinstance(child, list | tuple) else [child])
        if piece is not None
    ]
    kept = {name: value for name, value in properties.items() if value is not None}
    if any(isinstance(piece, Component) for piece in pieces):
        return _CONTAINERS[tag](mount(pieces), **kept)
    return {"tag": tag, "props": kept, "children": pieces}


def mount(pieces: list[Piece]) -> list[Component]:
    """Pieces as Dash components: neighbours that are plain data share one tree."""
    mounted: list[Component] = []
    plain: list[Piece] = []
    for piece in [*pieces, None]:
        if piece is not None and not isinstance(piece, Component):
            plain.append(piece)
            continue
        if plain:
            mounted.append(Tree(plain))
            plain = []
        if piece is not None:
            mounted.append(piece)
    return mounted
