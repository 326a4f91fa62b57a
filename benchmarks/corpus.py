"""What a large landing zone costs: thousands of web pages from nothing, one new one among them, and no change at all.

The whole of a refresh stands beside what reading the same pages and inserting their rows alone takes, which no refresh
can go below; and nothing changed stands beside a start of Python.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks.documents import sample
from benchmarks.measure import seconds_of
from benchmarks.refresh import Home

PLAIN_FILES = 100_000
START, ALONE, COLD, UNCHANGED = "python starts", "parse and insert alone", "from nothing, published", "nothing changed"
ONE_NEW, PLAIN = "one new report", f"nothing changed among {PLAIN_FILES:,} files"
AIMS = {COLD: "≤ 2.5 × parse and insert alone", ONE_NEW: "≤ 10 s", PLAIN: "≤ 1 s beyond python's start"}


@dataclass(frozen=True, slots=True)
class Corpus:
    """Seconds by what was done, and how many reports of how many bytes."""

    reports: int
    bytes: int
    seconds: dict[str, float]


def measure(reports: int, say: Callable[[str], None]) -> Corpus:
    """Everything once, in temporary folders; ten thousand pages take a gigabyte. Raises BenchmarkFailed."""
    taken: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="foi-bench-") as folder:
        home = _empty(Path(folder))
        say(f"corpus: {reports:,} pages are made")
        size = sum(write_page(home.reports, number) for number in range(reports))
        taken[START] = min(home.python("-c", "pass")[0] for _ in range(3))
        say(ALONE)
        taken[ALONE] = seconds_of(read_and_insert, home.reports, home.folder / "alone.duckdb", os.cpu_count() or 1)
        say(COLD)
        taken[COLD] = home.refresh("Published")[0]
        say(UNCHANGED)
        taken[UNCHANGED] = min(home.refresh("Nothing has changed")[0] for _ in range(3))
        say(ONE_NEW)
        write_page(home.reports, reports)
        taken[ONE_NEW] = home.refresh("Published")[0]
    with tempfile.TemporaryDirectory(prefix="foi-bench-") as folder:
        home = _empty(Path(folder))
        say(f"corpus: {PLAIN_FILES:,} small files")
        _write_plain_files(home.reports)
        write_page(home.reports, 0)
        home.refresh("Published")
        taken[PLAIN] = min(home.refresh("Nothing has changed")[0] for _ in range(3))
    return Corpus(reports, size, taken)


def _empty(folder: Path) -> Home:
    home = Home(folder)
    for path in sorted(home.reports.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    return home


def write_page(folder: Path, number: int) -> int:
    """Write one generated web page of usual size; returns its bytes."""
    data = sample(number, "html").data
    place = folder / f"{number // 1000:03}"
    place.mkdir(exist_ok=True)
    (place / f"{number:06}.html").write_bytes(data)
    return len(data)


def _write_plain_files(folder: Path) -> None:
    for number in range(PLAIN_FILES):
        place = folder / f"{number // 1000:03}"
        if not number % 1000:
            place.mkdir(exist_ok=True)
        (place / f"{number:06}.txt").write_text(f"会议通知第{number}号。", encoding="utf-8")


def read_and_insert(reports: Path, database: Path, workers: int) -> int:
    """Read every page with all cores and insert its rows, and nothing else; returns how many were read."""
    from orchestration import warehouse
    from orchestration.ingest.grid_cache import GridCache
    from orchestration.ingest.reading import Context, Job, read_all
    from orchestration.settings import Settings

    warehouse.create(database)
    files = sorted(path for path in reports.rglob("*.html"))
    jobs = [Job(path.relative_to(reports).as_posix(), path, _hash(path), path.stat().st_size) for path in files]
    context, count = Context(Settings.load().gazetteer, "bench"), 0
    with warehouse.connect(database) as connection, GridCache(None, "") as cache:
        for readings in read_all(jobs, context, workers, cache):
            rows = [reading.rows for reading in readings if reading.rows]
            count += len(rows)
            for table in ("documents", "observations", "issues"):
                warehouse.insert_lines(connection, f"raw.{table}", (getattr(row, table) for row in rows))
    return count


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def main(reports: int, say: Callable[[str], None]) -> int:
    """Measure and print the table."""
    done = measure(reports, say)
    print(markdown(done))
    return 0


def markdown(done: Corpus) -> str:
    """The table: seconds, how many times as long as parse and insert alone, and the aim."""
    lines = [f"| {done.reports:,} html reports, {done.bytes / 1e6:,.0f} MB | seconds | × alone | aim |",
             "| --- | ---: | ---: | --- |"]
    for name, seconds in done.seconds.items():
        lines.append(f"| {name} | {seconds:.2f} | {seconds / done.seconds[ALONE]:.2f} | {AIMS.get(name, '')} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, print))
