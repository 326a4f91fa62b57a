"""What is open comes worst first, a decision is one record, and it holds as long as what is printed."""

from __future__ import annotations

import csv
import io
import shutil
import stat
from pathlib import Path

import duckdb
import pytest

from orchestration.cli import main as cli
from orchestration.refresh.run import refresh
from orchestration.review import findings as review
from orchestration.review import records
from orchestration.review.records import CORRECTIONS, REVIEWS, BrokenRecords
from orchestration.settings import Settings
from tests.warehouses import ask

ROOT = Path(__file__).parents[1]
CORRECTIONS_FOLDER = ROOT / "dbt_project" / "seeds" / "corrections"
MARTS = """
CREATE SCHEMA marts; CREATE SCHEMA raw;
CREATE TABLE marts.dim_report (report_id VARCHAR, source_file VARCHAR, sha256 VARCHAR, issuing_body VARCHAR);
INSERT INTO marts.dim_report VALUES ('aa', 'a.txt', 's1', '人民政府'), ('bb', 'b.txt', 's2', NULL);
CREATE TABLE marts.dim_jurisdiction (jurisdiction_key VARCHAR, jurisdiction_code VARCHAR, full_name_zh VARCHAR);
INSERT INTO marts.dim_jurisdiction VALUES ('k1', '330326', '浙江省温州市平阳县'), ('k2', '430921', '湖南省益阳市南县');
CREATE TABLE marts.fact_findings (
    finding_id VARCHAR, kind VARCHAR, check_code VARCHAR, report_id VARCHAR, other_report_id VARCHAR,
    jurisdiction_key VARCHAR, report_year INTEGER, applicant_type_code VARCHAR, indicator_code VARCHAR,
    left_value DECIMAL(24, 6), right_value DECIMAL(24, 6), difference DECIMAL(24, 6), severity_score DOUBLE,
    fault_owner VARCHAR, explanation VARCHAR, message_en VARCHAR, message_zh VARCHAR, review_status VARCHAR,
    review_verdict VARCHAR, is_preferred BOOLEAN);
INSERT INTO marts.fact_findings VALUES
    ('f1aaaa', 'identity', 'G2-1', 'aa', NULL, 'k1', 2017, NULL, NULL, 52, 44, 8, 0.5, 'publisher', NULL, 'sum',
     '合计', 'open', NULL, true),
    ('f2bbbb', 'identity', 'G2-2', 'bb', NULL, 'k2', 2018, NULL, NULL, 9, 3, 6, 3.5, 'publisher', 'a row shifted',
     '=cmd|1', '其他', 'stale', NULL, true),
    ('f2cccc', 'copied_report', 'X-1', 'bb', 'aa', 'k2', 2018, NULL, 'requests_received', 3, 3, 0, 9, 'undecided', NULL,
     'copy', '抄', 'open', NULL, true),
    ('f3dddd', 'exceeds_reviews', 'X-10', 'bb', 'aa', 'k2', 2018, NULL, 'suits', 70, 61, 9, 0.1, 'undecided', NULL,
     'suits', '起诉', 'applied', 'open', true),
    ('f9done', 'identity', 'G2-9', 'aa', NULL, 'k1', 2017, NULL, NULL, 1, 2, -1, 99, 'publisher', NULL, 'm', '中',
     'applied', 'ours', true);
CREATE TABLE marts.fact_report_discrepancies (report_id VARCHAR, identity_code VARCHAR, applicant_type_code VARCHAR,
    cells STRUCT(side VARCHAR, indicator_code VARCHAR, applicant_type_code VARCHAR, value DECIMAL(24, 6),
                 value_state VARCHAR, printed_text VARCHAR)[]);
INSERT INTO marts.fact_report_discrepancies VALUES ('bb', 'G2-2', NULL, [
    {'side': 'left', 'indicator_code': 'requests_received', 'applicant_type_code': NULL, 'value': 9,
     'value_state': 'number', 'printed_text': ' 9'}]);
CREATE TABLE marts.fact_cross_checks (report_id VARCHAR, check_code VARCHAR, applicant_type_code VARCHAR,
    cells STRUCT(side VARCHAR, report_id VARCHAR, indicator_code VARCHAR, applicant_type_code VARCHAR,
                 value DECIMAL(24, 6), value_state VARCHAR, printed_text VARCHAR)[]);
INSERT INTO marts.fact_cross_checks VALUES ('bb', 'X-1', NULL, NULL), ('bb', 'X-10', NULL, [
    {'side': 'left', 'report_id': 'bb', 'indicator_code': 'suits', 'applicant_type_code': NULL, 'value': 70,
     'value_state': 'number', 'printed_text': '70'},
    {'side': 'right', 'report_id': 'aa', 'indicator_code': 'reviews', 'applicant_type_code': NULL, 'value': 61,
     'value_state': 'number', 'printed_text': '61'}]);
CREATE TABLE marts.fact_reported_figures (report_id VARCHAR, source_file VARCHAR, indicator_code VARCHAR,
    applicant_type_code VARCHAR, printed_text VARCHAR, printed_label VARCHAR, value_state VARCHAR,
    corrected_value DECIMAL(24, 6), page INTEGER, table_index INTEGER, row_index INTEGER, column_index INTEGER,
    char_start INTEGER, char_end INTEGER);
INSERT INTO marts.fact_reported_figures VALUES
    ('bb', 'b.txt', 'requests_received', NULL, ' 9', '1.申请', 'number', NULL, 3, 1, 20, 2, NULL, NULL),
    ('aa', 'a.txt', 'requests_received', NULL, '3', '1.申请', 'number', NULL, 1, 1, 20, 2, NULL, NULL);
"""


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """A published file with three open findings and two decided ones, and a folder for the records of its reviewer."""
    with duckdb.connect(tmp_path / "foi.duckdb") as connection:
        connection.execute(MARTS)
    monkeypatch.setenv("FOI_RECORDS_DIR", str(tmp_path / "records"))
    monkeypatch.setenv("FOI_WAREHOUSE", str(tmp_path / "foi.duckdb"))
    monkeypatch.setattr(review, "today", lambda: "2026-01-31")
    return tmp_path


def say(*arguments: str) -> int:
    return cli.main(["review", *arguments])


def written(desk: Path, kind: records.Kind = REVIEWS) -> list[records.Record]:
    return records.read(desk / "records", kind)


def test_what_is_open_comes_worst_first_and_what_is_decided_not_at_all(desk, capsys):
    assert say() == 0
    shown = capsys.readouterr().out
    assert shown.index("f2cccc") < shown.index("f2bbbb") < shown.index("f1aaaa") and "f9done" not in shown
    say("--kind", "identity", "--jurisdiction", "南县", "--year", "2018")
    shown = capsys.readouterr().out
    assert "f2bbbb" in shown and "f1aaaa" not in shown and "f2cccc" not in shown


def test_a_finding_shows_its_cells_with_their_places_and_what_may_explain_it(desk, capsys):
    assert say("show", "f2b") == 0
    shown = capsys.readouterr().out
    assert "page 3, grid 1, row 20, column 2" in shown and "a row shifted (nothing is applied)" in shown
    assert say("show", "f3") == 0
    shown = capsys.readouterr().out
    assert all(text in shown for text in ("suits", "70", "reviews", "61"))  # the cells of the check across reports
    assert say("show", "f2c") == 0 and "page 1, grid 1, row 20" in capsys.readouterr().out  # else both documents' cell
    assert say("show", "f2") == 3 and "several findings" in capsys.readouterr().err
    assert say("show", "f7") == 3


def test_a_verdict_is_one_record_guarded_by_what_both_sides_print(desk):
    for note in ("first", "second thoughts"):
        assert say("decide", "f2cccc", "--verdict", "accepted_as_published", "--note", note, "--by", "李") == 0
    (record,) = written(desk)
    assert (record["note"], record["reviewed_by"], record["reviewed_on"]) == ("second thoughts", "李", "2026-01-31")
    assert (record["left_value"], record["right_value"], record["fault_owner"]) == ("3", "3", "publisher")
    assert (record["document_id"], record["other_document_id"], record["source_file"]) == ("bb", "aa", "b.txt")


def test_records_stand_in_one_order_whatever_the_order_of_the_decisions(desk):
    def file_after(*findings: str) -> bytes:
        shutil.rmtree(desk / "records", ignore_errors=True)
        for finding in findings:
            say("decide", finding, "--verdict", "ours", "--by", "x")
        return (desk / "records" / "seed_reviews.csv").read_bytes()

    assert file_after("f1aaaa", "f2bbbb", "f2cccc") == file_after("f2cccc", "f1aaaa", "f2bbbb", "f1aaaa")
    assert not list((desk / "records").glob(".*"))


def test_a_correction_is_guarded_by_the_printed_text_and_needs_reason_and_evidence(desk, capsys):
    correct = ["correct", "b.txt", "requests_received", "--value", "19", "--by", "李"]
    assert say(*correct, "--reason", "swapped", "--evidence", "section 3") == 0
    (record,) = written(desk, CORRECTIONS)
    assert (record["document_id"], record["printed_text"], record["corrected_value"]) == ("bb", " 9", "19")
    assert say(*correct, "--reason", " ", "--evidence", "x") == 3 and "--reason is empty" in capsys.readouterr().err
    assert say("correct", "b.txt", "staff_total", "--value", "1", "--reason", "r", "--evidence", "e") == 3
    assert say("correct", "b.txt", "requests_received", "--value", "1e99", "--reason", "r", "--evidence", "e") == 3
    assert len(written(desk, CORRECTIONS)) == 1


def test_a_person_works_through_what_is_open_and_may_break_off(desk, monkeypatch, capsys):
    answers = "a\nsame office\nsee both\ns\nnonsense\no\nmisread\n\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    assert say("work", "--by", "李") == 0
    assert [(r["identity_code"], r["verdict"], r["note"]) for r in written(desk)] == [
        ("X-1", "accepted_as_published", "same office"), ("G2-1", "ours", "misread"),
    ]  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO("c\n"))  # the input ends within an answer
    assert say("work", "--by", "李") == 0
    assert {r["verdict"] for r in written(desk) if r["identity_code"] == "X-1"} == {"corrected"}


def test_a_spreadsheet_runs_no_formula_and_its_verdicts_come_back(desk, capsys):
    sheet = desk / "open.csv"
    assert say("--csv", str(sheet)) == 0
    rows = list(csv.DictReader(sheet.open(encoding="utf-8-sig", newline="")))
    assert [r["finding_id"] for r in rows] == ["f2cccc", "f2bbbb", "f1aaaa"]
    assert rows[1]["message_en"] == "'=cmd|1" and rows[2]["difference"] == "8"
    rows[0] |= {"verdict": "accepted_as_published", "note": "'=not a formula"}
    rows[2] |= {"verdict": "ours", "by": "王"}

    def save() -> None:
        with sheet.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(rows)

    save()
    assert say("--from-csv", str(sheet), "--by", "李") == 0
    assert {(r["identity_code"], r["reviewed_by"], r["note"]) for r in written(desk)} == {
        ("X-1", "李", "=not a formula"), ("G2-1", "王", ""),
    }  # fmt: skip
    before = written(desk)
    for spoil in ({"left_value": "51"}, {"verdict": "whatever"}, {"finding_id": "none"}):
        rows[2] |= {"finding_id": "f1aaaa", "left_value": "52", "verdict": "ours"} | spoil
        save()
        assert say("--from-csv", str(sheet)) == 3
        assert "line 4" in capsys.readouterr().err and written(desk) == before


def test_the_project_and_the_folder_of_a_reviewer_have_the_same_columns():
    with duckdb.connect() as connection:
        connection.execute((ROOT / "orchestration" / "schema.sql").read_text(encoding="utf-8"))
        for kind in records.KINDS:
            header = (CORRECTIONS_FOLDER / kind.file).read_text(encoding="utf-8").splitlines()[0]
            table = connection.execute(f"SELECT * FROM raw.{kind.table}").description
            assert tuple(header.split(",")) == kind.columns == tuple(column[0] for column in table)


@pytest.mark.parametrize(("line", "said"), [
    ("aa,G2-1,,1,2,fine,,,,x,2026-01-31", "verdict is 'fine'"), ("aa,G2-1,,one,2,ours,,,,x,2026-01-31", "left_value"),
    ("aa,,,1,2,ours,,,,x,2026-01-31", "identity_code must be filled"), ("aa,G2-1,,1,2,ours,,,,x,soon", "reviewed_on"),
    ("aa,G2-1,,1,2,ours,,,,x,2026-01-31\naa,G2-1,,3,2,ours,,,,x,2026-01-31", "two records"),
])  # fmt: skip
def test_a_record_written_by_hand_is_refused_with_its_line(desk, line, said):
    (desk / "records").mkdir()
    (desk / "records" / REVIEWS.file).write_text(",".join(REVIEWS.columns) + f"\n{line}\n", encoding="utf-8")
    with pytest.raises(BrokenRecords, match=f"{REVIEWS.file}.*{said}"):
        written(desk)


def test_a_folder_that_cannot_be_written_to_says_what_to_do(desk, capsys, monkeypatch):
    (desk / "file").write_text("")
    monkeypatch.setenv("FOI_RECORDS_DIR", str(desk / "file"))
    assert say("decide", "f1aaaa", "--verdict", "ours", "--by", "x") == 3
    assert "FOI_RECORDS_DIR" in capsys.readouterr().err
    assert stat.S_ISREG((desk / "file").stat().st_mode)


# -- whole refreshes ---------------------------------------------------------------------------------------------------
CORRECTED = """
SELECT f.printed_text, f.value::INT, f.corrected_value::INT, f.correction_status, r.requests_received::INT
FROM marts.fact_reported_figures AS f JOIN marts.fact_foi_requests AS r USING (report_id)
WHERE f.indicator_code = 'requests_received' AND f.source_file LIKE '%dongyang%'
"""
CHANGES = """
SELECT subject, action, cause, change_count FROM marts.fact_refresh_changes
WHERE subject <> 'mart' AND run_no = (SELECT max(run_no) FROM raw.refresh_runs) ORDER BY ALL
"""


@pytest.mark.integration
def test_records_survive_every_refresh_until_the_printed_value_changes(home, monkeypatch, capsys):
    monkeypatch.setenv("FOI_RECORDS_DIR", str(home / "records"))
    monkeypatch.setenv("FOI_WAREHOUSE", str(home / "foi.duckdb"))
    now = Settings.load(home / "reports", home / "foi.duckdb", environment={"FOI_RECORDS_DIR": str(home / "records")})
    finding, judged = "check_code = 'G2-12b' AND left_value = 9371", next(home.rglob("*nanxian*.txt"))
    ((finding_id,),) = ask(now.warehouse, f"SELECT finding_id FROM marts.fact_findings WHERE {finding}")
    assert say("decide", finding_id, "--verdict", "accepted_as_published", "--by", "tester") == 0
    correct = ["--value", "999", "--reason", "misprint", "--evidence", "section 3", "--by", "tester"]
    assert say("correct", "dongyang", "requests_received", *correct) == 0

    assert refresh(now).is_published
    assert ask(now.warehouse, "SELECT DISTINCT state FROM raw.landing_files") == [("unchanged",)]  # no document is read
    status = f"SELECT review_status, review_verdict, right_value::INT FROM marts.fact_findings WHERE {finding}"
    assert ask(now.warehouse, status) == [("applied", "accepted_as_published", 11347)]
    assert ask(now.warehouse, CORRECTED) == [("223", 223, 999, "applied", 999)]
    changes = ask(now.warehouse, CHANGES)
    assert ("figure", "corrected", "correction", 1) in changes and ("finding", "reviewed", "review", 1) in changes
    assert not refresh(now).is_published  # nothing has changed since

    # A later version of the files prints the same: the records hold for it. Then one prints something else.
    (document,) = home.rglob("*dongyang*.txt")
    text, before = document.read_text(encoding="utf-8"), judged.read_text(encoding="utf-8")
    document.write_text(text + "\n", encoding="utf-8")
    judged.write_text(before + "\n", encoding="utf-8")
    assert refresh(now).is_published
    assert ask(now.warehouse, CORRECTED) == [("223", 223, 999, "applied", 999)]
    assert ask(now.warehouse, status) == [("applied", "accepted_as_published", 11347)]

    document.write_text(text.replace("223", "224"), encoding="utf-8")
    judged.write_text(before.replace("11347", "11348"), encoding="utf-8")
    assert refresh(now).is_published
    assert ask(now.warehouse, CORRECTED) == [("224", 224, None, "stale", 224)]
    assert ask(now.warehouse, status) == [("stale", None, 11348)]
    assert say("--kind", "identity") == 0 and "stale" in capsys.readouterr().out
