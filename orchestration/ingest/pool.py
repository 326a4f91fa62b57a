"""Worker processes that may hang, die or grow without taking anything down: one document is lost, with the reason.

Every job has a time limit, kept from outside, and every worker a limit of memory, kept by the operating system. Python
cannot end a call into a native library (a PDF that inflates, a page that loops), but it can end a process.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

# Jobs that a worker gets at once, so that it never waits for its next one.
BATCH = 8
# What a worker has for ending a job of its own accord (closing files, ending LibreOffice) before it is killed.
GRACE_SECONDS = 3
# How often a worker may end before it was ready for any document; what ails it then is no document's fault.
STARTS = 3
# After so many jobs a worker is replaced, so that what a long life leaves in its memory ends with it.
JOBS_A_WORKER = 5_000
OUT_OF_MEMORY = 77
TERMINATED = 128 + signal.SIGTERM
FROM_OUTSIDE = (-signal.SIGKILL, TERMINATED)
PRELOADED = ["parsers.report", "orchestration.ingest.reading"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may cost: seconds of time, and megabytes beyond what a worker needs when it does nothing."""

    seconds: float = 60
    megabytes: int = 2048


class NoWorkers(RuntimeError):
    """Workers cannot be had: each ended before it was ready for a document; the message says how."""


def nothing() -> None:
    """What a worker prepares where there is nothing to prepare."""


@dataclass(slots=True)
class Pool(Generic[Job, Result]):
    """Up to ``size`` worker processes that apply ``work`` to jobs; ``lost(job, reason)`` is the result of a lost one.

    ``prepare`` is called in each worker before its first job and counts for none. Both travel to the workers, so they
    are functions of a module (or partials of one). What ``work`` raises ends the worker. Used as a context; leaving it
    ends the workers, whatever they are doing.
    """

    size: int
    work: Callable[[Job], Result]
    lost: Callable[[Job, str], Result]
    limits: Limits = Limits()
    prepare: Callable[[], None] = nothing
    jobs_a_worker: int = JOBS_A_WORKER
    _idle: deque[Worker] = field(default_factory=deque)
    _all: set[Worker] = field(default_factory=set)
    _threads: ThreadPoolExecutor | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_closed: bool = False

    def __enter__(self) -> Pool[Job, Result]:
        # One thread a worker does nothing but wait for it.
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="worker")
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._is_closed = True
        for worker in tuple(self._all):
            worker.end()
        self._threads.shutdown(cancel_futures=True)

    def map(self, parts: Iterable[Sequence[Job]]) -> Iterator[list[Result]]:
        """The results of each part, in the order of its jobs.

        The workers are one part ahead, so that they do not stand still while the results of a part are used.
        """
        ahead: deque[list[Future[list[Result]]]] = deque()
        for part in parts:
            ahead.append(self._start(part))
            if len(ahead) > 1:
                yield _gathered(ahead.popleft())
        for started in ahead:
            yield _gathered(started)

    def _start(self, jobs: Sequence[Job]) -> list[Future[list[Result]]]:
        size = max(1, min(BATCH, len(jobs) // (2 * self.size)))
        return [self._threads.submit(self._run, jobs[at : at + size]) for at in range(0, len(jobs), size)]

    def _run(self, batch: Sequence[Job]) -> list[Result]:
        """The results of a batch, by as many workers as it takes. Raises NoWorkers.

        A worker that was killed may be a bystander (of an administrator, or of the kernel when memory runs out), so its
        job gets a second chance.
        """
        results: list[Result] = []
        second_chance, failed_starts = -1, 0
        while len(results) < len(batch) and (worker := self._take()):
            fate = worker.run(batch[len(results) :], results)
            if fate is None:
                self._give_back(worker)
                continue
            self._all.discard(worker)
            if not fate.was_ready:
                failed_starts += 1
                if failed_starts == STARTS:
                    raise NoWorkers(f"no document could be read: {fate.reason}")
            elif fate.is_puzzling and second_chance != len(results):
                second_chance = len(results)
            else:
                results.append(self.lost(batch[len(results)], fate.reason))
        return results

    def _give_back(self, worker: Worker) -> None:
        if worker.jobs_done < self.jobs_a_worker:
            self._idle.append(worker)
        else:
            self._all.discard(worker)
            worker.end()

    def _take(self) -> Worker | None:
        """A worker that is free, or a new one; None where the pool is being left."""
        with self._lock:
            if self._is_closed:
                return None
            if self._idle:
                return self._idle.pop()
            worker = Worker(self.work, self.limits, self.prepare)
            self._all.add(worker)
            return worker


def _gathered(futures: Iterable[Future[list[Result]]]) -> list[Result]:
    return [result for future in futures for result in future.result()]


@dataclass(frozen=True, slots=True)
class Fate:
    """How a worker ended: ``reason`` is told of the document that it was at, unless that is in doubt or was none."""

    reason: str
    is_puzzling: bool = False
    was_ready: bool = True


class Worker:
    """One process, from the outside."""

    def __init__(self, work: Callable[[Any], Any], limits: Limits, prepare: Callable[[], None]) -> None:
        # From a fork server: this process has threads (DuckDB, Dagster, ours) and must not itself be forked.
        context = get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        self._limits = limits
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, work, limits, prepare), daemon=True)
        self._process.start()
        self._is_ready = False
        self.jobs_done = 0
        theirs.close()

    def run(self, jobs: Sequence[Any], results: list[Any]) -> Fate | None:
        """Have jobs done one after the other, appending their results; how the worker ended, None where it lives on."""
        try:
            if not self._is_ready:
                self._is_ready = self._pipe.recv()
            self._pipe.send(jobs)
            for _ in jobs:
                if not self._pipe.poll(self._limits.seconds):
                    self.end()
                    return Fate(f"the document took longer than the {self._limits.seconds:g} seconds allowed "
                                "(FOI_MAX_SECONDS)")  # fmt: skip
                results.append(self._pipe.recv())
                self.jobs_done += 1
        except (EOFError, OSError):
            return self._fate()
        return None

    def end(self) -> None:
        """End the process: by request, so that it can tidy up, and if that does not help by force."""
        self._process.terminate()
        self._process.join(GRACE_SECONDS)
        self._process.kill()
        self._process.join()

    def _fate(self) -> Fate:
        self._process.join(GRACE_SECONDS)
        self.end()
        code = self._process.exitcode
        if code == OUT_OF_MEMORY:
            return Fate(f"the document needs more than the {self._limits.megabytes:,} MB of memory allowed "
                        "(FOI_MAX_MEMORY_MB)")  # fmt: skip
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with code {code}"
        reason = f"the process that read the document ended {how}: out of memory (FOI_MAX_MEMORY_MB), or a fault in it"
        return Fate(reason, code in FROM_OUTSIDE, self._is_ready)


def _serve(pipe: Connection, work: Callable[[Any], Any], limits: Limits, prepare: Callable[[], None]) -> None:
    """What a worker does: say that it is ready, then batches of jobs from the pipe until it ends, a result for each."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the main process, which ends this one
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    prepare()
    limit_memory(limits.megabytes)
    with contextlib.suppress(EOFError, OSError):  # the main process has gone
        pipe.send(True)
        while True:
            for job in pipe.recv():
                # If the main process is gone as well, nobody but the kernel is left to end a job that hangs.
                signal.alarm(int(limits.seconds) + 2 * GRACE_SECONDS)
                pipe.send(_done(work, job))
            signal.alarm(0)


def _done(work: Callable[[Any], Any], job: Any) -> Any:
    try:
        return work(job)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def limit_memory(megabytes: int) -> None:
    """Let this process grow by so much at most; allocating more raises MemoryError or ends it. Linux only."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.is_file():
        wanted = int(statm.read_text().split()[0]) * resource.getpagesize() + megabytes * 2**20
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
