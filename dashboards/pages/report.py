"""出处: one document, every figure with its cell, and where the figure that one came for is printed.

``/report/ID`` shows the document; ``?series=`` the cells that make up a series, ``?indicator=&applicant=`` one cell.
"""

from __future__ import annotations

from dashboards import format as fmt
from dashboards import parts
from dashboards.data import reports, series
from dashboards.data.store import Row, Snapshot
from dashboards.pages import cells, shared
from dashboards.view import View

_AROUND = 3


def render(view: View, warehouse: Snapshot) -> list:
    """The page; raises NotFound for a document that is not there."""
    report = reports.report(warehouse, view.parts[1]) if len(view.parts) > 1 else None
    if report is None:
        raise shared.NotFound("/".join(view.parts))
    figures = reports.figures(warehouse, report["report_id"])
    return [
        _heading(view, report),
        *_asked(view, warehouse, report, figures),
        parts.section(view.say("about_document"), _about(view, report)),
        *_open_sums(view, warehouse, report),
        _all(view, figures),
        *_prose(view, warehouse, report),
        *_issues(view, warehouse, report),
    ]


def _heading(view: View, report: Row) -> parts.Piece:
    code = report["jurisdiction_code"]
    crumbs = [parts.link(view.say("nation"), view.link())]
    if code:
        crumbs.append(
            parts.link(report["full_name_zh"] or code, view.link("jurisdiction", code, year=report["report_year"]))
        )
    note = [
        report["issuing_body"] or fmt.NOT_PRINTED,
        " · ",
        view.say("year_of", year=report["report_year"] or "—"),
        " ",
        shared.scope(view, report["reporting_scope"]),
        " ",
        parts.badge(
            f"{view.say('grade')} {report['quality_grade']}", f"grade-{report['quality_grade']}", view.say("grade_hint")
        ),
    ]
    return parts.heading(report["title"] or report["source_file"], note, crumbs)


def _asked(view: View, warehouse: Snapshot, report: Row, figures: list[Row]) -> list:
    """The figure that led here: its formula, its cells, and the rows around them."""
    title = view.say("figure_of")
    if view.get("series"):
        terms = reports.derivation(warehouse, report["report_id"], view.get("series"))
        if not terms:
            return [parts.section(title, parts.empty(view.say("no_cells")))]
        chosen = [(term["weight"], row) for term in terms for row in _cells_of(figures, term["indicator_code"], None)]
        name = series.names(warehouse).get(view.get("series"), {})
        value = (
            fmt.count(terms[0]["value"], view.unit(terms[0]["unit_code"]))
            if terms[0]["value"] is not None
            else view.word("status_", terms[0]["value_status"])
        )
        head = parts.card(view.pick(name), value, note=_formula(view, terms, figures))
    elif view.get("indicator"):
        rows = _cells_of(figures, view.get("indicator"), view.get("applicant"))
        if not rows:
            return [parts.section(title, parts.empty(view.say("no_cells")))]
        chosen = [(None, row) for row in rows]
        total = next((row for row in rows if row["applicant_type_code"] in (None, "total")), rows[0])
        head = parts.card(
            view.pick(rows[0]),
            fmt.count(total["value"], view.unit(total["unit_code"])),
            note=total["applicant_zh"] if view.language == "zh" else total["applicant_en"] or "",
        )
    else:
        return []
    listed = [row for _, row in chosen]
    return [
        parts.section(
            title,
            parts.cards(head),
            _cell_table(view, chosen),
            _address(view, report),
            *_context(view, figures, listed),
            note=view.say("place_base"),
            name="cell",
        )
    ]


def _cells_of(figures: list[Row], indicator: str, applicant: str | None) -> list[Row]:
    """The cells of an indicator: the applicant asked for; else the total, or where none is printed every column."""
    rows = [row for row in figures if row["indicator_code"] == indicator]
    if applicant:
        return [row for row in rows if row["applicant_type_code"] == applicant]
    wholes = [row for row in rows if row["applicant_type_code"] in (None, "total")]
    return wholes if any(row["value"] is not None for row in wholes) else rows


def _formula(view: View, terms: list[Row], figures: list[Row]) -> str:
    words = {row["indicator_code"]: view.pick(row) for row in figures}
    signs = [
        f"{'−' if term['weight'] < 0 else '+'} {words.get(term['indicator_code'], term['indicator_code'])}"
        for term in terms
    ]
    return " ".join(signs).removeprefix("+ ")


def _cell_table(view: View, chosen: list[tuple]) -> parts.Piece:
    heads = [view.say(key) for key in ("printed_label", "cell_place", "printed_text", "state", "value", "applicant")]
    rows = [
        [
            parts.quoted(row["printed_label"] or ""),
            [f"{view.say('in_prose')} " if row["origin"] == "prose" else "", cells.where(view, row)],
            cells.printed(view, row),
            view.word("state_", row["value_state"]),
            _value(view, weight, row),
            row["applicant_zh"] if view.language == "zh" else row["applicant_en"],
        ]
        for weight, row in chosen
    ]
    return parts.table(view.say("figure_of"), heads, rows, numeric=(4,))


def _value(view: View, weight: object, row: Row) -> parts.Piece:
    sign = "−" if weight is not None and weight < 0 else ""
    shown = [f"{sign}{fmt.count(row['value'], view.unit(row['unit_code']))}"]
    if row["is_corrected"]:
        shown.append(parts.badge(view.say("corrected", value=fmt.count(row["corrected_value"]))))
    return shown


def _address(view: View, report: Row) -> parts.Piece:
    """The document of a cell: its file, its web address, and the hash by which it is known."""
    return parts.pairs(
        [
            (view.say("file"), parts.quoted(report["source_file"])),
            (view.say("web_address"), parts.outside(report["source_url"] or view.say("no_url"), report["source_url"])),
            (view.say("sha256"), parts.mono(report["sha256"])),
        ]
    )


def _context(view: View, figures: list[Row], chosen: list[Row]) -> list:
    """The rows of the table around the first cell, so that one finds it in the document."""
    first = next((row for row in chosen if row["row_index"] is not None and row["origin"] == "table"), None)
    if first is None:
        return []
    lines: dict[int, list[Row]] = {}
    for row in figures:
        if row["origin"] == "table" and (row["page"], row["table_index"]) == (first["page"], first["table_index"]):
            lines.setdefault(row["row_index"], []).append(row)
    order = sorted(lines)
    at = order.index(first["row_index"])
    shown = order[max(at - _AROUND, 0) : at + _AROUND + 1]
    places = {(row["row_index"], row["column_index"]) for row in chosen}
    width = max(len(lines[number]) for number in shown)
    rows = [
        [
            [parts.quoted(lines[number][0]["printed_label"] or ""), parts.small(view.say("at_row", n=number + 1))],
            *(parts.marked(cells.printed(view, row), (number, row["column_index"]) in places) for row in lines[number]),
            *[""] * (width - len(lines[number])),
        ]
        for number in shown
    ]
    heads = [view.say("printed_label"), *_column_heads(view, lines[first["row_index"]], width)]
    return [
        parts.table(
            view.say("around"), heads, rows, numeric=range(1, 1 + width), marked=shown.index(first["row_index"])
        )
    ]


def _column_heads(view: View, row: list[Row], width: int) -> list[str]:
    """The applicants over the columns of the matrix; else what the column holds."""
    heads = [cell["applicant_zh"] if view.language == "zh" else cell["applicant_en"] for cell in row]
    return [
        *(head or ("" if n else view.say("printed_text")) for n, head in enumerate(heads)),
        *[""] * (width - len(row)),
    ]


def _about(view: View, report: Row) -> parts.Piece:
    period = f"{fmt.day(report['period_start'])} – {fmt.day(report['period_end'])}" if report["period_start"] else "—"
    reasons = "，".join(view.word("reason_", reason) for reason in report["quality_reasons"] or ())
    address = parts.outside(report["source_url"] or view.say("no_url"), report["source_url"])
    return parts.pairs(
        [
            (view.say("title_printed"), parts.quoted(report["title"] or fmt.NOT_PRINTED)),
            (view.say("body_name"), parts.quoted(report["issuer"] or fmt.NOT_PRINTED)),
            (view.say("report_year"), str(report["report_year"] or fmt.NOT_PRINTED)),
            (view.say("period"), period),
            (view.say("scope"), shared.scope(view, report["reporting_scope"])),
            (view.say("generation"), "、".join(view.word("", code) for code in report["template_codes"] or ()) or "—"),
            (view.say("grade"), f"{report['quality_grade']}（{reasons}）" if reasons else report["quality_grade"]),
            (view.say("published_on"), fmt.day(report["published_on"])),
            (view.say("retrieved_at"), fmt.minute(report["retrieved_at"])),
            (view.say("file"), parts.quoted(report["source_file"])),
            (view.say("web_address"), address),
            (view.say("sha256"), parts.mono(report["sha256"])),
        ]
    )


def _open_sums(view: View, warehouse: Snapshot, report: Row) -> list:
    rows = reports.discrepancies(warehouse, report["report_id"])
    if not rows:
        return []
    return [
        parts.section(
            view.say("tab_discrepancies"),
            *(cells.discrepancy(view, warehouse, row | {"full_name_zh": report["full_name_zh"]}) for row in rows),
            note=view.say("quality_intro"),
        )
    ]


def _all(view: View, figures: list[Row]) -> parts.Piece:
    title = view.say("whole_document")
    if not figures:
        return parts.section(title, parts.empty(view.say("reason_no_figures")))
    heads = [
        view.say(key) for key in ("printed_label", "applicant", "printed_text", "value", "unit_count", "cell_place")
    ]
    rows = [
        [
            parts.quoted(row["printed_label"] or ""),
            row["applicant_zh"] if view.language == "zh" else row["applicant_en"],
            cells.printed(view, row),
            _value(view, None, row | {"unit_code": None}),
            view.unit(row["unit_code"]),
            cells.where(view, row),
        ]
        for row in figures
    ]
    return parts.section(
        title,
        parts.fold(
            f"{title}（{fmt.count(len(rows))}）",
            parts.table(title, heads, rows, numeric=(3,)),
            is_open=not (view.get("series") or view.get("indicator")),
        ),
    )


def _prose(view: View, warehouse: Snapshot, report: Row) -> list:
    rows = reports.mentions(warehouse, report["report_id"])
    if not rows:
        return []
    heads = [
        view.say(key)
        for key in ("indicator", "sentence_label", "printed_text", "value", "table_value", "agreement", "cell_place")
    ]
    listed = [
        [
            view.pick(row),
            parts.quoted(row["printed_label"] or ""),
            parts.quoted(row["printed_text"] or ""),
            fmt.count(row["value"], view.unit(row["unit_code"])),
            fmt.count(row["table_value"] if row["table_value"] is not None else row["derived_value"]),
            _agreement(view, row),
            cells.where(view, row),
        ]
        for row in rows
    ]
    return [parts.section(view.say("prose"), parts.table(view.say("prose"), heads, listed, numeric=(3, 4)))]


def _agreement(view: View, row: Row) -> str:
    """Whether a sentence agrees with the table, and what it is about where that is no figure of the report itself."""
    kind = row.get("mention_kind") or "figure"
    words = [] if kind == "figure" else [view.word("mention_", kind)]
    if row["agreement"] != "not_compared":
        words.append(view.word("agreement_", row["agreement"]))
    return " · ".join(words)


def _issues(view: View, warehouse: Snapshot, report: Row) -> list:
    rows = reports.issues(warehouse, report["report_id"])
    return [parts.section(view.say("tab_issues"), cells.issues(view, rows))] if rows else []
