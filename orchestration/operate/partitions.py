"""Report years as Dagster's partitions: a backfill of a year opens the documents of that year again, and no others.

The refresh itself has no partitions, because a published file is replaced whole: every run rebuilds the marts. What a
partition chooses is which documents are read anew; all others keep their rows, and what was never read is read as ever.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from orchestration.settings import SettingError

if TYPE_CHECKING:
    import dagster as dg

FIRST_YEAR = 2004
"""Before the regulations of 2008, some cities reported under rules of their own; none did before this year."""
_YEARS = re.compile(r"(\d{4})(?:\.\.(\d{4}))?")


def last_year() -> int:
    """The year that we have: a report of it may be there, of a body that was dissolved or a file that errs."""
    return datetime.now(UTC).year


def parse_years(text: str) -> frozenset[int]:
    """Years as the command line gives them: ``2017``, ``2014..2018``, or both with commas. Raises SettingError."""
    years: set[int] = set()
    for part in text.split(","):
        match = _YEARS.fullmatch(part.strip())
        if not match:
            raise SettingError(f"{part.strip()!r} is no year: give 2017, or a span 2014..2018, or several with commas")
        first, last = int(match[1]), int(match[2] or match[1])
        if not FIRST_YEAR <= first <= last <= last_year():
            raise SettingError(f"{part.strip()!r} is no span of report years between {FIRST_YEAR} and {last_year()}")
        years.update(range(first, last + 1))
    return frozenset(years)


def report_years() -> dg.TimeWindowPartitionsDefinition:
    """One partition for each report year, the current one included; a new year is there without a restart."""
    import dagster as dg

    return dg.TimeWindowPartitionsDefinition(
        cron_schedule="0 0 1 1 *", start=str(FIRST_YEAR), fmt="%Y", end_offset=1, timezone="UTC"
    )


def by_year() -> dg.PartitionedConfig[Any]:
    """The run configuration of one partition: the workbench is told the year whose documents are read anew."""
    import dagster as dg

    return dg.PartitionedConfig(
        partitions_def=report_years(),
        run_config_for_partition_key_fn=lambda year: {"resources": {"workbench": {"config": {"years": [int(year)]}}}},
    )
