"""What a refresh of the bundled reports costs as a user meets it: a process of its own, from start to exit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.measure import NO_TELEMETRY, ROOT, Measured, against

FLOOR = 'python -c "import dagster, dbt.cli.main"'
GREAT_EXPECTATIONS = 'python -c "import great_expectations"'
FRESH = "from nothing"
PARSED = "from nothing, but dbt has parsed the project before"
ONE_NEW = "one new report"
UNCHANGED = "nothing changed"
AIMS = {FRESH: 12.0, ONE_NEW: 10.0, UNCHANGED: 1.5}
"""Seconds on two cores."""

RUN, REST, DAGSTER = "run", "start, look around, summary, exit", "Dagster's own work in the run"
BEFORE_RUN = ("import dagster", "dbt manifest")
IN_RUN = ("catalogue", "read", "dbt build", "checks", "diff", "publish")
STAGES = (REST, *BEFORE_RUN, *IN_RUN, DAGSTER)
_STAGE = re.compile(r"^ *(\S.*?) +(\d+\.\d+) s$", re.MULTILINE)
_PATIENCE = 2 * 3600  # a hundred thousand documents are read in less


class BenchmarkFailed(Exception):
    """What was to be measured did not happen; the message has the output."""


@dataclass(frozen=True, slots=True)
class Refreshes:
    """Every scenario beside the floor, and for those that refresh, the median seconds by stage."""

    lines: tuple[Measured, ...]
    stages: dict[str, dict[str, float]]


class Home:
    """A landing zone with the bundled reports and a warehouse beside it, in a folder that is thrown away."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.build = folder, folder / "build"
        self.reports, self.warehouse = folder / "reports", folder / "foi.duckdb"
        shutil.copytree(ROOT / "data" / "reports", self.reports)
        (folder / "tmp").mkdir()

    def python(self, *arguments: str) -> tuple[float, str]:
        """Run this Python on the project; returns seconds and output. Raises BenchmarkFailed."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("FOI_", "DAGSTER_", "DBT_"))}
        places = {"FOI_REPORTS_DIR": self.reports, "FOI_WAREHOUSE": self.warehouse, "FOI_BUILD_DIR": self.build,
                  "TMPDIR": self.folder / "tmp", "PYTHONPATH": ROOT}
        environment = ours | NO_TELEMETRY | {name: str(place) for name, place in places.items()}
        start = time.perf_counter()
        done = subprocess.run([sys.executable, *arguments], cwd=self.folder, env=environment, capture_output=True,
                              text=True, timeout=_PATIENCE)
        seconds = time.perf_counter() - start
        if done.returncode:
            raise BenchmarkFailed(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return seconds, done.stdout

    def floor(self) -> float:
        """Seconds that importing Dagster and dbt takes, which no refresh through them can go below."""
        return self.python("-c", "import dagster, dbt.cli.main")[0]

    def refresh(self, expected: str) -> tuple[float, str]:
        """``foi refresh --timings``; its output must say what is expected of it."""
        seconds, output = self.python("-m", "orchestration.cli", "refresh", "--timings")
        if expected not in output:
            raise BenchmarkFailed(f"a refresh did not say {expected!r}:\n{output}")
        return seconds, output

    def add_report(self) -> Path:
        """Drop one generated report (G2, tabs) into the landing zone."""
        from tests.generator import generate

        made = generate(1, "G2", "text_tabs")
        path = self.reports / made.name
        path.write_bytes(made.data)
        return path

    def forget_all_but_dbt(self) -> None:
        """Remove the warehouse and the build folder, but for what dbt keeps of the parsed project."""
        self.warehouse.unlink()
        for path in self.build.iterdir():
            if path.name != "dbt":
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def measure(runs: int, say: Callable[[str], None]) -> Refreshes:
    """Every scenario once a round, each right after the floor; a first round is not counted (it fills caches)."""
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    stages: dict[str, list[dict[str, float]]] = defaultdict(list)
    for number in range(runs + 1):
        say(f"refresh: round {number} of {runs}" if number else "refresh: a round to warm up")
        with tempfile.TemporaryDirectory(prefix="foi-bench-") as folder:
            for name, floor, taken, output in _round(Home(Path(folder))):
                if number:
                    pairs[FLOOR].append((floor, floor))
                    pairs[name].append((taken, floor))
                    if name in (FRESH, PARSED, ONE_NEW):
                        stages[name].append(by_stage(taken, output))
    lines = tuple(against(name, *zip(*values, strict=True)) for name, values in pairs.items())
    return Refreshes(lines, {name: _medians(rounds) for name, rounds in stages.items()})


def _round(home: Home) -> Iterator[tuple[str, float, float, str]]:
    """The scenarios in an order in which each finds what it needs: name, the floor's seconds, its own, its output."""
    yield FRESH, home.floor(), *home.refresh("Published")
    yield UNCHANGED, home.floor(), *home.refresh("Nothing has changed")
    new = home.add_report()
    yield ONE_NEW, home.floor(), *home.refresh("Published")
    new.unlink()
    home.forget_all_but_dbt()
    yield PARSED, home.floor(), *home.refresh("Published")
    yield GREAT_EXPECTATIONS, home.floor(), *home.python("-c", "import great_expectations")


def by_stage(whole: float, output: str) -> dict[str, float]:
    """Seconds of every stage, which add up to ``whole``, from what ``--timings`` printed. Raises BenchmarkFailed."""
    told = {name: float(value) for name, value in _STAGE.findall(output)}
    if set(told) != {RUN, *BEFORE_RUN, *IN_RUN}:
        raise BenchmarkFailed(f"the stages of a refresh are not those that the benchmark knows: {sorted(told)}")
    told[DAGSTER] = told[RUN] - sum(told[name] for name in IN_RUN)
    told[REST] = whole - told.pop(RUN) - sum(told[name] for name in BEFORE_RUN)
    return {name: told[name] for name in STAGES}


def _medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(stages[name] for stages in rounds) for name in STAGES}
