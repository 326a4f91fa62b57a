"""数据字典: find an indicator by its printed label, and see what each generation of the form asks.

``/dictionary?q=收到申请数`` searches, ``/dictionary/CODE`` shows one indicator.
"""

from __future__ import annotations

from dashboards import format as fmt
from dashboards import parts
from dashboards.data import dictionary
from dashboards.data.store import Row, Snapshot
from dashboards.pages import shared
from dashboards.view import View

GENERATIONS = ("G1", "G2", "G3", "G4")
_LIMIT = 60


def render(view: View, warehouse: Snapshot) -> list:
    """The page; raises NotFound for a code that no form has."""
    if len(view.parts) > 1:
        return _indicator(view, warehouse, view.parts[1])
    text = (view.get("q") or "")[:60]
    form = view.get("form") if view.get("form") in GENERATIONS else None
    rows = dictionary.search(warehouse, text, form, _LIMIT)
    return [
        parts.heading(view.say("dictionary"), view.say("dictionary_intro")),
        parts.controls(
            parts.text_box(view, "q", view.say("dictionary_search"), text),
            parts.dropdown(
                view,
                "form",
                view.say("generation"),
                [
                    {"label": view.say("all_generations"), "value": "all"},
                    *({"label": view.say(code), "value": code} for code in GENERATIONS),
                ],
                form or "all",
                searchable=False,
            ),
        ),
        _hits(view, rows) if rows else parts.empty(view.say("no_indicator", text=text)),
    ]


def _hits(view: View, rows: list[Row]) -> parts.Piece:
    heads = [view.say(key) for key in ("wording", "english", "generation", "section", "unit_count", "code")]
    listed = [
        [
            parts.link(row["label_zh"], view.link("dictionary", row["indicator_code"])),
            row["label_en"],
            row["template_code"],
            row["section_zh"] or "",
            view.unit(row["unit_code"]) or fmt.NOT_PRINTED,
            parts.mono(row["indicator_code"]),
        ]
        for row in rows
    ]
    title = view.say("hits", n=f"{len(rows)}{'+' if len(rows) == _LIMIT else ''}")
    return parts.section(title, parts.table(title, heads, listed))


def _indicator(view: View, warehouse: Snapshot, code: str) -> list:
    rows = dictionary.indicator(warehouse, code)
    if not rows:
        raise shared.NotFound(code)
    counts = {row["template_code"]: row for row in dictionary.printed_count(warehouse, code)}
    crumbs = [parts.link(view.say("dictionary"), view.link("dictionary"))]
    return [
        parts.heading(
            view.pick(rows[-1]),
            [rows[-1]["label_en"] if view.language == "zh" else rows[-1]["label_zh"], " · ", parts.mono(code)],
            crumbs,
        ),
        *(_generation(view, row, counts.get(row["template_code"])) for row in rows),
        *_series(view, warehouse, rows),
        *_identities(view, warehouse, rows),
    ]


def _generation(view: View, row: Row, count: Row | None) -> parts.Piece:
    variants = [label for label in row["label_variants"] or () if label != row["label_zh"]]
    parent = (
        parts.link(view.pick(row, "parent_label"), view.link("dictionary", row["parent_code"]))
        if row["parent_label_zh"]
        else fmt.NOT_PRINTED
    )
    printed = (
        [
            view.say("printed_in", n=fmt.count(count["reports"])),
            " · ",
            parts.link(view.say("example"), view.link("report", count["example"], indicator=row["indicator_code"])),
        ]
        if count
        else view.say("printed_in", n=0)
    )
    meaning = [view.pick(row, "meaning")]
    if row["evidence"] == "recalled":
        meaning += [" ", parts.badge(view.say("evidence_recalled"))]
    return parts.section(
        view.word("", row["template_code"]),
        parts.pairs(
            [
                (view.say("wording"), parts.quoted(row["label_zh"])),
                (view.say("variants"), "；".join(variants) or fmt.NOT_PRINTED),
                (view.say("meaning"), meaning),
                (
                    view.say("unit_count"),
                    view.say("heading_row") if row["is_heading"] else view.unit(row["unit_code"]) or fmt.NOT_PRINTED,
                ),
                (view.say("section"), row["section_zh"] or fmt.NOT_PRINTED),
                (view.say("above"), parent),
                (view.say("source"), row["source"] or fmt.NOT_PRINTED),
                (view.say("reports"), printed),
            ]
        ),
    )


def _series(view: View, warehouse: Snapshot, rows: list[Row]) -> list:
    codes = sorted({code for row in rows for code in row["series_codes"] or ()})
    if not codes:
        return []
    words = dictionary.labels(warehouse)
    listed = [
        [
            view.pick(row),
            row["template_code"],
            _cells(view, row, words),
            view.unit(row["unit_code"]),
            row["comparability_grade"] or fmt.NOT_PRINTED,
        ]
        for row in dictionary.series_cells(warehouse, codes)
    ]
    heads = [view.say(key) for key in ("series", "generation", "series_made_of", "unit_count", "break_title")]
    return [
        parts.section(
            view.say("series"),
            parts.table(view.say("series"), heads, listed),
            note=" · ".join(f"{grade}：{view.say(f'grade_{grade}')}" for grade in "BCX"),
        )
    ]


def _cells(view: View, row: Row, words: dict[tuple[str, str], Row]) -> list:
    found = []
    for cell in row["source_cells"] or ():
        sign, code = cell[0], cell[1:]
        label = view.pick(words.get((row["template_code"], code), {"label_zh": code}))
        found += [
            f" {'−' if sign == '-' else '+'} " if found or sign == "-" else "",
            parts.link(label, view.link("dictionary", code)),
        ]
    return found


def _identities(view: View, warehouse: Snapshot, rows: list[Row]) -> list:
    codes = sorted({code for row in rows for code in row["identity_codes"] or ()})
    found = dictionary.identities(warehouse, codes) if codes else []
    if not found:
        return []
    listed = [
        [
            parts.mono(row["identity_code"]),
            view.word("strength_", row["strength"]),
            view.pick(row, "note"),
            parts.mono(row["rule"]),
        ]
        for row in found
    ]
    heads = [view.say(key) for key in ("code", "strength", "meaning", "rule")]
    return [parts.section(view.say("identities"), parts.table(view.say("identities"), heads, listed))]
