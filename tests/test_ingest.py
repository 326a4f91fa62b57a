"""Reading documents to rows: the same whatever the number of workers, and no document takes the others down."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration import ingest
from orchestration.ingest import Context, Job, read_all, read_one
from orchestration.settings import Settings
from orchestration.sidecar import Sidecar

ROOT = Path(__file__).parents[1]
CONTEXT = Context(Settings.load(environment={}).gazetteer, "test")


def job(path: Path) -> Job:
    return Job(path.name, path, hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture(scope="module")
def report() -> Path:
    (found,) = ROOT.glob("data/reports/*/330326_pingyang_2017.txt")
    return found


def test_rows_carry_their_document_and_their_order(report):
    reading = read_one(job(report), CONTEXT)
    (document,) = map(json.loads, reading.documents.splitlines())
    observations = [json.loads(line) for line in reading.observations.splitlines()]
    assert document["jurisdiction_code"] == "330326" and document["report_year"] == 2017
    assert {row["document_id"] for row in observations} == {document["document_id"]}
    assert [row["observation_no"] for row in observations] == list(range(1, len(observations) + 1))


def test_workers_give_the_same_rows_in_the_same_order_as_reading_here(tmp_path, report, monkeypatch):
    monkeypatch.setattr(ingest, "POOL_FROM", 4)
    monkeypatch.setattr(ingest, "SLICE", 5)
    text = report.read_text(encoding="utf-8")
    for number in range(12):
        (tmp_path / f"{number:02}.txt").write_text(text + f"\n{number}", encoding="utf-8")
    jobs = [job(path) for path in sorted(tmp_path.iterdir())]
    here = [reading for part in read_all(jobs, CONTEXT, workers=1) for reading in part]
    there = [reading for part in read_all(jobs, CONTEXT, workers=2) for reading in part]
    assert len(here) == 12 and here == there


def test_a_file_that_changes_while_it_is_read_is_tried_again_later(report):
    reading = read_one(replace(job(report), sha256="0" * 64), CONTEXT)
    assert reading.is_passing and "changed while it was read" in reading.reason


def test_a_file_that_vanishes_is_a_reason(tmp_path):
    reading = read_one(Job("gone.txt", tmp_path / "gone.txt", "0" * 64), CONTEXT)
    assert reading.is_passing and "cannot be read" in reading.reason


def test_a_fault_of_ours_is_one_documents_reason_and_says_so(report, monkeypatch):
    def broken(*arguments):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("parsers.report.read_report", broken)
    reading = read_one(job(report), CONTEXT)
    assert reading.documents == ""
    assert "fault of our own" in reading.reason and "ZeroDivisionError" in reading.reason


def test_a_sidecars_jurisdiction_and_issuer_go_before_the_documents(report):
    by_code = read_one(replace(job(report), sidecar=Sidecar(jurisdiction_code="430921")), CONTEXT)
    by_name = read_one(replace(job(report), sidecar=Sidecar(issuer="东阳市人民政府")), CONTEXT)
    assert json.loads(by_code.documents)["jurisdiction_code"] == "430921"
    assert json.loads(by_name.documents)["jurisdiction_code"] == "330783"
    assert json.loads(by_name.documents)["issuer_evidence"] == "sidecar"


def test_text_that_utf8_cannot_hold_is_replaced():
    assert ingest._text("a\ud800b") == "a?b"
