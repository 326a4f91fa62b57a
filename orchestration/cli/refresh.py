"""``foi refresh`` and ``foi backfill``: what they print, and the one line in the end that scripts can read."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from orchestration.cli.progress import reading_bar
from orchestration.ingest.landing import LandingZoneError
from orchestration.operate import journal
from orchestration.operate.partitions import parse_years
from orchestration.refresh.run import Refreshed, refresh
from orchestration.refresh.workbench import RefreshFailed
from orchestration.settings import Settings


def run(settings: Settings, options: argparse.Namespace) -> None:
    """Refresh as the options say. Raises what ``refresh`` raises, SettingError."""
    say: Callable[[str], None] = (lambda text: None) if options.quiet else print
    years = parse_years(options.years) if options.years else frozenset()
    with reading_bar(options.quiet or not sys.stderr.isatty()) as progress:
        try:
            done = refresh(settings, not options.no_wait, getattr(options, "full", False), years, say, progress)
        except (LandingZoneError, RefreshFailed):
            print(journal.as_line(next(journal.runs(settings), {})), file=sys.stderr)
            raise
    if not options.quiet:
        _print(done)
    if options.timings:
        print(*(f"{name:>16} {seconds:6.2f} s" for name, seconds in done.seconds.items()), sep="\n")
    say(journal.as_line(done.summary))


def _print(done: Refreshed) -> None:
    if done.is_published:
        from orchestration.cli.status import print_summary

        print_summary(done)
    else:
        print(f"Nothing has changed since the last refresh: {done.settings.warehouse} is up to date.")
