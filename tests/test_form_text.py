"""Text copies: what the text itself marks as cells becomes a table, everything else stays lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parsers.forms.text import read
from parsers.grid import Grid
from parsers.observation import UnreadableReport


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def test_pipe_rows_with_a_trailing_pipe_are_a_table_and_empty_cells_stay() -> None:
    table = read("前言\na | b | 1 |\nc | d | |\n| e | f |\n后记")[1]
    assert texts(table) == [["a", "b", "1"], ["c", "d", ""], ["", "e", "f"]]


def test_markdown_rules_and_outer_pipes_are_no_cells() -> None:
    assert texts(read("| a | b |\n| --- | :-: |\n| c | 1 |\n| d | 2 |")[0]) == [["a", "b"], ["c", "1"], ["d", "2"]]


def test_a_box_drawn_with_signs_is_a_table() -> None:
    drawn = "┌──┬──┐\n│ a│ 1│\n├──┼──┤\n│ b│ 2│\n├──┼──┤\n│ c│  │\n└──┴──┘"
    assert texts(read(drawn)[-1]) == [["a", "1"], ["b", "2"], ["c", ""]]


def test_cells_led_by_tabs_are_rows_between_blank_lines_and_a_wrapped_cell_goes_on() -> None:
    table = read("标题\n\ta\n  b\n\t条\n\t1\n\n\tc\n\t条\n\t\n\n\td\n\t条\n\t2\n\n结尾")[1]
    assert texts(table) == [["a\n  b", "条", "1"], ["c", "条", ""], ["d", "条", "2"]]


def test_tabbed_rows_are_a_table() -> None:
    assert texts(read("a\t条\t1\nb\t条\t\nc\t条\t3")[0]) == [["a", "条", "1"], ["b", "条", ""], ["c", "条", "3"]]


def test_a_page_number_between_two_rows_does_not_cut_the_table() -> None:
    (table,) = read("a | 条 | 1 |\nb | 条 | 2 |\n- 3 -\n\nc | 条 | 3 |")
    assert len(table.rows) == 3


def test_one_cell_a_line_stays_lines() -> None:
    (grid,) = read("收到申请数\n\n44\n\n当面申请数\n\n4")
    assert (grid.kind, [row[0].text for row in grid.rows]) == ("text", ["收到申请数", "44", "当面申请数", "4"])


def test_two_tabbed_lines_behind_one_line_below_a_table_are_a_table_too() -> None:
    assert [g.kind for g in read("a\t1\nb\t2\nc\t3\n第二项\nd\t4\ne\t5")] == ["table", "text", "table"]


def test_signs_of_markdown_are_no_print() -> None:
    assert [row[0].text for row in read("## 标题\n- **甲**：1\\.5\n3*4*5")[0].rows] == ["标题", "- 甲：1.5", "3*4*5"]


def test_two_tabbed_lines_in_prose_are_no_table() -> None:
    assert [grid.kind for grid in read("标题\n系列 1\t\n甲\t乙\t138\t95\n正文")] == ["text"]


@given(st.text(alphabet="a|\t\n-1 :甲", max_size=300))
def test_no_character_that_is_no_mark_is_ever_lost(text: str) -> None:
    try:
        grids = read(text)
    except UnreadableReport:
        return
    kept = "".join(cell.text for grid in grids for row in grid.rows for cell in row)
    lines = [line for line in text.split("\n") if line.strip() and not set(line) <= set(" |:-\t1")]
    assert sorted(c for line in lines for c in line if c in "a甲") == sorted(c for c in kept if c in "a甲")
