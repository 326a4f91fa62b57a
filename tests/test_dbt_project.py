"""The dbt project: what the marts say of the samples and of documents made up for one rule each.

One build serves all tests; made-up documents live in places and years of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from parsers.catalogue import load
from tests import dbt_documents as made
from tests.dbt_fixture import ANSWERS, OTHERS, SAMPLES, Doc, Project, build_file, documents_of_answers, figure

pytest.importorskip("dbt.adapters.duckdb", reason="dbt-duckdb is not installed")
Db = duckdb.DuckDBPyConnection
samples = pytest.mark.skipif(not ANSWERS.exists(), reason="the shared answer key is not beside the project")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.copied(tmp_path_factory.mktemp("project"), made.SEEDS)


@pytest.fixture(scope="module")
def build(project: Project) -> Path:
    documents = made.DOCUMENTS + (documents_of_answers({**SAMPLES, **OTHERS}) if ANSWERS.exists() else [])
    path = build_file(project.work / "foi.duckdb", documents)
    result = project.run(path, "build")
    bad = [f"{r.node.name}: {r.message}" for r in result.result or () if r.status not in ("success", "pass")]
    assert result.success, bad or result.exception
    return path


@pytest.fixture(scope="module")
def marts(build: Path) -> Iterator[Db]:
    with duckdb.connect(str(build), read_only=True) as connection:
        yield connection


def rows(marts: Db, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return marts.execute(sql, list(values)).fetchall()


def one(marts: Db, sql: str, *values: Any) -> tuple[Any, ...]:
    (row,) = rows(marts, sql, *values)
    return row


# -- the samples ---------------------------------------------------------------------------------------------------


@samples
def test_the_samples_have_exactly_the_known_discrepancies(marts: Db) -> None:
    found = rows(marts, """
        select source_file, identity_code, left_value, right_value, difference, status, flag, fault_owner
        from marts.fact_report_discrepancies
        where source_file in (select unnest(?)) and (status = 'does_not_close' or flag is not null)
        order by all""", list(SAMPLES))
    assert found == [
        ("nanxian_2017.txt", "G2-12b", 9371, 11347, -1976, "does_not_close", None, "publisher"),
        ("pingyang_2017.txt", "G2-13", 20, None, None, "not_assessable", "part_without_whole", "publisher"),
        ("pingyang_2017.txt", "G2-3", 52, 44, 8, "does_not_close", None, "publisher"),
    ]


@samples
def test_a_discrepancy_shows_the_cells_that_it_rests_on(marts: Db) -> None:
    (cells,) = one(marts, """
        select cells from marts.fact_report_discrepancies
        where source_file = 'pingyang_2017.txt' and identity_code = 'G2-13'""")
    assert [(c["side"], c["indicator_code"], c["value"], c["value_state"]) for c in cells] == [
        ("left", "press_conferences_leader", 20, "number"), ("right", "press_conferences", None, "blank")]


@samples
def test_every_printed_figure_of_the_samples_reaches_the_mart_unchanged(marts: Db) -> None:
    difference = rows(marts, """
        (select document_id, indicator_code, applicant_type_code, value, value_state, printed_text from raw.observations
         except select report_id, indicator_code, applicant_type_code, value, value_state, printed_text
         from marts.fact_reported_figures)
        intersect
        select document_id, indicator_code, applicant_type_code, value, value_state, printed_text
        from raw.observations join raw.documents using (document_id) where source_file in (select unnest(?))""",
        [*SAMPLES, *OTHERS])
    assert difference == []


@samples
def test_pingyang_2017_reads_as_printed(marts: Db) -> None:
    row = one(marts, """
        select requests_received, requests_received_letter, requests_received_fax, requests_closed_extended,
            responses_total, outcomes_counted, requests_granted_full, requests_refused_exempt, requests_carried_in,
            reviews_total, lawsuits_total, fees_collected_yuan, has_discrepancy, comparability['requests_received']
        from marts.fact_foi_requests where jurisdiction_code = '330326' and report_year = 2017""")
    assert row == (44, 38, None, 3, 44, 52, 36, 0, None, 3, None, 0, True, "B")


@samples
def test_zhejiang_2017_is_graded_as_prose_and_its_rate_is_the_one_it_states(marts: Db) -> None:
    assert one(marts, "select quality_grade, has_table from marts.dim_report where source_file = 'zhejiang_2017.txt'") \
        == ("C", False)
    numerator, denominator, rate = one(marts, """
        select numerator, denominator, rate from marts.rate_grants
        where jurisdiction_code = '330000' and rate_definition = 'broad'""")
    assert (numerator, denominator, round(rate, 2)) == (18095, 31879, 0.57)


@samples
def test_shanghai_2019_row_totals_are_derived_where_the_body_left_them_blank(marts: Db) -> None:
    row = one(marts, """
        select requests_received, requests_carried_in, requests_granted_full, requests_granted_partial,
            requests_carried_out, responses_total, outcomes_counted
        from marts.fact_foi_requests where jurisdiction_code = '310000' and report_year = 2019""")
    assert row == (859, 18, 272, 3, 72, 805, 805)
    balance = rows(marts, """
        select applicant_type_code, status from marts.fact_report_discrepancies
        where source_file = 'shanghai_general_office_2019.html' and identity_code = 'G3-M1'
            and status <> 'not_assessable'
        order by all""")
    assert ("natural_person", "closes") in balance and ("total", "closes") in balance
    assert {status for _, status in balance} == {"closes"}


@samples
def test_hongze_2023_prints_disputes_whose_total_is_0(marts: Db) -> None:
    found = rows(marts, """
        select left_value, right_value from marts.fact_report_discrepancies
        where source_file = 'hongze_2023.pdf' and status = 'does_not_close' and identity_code like '%-M4%'
        order by all""")
    assert found == [(5, 0), (11, 0)]


@samples
def test_the_sum_of_outcomes_equals_the_outcomes_counted_of_every_report(marts: Db) -> None:
    differing = rows(marts, """
        select report_id, sum(outcomes.request_count), any_value(series.value)
        from marts.fact_foi_outcomes as outcomes join marts.fact_foi_series as series using (report_id)
        where series.series_code = 'outcomes_counted' and series.value is not null
        group by report_id having sum(outcomes.request_count) <> any_value(series.value)""")
    assert differing == []
    assert one(marts, "select count(*) from marts.fact_foi_series where series_code = 'outcomes_counted'")[0] >= 7


# -- which cell, which document --------------------------------------------------------------------------------------


def test_a_document_with_a_table_does_not_speak_through_its_prose(marts: Db) -> None:
    figures = rows(marts, "select indicator_code, value, origin from marts.fact_reported_figures where source_file = ?",
                   made.TABLE_AND_PROSE.name)
    assert figures == [("requests_received", 7, "table")]
    mentions = rows(marts, """
        select indicator_code, value, table_value, agreement from marts.fact_prose_mentions where source_file = ?
        order by observation_no""", made.TABLE_AND_PROSE.name)
    assert mentions == [("requests_received", 8, 7, "differs"), ("requests_received", 7, 7, "agrees"),
                        ("requests_closed", 5, None, "no_table_cell")]


def test_prose_that_states_a_figure_goes_before_prose_that_says_about(marts: Db) -> None:
    assert rows(marts, "select value, qualifier from marts.fact_reported_figures where source_file = ?",
                made.PROSE_ONLY.name) == [(31, None)]


def test_the_best_document_stands_for_its_body_and_year(marts: Db) -> None:
    found = rows(marts, """
        select source_file, is_preferred, preference_reason, conflicting_figure_count from marts.dim_report
        where jurisdiction_code = '330302' and report_year = 2016""")
    assert set(found) == {
        ("rank-few", False, "fewer_figures", 0), ("rank-prose", False, "no_table", 1),
        ("rank-gov", True, "best_of_several", None), ("rank-copy", False, "not_a_government_source", 1),
        ("rank-evil", False, "not_a_government_source", 0),
    }
    preferred = rows(marts, """
        select distinct source_file from marts.dim_report join marts.fact_foi_series using (report_id)
        where dim_report.jurisdiction_code = '330302' and dim_report.report_year = 2016""")
    assert preferred == [("rank-gov",)]


def test_own_and_consolidated_figures_are_never_additive_together(marts: Db) -> None:
    found = rows(marts, """
        select reporting_scope, issuing_body, requests_received, is_additive_unit from marts.fact_foi_requests
        where jurisdiction_code in ('330303', '330300') and report_year = 2015 order by all""")
    assert found == [
        ("consolidated", "人民政府", 90, False), ("consolidated", "人民政府", 500, True),
        ("own", "人民政府", 40, False), ("own", "国家税务局", 6, True), ("own", "教育局", 5, False),
    ]


def test_a_report_of_an_unknown_place_is_kept_but_stands_for_nothing(marts: Db) -> None:
    key = made.PLACELESS.document_id
    assert one(marts, "select is_preferred, preference_reason, figure_count from marts.dim_report where report_id = ?",
               key) == (False, "jurisdiction_unknown", 1)
    assert rows(marts, "select value from marts.fact_reported_figures where report_id = ?", key) == [(3,)]
    assert rows(marts, "select 1 from marts.fact_foi_series where report_id = ?", key) == []


# -- null is not zero ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("document", "series", "value", "status"), made.SERIES_CASES,
                         ids=lambda x: getattr(x, "name", x))
def test_a_series_has_a_value_only_where_its_cells_allow(
    marts: Db, document: Doc, series: str, value: int | None, status: str,
) -> None:
    assert one(marts, "select value, value_status from marts.fact_foi_series where report_id = ? and series_code = ?",
               document.document_id, series) == (value, status)


def test_what_the_form_does_not_ask_has_no_row_and_is_null(marts: Db) -> None:
    key = made.BLANKS_IN_PRINTED_WHOLE.document_id
    series = rows(marts, "select series_code from marts.fact_foi_series where report_id = ?", key)
    assert ("requests_received",) in series and ("requests_carried_in",) not in series
    assert one(marts, "select requests_carried_in from marts.fact_foi_requests where report_id = ?", key) == (None,)


def test_money_is_converted_to_the_unit_of_the_series(marts: Db) -> None:
    assert one(marts, "select fees_collected_yuan from marts.fact_foi_requests where report_id = ?",
               made.MONEY.document_id) == (Decimal("12500"),)


# -- identities --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("document", "identity", "applicant", "expected"), made.IDENTITY_CASES,
                         ids=lambda x: getattr(x, "name", None))
def test_an_identity_is_judged_by_what_is_printed(
    marts: Db, document: Doc, identity: str, applicant: str | None, expected: tuple[Any, ...],
) -> None:
    assert one(marts, """
        select status, not_assessable_reason, flag, fault_owner from marts.fact_report_discrepancies
        where report_id = ? and identity_code = ? and applicant_type_code is not distinct from ?""",
        document.document_id, identity, applicant) == expected


def test_an_identity_that_cannot_be_judged_never_has_a_difference(marts: Db) -> None:
    assert rows(marts, """
        select 1 from marts.fact_report_discrepancies
        where (status = 'not_assessable') <> (difference is null)
            or (status = 'closes' and left_value is null)""") == []


# -- SUM is safe -------------------------------------------------------------------------------------------------------


def test_applicant_columns_and_their_total_never_stand_together(marts: Db) -> None:
    found = rows(marts, """
        select outcome_code, applicant_type_code, request_count from marts.fact_foi_outcomes
        where report_id = ? and request_count is not null order by all""", made.MATRIX.document_id)
    assert found == [("granted_full", "natural_person", 4), ("granted_full", "other_org", 1),
                     ("granted_partial", "total", 2)]
    assert rows(marts, """
        select report_id, outcome_code from marts.fact_foi_outcomes group by all
        having count(*) filter (applicant_type_code = 'total') > 0 and count(*) > 1""") == []


def test_a_group_total_stands_in_only_where_no_reason_is_printed(marts: Db) -> None:
    sql = "select outcome_code, request_count from marts.fact_foi_outcomes where report_id = ? and request_count > 0"
    assert rows(marts, sql, made.REFUSALS_WITHOUT_REASON.document_id) == [("refused_unspecified", 9)]
    assert rows(marts, sql, made.REFUSALS_WITH_REASON.document_id) == [("refused_privacy", 8)]


def test_a_total_of_disputes_stands_in_only_where_no_result_is_printed(marts: Db) -> None:
    found = rows(marts, """
        select route_code, result_code, case_count from marts.fact_foi_disputes
        where report_id = ? and case_count > 0 order by all""", made.DISPUTES.document_id)
    assert found == [("lawsuit", "unspecified", 5), ("review", "upheld", 2)]


def test_rates_lie_between_0_and_1(marts: Db) -> None:
    for view in ("rate_grants", "rate_grants_by_year", "rate_corrections"):
        assert one(marts, f"select count(*), count(*) filter (rate < 0 or rate > 1) from marts.{view}")[1] == 0
        assert one(marts, f"select count(*) from marts.{view}")[0] > 0


# -- corrections and reviews -------------------------------------------------------------------------------------------


def test_a_correction_stands_beside_the_printed_figure_and_enters_the_measures(marts: Db) -> None:
    assert one(marts, """
        select value, printed_text, is_corrected, corrected_value, correction_status from marts.fact_reported_figures
        where report_id = ? and indicator_code = 'requests_received'""", made.CORRECTED.document_id) == (
        71, "71", True, 17, "applied")
    assert one(marts, "select requests_received, is_corrected from marts.fact_foi_requests where report_id = ?",
               made.CORRECTED.document_id) == (17, True)


def test_a_correction_of_a_cell_that_prints_something_else_is_stale(marts: Db) -> None:
    assert one(marts, """
        select value, is_corrected, corrected_value, correction_status from marts.fact_reported_figures
        where report_id = ? and indicator_code = 'requests_closed'""", made.CORRECTED.document_id) == (
        20, False, None, "stale")


def test_a_review_decides_whose_fault_it_is_while_its_figures_stand(marts: Db) -> None:
    found = rows(marts, """
        select identity_code, fault_owner, review_verdict, review_status from marts.fact_report_discrepancies
        where report_id = ? and review_status is not null order by all""", made.REVIEWED.document_id)
    assert found == [("G2-2", "publisher", None, "stale"), ("G2-9", "ours", "ours", "applied")]


# -- the file that is published ----------------------------------------------------------------------------------------


def test_every_relation_and_column_carries_a_comment_that_begins_with_the_grain(marts: Db) -> None:
    relations = rows(marts, """
        select schema_name, table_name, comment from duckdb_tables()
        union all select schema_name, view_name, comment from duckdb_views()""")
    relations = [row for row in relations if row[0] in ("staging", "intermediate", "marts")]
    assert len(relations) >= 30
    assert [name for _, name, comment in relations if not (comment or "").startswith("One row per ")] == []
    assert rows(marts, """
        select table_name, column_name from duckdb_columns()
        where schema_name in ('intermediate', 'marts', 'staging') and coalesce(comment, '') = ''""") == []


def test_marts_are_described_in_both_languages(marts: Db) -> None:
    ours = [name for (name,) in rows(marts, """
        select table_name from information_schema.tables
        where table_schema = 'marts' and table_name not like 'dim_jurisdiction%'""")]
    assert rows(marts, """
        select table_name, column_name from duckdb_columns() where schema_name = 'marts'
        and table_name in (select unnest(?)) and not regexp_matches(comment, '[\\x{4e00}-\\x{9fff}]')""", ours) == []


def test_views_can_be_read_under_another_name_of_the_file(build: Path, marts: Db) -> None:
    views = [name for (name,) in rows(marts, "select view_name from duckdb_views() where schema_name = 'marts'")]
    assert "warehouse_status" in views
    copy = build.parent / "published elsewhere.duckdb"
    copy.write_bytes(build.read_bytes())
    with duckdb.connect() as connection:
        connection.execute(f"attach '{copy}' as other (read_only)")
        for view in views:
            connection.execute(f"select * from other.marts.{view}").fetchall()


def test_the_warehouse_states_what_was_published(marts: Db) -> None:
    status = one(marts, "select run_id, report_count, document_count from marts.warehouse_status")
    assert status[0] == "run-1" and status[1] == status[2] == one(marts, "select count(*) from raw.documents")[0]


def test_well_formed_names_a_broken_key_and_a_value_outside_its_list(project: Project, build: Path) -> None:
    broken = project.work / "broken" / "foi.duckdb"
    broken.parent.mkdir()
    document = Doc("broken", [figure("requests_received", 1), figure("requests_closed", 2, observation_no=1)],
                   {"jurisdiction_code": "330326", "report_year": 2016, "reporting_scope": "everything"})
    build_file(broken, [document])
    result = project.run(broken, "test", "--select", "source:raw")
    failed = {r.node.name: r.failures for r in result.result if r.status == "fail"}
    assert failed == {"source_observations_is_well_formed": 1, "source_documents_is_well_formed": 1}


def test_every_series_with_a_mart_is_a_column_there_and_says_what_it_is(marts: Db) -> None:
    comments = {(table, column): comment for table, column, comment in rows(marts, """
        select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts'""")}
    for entry in load().data["series"]["series"]:
        if "mart" in entry:
            assert entry["label_zh"] in comments[entry["mart"], entry["code"]], entry["code"]


def test_no_model_holds_every_figure_against_every_other(project: Project, marts: Db) -> None:
    """A left join with a condition on its left side alone does so, and takes hours on a large corpus."""
    compiled = (project.work.rglob(f"compiled/**/{folder}/*.sql") for folder in ("intermediate", "marts"))
    models = [path for found in compiled for path in found]
    assert len(models) > 40
    plans = {path.stem: "".join(text for _, text in rows(marts, f"explain {path.read_text()}")) for path in models}
    slow = {name for name, plan in plans.items() if "BLOCKWISE_NL_JOIN" in plan or "NESTED_LOOP_JOIN" in plan}
    # Units against each other, or anything against one row: they do not grow with the figures.
    assert slow - {"dim_jurisdiction_change", "fact_report_coverage", "int_reports_copied", "warehouse_status"} == set()
