"""One refresh from the outside: look, do nothing where nothing has changed, else run Dagster's job in this process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import grid_cache, state
from orchestration.settings import Settings
from orchestration.workbench import (
    ChecksFailed,
    DbtFailed,
    RefreshFailed,
    Workbench,
    look_around,
    no_progress,
    open_workbench,
    writer_lock,
)

if TYPE_CHECKING:
    from dagster import DagsterInstance, ExecuteInProcessResult

    from orchestration.ingest import Progress

QUIET = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
# What a step says of its failure travels through Dagster's event as the exit code.
NAMED = {failure.exit_code: failure for failure in (ChecksFailed, DbtFailed)}
# Written where no dagster.yaml stands yet. Console output of a step is not captured: it would swallow our progress.
DAGSTER_YAML = """\
# Dagster's run history of this warehouse (SQLite files in this folder). Edit freely: it is written only once.
telemetry:
  enabled: false
nux:
  enabled: false
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
run_coordinator:
  module: dagster._core.run_coordinator
  class: QueuedRunCoordinator
concurrency:
  runs:
    max_concurrent_runs: 1
"""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh came to. ``run_id`` is None where nothing had changed; ``seconds`` is the time by stage."""

    settings: Settings
    run_id: str | None
    seconds: dict[str, float] = field(default_factory=dict)
    elapsed: float = 0.0

    @property
    def is_published(self) -> bool:
        return self.run_id is not None


def refresh(
    settings: Settings,
    wait: bool = True,
    force: bool = False,
    say: Callable[[str], None] = lambda text: None,
    progress: Progress = no_progress,
) -> Refreshed:
    """Bring the published file up to date with the landing zone, the catalogue and the code.

    ``force`` reads everything anew. Raises LandingZoneError, AnotherRefresh, RefreshFailed (with its exit code);
    whatever is raised, the file published before still stands.
    """
    with writer_lock(settings.lock_file, wait, say):
        start = time.perf_counter()
        saved = None if force else state.load(settings.state_file)
        now = look_around(settings, saved)
        if state.nothing_changed(saved, now):
            if (now.listing, now.mark) != (saved.listing, saved.mark):
                state.save(settings.state_file, now)
            return Refreshed(settings, None)
        if force:
            settings.state_file.unlink(missing_ok=True)
            grid_cache.forget(settings.grid_cache)
        done = _run(settings, now, progress)
        return replace(done, elapsed=time.perf_counter() - start)


def _run(settings: Settings, now: state.State, progress: Progress) -> Refreshed:
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    with ExitStack() as stack:
        bench = stack.enter_context(open_workbench(settings, progress))
        bench.surveyed = now
        with bench.stage("import dagster"):
            import dagster  # noqa: F401  (timed here; the check worker imports meanwhile)
        with bench.stage("import dbt"):
            import dbt.cli.main  # noqa: F401
        with bench.stage("dbt manifest"):
            from orchestration.definitions import JOB, build_definitions

            job = build_definitions(settings).resolve_job_def(JOB)
        with bench.stage("run"), _instance(settings) as instance:
            result = _execute(job, instance, bench)
    return Refreshed(settings, result.run_id, bench.seconds)


def _execute(job: Any, instance: DagsterInstance, bench: Workbench) -> ExecuteInProcessResult:
    result = job.execute_in_process(
        instance=instance,
        resources={"workbench": bench},
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        tags={"foi/command": "foi refresh", "foi/reports_dir": str(bench.settings.reports_dir)},
        raise_on_error=False,
    )
    if not result.success:
        raise _reason(result, bench.settings)
    return result


def _reason(result: ExecuteInProcessResult, settings: Settings) -> RefreshFailed:
    """Why a run failed: the first step's own words where it failed by name, else the exception."""
    for event in result.all_events:
        if not event.is_step_failure:
            continue
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            code = data.user_failure_data.metadata.get("exit_code")
            return NAMED.get(code.value if code else 1, RefreshFailed)(data.user_failure_data.description)
        cause = data.error.cause or data.error
        if "CheckFailed" in (cause.cls_name or ""):
            break
        return RefreshFailed(f"step {event.step_key} failed: {cause.message.strip()}")
    return _blocked(result, settings)


def _blocked(result: ExecuteInProcessResult, settings: Settings) -> ChecksFailed:
    """Which checks stood in the way of publishing."""
    failed = [e for e in result.get_asset_check_evaluations() if not e.passed and e.severity.value == "ERROR"]
    lines = [f"  {e.check_name}: {e.metadata['failures'].value}" for e in failed if "failures" in e.metadata]
    docs = settings.docs_dir / "index.html"
    return ChecksFailed("\n".join(["checks failed, so nothing was published:", *lines, f"See {docs}."]))


def _instance(settings: Settings) -> DagsterInstance:
    """Dagster's run history on disk, so that its web UI shows the runs of ``foi refresh`` too."""
    import yaml
    from dagster import DagsterInstance
    from dagster._core.instance.ref import InstanceRef

    from orchestration import event_log

    home = settings.dagster_home
    prepare_dagster_home(home)
    config = yaml.safe_load((home / "dagster.yaml").read_text(encoding="utf-8")) or {}
    own_storage = {"storage", "event_log_storage"} & config.keys()
    overrides = {} if own_storage else event_log.override(home)
    return DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides=overrides))


def prepare_dagster_home(home: Path) -> None:
    """Make the folder and a dagster.yaml in it, where there is none."""
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists():
        config.write_text(DAGSTER_YAML, encoding="utf-8")
