"""Worker processes: whatever a document does to its process, it is lost alone, with the reason, and in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from orchestration.ingest.pool import Limits, NoWorkers, Pool
from tests.processes import is_running

ROOT = Path(__file__).parents[1]


# What the workers of these tests do with a job.
def obey(job: str) -> str:
    """A job says what befalls the process that does it."""
    what, _, argument = job.partition(" ")
    if what == "hang":
        hang(argument)
    if what == "die":
        os.kill(os.getpid(), getattr(signal, argument))
    if what == "exit":
        os._exit(int(argument))
    if what == "raise":
        raise ValueError(argument)
    if what == "eat":
        return str(len(bytearray(int(argument) * 2**20)))
    if what == "die-once":
        return die_once(*argument.split(" "))
    return f"done {job} by {os.getpid()}"


def hang(how: str) -> None:
    if how == "deaf":  # as a native library is deaf to all but the last signal
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    while True:
        time.sleep(0.1)


def die_once(name: str, mark: str) -> str:
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), getattr(signal, name))
    return "done at last"


def lost(job: str, reason: str) -> str:
    return f"lost {job}: {reason}"


def results(jobs: list[str], seconds: float = 1, megabytes: int = 2048) -> list[str]:
    with Pool(2, obey, lost, Limits(seconds, megabytes)) as pool:
        return [result for part in pool.map([jobs]) for result in part]


def test_results_come_in_the_order_of_the_jobs_from_several_processes():
    jobs = [f"job{number}" for number in range(100)]
    with Pool(2, obey, lost) as pool:
        parts = list(pool.map([jobs[:60], [], jobs[60:]]))
    assert [len(part) for part in parts] == [60, 0, 40]
    done = [result.split() for part in parts for result in part]
    assert [job for _, job, *_ in done] == jobs
    pids = {pid for *_, pid in done}
    assert len(pids) == 2 and str(os.getpid()) not in pids


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ("hang", "took longer than the 1 seconds allowed (FOI_MAX_SECONDS)"),
        ("hang deaf", "took longer than the 1 seconds allowed (FOI_MAX_SECONDS)"),
        ("die SIGKILL", "ended by SIGKILL"),
        ("die SIGSEGV", "ended by SIGSEGV"),
        ("exit 3", "ended with code 3"),
        ("raise oops", "ended with code 1"),
        ("eat 4000", "more than the 300 MB of memory allowed (FOI_MAX_MEMORY_MB)"),
    ],
)
def test_a_job_that_ends_its_process_is_lost_alone_and_the_others_are_done(job, reason):
    jobs = [f"job{number}" for number in range(20)]
    jobs[7] = job
    done = results(jobs, megabytes=300)
    assert [number for number, result in enumerate(done) if not result.startswith("done")] == [7]
    assert done[7].startswith(f"lost {job}: ") and reason in done[7]


def test_a_worker_is_replaced_after_so_many_jobs():
    with Pool(1, obey, lost, jobs_a_worker=16) as pool:
        done = [result.split() for part in pool.map([[f"job{number}" for number in range(64)]]) for result in part]
    assert [job for _, job, *_ in done] == [f"job{number}" for number in range(64)]
    assert len({pid for *_, pid in done}) == 4


def slow_start() -> None:
    time.sleep(2)


def test_the_time_that_a_worker_needs_to_get_ready_is_no_jobs_time():
    with Pool(1, obey, lost, Limits(seconds=1), slow_start) as pool:
        assert [result.split()[0] for part in pool.map([["job"]]) for result in part] == ["done"]


def broken_start() -> None:
    raise ImportError("half an installation")


def test_workers_that_cannot_start_are_no_documents_fault():
    """Else one bad night would reject every report, and that would be remembered."""
    with pytest.raises(NoWorkers, match="ended with code 1"), Pool(2, obey, lost, prepare=broken_start) as pool:
        list(pool.map([["job"] * 5]))


def test_memory_within_the_limit_is_given():
    assert results(["eat 200"], seconds=10, megabytes=300) == [str(200 * 2**20)]


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_job_whose_worker_was_killed_from_outside_gets_a_second_chance(tmp_path, name):
    assert results([f"die-once {name} {tmp_path / 'mark'}"]) == ["done at last"]


def test_every_job_may_be_bad():
    done = results(["die SIGKILL"] * 5 + ["hang"] * 3)
    assert all(result.startswith("lost ") for result in done) and len(done) == 8


def test_leaving_a_pool_ends_its_workers_at_once():
    # A shell that starts the tests in the background has interrupts ignored, and Python leaves that so.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Pool(2, obey, lost, Limits(seconds=60)) as pool:
        threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
        list(pool.map([["hang", "hang", "hang deaf"]]))
    assert time.monotonic() - start < 30
    signal.signal(signal.SIGINT, before)


ORPHANS = """
import os, signal, sys, threading
from orchestration.ingest.pool import Limits, Pool
from tests.test_pool import lost, obey

with Pool(1, obey, lost, Limits(seconds=1)) as pool:
    for part in pool.map([["pid"], ["hang deaf"]]):  # the second part is given to the worker before the first is here
        print(*part, flush=True)
        threading.Timer(float(sys.argv[1]), os.kill, (os.getpid(), signal.SIGKILL)).start()
"""


def test_a_worker_that_hangs_does_not_outlive_a_main_process_that_was_killed():
    """The main process is killed while it waits: the kernel's own alarm ends the worker."""
    command = [sys.executable, "-c", ORPHANS.replace("seconds=1", "seconds=3"), "1"]
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=60)
    assert run.returncode == -signal.SIGKILL
    worker = int(run.stdout.split()[-1])
    deadline = time.monotonic() + 30
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not is_running(worker)
