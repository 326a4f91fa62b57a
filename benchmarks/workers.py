"""What the processes that read documents cost and bring: memory over thousands of documents, use of all cores."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from benchmarks.documents import sample
from benchmarks.measure import seconds_of

MARKS = (1_000, 5_000)
AIM_MB = 150
POOL_DOCUMENTS = 400


def read_number(number: int) -> int:
    """Make one report and read it, web pages and texts in turn; returns how many figures it has."""
    return _read(sample(number, "html" if number % 2 else "text").data, ".html" if number % 2 else ".txt")


def _read(data: bytes, suffix: str) -> int:
    from parsers.catalogue import load
    from parsers.report import read_report

    return len(read_report(data, suffix, load()).observations)


def memory() -> dict[int, float]:
    """Megabytes that one worker holds (its own and the libraries' it shares) after so many different documents."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    worker = context.Process(target=_grow, args=(theirs,))
    worker.start()
    found = ours.recv()
    worker.join()
    return found


def _grow(pipe: Connection) -> None:
    found = {}
    for number in range(max(MARKS)):
        read_number(number)
        if number + 1 in MARKS:
            found[number + 1] = _resident()
    pipe.send(found)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def speed_up(rounds: int) -> float:
    """How many times as fast two workers read as one does: the median of some rounds, each side by side."""
    documents = [(sample(number, "html").data, ".html") for number in range(POOL_DOCUMENTS)]
    ratios = []
    for _ in range(rounds):
        one, two = (_pool_seconds(size, documents) for size in (1, 2))
        ratios.append(one / two)
    return median(ratios)


def _pool_seconds(size: int, documents: list[tuple[bytes, str]]) -> float:
    from orchestration.ingest.pool import Pool

    with Pool(size, _read_pair, _lost, prepare=partial(_read, *documents[0])) as pool:
        list(pool.map([documents[:2 * size]]))  # workers start; that is not what is measured here
        return seconds_of(lambda: list(pool.map([documents])))


def _read_pair(job: tuple[bytes, str]) -> int:
    return _read(*job)


def _lost(_: tuple[bytes, str], reason: str) -> int:
    raise RuntimeError(reason)


def main(rounds: int, say: Callable[[str], None]) -> int:
    """Measure and print the table."""
    say(f"workers: one reads {max(MARKS):,} documents")
    held = memory()
    say("workers: two beside one")
    times = speed_up(rounds)
    print("| workers | measured | aim |\n| --- | ---: | --- |")
    for count, megabytes in held.items():
        print(f"| memory of one after {count:,} documents | {megabytes:.0f} MB | ≤ {AIM_MB} MB, flat |")
    print(f"| two read as fast as one, {os.cpu_count()} cores | {times:.2f} × | 1.6–1.9 × |")
    return 0
