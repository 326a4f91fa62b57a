"""A report that fails for a fault of ours is withheld, all others are published; a publisher's fault is none."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from orchestration import warehouse
from orchestration.checks.suite import CheckResult
from orchestration.cli import main as cli
from orchestration.cli.status import print_quarantine
from orchestration.dbt import Outcome
from orchestration.ingest import raw
from orchestration.ingest import reading as ingest
from orchestration.ingest.grid_cache import GridCache
from orchestration.ingest.landing import LandingFile
from orchestration.ingest.reading import Context, Reading
from orchestration.ingest.rows import Rows, document_id_of
from orchestration.operate import status
from orchestration.refresh.run import refresh
from orchestration.review import quarantine
from orchestration.review.quarantine import Decision, Entry, Run
from orchestration.settings import Settings
from tests.warehouses import ask

SCHEMA = Path(warehouse.SCHEMA)
RUN = Run("today", datetime(2026, 1, 2))


def listed(name: str, version: str = "1", at: str | None = None) -> LandingFile:
    return LandingFile(at or f"{name}.txt", 1, 0, 0, sha256=(name + version) * 16)


def document(name: str, version: str = "1") -> str:
    return document_id_of((name + version) * 16)


def rows_of(file: LandingFile, parser: str = "p1", code: str = "known") -> Rows:
    """One document with one figure of the catalogue."""
    document_id = document_id_of(file.sha256)
    return Rows(
        warehouse.json_line({
            "document_id": document_id, "sha256": file.sha256, "source_file": file.path, "form": "text",
            "size_bytes": 1, "reporting_scope": "own", "template_codes": ["G2"], "parser_version": parser,
        }),
        warehouse.json_line({
            "document_id": document_id, "observation_no": 1, "template_code": "G2", "indicator_code": code, "value": 1,
            "value_state": "number", "printed_text": parser, "printed_label": "l", "origin": "table",
            "table_index": 0, "row_index": 0, "column_index": 0,
        }),
    )  # fmt: skip


@pytest.fixture
def fill(tmp_path, monkeypatch):
    """Fill schema raw from files that each are read to rows or to a fault; yesterday is what was filled before."""
    days = []

    def make(*files: LandingFile, faults: dict[str, str] | None = None, parser: str = "p1", code: str = "known",
             decisions: dict[str, Decision] | None = None, kind: str = "ours") -> dict[str, tuple]:  # fmt: skip
        def read_all(jobs, *_):
            for job in jobs:
                read.append(job.path)
                reason = (faults or {}).get(job.path)
                file = next(file for file in files if file.path == job.path)
                rows = None if reason else rows_of(file, parser, code)
                yield [Reading(job, rows, reason, fault=kind if reason else None)]

        read: list[str] = []
        monkeypatch.setattr(raw, "read_all", read_all)
        today = tmp_path / f"day{len(days)}.duckdb"
        run = Run(f"run{len(days)}", datetime(2026, 1, 1 + len(days)))
        yesterday = days[-1] if days else (None, None)
        past = raw.Past(run, yesterday[0], yesterday[1] == parser, decisions or {})
        with warehouse.connect(today) as connection:
            connection.execute(SCHEMA.read_text(encoding="utf-8"))
            indicator = "INSERT INTO catalogue.indicators (template_code, indicator_code) VALUES ('G2', ?)"
            connection.execute(indicator, [code])
            again = raw.fill_raw(connection, tmp_path, files, Context(tmp_path, parser), 1, past, GridCache(None, ""))
            states = connection.execute("SELECT source_file, state, document_id FROM raw.landing_files").fetchall()
        days.append((today, parser))
        make.read, make.again, make.today = read, [file.path for file in again if file.is_doubtful], today
        return {path: (state, document_id) for path, state, document_id in states}

    return make


def test_a_report_that_our_parser_cannot_read_is_replaced_by_its_last_good_version(fill):
    fill(listed("a"), listed("b"))
    states = fill(listed("a", "2"), listed("b"), listed("c"), faults={"a.txt": "crash", "c.txt": "crash"})
    assert states == {"a.txt": ("quarantined", document("a")), "b.txt": ("unchanged", document("b")),
                      "c.txt": ("quarantined", None)}  # fmt: skip
    assert ask(fill.today, "SELECT document_id, cause, reason, since_run_id, kept_document_id FROM raw.quarantine "
               "ORDER BY source_file") == [(document("a", "2"), "reading", "crash", "run1", document("a")),
                                           (document("c"), "reading", "crash", "run1", None)]  # fmt: skip
    assert ask(fill.today, "SELECT count(*) FROM raw.observations") == [(2,)]

    # It is not read again while nothing changes, keeps its stand-in, and stays under its new name.
    states = fill(listed("a", "2", at="renamed.txt"), listed("b"))
    assert states["renamed.txt"] == ("quarantined", document("a")) and fill.read == []
    assert ask(fill.today, "SELECT since_run_id, run_id FROM raw.quarantine") == [("run1", "run2")]

    # Another parser reads it again, and then it is an ordinary report.
    states = fill(listed("a", "2", at="renamed.txt"), listed("b"), parser="p2")
    assert states["renamed.txt"] == ("read", document("a", "2"))
    assert ask(fill.today, "SELECT count(*) FROM raw.quarantine") == [(0,)]


def test_the_same_document_stands_in_for_itself_where_a_new_parser_fails_and_its_codes_are_still_known(fill):
    fill(listed("a"), listed("b"))
    states = fill(listed("a"), listed("b"), faults={"a.txt": "crash"}, parser="p2")
    assert states["a.txt"] == ("quarantined", document("a"))
    read_by = dict(ask(fill.today, "SELECT document_id, printed_text FROM raw.observations"))
    assert read_by == {document("a"): "p1", document("b"): "p2"}
    assert fill(listed("a"), listed("b"), parser="p2")["a.txt"] == ("quarantined", document("a")) and fill.read == []
    states = fill(listed("a"), listed("b"), faults={"a.txt": "crash"}, parser="p3", code="renamed")
    assert states["a.txt"] == ("quarantined", None)


def test_what_a_document_says_of_itself_is_no_fault_of_ours_unless_it_was_read_before(fill):
    fill(listed("a"))
    states = fill(listed("a"), listed("b"), faults={"a.txt": "no table", "b.txt": "no table"}, parser="p2", kind=None)
    assert (states["a.txt"], states["b.txt"]) == (("quarantined", document("a")), ("rejected", None))


def test_a_document_lost_to_a_limit_is_tried_a_few_times_and_then_left(fill):
    lost = {"faults": {"b.txt": "too slow"}, "kind": "limit"}
    for _ in range(quarantine.MAX_ATTEMPTS - 1):
        assert fill(listed("a"), listed("b"), **lost)["b.txt"] == ("rejected", None)
        assert "b.txt" in fill.read and fill.again == ["b.txt"]
    fill(listed("a"), listed("b"), **lost)
    assert fill.read == ["b.txt"] and fill.again == []
    fill(listed("a"), listed("b"), **lost)
    assert fill.read == []
    assert fill(listed("a"), listed("b"), parser="p2")["b.txt"] == ("read", document("b"))


def test_a_person_holds_a_report_back_until_it_is_released(fill):
    fill(listed("a"), listed("b"))
    hold = Decision("2026-01-01T12:00:00", "hold", document("a"), "a.txt", "wrong column", "李")
    states = fill(listed("a"), listed("b"), decisions={document("a"): hold})
    assert states["a.txt"] == ("quarantined", None)
    assert ask(fill.today, "SELECT cause, reason FROM raw.quarantine") == [("held", "held back by 李: wrong column")]
    # It stays so for another parser, and even where the file of decisions is lost.
    assert fill(listed("a"), listed("b"), parser="p2")["a.txt"] == ("quarantined", None)
    release = replace(hold, decided_at="2026-02-01T00:00:00", action="release")
    assert fill(listed("a"), listed("b"), parser="p2", decisions={document("a"): release})["a.txt"][0] == "read"


def result(severity: str = "block", reports: tuple[str, ...] = (), success: bool = False) -> CheckResult:
    return CheckResult("validity", 1, "e", "a rule", "o", None, success, severity, (), 1, reports)


def test_only_checks_that_are_about_single_documents_put_them_aside(fill):
    fill(listed("a"), listed("b"))
    with warehouse.connect(fill.today) as connection:
        found = quarantine.faults_of_checks
        assert found(connection, [result(reports=(document("a"),)), result("warn"), result(success=True)]) == {
            document("a"): "validity: a rule"
        }
        assert found(connection, [result(reports=(document("a"),)), result()]) is None
        assert found(connection, [result(reports=("no document",))]) is None
        assert found(connection, [result("warn", reports=(document("a"),))]) == {}
        query = f"SELECT 'value is null' AS broken_rule, '{document('a')} | 1' AS place"
        failed = Outcome("test.foi.well_formed.1", "fail", "", 1, 0.1, query)
        assert quarantine.faults_of_tests(connection, [failed]) == {
            document("a"): f"well_formed: value is null at {document('a')} | 1"
        }
        assert quarantine.faults_of_tests(connection, [failed, replace(failed, status="error")]) is None
        assert quarantine.is_few(connection, "r", {document("a"): ""}, few=3, share=0.01)
        everybody = {document("a"): "", document("b"): ""}
        assert not quarantine.is_few(connection, "r", everybody, few=3, share=0.01)
        assert not quarantine.is_few(connection, "r", {document("a"): ""}, few=0, share=0.1)


def test_a_document_put_aside_leaves_no_row_and_a_stand_in_that_fails_is_followed_by_none(fill):
    fill(listed("a"), listed("b"), listed("c"))
    yesterday = fill.today
    fill(listed("a", "2"), listed("b"), listed("c"))
    with warehouse.connect(fill.today) as connection, warehouse.attached(connection, yesterday):
        for bad, kept in ((document("a", "2"), document("a")), (document("a"), None), (document("b"), None)):
            quarantine.set_aside(connection, RUN, {bad: "a rule is broken"}, "checks", True)
            rows = connection.execute("SELECT kept_document_id FROM raw.quarantine ORDER BY source_file").fetchall()
            assert rows[-1 if bad == document("b") else 0] == (kept,)
            left = connection.execute("SELECT count(*) FROM raw.observations WHERE document_id = ?", [bad]).fetchone()
            assert left == (0,)
        assert connection.execute("SELECT document_id FROM raw.documents").fetchall() == [(document("c"),)]
        states = "SELECT source_file, state, document_id FROM raw.landing_files ORDER BY 1"
        assert connection.execute(states).fetchall() == [
            ("a.txt", "quarantined", None), ("b.txt", "quarantined", None), ("c.txt", "unchanged", document("c")),
        ]  # fmt: skip


def test_decisions_come_back_as_they_were_made_and_the_last_one_counts(tmp_path):
    path = tmp_path / "build" / "q.csv"
    assert quarantine.decisions(path) == {}
    quarantine.decide(path, "hold", "d1", "it's, \"a\".txt", "为什么\n?", "李")
    made = quarantine.decide(path, "release", "d1", "a.txt", "", "王")
    quarantine.decide(path, "hold", "d0", "b.txt", "x", "y")
    assert quarantine.decisions(path)["d1"] == made and list(quarantine.decisions(path)) == ["d1", "d0"]
    path.write_text("nonsense\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no list of decisions"):
        quarantine.decisions(path)


def test_an_entry_names_its_document():
    assert Entry.of(listed("a"), "reading", "r").document_id == document("a")


def test_status_names_the_reports_withheld_up_to_a_bound_and_counts_the_rest(tmp_path, capsys):
    with warehouse.connect(tmp_path / "foi.duckdb") as connection:
        assert status.quarantined(connection) == {"count": 0, "reports": []}
        connection.execute(SCHEMA.read_text(encoding="utf-8"))
        print_quarantine(status.quarantined(connection))
        connection.execute("""
            INSERT INTO raw.quarantine
            SELECT 'd' || n, 's' || n, 'file' || n || '.txt', 'reading', 'a ' || chr(10) || ' crash',
                TIMESTAMP '2026-01-09' - to_days(n::INTEGER), 'r', 'r', NULL FROM range(5) AS t(n)""")
        withheld = status.quarantined(connection, limit=2)
    assert withheld["count"] == 5 and [r["source_file"] for r in withheld["reports"]] == ["file4.txt", "file3.txt"]
    assert withheld["reports"][0]["since"] == "2026-01-05T00:00:00+00:00"
    assert capsys.readouterr().out == ""
    print_quarantine(withheld)
    shown = capsys.readouterr().out
    assert "2026-01-05 00:00" in shown and "a crash" in shown and "file2.txt" not in shown and "and 3 more" in shown


# -- whole refreshes ---------------------------------------------------------------------------------------------------
@pytest.mark.integration
def test_faults_of_ours_withhold_their_reports_and_a_publishers_fault_withholds_nothing(home, monkeypatch, capsys):
    """A crash, a fault that dbt's tests see, one that the checks see: each in a new version of a published report."""
    now = Settings.load(home / "reports", home / "foi.duckdb", environment={})
    monkeypatch.setenv("FOI_WAREHOUSE", str(now.warehouse))
    before = dict(ask(now.warehouse, "SELECT source_file, document_id FROM raw.documents"))
    for file in home.joinpath("reports").rglob("*.txt"):
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (publisher,) = home.rglob("*dongyang*.txt")
    publisher.write_text(publisher.read_text(encoding="utf-8").replace("223", "987"), encoding="utf-8")
    sound = ingest.rows_of

    def faulty(job, context, report):
        rows = sound(job, context, report)
        if "ouhai" in job.path:
            raise KeyError("a crash of ours")
        if "nanxian" in job.path:  # a state that no cell has: dbt's tests
            spoilt = rows.observations.replace('"value_state":"number"', '"value_state":"empty"', 1)
            return replace(rows, observations=spoilt)
        if "pingyang" in job.path:  # a figure without its label: the checks
            label = re.search('"printed_label":"[^"]*"', rows.observations)
            return replace(rows, observations=rows.observations.replace(label[0], '"printed_label":" "', 1))
        return rows

    monkeypatch.setattr(ingest, "rows_of", faulty)
    assert refresh(now).is_published
    entries = ask(now.warehouse, "SELECT source_file, cause, kept_report_id FROM marts.fact_quarantine ORDER BY 1")
    assert [(Path(file).stem.split("_")[1], cause) for file, cause, _ in entries] == [
        ("nanxian", "tests"), ("ouhai", "reading"), ("pingyang", "checks"),
    ]  # fmt: skip
    assert {file: kept for file, _, kept in entries} == {file: before[file] for file, *_ in entries}
    assert ask(now.warehouse, "SELECT count(*) FROM marts.dim_report") == [(5,)]
    wrong = "SELECT count(*) > 0 FROM marts.fact_findings JOIN marts.dim_report USING (report_id)"
    assert ask(now.warehouse, f"{wrong} WHERE source_file LIKE '%dongyang%'") == [(True,)]
    assert ask(now.warehouse, "SELECT DISTINCT cause FROM raw.refresh_changes WHERE subject = 'report' AND action = "
                              "'new_version'") == [("new_version",)]  # fmt: skip
    assert ask(now.warehouse, "SELECT verdict FROM marts.fact_check_results WHERE is_latest AND description LIKE "
                              "'%No report is in quarantine%'") == [("warned",)]  # fmt: skip

    capsys.readouterr()
    assert cli.main(["status"]) == 0
    shown = capsys.readouterr().out
    assert "3 reports withheld" in shown and all(file in shown for file, *_ in entries)
    assert "a crash of ours" in shown and "figures: Every figure carries the label" in shown
    assert cli.main(["status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["quarantine"]["count"] == 3
    assert {r["source_file"]: (r["cause"], r["kept_report_id"]) for r in told["quarantine"]["reports"]} == {
        file: (cause, kept) for file, cause, kept in entries
    }
    began = ask(now.warehouse, "SELECT max_by(started_at, run_no) FROM raw.refresh_runs")[0][0]
    assert {r["since"] for r in told["quarantine"]["reports"]} == {began.isoformat(timespec="seconds") + "+00:00"}
    open_count = "SELECT count(*) FROM marts.fact_findings WHERE review_status IN ('open', 'stale')"
    assert [(told["open_reviews"],)] == ask(now.warehouse, open_count) and told["open_reviews"] > 0

    monkeypatch.setattr(ingest, "rows_of", sound)
    assert not refresh(now).is_published
    assert cli.main(["quarantine"]) == 0 and "a crash of ours" in capsys.readouterr().out
    for name in ("ouhai", "nanxian", "pingyang"):
        assert cli.main(["quarantine", "release", name, "--by", "tester"]) == 0
    assert refresh(now).is_published
    assert ask(now.warehouse, "SELECT count(*) FROM raw.quarantine") == [(0,)]
    assert sorted(state for (state,) in ask(now.warehouse, "SELECT state FROM raw.landing_files")) == [
        "read", "read", "read", "unchanged", "unchanged",
    ]  # fmt: skip
    assert cli.main(["diff"]) == 0 and "new_version" in capsys.readouterr().out
