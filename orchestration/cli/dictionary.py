"""``foi dictionary``: what the statutory forms ask, as the catalogue has it."""

from __future__ import annotations

from orchestration.cli.table import print_table
from orchestration.refresh.workbench import NotThere


def print_dictionary(wanted: str | None) -> None:
    """Print the indicators whose code, template or label ``wanted`` is or is part of; all without. Raises NotThere."""
    from parsers.catalogue import load

    tables = load().tables()
    rows = [row for row in tables["indicators"] if matches(row, wanted)]
    if not rows:
        raise NotThere(f"nothing in the catalogue is called {wanted!r}; `foi dictionary` lists everything")
    names = ("template_code", "indicator_code", "section_zh", "label_zh", "label_en", "unit_code")
    columns = ("template", "code", "section", "label", "meaning", "unit")
    print_table(columns, [[row.get(name) for name in names] for row in rows])
    if len(rows) == 1:
        _print_details(rows[0], tables)


def matches(row: dict, wanted: str | None) -> bool:
    """Whether an indicator is meant: by template, by code, or by a part of a label or code."""
    if not wanted:
        return True
    lowered = wanted.lower()
    if lowered in (row["template_code"].lower(), row["indicator_code"].lower()):
        return True
    return any(lowered in str(row.get(name) or "").lower() for name in ("indicator_code", "label_zh", "label_en"))


def _print_details(row: dict, tables: dict) -> None:
    key = (row["template_code"], row["indicator_code"])
    labels = [v["label"] for v in tables["label_variants"] if (v["template_code"], v["indicator_code"]) == key]
    codes = {term["identity_code"] for term in tables["identity_terms"] if term["indicator_code"] == key[1]}
    print("  labels:", " · ".join(labels) or "none")
    for identity in tables["identities"]:
        if identity["identity_code"] in codes and identity["template_code"] == key[0]:
            print(f"  {identity['identity_code']}: {identity['rule']}")
