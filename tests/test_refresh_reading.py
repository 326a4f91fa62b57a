"""Whole refreshes: what is opened and what is not, the limits of a document, and what is remembered of each run."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.checks import suite as checks
from orchestration.ingest import landing
from orchestration.ingest.grid_cache import GridCache
from orchestration.refresh import state, workbench
from orchestration.refresh.run import refresh
from orchestration.review import quarantine
from orchestration.settings import Settings
from tests.test_document_limits import inflating_pdf
from tests.warehouses import ask, rows, settings_of

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.integration
KNOWN, UNKNOWN = "告知作出更改补充数", "敬请更正补足之件"


class Watch:
    """Tells which files of a landing zone this process opens; the hook itself cannot be taken back."""

    def __init__(self) -> None:
        self.zone: str | None = None
        self.opened: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple) -> None:
        if self.zone and event == "open" and str(arguments[0]).startswith(self.zone):
            self.opened.append(str(arguments[0]))


@pytest.fixture
def watch():
    watch = Watch()
    yield watch
    watch.zone = None


@pytest.fixture
def project(tmp_path) -> Path:
    """The project with a catalogue of its own, whose YAML a test may edit."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "parsers", root / "parsers", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("orchestration", "dbt_project", "requirements.lock"):
        (root / name).symlink_to(ROOT / name)
    return root


@pytest.fixture
def now(home, project, monkeypatch) -> Settings:
    """Settings of a copy of the published folder and of the project's copy, whose catalogue is used."""
    from parsers import catalogue
    from parsers.catalogue import loader

    folder = project / "parsers" / "catalogue"
    monkeypatch.setattr(catalogue, "load", lambda: loader.load(folder))
    return dataclasses.replace(settings_of(home), project_root=project)


def heal(now: Settings) -> None:
    """What a maintainer does about an unlisted label: one variant."""
    from parsers.catalogue import loader

    file = now.project_root / "parsers" / "catalogue" / "g2.yml"
    text = file.read_text(encoding="utf-8")
    listed = f"            label: 7.{KNOWN}\n            variants: ["
    assert text.count(listed) == 1
    file.write_text(text.replace(listed, f"{listed}{UNKNOWN}, "), encoding="utf-8")
    loader.load.cache_clear()


def test_a_catalogue_edit_heals_a_figure_and_no_document_is_opened(now, watch, monkeypatch):
    monkeypatch.setattr(landing, "SETTLING_NS", -(10**12))  # as if the files had been there for a while
    (report,) = now.reports_dir.rglob("*pingyang*")
    text = report.read_text(encoding="utf-8")
    assert text.count(KNOWN) == 1
    report.write_text(text.replace(KNOWN, UNKNOWN), encoding="utf-8")
    for other in now.reports_dir.rglob("*nanxian*"):
        other.unlink()
    assert refresh(now).is_published
    healed = """
        SELECT count(*) FROM raw.observations JOIN raw.documents USING (document_id)
        WHERE jurisdiction_code = '330326' AND indicator_code = 'responses_asked_to_amend'
    """
    unlisted = f"SELECT count(*) FROM raw.issues WHERE printed_text LIKE '%{UNKNOWN}%'"
    assert (ask(now.warehouse, healed), ask(now.warehouse, unlisted)) == ([(0,)], [(1,)])

    heal(now)
    watch.zone = str(now.reports_dir)
    assert refresh(now).is_published
    assert watch.opened == []
    assert (ask(now.warehouse, healed), ask(now.warehouse, unlisted)) == ([(1,)], [(0,)])
    assert ask(now.warehouse, "SELECT DISTINCT state FROM raw.landing_files") == [("read",)]

    from_grids = rows(now.warehouse)
    assert refresh(now, force=True).is_published
    assert len(set(watch.opened)) == 4  # --full opens every document
    assert rows(now.warehouse) == from_grids
    with GridCache(now.grid_cache, state.forms_fingerprint(now)) as cache:
        known = [(sha256, ".txt") for (sha256,) in ask(now.warehouse, "SELECT sha256 FROM raw.documents")]
        assert len(cache.get(known)) == 4


def test_what_decides_the_grids_and_what_decides_their_meaning_have_fingerprints_of_their_own(now):
    forms, parser = state.forms_fingerprint(now), state.parser_fingerprint(now)
    heal(now)
    assert state.forms_fingerprint(now) == forms
    assert state.parser_fingerprint(now) != parser
    with (now.project_root / "parsers" / "forms" / "text.py").open("a") as file:
        file.write("\n")
    assert state.forms_fingerprint(now) != forms


def test_a_damaged_cache_is_no_fault_of_a_refresh(home):
    now = settings_of(home)
    expected = rows(now.warehouse)
    now.grid_cache.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    now.warehouse.unlink()
    assert refresh(now).is_published
    assert rows(now.warehouse) == expected


def test_a_document_that_is_too_much_is_rejected_and_the_run_goes_on(home, monkeypatch):
    monkeypatch.setattr(quarantine, "MAX_ATTEMPTS", 2)
    now = dataclasses.replace(settings_of(home), max_memory_mb=200)
    (now.reports_dir / "bomb.pdf").write_bytes(inflating_pdf(300))
    assert refresh(now).is_published
    states = dict(ask(now.warehouse, "SELECT source_file, state FROM raw.landing_files"))
    assert states.pop("bomb.pdf") == "rejected" and set(states.values()) == {"unchanged"}
    ((reason,),) = ask(now.warehouse, "SELECT reason FROM raw.landing_files WHERE source_file = 'bomb.pdf'")
    assert "FOI_MAX_MEMORY_MB" in reason
    assert refresh(now).is_published  # the machine may have had a bad moment
    assert not refresh(now).is_published  # but it is not tried again every night


def test_failing_rows_and_the_verdicts_of_earlier_runs_are_kept(home, monkeypatch):
    now = settings_of(home)
    failing = tuple({"report_id": f"r{number}", "值": "<b>'; --"} for number in range(1_200))
    warning = checks.CheckResult("validity", 3, "e", "d", "broken", None, False, "warn", failing, 5_000)
    good = [checks.CheckResult(suite, 1, "e", "d", "1", None, True, "block") for suite in checks.SUITE_NAMES]
    monkeypatch.setattr(checks.CheckWorker, "run", lambda self, *arguments: [*good, warning])
    (before,) = ask(now.warehouse, "SELECT count(*) FROM raw.check_results")
    (now.reports_dir / "new.txt").write_text("x", encoding="utf-8")
    run_id = refresh(now).run_id
    results = "SELECT run_id = ?, count(*), sum(failing_count) FROM raw.check_results GROUP BY 1 ORDER BY 1"
    results = results.replace("?", f"'{run_id}'")
    assert ask(now.warehouse, results) == [(False, *before, 0), (True, 6, 5_000)]
    failures = "SELECT run_id, suite, expectation_no, failing_row FROM raw.check_failures ORDER BY failure_no"
    stored = ask(now.warehouse, failures)
    assert len(stored) == 1_000 and stored[0][:3] == (run_id, "validity", 3)
    assert [json.loads(row) for *_, row in stored[:2]] == list(failing[:2])
    assert ask(now.warehouse, "SELECT check_count, warning_count FROM marts.warehouse_status") == [(6, 1)]


def test_the_newest_run_is_the_last_one_though_the_clock_went_back(home, monkeypatch):
    class Yesteryear(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2001, 1, 1, tzinfo=tz)

    now = settings_of(home)
    monkeypatch.setattr(workbench, "datetime", Yesteryear)
    (now.reports_dir / "new.txt").write_text("x", encoding="utf-8")
    run_id = refresh(now).run_id
    newest = ask(now.warehouse, "SELECT run_id, started_at FROM marts.warehouse_status")
    assert newest == [(run_id, datetime(2001, 1, 1))]
    assert ask(now.warehouse, "SELECT run_no FROM raw.refresh_runs ORDER BY started_at DESC") == [(1,), (2,)]
