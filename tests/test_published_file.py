"""The published file explains itself, and its series run from 2008 to 2025 with every break marked.

One dbt build of a county's reports in all four forms serves the series, the macros, old names and the exposures; what
only a real refresh makes is looked at in the session's published file.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.queries import MACROS, load_queries, marts_of
from orchestration.refresh import shape
from parsers.catalogue import load
from tests import series_documents as made
from tests.conftest import ROOT
from tests.dbt_fixture import Project, build_file

pytest.importorskip("dbt.adapters.duckdb", reason="dbt-duckdb is not installed")
Db = duckdb.DuckDBPyConnection
CHINESE = "'[\\x{4e00}-\\x{9fff}]'"
RENAMED = {"name": "fact_requests", "instead": "fact_foi_requests", "until": "99.0.0",
           "columns": {"received": "requests_received"}}
KEYED = {
    "dim_report", "dim_jurisdiction", "dim_indicator", "dim_applicant_type", "dim_outcome", "dim_series",
    "dim_series_break", "fact_foi_requests", "fact_proactive_disclosure", "fact_report_coverage",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.copied(tmp_path_factory.mktemp("series"))


@pytest.fixture(scope="module")
def build(project: Project) -> Path:
    path = build_file(project.work / "foi.duckdb", made.DOCUMENTS)
    result = project.run(path, "build", "--exclude-resource-type", "unit_test", "--vars",
                         json.dumps({"deprecated_views": [RENAMED]}))
    bad = [f"{r.node.name}: {r.message}" for r in result.result or () if r.status not in ("success", "pass")]
    assert result.success, bad or result.exception
    return path


@pytest.fixture(scope="module")
def marts(build: Path) -> Iterator[Db]:
    with duckdb.connect(str(build), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def shown(published: Path) -> Iterator[Db]:
    """The file that a real refresh published."""
    with duckdb.connect(str(published / "foi.duckdb"), read_only=True) as connection:
        yield connection


def rows(db: Db, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return db.execute(sql, list(values)).fetchall()


# -- the file, opened with nothing but DuckDB ------------------------------------------------------------------------


def test_the_published_file_holds_no_inner_layers(shown: Db) -> None:
    schemas = {name for (name,) in rows(shown, """
        select schema_name from duckdb_tables() union select schema_name from duckdb_views() where not internal""")}
    assert schemas == {"main", "marts", "catalogue", "raw"}


def test_every_table_view_column_and_macro_is_explained_in_both_languages(shown: Db) -> None:
    silent = rows(shown, f"""
        select * from (
            select schema_name, table_name, null, comment from duckdb_tables()
            union all select schema_name, view_name, null, comment from duckdb_views() where not internal
            union all select schema_name, table_name, column_name, comment from duckdb_columns() where not internal
            union all select schema_name, function_name, 'macro', comment from duckdb_functions()
            where schema_name = 'main' and not internal
        ) as named(schema_name, name, part, comment)
        where not regexp_matches(coalesce(comment, ''), {CHINESE}) or not regexp_matches(comment, '[A-Za-z]{{2}}')""")
    assert silent == []


def test_start_here_says_what_is_here_and_each_of_its_statements_runs(shown: Db) -> None:
    guide = rows(shown, "from start_here")
    assert [topic for topic, *_ in guide][:4] == ["what", "fresh", "where", "questions"]
    for topic, *_, sql in guide:
        assert rows(shown, sql), topic
    (published_on,) = rows(shown, "select strftime(published_at, '%Y-%m-%d %H:%M') from marts.warehouse_status")[0]
    assert all(published_on in text for text in guide[1][1:3])


def test_the_file_reads_the_same_under_another_name(published: Path, shown: Db) -> None:
    """Views need nothing; the macros take names from the catalog in use, so that USE must come first."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published / 'foi.duckdb'}' as other (read_only)")
        topics = "select topic from {}start_here"
        assert rows(connection, topics.format("other.")) == rows(shown, topics.format(""))
        with pytest.raises(duckdb.CatalogException):
            rows(connection, "from other.timeline('330304')")
        connection.execute("use other")
        assert rows(connection, "from timeline('330304')") == rows(shown, "from timeline('330304')")


def test_every_fact_of_a_report_carries_its_grade_and_every_grade_its_reasons(shown: Db) -> None:
    """What is about files, refreshes, withheld documents or missing reports has no report to be graded."""
    ungraded = {name for (name,) in rows(shown, """
        select table_name from duckdb_columns() where schema_name = 'marts' and starts_with(table_name, 'fact_')
        group by all having bool_or(column_name = 'report_id') and not bool_or(column_name = 'quality_grade')""")}
    assert ungraded == {"fact_landing_files", "fact_quarantine", "fact_refresh_change_details", "fact_report_coverage"}
    why = {"A": {"all_sums_close"}, "B": {"discrepancies", "flagged_sums", "no_sum_assessable"}, "C": {"prose_only"},
           "D": {"no_figures", "partly_unread"}}
    reports = rows(shown, "select quality_grade, quality_reasons from marts.dim_report")
    assert reports and all(why[grade] & set(reasons) for grade, reasons in reports)
    assert rows(shown, """
        select count(*) from marts.fact_foi_requests as f join marts.dim_report as r using (report_id)
        where (f.quality_grade, f.quality_reasons) is distinct from (r.quality_grade, r.quality_reasons)""") == [(0,)]


def test_dimensions_and_marts_with_one_row_a_report_have_their_keys(shown: Db) -> None:
    keyed = {name for (name,) in rows(shown, """
        select table_name from duckdb_constraints()
        where schema_name = 'marts' and constraint_type = 'PRIMARY KEY'""")}
    assert keyed >= KEYED


@pytest.mark.parametrize(("mart", "column"), [
    ("fact_foi_series", "series_code"), ("fact_figures_wide", "indicator_code"),
])
def test_wide_marts_are_stored_by_what_they_are_asked_for(shown: Db, mart: str, column: str) -> None:
    stored = [code for (code,) in rows(shown, f"select {column} from marts.{mart} order by rowid")]
    assert len(set(stored)) > 10 and stored == sorted(stored)


def test_the_wide_mart_says_the_same_as_the_star(marts: Db) -> None:
    star = """
        select figures.indicator_code, units.province_code, figures.report_year, sum(figures.value), count(*)
        from marts.fact_reported_figures as figures join marts.dim_jurisdiction as units using (jurisdiction_key)
        where figures.is_preferred group by all order by all"""
    wide = """
        select indicator_code, province_code, report_year, sum(value), count(*)
        from marts.fact_figures_wide group by all order by all"""
    assert rows(marts, wide) == rows(marts, star) and len(rows(marts, wide)) > 500


def test_a_file_written_anew_keeps_rows_keys_views_macros_and_comments(build: Path, tmp_path: Path) -> None:
    copy = tmp_path / "foi.duckdb"
    shutil.copyfile(build, copy)
    shape.shape(copy)
    shaped = _inventory(copy)
    assert {schema for schema, *_ in shaped if schema} == {"main", "marts", "catalogue", "raw"}
    shape.compact(copy)
    assert _inventory(copy) == shaped
    assert [path.name for path in tmp_path.iterdir()] == ["foi.duckdb"]


def _inventory(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as db:
        found = rows(db, """
            select schema_name, table_name, comment, column_count, has_primary_key from duckdb_tables()
            union all select schema_name, view_name, comment, column_count, false from duckdb_views() where not internal
            union all select schema_name, function_name, comment, len(parameters), false from duckdb_functions()
            where schema_name = 'main' and not internal order by all""")
        counted = [(*rows(db, f"select count(*), sum(hash(t)) from {schema}.{name} as t")[0],)
                   for schema, name, _, _, _ in found if schema != "main"]
        return [*found, *((None, *pair) for pair in counted)]


def test_a_view_that_leans_on_an_inner_layer_is_not_published(build: Path, tmp_path: Path) -> None:
    copy = tmp_path / "foi.duckdb"
    shutil.copyfile(build, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("create view marts.leaning as select * from intermediate.int_reports_ranked")
    with pytest.raises(duckdb.Error, match="int_reports_ranked"):
        shape.shape(copy)


def test_an_old_name_stays_for_one_release_as_a_view_that_says_so(marts: Db) -> None:
    assert rows(marts, "select count(*), sum(received) from marts.fact_requests") \
        == rows(marts, "select count(*), sum(requests_received) from marts.fact_foi_requests")
    ((comment,),) = rows(marts, "select comment from duckdb_views() where view_name = 'fact_requests'")
    assert "marts.fact_foi_requests" in comment and "已弃用" in comment and "99.0.0" in comment


def test_no_old_name_outlives_its_release() -> None:
    import tomllib

    import yaml

    (now,) = {tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]}
    kept = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))
    for entry in kept["vars"]["deprecated_views"]:
        assert [int(n) for n in entry["until"].split(".")] > [int(n) for n in now.split(".")], entry


# -- one county from 2008 to 2025 ------------------------------------------------------------------------------------


def test_one_statement_gives_requests_and_both_rates_of_a_county_since_2008(marts: Db) -> None:
    found = rows(marts, f"""
        select report_year, requests_received, outcomes_counted, outcomes_on_merits, grant_rate_broad, grant_rate_narrow
        from timeline('{made.AFTER}')""")
    assert [row[0] for row in found] == list(range(2008, 2026))
    for year, *values in found:
        if year not in made.YEARS:
            assert values == [None] * 5
            continue
        received, granted, outcomes, merits = made.expected(year)
        assert values[:3] == [received, outcomes, merits], year
        assert values[3] == pytest.approx(float(granted / outcomes)), year
        assert values[4] == pytest.approx(float(granted / merits)) if merits else values[4] is None, year


def test_the_county_is_the_same_under_its_old_code(marts: Db) -> None:
    assert rows(marts, f"from timeline('{made.BEFORE}')") == rows(marts, f"from timeline('{made.AFTER}')")


def test_the_breaks_are_marked_where_a_year_does_not_compare_with_the_one_before(marts: Db) -> None:
    marked = rows(marts, f"""
        select report_year, requests_break_grade, rate_break_grade, is_break from timeline('{made.AFTER}')
        where requests_break_grade is not null or rate_break_grade is not null or is_break""")
    assert marked == [
        (2009, "B", "B", True),  # 2008 was short
        (2010, "B", "B", True),  # one request, one matter
        (2014, "B", "B", True),
        (2019, "A", "B", True),  # outcomes recast, requests as before
        (2021, "A", "A", False),
    ]
    ((zh, en),) = rows(marts, f"select breaks_zh, breaks_en from timeline('{made.AFTER}') where report_year = 2019")
    assert "新《条例》" in zh and "2019" in en


@pytest.mark.parametrize(("series", "marks"), [
    ("lawsuits_total", {2009: "B", 2014: "B", 2015: "B", 2019: "B", 2021: "A", 2024: "B"}),
    ("reviews_total", {2009: "B", 2014: "B", 2019: "B", 2021: "A", 2024: "B"}),
    ("disputes_total", {2021: "A"}),
    ("requests_unclear", {2009: "B", 2010: "B", 2014: "B", 2019: "C", 2021: "B"}),
    ("requests_not_held", {2009: "B", 2010: "B", 2014: "A", 2019: "B", 2021: "A"}),
])
def test_a_series_breaks_with_the_law_as_well_as_with_the_form(marts: Db, series: str, marks: dict[int, str]) -> None:
    found = rows(marts, f"""
        select report_year, break_grade from series('{made.AFTER}', '{series}') where break_grade is not null""")
    assert dict(found) == marks


def test_a_body_that_kept_the_old_form_breaks_when_it_leaves_it(marts: Db) -> None:
    found = rows(marts, f"select report_year, break_grade from series('{made.LATE}', 'requests_granted')")
    assert found == [(2018, None), (2019, None), (2020, "B"), (2021, None)]
    assert rows(marts, f"""
        select report_year, reporting_scope, is_other_scope, is_break from timeline('{made.LATE}', from_year := 2021,
            to_year := 2021)""") == [(2021, "own", True, True)]


def test_what_ends_or_begins_with_a_form_is_marked_as_not_comparable(marts: Db) -> None:
    found = rows(marts, """
        select series_code, break_year from marts.dim_series_break
        where comparability_grade = 'X' and series_code in ('requests_received_fax', 'requests_carried_in',
            'requests_other_outcome') order by all""")
    assert found == [("requests_carried_in", 2019), ("requests_other_outcome", 2014), ("requests_other_outcome", 2019),
                     ("requests_received_fax", 2019)]


def test_every_break_has_a_grade_and_a_reason_in_both_languages_written_for_it() -> None:
    data = load().data["series"]
    reasoned = {(code, b.get("template")) for b in data["breaks"] for code in b["series"]}
    graded = {(e["code"], form) for e in data["series"] for form, grade in e.get("comparability", {}).items()
              if grade in ("B", "C")}
    assert len(graded) > 50 and graded == {pair for pair in reasoned if pair[1]}
    assert {b["year"] for b in data["breaks"] if "year" in b} == {2008, 2010, 2015, 2024}


def test_series_and_outcomes_carry_the_terms_of_the_us_and_the_uk(marts: Db) -> None:
    assert rows(marts, "select us_term, uk_term from marts.dim_outcome where outcome_code = 'refused_deliberative'") \
        == [("exemption 5", "s.35, 36")]
    ((us, uk),) = rows(marts, """
        select distinct us_term, uk_term from marts.dim_series where series_code = 'requests_carried_out'""")
    assert "pending" in us and "still being processed" in uk


# -- who uses the marts ----------------------------------------------------------------------------------------------


def test_each_exposure_depends_on_the_marts_that_its_user_reads(project: Project, build: Path) -> None:
    manifest = json.loads((project.work / "target" / "manifest.json").read_text(encoding="utf-8"))
    declared = {e["name"]: {unique_id.split(".")[-1] for unique_id in e["depends_on"]["nodes"]}
                for e in manifest["exposures"].values()}
    queries = {f"query_{query.name}": marts_of(query.sql) for query in load_queries().values()}
    assert {name: declared.get(name) for name in queries} == queries
    assert declared["table_macros"] == marts_of(MACROS.read_text(encoding="utf-8"))
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "dashboards").rglob("*.py")]
    assert set(declared) == set(queries) | {"table_macros", "dashboard"}
    assert declared["dashboard"] == set().union(*map(marts_of, pages))


def test_every_metric_of_the_semantic_layer_adds_over_reports_that_do_not_cover_one_another(
    project: Project, build: Path,
) -> None:
    manifest = json.loads((project.work / "target" / "manifest.json").read_text(encoding="utf-8"))
    simple = {m["name"]: str(m["filter"]) for m in manifest["metrics"].values() if m["type"] == "simple"}
    assert len(simple) >= 8 and len(manifest["metrics"]) > len(simple)
    assert all("is_additive_unit" in condition for condition in simple.values()), simple
