"""Web pages: every innermost table a grid, everything else single columns of paragraphs. Knows no Chinese.

Layout tables (tables that hold tables, or a single column) are read as prose around what they hold. Page text that a
script carries as an escaped string is read when the page itself has no table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

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
_CELL = frozenset(("td", "th"))
_BLOCK_IN_CELL = _BLOCK - _CELL
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

    def read(self, root: LexborNode) -> tuple[Grid, ...]:
        for text in _printed(root, _BLOCK, self._take_table):
            if text == "\n":
                self._end_line()
            else:
                self.line.append(text)
        self._end_text()
        return tuple(self.grids)

    def _end_line(self) -> None:
        if not self.line:
            return
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

    def _take_table(self, table: LexborNode) -> bool:
        """Make a grid of an innermost table with a row of two cells at least; others are page layout."""
        if len(table.css("table")) > 1:
            return False
        rows = [[cell for cell in row.iter() if cell.tag in _CELL] for row in _rows(table)]
        if not any(len(row) > 1 for row in rows):
            return False
        self._end_text()
        spanning = {cell.mem_id for cell in table.css("[rowspan], [colspan]")}
        self.grids.append(Grid("table", len(self.grids), _grid_rows(rows, spanning)))
        return True


def _printed(root: LexborNode, blocks: frozenset[str], takes: Callable[[LexborNode], bool]) -> Iterator[str]:
    """The text below an element in pieces, runs of blanks one blank; a line end for each break and edge of a block.

    A table that ``takes`` accepts is not looked into. Raises UnreadableReport where there are too many elements.
    """
    stack: list[LexborNode | str] = []  # what comes after the node at hand: nodes with their later siblings, line ends
    node: LexborNode | str | None = root.child
    seen = 0
    while node is not None or stack:
        if node is None:
            node = stack.pop()
        if isinstance(node, str):
            yield node
            node = None
            continue
        seen += 1
        if seen > MAX_NODES:
            raise UnreadableReport(f"a page of more than {MAX_NODES:,} elements")
        tag, after = node.tag, node.next
        if tag == "-text":
            yield _SPACES.sub(" ", node.text_content or "")
        elif tag == "br":
            yield "\n"
        elif tag not in _SKIPPED and tag[0] != "-" and not (tag == "table" and takes(node)):
            if after is not None:
                stack.append(after)
            if tag in blocks:
                yield "\n"
                stack.append("\n")
            node = node.child
            continue
        node = after


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    for child in table.iter():
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child.iter() if row.tag == "tr")


def _grid_rows(table_rows: list[list[LexborNode]], spanning: set[int]) -> tuple[tuple[Cell, ...], ...]:
    """Cells in their positions; a spanning cell stands in each position that it covers."""
    placed: dict[tuple[int, int], Cell] = {}
    width = 0
    for row, nodes in enumerate(table_rows):
        column = 0
        for node in nodes:
            while (row, column) in placed:
                column += 1
            rowspan, colspan = _spans(node) if node.mem_id in spanning else (1, 1)
            cell = Cell(_cell_text(node), row, column, rowspan, colspan)
            if len(placed) + rowspan * colspan > MAX_CELLS:
                raise UnreadableReport(f"a table of more than {MAX_CELLS:,} cells")
            for r in range(row, row + rowspan):
                for c in range(column, column + colspan):
                    placed.setdefault((r, c), cell)
            column += colspan
            width = max(width, column)
    return tuple(
        tuple(placed.get((r, c)) or Cell("", r, c) for c in range(width)) for r in range(len(table_rows))
    )


def _spans(node: LexborNode) -> tuple[int, int]:
    attributes = node.attributes
    return _span(attributes.get("rowspan")), _span(attributes.get("colspan"))


def _span(value: str | None) -> int:
    value = (value or "1").strip()
    return min(max(int(value), 1), MAX_SPAN) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _cell_text(cell: LexborNode) -> str:
    """Text of a cell; paragraphs and line breaks become line ends, runs of blanks one blank."""
    node, in_block = cell.child, False
    while node is not None and node.next is None:  # most cells hold one text, however deep
        tag = node.tag
        if tag == "-text":
            text = _SPACES.sub(" ", node.text_content or "")
            return text.strip() if in_block else text.strip(" ")
        if tag == "br" or tag in _SKIPPED or tag[0] == "-":
            break
        in_block = in_block or tag in _BLOCK_IN_CELL
        node = node.child
    text = "".join(_printed(cell, _BLOCK_IN_CELL, lambda table: False))
    return re.sub(r"\s*\n\s*", "\n", text).strip(" \n")


def _escaped_markup(text: str) -> str | None:
    """Markup that a script holds as an escaped string (the longest one)."""
    found = max((m[1] for m in _ESCAPED.finditer(text)), key=len, default=None)
    if found is None:
        return None
    unicode_read = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), found)
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), unicode_read)
