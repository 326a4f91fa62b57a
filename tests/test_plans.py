"""A remembered plan of a layout says of every document what walking its tables says, figure for figure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from parsers.catalogue import load
from parsers.forms import read_document
from parsers.grid import Cell, Grid
from parsers.layouts import with_other_figures
from parsers.observe import walk_tables
from parsers.plans import MAX_PLANS, MAX_SEEN, Plans
from tests.generator import TEMPLATES
from tests.generator.__main__ import landing_zone
from tests.test_golden import CASES, folder_of, source_of

Grids = tuple[Grid, ...] | list[Grid]
MESSY = 29


def documents() -> Iterator[tuple[str, Grids]]:
    """The golden documents, and generated ones with up to three kinds of mess each."""
    for template, form in CASES:
        source = source_of(folder_of(template, form))
        yield f"{template} {form}", read_document(source.read_bytes(), source.suffix).grids
    for made in landing_zone(MESSY, 31):
        yield made.name, read_document(made.data, "." + made.name.rsplit(".", 1)[1]).grids


def changed(grids: Grids, figure: str) -> list[Grid]:
    """The same document with one figure of its first table with figures put in another way."""
    grids = list(grids)
    for number, grid in enumerate(grids):
        for row in grid.rows if grid.kind == "table" else ():
            cell = next((c for c in row if c.text.isdigit() and c.rowspan == c.colspan == 1), None)
            if cell:
                rows = tuple(tuple(c._replace(text=figure) if c is cell else c for c in r) for r in grid.rows)
                grids[number] = Grid(grid.kind, grid.index, rows)
                return grids
    return grids


def test_a_plan_says_what_the_walks_say_of_other_figures_in_the_same_layout() -> None:
    plans, planned = Plans(load()), 0
    for name, grids in documents():
        for _ in range(2):  # a layout gets its plan when it comes for the second time
            assert plans.observe(grids) == walk_tables(grids, load())[0], name
        others = [with_other_figures(grids), *(changed(grids, figure) for figure in ("0", "-3", "2.5", "7件", "—", ""))]
        for other in others:
            assert plans.observe(other) == walk_tables(other, load())[0], name
        planned += bool(plans._plans.get(hash(plans._layouts.of(grids)), (None, None))[1])
    assert planned >= 20  # or the test says nothing of plans


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_label_in_the_text_beside_the_tables_is_another_layout(template: str) -> None:
    source = source_of(folder_of(template, "html"))
    grids = list(read_document(source.read_bytes(), ".html").grids)
    plans = Plans(load())
    for _ in range(3):
        plans.observe(grids)
    first = next(number for number, grid in enumerate(grids) if grid.kind == "text")
    label = next(iter(load().templates["G2"].tables[0].rows)).label
    for lines in ([label], [label, "12"], ["收到申请", "数"], ["(", "一)收到申请数"], ["一"], ["3", ".收到申请数 5"]):
        rows = (*grids[first].rows, *((Cell(line, len(grids[first].rows) + n, 0),) for n, line in enumerate(lines)))
        with_lines = [*grids[:first], Grid("text", first, rows), *grids[first + 1:]]
        for _ in range(3):
            assert plans.observe(with_lines) == walk_tables(with_lines, load())[0]


def test_what_is_remembered_is_bounded() -> None:
    plans = Plans(load())
    for number in range(MAX_SEEN + 10):
        plans._is_second(number)
    assert len(plans._seen) == MAX_SEEN
    for number in range(MAX_PLANS + 5):
        grid = Grid("table", 0, ((Cell(f"甲{number}", 0, 0), Cell("1", 0, 1)),))
        for _ in range(2):
            plans.observe([grid])
    assert len(plans._plans) == MAX_PLANS
