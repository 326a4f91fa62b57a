"""Word documents (Office Open XML): document.xml, read directly.

Read as printed: tracked deletions, moved-away and hidden text, ruby readings and field codes are left out, insertions
kept; a text box counts once and follows the paragraph that anchors it. Headers, footers and notes are other parts of
the package and are not read; pages are not known before printing, so ``page`` is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from parsers.forms.layout import table_grid, text_grid
from parsers.forms.limits import MAX_COLUMNS, Budget, Package
from parsers.grid import Cell, Grid
from parsers.observation import UnreadableReport

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_CHOICE, _FALLBACK = _COMPATIBILITY + "Choice", _COMPATIBILITY + "Fallback"
_OFF = ("0", "false", "off")


class _Tags:
    """The element names of WordprocessingML in one namespace: transitional, or strict."""

    def __init__(self, namespace: str) -> None:
        self.body, self.p, self.tbl, self.tr, self.tc = (namespace + n for n in ("body", "p", "tbl", "tr", "tc"))
        self.t, self.br, self.cr, self.tab, self.ptab, self.hyphen = (
            namespace + n for n in ("t", "br", "cr", "tab", "ptab", "noBreakHyphen"))
        self.row_properties, self.cell_properties, self.run_properties = (
            namespace + n for n in ("trPr", "tcPr", "rPr"))
        self.span, self.vmerge, self.hmerge, self.before, self.value = (
            namespace + n for n in ("gridSpan", "vMerge", "hMerge", "gridBefore", "val"))
        self.removed, self.moved, self.cell_deleted, self.vanish, self.ruby = (
            namespace + n for n in ("del", "moveFrom", "cellDel", "vanish", "rt"))
        self.box, self.run = namespace + "txbxContent", namespace + "r"
        self.blocks, self.rows, self.cells = (self.p, self.tbl), (self.tr,), (self.tc,)
        self.cell_content = (self.cell_properties, self.p, self.tbl)
        self.owners = frozenset(namespace + n for n in (
            "p", "tbl", "tr", "tc", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr", "sdtPr", "sdtEndPr", "sectPr",
            "bookmarkStart", "bookmarkEnd", "proofErr"))
        self.breaks = (self.br, self.cr, self.tab, self.ptab, self.hyphen)
        self.unprinted = (
            self.removed, self.moved, self.cell_deleted, self.vanish, self.ruby, self.box, _FALLBACK)


@lru_cache(maxsize=4)
def _tags(namespace: str) -> _Tags:
    return _Tags(namespace)


def read(data: bytes) -> tuple[Grid, ...]:
    """The tables of a .docx, and the paragraphs between them, in reading order.

    Raises ``UnreadableReport`` for what is no Word document, is encrypted, damaged, beyond the limits, or empty.
    """
    package = Package(data, "Word document (.docx)")
    root = package.xml(_main_part(package))
    if not isinstance(root.tag, str) or not root.tag.endswith("}document"):
        raise UnreadableReport("The file is no Word document (.docx): its main part holds no document.")
    tags = _tags(root.tag[:root.tag.index("}") + 1])
    body = root.find(tags.body)
    if body is None:
        raise UnreadableReport("The file is no Word document (.docx): its main part has no body.")
    rare = list(root.iter(*tags.unprinted, *tags.breaks))
    _leave_out_unprinted([element for element in rare if element.tag not in tags.breaks], tags)
    has_breaks = any(element.tag in tags.breaks for element in rare)
    grids = _Reader(tags, (tags.t, *tags.breaks) if has_breaks else (tags.t,)).read(body)
    if not grids:
        raise UnreadableReport("The Word document holds no text (its pages may be pictures, a scanned document).")
    return grids


def _main_part(package: Package) -> str:
    usual = "word/document.xml"
    if usual in package:
        return usual
    return next((member for _, member in package.related("", "officeDocument")), usual)


def _leave_out_unprinted(unprinted: Sequence[etree._Element], tags: _Tags) -> None:
    """Take out of the tree what is not printed, and set text boxes behind the paragraphs that anchor them."""
    boxes = []
    for element in unprinted:
        tag, parent = element.tag, element.getparent()
        if tag == tags.box:
            boxes.append(element)
        elif tag == _FALLBACK:
            if parent.find(_CHOICE) is not None:
                _remove(element)
        elif tag == tags.vanish:
            run = parent.getparent()
            if element.get(tags.value) not in _OFF and run is not None and run.tag == tags.run:
                _remove(run)
        elif parent.tag in (tags.row_properties, tags.cell_properties):
            _remove(parent.getparent())
        elif parent.tag != tags.run_properties:
            _remove(element)
    for box in reversed(boxes):
        anchor = next(box.iterancestors(tags.p), None)
        if anchor is not None and anchor.getparent() is not None:
            for block in reversed(list(box)):
                anchor.addnext(block)


def _remove(element: etree._Element | None) -> None:
    """Take an element out of its tree, unless it was taken out before."""
    parent = None if element is None else element.getparent()
    if parent is not None:
        parent.remove(element)


@dataclass
class _Draft:
    """A cell while the rows below it may still extend it."""

    texts: list[str]
    row: int
    column: int
    colspan: int
    rowspan: int = 1


@dataclass
class _Reader:
    """Collects the grids of one document in reading order."""

    tags: _Tags
    printed: tuple[str, ...]
    grids: list[Grid] = field(default_factory=list)
    paragraphs: list[tuple[str, None]] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)

    def read(self, body: etree._Element) -> tuple[Grid, ...]:
        for block in self._blocks(body):
            if block.tag == self.tags.p:
                text = self._text(block)
                if text.strip():
                    self.paragraphs.append((text, None))
            else:
                self._flush()
                self._table(block)
        self._flush()
        return tuple(self.grids)

    def _flush(self) -> None:
        if self.paragraphs:
            self.grids.append(text_grid(self.paragraphs, len(self.grids)))
            self.paragraphs.clear()

    def _blocks(self, parent: etree._Element) -> list[etree._Element]:
        """Paragraphs and tables below an element, through content controls and custom markup, in order."""
        return _descend(parent, self.tags.blocks, self.tags.owners)

    def _text(self, paragraph: etree._Element) -> str:
        tags, pieces = self.tags, []
        if len(self.printed) == 1:
            return "".join([element.text or "" for element in paragraph.iter(tags.t)])
        for element in paragraph.iter(*self.printed):
            if element.tag == tags.t:
                pieces.append(element.text or "")
            elif element.tag == tags.hyphen:
                pieces.append("-")
            elif element.tag in (tags.br, tags.cr):
                pieces.append("\n")
            elif element.getparent().tag == tags.run:  # elsewhere it is a tab stop's definition
                pieces.append("\t")
        return "".join(pieces)

    def _table(self, table: etree._Element) -> None:
        """Append one table's grid, and after it the grids of the tables that stand in its cells."""
        nested: list[etree._Element] = []
        drafts = self._drafts(table, nested)
        cells = [Cell("\n".join(d.texts), d.row, d.column, d.rowspan, d.colspan) for d in drafts]
        if any(draft.texts for draft in drafts):
            self.grids.append(table_grid(cells, len(self.grids), self.budget))
        for inner in nested:
            self._table(inner)

    def _drafts(self, table: etree._Element, nested: list[etree._Element]) -> list[_Draft]:
        tags, drafts = self.tags, []
        above: dict[int, _Draft] = {}
        for row, tr in enumerate(_descend(table, tags.rows, tags.owners)):
            self.budget.check_time()
            column, current = self._columns_before(tr), {}
            last: _Draft | None = None
            for tc in _descend(tr, tags.cells, tags.owners):
                content = _descend(tc, tags.cell_content, tags.owners)
                has_properties = bool(content) and content[0].tag == tags.cell_properties
                span, vertical, horizontal = self._merges(content[0]) if has_properties else (1, False, False)
                upper = above.get(column) if vertical else None
                if horizontal and last is not None:
                    last.colspan += span
                elif upper is not None and upper.colspan == span and upper.row + upper.rowspan == row:
                    upper.rowspan += 1
                    current[column] = last = upper
                else:
                    last = _Draft(self._cell_texts(content, nested), row, column, span)
                    drafts.append(last)
                    current[column] = last
                column += span
            above = current
        return drafts

    def _cell_texts(self, content: list[etree._Element], nested: list[etree._Element]) -> list[str]:
        texts, tags = [], self.tags
        for block in content:
            tag = block.tag
            if tag == tags.tbl:
                nested.append(block)
            elif tag == tags.p and (text := self._text(block)).strip():
                texts.append(text)
        return texts

    def _columns_before(self, tr: etree._Element) -> int:
        for properties in tr.iterchildren(self.tags.row_properties):
            for before in properties.iterchildren(self.tags.before):
                return _count(before.get(self.tags.value), least=0)
        return 0

    def _merges(self, properties: etree._Element) -> tuple[int, bool, bool]:
        """(columns that the cell spans, continues the cell above, continues the cell before)."""
        tags, span, vertical, horizontal = self.tags, 1, False, False
        for setting in properties.iterchildren(tags.span, tags.vmerge, tags.hmerge):
            value = setting.get(tags.value)
            if setting.tag == tags.span:
                span = _count(value, least=1)
            elif setting.tag == tags.vmerge:
                vertical = value != "restart"
            else:
                horizontal = value != "restart"
        return span, vertical, horizontal


def _descend(parent: etree._Element, wanted: tuple[str, ...], owners: frozenset[str]) -> list[etree._Element]:
    """The nearest descendants with a wanted name, in order, whatever content controls or markup wrap them.

    Not looked into: paragraphs, tables, rows and cells of another name, which own their content, and properties.
    """
    found: list[etree._Element] = []
    for element in parent:
        tag = element.tag
        if tag in wanted:
            found.append(element)
        elif tag not in owners:
            found.extend(_descend(element, wanted, owners))
    return found


def _count(text: str | None, least: int) -> int:
    """A count of columns as written; what is no number, or less than makes sense, counts as ``least``;
    what is beyond the limit stays just beyond it, for the budget to refuse."""
    try:
        number = int(text or "")
    except ValueError:
        return least
    return min(max(number, least), MAX_COLUMNS + 1)
