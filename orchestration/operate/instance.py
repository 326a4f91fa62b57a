"""Dagster's instance of a warehouse: its home, its storage, and the keeping of its run history in order."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.refresh.workbench import AnotherRefresh, writer_lock
from orchestration.settings import SettingError, Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance, DagsterRun

QUIET = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
POSTGRES, DRIVER = "FOI_DAGSTER_POSTGRES", "postgresql+psycopg2://"
WRITER = "foi/writer"
STARTING = timedelta(minutes=2)
"""So long a run that has been started may take until it asks for the writer's lock."""


def prepare_dagster_home(home: Path) -> None:
    """Make the folder and a dagster.yaml in it, where there is none; with PostgreSQL where FOI_DAGSTER_POSTGRES is set.

    Raises SettingError.
    """
    address = os.environ.get(POSTGRES)
    if address and not address.startswith(DRIVER):  # SQLAlchemy would look for another driver than Dagster's
        raise SettingError(f"{POSTGRES} cannot be used: give an address that begins with {DRIVER}")
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists():
        parts = ["dagster.yaml", "postgres.yaml"] if address else ["dagster.yaml"]
        config.write_text("".join((DEPLOY / part).read_text(encoding="utf-8") for part in parts), encoding="utf-8")


def open_instance(settings: Settings) -> DagsterInstance:
    """The run history on disk or in PostgreSQL, so that Dagster's web UI shows the runs of ``foi refresh`` too."""
    import yaml
    from dagster import DagsterInstance
    from dagster._core.instance.ref import InstanceRef

    from orchestration.operate import event_log

    home = settings.dagster_home
    prepare_dagster_home(home)
    config = yaml.safe_load((home / "dagster.yaml").read_text(encoding="utf-8")) or {}
    own_storage = {"storage", "event_log_storage"} & config.keys()
    overrides = {} if own_storage else event_log.override(home)
    return DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides=overrides))


def bury_dead_runs(instance: DagsterInstance, settings: Settings, but: Iterable[str] = ()) -> list[str]:
    """Mark runs as failed whose process died without a word; they would hold up the queue for ever. Returns their ids.

    Only for who holds the writer's lock: then no other run of this warehouse can be alive, except one just starting.
    """
    dead = [run for run in _overdue_runs(instance, settings) if run.run_id not in set(but)]
    for run in dead:
        instance.report_run_failed(run, "The process of this run is gone: nobody holds the writer's lock.")
    return [run.run_id for run in dead]


def bury_if_nobody_writes(instance: DagsterInstance, settings: Settings) -> None:
    """The same, for ticks of the schedule and the sensor: where there is such a run and the lock is free."""
    try:
        if _overdue_runs(instance, settings):
            with writer_lock(settings.lock_file, wait=False):
                bury_dead_runs(instance, settings)
    except (AnotherRefresh, OSError):
        return


def _overdue_runs(instance: DagsterInstance, settings: Settings) -> list[DagsterRun]:
    """Runs that are said to be on their way for longer than starting takes: alive if they hold the lock, else dead."""
    from dagster import DagsterRunStatus, RunsFilter

    statuses = [DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
    records = instance.get_run_records(RunsFilter(tags={WRITER: str(settings.warehouse)}, statuses=statuses))
    since = datetime.now(UTC) - STARTING
    return [record.dagster_run for record in records if record.update_timestamp < since]


def forget_old_runs(instance: DagsterInstance, settings: Settings) -> int:
    """Keep the last FOI_KEPT_RUNS runs of this warehouse in Dagster's history; returns how many were deleted."""
    from dagster import DagsterRunStatus, RunsFilter

    ended = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
    filters = RunsFilter(tags={WRITER: str(settings.warehouse)}, statuses=ended)
    if instance.get_runs_count(filters) <= settings.kept_runs:
        return 0
    old = instance.get_run_records(filters)[settings.kept_runs :]
    for record in old:
        instance.delete_run(record.dagster_run.run_id)
        _forget_checks_of(instance, record.dagster_run.run_id)
        _remove_log_of(instance, record.dagster_run.run_id)
    return len(old)


def _forget_checks_of(instance: DagsterInstance, run_id: str) -> None:
    """Delete what the checks of a deleted run found, which Dagster keeps for ever: some 80 KB a run."""
    from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
    from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

    if isinstance(instance.event_log_storage, SqlEventLogStorage):
        with instance.event_log_storage.index_connection() as connection:
            executions = AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id == run_id)
            connection.execute(executions)


def _remove_log_of(instance: DagsterInstance, run_id: str) -> None:
    """Remove a deleted run's own file: SQLite has one for each, which Dagster empties of events and leaves as large."""
    if path_of := getattr(instance.event_log_storage, "path_for_shard", None):
        for ending in ("", "-wal", "-shm"):
            Path(path_of(run_id) + ending).unlink(missing_ok=True)
