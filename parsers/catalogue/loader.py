"""YAML files to ``Catalogue``; a file that does not hold together is refused with its name and the reason."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from parsers.catalogue.identities import build_cross_checks, build_identities
from parsers.catalogue.model import (
    ApplicantType,
    BlockRow,
    Catalogue,
    CrossCheck,
    Indicator,
    Table,
    Template,
    label_keys,
)
from parsers.labels import normalise

HERE = Path(__file__).parent
TEMPLATE_FILES = "g[0-9]*.yml"


@lru_cache(maxsize=1)
def load(folder: Path = HERE) -> Catalogue:
    """The catalogue, read once per process. Raises ValueError with the file's name where it contradicts itself."""
    applicants_file = _read(folder / "applicants.yml")
    applicants = _applicants(applicants_file["applicants"])
    heads = {key: h["code"] for h in applicants_file["heads"]
             for key in label_keys(h["label"], tuple(h.get("variants", ())))}
    units_file = _read(folder / "units.yml")
    units = {word: entry["code"]
             for entry in units_file["units"] for word in (entry["code"], *entry.get("variants", ()))}
    multiples = _multiples(units_file["multiples"], units)
    templates = {}
    for name in sorted(path.name for path in folder.glob(TEMPLATE_FILES)):
        try:
            template = _template(_read(folder / name), {a.code for a in applicants}, set(units))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{name}: {error}") from error
        templates[template.code] = template
    data = {
        name: _read(folder / f"{name}.yml")
        for name in ("issues", "phrases", "series", "outcomes", "pages", "departments")
        if (folder / f"{name}.yml").exists()
    }
    data["units"] = units_file["units"]
    units |= {word: unit for word, (unit, _) in multiples.items()}
    return Catalogue(templates, applicants, heads, units, multiples, frozenset(units_file["heading_marks"]),
                     _cross_checks(folder, templates, data), data)


def _multiples(entry: dict[str, Any], units: dict[str, str]) -> dict[str, tuple[str, int]]:
    """Words for larger steps of a unit (万条, 千元): the unit's code, and how many of it one is."""
    counts = {many + word: (code, times) for many, times in entry["counts"].items()
              for word, code in units.items() if not code.endswith("元")}
    return counts | {e["word"]: (e["unit"], e["times"]) for e in entry["money"]}


def _cross_checks(folder: Path, templates: dict[str, Template], data: dict[str, Any]) -> tuple[CrossCheck, ...]:
    """The checks of ``across.yml``; what it says of joint mentions goes to ``data``."""
    try:
        across = _read(folder / "across.yml")
        data["joint_mentions"] = across["joint_mentions"]
        return build_cross_checks(across["checks"], templates)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"across.yml: {error}") from error


def _read(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


def _applicants(entries: list[dict[str, Any]]) -> tuple[ApplicantType, ...]:
    return tuple(
        ApplicantType(
            code=entry["code"], parent_code=entry.get("parent"), label=entry["label"],
            keys=label_keys(entry["label"], tuple(entry.get("variants", ()))), label_en=entry["en"], position=position,
            is_leaf=not entry.get("total", False), is_total=entry.get("total", False),
        )
        for position, entry in enumerate(entries, 1)
    )


def _template(entry: dict[str, Any], applicant_codes: set[str], units: set[str]) -> Template:
    code, tables, indicators = entry["template"], [], {}
    for table_entry in entry["tables"]:
        table, found = _table(code, table_entry, len(indicators))
        tables.append(table)
        for indicator in found:
            if indicator.code in indicators:
                raise ValueError(f"the code {indicator.code} stands twice")
            if indicator.unit_code is not None and indicator.unit_code not in units:
                raise ValueError(f"{indicator.code}: unknown unit {indicator.unit_code}")
            indicators[indicator.code] = indicator
    for indicator in indicators.values():
        if indicator.parent_code and indicator.parent_code not in indicators:
            raise ValueError(f"{indicator.code}: unknown parent {indicator.parent_code}")
    identities = build_identities(code, entry["identities"], indicators, applicant_codes, entry["source"])
    return Template(code, entry["name_zh"], entry["name_en"], entry["first_year"], entry["last_year"],
                    entry["source"], tuple(tables), indicators, identities)


def _table(template: str, entry: dict[str, Any], offset: int) -> tuple[Table, list[Indicator]]:
    layout = entry["layout"]
    if layout == "blocks":
        return _blocks(template, entry, offset)
    rows = []
    for section, row in _rows(entry):
        path = tuple(row.get("path", ()))
        rows.append(Indicator(
            template_code=template, code=row["code"], parent_code=row.get("parent"), section=section,
            label=row.get("label") or path[-1], variants=tuple(row.get("variants", ())), label_en=row["en"],
            unit_code=row.get("unit"), position=offset + len(rows) + 1,
            axis={"list": "scalar", "matrix": "matrix_row", "columns": "matrix_column"}[layout],
            is_heading=row.get("heading", False), is_signed=row.get("signed", False),
            has_unit_in_cell=row.get("unit_in_cell", False), evidence=row.get("evidence", "verified"), path=path,
        ))
    table = Table(template, entry["table"], layout, rows=tuple(rows),
                  value_heads=tuple(normalise(h) for h in entry.get("value_heads", ())),
                  other_heads=tuple(normalise(h) for h in entry.get("other_heads", ())))
    return table, rows


def _rows(entry: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for section in entry.get("sections", ()):
        for row in section["rows"]:
            yield section["section"], row
    for row in (*entry.get("rows", ()), *entry.get("columns", ())) if "sections" not in entry else ():
        if isinstance(row, dict):
            yield entry["section"], row


def _blocks(template: str, entry: dict[str, Any], offset: int) -> tuple[Table, list[Indicator]]:
    """A ``blocks`` table: each printed row is a heading indicator, each of its cells an indicator under it."""
    found: list[Indicator] = []
    block_rows = []
    for block in entry["blocks"]:
        for row in block["rows"]:
            variants = tuple(row.get("variants", ()))
            heading = Indicator(
                template_code=template, code=row["code"], parent_code=None, section=entry["section"],
                label=row["label"], variants=variants, label_en=row["en"], unit_code=None,
                position=offset + len(found) + 1, axis="scalar", is_heading=True, path=(block["block"],),
            )
            found.append(heading)
            cells = []
            for cell in row["cells"]:
                indicator = Indicator(
                    template_code=template, code=cell["code"], parent_code=row["code"], section=entry["section"],
                    label=cell["head"], variants=tuple(cell.get("variants", ())), label_en=cell["en"],
                    unit_code=cell["unit"], position=offset + len(found) + 1, axis="scalar",
                    is_signed=cell.get("signed", False), has_unit_in_cell=cell.get("unit_in_cell", False),
                    path=(block["block"], row["label"]),
                )
                found.append(indicator)
                cells.append(indicator)
            block_rows.append(BlockRow(row["code"], heading.keys, label_keys(block["block"]), tuple(cells)))
    return Table(template, entry["table"], "blocks", block_rows=tuple(block_rows),
                 signature=tuple(normalise(head) for head in entry["signature"])), found
