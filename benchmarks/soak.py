"""Many refreshes with random changes between them: does it end as a clean rebuild would, and does nothing grow?

Each refresh is a process of its own, as a scheduler would start it. Growth is told by comparing the first and the last
third of the refreshes: seconds, memory and files kept, by the median, and bytes kept beside the published file.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from pathlib import Path
from random import Random
from statistics import median

import duckdb

from benchmarks.refresh import BenchmarkFailed, Home
from tests.generator import TEMPLATES, generate

FORMS = ("text_tabs", "text_pipes", "html", "text_prose")
# By how much the last third of the refreshes may exceed the first: what a run history grows by is not nothing.
MAY_GROW = {"seconds": 1.35, "megabytes of memory": 1.15, "files": 1.1, "kilobytes beside the warehouse": 1.5,
            "kilobytes of the warehouse": 1.5}
# What says how and when a file came to be, and whether a file was read in this very run.
HISTORY = {("marts", "warehouse_status")}
# A refresh as `foi refresh` does it, with a history of runs that soon is as long as it gets, and its peak of memory
# and that of its largest child in megabytes as the last line.
REFRESH = """
import os, resource, sys
os.environ["FOI_KEPT_RUNS"] = "10"
from orchestration.cli.main import main
code = main(["refresh"])
print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024)
sys.exit(code)
"""
HISTORY_WORDS = ("check", "run", "change", "stage", "version", "revision", "quarantine")


@dataclass(frozen=True, slots=True)
class Lap:
    """One refresh: what it took, and what it left."""

    seconds: float
    memory_mb: float
    files: int
    beside_kb: float
    warehouse_kb: float

    def figures(self) -> dict[str, float]:
        return dict(zip(MAY_GROW, (self.seconds, self.memory_mb, self.files, self.beside_kb, self.warehouse_kb),
                        strict=True))


@dataclass(frozen=True, slots=True)
class Soaked:
    """Every refresh but the first two, which fill caches; the tables that differ from a clean rebuild."""

    reports: int
    laps: tuple[Lap, ...]
    different: tuple[str, ...]

    def growth(self) -> dict[str, tuple[float, float]]:
        """By figure, the median of the first third of the refreshes and of the last."""
        third = max(1, len(self.laps) // 3)
        return {
            name: (median(lap.figures()[name] for lap in self.laps[:third]),
                   median(lap.figures()[name] for lap in self.laps[-third:]))
            for name in MAY_GROW
        }  # fmt: skip

    def faults(self) -> list[str]:
        """What a soak must not show."""
        grown = [f"{name} grew from {first:,.1f} to {last:,.1f}" for name, (first, last) in self.growth().items()
                 if last > first * MAY_GROW[name]]
        return grown + [f"{table} differs from a clean rebuild" for table in self.different]

    def markdown(self) -> str:
        """The table of growth, and the verdict."""
        lines = [f"{len(self.laps)} refreshes of about {self.reports:,} reports with random changes between them", "",
                 "| | first third | last third | may grow |", "| --- | ---: | ---: | ---: |"]
        lines += [f"| {name} | {first:,.1f} | {last:,.1f} | × {MAY_GROW[name]} |"
                  for name, (first, last) in self.growth().items()]
        return "\n".join([*lines, "", *(self.faults() or ["Equal to a clean rebuild; nothing grew."])])


class Zone:
    """A landing zone of generated reports that changes at random."""

    def __init__(self, folder: Path, reports: int, seed: int) -> None:
        self.folder, self.reports, self.random, self.made = folder, reports, Random(seed), 0
        for _ in range(reports):
            self._add()

    def change(self) -> None:
        """Some additions, edits, renames and removals; the number of reports stays about the same."""
        for _ in range(self.random.randint(1, 8)):
            files = sorted(self.folder.rglob("*.*"))
            file = self.random.choice(files)
            act = self.random.choice(("add", "edit", "rename", "remove", "copy", "rubbish"))
            if act == "add" or len(files) < self.reports * 0.95:
                self._add()
            elif act == "edit":
                file.write_bytes(file.read_bytes() + b"\n")
            elif act == "rename":
                self.made += 1
                file.rename(file.with_name(f"renamed{self.made}{file.suffix}"))
            elif act == "remove" or len(files) > self.reports * 1.05:
                file.unlink()
            elif act == "copy":
                self.made += 1
                shutil.copy(file, file.with_name(f"copy{self.made}{file.suffix}"))
            else:
                file.with_name("rubbish.txt").write_bytes(self.random.randbytes(200))

    def _add(self) -> None:
        self.made += 1
        template, form = self.random.choice(TEMPLATES), self.random.choice(FORMS)
        if (template, form) == ("G1", "text_prose"):
            form = "text_tabs"
        made = generate(self.made, template, form)
        (self.folder / made.name).write_bytes(made.data)


def measure(refreshes: int, reports: int, say: Callable[[str], None], minutes: float = inf, seed: int = 1) -> Soaked:
    """Refresh so often, or until the minutes are over, then once from nothing, and compare.

    Raises BenchmarkFailed where a refresh fails.
    """
    end = time.monotonic() + 60 * minutes
    laps: list[Lap] = []
    with tempfile.TemporaryDirectory(prefix="foi-soak-") as folder:
        home = Home(Path(folder))
        zone = Zone(home.reports, reports, seed)
        for number in range(refreshes + 2):
            laps.append(_lap(home))
            say(f"refresh {number}: " + ", ".join(f"{value:,.1f} {name}" for name, value in laps[-1].figures().items()))
            zone.change()
            if time.monotonic() > end:
                break
        _refresh(home)
        return Soaked(reports, tuple(laps[2:]), tuple(_differences(home)))


def _refresh(home: Home) -> tuple[float, float]:
    """Seconds, and megabytes at the peak."""
    seconds, output = home.python("-c", REFRESH)
    if "Nothing has changed" in output:
        raise BenchmarkFailed(f"a refresh found nothing to do:\n{output}")
    return seconds, float(output.split()[-1])


def _lap(home: Home) -> Lap:
    seconds, memory = _refresh(home)
    if left := [p.name for p in home.build.iterdir() if p.suffix in (".wal", ".part") or p.name.startswith("rows-")]:
        raise BenchmarkFailed(f"a refresh left {left}")
    beside = [path for path in home.folder.rglob("*") if path.is_file() and home.reports not in path.parents]
    beside.remove(home.warehouse)
    size = sum(path.stat().st_size for path in beside) / 1024
    return Lap(seconds, memory, len(beside), size, home.warehouse.stat().st_size / 1024)


def _differences(home: Home) -> list[str]:
    """The tables whose rows differ between the last refresh and a refresh from nothing of the same reports."""
    incremental = _tables(home.warehouse)
    home.warehouse.unlink()
    shutil.rmtree(home.build)
    _refresh(home)
    rebuilt = _tables(home.warehouse)
    return sorted(name for name in incremental.keys() | rebuilt.keys() if incremental.get(name) != rebuilt.get(name))


def _tables(database: Path) -> dict[str, tuple[int, str]]:
    """The number of rows and a hash of all of them, whatever their order, by table."""
    with duckdb.connect(str(database), read_only=True) as connection:
        columns = connection.execute(
            "SELECT table_schema, table_name, list(column_name ORDER BY ordinal_position) "
            "FROM information_schema.columns WHERE table_schema IN ('raw', 'catalogue', 'marts') GROUP BY ALL"
        ).fetchall()
        found = {}
        for schema, table, names in columns:
            if (schema, table) in HISTORY or any(word in table for word in HISTORY_WORDS):
                continue
            kept = ", ".join(f'"{name}"' for name in names if name == "value_state" or "state" not in name)
            rows, hashes = connection.execute(
                f"SELECT count(*), md5(string_agg(h, '' ORDER BY h)) FROM (SELECT md5(({kept})::VARCHAR) AS h "
                f'FROM "{schema}"."{table}")'
            ).fetchone()
            found[f"{schema}.{table}"] = (rows, hashes)
        return found


def main(refreshes: int, reports: int, minutes: float, say: Callable[[str], None]) -> int:
    """Soak, print the figures; returns 1 where something grew or differs."""
    start = time.perf_counter()
    done = measure(refreshes, reports, say, minutes)
    print(done.markdown())
    say(f"{time.perf_counter() - start:.0f} s")
    return 1 if done.faults() else 0
