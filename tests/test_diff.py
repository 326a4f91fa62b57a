"""What changed against the published file, each change with its cause; counted truly and listed in bounds."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration import warehouse
from orchestration.cli import main as cli
from orchestration.refresh import diff

MARTS = """
CREATE SCHEMA marts;
CREATE TABLE marts.fact_reported_figures (report_id VARCHAR, indicator_code VARCHAR, applicant_type_code VARCHAR,
    value DECIMAL(24, 6), value_state VARCHAR, printed_text VARCHAR, corrected_value DECIMAL(24, 6),
    is_corrected BOOLEAN);
CREATE TABLE marts.dim_report (report_id VARCHAR, jurisdiction_code VARCHAR, issuing_body VARCHAR, report_year INTEGER,
    reporting_scope VARCHAR, is_preferred BOOLEAN, quality_grade VARCHAR, is_overridden BOOLEAN);
"""
DETAILS = """
SELECT subject, action, cause, source_file, indicator_code, item, before_text, after_text
FROM raw.refresh_change_details WHERE run_id = 'today' ORDER BY ALL
"""


def report(name: str, file: str | None = None, figures: int = 2) -> str:
    """Statements for one report with so many figures."""
    return f"""
        INSERT INTO raw.landing_files (source_file, size_bytes, state, document_id)
            VALUES ('{file or name}', 1, 'read', '{name}');
        INSERT INTO raw.documents (document_id, sha256, source_file, form, size_bytes, reporting_scope, template_codes,
            parser_version) VALUES ('{name}', '{name}', '{file or name}', 'text', 1, 'own', [], 'p');
        INSERT INTO marts.dim_report VALUES ('{name}', '330326', '人民政府', 2017, 'own', true, 'A', false);
        INSERT INTO marts.fact_reported_figures
            SELECT '{name}', 'i' || n, NULL, n, 'number', n, NULL, false FROM range({figures}) AS r(n);
    """


def run(name: str, number: int, **versions: str) -> str:
    parts = {"reader": "r", "catalogue": "c", "models": "m", "records": "x", **versions}
    columns = ", ".join(f"{part}_version" for part in parts)
    values = ", ".join(f"'{value}'" for value in parts.values())
    return f"""INSERT INTO raw.refresh_runs (run_id, run_no, started_at, reports_dir, files_seen, documents_read,
        parser_version, {columns}) VALUES ('{name}', {number}, '2026-01-0{number}', '.', 1, 1, 'p', {values});"""


def make(path: Path, *statements: str) -> Path:
    warehouse.create(path)
    with duckdb.connect(path) as connection:
        connection.execute(MARTS + "".join(statements))
    return path


@pytest.fixture
def compare(tmp_path):
    """The changes of a build against what was published before; ``today`` is added to both runs' shared statements."""

    def changes(before: list[str], today: list[str], **versions: str) -> list[tuple]:
        yesterday = make(tmp_path / "old" / "foi.duckdb", run("yesterday", 1), *before)
        build = make(tmp_path / "foi.duckdb", run("yesterday", 1), run("today", 2, **versions), *today)
        with warehouse.connect(build) as connection, warehouse.attached(connection, yesterday):
            diff.record(connection, "today", True)
            return connection.execute(DETAILS).fetchall()

    changes.build = tmp_path / "foi.duckdb"
    return changes


def test_nothing_changed_is_nothing_listed(compare):
    assert compare([report("a"), report("b")], [report("b"), report("a")]) == []


def test_reports_are_added_removed_and_replaced_by_new_versions(compare):
    found = compare([report("a"), report("old", "b.txt")], [report("c"), report("new", "b.txt", figures=3)])
    assert found == [
        ("figure", "added", "new_version", "b.txt", "i2", None, None, "2"),
        ("report", "added", "new_document", "c", None, None, None, None),
        ("report", "new_version", "new_version", "b.txt", None, None, None, None),
        ("report", "removed", "removed_document", "a", None, None, None, None),
    ]


CHANGED = "UPDATE marts.fact_reported_figures SET value = 7, printed_text = '7' WHERE indicator_code = 'i1'"


@pytest.mark.parametrize(("versions", "cause"), [
    ({"reader": "r2"}, "parser"), ({"catalogue": "c2"}, "catalogue"), ({"models": "m2", "records": "x2"}, "models"),
    ({"reader": "r2", "catalogue": "c2"}, "parser_and_catalogue"), ({"records": "x2"}, "record"), ({}, "unknown"),
])  # fmt: skip
def test_a_figure_of_the_same_document_changes_because_of_what_the_refresh_was_made_with(versions, cause, compare):
    assert compare([report("a")], [report("a"), CHANGED], **versions) == [
        ("figure", "changed", cause, "a", "i1", None, "1", "7")
    ]


def test_a_correction_an_override_and_a_neighbour_are_causes_of_their_own(compare):
    found = compare([report("a"), report("b")], [
        report("a"), report("b"),
        "UPDATE marts.fact_reported_figures SET corrected_value = 9, is_corrected = true "
        "WHERE indicator_code = 'i1' AND report_id = 'a';",
        "UPDATE marts.dim_report SET is_overridden = true, jurisdiction_code = '430921' WHERE report_id = 'a';",
        "UPDATE marts.dim_report SET is_preferred = false WHERE report_id = 'b';",
    ])  # fmt: skip
    assert found == [
        ("figure", "corrected", "correction", "a", "i1", None, None, "9.000000"),
        ("report", "changed", "other_document", "b", None, "is_preferred", "true", "false"),
        ("report", "changed", "override", "a", None, "jurisdiction_code", "330326", "430921"),
    ]


def test_what_quarantine_takes_holds_back_and_gives_back_is_said(compare):
    entry = "INSERT INTO raw.quarantine VALUES ('{0}', '{0}', '{1}', '{2}', 'r', now(), 'r', 'r', {3});"
    found = compare(
        [report("a"), report("b"), report("c"), entry.format("d", "d", "checks", "NULL")],
        [report("a"), report("d"), entry.format("b", "b", "checks", "NULL"), entry.format("c", "c", "held", "NULL")],
    )
    assert {(action, cause, file) for _, action, cause, file, *_ in found} == {
        ("removed", "quarantine", "b"), ("removed", "held_back", "c"), ("added", "released", "d"),
    }  # fmt: skip


def test_the_count_is_true_though_the_list_is_bounded(compare, monkeypatch):
    figures = diff.KEPT_DETAILS + 5
    found = compare([report("a", figures=figures)], [report("a", figures=figures), CHANGED.split(" WHERE ")[0]])
    assert len(found) == diff.KEPT_DETAILS
    with warehouse.connect(compare.build) as connection:
        counted = "SELECT {} FROM raw.refresh_changes WHERE subject = '{}' ORDER BY 1"
        counts = connection.execute(counted.format("change_count", "figure")).fetchall()
        marts = connection.execute(counted.format("table_name, count_before, count_after", "mart")).fetchall()
    assert counts == [(figures - 1,)]  # one of them was 7 and printed otherwise alone
    assert marts == [("dim_report", 1, 1), ("fact_reported_figures", figures, figures)]


def test_a_first_refresh_and_a_file_of_another_shape_add_every_report(tmp_path):
    build = make(tmp_path / "foi.duckdb", run("today", 1), report("a"))
    with duckdb.connect(tmp_path / "other.duckdb") as connection:
        connection.execute("CREATE TABLE something (a INTEGER)")
    expected = [("report", "added", "new_document", "a", None, None, None, None)]
    with warehouse.connect(build) as connection:
        diff.record(connection, "today", False)
        assert connection.execute(DETAILS).fetchall() == expected
        with warehouse.attached(connection, tmp_path / "other.duckdb"):
            diff.record(connection, "today", True)
        assert connection.execute(DETAILS).fetchall() == expected


def test_only_the_last_runs_are_carried(tmp_path):
    change = "INSERT INTO raw.refresh_changes VALUES ('{}', 'report', 'added', 'new_document', NULL, 1, NULL, NULL);"
    old = make(tmp_path / "old" / "foi.duckdb", *(change.format(f"r{n}") for n in range(1, 6)))
    build = make(tmp_path / "foi.duckdb", *(run(f"r{n}", n) for n in range(1, 6)))
    with warehouse.connect(build) as connection, warehouse.attached(connection, old):
        diff.carry(connection, 3)
        kept = connection.execute("SELECT run_id FROM raw.refresh_changes ORDER BY 1").fetchall()
    assert kept == [("r3",), ("r4",), ("r5",)]


def test_the_command_prints_a_run_and_writes_what_is_kept(compare, capsys, monkeypatch):
    compare([report("a")], [report("a"), CHANGED.replace("'7'", "'=7'")], catalogue="c2")
    monkeypatch.setenv("FOI_WAREHOUSE", str(compare.build))
    assert cli.main(["diff"]) == 0
    shown = capsys.readouterr().out
    assert "catalogue" in shown and "i1" in shown and "Refresh 2" in shown
    assert cli.main(["diff", "2", "--csv", str(compare.build.with_name("d.csv"))]) == 0
    assert "'=7" in compare.build.with_name("d.csv").read_text(encoding="utf-8-sig")
    assert cli.main(["diff", "nope"]) == 3
