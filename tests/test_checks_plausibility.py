"""What a person should look at: the implausible warns; floors hold by form of document; quarantine is shown."""

from __future__ import annotations

import pytest

from tests import test_checks
from tests.test_checks import blocking, the, warning

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


def test_a_few_findings_are_plausible(run):
    few = FINDING.format("copied_report") + " WHERE report_id < 'report0002'"
    assert not warning(run(few, reports=40))


def test_reports_in_quarantine_are_shown_and_block_nothing(run):
    entry = "INSERT INTO raw.quarantine VALUES ('x', 'x', 'x.txt', 'reading', 'crash', now(), 'r', 'r', NULL)"
    results = run(entry)
    assert not blocking(results)
    assert the(results, "No report is in quarantine.").failing_rows[0]["source_file"] == "x.txt"
