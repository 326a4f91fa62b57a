"""What reviewers decided, as CSV files that a person can read: verdicts on findings, and corrections of cells.

They stand in the seeds of the dbt project, under version control. Where that folder is read-only, or the reviewer
works outside of it, FOI_RECORDS_DIR names a folder of the reviewer's own with files of the same names and columns: its
rows go before those of the seeds, and moving them into the project is a copy.
"""

from __future__ import annotations

import csv
import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.refresh.workbench import NotThere, RefreshFailed
from orchestration.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Record = dict[str, str]
MAX_BYTES = 64 * 1024**2
VERDICTS = ("accepted_as_published", "corrected", "ours", "open")
FAULT_OWNERS = ("publisher", "ours", "undecided")


class BrokenRecords(RefreshFailed):
    """A file of records cannot be used; the message names the file, the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: its raw table, its file, its columns in order, which of them make two records the same."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    required: tuple[str, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def file(self) -> str:
        return f"seed_{self.table}.csv"

    def key_of(self, record: Record) -> tuple[str, ...]:
        return tuple(record.get(name, "") for name in self.key)


REVIEWS = Kind(
    "reviews",
    ("document_id", "identity_code", "applicant_type_code", "left_value", "right_value", "verdict", "fault_owner",
     "note", "evidence", "reviewed_by", "reviewed_on", "finding_kind", "indicator_code", "other_document_id",
     "source_file", "other_source_file", "jurisdiction_key", "report_year"),
    ("finding_kind", "identity_code", "document_id", "other_document_id", "indicator_code", "applicant_type_code",
     "jurisdiction_key", "report_year"),
    ("identity_code", "verdict", "reviewed_by", "reviewed_on"),
    (("verdict", VERDICTS), ("fault_owner", FAULT_OWNERS)),
)  # fmt: skip
CORRECTIONS = Kind(
    "corrections",
    ("document_id", "indicator_code", "applicant_type_code", "printed_text", "corrected_value", "reason", "evidence",
     "corrected_by", "corrected_on", "source_file"),
    ("document_id", "indicator_code", "applicant_type_code"),
    ("document_id", "indicator_code", "reason", "evidence", "corrected_by", "corrected_on"),
)  # fmt: skip
KINDS = (REVIEWS, CORRECTIONS)


def folder_of(settings: Settings) -> Path:
    """Where records are written: FOI_RECORDS_DIR where it is set, else the seeds of the project."""
    return settings.records_dir or settings.dbt_project / "seeds" / "corrections"


def read(folder: Path, kind: Kind) -> list[Record]:
    """The records of a folder; none where there is no file. Raises BrokenRecords."""
    path = folder / kind.file
    if not path.is_file():
        return []
    if path.stat().st_size > MAX_BYTES:
        raise BrokenRecords(f"{path} is larger than the {MAX_BYTES // 1024**2} MB allowed for records")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream, restval="")
            if unknown := set(rows.fieldnames or ()) - set(kind.columns):
                raise BrokenRecords(f"{path}: unknown columns {sorted(unknown)}; known are {', '.join(kind.columns)}")
            found = [_checked(path, rows.line_num, row, kind) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BrokenRecords(f"{path} cannot be read: {error}") from error
    keys = [kind.key_of(row) for row in found]
    if twice := next((key for key in keys if keys.count(key) > 1), None) if len(set(keys)) < len(keys) else None:
        raise BrokenRecords(f"{path}: two records of {' '.join(filter(None, twice))}")
    return found


def _checked(path: Path, line: int, row: dict, kind: Kind) -> Record:
    if None in row:
        raise BrokenRecords(f"{path}, line {line}: more fields than columns")
    record = {name: row.get(name) or "" for name in kind.columns}
    if problem := problem_of(record, kind):
        raise BrokenRecords(f"{path}, line {line}: {problem}")
    return record


def problem_of(record: Record, kind: Kind) -> str | None:
    """What is wrong with a record, in a phrase; None where nothing is."""
    if empty := [name for name in kind.required if not record[name].strip()]:
        return f"{', '.join(empty)} must be filled"
    for name, values in kind.lists:
        if record[name] and record[name] not in values:
            return f"{name} is {record[name]!r}, not one of {', '.join(values)}"
    for name in kind.columns:
        if not record[name]:
            continue
        if name.endswith("_value") and decimal_of(record[name]) is None:
            return f"{name} is {record[name]!r}, no number that fits"
        if name.endswith("_on") and not _is_date(record[name]):
            return f"{name} is {record[name]!r}, not a day as 2026-01-31"
        if name == "report_year" and not (record[name].isascii() and record[name].isdecimal()):
            return f"report_year is {record[name]!r}, not a year"
    return None


def decimal_of(text: str) -> Decimal | None:
    """A number as DECIMAL(24, 6) holds it exactly, else None."""
    try:
        value = Decimal(text)
        fits = value.is_finite() and abs(value) < 10**18 and value == value.quantize(Decimal("0.000001"))
    except InvalidOperation:
        return None
    return value if fits else None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Two reviewers may write at the same time; the second waits for the first. Raises NotThere."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise NotThere(_unwritable(folder, error)) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def put(folder: Path, kind: Kind, records: Sequence[Record]) -> Path:
    """Write records in the place of those with the same key, whole or not at all; returns the file.

    The order depends on the records alone. Raises BrokenRecords, NotThere where the folder cannot be written to.
    """
    for record in records:
        if problem := problem_of(record, kind):
            raise BrokenRecords(problem)
    new = {kind.key_of(record): record for record in records}
    return _rewrite(folder, kind, lambda old: [*(r for r in old if kind.key_of(r) not in new), *new.values()])


def _rewrite(folder: Path, kind: Kind, change: Callable[[list[Record]], list[Record]]) -> Path:
    path = folder / kind.file
    with _only_writer(folder):
        rows = sorted(change(read(folder, kind)), key=lambda r: (kind.key_of(r), *r.values()))
        part = path.with_name(f".{path.name}.part")
        try:
            with part.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, kind.columns, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(part, path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise NotThere(_unwritable(folder, error)) from error
    return path


def _unwritable(folder: Path, error: OSError) -> str:
    return f"{folder} cannot be written to ({error.strerror}); name a folder of your own with FOI_RECORDS_DIR"


def load(connection: DuckDBPyConnection, settings: Settings) -> None:
    """Fill raw.reviews and raw.corrections from FOI_RECORDS_DIR; dbt reads the seeds itself. Raises BrokenRecords."""
    from orchestration import warehouse

    if settings.records_dir is None:
        return
    for kind in KINDS:
        rows = ({name: text or None for name, text in row.items()} for row in read(settings.records_dir, kind))
        warehouse.insert_rows(connection, f"raw.{kind.table}", rows)
