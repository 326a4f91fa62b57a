"""The catalogue as rows for the warehouse's schema ``catalogue``; the dbt models read it from there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from parsers.catalogue.departments import body_names

if TYPE_CHECKING:
    from parsers.catalogue.model import Catalogue, Indicator

Rows = list[dict[str, Any]]


def catalogue_tables(catalogue: Catalogue) -> dict[str, Rows]:
    """Table name to rows, in a fixed order; the columns are those of ``orchestration/schema.sql``."""
    templates = catalogue.templates.values()
    indicators = [i for template in templates for i in template.indicators.values()]
    return {
        "templates": [
            {"template_code": t.code, "name_zh": t.name_zh, "name_en": t.name_en, "first_year": t.first_year,
             "last_year": t.last_year, "source": t.source} for t in templates
        ],
        "indicators": [_indicator_row(i) for i in indicators],
        "label_variants": [
            {"template_code": i.template_code, "indicator_code": i.code, "label": label}
            for i in indicators for label in dict.fromkeys((i.label, *i.variants))
        ],
        "applicant_types": [
            {"applicant_type_code": a.code, "parent_code": a.parent_code, "label_zh": a.label, "label_en": a.label_en,
             "position": a.position, "is_leaf": a.is_leaf, "is_total": a.is_total} for a in catalogue.applicants
        ],
        "identities": [
            {"identity_code": d.code, "template_code": d.template_code, "relation": d.relation, "strength": d.strength,
             "per_applicant": d.per_applicant, "rule": d.rule, "note_en": d.note, "note_zh": d.note_zh,
             "source": d.source} for t in templates for d in t.identities
        ],
        "identity_terms": [
            {"identity_code": d.code, "term_no": number, "side": term.side, "aggregate": term.aggregate,
             "indicator_code": term.indicator_code, "applicant_type_code": term.applicant_type_code,
             "weight": term.weight}
            for t in templates for d in t.identities for number, term in enumerate(d.terms, 1)
        ],
        "cross_checks": [
            {"check_code": c.code, "kind": c.kind, "relation": c.relation, "per_applicant": c.per_applicant,
             "rule": c.rule, "indicator_code": c.indicator_code, "threshold": c.threshold, "minimum": c.minimum,
             "title_en": c.title, "title_zh": c.title_zh, "note_en": c.note, "note_zh": c.note_zh}
            for c in catalogue.cross_checks
        ],
        "cross_check_terms": [
            {"check_code": c.code, "term_no": number, "template_code": t.template_code, "side": t.side,
             "document": t.document, "indicator_code": t.indicator_code, "weight": t.weight}
            for c in catalogue.cross_checks for number, t in enumerate(c.terms, 1)
        ],
        "joint_mentions": [
            {"template_code": j["template"], "indicator_code": j["indicator"], "part_indicator_code": part}
            for j in catalogue.data["joint_mentions"] for part in j["parts"]
        ],
        "issue_kinds": [
            {"kind": e["kind"], "severity": e["severity"], "is_about_document": e.get("about") == "document",
             "title_en": e["en"], "title_zh": e["zh"]}
            for e in catalogue.data.get("issues", {}).get("issues", ())
        ],
        "units": [
            {"unit_code": e["code"], "label_zh": e["code"], "label_en": e["en"],
             "to_base": Decimal(e.get("factor", 1))} for e in catalogue.data["units"]
        ],
        "body_names": [
            {"printed_name": printed, "body_name": body}
            for printed, body in body_names(catalogue.data.get("departments", {})).items()
        ],
        **_series(catalogue),
        **_outcomes(catalogue),
    }


def _indicator_row(i: Indicator) -> dict[str, Any]:
    label = "/".join((*i.path[1 if i.axis == "scalar" and not i.is_heading else 0:], i.label)) if i.path else i.label
    if i.axis == "matrix_column":
        label = "/".join(i.path)
    return {
        "template_code": i.template_code, "indicator_code": i.code, "parent_code": i.parent_code,
        "section_zh": i.section, "label_zh": label, "label_en": i.label_en, "unit_code": i.unit_code,
        "position": i.position, "axis": i.axis, "is_heading": i.is_heading, "is_signed": i.is_signed,
        "evidence": i.evidence,
    }


def _series(catalogue: Catalogue) -> dict[str, Rows]:
    entries = catalogue.data.get("series", {}).get("series", ())
    return {
        "series": [
            {"series_code": e["code"], "label_zh": e["label_zh"], "label_en": e["label_en"], "unit_code": e.get("unit"),
             "description": e.get("description"), "us_term": e.get("us_term"), "uk_term": e.get("uk_term")}
            for e in entries
        ],
        "series_terms": [
            {"series_code": e["code"], "template_code": template, "indicator_code": code, "applicant_type_code": None,
             "weight": Decimal(str(weight)), "comparability": (e.get("comparability") or {}).get(template)}
            for e in entries for template, terms in (e.get("terms") or {}).items() for code, weight in terms.items()
        ],
        "series_breaks": [
            {"series_code": code, "break_code": b["code"], "template_code": b.get("template"),
             "event_year": b.get("year"), "first_year": b.get("first_year"), "kind": b["kind"],
             "comparability": b.get("grade"), "reason_zh": b["reason_zh"], "reason_en": b["reason_en"],
             "evidence": b.get("evidence", "verified")}
            for b in catalogue.data.get("series", {}).get("breaks", ()) for code in b["series"]
        ],
    }


def _outcomes(catalogue: Catalogue) -> dict[str, Rows]:
    data = catalogue.data.get("outcomes", {})
    entries = data.get("outcomes", ())
    return {
        "outcomes": [
            {"outcome_code": e["code"], "label_zh": e["label_zh"], "label_en": e["label_en"],
             "outcome_group": e.get("group"), "position": n, "us_term": e.get("us_term"), "uk_term": e.get("uk_term")}
            for n, e in enumerate(entries, 1)
        ],
        "outcome_cells": [
            {"template_code": template, "indicator_code": code, "outcome_code": e["code"]}
            for e in entries for template, codes in (e.get("cells") or {}).items() for code in codes
        ],
        "dispute_cells": [
            {"template_code": d["template"], "indicator_code": code, "route": route, "result": result}
            for d in data.get("disputes", ()) for code, (route, result) in d["cells"].items()
        ],
    }
