"""What the dashboard asks of a published file, and how it draws it: without a browser."""

from __future__ import annotations

import os
import re
import shutil
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import get_args

import duckdb
import pytest

from dashboards import figures
from dashboards import format as fmt
from dashboards.data import dictionary, overview, places, quality, reports, series
from dashboards.data.store import NoWarehouse, Snapshot, Store
from dashboards.tree import Tree, element, mount
from dashboards.view import View, texts
from parsers.observation import Origin
from tests.warehouses import ask

OUHAI = "330304"


@pytest.fixture(scope="module")
def store(published):
    store = Store(published / "foi.duckdb")
    yield store
    store.close()


@pytest.fixture
def warehouse(store):
    with store.reading() as snapshot:
        yield snapshot


def publish(path, value: int) -> None:
    """Put a file with one value in the place of another, as a refresh does."""
    part = path.parent / "build" / path.name
    part.parent.mkdir(exist_ok=True)
    with duckdb.connect(str(part)) as connection:
        connection.execute(f"CREATE SCHEMA marts; CREATE TABLE marts.x AS SELECT {value} AS v")
    os.replace(part, path)


def test_a_replaced_file_is_followed_while_the_old_one_is_still_read(tmp_path):
    path = tmp_path / "foi.duckdb"
    publish(path, 1)
    store = Store(path)
    with store.reading() as before:
        assert before.rows("SELECT v FROM marts.x") == [{"v": 1}]
        publish(path, 2)
        with store.reading() as after:
            assert after.rows("SELECT v FROM marts.x") == [{"v": 2}]
        assert before.rows("SELECT v, 0 AS again FROM marts.x") == [{"v": 1, "again": 0}]
    with pytest.raises(duckdb.Error):  # nobody reads the old one any more: it is closed
        before.rows("SELECT v, 1 AS again FROM marts.x")
    store.close()


def test_the_same_question_is_asked_of_the_file_once_and_anew_of_a_new_file(tmp_path, monkeypatch):
    path = tmp_path / "foi.duckdb"
    publish(path, 1)
    asked = []
    monkeypatch.setattr(Snapshot, "_ask", lambda self, query, given: asked.append(query) or [])
    store = Store(path)
    for _ in range(3):
        with store.reading() as snapshot:
            snapshot.rows("SELECT v FROM marts.x")
    assert len(asked) == 1
    publish(path, 2)
    with store.reading() as snapshot:
        snapshot.rows("SELECT v FROM marts.x")
    assert len(asked) == 2


@pytest.mark.parametrize("content", [None, b"", b"not a database"])
def test_an_absent_or_broken_file_is_said_so(tmp_path, content):
    path = tmp_path / "foi.duckdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NoWarehouse, match="foi.duckdb"), Store(path).reading() as snapshot:
        snapshot.rows("SELECT * FROM marts.warehouse_status")


def test_the_file_cannot_be_written_and_nothing_else_can_be_read(published, store):
    with store.reading() as snapshot:
        for query in (
            "CREATE TABLE marts.x (v INT)",
            "DELETE FROM marts.dim_report",
            f"SELECT * FROM read_text('{published}/reports/*')",
        ):
            with pytest.raises(duckdb.Error):
                snapshot.rows(query)


def test_a_value_of_the_address_is_never_sql(warehouse):
    hostile = "' OR 1=1; DROP TABLE marts.dim_report --"
    assert places.place(warehouse, hostile) is None
    assert places.find(warehouse, hostile) == [] and places.bodies(warehouse, hostile) == []
    assert reports.report(warehouse, hostile) is None
    with pytest.raises(KeyError):
        overview.contributors(warehouse, hostile, 2017, None, 10, 0)


def test_the_overview_adds_reports_that_do_not_contain_one_another(published, warehouse):
    shown = {row["report_year"]: (row["requests_received"], row["reports"]) for row in overview.yearly(warehouse, None)}
    assert shown == {
        year: (total, reports)
        for year, total, reports in ask(
            published / "foi.duckdb",
            """
        SELECT report_year, sum(requests_received), count(*) FROM marts.fact_foi_requests
        WHERE is_additive_unit GROUP BY ALL""",
        )
    }
    everything = ask(published / "foi.duckdb", "SELECT sum(requests_received) FROM marts.fact_foi_requests")[0][0]
    assert sum(total or 0 for total, _ in shown.values()) < everything


def test_the_reports_behind_a_sum_add_up_to_it(warehouse):
    for row in overview.yearly(warehouse, None):
        for measure in overview.MEASURES:
            behind = overview.contributors(warehouse, measure, row["report_year"], None, 5000, 0)
            assert sum(r["value"] for r in behind) == (row[measure] or 0) and len(behind) == row[f"{measure}_n"]


def test_a_province_counts_its_own_reports_only(warehouse):
    nation, zhejiang, hunan, beijing = (
        overview.yearly(warehouse, code) for code in (None, "330000", "430000", "110000")
    )
    assert sum(r["reports"] for r in nation) == sum(r["reports"] for r in zhejiang) + sum(r["reports"] for r in hunan)
    assert beijing == [] and zhejiang


@pytest.mark.parametrize("text", ["瓯海", "瓯海区", "ouhai", "Ou Hai", "330304"])
def test_a_unit_is_found_by_name_pinyin_and_code(warehouse, text):
    assert places.find(warehouse, text)[0]["jurisdiction_code"] == OUHAI


def test_units_with_reports_come_first_and_few_are_offered(warehouse):
    found = places.find(warehouse, "", 20)
    assert len(found) == 20 and [row["reports"] > 0 for row in found] == [True] * 5 + [False] * 15


def test_what_a_unit_shows_is_what_is_printed(warehouse):
    rows = places.series(warehouse, OUHAI, "government", ("requests_received",))
    assert [(r["report_year"], r["reporting_scope"], r["value"]) for r in rows] == [
        (2017, "consolidated", Decimal(244))
    ]
    outcomes = {r["outcome_code"]: r["request_count"] for r in places.outcomes(warehouse, OUHAI, "government")}
    assert (outcomes["granted_full"], outcomes["not_exist"], sum(outcomes.values())) == (128, 55, 244)


def test_a_series_is_led_back_to_its_cells(warehouse):
    (row,) = places.series(warehouse, OUHAI, "government", ("requests_granted",))
    terms = reports.derivation(warehouse, row["report_id"], "requests_granted")
    cells = {f["indicator_code"]: f for f in reports.figures(warehouse, row["report_id"])}
    assert sum(term["weight"] * cells[term["indicator_code"]]["value"] for term in terms) == row["value"] == 159
    assert all(cells[term["indicator_code"]]["row_index"] is not None for term in terms)


def test_breaks_are_those_of_the_catalogue_and_grade_a_is_none(warehouse):
    found = {row["year"]: row["grade"] for row in series.breaks(warehouse, "requests_received")}
    assert found.get(2014) == "B" and 2021 not in found
    assert {2014, 2019} <= {row["year"] for row in series.breaks(warehouse, "requests_granted", "outcomes_counted")}


def test_a_discrepancy_comes_with_its_printed_cells(published, warehouse):
    rows, total = quality.discrepancies(warehouse, None, None, None, None, 25, 0)
    assert (
        total
        == len(rows)
        == quality.totals(warehouse, None, None)["open"]
        == ask(
            published / "foi.duckdb",
            "SELECT count(*) FROM marts.fact_report_discrepancies WHERE status = 'does_not_close' AND is_preferred",
        )[0][0]
    )
    sums = next(row for row in rows if row["identity_code"] == "G2-3")
    assert (sums["left_value"], sums["right_value"]) == (52, 44)
    assert sum(cell["value"] or 0 for cell in sums["cells"] if cell["side"] == "left") == 52
    assert quality.discrepancies(warehouse, 1999, None, None, None, 25, 0) == ([], 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("收到申请数", "requests_received"),
        ("(一)收到申请数", "requests_received"),
        ("举报投诉", "complaints_total"),
        ("requests_carried_out", "requests_carried_out"),
    ],
)
def test_an_indicator_is_found_by_its_printed_label(warehouse, text, code):
    assert dictionary.search(warehouse, text, None)[0]["indicator_code"] == code


def test_a_null_is_no_zero_and_few_cases_are_marked():
    assert (fmt.count(None), fmt.count(0), fmt.count(Decimal("31879.000000")), fmt.count(Decimal("2078.86"))) == (
        "—",
        "0",
        "31,879",
        "2,078.86",
    )
    assert (fmt.share(None), fmt.share(0.5678)) == ("—", "56.8%")
    assert [fmt.is_small(n) for n in (None, 0, 9, 10)] == [False, True, True, False]


def test_a_line_ends_at_a_missing_year_and_at_a_break():
    points = [figures.Point(year, 1.0) for year in (2012, 2013, 2014, 2016, 2017)]
    (trace,) = figures.over_years(View(), [figures.Line("a", tuple(points))], [{"year": 2014, "grade": "B"}])["data"]
    assert trace["x"] == [2012, 2013, 2013.5, 2014, 2014.5, 2016, 2017] and not trace["connectgaps"]
    assert [y is None for y in trace["y"]] == [False, False, True, False, True, False, False]


def test_a_name_in_a_chart_is_text():
    line = figures.Line("<a href='javascript:x'>局</a>", (figures.Point(2017, 1.0, "<b>1</b>"),))
    assert "<a" not in str(figures.over_years(View(), [line, line], [])).replace("&lt;", "")


def linear(colour: str) -> list[float]:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


# Simulation of full colour blindness to red and to green: Machado, Oliveira and Fernandes, 2009.
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}


@pytest.mark.parametrize("eyes", EYES)
def test_colours_that_stand_side_by_side_are_told_apart_by_everybody(eyes):
    def seen(colour: str) -> tuple[float, ...]:
        red, green, blue = (max(sum(w * c for w, c in zip(row, linear(colour), strict=True)), 0) for row in EYES[eyes])
        x, y, z = (
            0.4124 * red + 0.3576 * green + 0.1805 * blue,
            0.2126 * red + 0.7152 * green + 0.0722 * blue,
            0.0193 * red + 0.1192 * green + 0.9505 * blue,
        )
        f = [t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x / 0.9505, y, z / 1.089)]
        return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])

    for group in (figures.PALETTE[:4], tuple(figures.GROUPS.values())):
        for one, other in combinations(group, 2):
            assert sum((a - b) ** 2 for a, b in zip(seen(one), seen(other), strict=True)) ** 0.5 > 15, (one, other)


def test_an_address_is_taken_apart_and_put_together_again():
    view = View.of("/jurisdiction/330304", "?year=2017&lang=en&year2=%3Cimg%3E")
    assert (view.page, view.parts[1], view.number("year"), view.language) == ("jurisdiction", OUHAI, 2017, "en")
    assert view.link("report", "a/b") == "/report/a%2Fb?lang=en" and "%3Cimg%3E" in view.changed(year=None)
    assert View.of("/", "?year=20x7").number("year") is None and View.of("/", "?lang=fr").language == "zh"


def test_every_sentence_is_there_in_both_languages():
    for key, pair in texts().items():
        assert len(pair) == 2 and all(isinstance(text, str) and text for text in pair), key


def test_what_only_shows_something_is_one_component_and_text_stays_text():
    label = "<img src=x onerror=alert(1)>"
    (tree,) = mount([element("p", label), "b", element("div", element("a", "c", href="/x"))])
    assert isinstance(tree, Tree) and tree.tree[0] == {"tag": "p", "props": {}, "children": [label]}


def test_a_file_of_before_the_later_marts_is_shown_as_well(published, tmp_path):
    path = tmp_path / "foi.duckdb"
    shutil.copy(published / "foi.duckdb", path)
    with duckdb.connect(str(path)) as connection:
        for name in ("fact_findings", "dim_series_break"):
            for kind in ("VIEW", "TABLE"):
                try:
                    connection.execute(f"DROP {kind} IF EXISTS marts.{name}")
                except duckdb.CatalogException:
                    continue
    store = Store(path)
    with store.reading() as snapshot:
        assert not snapshot.has("marts.fact_findings")
        assert quality.findings(snapshot, None, None, None, 25, 0) == []
        assert series.breaks(snapshot, "requests_received")[0] == {
            "year": 2014,
            "grade": "B",
            "reason_zh": None,
            "reason_en": None,
        }
    store.close()


@pytest.mark.parametrize(("model", "column", "prefix"), [
    ("fact_prose_mentions", "agreement", "agreement_"), ("fact_findings", "kind", "finding_"),
    ("fact_foi_series", "value_status", "status_"),
])  # fmt: skip
def test_every_code_that_a_model_gives_has_a_word_in_both_languages(model: str, column: str, prefix: str) -> None:
    sql = (Path(__file__).parents[1] / "dbt_project/models/marts" / f"{model}.sql").read_text(encoding="utf-8")
    codes = set(re.findall(rf"'(\w+)' as {column}\b", sql))
    for case in re.findall(rf"\bcase\b(?:(?!\bas {column}\b).)*?end as {column}\b", sql, re.DOTALL):
        codes |= set(re.findall(r"(?:then|else) '(\w+)'", case))
    assert codes
    assert {code: texts().get(prefix + code) for code in codes if prefix + code not in texts()} == {}


def test_every_kind_of_mention_has_a_word_in_both_languages() -> None:
    kinds = [origin.removeprefix("prose_") for origin in get_args(Origin) if origin.startswith("prose_")]
    assert len(kinds) == 3 and {kind for kind in kinds if f"mention_{kind}" not in texts()} == set()
