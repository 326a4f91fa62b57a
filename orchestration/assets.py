"""The pipeline as Dagster assets: catalogue and raw tables, dbt's models, the checks, the published file.

A table's address is its key: ``[schema, table]``, in the group of its schema. Steps are few on purpose: one for each
writer of the build file, because only one may write at a time.
"""

# No `from __future__ import annotations` here: Dagster reads the annotations of the decorated functions themselves.
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration import dbt, steps
from orchestration.warehouse import CATALOGUE_TABLES
from orchestration.workbench import DbtFailed, RefreshFailed, Workbench

SUITES = {
    "completeness": ("marts", "dim_report"),
    "validity": ("marts", "fact_reported_figures"),
    "reconciliation": ("marts", "fact_report_discrepancies"),
    "coverage": ("marts", "fact_foi_requests"),
}
WELL_FORMED = "well_formed"
PUBLISHED = dg.AssetKey(["published", "foi"])
RAW = {
    "landing_files": ("Every file of the landing zone and the one state in which it ended.", ()),
    "documents": ("Every distinct document that could be read, with what it says of itself.", ("landing_files",)),
    "observations": ("Every printed figure with its state, label, text and place.", ("documents",)),
    "issues": ("Everything that was not understood or not believed, with its place.", ("documents",)),
    "refresh_runs": ("Every refresh that was published.", ("landing_files",)),
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
    def load(workbench: dg.ResourceParam[Workbench]) -> Iterator[dg.MaterializeResult]:
        for name, rows in _guarded(steps.start_build, workbench).items():
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
        counts = _guarded(steps.read_reports, workbench, context.run.run_id)
        for name in RAW:
            extra = counts.states if name == "landing_files" else {}
            yield _materialised("raw", name, counts.rows[name], extra)

    return read


def check_results_asset() -> dg.AssetSpec:
    """The results of the suites: written by the checks into the build, so no step of its own makes them."""
    return dg.AssetSpec(["raw", "check_results"], group_name="raw", kinds={"duckdb"},
                        description="Every expectation of the Great Expectations suites, with what was observed.")


def dbt_assets(nodes: Sequence[dbt.Node], tests: Sequence[dbt.Test]) -> dg.AssetsDefinition:
    """Every seed and model of the dbt project, made by one dbt build.

    The data tests of a model are one check, ``well_formed``: a check for each would double the time of a refresh.
    """
    keys, tested = {node.unique_id: node.key for node in nodes}, {test.unique_id: test.key for test in tests}
    check_specs = [
        dg.AssetCheckSpec(WELL_FORMED, asset=dg.AssetKey(key), description="Do the dbt tests of this table pass?")
        for key in sorted(set(tested.values()))
    ]

    @dg.multi_asset(name="dbt", specs=[_dbt_spec(node) for node in nodes], check_specs=check_specs)
    def build(workbench: dg.ResourceParam[Workbench]) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        outcomes, rows = _guarded(steps.build_models, workbench)
        built = {keys[outcome.unique_id]: outcome for outcome in outcomes if outcome.unique_id in keys}
        for key, outcome in built.items():
            if outcome.is_good:
                yield _materialised(*key, rows.get(key), {"seconds": round(outcome.seconds, 3)})
        for key in sorted(set(tested.values())):
            mine = [outcome for outcome in outcomes if tested.get(outcome.unique_id) == key]
            if mine and all(outcome.status != "skipped" for outcome in mine) and built[key].is_good:
                yield _tested(key, mine)
        if bad := [outcome for outcome in outcomes if not outcome.is_good and outcome.status != "skipped"]:
            raise _failure(DbtFailed(steps.say_what_failed(bad, workbench.settings)))

    return build


def _dbt_spec(node: dbt.Node) -> dg.AssetSpec:
    schema, _ = node.key
    columns = [dg.TableColumn(name, kind or "see the file", description) for name, kind, description in node.columns]
    return dg.AssetSpec(
        list(node.key),
        deps=[dg.AssetKey(dep) for dep in node.deps],
        group_name=schema,
        kinds={"dbt", "duckdb"},
        description=node.description or None,
        metadata={"dagster/column_schema": dg.TableSchema(columns)} if columns else None,
    )


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
        results = _guarded(steps.run_checks, workbench, context.run.run_id)
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


def published_asset(tables: Sequence[tuple[str, str]]) -> dg.AssetsDefinition:
    """The file that everybody reads; replaced in one step once every check has passed."""

    @dg.asset(
        key=PUBLISHED,
        deps=[dg.AssetKey(table) for table in tables],
        group_name="published",
        kinds={"duckdb"},
        description="The published warehouse: one DuckDB file, replaced whole, never written to in place.",
    )
    def publish(workbench: dg.ResourceParam[Workbench]) -> dg.MaterializeResult:
        size = _guarded(steps.publish_build, workbench)
        return dg.MaterializeResult(
            metadata={"path": dg.MetadataValue.path(str(workbench.settings.warehouse)), "bytes": size}
        )

    return publish


def _materialised(
    schema: str, table: str, rows: int | None, extra: Mapping[str, Any] | None = None
) -> dg.MaterializeResult:
    counted = {} if rows is None else {"dagster/row_count": rows}
    return dg.MaterializeResult(asset_key=dg.AssetKey([schema, table]), metadata={**counted, **(extra or {})})


def _guarded(step: Any, *arguments: Any) -> Any:
    """Run a step; a failure that we can name is shown as such, and never retried: its cause is in the data or code."""
    try:
        return step(*arguments)
    except RefreshFailed as error:
        raise _failure(error) from error


def _failure(error: RefreshFailed) -> dg.Failure:
    return dg.Failure(str(error), metadata={"exit_code": error.exit_code}, allow_retries=False)
