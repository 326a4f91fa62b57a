"""Spreadsheets (Office Open XML): each visible sheet's used range as one table, figures as they are displayed.

Hidden rows and columns are blank, as hidden sheets are left out. Formulas count by their stored result; one without a
result stands as the formula itself, which is no number, since what it displays is not known. Number formats are
followed where they say how many decimals, thousands separators, percent, signs or fixed words to display
(``xlsx_format``); any other figure stands as the shortest decimal that is the stored number.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from lxml import etree

from parsers.forms.layout import table_grid
from parsers.forms.limits import Budget, Package
from parsers.forms.xlsx_format import displayed, format_codes
from parsers.grid import Cell, Grid
from parsers.observation import UnreadableReport

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})$")
_ROWS, _COLUMNS = 1 << 20, 1 << 14
_ON = ("1", "true")
_LONGEST = 12


def read(data: bytes) -> tuple[Grid, ...]:
    """The visible sheets of an .xlsx in their order; row and column 0 of a grid are row 1 and column A of its sheet.

    Raises ``UnreadableReport`` for what is no workbook, is encrypted, damaged, beyond the limits, or empty.
    """
    package = Package(data, "workbook (.xlsx)")
    book = next((member for _, member in package.related("", "officeDocument")), "xl/workbook.xml")
    root = package.xml(book)
    if not isinstance(root.tag, str) or not root.tag.endswith("}workbook"):
        raise UnreadableReport("The file is no workbook (.xlsx): its main part holds no workbook.")
    strings = [_string(item) for part in _parts(package, book, "sharedStrings") for item in part.iterchildren("{*}si")]
    formats = [code for part in _parts(package, book, "styles") for code in format_codes(part)]
    members = dict(package.related(book, "worksheet"))
    budget, grids = Budget(), []
    for sheet in root.iterfind("{*}sheets/{*}sheet"):
        member = members.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION) or "")
        if member is None or sheet.get("state", "visible") != "visible":
            continue  # charts and dialogs relate as another kind; hidden sheets are not printed
        cells = _cells(package.xml(member), strings, formats, budget)
        if any(cell.text.strip() for cell in cells):
            grids.append(table_grid(cells, len(grids), budget))
    if not grids:
        raise UnreadableReport("The workbook holds no text: its sheets are empty, hidden, or pictures.")
    return tuple(grids)


def _parts(package: Package, book: str, kind: str) -> list[etree._Element]:
    return [package.xml(member) for _, member in package.related(book, kind)]


def _string(item: etree._Element) -> str:
    """The text of a shared or inline string: its own or that of its runs, without phonetic readings."""
    return "".join(text.text or "" for text in item.iterfind("{*}t")) + "".join(
        text.text or "" for text in item.iterfind("{*}r/{*}t"))


def _cells(sheet: etree._Element, strings: list[str], formats: list[str], budget: Budget) -> list[Cell]:
    """The cells of one sheet that hold something, merged ones with their spans."""
    texts: dict[tuple[int, int], str] = {}
    hidden_rows: set[int] = set()
    row = -1
    for row_element in sheet.iterfind("{*}sheetData/{*}row"):
        budget.check_time()
        number = row_element.get("r", "")
        row = int(number) - 1 if number.isascii() and number.isdigit() and 0 < int(number[:8]) <= _ROWS else row + 1
        column = -1
        for element in row_element.iterchildren("{*}c"):
            _, column = _position(element.get("r", "")) or (row, column + 1)
            text = _text(element, strings, formats)
            if text:
                texts[row, column] = text
        if row_element.get("hidden") in _ON:
            hidden_rows.add(row)
    spans = dict(_merged(sheet))
    cells = [Cell(text, *place, *spans.get(place, (1, 1))) for place, text in sorted(texts.items())]
    rows, columns = sorted(hidden_rows), _hidden_columns(sheet)
    return [cell for cell in cells if not _are_all_in(rows, cell.row, cell.rowspan)
            and not _are_all_in(columns, cell.column, cell.colspan)]


def _hidden_columns(sheet: etree._Element) -> list[int]:
    """The hidden columns, ascending."""
    steps = [0] * (_COLUMNS + 1)
    for columns in sheet.iterfind("{*}cols/{*}col"):
        first, last = columns.get("min", ""), columns.get("max", "")
        if columns.get("hidden") in _ON and first.isdecimal() and last.isdecimal() and len(first + last) < _LONGEST:
            steps[min(int(first) - 1, _COLUMNS)] += 1
            steps[min(int(last), _COLUMNS)] -= 1
    return [column for column, depth in enumerate(accumulate(steps)) if depth > 0]


def _are_all_in(numbers: list[int], first: int, count: int) -> bool:
    """Whether ``count`` numbers from ``first`` on are all among some ascending ones."""
    return bisect_left(numbers, first + count) - bisect_left(numbers, first) == count


def _position(reference: str) -> tuple[int, int] | None:
    """(row, column) from 0 of a reference such as B3."""
    match = _REFERENCE.match(reference)
    if not match:
        return None
    column = 0
    for letter in match.group(1):
        column = 26 * column + ord(letter) - ord("A") + 1
    row = int(match.group(2))
    return (row - 1, column - 1) if row <= _ROWS and column <= _COLUMNS else None


def _merged(sheet: etree._Element) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """(upper left corner, (rows, columns)) of each merged range."""
    for merged in sheet.iterfind("{*}mergeCells/{*}mergeCell"):
        first, _, last = merged.get("ref", "").partition(":")
        start, end = _position(first), _position(last)
        if start and end and end >= start and end[1] >= start[1]:
            yield start, (end[0] - start[0] + 1, end[1] - start[1] + 1)


def _text(element: etree._Element, strings: list[str], formats: list[str]) -> str:
    """What a cell displays."""
    kind = element.get("t", "n")
    if kind == "inlineStr":
        inline = element.find("{*}is")
        return "" if inline is None else _string(inline)
    value = element.findtext("{*}v")
    if not value:  # an empty result is one that was stored as a string only
        formula = element.find("{*}f") if kind != "str" or value is None else None
        return "" if formula is None else f"={formula.text or ''}"
    if kind == "s":
        return _at(strings, value, "")
    if kind == "b":
        return "TRUE" if value.strip() == "1" else "FALSE"
    if kind == "n":
        return displayed(value, _at(formats, element.get("s", "0"), "General"))
    return value


def _at(items: list[str], position: str, otherwise: str) -> str:
    position = position.strip()
    if position.isascii() and position.isdigit() and len(position) < 9 and int(position) < len(items):
        return items[int(position)]
    return otherwise
