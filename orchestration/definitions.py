"""The one definition of the pipeline: what ``make dev`` shows and what ``foi refresh`` runs.

Importing this module defines nothing yet: dbt's manifest is read, and made where it is missing, when Dagster asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import dagster as dg

from orchestration import assets, dbt
from orchestration.operate import journal, logs, partitions, schedules
from orchestration.operate.instance import WRITER, bury_dead_runs, forget_old_runs
from orchestration.refresh.workbench import Workbench, open_workbench, writer_lock
from orchestration.settings import Settings

JOB, YEAR_JOB = "refresh", "reread_year"
# Who asked for a run, by the first tag that it carries.
STARTERS = {"dagster/schedule_name": "schedule", "dagster/sensor_name": "sensor", "dagster/backfill": "backfill"}


def build_definitions(settings: Settings) -> dg.Definitions:
    """Assets, checks, the jobs ``refresh`` and ``reread_year``, schedule and sensor, for these settings.

    Raises DbtFailed, SettingError.
    """
    manifest = dbt.load_manifest(settings)
    nodes, tests = dbt.nodes(manifest), dbt.tests(manifest)
    marts = [node.key for node in nodes if node.key[0] == "marts"]
    tags = {WRITER: str(settings.warehouse), "foi/reports_dir": str(settings.reports_dir)}
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        description="Reads the landing zone, builds the warehouse beside the published one, checks and publishes it.",
        executor_def=dg.in_process_executor,
        tags=tags,
    )
    year_job = dg.define_asset_job(
        YEAR_JOB,
        selection=dg.AssetSelection.all(),
        config=partitions.by_year(),
        description="A refresh that opens the documents of one report year again and keeps every other as it is.",
        executor_def=dg.in_process_executor,
        tags=tags,
    )
    return dg.Definitions(
        assets=[
            assets.catalogue_assets(),
            assets.raw_assets(),
            *assets.check_assets(),
            assets.dbt_assets(nodes, tests),
            assets.published_asset(marts, settings),
        ],
        asset_checks=[assets.suite_checks(marts)],
        jobs=[job, year_job],
        schedules=[schedules.nightly(job, settings)],
        sensors=[schedules.landing_zone_sensor(job, settings)],
        resources={"workbench": workbench_resource(settings)},
        executor=dg.in_process_executor,
    )


def workbench_resource(settings: Settings) -> dg.ResourceDefinition:
    """A workbench for each run that Dagster starts; it holds the writer's lock from the first step to the last."""

    @dg.resource(
        description="What the steps of one refresh share: settings, the writer's lock, the workers.",
        config_schema={"years": dg.Field([int], default_value=[], description="Report years to read anew.")},
    )
    def workbench(context: dg.InitResourceContext) -> Iterator[Workbench]:
        started_by = starter(context.run.tags)
        with (
            journal.watched(settings, started_by) as run,
            writer_lock(settings.lock_file, say=context.log.info),
            logs.written(settings),
            open_workbench(settings) as bench,
        ):
            bench.years, bench.started_by = frozenset(context.resource_config["years"]), started_by
            context.instance.add_run_tags(context.run.run_id, {"foi/code": bench.inputs().code[:12]})
            bury_dead_runs(context.instance, settings, but=[context.run.run_id])
            run.begin(bench)
            yield bench
            run.end_of(bench, context.run.run_id)
            forget_old_runs(context.instance, settings)

    return workbench


def starter(tags: Mapping[str, str]) -> str:
    """Who started a run of Dagster's, in words: ``schedule nightly_refresh``, ``sensor landing_zone``, ``dagster`` …"""
    for tag, word in STARTERS.items():
        if tag in tags:
            return f"{word} {tags[tag]}"
    return f"dagster {tags['user']}" if "user" in tags else "dagster"


@dg.definitions
def foi() -> dg.Definitions:
    """The definitions for the settings of the environment."""
    return build_definitions(Settings.load())
