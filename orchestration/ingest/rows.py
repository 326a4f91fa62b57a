"""One report as rows of the raw tables: documents, observations and issues, as lines of JSON. No database here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from orchestration.warehouse import json_line
from parsers.observation import Issue

if TYPE_CHECKING:
    from orchestration.ingest.reading import Context, Job
    from parsers.grid import Place
    from parsers.observation import Observation, Report, ReportHead

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """What one report puts into three raw tables, a JSON line a row."""

    documents: str = ""
    observations: str = ""
    issues: str = ""


def document_id_of(sha256: str) -> str:
    """A document's id: the first 16 hex digits of its content's sha256."""
    return sha256[:16]


def rows_of(job: Job, context: Context, report: Report) -> Rows:
    """The rows of a report, numbered in the order of reading."""
    document_id = document_id_of(job.sha256)
    resolution = _resolve(job, context, report)
    document = _document(job, report) | resolution.row | {"parser_version": context.parser_version}
    return Rows(
        documents=json_line(document),
        observations="".join(
            json_line({"document_id": document_id, "observation_no": number} | _observation(seen))
            for number, seen in enumerate(report.observations, 1)
        ),
        issues="".join(
            json_line({"document_id": document_id, "issue_no": number} | _issue(issue))
            for number, issue in enumerate([*report.issues, *resolution.issues], 1)
        ),
    )


def _document(job: Job, report: Report) -> Row:
    head, sidecar = report.head, job.sidecar
    return {
        "document_id": document_id_of(job.sha256), "sha256": job.sha256, "source_file": job.path,
        "form": report.form, "encoding": report.encoding, "size_bytes": job.size,
        "title": _text(head.title), "issuer": _text(head.issuer), "issuer_evidence": _text(head.issuer_evidence),
        "report_year": head.report_year, "period_start": head.period_start, "period_end": head.period_end,
        "reporting_scope": head.reporting_scope, "scope_evidence": _text(head.scope_evidence),
        "published_on": head.published_on, "template_codes": report.template_codes,
        "source_url": _text(sidecar.source_url), "retrieved_at": sidecar.retrieved_at,
        "source_authority": _text(sidecar.source_authority) or _authority(report),
    }  # fmt: skip


def _authority(report: Report) -> str | None:
    """``mirror`` where the page around the report is a shop's or a company's; else the address decides, in dbt."""
    from parsers.catalogue import load
    from parsers.head.source import is_foreign_page

    return "mirror" if is_foreign_page(report.grids, load()) else None


@dataclass(frozen=True, slots=True)
class Resolved:
    """The issuer's place and kind as columns of raw.documents, and what could not be resolved."""

    row: Row
    issues: tuple[Issue, ...] = ()


@cache
def gazetteer(path: Path) -> Any:
    """The administrative units by which issuers are resolved, read once per process."""
    from parsers.resolver import Gazetteer

    return Gazetteer.from_csv(path)


def _resolve(job: Job, context: Context, report: Report) -> Resolved:
    head: ReportHead = report.head
    if job.sidecar.issuer:
        head = replace(head, title=None)  # what a collector says of the issuer goes before what the title says
    found = gazetteer(context.gazetteer).resolve_report(
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
