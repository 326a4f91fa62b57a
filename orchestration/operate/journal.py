"""What became of every run, whoever started it: the runs log, how the warehouse stands, and who is told.

A published file knows only the runs that published one, so failures are kept beside it, in two small files of the build
folder. Both are best effort: a disk that is full loses a line here, never a refresh.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from orchestration.ingest.landing import LandingZoneError
from orchestration.operate import faults, logs
from orchestration.refresh.workbench import AnotherRefresh, Workbench
from orchestration.settings import SettingError, Settings

PUBLISHED, UNCHANGED, FAILED, INTERRUPTED, PARTIAL = "published", "unchanged", "failed", "interrupted", "partial"
GOOD = (PUBLISHED, UNCHANGED)
KEPT_BYTES = 1_000_000
STOPPED, KILLED = 130, 137
# Failures that keep their own name, with the exit codes that the command line gives them.
KEPT_NAMES = {SettingError: 2, LandingZoneError: 3}


@dataclass(slots=True)
class Standing:
    """How a warehouse stands: the last good end of a run (UTC), a failure since then, a run on its way."""

    good_at: str | None = None
    failure: dict[str, Any] | None = None
    running: dict[str, Any] | None = None


def standing(settings: Settings) -> Standing:
    """How the warehouse stands; empty where nothing is known."""
    try:
        return Standing(**json.loads(settings.standing_file.read_bytes()))
    except (OSError, ValueError, TypeError):
        return Standing()


def runs(settings: Settings) -> Iterator[dict[str, Any]]:
    """The runs that are remembered, the newest first; a line that a crash cut short is passed over."""
    with suppress(OSError):
        for line in reversed(settings.runs_log.read_bytes().splitlines()):
            with suppress(ValueError):
                yield json.loads(line)


@contextmanager
def watched(settings: Settings, started_by: str) -> Iterator[Run]:
    """Watch one run: whatever ends it is recorded and told, and raised under its name.

    Raises AnotherRefresh, LandingZoneError, SettingError and RefreshFailed as they come; what else goes wrong becomes a
    RefreshFailed, a PassingFault where it may pass.
    """
    run = Run(settings, started_by)
    try:
        yield run
    except AnotherRefresh:
        raise
    except tuple(KEPT_NAMES) as error:
        run.end(FAILED, _exit_code(error), str(error))
        raise
    except Exception as error:
        failure = faults.named(error)
        run.end(FAILED, failure.exit_code, str(failure))
        if failure is error:
            raise
        with suppress(OSError), logs.written(settings):
            logs.log.error("unexpected", exc_info=error)
        raise failure from error
    except BaseException as error:
        if run.bench:
            run.end(INTERRUPTED, STOPPED, type(error).__name__)
        raise


@dataclass(slots=True)
class Run:
    """One run on its way. ``summary`` is its line of the runs log once it has ended."""

    settings: Settings
    started_by: str
    started_at: str = field(default_factory=lambda: _now())
    summary: dict[str, Any] = field(default_factory=dict)
    bench: Workbench | None = None
    _clock: float = field(default_factory=time.perf_counter)

    def begin(self, bench: Workbench) -> None:
        """Note that a run is on its way; tell of one that was killed before it could. The caller holds the lock."""
        self.bench = bench
        before = standing(self.settings)
        if before.running:
            died = {"status": INTERRUPTED, "exit_code": KILLED, "reason": "it was killed", **before.running}
            _append(self.settings, died)
            before.failure = died
            _tell(self.settings, "failed", died)
        before.running = {"started_at": self.started_at, "started_by": self.started_by, "pid": os.getpid(),
                          "warehouse": str(self.settings.warehouse)}  # fmt: skip
        _save(self.settings, before)

    def end(self, status: str, exit_code: int = 0, reason: str | None = None, run_id: str | None = None) -> None:
        """Record how the run ended, log its summary, and tell of a failure or of the recovery from one."""
        if self.summary:
            return
        bench = self.bench
        self.summary = _without_nothing({
            "status": status, "exit_code": exit_code, "run_id": run_id, "reason": reason,
            "started_by": self.started_by, "started_at": self.started_at, "finished_at": _now(),
            "seconds": round(time.perf_counter() - self._clock, 2), "warehouse": str(self.settings.warehouse),
            **(bench.counts if bench and status == PUBLISHED else {}),
            "stages": {name: round(seconds, 2) for name, seconds in bench.seconds.items()} if bench else None,
        })  # fmt: skip
        before = standing(self.settings)
        failed = status == FAILED  # who interrupts a run knows of it
        good_at = self.summary["finished_at"] if status in GOOD else before.good_at
        failure = self.summary if failed else None if status in GOOD else before.failure
        _save(self.settings, Standing(good_at, failure))
        if status != UNCHANGED:
            _append(self.settings, self.summary)
            with suppress(OSError), logs.written(self.settings):
                logs.event("run", logging.ERROR if failed else logging.INFO, **self.summary)
        if failed:
            _tell(self.settings, "failed", self.summary)
        elif status in GOOD and before.failure:
            _tell(self.settings, "recovered", {**self.summary, "failed_at": before.failure.get("finished_at")})

    def end_of(self, bench: Workbench, run_id: str) -> None:
        """Record the end of a run that Dagster drives: it keeps what the steps raise to itself."""
        if bench.failure:
            self.end(FAILED, _exit_code(bench.failure), str(faults.named(bench.failure)), run_id)
        else:
            self.end(PUBLISHED if bench.is_published else PARTIAL, run_id=run_id)


def as_line(summary: Mapping[str, Any]) -> str:
    """The summary of a run as one line of ``name=value``, for people and scripts; texts that need it are quoted."""
    flat = {name: value for name, value in summary.items() if name not in ("stages", "reason")}
    return "run " + " ".join(f"{name}={_quoted(value)}" for name, value in flat.items())


def as_markdown(settings: Settings, limit: int = 20) -> str:
    """The last published runs as a table with a sparkline of their seconds, the oldest first; for Dagster's pages."""
    last = [run for run in runs(settings) if run.get("status") == PUBLISHED][:limit][::-1]
    if not last:
        return "This is the first run that is remembered."
    lines = [f"| {run['started_at']} | {run.get('reports', '')} | {run.get('read', '')} | {run['seconds']:.1f} |"
             for run in last]  # fmt: skip
    head = ["| started | reports | read now | seconds |", "| --- | ---: | ---: | ---: |"]
    plot = f"seconds of the last {len(last)} runs: {sparkline([run['seconds'] for run in last])}"
    return "\n".join([plot, "", *head, *lines])


def sparkline(values: Sequence[float]) -> str:
    """Numbers as a row of bars, the largest full."""
    bars, top = "▁▂▃▄▅▆▇█", max(values, default=0) or 1
    return "".join(bars[min(int(value / top * len(bars)), len(bars) - 1)] for value in values)


def _quoted(value: Any) -> str:
    text = str(value)
    return text if text and not set(text) & set(' "=\n\t') else json.dumps(text, ensure_ascii=False)


def _exit_code(error: Exception) -> int:
    return KEPT_NAMES.get(type(error)) or faults.named(error).exit_code


def _tell(settings: Settings, kind: str, record: Mapping[str, Any]) -> None:
    if settings.notify_webhook or settings.notify_mail:
        from orchestration.operate.notify import notify

        with suppress(OSError), logs.written(settings):
            notify(settings, kind, record)


def _append(settings: Settings, record: Mapping[str, Any]) -> None:
    """Add a line to the runs log; where it has grown large, the older half goes."""
    path = settings.runs_log
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.stat().st_size > KEPT_BYTES:
            lines = path.read_bytes().splitlines(keepends=True)
            part = path.with_suffix(".part")
            part.write_bytes(b"".join(lines[len(lines) // 2 :]))
            os.replace(part, path)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")


def _save(settings: Settings, now: Standing) -> None:
    path = settings.standing_file
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(now), ensure_ascii=False, default=str), encoding="utf-8")
        os.replace(part, path)


def _without_nothing(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
