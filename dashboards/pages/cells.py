"""How the pages show printed cells: where a figure stands, a sum with both sides, and what was not understood."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards import format as fmt
from dashboards import parts
from dashboards.data import dictionary
from dashboards.data.store import Row, Snapshot
from dashboards.view import View


def where(view: View, row: Row) -> str:
    """The place of a figure in its document, counted from 1: page, table, row, column, or characters of the prose."""
    said = [
        view.say(key, n=row[column] + base)
        for key, column, base in (
            ("at_page", "page", 0),
            ("at_table", "table_index", 1),
            ("at_row", "row_index", 1),
            ("at_column", "column_index", 1),
        )
        if row.get(column) is not None
    ]
    if row.get("char_start") is not None:
        said.append(view.say("at_span", first=row["char_start"] + 1, last=row["char_end"]))
    return ("" if view.language == "zh" else ", ").join(said) or fmt.NOT_PRINTED


def printed(view: View, row: Row) -> parts.Piece:
    """The characters of a cell as printed; a cell without any says in which way it has none."""
    text = (row["printed_text"] or "").strip()
    return parts.quoted(text) if text else parts.badge(view.word("state_", row["value_state"]), "state")


def discrepancy(view: View, warehouse: Snapshot, row: Row) -> parts.Piece:
    """An identity that does not close: what it says, by how much, and its cells."""
    words = dictionary.labels(warehouse)
    place = f"{row.get('full_name_zh') or row['source_file']} · {view.say('year_of', year=row['report_year'])}"
    relation = {"eq": "≠", "le": ">", "ge": "<"}.get(row["relation"], row["relation"])
    applicant = f" · {row['applicant_type_code']}" if row["applicant_type_code"] else ""
    listed = [
        [
            view.pick(words.get((row["template_code"], cell["indicator_code"]), {"label_zh": cell["indicator_code"]})),
            view.say("left") if cell["side"] == "left" else view.say("right"),
            parts.link(
                printed(view, cell),
                view.link(
                    "report", row["report_id"], indicator=cell["indicator_code"], applicant=cell["applicant_type_code"]
                ),
            ),
            fmt.count(cell["value"]),
        ]
        for cell in row["cells"] or ()
    ]
    heads = [view.say(key) for key in ("indicator", "side", "printed_text", "value")]
    verdict = view.word("verdict_", row["review_verdict"]) if row.get("review_verdict") else None
    return parts.sheet(
        parts.link(place, view.link("report", row["report_id"])),
        [
            parts.badge(row["identity_code"]),
            parts.badge(view.word("strength_", row["strength"])),
            *([parts.badge(view.say("flagged"))] if row["status"] != "does_not_close" else []),
            *([parts.badge(verdict)] if verdict else []),
            applicant,
        ],
        parts.sum_line(
            fmt.count(row["left_value"]),
            relation,
            fmt.count(row["right_value"]),
            f"{view.say('difference')} {_signed(row['difference'])}",
        ),
        view.pick(row, "note"),
        parts.fold(view.say("cells"), parts.table(view.say("cells"), heads, listed, numeric=(3,))),
    )


def issues(view: View, rows: Sequence[Row]) -> parts.Piece:
    """What was not understood, with what is printed and the nearest known labels; the parser's words are English."""
    english = view.language == "en"
    keys = ("document", "kind", *(["message"] if english else []), "printed", "nearest", "where")
    listed = [
        [
            parts.link(row.get("full_name_zh") or row["source_file"], view.link("report", row["report_id"])),
            [
                view.pick(row, "title"),
                " ",
                parts.badge(view.word("severity_", row["severity"]), f"severity-{row['severity']}"),
            ],
            *([row["message"] or ""] if english else []),
            parts.quoted((row["printed_text"] or "").strip()[:200]),
            "、".join(row["nearest_labels"] or ()) or fmt.NOT_PRINTED,
            where(view, row),
        ]
        for row in rows
    ]
    return parts.table(view.say("tab_issues"), [view.say(key) for key in keys], listed)


def _signed(value: object) -> str:
    return fmt.NOT_PRINTED if value is None else f"{'+' if value > 0 else ''}{fmt.count(value)}"
