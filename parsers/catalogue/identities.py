"""The identity grammar: how the templates' YAML writes the arithmetic that a form must satisfy.

``a + b - c = d``, ``a <= b``, ``a + b >= c``, ``max(a, b) <= c``; the names are codes of the template. With
``each: applicant`` the identity holds in every column of the matrix; with ``each: row`` the names are applicant types
and one identity is made for every row of the matrix.

Checks across documents (``across.yml``) write ``previous.a`` for the cell of last year's report of the same body,
``children.a`` for the sum over the reports of the units directly below, and ``todate.a`` for the sum over the same
body's reports up to this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from parsers.catalogue.model import CrossCheck, CrossTerm, Identity, Indicator, Template, Term

_RELATIONS = {"=": "eq", "<=": "le", ">=": "ge"}
_RULE = re.compile(r"^(?P<left>[^<>=]+?)\s*(?P<relation><=|>=|=)\s*(?P<right>[^<>=]+)$")
_MAX = re.compile(r"^max\((?P<codes>[^()]+)\)$")
_TERM = re.compile(r"\s*(?P<sign>[+-]?)\s*(?P<code>(?:(?:previous|children|todate)\.)?[a-z][a-z0-9_]*)\s*")


def parse_rule(rule: str) -> tuple[str, list[tuple[str, str, str, Decimal]]]:
    """Relation and terms (side, aggregate, code, weight) of a rule; ValueError names what is wrong with it."""
    match = _RULE.match(rule.strip())
    if not match:
        raise ValueError(f"identity rule without a relation (=, <=, >=): {rule!r}")
    terms = [("left", *term) for term in _side(match["left"], rule)]
    terms += [("right", *term) for term in _side(match["right"], rule)]
    return _RELATIONS[match["relation"]], terms


def _side(text: str, rule: str) -> Iterable[tuple[str, str, Decimal]]:
    maximum = _MAX.match(text.strip())
    if maximum:
        return [("max", code.strip(), Decimal(1)) for code in maximum["codes"].split(",")]
    terms, at = [], 0
    while at < len(text):
        match = _TERM.match(text, at)
        if not match or (terms and not match["sign"]):
            raise ValueError(f"identity rule with an unreadable term at {text[at:]!r}: {rule!r}")
        terms.append(("sum", match["code"], Decimal(-1 if match["sign"] == "-" else 1)))
        at = match.end()
    return terms


def build_identities(
    template_code: str, entries: list[dict[str, Any]], indicators: dict[str, Indicator], applicant_codes: set[str],
    source: str,
) -> tuple[Identity, ...]:
    """The identities of one template; ValueError names an unknown code, so that a typing error cannot pass."""
    built: list[Identity] = []
    for entry in entries:
        common = {
            "template_code": template_code, "strength": entry["strength"], "rule": entry["rule"],
            "note": entry["note"], "note_zh": entry["note_zh"], "source": entry.get("source", source),
        }
        each = entry.get("each")
        if entry["rule"] == "headings carry no figure":
            built.append(Identity(entry["code"], relation="none", per_applicant=False, terms=(), **common))
            continue
        relation, terms = parse_rule(entry["rule"])
        known = applicant_codes if each == "row" else set(indicators)
        unknown = sorted({code for _, _, code, _ in terms} - known)
        if unknown:
            raise ValueError(f"identity {entry['code']} of {template_code} names unknown codes: {', '.join(unknown)}")
        if each == "row":
            for row in (i for i in indicators.values() if i.axis == "matrix_row" and not i.is_heading):
                of_row = tuple(Term(side, agg, row.code, code, weight) for side, agg, code, weight in terms)
                built.append(Identity(f"{entry['code']}:{row.code}", relation=relation, per_applicant=False,
                                      terms=of_row, **common))
        else:
            made = tuple(Term(side, agg, code, None, weight) for side, agg, code, weight in terms)
            built.append(Identity(entry["code"], relation=relation, per_applicant=each == "applicant",
                                  terms=made, **common))
    return tuple(built)


def build_cross_checks(entries: list[dict[str, Any]], templates: dict[str, Template]) -> tuple[CrossCheck, ...]:
    """The checks across documents; ValueError names an unknown code or form, so that a typing error cannot pass."""
    return tuple(_cross_check(entry, templates) for entry in entries)


def _cross_check(entry: dict[str, Any], templates: dict[str, Template]) -> CrossCheck:
    relation, terms = parse_rule(entry["rule"]) if "rule" in entry else (None, [])
    made = [
        CrossTerm(template, side, *_document_and_code(name), weight)
        for template in entry.get("templates", ()) for side, _, name, weight in terms
    ]
    measure = entry.get("measure", {}).items()
    made += [CrossTerm(template, "left", "this", code, Decimal(1)) for template, code in measure]
    for term in made:
        if term.indicator_code not in getattr(templates.get(term.template_code), "indicators", {}):
            raise ValueError(f"check {entry['code']} names {term.indicator_code}, unknown in {term.template_code}")
    own = sorted((t for t in made if t.document == "this"), key=lambda t: t.side == "left")
    filed_under = entry.get("about") or (own[0].indicator_code if own and not measure else None)
    return CrossCheck(
        code=entry["code"], kind=entry["kind"], relation=relation, per_applicant=entry.get("each") == "applicant",
        rule=entry.get("rule"), indicator_code=filed_under,
        threshold=entry.get("threshold"), minimum=entry.get("minimum"), title=entry["en"], title_zh=entry["zh"],
        note=entry["note"], note_zh=entry["note_zh"], terms=tuple(made),
    )


def _document_and_code(name: str) -> tuple[str, str]:
    document, _, code = name.rpartition(".")
    return document or "this", code
