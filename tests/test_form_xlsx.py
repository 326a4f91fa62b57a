"""Spreadsheets: what is displayed where."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.forms import read_document, xlsx
from parsers.forms.xlsx_format import displayed
from parsers.observation import UnreadableReport


def workbook(*sheets, change=None) -> bytes:
    """A workbook with a sheet for each mapping of references to values."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, cells in enumerate(sheets):
        sheet = book.create_sheet(f"sheet{number}")
        for reference, value in cells.items():
            sheet[reference] = value
    if change:
        change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def patched(data: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The same package with members replaced or added, or left out where the new content is None."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        members = {name: source.read(name) for name in source.namelist()} | changes
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)
    return target.getvalue()


def texts(grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def sheet_xml(rows: str) -> bytes:
    return (f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}'
            "</sheetData></worksheet>").encode()


def test_each_sheet_is_a_table_whose_first_cell_is_a1():
    grids = xlsx.read(workbook({"B2": "label", "C2": 5}, {"A1": "other"}))
    assert [texts(grid) for grid in grids] == [[["", "", ""], ["", "label", "5"]], [["other"]]]
    assert [(grid.kind, grid.index) for grid in grids] == [("table", 0), ("table", 1)]
    assert (grids[0].rows[1][1].row, grids[0].rows[1][1].column) == (1, 1)


def test_merged_cells_stand_in_every_position():
    data = workbook({"A1": "wide", "C1": "tall", "A2": 1, "B2": 2},
                    change=lambda book: [book["sheet0"].merge_cells(area) for area in ("A1:B1", "C1:C2")])
    grid, = xlsx.read(data)
    assert texts(grid) == [["wide", "wide", "tall"], ["1", "2", "tall"]]
    assert grid.rows[0][0] is grid.rows[0][1] and grid.rows[0][2] is grid.rows[1][2]


def test_hidden_and_empty_sheets_are_left_out():
    def hide(book):
        book["sheet0"].sheet_state = "hidden"
    grids = xlsx.read(workbook({"A1": "list"}, {}, {"A1": "shown"}, change=hide))
    assert [texts(grid) for grid in grids] == [[["shown"]]]


def test_hidden_rows_and_columns_are_blank_and_what_reaches_out_of_them_is_shown():
    def hide(book):
        sheet = book["sheet0"]
        sheet.row_dimensions[2].hidden = sheet.column_dimensions["B"].hidden = True
        sheet.merge_cells("B4:C4")
    grid, = xlsx.read(workbook({"A1": "a", "B1": "last year", "C1": 1, "A2": "old", "C2": 9, "A3": "c", "B3": 8,
                                "C3": 3, "B4": "wide"}, change=hide))
    assert texts(grid) == [["a", "", "1"], ["", "", ""], ["c", "", "3"], ["", "wide", "wide"]]


def test_numbers_carry_no_trace_of_binary_floating_point():
    grid, = xlsx.read(workbook({"A1": 85.4, "B1": 0.1 + 0.2, "C1": 11153.0, "D1": 1e5, "E1": 59237.2449, "F1": -3}))
    assert texts(grid) == [["85.4", "0.3", "11153", "100000", "59237.2449", "-3"]]


def test_number_formats_are_followed():
    def style(book):
        book["sheet0"]["A1"].number_format = "0.00"
        book["sheet0"]["B1"].number_format = '"about "0"x"'
    grid, = xlsx.read(workbook({"A1": 7, "B1": 5}, change=style))
    assert texts(grid) == [["7.00", "about 5x"]]


def test_strings_of_several_runs_are_whole_and_readings_are_left_out():
    strings = (b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>be</t></r>'
               b"<r><t>tween</t></r><rPh><t>reading</t></rPh></si></sst>")
    relations = zipfile.ZipFile(io.BytesIO(WHOLE)).read("xl/_rels/workbook.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="s" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>')
    data = patched(WHOLE, {
        "xl/_rels/workbook.xml.rels": relations,
        "xl/sharedStrings.xml": strings,
        "xl/worksheets/sheet1.xml": sheet_xml('<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c><v>5</v></c></row>'),
    })
    assert texts(xlsx.read(data)[0]) == [["between", "", "5"]]


def test_inline_strings_truths_errors_and_stored_results_are_displayed():
    rows = ('<row><c t="inlineStr"><is><t>in</t></is></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c>'
            '<c><f>1+1</f><v>2</v></c><c t="str"><f>x</f><v>text</v></c></row>')
    data = patched(workbook({"A1": "x"}), {"xl/worksheets/sheet1.xml": sheet_xml(rows)})
    assert texts(xlsx.read(data)[0]) == [["in", "TRUE", "#N/A", "2", "text"]]


def test_a_formula_without_a_result_is_no_blank():
    rows = '<row><c><f>A1+1</f></c><c><f>A1+2</f><v></v></c><c t="str"><f>x</f><v></v></c><c><f/></c></row>'
    data = patched(workbook({"A1": "x"}), {"xl/worksheets/sheet1.xml": sheet_xml(rows)})
    assert texts(xlsx.read(data)[0]) == [["=A1+1", "=A1+2", "", "="]]


@pytest.mark.parametrize(("stored", "code", "shown"), [
    ("85.400000000000006", "General", "85.4"),
    ("1.1E4", "General", "11000"),
    ("1234567.5", "#,##0.00", "1,234,567.50"),
    ("0.85", "0%", "85%"),
    ("0", '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
    ("5", "+0;-0;0", "+5"),
    ("-5", "+0;-0;0", "-5"),
    ("-3", "#,##0 ;(#,##0)", "(3)"),
    ("0", "#", ""),
    ("7", ";;;", ""),
    ("0.005", "0.00", "0.01"),
    ("7730.28", "0.####", "7730.28"),
    ("12", "@", "12"),
    ("12", 'General"x"', "12x"),
    ("3", "0件", "3件"),
    ("45000", "yyyy/m/d", "2023-03-15"),
    ("1234567", "0,", "1234567"),
    ("12", "0.00E+00", "12"),
    ("5", "[>3]0.0;0", "5.0"),
    ("0", '[=0]"";General', ""),
    ("7", '[=0]"";General', "7"),
    ("7", "[<=3]0;[>9]0.0", "7"),
    ("5", "0." + "0" * 500, "5"),
    ("1e999999", "0", "1e999999"),
    ("nan", "0", "nan"),
    ("words", "0", "words"),
])
def test_a_number_is_shown_as_its_format_says(stored, code, shown):
    assert displayed(stored, code) == shown


@given(st.text(max_size=30), st.text(alphabet='0#?.,%;"\\_* -+()GeneralymdE@[]<>x件\ue000', max_size=30))
def test_any_format_shows_some_text(stored, code):
    assert isinstance(displayed(stored, code), str)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-10**9, max_value=10**9, places=4))
def test_a_number_without_a_format_is_shown_whole(number):
    assert float(displayed(repr(float(number)), "General")) == float(number)


@pytest.mark.parametrize(("changes", "reason"), [
    ({"xl/workbook.xml": None}, "no workbook"),
    ({"xl/workbook.xml": b"<a/>"}, "no workbook"),
    ({"xl/worksheets/sheet1.xml": b"<worksheet"}, "not well-formed"),
    ({"xl/worksheets/sheet1.xml": b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'}, "document type"),
    ({"xl/worksheets/sheet1.xml": sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}, "larger"),
    ({"xl/worksheets/sheet1.xml": sheet_xml("")}, "no text"),
    ({"xl/worksheets/sheet1.xml": b" " * (65 << 20)}, "zip bomb"),
])
def test_a_workbook_that_cannot_be_read_is_said_in_a_sentence(changes, reason):
    with pytest.raises(UnreadableReport, match=reason):
        xlsx.read(patched(workbook({"A1": "x"}), changes))


def test_a_workbook_under_an_older_name_is_read_and_an_older_workbook_is_refused_with_its_reason():
    assert read_document(workbook({"A1": "a"}), ".xls").form == "xlsx"
    with pytest.raises(UnreadableReport, match="older binary kind"):
        read_document(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xls")


def test_a_truncated_workbook_is_refused():
    with pytest.raises(UnreadableReport, match="truncated"):
        xlsx.read(workbook({"A1": "x"})[:-30])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 4000))
def test_damaged_bytes_are_refused_or_read_and_never_fail_otherwise(noise, at):
    for data in (noise, WHOLE[:at] + noise + WHOLE[at + len(noise):]):
        try:
            assert isinstance(xlsx.read(data), tuple)
        except UnreadableReport as reason:
            assert str(reason)


WHOLE = workbook({"A1": "x", "B1": 5})
ATTRIBUTES = st.text(alphabet="A1BZ09:-$x", max_size=9)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(ATTRIBUTES, ATTRIBUTES, st.sampled_from("snbeq"), ATTRIBUTES), max_size=6))
def test_cells_with_any_references_give_rectangular_grids_or_a_reason(cells):
    rows = "".join(f'<row r="{row}"><c r="{reference}" t="{kind}" s="{value}"><v>{value}</v></c></row>'
                   for row, reference, kind, value in cells)
    try:
        grids = xlsx.read(patched(WHOLE, {"xl/worksheets/sheet1.xml": sheet_xml(rows)}))
    except UnreadableReport:
        return
    assert all(len({len(row) for row in grid.rows}) == 1 for grid in grids)
