"""A small finished build for the tests of the suites: schemas raw and catalogue, and the marts that the suites read."""

from __future__ import annotations

from pathlib import Path

import duckdb

PROJECT = Path(__file__).parents[1]

MARTS = """
CREATE SCHEMA marts;
CREATE TABLE marts.fact_reported_figures (
    report_id VARCHAR, source_file VARCHAR, template_code VARCHAR, indicator_code VARCHAR, applicant_type_code VARCHAR,
    value DECIMAL(24, 6), value_state VARCHAR, printed_text VARCHAR, printed_label VARCHAR, unit_code VARCHAR,
    origin VARCHAR, page INTEGER, table_index INTEGER, row_index INTEGER, column_index INTEGER, char_start INTEGER,
    char_end INTEGER, is_corrected BOOLEAN
);
CREATE TABLE marts.fact_report_discrepancies (
    report_id VARCHAR, identity_code VARCHAR, applicant_type_code VARCHAR, left_value DECIMAL(24, 6),
    right_value DECIMAL(24, 6), difference DECIMAL(24, 6), status VARCHAR, fault_owner VARCHAR
);
CREATE TABLE marts.dim_report (
    report_id VARCHAR, source_file VARCHAR, report_year INTEGER, is_preferred BOOLEAN DEFAULT true
);
CREATE TABLE marts.fact_findings (
    finding_id VARCHAR, kind VARCHAR, check_code VARCHAR, report_id VARCHAR, severity_score DOUBLE, is_preferred BOOLEAN
);
CREATE TABLE marts.rate_grants (
    report_id VARCHAR, rate_definition VARCHAR, numerator BIGINT, denominator BIGINT, rate DOUBLE
);
"""
CATALOGUE = """
INSERT INTO catalogue.templates (template_code) VALUES ('G2'), ('G3');
INSERT INTO catalogue.indicators (template_code, indicator_code, section_zh, unit_code, axis, is_heading, evidence)
VALUES
    ('G2', 'requests_h', '三', NULL, 'scalar', true, 'verified'),
    ('G2', 'requests_received', '三', '件', 'scalar', false, 'verified'),
    ('G2', 'requests_online', '三', '件', 'scalar', false, 'verified'),
    ('G2', 'fees_collected', '七', '万元', 'scalar', false, 'verified'),
    ('G3', 'licences_matters_change', '二', '项', 'scalar', false, 'verified'),
    ('G3', 'requests_new', '三', '件', 'matrix_row', false, 'verified'),
    ('G3', 'review_total', '四', '件', 'matrix_column', false, 'verified');
INSERT INTO catalogue.applicant_types (applicant_type_code, is_leaf, is_total) VALUES
    ('natural_person', true, false), ('total', false, true), ('legal_persons_h', false, false);
INSERT INTO catalogue.identities (identity_code, template_code, relation, strength) VALUES
    ('G2-1', 'G2', 'eq', 'exact'), ('G2-2', 'G2', 'eq', 'exact'), ('G2-5', 'G2', 'eq', 'expected');
"""
# (template, indicator, applicant type, value, state, unit) of the cells of one report of each form.
CELLS = {
    "G2": [("requests_received", None, 44, "number", "件"), ("requests_online", None, None, "blank", "件"),
           ("fees_collected", None, 0.5, "number", "万元")],
    "G3": [("licences_matters_change", None, -3, "number", "项"), ("requests_new", "natural_person", 7, "number", "件"),
           ("requests_new", "total", 7, "number", "件"), ("review_total", None, 0, "zero", "件")],
}


def add_report(con: duckdb.DuckDBPyConnection, name: str, template: str = "G2", closing: bool = True) -> None:
    """One well-formed report: its file, document, figures, facts and two judged sums."""
    sha = name * 8
    file = f"{name}.txt"
    con.execute("INSERT INTO raw.landing_files VALUES (?, 1, NULL, ?, 'read', NULL, NULL, ?, NULL)", [file, sha, name])
    con.execute(
        "INSERT INTO raw.documents (document_id, sha256, source_file, form, size_bytes, report_year, reporting_scope,"
        " template_codes, jurisdiction_code, parser_version)"
        " VALUES (?, ?, ?, 'text', 1, 2017, 'own', [?], '330326', '1')",
        [name, sha, file, template],
    )
    con.execute("INSERT INTO marts.dim_report VALUES (?, ?, 2017, true)", [name, file])
    con.execute("INSERT INTO marts.rate_grants VALUES (?, 'broad', 1, 2, 0.5)", [name])
    for number, (code, applicant, value, state, unit) in enumerate(CELLS[template]):
        con.execute(
            "INSERT INTO raw.observations VALUES"
            " (?, ?, ?, ?, ?, ?, ?, ?, '标签', ?, 'table', NULL, NULL, 0, ?, 1, NULL, NULL)",
            [name, number, template, code, applicant, value, state, "" if value is None else str(value), unit, number],
        )
    con.execute(
        "INSERT INTO marts.fact_reported_figures SELECT document_id, ?, template_code, indicator_code,"
        " applicant_type_code, value, value_state, printed_text, printed_label, unit_code, origin, page, table_index,"
        " row_index, column_index, char_start, char_end, false FROM raw.observations WHERE document_id = ?",
        [file, name],
    )
    for identity in ("G2-1", "G2-2") if template == "G2" else ():
        add_sum(con, name, identity, closing)


def add_sum(con: duckdb.DuckDBPyConnection, report: str, identity: str, closing: bool) -> None:
    """A judged sum: 44 = 44, or 52 against 44."""
    left, status = (44, "closes") if closing else (52, "does_not_close")
    con.execute(
        "INSERT INTO marts.fact_report_discrepancies VALUES (?, ?, NULL, ?, 44, ?, ?, 'undecided')",
        [report, identity, left, left - 44, status],
    )


def make_build(path: Path, *statements: str, reports: int = 3, collapsed: int = 0, one_sum: int = 0) -> Path:
    """A build with ``reports`` sound reports, ``collapsed`` of them with no sum that closes, then changed by SQL.

    In ``one_sum`` further reports the sum G2-2 alone does not close.
    """
    with duckdb.connect(path) as con:
        con.begin()
        con.execute((PROJECT / "orchestration" / "schema.sql").read_text(encoding="utf-8"))
        con.execute(MARTS)
        con.execute(CATALOGUE)
        for number in range(reports):
            add_report(con, f"report{number:04}", closing=number >= collapsed)
        for number in range(one_sum):
            con.execute(
                "UPDATE marts.fact_report_discrepancies SET left_value = 52, difference = 8, status = 'does_not_close'"
                " WHERE identity_code = 'G2-2' AND report_id = ?", [f"report{collapsed + number:04}"],
            )
        for statement in statements:
            con.execute(statement)
        con.commit()
    return path
