"""The matrix of requests and the table of reviews as pages with spans print them, and with spans lost or said wrong:
read whole, or what is not certain withheld and named, never a figure in another column's place."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from parsers.observation import Report
from parsers.report import read_report
from tests.test_matrix_shapes import (
    CATALOGUE,
    DISPUTES,
    FORM,
    HEADS,
    IN_DISPUTES,
    IN_MATRIX,
    MATRIX,
    OPENING,
    RESULTS,
    Figures,
    cells,
    figures,
)

Edit = Callable[[str], str]
LEAVES = [row for row in MATRIX if not row.is_heading]
SECTION = DISPUTES[0].section
OUTCOMES = [row for row in LEAVES if row.parent_code or row.code == "outcome_total"]


def td(text: object, rowspan: int = 1, colspan: int = 1) -> str:
    spans = "".join(f' {name}="{n}"' for name, n in (("rowspan", rowspan), ("colspan", colspan)) if n > 1)
    return f"<td{spans}>{text}</td>"


def matrix() -> str:
    """The matrix as the form of 2021 lays it out: three rows of heads, three columns of labels."""
    lines = [td("勾稽关系", 3, 3) + td("申请人情况", 1, 7),
             td(HEADS[0], 2) + td("法人或其他组织", 1, 5) + td(HEADS[6], 2), "".join(map(td, HEADS[1:6]))]
    begun: set[str] = set()
    for row in LEAVES:
        labels = ""
        if row in OUTCOMES:
            labels = td("三、本年度办理结果", len(OUTCOMES)) if row is OUTCOMES[0] else ""
            group = row.parent_code if row.parent_code != "outcome_total" else None
            if group and group not in begun:
                labels += td(FORM.indicators[group].label, sum(r.parent_code == group for r in LEAVES))
            begun.add(group or "")
            labels += td(row.label) if group else td(row.label, 1, 2)
        else:
            labels = td(row.label, 1, 3)
        lines.append(labels + "".join(map(td, cells(row))))
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def reviews() -> str:
    lines = [td("行政复议", 1, 5) + td("行政诉讼", 1, 10),
             "".join(td(r, 2) for r in RESULTS) + td("未经复议直接起诉", 1, 5) + td("复议后起诉", 1, 5),
             "".join(map(td, RESULTS * 2)), "".join(map(td, IN_DISPUTES.values()))]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def read(edit: Edit) -> Report:
    page = f"<html><body><p>{OPENING}</p>{edit(matrix() + reviews())}</body></html>"
    return read_report(page.encode(), ".html", CATALOGUE)


def without(*codes: str) -> Figures:
    return {key: value for key, value in (IN_MATRIX | IN_DISPUTES).items() if key[0] not in codes}


def replaced(old: str, new: str, count: int = -1) -> Edit:
    def edit(page: str) -> str:
        assert old in page
        return page.replace(old, new, count)
    return edit


def with_sum(page: str) -> str:
    """A sum of the group between its parts and the total, under the name of the total."""
    page = page.replace('colspan="5">法人', 'colspan="6">法人')
    page = page.replace("<td>其他</td></tr>", "<td>其他</td><td>总计</td></tr>", 1)
    table, rest = page.split("</table>", 1)
    return re.sub(r"(<td>\d*</td></tr>)", r"<td>999</td>\1", table) + "</table>" + rest


def as_other(at: int) -> str:
    """Figure ``at`` of the total of outcomes as it is printed."""
    return td(cells(next(row for row in LEAVES if row.code == "outcome_total"))[at])


WHOLE: dict[str, Edit] = {
    "as the form has it": lambda page: page,
    "all spans lost": lambda page: re.sub(r' (row|col)span="\d+"', "", page),
    "rowspans lost": lambda page: re.sub(r' rowspan="\d+"', "", page),
    "colspans lost": lambda page: re.sub(r' colspan="\d+"', "", page),
    "heads a column too far to the right": replaced('rowspan="3" colspan="3"', 'rowspan="3" colspan="4"'),
    "heads a column too far to the left": replaced('rowspan="3" colspan="3"', 'rowspan="3" colspan="2"'),
    "a group a row too short": replaced('rowspan="8"', 'rowspan="7"'),
    "two heads above one column": lambda page: page.replace('<td rowspan="2">', "<td>", 2),
    "a group's head too narrow": replaced('colspan="5">法人', 'colspan="4">法人'),
    "heads with units": lambda page: re.sub(r"(自然人|商业企业|科研机构|总计)<", r"\1（件）<", page, count=4),
    "a sum of the group": with_sum,
}


@pytest.mark.parametrize("shape", WHOLE)
def test_spans_lost_or_wrong_move_no_figure(shape: str) -> None:
    assert figures(read(WHOLE[shape])) == IN_MATRIX | IN_DISPUTES


REVIEWS = tuple(row.code for row in DISPUTES)
HELD: dict[str, tuple[Edit, tuple[str, ...]]] = {
    "a cell too many": (replaced(as_other(4), as_other(4) + "<td>5</td>"), ("outcome_total",)),
    "a cell lost": (replaced(as_other(4), ""), ("outcome_total",)),
    "a review lost": (replaced("<td>14</td><td>15</td>", "<td>15</td>"), REVIEWS),
    "a review too many": (replaced("<td>14</td><td>15</td>", "<td>14</td><td>1</td><td>15</td>"), REVIEWS),
    "reviews merged into one": (lambda page: re.sub(r"<tr><td>1</td><td>2</td>.*?</tr></table>$",
                                                   '<tr><td colspan="15">0</td></tr></table>', page), REVIEWS),
    "reviews of another year": (lambda page: page + re.sub(r"<td>\d+</td>", "<td>77</td>", reviews()), REVIEWS),
    "a label beside two years": (
        lambda page: page.replace('<td colspan="3">四、', '<td colspan="2" rowspan="2">四、').replace(
            td(cells(LEAVES[-1])[0]), "<td>2022</td>" + td(cells(LEAVES[-1])[0])).replace(
            "</tr></table>", "</tr><tr><td>2021</td>" + "<td>9</td>" * 7 + "</tr></table>", 1),
        ("requests_carried_out",)),
}


@pytest.mark.parametrize("shape", HELD)
def test_of_figures_whose_column_or_row_is_not_certain_none_is_taken(shape: str) -> None:
    edit, codes = HELD[shape]
    report = read(edit)
    assert figures(report) == without(*codes)
    held = {(issue.kind, issue.indicator_code or issue.printed_text) for issue in report.issues}
    reasons = ("shape_unknown", "uncertain_value", "several_values")
    assert any((reason, name) in held for reason in reasons for name in (codes[0], SECTION))


def test_an_example_of_how_to_fill_in_the_form_is_not_the_report_s_matrix() -> None:
    example = re.sub(r"<td>\d+</td>", "<td>12</td>", matrix())
    report = read(lambda page: f"<p>（填报示例）</p>{example}<p>本机关情况</p>{page}")
    assert figures(report) == IN_MATRIX | IN_DISPUTES
    assert "table_repeated" in {issue.kind for issue in report.issues}
