"""From one document to the rows of the raw tables: what a worker process does. No database, no Dagster here.

A document that cannot be read is a recorded reason, never an end of the run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from orchestration.sidecar import Sidecar
from orchestration.warehouse import json_line
from parsers.observation import Issue, UnreadableReport

if TYPE_CHECKING:
    from parsers.grid import Place
    from parsers.observation import Observation, Report, ReportHead

# Below this many documents a pool of processes costs more than it saves.
POOL_FROM = 64
# Documents whose rows are held in memory at once.
SLICE = 1000

Row = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One document to read: its listed path, where it stands, what it must hash to, what its sidecar says."""

    path: str
    file: Path
    sha256: str
    sidecar: Sidecar = Sidecar()


@dataclass(frozen=True, slots=True)
class Context:
    """What every document is read with; small, so that it can travel to worker processes."""

    gazetteer: Path
    parser_version: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one document: rows of three raw tables as JSON lines, or a reason for none.

    ``is_passing`` marks a reason that may be gone the next time (a file in motion), so that it is tried again.
    """

    job: Job
    documents: str = ""
    observations: str = ""
    issues: str = ""
    reason: str | None = None
    is_passing: bool = False


def document_id_of(sha256: str) -> str:
    """A document's id: the first 16 hex digits of its content's sha256."""
    return sha256[:16]


def read_all(jobs: Sequence[Job], context: Context, workers: int) -> Iterator[list[Reading]]:
    """Read documents and give their readings in the order of the jobs, a bounded slice at a time.

    The order and the rows are the same whatever the number of workers.
    """
    if len(jobs) < POOL_FROM or workers < 2:
        yield from ([read_one(job, context) for job in part] for part in _slices(jobs, POOL_FROM))
        return
    with _pool(workers) as pool:
        for number, part in enumerate(_slices(jobs, SLICE)):
            try:
                yield list(pool.map(read_one, part, [context] * len(part), chunksize=8))
            except BrokenProcessPool:
                # A worker died (out of memory, a crash in a native library): find the document that kills it.
                yield [_read_alone(job, context) for job in part]
                yield from read_all(jobs[(number + 1) * SLICE :], context, workers)
                return


def _slices(jobs: Sequence[Job], size: int) -> Iterator[Sequence[Job]]:
    return (jobs[start : start + size] for start in range(0, len(jobs), size))


def _pool(workers: int) -> ProcessPoolExecutor:
    """Workers come from a fork server: this process has threads (DuckDB, Dagster) and must not itself be forked."""
    from multiprocessing import get_context

    context = get_context("forkserver")
    context.set_forkserver_preload(["parsers.report", "orchestration.ingest"])
    return ProcessPoolExecutor(workers, mp_context=context)


def _read_alone(job: Job, context: Context) -> Reading:
    try:
        with _pool(1) as pool:
            return pool.submit(read_one, job, context).result()
    except BrokenProcessPool:
        return Reading(job, reason="the reading process died on this document (out of memory, or a fault of ours)")


def read_one(job: Job, context: Context) -> Reading:
    """Read one document to rows; whatever goes wrong with it is the reading's reason."""
    try:
        data = job.file.read_bytes()
    except OSError as error:
        return Reading(job, reason=f"the file cannot be read: {error.strerror}", is_passing=True)
    if hashlib.sha256(data).hexdigest() != job.sha256:
        return Reading(job, reason="the file changed while it was read; the next refresh reads it", is_passing=True)
    try:
        return _rows(job, context, _report(data, job), len(data))
    except UnreadableReport as error:
        return Reading(job, reason=str(error))
    except RecursionError:
        return Reading(job, reason="the document is nested too deeply to be read")
    except MemoryError:
        return Reading(job, reason="the document needs more memory than there is")
    except Exception as error:  # a fault of ours must not take the other documents down; it is loud in the states
        return Reading(job, reason=f"a fault of our own parser, please report it: {type(error).__name__}: {error}")


def _report(data: bytes, job: Job) -> Report:
    from parsers.catalogue import load
    from parsers.report import read_report

    report = read_report(data, Path(job.path).suffix.lower(), load())
    if job.sidecar.issuer:
        head = replace(report.head, issuer=job.sidecar.issuer, issuer_evidence="sidecar")
        report = replace(report, head=head)
    return report


@cache
def _gazetteer(path: Path) -> Any:
    from parsers.resolver import Gazetteer

    return Gazetteer.from_csv(path)


def _rows(job: Job, context: Context, report: Report, size: int) -> Reading:
    document_id = document_id_of(job.sha256)
    resolution = _resolve(job, context, report)
    document = _document(job, report, size) | resolution.row | {"parser_version": context.parser_version}
    issues = [*report.issues, *resolution.issues]
    return Reading(
        job,
        documents=json_line(document),
        observations="".join(
            json_line({"document_id": document_id, "observation_no": number} | _observation(seen))
            for number, seen in enumerate(report.observations, 1)
        ),
        issues="".join(
            json_line({"document_id": document_id, "issue_no": number} | _issue(issue))
            for number, issue in enumerate(issues, 1)
        ),
    )


def _document(job: Job, report: Report, size: int) -> Row:
    head, sidecar = report.head, job.sidecar
    return {
        "document_id": document_id_of(job.sha256), "sha256": job.sha256, "source_file": job.path,
        "form": report.form, "encoding": report.encoding, "size_bytes": size,
        "title": _text(head.title), "issuer": _text(head.issuer), "issuer_evidence": _text(head.issuer_evidence),
        "report_year": head.report_year, "period_start": head.period_start, "period_end": head.period_end,
        "reporting_scope": head.reporting_scope, "scope_evidence": _text(head.scope_evidence),
        "published_on": head.published_on, "template_codes": report.template_codes,
        "source_url": _text(sidecar.source_url), "retrieved_at": sidecar.retrieved_at,
        "source_authority": _text(sidecar.source_authority),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resolved:
    """The issuer's place and kind as columns of raw.documents, and what could not be resolved."""

    row: Row
    issues: tuple[Issue, ...] = ()


def _resolve(job: Job, context: Context, report: Report) -> Resolved:
    head: ReportHead = report.head
    if job.sidecar.issuer:
        head = replace(head, title=None)  # what a collector says of the issuer goes before what the title says
    found = _gazetteer(context.gazetteer).resolve_report(
        head,
        _full_text(report),
        head.report_year,
        override=job.sidecar.jurisdiction_code,
        host=urlsplit(job.sidecar.source_url or "").hostname,
    )
    row = {
        "jurisdiction_code": found.jurisdiction_code, "jurisdiction_matched_year": found.matched_year,
        "issuing_body": _text(found.issuing_body), "body_kind": found.body_kind, "resolution_rank": found.rank,
        "resolution_evidence": _text(found.evidence),
    }  # fmt: skip
    if found.jurisdiction_code or found.body_kind == "central":
        return Resolved(row)
    kind = "ambiguous_jurisdiction" if found.rank == "ambiguous" else "no_jurisdiction"
    named = f"the issuer {_text(head.issuer or report.head.title)!r} is not settled"
    hint = "add a sidecar with jurisdiction_code where you know it"
    return Resolved(row, (Issue(kind, f"{named}; {hint}", nearest_labels=found.candidates),))


def _full_text(report: Report) -> str:
    """The document's text in reading order, each cell once, a line a row."""
    lines = []
    for grid in report.grids:
        for number, row in enumerate(grid.rows):
            cells = {id(cell): cell.text for cell in row if cell.row == number}
            lines.append(" ".join(cells.values()))
    return "\n".join(lines)


def _observation(seen: Observation) -> Row:
    return {
        "template_code": seen.template_code, "indicator_code": seen.indicator_code,
        "applicant_type_code": seen.applicant_type_code, "value": seen.value, "value_state": seen.value_state,
        "printed_text": _text(seen.printed_text), "printed_label": _text(seen.printed_label),
        "unit_code": seen.unit_code, "origin": seen.origin, "qualifier": seen.qualifier,
    } | _place(seen.place)  # fmt: skip


def _issue(issue: Issue) -> Row:
    return {
        "kind": issue.kind, "message": _text(issue.message), "printed_text": _text(issue.printed_text),
        "indicator_code": issue.indicator_code, "nearest_labels": [_text(label) for label in issue.nearest_labels],
    } | _place(issue.place)  # fmt: skip


def _place(place: Place | None) -> Row:
    if place is None:
        return {}
    return {"page": place.page, "table_index": place.table, "row_index": place.row, "column_index": place.column,
            "char_start": place.start, "char_end": place.end}  # fmt: skip


def _text(text: str | None) -> str | None:
    """A text that UTF-8 can hold: lone surrogates, which a hostile character reference may make, are replaced."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")
