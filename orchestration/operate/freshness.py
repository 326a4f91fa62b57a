"""How fresh the published file is, and what waits in the landing zone: for Dagster's policy and ``foi status``.

Two clocks, on purpose: Dagster's policy asks when the file was last published; ``foi status`` asks when it was last
known to be up to date, which a refresh that finds nothing to do confirms as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from orchestration.refresh import state
from orchestration.refresh.workbench import look_around
from orchestration.settings import Settings

if TYPE_CHECKING:
    import dagster as dg


@dataclass(frozen=True, slots=True)
class Waiting:
    """Files of the landing zone that the published file does not hold as they stand now."""

    new: int
    changed: int
    removed: int
    code_changed: bool

    @property
    def files(self) -> int:
        return self.new + self.changed + self.removed


def policy(settings: Settings) -> dg.FreshnessPolicy:
    """The file is late when the last publication is FOI_FRESH_HOURS old; at three quarters of them comes a warning."""
    import dagster as dg

    late = timedelta(hours=settings.fresh_hours)
    return dg.FreshnessPolicy.time_window(fail_window=late, warn_window=late * 0.75)


def is_fresh(settings: Settings, good_at: datetime | None) -> bool:
    """Whether the file was known to be up to date within FOI_FRESH_HOURS; a time in the future counts as now."""
    return good_at is not None and datetime.now(UTC) - good_at < timedelta(hours=settings.fresh_hours)


def waiting(settings: Settings) -> Waiting:
    """What the next refresh would find. Raises LandingZoneError."""
    saved = state.load(settings.state_file)
    now = look_around(settings, saved)
    before = {file.path: file.identity for file in saved.files} if saved else {}
    after = {file.path: file.identity for file in now.files}
    return Waiting(
        new=len(after.keys() - before.keys()),
        changed=sum(before[path] != after[path] for path in before.keys() & after.keys()),
        removed=len(before.keys() - after.keys()),
        code_changed=bool(saved and saved.code != now.code),
    )


def next_refresh(settings: Settings) -> datetime | None:
    """The next time of the schedule (UTC); None where it is off. Imports Dagster, whose reading of it counts."""
    if not settings.is_scheduled:
        return None
    from dagster._utils.schedules import schedule_execution_time_iterator

    return next(schedule_execution_time_iterator(datetime.now(UTC).timestamp(), settings.schedule, "UTC"))
