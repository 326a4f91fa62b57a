"""The suites block what is our fault, warn of what a person should see, and let a publisher's wrong sum pass."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.checks import suite as checks
from orchestration.checks.suite import CheckResult, CheckWorkerError, SuiteError, least_plausible, load_suites
from tests.checks_fixture import add_report, make_build
from tests.dbt_fixture import build_file


@pytest.fixture(scope="module")
def worker():
    with checks.start_worker() as started:
        yield started


@pytest.fixture
def run(worker, tmp_path):
    """Check a build that is made with the given changes."""

    def check(*statements: str, baseline: Path | None = None, **shape: int) -> list[CheckResult]:
        build = make_build(tmp_path / "foi.duckdb", *statements, **shape)
        return worker.run(build, tmp_path / "docs", "run-1", baseline)

    return check


def blocking(results: list[CheckResult]) -> list[str]:
    return [result.description for result in results if result.blocks]


def warning(results: list[CheckResult]) -> list[str]:
    return [result.description for result in results if not result.success and not result.blocks]


def the(results: list[CheckResult], text: str) -> CheckResult:
    """The one result whose description holds the text."""
    (found,) = [result for result in results if text in result.description]
    return found


def test_a_sound_build_passes_every_check_of_all_suites(run):
    results = run()
    assert not blocking(results) and not warning(results)
    assert [r.suite for r in results] == sorted((r.suite for r in results), key=checks.SUITE_NAMES.index)
    assert {r.suite for r in results} == set(checks.SUITE_NAMES)
    for suite in checks.SUITE_NAMES:
        numbers = [r.expectation_no for r in results if r.suite == suite]
        assert numbers == list(range(1, len(numbers) + 1))


def test_the_matrix_of_a_form_is_asked_once_for_every_applicant_column(tmp_path, worker):
    build = make_build(tmp_path / "foi.duckdb", reports=0)
    with duckdb.connect(build) as con:
        add_report(con, "matrix", "G3")
    results = worker.run(build, tmp_path / "docs", "run-1")
    assert not blocking(results)
    assert the(results, "full form G3: Every figure").observed.startswith("4 figures in 1 tables; 0 missing")


FACTS, RAW, SUMS = "marts.fact_reported_figures", "raw.observations", "marts.fact_report_discrepancies"
FILE, DOCUMENT, FACT = "source_file = '{r}.txt'", "document_id = '{r}'", "report_id = '{r}'"
CELL_44 = "value = 44"
# What goes wrong in the report {r}: the change, the check that sees it, and what its failing row shows if not {r}.
FAULTS = {
    "a file in no known state": (
        f"UPDATE raw.landing_files SET state = 'skipped' WHERE {FILE}", "A file is", "skipped"),
    "a rejected file without a reason": (
        f"UPDATE raw.landing_files SET state = 'rejected', reason = ' ' WHERE {FILE}", "without a reason"),
    "a copy of no file": (
        f"UPDATE raw.landing_files SET state = 'duplicate', duplicate_of = 'x' WHERE {FILE}", "A duplicate names"),
    "a read file without a document": (
        f"UPDATE raw.landing_files SET document_id = 'x' WHERE {FILE}", "A file that was read"),
    "a silent document": (f"DELETE FROM {RAW} WHERE {DOCUMENT}", "neither a figure nor an issue"),
    "a figure lost in parsing": (
        f"DELETE FROM {RAW} WHERE {DOCUMENT} AND value IS NULL", "full form G2: Every figure"),
    "an unknown indicator": (
        f"UPDATE {RAW} SET indicator_code = 'x' WHERE {DOCUMENT} AND {CELL_44}", "one that its template asks"),
    "a figure on a heading": (
        f"UPDATE {RAW} SET indicator_code = 'requests_h' WHERE {DOCUMENT} AND {CELL_44}", "one that its template asks"),
    "a column taken for a figure": (
        f"UPDATE {RAW} SET indicator_code = 'natural_person', origin = 'prose', char_end = 9"
        f" WHERE {DOCUMENT} AND {CELL_44}", "one that its template asks"),
    "a figure without its label": (f"UPDATE {RAW} SET printed_label = ' ' WHERE {DOCUMENT}", "carries the label"),
    "prose without characters": (f"UPDATE {RAW} SET origin = 'prose' WHERE {DOCUMENT}", "knows its table, row"),
    "an unknown origin": (f"UPDATE {RAW} SET origin = 'image' WHERE {DOCUMENT}", "a table or in prose", "image"),
    "an unknown state": (
        f"UPDATE {RAW} SET value_state = 'empty' WHERE {DOCUMENT} AND value IS NULL", "The state of a cell", "empty"),
    "a blank with a value": (f"UPDATE {RAW} SET value = 0 WHERE {DOCUMENT} AND value IS NULL", "A number has a value"),
    "a number without a value": (f"UPDATE {RAW} SET value = NULL WHERE {DOCUMENT}", "A number has a value"),
    "a zero that is none": (
        f"UPDATE {RAW} SET value_state = 'zero' WHERE {DOCUMENT} AND {CELL_44}", "A number has a value"),
    "a number that is zero": (f"UPDATE {RAW} SET value = 0 WHERE {DOCUMENT} AND {CELL_44}", "A number has a value"),
    "a negative count": (f"UPDATE {FACTS} SET value = -44 WHERE {FACT} AND {CELL_44}", "A count that is negative"),
    "half a request": (f"UPDATE {FACTS} SET value = 0.5 WHERE {FACT} AND {CELL_44}", "A count that is negative"),
    "a doubled fact": (f"INSERT INTO {FACTS} FROM {FACTS} WHERE {FACT} LIMIT 1", "states an indicator twice"),
    "a report of 1917": (f"UPDATE raw.documents SET report_year = 1917 WHERE {DOCUMENT}", "older than the first"),
    "a report of the future": (f"UPDATE raw.documents SET report_year = 2999 WHERE {DOCUMENT}", "later than next year"),
    "no year and no issue": (
        f"UPDATE raw.documents SET report_year = NULL WHERE {DOCUMENT}", "without a report year"),
    "no jurisdiction and no issue": (
        f"UPDATE raw.documents SET jurisdiction_code = NULL WHERE {DOCUMENT}", "without a jurisdiction"),
    "an unknown scope": (
        f"UPDATE raw.documents SET reporting_scope = 'both' WHERE {DOCUMENT}", "reporting scope is", "both"),
    "an unknown status": (f"UPDATE {SUMS} SET status = 'ok' WHERE {FACT}", "A sum closes", "ok"),
    "a verdict without a side": (f"UPDATE {SUMS} SET right_value = NULL WHERE {FACT}", "shows both of its sides"),
    "a wrong difference": (f"UPDATE {SUMS} SET difference = 9 WHERE {FACT}", "shows both of its sides"),
    "a difference without an owner": (
        f"UPDATE {SUMS} SET fault_owner = NULL, status = 'does_not_close', left_value = 52, difference = 8"
        f" WHERE {FACT}",
        "whose fault it is"),
    "a fact lost": (f"DELETE FROM {FACTS} WHERE {FACT} AND {CELL_44}", "So does every single report"),
    "a report doubled": (
        f"INSERT INTO marts.dim_report FROM marts.dim_report WHERE {FACT}", "is one report of marts.dim_report"),
    "a report lost": (f"DELETE FROM marts.dim_report WHERE {FACT}", "is one report of marts.dim_report"),
    "a fact altered": (f"UPDATE {FACTS} SET value = 45 WHERE {FACT} AND {CELL_44}", "has the place, text, state"),
    "a fact moved": (f"UPDATE {FACTS} SET row_index = 9 WHERE {FACT} AND {CELL_44}", "has the place, text, state"),
}


# What withholding a report does not mend: a fault of the landing zone's list, a closed list with a new member.
OF_THE_WHOLE = {
    "a file in no known state", "a rejected file without a reason", "a copy of no file",
    "a read file without a document", "an unknown origin", "an unknown scope", "an unknown status",
}


@pytest.fixture(scope="module")
def faulty(worker, tmp_path_factory) -> list[CheckResult]:
    """One build in which each report has a fault of its own, and three have none."""
    folder = tmp_path_factory.mktemp("faulty")
    changes = [fault[0].format(r=f"report{n:04}") for n, fault in enumerate(FAULTS.values())]
    build = make_build(folder / "foi.duckdb", *changes, reports=len(FAULTS) + 3)
    return worker.run(build, folder / "docs", "run-1")


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_ours_blocks_and_is_listed(fault, faulty):
    _, text, *shown = FAULTS[fault]
    result = the(faulty, text)
    assert result.blocks and result.failing_count >= 1
    assert (f"report{list(FAULTS).index(fault):04}" in result.reports) == (fault not in OF_THE_WHOLE)
    mark = shown[0] if shown else f"report{list(FAULTS).index(fault):04}"
    assert any(str(value).removesuffix(".txt") == mark for row in result.failing_rows for value in row.values())
    json.dumps(result.failing_rows, allow_nan=False)


# Blocking expectations that one faulty report cannot break, and what does in the tests below and of plausibility.
OF_MANY = {
    "The exact sums that close have not": "a template whose sums collapse over many reports",
    "No exact sum has collapsed": "one sum that fails nearly everywhere",
    "No report has vanished": "a published report that vanished",
}


def test_every_expectation_that_blocks_is_shown_to_block(faulty):
    """One that is added without a fault that breaks it fails here."""
    blocking_ones = {e.description for f in load_suites().frames for e in f.expectations if e.severity == "block"}
    broken = {text for text in blocking_ones if any(r.blocks and r.description.endswith(": " + text) for r in faulty)}
    elsewhere = {text for text in blocking_ones if text.startswith(tuple(OF_MANY))}
    assert blocking_ones - broken == elsewhere and len(elsewhere) == len(OF_MANY)
    suites = {f.suite for f in load_suites().frames for e in f.expectations if e.severity == "block"}
    assert suites == {"completeness", "validity", "reconciliation", "coverage"}


def test_a_sound_report_is_listed_by_no_check(faulty):
    listed = {str(value)[:10] for result in faulty for row in result.failing_rows for value in row.values()}
    assert not listed & {f"report{len(FAULTS) + n:04}" for n in range(3)}


def test_totals_by_year_see_a_lost_fact_too(run):
    assert the(run(f"DELETE FROM {FACTS} WHERE {CELL_44} AND report_id = 'report0000'"), "as many rows").blocks


def test_a_missing_mart_stops_the_run_with_its_name(run):
    with pytest.raises(CheckWorkerError, match="fact_report_discrepancies"):
        run(f"DROP TABLE {SUMS}")


def test_a_null_never_passes_a_check(run):
    columns = [("raw.landing_files", "state"), (RAW, "value_state"), ("raw.documents", "reporting_scope")]
    freed = [f"ALTER TABLE {table} ALTER {column} DROP NOT NULL" for table, column in columns]
    nulls = [f"UPDATE {table} SET {column} = NULL" for table, column in [*columns, (SUMS, "status")]]
    results = run(*freed, *nulls)
    for frame in ("landing files", "value states", "heads", "statuses"):
        result = the(results, f"{frame}: Nothing that is checked here is unknown")
        assert result.blocks and result.failing_rows, frame


def issue(report: str, kind: str, indicator: str | None) -> str:
    code = f"'{indicator}'" if indicator else "NULL"
    return (
        "INSERT INTO raw.issues (document_id, issue_no, kind, message, printed_text, indicator_code, nearest_labels)"
        f" VALUES ('{report}', 1, '{kind}', '', '', {code}, [])"
    )


def test_what_an_issue_explains_is_no_fault(run):
    results = run(
        f"DELETE FROM {RAW} WHERE document_id = 'report0000' AND value IS NULL",
        f"DELETE FROM {FACTS} WHERE report_id = 'report0000' AND value IS NULL",
        issue("report0000", "row_missing", "requests_online"),
        f"DELETE FROM {RAW} WHERE document_id = 'report0001' AND value IS NOT NULL",
        f"DELETE FROM {FACTS} WHERE report_id = 'report0001' AND value IS NOT NULL",
        issue("report0001", "table_truncated", None),
        "UPDATE raw.documents SET report_year = NULL WHERE document_id = 'report0002'",
        issue("report0002", "no_report_year", None),
        "UPDATE raw.documents SET jurisdiction_code = NULL WHERE document_id = 'report0003'",
        issue("report0003", "no_jurisdiction", None),
        f"UPDATE {FACTS} SET value = 0.5 WHERE {CELL_44} AND report_id = 'report0004'",
        f"UPDATE {RAW} SET value = 0.5 WHERE {CELL_44} AND document_id = 'report0004'",
        issue("report0004", "not_an_integer", "requests_received"),
        reports=6,
    )
    assert not blocking(results)


def test_a_sentence_may_state_the_total_of_a_group_whose_head_carries_no_figure(run):
    mention = (
        f"INSERT INTO {RAW} SELECT document_id, 90, template_code, 'requests_h', NULL, 44, 'number', '44', '标签',"
        f" '件', 'prose', NULL, NULL, 1, 0, 0, 3, 5 FROM {RAW} WHERE {CELL_44}"
    )
    assert not blocking(run(mention))


def test_an_issue_of_another_indicator_explains_nothing(run):
    results = run(
        f"DELETE FROM {RAW} WHERE document_id = 'report0000' AND value IS NULL",
        issue("report0000", "row_missing", "fees_collected"),
    )
    assert the(results, "full form G2: Every figure").blocks


def test_a_publishers_wrong_sum_blocks_nothing_and_stands_in_no_warning_above_the_floor(run):
    results = run(reports=20, collapsed=1)
    assert not blocking(results) and not warning(results)


def test_one_report_of_which_no_sum_closes_is_a_finding_and_no_alarm(run):
    results = run(reports=1, collapsed=1)
    assert not blocking(results) and not warning(results)


@pytest.mark.parametrize("reports", [2, 12, 29])
def test_a_few_reports_below_the_floor_warn_and_do_not_block(reports, run):
    results = run(reports=reports, collapsed=reports)
    assert not blocking(results)
    assert "no fewer than the floor lets expect" in " ".join(warning(results))


def test_a_template_whose_sums_collapse_over_many_reports_blocks(run):
    results = run(reports=40, collapsed=37)
    result = the(results, "template sums G2: The exact sums that close have not")
    assert result.blocks and result.failing_count == 74
    assert "every form: 7.5 % of the sums of 40 reports (floor 80 %)" in result.observed


def test_one_sum_that_fails_nearly_everywhere_blocks_although_the_others_close(run):
    assert the(run(reports=40, one_sum=40), "single sums G2: No exact sum has collapsed").blocks


def test_one_sum_that_fails_in_a_third_of_the_reports_does_not_block(run):
    assert not blocking(run(reports=15, one_sum=5))


def test_an_empty_build_says_that_there_was_nothing_to_check(run):
    results = run(reports=0)
    assert not blocking(results)
    assert "At least one document" in " ".join(warning(results))
    idle = [r for r in results if r.observed == "nothing to check: no rows"]
    assert {r.suite for r in idle} >= {"completeness", "validity", "reconciliation"}


def test_without_a_published_file_the_comparisons_say_that_they_do_not_apply(run):
    compared = [r for r in run() if r.suite == "coverage" and "landing zone:" not in r.description]
    assert compared and all(r.observed.startswith("not applicable: ") for r in compared)


def test_the_worker_closes_the_build_before_it_answers(run, tmp_path):
    run()
    with duckdb.connect(tmp_path / "foi.duckdb") as con:
        con.execute("CREATE TABLE written_after (a INTEGER)")
        assert con.execute("SELECT count(*) FROM written_after").fetchone() == (0,)


def test_failing_rows_are_capped_and_counted(run):
    results = run(
        "INSERT INTO raw.observations SELECT 'report0000', 100 + n, 'G2', 'x', NULL, 1, 'number', '1', 'l', NULL,"
        " 'table', NULL, NULL, 0, 0, 0, NULL, NULL FROM range(10100) AS t(n)"
    )
    result = the(results, "one that its template asks")
    assert result.failing_count == 10_100 and len(result.failing_rows) == checks.MAX_FAILING_ROWS


def test_the_worker_survives_a_request_that_it_cannot_serve(worker, tmp_path):
    with pytest.raises(CheckWorkerError, match="could not be run"):
        worker.run(tmp_path / "absent.duckdb", tmp_path / "docs", "run-1")
    assert worker.run(make_build(tmp_path / "foi.duckdb"), tmp_path / "docs", "run-2")


def test_a_specification_with_an_unknown_severity_is_refused(tmp_path):
    for name in (*checks.SUITE_NAMES, "common"):
        source = (checks.SUITES / f"{name}.yml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.yml").write_text(source.replace("severity: warn", "severity: panic"), encoding="utf-8")
    with pytest.raises(SuiteError, match="panic"):
        load_suites(tmp_path)


def test_every_template_of_the_catalogue_has_its_floors():
    from parsers.catalogue import load

    suites = load_suites()
    floors = suites.floors
    assert set(load().templates) == set(floors["template"]) == set(floors["identity"]) == set(suites.form_floors)
    assert set(suites.form_floors) == set(suites.ceilings["state"])
    assert {tuple(forms) for forms in suites.form_floors.values()} == {("docx", "html", "pdf", "text", "xlsx")}


def test_the_forms_ask_for_as_many_figures_as_their_answer_keys_have(tmp_path):
    with duckdb.connect(build_file(tmp_path / "foi.duckdb", [])) as con:
        asked = con.execute(
            f"SELECT template_code, count(*) FROM ({load_suites().prepare['asked_cells']}) GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    # Of the local form, the nine rows that are recalled and not read from a blank form are not asked.
    assert asked == [("G1", 35), ("G2", 58), ("G3", 198), ("G4", 200)]


def test_the_lists_of_the_suites_name_what_the_catalogue_knows():
    from parsers.catalogue import load
    from parsers.catalogue.tables import catalogue_tables

    lists = load_suites().lists
    signed = {i.code for t in load().templates.values() for i in t.indicators.values() if i.is_signed}
    kinds = {row["kind"] for row in catalogue_tables(load())["issue_kinds"]}
    assert set(lists["signed_indicators"]) == signed
    assert {kind for name, items in lists.items() if name.startswith("explains_") for kind in items} <= kinds


@pytest.mark.parametrize(
    ("trials", "floor", "expected"), [(1, 0.8, 0), (4, 0.8, 0), (5, 0.8, 1), (9, 0.5, 0), (10, 0.5, 1)]
)
def test_the_least_plausible_count_is_the_binomial_quantile(trials, floor, expected):
    assert least_plausible(trials, floor, 0.001) == expected


@given(st.integers(0, 3_000), st.floats(0.05, 0.95), st.floats(0.0001, 0.2))
def test_the_least_plausible_count_lies_below_the_floor_and_grows_steadily(trials, floor, alpha):
    least = least_plausible(trials, floor, alpha)
    assert 0 <= least <= trials * floor + 1
    assert least <= least_plausible(trials + 1, floor, alpha) + 1


@given(st.integers(900, 1_000), st.floats(0.05, 0.95), st.floats(0.0001, 0.2))
def test_the_approximation_for_many_reports_agrees_with_the_exact_count(trials, floor, alpha):
    exact = least_plausible(trials, floor, alpha)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "EXACT_TRIALS", 0)
        assert abs(least_plausible(trials, floor, alpha) - exact) <= 1
