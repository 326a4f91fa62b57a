"""Damaged and made-up documents through the whole ingest: read or refused with a reason, in bounds, and stored.

``FOI_FUZZ_SECONDS`` fuzzes longer, ``FOI_FUZZ_SEED`` elsewhere; a failure names the seeds of its documents, which
``tests.faults.mutate.hostile`` makes again.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from pathlib import Path

import pytest

from orchestration import warehouse
from orchestration.ingest import raw
from orchestration.ingest.grid_cache import GridCache
from orchestration.ingest.pool import Limits
from orchestration.ingest.reading import Context, Job, Reading, read_all
from orchestration.settings import Settings
from tests.faults.mutate import heaps, hostile

SECONDS = float(os.environ.get("FOI_FUZZ_SECONDS", 25))
SEED = int(os.environ.get("FOI_FUZZ_SEED", 0))
AT_ONCE = 100
CONTEXT = Context(Settings.load(environment={}).gazetteer, "fuzz", Limits(seconds=20, megabytes=600))
OURS = ("fault of our own", "FOI_MAX_", "nested too deeply")
STATES = {"number", "zero", "blank", "dash", "text"}


def write(folder: Path, name: str | int, document: tuple[bytes, str]) -> Job:
    data, suffix = document
    path = folder / f"{name}{suffix}"
    path.write_bytes(data)
    return Job(path.name, path, hashlib.sha256(data).hexdigest(), len(data))


@pytest.fixture(scope="module")
def readings(tmp_path_factory) -> list[Reading]:
    """What came of as many hostile documents as the time allows; those that were stored are in ``build.duckdb``."""
    home, found, end = tmp_path_factory.mktemp("fuzz"), [], time.monotonic() + SECONDS
    warehouse.create(home / "build.duckdb")
    seed = SEED
    while time.monotonic() < end:
        jobs = [write(home, number, hostile(number)) for number in range(seed, seed + AT_ONCE)]
        distinct = list({job.sha256: job for job in jobs}.values())
        read = [reading for part in read_all(distinct, CONTEXT, 2, GridCache(None, "")) for reading in part]
        with warehouse.connect(home / "build.duckdb") as connection:
            found += raw._stored(connection, [r for r in read if r.job.sha256 not in {f.job.sha256 for f in found}])
        for job in jobs:
            job.file.unlink()
        seed += AT_ONCE
    return found


def test_no_document_brings_a_fault_of_ours_or_passes_a_limit(readings):
    assert len(readings) >= AT_ONCE
    bad = [(r.job.path, r.reason[:200]) for r in readings if r.reason and any(word in r.reason for word in OURS)]
    assert bad == []


def test_damaged_documents_are_read_as_well_as_refused(readings):
    """A fuzzer whose documents are all refused at the door tests the door only."""
    counts = Counter(bool(reading.rows) for reading in readings)
    assert min(counts[True], counts[False]) > len(readings) / 20, counts


def test_a_reason_is_one_line_that_a_person_can_read(readings):
    reasons = [reading.reason for reading in readings if reading.reason is not None]
    assert [r for r in reasons if not r.strip() or len(r) > 2_000 or not r.isprintable()] == []


def test_a_heap_of_one_thing_in_one_cell_passes_no_limit(tmp_path):
    jobs = [write(tmp_path, name, document) for name, document in heaps().items()]
    read = [reading for part in read_all(jobs, CONTEXT, 2, GridCache(None, "")) for reading in part]
    assert len(read) == len(jobs)
    assert [(r.job.path, r.reason) for r in read if r.reason and any(word in r.reason for word in OURS)] == []
