"""The national table of 2014 in the shapes in which publishers print it: read whole, or withheld, never wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from parsers.catalogue import Indicator, load
from parsers.labels import strip_ordinal
from parsers.observation import Report
from parsers.report import read_report

ROWS = load().templates["G2"].tables[0].rows
VALUES = {row.code: Decimal(n) for n, row in enumerate(ROWS, 3) if not row.is_heading}
OPENING = "某某县人民政府2017年政府信息公开工作年度报告\n统计期限自2017年1月1日至2017年12月31日。\n"
HEADS = ("统计指标", "单位", "统计数")

Line = Callable[[Indicator], str]


def unit(row: Indicator) -> str:
    return row.unit_code or "——"


def value(row: Indicator) -> str:
    return str(VALUES.get(row.code, ""))


def lines(line: Line, between: str = "\n") -> Report:
    return read_report((OPENING + between.join(map(line, ROWS))).encode(), ".txt", load())


def page(table: Sequence[Sequence[str]]) -> Report:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table)
    opening = OPENING.replace("\n", "</p><p>")
    return read_report(f"<html><body><p>{opening}</p><table>{rows}</table></body></html>".encode(), ".html", load())


def body(*cells: Line) -> list[list[str]]:
    return [[cell(row) for cell in cells] for row in ROWS]


def label(row: Indicator) -> str:
    return row.label


def in_sections(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows below the nine sections, each with its section's name in a column of its own; 四 to 七 are rows, too."""
    name, out = "", []
    for row in rows:
        name = row[0] if row[0][1] == "、" else name
        if row[0] != name or row[2]:
            out.append([name, *row])
    return out


def filled(line: Line) -> Line:
    """The line of a row with a figure; of a heading its label alone."""
    return lambda row: line(row) if value(row) else row.label


def numbered(line: Callable[[int, Indicator], str]) -> Report:
    return read_report((OPENING + "\n".join(line(n, row) for n, row in enumerate(ROWS, 1))).encode(), ".txt", load())


def townships(*more: Sequence[str]) -> Report:
    """One row a township below the labels as heads."""
    figures = [[name, *(f"{factor}{value(row)}" if value(row) else "" for row in ROWS)] for name, factor in more]
    return page([["单位", *map(label, ROWS)], *figures])


def two_copies(first_lacks: set[str], second_lacks: set[str]) -> Report:
    """Two offices' tables in one text, the first with other figures."""
    rows = [f"{r.label} {unit(r)} 9{value(r)}" if value(r) else r.label for r in ROWS if r.code not in first_lacks]
    rows += [f"{r.label} {unit(r)} {value(r)}" if value(r) else r.label for r in ROWS if r.code not in second_lacks]
    return read_report((OPENING + "\n".join(rows)).encode(), ".txt", load())


WHOLE: dict[str, Callable[[], Report]] = {
    "label: figure and unit": lambda: lines(lambda r: f"{r.label}:{value(r)}{r.unit_code}" if value(r) else r.label),
    "label figure unit": lambda: lines(lambda r: f"{r.label} {value(r)} {unit(r)}"),
    "all in one line": lambda: lines(lambda r: f"{r.label} {unit(r)} {value(r)}", between=" "),
    "unit in brackets after the label": lambda: lines(
        lambda r: f"{r.label}({r.unit_code}) {value(r)}" if value(r) else r.label),
    "no head and no unit": lambda: page(body(label, value)),
    "a column of numbers of the rows": lambda: page(
        [["序号", *HEADS], *([str(n), *row] for n, row in enumerate(body(label, unit, value), 1))]),
    "codes without a head": lambda: page(
        [[row[0], f"{n:02d}", *row[1:]] for n, row in enumerate(body(label, unit, value))]),
    "the figure before the unit": lambda: page([["指标", "数值", "单位"], *body(label, value, unit)]),
    "a head that names the year": lambda: page([["统计指标", "单位", "2017年"], *body(label, unit, value)]),
    "a column of remarks": lambda: page([[*HEADS, "备注"], *body(label, unit, value, lambda r: "")]),
    "units in the labels": lambda: page(
        [["统计指标", "统计数"], *body(lambda r: f"{r.label}({r.unit_code})" if value(r) else r.label, value)]),
    "label and figure in one cell": lambda: page(
        body(lambda r: f"{r.label}:{value(r)}{r.unit_code}" if value(r) else r.label)),
    "two halves side by side": lambda: page(
        [[*HEADS, *HEADS], *(a + b for a, b in zip(body(label, unit, value)[:33],
                                                   [*body(label, unit, value)[33:], ["", "", ""]], strict=True))]),
    "the section before each of its rows": lambda: page([["类别", *HEADS], *in_sections(body(label, unit, value))]),
    "label (unit): figure": lambda: lines(
        lambda r: f"{r.label}（{r.unit_code}）：{value(r)}" if value(r) else r.label),
    "leaders of dots": lambda: lines(lambda r: f"{r.label}........{value(r)}{r.unit_code}" if value(r) else r.label),
    "a Markdown list": lambda: lines(lambda r: f"- **{r.label}**：{value(r)}" if value(r) else f"## {r.label}"),
    "what was counted since 2004 beside it": lambda: page(
        [["指标", "单位", "2017年", "历年累计"], *body(label, unit, value, lambda r: value(r) and value(r) + "0")]),
    "what was counted in several years beside it": lambda: page([
        ["指标", "单位", "2017年", "2004年至2017年累计"],
        *body(label, unit, value, lambda r: value(r) and value(r) + "0")]),
    "a blank form behind it": lambda: read_report(
        (OPENING + "\n".join(f"{r.label} {unit(r)} {value(r)}" for r in ROWS) + "\n表样\n"
         + "\n".join(f"{r.label} {unit(r)}" for r in ROWS)).encode(), ".txt", load()),
    "one paragraph": lambda: lines(lambda r: f"{r.label}为{value(r)}{unit(r)}" if value(r) else r.label, "；"),
    "one paragraph, commas": lambda: lines(lambda r: r.label + value(r) + (r.unit_code or ""), "，"),
    "lines to be filled in": lambda: lines(lambda r: f"{r.label} __{value(r)}__ {unit(r)}" if value(r) else r.label),
    "numbered by sections": lambda: page([[*HEADS], *([f"{n // 9 + 1}.{n % 9 + 1}{strip_ordinal(r.label)}", unit(r),
                                                       value(r)] for n, r in enumerate(ROWS))]),
    "labels without the word for a count": lambda: page([
        [*HEADS], *body(lambda r: re.sub("总?[次件]?数$", "", r.label), unit, value)]),
    "two halves without heads": lambda: page([[*left, *right] for left, right in zip(
        body(label, value)[:33], [*body(label, value)[33:], ["", ""]], strict=True)]),
    "two offices, the first without a row": lambda: two_copies({"trainees"}, set()),
    "dots lead to the figure": lambda: lines(filled(lambda r: f"{r.label}({r.unit_code})……{value(r)}")),
    "a hyphen leads to the figure": lambda: lines(filled(lambda r: f"{r.label}-{value(r)}{r.unit_code}")),
    "the figure in brackets": lambda: lines(filled(lambda r: f"{r.label}({value(r)}{r.unit_code})")),
    "last year in brackets": lambda: lines(filled(lambda r: f"{r.label} {value(r)}{r.unit_code}(上年9{r.unit_code})")),
    "numbers begin the lines": lambda: numbered(lambda n, r: f"{n} {r.label} {unit(r)} {value(r)}"),
    "codes before the figures of lines": lambda: numbered(lambda n, r: f"{r.label} {unit(r)} {n:02d} {value(r)}"),
    "the last of several years": lambda: page(
        [["统计指标", "单位", "2015年", "2017年", "2016年"], *body(label, unit, lambda r: "7", value, lambda r: "8")]),
    "three years and their sum": lambda: page(
        [["统计指标", "单位", "2016年", "2017年", "合计"], *body(label, unit, lambda r: "7", value, lambda r: "8")]),
    "ordinals on lines of their own": lambda: lines(
        lambda r: re.sub(r"^([0-9])\.", r"\1\n", r.label) + f"\n{unit(r)}\n{value(r)}"),
    "labels as heads": lambda: townships(("", "")),
    "one row a township and their sum": lambda: townships(("甲镇", "1"), ("乙镇", "2"), ("合计", "")),
    "lines drawn": lambda: lines(lambda r: f"│{r.label}│{unit(r)}│{value(r)}│\n├──┼──┼──┤"),
    "the head spans an empty column": lambda: page(
        [["统计指标", '单位</td><td colspan="2">统计数'], *body(label, unit, lambda r: "", value)]),
}


@pytest.mark.parametrize("shape", WHOLE)
def test_every_shape_of_the_table_is_read_whole(shape: str) -> None:
    report = WHOLE[shape]()
    assert {o.indicator_code: o.value for o in report.observations if o.origin == "table"} == VALUES
    assert {i.kind for i in report.issues} <= {"table_repeated"}


def test_of_two_copies_of_a_table_no_row_of_one_completes_the_other() -> None:
    lacking = {"requests_received_fax", "proactive_channel_gazette"}
    read = {o.indicator_code: o.value for o in two_copies({"trainees", "press_conferences"}, lacking).observations}
    assert read == {code: n for code, n in VALUES.items() if code not in lacking}


CAPTIONS = {
    "of the report's year": ("2017年度政府信息公开情况统计表", ""),
    "of no year": ("政府信息公开情况统计表", ""),
    "of the report's year, beside one of another": ("2017年度统计表", "政府信息公开情况统计表（2018年1月）"),
}


@pytest.mark.parametrize("captions", CAPTIONS)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_captioned_table_is_the_report_s_whatever_one_beside_it_prints_more(captions: str, is_first: bool) -> None:
    lacking = {"requests_received_fax", "proactive_channel_gazette"}
    own, other = CAPTIONS[captions]
    tables = [f"{own}\n" + "\n".join(f"{r.label} {unit(r)} {value(r)}" for r in ROWS if r.code not in lacking),
              f"{other}\n" + "\n".join(f"{r.label} {unit(r)} 9{value(r)}" if value(r) else r.label for r in ROWS)]
    report = read_report((OPENING + "\n".join(tables if is_first else tables[::-1])).encode(), ".txt", load())
    read = {o.indicator_code: o.value for o in report.observations if o.origin == "table"}
    assert {code: n for code, n in read.items() if n is not None} == {
        code: n for code, n in VALUES.items() if code not in lacking}
    assert "table_repeated" in {issue.kind for issue in report.issues}


def test_a_table_that_begins_with_the_report_s_title_is_the_report_s() -> None:
    own = [["某某县2017年政府信息公开工作年度报告"], *body(label, unit, value)[:-4]]
    other = body(label, unit, lambda r: value(r) and "9" + value(r))
    tables = ["<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
              + "</table>" for rows in (own, other)]
    report = read_report("<p>政府信息公开</p>".join(tables).encode(), ".html", load())
    read = {o.indicator_code: o.value for o in report.observations if o.value is not None}
    assert read.items() < VALUES.items() and len(read) > 50


@pytest.mark.parametrize("years", [(2017, 2016), (2016, 2017)])
def test_of_the_tables_of_two_years_the_later_is_the_report_s(years: tuple[int, int]) -> None:
    tables = [f"{year}年度政府信息公开情况统计表\n" + "\n".join(
        f"{r.label} {unit(r)} {'' if year == 2017 else 9}{value(r)}" if value(r) else r.label for r in ROWS)
        for year in years]
    report = read_report((OPENING + "\n".join(tables)).encode(), ".txt", load())
    assert {o.indicator_code: o.value for o in report.observations if o.origin == "table"} == VALUES
    assert "table_repeated" in {issue.kind for issue in report.issues}


@pytest.mark.parametrize("names", [("全县汇总", "县政府办公室"), ("县政府办公室", "全县汇总")])
def test_of_the_tables_of_a_whole_and_a_part_the_whole_s_is_read(names: tuple[str, str]) -> None:
    tables = [f"附表：{name}\n" + "\n".join(
        f"{r.label} {unit(r)} {'' if name[0] == '全' else 9}{value(r)}" if value(r) else r.label for r in ROWS)
        for name in names]
    report = read_report((OPENING + "\n".join(tables)).encode(), ".txt", load())
    assert {o.indicator_code: o.value for o in report.observations} == VALUES
    assert "table_repeated" in {issue.kind for issue in report.issues}


def test_a_head_above_several_columns_chooses_none_of_them() -> None:
    table = [["统计指标", "单位", "本年度", "本年度"], ["", "", "区政府", "区直单位"],
             *body(label, unit, value, lambda r: "7" if value(r) else "")]
    for report in (page(table), page([["统计指标", '单位</td><td colspan="2">本年度'], *table[1:]])):
        assert not report.observations and "shape_unknown" in {i.kind for i in report.issues}


@pytest.mark.parametrize("heads", [("2017年汇总", "2017年本级"), ("区政府", "区直单位")])
def test_of_two_columns_of_figures_none_is_chosen(heads: tuple[str, str]) -> None:
    report = page([["统计指标", "单位", *heads], *body(label, unit, value, lambda r: "7" if value(r) else "")])
    assert not report.observations
    assert [i.kind for i in report.issues if i.kind != "several_values"] == ["shape_unknown"]
    assert {i.indicator_code for i in report.issues if i.kind == "several_values"} == set(VALUES)


WITHHELD: dict[str, Callable[[], Report]] = {
    "the figure before its label": lambda: lines(lambda r: f"{value(r)} {unit(r)} {r.label}" if value(r) else r.label),
    "figures above their labels": lambda: lines(lambda r: f"{value(r)}\n{unit(r)}\n{r.label}" if value(r) else r.label),
    "all labels, then all figures": lambda: numbered(
        lambda n, r: "\n".join([r.label, *(map(value, ROWS) if n == len(ROWS) else ())])),
    "figures to the left of the labels": lambda: page([["统计数", "单位", "统计指标"], *body(value, unit, label)]),
    "townships without a sum": lambda: townships(("甲镇", "1"), ("乙镇", "2")),
    "this year and all years": lambda: lines(filled(lambda r: f"{r.label} {unit(r)} {value(r)}/9{value(r)}")),
    "a footnote's digit behind the label": lambda: page(
        [HEADS, *body(lambda r: f"{r.label}1" if value(r) else r.label, unit, value)]),
    "figures in the column of remarks": lambda: page([[*HEADS, "备注"], *body(label, unit, lambda r: "", value)]),
    "figures of several years": lambda: page([["统计指标", "单位", "2014年至2017年"], *body(label, unit, value)]),
    "a year after the report's own": lambda: page(
        [["统计指标", "单位", "2017年", "2018年", "合计"], *body(label, unit, value, lambda r: "7", lambda r: "8")]),
    "a dash, then a figure": lambda: lines(filled(lambda r: f"{r.label} {unit(r)} — {value(r)}")),
}


@pytest.mark.parametrize("shape", WITHHELD)
def test_what_leaves_open_whose_a_figure_is_gives_none_and_an_issue_for_each(shape: str) -> None:
    report = WITHHELD[shape]()
    assert not [o for o in report.observations if o.value is not None]
    assert {i.indicator_code for i in report.issues} >= set(VALUES)


def test_codes_of_rows_are_no_figures_where_the_figures_are_blank() -> None:
    report = numbered(lambda n, r: f"{r.label} {unit(r)} {n:02d}")
    assert {o.value_state for o in report.observations} == {"blank"}


def test_one_figure_in_a_cell_of_three_rows_is_none_s_but_nothing_is_nothing_of_each() -> None:
    shared = {"reviews_upheld", "reviews_corrected", "reviews_other"}
    for figure, read in (("7", set()), ("0", shared)):
        cells = {"reviews_upheld": f'</td><td rowspan="3">{figure}'}
        rows = [[r.label, cells.get(r.code, "") if r.code in shared else f"</td><td>{value(r)}"] for r in ROWS]
        report = page([row if row[1] else row[:1] for row in rows])
        assert {o.indicator_code for o in report.observations if o.value is not None} == set(VALUES) - shared | read


@pytest.mark.parametrize(("code", "printed", "figure", "read"), [
    ("proactive_items", "万条", "1.5", (15000, "条")), ("trainees", "万人次", "2", (20000, "人次")),
    ("fees_collected", "千元", "3", (3000, "元")), ("budget_special", "亿元", "0.1", (1000, "万元"))])
def test_larger_steps_of_a_unit_are_multiplied_out(
        code: str, printed: str, figure: str, read: tuple[int, str]) -> None:
    def as_printed(of_row: Line, instead: str) -> Line:
        return lambda r: instead if r.code == code else of_row(r)

    table = [HEADS, *body(label, as_printed(unit, printed), as_printed(value, figure))]
    in_label = body(as_printed(label, f"{next(r.label for r in ROWS if r.code == code)}({printed})"),
                    as_printed(value, figure))
    for report in (page(table), page(in_label)):
        assert [(o.value, o.unit_code) for o in report.observations if o.indicator_code == code] == [read]


def local_form(*rows: tuple[str, str]) -> dict[str, Decimal | None]:
    """What is read of a local table of 2011 that prints, beside usual rows, some of its own."""
    usual = [("主动公开信息数", "90"), ("申请总数", "20"), ("当面申请数", "1"), ("传真申请数", "2"),
             ("网上申请数", "3"), ("对申请的答复总数", "20")]
    table = "".join(f"<tr><td>{name}</td><td>{figure}</td></tr>" for name, figure in (*usual, *rows))
    text = f"<p>某某区人民政府2011年政府信息公开年度报告</p><table>{table}</table>"
    return {o.indicator_code: o.value for o in read_report(text.encode(), ".html", load()).observations}


def test_a_sum_behind_what_are_its_parts_in_the_form_is_another_sum() -> None:
    read = local_form(("3.信息不存在", "4"), ("4.申请内容不明确", "5"), ("5.不予公开答复总数", "6"), ("行政诉讼数", ""))
    assert read["responses_refused_not_exist"] == 4 and "responses_denied_incl_other" not in read
    assert local_form(("3.不予公开答复总数", "15"), ("(1)信息不存在", "4"))["responses_denied_incl_other"] == 15


def test_a_label_printed_twice_with_different_figures_is_not_read() -> None:
    read = local_form(("收取费用总数", "9"), ("复制费(纸张)", "4"), ("检索费", "2"), ("复制费(光盘)", "3"))
    assert read["fees_search"] == 2 and "fees_copy" not in read


def test_a_table_of_few_rows_is_not_read_and_said_so() -> None:
    table = "<table><tr><td>申请总数</td><td>20</td></tr><tr><td>行政复议数</td><td>1</td></tr></table>"
    text = f"<p>某某区民政局2011年政府信息公开年度报告</p><p>全年主动公开政府信息55条。</p>{table}"
    report = read_report(text.encode(), ".html", load())
    assert [o.indicator_code for o in report.observations] == ["proactive_items"]
    assert "shape_unknown" in {i.kind for i in report.issues}


def test_a_leader_of_dots_before_words_is_read_in_no_time() -> None:
    dots = "." * 60
    report = lines(lambda r: f"{r.label}{dots}见附件" if r.code == "trainees" else f"{r.label} {unit(r)} {value(r)}")
    assert {o.indicator_code for o in report.observations} == set(VALUES) - {"trainees"}
