"""Web pages: every innermost table a grid, everything else single columns of paragraphs. Knows no Chinese.

Layout tables (tables that hold tables, or a single column) are read as prose around what they hold. Page text that a
script carries as an escaped string is read when the page itself has no table.
"""

from __future__ import annotations

import re
from typing import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.forms.limits import MAX_CELLS
from parsers.grid import Cell, Grid
from parsers.observation import UnreadableReport

MAX_SPAN = 1000
MAX_NODES = 1_000_000
_SKIPPED = frozenset(("script", "style", "noscript", "template", "head", "select", "option", "iframe", "svg", "button"))
_BLOCK = frozenset((
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header",
    "footer", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "center", "blockquote", "pre", "form",
    "hr", "nav", "main", "aside", "body", "html", "ucapcontent",
))
_SPACES = re.compile(r"[ \t\r\n\f]+")
_ESCAPED = re.compile(r'"((?:[^"\\]|\\.)*<\\?/?table(?:[^"\\]|\\.)*)"', re.IGNORECASE | re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "", '"': '"', "'": "'", "/": "/", "\\": "\\"}


def read(text: str) -> tuple[Grid, ...]:
    """Grids of a page in reading order. Raises UnreadableReport where the page is too large to be a report."""
    tree = LexborHTMLParser(text)
    if tree.css_first("table") is None:
        hidden = _escaped_markup(text)
        if hidden:
            tree = LexborHTMLParser(hidden)
    root = tree.body or tree.root
    if root is None:
        raise UnreadableReport("the page has no content")
    title = tree.css_first("title")
    return _Reader(_SPACES.sub(" ", title.text()).strip() if title else "").read(root)


class _Reader:
    """One walk over a page: paragraphs gather until a table ends them."""

    def __init__(self, title: str) -> None:
        self.grids: list[Grid] = []
        self.lines: list[str] = [title] if title else []
        self.line: list[str] = []
        self.nodes = 0

    def read(self, root: LexborNode) -> tuple[Grid, ...]:
        stack: list[LexborNode | str] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                self._end_line()
                continue
            self._count()
            tag = node.tag
            if tag == "-text":
                self.line.append(_SPACES.sub(" ", node.text_content or ""))
            elif tag == "br":
                self._end_line()
            elif tag == "table" and _is_data_table(node):
                self._end_text()
                self._add_table(node)
            elif tag not in _SKIPPED and not tag.startswith("-"):
                if tag in _BLOCK:
                    self._end_line()
                    stack.append("end of block")
                stack.extend(reversed(list(node.iter(include_text=True))))
        self._end_text()
        return tuple(self.grids)

    def _count(self) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise UnreadableReport(f"a page of more than {MAX_NODES:,} elements")

    def _end_line(self) -> None:
        line = "".join(self.line).strip(" \n")
        self.line.clear()
        if line.strip("\u3000\xa0 "):
            self.lines.append(line)

    def _end_text(self) -> None:
        self._end_line()
        if self.lines:
            rows = tuple((Cell(line, number, 0),) for number, line in enumerate(self.lines))
            self.grids.append(Grid("text", len(self.grids), rows))
            self.lines.clear()

    def _add_table(self, table: LexborNode) -> None:
        rows = _grid_rows(_rows(table))
        if rows:
            self.grids.append(Grid("table", len(self.grids), rows))


def _is_data_table(table: LexborNode) -> bool:
    """An innermost table with a row of two cells at least; others are page layout."""
    if len(table.css("table")) > 1:
        return False
    return any(len([c for c in row.iter() if c.tag in ("td", "th")]) > 1 for row in _rows(table))


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    for child in table.iter():
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child.iter() if row.tag == "tr")


def _grid_rows(table_rows: Iterator[LexborNode]) -> tuple[tuple[Cell, ...], ...]:
    """Cells in their positions; a spanning cell stands in each position that it covers."""
    placed: dict[tuple[int, int], Cell] = {}
    height = width = 0
    for row, tr in enumerate(table_rows):
        height = row + 1
        column = 0
        for node in tr.iter():
            if node.tag not in ("td", "th"):
                continue
            while (row, column) in placed:
                column += 1
            rowspan, colspan = _span(node, "rowspan"), _span(node, "colspan")
            cell = Cell(_cell_text(node), row, column, rowspan, colspan)
            if len(placed) + rowspan * colspan > MAX_CELLS:
                raise UnreadableReport(f"a table of more than {MAX_CELLS:,} cells")
            for r in range(row, row + rowspan):
                for c in range(column, column + colspan):
                    placed.setdefault((r, c), cell)
            column += colspan
            width = max(width, column)
    empty = ""
    return tuple(
        tuple(placed.get((r, c)) or Cell(empty, r, c) for c in range(width)) for r in range(height)
    )


def _span(node: LexborNode, name: str) -> int:
    value = (node.attributes.get(name) or "1").strip()
    return min(max(int(value), 1), MAX_SPAN) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _cell_text(cell: LexborNode) -> str:
    """Text of a cell; paragraphs and line breaks become line ends, runs of blanks one blank."""
    parts: list[str] = []
    stack: list[LexborNode | str] = [cell]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag = node.tag
        if tag == "-text":
            parts.append(_SPACES.sub(" ", node.text_content or ""))
        elif tag == "br":
            parts.append("\n")
        elif tag not in _SKIPPED and not tag.startswith("-"):
            children = list(node.iter(include_text=True))
            if tag in _BLOCK and tag not in ("td", "th"):
                parts.append("\n")
                stack.append("\n")
            stack.extend(reversed(children))
    return re.sub(r"\s*\n\s*", "\n", "".join(parts)).strip(" \n")


def _escaped_markup(text: str) -> str | None:
    """Markup that a script holds as an escaped string (the longest one)."""
    found = max((m[1] for m in _ESCAPED.finditer(text)), key=len, default=None)
    if found is None:
        return None
    unicode_read = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), found)
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), unicode_read)
