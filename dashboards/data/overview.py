"""The whole country or one province, year by year: what came in, what came of it, and how much is covered.

Sums run over ``is_additive_unit`` reports only: no request of a county counts again in the consolidated report of its
province.
"""

from __future__ import annotations

from dashboards.data.store import Row, Snapshot

IN_PROVINCE = """($province::VARCHAR IS NULL OR jurisdiction_key IN
    (SELECT jurisdiction_key FROM marts.dim_jurisdiction WHERE province_code = $province))"""
MEASURES = ("requests_received", "reviews_total", "lawsuits_total", "requests_granted", "outcomes_counted")
"""Columns of fact_foi_requests that the overview adds up; a page names its measure by one of these only."""


def status(warehouse: Snapshot) -> Row:
    """What the file is made of and how fresh it is: the row of warehouse_status."""
    return warehouse.row("SELECT * FROM marts.warehouse_status") or {}


def years(warehouse: Snapshot) -> list[int]:
    """Report years with a preferred report, the newest first."""
    found = warehouse.rows(
        "SELECT DISTINCT report_year FROM marts.fact_foi_requests WHERE report_year IS NOT NULL "
        "ORDER BY report_year DESC"
    )
    return [row["report_year"] for row in found]


def provinces(warehouse: Snapshot) -> list[Row]:
    """Provinces by code, the newest name of each."""
    return warehouse.rows("""
        SELECT jurisdiction_code, arg_max(name_zh, valid_to_year) AS name_zh,
               arg_max(name_en, valid_to_year) AS name_en,
               arg_max(name_pinyin, valid_to_year) AS name_pinyin
        FROM marts.dim_jurisdiction WHERE level = 1 GROUP BY jurisdiction_code ORDER BY jurisdiction_code""")


def yearly(warehouse: Snapshot, province: str | None) -> list[Row]:
    """One row a year: reports, and each measure (件) with the number of reports that print it (``_n``)."""
    sums = ", ".join(f"sum({name}) AS {name}, count({name}) AS {name}_n" for name in MEASURES)
    return warehouse.rows(
        f"""
        SELECT report_year, count(*) AS reports, {sums}, max(template_code) AS template_code,
               count(*) FILTER (WHERE has_discrepancy) AS reports_with_discrepancy
        FROM marts.fact_foi_requests
        WHERE is_additive_unit AND report_year IS NOT NULL AND {IN_PROVINCE}
        GROUP BY report_year ORDER BY report_year""",
        province=province,
    )


def yearly_rates(warehouse: Snapshot, province: str | None) -> list[Row]:
    """One row a year and definition (broad, narrow): numerator, denominator (both 件), rate 0 to 1, n reports."""
    return warehouse.rows(
        f"""
        SELECT report_year, rate_definition, sum(numerator) AS numerator, sum(denominator) AS denominator,
               sum(numerator) / nullif(sum(denominator), 0) AS rate, count(*) AS n, max(template_code) AS template_code
        FROM marts.rate_grants
        WHERE is_additive_unit AND report_year IS NOT NULL AND {IN_PROVINCE}
        GROUP BY report_year, rate_definition ORDER BY report_year, rate_definition""",
        province=province,
    )


def coverage(warehouse: Snapshot, province: str | None) -> list[Row]:
    """One row a year: expected, present and missing government reports, those with a known date and the late ones."""
    return warehouse.rows(
        f"""
        SELECT report_year, sum(expected_report_count) AS expected, sum(present_report_count) AS present,
               sum(missing_report_count) AS missing, sum(dated_report_count) AS dated, sum(late_report_count) AS late,
               sum(department_report_count) AS department
        FROM marts.fact_report_coverage WHERE {IN_PROVINCE}
        GROUP BY report_year ORDER BY report_year""",
        province=province,
    )


def coverage_by_level(warehouse: Snapshot, year: int, province: str | None) -> list[Row]:
    """One row a level of government: expected, present and missing reports of one year."""
    return warehouse.rows(
        f"""
        SELECT level_name, sum(expected_report_count) AS expected, sum(present_report_count) AS present,
               sum(missing_report_count) AS missing, sum(late_report_count) AS late, sum(dated_report_count) AS dated
        FROM marts.fact_report_coverage WHERE report_year = $year AND {IN_PROVINCE}
        GROUP BY level_name
        HAVING sum(expected_report_count) > 0
        ORDER BY CASE level_name WHEN 'province' THEN 1 WHEN 'prefecture' THEN 2 ELSE 3 END""",
        year=year,
        province=province,
    )


def by_province(warehouse: Snapshot, year: int) -> list[Row]:
    """One row a province with reports of a year: what its additive reports say, and how many are expected and here."""
    return warehouse.rows(
        """
        WITH sums AS (
            SELECT units.province_code, sum(requests_received) AS requests_received,
                   sum(reviews_total) AS reviews_total,
                   sum(lawsuits_total) AS lawsuits_total, count(*) AS reports
            FROM marts.fact_foi_requests AS facts JOIN marts.dim_jurisdiction AS units USING (jurisdiction_key)
            WHERE facts.is_additive_unit AND facts.report_year = $year GROUP BY units.province_code
        ), rates AS (
            SELECT units.province_code, sum(numerator) AS numerator, sum(denominator) AS denominator
            FROM marts.rate_grants AS rates JOIN marts.dim_jurisdiction AS units USING (jurisdiction_key)
            WHERE rates.is_additive_unit AND rates.report_year = $year AND rate_definition = 'broad'
            GROUP BY units.province_code
        ), covered AS (
            SELECT province_code, sum(expected_report_count) AS expected, sum(present_report_count) AS present
            FROM marts.fact_report_coverage WHERE report_year = $year GROUP BY province_code
        ), names AS (
            SELECT jurisdiction_code AS province_code, arg_max(name_zh, valid_to_year) AS name_zh,
                   arg_max(name_pinyin, valid_to_year) AS name_pinyin
            FROM marts.dim_jurisdiction WHERE level = 1 GROUP BY jurisdiction_code
        )
        SELECT names.province_code, name_zh, name_pinyin, reports, requests_received, reviews_total, lawsuits_total,
               numerator, denominator, numerator / nullif(denominator, 0) AS rate, expected, present
        FROM names JOIN covered USING (province_code) LEFT JOIN sums USING (province_code)
        LEFT JOIN rates USING (province_code)
        WHERE present > 0 OR reports > 0 ORDER BY names.province_code""",
        year=year,
    )


def contributors(
    warehouse: Snapshot, measure: str, year: int, province: str | None, limit: int, offset: int
) -> list[Row]:
    """The reports that a sum of ``yearly`` is made of, the largest first. Raises KeyError for an unknown measure."""
    if measure not in MEASURES:
        raise KeyError(measure)
    return warehouse.rows(
        f"""
        SELECT facts.report_id, facts.jurisdiction_code, units.full_name_zh, facts.issuing_body, facts.reporting_scope,
               facts.{measure} AS value, facts.quality_grade, count(*) OVER () AS total
        FROM (SELECT * FROM marts.fact_foi_requests
              WHERE is_additive_unit AND report_year = $year AND {measure} IS NOT NULL AND {IN_PROVINCE}) AS facts
        LEFT JOIN marts.dim_jurisdiction AS units USING (jurisdiction_key)
        ORDER BY value DESC, facts.report_id LIMIT $limit OFFSET $offset""",
        year=year,
        province=province,
        limit=limit,
        offset=offset,
    )
