"""Reports that are withheld for a fault of ours, while all others are published.

Grain: one document. A document whose reading crashes, or whose rows break a rule of our own, ends in the landing state
``quarantined``; the last good version of it, or of its file, stands in for it where the published file has one. It is
tried again when the parser or the document changes, or a person releases it; a report that a person holds back stays
out until it is released. A publisher's discrepancy is data and comes here never.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration import warehouse
from orchestration.ingest.rows import document_id_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.checks.suite import CheckResult
    from orchestration.dbt import Outcome
    from orchestration.ingest.landing import LandingFile

HOLD, RELEASE = "hold", "release"
# A document lost to a limit (time, memory) may have met a bad moment: it is read again in so many refreshes.
MAX_ATTEMPTS = 3
MAX_REASON = 1_000

# The last good version of a document (where it may stand in for itself), or of its file. A version whose figures the
# catalogue does not know any more is none.
STAND_IN = """
SELECT document_id FROM yesterday.raw.documents AS d
WHERE (d.source_file = $source_file OR d.document_id IN ($document_id, $kept_before))
  AND (d.document_id <> $document_id OR $may_be_itself)
  AND NOT EXISTS (FROM raw.documents AS t WHERE t.document_id = d.document_id)
  AND NOT EXISTS (FROM raw.quarantine AS q WHERE q.document_id = d.document_id AND d.document_id <> $document_id)
  AND NOT EXISTS (
      FROM yesterday.raw.observations AS o
      ANTI JOIN catalogue.indicators AS i USING (template_code, indicator_code) WHERE o.document_id = d.document_id)
ORDER BY d.document_id <> $document_id, d.document_id LIMIT 1
"""
TAKE_DOCUMENT = """
INSERT INTO raw.documents BY NAME SELECT * REPLACE ($source_file AS source_file)
FROM yesterday.raw.documents WHERE document_id = $kept
"""
TAKE_ROWS = """
INSERT INTO raw.{table} BY NAME SELECT * FROM yesterday.raw.{table} WHERE document_id = $kept {where} ORDER BY ALL
"""
ENTRIES = """
SELECT q.document_id, q.sha256, q.source_file, q.cause, q.reason, q.since, q.since_run_id, q.kept_document_id,
       coalesce(f.attempts, 0) AS attempts
FROM yesterday.raw.quarantine AS q
LEFT JOIN yesterday.raw.landing_files AS f ON f.sha256 = q.sha256 AND f.source_file = q.source_file
"""
FAILING = """
SELECT d.sha256, d.source_file, d.parser_version, f.state, f.sha256
FROM raw.documents AS d JOIN raw.landing_files AS f USING (source_file) WHERE d.document_id = ?
"""


@dataclass(frozen=True, slots=True)
class Run:
    """The refresh that finds a fault."""

    run_id: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of raw.quarantine, but for the run: which document, why and since when, and what stands in for it.

    ``cause`` is reading, limit, tests, checks or held.
    """

    document_id: str
    sha256: str
    source_file: str
    cause: str
    reason: str
    since: datetime | None = None
    since_run_id: str | None = None
    kept_document_id: str | None = None

    @classmethod
    def of(cls, file: LandingFile, cause: str, reason: str) -> Entry:
        return cls(document_id_of(file.sha256), file.sha256, file.path, cause, reason)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided of one document: hold it back, or release it for another reading."""

    decided_at: str
    action: str
    document_id: str
    source_file: str
    reason: str
    decided_by: str


def decisions(path: Path) -> dict[str, Decision]:
    """The last decision of each document; none where there is no file. Raises OSError, ValueError."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        try:
            rows = [Decision(**row) for row in csv.DictReader(stream)]
        except (TypeError, csv.Error) as error:
            raise ValueError(f"{path} is no list of decisions: {error}") from error
    return {row.document_id: row for row in sorted(rows, key=lambda row: row.decided_at)}


def decide(path: Path, action: str, document_id: str, source_file: str, reason: str, by: str) -> Decision:
    """Remember a decision for the next refresh, whole or not at all. Raises OSError, ValueError."""
    now = datetime.now(UTC).replace(tzinfo=None).isoformat()
    made = Decision(now, action, document_id, source_file, reason, by)
    known = decisions(path) | {document_id: made}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(asdict(made)), lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(known[key]) for key in sorted(known))
    os.replace(part, path)
    return made


def yesterdays(connection: DuckDBPyConnection) -> list[tuple[Entry, int]]:
    """Who was in quarantine in the file ``yesterday``, with the readings that a limit ended; an older file has none."""
    import duckdb

    try:
        return [(Entry(*row), attempts) for *row, attempts in connection.execute(ENTRIES).fetchall()]
    except duckdb.CatalogException:
        return []


def standing(
    before: Iterable[tuple[Entry, int]],
    decided: Mapping[str, Decision],
    files: Iterable[LandingFile],
    is_same_parser: bool,
) -> dict[str, Entry]:
    """The entries of documents of the landing zone that stay in quarantine unread, by document.

    One for a fault of ours stands while the same parser would meet the same document, one of a person until released.
    """
    by_id = {document_id_of(file.sha256): file for file in files}
    found = {}
    for entry, attempts in before:
        decision, file = decided.get(entry.document_id), by_id.get(entry.document_id)
        is_released = decision and decision.action == RELEASE and decision.decided_at > entry.since.isoformat()
        may_pass = entry.cause == "limit" and attempts < MAX_ATTEMPTS
        if file and not is_released and (entry.cause == "held" or (is_same_parser and not may_pass)):
            found[entry.document_id] = replace(entry, source_file=file.path)
    for document_id, decision in decided.items():
        if decision.action == HOLD and document_id in by_id and found.get(document_id, _none).cause != "held":
            reason = f"held back by {decision.decided_by}: {decision.reason}"
            found[document_id] = Entry.of(by_id[document_id], "held", reason)
    return found


_none = Entry("", "", "", "", "")


def admit(
    connection: DuckDBPyConnection, run: Run, entry: Entry, may_be_itself: bool, has_yesterday: bool
) -> str | None:
    """Put a document into raw.quarantine and let its last good version stand in; returns that version's document.

    Its own rows of today must be gone. ``may_be_itself`` where yesterday's rows of the very document are good. A
    published file of another shape has no version that could stand in.
    """
    import duckdb

    kept = None
    if has_yesterday:
        try:
            kept = _stand_in(connection, entry, may_be_itself)
        except (duckdb.CatalogException, duckdb.BinderException, duckdb.ConversionException):
            kept = None
    warehouse.insert_rows(connection, "raw.quarantine", [{
        **asdict(entry), "reason": entry.reason[:MAX_REASON], "since": entry.since or run.started_at,
        "since_run_id": entry.since_run_id or run.run_id, "run_id": run.run_id, "kept_document_id": kept,
    }])  # fmt: skip
    return kept


def _stand_in(connection: DuckDBPyConnection, entry: Entry, may_be_itself: bool) -> str | None:
    found = connection.execute(STAND_IN, {
        "document_id": entry.document_id, "source_file": entry.source_file, "kept_before": entry.kept_document_id,
        "may_be_itself": may_be_itself,
    }).fetchone()  # fmt: skip
    if not found:
        return None
    kept = {"kept": found[0]}
    connection.execute(TAKE_DOCUMENT, kept | {"source_file": entry.source_file})
    # Whether documents disagree depends on the others that are there, so it is found anew each time.
    for table, where in (("observations", ""), ("issues", "AND kind <> 'same_report_disagrees'")):
        connection.execute(TAKE_ROWS.format(table=table, where=where), kept)
    return found[0]


def set_aside(
    connection: DuckDBPyConnection, run: Run, faults: Mapping[str, str], cause: str, has_yesterday: bool
) -> None:
    """Take documents out of a build that is otherwise sound, each with its reason; marts are to be built anew.

    Yesterday's rows of the same document stand in only where another parser read them; and a version that stood in
    itself and failed is followed by none.
    """
    for document_id, reason in sorted(faults.items()):
        sha256, path, parser, state, file_sha256 = connection.execute(FAILING, [document_id]).fetchone()
        for table in ("observations", "issues", "documents"):
            connection.execute(f"DELETE FROM raw.{table} WHERE document_id = ?", [document_id])
        if state == "quarantined":
            connection.execute("UPDATE raw.quarantine SET kept_document_id = NULL WHERE sha256 = ?", [file_sha256])
            kept = None
        else:
            entry = Entry(document_id, sha256, path, cause, reason)
            may_be_itself = has_yesterday and _was_read_by_another(connection, document_id, parser)
            kept = admit(connection, run, entry, may_be_itself, has_yesterday)
        connection.execute(
            "UPDATE raw.landing_files SET document_id = ?, "
            "state = CASE WHEN source_file = ? THEN 'quarantined' ELSE state END, "
            "reason = CASE WHEN source_file = ? THEN ? ELSE reason END WHERE document_id = ?",
            [kept, path, path, reason[:MAX_REASON], document_id],
        )


def _was_read_by_another(connection: DuckDBPyConnection, document_id: str, parser: str) -> bool:
    query = "SELECT parser_version <> ? FROM yesterday.raw.documents WHERE document_id = ?"
    found = connection.execute(query, [parser, document_id]).fetchone()
    return bool(found and found[0])


def faults_of_tests(connection: DuckDBPyConnection, failed: Sequence[Outcome]) -> dict[str, str] | None:
    """The documents that failing dbt tests are about, with the rule that each breaks; None where one is about more.

    A row of the test ``well_formed`` begins with the key of the table, and most tables with the document.
    """
    found: dict[str, str] = {}
    for outcome in failed:
        if outcome.unique_id.startswith("operation."):
            continue  # what dbt does at its end fails where tables were skipped; it is done again
        if outcome.status != "fail" or not outcome.query:
            return None
        for rule, place in connection.execute(f"SELECT broken_rule, place FROM ({outcome.query})").fetchall():
            found.setdefault(place.split(" | ")[0], f"{outcome.unique_id.split('.')[2]}: {rule} at {place}")
    return found if found and found.keys() <= _documents(connection) else None


def faults_of_checks(connection: DuckDBPyConnection, results: Sequence[CheckResult]) -> dict[str, str] | None:
    """The documents whose rows make checks block, with what was expected; None where a check is about more."""
    found: dict[str, str] = {}
    for result in results:
        if result.blocks and not result.reports:
            return None
        for report in result.reports if result.blocks else ():
            found.setdefault(report, f"{result.suite}: {result.description}")
    return found if found.keys() <= _documents(connection) else None


def _documents(connection: DuckDBPyConnection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT document_id FROM raw.documents").fetchall()}


def is_few(
    connection: DuckDBPyConnection, run_id: str, faults: Mapping[str, str], few: int, share: float
) -> bool:
    """Whether so few documents are at fault that the others may be published without them, and others there are.

    Those count too that this very refresh has put aside already.
    """
    query = "SELECT count(*) FROM raw.quarantine WHERE since_run_id = ? AND cause IN ('tests', 'checks')"
    (before,) = connection.execute(query, [run_id]).fetchone()
    (documents,) = connection.execute("SELECT count(*) FROM raw.documents").fetchone()
    return 0 < len(faults) < documents and len(faults) + before <= max(few, share * documents)
