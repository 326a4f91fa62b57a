"""The tables of 2021 in the shapes in which publishers print them: read whole, or withheld, never wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from parsers.catalogue import load
from parsers.observation import Report, UnreadableReport
from parsers.report import read_report

CATALOGUE = load()
FORM = CATALOGUE.templates["G4"]
MATRIX = next(t for t in FORM.tables if t.layout == "matrix").rows
DISPUTES = next(t for t in FORM.tables if t.layout == "columns").rows
BLOCKS = next(t for t in FORM.tables if t.layout == "blocks").block_rows
CODES = [a.code for a in CATALOGUE.applicants]
HEADS = [a.label for a in CATALOGUE.applicants]
OPENING = "某某县人民政府2022年政府信息公开工作年度报告\n一、总体情况\n本年度工作有序。\n"

Figures = dict[tuple[str, str | None], Decimal]
Rows = Sequence[Sequence[object]]

IN_MATRIX: Figures = {(row.code, code): Decimal(7 * n + m + 1) for n, row in enumerate(MATRIX)
                      for m, code in enumerate(CODES) if not row.is_heading}
IN_DISPUTES: Figures = {(row.code, None): Decimal(n + 1) for n, row in enumerate(DISPUTES)}
IN_BLOCKS: Figures = {(cell.code, None): Decimal(3 * n + m + 1) for n, block in enumerate(BLOCKS)
                      for m, cell in enumerate(block.cells)}


def text(content: str, suffix: str = ".txt") -> Report:
    return read_report((OPENING + content).encode(), suffix, CATALOGUE)


def page(*tables: Rows) -> Report:
    """A page with the tables one after the other, as a page break leaves them."""
    printed = "<p>- 3 -</p>".join(
        "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table)
        + "</table>" for table in tables)
    opening = OPENING.replace("\n", "</p><p>")
    return read_report(f"<html><body><p>{opening}</p>{printed}</body></html>".encode(), ".html", CATALOGUE)


def figures(report: Report) -> Figures:
    return {(o.indicator_code, o.applicant_type_code): o.value for o in report.observations
            if o.origin == "table" and o.value is not None}


def cells(row) -> list[object]:
    return [IN_MATRIX.get((row.code, code), "") for code in CODES]


def three_labels(row) -> list[str]:
    """The label in the column where the form prints it, its heads in the columns before."""
    if row.parent_code is None and row.code != "outcome_total":
        return [row.label, "", ""]
    if row.code == "outcome_total" or row.parent_code == "outcome_total":
        return ["三、本年度办理结果", row.label, ""]
    return ["三、本年度办理结果", FORM.indicators[row.parent_code].label, row.label]


def once(rows: Rows) -> list[list[object]]:
    """A text that spans rows printed in the first of them only, as copies do that lose the spans."""
    seen: set[object] = set()
    out = []
    for row in rows:
        out.append([*("" if cell in seen else cell for cell in row[:3]), *row[3:]])
        seen |= {cell for cell in row[:3] if cell}
    return out


BODY = [[row.label, *cells(row)] for row in MATRIX]
DEEP = [[*three_labels(row), *cells(row)] for row in MATRIX if not row.is_heading]
RESULTS = [r.label for r in DISPUTES[:5]]
TWO_TABLES = (
    [["行政复议", *[""] * 4], RESULTS, [*IN_DISPUTES.values()][:5]],
    [["行政诉讼", *[""] * 9], ["未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 4], RESULTS * 2,
     [*IN_DISPUTES.values()][5:]],
)
SHAPES: dict[str, tuple[Callable[[], Report], Figures]] = {
    "one row of heads": (lambda: page([["项目", *HEADS], *BODY]), IN_MATRIX),
    "rows with figures only": (lambda: page([["项目", *HEADS], *(r for r in BODY if r[1] != "")]), IN_MATRIX),
    "three columns of labels": (lambda: page([["", "", "", *HEADS], *DEEP]), IN_MATRIX),
    "three columns of labels, spans lost": (lambda: page([["", "", "", *HEADS], *once(DEEP)]), IN_MATRIX),
    "the total first": (lambda: page([["项目", HEADS[-1], *HEADS[:-1]], *([r[0], r[-1], *r[1:-1]] for r in BODY)]),
                        IN_MATRIX),
    "no column of totals": (lambda: page([["项目", *HEADS[:-1]], *(r[:-1] for r in BODY)]),
                            {k: v for k, v in IN_MATRIX.items() if k[1] != "total"}),
    "Markdown": (lambda: text("\n".join("| " + " | ".join(map(str, r)) + " |" for r in
                                        (["项目", *HEADS], ["---"] * 8, *BODY)), ".md"), IN_MATRIX),
    "tabs": (lambda: text("\n".join("\t".join(map(str, r)) for r in (["项目", *HEADS], *BODY))), IN_MATRIX),
    "one row a line": (lambda: text(" ".join(HEADS) + "\n" + "\n".join(" ".join(map(str, r)) for r in BODY)),
                       IN_MATRIX),
    "one row a line, two heads half way down": (lambda: text("\n".join([
        "申请人情况", "法人或其他组织", f"{HEADS[0]} {HEADS[-1]}", " ".join(HEADS[1:6]),
        *(" ".join(map(str, r)) for r in BODY)])), IN_MATRIX),
    "one row a line, the group's head above all others": (lambda: text("\n".join([
        "法人或其他组织", " ".join(HEADS), *(" ".join(map(str, r)) for r in BODY)])), IN_MATRIX),
    "two columns each, this year's named": (lambda: page([
        ["项目", *(head for head in HEADS for _ in range(2))], ["", *["上年", "本年"] * 7],
        *([r[0], *(cell for figure in r[1:] for cell in (5, figure))] for r in BODY)]), IN_MATRIX),
    "last year's columns before this year's": (lambda: page([
        ["", *["2021年"] * 7, *["2022年"] * 7], ["项目", *HEADS, *HEADS], *([r[0], *[5] * 7, *r[1:]] for r in BODY)]),
        IN_MATRIX),
    "reviews, spans lost": (lambda: page([
        ["行政复议", "", "", "", "", "行政诉讼", *[""] * 9],
        [*(r.label for r in DISPUTES[:5]), "未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 4],
        [*[""] * 5, *(r.label for r in DISPUTES[5:])], [*IN_DISPUTES.values()]]), IN_DISPUTES),
    "reviews cut below the heads": (lambda: page(
        [["行政复议", "", "", "", "", "行政诉讼", *[""] * 9], [r.label for r in DISPUTES]], [[*IN_DISPUTES.values()]]),
        IN_DISPUTES),
    "reviews cut through the heads": (lambda: page(
        [["行政复议", "行政诉讼"], ["结果维", "结果纠", "其他结", "尚未审", "总计", "未经复议直接起诉", "复议后起诉"]],
        [[*[""] * 5, *(r.label for r in DISPUTES[5:])], [*IN_DISPUTES.values()]]), IN_DISPUTES),
    "reviews and lawsuits in two tables": (lambda: page(*TWO_TABLES), IN_DISPUTES),
    "reviews above lawsuits": (lambda: page([*TWO_TABLES[0], *TWO_TABLES[1]]), IN_DISPUTES),
    "reviews and lawsuits as rows": (lambda: page([["类别", "", *RESULTS], *(
        [*names, *list(IN_DISPUTES.values())[5 * n:5 * n + 5]] for n, names in enumerate(
            [["行政复议", ""], ["行政诉讼", "未经复议直接起诉"], ["行政诉讼", "复议后起诉"]]))]), IN_DISPUTES),
    "reviews, the total before its part": (lambda: page([
        ["", "行政复议", "", "", "", "", "行政诉讼", *[""] * 9], ["", *(r.label for r in DISPUTES)],
        ["合计", *IN_DISPUTES.values()], ["其中：局办公室", *[1] * 15]]), IN_DISPUTES),
    "reviews after a word": (lambda: page([
        ["", "行政复议", "", "", "", "", "行政诉讼", *[""] * 9], ["", *(r.label for r in DISPUTES)],
        ["件数", *IN_DISPUTES.values()]]), IN_DISPUTES),
    "cut by a page, the heads again": (lambda: page([["项目", *HEADS], *BODY[:9]], [["项目", *HEADS], *BODY[9:]]),
                                       IN_MATRIX),
    "a blank form before it": (lambda: page([["项目", *HEADS], *([r[0], *[""] * 7] for r in BODY)],
                                            [["项目", *HEADS], *BODY]), IN_MATRIX),
    "the total first, spans lost": (lambda: text("\n".join(" ".join(map(str, r)) for r in (
        ["合计", "自然人", "法人或其他组织"], HEADS[1:6], *([r[0], r[-1], *r[1:-1]] for r in BODY)))), IN_MATRIX),
    "another order, tabs": (lambda: text("申请人情况\n" + "\n".join("\t".join(map(str, r)) for r in (
        ["项目", *HEADS[::-1]], *([r[0], *r[:0:-1]] for r in BODY if r[1] != "")))), IN_MATRIX),
    "section two in a browser's copy": (lambda: text("\n".join(line for b in BLOCKS for line in (
        "第二十条", "\t".join(["信息内容", *(c.label for c in b.cells)]),
        "\t".join([b.keys[0], *(str(IN_BLOCKS[c.code, None]) for c in b.cells)])))), IN_BLOCKS),
    "section two, columns left empty before it": (lambda: page([r for b in BLOCKS for r in (
        ["", "", "", "信息内容", *(c.label for c in b.cells)],
        ["", "", "", b.keys[0], *(IN_BLOCKS[c.code, None] for c in b.cells)])]), IN_BLOCKS),
    "section two": (lambda: page([r for b in BLOCKS for r in (
        ["信息内容", *(c.label for c in b.cells)],
        [b.keys[0], *(IN_BLOCKS[c.code, None] for c in b.cells)])]), IN_BLOCKS),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_a_table_is_read_whole(shape: str) -> None:
    make, expected = SHAPES[shape]
    assert figures(make()) == expected


def test_the_tables_of_a_second_report_complete_nothing_of_the_first() -> None:
    first, second = [["项目", *HEADS], *BODY], [["项目", *HEADS], *([r[0], *[5] * 7] for r in BODY)]
    report = page(first, second, *TWO_TABLES)
    assert figures(report) == IN_MATRIX
    assert {"table_repeated", "shape_unknown"} <= {i.kind for i in report.issues}


@pytest.mark.parametrize("is_first", [False, True])
def test_a_matrix_below_its_heading_goes_before_one_with_more_rows_and_none(is_first: bool) -> None:
    lacking = [["2022年收到和处理政府信息公开申请情况", *[""] * 7], ["项目", *HEADS], *BODY[:-4]]
    bare = [["项目", *HEADS], *([r[0], *[5] * 7] for r in BODY)]
    report = page(*((lacking, bare) if is_first else (bare, lacking)))
    read = figures(report)
    assert read.items() <= IN_MATRIX.items() and len(read) > 100
    assert "table_repeated" in {i.kind for i in report.issues}


@pytest.mark.parametrize("is_later_first", [False, True])
def test_of_the_matrices_of_two_years_the_later_is_the_report_s(is_later_first: bool) -> None:
    def of(year: int, rows: Rows) -> list[list[object]]:
        return [[f"{year}年收到和处理政府信息公开申请情况", *[""] * 7], ["项目", *HEADS], *rows]
    tables = [of(2021, [[r[0], *[5] * 7] for r in BODY]), of(2022, BODY)]
    report = page(*(tables[::-1] if is_later_first else tables))
    assert figures(report) == IN_MATRIX
    assert "table_repeated" in {issue.kind for issue in report.issues}


def test_a_row_that_lacks_a_cell_is_withheld_and_no_other() -> None:
    number, row = [(n, row) for n, row in enumerate(MATRIX) if not row.is_heading][3]
    short = [[*r[:4], *r[5:]] if n == number else r for n, r in enumerate(BODY)]  # which it was, the page does not tell
    report = page([["项目", *HEADS], *short])
    assert figures(report) == {key: value for key, value in IN_MATRIX.items() if key[0] != row.code}
    assert (row.code, "shape_unknown") in {(issue.indicator_code, issue.kind) for issue in report.issues}


def test_of_a_row_of_section_two_that_lacks_a_cell_no_figure_is_guessed() -> None:
    cells = BLOCKS[0].cells
    heads, row = ["信息内容", *(c.label for c in cells)], [BLOCKS[0].keys[0], *(IN_BLOCKS[c.code, None] for c in cells)]
    others = [r for b in BLOCKS[1:] for r in (
        ["信息内容", *(c.label for c in b.cells)], [b.keys[0], *(IN_BLOCKS[c.code, None] for c in b.cells)])]
    report = page([heads, [row[0], *row[2:]], *others])
    assert figures(report) == {(c.code, None): IN_BLOCKS[c.code, None] for b in BLOCKS[1:] for c in b.cells}
    assert {c.code for c in cells} <= {issue.indicator_code for issue in report.issues if issue.kind == "row_missing"}


def test_of_two_offices_reviews_without_their_total_none_is_taken() -> None:
    heads = [["", "行政复议", *[""] * 4, "行政诉讼", *[""] * 9], ["", *(r.label for r in DISPUTES)]]
    with pytest.raises(UnreadableReport):
        page([*heads, ["甲所", *IN_DISPUTES.values()], ["乙所", *[1] * 15]])


def test_a_row_that_a_page_s_end_cuts_keeps_its_figures() -> None:
    at = next(n for n, row in enumerate(MATRIX) if row.code == "outcome_other_fee_unpaid")
    label, *printed = BODY[at]
    rows = [*BODY[:at], [label[:17], *printed], [label[17:], *[""] * 7], *BODY[at + 1:]]
    assert figures(page([["项目", *HEADS], *rows])) == IN_MATRIX


def test_of_the_columns_of_two_years_that_no_head_tells_apart_none_is_taken() -> None:
    with pytest.raises(UnreadableReport):
        page([["项目", *HEADS, *HEADS], *([r[0], *[5] * 7, *r[1:]] for r in BODY)])


def test_a_row_whose_figures_a_page_s_end_cuts_is_withheld() -> None:
    at = next(n for n, row in enumerate(MATRIX) if row.code == "outcome_other_fee_unpaid")
    label = BODY[at][0]
    rows = [*BODY[:at], [label[:17], *["4，0"] * 7], [label[17:], *["05"] * 7], *BODY[at + 1:]]
    report = page([["项目", *HEADS], *rows])
    assert figures(report) == {key: value for key, value in IN_MATRIX.items() if key[0] != MATRIX[at].code}
    assert MATRIX[at].code in {issue.indicator_code for issue in report.issues}


def test_fifteen_figures_behind_other_heads_are_no_reviews() -> None:
    heads = [["行政复议", "", "", "", "", "行政诉讼", *[""] * 9], ["结果维", "总计", *[""] * 13]]
    other = [["结果纠正", "结果维持", *(r.label for r in DISPUTES[2:])], [*range(1, 16)]]
    for behind in (other, [[*range(1, 16)]]):
        try:
            report = page(heads, behind)
        except UnreadableReport:
            continue
        assert figures(report) == {}


def test_a_matrix_of_which_only_totals_are_printed_is_withheld() -> None:
    try:
        report = text("\n".join(f"{row.label}\n{cells(row)[-1]}" for row in MATRIX))
    except UnreadableReport as reason:
        assert "no figure was understood" in str(reason)
    else:
        assert figures(report) == {}


def test_an_amount_in_another_unit_than_the_form_s_keeps_its_own_unit_and_says_so() -> None:
    report = page([["信息内容", "本年收费金额（单位：元）"], ["行政事业性收费", "160"]])
    (figure,) = [o for o in report.observations if o.indicator_code == "admin_fees_amount"]
    assert (figure.value, figure.unit_code) == (Decimal(160), "元")
    assert "unit_differs" in {i.kind for i in report.issues}
