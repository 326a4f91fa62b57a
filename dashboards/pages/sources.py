"""数字构成: the reports that a sum of the overview is made of, each leading to its cell."""

from __future__ import annotations

from dashboards import format as fmt
from dashboards import parts
from dashboards.data import overview, places
from dashboards.data.store import Snapshot
from dashboards.pages import shared
from dashboards.view import View

_SIZE = 50


def render(view: View, warehouse: Snapshot) -> list:
    """The page; ``measure``, ``year`` and ``province`` say which sum. Raises NotFound where they name none."""
    measure, year, province = view.get("measure"), view.number("year"), view.get("province")
    if measure not in overview.MEASURES or year is None:
        raise shared.NotFound("sources")
    area = places.place(warehouse, province) if province else None
    offset = parts.offset_of(view, _SIZE)
    rows = overview.contributors(warehouse, measure, year, province, _SIZE, offset)
    intro = view.say(
        "sources_intro", year=year, area=view.place(area) if area else view.say("nation"), measure=view.say(measure)
    )
    total = next((row for row in overview.yearly(warehouse, province) if row["report_year"] == year), None)
    head = [
        parts.heading(
            view.say("sources"),
            intro,
            [parts.link(view.say("overview"), view.link("overview", year=year, province=province))],
        )
    ]
    if not rows or total is None:
        return [*head, parts.empty(view.say("no_data_year", year=year))]
    heads = [
        view.say("place"),
        view.measured(view.say(measure), "件"),
        view.say("body"),
        view.say("scope"),
        view.say("grade"),
    ]
    listed = [
        [
            parts.link(
                row["full_name_zh"] or row["jurisdiction_code"] or fmt.NOT_PRINTED,
                view.link("jurisdiction", row["jurisdiction_code"], year=year),
            )
            if row["jurisdiction_code"]
            else fmt.NOT_PRINTED,
            parts.link(fmt.count(row["value"]), shared.figure_address(view, row["report_id"], measure)),
            row["issuing_body"],
            shared.scope(view, row["reporting_scope"]),
            row["quality_grade"],
        ]
        for row in rows
    ]
    return [
        *head,
        parts.cards(
            parts.card(
                view.say(measure),
                fmt.count(total[measure]),
                view.unit("件"),
                view.say("reports_n", n=fmt.count(total[f"{measure}_n"])),
            )
        ),
        parts.section(
            view.say("reports"),
            parts.table(intro, heads, listed, numeric=(1,)),
            parts.pager(view, rows[0]["total"], offset, _SIZE),
            note=view.say("additive_only"),
        ),
    ]
