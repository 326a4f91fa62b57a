"""What runs by itself and what becomes of it: settings, retries, report years, Dagster's instance."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orchestration.cli import main as cli
from orchestration.operate import faults, instance, journal, partitions, status
from orchestration.refresh.run import refresh
from orchestration.refresh.workbench import (
    ChecksFailed,
    DbtFailed,
    PassingFault,
    writer_lock,
)
from orchestration.settings import SettingError, Settings
from tests.warehouses import ask, settings_of

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings.load(tmp_path, tmp_path / "foi.duckdb", environment={})


def load(tmp_path, **environment: str) -> Settings:
    return Settings.load(tmp_path, tmp_path / "foi.duckdb", environment=environment)


# Settings


@pytest.mark.parametrize(("value", "cron", "is_on"), [
    ("", "0 3 * * *", False), ("off", "0 3 * * *", False), ("on", "0 3 * * *", True),
    ("15 1 * * 1", "15 1 * * 1", True),
])  # fmt: skip
def test_the_schedule_is_on_off_or_a_cron_line(tmp_path, value, cron, is_on):
    settings = load(tmp_path, FOI_SCHEDULE=value)
    assert (settings.schedule, settings.is_scheduled) == (cron, is_on)


@pytest.mark.parametrize(("value", "seconds", "is_on"), [("", 60, False), ("off", 60, False), ("on", 60, True),
                                                         ("5", 5, True)])  # fmt: skip
def test_the_sensor_is_on_off_or_a_number_of_seconds(tmp_path, value, seconds, is_on):
    settings = load(tmp_path, FOI_SENSOR=value)
    assert (settings.sensor_seconds, settings.is_watching) == (seconds, is_on)


@pytest.mark.parametrize(("name", "value"), [
    ("FOI_SCHEDULE", "at noon"), ("FOI_SENSOR", "sometimes"), ("FOI_SENSOR", "0"), ("FOI_RETRIES", "-1"),
    ("FOI_LOG", "xml"), ("FOI_FRESH_HOURS", "0"), ("FOI_NOTIFY_MAIL", "mailto:a@b"),
])  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named(tmp_path, name, value):
    with pytest.raises(SettingError, match=name):
        load(tmp_path, **{name: value})


def test_dagsters_home_comes_from_the_environment_that_was_given(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", "/elsewhere")
    assert load(tmp_path).dagster_home == tmp_path / "build" / "dagster_home"
    assert load(tmp_path, DAGSTER_HOME=str(tmp_path / "own")).dagster_home == tmp_path / "own"


def test_years_are_years_spans_and_lists():
    assert partitions.parse_years("2014..2016, 2018") == {2014, 2015, 2016, 2018}
    for text in ("", "2018..2014", "1999", "20x7", "2017;DROP", str(datetime.now(UTC).year + 1)):
        with pytest.raises(SettingError):
            partitions.parse_years(text)


# Faults that may pass


@pytest.mark.parametrize(("error", "passes"), [
    (FULL, True), (OSError(errno.EBUSY, "busy"), True), (sqlite3.OperationalError("database is locked"), True),
    (OSError(errno.EACCES, "denied"), False), (OSError(errno.EROFS, "ro"), False), (ValueError(str(FULL)), False),
    (sqlite3.OperationalError("no such table"), False), (ChecksFailed("No space left on device"), False),
])  # fmt: skip
def test_only_what_may_pass_is_a_passing_fault(error, passes):
    assert faults.is_passing(error) is passes
    assert isinstance(faults.named(error), PassingFault) is passes


def test_an_error_of_duckdb_counts_by_its_words_and_a_cause_counts_as_well():
    import duckdb

    assert faults.is_passing(duckdb.IOException("IO Error: Could not write file: No space left on device"))
    assert not faults.is_passing(duckdb.ConversionException("the cell says: No such thing"))
    try:
        raise RuntimeError("the step failed") from FULL
    except RuntimeError as error:
        assert faults.is_passing(error)


def test_the_waits_between_attempts_double():
    assert [faults.wait_seconds(attempt, 5) for attempt in range(4)] == [5, 10, 20, 40]


def once_broken(real):
    """A function that fails for want of room the first time, after it has done its work."""
    calls = []

    def function(*arguments, **options):
        calls.append(1)
        result = real(*arguments, **options)
        if len(calls) == 1:
            raise FULL
        return result

    return function


@pytest.mark.integration
def test_a_full_disk_is_waited_for_and_nothing_is_counted_twice(home, monkeypatch):
    """The disk is full once after the rows of the reports are in, and once after the build is sealed."""
    from orchestration import warehouse
    from orchestration.refresh import publish

    now = replace(settings_of(home), retry_seconds=0.01)
    shutil.copy(next((home / "reports").rglob("*nanxian*")), home / "reports" / "other.txt")
    (home / "reports" / "other.txt").open("a", encoding="utf-8").write("\n")
    monkeypatch.setattr(warehouse, "note_reasons", once_broken(warehouse.note_reasons))
    monkeypatch.setattr(publish, "seal", once_broken(publish.seal))
    assert refresh(now).is_published
    retries = [row for row in map(json.loads, now.log_file.read_text().splitlines()) if row["event"] == "retry"]
    assert [(row["step"], row["attempt"]) for row in retries] == [("read_reports", 1), ("publish_build", 1)]
    assert ask(now.warehouse, "SELECT count(*), count(DISTINCT sha256) FROM raw.documents") == [(6, 6)]
    assert ask(now.warehouse, "SELECT count(*), count(DISTINCT run_id) FROM raw.refresh_runs") == [(2, 2)]
    history = "SELECT run_no, stage_seconds > 0, started_by FROM marts.fact_refresh_runs ORDER BY 1"
    assert ask(now.warehouse, history) == [(1, True, "foi refresh"), (2, True, "foi refresh")]


@pytest.mark.integration
def test_a_disk_that_stays_full_is_exit_code_75_and_a_fault_of_the_data_is_tried_once(home, monkeypatch):
    from orchestration import warehouse
    from orchestration.dbt import Outcome
    from orchestration.dbt_worker import DbtWorker

    now = replace(settings_of(home), retries=2, retry_seconds=0.01)
    (home / "reports" / "new.txt").write_text("x", encoding="utf-8")
    tried = []

    def full(path):
        tried.append(path)
        raise FULL

    with monkeypatch.context() as patched:
        patched.setattr(warehouse, "create", full)
        with pytest.raises(PassingFault, match="No space left") as failure:
            refresh(now)
    assert failure.value.exit_code == 75 and len(tried) == 3

    def broken(worker):
        tried.append(worker)
        return [Outcome("model.foi.dim_report", "error", "Binder Error: no such column", 0, 0.1)]

    monkeypatch.setattr(DbtWorker, "build", broken)
    with pytest.raises(DbtFailed):
        refresh(now)
    assert len(tried) == 4
    assert [run["exit_code"] for run in journal.runs(now)] == [5, 75, 0]
    known = status.around(now)
    assert known["is_failing"] and known["last_failure"]["exit_code"] == 5
    assert known["waiting"]["new"] == 1


@pytest.mark.integration
def test_a_run_that_dagster_drives_is_recorded_as_well(home, monkeypatch):
    """Its resource is the workbench of the definitions, as in a run that the web UI launches."""
    from dagster import DagsterInstance

    from orchestration import warehouse
    from orchestration.definitions import build_definitions

    def broken(path):
        raise ValueError("a mistake of ours")

    now = settings_of(home)
    monkeypatch.setattr(warehouse, "create", broken)
    with DagsterInstance.ephemeral() as dagster:
        job = build_definitions(now).resolve_job_def("reread_year")
        done = job.execute_in_process(instance=dagster, partition_key="2018", raise_on_error=False,
                                      tags={"dagster/backfill": "abc"})
        assert not done.success
        assert dagster.get_run_by_id(done.run_id).tags["foi/code"]
    failed = next(journal.runs(now))
    assert (failed["run_id"], failed["exit_code"], failed["started_by"]) == (done.run_id, 1, "backfill abc")
    assert "a mistake of ours" in failed["reason"] and journal.standing(now).failure


# Report years


@pytest.mark.integration
def test_a_backfill_of_one_year_opens_the_documents_of_that_year_and_no_others(home, monkeypatch, capsys):
    for name in ("FOI_BUILD_DIR", "FOI_REPORTS_DIR", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    places = ["--reports", str(home / "reports"), "--warehouse", str(home / "foi.duckdb")]
    assert cli.main(["backfill", "--years", "2018", *places]) == 0
    assert "status=published" in capsys.readouterr().out.splitlines()[-1]
    assert ask(home / "foi.duckdb", """
        SELECT d.report_year, l.state, count(*) FROM raw.landing_files AS l JOIN raw.documents AS d USING (document_id)
        GROUP BY ALL ORDER BY ALL
    """) == [(2017, "unchanged", 4), (2018, "read", 1)]


def test_a_partition_tells_the_workbench_its_year():
    years = partitions.report_years().get_partition_keys()
    assert years[0] == "2004" and years[-1] == str(datetime.now(UTC).year)
    config = partitions.by_year().get_run_config_for_partition_key("2017")
    assert config == {"resources": {"workbench": {"config": {"years": [2017]}}}}


# Schedule, sensor, instance


@pytest.mark.integration
def test_the_settings_switch_schedule_and_sensor(published):
    from dagster import DefaultScheduleStatus, DefaultSensorStatus

    from orchestration.definitions import build_definitions

    for is_on in (False, True):
        now = replace(settings_of(published), is_scheduled=is_on, schedule="5 4 * * *", is_watching=is_on,
                      sensor_seconds=7)
        definitions = build_definitions(now)
        schedule, sensor = definitions.get_schedule_def("nightly_refresh"), definitions.get_sensor_def("landing_zone")
        assert (schedule.default_status == DefaultScheduleStatus.RUNNING) is is_on
        assert (sensor.default_status == DefaultSensorStatus.RUNNING) is is_on
        assert (schedule.cron_schedule, sensor.minimum_interval_seconds) == ("5 4 * * *", 7)
    with pytest.raises(SettingError, match="61"):
        build_definitions(replace(now, schedule="61 25 * * *"))


@pytest.mark.integration
def test_the_published_file_has_a_freshness_policy_metadata_and_types_of_columns(published):
    from dagster import AssetKey, DagsterInstance

    from orchestration.definitions import build_definitions

    now = replace(settings_of(published), fresh_hours=12)
    spec = build_definitions(now).resolve_asset_graph().get(AssetKey(["published", "foi"]))
    assert spec.freshness_policy_or_from_metadata.fail_window.to_timedelta() == timedelta(hours=12)
    with DagsterInstance.from_config(str(now.dagster_home)) as dagster:
        def metadata(*key):
            return dagster.get_latest_materialization_event(AssetKey(key)).asset_materialization.metadata

        seen = metadata("published", "foi")
        assert (seen["reports"].value, seen["figures"].value, seen["files"].value) == (5, 259, 5)
        assert seen["seconds_dbt_build"].value > 0 and seen["data_docs"].value.endswith("index.html")
        types = {c.name: c.type for c in metadata("marts", "dim_report")["dagster/column_schema"].value.columns}
        assert types["report_year"] == "INTEGER" and "see the file" not in types.values()
        run = dagster.get_runs()[-1]
        assert run.tags["foi/writer"] == str(now.warehouse) and run.tags["foi/command"] == "foi refresh"
        assert run.tags["foi/user"] and len(run.tags["foi/code"]) == 12


def test_runs_whose_process_is_gone_are_buried_and_old_ones_forgotten(settings, monkeypatch):
    from dagster import DagsterInstance, DagsterRunStatus
    from dagster._core.test_utils import create_run_for_test

    def make(dagster, status, writer):
        return create_run_for_test(dagster, status=status, tags={"foi/writer": str(writer)}).run_id

    with DagsterInstance.ephemeral() as dagster:
        mine = make(dagster, DagsterRunStatus.STARTED, settings.warehouse)
        make(dagster, DagsterRunStatus.STARTED, "another warehouse")
        assert instance.bury_dead_runs(dagster, settings) == []  # it may be just starting
        monkeypatch.setattr(instance, "STARTING", timedelta(0))
        with writer_lock(settings.lock_file):
            instance.bury_if_nobody_writes(dagster, settings)
        assert dagster.get_run_by_id(mine).status == DagsterRunStatus.STARTED
        instance.bury_if_nobody_writes(dagster, settings)
        assert dagster.get_run_by_id(mine).status == DagsterRunStatus.FAILURE
        runs = [make(dagster, DagsterRunStatus.SUCCESS, settings.warehouse) for _ in range(3)]
        assert instance.forget_old_runs(dagster, replace(settings, kept_runs=2)) == 2
        assert {run.run_id for run in dagster.get_runs()} >= set(runs[1:]) and dagster.get_runs_count() == 3


def test_a_run_that_is_forgotten_leaves_no_file_and_no_check(settings):
    from dagster import AssetCheckEvaluation, AssetCheckKey, AssetKey, DagsterEvent, DagsterEventType, DagsterRunStatus
    from dagster._core.test_utils import create_run_for_test

    with instance.open_instance(settings) as dagster:
        made = [create_run_for_test(dagster, status=DagsterRunStatus.SUCCESS,
                                    tags={"foi/writer": str(settings.warehouse)}) for _ in range(3)]
        for run in made:
            dagster.report_engine_event("something happened", run)
            found = AssetCheckEvaluation(asset_key=AssetKey("marts"), check_name="a check", passed=True, metadata={})
            kind = DagsterEventType.ASSET_CHECK_EVALUATION
            dagster.report_dagster_event(DagsterEvent(kind.value, "refresh", event_specific_data=found), run.run_id)
        logs = settings.dagster_home / "history" / "runs"
        assert {path.stem for path in logs.glob("*-*.db")} == {run.run_id for run in made}
        check = AssetCheckKey(AssetKey("marts"), "a check")
        history = dagster.event_log_storage.get_asset_check_execution_history
        assert [row.run_id for row in history(check, limit=9)] == [run.run_id for run in reversed(made)]
        instance.forget_old_runs(dagster, replace(settings, kept_runs=1))
        assert [row.run_id for row in history(check, limit=9)] == [made[-1].run_id]
    assert [path.name.split(".")[0] for path in logs.glob("*-*.db*")] == [made[-1].run_id]


def test_the_example_instance_is_one_that_dagster_takes(tmp_path, monkeypatch):
    from dagster import DagsterInstance

    monkeypatch.delenv("FOI_DAGSTER_POSTGRES", raising=False)
    instance.prepare_dagster_home(tmp_path)
    with DagsterInstance.from_config(str(tmp_path)) as dagster:
        assert not dagster.telemetry_enabled and dagster.freshness_enabled
        limits = dagster.get_concurrency_config().run_queue_config.tag_concurrency_limits
        assert limits == [{"key": "foi/writer", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}]
    monkeypatch.setenv("FOI_DAGSTER_POSTGRES", "postgresql+psycopg2://nobody@127.0.0.1:1/none")
    instance.prepare_dagster_home(tmp_path / "shared")
    assert "postgres_url" in (tmp_path / "shared" / "dagster.yaml").read_text()
    monkeypatch.setenv("FOI_DAGSTER_POSTGRES", "postgres://nobody:secret@127.0.0.1:1/none")
    with pytest.raises(SettingError, match="psycopg2") as refused:
        instance.prepare_dagster_home(tmp_path)
    assert "secret" not in str(refused.value)
