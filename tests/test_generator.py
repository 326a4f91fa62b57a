"""The generator of reports: deterministic, truthful unless told otherwise, and every switch does something."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.generator import FORMS, MESS, TEMPLATES, Generated, applicable, generate
from tests.generator.__main__ import landing_zone, main
from tests.generator.compose import Composer
from tests.generator.document import Box, Table
from tests.generator.figures import draw
from tests.generator.mess import ENCODINGS
from tests.generator.spec import TOTAL, form_spec, known_labels

PAIRS = [(template, form) for template in TEMPLATES for form in FORMS if (template, form) != ("G1", "text_prose")]
SIZES = {"G1": 44, "G2": 58, "G3": 22 + 23 * 7 + 15, "G4": 10 + 25 * 7 + 15}
ANSWERS = {  # what responses_total is the sum of
    "G1": ("granted_full", "granted_partial", "denied_incl_other"),
    "G2": ("already_public", "granted_full", "granted_partial", "denied", "not_this_agency", "not_exist",
           "asked_to_amend", "redirected"),
}


def figures(report: Generated) -> dict[tuple[str, str], Decimal]:
    """Printed values by (code, applicant), with zero for cells left blank or dashed."""
    return {(row.code, row.applicant): row.value or Decimal(0) for row in report.key}


def broken(report: Generated) -> list[str]:
    """The identities of the form that the printed figures do not keep, worked out here from the key alone."""
    found, template = figures(report), report.template
    return _broken_list(found, template) if template in ("G1", "G2") else _broken_matrix(found)


def _broken_list(found: dict[tuple[str, str], Decimal], template: str) -> list[str]:
    value = {code: amount for (code, _), amount in found.items()}
    answers = [f"responses_{ending}" for ending in ANSWERS[template]]
    denied, reason = {"G1": ("responses_denied_incl_other", "responses_refused_"),
                      "G2": ("responses_denied", "responses_denied_")}[template]
    sums = {"responses_total": answers, denied: [code for code in value if code.startswith(reason)],
            "requests_received": [code for code in value if code.startswith("requests_received_")],
            "staff_total": ["staff_full_time", "staff_part_time"]}
    least = [("proactive_items_fulltext", "proactive_items")]
    if template == "G2":
        sums["requests_closed"] = ["requests_closed_on_time", "requests_closed_extended"]
        sums |= {f"{kind}_total": [f"{kind}_{end}" for end in ("upheld", "corrected", "other")]
                 for kind in ("reviews", "lawsuits")}
        least = [("press_conferences_leader", "press_conferences"), ("online_interviews_leader", "online_interviews"),
                 ("normative_docs_disclosed", "normative_docs_issued"), ("normative_docs_disclosed", "proactive_items")]
        least += [(code, "proactive_items") for code in value if code.startswith("proactive_channel_")]
    return ([whole for whole, parts in sums.items() if value[whole] != sum(value[part] for part in parts)]
            + [part for part, whole in least if value[part] > value[whole]])


def _broken_matrix(found: dict[tuple[str, str], Decimal]) -> list[str]:
    people = {person for _, person in found} - {"", TOTAL}
    outcomes = {code for code, person in found if person and code.startswith("outcome_")} - {"outcome_total"}
    bad = [f"M-1 {p}" for p in people | {TOTAL} if found["requests_new", p] + found["requests_carried_in", p]
           != found["outcome_total", p] + found["requests_carried_out", p]]
    bad += [f"M-2 {p}" for p in people | {TOTAL} if found["outcome_total", p] != sum(found[c, p] for c in outcomes)]
    bad += [f"M-3 {code}" for code, person in found if person == TOTAL
            and found[code, TOTAL] != sum(found[code, p] for p in people)]
    return bad + [f"M-4 {route}" for route in ("review", "lawsuit_direct", "lawsuit_after_review")
                  if found[f"{route}_total", ""] != sum(found[f"{route}_{end}", ""] for end in
                                                        ("upheld", "corrected", "other", "pending"))]


@pytest.mark.parametrize(("template", "form"), PAIRS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(template: str, form: str) -> None:
    first, again, other = (generate(seed, template, form) for seed in (7, 7, 8))
    assert first == again
    assert first.data != other.data


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), template=st.sampled_from(TEMPLATES))
def test_the_identities_of_the_form_close(seed: int, template: str) -> None:
    report = generate(seed, template, "text_tabs")
    assert len(report.key) == SIZES[template]
    assert broken(report) == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_planted_fault_breaks_an_identity_and_says_which_figure(template: str) -> None:
    for seed in range(20):
        report = generate(seed, template, "text_tabs", frozenset({"fault"}))
        assert report.faults
        assert broken(report)


@pytest.mark.parametrize("switch", MESS)
def test_every_switch_changes_the_bytes_wherever_it_is_offered(switch: str) -> None:
    offered = [(t, f) for t, f in PAIRS if applicable(switch, t, f)]
    assert offered
    for template, form in offered:
        assert any(generate(seed, template, form).data != generate(seed, template, form, frozenset({switch})).data
                   for seed in range(6)), (switch, template, form)


def test_a_switch_that_means_nothing_is_refused() -> None:
    for switch, template, form in (("spans", "G2", "pdf"), ("hybrid", "G2", "html"), ("utf16", "G3", "xlsx"),
                                   ("blanks", "G4", "text_lines")):
        with pytest.raises(ValueError, match=switch):
            generate(1, template, form, frozenset({switch}))
    with pytest.raises(ValueError, match="combination"):
        generate(1, "G2", "html", frozenset({"utf16", "gb18030"}))


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_state_of_the_key_is_what_the_cell_shows(template: str) -> None:
    mess = frozenset({"blanks", "dashes", "separators", "fullwidth", "damage"})
    seen: set[str] = set()
    for seed in range(12):
        for row in generate(seed, template, "text_tabs", mess).key:
            seen.add(row.state)
            plain = row.printed.translate(str.maketrans("０１２３４５６７８９", "0123456789")).replace(",", "")
            if row.state == "blank":
                assert row.printed == "" and row.value is None
            elif row.state == "dash":
                assert row.printed in ("——", "—", "-", "/") and row.value is None
            elif row.state in ("number", "zero"):
                assert Decimal(plain.removesuffix("元")) == row.value
                assert (row.state == "zero") == (row.value == 0)
    assert seen == {"number", "zero", "blank", "dash", "damaged"}


def test_damaged_labels_are_no_label_of_any_form() -> None:
    """The true label of a damaged figure is nowhere in the document, and the damage made no other label."""
    for seed in range(20):
        report = generate(seed, "G2", "text_tabs", frozenset({"damage"}))
        hurt = {row.code for row in report.key if row.state == "damaged"}
        text = report.data.decode("utf-8").translate(str.maketrans("（）：，", "():,"))
        labels = {row.code: row.label for row in form_spec("G2").rows}
        assert len(hurt) == 3
        assert not any(labels[code] in text for code in hurt)
        printed = {line.strip("\t\u3000 ") for line in text.splitlines()}
        assert len(printed & known_labels()) <= len(set(labels.values())) - 3


def test_rows_of_the_switch_missing_have_no_key() -> None:
    whole = {row.code for row in generate(3, "G2", "html").key}
    rest = {row.code for row in generate(3, "G2", "html", frozenset({"missing"})).key}
    assert rest < whole and len(whole - rest) == 2


def test_a_hybrid_has_the_matrix_of_g3_under_section_two_of_g4() -> None:
    key = generate(5, "G4", "html", frozenset({"hybrid"})).key
    assert {row.template for row in key if row.applicant} == {"G3"}
    assert {row.template for row in key if not row.applicant} == {"G4"}
    assert broken(generate(5, "G4", "html", frozenset({"hybrid"}))) == []


@pytest.mark.parametrize(("switch", "encoding"), ENCODINGS.items())
def test_the_bytes_are_in_the_encoding_named(switch: str, encoding: str) -> None:
    for form in ("text_tabs", "html"):
        text = generate(2, "G2", form, frozenset({switch})).data.decode(encoding)
        assert "政府信息公开" in text


def test_spans_cover_what_html_leaves_out() -> None:
    """Every row of a table reaches as far as the widest: nothing is lost under a rowspan."""
    for template in ("G3", "G4"):
        spec = form_spec(template)
        composer = Composer(spec, draw(spec, Random(1)), frozenset(), Random(1), "x")
        for table in (b for b in composer.document("某县", 2022, spec).blocks if isinstance(b, Table)):
            widths = {placed[-1][0] + placed[-1][1].colspan for placed in table.placed()}
            assert len(widths) == 1
    assert [len(row) for row in Table(((Box("a", rowspan=2), Box("b")), (Box("c"),))).placed()] == [2, 2]


def test_office_files_and_pdfs_open_in_other_programs() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pdfium = pytest.importorskip("pypdfium2")
    for template in TEMPLATES:
        sheet = openpyxl.load_workbook(io.BytesIO(generate(4, template, "xlsx").data)).active
        cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
        document = zipfile.ZipFile(io.BytesIO(generate(4, template, "docx").data)).read("word/document.xml")
        words = [node.text for node in ElementTree.fromstring(document).iter() if node.tag.endswith("}t")]
        pages = pdfium.PdfDocument(generate(4, template, "pdf").data)
        text = " ".join(page.get_textpage().get_text_range() for page in pages).split()
        for form, printed in (("xlsx", cells), ("docx", words), ("pdf", text)):
            for row in generate(4, template, form).key:
                assert row.printed in printed, (template, form, row)


def test_a_landing_zone_is_written_with_its_key(tmp_path) -> None:
    assert main([str(tmp_path / "a"), "--count", "40", "--seed", "9"]) == 0
    assert main([str(tmp_path / "b"), "--count", "40", "--seed", "9"]) == 0
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) == 41
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)
    with open(tmp_path / "a" / "key.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["file"] for row in rows} == set(names) - {"key.csv"}
    assert list(rows[0]) == ["file", "template", "code", "applicant", "value", "printed", "state", "origin"]


def test_bodies_and_years_are_distinct_over_a_thousand_reports() -> None:
    """Otherwise two reports of a landing zone would contradict each other."""
    reports = [(r.issuer, r.year) for r in landing_zone(1000, 0, forms=("text_tabs",), mess=frozenset())]
    assert len(set(reports)) == 1000
