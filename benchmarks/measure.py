"""Medians, ratios that are taken round by round, and what to know of the machine."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NO_TELEMETRY = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing, in the unit that they were taken in."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of a table. ``ratio`` is to the floor of the same round, the median of the rounds; the floor has 1."""

    name: str
    spread: Spread
    ratio: float

    def as_json(self, digits: int) -> dict[str, float]:
        """Rounded figures under short names."""
        return {key: round(value, digits) for key, value in asdict(self.spread).items()} | {
            "ratio": round(self.ratio, 3)}


def against(name: str, values: Sequence[float], floors: Sequence[float]) -> Measured:
    """Measurements beside the floor's, which must have been taken in the same rounds."""
    return Measured(name, Spread.of(values), median(v / f for v, f in zip(values, floors, strict=True)))


def seconds_of(function: Callable[..., Any], *arguments: Any) -> float:
    """How long one call takes, by the wall clock."""
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def cpu_seconds_of(function: Callable[..., Any], *arguments: Any) -> float:
    """How long one call keeps a core busy: what others do on the machine counts for less than by the wall clock."""
    start = time.process_time()
    function(*arguments)
    return time.process_time() - start


def machine() -> dict[str, Any]:
    """Cores, Python, processor, and how busy the machine is (its load of the last minute)."""
    return {
        "cores": os.cpu_count() or 1,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 2),
    }


def is_busy(facts: dict[str, Any]) -> bool:
    """Whether others had work for at least half a core when the measurements began."""
    return facts["load"] > 0.5
