"""What can be seen of a refresh afterwards: runs log, structured log, status, exit codes, audit."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from orchestration.cli import main as cli
from orchestration.ingest.landing import LandingZoneError
from orchestration.operate import freshness, journal, logs
from orchestration.refresh.workbench import AnotherRefresh, ChecksFailed, DbtFailed, PassingFault, RefreshFailed
from orchestration.settings import SettingError, Settings
from tests.warehouses import ask, settings_of


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings.load(tmp_path, tmp_path / "foi.duckdb", environment={})


def test_the_runs_log_stays_small_and_survives_a_line_that_was_cut_short(settings, monkeypatch):
    monkeypatch.setattr(journal, "KEPT_BYTES", 5_000)
    for number in range(60):
        with journal.watched(settings, "foi refresh") as run:
            run.end(journal.PUBLISHED, run_id=str(number))
    assert settings.runs_log.stat().st_size < 6_000
    with settings.runs_log.open("a") as stream:
        stream.write('{"status": "publ')
    kept = [int(run["run_id"]) for run in journal.runs(settings)]
    assert kept == list(range(59, 59 - len(kept), -1)) and len(kept) > 5


def test_a_journal_that_cannot_be_written_stops_nothing(tmp_path, settings):
    settings.build_dir.write_text("a file where the folder should be")
    with journal.watched(settings, "foi refresh") as run:
        run.end(journal.PUBLISHED)
    assert journal.standing(settings) == journal.Standing()


def test_events_are_lines_of_json_with_their_report(settings, capsys):
    settings.build_dir.mkdir()
    with logs.written(replace(settings, log_format="json")):
        logs.event("issues", report_id="0aa9030674e6871e", issues={"unlisted_label": 2}, reason=None)
    (line,) = settings.log_file.read_text().splitlines()
    assert line in capsys.readouterr().err
    row = json.loads(line)
    assert datetime.fromisoformat(row.pop("at")).tzinfo
    assert row == {"level": "info", "event": "issues", "report_id": "0aa9030674e6871e", "issues": {"unlisted_label": 2}}


@pytest.mark.integration
def test_the_log_of_a_refresh_names_the_reports_that_raised_issues(published):
    rows = [json.loads(line) for line in settings_of(published).log_file.read_text().splitlines()]
    issues = {row["source_file"]: row["report_id"] for row in rows if row["event"] == "issues"}
    known = dict(ask(published / "foi.duckdb", "SELECT source_file, document_id FROM raw.documents"))
    assert issues and all(known[path] == report for path, report in issues.items())
    assert {"read", "dbt build", "checks", "publish"} <= {row.get("stage") for row in rows}
    assert rows[-1]["event"] == "run" and rows[-1]["status"] == "published" and rows[-1]["reports"] == 5


def test_the_summary_of_a_run_is_one_line_whatever_stands_in_it():
    line = journal.as_line({"status": "failed", "warehouse": "a b\n\"c\"", "stages": {}, "reason": "long\nstory"})
    assert line == 'run status=failed warehouse="a b\\n\\"c\\""'
    assert journal.sparkline([0, 5, 10]) == "▁▅█" and journal.sparkline([]) == ""


@pytest.mark.integration
def test_status_as_json_tells_what_waits_and_how_fresh_the_file_is(home, capsys, monkeypatch):
    for name in ("FOI_BUILD_DIR", "DAGSTER_HOME", "FOI_SENSOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FOI_REPORTS_DIR", str(home / "reports"))
    monkeypatch.setenv("FOI_SCHEDULE", "30 4 * * *")
    next((home / "reports").rglob("*nanxian*")).unlink()
    (home / "reports" / "new.txt").write_text("x", encoding="utf-8")
    assert cli.main(["status", "--json", "--warehouse", str(home / "foi.duckdb")]) == 0
    known = json.loads(capsys.readouterr().out)
    assert known["is_fresh"] and known["reports"] == 5 and not known["is_failing"]
    assert [known["waiting"][name] for name in ("new", "changed", "removed")] == [1, 0, 1]
    assert datetime.fromisoformat(known["next_refresh"]) > datetime.now(UTC)
    assert known["next_refresh"].endswith("04:30:00+00:00")
    old = datetime.now(UTC) - timedelta(hours=40)
    assert not freshness.is_fresh(settings_of(home), old)
    assert freshness.is_fresh(replace(settings_of(home), fresh_hours=50), old)


# Exit codes


@pytest.mark.parametrize(("error", "code"), [
    (None, 0), (RefreshFailed("x"), 1), (SettingError("x"), 2), (LandingZoneError("x"), 3), (ChecksFailed("x"), 4),
    (DbtFailed("x"), 5), (AnotherRefresh("x"), 6), (PassingFault("x"), 75), (KeyboardInterrupt(), 130),
])  # fmt: skip
def test_every_end_of_a_refresh_has_its_exit_code(error, code, settings, monkeypatch, capsys):
    from orchestration.cli import refresh as cli_refresh
    from orchestration.refresh.run import Refreshed

    def end(*_):
        if error:
            raise error
        return Refreshed(settings, None, {"status": "unchanged"})

    monkeypatch.setattr(cli_refresh, "refresh", end)
    assert cli.main(["refresh", "--warehouse", str(settings.warehouse)]) == code


def test_a_folder_that_cannot_be_written_is_named_and_recorded_where_it_can_be(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("FOI_BUILD_DIR", raising=False)
    (tmp_path / "build").write_text("a file where the folder should be")
    assert cli.main(["refresh", "--reports", str(tmp_path), "--warehouse", str(tmp_path / "foi.duckdb")]) == 1
    assert "build" in capsys.readouterr().err
    assert os.listdir(tmp_path) == ["build"]


# Dependencies


def test_a_known_vulnerability_fails_the_audit_and_what_could_not_be_looked_up_is_said(capsys):
    spec = spec_from_file_location("audit", cli.__file__.replace("orchestration/cli/main.py", ".ci/audit.py"))
    audit = module_from_spec(spec)
    spec.loader.exec_module(audit)
    good, unknown = {"name": "one", "version": "1", "vulns": []}, {"name": "two", "skip_reason": "not found"}
    bad = {"name": "three", "version": "3", "vulns": [{"id": "CVE-2026-0001", "fix_versions": ["3.1"]}]}
    assert audit.report([good, unknown]) == 0
    assert "1 of 2 packages could NOT be audited" in capsys.readouterr().err
    assert audit.report([good, bad]) == 1
    assert "three 3: CVE-2026-0001, fixed in 3.1" in capsys.readouterr().err
