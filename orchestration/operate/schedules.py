"""When Dagster refreshes by itself: every night, or when the landing zone has changed; both off until switched on.

FOI_SCHEDULE and FOI_SENSOR switch them where nobody has in the web UI. The nightly run is a whole run even where
nothing has changed: it proves every night that the pipeline works, which the freshness policy counts on. The sensor
asks for a run only where one would change something, and once for each state of the inputs, so a fault of the data is
not tried again.
"""

from __future__ import annotations

import hashlib

import dagster as dg

from orchestration.ingest.landing import LandingZoneError
from orchestration.operate.instance import bury_if_nobody_writes
from orchestration.refresh import state
from orchestration.refresh.workbench import look_around
from orchestration.settings import SettingError, Settings


def nightly(job: dg.UnresolvedAssetJobDefinition, settings: Settings) -> dg.ScheduleDefinition:
    """The refresh at the time that FOI_SCHEDULE says (cron, UTC; 03:00 by default). Raises SettingError."""
    on = settings.is_scheduled

    def request(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        bury_if_nobody_writes(context.instance, settings)
        return dg.RunRequest()

    try:
        return dg.ScheduleDefinition(
            name="nightly_refresh",
            job=job,
            cron_schedule=settings.schedule,
            execution_timezone="UTC",
            execution_fn=request,
            description="Refreshes the warehouse every night; FOI_SCHEDULE sets another time (cron, UTC), on or off.",
            default_status=dg.DefaultScheduleStatus.RUNNING if on else dg.DefaultScheduleStatus.STOPPED,
        )
    except dg.DagsterInvalidDefinitionError as error:
        raise SettingError(f"FOI_SCHEDULE is {settings.schedule!r}, which is no cron line: {error}") from error


def landing_zone_sensor(job: dg.UnresolvedAssetJobDefinition, settings: Settings) -> dg.SensorDefinition:
    """A refresh for each new content of the landing zone or change of the code."""

    @dg.sensor(
        name="landing_zone",
        job=job,
        minimum_interval_seconds=settings.sensor_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING if settings.is_watching else dg.DefaultSensorStatus.STOPPED,
        description="Refreshes the warehouse when a file of the landing zone, the catalogue or the code has changed.",
    )
    def watch(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        bury_if_nobody_writes(context.instance, settings)
        saved = state.load(settings.state_file)
        try:
            now = look_around(settings, saved)
        except LandingZoneError as error:  # a share that is away comes back; the nightly run tells somebody
            return dg.SkipReason(str(error))
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
