"""Accuracy is measured as it should be, and is what we promise: the real reports exact, no wrong figure anywhere.

FOI_ACCURACY_REPORTS sets how many generated reports are read (1,000, about half a minute).
"""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.cli.accuracy import markdown_lines, measure, print_accuracy, read_key, share
from orchestration.refresh.workbench import NotThere
from parsers.accuracy import Finding, KeyFigure, parse_key, published, score_report, score_unread, scores
from parsers.catalogue import load
from parsers.grid import Place
from parsers.observation import Issue, Observation, Report, ReportHead
from tests.generator.__main__ import main as generate_landing_zone
from tests.shared_reports import SHARED, needs_shared

HEADER = "file,template,code,applicant,value,printed,state,origin\n"
GENERATED = int(os.environ.get("FOI_ACCURACY_REPORTS", "1000"))
LIMIT = 64 * 1024**2
KEY = KeyFigure("a.txt", "G2", "requests_received", "", Decimal(44), "44", "number", "table")


def figure(code: str = "requests_received", value: int | None = 44, state: str = "number", template: str = "G2",
           origin: str = "table", applicant: str | None = None, qualifier: str | None = None) -> Observation:
    return Observation(template, code, applicant, None if value is None else Decimal(value), state, str(value), "label",
                       "件", origin, Place(0, 1, 2), qualifier)


def report(*figures: Observation, issues: tuple[Issue, ...] = ()) -> Report:
    return Report("text", "utf-8", ReportHead(), ("G2",), (), figures, issues)


def verdicts(*key: KeyFigure, read: Report) -> list[str]:
    return [finding.verdict for finding in score_report(key, read, load())]


def test_a_figure_is_right_only_with_its_value_its_state_and_its_template() -> None:
    assert verdicts(KEY, read=report(figure())) == ["right"]
    assert verdicts(KEY, read=report(figure(value=45))) == ["wrong"]
    assert verdicts(KEY, read=report(figure(value=None, state="blank"))) == ["wrong"]
    assert verdicts(KEY, read=report(figure(template="G1"))) == ["wrong"]
    blank = replace(KEY, value=None, printed="", state="blank")
    assert verdicts(blank, read=report(figure(value=None, state="blank"))) == ["right"]
    assert verdicts(blank, read=report(figure(value=None, state="dash"))) == ["wrong"]
    assert verdicts(blank, read=report(figure(value=0, state="zero"))) == ["wrong"]


def test_the_columns_of_reviews_and_lawsuits_are_the_same_in_both_forms_and_the_rest_is_not() -> None:
    for code, verdict in (("review_upheld", "right"), ("lawsuit_direct_total", "right"), ("requests_new", "wrong")):
        key = replace(KEY, template="G4", code=code, applicant="total" if code == "requests_new" else "")
        found = figure(code, template="G3", applicant=key.applicant or None)
        assert verdicts(key, read=report(found)) == [verdict]


def test_a_figure_that_is_not_there_is_missing_and_says_which_issue_withheld_it() -> None:
    issue = Issue("several_values", "44 or 45", Place(3, 4), "44", "requests_received")
    (finding,) = score_report([KEY], report(issues=(issue,)), load())
    assert (finding.verdict, finding.found, finding.place) == ("missing", "withheld: several_values", Place(3, 4))


def test_a_figure_that_the_key_does_not_have_is_invented() -> None:
    found = report(figure(), figure("requests_closed", 3))
    assert verdicts(KEY, read=found) == ["right", "invented"]


def test_prose_counts_only_where_the_document_has_no_table_as_the_warehouse_publishes_it() -> None:
    stated = figure("requests_closed", 3, origin="prose")
    assert verdicts(KEY, read=report(figure(), stated)) == ["right"]
    assert verdicts(replace(KEY, origin="prose"), read=report(figure(origin="prose"), stated)) == ["right", "invented"]


def test_of_a_figure_stated_twice_the_first_exact_one_is_published() -> None:
    about = figure(value=40, origin="prose", qualifier="about")
    assert published(report(about, figure(origin="prose"), figure(value=45, origin="prose"))) == {
        ("requests_received", ""): figure(origin="prose")}


def test_a_figure_under_a_damaged_label_should_be_withheld_or_else_be_what_was_meant() -> None:
    damaged = replace(KEY, state="damaged")
    assert verdicts(damaged, read=report(figure("requests_closed", 1))) == ["withheld", "invented"]
    assert verdicts(damaged, read=report(figure())) == ["right"]
    assert verdicts(damaged, read=report(figure(value=4))) == ["wrong"]


def test_a_heading_in_the_key_expects_an_issue_and_no_figure() -> None:
    heading = replace(KEY, code="sec9", value=Decimal(1), printed="1")
    issue = Issue("heading_has_figure", "a stray 1", Place(1, 50), "1", "sec9")
    assert verdicts(heading, read=report(issues=(issue,))) == ["right"]
    assert verdicts(heading, read=report(issues=(replace(issue, indicator_code="sec8"),))) == ["missing"]
    assert verdicts(heading, read=report(figure("sec9", 1), issues=(issue,))) == ["wrong"]


def test_scores_count_by_form_and_template_and_end_with_a_total() -> None:
    prose = replace(KEY, file="b.pdf", template="G4", code="requests_new", applicant="total", origin="prose")
    findings = [*score_report([KEY], report(figure(), figure("staff_total", 2)), load()),
                *score_unread([prose], "pdf", "not read: encrypted")]
    found = {(s.form, s.template): (s.documents, dict(s.counts)) for s in scores(findings)}
    assert found == {("pdf prose", "G4"): (1, {"missing": 1}), ("text", "G2"): (1, {"right": 1, "invented": 1}),
                     ("all", ""): (2, {"right": 1, "invented": 1, "missing": 1})}


@pytest.mark.parametrize(("text", "complaint"), [
    ("file,code\na,b\n", "template"),
    (HEADER + "a.txt,G2,requests_received,,viele,44,number,table\n", "line 2.*viele"),
    (HEADER + "a.txt,G2,requests_received,,NaN,44,number,table\n", "line 2.*NaN"),
    (HEADER + "a.txt,G2,requests_received,,44,44,guessed,table\n", "line 2.*guessed"),
    (HEADER + 2 * "a.txt,G2,requests_received,,44,44,number,table\n", "line 3.*twice"),
    (HEADER + '"' + "a" * 200_000 + '",G2,requests_received,,44,44,number,table\n', "no answer key"),
])
def test_a_key_that_cannot_be_trusted_is_refused_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_key(text)


def test_a_key_is_read_with_and_without_a_byte_order_mark(tmp_path: Path) -> None:
    row = "a.txt,G2,requests_received,,44,44,number,table\n"
    for encoding in ("utf-8", "utf-8-sig"):
        (tmp_path / "key.csv").write_text(HEADER + row, encoding=encoding)
        assert read_key(str(tmp_path / "key.csv")) == {"a.txt": [KEY]}


def test_a_key_that_is_not_there_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotThere, match="none.csv cannot be read"):
        read_key(str(tmp_path / "none.csv"))


def zone_with(folder: Path, **copies: str) -> Path:
    for number, (name, text) in enumerate(copies.items()):
        (folder / str(number)).mkdir(parents=True)
        (folder / str(number) / f"{name.rstrip('_')}.txt").write_text(text, encoding="utf-8")
    return folder


TABLE = ("某县人民政府2017年政府信息公开工作年度报告\n"
         "主动公开政府信息数 条 5\n收到申请数 件 44\n当面申请数 件 16\n传真申请数 件 1\n"
         "网络申请数 件 20\n信函申请数 件 7\n"
         "申请办结数 件 44\n按时办结数 件 44\n延期办结数 件 0\n")


def test_documents_are_found_by_path_or_by_a_name_that_only_one_has(tmp_path: Path) -> None:
    zone = zone_with(tmp_path, a=TABLE, b=TABLE, b_=TABLE)
    for name, verdict, reason in (("a.txt", "right", None), ("0/a.txt", "right", None), ("2/b.txt", "right", None),
                                  ("b.txt", "missing", "2 files have this name: 1/b.txt, 2/b.txt"),
                                  ("c.txt", "missing", "no such file in the landing zone")):
        findings, unread = measure({name: [replace(KEY, file=name)]}, zone, LIMIT)
        assert [f.verdict for f in findings if f.code == KEY.code] == [verdict]
        assert unread.get(name) == reason


def test_a_document_that_cannot_be_read_misses_all_its_figures_and_says_why(tmp_path: Path) -> None:
    zone = zone_with(tmp_path, a="全市食品抽检2826批次。")
    findings, unread = measure({"a.txt": [KEY]}, zone, LIMIT)
    assert [(f.verdict, f.form) for f in findings] == [("missing", "text")]
    assert "another kind of document" in unread["a.txt"] and unread["a.txt"] in findings[0].found
    _, unread = measure({"a.txt": [KEY]}, zone, 10)
    assert "above the limit" in unread["a.txt"]


def test_the_exit_code_is_1_for_a_wrong_or_invented_figure_and_0_for_a_missing_one(tmp_path: Path, capsys) -> None:
    zone, key = zone_with(tmp_path / "zone", a=TABLE), tmp_path / "key.csv"
    codes = {"proactive_items": 5, "requests_received": 44, "requests_received_in_person": 16,
             "requests_received_fax": 1, "requests_received_online": 20, "requests_received_letter": 7,
             "requests_closed": 44,
             "requests_closed_on_time": 44, "requests_closed_extended": 0}
    rows = [f"a.txt,G2,{code},,{value},{value},{'number' if value else 'zero'},table\n"
            for code, value in codes.items()]
    key.write_text(HEADER + "".join(rows), encoding="utf-8")
    assert print_accuracy(str(key), zone, LIMIT) == 0
    assert "9 (100.00 %)" in capsys.readouterr().out
    key.write_text(HEADER + "".join(rows) + "a.txt,G2,staff_total,,3,3,number,table\n", encoding="utf-8")
    assert print_accuracy(str(key), zone, LIMIT) == 0
    out = capsys.readouterr().out
    assert "The first 1 of 1 differences" in out and "staff_total" in out
    key.write_text(HEADER + "".join(rows[1:]), encoding="utf-8")
    assert print_accuracy(str(key), zone, LIMIT) == 1
    assert "invented" in capsys.readouterr().out
    key.write_text(HEADER + "".join(rows).replace("44,44", "45,45"), encoding="utf-8")
    assert print_accuracy(str(key), zone, LIMIT, markdown=True) == 1
    assert "| text | G2 | 1 | 9 | 6 (66.66 %) | 3 (33.34 %) | 0 | 0 | 0 |" in capsys.readouterr().out


def test_shares_are_rounded_against_us() -> None:
    assert share(99_999, 100_000, True) == "99.99 %"
    assert share(1, 100_000, False) == "0.01 %"
    assert share(5, 5, True) == "100.00 %"


def test_the_markdown_has_a_column_for_every_head() -> None:
    lines = list(markdown_lines(scores(score_report([KEY], report(figure()), load()))))
    assert len({line.count("|") for line in lines}) == 1 and len(lines) == 4


@needs_shared
def test_every_figure_of_the_real_reports_is_exactly_right() -> None:
    findings, unread = measure(read_key(str(SHARED / "answers.csv")), SHARED, LIMIT)
    assert (unread, [f for f in findings if f.verdict != "right"]) == ({}, [])
    assert len(findings) == 830


# Generated reports of every template in every form, each with up to three kinds of mess ----------------------------


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    zone = tmp_path_factory.mktemp("generated")
    assert generate_landing_zone([str(zone), "--count", str(GENERATED)]) == 0
    findings, unread = measure(read_key(str(zone / "key.csv")), zone, LIMIT)
    assert unread == {}
    return findings


def test_no_figure_of_a_generated_report_is_wrong_or_invented(generated: list[Finding]) -> None:
    assert [f for f in generated if f.verdict in ("wrong", "invented")] == []


def test_of_what_can_be_known_99_percent_is_right_in_every_form_of_every_template(generated: list[Finding]) -> None:
    found = scores(generated)
    short = [(s.form, s.template, dict(s.counts)) for s in found if s.counts["right"] < Decimal("0.99") * s.knowable]
    assert short == []
    assert len(found) == 5 * 4 + 3 + 1


def test_a_figure_of_a_table_is_never_missing_without_an_issue_under_its_code(generated: list[Finding]) -> None:
    assert [f for f in generated if f.verdict == "missing" and " prose" not in f.form and f.found == "nothing"] == []
