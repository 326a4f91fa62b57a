"""One administrative unit: what it is, who in it reports, and what the reports say year by year.

A series of a unit is one body in one scope. Own (本机关) and consolidated (全市) reports stand beside each other, never
in one line: every row says its scope.
"""

from __future__ import annotations

from dashboards.data import reports as reports_data
from dashboards.data.store import Row, Snapshot

GOVERNMENT = "government"
"""Stands for the unit's government, whichever of its offices signs."""
CHANNELS = (
    "requests_received_in_person",
    "requests_received_online",
    "requests_received_letter",
    "requests_received_fax",
    "requests_received_other_channel",
)
_NEWEST = "QUALIFY row_number() OVER (PARTITION BY jurisdiction_code ORDER BY valid_to_year DESC, is_current DESC) = 1"
_BODY = "(($body = 'government' AND body_kind = 'government') OR ($body <> 'government' AND issuing_body = $body))"
_OF_BODY = f"""report_id IN (SELECT report_id FROM marts.dim_report
    WHERE jurisdiction_code = $code AND is_preferred AND {_BODY})"""


def find(warehouse: Snapshot, text: str, limit: int = 20) -> list[Row]:
    """Units whose name, pinyin or code contains the text: those with reports, exact names and high levels first."""
    return warehouse.rows(
        f"""
        WITH reported AS (
            SELECT jurisdiction_code, count(*) AS reports FROM marts.dim_report GROUP BY jurisdiction_code
        )
        SELECT jurisdiction_code, name_zh, full_name_zh, name_pinyin, level, is_current, valid_to_year,
               coalesce(reports, 0) AS reports
        FROM marts.dim_jurisdiction LEFT JOIN reported USING (jurisdiction_code)
        WHERE level > 0 AND (contains(full_name_zh, $text) OR starts_with(jurisdiction_code, $text)
              OR contains(replace(name_pinyin, ' ', ''), replace(lower($text), ' ', '')))
        {_NEWEST}
        ORDER BY (reports > 0) DESC, is_current DESC, (name_zh = $text OR name_short_zh = $text) DESC,
                 contains(name_zh, $text) DESC, level, jurisdiction_code LIMIT $limit""",
        text=text,
        limit=limit,
    )


def find_bodies(warehouse: Snapshot, text: str, limit: int = 20) -> list[Row]:
    """Bodies that report: a unit and its government or department, by name or code, the most reports first."""
    return warehouse.rows(
        f"""
        WITH bodies AS (
            SELECT jurisdiction_code, CASE body_kind WHEN 'government' THEN 'government' ELSE issuing_body END AS body,
                   count(DISTINCT report_year) AS years
            FROM marts.dim_report WHERE is_preferred AND issuing_body IS NOT NULL GROUP BY ALL
        ), units AS (
            SELECT jurisdiction_code, name_zh, full_name_zh, name_pinyin, level FROM marts.dim_jurisdiction {_NEWEST}
        )
        SELECT jurisdiction_code, name_zh, full_name_zh, name_pinyin, body, years
        FROM bodies JOIN units USING (jurisdiction_code)
        WHERE contains(full_name_zh || CASE body WHEN 'government' THEN '' ELSE body END, $text)
              OR starts_with(jurisdiction_code, $text)
              OR contains(replace(name_pinyin, ' ', ''), replace(lower($text), ' ', ''))
        ORDER BY contains(name_zh, $text) DESC, (body = 'government') DESC, years DESC, level, jurisdiction_code, body
        LIMIT $limit""",
        text=text,
        limit=limit,
    )


def place(warehouse: Snapshot, code: str) -> Row | None:
    """The newest version of a unit with its parents' codes and names, or None."""
    return warehouse.row(f"SELECT * FROM marts.dim_jurisdiction WHERE jurisdiction_code = $code {_NEWEST}", code=code)


def changes(warehouse: Snapshot, code: str) -> list[Row]:
    """What the unit came from and what it became, by year."""
    return warehouse.rows(
        """
        SELECT change_year, change_kind_code, relation_code, predecessor_code, predecessor_name_zh, successor_code,
               successor_name_zh
        FROM marts.dim_jurisdiction_change WHERE $code IN (predecessor_code, successor_code)
        ORDER BY change_year LIMIT 50""",
        code=code,
    )


def bodies(warehouse: Snapshot, code: str) -> list[Row]:
    """Who in the unit reports: body (``government`` or a department's name), scope, years, the government first."""
    return warehouse.rows(
        """
        SELECT CASE body_kind WHEN 'government' THEN 'government' ELSE issuing_body END AS body,
               count(DISTINCT report_year) AS years, count(*) AS reports,
               list_sort(list(DISTINCT reporting_scope)) AS scopes
        FROM marts.dim_report
        WHERE jurisdiction_code = $code AND is_preferred AND issuing_body IS NOT NULL
        GROUP BY 1 ORDER BY (body = 'government') DESC, years DESC, body LIMIT 200""",
        code=code,
    )


def reports(warehouse: Snapshot, code: str, body: str) -> list[Row]:
    """One row a preferred report of a body: all harmonised measures, the newest first, the widest scope first."""
    return warehouse.rows(
        f"""
        SELECT * FROM marts.fact_foi_requests WHERE jurisdiction_code = $code AND {_BODY}
        ORDER BY report_year DESC,
                 CASE reporting_scope WHEN 'consolidated' THEN 1 WHEN 'unknown' THEN 2 ELSE 3 END, report_id""",
        code=code,
        body=body,
    )


def series(warehouse: Snapshot, code: str, body: str, codes: tuple[str, ...]) -> list[Row]:
    """One row a report and series: value, value_status, template_code, scope, comparability_grade."""
    return warehouse.rows(
        f"""
        SELECT report_id, series_code, report_year, reporting_scope, issuing_body, template_code, value, value_status,
               unit_code, comparability_grade
        FROM marts.fact_foi_series
        WHERE jurisdiction_code = $code AND list_contains($codes, series_code) AND {_OF_BODY}
        ORDER BY series_code, reporting_scope, report_year, report_id""",
        code=code,
        body=body,
        codes=list(codes),
    )


def rates(warehouse: Snapshot, code: str, body: str) -> list[Row]:
    """One row a report and definition of the grant rate: numerator, denominator (件), rate 0 to 1, scope."""
    return warehouse.rows(
        f"""
        SELECT report_id, rate_definition, report_year, reporting_scope, template_code, numerator, denominator, rate,
               comparability
        FROM marts.rate_grants WHERE jurisdiction_code = $code AND {_OF_BODY}
        ORDER BY rate_definition, reporting_scope, report_year, report_id""",
        code=code,
        body=body,
    )


def outcomes(warehouse: Snapshot, code: str, body: str) -> list[Row]:
    """One row a report and outcome, all applicants together: request_count (件; null where nothing is printed)."""
    return warehouse.rows(
        f"""
        SELECT facts.report_id, facts.report_year, facts.reporting_scope, facts.template_code, facts.indicator_code,
               outcome_code, outcomes.outcome_group, outcomes.label_zh, outcomes.label_en, outcomes.position,
               sum(facts.request_count) AS request_count
        FROM marts.fact_foi_outcomes AS facts JOIN marts.dim_outcome AS outcomes USING (outcome_code)
        WHERE facts.jurisdiction_code = $code AND {_OF_BODY}
        GROUP BY ALL ORDER BY facts.report_year, facts.report_id, outcomes.position""",
        code=code,
        body=body,
    )


def applicants(warehouse: Snapshot, report_id: str) -> list[Row]:
    """One row a type of applicant of a report's new requests: value (件), value_state, and where it is printed."""
    asked = warehouse.rows(
        "SELECT DISTINCT template_code, indicator_code FROM catalogue.series_terms "
        "WHERE series_code = 'requests_received'"
    )
    cells = {(row["template_code"], row["indicator_code"]) for row in asked}
    types = warehouse.rows("SELECT * FROM marts.dim_applicant_type WHERE is_leaf ORDER BY position")
    found = {
        row["applicant_type_code"]: row
        for row in reports_data.figures(warehouse, report_id)
        if (row["template_code"], row["indicator_code"]) in cells
    }
    return [
        found[row["applicant_type_code"]] | {"label_zh": row["label_zh"], "label_en": row["label_en"]}
        for row in types
        if row["applicant_type_code"] in found
    ]


def disputes(warehouse: Snapshot, report_id: str) -> list[Row]:
    """One row a route (review, lawsuit ...) and result of a report: case_count (件), value_state."""
    return warehouse.rows(
        """
        SELECT route_code, result_code, indicator_code, case_count, value_state FROM marts.fact_foi_disputes
        WHERE report_id = $report
        ORDER BY route_code DESC, CASE result_code WHEN 'upheld' THEN 1 WHEN 'corrected' THEN 2 WHEN 'other' THEN 3
                 ELSE 4 END""",
        report=report_id,
    )


def relatives(warehouse: Snapshot, parent_code: str | None, year: int) -> list[Row]:
    """The units under one parent in a year, each with its government's reports (one row a scope; none: one row)."""
    return warehouse.rows(
        """
        WITH units AS (
            SELECT jurisdiction_code, jurisdiction_key, name_zh, name_pinyin FROM marts.dim_jurisdiction
            WHERE parent_code IS NOT DISTINCT FROM $parent AND level > 0
              AND least($year, (SELECT max(valid_to_year) FROM marts.dim_jurisdiction))
                  BETWEEN valid_from_year AND valid_to_year
        ), facts AS (
            SELECT * FROM marts.fact_foi_requests WHERE report_year = $year AND body_kind = 'government'
        ), rates AS (
            SELECT report_id, numerator, denominator, rate FROM marts.rate_grants
            WHERE report_year = $year AND rate_definition = 'broad'
        )
        SELECT units.jurisdiction_code, units.name_zh, units.name_pinyin, facts.report_id, facts.reporting_scope,
               facts.requests_received, rates.numerator, rates.denominator, rates.rate
        FROM units LEFT JOIN facts ON facts.jurisdiction_code = units.jurisdiction_code
        LEFT JOIN rates USING (report_id)
        ORDER BY units.jurisdiction_code, facts.reporting_scope LIMIT 300""",
        parent=parent_code,
        year=year,
    )


def documents(warehouse: Snapshot, code: str) -> list[Row]:
    """Every document of the unit, copies and superseded versions too, the newest year first."""
    return warehouse.rows(
        """
        SELECT report_id, report_year, issuing_body, body_kind, reporting_scope, quality_grade, quality_reasons, form,
               template_codes, is_preferred, preference_reason, discrepancy_count, issue_count, figure_count, title,
               source_file, published_on
        FROM marts.dim_report WHERE jurisdiction_code = $code
        ORDER BY report_year DESC, body_kind = 'government' DESC, issuing_body, is_preferred DESC LIMIT 500""",
        code=code,
    )
