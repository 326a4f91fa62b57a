"""The sample queries: each answers in the shape that it promises, and ``foi query`` hands the answer over safely."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.cli import main as cli
from orchestration.cli.query import guarded
from orchestration.queries import TOPICS, QueryError, load_queries

QUERIES = load_queries()
CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")


def ask(published: Path, *arguments: str) -> int:
    return cli.main(["query", *arguments, "--warehouse", str(published / "foi.duckdb")])


def test_there_are_twenty_of_every_topic_and_each_asks_in_both_languages() -> None:
    assert len(QUERIES) >= 20
    assert {query.topic for query in QUERIES.values()} == set(TOPICS)
    for query in QUERIES.values():
        assert CHINESE.search(query.question_zh), query.name
        assert query.question_en.isascii() or "瓯海区" in query.question_en, query.name


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_answers_in_its_shape_and_its_printed_example_says_the_same(published: Path, name: str) -> None:
    query = QUERIES[name]
    with duckdb.connect(str(published / "foi.duckdb"), read_only=True) as connection:
        result = query.run(connection, {})
        columns, found = tuple(column[0] for column in result.description), result.fetchall()
        assert columns == query.columns
        assert len(found) >= query.at_least
        assert connection.execute(query.example).fetchall() == found


def test_requests_received_are_found_by_the_label_that_the_form_prints(published: Path, capsys) -> None:
    assert ask(published, "figures_by_label", "--csv") == 0
    answer = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {(row["source_file"].split("/")[1][:6], row["value"]) for row in answer} == {
        ("330304", "244"), ("330326", "44"), ("430921", "13"), ("330783", "223")}


def test_the_outcomes_of_ouhai_add_up_to_what_it_prints(published: Path, capsys) -> None:
    assert ask(published, "outcomes_of_a_unit", "--csv") == 0
    answer = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert sum(Decimal(row["request_count"] or 0) for row in answer) == 244
    assert sum(float(row["share"] or 0) for row in answer) == pytest.approx(1)


def test_another_unit_and_year_are_parameters(published: Path, capsys) -> None:
    assert ask(published, "where_a_figure_is_printed", "--param", "code=330783", "--param", "year=2018", "--csv") == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["printed_text"], row["row_index"] != "", row["source_file"]) == (
        "223", True, "zhejiang/330783_dongyang_2018.txt")
    assert ask(published, "compare_units", "--param", "codes=330326, 430921", "--csv") == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_the_list_names_every_query_with_its_question(capsys) -> None:
    assert cli.main(["query"]) == 0
    shown = capsys.readouterr().out
    assert all(query.name in shown and query.question_zh in shown for query in QUERIES.values())


@pytest.mark.parametrize("value", ["'; DROP TABLE x; --", "330304' OR '1'='1", "$year", "%"])
def test_a_parameter_is_a_value_and_never_a_part_of_the_statement(published: Path, capsys, value: str) -> None:
    assert ask(published, "outcomes_of_a_unit", "--param", f"code={value}", "--csv") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(("arguments", "says"), [
    (["outcome_of_a_unit"], "did you mean outcomes_of_a_unit"),
    (["coverage", "--param", "jahr=2017"], "no parameter 'jahr'"),
    (["coverage", "--param", "year=2017; DROP"], "whole number"),
    (["coverage", "--param", "year"], "name=value"),
])
def test_a_wrong_name_or_value_is_named(published: Path, capsys, arguments: list[str], says: str) -> None:
    assert ask(published, *arguments) == cli.USAGE
    assert says in capsys.readouterr().err


def test_a_file_that_is_not_there_or_too_old_says_so(tmp_path: Path, capsys) -> None:
    assert ask(tmp_path, "coverage") == cli.UNREADABLE
    duckdb.connect(str(tmp_path / "foi.duckdb")).close()
    assert ask(tmp_path, "coverage") == cli.UNREADABLE
    assert "foi refresh" in capsys.readouterr().err


@pytest.mark.parametrize(("value", "cell"), [
    ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"), ("+1", "'+1"), ("-5件", "'-5件"), ("@SUM(A1)", "'@SUM(A1)"),
    (" =1", "' =1"), ("\t=1", "'\t=1"), (Decimal("-5.50"), "-5.5"), (-5, "-5"), (None, ""), ("瓯海区", "瓯海区"),
])
def test_text_that_a_spreadsheet_would_run_is_written_as_text(value, cell: str) -> None:
    assert guarded(value) == cell


@pytest.mark.parametrize(("text", "says"), [
    ("SELECT 1", "does not begin"),
    ("/*\ntopic: trust\n*/\nSELECT 1\n", "not whole"),
    ("/*\ntopic: trust\nquestion_zh: x\nquestion_en: x\nparameters: {}\ncolumns: [a]\nat_least: 0\n*/\nSELECT $a\n",
     "the statement uses"),
])
def test_a_broken_query_file_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "broken.sql").write_text(text, encoding="utf-8")
    with pytest.raises(QueryError, match=f"broken.sql.*{says}"):
        load_queries(tmp_path)
