"""Harmonised series: what they are called, and where they break."""

from __future__ import annotations

from dashboards.data.store import Row, Snapshot

RATES = {"broad": ("requests_granted", "outcomes_counted"), "narrow": ("requests_granted", "outcomes_on_merits")}
"""The series that the two grant rates divide."""


def names(warehouse: Snapshot) -> dict[str, Row]:
    """Every series by its code: label_zh, label_en, unit_code, meaning_en."""
    found = warehouse.rows(
        "SELECT DISTINCT series_code, label_zh, label_en, unit_code, meaning_en FROM marts.dim_series "
        "ORDER BY series_code"
    )
    return {row["series_code"]: row for row in found}


def breaks(warehouse: Snapshot, *codes: str) -> list[Row]:
    """Years in which a series stops being comparable with the year before: year, grade, reason_zh, reason_en, series.

    From dim_series_break where the file has it; else from the grade into each generation of the form, without a reason.
    Grade A is no break. Of several series the weakest grade of a year counts.
    """
    table = _DOCUMENTED if warehouse.has("marts.dim_series_break") else _DERIVED
    return warehouse.rows(
        f"""
        SELECT year, max(grade) AS grade, arg_max(reason_zh, grade) AS reason_zh, arg_max(reason_en, grade) AS reason_en
        FROM ({table}) WHERE list_contains($codes, series_code) AND grade <> 'A' GROUP BY year ORDER BY year""",
        codes=list(codes),
    )


_DERIVED = """
    SELECT series.series_code, forms.first_year AS year, series.comparability_grade AS grade,
           NULL::VARCHAR AS reason_zh, NULL::VARCHAR AS reason_en
    FROM marts.dim_series AS series JOIN catalogue.templates AS forms USING (template_code)
    WHERE series.comparability_grade IS NOT NULL"""


_DOCUMENTED = """
    SELECT series_code, break_year AS year, comparability_grade AS grade, reason_zh, reason_en
    FROM marts.dim_series_break WHERE comparability_grade IS NOT NULL"""
