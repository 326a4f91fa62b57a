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


@pytest.mark.parametrize("years", [(2017, 2016), (2016, 2017)])
def test_of_the_tables_of_two_years_the_later_is_the_report_s(years: tuple[int, int]) -> None:
    tables = [f"{year}年度政府信息公开情况统计表\n" + "\n".join(
        f"{r.label} {unit(r)} {'' if year == 2017 else 9}{value(r)}" if value(r) else r.label for r in ROWS)
        for year in years]
    report = read_report((OPENING + "\n".join(tables)).encode(), ".txt", load())
    assert {o.indicator_code: o.value for o in report.observations if o.origin == "table"} == VALUES
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
