"""PDF: ruled tables, page breaks and prose, from documents that the tests write themselves."""

from __future__ import annotations

import csv
import itertools
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.forms import pdf
from parsers.forms.pdf_unified import unified
from parsers.grid import PICTURE as UNSEEN
from parsers.observation import UnreadableReport

SHARED = Path(__file__).parents[1].parent / "shared" / "reports"
LEFT, TOP, WIDTH, HEIGHT = 60, 780, 595, 842


def write(
    *contents: str, resources: str = "", page: str = "", trailer: str = "", extra: tuple[bytes, ...] = ()
) -> bytes:
    """A PDF with one page for each content stream, in Courier (every character 0.6 of the size wide)."""
    fonts = f"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> {resources} >>"
    first = 3 + len(extra)
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(contents)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>",
               f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(), *extra]
    for number, content in enumerate(contents):
        packed = zlib.compress(content.encode("latin-1"))
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources {fonts} {page} "
                       f"/Contents {first + 2 * number + 1} 0 R >>".encode())
        objects.append(f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream")
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def text(x: float, y: float, words: str, size: float = 10) -> str:
    return f"BT /F {size} Tf {x} {y} Td ({words}) Tj ET\n"


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} m {x1} {y1} l S\n"


def table(rows, widths=(120, 50, 50), top=TOP, height=20, closed_top=True, closed_bottom=True, skip=()) -> str:
    """A ruled table; a cell is its lines, and None goes on from the cell above (no rule between the two).

    ``skip`` names (edge, column) pairs along which no rule is drawn.
    """
    xs = [LEFT + sum(widths[:n]) for n in range(len(widths) + 1)]
    bottom = top - height * len(rows)
    drawn = [line(x, top, x, bottom) for x in xs]
    for edge in range(len(rows) + 1):
        y = top - height * edge
        for column, (x0, x1) in enumerate(itertools.pairwise(xs)):
            is_open = (edge == 0 and not closed_top) or (edge == len(rows) and not closed_bottom)
            if not is_open and (edge, column) not in skip and not (0 < edge < len(rows) and rows[edge][column] is None):
                drawn.append(line(x0, y, x1, y))
    for row, cells in enumerate(rows):
        for x, cell in zip(xs, cells, strict=False):
            for number, words in enumerate((cell or "").split("\n")):
                drawn.append(text(x + 4, top - height * row - 13 - 9 * number, words, 8))
    return "".join(drawn)


def texts(grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def tables(data: bytes) -> list[list[list[str]]]:
    return [texts(grid) for grid in pdf.read(data) if grid.kind == "table"]


def prose(data: bytes) -> list[str]:
    return [row[0].text for grid in pdf.read(data) if grid.kind == "text" for row in grid.rows]


ROWS = [["label", "one", "two"], ["a", "1", "2"], ["b", "3", ""]]


def test_a_ruled_table_is_a_grid_and_the_lines_around_it_are_prose():
    grids = pdf.read(write(text(LEFT, 800, "before") + table(ROWS) + text(LEFT, 600, "after")))
    assert [(grid.kind, grid.index) for grid in grids] == [("text", 0), ("table", 1), ("text", 2)]
    assert texts(grids[1]) == ROWS
    assert grids[1].rows[2][1].page == 1 and grids[1].rows[2][2].text == ""


def test_cells_without_a_rule_between_them_are_one_cell_in_every_position():
    grid = pdf.read(write(table([["tall", "1", "2"], [None, "3", "4"]])))[0]
    assert texts(grid) == [["tall", "1", "2"], ["tall", "3", "4"]]
    assert grid.rows[0][0] is grid.rows[1][0] and grid.rows[0][0].rowspan == 2


def test_a_row_without_upright_rules_spans_the_columns():
    content = table([["a", "1", "2"]], top=TOP - 20) + text(LEFT + 4, TOP - 13, "heading over all of it", 8)
    content += line(LEFT, TOP, LEFT + 220, TOP) + line(LEFT, TOP, LEFT, TOP - 20)
    content += line(LEFT + 220, TOP, LEFT + 220, TOP - 20)
    grid = pdf.read(write(content))[0]
    assert texts(grid) == [["heading over all of it"] * 3, ["a", "1", "2"]]
    assert grid.rows[0][0].colspan == 3


@pytest.mark.parametrize("style", [
    "rectangles", "thin fills", "one path", "dashes", "double",
])
def test_rules_are_found_however_they_are_drawn(style):
    xs, ys = (60, 180, 230), (780, 760, 740)
    strokes = [(x, ys[0], x, ys[-1]) for x in xs] + [(xs[0], y, xs[-1], y) for y in ys]
    drawn = {
        "rectangles": "".join(f"{x0} {y1} {x1 - x0} {y0 - y1} re S\n"
                              for x0, x1 in itertools.pairwise(xs) for y0, y1 in itertools.pairwise(ys)),
        "thin fills": "".join(f"{min(a, c) - .25} {min(b, d) - .25} {abs(a - c) + .5} {abs(b - d) + .5} re f\n"
                              for a, b, c, d in strokes),
        "one path": "".join(f"{a} {b} m {c} {d} l\n" for a, b, c, d in strokes) + "S\n",
        "dashes": "".join(line(x, ys[0] - n * 6, x, ys[0] - n * 6 - 4) for x in xs for n in range(7)) + "".join(
            line(60 + n * 6, y, 64 + n * 6, y) for y in ys for n in range(29)),
        "double": "".join(line(a, b, c, d) + line(a + 1.5, b + 1.5, c + 1.5, d + 1.5) for a, b, c, d in strokes),
    }[style]
    words = "".join(text(x + 5, y - 14, f"{c}{r}", 8) for c, x in enumerate(xs[:2]) for r, y in enumerate(ys[:2]))
    assert tables(write(drawn + words)) == [[["00", "10"], ["01", "11"]]]


def test_lines_in_a_cell_are_kept_and_blanks_in_a_label_too():
    assert tables(write(table([["two\nlines", "t  o", "2"]], height=24))) == [[["two\nlines", "t o", "2"]]]


def test_figures_apart_are_never_run_together():
    content = text(LEFT, 700, "21", 10) + text(LEFT + 14.5, 700, "0", 10) + text(LEFT + 24, 700, "7", 10)
    assert prose(write(content)) == ["21 0 7"]


def test_print_that_is_doubled_to_look_bold_counts_once():
    content = "".join(text(LEFT + shift, 700, "11") for shift in (0, 0.3))
    assert prose(write(content)) == ["11"]


def test_a_table_cut_by_a_page_break_goes_on_and_the_page_number_is_dropped():
    first = table(ROWS, top=160) + text(290, 40, "- 1 -")
    second = table([["c", "5", "6"]]) + text(290, 40, "- 2 -")
    grids = pdf.read(write(first, second))
    assert len(grids) == 1
    assert texts(grids[0]) == [*ROWS, ["c", "5", "6"]]
    assert [row[0].page for row in grids[0].rows] == [1, 1, 1, 2]


def test_a_repeated_header_is_dropped():
    assert tables(write(table(ROWS, top=160), table([ROWS[0], ["c", "5", "6"]]))) == [[*ROWS, ["c", "5", "6"]]]


def test_a_row_of_figures_that_looks_like_the_first_is_no_repeated_header():
    assert tables(write(table([["0", "0", "0"]], top=160), table([["0", "0", "0"], ["1", "1", "1"]]))) == [
        [["0", "0", "0"], ["0", "0", "0"], ["1", "1", "1"]]]


def test_text_between_them_keeps_two_tables_apart():
    assert len(tables(write(table(ROWS, top=160) + text(LEFT, 90, "new section"), table(ROWS)))) == 2


def test_other_edges_keep_two_tables_apart():
    assert len(tables(write(table(ROWS, top=160), table(ROWS, widths=(150, 60, 60))))) == 2


def test_a_label_cut_by_the_page_break_is_joined_where_no_rule_closes_it():
    first = table([["no", "a", "1"], [None, "b", "2"]], top=140, skip=((2, 0),))
    second = table([["info", "c", "3"], [None, "d", "4"]], skip=((0, 0),))
    grid = pdf.read(write(first, second))[0]
    assert [row[0].text for row in grid.rows] == ["no\ninfo"] * 4
    assert [row[2].text for row in grid.rows] == ["1", "2", "3", "4"]
    assert grid.rows[0][0] is grid.rows[3][0] and grid.rows[0][0].rowspan == 4


def test_an_empty_group_label_after_the_break_belongs_to_the_label_before_it():
    first = table([["group", "a", "1"], [None, "b", "2"]], top=140)
    assert [row[0] for row in tables(write(first, table([["", "c", "3"]])))[0]] == ["group"] * 3


def test_a_blank_figure_after_the_break_stays_blank():
    assert tables(write(table([["a", "1", "2"], ["b", "3", "4"]], top=140), table([["c", "", "5"]])))[0][2] == [
        "c", "", "5"]


def test_rows_without_any_rule_along_the_break_stay_two_rows():
    first = table([["a", "1", "2"], ["b", "3", "4"]], top=140, closed_bottom=False)
    second = table([["c", "5", "6"], ["d", "7", "8"]], closed_top=False)
    assert tables(write(first, second)) == [[["a", "1", "2"], ["b", "3", "4"], ["c", "5", "6"], ["d", "7", "8"]]]


@pytest.mark.parametrize("closed", [False, True])
def test_a_row_that_the_page_break_cuts_is_one_row(closed):
    first = table([["a", "1", "2"], ["a label of 24 characters", "3", "4"]], top=140, closed_bottom=closed)
    second = table([["and its rest", "", ""], ["d", "7", "8"]], closed_top=closed)
    assert tables(write(first, second)) == [
        [["a", "1", "2"], ["a label of 24 characters\nand its rest", "3", "4"], ["d", "7", "8"]]]


def test_a_row_with_blank_figures_after_the_break_is_a_row_of_its_own():
    first = table([["a", "1", "2"], ["short", "3", "4"]], top=140)
    assert tables(write(first, table([["heading", "", ""], ["d", "7", "8"]])))[0][2] == ["heading", "", ""]


def turned(words: str, x: float, y: float, matrix: str) -> str:
    return f"BT /F 8 Tf {matrix} {x} {y} Tm ({words}) Tj ET\n"


def test_stacked_characters_read_from_the_top_down():
    content = table([["", "1"]], widths=(20, 50), height=60)
    content += "".join(text(LEFT + 7, TOP - 14 - 12 * n, letter, 8) for n, letter in enumerate("abcd"))
    assert tables(write(content)) == [[["a\nb\nc\nd", "1"]]]


@pytest.mark.parametrize(("matrix", "y"), [("0 1 -1 0", TOP - 50), ("0 -1 1 0", TOP - 10)])
def test_sideways_labels_read_as_they_were_meant(matrix, y):
    content = table([["", "1 2 3 4 5"]], widths=(30, 80), height=60)
    content += turned("first", LEFT + (12 if matrix.startswith("0 1") else 20), y, matrix)
    content += turned("second", LEFT + (22 if matrix.startswith("0 1") else 10), y, matrix)
    assert tables(write(content)) == [[["first\nsecond", "1 2 3 4 5"]]]


@pytest.mark.parametrize(("rotate", "matrix"), [
    (90, f"0 1 -1 0 {WIDTH} 0"), (180, f"-1 0 0 -1 {WIDTH} {HEIGHT}"), (270, f"0 -1 1 0 0 {HEIGHT}")])
def test_a_page_that_is_turned_reads_like_an_upright_one(rotate, matrix):
    content = table([["label", "1"], ["other", "2"]], widths=(120, 50), top=500)
    assert tables(write(f"q {matrix} cm {content} Q", page=f"/Rotate {rotate}")) == [[["label", "1"], ["other", "2"]]]


def test_text_that_runs_aslant_over_a_table_is_left_out():
    mark = "".join(f"BT /F 30 Tf .87 .5 -.5 .87 {LEFT + 60 * n} {700 + 9 * n} Tm (mark 2023) Tj ET\n" for n in range(3))
    rows = [[f"label {n}", str(n), str(7 * n)] for n in range(9)]
    assert tables(write(mark + table(rows))) == tables(write(table(rows) + mark)) == [rows]


def test_a_digit_of_which_the_font_does_not_say_what_it_is_is_never_left_out_of_a_figure():
    unknown = b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <31> <E031> endbfchar endcmap"
    font = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Courier /ToUnicode 3 0 R >> >>"
    rows = table([["label", "12", "2"], ["1 other", "1", "21"]])
    data = write(rows + text(LEFT, 600, "1 line with 21"), resources=font, extra=(
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(unknown), unknown),))
    assert tables(data) == [[["label", "\ufffd2", "2"], ["\ufffd other", "\ufffd", "2\ufffd"]]]
    assert prose(data) == ["line with 2\ufffd"]


def test_a_digit_that_is_struck_through_is_no_part_of_a_figure_for_certain():
    rows = table([["label", "412", "5"], ["other", "1", "21"]])
    struck = line(LEFT + 123, TOP - 11, LEFT + 129, TOP - 11)
    assert tables(write(rows + struck)) == [[["label", "\ufffd12", "5"], ["other", "1", "21"]]]


def test_a_radical_is_the_character_that_it_looks_like():
    assert unified("\u2f00\u2f46\u2ea0\u2ed3\uf98e 1") == "\u4e00\u65e0\u6c11\u957f\u5e74 1"


def test_full_lines_are_joined_to_paragraphs_and_short_lines_end_them():
    full = "x" * 60
    lines = ["  " + full[:58], full, "end.", "  " + full[:58], "1 end."]
    content = "".join(text(LEFT + 6 * (len(words) - len(words.lstrip())), 700 - 14 * n, words.strip())
                      for n, words in enumerate(lines))
    assert prose(write(content)) == [f"{full[:58]} {full} end.", f"{full[:58]} 1 end."]


def test_lines_with_columns_are_never_joined():
    content = "".join(text(LEFT, 700 - 14 * n, f"label{n}") + text(300, 700 - 14 * n, "7") for n in range(3))
    assert prose(write(content)) == ["label0 7", "label1 7", "label2 7"]


def test_running_heads_are_dropped_and_a_figure_low_on_a_page_is_not():
    pages = [text(LEFT, 815, "Report of a place") + text(LEFT, 400, f"page {word}") for word in ("one", "two")]
    assert prose(write(*pages)) == ["page one", "page two"]
    assert prose(write(text(LEFT, 400, "total") + text(LEFT, 40, "4119"))) == ["total", "4119"]


def test_a_frame_around_text_is_no_table():
    assert [grid.kind for grid in pdf.read(write("50 50 495 740 re S\n" + text(LEFT, 700, "framed")))] == ["text"]


def test_a_table_within_a_page_frame_is_a_table():
    assert tables(write("50 50 495 760 re S\n" + table(ROWS, top=700) + text(LEFT, 780, "framed"))) == [ROWS]


def test_rules_and_text_in_a_form_object_are_seen():
    content = zlib.compress(table(ROWS, top=500).encode())
    form = (b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 850] /Matrix [1 0 0 1 20 30] /Resources << /Font << /F "
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> /Filter /FlateDecode /Length "
            + str(len(content)).encode() + b" >>\nstream\n" + content + b"\nendstream")
    assert tables(write("q 1 0 0 1 5 5 cm /X Do Q", resources="/XObject << /X 3 0 R >>", extra=(form,))) == [ROWS]


PICTURE = (b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
           b"/Length 1 >>\nstream\n\x80\nendstream")
SCAN = f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /X Do Q\n"


def test_pages_that_are_pictures_are_refused_as_such():
    data = write(SCAN, SCAN + text(290, 40, "- 2 -"), resources="/XObject << /X 3 0 R >>", extra=(PICTURE,))
    with pytest.raises(UnreadableReport, match="pictures"):
        pdf.read(data)


def test_a_picture_page_among_others_is_a_line_that_says_so():
    data = write(SCAN, table(ROWS), SCAN, resources="/XObject << /X 3 0 R >>", extra=(PICTURE,))
    assert tables(data) == [ROWS]
    assert prose(data) == [UNSEEN, UNSEEN]


ENCRYPTED = ("/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + "41" * 32 + "> /U <" + "42" * 32 + "> >> "
             "/ID [<00> <00>]")


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "empty"),
    (b"plain words", "no PDF"),
    (write(text(LEFT, 700, "a"))[:60], "no PDF"),
    (write(""), "no text"),
    (write(text(LEFT, 700, "a"), trailer=ENCRYPTED), "encrypted"),
    (write(*["0 0 m"] * 501), "501 pages"),
    (write("".join(line(9, y / 25, 500, y / 25) for y in range(20_001))), "lines"),
    (write("".join(line(9, y, 500, y) for y in range(0, 840, 3)) + "".join(line(x / 2, 0, x / 2, 840)
           for x in range(18, 1000, 8)) + text(LEFT, 700, "a")), None),
])
def test_what_cannot_be_read_is_said_in_a_sentence(data, reason):
    if reason is None:
        assert pdf.read(data)
        return
    with pytest.raises(UnreadableReport, match=reason):
        pdf.read(data)


WHOLE = write(table(ROWS) + text(LEFT, 600, "after"))


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=200), st.integers(0, len(WHOLE)))
def test_damaged_bytes_are_refused_or_read_and_never_fail_otherwise(noise, at):
    for data in (noise, b"%PDF-1.7\n" + noise, WHOLE[:at] + noise + WHOLE[at + len(noise):], WHOLE[:at]):
        try:
            assert isinstance(pdf.read(data), tuple)
        except UnreadableReport as reason:
            assert str(reason)


NUMBERS = st.one_of(st.floats(-2000, 2000), st.sampled_from([0.0, 1e9, -1e30, 1e-30])).map(lambda n: f"{n:.3f}")
MARKS = st.one_of(
    st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS).map(lambda n: "{} {} m {} {} l S\n".format(*n)),
    st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS).map(lambda n: "{} {} {} {} re B\n".format(*n)),
    st.tuples(*[NUMBERS] * 6).map(lambda n: "BT /F 9 Tf {} {} {} {} {} {} Tm (a1) Tj ET\n".format(*n)),
    st.tuples(*[NUMBERS] * 6).map(lambda n: "{} {} {} {} {} {} cm\n".format(*n)),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(MARKS, max_size=25))
def test_marks_anywhere_give_rectangular_grids_or_a_reason(marks):
    try:
        grids = pdf.read(write(table(ROWS) + "".join(marks), "".join(marks) + table(ROWS)))
    except UnreadableReport:
        return
    for grid in grids:
        assert len({len(row) for row in grid.rows}) == 1
        for number, row in enumerate(grid.rows):
            for position, cell in enumerate(row):
                assert cell.row <= number < cell.row + cell.rowspan
                assert cell.column <= position < cell.column + cell.colspan


@pytest.mark.skipif(not (SHARED / "answers.csv").exists(), reason="the shared reports are not beside the project")
@pytest.mark.parametrize("name", ["hongze_2023.pdf", "hongze_2024.pdf"])
def test_the_figures_of_a_real_report_stand_in_its_grids_in_order(name):
    with (SHARED / "answers.csv").open(encoding="utf-8-sig", newline="") as stream:
        answers = [row for row in csv.DictReader(stream) if row["file"] == name and row["origin"] == "table"]
    disclosed, matrix, disputes = (grid for grid in pdf.read((SHARED / "real" / name).read_bytes())
                                   if grid.kind == "table")
    by_applicant = [row for row in answers if row["applicant"]]
    rows = [row for row in matrix.rows if all(_is_figure(cell.text) for cell in row[3:])]
    assert [[cell.text for cell in row[3:]] for row in rows] == [
        [answer["printed"] for answer in by_applicant[start:start + 7]] for start in range(0, len(by_applicant), 7)]
    labels = [[cell.text for cell in row[:3] if cell.text] for row in rows]  # 2024 rules an empty cell beside （六）
    assert all(label and not any(map(_is_figure, label)) for label in labels)
    assert len({tuple(label) for label in labels}) == len(rows)
    others = [answer["printed"] for answer in answers if not answer["applicant"]]
    printed = [cell.text for grid in (disclosed, disputes) for number, row in enumerate(grid.rows)
               for position, cell in enumerate(row)
               if (cell.row, cell.column) == (number, position) and _is_figure(cell.text)]
    assert printed == others
    assert len(disputes.rows[-1]) == 15


def _is_figure(text: str) -> bool:
    return text.replace(".", "").isdigit()
