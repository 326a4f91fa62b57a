"""Web pages: every innermost table a grid, everything else single columns of paragraphs. Knows no Chinese.

Layout tables (tables that hold tables, or a single column) are read as prose around what they hold. Page text that a
script carries as an escaped string is read when the page itself has no table.

Asking the tree for every node from Python costs several times what parsing does. So signs are set into the tree where
lines end and tables stand, and the text is taken out of it at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsers.forms.limits import MAX_CELLS
from parsers.grid import PICTURE, Cell, Grid, make_cell, not_printed
from parsers.observation import UnreadableReport

MAX_SPAN = 1000
MAX_NODES = 1_000_000
MAX_FURNITURE = 60
"""Cells of a page beside its report: search fields, a box of facts about the document."""
_SKIPPED = "script, style, noscript, template, head, select, option, iframe, svg, button"
_BLOCK = frozenset((
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header",
    "footer", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "center", "blockquote", "pre", "form",
    "hr", "nav", "main", "aside", "body", "html", "ucapcontent",
))
_CELL = frozenset(("td", "th"))
_INNERMOST = "table:not(:has(table))"
MIN_COPY = 20
"""Cells that a table must have for another of its shape to be a copy of it, or of its form."""
_HIDDEN = '[hidden], [style*="display:none" i], [style*="display: none" i]'
# What a cell may hold and show otherwise than its text says: fields, pictures, and what is struck out or hidden.
_NOT_AS_WRITTEN = f'input, img, sup, del, s, strike, {_HIDDEN}, [style*="line-through" i]'
_SHOWN_INPUTS = frozenset(("text", "number", "tel", ""))
MAX_SHOWN = 50
"""Of these in one cell: one that holds more holds no figure, and is left as it is written."""
_BLOCK_IN_CELL = _BLOCK - {"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"}
_SPAN = re.compile(r"\s*[0-9]{1,5}(?![0-9])")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_AROUND_END = re.compile(r"\s*\n\s*")
# Control characters that no page should hold; those that it does hold are no signs.
_SIGNS = "\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19"
_TABLE = re.compile(r"(?:<|\\u003[Cc])\\?/?table", re.IGNORECASE)
_ESCAPED = re.compile(r'"((?:[^"\\]|\\.)*(?:<|\\u003[Cc])\\?/?table(?:[^"\\]|\\.)*)"', re.IGNORECASE | re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "", '"': '"', "'": "'", "/": "/", "\\": "\\"}


Rows = tuple[tuple[Cell, ...], ...]


class _Signs(NamedTuple):
    """Two characters that a page does not hold: where a line ends, and where a table stood."""

    line: str
    table: str


def read(text: str) -> tuple[Grid, ...]:
    """Grids of a page in reading order. Raises UnreadableReport where the page is too large to be a report."""
    tree = LexborHTMLParser(text)
    title = tree.css_first("title")
    lines = [_SPACES.sub(" ", title.text()).strip()] if title else []
    held = _held_markup(text, tree)
    if held:
        text, tree = held, LexborHTMLParser(held)
    root = tree.body or tree.root
    if root is None:
        raise UnreadableReport("the page has no content")
    if text.count("<") > MAX_NODES:
        raise UnreadableReport(f"a page of more than {MAX_NODES:,} elements")
    signs = _free_signs(root.text() if "&#" in text else text)
    for node in root.css(_SKIPPED):
        node.remove()
    if "display" in text or root.css_first("[hidden]") is not None:
        _remove_hidden(root)
    tables = list(_take_tables(root, signs))
    _mark_line_ends(root, _BLOCK, signs)
    return tuple(_grids(lines, root.text(), tables, signs))


def _free_signs(text: str) -> _Signs:
    free = (sign for sign in _SIGNS if sign not in text)
    signs = [*islice(free, 2)]
    if len(signs) < 2:
        raise UnreadableReport("the page is full of control characters")
    return _Signs(*signs)


def _remove_hidden(root: LexborNode) -> None:
    """Take away what a page does not show, if it holds a table of the shape of one that is shown (an old report, a tab
    of another year, a copy), and the hidden rows of a table that shows most of them. All others a script may show."""
    hidden = {node.mem_id: node for node in root.css(_HIDDEN) if node.tag not in _CELL}
    if not hidden:
        return
    innermost = root.css(_INNERMOST)
    shapes: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)  # rows and cells, by what hides a table; 0: none
    for table, by in zip(innermost, _hidden_by(innermost, hidden), strict=True):
        shape = len(table.css("tr")), len(table.css("td, th"))
        if shape[1] >= MIN_COPY:
            shapes[by].add(shape)
    shown = shapes.pop(0, set())
    for by, own in shapes.items():
        if own & shown:
            hidden[by].remove()
    rows: defaultdict[int, list[LexborNode]] = defaultdict(list)
    for node in hidden.values():
        if node.tag == "tr" and node.parent is not None:
            rows[node.parent.mem_id].append(node)
    for own in rows.values():
        if 2 * len(own) < sum(row.tag == "tr" for row in own[0].parent.iter()):
            for row in own:
                row.remove()


def _hidden_by(tables: Sequence[LexborNode], hidden: dict[int, LexborNode]) -> Iterator[int]:
    """For each table the outermost hidden element that it is or stands in, or 0. No way up is gone twice."""
    known: dict[int, int] = {}
    for table in tables:
        way, node = [], table
        while node is not None and node.mem_id not in known:
            way.append(node.mem_id)
            node = node.parent
        by = known[node.mem_id] if node is not None else 0
        for at in reversed(way):
            by = known[at] = by or (at if at in hidden else 0)
        yield by


def _take_tables(root: LexborNode, signs: _Signs) -> Iterator[Rows]:
    """The rows of each innermost table with a row of two cells at least (others are page layout), in reading order;
    each leaves a sign behind."""
    for caption in root.css("caption"):
        caption.parent.insert_before(f"{signs.line}{_SPACES.sub(' ', caption.text())}{signs.line}")
        caption.remove()
    for table in root.css(_INNERMOST):
        rows = [[cell for cell in row.iter() if cell.tag in _CELL] for row in _rows(table)]
        if any(len(row) > 1 for row in rows):
            spanning = {cell.mem_id for cell in table.css("[rowspan],[colspan]")}
            _show(table)
            _mark_line_ends(table, _BLOCK_IN_CELL, signs)
            placed = _placed(rows, spanning, signs)
            table.replace_with(signs.table)
            yield placed


def _show(table: LexborNode) -> None:
    """The cells of a table as a page shows them: fields with their values, pictures by a sign, notes' numbers in
    brackets, and without what is struck out or hidden beside what is shown."""
    for cell, nodes in _by_cell(table.css(_NOT_AS_WRITTEN)):
        for node in nodes if len(nodes) <= MAX_SHOWN else ():
            if node.parent is not None:  # else it was removed with one that it stood in
                _show_as_seen(node, cell)


def _show_as_seen(node: LexborNode, cell: LexborNode) -> None:
    if node.tag == "input":
        attributes = node.attrs
        if (attributes.get("type") or "").lower() in _SHOWN_INPUTS:
            node.replace_with(attributes.get("value") or "")
    elif node.tag == "img":
        if not cell.text().strip():
            node.replace_with(PICTURE)
    elif node.tag == "sup":
        if (note := node.text().strip()).isdecimal():  # no digits of the figure before it
            node.replace_with(f"({note})")
    elif cell.text().strip() != node.text().strip():
        node.remove()


def _by_cell(nodes: Iterable[LexborNode]) -> Iterable[tuple[LexborNode, list[LexborNode]]]:
    """The elements that stand in cells, by cell. No way up is gone twice: they may be nested thousands deep."""
    cell_of: dict[int, LexborNode | None] = {}
    found: dict[int, tuple[LexborNode, list[LexborNode]]] = {}
    for node in nodes:
        if node.tag in _CELL:
            continue
        way, above = [node.mem_id], node.parent
        while above is not None and above.tag not in _CELL and above.mem_id not in cell_of:
            way.append(above.mem_id)
            above = above.parent
        cell = None if above is None else cell_of.get(above.mem_id, above)
        cell_of.update(dict.fromkeys(way, cell))
        if cell is not None:
            found.setdefault(cell.mem_id, (cell, []))[1].append(node)
    return found.values()


def _mark_line_ends(root: LexborNode, blocks: frozenset[str], signs: _Signs) -> None:
    """Set a sign before every line break and block below an element, and behind a block that text or an inline element
    follows; but none where a block begins or ends with another, since to set a sign is dear."""
    below = islice(root.traverse(), 1, None)
    for node in [node for node in below if (tag := node.tag) in blocks or tag == "br"]:
        if node.prev is not None or node.parent.tag not in blocks:
            node.insert_before(signs.line)
        if node.tag == "br":
            continue
        after = node.next
        if after is not None and after.is_empty_text_node:
            after = after.next
        if (after or node.parent).tag not in blocks:
            node.insert_after(signs.line)


def _grids(lines: list[str], text: str, tables: Sequence[Rows], signs: _Signs) -> Iterator[Grid]:
    """The text between the tables as grids of lines, and the tables."""
    index = 0
    for number, part in enumerate(text.split(signs.table)):
        if number:
            yield Grid("table", index, tables[number - 1])
            index += 1
        for line in part.split(signs.line):
            line = _SPACES.sub(" ", line).strip(" ")
            if line.strip("\u3000\xa0 "):
                lines.append(line)
        if lines:
            yield Grid("text", index, tuple([(Cell(line, row, 0),) for row, line in enumerate(lines)]))
            index += 1
            lines = []


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    """The rows of a table as a page shows them: its foot below all others, wherever it is written."""
    parts = [child for child in table.iter() if child.tag in ("tr", "thead", "tbody", "tfoot")]
    for child in sorted(parts, key=lambda part: part.tag == "tfoot"):
        if child.tag == "tr":
            yield child
        else:
            yield from (row for row in child.iter() if row.tag == "tr")


def _placed(table_rows: list[list[LexborNode]], spanning: set[int], signs: _Signs) -> Rows:
    """Cells in their positions; a spanning cell stands in each position that it covers."""
    lines: list[list[Cell | None]] = [[] for _ in table_rows]
    left = MAX_CELLS
    for row, nodes in enumerate(table_rows):
        line, column = lines[row], 0
        for node in nodes:
            while column < len(line) and line[column] is not None:
                column += 1
            rowspan, colspan = _spans(node, len(lines) - row) if node.mem_id in spanning else (1, 1)
            left -= rowspan * colspan
            if left < 0:
                raise UnreadableReport(f"a table of more than {MAX_CELLS:,} cells")
            cell = make_cell((_even(node.text_lexbor(), signs.line), row, column, rowspan, colspan, None))
            for covered in lines[row:row + rowspan]:
                if len(covered) == column:
                    covered += [cell] * colspan
                    continue
                covered += [None] * (column + colspan - len(covered))
                for position in range(column, column + colspan):
                    covered[position] = covered[position] or cell
            column += colspan
    width = max(map(len, lines))
    if width * len(lines) > MAX_CELLS:
        raise UnreadableReport(f"a table of more than {MAX_CELLS:,} cells")
    return tuple([
        tuple([cell or Cell("", row, column) for column, cell in enumerate(line)])
        + tuple([not_printed(row, column) for column in range(len(line), width)]) for row, line in enumerate(lines)])


def _spans(node: LexborNode, below: int) -> tuple[int, int]:
    """The rows and columns that a cell spans; 0 rows are all down to the end of the table."""
    attributes = node.attrs
    rowspan = _span(attributes.get("rowspan"))
    return min(rowspan, below) if rowspan else below, max(_span(attributes.get("colspan")), 1)


def _span(value: str | None) -> int:
    """A span as pages are read: by the digits at its beginning (2px is 2), or 1."""
    found = _SPAN.match(value or "")
    return min(int(found[0]), MAX_SPAN) if found else 1


def _even(text: str, line_end: str) -> str:
    """The text of a cell: paragraphs and line breaks become line ends, runs of blanks one blank."""
    word = text.strip(line_end)
    if word.isalnum():  # a figure, or a plain label
        return word
    text = _SPACES.sub(" ", text).replace(line_end, "\n")
    return _AROUND_END.sub("\n", text).strip(" \n")


def _held_markup(text: str, tree: LexborHTMLParser) -> str | None:
    """Markup that a script holds as an escaped string, or a script or a field as it is, for the reader's browser to
    show: the one with most cells, where they are more than the few that the page itself may have."""
    plain = [held for node in tree.css("script, textarea") if _TABLE.search(held := node.text())]
    own = len(tree.css("td")) if plain else 0
    if not plain or own > MAX_FURNITURE:
        return None
    escaped = [_unescaped(found[1]) for held in plain for found in _ESCAPED.finditer(held)]
    best = max(escaped + plain, key=lambda markup: markup.count("<td"))
    return best if best.count("<td") > own else None


def _unescaped(markup: str) -> str:
    unicode_read = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), markup)
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), unicode_read)
