"""The pipeline as Dagster assets: catalogue and raw tables, dbt's models, the checks, the published file.

A table's address is its key: ``[schema, table]``, in the group of its schema. Steps are few on purpose: one for each
writer of the build file, because only one may write at a time.
"""

# No `from __future__ import annotations` here: Dagster reads the annotations of the decorated functions themselves.
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration import dbt
from orchestration.operate import faults, freshness, journal, logs
from orchestration.refresh import steps
from orchestration.refresh.workbench import ChecksFailed, DbtFailed, PassingFault, RefreshFailed, Workbench
from orchestration.settings import Settings
from orchestration.warehouse import CATALOGUE_TABLES

SUITES = {
    "completeness": ("marts", "dim_report"),
    "validity": ("marts", "fact_reported_figures"),
    "reconciliation": ("marts", "fact_report_discrepancies"),
    "plausibility": ("marts", "fact_findings"),
    "coverage": ("marts", "fact_foi_requests"),
}
WELL_FORMED = "well_formed"
# What a run's summary and the published asset count: the rows of these marts.
COUNTED = {"reports": "dim_report", "figures": "fact_reported_figures", "issues": "fact_report_issues",
           "findings": "fact_findings"}  # fmt: skip
PUBLISHED = dg.AssetKey(["published", "foi"])
RAW = {
    "landing_files": ("Every file of the landing zone and the one state in which it ended.", ()),
    "documents": ("Every distinct document that could be read, with what it says of itself.", ("landing_files",)),
    "observations": ("Every printed figure with its state, label, text and place.", ("documents",)),
    "issues": ("Everything that was not understood or not believed, with its place.", ("documents",)),
    "refresh_runs": ("Every refresh that was published.", ("landing_files",)),
    "quarantine": ("Every document withheld for a fault of ours, or held back by a person.", ("documents",)),
    "reviews": ("Verdicts of reviewers whose records stand outside the project.", ("documents",)),
    "corrections": ("Corrections of reviewers whose records stand outside the project.", ("documents",)),
    "refresh_changes": ("What each refresh changed against the file published before.", ("refresh_runs",)),
    "refresh_change_details": ("Every single change of a refresh.", ("refresh_changes",)),
    "refresh_stages": ("How long the stages of each published refresh took.", ("refresh_runs",)),
}
CHECKED = {
    "check_results": "Every expectation of the Great Expectations suites, with what was observed.",
    "check_failures": "The rows that failed an expectation in this refresh.",
}
READ_WITH = ("templates", "indicators", "label_variants", "applicant_types")


def catalogue_assets() -> dg.AssetsDefinition:
    """Schema catalogue: what the forms ask. The step starts the build file."""
    specs = [
        dg.AssetSpec(["catalogue", name], group_name="catalogue", kinds={"duckdb"},
                     description=f"What the statutory forms ask: {name.replace('_', ' ')}.")
        for name in CATALOGUE_TABLES
    ]  # fmt: skip

    @dg.multi_asset(name="catalogue", specs=specs)
    def load(
        context: dg.AssetExecutionContext, workbench: dg.ResourceParam[Workbench]
    ) -> Iterator[dg.MaterializeResult]:
        for name, rows in _guarded(context, workbench, steps.start_build).items():
            yield _materialised("catalogue", name, rows)

    return load


def raw_assets() -> dg.AssetsDefinition:
    """Schema raw: what stands in the landing zone, as it was read."""
    catalogue = [dg.AssetKey(["catalogue", name]) for name in READ_WITH]
    specs = [
        dg.AssetSpec(["raw", name], group_name="raw", kinds={"python", "duckdb"}, description=description,
                     deps=[dg.AssetKey(["raw", dep]) for dep in deps] + (catalogue if name != "landing_files" else []))
        for name, (description, deps) in RAW.items()
    ]  # fmt: skip

    @dg.multi_asset(name="raw", specs=specs)
    def read(
        context: dg.AssetExecutionContext, workbench: dg.ResourceParam[Workbench]
    ) -> Iterator[dg.MaterializeResult]:
        if context.retry_number:  # what the attempt before has left is not built upon
            _guarded(context, workbench, steps.start_build)
        counts = _guarded(context, workbench, steps.read_reports, context.run.run_id)
        workbench.counts |= {"files": counts.rows["landing_files"], "read": counts.states.get("read", 0)}
        extra = {"landing_files": counts.states, "documents": _seconds(workbench, "read")}
        for name in RAW:
            yield _materialised("raw", name, counts.rows[name], extra.get(name))

    return read


def check_assets() -> list[dg.AssetSpec]:
    """The results of the suites: written by the checks into the build, so no step of its own makes them."""
    return [
        dg.AssetSpec(["raw", name], group_name="raw", kinds={"duckdb"}, description=description)
        for name, description in CHECKED.items()
    ]


def dbt_assets(nodes: Sequence[dbt.Node], tests: Sequence[dbt.Test]) -> dg.AssetsDefinition:
    """Every seed and model of the dbt project, made by one dbt build.

    The data tests of a model are one check, ``well_formed``: a check for each would double the time of a refresh.
    """
    described = {node.key: node.columns for node in nodes}
    keys, tested = {node.unique_id: node.key for node in nodes}, {test.unique_id: test.key for test in tests}
    check_specs = [
        dg.AssetCheckSpec(WELL_FORMED, asset=dg.AssetKey(key), description="Do the dbt tests of this table pass?")
        for key in sorted(set(tested.values()))
    ]

    @dg.multi_asset(name="dbt", specs=[_dbt_spec(node) for node in nodes], check_specs=check_specs)
    def build(
        context: dg.AssetExecutionContext, workbench: dg.ResourceParam[Workbench]
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        outcomes, rows = _guarded(context, workbench, _build_models)
        workbench.counts |= {name: rows["marts", mart] for name, mart in COUNTED.items() if ("marts", mart) in rows}
        types = dbt.column_types(workbench.settings)
        built = {keys[outcome.unique_id]: outcome for outcome in outcomes if outcome.unique_id in keys}
        for key, outcome in built.items():
            if outcome.is_good:
                columns = _column_schema(described[key], types.get(key, {}))
                yield _materialised(*key, rows.get(key), {"seconds": round(outcome.seconds, 3), **columns})
        for key in sorted(set(tested.values())):
            mine = [outcome for outcome in outcomes if tested.get(outcome.unique_id) == key]
            if mine and all(outcome.status != "skipped" for outcome in mine) and built[key].is_good:
                yield _tested(key, mine)
        if bad := [outcome for outcome in outcomes if not outcome.is_good and outcome.status != "skipped"]:
            workbench.failure = DbtFailed(steps.say_what_failed(bad, workbench.settings))
            raise _failure(workbench.failure)

    return build


def _build_models(workbench: Workbench) -> tuple[list[dbt.Outcome], dict[tuple[str, str], int]]:
    """The build of the models; dbt says in words only that it failed for want of room. Raises PassingFault."""
    outcomes, rows = steps.build_models(workbench)
    bad = [outcome for outcome in outcomes if not outcome.is_good and outcome.status != "skipped"]
    if bad and all(faults.says_passing(outcome.message) for outcome in bad):
        raise PassingFault(steps.say_what_failed(bad, workbench.settings))
    return outcomes, rows


def _dbt_spec(node: dbt.Node) -> dg.AssetSpec:
    schema, _ = node.key
    return dg.AssetSpec(
        list(node.key),
        deps=[dg.AssetKey(dep) for dep in node.deps],
        group_name=schema,
        kinds={"dbt", "duckdb"},
        description=node.description or None,
        metadata=_column_schema(node.columns, {}),
    )


def _column_schema(columns: Sequence[tuple[str, str, str]], types: Mapping[str, str]) -> dict[str, dg.TableSchema]:
    """What the columns mean, and, once the table has been built, of which type they are."""
    shown = [dg.TableColumn(name, types.get(name) or kind or "see the file", about) for name, kind, about in columns]
    return {"dagster/column_schema": dg.TableSchema(shown)} if shown else {}


def _tested(key: tuple[str, str], outcomes: Sequence[dbt.Outcome]) -> dg.AssetCheckResult:
    failed = [outcome for outcome in outcomes if outcome.status != "pass"]
    only_warned = all(outcome.status == "warn" for outcome in failed)
    lines = [f"* `{o.unique_id}`: {o.status}, {o.failures} rows: {o.message}" for o in failed]
    return dg.AssetCheckResult(
        check_name=WELL_FORMED, asset_key=dg.AssetKey(key), passed=not failed,
        severity=dg.AssetCheckSeverity.WARN if only_warned else dg.AssetCheckSeverity.ERROR,
        metadata={"tests": len(outcomes), "failures": dg.MetadataValue.md("\n".join(lines) or "none")},
    )  # fmt: skip


def suite_checks(tables: Sequence[tuple[str, str]]) -> dg.AssetChecksDefinition:
    """The Great Expectations suites: they look at the finished build, and what is our fault blocks publishing."""
    specs = [
        dg.AssetCheckSpec(
            suite, asset=dg.AssetKey(key), blocking=True,
            additional_deps=[dg.AssetKey(table) for table in tables if table != key],
            description=f"Is the build believable? Suite {suite}, built from the catalogue.",
        )
        for suite, key in SUITES.items()
    ]  # fmt: skip

    @dg.multi_asset_check(name="great_expectations", specs=specs)
    def check(
        context: dg.AssetCheckExecutionContext, workbench: dg.ResourceParam[Workbench]
    ) -> Iterator[dg.AssetCheckResult]:
        results = _guarded(context, workbench, steps.run_checks, context.run.run_id)
        if blocking := [result for result in results if result.blocks]:
            workbench.failure = ChecksFailed("checks that block have failed:\n" + steps.as_markdown(blocking))
        for suite, key in SUITES.items():
            mine = [result for result in results if result.suite == suite]
            failed = [result for result in mine if not result.success]
            yield dg.AssetCheckResult(
                check_name=suite,
                asset_key=dg.AssetKey(key),
                passed=bool(mine) and not failed,
                severity=dg.AssetCheckSeverity.WARN
                if mine and not any(result.blocks for result in failed)
                else dg.AssetCheckSeverity.ERROR,
                metadata={
                    "expectations": len(mine),
                    "failed": len(failed),
                    "failures": dg.MetadataValue.md(steps.as_markdown(failed) or "none"),
                    "data_docs": dg.MetadataValue.path(str(workbench.settings.docs_dir / "index.html")),
                },
            )

    return check


def published_asset(tables: Sequence[tuple[str, str]], settings: Settings) -> dg.AssetsDefinition:
    """The file that everybody reads; replaced in one step once every check has passed."""

    @dg.asset(
        key=PUBLISHED,
        deps=[dg.AssetKey(table) for table in tables],
        group_name="published",
        kinds={"duckdb"},
        description="The published warehouse: one DuckDB file, replaced whole, never written to in place.",
        freshness_policy=freshness.policy(settings),
    )
    def publish(context: dg.AssetExecutionContext, workbench: dg.ResourceParam[Workbench]) -> dg.MaterializeResult:
        size = _guarded(context, workbench, steps.publish_build)
        workbench.is_published = True
        stages = {f"seconds_{name.replace(' ', '_')}": round(took, 2) for name, took in workbench.seconds.items()}
        links = {
            "path": dg.MetadataValue.path(str(workbench.settings.warehouse)),
            "data_docs": dg.MetadataValue.path(str(workbench.settings.docs_dir / "index.html")),
            "history": dg.MetadataValue.md(journal.as_markdown(workbench.settings)),
        }
        return dg.MaterializeResult(metadata={**links, "bytes": size, **workbench.counts, **stages})

    return publish


def _seconds(workbench: Workbench, stage: str) -> dict[str, float]:
    return {"seconds": round(workbench.seconds[stage], 3)} if stage in workbench.seconds else {}


def _materialised(
    schema: str, table: str, rows: int | None, extra: Mapping[str, Any] | None = None
) -> dg.MaterializeResult:
    counted = {} if rows is None else {"dagster/row_count": rows}
    return dg.MaterializeResult(asset_key=dg.AssetKey([schema, table]), metadata={**counted, **(extra or {})})


def _guarded(
    context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext,
    workbench: Workbench,
    step: Callable[..., Any],
    *arguments: Any,
) -> Any:
    """Run a step. What may pass is tried again, after a wait that doubles each time; what has another name is not.

    A failure that we can name is shown by its own words; the workbench keeps it for those who report on the run.
    """
    settings, attempt = workbench.settings, context.retry_number
    try:
        workbench.failure = None
        return step(workbench, *arguments)
    except Exception as error:
        workbench.failure = error
        if isinstance(error, RefreshFailed) and not isinstance(error, PassingFault):
            raise _failure(error) from error
        if not faults.is_passing(error):
            raise
        workbench.failure = fault = faults.named(error)
        if attempt >= settings.retries:
            raise _failure(fault) from error
        wait = faults.wait_seconds(attempt, settings.retry_seconds)
        logs.event("retry", logging.WARNING, step=step.__name__, attempt=attempt + 1, wait=wait, reason=str(fault))
        raise dg.RetryRequested(max_retries=settings.retries, seconds_to_wait=wait) from error


def _failure(error: RefreshFailed) -> dg.Failure:
    return dg.Failure(str(error), metadata={"exit_code": error.exit_code}, allow_retries=False)
