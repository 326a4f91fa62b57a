"""What each step of a refresh does, in plain functions over a workbench; Dagster is told of it in assets.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import dbt, warehouse
from orchestration.ingest import raw
from orchestration.ingest.grid_cache import GridCache
from orchestration.ingest.pool import Limits
from orchestration.ingest.reading import Context
from orchestration.operate import logs
from orchestration.refresh import diff, publish, shape, state
from orchestration.refresh.workbench import ChecksFailed, DbtFailed, RefreshFailed, Workbench
from orchestration.review import quarantine, records
from orchestration.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.checks.suite import CheckResult


RESULT_COLUMNS = (
    "suite", "expectation_no", "expectation", "description", "observed", "floor", "success", "severity",
    "failing_count",
)  # fmt: skip
# Only this run can have the highest number, and still has it where publishing is tried a second time.
THIS_RUN = "SELECT max_by(run_id, run_no) FROM raw.refresh_runs"
# Verdicts are kept of so many runs, this one included; failing rows of this one only, so many an expectation.
KEPT_RUNS = 50
KEPT_FAILURES = 1_000
# Sources, intermediate tables, marts.
LAYERS = 3
CARRY_RUNS = "INSERT INTO raw.refresh_runs BY NAME SELECT * FROM yesterday.raw.refresh_runs"
CARRY_STAGES = "INSERT INTO raw.refresh_stages BY NAME SELECT * FROM yesterday.raw.refresh_stages"
CARRY_RESULTS = f"""
INSERT INTO raw.check_results BY NAME
SELECT r.* FROM yesterday.raw.check_results AS r
SEMI JOIN (SELECT run_id FROM raw.refresh_runs ORDER BY run_no DESC LIMIT {KEPT_RUNS - 1}) USING (run_id) ORDER BY ALL
"""
# Runs are numbered, because a clock may jump.
NEXT_RUN = "SELECT coalesce(max(run_no), 0) + 1 FROM raw.refresh_runs"
STATES = "SELECT state, count(*) FROM raw.landing_files GROUP BY state ORDER BY state"
READ_NOW = "SELECT count(*) FROM raw.documents JOIN raw.landing_files USING (source_file) WHERE state = 'read'"
FINISH = f"UPDATE raw.refresh_runs SET finished_at = now() AT TIME ZONE 'UTC' WHERE run_id IN ({THIS_RUN})"
FORGET_STAGES = f"DELETE FROM raw.refresh_stages WHERE run_id IN ({THIS_RUN})"


Find = Callable[[Any, Sequence[Any]], "dict[str, str] | None"]


@dataclass(frozen=True, slots=True)
class RawCounts:
    """Rows of the raw tables by name, and files of the landing zone by state."""

    rows: dict[str, int]
    states: dict[str, int]


def start_build(workbench: Workbench) -> dict[str, int]:
    """Start a new build file and fill schema catalogue; returns rows by table."""
    from parsers.catalogue import load

    settings = workbench.settings
    with workbench.stage("catalogue"):
        publish.clean(settings.warehouse)
        warehouse.create(settings.build_db)
        with warehouse.connect(settings.build_db) as connection:
            return warehouse.insert_catalogue(connection, load().tables())


def read_reports(workbench: Workbench, run_id: str) -> RawCounts:
    """Fill schema raw from the landing zone and from yesterday's file; remembers what the build is made from."""
    settings = workbench.settings
    with workbench.stage("read"), _open_build(settings) as connection:
        inputs = workbench.inputs()
        saved = state.load(settings.state_file)
        readable = _is_readable(connection, settings.warehouse)
        same = bool(saved and saved.parser == inputs.parser and saved.published == state.stat_of(settings.warehouse))
        past = raw.Past(
            quarantine.Run(run_id, workbench.started_at), settings.warehouse if readable else None, readable and same,
            _decisions(settings),
        )  # fmt: skip
        context = Context(
            settings.gazetteer, inputs.parser, Limits(settings.max_seconds, settings.max_memory_mb)
        )  # fmt: skip
        with GridCache(settings.grid_cache, state.forms_fingerprint(settings)) as cache:
            files = raw.fill_raw(
                connection, settings.reports_dir, inputs.files, context, settings.workers,
                past, cache, workbench.progress, workbench.years,
            )  # fmt: skip
        records.load(connection, settings)
        if readable:
            _carry_history(connection, settings.warehouse)
        states = dict(connection.execute(STATES).fetchall())
        (read,) = connection.execute(READ_NOW).fetchone()
        (run_no,) = connection.execute(NEXT_RUN).fetchone()
        warehouse.insert_rows(connection, "raw.refresh_runs", [{
            "run_id": run_id, "run_no": run_no, "started_by": workbench.started_by,
            "started_at": workbench.started_at,
            "reports_dir": str(settings.reports_dir), "files_seen": len(files), "documents_read": read,
            **_versions(settings),
        }])  # fmt: skip
        rows = warehouse.count_rows(connection, "raw")
        logs.note_documents(connection)
    if files != inputs.files:  # something failed in passing, so the zone must be looked at again
        inputs = replace(inputs, listing=state.listed(files), mark=None)
    state.save(settings.pending_state_file, inputs)
    return RawCounts(rows, states)


def _require_build(settings: Settings) -> None:
    if not settings.build_db.is_file():
        raise RefreshFailed(f"there is no build at {settings.build_db}: run the whole job `refresh`, not a part of it")


def _open_build(settings: Settings) -> AbstractContextManager[DuckDBPyConnection]:
    _require_build(settings)
    return warehouse.connect(settings.build_db)


def _is_readable(connection: DuckDBPyConnection, published: Path) -> bool:
    """Whether rows can be taken from the published file: it is there, whole, and nobody writes to it."""
    import duckdb

    try:
        with warehouse.attached(connection, published):
            return published.is_file()
    except duckdb.Error:
        return False


def _decisions(settings: Settings) -> dict[str, quarantine.Decision]:
    try:
        return quarantine.decisions(settings.quarantine_file)
    except (OSError, ValueError) as error:
        raise RefreshFailed(f"{settings.quarantine_file} cannot be used: {error}") from error


def _versions(settings: Settings) -> dict[str, str]:
    """What the refresh is made with, as columns of raw.refresh_runs."""
    return {f"{part}_version": mark for part, mark in asdict(state.versions(settings)).items()}


def _carry_history(connection: DuckDBPyConnection, published: Path) -> None:
    """Keep the runs that yesterday's file knows, and the verdicts and changes of the last of them; of a file of an
    older shape what it has."""
    import duckdb

    with warehouse.attached(connection, published):
        for carry in (
            lambda: connection.execute(CARRY_RUNS),
            lambda: connection.execute(CARRY_RESULTS),
            lambda: connection.execute(CARRY_STAGES),
            lambda: diff.carry(connection, KEPT_RUNS - 1),
        ):
            try:
                carry()
            except duckdb.Error:
                return


def build_models(workbench: Workbench) -> tuple[list[dbt.Outcome], dict[tuple[str, str], int]]:
    """Build seeds and models and run dbt's tests; returns what became of each, and the rows of each mart."""
    settings = workbench.settings
    with workbench.stage("dbt build"):
        _require_build(settings)
        outcomes = workbench.models.build()
        # dbt skips what stands on a table whose test fails, so that faults show layer by layer.
        for _ in range(LAYERS):
            if not _withdraw(workbench, quarantine.faults_of_tests, _bad(outcomes), "tests"):
                break
            outcomes = workbench.models.build()
        with _open_build(settings) as connection:
            rows = {("marts", name): n for name, n in warehouse.count_rows(connection, "marts").items()}
    return outcomes, rows


def _bad(outcomes: Iterable[dbt.Outcome]) -> list[dbt.Outcome]:
    return [outcome for outcome in outcomes if not outcome.is_good and outcome.status != "skipped"]


def _withdraw(workbench: Workbench, find: Find, evidence: Sequence[Any], cause: str) -> bool:
    """Take the few documents out of the build that everything in the way of publishing is about; whether that was so.

    Then the marts are to be built again. What is about more than single documents, or about many, is left to block.
    """
    from orchestration.checks.suite import load_suites

    settings = workbench.settings
    if not evidence:
        return False
    with _open_build(settings) as connection:
        faults = find(connection, evidence)
        (run_id,) = connection.execute(THIS_RUN).fetchone()
        if not faults or not quarantine.is_few(connection, run_id, faults, **load_suites().quarantine):
            return False
        run, has_yesterday = quarantine.Run(run_id, workbench.started_at), _is_readable(connection, settings.warehouse)
        with warehouse.attached(connection, settings.warehouse) if has_yesterday else nullcontext():
            quarantine.set_aside(connection, run, faults, cause, has_yesterday)
    return True


def say_what_failed(bad: Iterable[dbt.Outcome], settings: Settings) -> str:
    """One line for each failed model or test, and where to look."""
    lines = [f"  {item.unique_id}: {item.status}, {item.message[:300]}" for item in bad]
    return "\n".join(["dbt failed:", *lines, f"See {settings.dbt_target / 'dbt.log'}."])


def run_checks(workbench: Workbench, run_id: str) -> list[CheckResult]:
    """Run the suites on the finished build, write Data Docs and raw.check_results."""
    from orchestration.checks.suite import CheckWorkerError

    settings = workbench.settings
    with workbench.stage("checks"):
        with _open_build(settings) as connection:
            baseline = settings.warehouse if _is_readable(connection, settings.warehouse) else None
        try:
            results = workbench.checks.run(settings.build_db, settings.docs_dir, run_id, baseline)
            if _withdraw(workbench, quarantine.faults_of_checks, [r for r in results if r.blocks], "checks"):
                if bad := _bad(workbench.models.build()):
                    raise DbtFailed(say_what_failed(bad, settings))
                results = workbench.checks.run(settings.build_db, settings.docs_dir, run_id, baseline)
        except CheckWorkerError as error:
            raise ChecksFailed(str(error)) from error
        with _open_build(settings) as connection:
            connection.execute(f"DELETE FROM raw.check_results WHERE run_id IN ({THIS_RUN})")
            connection.execute("DELETE FROM raw.check_failures")
            verdicts = ({"run_id": run_id} | {name: getattr(r, name) for name in RESULT_COLUMNS} for r in results)
            warehouse.insert_rows(connection, "raw.check_results", verdicts)
            warehouse.insert_rows(connection, "raw.check_failures", _failures(run_id, results))
    return results


def _failures(run_id: str, results: Iterable[CheckResult]) -> Iterator[dict[str, object]]:
    """The first rows that failed each expectation, as rows of raw.check_failures."""
    for result in results:
        for number, row in enumerate(result.failing_rows[:KEPT_FAILURES], 1):
            key = {"run_id": run_id, "suite": result.suite, "expectation_no": result.expectation_no}
            yield key | {"failure_no": number, "failing_row": row}


def as_markdown(failed: Sequence[CheckResult]) -> str:
    """Failed expectations as a Markdown list."""
    lines = (f"* **{r.suite} {r.expectation_no}** ({r.severity}): {r.description} {r.observed}" for r in failed)
    return "\n".join(lines)


def publish_build(workbench: Workbench) -> int:
    """Seal the build and put it in the place of the published file; returns its size in bytes.

    Refuses a build that was not checked, or that failed a check that blocks, whoever asks for it.
    """
    settings = workbench.settings
    with workbench.stage("publish"):
        with _open_build(settings) as connection:
            _refuse_unchecked(connection)
            _record_changes(workbench, connection)
            connection.execute(FINISH)
            _note_stages(connection, workbench)
        shape.shape(settings.build_db)
        publish.seal(settings.build_db)
        inputs = state.load(settings.pending_state_file)
        publish.publish(settings.build_db, settings.warehouse)
        if inputs:
            state.save(settings.state_file, remembered(inputs, settings))
            settings.pending_state_file.unlink(missing_ok=True)
    return settings.warehouse.stat().st_size


def _record_changes(workbench: Workbench, connection: DuckDBPyConnection) -> None:
    """Write what this refresh changes against the file that it is about to replace."""
    published = workbench.settings.warehouse
    with workbench.stage("diff"):
        (run_id,) = connection.execute(THIS_RUN).fetchone()
        has_yesterday = _is_readable(connection, published)
        with warehouse.attached(connection, published) if has_yesterday else nullcontext():
            diff.record(connection, run_id, has_yesterday)


def _note_stages(connection: DuckDBPyConnection, workbench: Workbench) -> None:
    """The seconds of the stages so far; publishing itself comes after the last word."""
    connection.execute(FORGET_STAGES)
    (run_id,) = connection.execute(THIS_RUN).fetchone()
    stages = ({"run_id": run_id, "stage": name, "seconds": took} for name, took in workbench.seconds.items())
    warehouse.insert_rows(connection, "raw.refresh_stages", stages)


def remembered(inputs: state.State, settings: Settings) -> state.State:
    """Inputs as the state file keeps them, tied to the very file that was published from them."""
    return replace(inputs, published=state.stat_of(settings.warehouse))


def _refuse_unchecked(connection: DuckDBPyConnection) -> None:
    checked, blocking = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE NOT success AND severity = 'block') FROM raw.check_results "
        f"WHERE run_id IN ({THIS_RUN})"
    ).fetchone()
    if not checked:
        raise ChecksFailed("the build has not been checked: run the whole job `refresh`, not a part of it")
    if blocking:
        raise ChecksFailed(f"{blocking} expectations that block have failed; yesterday's file stays published")
