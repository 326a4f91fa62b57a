"""Word documents: what is printed where."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.forms import docx
from parsers.observation import UnreadableReport

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def package(body: str, namespace: str = TRANSITIONAL, prologue: str = "", name: str = "word/document.xml") -> bytes:
    document = (f'{prologue}<w:document xmlns:w="{namespace}" xmlns:mc="{COMPATIBILITY}">'
                f"<w:body>{body}</w:body></w:document>")
    return zipped({name: document.encode()})


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def p(*texts: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in texts) + "</w:p>"


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def texts(grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def only(body: str):
    grids = docx.read(package(body))
    assert len(grids) == 1
    return grids[0]


def test_paragraphs_and_tables_come_in_reading_order():
    grids = docx.read(package(p("before") + tbl(tr(tc(p("a")), tc(p("1")))) + p("be", "tween") + p("") + p("after")))
    assert [grid.kind for grid in grids] == ["text", "table", "text"]
    assert [grid.index for grid in grids] == [0, 1, 2]
    assert texts(grids[2]) == [["between"], ["after"]]
    assert [cell.row for (cell,) in grids[2].rows] == [0, 1]


def test_a_cell_that_spans_columns_stands_in_each_of_them():
    grid = only(tbl(tr(tc(p("wide"), '<w:gridSpan w:val="2"/>'), tc(p("c"))), tr(tc(p("1")), tc(p("2")), tc(p("3")))))
    assert texts(grid) == [["wide", "wide", "c"], ["1", "2", "3"]]
    assert grid.rows[0][0] is grid.rows[0][1]
    assert (grid.rows[0][2].column, grid.rows[0][0].colspan) == (2, 2)


def test_a_cell_that_spans_rows_stands_in_each_of_them():
    grid = only(tbl(
        tr(tc(p("tall"), '<w:vMerge w:val="restart"/>'), tc(p("1"))),
        tr(tc(p(""), "<w:vMerge/>"), tc(p("2"))),
        tr(tc(p("next"), '<w:vMerge w:val="restart"/>'), tc(p("3"))),
    ))
    assert texts(grid) == [["tall", "1"], ["tall", "2"], ["next", "3"]]
    assert grid.rows[0][0] is grid.rows[1][0] and grid.rows[0][0].rowspan == 2


def test_a_continued_cell_without_a_cell_above_it_stands_by_itself():
    grid = only(tbl(
        tr(tc(p("wide"), '<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>'), tc(p("x"))),
        tr(tc(p("own"), "<w:vMerge/>"), tc(p("2")), tc(p("3"))),
    ))
    assert texts(grid)[1] == ["own", "2", "3"]


def test_columns_left_out_before_a_row_are_blank():
    grid = only(tbl(tr(tc(p("a")), tc(p("b"))), tr(tc(p("c")), properties='<w:gridBefore w:val="1"/>')))
    assert texts(grid) == [["a", "b"], ["", "c"]]


def test_what_stands_behind_the_end_of_a_short_row_is_not_printed():
    grid = only(tbl(tr(tc(p("a")), tc(p("b")), tc(p("c"))), tr(tc(p("d")), tc(""))))
    assert [[cell.colspan for cell in row] for row in grid.rows] == [[1, 1, 1], [1, 1, 0]]


def test_a_table_in_a_cell_follows_the_outer_table():
    inner = tbl(tr(tc(p("inner")), tc(p("7"))))
    grids = docx.read(package(tbl(tr(tc(p("own text") + inner), tc(p("5")))) + p("end")))
    assert [texts(grid) for grid in grids] == [[["own text", "5"]], [["inner", "7"]], [["end"]]]


def test_line_breaks_and_paragraphs_in_a_cell_are_line_breaks():
    content = "<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t></w:r></w:p>" + p("d")
    assert texts(only(tbl(tr(tc(content), tc(p("1")))))) == [["a\nb\tc\nd", "1"]]


def test_a_tab_stop_in_a_paragraph_s_properties_prints_nothing():
    body = '<w:p><w:pPr><w:tabs><w:tab w:pos="9"/></w:tabs></w:pPr><w:r><w:t>a</w:t></w:r></w:p>'
    assert texts(only(body)) == [["a"]]


def test_tracked_insertions_count_and_deletions_do_not():
    body = ("<w:p><w:r><w:t>1</w:t></w:r><w:ins><w:r><w:t>2</w:t></w:r></w:ins>"
            "<w:del><w:r><w:delText>3</w:delText><w:t>4</w:t></w:r></w:del>"
            "<w:moveFrom><w:r><w:t>5</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>6</w:t></w:r></w:moveTo></w:p>")
    assert texts(only(body)) == [["126"]]


def test_rows_and_cells_that_were_deleted_are_not_there():
    grid = only(tbl(
        tr(tc(p("old")), tc(p("9")), properties="<w:del/>"),
        tr(tc(p("new")), tc(p("8"), "<w:cellDel/>"), tc(p("1"))),
    ))
    assert texts(grid) == [["new", "1"]]


def test_a_deleted_paragraph_mark_deletes_no_text():
    assert texts(only("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>kept</w:t></w:r></w:p>")) == [["kept"]]


def test_hidden_text_field_codes_and_readings_are_not_printed():
    body = ("<w:p><w:r><w:rPr><w:vanish/><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
            '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>shown</w:t></w:r>'
            "<w:r><w:instrText>PAGE</w:instrText></w:r>"
            "<w:r><w:ruby><w:rt><w:r><w:t>reading</w:t></w:r></w:rt>"
            "<w:rubyBase><w:r><w:t>base</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>")
    assert texts(only(body)) == [["shownbase"]]


def test_struck_figures_and_raised_notes_are_no_digits_of_a_figure():
    run = "<w:r><w:rPr>{}</w:rPr><w:t>{}</w:t></w:r>"
    raised = '<w:vertAlign w:val="superscript"/>'
    body = f"<w:p>{run.format('<w:strike/>', 9)}{run.format('', 12)}{run.format(raised * 2, 3)}</w:p>"
    assert texts(only(body)) == [["12(3)"]]
    whole = f"<w:p>{run.format('<w:strike/>', 9)}{run.format('<w:strike/>', 8)}</w:p>"
    assert texts(only(whole)) == [["98"]]


@pytest.mark.parametrize("holder", ["drawing", "pict", "object"])
def test_a_cell_that_shows_a_picture_alone_is_not_blank(holder):
    picture = f'<w:p><w:r><w:{holder}><a:blip xmlns:a="a"/></w:{holder}></w:r></w:p>'
    assert texts(only(tbl(tr(tc(p("a")), tc(picture), tc(p("")))))) == [["a", "\N{OBJECT REPLACEMENT CHARACTER}", ""]]


def test_a_sign_of_a_symbol_font_is_not_blank_in_a_cell_and_nothing_in_a_paragraph():
    sign = '<w:p><w:r><w:sym w:font="Symbol" w:char="F0BE"/></w:r><w:r><w:t>{}</w:t></w:r></w:p>'
    grids = docx.read(package(sign.format("a") + tbl(tr(tc(sign.format("b")), tc(sign.format(""))))))
    assert [texts(grid) for grid in grids] == [[["a"]], [["\ufffdb", "\ufffd"]]]


def test_an_equation_is_the_text_that_it_prints():
    space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    equation = f'<w:p><m:oMath xmlns:m="{space}"><m:r><m:t>12</m:t></m:r></m:oMath></w:p>'
    assert texts(only(tbl(tr(tc(p("a")), tc(equation))))) == [["a", "12"]]
    assert texts(only(equation)) == [["12"]]


def test_a_text_box_is_read_once_and_after_its_paragraph():
    box = f"<w:txbxContent>{p('boxed')}</w:txbxContent>"
    body = (f"<w:p><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
            "</mc:AlternateContent><w:t>anchor</w:t></w:r></w:p>")
    assert texts(only(body)) == [["anchor"], ["boxed"]]


def test_a_fallback_without_a_choice_is_read():
    body = ("<w:p><w:r><mc:AlternateContent><mc:Fallback><w:t>old</w:t></mc:Fallback>"
            "</mc:AlternateContent></w:r></w:p>")
    assert texts(only(body)) == [["old"]]


def test_a_table_in_a_text_box_is_a_table():
    table = tbl(tr(tc(p("a")), tc(p("1"))))
    box = f"<w:pict><w:txbxContent>{table}</w:txbxContent></w:pict>"
    grids = docx.read(package(f"<w:p><w:r><w:t>x</w:t>{box}</w:r></w:p>"))
    assert [texts(grid) for grid in grids] == [[["x"]], [["a", "1"]]]


def test_content_controls_hide_neither_rows_nor_cells_nor_paragraphs():
    def control(content: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"
    body = control(p("a")) + tbl(control(tr(control(tc(control(p("b")))), tc(p("1")))))
    assert [texts(grid) for grid in docx.read(package(body))] == [[["a"]], [["b", "1"]]]


def test_links_and_no_break_hyphens_are_printed():
    body = ("<w:p><w:hyperlink><w:r><w:t>a</w:t></w:r></w:hyperlink><w:r><w:noBreakHyphen/></w:r>"
            "<w:fldSimple><w:r><w:t>b</w:t></w:r></w:fldSimple></w:p>")
    assert texts(only(body)) == [["a-b"]]


def test_the_strict_variant_is_read_too():
    assert texts(docx.read(package(p("a"), STRICT))[0]) == [["a"]]


def test_the_main_part_may_have_another_name():
    relations = (b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                 b'<Relationship Id="r1" Type="http://x/officeDocument" Target="/word/other.xml"/></Relationships>')
    document = f'<w:document xmlns:w="{TRANSITIONAL}"><w:body>{p("a")}</w:body></w:document>'.encode()
    assert texts(docx.read(zipped({"_rels/.rels": relations, "word/other.xml": document}))[0]) == [["a"]]


def test_another_encoding_hides_no_deletion():
    body = p("kept") + "<w:p><w:del><w:r><w:t>gone</w:t></w:r></w:del></w:p>"
    document = (f'<?xml version="1.0" encoding="UTF-16"?><w:document xmlns:w="{TRANSITIONAL}">'
                f"<w:body>{body}</w:body></w:document>")
    assert texts(docx.read(zipped({"word/document.xml": document.encode("utf-16")}))[0]) == [["kept"]]


@pytest.mark.parametrize("span", ["0", "-3", "many", ""])
def test_a_span_that_makes_no_sense_counts_as_one(span):
    grid = only(tbl(tr(tc(p("a"), f'<w:gridSpan w:val="{span}"/>'), tc(p("b")))))
    assert texts(grid) == [["a", "b"]]


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "empty"),
    (b"plain words", "no Word document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"),
    (package(p("a"))[:-40], "truncated"),
    (zipped({"other.txt": b"x"}), "no Word document"),
    (package(p("a") + "<w:p>"), "not well-formed"),
    (package(""), "no text"),
    (package(p("&e;"), prologue='<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), "document type"),
    (package(tbl(tr(tc(p("a"), '<w:gridSpan w:val="999999999"/>')))), "larger"),
    (package(tbl(*[tr(tc(p("a"), '<w:gridSpan w:val="900"/>'))] * 100)), "larger"),
    (package(tbl(tr(tc(p("a"), '<w:gridSpan w:val="900"/>'))) * 100), "larger"),
])
def test_what_cannot_be_read_is_said_in_a_sentence(data, reason):
    with pytest.raises(UnreadableReport, match=reason):
        docx.read(data)


def test_a_zip_bomb_is_refused():
    with pytest.raises(UnreadableReport, match="zip bomb"):
        docx.read(zipped({"word/document.xml": b"<" + b" " * (65 << 20)}))


def test_entities_do_not_multiply():
    bomb = "<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(9)) + "]>"
    with pytest.raises(UnreadableReport):
        docx.read(package(p("&j;"), prologue=bomb))


def test_an_encrypted_member_is_refused():
    data = bytearray(package(p("a")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableReport, match="encrypted"):
        docx.read(bytes(data))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 500))
def test_damaged_bytes_are_refused_or_read_and_never_fail_otherwise(noise, at):
    whole = package(p("a") + tbl(tr(tc(p("b")), tc(p("1")))))
    for data in (noise, b"PK\x03\x04" + noise, whole[:at] + noise + whole[at + len(noise):]):
        try:
            assert isinstance(docx.read(data), tuple)
        except UnreadableReport as reason:
            assert str(reason)


@pytest.mark.parametrize(("tree", "cells"), [
    ("<w:tbl><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tbl>", None),  # a cell outside of a row
    ("<w:tbl><w:tr><w:tc><w:p><w:r><w:rPr><w:del><w:strike/></w:del></w:rPr><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
     [["x"]]),
    ("<w:strike><w:tcPr><w:del>x</w:del></w:tcPr></w:strike>", None),  # a look that is taken out before it is looked at
])
def test_what_stands_where_it_may_not_is_no_fault(tree, cells):
    if cells is None:
        with pytest.raises(UnreadableReport):
            docx.read(package(tree))
    else:
        assert texts(only(tree)) == cells


NAMES = st.sampled_from(["p", "r", "t", "tbl", "tr", "tc", "tcPr", "trPr", "rPr", "del", "vanish", "txbxContent",
                         "sdt", "sdtContent", "gridSpan", "vMerge", "moveFrom", "br", "cellDel", "hMerge", "rt",
                         "strike", "vertAlign", "drawing", "blip"])
TREES = st.recursive(NAMES.map(lambda n: f"<w:{n}>x</w:{n}>"), lambda children: st.tuples(
    NAMES, st.lists(children, max_size=4)).map(lambda pair: f"<w:{pair[0]}>{''.join(pair[1])}</w:{pair[0]}>"))


@settings(max_examples=150, deadline=None)
@given(st.lists(TREES, max_size=6))
def test_elements_in_any_order_give_rectangular_grids_or_a_reason(trees):
    try:
        grids = docx.read(package("".join(trees)))
    except UnreadableReport:
        return
    for grid in grids:
        assert len({len(row) for row in grid.rows}) == 1
        for number, row in enumerate(grid.rows):
            for position, cell in enumerate(row):
                assert cell.row <= number < cell.row + cell.rowspan
                assert cell.column <= position < cell.column + cell.colspan
