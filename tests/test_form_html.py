"""Web pages: innermost tables become grids with their spans, layout tables and markup do not."""

from __future__ import annotations

import binascii

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.forms import read_document
from parsers.forms.html import read
from parsers.grid import Grid
from parsers.observation import UnreadableReport


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def test_a_spanning_cell_stands_in_every_position_that_it_covers() -> None:
    (grid,) = read("<table><tr><td rowspan=2 colspan=2>a<td>1<tr><td>2<tr><td>b<td>c<td>3</table>")
    assert texts(grid) == [["a", "a", "1"], ["a", "a", "2"], ["b", "c", "3"]]
    assert grid.rows[0][0] is grid.rows[1][1]


def test_a_label_cut_by_markup_is_one_text_and_a_break_is_a_line_end() -> None:
    (grid,) = read("<table><tr><td><p><span>三</span><span>、本</span>年</p>"
                   "<td><p>商业</p><p>企业</p><td>a<br/>b</table>")
    assert texts(grid) == [["三、本年", "商业\n企业", "a\nb"]]


def test_a_layout_table_is_read_as_prose_around_the_table_that_it_holds() -> None:
    page = "<table><tr><td>菜单</td><td><p>标题</p><table><tr><td>a<td>1</table><p>结尾</p></td></tr></table>"
    assert [(g.kind, texts(g)) for g in read(page)] == [
        ("text", [["菜单"], ["标题"]]), ("table", [["a", "1"]]), ("text", [["结尾"]])]


def test_a_cell_is_read_as_the_page_shows_it() -> None:
    """Fields by their values, but not hidden ones or boxes; without what is struck out or hidden beside the rest."""
    (grid,) = read('<table><tr><td>a<td><input value="12"><td>3<input type=hidden value=9><input type=checkbox value=8>'
                   '<tr><td>b<td><del>4</del><ins>5</ins><td><span style="display:none">6</span>7</table>')
    assert texts(grid) == [["a", "12", "3"], ["b", "5", "7"]]


@pytest.mark.parametrize("encode", [binascii.b2a_qp, binascii.b2a_base64])
@pytest.mark.parametrize("suffix", [".mht", ".doc", ".xls"])
def test_a_page_saved_as_a_web_archive_is_that_page(suffix, encode) -> None:
    page = encode("<html><meta charset=gb2312><table><tr><td>收到申请数<td>12</table>".encode("gb2312"))
    name = b"quoted-printable" if encode is binascii.b2a_qp else b"base64"
    archive = (b'From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary="=_b"\r\n\r\n'
               b"--=_b\r\nContent-Type: image/gif\r\n\r\nx\r\n--=_b\r\nContent-Transfer-Encoding: " + name +
               b'\r\nContent-Type: text/html;\r\n\tcharset="gb2312"\r\n\r\n' + page + b"\r\n--=_b--\r\n")
    document = read_document(archive, suffix)
    assert [texts(grid) for grid in document.grids] == [[["收到申请数", "12"]]]
    assert (document.form, document.differs_from_name) == ("html", suffix != ".mht")


@pytest.mark.parametrize(("data", "reason"), [
    (b"MIME-Version: 1.0\nContent-Type: text/plain\n\nwords", "no page"),
    (b"MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nA", "damaged"),
])
def test_a_web_archive_without_a_page_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableReport, match=reason):
        read_document(data, ".mht")


def test_the_number_of_a_note_is_no_digit_of_the_figure_before_it() -> None:
    (grid,) = read("<table><tr><td>a<sup>1</sup><td>12<sup>3</sup></table>")
    assert texts(grid) == [["a(1)", "12(3)"]]


def test_a_cell_that_shows_a_picture_alone_is_not_blank() -> None:
    (grid,) = read("<table><tr><td><img src=a>数<td><img src=1.gif><td></table>")
    assert texts(grid) == [["数", "\N{OBJECT REPLACEMENT CHARACTER}", ""]]


def test_the_title_of_a_page_that_a_script_fills_is_kept() -> None:
    page = '<title>标题</title><script>var c = "<table><tr><td>a<\\/td><td>1<\\/td><\\/tr><\\/table>";</script>'
    assert texts(read(page)[0])[0] == ["标题"]


def test_scripts_and_styles_are_no_text() -> None:
    (grid,) = read("<script>var a='申请数 5'</script><style>p{}</style><p>正文</p>")
    assert texts(grid) == [["正文"]]


def test_a_table_that_a_script_carries_as_an_escaped_string_is_read() -> None:
    page = '<script>var c = "<p>前<\\/p><table><tr><td>\\u7533<\\/td><td>1<\\/td><\\/tr><\\/table>";</script>'
    assert ("table", [["申", "1"]]) in [(g.kind, texts(g)) for g in read(page)]


OLD, NEW = "<tr><td>件<td>9" * 10, "<tr><td>件<td>1" * 9 + "<tr><td>次<td>2"


@pytest.mark.parametrize("page", [
    f"<div style='display:none'><p>旧<table>{OLD}</table></div><table>{NEW}</table>",
    f"<table hidden>{OLD}</table><table>{NEW}</table>",
    f"<table>{NEW}<tr style='display: none'><td>件<td>9</table>",
    f"<p>栏</p><div style='display:none'><table>{NEW}</table></div>",  # a script shows it
    f"<table><tfoot><tr><td>次<td>2</tfoot>{NEW.removesuffix('<tr><td>次<td>2')}</table>",
    f"<table><tr><td>a<td>b</table><script id=c type=text/plain><table>{NEW}</table></script>",
    "<script>var t = '<b>';</script><textarea>&lt;table>" + NEW.replace("<", "&lt;") + "&lt;/table></textarea>",
], ids=["old report", "old table", "old row", "all hidden", "foot first", "editor", "field"])
def test_a_page_is_read_as_it_is_shown(page: str) -> None:
    assert [texts(grid) for grid in read(page) if grid.kind == "table"] == [[["件", "1"]] * 9 + [["次", "2"]]]


def test_a_hidden_page_of_a_report_is_a_part_of_it() -> None:
    tables = [grid for grid in read(f"<table>{NEW}</table><div hidden><table>{OLD}{OLD}</table></div>")
              if grid.kind == "table"]
    assert [len(grid.rows) for grid in tables] == [10, 20]


def test_a_caption_is_a_line_above_its_table_and_a_span_is_its_digits() -> None:
    lines, table = read("<table><caption>2022年</caption><tr><td rowspan=0>a<td colspan=2px>b<tr><td>1<td>2</table>")
    assert (texts(lines), texts(table)) == ([["2022年"]], [["a", "b", "b"], ["a", "1", "2"]])


def test_an_absurd_span_ends_in_a_reason_and_not_in_memory() -> None:
    with pytest.raises(UnreadableReport, match="cells"):
        read("<table>" + "<tr><td rowspan=999 colspan=999>a<td>b" * 80 + "</table>")


def test_ten_thousand_nested_elements_are_read_without_recursion() -> None:
    assert read("<div>" * 10_000 + "深" + "</div>" * 10_000)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='<>/tabletrdpspan ="123甲\\', max_size=400))
def test_any_markup_is_read_or_refused(page: str) -> None:
    try:
        assert all(isinstance(grid, Grid) for grid in read(page))
    except UnreadableReport as reason:
        assert str(reason)
