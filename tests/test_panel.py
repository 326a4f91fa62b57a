"""A panel of 200 bodies over six years: what was planted is found, and nothing is said of those that are clean."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import pytest

from tests.panel.bodies import COUNT, YEARS
from tests.panel.population import panel
from tests.panel.warehouse import SEED, built, the_panel

pytest.importorskip("dbt.adapters.duckdb", reason="dbt-duckdb is not installed")
LEAST_SHARE = 0.99
Finding = tuple[str, str]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[Finding]]:
    """Report to the kind and check of every finding that names it, as this report or as the other one."""
    path = built(tmp_path_factory.getbasetemp() / "findings")
    findings: dict[str, set[Finding]] = defaultdict(set)
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select report_id, other_report_id, kind, check_code from marts.fact_findings").fetchall()
    for report_id, other_report_id, kind, check_code in rows:
        findings[report_id].add((kind, check_code))
        findings[other_report_id].add((kind, check_code))
    return findings


def test_the_panel_is_as_large_as_it_says_and_the_same_seed_gives_the_same() -> None:
    reports = the_panel().reports
    missing = sum(fault.kind == "missing_report" for fault in the_panel().faults.values())
    assert len(reports) == COUNT * len(YEARS) - missing
    assert [report.cells for report in the_panel().reports] == [report.cells for report in panel(SEED).reports]


def test_nothing_is_said_of_clean_bodies(found: dict[str, set[Finding]]) -> None:
    clean = set(the_panel().clean)
    reports = [report for report in the_panel().reports if report.body in clean]
    assert len(reports) >= 60 * len(YEARS)
    assert {report.name: found[report.document_id] for report in reports if report.document_id in found} == {}


def test_planted_faults_of_every_kind_are_found(found: dict[str, set[Finding]]) -> None:
    told, missed = defaultdict(list), []
    for body, fault in the_panel().faults.items():
        kinds = {kind for kind, _ in found[the_panel().report(body, fault.year).document_id]}
        told[fault.kind].append(bool(kinds & fault.told_by))
        if not kinds & fault.told_by:
            missed.append((fault.kind, body.code, fault.year, sorted(fault.cells, key=str)[:4]))
    assert set(told) >= {"wrong_cell", "swapped_cells", "shifted_row", "copied_year", "copied_body", "broken_balance",
                         "lost_minus", "missing_report", "tenfold", "counties_left_out", "matters_as_decisions",
                         "requests_as_suits"}
    shares = {kind: sum(hits) / len(hits) for kind, hits in told.items()}
    assert all(share >= LEAST_SHARE for share in shares.values()), missed


def test_a_misprinted_cell_is_named_and_its_true_figure_proposed(
    found: dict[str, set[Finding]], tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Where one cell stands in two sums that fail, it alone explains both, and the figure is the one that was there."""
    path, truth = built(tmp_path_factory.getbasetemp() / "findings"), panel_without_faults()
    faults = {body: f for body, f in the_panel().faults.items() if f.kind == "wrong_cell" and next(iter(f.cells))[1]}
    named = 0
    with duckdb.connect(str(path), read_only=True) as connection:
        for body, fault in faults.items():
            (cell,) = fault.cells
            rows = connection.execute(
                "select unnest(cells, recursive := true) from marts.fact_proposed_explanations "
                "where report_id = ? and explains_all and preference = 1 and rival_count = 0",
                [the_panel().report(body, fault.year).document_id]).fetchall()
            named += [(row[0], row[1], row[4]) for row in rows] == [(*cell, truth[body.code, fault.year][cell])]
    assert len(faults) >= 10 and named == len(faults)


def panel_without_faults() -> dict[tuple[str, int], dict]:
    """The same panel before anything was planted; bodies draw their figures first, so that they are the same."""
    import random

    from tests.panel.bodies import bodies
    from tests.panel.figures import figures_of

    rng = random.Random(f"panel-{SEED}")
    return {(body.code, year): cells for body in bodies(SEED) for year, cells in figures_of(body, rng).items()}
