"""Findings: the identities mean what the forms say, other documents are compared fairly, and judgements are kept."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pytest

from parsers.catalogue import load
from parsers.catalogue.identities import build_cross_checks
from parsers.catalogue.model import Identity
from tests.panel import made, said
from tests.panel.battery import battery, judge, mutants
from tests.panel.figures import Cells
from tests.panel.oracle import Key, truths
from tests.panel.warehouse import built, sums_of, the_panel
from tests.shared_reports import needs_shared

pytest.importorskip("dbt.adapters.duckdb", reason="dbt-duckdb is not installed")
Db = duckdb.DuckDBPyConnection
TEMPLATES = load().templates
SUMS = [identity for template in TEMPLATES.values() for identity in template.identities if identity.relation != "none"]


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Db]:
    with duckdb.connect(str(built(tmp_path_factory.getbasetemp() / "findings")), read_only=True) as connection:
        yield connection


def rows(marts: Db, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return marts.execute(sql, list(values)).fetchall()


def findings(marts: Db, name: str, columns: str) -> list[tuple[Any, ...]]:
    """Columns of the findings of one document, in order."""
    return rows(marts, f"select {columns} from marts.fact_findings join marts.dim_report using (report_id) "
                       "where source_file = ? order by all", name)


# -- identities ------------------------------------------------------------------------------------------------------


@cache
def judged(template_code: str) -> list[tuple[Cells, dict[Key, bool]]]:
    """The battery of a template, with what the oracle says of each report."""
    return [(cells, truths(template_code, cells)) for cells in battery(TEMPLATES[template_code])]


def differs(identity: Identity) -> bool:
    """Whether an identity says something else of any report of the battery than the oracle does."""
    return any(
        truth[identity.code, column] != holds
        for cells, truth in judged(identity.template_code) for column, holds in judge(identity, cells).items()
    )


def test_the_catalogue_has_every_identity_that_the_forms_have_and_no_other() -> None:
    stated = {code for template in TEMPLATES for _, truth in judged(template)[:1] for code, _ in truth}
    assert {identity.code for identity in SUMS} == stated
    assert [i.code for t in TEMPLATES.values() for i in t.identities if i.relation == "none"] == ["G2-15"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_identity_says_what_the_form_says(template: str) -> None:
    assert [i.code for i in SUMS if i.template_code == template and differs(i)] == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_identity_could_lose_its_meaning_unseen(template: str) -> None:
    """A term less, another weight, side, relation or way to combine: some report of the battery tells."""
    changed = [(i.code, mutant) for i in SUMS if i.template_code == template for mutant in mutants(i)]
    assert len(changed) > 40
    assert [code for code, mutant in changed if not differs(mutant)] == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_warehouse_judges_as_the_oracle_does(marts: Db, template: str) -> None:
    expected = {(report.name, *key): holds for report in sums_of(template)
                for key, holds in truths(template, report.cells).items()}
    found = {(name, code, column): status == "closes" for name, code, column, status in rows(marts, """
        select source_file, identity_code, applicant_type_code, status from marts.fact_report_discrepancies
        where starts_with(source_file, ?)""", f"battery-{template}-")}
    assert found == expected and False in found.values()


def test_a_check_across_documents_that_names_an_unknown_code_is_refused_with_the_code() -> None:
    entry = {"code": "X-0", "kind": "last_year", "rule": "requests_carried_in = previous.requests_carried",
             "templates": ["G4"], "en": "", "zh": "", "note": "", "note_zh": ""}
    with pytest.raises(ValueError, match="X-0 names requests_carried, unknown in G4"):
        build_cross_checks([entry], TEMPLATES)


# -- one rule each ---------------------------------------------------------------------------------------------------


def test_a_cell_whose_characters_are_another_number_is_our_fault_and_comes_first(marts: Db) -> None:
    assert findings(marts, made.MISREAD.name, "check_code, left_value, right_value, fault_owner") == [
        ("G2-9", 5, 32, "ours")]
    worst = rows(marts, "select fault_owner from marts.fact_findings order by severity_score desc limit 1")
    assert worst == [("ours",)]


def test_a_count_below_nothing_or_in_parts_is_a_finding_and_an_amount_is_none(marts: Db) -> None:
    assert findings(marts, made.IMPOSSIBLE.name, "kind, check_code, indicator_code, left_value") == [
        ("invalid_cell", "V-FRACTION:trainees", "trainees", Decimal("2.5")),
        ("invalid_cell", "V-NEGATIVE:requests_received", "requests_received", -5)]


def test_a_sentence_that_differs_from_its_table_is_a_finding_with_both_figures(marts: Db) -> None:
    assert findings(marts, made.PROSE.name, "kind, check_code, left_value, right_value, difference") == [
        ("prose_differs", "P-1:requests_received", 8, 7, 1)]


def test_last_year_s_figure_said_again_is_held_against_last_year_s_report(marts: Db) -> None:
    found = rows(marts, """
        select source_file, check_code, indicator_code, left_value, right_value, status, not_assessable_reason
        from marts.fact_cross_checks where kind = 'restated' and starts_with(source_file, 'said-') order by all""")
    assert found == [
        ("said-again-2017", "X-11a", "requests_received", 48, 48, "closes", None),
        ("said-again-2017", "X-11b", "reviews_total", 5, 3, "does_not_close", None),
        ("said-again-2017", "X-11c", "fees_collected", 400, Decimal("0.04"), "not_assessable", "units_differ"),
        ("said-again-2017", "X-11c", "lawsuits_total", 1, None, "not_assessable", "side_unprinted"),
        ("said-again-2017", "X-11c", "ogi_meetings", 4, None, "not_assessable", "side_unprinted"),
        ("said-again-2017", "X-11c", "proactive_items", 37000, 37353, "closes", None),
        ("said-first-2017", "X-11a", "requests_received", 7, None, "not_assessable", "no_earlier_report"),
        ("said-later-2019", "X-11a", "requests_new", 31, 30, "does_not_close", None),
        ("said-later-2019", "X-11b", "review_total", 2, 2, "closes", None),
        ("said-later-2019", "X-11c", "outcome_total", 29, None, "not_assessable", "side_unprinted"),
        ("said-of-all-2017", "X-11a", "requests_received", 7, 48, "not_assessable", "scopes_differ"),
    ]
    assert findings(marts, "said-later-2019", "kind, check_code, difference, fault_owner") == [
        ("restated_differs", "X-11a:requests_new", 1, "undecided")]


def test_both_places_of_a_figure_said_again_are_shown(marts: Db) -> None:
    cells, = rows(marts, """
        select cells from marts.fact_cross_checks where source_file = 'said-later-2019' and check_code = 'X-11a'""")[0]
    assert [(c["side"], c["report_id"], c["indicator_code"], c["printed_text"], c["row_index"]) for c in cells] == [
        ("left", said.RESTATED[3].document_id, "requests_new", "31", 2),
        ("right", said.RESTATED[2].document_id, "requests_received", "30", 1)]


def test_parts_that_a_sentence_names_never_exceed_their_whole_and_may_be_less(marts: Db) -> None:
    assert rows(marts, """
        select indicator_code, left_value, right_value, status, not_assessable_reason from marts.fact_cross_checks
        where source_file = ? and kind = 'parts' order by all""", said.PARTED.name) == [
        ("complaints_total", 15, 20, "not_assessable", "parts_incomplete"),
        ("press_conferences", 20, 20, "closes", None), ("proactive_items", 21, 20, "does_not_close", None)]
    assert findings(marts, said.PARTED.name, "kind, check_code, left_value, right_value") == [
        ("parts_exceed_whole", "X-12:proactive_items", 21, 20)]


def test_what_sentences_say_of_other_years_parts_and_pairs_is_no_figure_of_the_report(marts: Db) -> None:
    """Only the report's own 52, 20 and the cells: sums over facts do not see the rest."""
    assert rows(marts, """
        select source_file, indicator_code, sum(value)
        from intermediate.int_figures_preferred join marts.dim_report using (report_id)
        where source_file in ('said-again-2017', 'said-in-parts-2017', 'said-together-2021')
        group by all order by all""") == [
        ("said-again-2017", "requests_received", 52), ("said-in-parts-2017", "complaints_total", 20),
        ("said-in-parts-2017", "press_conferences", 20), ("said-in-parts-2017", "proactive_items", 20),
        ("said-together-2021", "outcome_granted_full", 20), ("said-together-2021", "outcome_granted_partial", 3)]
    assert rows(marts, """
        select mention_kind, stated_year, value from marts.fact_prose_mentions
        where source_file in ('said-of-all-2017', 'said-together-2021') order by all""") == [
        ("joint", 2021, 20), ("previous_year", 2016, 7)]


def test_one_number_for_two_figures_is_held_against_their_sum(marts: Db) -> None:
    assert findings(marts, said.JOINT.name, "kind, check_code, left_value, right_value, fault_owner") == [
        ("prose_differs", "P-3:outcome_granted_partial", 20, 23, "publisher")]


def test_reports_of_different_scope_are_not_compared(marts: Db) -> None:
    found = rows(marts, """
        select applicant_type_code, status, not_assessable_reason, difference, other_source_file
        from marts.fact_cross_checks where source_file = 'carried-in-of-one' and check_code = 'X-1' order by all""")
    assert found == [
        (column, "not_assessable", "scopes_differ", None, "carried-out-of-all")
        for column in ("natural_person", "total")]
    assert findings(marts, "carried-in-of-one", "kind") == []


def test_a_city_some_of_whose_counties_are_missing_is_not_claimed_to_be_wrong(marts: Db) -> None:
    ((status, reason, present, expected),) = rows(marts, """
        select status, not_assessable_reason, child_count, expected_child_count from marts.fact_cross_checks
        where source_file = 'city-of-county' and kind = 'children'""")
    assert (status, reason, present) == ("not_assessable", "coverage_incomplete", 1) and expected > 5


def test_a_few_equal_figures_are_no_copy(marts: Db) -> None:
    assert [findings(marts, document.name, "kind") for document in made.ALIKE] == [[], []]


def judged_across(marts: Db, name: str, check: str) -> tuple[Any, ...]:
    """Verdict, reason and both sides of a check across reports, and what the findings make of it."""
    (found,) = rows(marts, """
        select c.status, c.not_assessable_reason, c.left_value, c.right_value, f.kind from marts.fact_cross_checks as c
        left join marts.fact_findings as f using (report_id, check_code)
        where c.source_file = ? and check_code = ?""", name, check)
    return found


@pytest.mark.parametrize(("name", "verdict"), [
    ("decisions-are-matters", ("does_not_close", None, 1364, 1364, "misread_column")),
    ("decisions-are-decisions", ("closes", None, 1365, 1364, None)),
    ("matters-of-nought", ("not_assessable", "counts_small", 0, 0, None)),
    ("matters-of-few", ("not_assessable", "counts_small", 5, 5, None)),
    ("matters-of-one-row", ("not_assessable", "counts_small", 1000, 1000, None)),
    ("matters-unprinted", ("not_assessable", "side_unprinted", None, None, None)),
])
def test_decisions_that_only_repeat_the_matters_are_flagged_where_the_figures_can_tell(
    marts: Db, name: str, verdict: tuple[Any, ...],
) -> None:
    assert judged_across(marts, name, "X-9") == verdict


@pytest.mark.parametrize(("name", "verdict"), [
    ("many-suits-2023", ("does_not_close", None, 10, 3, "exceeds_reviews")),
    ("many-suits-2022", ("closes", None, 1, 2, None)),
    ("many-suits-at-once-2023", ("not_assessable", "years_missing", 10, 2, None)),
    ("one-suit-2023", ("not_assessable", "counts_small", 1, 0, None)),
    ("suits-beside-blanks-2023", ("not_assessable", "side_partly_unprinted", 10, 3, None)),
    ("suits-enough-2023", ("closes", None, 10, 12, None)),
    ("suits-blank-2023", ("not_assessable", "side_unprinted", None, 3, None)),
])
def test_suits_after_a_review_beyond_all_reviews_decided_are_flagged_where_the_years_are_there(
    marts: Db, name: str, verdict: tuple[Any, ...],
) -> None:
    assert judged_across(marts, name, "X-10") == verdict


def test_a_flag_on_counts_shows_the_cells_that_it_rests_on(marts: Db) -> None:
    shown = rows(marts, """
        select check_code, cell.side, cell.indicator_code, cell.value, d.report_year from (
            select check_code, unnest(cells) as cell from marts.fact_cross_checks
            where source_file in ('decisions-are-matters', 'many-suits-2023') and check_code in ('X-9', 'X-10')) as c
        join marts.dim_report as d on d.report_id = cell.report_id""")
    assert {row[1:4] for row in shown if row[0] == "X-9"} >= {
        ("left", "penalties_matters_change", 173), ("right", "penalties_decisions", 1341),
        ("right", "coercion_decisions", 0)}
    assert sorted((side, int(value), year) for check, side, code, value, year in shown
                  if check == "X-10" and code.endswith(("total", "upheld"))) == [
        ("left", 10, 2023), ("right", 1, 2021), ("right", 1, 2022), ("right", 1, 2023)]


def test_a_comparison_shows_the_cells_of_both_reports_with_their_places(marts: Db) -> None:
    body, fault = next((b, f) for b, f in the_panel().faults.items() if f.kind == "lost_minus")
    this, last = (the_panel().report(body, year).document_id for year in (fault.year, fault.year - 1))
    ((cells, left, right),) = rows(marts, """
        select cells, left_value, right_value from marts.fact_cross_checks
        where report_id = ? and kind = 'last_year' and status = 'does_not_close' and other_report_id = ?""", this, last)
    assert {(cell["side"], cell["report_id"]) for cell in cells} == {("left", last), ("right", this)}
    assert all(cell["table_index"] is not None and cell["row_index"] is not None for cell in cells)
    assert left == sum(cell["value"] for cell in cells if cell["side"] == "left") != right


def test_every_finding_has_an_id_of_its_own_and_says_what_it_is_in_both_languages(marts: Db) -> None:
    assert rows(marts, "select finding_id from marts.fact_findings group by all having count(*) > 1") == []
    assert rows(marts, """
        select finding_id from marts.fact_findings where length(message_en) < 10
        or not regexp_matches(message_zh, '[\\x{4e00}-\\x{9fff}]') or message_en like '%.000%'""") == []


def test_a_review_holds_for_any_kind_of_finding_while_its_figures_stand(marts: Db) -> None:
    found = rows(marts, """
        select review_status, review_verdict, fault_owner from marts.fact_findings
        where kind = 'missing_report' and (review_status <> 'open' or review_verdict is not null) order by all""")
    assert found == [("applied", "accepted_as_published", "publisher"), ("open", "open", "publisher"),
                     ("stale", None, "undecided")]


def test_where_quality_grade_works_on_every_fact_of_reports(marts: Db) -> None:
    for table in ("fact_findings", "fact_cross_checks", "fact_proposed_explanations", "fact_report_discrepancies",
                  "fact_prose_mentions"):
        assert rows(marts, f"select 1 from marts.{table} where quality_grade is null limit 1") == []


# -- the real reports --------------------------------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize(("name", "expected"), [
    ("pingyang_2017.txt", [("G2-13", 20, None), ("G2-15:sec9", None, None), ("G2-3", 52, 44),
                           ("V-UNIT:normative_docs_issued", None, None)]),
    ("nanxian_2017.txt", [("G2-12b", 9371, 11347)]),
    ("ouhai_2017.txt", []),
    ("dongyang_2018.txt", []),
    ("zhejiang_2017.txt", [("X-12:proactive_items", 9515564, 9341853)]),
    ("hongze_2023.pdf", [("G4-M4a", 11, 0), ("G4-M4c", 5, 0)]),
    ("hongze_2024.pdf", []),
])
def test_the_findings_of_the_real_reports_are_those_that_are_known(
    marts: Db, name: str, expected: list[tuple[Any, ...]],
) -> None:
    assert findings(marts, name, "check_code, left_value, right_value") == expected


@needs_shared
def test_zhejiang_s_reviews_and_lawsuits_close_in_its_sentences(marts: Db) -> None:
    assert rows(marts, """
        select identity_code, left_value, right_value, status from marts.fact_report_discrepancies
        where source_file = 'zhejiang_2017.txt' and identity_code in ('G2-7', 'G2-8') order by all""") == [
        ("G2-7", 1586, 1586, "closes"), ("G2-8", 1134, 1134, "closes")]


@needs_shared
def test_zhejiang_s_parts_are_held_against_their_wholes_and_counted_nowhere(marts: Db) -> None:
    """Press conferences and complaints, of which no table stands beside the sentences."""
    assert rows(marts, """
        select indicator_code, left_value, right_value, status from marts.fact_cross_checks
        where source_file = 'zhejiang_2017.txt' and kind = 'parts' and status = 'closes' order by all""") == [
        ("complaints_total", 28052, 28052, "closes"), ("press_conferences", 1750, 1750, "closes"),
        ("public_concern_responses", 35945, 35945, "closes")]
    assert rows(marts, """
        select indicator_code, sum(value)
        from intermediate.int_figures_preferred join marts.dim_report using (report_id)
        where source_file = 'zhejiang_2017.txt' and indicator_code in ('press_conferences', 'complaints_total')
        group by all order by all""") == [
        ("complaints_total", 28052), ("press_conferences", 1750)]
    assert rows(marts, """
        select value, stated_year, agreement from marts.fact_prose_mentions
        where source_file = 'zhejiang_2017.txt' and mention_kind = 'previous_year'""") == [
            (16850, 2016, "not_compared")]


@needs_shared
def test_the_blank_totals_of_shanghai_are_derived_and_its_sentences_held_against_them(marts: Db) -> None:
    name = "shanghai_general_office_2019.html"
    found = findings(marts, name, "kind, check_code, left_value, right_value, difference, fault_owner")
    assert [row[1:] for row in found if row[0] == "prose_differs"] == [
        ("P-1:outcome_unable_h", 265, 337, -72, "publisher"),
        ("P-3:outcome_granted_partial", 258, 275, -17, "publisher")]
    blank = [row for row in found if row[0] == "identity"]
    assert {row[3] for row in blank} == {None} and len(found) == len(blank) + 2
    proposed = rows(marts, """
        select sum(cells[1].proposed_value) from marts.fact_proposed_explanations
        where source_file = ? and kind = 'blank_whole'""", name)
    assert proposed == [(805,)]


@needs_shared
def test_pingyang_s_figures_are_proposed_one_row_down_or_up_and_never_moved(marts: Db) -> None:
    found = rows(marts, """
        select closed_identities, kind, cells[1].indicator_code, cells[1].proposed_value
        from marts.fact_proposed_explanations
        where source_file = 'pingyang_2017.txt' and kind = 'shifted_row' order by all""")
    assert ("|G2-15|", "shifted_row", "ogi_meetings", 1) in found
    assert ("|G2-13|", "shifted_row", "press_conferences", 20) in found
    printed = rows(marts, """
        select indicator_code, value from intermediate.int_figures_preferred join marts.dim_report using (report_id)
        where source_file = 'pingyang_2017.txt'
            and indicator_code in ('ogi_meetings', 'press_conferences', 'press_conferences_leader') order by all""")
    assert printed == [("ogi_meetings", None), ("press_conferences", None), ("press_conferences_leader", 20)]


@needs_shared
def test_hongze_s_totals_at_nought_are_explained_by_their_parts(marts: Db) -> None:
    assert rows(marts, """
        select closed_identities, cells[1].indicator_code, cells[1].proposed_value from marts.fact_proposed_explanations
        where source_file = 'hongze_2023.pdf' and kind = 'blank_whole' order by all""") == [
        ("|G4-M4a|", "review_total", 11), ("|G4-M4c|", "lawsuit_after_review_total", 5)]
