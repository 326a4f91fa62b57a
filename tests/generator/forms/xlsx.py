"""A spreadsheet: one sheet, paragraphs in the first column, merged cells, plain whole numbers as number cells."""

from __future__ import annotations

import re
from random import Random
from xml.sax.saxutils import escape

from tests.generator.document import Box, Document, Table
from tests.generator.forms.docx import package
from tests.generator.forms.pieces import lines

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
          f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
          f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
          f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>')
_BOOK = (f'{_HEAD}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
         '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>')
_PLAIN = re.compile(r"(0|[1-9][0-9]{0,11})")


def _relations(kind: str, target: str) -> str:
    return (f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/{kind}" '
            f'Target="{target}"/></Relationships>')


def render(document: Document, mess: frozenset[str], rng: Random) -> bytes:
    rows: list[str] = []
    merges: list[str] = []
    for block in document.blocks:
        if isinstance(block, str):
            rows.append(_row(len(rows) + 1, [(0, Box(block))], mess, rng))
        else:
            _table(block, rows, merges, mess, rng)
    merged = f'<mergeCells count="{len(merges)}">{"".join(merges)}</mergeCells>' if merges else ""
    sheet = f'{_HEAD}<worksheet xmlns="{_SHEET}"><sheetData>{"".join(rows)}</sheetData>{merged}</worksheet>'
    return package({"[Content_Types].xml": _TYPES, "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
                    "xl/workbook.xml": _BOOK, "xl/_rels/workbook.xml.rels": _relations("worksheet",
                                                                                      "worksheets/sheet1.xml"),
                    "xl/worksheets/sheet1.xml": sheet})


def _table(table: Table, rows: list[str], merges: list[str], mess: frozenset[str], rng: Random) -> None:
    for placed in table.placed():
        number = len(rows) + 1
        starting = [(column, box) for column, box, first in placed if first]
        merges += [f'<mergeCell ref="{_name(column)}{number}:'
                   f'{_name(column + box.colspan - 1)}{number + box.rowspan - 1}"/>'
                   for column, box in starting if box.rowspan * box.colspan > 1]
        rows.append(_row(number, starting, mess, rng))


def _row(number: int, placed: list[tuple[int, Box]], mess: frozenset[str], rng: Random) -> str:
    cells = "".join(_cell(f"{_name(column)}{number}", box, mess, rng) for column, box in placed if box.text)
    return f'<row r="{number}">{cells}</row>'


def _cell(name: str, box: Box, mess: frozenset[str], rng: Random) -> str:
    if box.kind == "figure" and _PLAIN.fullmatch(box.text) and box.text.isascii():
        return f'<c r="{name}"><v>{box.text}</v></c>'
    text = escape("\n".join(lines(box, mess, rng)))
    return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _name(column: int) -> str:
    return chr(ord("A") + column)  # no form is wider than 26 columns
