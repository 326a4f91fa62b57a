"""From the landing zone to schema raw: decides what must be read, reads it, keeps the rest from yesterday's file.

An incremental refresh and a full one give the same rows: the build starts empty, rows of documents that are still
there come from the published file, rows of new ones from the parser. Documents that vanished are simply not copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration import warehouse
from orchestration.ingest.grid_cache import GridCache, Key
from orchestration.ingest.landing import DOUBTFUL, LandingFile, read_regular, real_path, suffix_of
from orchestration.ingest.reading import Context, Job, Progress, Reading, read_all
from orchestration.ingest.rows import document_id_of
from orchestration.ingest.sidecar import MAX_BYTES, BrokenSidecar, Sidecar, parse_sidecar, report_of
from orchestration.review import quarantine

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Known:
    """What yesterday's file says of a content: its document, or the reason for having none; its sidecar's hash; how
    often it was lost to a limit."""

    document_id: str | None
    reason: str | None
    sidecar_sha256: str | None = None
    attempts: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether another reading would come to the same; a limit may have been a bad moment of the machine."""
        return self.document_id is not None or not 0 < self.attempts < quarantine.MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Past:
    """What this refresh may build on.

    ``published`` is yesterday's file where it can be read; ``is_same_parser`` where its rows are what this parser would
    read. ``decisions`` are those of people on single documents.
    """

    run: quarantine.Run
    published: Path | None = None
    is_same_parser: bool = False
    decisions: Mapping[str, quarantine.Decision] = field(default_factory=dict)


@dataclass(slots=True)
class Ledger:
    """The one state of every file, filled in as the refresh goes; keys are paths."""

    zone: Path
    files: Mapping[str, LandingFile]
    states: dict[str, tuple[str, str | None, str | None, str | None]] = field(default_factory=dict)
    sidecars: dict[str, Sidecar] = field(default_factory=dict)
    sidecar_paths: dict[str, str] = field(default_factory=dict)
    first_paths: dict[str, str] = field(default_factory=dict)
    passing: set[str] = field(default_factory=set)
    attempts: dict[str, int] = field(default_factory=dict)

    def settle(self, path: str, state: str, reason: str | None = None, duplicate_of: str | None = None,
               document_id: str | None = None) -> None:  # fmt: skip
        self.states[path] = (state, reason, duplicate_of, document_id)

    def rows(self) -> Iterator[dict[str, object]]:
        """The rows of raw.landing_files, in path order; what failed in passing has no hash to be known by."""
        for path, file in self.files.items():
            state, reason, duplicate_of, document_id = self.states[path]
            yield {
                "source_file": path, "size_bytes": file.size, "modified_at": _moment(file.modified_ns),
                "sha256": None if path in self.passing else file.sha256, "state": state, "reason": reason,
                "duplicate_of": duplicate_of, "document_id": document_id, "attempts": self.attempts.get(path),
            }  # fmt: skip


def fill_raw(
    connection: DuckDBPyConnection,
    zone: Path,
    files: Sequence[LandingFile],
    context: Context,
    workers: int,
    past: Past,
    cache: GridCache,
    progress: Progress = lambda done, total: None,
    years: Set[int] = frozenset(),
) -> tuple[LandingFile, ...]:
    """Fill landing_files, documents, observations, issues and quarantine of the build.

    Documents that must be read again are taken from ``cache`` where their form was read before, those of ``years``
    excepted. Returns the files as the next refresh should remember them: what failed in passing is forgotten, so that
    it is tried again.
    """
    with ExitStack() as stack:
        if past.published:
            stack.enter_context(warehouse.attached(connection, past.published))
        ledger, candidates = sort_out(zone, files)
        before = quarantine.yesterdays(connection) if past.published else []
        entries = quarantine.standing(before, past.decisions, candidates, past.is_same_parser)
        known = _known(connection, {entry.document_id for entry, _ in before}) if past.is_same_parser else {}
        if known and years:
            _forget_years(connection, known, cache, years)
        good = _good_documents(connection) if past.published else frozenset()
        kept, jobs = _divide(ledger, [f for f in candidates if document_id_of(f.sha256) not in entries], known)
        _keep(connection, ledger, kept)
        readings = read_all(jobs, context, workers, cache)
        faults = _read(connection, ledger, readings, len(jobs), progress, known, good)
        _withhold(connection, ledger, past, entries | faults, good)
        cache.keep_only(ledger.first_paths)
    _settle_companions(ledger)
    warehouse.insert_rows(connection, "raw.landing_files", ledger.rows())
    warehouse.note_reasons(connection)
    again = ledger.passing | {path for path, number in ledger.attempts.items() if number < quarantine.MAX_ATTEMPTS}
    return tuple(_forgotten(file) if file.path in again else file for file in files)


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
        sidecar = parse_sidecar(read_regular(real_path(ledger.zone, file.path), MAX_BYTES), file.path)
    except (BrokenSidecar, OSError) as error:
        ledger.settle(file.path, "rejected", f"a sidecar that cannot be used: {error}")
        return
    content = ledger.files[report].sha256
    if content in ledger.sidecars:
        ledger.settle(file.path, "rejected", f"{ledger.sidecar_paths[content]} speaks for the same content already")
    elif content:
        ledger.sidecars[content] = sidecar
        ledger.sidecar_paths[content] = file.path


def _known(connection: DuckDBPyConnection, withheld: Set[str]) -> dict[Key, Known]:
    """What yesterday's file settled: documents, and those that were rejected after a look inside; none that was
    withheld, whatever stood in for it.

    By content and suffix, since the name of a file has a say in the form that it is read as.
    """
    rows = connection.execute("""
        WITH sidecars AS (
            SELECT document_id, any_value(sha256) AS sha256 FROM yesterday.raw.landing_files
            WHERE reason LIKE 'sidecar of %' GROUP BY document_id
        )
        SELECT d.sha256, d.source_file, d.document_id, NULL, s.sha256, 0
        FROM yesterday.raw.documents AS d LEFT JOIN sidecars AS s USING (document_id)
        UNION ALL
        SELECT sha256, source_file, NULL, reason, NULL, coalesce(attempts, 0) FROM yesterday.raw.landing_files
        WHERE state = 'rejected' AND sha256 IS NOT NULL
    """).fetchall()
    settled = (row for row in rows if document_id_of(row[0]) not in withheld)
    return {(sha256, suffix_of(path)): Known(*rest) for sha256, path, *rest in settled}


def _good_documents(connection: DuckDBPyConnection) -> Set[Key]:
    """The contents, under the kind of file name that they had, that yesterday's file holds as documents; one of another
    shape holds none."""
    import duckdb

    try:
        rows = connection.execute("SELECT sha256, source_file FROM yesterday.raw.documents").fetchall()
    except duckdb.Error:
        return frozenset()
    return {(sha256, suffix_of(path)) for sha256, path in rows}


def _forget_years(
    connection: DuckDBPyConnection, known: dict[Key, Known], cache: GridCache, years: Set[int]
) -> None:
    """Documents of these report years, as yesterday's file knows them, are opened again, not taken from their grids."""
    rows = connection.execute("SELECT document_id, report_year FROM yesterday.raw.documents").fetchall()
    mine = {document_id for document_id, year in rows if year in years}
    again = [key for key, before in known.items() if before.document_id in mine]
    cache.drop(again)
    for key in again:
        del known[key]


def _divide(
    ledger: Ledger, candidates: Sequence[LandingFile], known: Mapping[Key, Known]
) -> tuple[list[tuple[LandingFile, Known]], list[Job]]:
    """Which documents are kept as they are, and which must be read."""
    kept, jobs = [], []
    for file in candidates:
        path = ledger.sidecar_paths.get(file.sha256)
        sidecar_sha256 = ledger.files[path].sha256 if path else None
        before = known.get((file.sha256, file.suffix))
        if before and before.is_settled and (before.document_id is None or before.sidecar_sha256 == sidecar_sha256):
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
        for table in ("observations", "issues"):
            connection.execute(f"""
                INSERT INTO raw.{table} BY NAME SELECT t.* FROM yesterday.raw.{table} AS t
                SEMI JOIN kept USING (document_id) ORDER BY ALL
            """)
    connection.execute("DROP TABLE kept")


def _read(
    connection: DuckDBPyConnection,
    ledger: Ledger,
    slices: Iterable[Sequence[Reading]],
    total: int,
    progress: Progress,
    known: Mapping[Key, Known],
    good: Set[Key],
) -> dict[str, quarantine.Entry]:
    """Insert the rows of the new documents as they are read, and note which of them failed in passing.

    Returns by document what cannot be read for a fault of ours: a crash of the parser, or any reason that did not keep
    the very same document (``good``) from being read before.
    """
    faults: dict[str, quarantine.Entry] = {}
    done = 0
    progress(done, total)
    for readings in slices:
        for reading in _stored(connection, readings):
            path, document_id = reading.job.path, document_id_of(reading.job.sha256)
            if reading.fault == "limit":
                ledger.attempts[path] = 1 + (known[reading.job.key].attempts if reading.job.key in known else 0)
            if reading.rows:
                ledger.settle(path, "read", document_id=document_id)
            elif reading.fault == "ours" or (reading.job.key in good and not reading.is_passing):
                cause = "limit" if reading.fault == "limit" else "reading"
                faults[document_id] = quarantine.Entry.of(ledger.files[path], cause, reading.reason)
            else:
                ledger.settle(path, "rejected", reading.reason)
            if reading.is_passing:
                ledger.passing.add(path)
        done += len(readings)
        progress(done, total)
    return faults


def _withhold(
    connection: DuckDBPyConnection, ledger: Ledger, past: Past, entries: Mapping[str, quarantine.Entry], good: Set[Key]
) -> None:
    """Put documents into quarantine; a version that was good before stands in where there is one."""
    for document_id, entry in sorted(entries.items()):
        # What a person holds back is wrong as it was read; what stood in yesterday goes on to do so.
        was_good = entry.since is None and (entry.sha256, suffix_of(entry.source_file)) in good
        was_good = was_good or entry.kept_document_id == document_id
        kept = quarantine.admit(connection, past.run, entry, was_good and entry.cause != "held", bool(past.published))
        ledger.settle(entry.source_file, "quarantined", entry.reason[: quarantine.MAX_REASON], document_id=kept)


def _stored(connection: DuckDBPyConnection, readings: Sequence[Reading]) -> list[Reading]:
    """Insert rows; a document whose rows do not fit the tables comes back without them, and takes no other one down."""
    import duckdb

    connection.begin()
    try:
        for table in ("documents", "observations", "issues"):
            lines = (getattr(reading.rows, table) for reading in readings if reading.rows)
            warehouse.insert_lines(connection, f"raw.{table}", lines)
        connection.commit()
        return list(readings)
    except (duckdb.DataError, duckdb.ProgrammingError, duckdb.IntegrityError) as error:
        connection.rollback()
        if len(readings) == 1:
            reason = f"a fault of our own, please report it: its rows do not fit the tables: {_first_line(error)}"
            return [replace(readings[0], rows=None, reason=reason, fault="ours")]
        middle = len(readings) // 2
        return [*_stored(connection, readings[:middle]), *_stored(connection, readings[middle:])]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rpartition("line ")[2][:200]


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
