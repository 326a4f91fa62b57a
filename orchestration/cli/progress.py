"""A bar for the reading of reports, on a terminal only; a log or a pipe gets none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from orchestration.refresh.workbench import no_progress

if TYPE_CHECKING:
    from orchestration.ingest.reading import Progress


@contextmanager
def reading_bar(hidden: bool) -> Iterator[Progress]:
    """A callback (done, total) that draws the bar; rich is imported with the first report to read."""
    if hidden:
        yield no_progress
        return
    bars = []

    def show(done: int, total: int) -> None:
        if not bars and total:
            bars.append(_bar(total))
        if bars:
            bars[0].update(bars[0].task_ids[0], completed=done, refresh=True)
            if done == total:
                bars[0].stop()

    try:
        yield show
    finally:
        for bar in bars:
            bar.stop()


def _bar(total: int):
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("reading reports"), progress.BarColumn(), progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
    )  # fmt: skip
    bar = progress.Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("reading", total=total)
    bar.start()
    return bar
