"""When Dagster refreshes by itself: every night, or when the landing zone has changed; both off until switched on."""

from __future__ import annotations

import hashlib

import dagster as dg

from orchestration import state
from orchestration.settings import Settings
from orchestration.workbench import look_around

SENSOR_SECONDS = 60


def nightly(job: dg.UnresolvedAssetJobDefinition, settings: Settings) -> dg.ScheduleDefinition:
    """The refresh at the time that FOI_SCHEDULE says (cron, UTC; 03:00 by default)."""
    return dg.ScheduleDefinition(
        name="nightly_refresh",
        job=job,
        cron_schedule=settings.schedule,
        description="Refreshes the warehouse every night; FOI_SCHEDULE sets another time (cron, UTC).",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )


def landing_zone_sensor(job: dg.UnresolvedAssetJobDefinition, settings: Settings) -> dg.SensorDefinition:
    """A refresh for each new content of the landing zone or change of the code."""

    @dg.sensor(
        name="landing_zone",
        job=job,
        minimum_interval_seconds=SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Refreshes the warehouse when a file of the landing zone, the catalogue or the code has changed.",
    )
    def watch() -> dg.RunRequest | dg.SkipReason:
        saved = state.load(settings.state_file)
        now = look_around(settings, saved)
        if state.nothing_changed(saved, now):
            return dg.SkipReason("Nothing has changed since the last refresh.")
        return dg.RunRequest(run_key=_key(now))

    return watch


def _key(now: state.State) -> str:
    """One key for one state of the inputs: the same change never asks for two runs."""
    digest = hashlib.sha256(f"{now.code}\n{now.published}\n".encode())
    for file in now.files:
        digest.update(f"{file.path}\0{file.identity}\n".encode())
    return digest.hexdigest()[:32]
