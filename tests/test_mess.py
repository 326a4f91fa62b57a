"""Whatever the mess, a figure is right or withheld, never wrong and never invented."""

from __future__ import annotations

from collections import Counter

import pytest

from parsers.catalogue import load
from parsers.report import read_report
from tests.generator import FORMS, MESS, TEMPLATES, applicable, generate

SEEDS = (11, 12)
TABLE_FORMS = tuple(form for form in FORMS if form != "text_prose")
CASES = [(template, form) for template in TEMPLATES for form in TABLE_FORMS]


def verdicts(seed: int, template: str, form: str, mess: frozenset[str]) -> Counter[str]:
    """How many figures of a generated report are right, wrong, missing, invented or rightly withheld."""
    made = generate(seed, template, form, mess)
    report = read_report(made.data, "." + made.name.rsplit(".", 1)[1], load())
    found = {(o.indicator_code, o.applicant_type_code or ""): o for o in report.observations if o.origin == "table"}
    counts: Counter[str] = Counter()
    for row in made.key:
        figure = found.pop((row.code, row.applicant or ""), None)
        if figure is None:
            counts["withheld" if row.state == "damaged" else "missing"] += 1
        elif figure.value == row.value and row.state in (figure.value_state, "damaged"):
            counts["right"] += 1
        else:
            counts["wrong"] += 1
    counts["invented"] = len(found)
    return counts


@pytest.mark.parametrize(("template", "form"), CASES)
def test_every_kind_of_mess_leaves_figures_right_or_withheld(template: str, form: str) -> None:
    total: Counter[str] = Counter()
    for seed in SEEDS:
        for mess in [frozenset(), *(frozenset([m]) for m in MESS if applicable(m, template, form))]:
            counts = verdicts(seed, template, form, mess)
            assert (counts["wrong"], counts["invented"]) == (0, 0), (seed, sorted(mess), counts)
            total += counts
    known = total["right"] + total["missing"]
    assert total["right"] >= 0.99 * known, total


def test_a_clean_report_of_any_form_and_template_is_read_whole() -> None:
    for template, form in CASES:
        counts = verdicts(7, template, form, frozenset())
        assert counts["missing"] == 0, (template, form, counts)
