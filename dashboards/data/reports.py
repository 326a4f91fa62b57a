"""One document: what it is, every figure with its cell, and what a series takes from it."""

from __future__ import annotations

from dashboards.data.store import Row, Snapshot


def report(warehouse: Snapshot, report_id: str) -> Row | None:
    """A document with the full name of its unit, or None."""
    return warehouse.row(
        """
        SELECT reports.*, units.full_name_zh FROM marts.dim_report AS reports
        LEFT JOIN marts.dim_jurisdiction AS units USING (jurisdiction_key) WHERE report_id = $report""",
        report=report_id,
    )


def figures(warehouse: Snapshot, report_id: str) -> list[Row]:
    """Every figure of a document as printed, in printed order, with its place and the dictionary's words."""
    return warehouse.rows(
        """
        SELECT figures.template_code, figures.indicator_code, figures.applicant_type_code, figures.value,
               figures.value_state, figures.printed_text, figures.printed_label, figures.unit_code, figures.origin,
               figures.qualifier, figures.page, figures.table_index, figures.row_index, figures.column_index,
               figures.char_start, figures.char_end, figures.is_corrected, figures.corrected_value,
               figures.correction_status, words.label_zh, words.label_en, words.section_zh,
               types.label_zh AS applicant_zh, types.label_en AS applicant_en
        FROM marts.fact_reported_figures AS figures
        LEFT JOIN marts.dim_indicator AS words USING (template_code, indicator_code)
        LEFT JOIN marts.dim_applicant_type AS types USING (applicant_type_code)
        WHERE figures.report_id = $report
        ORDER BY figures.origin DESC, figures.page NULLS FIRST, figures.table_index, figures.row_index,
                 figures.column_index, figures.char_start, figures.observation_no""",
        report=report_id,
    )


def derivation(warehouse: Snapshot, report_id: str, series_code: str) -> list[Row]:
    """What a series is made of in one report: one row a term with its weight (+1, -1), and the value that came out."""
    return warehouse.rows(
        """
        SELECT facts.series_code, facts.value, facts.value_status, facts.unit_code, facts.template_code,
               facts.comparability_grade, terms.indicator_code, terms.applicant_type_code, terms.weight
        FROM marts.fact_foi_series AS facts JOIN catalogue.series_terms AS terms USING (series_code, template_code)
        WHERE facts.report_id = $report AND facts.series_code = $series
        ORDER BY terms.weight DESC, terms.indicator_code""",
        report=report_id,
        series=series_code,
    )


def mentions(warehouse: Snapshot, report_id: str) -> list[Row]:
    """What the prose of a document states, beside the table's cell: agreement, character span."""
    return warehouse.rows(
        """
        SELECT mentions.*, words.label_zh, words.label_en FROM marts.fact_prose_mentions AS mentions
        LEFT JOIN marts.dim_indicator AS words USING (template_code, indicator_code)
        WHERE report_id = $report ORDER BY observation_no LIMIT 200""",
        report=report_id,
    )


def discrepancies(warehouse: Snapshot, report_id: str) -> list[Row]:
    """The identities of a document that do not close, or look wrong, with their printed cells."""
    return warehouse.rows(
        """
        SELECT * FROM marts.fact_report_discrepancies
        WHERE report_id = $report AND (status = 'does_not_close' OR flag IS NOT NULL)
        ORDER BY status, identity_code, applicant_type_code LIMIT 200""",
        report=report_id,
    )


def issues(warehouse: Snapshot, report_id: str) -> list[Row]:
    """What was not understood in a document."""
    return warehouse.rows(
        "SELECT * FROM marts.fact_report_issues WHERE report_id = $report ORDER BY issue_no LIMIT 200", report=report_id
    )
