"""Bad input ends in a reason that a publisher understands; what is half understood is read and says so."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.catalogue import load
from parsers.observation import Report, UnreadableReport
from parsers.report import read_report
from tests.generator import generate

CATALOGUE = load()


def read(text: str | bytes, suffix: str = ".txt") -> Report:
    return read_report(text.encode() if isinstance(text, str) else text, suffix, CATALOGUE)


def table(rows: int = 66, year: int = 2017) -> list[str]:
    """A report with pipe rows, cut after some of them."""
    made = generate(3, "G2", "text_pipes").data.decode()
    lines = made.split("\n")
    at = next(n for n, line in enumerate(lines) if "|" in line)
    return lines[:at] + [line for line in lines[at:] if "|" in line][:rows]


@pytest.mark.parametrize(("data", "suffix", "reason"), [
    (b"", ".txt", "empty"),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 99, ".txt", "binary"),
    ("全市食品抽检2826批次，合格率99%。".encode(), ".txt", "another kind of document"),
    ("<p>2024年部门预算公开说明</p><table><tr><td>收入<td>5</table>".encode(), ".html", "another kind of document"),
    ("某市2020年政府信息公开工作年度报告\n表格见图片。".encode(), ".txt", "no figure was understood"),
    (b"hello", ".exe", "not supported"),
])
def test_what_is_no_report_is_refused_with_its_reason(data: bytes, suffix: str, reason: str) -> None:
    with pytest.raises(UnreadableReport, match=reason):
        read(data, suffix)


def test_a_truncated_table_is_read_as_far_as_it_goes_and_says_where_it_ends() -> None:
    report = read("\n".join(table(rows=24)))
    (issue,) = [i for i in report.issues if i.kind == "table_truncated"]
    assert "requests_received_letter" in issue.message or "requests_closed" in issue.message
    assert 0 < len(report.observations) < 58


def test_a_damaged_label_withholds_its_figure_and_names_the_nearest_label() -> None:
    report = read("\n".join(table()).replace("传真申请数", "传真甲请数"))
    (issue,) = [i for i in report.issues if i.kind == "unlisted_label"]
    assert issue.nearest_labels[0].startswith("requests_received_fax")
    assert "requests_received_fax" not in {o.indicator_code for o in report.observations}
    assert len(report.observations) == 57


def test_two_value_columns_withhold_every_figure_because_neither_can_be_chosen() -> None:
    rows = [line.rstrip("| ") + " | 5 | 7 |" for line in table() if "条 |" in line or "件 |" in line]
    report_text = "某县人民政府2017年政府信息公开工作年度报告\n" + "\n".join(
        row.replace("统计数", "区政府") for row in rows)
    try:
        report = read(report_text)
    except UnreadableReport:
        return
    assert not [o for o in report.observations if o.value_state in ("number", "zero")]
    assert {"several_values"} <= {i.kind for i in report.issues}


def test_a_report_of_sentences_says_that_its_tables_were_not_found_where_every_report_has_some() -> None:
    told = "某某县人民政府{}年政府信息公开工作年度报告\n一、总体情况\n全年共收到政府信息公开申请7件。\n"
    for year, kinds in ((2022, {"shape_unknown"}), (2012, set())):
        report = read(told.format(year))
        assert [o.origin for o in report.observations] == ["prose"]
        assert {i.kind for i in report.issues} == kinds


def test_a_page_under_a_word_file_s_name_is_read_and_the_name_is_an_issue() -> None:
    page = generate(3, "G2", "html").data
    report = read(page, ".doc")
    assert (report.form, len(report.observations)) == ("html", 58)
    assert "form_differs_from_name" in {i.kind for i in report.issues}


def test_markup_and_formulas_in_cells_stay_text() -> None:
    hostile = "=cmd|' /C calc'!A0<script>alert(1)</script>'; drop table x; --"
    report = read("\n".join(table()).replace("传真申请数", hostile.replace("|", "¦")))
    (issue,) = [i for i in report.issues if i.kind == "unlisted_label"]
    assert "<script>" in issue.printed_text


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_report_with_any_bytes_damaged_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray("\n".join(table()).encode())
    for _ in range(data.draw(st.integers(1, 20))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert isinstance(read(bytes(raw)), Report)
    except UnreadableReport as reason:
        assert str(reason)


@pytest.mark.parametrize(("data", "suffix", "reason"), [
    (b"<table>" + b"".join(b"<tr>" + b"<td>1</td>" * 100 + b"</tr>" for _ in range(1000)) + b"</table>",
     ".html", "cells"),
    (b"a|b|1|\n" * 40_000, ".txt", "cells"),
    ("收到申请数 5 件\n".encode() * 200_000, ".txt", "lines"),
    ("<p>政府信息公开12件，".encode() * 100_000, ".html", "no figure was understood"),
    (b"x" * (64 * 2**20 + 1), ".txt", "larger than 64 MiB"),
], ids=["html cells", "pipe cells", "lines", "one paragraph after the other", "bytes"])
def test_what_is_larger_than_any_report_is_refused_and_says_so(data: bytes, suffix: str, reason: str) -> None:
    with pytest.raises(UnreadableReport, match=reason):
        read(data, suffix)
