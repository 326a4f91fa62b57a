"""What the steps of one refresh share: settings, the writer's lock, the two workers, the clock.

Dagster hands it to the assets as the resource ``workbench``; ``foi refresh`` opens it before Dagster is imported, so
that the workers import dbt and Great Expectations on the second core meanwhile.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.ingest.landing import digest, identify, settled, walk
from orchestration.operate import logs
from orchestration.refresh import state
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.checks.suite import CheckWorker
    from orchestration.dbt_worker import DbtWorker
    from orchestration.ingest.reading import Progress


class NotThere(Exception):
    """What was asked for does not exist or cannot be read; the message says what to do."""


class AnotherRefresh(Exception):
    """Another refresh of the same warehouse is running."""


class RefreshFailed(Exception):
    """A refresh stopped and nothing was published; the message names the place and what to do next."""

    exit_code = 1


class DbtFailed(RefreshFailed):
    """dbt could not build the warehouse, or one of its tests failed."""

    exit_code = 5


class ChecksFailed(RefreshFailed):
    """An expectation that blocks failed."""

    exit_code = 4


class PassingFault(RefreshFailed):
    """Something outside stood in the way that may be gone later: a full disk, a busy file. EX_TEMPFAIL of sysexits."""

    exit_code = 75


def no_progress(done: int, total: int) -> None:
    """Show nothing."""


@dataclass(slots=True)
class Workbench:
    """One refresh in the making.

    ``years`` are report years whose documents are read anew. ``seconds`` holds how long each stage took, ``counts``
    what came out so far, ``failure`` what ended it, for those who report on the run.
    """

    settings: Settings
    models: DbtWorker
    checks: CheckWorker
    progress: Progress = no_progress
    surveyed: state.State | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    seconds: dict[str, float] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    started_by: str = "foi refresh"
    counts: dict[str, int] = field(default_factory=dict)
    failure: Exception | None = None
    is_published: bool = False

    def inputs(self) -> state.State:
        """The landing zone and the code as they stand now. Raises LandingZoneError."""
        if self.surveyed is None:
            self.surveyed = look_around(self.settings, state.load(self.settings.state_file))
        return self.surveyed

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + took
            logs.event("stage", stage=name, seconds=round(took, 3))


def look_around(settings: Settings, saved: state.State | None) -> state.State:
    """Everything that the published file depends on, as it stands now. Raises LandingZoneError.

    Where a walk over the zone gives the digest that was saved, no file is looked at and the saved listing holds.
    """
    if saved and saved.reports_dir != str(settings.reports_dir):
        saved = None
    looked_at = time.time_ns()
    seen = walk(settings.reports_dir)
    mark = digest(seen, settings.max_file_bytes)
    if saved and saved.mark == mark:
        listing = saved.listing
    else:
        known = saved.by_path() if saved else {}
        files = settled(identify(settings.reports_dir, seen, known, settings.max_file_bytes), looked_at)
        listing = state.listed(files)
        if any(file.is_doubtful for file in files):
            mark = None
    return state.State(
        warehouse=str(settings.warehouse),
        reports_dir=str(settings.reports_dir),
        code=state.code_fingerprint(settings),
        parser=state.parser_fingerprint(settings),
        listing=listing,
        published=state.stat_of(settings.warehouse),
        mark=mark,
    )


@contextmanager
def open_workbench(settings: Settings, progress: Progress = no_progress) -> Iterator[Workbench]:
    """A workbench with its two workers, whose processes end with it. The caller holds the writer's lock."""
    from orchestration import dbt_worker
    from orchestration.checks import suite

    with dbt_worker.start_worker(settings) as models, suite.start_worker() as checks:
        yield Workbench(settings, models, checks, progress)


@contextmanager
def writer_lock(path: Path, wait: bool = True, say: Callable[[str], None] = lambda text: None) -> Iterator[None]:
    """Be the only writer of a warehouse; the lock ends with the process, however that ends.

    Raises AnotherRefresh where another one holds it and ``wait`` is false.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if not wait:
                reason = "another refresh of this warehouse is running; run again when it has ended"
                raise AnotherRefresh(reason) from None
            say("Another refresh of this warehouse is running; waiting for it to end.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
