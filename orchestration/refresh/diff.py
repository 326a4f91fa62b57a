"""What a refresh changes against the published file: reports, figures and marts, each change with its cause.

Runs on the finished build with the published file attached as ``yesterday``, and uses its schemas raw and marts only.
Documents are compared by a digest of their figures first, so that single figures are looked at in changed ones alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration import warehouse

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEPT_DETAILS = 10_000
HISTORY = ("refresh_changes", "refresh_change_details")

# One row per document of today or yesterday: the same in both, a new version of a file, added or removed.
PAIRS = """
CREATE TEMP TABLE pairs AS
WITH today AS (SELECT document_id, source_file FROM raw.documents),
before AS (SELECT document_id, source_file FROM yesterday.raw.documents),
fresh AS (SELECT * FROM today ANTI JOIN before USING (document_id)),
gone AS (SELECT * FROM before ANTI JOIN today USING (document_id))
SELECT 'same' AS action, document_id, document_id AS before_document_id, t.source_file
FROM today AS t JOIN before AS b USING (document_id)
UNION ALL
SELECT CASE WHEN g.document_id IS NULL THEN 'added' ELSE 'new_version' END, f.document_id, g.document_id, f.source_file
FROM fresh AS f LEFT JOIN gone AS g USING (source_file)
UNION ALL
SELECT 'removed', NULL, g.document_id, g.source_file FROM gone AS g ANTI JOIN fresh AS f USING (source_file)
"""
FIGURES = """
SELECT report_id, indicator_code, applicant_type_code, value, value_state, printed_text, corrected_value,
       is_corrected FROM {origin}marts.fact_reported_figures
"""
DIGESTS = """
SELECT report_id, count(*) AS figures, bit_xor(hash(indicator_code, applicant_type_code, value, value_state,
       printed_text, corrected_value, is_corrected)) AS digest
FROM {origin}marts.fact_reported_figures GROUP BY report_id
"""
# Documents whose figures must be looked at one by one.
LOOKED_AT = f"""
CREATE TEMP TABLE looked_at AS
WITH today AS ({DIGESTS.format(origin="")}), before AS ({DIGESTS.format(origin="yesterday.")})
SELECT p.* FROM pairs AS p
LEFT JOIN today AS t ON t.report_id = p.document_id
LEFT JOIN before AS b ON b.report_id = p.before_document_id
WHERE p.action = 'new_version'
   OR (p.action = 'same' AND (t.digest IS DISTINCT FROM b.digest OR t.figures IS DISTINCT FROM b.figures))
"""
# Why a document is another than yesterday. What a person or a fault of ours decided is known by document; the rest
# follows from what this refresh was made with.
CAUSES = """
CREATE TEMP TABLE causes AS
SELECT p.*, CASE
    WHEN EXISTS (FROM raw.quarantine AS q WHERE q.cause = 'held' AND (q.document_id = p.before_document_id
         OR q.kept_document_id = p.document_id)) AND p.action <> 'same' THEN 'held_back'
    WHEN EXISTS (FROM raw.quarantine AS q WHERE q.document_id = p.before_document_id
         OR q.kept_document_id = p.document_id) AND p.action <> 'same' THEN 'quarantine'
    WHEN EXISTS (FROM {quarantine} AS q WHERE q.document_id = p.document_id)
         AND NOT EXISTS (FROM raw.quarantine AS q WHERE q.document_id = p.document_id) THEN 'released'
    WHEN p.action = 'added' THEN 'new_document'
    WHEN p.action = 'new_version' THEN 'new_version'
    WHEN p.action = 'removed' AND EXISTS (FROM raw.landing_files AS f WHERE f.source_file = p.source_file)
        THEN 'not_read'
    WHEN p.action = 'removed' THEN 'removed_document'
    ELSE getvariable('code') END AS cause
FROM pairs AS p
"""
FIGURE_CHANGES = f"""
CREATE TEMP TABLE figure_changes AS
WITH today AS ({FIGURES.format(origin="")}), before AS ({FIGURES.format(origin="yesterday.")}),
new AS (SELECT l.source_file, l.document_id AS pair, t.*
        FROM looked_at AS l JOIN today AS t ON t.report_id = l.document_id),
old AS (SELECT l.source_file, l.document_id AS pair, b.*
        FROM looked_at AS l JOIN before AS b ON b.report_id = l.before_document_id),
compared AS (
    SELECT coalesce(n.pair, o.pair) AS document_id, coalesce(n.indicator_code, o.indicator_code) AS indicator_code,
        coalesce(n.applicant_type_code, o.applicant_type_code) AS applicant_type_code,
        n.pair IS NULL AS is_gone, o.pair IS NULL AS is_new,
        n.value IS NOT DISTINCT FROM o.value AND n.value_state IS NOT DISTINCT FROM o.value_state
            AND n.printed_text IS NOT DISTINCT FROM o.printed_text AS is_printed_alike,
        n.corrected_value IS NOT DISTINCT FROM o.corrected_value
            AND n.is_corrected IS NOT DISTINCT FROM o.is_corrected AS is_corrected_alike,
        o.printed_text AS printed_before, n.printed_text AS printed_after,
        o.corrected_value AS corrected_before, n.corrected_value AS corrected_after
    FROM new AS n FULL JOIN old AS o ON n.pair = o.pair AND n.indicator_code = o.indicator_code
        AND n.applicant_type_code IS NOT DISTINCT FROM o.applicant_type_code)
SELECT 'figure' AS subject,
    CASE WHEN is_gone THEN 'removed' WHEN is_new THEN 'added' WHEN is_printed_alike THEN 'corrected' ELSE 'changed' END
        AS action,
    CASE WHEN is_printed_alike AND NOT is_gone AND NOT is_new THEN 'correction' ELSE c.cause END AS cause,
    b.document_id, c.before_document_id, c.source_file, b.indicator_code, b.applicant_type_code, NULL AS item,
    CASE WHEN is_printed_alike AND NOT is_new AND NOT is_gone
        THEN CAST(corrected_before AS VARCHAR) ELSE printed_before END AS before_text,
    CASE WHEN is_printed_alike AND NOT is_new AND NOT is_gone
        THEN CAST(corrected_after AS VARCHAR) ELSE printed_after END AS after_text
FROM compared AS b JOIN causes AS c USING (document_id)
WHERE is_gone OR is_new OR NOT is_printed_alike OR NOT is_corrected_alike
"""
REPORT_CHANGES = """
CREATE TEMP TABLE report_changes AS
WITH attributes AS (
    SELECT report_id, is_overridden, unnest([
        {'item': 'jurisdiction_code', 'content': CAST(jurisdiction_code AS VARCHAR)},
        {'item': 'issuing_body', 'content': CAST(issuing_body AS VARCHAR)},
        {'item': 'report_year', 'content': CAST(report_year AS VARCHAR)},
        {'item': 'reporting_scope', 'content': CAST(reporting_scope AS VARCHAR)},
        {'item': 'is_preferred', 'content': CAST(is_preferred AS VARCHAR)},
        {'item': 'quality_grade', 'content': CAST(quality_grade AS VARCHAR)}], recursive := true)
    FROM marts.dim_report SEMI JOIN pairs ON report_id = document_id AND action = 'same'
), yesterdays AS (
    SELECT report_id, is_overridden, unnest([
        {'item': 'jurisdiction_code', 'content': CAST(jurisdiction_code AS VARCHAR)},
        {'item': 'issuing_body', 'content': CAST(issuing_body AS VARCHAR)},
        {'item': 'report_year', 'content': CAST(report_year AS VARCHAR)},
        {'item': 'reporting_scope', 'content': CAST(reporting_scope AS VARCHAR)},
        {'item': 'is_preferred', 'content': CAST(is_preferred AS VARCHAR)},
        {'item': 'quality_grade', 'content': CAST(quality_grade AS VARCHAR)}], recursive := true)
    FROM yesterday.marts.dim_report SEMI JOIN pairs ON report_id = document_id AND action = 'same'
)
SELECT 'report' AS subject, action, cause, coalesce(document_id, before_document_id) AS document_id, before_document_id,
    source_file, NULL AS indicator_code, NULL AS applicant_type_code, NULL AS item, NULL AS before_text,
    NULL AS after_text
FROM causes WHERE action <> 'same'
UNION ALL
SELECT 'report', 'changed',
    CASE WHEN t.is_overridden <> y.is_overridden THEN 'override' WHEN c.cause = 'unknown' THEN 'other_document'
        ELSE c.cause END,
    c.document_id, c.before_document_id, c.source_file, NULL, NULL, t.item, y.content, t.content
FROM attributes AS t JOIN yesterdays AS y USING (report_id, item) JOIN causes AS c ON c.document_id = t.report_id
WHERE t.content IS DISTINCT FROM y.content
"""
FIRST_REPORTS = """
CREATE TEMP TABLE report_changes AS
SELECT 'report' AS subject, 'added' AS action, 'new_document' AS cause, document_id, NULL AS before_document_id,
    source_file, NULL AS indicator_code, NULL AS applicant_type_code, NULL AS item, NULL AS before_text,
    NULL AS after_text
FROM raw.documents
"""
FINDING_CHANGES = """
INSERT INTO report_changes
SELECT 'finding', CASE WHEN t.review_status = 'applied' THEN 'reviewed' ELSE t.review_status END, 'review',
    c.document_id, c.before_document_id, c.source_file, t.indicator_code, t.applicant_type_code,
    t.kind || ' ' || t.check_code,
    y.review_status || coalesce(' ' || y.review_verdict, ''), t.review_status || coalesce(' ' || t.review_verdict, '')
FROM marts.fact_findings AS t JOIN yesterday.marts.fact_findings AS y USING (finding_id)
JOIN causes AS c ON c.document_id = t.report_id
WHERE (t.review_status, t.review_verdict) IS DISTINCT FROM (y.review_status, y.review_verdict)
"""
SUMMARISE = """
INSERT INTO raw.refresh_changes BY NAME
SELECT getvariable('run') AS run_id, subject, action, cause, count(*) AS change_count
FROM {changes} GROUP BY ALL ORDER BY ALL
"""
DETAIL = f"""
INSERT INTO raw.refresh_change_details BY NAME
SELECT getvariable('run') AS run_id, row_number() OVER () AS change_no, * FROM (
    SELECT * FROM {{changes}}
    ORDER BY subject DESC, source_file, document_id, item, indicator_code, applicant_type_code LIMIT {KEPT_DETAILS})
"""
CARRY = """
INSERT INTO raw.{table} BY NAME SELECT t.* FROM yesterday.raw.{table} AS t
SEMI JOIN (SELECT run_id FROM raw.refresh_runs ORDER BY run_no DESC LIMIT {runs}) USING (run_id) ORDER BY ALL
"""
LAST_TWO = """
SELECT reader_version, catalogue_version, models_version, records_version FROM raw.refresh_runs
ORDER BY run_no DESC LIMIT 2
"""
MARTS = """
SELECT table_name FROM information_schema.tables
WHERE table_catalog = {catalog} AND table_schema = 'marts' AND table_type = 'BASE TABLE' ORDER BY table_name
"""
TEMPORARY = ("pairs", "looked_at", "causes", "figure_changes", "report_changes")


@dataclass(frozen=True, slots=True)
class Versions:
    """What two refreshes were made with, as far as the older one says."""

    now: tuple[str | None, ...]
    before: tuple[str | None, ...]

    @property
    def cause(self) -> str:
        """What must have changed the figures of a document that is the same: the first part that differs."""
        if None in self.before:
            return "program"
        reader, catalogue, models, records = (a != b for a, b in zip(self.now, self.before, strict=True))
        if reader and catalogue:
            return "parser_and_catalogue"
        changed = ((reader, "parser"), (catalogue, "catalogue"), (models, "models"), (records, "record"))
        return next((name for is_other, name in changed if is_other), "unknown")


def carry(connection: DuckDBPyConnection, runs: int) -> None:
    """Keep what the last ``runs`` refreshes changed, from ``yesterday``. Raises duckdb.Error for another shape."""
    for table in HISTORY:
        connection.execute(CARRY.format(table=table, runs=runs))


def record(connection: DuckDBPyConnection, run_id: str, has_yesterday: bool) -> None:
    """Fill raw.refresh_changes and raw.refresh_change_details for this run.

    A published file of another shape counts as none, since its reports cannot be compared.
    """
    import duckdb

    warehouse.set_variable(connection, "run", run_id)
    for table in HISTORY:
        connection.execute(f"DELETE FROM raw.{table} WHERE run_id = getvariable('run')")
    try:
        changes = _compare(connection) if has_yesterday else None
    except (duckdb.CatalogException, duckdb.BinderException):
        changes = None
        _forget(connection)
    if changes is None:
        connection.execute(FIRST_REPORTS)
        changes = "report_changes"
    for statement in (SUMMARISE, DETAIL):
        connection.execute(statement.format(changes=changes))
    _count_marts(connection, run_id, has_yesterday)
    _forget(connection)


def _compare(connection: DuckDBPyConnection) -> str:
    """Find every change; returns a query for them."""
    now, *earlier = connection.execute(LAST_TWO).fetchall()
    code = Versions(now, earlier[0] if earlier else (None,)).cause
    tables = _tables(connection, "yesterday.raw")
    connection.execute(PAIRS)
    connection.execute(LOOKED_AT)
    withheld = "yesterday.raw.quarantine" if "quarantine" in tables else "(SELECT NULL AS document_id)"
    warehouse.set_variable(connection, "code", code)
    connection.execute(CAUSES.format(quarantine=withheld))
    connection.execute(FIGURE_CHANGES)
    connection.execute(REPORT_CHANGES)
    if "fact_findings" in set(_tables(connection, "marts")) & set(_tables(connection, "yesterday.marts")):
        connection.execute(FINDING_CHANGES)
    return "(SELECT * FROM report_changes UNION ALL SELECT * FROM figure_changes)"


def _tables(connection: DuckDBPyConnection, schema: str) -> list[str]:
    catalog, _, schema = schema.rpartition(".")
    where = "'yesterday'" if catalog else "current_database()"
    query = f"FROM information_schema.tables WHERE table_catalog = {where} AND table_schema = '{schema}'"
    return [row[0] for row in connection.execute(f"SELECT table_name {query}").fetchall()]


def _count_marts(connection: DuckDBPyConnection, run_id: str, has_yesterday: bool) -> None:
    """Rows of every mart now and in the published file."""

    def counts(catalog: str, prefix: str) -> dict[str, int]:
        names = [row[0] for row in connection.execute(MARTS.format(catalog=catalog)).fetchall()]
        parts = (f"SELECT '{name}', count(*) FROM {prefix}marts.\"{name}\"" for name in names)
        return dict(connection.execute(" UNION ALL ".join(parts)).fetchall()) if names else {}

    now = counts("current_database()", "")
    before = counts("'yesterday'", "yesterday.") if has_yesterday else {}
    warehouse.insert_rows(connection, "raw.refresh_changes", (
        {"run_id": run_id, "subject": "mart", "action": "counted", "cause": "all", "table_name": name,
         "change_count": now.get(name, 0) - before.get(name, 0), "count_before": before.get(name),
         "count_after": now.get(name)}
        for name in sorted(now.keys() | before.keys())
    ))  # fmt: skip


def _forget(connection: DuckDBPyConnection) -> None:
    for name in TEMPORARY:
        connection.execute(f"DROP TABLE IF EXISTS {name}")
