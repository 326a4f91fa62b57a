"""Copies that lost their borders: what a line's end cuts, and what was not found, is never taken for something else."""

from __future__ import annotations

import pytest

from parsers.catalogue import load
from parsers.observation import Report
from parsers.report import read_report

TITLE = "某县人民政府2017年政府信息公开工作年度报告\n"
ROWS = ("（一）收到申请数 件 44", "1.当面申请数 件 16", "2.传真申请数 件 1", "3.网络申请数 件 20", "4.信函申请数 件 7",
        "（二）申请办结数 件 44", "1.按时办结数 件 44", "2.延期办结数 件 0")
MATRIX = ("政府信息公开申请情况\n自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计\n"
          "一、本年新收政府信息公开申请数量 9 0 0 0 0 0 9\n二、上年结转政府信息公开申请数量 1 0 0 0 0 0 1\n"
          "（一）予以公开 4 0 0 0 0 0 4\n1.属于国家秘密 1 0 0 0 0 0 1\n4.保护第三方合法权益 2 0 0 0 0 0 2\n"
          "（七）总计 10 0 0 0 0 0 10\n四、结转下年度继续办理 0 0 0 0 0 0 0\n")


def read(text: str) -> Report:
    return read_report((TITLE + text).encode(), ".txt", load())


def values(report: Report) -> dict[str, tuple[int | None, str]]:
    return {o.indicator_code: (o.value if o.value is None else int(o.value), o.value_state)
            for o in report.observations}


def test_the_digit_of_an_ordinal_that_a_line_end_cut_is_no_figure_of_the_row_before() -> None:
    rows = list(ROWS)
    rows[2:4] = ["2.传真申请数 件", "3", ".网络申请数 件 20"]
    found = values(read("\n".join(rows)))
    assert found["requests_received_fax"] == (None, "blank")
    assert found["requests_received_online"] == (20, "number")


def test_it_is_none_either_where_the_label_after_it_cannot_be_read() -> None:
    rows = list(ROWS)
    rows[2:4] = ["2.传真申请数 件", "3", ".网口申清数 件 20"]
    found = values(read("\n".join(rows)))
    assert found["requests_received_fax"] == (None, "blank")
    assert "requests_received_online" not in found


@pytest.mark.parametrize("cut", ["（\n二）申请办结数", "（二\n）申请办结数", "（二）\n申请办结数",
                                 "（二）申\n请办\n结数", "（二）申请办结数\n："])
def test_a_label_is_known_wherever_a_line_end_cuts_it(cut: str) -> None:
    found = values(read("\n".join(ROWS).replace("（二）申请办结数", cut)))
    assert found["requests_closed"] == (44, "number") and len(found) == len(ROWS)


def test_a_row_of_the_matrix_with_a_blank_left_out_does_not_borrow_the_next_ordinal() -> None:
    text = MATRIX.replace("1.属于国家秘密 1 0 0 0 0 0 1\n4.保护", "1.属于国家秘密 1 0 0 0 0 1\n4\n.保护")
    report = read(text)
    assert "outcome_denied_state_secret" not in values(report)
    assert values(report)["outcome_denied_third_party"] == (2, "number")
    assert {i.kind for i in report.issues if i.indicator_code == "outcome_denied_state_secret"} >= {"uncertain_value"}


def test_a_matrix_whose_lines_have_lost_their_heads_is_an_issue_and_gives_no_figure() -> None:
    report = read(MATRIX.replace("自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计\n", ""))
    assert [i.printed_text for i in report.issues if i.kind == "shape_unknown"] == ["一、本年新收政府信息公开申请数量"]
    assert report.observations == ()


def test_a_matrix_of_labels_and_sums_only_is_read_as_the_totals_that_its_lines_state() -> None:
    rows = ("一、本年新收政府信息公开申请数量：9件", "（一）予以公开：4件", "5.属于三类内部事务信息：3件",
            "7.属于行政执法案卷：2件", "1.本机关不掌握相关政府信息：1件", "2.没有现成信息需要另行制作：6件",
            "3.补正后申请内容仍不明确：5件", "4.无正当理由大量反复申请：8件",
            "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请：7件")
    found = read_report("\n".join([TITLE.replace("2017", "2022").strip(), *rows]).encode(), ".txt", load()).observations
    assert [(o.value, o.applicant_type_code, o.origin) for o in found] == [
        (n, "total", "prose") for n in (9, 4, 3, 2, 1, 6, 5, 8, 7)]


def test_section_two_is_read_where_line_ends_cut_its_labels() -> None:
    text = MATRIX + "信息内容 本年制发件数 本年废止件数 现行有效件数\n规章 1 2 3\n行政规\n范性文件 4 5 6\n"
    found = values(read(text))
    assert [found[f"normative_docs_{end}"][0] for end in ("issued", "repealed", "in_force")] == [4, 5, 6]


def test_every_row_that_is_not_there_has_an_issue_of_its_own() -> None:
    report = read(MATRIX)
    missing = {i.indicator_code for i in report.issues if i.kind == "row_missing"}
    assert "outcome_granted_partial" in missing and "outcome_not_processed_repeat" in missing
    assert missing.isdisjoint(values(report))


def test_a_table_of_the_form_that_was_not_found_is_an_issue() -> None:
    kinds = [i.printed_text for i in read(MATRIX).issues if i.kind == "shape_unknown"]
    assert len(kinds) == 2 and any("行政复议" in text for text in kinds)


def test_blank_cells_that_lost_their_span_are_one_blank_figure() -> None:
    head = ("<tr><td colspan=2>信息内容<td colspan=2>本年制发件数<td colspan=2>本年废止件数<td colspan=2>现行有效件数"
            "<tr><td colspan=2>规章<td colspan=2>1<td><td><td colspan=2>3")
    found = values(read_report((TITLE + f"<html><table>{head}</table>").encode(), ".html", load()))
    assert found["regulations_repealed"] == (None, "blank") and found["regulations_in_force"] == (3, "number")
