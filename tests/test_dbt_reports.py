"""Report identity in dbt: which document stands for a report, whose it is, and which reports are missing.

The documents are made up, in a build of their own that stops at the models in question.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests import dbt_reports as made
from tests.dbt_fixture import Project, build_file

pytest.importorskip("dbt.adapters.duckdb", reason="dbt-duckdb is not installed")
Db = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Db]:
    project = Project.copied(tmp_path_factory.mktemp("reports"), {"seed_jurisdiction_overrides": made.OVERRIDES})
    path: Path = build_file(project.work / "foi.duckdb", made.DOCUMENTS)
    result = project.run(path, "build", "--select", "+fact_report_coverage", "+fact_report_issues",
                         "+fact_landing_files", "--indirect-selection", "cautious")
    bad = [f"{r.node.name}: {r.message}" for r in result.result or () if r.status not in ("success", "pass")]
    assert result.success, bad or result.exception
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def rows(marts: Db, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return marts.execute(sql, list(values)).fetchall()


def report(marts: Db, name: str, columns: str) -> tuple[Any, ...]:
    (row,) = rows(marts, f"select {columns} from marts.dim_report where source_file = ?", name)
    return row


def standing(marts: Db, place: str, year: int) -> dict[str, tuple[Any, ...]]:
    """What stands for what: per document the preferred one's name, the reason, and what it is to the preferred."""
    return {name: tuple(rest) for name, *rest in rows(marts, """
        select r.source_file, p.source_file, r.preference_reason, r.duplicate_reason
        from marts.dim_report as r left join marts.dim_report as p on r.preferred_report_id = p.report_id
        where r.jurisdiction_code = ? and r.report_year = ?""", place, year)}


# -- duplicates and versions -----------------------------------------------------------------------------------------


def test_the_same_figures_at_another_address_are_one_report(marts: Db) -> None:
    """Also where the copy states no scope or the government's office as its body; another body's are its own."""
    assert standing(marts, "330302", 2014) == {
        "own-site": ("own-site", "best_of_several", None),
        "other-page": ("own-site", "scope_not_stated", "same_figures"),
        "by-the-office": ("own-site", "not_a_government_source", "same_figures"),
        "a-bureau-with-the-same": ("a-bureau-with-the-same", "only_document", None),
    }
    assert standing(marts, "330303", 2014)["the-bureau-of-another"][1] == "only_document"


def test_forms_full_of_zeros_prove_no_common_origin(marts: Db) -> None:
    assert {reason for _, reason, _ in standing(marts, "330304", 2014).values()} == {"only_document"}


def test_the_version_published_later_supersedes_unless_it_is_only_a_notice(marts: Db) -> None:
    assert standing(marts, "330305", 2020) == {
        "first": ("second", "published_earlier", "other_figures"),
        "second": ("second", "best_of_several", None),
        "notice": ("second", "fewer_figures", "other_figures"),
    }
    assert report(marts, "second", "disagreeing_document_count, conflicting_figure_count") == (2, None)
    assert report(marts, "first", "disagreeing_document_count, conflicting_figure_count") == (None, 1)


def test_a_version_that_calls_itself_corrected_supersedes_unless_a_mirror_says_so(marts: Db) -> None:
    assert standing(marts, "330324", 2020) == {
        "early-but-corrected": ("early-but-corrected", "best_of_several", None),
        "late-original": ("early-but-corrected", "superseded_by_correction", "other_figures"),
        "mirror-says-corrected": ("early-but-corrected", "superseded_by_correction", "other_figures"),
    }


def test_a_government_s_office_signs_the_government_s_report_and_has_one_of_its_own(marts: Db) -> None:
    """However the office is spelt; so no county is counted twice."""
    assert standing(marts, "330324", 2019) == {
        "whole-county": ("whole-county-by-the-office", "published_earlier", "other_figures"),
        "whole-county-by-the-office": ("whole-county-by-the-office", "best_of_several", None),
        "office-alone": ("office-alone-again", "published_earlier", "other_figures"),
        "office-alone-again": ("office-alone-again", "best_of_several", None),
    }


def test_a_department_is_one_under_its_short_and_its_full_name_and_none_is_taken_for_another(marts: Db) -> None:
    assert standing(marts, "330322", 2019) == {
        "short": ("full", "published_earlier", "other_figures"),
        "full": ("full", "best_of_several", None),
    } | {name: (name, "only_document", None) for name in ("education", "with-sports", "branch", "police")}
    assert report(marts, "short", "issuing_body, body_name") == ("发改局", "发展和改革局")
    assert "full" in (told(marts, "short") or "")


def test_a_town_a_street_and_a_zone_are_one_body_however_they_sign(marts: Db) -> None:
    assert {name: best for name, (best, _, _) in standing(marts, "330328", 2019).items()} == {
        "small-town": "town-hall", "town-hall": "town-hall", "zone": "committee", "committee": "committee",
        "street": "street-office", "street-office": "street-office", "zone-bureau": "zone-bureau"}
    assert report(marts, "street", "body_name") + report(marts, "zone", "body_name") == (
        "东城街道办事处", "经济开发区管理委员会")


def test_what_works_on_disclosure_beside_the_office_reports_for_itself_or_for_the_government(marts: Db) -> None:
    alone = ("government-alone", "office-of-it", "centre", "centre-for-all")
    assert standing(marts, "330381", 2019) == {name: (name, "only_document", None) for name in alone}
    assert [report(marts, name, "is_additive_unit") for name in alone] == [(False,), (False,), (False,), (True,)]


def test_one_set_of_figures_under_two_scopes_adds_once_and_is_told(marts: Db) -> None:
    found = rows(marts, """
        select source_file, is_preferred, is_additive_unit, issue_count from marts.dim_report
        where source_file in ('as-if-for-all', 'of-the-office') order by all""")
    assert found == [("as-if-for-all", True, True, 0), ("of-the-office", True, False, 1)]
    assert rows(marts, """
        select source_file, severity from marts.fact_report_issues where issue_kind = 'scope_conflict'""") \
        == [("of-the-office", "warning")]


def test_one_body_under_its_old_and_its_new_name_is_one_body(marts: Db) -> None:
    found = rows(marts, """
        select source_file, jurisdiction_key, candidate_count, is_additive_unit from marts.dim_report
        where source_file in ('lagging-name', 'name-of-the-year') order by all""")
    assert [row[:3] for row in found] == [
        ("lagging-name", "110228@2008", 2), ("name-of-the-year", "110118@2015", 2)]
    assert sum(row[3] for row in found) == 1


@pytest.mark.parametrize(("number", "url"), list(enumerate(made.AUTHORITIES)))
def test_only_a_host_of_the_government_is_its_own_source(marts: Db, number: int, url: str) -> None:
    assert report(marts, f"source-{number}", "source_authority") == (made.AUTHORITIES[url],)


def test_what_a_collector_says_of_the_source_stands_beside_what_we_make_of_it(marts: Db) -> None:
    columns = "source_authority, stated_source_authority"
    assert report(marts, "stated-own", columns) == ("own", "Own")
    assert report(marts, "stated-otherwise", columns) == ("unknown", "浙江省档案馆")


# -- overrides -------------------------------------------------------------------------------------------------------

_WHOSE = """jurisdiction_code, issuing_body, body_kind, is_overridden, override_status,
    resolved_jurisdiction_code, resolved_issuing_body, resolved_body_kind"""


def test_an_override_names_the_unit_and_leaves_what_the_document_says_beside_it(marts: Db) -> None:
    assert report(marts, made.NAMED.name, _WHOSE) == (
        "320302", "教育局", "department", True, "applied", None, "教育局", "department")
    assert report(marts, made.NAMED.name, "is_preferred, jurisdiction_key, override_reason, overridden_on") == (
        True, "320302@2008", "印章不清", date(2026, 1, 2))


def test_an_override_settles_the_issue_that_it_answers(marts: Db) -> None:
    assert report(marts, made.NAMED.name, "error_count") == (0,)
    assert rows(marts, "select issue_kind from staging.stg_raw__issues where report_id = ?",
                made.NAMED.document_id) == [("ambiguous_jurisdiction",)]


def test_the_longest_beginning_of_an_address_decides(marts: Db) -> None:
    assert report(marts, made.MOVED.name, _WHOSE) == (
        "350102", "鼓楼区教育局", "department", True, "applied", "320106", "鼓楼局", "other")
    assert report(marts, made.ELSEWHERE.name, "jurisdiction_code, is_overridden, override_status") == (
        "320106", False, None)


def test_an_override_with_a_unit_that_was_gone_by_then_decides_nothing_and_says_so(marts: Db) -> None:
    assert report(marts, made.TOO_LATE.name, "jurisdiction_code, is_overridden, override_status, is_preferred") == (
        None, False, "not_in_force", False)


# -- documents that disagree -----------------------------------------------------------------------------------------


def told(marts: Db, name: str) -> str | None:
    """What is said of a document that disagrees with others: as its issue, and as the reason of its file."""
    found = rows(marts, """select message from marts.fact_report_issues
        where source_file = ? and issue_kind = 'same_report_disagrees'""", name)
    reason, count = rows(marts, """select f.landing_reason, r.issue_count from marts.fact_landing_files as f
        join marts.dim_report as r using (report_id) where f.source_file = ?""", name)[0]
    assert [(message,) for message in [reason] if message] == found
    assert count >= len(found)
    return reason


def test_documents_that_print_a_figure_differently_are_told_of_each_other_and_reposts_are_not(marts: Db) -> None:
    says = "states other figures for the same body, year and scope than "
    assert told(marts, "first") == says + "notice, second"
    assert told(marts, "early-but-corrected") == says + "late-original, mirror-says-corrected"
    assert {told(marts, name) for name in ("own-site", "other-page", "by-the-office", "zeros")} == {None}


def test_what_disagrees_is_judged_once_reviewers_have_said_whose_a_report_is(marts: Db) -> None:
    assert [told(marts, document.name) for document in made.APART] == [None, None]
    assert "together-2" in (told(marts, "together-1") or "") and "together-1" in (told(marts, "together-2") or "")


def test_a_body_under_its_old_and_new_name_disagrees_with_itself(marts: Db) -> None:
    assert "name-of-the-year" in (told(marts, "lagging-name") or "")


def test_documents_of_an_unplaced_issuer_disagree_and_fewer_figures_alone_do_not(marts: Db) -> None:
    assert "unplaced-other" in (told(marts, "unplaced") or "")
    assert told(marts, "unplaced-fewer") is None


def test_many_versions_of_one_report_are_named_up_to_a_bound_and_counted(marts: Db) -> None:
    ((best,),) = rows(marts, """
        select source_file from marts.dim_report where source_file like 'many-%' and is_preferred""")
    assert (told(marts, best) or "").endswith(" and 29 more")
    assert all(told(marts, document.name) for document in made.MANY)
    assert report(marts, best, "disagreeing_document_count") == (39,)


# -- coverage --------------------------------------------------------------------------------------------------------


def test_every_government_of_a_year_is_expected_once_and_its_report_present_or_missing(marts: Db) -> None:
    found = rows(marts, """
        select report_year, sum(expected_report_count), sum(present_report_count), sum(missing_report_count),
            count(*) filter (expected_report_count = 1) from marts.fact_report_coverage
        group by report_year having sum(expected_report_count) > 0 order by report_year""")
    assert [row[0] for row in found] == list(range(2008, 2027))  # a year beyond the lists, and no further
    for year, expected, present, missing, count in found:
        (in_force,) = rows(marts, """
            select count(*) from marts.dim_jurisdiction where least(?, 2025) between valid_from_year and valid_to_year
            and level > 0 and left(jurisdiction_code, 1) < '7' and jurisdiction_code <> '350527'""", year)
        assert expected == count == in_force[0] == present + missing
    assert sum(row[2] for row in found) == rows(marts, """
        select count(distinct unit_key || report_year) from intermediate.int_documents_resolved
        where body_kind = 'government' and unit_key is not null and report_year < 2030
        and report_id not in (select report_id from marts.dim_report where source_file = 'abolished')""")[0][0]


def coverage(marts: Db, code: str, year: int, columns: str) -> tuple[Any, ...]:
    (row,) = rows(marts, f"""
        select {columns} from marts.fact_report_coverage where jurisdiction_code = ? and report_year = ?""", code, year)
    return row


def test_lateness_counts_from_the_first_publication_and_departments_stand_apart(marts: Db) -> None:
    assert coverage(marts, "330326", 2018, """present_report_count, government_report_count, department_report_count,
        document_count, published_on, due_on, days_late, dated_report_count, late_report_count""") == (
        1, 2, 1, 3, date(2019, 4, 3), date(2019, 3, 31), 3, 1, 1)
    # Preferred is the second version, of April; the report was in time all the same.
    assert coverage(marts, "330305", 2020, "published_on, days_late, late_report_count") == (date(2021, 3, 1), -30, 0)
    assert coverage(marts, "330326", 2019, """missing_report_count, department_report_count, other_report_count,
        report_id, days_late, dated_report_count, late_report_count""") == (1, 1, 1, None, None, 0, 0)


@pytest.mark.parametrize(("name", "due_on", "days_late"), [
    ("early-bureau", date(2019, 3, 31), 0), ("late-bureau", date(2020, 1, 31), 60), ("town", None, None),
    ("ministry", date(2019, 3, 31), -1), ("first", date(2021, 3, 31), -30), ("own-site", date(2015, 3, 31), None),
])
def test_a_deadline_is_that_of_the_law_of_the_year_for_that_kind_of_body(
    marts: Db, name: str, due_on: date | None, days_late: int | None,
) -> None:
    assert report(marts, name, "due_on, days_late") == (due_on, days_late)


def test_a_report_under_last_years_name_covers_the_unit_of_its_year(marts: Db) -> None:
    assert coverage(marts, "110118", 2015, "expected_report_count, present_report_count, document_count") == (1, 1, 2)
    assert rows(marts, """
        select 1 from marts.fact_report_coverage where jurisdiction_code = '110228' and report_year = 2015""") == []


def test_what_reports_without_owing_a_report_is_counted_and_never_missing(marts: Db) -> None:
    columns = "expected_report_count, present_report_count, missing_report_count, government_report_count, " \
        "other_report_count, document_count"
    assert coverage(marts, "330104", 2021, columns) == (0, 0, 0, 1, 0, 1)
    assert coverage(marts, "000000", 2018, columns) == (0, 0, 0, 0, 1, 1)
    assert coverage(marts, "330326", 2090, columns) == (0, 0, 0, 1, 0, 1)
