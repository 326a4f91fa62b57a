"""What a person should look at warns: the implausible, and what is less than in the published file; floors hold by form
of document; quarantine is shown; no finding about a publisher blocks."""

from __future__ import annotations

import duckdb
import pytest
import yaml

from orchestration.checks.suite import load_suites
from tests import test_checks
from tests.checks_fixture import PROJECT, make_build
from tests.test_checks import blocking, issue, the, warning

worker, run = test_checks.worker, test_checks.run


def test_a_form_of_documents_that_collapses_blocks_although_the_template_as_a_whole_does_not(run):
    pdf = "UPDATE raw.documents SET form = 'pdf' WHERE document_id < 'report0040'"
    results = run(pdf, reports=240, collapsed=34)
    result = the(results, "template sums G2: The exact sums that close have not")
    assert result.blocks and [row["report_id"] for row in result.failing_rows]
    assert "pdf: 15.0 % of the sums of 40 reports" in result.observed and "every form: 85.8 %" in result.observed


def test_a_template_of_which_as_many_sums_fail_in_documents_of_every_form_does_not_block(run):
    assert not blocking(run(reports=240, collapsed=34))


FINDING = "INSERT INTO marts.fact_findings SELECT 'f', '{}', 'X', report_id, 1, true FROM marts.dim_report"


@pytest.mark.parametrize(("change", "text"), [
    (FINDING.format("copied_report"), "No kind of finding"),
    ("UPDATE marts.rate_grants SET rate = 1.5 WHERE report_id = 'report0001'", "No grant rate"),
    ("UPDATE marts.fact_reported_figures SET value = 0 WHERE value IS NOT NULL", "Hardly a report"),
    ("UPDATE marts.fact_reported_figures SET value_state = 'text', value = NULL", "Few cells hold words"),
    ("UPDATE marts.fact_reported_figures SET value_state = 'dash', value = NULL", "cells are blank"),
    ("UPDATE marts.fact_reported_figures SET value_state = 'zero', value = 0", "cells are zero"),
])  # fmt: skip
def test_what_is_implausible_warns_and_is_listed_and_blocks_nothing(change, text, run):
    results = [r for r in run(change, reports=40) if r.suite == "plausibility"]
    assert not blocking(results)
    assert any(text in description for description in warning(results))


def test_no_kind_of_finding_blocks_and_each_that_is_in_every_report_warns(run):
    """Whatever publishers get wrong, and in as many reports as there are."""
    models = yaml.safe_load((PROJECT / "dbt_project/models/marts/_findings.yml").read_text(encoding="utf-8"))["models"]
    tests = next(model for model in models if model["name"] == "fact_findings")["data_tests"]
    kinds = set(tests[0]["well_formed"]["arguments"]["accepted"]["kind"])
    # A year without a report is not in a report, so it has no share of them.
    assert set(load_suites().ceilings["finding"]) == kinds - {"missing_report"}
    results = run(*(FINDING.format(kind) for kind in sorted(kinds)), reports=40)
    assert not blocking(results)
    assert {row["kind"] for row in the(results, "No kind of finding").failing_rows} == kinds - {"missing_report"}


def test_a_few_findings_are_plausible(run):
    few = FINDING.format("copied_report") + " WHERE report_id < 'report0002'"
    assert not warning(run(few, reports=40))


def test_reports_in_quarantine_are_shown_and_block_nothing(run):
    entry = "INSERT INTO raw.quarantine VALUES ('x', 'x', 'x.txt', 'reading', 'crash', now(), 'r', 'r', NULL)"
    results = run(entry)
    assert not blocking(results)
    assert the(results, "No report is in quarantine.").failing_rows[0]["source_file"] == "x.txt"


# -- against the published file --------------------------------------------------------------------------------------


def test_an_unchanged_warehouse_covers_its_published_file(run, tmp_path):
    (tmp_path / "published").mkdir()
    baseline = make_build(tmp_path / "published" / "foi.duckdb")
    results = run(baseline=baseline)
    assert not blocking(results) and not warning(results)
    assert the(results, "has vanished").observed == "3 published; 0 vanished; 0 taken out of the landing zone"


VANISH = "DELETE FROM raw.observations WHERE document_id = 'report0001'; DELETE FROM raw.documents WHERE" \
    " document_id = 'report0001'; DELETE FROM marts.dim_report WHERE report_id = 'report0001'; DELETE FROM" \
    " marts.fact_reported_figures WHERE report_id = 'report0001';"


def test_a_published_report_that_vanished_though_its_file_is_here_blocks(run, tmp_path):
    (tmp_path / "published").mkdir()
    baseline = make_build(tmp_path / "published" / "foi.duckdb")
    rejected = "UPDATE raw.landing_files SET state = 'rejected', reason = 'no table'" \
        " WHERE source_file = 'report0001.txt'"
    result = the(run(VANISH, rejected, baseline=baseline), "has vanished")
    assert result.blocks
    assert result.failing_rows[0]["document_id"] == "report0001" and result.failing_rows[0]["reason"] == "no table"


def test_a_report_whose_file_was_taken_away_is_no_fault(run, tmp_path):
    (tmp_path / "published").mkdir()
    baseline = make_build(tmp_path / "published" / "foi.duckdb")
    results = run(VANISH, "DELETE FROM raw.landing_files WHERE source_file = 'report0001.txt'", baseline=baseline)
    assert not blocking(results) and not warning(results)
    assert "1 taken out" in the(results, "has vanished").observed


ALL_GONE = {"No year has lost all of its reports.", "No province has lost all of its reports."}
ONE_GONE = {
    "No year has lost a report whose document is still in the landing zone.",
    "The same documents raise no more issues than before.", "The same documents yield no fewer figures than before.",
}  # fmt: skip


@pytest.mark.parametrize(("reports", "expected"), [("'report0001'", ONE_GONE), ("document_id", ONE_GONE | ALL_GONE)])
def test_what_is_less_than_in_the_published_file_warns_by_its_name_and_blocks_nothing(
    reports, expected, run, tmp_path,
):  # fmt: skip
    """A report under another year, in another province, with an issue more and a figure less: one, or every one."""
    (tmp_path / "published").mkdir()
    results = run(
        f"UPDATE raw.documents SET report_year = 2018, jurisdiction_code = '430921' WHERE document_id = {reports}",
        "DELETE FROM raw.observations WHERE document_id = 'report0001' AND value = 0.5",
        "DELETE FROM marts.fact_reported_figures WHERE report_id = 'report0001' AND value = 0.5",
        issue("report0001", "row_missing", "fees_collected"),
        baseline=make_build(tmp_path / "published" / "foi.duckdb"),
    )
    assert not blocking(results)
    assert {text.split(": ", 1)[1] for text in warning(results)} == expected
    for text in ONE_GONE - {"The same documents yield no fewer figures than before."}:
        assert "report0001" in {row["document_id"] for row in the(results, text).failing_rows}
    assert the(results, "no more issues").observed == "1 issues in 3 documents, before 0"


def test_a_published_file_of_another_make_warns_and_does_not_block(run, tmp_path):
    (tmp_path / "published").mkdir()
    with duckdb.connect(tmp_path / "published" / "foi.duckdb") as con:
        con.execute("CREATE TABLE something (a INTEGER)")
    results = run(baseline=tmp_path / "published" / "foi.duckdb")
    assert not blocking(results)
    assert any("could not be evaluated" in r.observed for r in results if r.suite == "coverage")
