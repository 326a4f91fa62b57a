"""The real reports come out exactly as their answer key says: every figure, every state, nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from parsers.catalogue import load
from parsers.observation import Report
from parsers.report import read_report
from tests.shared_reports import REAL, SAMPLES, answers, needs_shared, report_path

pytestmark = needs_shared
# The table of reviews and lawsuits is the same in the forms of 2019 and 2021: either template is right there.
SAME_IN_BOTH = ("review_", "lawsuit_")


def read(name: str) -> Report:
    path = report_path(name)
    return read_report(path.read_bytes(), path.suffix, load())


def figures(report: Report) -> dict:
    """What the marts publish as figures: the table's, or the prose's where the document has no table."""
    table = [o for o in report.observations if o.origin == "table"]
    return {
        (o.indicator_code, o.applicant_type_code or ""): (o.template_code, o.value, o.value_state, o.origin)
        for o in table or [o for o in report.observations if o.origin == "prose"]
    }


@pytest.mark.parametrize("name", [*SAMPLES, *REAL])
def test_every_figure_and_state_is_exact_and_nothing_is_invented(name: str) -> None:
    found, key = figures(read(name)), answers()[name]
    for code, applicant in key:
        if code.startswith(SAME_IN_BOTH) and key[code, applicant][0] != "G2" and (code, applicant) in found:
            found[code, applicant] = (key[code, applicant][0], *found[code, applicant][1:])
    assert found == key


# What sentences state beside the figures of their report: last year's, parts, two outcomes in one number.
BESIDE = {
    "zhejiang_2017.txt": [
        ("prose_part", "proactive_items", 8517780), ("prose_part", "proactive_items", 997784),
        ("prose_part", "press_conferences", 190), ("prose_part", "press_conferences", 1560),
        ("prose_previous_year", "policy_interpretations", 16850),
        ("prose_part", "public_concern_responses", 193), ("prose_part", "public_concern_responses", 35752),
        ("prose_part", "complaints_total", 8730), ("prose_part", "complaints_total", 19322)],
    "ouhai_2017.txt": [
        ("prose_part", "requests_received", 62), ("prose_part", "requests_received", 182),
        ("prose_joint", "responses_granted_partial", 152)],
    "shanghai_general_office_2019.html": [("prose_joint", "outcome_granted_partial", 258)],
}


@pytest.mark.parametrize("name", [*SAMPLES, *REAL])
def test_what_sentences_say_of_other_years_parts_and_pairs_is_exact_and_nothing_is_invented(name: str) -> None:
    beside = [(o.origin, o.indicator_code, o.value) for o in read(name).observations
              if o.origin not in ("table", "prose")]
    assert beside == BESIDE.get(name, [])


@pytest.mark.parametrize("name", [*SAMPLES, *REAL])
def test_every_figure_has_its_label_and_its_place(name: str) -> None:
    report = read(name)
    for figure in report.observations:
        grid = report.grids[figure.place.table]
        cell = next(c for row in grid.rows for c in row
                    if (c.row, c.column) == (figure.place.row, figure.place.column))
        printed = cell.text[figure.place.start:figure.place.end] if figure.place.start is not None else cell.text
        assert figure.printed_label.strip()
        if figure.value_state in ("number", "zero"):
            assert figure.printed_text.strip() in printed or printed.strip() in figure.printed_text


def test_pingyang_has_the_two_issues_of_its_table_and_a_period_of_eleven_months() -> None:
    report = read("pingyang_2017.txt")
    assert [(i.kind, i.printed_text.strip()) for i in report.issues] == [
        ("unit_cell_has_value", "57件"), ("heading_has_figure", "1")]
    assert (report.head.period_start, report.head.period_end) == (date(2017, 1, 1), date(2017, 12, 1))


@pytest.mark.parametrize(("name", "year", "issuer", "scope"), [
    ("pingyang_2017.txt", 2017, "平阳县", "consolidated"),
    ("ouhai_2017.txt", 2017, "瓯海区", "consolidated"),
    ("dongyang_2018.txt", 2018, "东阳市", "consolidated"),
    ("nanxian_2017.txt", 2017, "南县", "consolidated"),
    ("zhejiang_2017.txt", 2017, "浙江省", "consolidated"),
    ("hongze_2023.pdf", 2023, "洪泽区", "consolidated"),
])
def test_year_issuer_and_scope_are_read_from_the_document(name: str, year: int, issuer: str, scope: str) -> None:
    head = read(name).head
    assert (head.report_year, head.reporting_scope) == (year, scope)
    assert issuer in (head.issuer or "")


def test_the_hybrid_of_hongze_is_recognised_table_by_table() -> None:
    by_code = {o.indicator_code: o.template_code for o in read("hongze_2023.pdf").observations if o.origin == "table"}
    assert (by_code["normative_docs_in_force"], by_code["outcome_other"]) == ("G4", "G3")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_bytes_give_the_same_report(name: str) -> None:
    assert read(name) == read(name)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig", "utf-16-le"])
@pytest.mark.parametrize("name", ["pingyang_2017.txt", "zhejiang_2017.txt"])
def test_the_encoding_does_not_change_a_figure(name: str, encoding: str) -> None:
    text = report_path(name).read_text(encoding="utf-8")
    assert figures(read_report(text.encode(encoding), ".txt", load())) == figures(read(name))
