"""Is the finished build believable? The suites as values, and a handle on the process that runs them.

``suites/`` says what is checked; ``worker`` runs it. Great Expectations takes seconds to import, so it lives in
a process of its own that is started early and asked late; this module never imports it.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import NormalDist
from typing import Any, Literal

import yaml

from orchestration.worker import Worker, WorkerError

SUITES = Path(__file__).with_name("suites")
SUITE_NAMES = ("completeness", "validity", "reconciliation", "plausibility", "coverage")
MAX_FAILING_ROWS = 10_000
TIME_LIMIT_SECONDS = 600.0
EXACT_TRIALS = 1_000
QUIET = {"GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "TQDM_DISABLE": "1"}

Severity = Literal["block", "warn"]


class SuiteError(ValueError):
    """The specification says something that cannot be run; the message names the place."""


class CheckWorkerError(WorkerError):
    """The suites could not be run; a check that fails is no such error."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The verdict on one expectation, as stored in raw.check_results, and the rows that failed it.

    ``failing_rows`` are JSON-able and capped at MAX_FAILING_ROWS; ``failing_count`` is the number before the cap.
    ``reports`` are the documents that it failed for, where the expectation is about single ones and they are all known.
    """

    suite: str
    expectation_no: int
    expectation: str
    description: str
    observed: str
    floor: str | None
    success: bool
    severity: Severity
    failing_rows: tuple[dict[str, Any], ...] = ()
    failing_count: int = 0
    reports: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """True where the build must not be published."""
        return not self.success and self.severity == "block"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One Great Expectations class with its arguments; ``rows`` is the query for the failing rows in full.

    ``report`` is the column of that query which names the document at fault; an expectation without it blocks all.
    """

    type: str
    description: str
    severity: Severity
    arguments: dict[str, Any] = field(default_factory=dict)
    floor: str | None = None
    observed: str | None = None
    rows: str | None = None
    report: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at, none of which may be NULL."""
        return tuple(value for name, value in self.arguments.items() if name in ("column", "column_A", "column_B"))


@dataclass(frozen=True, slots=True)
class Frame:
    """One query of the build and what is expected of its rows.

    ``each`` is a query for the values over which the frame is repeated; ``$each`` in ``sql`` is one of them.
    """

    suite: str
    name: str
    about: str
    sql: str
    expectations: tuple[Expectation, ...]
    each: str | None = None
    measure: str | None = None
    needs_baseline: bool = False


@dataclass(frozen=True, slots=True)
class Suites:
    """All of ``suites/``: lists and floors (made into temporary tables), helper queries, and the frames."""

    alpha: dict[str, float]
    floors: dict[str, dict[str, float]]
    form_floors: dict[str, dict[str, float]]
    ceilings: dict[str, dict[str, Any]]
    quarantine: dict[str, float]
    lists: dict[str, list[str]]
    prepare: dict[str, str]
    frames: tuple[Frame, ...]


def load_suites(folder: Path = SUITES) -> Suites:
    """Read the specification of the suites. Raises SuiteError."""
    try:
        frames = tuple(
            _frame(suite, name, dict(entry))
            for suite in SUITE_NAMES
            for name, entry in _read_yaml(folder / f"{suite}.yml").items()
        )
        return Suites(frames=frames, **_read_yaml(folder / "common.yml"))
    except (KeyError, TypeError, AttributeError) as error:
        raise SuiteError(f"{folder.name}: {error}") from error


def _read_yaml(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _frame(suite: str, name: str, entry: dict[str, Any]) -> Frame:
    place = f"{suite}.{name}"
    expectations = []
    for item in entry.pop("expectations", ()):
        item = dict(item)
        if item.get("severity") not in ("block", "warn"):
            raise SuiteError(f"{place}: severity is {item.get('severity')!r}, not block or warn")
        known = {key: item.pop(key) for key in ("type", "description", "severity") if key in item}
        optional = {key: item.pop(key) for key in ("floor", "observed", "rows", "report") if key in item}
        try:
            expectations.append(Expectation(**known, **optional, arguments=item))
        except TypeError as error:
            raise SuiteError(f"{place}: {error}") from error
    if not expectations:
        raise SuiteError(f"{place}: nothing is expected of it")
    try:
        return Frame(suite, name, expectations=tuple(expectations), **entry)
    except TypeError as error:
        raise SuiteError(f"{place}: {error}") from error


def least_plausible(trials: int, floor: float, alpha: float) -> int:
    """The fewest successes of ``trials`` that chance still explains where each succeeds with probability ``floor``.

    The alpha quantile of the binomial distribution: fewer successes than that happen with a probability below
    ``alpha``. With few trials it is 0, so that a handful of reports can never fall below it. Exact up to
    EXACT_TRIALS, beyond that by the Cornish-Fisher expansion (normal, corrected for skew), right to one report.
    """
    if not 0 < floor < 1:
        return trials if floor >= 1 else 0
    if trials > EXACT_TRIALS:
        spread = math.sqrt(trials * floor * (1 - floor))
        normal = NormalDist().inv_cdf(alpha)
        return max(0, round(trials * floor + normal * spread + (normal**2 - 1) * (1 - 2 * floor) / 6))
    below = 0.0
    for successes in range(trials + 1):
        ways = math.lgamma(trials + 1) - math.lgamma(successes + 1) - math.lgamma(trials - successes + 1)
        below += math.exp(ways + successes * math.log(floor) + (trials - successes) * math.log1p(-floor))
        if below >= alpha:
            return successes
    return trials


def most_plausible(trials: int, ceiling: float, alpha: float) -> int:
    """The most successes of ``trials`` that chance still explains where each succeeds with probability ``ceiling``."""
    return trials - least_plausible(trials, 1 - ceiling, alpha)


def start_worker(time_limit: float = TIME_LIMIT_SECONDS) -> CheckWorker:
    """Start the process that imports Great Expectations, and return at once. Close it, or use it as a context."""
    return CheckWorker([sys.executable, "-m", "orchestration.checks.worker"], time_limit, QUIET)


class CheckWorker(Worker):
    """The process that runs the suites."""

    name = "the check worker"
    failure = CheckWorkerError

    def run(self, database: Path, docs_dir: Path, run_id: str, baseline: Path | None = None) -> list[CheckResult]:
        """Check a finished build file and write its Data Docs; both files are closed again when this returns.

        ``baseline`` is the file published so far. Raises CheckWorkerError where the suites could not be run at all;
        a check that fails is a result, never an exception.
        """
        request = {
            "database": str(database),
            "docs_dir": str(docs_dir),
            "run_id": run_id,
            "baseline": str(baseline) if baseline else None,
        }
        answer = self.ask(request)
        if "error" in answer:
            raise CheckWorkerError(f"the checks could not be run: {answer['error']}{self.log_tail()}")
        lists = ("failing_rows", "reports")
        return [CheckResult(**{**row, **{name: tuple(row[name]) for name in lists}}) for row in answer["results"]]
