"""The one definition of the pipeline: what ``make dev`` shows and what ``foi refresh`` runs.

Importing this module defines nothing yet: dbt's manifest is read, and made where it is missing, when Dagster asks.
"""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from orchestration import assets, dbt, schedules
from orchestration.settings import Settings
from orchestration.workbench import Workbench, open_workbench, writer_lock

JOB = "refresh"


def build_definitions(settings: Settings) -> dg.Definitions:
    """Assets, checks, the job ``refresh``, its schedule and sensor, for these settings. Raises DbtFailed."""
    manifest = dbt.load_manifest(settings)
    nodes, tests = dbt.nodes(manifest), dbt.tests(manifest)
    marts = [node.key for node in nodes if node.key[0] == "marts"]
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        description="Reads the landing zone, builds the warehouse beside the published one, checks and publishes it.",
        executor_def=dg.in_process_executor,
    )
    return dg.Definitions(
        assets=[
            assets.catalogue_assets(),
            assets.raw_assets(),
            assets.check_results_asset(),
            assets.dbt_assets(nodes, tests),
            assets.published_asset(marts),
        ],
        asset_checks=[assets.suite_checks(marts)],
        jobs=[job],
        schedules=[schedules.nightly(job, settings)],
        sensors=[schedules.landing_zone_sensor(job, settings)],
        resources={"workbench": workbench_resource(settings)},
        executor=dg.in_process_executor,
    )


def workbench_resource(settings: Settings) -> dg.ResourceDefinition:
    """A workbench for each run that Dagster starts; it holds the writer's lock from the first step to the last."""

    @dg.resource(description="What the steps of one refresh share: settings, the writer's lock, the check worker.")
    def workbench(context: dg.InitResourceContext) -> Iterator[Workbench]:
        with writer_lock(settings.lock_file, say=context.log.info), open_workbench(settings) as bench:
            yield bench

    return workbench


@dg.definitions
def foi() -> dg.Definitions:
    """The definitions for the settings of the environment."""
    return build_definitions(Settings.load())
