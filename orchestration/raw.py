"""From the landing zone to schema raw: decides what must be read, reads it, keeps the rest from yesterday's file.

An incremental refresh and a full one give the same rows: the build starts empty, rows of documents that are still
there come from the published file, rows of new ones from the parser. Documents that vanished are simply not copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration import warehouse
from orchestration.grid_cache import GridCache, Key
from orchestration.ingest import Context, Job, Progress, Reading, read_all
from orchestration.landing import DOUBTFUL, LandingFile, real_path, suffix_of
from orchestration.rows import document_id_of
from orchestration.sidecar import MAX_BYTES, BrokenSidecar, Sidecar, parse_sidecar, report_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Known:
    """What yesterday's file says of a content: its document, or the reason for having none; and its sidecar's hash."""

    document_id: str | None
    reason: str | None
    sidecar_sha256: str | None = None


@dataclass(slots=True)
class Ledger:
    """The one state of every file, filled in as the refresh goes; keys are paths."""

    zone: Path
    files: Mapping[str, LandingFile]
    states: dict[str, tuple[str, str | None, str | None, str | None]] = field(default_factory=dict)
    sidecars: dict[str, Sidecar] = field(default_factory=dict)
    sidecar_paths: dict[str, str] = field(default_factory=dict)
    first_paths: dict[str, str] = field(default_factory=dict)

    def settle(self, path: str, state: str, reason: str | None = None, duplicate_of: str | None = None,
               document_id: str | None = None) -> None:  # fmt: skip
        self.states[path] = (state, reason, duplicate_of, document_id)

    def rows(self) -> Iterator[dict[str, object]]:
        """The rows of raw.landing_files, in path order."""
        for path, file in self.files.items():
            state, reason, duplicate_of, document_id = self.states[path]
            yield {
                "source_file": path, "size_bytes": file.size, "modified_at": _moment(file.modified_ns),
                "sha256": file.sha256, "state": state, "reason": reason, "duplicate_of": duplicate_of,
                "document_id": document_id,
            }  # fmt: skip


def fill_raw(
    connection: DuckDBPyConnection,
    zone: Path,
    files: Sequence[LandingFile],
    context: Context,
    workers: int,
    yesterday: Path | None,
    cache: GridCache,
    progress: Progress = lambda done, total: None,
) -> tuple[LandingFile, ...]:
    """Fill landing_files, documents, observations and issues of the build.

    ``yesterday`` is the published file where its rows may be kept (same parser), else None; documents that must be read
    again are taken from ``cache`` where their form was read before. Returns the files as the next refresh should
    remember them: what failed in passing is forgotten, so that it is tried again.
    """
    with ExitStack() as stack:
        if yesterday:
            stack.enter_context(warehouse.attached(connection, yesterday))
        ledger, candidates = sort_out(zone, files)
        known = _known(connection) if yesterday else {}
        kept, jobs = _divide(ledger, candidates, known)
        _keep(connection, ledger, kept)
        passing = _read(connection, ledger, read_all(jobs, context, workers, cache), len(jobs), progress)
        cache.keep_only(ledger.first_paths)
    _settle_companions(ledger)
    warehouse.insert_rows(connection, "raw.landing_files", ledger.rows())
    warehouse.note_reasons(connection)
    return tuple(_forgotten(file) if file.path in passing else file for file in files)


def sort_out(zone: Path, files: Sequence[LandingFile]) -> tuple[Ledger, list[LandingFile]]:
    """Settle every file that needs no parser; returns the ledger and the distinct documents that do, in path order."""
    from parsers.forms import FORMS

    ledger = Ledger(zone, {file.path: file for file in files})
    candidates = []
    for file in files:
        if file.problem:
            ledger.settle(file.path, file.problem_state or "rejected", file.problem)
        elif file.is_sidecar:
            _read_sidecar(ledger, file)
        elif file.suffix not in FORMS:
            kind = file.suffix or "a name without suffix"
            ledger.settle(file.path, "unsupported", f"no reader for {kind}; {', '.join(sorted(FORMS))} are read")
        elif first := ledger.first_paths.get(file.sha256):
            ledger.settle(file.path, "duplicate", "the same bytes as another file", first, None)
        else:
            ledger.first_paths[file.sha256] = file.path
            candidates.append(file)
    return ledger, candidates


def _read_sidecar(ledger: Ledger, file: LandingFile) -> None:
    """A sidecar speaks for the content of its report, so for the copies of that report as well."""
    report = report_of(file.path)
    if report not in ledger.files:
        ledger.settle(file.path, "unsupported", f"a sidecar without its file {report}")
        return
    try:
        if file.size > MAX_BYTES:
            raise BrokenSidecar(f"{file.size:,} bytes is too much for a sidecar ({MAX_BYTES:,} at most)")
        sidecar = parse_sidecar(real_path(ledger.zone, file.path).read_bytes(), file.path)
    except (BrokenSidecar, OSError) as error:
        ledger.settle(file.path, "rejected", f"a sidecar that cannot be used: {error}")
        return
    content = ledger.files[report].sha256
    if content in ledger.sidecars:
        ledger.settle(file.path, "rejected", f"{ledger.sidecar_paths[content]} speaks for the same content already")
    elif content:
        ledger.sidecars[content] = sidecar
        ledger.sidecar_paths[content] = file.path


def _known(connection: DuckDBPyConnection) -> dict[Key, Known]:
    """What yesterday's file settled: documents, and those that were rejected after a look inside.

    By content and suffix, since the name of a file has a say in the form that it is read as.
    """
    rows = connection.execute("""
        WITH sidecars AS (
            SELECT document_id, any_value(sha256) AS sha256 FROM yesterday.raw.landing_files
            WHERE reason LIKE 'sidecar of %' GROUP BY document_id
        )
        SELECT d.sha256, d.source_file, d.document_id, NULL, s.sha256
        FROM yesterday.raw.documents AS d LEFT JOIN sidecars AS s USING (document_id)
        UNION ALL
        SELECT sha256, source_file, NULL, reason, NULL FROM yesterday.raw.landing_files
        WHERE state = 'rejected' AND sha256 IS NOT NULL
    """).fetchall()
    return {(sha256, suffix_of(path)): Known(*rest) for sha256, path, *rest in rows}


def _divide(
    ledger: Ledger, candidates: Sequence[LandingFile], known: Mapping[Key, Known]
) -> tuple[list[tuple[LandingFile, Known]], list[Job]]:
    """Which documents are kept as they are, and which must be read."""
    kept, jobs = [], []
    for file in candidates:
        path = ledger.sidecar_paths.get(file.sha256)
        sidecar_sha256 = ledger.files[path].sha256 if path else None
        before = known.get((file.sha256, file.suffix))
        if before and (before.document_id is None or before.sidecar_sha256 == sidecar_sha256):
            kept.append((file, before))
        else:
            sidecar = ledger.sidecars.get(file.sha256, Sidecar())
            jobs.append(Job(file.path, real_path(ledger.zone, file.path), file.sha256, file.size, sidecar))
    return kept, jobs


def _keep(connection: DuckDBPyConnection, ledger: Ledger, kept: Sequence[tuple[LandingFile, Known]]) -> None:
    """Copy the rows of unchanged documents; where a file was renamed, the document stands under its new path."""
    connection.execute("CREATE TEMP TABLE kept (document_id VARCHAR, source_file VARCHAR)")
    warehouse.insert_rows(connection, "kept", [
        {"document_id": k.document_id, "source_file": f.path} for f, k in kept if k.document_id
    ])  # fmt: skip
    for file, before in kept:
        if before.document_id:
            ledger.settle(file.path, "unchanged", document_id=before.document_id)
        else:
            ledger.settle(file.path, "rejected", before.reason)
    if kept:
        connection.execute("""
            INSERT INTO raw.documents BY NAME SELECT d.* REPLACE (k.source_file AS source_file)
            FROM yesterday.raw.documents AS d JOIN kept AS k USING (document_id) ORDER BY document_id
        """)
        # Whether documents disagree depends on the others that are there, so it is found anew each time.
        for table, where in (("observations", ""), ("issues", "WHERE kind <> 'same_report_disagrees'")):
            connection.execute(f"""
                INSERT INTO raw.{table} BY NAME SELECT t.* FROM yesterday.raw.{table} AS t
                SEMI JOIN kept USING (document_id) {where} ORDER BY ALL
            """)
    connection.execute("DROP TABLE kept")


def _read(
    connection: DuckDBPyConnection,
    ledger: Ledger,
    slices: Iterable[Sequence[Reading]],
    total: int,
    progress: Progress,
) -> set[str]:
    """Insert the rows of the new documents as they are read; returns the paths that failed in passing."""
    passing, done = set(), 0
    progress(done, total)
    for readings in slices:
        for table in ("documents", "observations", "issues"):
            lines = (getattr(reading.rows, table) for reading in readings if reading.rows)
            warehouse.insert_lines(connection, f"raw.{table}", lines)
        for reading in readings:
            path = reading.job.path
            if reading.rows:
                ledger.settle(path, "read", document_id=document_id_of(reading.job.sha256))
            else:
                ledger.settle(path, "rejected", reading.reason)
            if reading.is_passing:
                passing.add(path)
        done += len(readings)
        progress(done, total)
    return passing


def _settle_companions(ledger: Ledger) -> None:
    """Give copies and sidecars the document of the file that they belong to, once it is known."""
    for path in ledger.files:
        if path in ledger.states and ledger.states[path][0] == "duplicate":
            state, reason, first, _ = ledger.states[path]
            ledger.settle(path, state, reason, first, ledger.states[first][3])
        elif path not in ledger.states:
            report = report_of(path)
            state, _, first, document_id = ledger.states[report]
            _, _, _, document_id = ledger.states[first] if first else ledger.states[report]
            ledger.settle(path, state if state == "unchanged" else "read", f"sidecar of {report}", None, document_id)


def _forgotten(file: LandingFile) -> LandingFile:
    return file._replace(
        sha256=None, changed_ns=DOUBTFUL, problem_state="rejected", problem="could not be read in passing"
    )


def _moment(nanoseconds: int) -> datetime | None:
    """A file's time as UTC without a zone; None for times that no calendar holds."""
    try:
        return datetime.fromtimestamp(nanoseconds / 1e9, UTC).replace(tzinfo=None) if nanoseconds else None
    except (ValueError, OverflowError, OSError):
        return None
