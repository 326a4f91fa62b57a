"""Word documents (Office Open XML): document.xml, read directly.

Read as printed: tracked deletions, moved-away and hidden text, ruby readings and field codes are left out, insertions
kept; a text box counts once and follows the paragraph that anchors it. Headers, footers and notes are other parts of
the package and are not read; pages are not known before printing, so ``page`` is None.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from parsers.forms.docx_look import OFF, remove, show_as_seen
from parsers.forms.layout import table_grid, text_grid
from parsers.forms.limits import MAX_COLUMNS, Budget, Package
from parsers.grid import Cell, Grid
from parsers.observation import UnreadableReport

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_SYMBOL = "\N{REPLACEMENT CHARACTER}"
"""In a cell, for a sign of a symbol font: the cell is not blank. In a paragraph such signs are bullets."""
_CHOICE, _FALLBACK = _COMPATIBILITY + "Choice", _COMPATIBILITY + "Fallback"


class Tags:
    """The element names of WordprocessingML in one namespace: transitional, or strict."""

    def __init__(self, namespace: str) -> None:
        self.body, self.p, self.tbl, self.tr, self.tc = (namespace + n for n in ("body", "p", "tbl", "tr", "tc"))
        self.t, self.br, self.cr, self.tab, self.ptab, self.hyphen, self.sym = (
            namespace + n for n in ("t", "br", "cr", "tab", "ptab", "noBreakHyphen", "sym"))
        self.row_properties, self.cell_properties, self.run_properties = (
            namespace + n for n in ("trPr", "tcPr", "rPr"))
        self.span, self.vmerge, self.hmerge, self.before, self.value = (
            namespace + n for n in ("gridSpan", "vMerge", "hMerge", "gridBefore", "val"))
        self.removed, self.moved, self.cell_deleted, self.vanish, self.ruby = (
            namespace + n for n in ("del", "moveFrom", "cellDel", "vanish", "rt"))
        self.raised, self.struck = namespace + "vertAlign", (namespace + "strike", namespace + "dstrike")
        self.pictures = (namespace + "drawing", namespace + "pict", namespace + "object")
        self.looks = (self.raised, *self.struck, *self.pictures)
        self.box, self.run = namespace + "txbxContent", namespace + "r"
        self.blocks, self.rows, self.cells = (self.p, self.tbl), (self.tr,), (self.tc,)
        self.cell_content = (self.cell_properties, self.p, self.tbl)
        self.owners = frozenset(namespace + n for n in (
            "p", "tbl", "tr", "tc", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr", "sdtPr", "sdtEndPr", "sectPr",
            "bookmarkStart", "bookmarkEnd", "proofErr"))
        self.printed = (self.t, _MATH_TEXT, self.br, self.cr, self.tab, self.ptab, self.hyphen, self.sym)
        self.careful = (self.tbl, namespace + "trPrChange", namespace + "tcPrChange")
        self.in_table = (self.p, self.tc, self.tr, self.span, self.vmerge, self.hmerge, self.before, *self.careful)
        self.unprinted = (
            self.removed, self.moved, self.cell_deleted, self.vanish, self.ruby, *self.looks, self.box, _FALLBACK)


@lru_cache(maxsize=4)
def _tags(namespace: str) -> Tags:
    return Tags(namespace)


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
    _leave_out_unprinted(list(root.iter(*tags.unprinted)), tags)
    grids = _Reader(tags).read(body)
    if not grids:
        raise UnreadableReport("The Word document holds no text (its pages may be pictures, a scanned document).")
    return grids


def _main_part(package: Package) -> str:
    usual = "word/document.xml"
    if usual in package:
        return usual
    return next((member for _, member in package.related("", "officeDocument")), usual)


def _leave_out_unprinted(unprinted: Sequence[etree._Element], tags: Tags) -> None:
    """Take out of the tree what is not printed, and set text boxes behind the paragraphs that anchor them."""
    boxes, looks = [], []
    for element in unprinted:
        tag, parent = element.tag, element.getparent()
        if tag == tags.box:
            boxes.append(element)
        elif tag == _FALLBACK:
            if parent.find(_CHOICE) is not None:
                remove(element)
        elif tag == tags.vanish:
            run = parent.getparent()
            if element.get(tags.value) not in OFF and run is not None and run.tag == tags.run:
                remove(run)
        elif tag in tags.looks:
            looks.append(element)
        elif parent.tag in (tags.row_properties, tags.cell_properties):
            remove(parent.getparent())
        elif parent.tag != tags.run_properties:
            remove(element)
    show_as_seen(looks, tags)
    for box in reversed(boxes):
        anchor = next(box.iterancestors(tags.p), None)
        if anchor is not None and anchor.getparent() is not None:
            for block in reversed(list(box)):
                anchor.addnext(block)


@dataclass(slots=True)
class _Draft:
    """A cell while the rows below it may still extend it."""

    texts: list[str]
    row: int
    column: int
    colspan: int
    rowspan: int = 1


class _Rows:
    """The cells of one plain table, taken as they come in reading order."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.drafts: list[_Draft] = []
        self.above: dict[int, _Draft] = {}
        self.current: dict[int, _Draft] = {}
        self.last: _Draft | None = None
        self.row, self.column, self.in_cell = -1, 0, False

    def new_row(self) -> None:
        self.end_cell()
        self.budget.check_time()
        self.above, self.current = self.current, {}
        self.row, self.column, self.last = self.row + 1, 0, None

    def new_cell(self) -> None:
        self.end_cell()
        self.in_cell = True
        self.span, self.vertical, self.horizontal = 1, False, False
        self.texts: list[str] = []
        self.pieces: list[str] = []

    def end_paragraph(self) -> None:
        if self.pieces:
            text = "".join(self.pieces)
            if text.strip():
                self.texts.append(text)
            self.pieces.clear()

    def end_cell(self) -> None:
        if not self.in_cell:
            return
        self.in_cell = False
        self.end_paragraph()
        span, upper = self.span, self.above.get(self.column) if self.vertical else None
        if self.horizontal and self.last is not None:
            self.last.colspan += span
        elif upper is not None and upper.colspan == span and upper.row + upper.rowspan == self.row:
            upper.rowspan += 1
            self.current[self.column] = self.last = upper
        else:
            self.last = _Draft(self.texts, self.row, self.column, span)
            self.drafts.append(self.last)
            self.current[self.column] = self.last
        self.column += span


@dataclass
class _Reader:
    """Collects the grids of one document in reading order."""

    tags: Tags
    grids: list[Grid] = field(default_factory=list)
    paragraphs: list[tuple[str, None]] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)

    def read(self, body: etree._Element) -> tuple[Grid, ...]:
        """One pass over all that matters below the body: to begin an iteration costs more than to go on with it."""
        blocks = _descend(body, self.tags.blocks, self.tags.owners)
        elements = body.iterdescendants(*self.tags.printed, *self.tags.in_table)
        element = next(elements, None)
        for block, after in zip(blocks, [*blocks[1:], None], strict=False):
            while element is not block and element is not None:  # what stands in no block is not read
                element = next(elements, None)
            element = self._paragraph(elements, after) if block.tag == self.tags.p else \
                self._plain_table(block, elements, after)
        self._flush()
        return tuple(self.grids)

    def _paragraph(self, elements: Iterator[etree._Element], after: etree._Element | None) -> etree._Element | None:
        """Read a paragraph, up to the block after it, which is given back."""
        pieces: list[str] = []
        for element in elements:
            if element is after:
                break
            pieces.append(self._piece(element))
        else:
            element = None
        text = "".join(pieces).replace(_SYMBOL, "")
        if text.strip():
            self.paragraphs.append((text, None))
        return element

    def _plain_table(self, table: etree._Element, elements: Iterator[etree._Element],
                     after: etree._Element | None) -> etree._Element | None:
        """Read a table, up to the block after it, which is given back; with care where it is not plain."""
        tags, rows, is_plain = self.tags, _Rows(self.budget), True
        tr = tc = None
        self._flush()
        for element in elements:
            if element is after:
                break
            tag = element.tag
            if tag == tags.t:
                if rows.in_cell:
                    rows.pieces.append(element.text or "")
            elif tag == tags.tr:
                rows.new_row()
                tr, is_plain = element, is_plain and element.getparent() is table
            elif tag == tags.tc:
                rows.new_cell()
                tc, is_plain = element, is_plain and element.getparent() is tr
            elif tag in tags.careful:
                is_plain = False
            elif not rows.in_cell:
                if tag == tags.before:
                    rows.column = _count(element.get(tags.value), least=0)
            elif tag == tags.p:
                rows.end_paragraph()
                is_plain = is_plain and element.getparent() is tc
            elif tag == tags.span:
                rows.span = _count(element.get(tags.value), least=1)
            elif tag == tags.vmerge:
                rows.vertical = element.get(tags.value) != "restart"
            elif tag == tags.hmerge:
                rows.horizontal = element.get(tags.value) != "restart"
            else:
                rows.pieces.append(self._piece(element))
        else:
            element = None
        rows.end_cell()
        if is_plain:
            self._append_table(rows.drafts)
        else:
            self._table(table)
        return element

    def _piece(self, element: etree._Element) -> str:
        """What an element of a paragraph prints."""
        tags, tag = self.tags, element.tag
        if tag in (tags.t, _MATH_TEXT):
            return element.text or ""
        if tag == tags.hyphen:
            return "-"
        if tag == tags.sym:
            return _SYMBOL
        if tag in (tags.br, tags.cr):
            return "\n"
        is_stop = tag in (tags.tab, tags.ptab) and element.getparent().tag == tags.run  # else a tab stop's definition
        return "\t" if is_stop else ""

    def _flush(self) -> None:
        if self.paragraphs:
            self.grids.append(text_grid(self.paragraphs, len(self.grids)))
            self.paragraphs.clear()

    def _text(self, paragraph: etree._Element) -> str:
        return "".join(map(self._piece, paragraph.iter(*self.tags.printed)))

    def _table(self, table: etree._Element) -> None:
        """Append one table's grid, and after it the grids of the tables that stand in its cells."""
        nested: list[etree._Element] = []
        self._append_table(self._drafts(table, nested))
        for inner in nested:
            self._table(inner)

    def _append_table(self, drafts: list[_Draft]) -> None:
        if any(draft.texts for draft in drafts):
            cells = [Cell("\n".join(d.texts), d.row, d.column, d.rowspan, d.colspan) for d in drafts]
            self.grids.append(table_grid(cells, len(self.grids), self.budget, is_placed_in_turn=True))

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
