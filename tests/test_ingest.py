"""Reading documents to rows: the same whatever the number of workers, and no document takes the others down."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.ingest import reading as ingest
from orchestration.ingest import rows
from orchestration.ingest.grid_cache import GridCache
from orchestration.ingest.pool import Limits
from orchestration.ingest.reading import Context, Job, Reading, TimeUp, is_plain, read_all, read_one
from orchestration.ingest.sidecar import Sidecar
from orchestration.settings import Settings

ROOT = Path(__file__).parents[1]
NO_CACHE = GridCache(None, "")
CONTEXT = Context(Settings.load(environment={}).gazetteer, "test")


def job(path: Path) -> Job:
    return Job(path.name, path, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)


@pytest.fixture(scope="module")
def report() -> Path:
    (found,) = ROOT.glob("data/reports/*/330326_pingyang_2017.txt")
    return found


def test_rows_carry_their_document_and_their_order(report):
    reading = read_one(job(report), CONTEXT)
    (document,) = map(json.loads, reading.rows.documents.splitlines())
    observations = [json.loads(line) for line in reading.rows.observations.splitlines()]
    assert document["jurisdiction_code"] == "330326" and document["report_year"] == 2017
    assert {row["document_id"] for row in observations} == {document["document_id"]}
    assert [row["observation_no"] for row in observations] == list(range(1, len(observations) + 1))


def read(jobs: list[Job], workers: int = 1, cache: GridCache = NO_CACHE, context: Context = CONTEXT) -> list[Reading]:
    return [reading for part in read_all(jobs, context, workers, cache) for reading in part]


@pytest.fixture
def jobs(tmp_path, report) -> list[Job]:
    """Twelve reports that differ."""
    text = report.read_text(encoding="utf-8")
    for number in range(12):
        (tmp_path / f"{number:02}.txt").write_text(text + f"\nnumber {number}", encoding="utf-8")
    return [job(path) for path in sorted(tmp_path.iterdir())]


def test_workers_give_the_same_rows_in_the_same_order_as_reading_here(jobs, monkeypatch):
    monkeypatch.setattr(ingest, "SLICE", 5)
    here = read(jobs)
    monkeypatch.setattr(ingest, "POOL_FROM", 4)
    one, two = read(jobs, workers=1), read(jobs, workers=2)
    assert len(here) == 12 and here == one == two
    assert all(reading.rows for reading in here)


def test_a_file_that_changes_while_it_is_read_is_tried_again_later(report):
    reading = read_one(replace(job(report), sha256="0" * 64), CONTEXT)
    assert reading.is_passing and "changed while it was read" in reading.reason


def test_a_file_that_vanishes_is_a_reason(tmp_path):
    reading = read_one(Job("gone.txt", tmp_path / "gone.txt", "0" * 64, 1), CONTEXT)
    assert reading.is_passing and "cannot be read" in reading.reason


def test_a_fault_of_ours_is_one_documents_reason_and_says_so(report, monkeypatch):
    def broken(*arguments):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("parsers.report.interpret", broken)
    reading = read_one(job(report), CONTEXT)
    assert reading.rows is None
    assert "fault of our own" in reading.reason and "ZeroDivisionError" in reading.reason


def test_a_sidecars_jurisdiction_and_issuer_go_before_the_documents(report):
    by_code = read_one(replace(job(report), sidecar=Sidecar(jurisdiction_code="430921")), CONTEXT)
    by_name = read_one(replace(job(report), sidecar=Sidecar(issuer="东阳市人民政府")), CONTEXT)
    assert json.loads(by_code.rows.documents)["jurisdiction_code"] == "430921"
    assert json.loads(by_name.rows.documents)["jurisdiction_code"] == "330783"
    assert json.loads(by_name.rows.documents)["issuer_evidence"] == "sidecar"


def test_text_that_utf8_cannot_hold_is_replaced():
    assert rows._text("a\ud800b") == "a?b"


def test_only_short_plain_text_is_read_in_this_process(tmp_path):
    """Everything else goes to a worker, for it may reach a native library, whatever its name says."""
    contents = {
        "plain.txt": "依申请公开 44 件".encode(), "plain.md": b"| a | b |", "marked.txt": b"\xef\xbb\xbf1",
        "long.txt": b"1" * (ingest.PLAIN_BYTES + 1), "page.txt": b"\r\n <!DOCTYPE html>", "page.html": b"1",
        "pdf.txt": b"%PDF-1.7", "word.txt": b"PK\x03\x04", "rich.txt": b"{\\rtf1", "old.txt": b"\xd0\xcf\x11\xe0",
        "gbk.txt": "收到申请".encode("gbk"), "report.pdf": b"1",
    }  # fmt: skip
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    plain = {name for name in contents if is_plain(job(tmp_path / name))}
    assert plain == {"plain.txt", "plain.md", "marked.txt"}


def test_a_plain_document_that_takes_too_long_is_given_up(jobs, monkeypatch):
    """And what it does with ordinary exceptions does not keep it alive."""
    from parsers import report as parser

    real = parser.interpret

    def slow(document, catalogue):
        if any(cell.text == "number 3" for grid in document.grids for row in grid.rows for cell in row):
            while True:
                with contextlib.suppress(Exception):
                    time.sleep(0.01)
        return real(document, catalogue)

    monkeypatch.setattr(parser, "interpret", slow)
    context = replace(CONTEXT, limits=Limits(seconds=1))
    reasons = [reading.reason for reading in read(jobs, context=context)]
    assert [number for number, reason in enumerate(reasons) if reason] == [3]
    assert "longer than the 1 seconds allowed (FOI_MAX_SECONDS)" in reasons[3]


def test_time_is_not_up_once_a_document_is_read():
    with pytest.raises(TimeUp), ingest.time_limit(0.05):
        time.sleep(5)
    with ingest.time_limit(0.05):
        pass
    time.sleep(0.1)


@pytest.mark.parametrize("pool_from", [1, 100])
def test_grids_from_the_cache_give_the_same_rows_and_no_document_is_opened(tmp_path, jobs, monkeypatch, pool_from):
    monkeypatch.setattr(ingest, "POOL_FROM", pool_from)
    with GridCache(tmp_path / "grids.sqlite", "forms") as cache:
        opened = read(jobs, workers=2, cache=cache)
        for job in jobs:
            job.file.unlink()
        assert [replace(r, frozen=None) for r in opened] == read(jobs, workers=2, cache=cache)


def test_a_damaged_entry_of_the_cache_is_read_anew(tmp_path, jobs):
    with GridCache(tmp_path / "grids.sqlite", "forms") as cache:
        cache.put([(jobs[0].key, b"nonsense")])
        (reading,) = read(jobs[:1], cache=cache)
        assert reading.rows and cache.get([jobs[0].key]) == {jobs[0].key: reading.frozen}
