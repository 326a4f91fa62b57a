"""A published file of any size, in SQL alone: the reports of a small one stand for those of every unit and year.

The tables are those of the small file, so they have whatever shape the marts have now. Figures repeat, places do not:
what is measured is how much there is to read. The file is for measurements only.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

_DEPARTMENTS = 12  # departments a unit, as many as the number of reports asks for

_COPIES = """
    CREATE TEMP TABLE copies AS
    WITH prototypes AS (
        SELECT report_id AS prototype, template_codes[1] AS template_code,
               row_number() OVER (PARTITION BY template_codes[1] ORDER BY report_id) - 1 AS place,
               count(*) OVER (PARTITION BY template_codes[1]) AS places
        FROM small.marts.dim_report
        WHERE is_preferred AND len(template_codes) > 0 AND figure_count > 20
    ), forms AS (
        SELECT template_code, greatest(first_year, 2008) AS first_year, coalesce(last_year, 2024) AS last_year
        FROM small.catalogue.templates
    ), wanted AS (
        SELECT units.jurisdiction_key, units.jurisdiction_code, years.y AS report_year, bodies.b AS body_no,
               units.full_name_zh AS place_name_zh, units.lineage_key, units.level_name, units.prefecture_code,
               units.province_code, units.province_name_zh
        FROM small.marts.dim_jurisdiction AS units, range(2008, 2025) AS years(y), range(0, $departments) AS bodies(b)
        WHERE units.level > 0 AND years.y BETWEEN units.valid_from_year AND units.valid_to_year
        ORDER BY bodies.b, years.y, units.jurisdiction_code LIMIT $reports
    )
    SELECT wanted.*, md5(jurisdiction_key || '/' || report_year || '/' || body_no)[:16] AS report_id, prototype,
           body_no = 0 AS is_government,
           CASE WHEN body_no = 0 THEN '人民政府' ELSE '第' || body_no || '局' END AS issuing_body,
           CASE WHEN body_no = 0 THEN 'consolidated' ELSE 'own' END AS reporting_scope
    FROM wanted
    JOIN forms ON wanted.report_year BETWEEN forms.first_year AND forms.last_year
    JOIN prototypes ON prototypes.template_code = forms.template_code
     AND prototypes.place = hash(jurisdiction_key, report_year, body_no) % prototypes.places
    ORDER BY report_year, jurisdiction_code, body_no"""

_OVERRIDES = {
    "report_id": "copies.report_id",
    "preferred_report_id": "copies.report_id",
    "sha256": "md5(copies.report_id)",
    "source_file": "copies.report_year || '/' || copies.report_id || '.html'",
    "jurisdiction_key": "copies.jurisdiction_key",
    "jurisdiction_code": "copies.jurisdiction_code",
    "report_year": "copies.report_year",
    "issuing_body": "copies.issuing_body",
    "body_kind": "CASE WHEN copies.is_government THEN 'government' ELSE 'department' END",
    "reporting_scope": "copies.reporting_scope",
    "is_additive_unit": "copies.is_government",
    "place_name_zh": "copies.place_name_zh",
    "lineage_key": "copies.lineage_key",
    "level_name": "copies.level_name",
    "prefecture_code": "copies.prefecture_code",
    "province_code": "copies.province_code",
    "province_name_zh": "copies.province_name_zh",
}
# As the models sort them: a reader of one indicator or series reads a small part of the file.
_SORTED_BY = {
    "fact_figures_wide": "rows.indicator_code, rows.applicant_type_code, ",
    "fact_foi_series": "rows.series_code, ",
}


def make(small: Path, large: Path, reports: int) -> int:
    """Write a file with as many reports; returns its number of figures. Raises duckdb.Error, and ValueError where the
    two files do not have one name: views say the catalog's name, which is the file's stem."""
    if small.stem != large.stem:
        raise ValueError(f"name the file {small.stem}.duckdb, as the one that it is made from")
    large.unlink(missing_ok=True)
    with duckdb.connect(str(large)) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"ATTACH '{str(small).replace(chr(39), chr(39) * 2)}' AS small (READ_ONLY)")
        connection.execute(_COPIES, {"reports": reports, "departments": _DEPARTMENTS})
        for schema, table in _tables(connection):
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            columns = _columns(connection, schema, table)
            connection.execute(f'CREATE TABLE "{schema}"."{table}" AS {_rows(schema, table, columns)}')
        _cover(connection)
        _create_views(connection)
        (figures,) = connection.execute("SELECT count(*) FROM marts.fact_reported_figures").fetchone()
    return figures


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute("""
        SELECT schema_name, table_name FROM duckdb_tables()
        WHERE database_name = 'small' AND schema_name IN ('marts', 'catalogue', 'raw', 'staging')
        ORDER BY ALL""").fetchall()


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
    found = connection.execute(
        """
        SELECT column_name FROM duckdb_columns() WHERE database_name = 'small' AND schema_name = $1 AND table_name = $2
        ORDER BY column_index""",
        [schema, table],
    ).fetchall()
    return [name for (name,) in found]


def _rows(schema: str, table: str, columns: list[str]) -> str:
    """Every row of a small table; rows of reports once for each report that they stand for."""
    if schema != "marts" or "report_id" not in columns or table == "fact_report_coverage":
        return f'SELECT * FROM small."{schema}"."{table}"'
    replaced = ", ".join(f"{_OVERRIDES[name]} AS {name}" for name in columns if name in _OVERRIDES)
    return (
        f'SELECT rows.* REPLACE ({replaced}) FROM copies JOIN small."{schema}"."{table}" AS rows '
        f"ON rows.report_id = copies.prototype ORDER BY {_SORTED_BY.get(table, '')}"
        "copies.report_year, copies.jurisdiction_code, copies.report_id"
    )


def _cover(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell the coverage of the reports that are here now."""
    connection.execute("""
        UPDATE marts.fact_report_coverage AS coverage
        SET present_report_count = 1, missing_report_count = 0, government_report_count = 1,
            report_id = copies.report_id, reporting_scope = copies.reporting_scope
        FROM copies
        WHERE copies.is_government AND copies.jurisdiction_key = coverage.jurisdiction_key
          AND copies.report_year = coverage.report_year AND coverage.expected_report_count = 1""")


def _create_views(connection: duckdb.DuckDBPyConnection) -> None:
    """The views of the small file; one may stand on another, so they are tried until none is left over."""
    views = [
        sql
        for (sql,) in connection.execute(
            "SELECT sql FROM duckdb_views() WHERE database_name = 'small' AND schema_name = 'marts'"
        ).fetchall()
    ]
    while views:
        left = [sql for sql in views if not _created(connection, sql)]
        if len(left) == len(views):
            return
        views = left


def _created(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    try:
        connection.execute(sql)
    except duckdb.CatalogException:
        return False
    return True
