"""The catalogue says what the forms say: every row, every identity; and refuses to load where it contradicts itself."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from parsers.catalogue import load
from parsers.catalogue.departments import body_names
from parsers.catalogue.identities import build_identities, parse_rule

CATALOGUE = load()
G2_IDENTITIES = {f"G2-{n}" for n in (*range(1, 12), 13, 14, 15)} | {"G2-12a", "G2-12b"}


def test_the_form_of_2014_has_58_figures_and_7_headings() -> None:
    indicators = CATALOGUE.templates["G2"].indicators.values()
    assert (sum(not i.is_heading for i in indicators), sum(i.is_heading for i in indicators)) == (58, 7)


@pytest.mark.parametrize(("template", "rows"), [("G3", 23), ("G4", 25)])
def test_the_request_matrix_has_its_rows_of_figures(template: str, rows: int) -> None:
    matrix = next(t for t in CATALOGUE.templates[template].tables if t.layout == "matrix")
    assert sum(not row.is_heading for row in matrix.rows) == rows


def test_the_review_and_lawsuit_table_has_fifteen_columns() -> None:
    for template in ("G3", "G4"):
        assert len(next(t for t in CATALOGUE.templates[template].tables if t.layout == "columns").rows) == 15


def test_every_identity_of_the_form_of_2014_is_there() -> None:
    assert {identity.code for identity in CATALOGUE.templates["G2"].identities} == G2_IDENTITIES


def test_a_rule_names_parts_on_the_left_and_the_whole_on_the_right() -> None:
    assert parse_rule("a + b - c = d") == ("eq", [
        ("left", "sum", "a", Decimal(1)), ("left", "sum", "b", Decimal(1)), ("left", "sum", "c", Decimal(-1)),
        ("right", "sum", "d", Decimal(1))])
    assert parse_rule("max(a, b) <= c")[1][:2] == [("left", "max", "a", Decimal(1)), ("left", "max", "b", Decimal(1))]


@pytest.mark.parametrize("rule", ["a + b", "a ++ b = c", "a b = c", "= c", "a + 2 = c"])
def test_a_rule_that_cannot_be_read_is_refused_with_the_rule(rule: str) -> None:
    with pytest.raises(ValueError, match="identity rule"):
        parse_rule(rule)


def test_a_rule_that_names_an_unknown_code_is_refused_with_the_code() -> None:
    entry = {"code": "X-1", "rule": "requests_recieved = requests_closed", "strength": "exact", "note": "",
             "note_zh": ""}
    with pytest.raises(ValueError, match="requests_recieved"):
        build_identities("G2", [entry], CATALOGUE.templates["G2"].indicators, set(), "source")


def test_a_row_identity_holds_for_every_row_of_the_matrix() -> None:
    of_rows = [i for i in CATALOGUE.templates["G4"].identities if i.code.startswith("G4-M3:")]
    assert len(of_rows) == 25
    assert all(len(identity.terms) == 7 for identity in of_rows)


def test_no_label_stands_for_two_figures_unless_the_form_repeats_it() -> None:
    repeated = {"被依法纠错", "被依法纠错的", "被纠错", "依法纠错", "纠错", "其他情形", "其他情形的", "其他情况",
                "维持具体行政行为"}
    table = CATALOGUE.templates["G2"].tables[0]
    stems = {re.sub("总?数量?$", "", key) for key, rows in table.index.items() if len(rows) > 1}
    assert stems == repeated


def test_every_table_for_the_warehouse_has_rows_and_every_row_the_same_columns() -> None:
    for name, rows in CATALOGUE.tables().items():
        assert rows, name
        assert len({tuple(row) for row in rows}) == 1, name


def test_a_department_has_one_name_and_no_other_name_means_two() -> None:
    names = body_names(load().data["departments"])
    for printed, body in [("发改局", "发展和改革局"), ("发展改革委", "发展和改革委员会"), ("交通局", "交通运输局"),
                          ("住房城乡建设局", "住房和城乡建设局"), ("人民政府外事办", "外事办公室")]:
        assert names[printed] == body
    others = {"教育局", "教育和体育局", "住房保障局", "环境保护局", "农业局", "政府办", "办公室"}
    assert names.keys().isdisjoint(others | set(names.values()))
    with pytest.raises(ValueError, match="甲局 means both"):
        body_names({"departments": {"甲乙": ["甲"], "甲丙": ["甲"]}})


def test_series_and_outcomes_name_only_figures_of_the_forms() -> None:
    tables = load().tables()
    figures = {(i["template_code"], i["indicator_code"]) for i in tables["indicators"] if not i["is_heading"]}
    named = {(r["template_code"], r["indicator_code"])
             for table in ("series_terms", "outcome_cells", "dispute_cells") for r in tables[table]}
    assert len(named) > 100 and named <= figures


def test_a_break_is_graded_where_there_is_a_generation_before_and_only_there() -> None:
    generations = ["G1", "G2", "G3", "G4"]
    for entry in load().data["series"]["series"]:
        grades, terms = entry.get("comparability", {}), entry["terms"]
        assert set(grades) == set(terms) - {"G1"}, entry["code"]
        for code, grade in grades.items():
            asked_before = generations[generations.index(code) - 1] in terms
            assert (grade == "X") == (not asked_before), (entry["code"], code)


def test_each_cell_of_a_form_counts_one_outcome_and_no_outcome_is_left_out() -> None:
    tables = load().tables()
    cells = [(c["template_code"], c["indicator_code"]) for c in tables["outcome_cells"]]
    assert len(cells) == len(set(cells))
    headings = {(i["template_code"], i["indicator_code"]) for i in tables["indicators"] if i["is_heading"]}
    printed = {(i["template_code"], i["indicator_code"]) for i in tables["indicators"]
               if i["indicator_code"].startswith(("outcome_", "responses_")) and i["indicator_code"] not in
               {"outcome_total", "responses_total", "responses_weibo_wechat", "responses_other_means"}}
    assert printed - headings == set(cells)
