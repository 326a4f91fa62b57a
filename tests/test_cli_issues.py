"""``foi issues`` names the line of the catalogue that heals most reports, and hides no other issue."""

from __future__ import annotations

import pytest

from orchestration.cli.issues import LOCAL_ROW, Row, label_groups, other_groups, pattern, print_issues
from orchestration.refresh.workbench import NotThere
from parsers.catalogue import load


def unlisted(report: str, printed: str, *near: str, table: int = 1) -> Row:
    return issue(report, "unlisted_label", f"{printed!r} is no label", printed=printed, near=near, table=table)


def issue(report: str, kind: str, message: str, severity: str = "error", code: str | None = None, printed: str = "",
          near: tuple[str, ...] = (), table: int | None = 1) -> Row:
    return {"report_id": report, "source_file": f"{report}.txt", "issue_kind": kind, "severity": severity,
            "message": message, "printed_text": printed, "indicator_code": code, "nearest_labels": list(near),
            "page": None, "table_index": table, "row_index": 3, "column_index": 0, "char_start": None, "char_end": None}


def prints(report: str, template: str, *codes: str, table: int = 1) -> list[Row]:
    return [{"report_id": report, "table_index": table, "template_code": template, "indicator_code": code}
            for code in codes]


FAX = "requests_received_fax: 2.传真申请数"
ONLINE = "requests_received_online: 3.网络申请数"


def test_a_label_is_one_group_however_it_is_numbered_and_spaced_and_names_the_line_to_add() -> None:
    issues = [unlisted("a", "2.传真方式申请", FAX), unlisted("b", "（2） 传真 方式申请", FAX),
              unlisted("b", "传真方式申请", FAX)]
    printed = prints("a", "G2", "requests_received") + prints("b", "G2", "requests_received")
    (group,) = label_groups(issues, printed, load())
    assert (group.reports, group.issues, group.example["source_file"]) == (2, 3, "a.txt")
    assert group.about.startswith("parsers/catalogue/g2.yml: requests_received_fax: variants += [传真方式申请]")


def test_a_label_near_to_one_that_the_report_prints_already_is_another_one() -> None:
    label = unlisted("a", "网络信函申请数", FAX, ONLINE)
    (group,) = label_groups([label], prints("a", "G2", "requests_received_fax"), load())
    assert "requests_received_online: variants" in group.about
    (group,) = label_groups([label], prints("a", "G2", "requests_received_fax", "requests_received_online"), load())
    assert group.about == LOCAL_ROW


def test_the_template_is_that_of_the_table_in_which_the_label_stands() -> None:
    near = "outcome_granted_full: (一)予以公开"
    printed = prints("a", "G4", "regulations_issued", table=1) + prints("a", "G3", "requests_new", table=2)
    (group,) = label_groups([unlisted("a", "（一）给予公开", near, table=2)], printed, load())
    assert group.about.startswith("parsers/catalogue/g3.yml: outcome_granted_full")
    (group,) = label_groups([unlisted("a", "（一）给予公开", near, table=1)], printed, load())
    assert group.about.startswith("parsers/catalogue/g4.yml: outcome_granted_full")


def test_what_heals_most_reports_comes_first_and_local_rows_last() -> None:
    issues = [unlisted("a", "热线受理数"), unlisted("b", "热线受理数"), unlisted("c", "热线受理数"),
              unlisted("a", "传真方式申请", FAX),
              unlisted("a", "网上申请", ONLINE), unlisted("b", "网上申请", ONLINE)]
    printed = [row for report in "abc" for row in prints(report, "G2", "requests_received")]
    assert [(g.name, g.reports) for g in label_groups(issues, printed, load())] == [
        ("网上申请", 2), ("传真方式申请", 1), ("热线受理数", 3)]


def test_a_label_that_yaml_would_misread_is_quoted() -> None:
    (group,) = label_groups([unlisted("a", "传真:方式 [申请]", FAX)], prints("a", "G2", "requests_received"), load())
    assert 'variants += ["传真:方式[申请]"]' in group.about


def test_a_label_that_was_listed_since_asks_for_a_refresh_only() -> None:
    (group,) = label_groups([unlisted("a", "传真申请数", FAX)], prints("a", "G2", "requests_received"), load())
    assert group.about == "listed by now as requests_received_fax: run `foi refresh`"


def test_other_issues_are_grouped_by_kind_and_wording_with_errors_first() -> None:
    issues = [issue("a", "broken_date", "the date '20101231日'", "note"),
              issue("b", "broken_date", "the date '201日'", "note"),
              issue("a", "row_missing", "the matrix does not print '予以公开': outcome_granted_full",
                    code="outcome_granted_full"),
              issue("a", "row_missing", "the matrix does not print '部分公开': outcome_granted_partial",
                    code="outcome_granted_partial"),
              issue("a", "no_report_year", "no year", table=None)]
    found = other_groups(issues)
    assert [(g.kind, g.reports, g.issues) for g in found] == [
        ("row_missing", 1, 2), ("no_report_year", 1, 1), ("broken_date", 2, 2)]
    assert found[0].about == "outcome_granted_full, outcome_granted_partial"


def test_a_pattern_leaves_out_what_is_quoted_counted_and_listed() -> None:
    assert pattern("'（一）予以公开' is followed by 6 figures, the form has 7 columns") == \
        "… is followed by N figures, the form has N columns"
    assert pattern("the table ends before 31 row(s) of the form: a_b, c, d2") == \
        "the table ends before N row(s) of the form: …"


@pytest.mark.integration
def test_the_issues_of_the_published_reports_are_listed_with_their_places(published, capsys) -> None:
    print_issues(published / "foi.duckdb")
    out = capsys.readouterr().out
    assert "unit_cell_has_value" in out and "heading_has_figure" in out and "330326_pingyang_2017.txt" in out
    assert "grid 1, row " in out or "grid 0, row " in out
    print_issues(published / "foi.duckdb", kind="heading_has_figure")
    out = capsys.readouterr().out
    assert "sec9" in out and "unit_cell_has_value" not in out


@pytest.mark.integration
def test_a_kind_that_is_none_is_refused_with_the_kinds_that_are(published) -> None:
    with pytest.raises(NotThere, match="unlisted_label"):
        print_issues(published / "foi.duckdb", kind="typo")


def test_without_a_warehouse_it_says_what_to_run(tmp_path) -> None:
    with pytest.raises(NotThere, match="foi refresh"):
        print_issues(tmp_path / "none.duckdb")
