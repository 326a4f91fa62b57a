"""A process of its own for a library that takes seconds to import: started early, asked late, never in the way.

Protocol: one JSON request a line on stdin, one JSON answer a line on what was stdout; whatever a library prints goes to
stderr, which is the worker's log. The process ends at once when its stdin does, so that nothing outlives a refresh that
was killed. This module imports nothing that is slow.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

PROJECT_ROOT = Path(__file__).resolve().parents[1]


class WorkerError(RuntimeError):
    """The worker died, answered nonsense, failed or took too long; the message ends with the tail of its log."""


class Worker:
    """The handle on such a process, as a context. ``name`` is what messages call it; a limit of None waits on."""

    name = "the worker"
    failure: type[WorkerError] = WorkerError

    def __init__(
        self, command: list[str], time_limit: float | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        self._time_limit = time_limit
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (as long as the worker lives)
        paths = filter(None, (str(PROJECT_ROOT), os.environ.get("PYTHONPATH")))
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **(environment or {}),
                 "PYTHONPATH": os.pathsep.join(paths)},
        )
        self._answers: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request and wait for its answer. Raises ``failure`` where there is none."""
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            line = self._answers.get(timeout=self._time_limit)
        except (OSError, ValueError) as error:
            raise self.failure(f"{self.name} is not running{self.log_tail()}") from error
        except queue.Empty:
            self._process.kill()
            raise self.failure(f"{self.name} took more than {self._time_limit:g} s{self.log_tail()}") from None
        if not line:
            code = self._process.wait()
            raise self.failure(f"{self.name} ended with code {code}{self.log_tail()}")
        try:
            return json.loads(line)
        except ValueError as error:
            self._process.kill()
            raise self.failure(f"{self.name} answered {line[:80]!r}{self.log_tail()}") from error

    def close(self) -> None:
        """End the process; safe to call twice, and after it has died."""
        if self._process.poll() is None:
            self._process.stdin.close()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()

    def log_tail(self, size: int = 2_000) -> str:
        """The end of what the process has printed, for a message; empty where it printed nothing."""
        if self._log.closed:
            return ""
        handle = self._log.fileno()
        start = max(0, os.fstat(handle).st_size - size)
        # pread, because the child writes at the offset that a seek would move.
        text = os.pread(handle, size, start).decode("utf-8", "replace").strip()
        return f"; the end of its log:\n{text}" if text else ""

    def _listen(self) -> None:
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put(b"")


def serve(answer: Callable[[dict[str, Any]], dict[str, Any]], warm_up: Callable[[], None]) -> None:
    """Be such a process: warm up, then answer until stdin ends. A request that fails is answered with its error."""
    answers = os.dup(1)
    os.dup2(2, 1)
    requests: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, requests), daemon=True).start()
    with kept():
        warm_up()
    with os.fdopen(answers, "wb") as stream:
        for message in _answered(requests, answer):
            stream.write(json.dumps(message).encode() + b"\n")
            stream.flush()


@contextmanager
def kept() -> Iterator[None]:
    """What is made inside, modules above all, stays to the end: it is not searched for garbage, then or later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _read(stdin: IO[bytes], requests: queue.Queue[bytes]) -> None:
    for line in stdin:
        requests.put(line)
    os._exit(0)  # whoever asked is gone, whatever is going on here


def _answered(
    requests: queue.Queue[bytes], answer: Callable[[dict[str, Any]], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    while True:
        try:
            yield answer(json.loads(requests.get()))
        except Exception as error:  # the main process must hear of whatever went wrong
            traceback.print_exc()
            yield {"error": f"{type(error).__name__}: {error}"}
