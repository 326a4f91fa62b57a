"""What the project promises, seen from outside: the real reports, the README's SQL, a folder full of bad input."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.refresh.run import refresh
from orchestration.settings import Settings
from tests.generator import generate
from tests.shared_reports import SAMPLES, answers, needs_shared, report_path

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[1]
JURISDICTIONS = {"pingyang_2017.txt": "330326", "ouhai_2017.txt": "330304", "dongyang_2018.txt": "330783",
                 "nanxian_2017.txt": "430921", "zhejiang_2017.txt": "330000"}


def publish(home: Path) -> Path:
    """A real refresh of ``home/reports``; the published file."""
    assert refresh(Settings.load(home / "reports", home / "foi.duckdb", environment={})).is_published
    return home / "foi.duckdb"


def ask(database: Path, query: str, *values: object) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five original reports, published; under names that say nothing of whose they are."""
    home = tmp_path_factory.mktemp("samples")
    (home / "reports").mkdir()
    for number, name in enumerate(SAMPLES):
        shutil.copy(report_path(name), home / "reports" / f"{number}.txt")
    return publish(home)


@needs_shared
def test_the_originals_come_out_as_their_answer_key_says(samples: Path) -> None:
    found: dict[str, dict] = {name: {} for name in SAMPLES}
    for file, template, code, applicant, value, state, origin in ask(
            samples, "SELECT source_file, template_code, indicator_code, coalesce(applicant_type_code, ''), value, "
            "value_state, origin FROM marts.fact_reported_figures"):
        found[SAMPLES[int(file.split(".")[0])]][code, applicant] = (template, value, state, origin)
    key = answers()
    assert found == {name: key[name] for name in SAMPLES}


@needs_shared
def test_the_bundled_reports_state_the_same_figures_as_the_originals(samples: Path, published: Path) -> None:
    query = ("SELECT r.jurisdiction_code, f.indicator_code, f.value, f.value_state, f.origin "
             "FROM marts.fact_reported_figures AS f JOIN marts.dim_report AS r USING (report_id) ORDER BY ALL")
    assert ask(samples, query) == ask(published / "foi.duckdb", query)


@needs_shared
def test_the_originals_resolve_from_their_content_whatever_their_names(samples: Path) -> None:
    rows = ask(samples, "SELECT source_file, jurisdiction_code FROM marts.dim_report")
    assert {SAMPLES[int(file.split(".")[0])]: code for file, code in rows} == JURISDICTIONS


@needs_shared
def test_the_report_on_a_shop_s_page_is_marked_as_a_mirror(samples: Path) -> None:
    rows = dict(ask(samples, "SELECT jurisdiction_code, source_authority FROM marts.dim_report"))
    assert {code for code, authority in rows.items() if authority == "mirror"} == {"330000"}


def discrepancies(database: Path) -> list[tuple]:
    return ask(database, "SELECT r.jurisdiction_code, d.identity_code, d.left_value, d.right_value, d.difference, "
                         "d.status FROM marts.fact_report_discrepancies AS d "
                         "JOIN marts.dim_report AS r USING (report_id) "
                         "WHERE d.status = 'does_not_close' OR d.flag IS NOT NULL ORDER BY ALL")


def test_the_discrepancies_of_the_samples_come_out_exactly(published: Path) -> None:
    assert discrepancies(published / "foi.duckdb") == [
        ("330326", "G2-13", Decimal(20), None, None, "not_assessable"),
        ("330326", "G2-3", Decimal(52), Decimal(44), Decimal(8), "does_not_close"),
        ("430921", "G2-12b", Decimal(9371), Decimal(11347), Decimal(-1976), "does_not_close"),
    ]


def test_the_stray_figure_and_the_filled_unit_cell_of_pingyang_are_issues(published: Path) -> None:
    rows = ask(published / "foi.duckdb", "SELECT i.issue_kind, trim(i.printed_text) FROM marts.fact_report_issues AS i "
               "JOIN marts.dim_report AS r USING (report_id) WHERE r.jurisdiction_code = '330326' ORDER BY ALL")
    assert rows == [("heading_has_figure", "1"), ("unit_cell_has_value", "57件")]


def test_every_query_of_the_readme_runs_as_printed(published: Path) -> None:
    queries = re.findall(r"```sql\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(queries) >= 3
    assert all(ask(published / "foi.duckdb", query) for query in queries)


def test_no_table_or_column_of_the_marts_is_without_a_comment(published: Path) -> None:
    assert ask(published / "foi.duckdb", "SELECT table_name, column_name FROM duckdb_columns() "
               "WHERE schema_name = 'marts' AND comment IS NULL") == []
    for kind, name in (("tables", "table_name"), ("views", "view_name")):
        assert ask(published / "foi.duckdb", f"SELECT {name} FROM duckdb_{kind}() "
                   "WHERE schema_name = 'marts' AND comment IS NULL") == []


def test_bad_input_ends_in_clear_states_and_everything_else_goes_on(tmp_path: Path) -> None:
    zone = tmp_path / "reports"
    zone.mkdir()
    good = generate(5, "G2", "text_pipes")
    (zone / "good.txt").write_bytes(good.data)
    (zone / "again.txt").write_bytes(good.data)
    (zone / "gb18030.txt").write_bytes(generate(6, "G2", "text_tabs", frozenset(["gb18030"])).data)
    (zone / "utf16.txt").write_bytes(generate(7, "G2", "text_lines", frozenset(["utf16"])).data)
    mixed = generate(8, "G2", "text_pipes").data.decode().split("\n")
    (zone / "mixed.txt").write_bytes(b"\n".join(
        line.encode("gb18030" if n % 9 == 0 else "utf-8") for n, line in enumerate(mixed)))
    (zone / "truncated.txt").write_text("\n".join(mixed[: len(mixed) // 2]).replace("2", "3"), encoding="utf-8")
    (zone / "empty.txt").touch()
    (zone / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (zone / "other.txt").write_text("全市食品抽检2826批次，合格率99%。", encoding="utf-8")
    (zone / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with (zone / "huge.txt").open("wb") as file:
        file.truncate(2 * 2**30)
    database = publish(tmp_path)
    rows = {name: (state, reason or "") for name, state, reason in ask(
        database, "SELECT source_file, landing_state, landing_reason FROM marts.fact_landing_files")}
    assert {name for name, (state, _) in rows.items() if state == "read"} == {
        "again.txt", "gb18030.txt", "utf16.txt", "mixed.txt", "truncated.txt"}
    assert rows["good.txt"][0] == "duplicate" and rows["picture.png"][0] == "unsupported"
    for name, words in {"empty.txt": "empty", "binary.txt": "binary", "other.txt": "another kind of document",
                        "huge.txt": "MB"}.items():
        assert rows[name][0] == "rejected" and words in rows[name][1], rows[name]
    assert "ends" in rows["truncated.txt"][1], rows["truncated.txt"]
    kinds = {kind for (kind,) in ask(database, "SELECT issue_kind FROM marts.fact_report_issues")}
    assert {"mixed_encoding", "table_truncated"} <= kinds


def test_prose_and_table_are_compared_with_both_places(published: Path) -> None:
    rows = ask(published / "foi.duckdb", "SELECT r.jurisdiction_code, m.indicator_code, m.agreement, m.value, "
               "m.table_value, m.table_cell_row_index FROM marts.fact_prose_mentions AS m "
               "JOIN marts.dim_report AS r USING (report_id) WHERE m.mention_kind = 'figure'")
    found = {(place, code): rest for place, code, *rest in rows}
    assert found["330304", "proactive_items"][:3] == ["approximate", Decimal(37000), Decimal(37353)]
    assert found["330326", "requests_received"][0] == "agrees" and found["330326", "requests_received"][3] > 0
    assert found["330326", "lawsuits_total"][0] == "table_cell_without_figure"
    assert {agreement for agreement, *_ in found.values()} <= {
        "agrees", "approximate", "table_cell_without_figure", "no_table_cell"}
