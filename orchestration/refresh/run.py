"""One refresh from the outside: look, do nothing where nothing has changed, else run Dagster's job in this process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orchestration import dbt
from orchestration.ingest import grid_cache
from orchestration.operate import journal, logs
from orchestration.operate.instance import QUIET, WRITER, bury_dead_runs, forget_old_runs, open_instance
from orchestration.refresh import state
from orchestration.refresh.workbench import (
    ChecksFailed,
    DbtFailed,
    PassingFault,
    RefreshFailed,
    Workbench,
    look_around,
    no_progress,
    open_workbench,
    writer_lock,
)
from orchestration.settings import Settings
from orchestration.worker import kept

if TYPE_CHECKING:
    from dagster import DagsterInstance, ExecuteInProcessResult

    from orchestration.ingest.reading import Progress

# What a step says of its failure travels through Dagster's event as the exit code.
NAMED = {failure.exit_code: failure for failure in (ChecksFailed, DbtFailed, PassingFault)}


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh came to. ``run_id`` is None where nothing had changed; ``seconds`` is the time by stage.

    ``summary`` is the run's line of the runs log (``journal``).
    """

    settings: Settings
    run_id: str | None
    summary: Mapping[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    elapsed: float = 0.0

    @property
    def is_published(self) -> bool:
        return self.run_id is not None


def refresh(
    settings: Settings,
    wait: bool = True,
    force: bool = False,
    years: frozenset[int] = frozenset(),
    say: Callable[[str], None] = lambda text: None,
    progress: Progress = no_progress,
) -> Refreshed:
    """Bring the published file up to date with the landing zone, the catalogue and the code.

    ``force`` reads everything anew, ``years`` the documents of those report years. Raises LandingZoneError,
    AnotherRefresh, RefreshFailed (with its exit code); whatever is raised, the file published before still stands.
    """
    with journal.watched(settings, "foi refresh") as run, writer_lock(settings.lock_file, wait, say):
        start = time.perf_counter()
        saved = None if force else state.load(settings.state_file)
        now = look_around(settings, saved)
        if not years and state.nothing_changed(saved, now):
            if (now.listing, now.mark) != (saved.listing, saved.mark):
                state.save(settings.state_file, now)
            run.end(journal.UNCHANGED)
            return Refreshed(settings, None, run.summary)
        if force:
            settings.state_file.unlink(missing_ok=True)
            grid_cache.forget(settings.grid_cache)
        with logs.written(settings), open_workbench(settings, progress) as bench:
            bench.surveyed, bench.years = now, years
            run.begin(bench)
            run_id = _run(bench)
        run.end(journal.PUBLISHED, run_id=run_id)
        return Refreshed(settings, run_id, run.summary, bench.seconds, time.perf_counter() - start)


def _run(bench: Workbench) -> str:
    """Run Dagster's job in this process; returns the run's id."""
    settings = bench.settings
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    with bench.stage("import dagster"), kept():
        import dagster  # noqa: F401  (timed here; the workers import meanwhile)
    with bench.stage("dbt manifest"), kept():
        from orchestration.definitions import JOB, build_definitions

        if not dbt.is_parsed(settings):
            bench.models.parse()
        job = build_definitions(settings).resolve_job_def(JOB)
    with bench.stage("run"), open_instance(settings) as instance:
        bury_dead_runs(instance, settings)
        result = _execute(job, instance, bench)
        forget_old_runs(instance, settings)
    return result.run_id


def _execute(job: Any, instance: DagsterInstance, bench: Workbench) -> ExecuteInProcessResult:
    result = job.execute_in_process(
        instance=instance,
        resources={"workbench": bench},
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        tags=_tags(bench),
        raise_on_error=False,
    )
    if not result.success:
        raise _reason(result, bench.settings)
    return result


def _tags(bench: Workbench) -> dict[str, str]:
    """By what a run is found in Dagster's list: who started it, over which reports, with which code."""
    tags = {
        "foi/command": bench.started_by,
        "foi/user": _user(),
        "foi/reports_dir": str(bench.settings.reports_dir),
        "foi/code": bench.inputs().code[:12],
        WRITER: str(bench.settings.warehouse),
    }
    return tags | ({"foi/years": ", ".join(map(str, sorted(bench.years)))} if bench.years else {})


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return str(os.getuid())


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
