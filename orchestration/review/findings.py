"""Reviews and corrections: what is open, worst first, and the records that a reviewer's decision becomes.

A finding is a row of marts.fact_findings. A record names the finding by what it is about, so that it holds for the next
refresh and for a later version of the file, and both printed sides as a guard: once one of them prints something else,
the record is stale and the finding comes up again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.refresh.workbench import NotThere
from orchestration.review.records import CORRECTIONS, FAULT_OWNERS, REVIEWS, VERDICTS, Record, decimal_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]
MAX_SHEET_BYTES = 64 * 1024**2
# What a verdict says of the fault where the reviewer does not say it apart.
FAULT_OF = {"accepted_as_published": "publisher", "ours": "ours"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FINDINGS = """
SELECT f.*, r.source_file, o.source_file AS other_source_file, j.full_name_zh AS place, r.issuing_body
FROM marts.fact_findings AS f
LEFT JOIN marts.dim_report AS r USING (report_id)
LEFT JOIN marts.dim_report AS o ON o.report_id = f.other_report_id
LEFT JOIN marts.dim_jurisdiction AS j ON j.jurisdiction_key = f.jurisdiction_key
"""
OPEN = (
    FINDINGS
    + """
WHERE ($all OR f.review_status IN ('open', 'stale'))
  AND ($kind IS NULL OR f.kind = $kind) AND ($year IS NULL OR f.report_year = $year)
  AND ($place IS NULL OR j.jurisdiction_code = $place OR contains(j.full_name_zh, $place))
ORDER BY f.severity_score DESC, f.finding_id LIMIT $limit
"""
)
ONE = FINDINGS + "WHERE starts_with(f.finding_id, $finding) ORDER BY f.finding_id LIMIT 2"
# The cells that a finding is about: the terms of its sum or of its check across reports, else its indicator in both
# documents.
CELLS = """
WITH terms AS (
    SELECT side, report_id, indicator_code, applicant_type_code, printed_text, value_state FROM (
        SELECT report_id, unnest(cells, recursive := true) FROM marts.fact_report_discrepancies
        WHERE $kind = 'identity' AND report_id = $report AND identity_code = $check
          AND applicant_type_code IS NOT DISTINCT FROM $applicant)
    UNION ALL
    SELECT side, report_id, indicator_code, applicant_type_code, printed_text, value_state FROM (
        SELECT unnest(cells, recursive := true) FROM marts.fact_cross_checks
        WHERE $kind <> 'identity' AND report_id = $report AND check_code = $check
          AND applicant_type_code IS NOT DISTINCT FROM $applicant)
)
SELECT t.side, t.report_id, t.indicator_code, t.applicant_type_code, t.printed_text, t.value_state, f.corrected_value,
       f.printed_label, f.page, f.table_index, f.row_index, f.column_index, f.char_start, f.char_end
FROM terms AS t LEFT JOIN marts.fact_reported_figures AS f ON f.report_id = t.report_id
 AND f.indicator_code = t.indicator_code AND f.applicant_type_code IS NOT DISTINCT FROM t.applicant_type_code
UNION ALL
SELECT CASE WHEN report_id = $report THEN 'left' ELSE 'right' END, report_id, indicator_code, applicant_type_code,
       printed_text, value_state, corrected_value, printed_label, page, table_index, row_index, column_index,
       char_start, char_end
FROM marts.fact_reported_figures
WHERE $kind <> 'identity' AND report_id IN ($report, $other) AND indicator_code = $indicator
  AND applicant_type_code IS NOT DISTINCT FROM $applicant AND NOT EXISTS (FROM terms)
ORDER BY 1, 2, 3, 4
"""
CELL = """
SELECT f.report_id, f.source_file, f.applicant_type_code, f.printed_text
FROM marts.fact_reported_figures AS f
WHERE f.report_id = $report AND f.indicator_code = $indicator AND f.applicant_type_code IS NOT DISTINCT FROM $applicant
"""
SHEET = (
    "finding_id", "severity_score", "kind", "check_code", "place", "issuing_body", "report_year", "source_file",
    "other_source_file", "indicator_code", "applicant_type_code", "left_value", "right_value", "difference",
    "fault_owner", "explanation", "message_en", "message_zh", "review_status",
)  # fmt: skip
ANSWERS = ("verdict", "fault", "note", "evidence", "by")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings to look at; ``all`` those that are decided too."""

    kind: str | None = None
    place: str | None = None
    year: int | None = None
    limit: int = 20
    all: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer says of a finding. ``fault`` replaces what the marts would say of it."""

    verdict: str
    by: str
    note: str = ""
    evidence: str = ""
    fault: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise NotThere(f"the verdict is {self.verdict!r}, not one of {', '.join(VERDICTS)}")
        if self.fault and self.fault not in FAULT_OWNERS:
            raise NotThere(f"the fault is {self.fault!r}, not one of {', '.join(FAULT_OWNERS)}")
        if not self.by.strip():
            raise NotThere("who decides? say --by NAME")


def open_findings(connection: DuckDBPyConnection, wanted: Filter) -> list[Row]:
    """What nobody has decided, and what must be decided anew, worst first. Raises NotThere."""
    values = {"all": wanted.all, "kind": wanted.kind, "year": wanted.year, "place": wanted.place, "limit": wanted.limit}
    return fetch(connection, OPEN, values)


def finding_of(connection: DuckDBPyConnection, finding: str) -> Row:
    """The finding whose id begins so. Raises NotThere."""
    found = fetch(connection, ONE, {"finding": finding})
    if not found:
        raise NotThere(f"no finding {finding!r}; `foi review` lists those that are open")
    if len(found) > 1 and found[0]["finding_id"] != finding:
        raise NotThere(f"several findings begin with {finding!r}; give more of the id")
    return found[0]


def cells_of(connection: DuckDBPyConnection, finding: Row) -> list[Row]:
    """The printed cells that a finding is about, each with its place."""
    return fetch(connection, CELLS, {
        "kind": finding["kind"], "report": finding["report_id"], "check": finding["check_code"],
        "applicant": finding["applicant_type_code"], "indicator": finding["indicator_code"],
        "other": finding["other_report_id"],
    })  # fmt: skip


def review_of(finding: Row, verdict: Verdict) -> Record:
    """A verdict as a record, guarded by what both sides print."""
    return _texts(REVIEWS.columns, {
        "document_id": finding["report_id"], "identity_code": finding["check_code"], "finding_kind": finding["kind"],
        "applicant_type_code": finding["applicant_type_code"], "indicator_code": finding["indicator_code"],
        "left_value": finding["left_value"], "right_value": finding["right_value"],
        "other_document_id": finding["other_report_id"], "source_file": finding["source_file"],
        "other_source_file": finding["other_source_file"],
        # A finding about a document is known by that; one about a report that is not there by its unit and year.
        "jurisdiction_key": None if finding["report_id"] else finding["jurisdiction_key"],
        "report_year": None if finding["report_id"] else finding["report_year"],
        "verdict": verdict.verdict, "fault_owner": verdict.fault or FAULT_OF.get(verdict.verdict), "note": verdict.note,
        "evidence": verdict.evidence, "reviewed_by": verdict.by, "reviewed_on": today(),
    })  # fmt: skip


def correction_of(
    connection: DuckDBPyConnection, report: str, indicator: str, applicant: str | None, value: str, reason: str,
    evidence: str, by: str,
) -> Record:  # fmt: skip
    """A corrected cell as a record, guarded by what it prints. An empty ``value``: no figure belongs there.

    Raises NotThere.
    """
    found = fetch(connection, CELL, {"report": report, "indicator": indicator, "applicant": applicant or None})
    if not found:
        cell = f"{indicator} of {applicant}" if applicant else indicator
        raise NotThere(f"the report has no cell {cell}; `foi explain {report}` lists what it has")
    if value and decimal_of(value) is None:
        raise NotThere(f"the value is {value!r}: give a number as it belongs in the cell, or '' where none does")
    if missing := [name for name, text in (("reason", reason), ("evidence", evidence), ("by", by)) if not text.strip()]:
        raise NotThere(f"a correction says why, by what evidence and by whom: --{' --'.join(missing)} is empty")
    cell = found[0]
    return _texts(CORRECTIONS.columns, {
        "document_id": cell["report_id"], "indicator_code": indicator,
        "applicant_type_code": cell["applicant_type_code"], "printed_text": cell["printed_text"],
        "corrected_value": value, "reason": reason, "evidence": evidence,
        "corrected_by": by, "corrected_on": today(), "source_file": cell["source_file"],
    })  # fmt: skip


def write_sheet(path: Path, findings: Iterable[Row]) -> int:
    """Findings as a CSV for a spreadsheet, with empty columns for the answers; returns how many. Raises OSError.

    Text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    rows = [[*(_inert(finding[name]) for name in SHEET), *("" for _ in ANSWERS)] for finding in findings]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([(*SHEET, *ANSWERS), *rows])
    return len(rows)


def read_sheet(path: Path, connection: DuckDBPyConnection, by: str) -> list[Record]:
    """The records of the answers in a sheet; rows without a verdict are left out. Raises NotThere with the line.

    A finding whose sides changed since the sheet was written must be looked at again, so nothing is taken over.
    """
    records = []
    try:
        if path.stat().st_size > MAX_SHEET_BYTES:
            raise NotThere(f"{path} is larger than the {MAX_SHEET_BYTES // 1024**2} MB allowed for a sheet")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream, restval="")
            if missing := [name for name in ("finding_id", "verdict") if name not in (rows.fieldnames or ())]:
                raise NotThere(f"{path} has no column {', '.join(missing)}")
            for row in rows:
                if (row["verdict"] or "").strip():
                    records.append(_answered(path, rows.line_num, row, connection, by))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise NotThere(f"{path} cannot be read: {error}") from error
    return records


def _answered(path: Path, line: int, row: Mapping[str, str], connection: DuckDBPyConnection, by: str) -> Record:
    try:
        finding = finding_of(connection, row["finding_id"].strip())
        for side in ("left_value", "right_value"):
            if side in row and row[side] != _inert(finding[side]):
                raise NotThere(f"{side} was {row[side] or 'empty'} and is {_inert(finding[side]) or 'empty'} now")
        answer = {name: _active((row.get(name) or "").strip()) for name in ANSWERS}
        return review_of(finding, Verdict(**{**answer, "by": answer["by"] or by}))
    except NotThere as error:
        raise NotThere(f"{path}, line {line}: {error}; nothing was taken over") from error


def _inert(value: Any) -> str:
    """A value as a spreadsheet may hold it: numbers as they are, text that begins like a formula as text."""
    if value is None:
        return ""
    if isinstance(value, Decimal | int | float):
        return plain_number(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _active(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def plain_number(value: Decimal | int | float) -> str:
    """A number without an exponent or trailing zeros."""
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return f"{Decimal(value).normalize():f}"


def _texts(columns: Iterable[str], values: Mapping[str, Any]) -> Record:
    return {name: _text(values.get(name)) for name in columns}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return plain_number(value) if isinstance(value, Decimal) else str(value)


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def fetch(connection: DuckDBPyConnection, query: str, values: Mapping[str, Any]) -> list[Row]:
    """Rows by column name. Raises NotThere where the file was published by a version without findings."""
    import duckdb

    asked = {name: value for name, value in values.items() if f"${name}" in query}
    try:
        result = connection.execute(query, asked)
    except duckdb.CatalogException as error:
        missing = str(error).splitlines()[0]
        raise NotThere(f"the published file is of an older version ({missing}); run `foi refresh`") from error
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
