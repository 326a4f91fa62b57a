"""What does not add up, what was not understood, and what is missing or late."""

from __future__ import annotations

from dashboards.data.overview import IN_PROVINCE
from dashboards.data.store import Row, Snapshot

_YEAR = "($year::INTEGER IS NULL OR report_year = $year)"
_FILTER = f"is_preferred AND {_YEAR} AND {IN_PROVINCE}"


def totals(warehouse: Snapshot, year: int | None, province: str | None) -> Row:
    """How many identities of preferred reports close, do not close, cannot be judged, and look wrong."""
    return (
        warehouse.row(
            f"""
        SELECT count(*) AS identities, count(*) FILTER (WHERE status = 'closes') AS closes,
               count(*) FILTER (WHERE status = 'does_not_close') AS open,
               count(*) FILTER (WHERE status = 'not_assessable') AS not_assessable,
               count(DISTINCT report_id) AS reports,
               count(DISTINCT report_id) FILTER (WHERE status = 'does_not_close') AS reports_open
        FROM marts.fact_report_discrepancies WHERE {_FILTER}""",
            year=year,
            province=province,
        )
        or {}
    )


def identities(warehouse: Snapshot, year: int | None, province: str | None) -> list[Row]:
    """One row an identity that fails somewhere: how often it closes and fails, and what it says."""
    return warehouse.rows(
        f"""
        WITH counted AS (
            SELECT identity_code, template_code, max(strength) AS strength,
                   count(*) FILTER (WHERE status = 'closes') AS closes,
                   count(*) FILTER (WHERE status = 'does_not_close') AS open
            FROM marts.fact_report_discrepancies WHERE {_FILTER} GROUP BY identity_code, template_code
        )
        SELECT split_part(identity_code, ':', 1) AS identity_family, counted.template_code,
               max(counted.strength) AS strength, arg_min(note_zh, identity_code) AS note_zh,
               arg_min(note_en, identity_code) AS note_en, sum(closes) AS closes, sum(open) AS open
        FROM counted LEFT JOIN catalogue.identities USING (identity_code)
        GROUP BY ALL HAVING sum(open) > 0 ORDER BY open DESC, identity_family LIMIT 60""",
        year=year,
        province=province,
    )


def discrepancies(
    warehouse: Snapshot,
    year: int | None,
    province: str | None,
    family: str | None,
    strength: str | None,
    limit: int,
    offset: int,
) -> tuple[list[Row], int]:
    """Identities that do not close, the exact ones and the largest differences first; and how many there are."""
    # By rowid, DuckDB fetches the wide columns (the printed cells) of the few chosen rows and of no others.
    rows = warehouse.rows(
        f"""
        WITH chosen AS (
            SELECT rowid AS chosen_row, count(*) OVER () AS total FROM marts.fact_report_discrepancies
            WHERE status = 'does_not_close' AND {_FILTER}
              AND ($family::VARCHAR IS NULL OR split_part(identity_code, ':', 1) = $family)
              AND ($strength::VARCHAR IS NULL OR strength = $strength)
            ORDER BY strength = 'exact' DESC, abs(difference) DESC, report_id, identity_code, applicant_type_code
            LIMIT $limit OFFSET $offset
        )
        SELECT facts.*, (SELECT max(total) FROM chosen) AS total, units.full_name_zh, units.jurisdiction_code
        FROM (SELECT * FROM marts.fact_report_discrepancies WHERE rowid IN (SELECT chosen_row FROM chosen)) AS facts
        LEFT JOIN marts.dim_jurisdiction AS units USING (jurisdiction_key)
        ORDER BY strength = 'exact' DESC, abs(difference) DESC, report_id, identity_code, applicant_type_code""",
        year=year,
        province=province,
        family=family,
        strength=strength,
        limit=limit,
        offset=offset,
    )
    return rows, rows[0]["total"] if rows else 0


def finding_kinds(warehouse: Snapshot, year: int | None, province: str | None) -> list[Row]:
    """One row a kind and check of marts.fact_findings, or none where the file has no such mart."""
    if not warehouse.has("marts.fact_findings"):
        return []
    return warehouse.rows(
        f"""
        SELECT kind, check_code, fault_owner, count(*) AS findings, count(DISTINCT report_id) AS reports
        FROM marts.fact_findings WHERE {_FILTER} GROUP BY ALL ORDER BY findings DESC, kind, check_code LIMIT 60""",
        year=year,
        province=province,
    )


def findings(
    warehouse: Snapshot, year: int | None, province: str | None, kind: str | None, limit: int, offset: int
) -> list[Row]:
    """Findings, the weightiest first; ``total`` says how many. None where the file has no such mart."""
    if not warehouse.has("marts.fact_findings"):
        return []
    return warehouse.rows(
        f"""
        SELECT chosen.*, units.full_name_zh, units.jurisdiction_code
        FROM (SELECT *, count(*) OVER () AS total FROM marts.fact_findings
              WHERE {_FILTER} AND ($kind::VARCHAR IS NULL OR kind = $kind)
              ORDER BY severity_score DESC, finding_id LIMIT $limit OFFSET $offset) AS chosen
        LEFT JOIN marts.dim_jurisdiction AS units USING (jurisdiction_key)
        ORDER BY chosen.severity_score DESC, chosen.finding_id""",
        year=year,
        province=province,
        kind=kind,
        limit=limit,
        offset=offset,
    )


def issue_kinds(warehouse: Snapshot, year: int | None, province: str | None) -> list[Row]:
    """One row a kind of issue: how many, in how many reports."""
    return warehouse.rows(
        f"""
        SELECT issue_kind, max(severity) AS severity, max(title_zh) AS title_zh, max(title_en) AS title_en,
               count(*) AS issues, count(DISTINCT report_id) AS reports
        FROM marts.fact_report_issues WHERE {_YEAR} AND {IN_PROVINCE}
        GROUP BY issue_kind ORDER BY issues DESC, issue_kind""",
        year=year,
        province=province,
    )


def issues(
    warehouse: Snapshot, year: int | None, province: str | None, kind: str | None, limit: int, offset: int
) -> list[Row]:
    """Issues, the errors first; ``total`` says how many."""
    return warehouse.rows(
        f"""
        SELECT facts.*, units.full_name_zh, units.jurisdiction_code
        FROM (SELECT *, count(*) OVER () AS total FROM marts.fact_report_issues
              WHERE {_YEAR} AND {IN_PROVINCE} AND ($kind::VARCHAR IS NULL OR issue_kind = $kind)
              ORDER BY CASE severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, report_id, issue_no
              LIMIT $limit OFFSET $offset) AS facts
        LEFT JOIN marts.dim_jurisdiction AS units USING (jurisdiction_key)
        ORDER BY CASE facts.severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, facts.report_id,
                 facts.issue_no""",
        year=year,
        province=province,
        kind=kind,
        limit=limit,
        offset=offset,
    )


def late(warehouse: Snapshot, year: int | None, province: str | None, limit: int, offset: int) -> list[Row]:
    """Government reports that were published after the legal deadline, the latest first."""
    return warehouse.rows(
        f"""
        SELECT facts.report_id, facts.report_year, facts.published_on, facts.due_on, facts.days_late,
               units.full_name_zh,
               facts.jurisdiction_code, facts.total
        FROM (SELECT *, count(*) OVER () AS total FROM marts.fact_report_coverage
              WHERE late_report_count = 1 AND {_YEAR} AND {IN_PROVINCE}
              ORDER BY days_late DESC, report_id LIMIT $limit OFFSET $offset) AS facts
        LEFT JOIN marts.dim_jurisdiction AS units USING (jurisdiction_key)
        ORDER BY facts.days_late DESC, facts.report_id""",
        year=year,
        province=province,
        limit=limit,
        offset=offset,
    )
