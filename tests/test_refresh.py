"""Whole refreshes, with Dagster, dbt and Great Expectations: what comes out, what changes, what survives a fault."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.refresh.run import refresh
from orchestration.refresh.workbench import ChecksFailed, DbtFailed
from tests.warehouses import VERDICTS, ask, rows, settings_of

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.integration


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def leftovers(home: Path) -> set[str]:
    return {p.name for p in home.rglob("*") if p.suffix in (".wal", ".part") or p.name.startswith("rows-")}


def test_a_refresh_publishes_what_the_reports_say(published):
    database = published / "foi.duckdb"
    assert ask(database, "SELECT count(*) FROM raw.documents") == [(5,)]
    assert ask(database, "SELECT origin, count(*) FROM marts.fact_reported_figures GROUP BY 1 ORDER BY 1") == [
        ("prose", 27), ("table", 232),
    ]  # fmt: skip
    assert ask(database, "SELECT count(*) FROM raw.refresh_runs WHERE finished_at >= started_at") == [(1,)]
    ((checks, failed),) = ask(database, "SELECT count(*), count(*) FILTER (WHERE NOT success) FROM raw.check_results")
    assert checks >= 4 and failed == 0
    assert (published / "build" / "data_docs" / "index.html").is_file()
    assert not (published / "build" / "foi.duckdb").exists()
    assert leftovers(published) == set()


def test_dagster_keeps_the_run_with_its_assets_and_checks(published):
    from dagster import AssetKey, DagsterInstance, DagsterRunStatus

    with DagsterInstance.from_config(str(published / "build" / "dagster_home")) as instance:
        (run,) = instance.get_runs()
        assert run.status == DagsterRunStatus.SUCCESS
        for key in (["raw", "documents"], ["catalogue", "indicators"], ["marts", "dim_report"], ["published", "foi"]):
            assert instance.get_latest_materialization_event(AssetKey(key)) is not None, key
        event = instance.get_latest_materialization_event(AssetKey(["raw", "documents"]))
        assert event.asset_materialization.metadata["dagster/row_count"].value == 5


def test_the_definitions_are_the_warehouse(published):
    """Every table of the published file is an asset under its own address, and the lineage has no gap."""
    from dagster import AssetKey

    from orchestration.checks import suite as checks
    from orchestration.definitions import build_definitions

    graph = build_definitions(settings_of(published)).resolve_asset_graph()
    assets = {tuple(key.path) for key in graph.get_all_asset_keys()}
    assert set(rows(published / "foi.duckdb")) - VERDICTS <= assets
    ancestors = graph.get_ancestor_asset_keys(AssetKey(["published", "foi"]))
    assert AssetKey(["raw", "landing_files"]) in ancestors and AssetKey(["catalogue", "indicators"]) in ancestors
    blocking = {key.name for key in graph.asset_check_keys if graph.get_check_spec(key).blocking}
    assert blocking == set(checks.SUITE_NAMES)


def test_an_incremental_refresh_equals_a_full_one(home):
    """One report added, one edited, one renamed, one removed, bad files dropped: the same as from nothing."""
    zone, now = home / "reports", settings_of(home)
    one, two, three, four, five = sorted(zone.rglob("*.txt"))
    text = two.read_text(encoding="utf-8")
    (zone / "edited.txt").write_text(text.replace("2017年", "2016年"), encoding="utf-8")
    one.rename(zone / "renamed.txt")
    three.unlink()
    shutil.copy(four, zone / "copy.txt")
    five.rename(zone / "called.html")  # a name has a say in the form
    (zone / "copy.txt.meta.json").write_text("{", encoding="utf-8")
    (zone / "empty.txt").touch()
    (zone / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (zone / "note.txt").write_text("今天天气很好。", encoding="utf-8")
    (zone / "photo.jpeg").write_bytes(b"\xff\xd8")
    (zone / "renamed.txt.meta.yml").write_text("source_url: https://example.gov.cn/r", encoding="utf-8")
    assert refresh(now).is_published

    states = dict(ask(now.warehouse, "SELECT source_file, state FROM raw.landing_files"))
    assert set(states) == {p.relative_to(zone).as_posix() for p in zone.rglob("*") if p.is_file()}
    assert states["renamed.txt"] == "read"  # its sidecar is new
    assert states["edited.txt"] == "read" and states["called.html"] != "unchanged"
    assert {states[name] for name in ("empty.txt", "binary.txt", "note.txt", "copy.txt.meta.json")} == {"rejected"}
    assert states["photo.jpeg"] == "unsupported"
    assert "unchanged" in states.values() and "duplicate" in states.values()
    silent = "SELECT source_file FROM raw.landing_files WHERE state IN ('rejected', 'unsupported') AND reason IS NULL"
    assert ask(now.warehouse, silent) == []
    urls = ask(now.warehouse, "SELECT source_url FROM marts.dim_report WHERE source_file = 'renamed.txt'")
    assert urls == [("https://example.gov.cn/r",)]

    incremental = rows(now.warehouse)
    assert refresh(now, force=True).is_published
    full = rows(now.warehouse)
    assert full.keys() == incremental.keys()
    assert [table for table in full if full[table] != incremental[table]] == []
    assert ask(now.warehouse, "SELECT count(*) FROM raw.refresh_runs") == [(3,)]
    assert not refresh(now).is_published


def test_two_documents_that_disagree_about_one_report_are_both_told_so(home):
    zone, now = home / "reports", settings_of(home)
    (original,) = zone.rglob("*dongyang*")
    text = original.read_text(encoding="utf-8")
    assert "223" in text
    (zone / "other.txt").write_text(text.replace("223", "224"), encoding="utf-8")
    assert refresh(now).is_published
    name = original.relative_to(zone).as_posix()
    reasons = dict(ask(now.warehouse, "SELECT source_file, landing_reason FROM marts.fact_landing_files"))
    assert "other.txt" in reasons[name] and name in reasons["other.txt"]
    told = "SELECT count(*) FROM marts.fact_report_issues WHERE issue_kind = 'same_report_disagrees'"
    assert ask(now.warehouse, told) == [(2,)]


def test_a_check_that_blocks_keeps_yesterdays_file(home, monkeypatch):
    from orchestration.checks import suite as checks

    now = settings_of(home)
    (home / "reports" / "new.txt").write_text("x", encoding="utf-8")
    before = digest(now.warehouse)
    failing = checks.CheckResult("validity", 1, "e", "a rule that is ours", "broken", None, False, "block")
    monkeypatch.setattr(checks.CheckWorker, "run", lambda self, *arguments: [failing])
    with pytest.raises(ChecksFailed, match="a rule that is ours") as failure:
        refresh(now)
    assert failure.value.exit_code == 4
    assert digest(now.warehouse) == before


def test_a_model_that_fails_keeps_yesterdays_file(home, monkeypatch):
    from orchestration.dbt import Outcome
    from orchestration.dbt_worker import DbtWorker

    now = settings_of(home)
    (home / "reports" / "new.txt").write_text("x", encoding="utf-8")
    before = digest(now.warehouse)
    bad = Outcome("model.foi.dim_report", "error", "Binder Error: no such column", 0, 0.1)
    monkeypatch.setattr(DbtWorker, "build", lambda self: [bad])
    with pytest.raises(DbtFailed, match="dim_report: error, Binder Error"):
        refresh(now)
    assert digest(now.warehouse) == before


KILLER = """
import hashlib, importlib, os, signal, sys
from pathlib import Path
import dagster  # once, for all the processes that are killed
from orchestration.refresh.run import refresh
from orchestration.settings import Settings

home = Path(sys.argv[1])
for stage in sys.argv[2:]:
    child = os.fork()
    if not child:
        name, function, when = stage.rsplit(".", 2)
        module = importlib.import_module("orchestration." + name)
        real = getattr(module, function)
        def die(*arguments, **options):
            if when == "after":
                real(*arguments, **options)
            if heavy := {"pandas", "numpy", "dbt", "great_expectations"} & set(sys.modules):
                print("imports", *sorted(heavy), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        setattr(module, function, die)
        refresh(Settings.load(home / "reports", home / "foi.duckdb", environment={}))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    published = hashlib.sha256((home / "foi.duckdb").read_bytes()).hexdigest()
    print(stage, os.waitstatus_to_exitcode(status), published, flush=True)  # a fork copies what is not yet written
"""
STAGES = [
    "warehouse.insert_catalogue.before",
    "ingest.raw._read.after",
    "refresh.steps._bad.before",
    "refresh.publish.seal.after",
    "refresh.publish.publish.after",
]


def test_kill_9_at_any_stage_leaves_a_whole_file_and_the_next_refresh_recovers(home):
    now = settings_of(home)
    (home / "reports" / "new.txt").write_bytes(next((home / "reports").rglob("*ouhai*")).read_bytes() + b"\n")
    before = digest(now.warehouse)
    command = [sys.executable, "-c", KILLER, str(home), *STAGES]
    killer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert "imports" not in killer.stdout, "what takes seconds to import belongs into the workers"
    seen = [line.split() for line in killer.stdout.splitlines()]
    assert [(stage, code) for stage, code, _ in seen] == [(stage, "-9") for stage in STAGES], killer.stderr[-2000:]
    *not_yet, replaced = [published for *_, published in seen]
    assert set(not_yet) == {before}
    assert replaced == digest(now.warehouse) != before
    assert ask(now.warehouse, "SELECT count(*) FROM raw.documents") == [(6,)]
    assert refresh(now).is_published
    assert ask(now.warehouse, "SELECT count(*), count(DISTINCT sha256) FROM raw.documents") == [(6, 6)]
    assert leftovers(home) == set()
    recovered = rows(now.warehouse)
    assert refresh(now, force=True).is_published
    assert rows(now.warehouse) == recovered


def test_a_damaged_published_file_is_built_anew(home):
    now = settings_of(home)
    expected = rows(now.warehouse)
    now.warehouse.write_bytes(b"not a database")
    assert refresh(now).is_published
    assert rows(now.warehouse) == expected


def test_the_schedule_and_the_sensor_ask_for_the_refresh(home):
    from dagster import DagsterInstance, RunRequest, SkipReason, build_schedule_context, build_sensor_context

    from orchestration.definitions import build_definitions

    now = settings_of(home)
    definitions = build_definitions(now)
    with DagsterInstance.local_temp(str(home)) as instance:
        schedule = definitions.get_schedule_def("nightly_refresh")
        ticked = schedule.evaluate_tick(build_schedule_context(instance))
        assert len(ticked.run_requests) == 1 and schedule.job_name == "refresh"
        sensor = definitions.get_sensor_def("landing_zone")
        assert isinstance(sensor(build_sensor_context(instance)), SkipReason)
        (home / "reports" / "new.txt").write_text("x", encoding="utf-8")
        request = sensor(build_sensor_context(instance))
        assert isinstance(request, RunRequest) and request.run_key == sensor(build_sensor_context(instance)).run_key
