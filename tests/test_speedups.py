"""What makes reading fast changes nothing of what is read."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parsers.plans
import parsers.prose.phrases
from parsers.catalogue import load
from parsers.grid import Cell, Grid, Place, distinct, make_cell, make_place
from parsers.head.lines import MAX_CHARACTERS, MAX_LINES, Lines
from parsers.labels import compact, nfkc
from parsers.memo import LONGEST, REMEMBERED, remember
from parsers.memo import MAX_CHARACTERS as MAX_REMEMBERED
from parsers.observation import Report
from parsers.prose.passage import _enter, _leave, _overtones, _pass_by, _Running
from parsers.prose.phrases import phrase_book
from parsers.prose.state import Walk
from parsers.prose.text import _EVEN, Paragraph, paragraphs, sentences
from parsers.prose.wording import DISPUTES
from parsers.report import read_report
from parsers.traditional import TO_SIMPLIFIED, rewriter
from parsers.walks.tape import Found, rising_chain
from tests.generator.__main__ import landing_zone

_SIGNS = st.text("行政复议诉讼未经从申请公开网站微信收到件0123.,;:、（）()[]-^\\ \n並佈", max_size=40)


@pytest.mark.parametrize("table", [TO_SIMPLIFIED, _EVEN, {ord("]"): "[", ord("^"): "-", ord("\\"): "/"}])
@given(text=_SIGNS)
def test_a_rewriter_does_what_translate_does(table: dict[int, str], text: str) -> None:
    assert rewriter(table)(text) == text.translate(table)


@given(st.text(max_size=40))
def test_compacting_leaves_no_white_space_and_nothing_invisible(text: str) -> None:
    assert all(c.isprintable() and not c.isspace() for c in compact(text))


def test_long_texts_are_not_remembered() -> None:
    seen: list[str] = []

    @remember
    def count(text: str) -> int:
        seen.append(text)
        return len(text)

    assert [count("短"), count("短"), count("长" * (LONGEST + 1)), count("长" * (LONGEST + 1))] == [1, 1, 201, 201]
    assert len(seen) == 3


def test_cells_count_once_by_identity_and_not_by_value() -> None:
    spanning = Cell("一", 0, 0, colspan=2)
    assert distinct([spanning, spanning, Cell("一", 0, 0, colspan=2)]) == [spanning, spanning]


@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True), max_size=14))
def test_the_rising_chain_is_the_longest_and_of_equals_the_latest(rows: list[list[int]]) -> None:
    found = [Found(n, n, str(n), tuple(each)) for n, each in enumerate(rows)]
    nodes = [(f, row) for f in found for row in f.rows]
    length, before = [1] * len(nodes), [-1] * len(nodes)
    for n, (f, row) in enumerate(nodes):
        for m in range(n - 1, -1, -1):
            if nodes[m][1] < row and nodes[m][0] is not f and length[m] + 1 > length[n]:
                length[n], before[n] = length[m] + 1, m
    at = max(range(len(nodes)), key=lambda n: (length[n], n), default=-1)
    chain = []
    while at >= 0:
        chain.append(nodes[at])
        at = before[at]
    assert rising_chain(found) == chain[::-1]


@given(st.text(st.one_of(st.sampled_from("，：；（）！？％．　\u0338\u3099は甲A"), st.characters()), max_size=30))
def test_writing_the_commonest_signs_narrow_first_changes_nothing_of_the_normal_form(text: str) -> None:
    assert nfkc(text) == unicodedata.normalize("NFKC", text)


def test_a_tuple_made_a_cell_or_a_place_is_one() -> None:
    assert repr(make_cell(("甲", 1, 2, 1, 1, None))) == repr(Cell("甲", 1, 2))
    assert repr(make_place((0, 1, 2, None, None, None))) == repr(Place(0, 1, 2))


def test_what_a_function_remembers_is_bounded_in_texts_and_in_characters() -> None:
    double = remember(lambda text: text * 2)
    for number in range(REMEMBERED + 5):
        assert double(f"{number}") == f"{number}{number}"
    assert len(double.__self__) == 5
    for number in range(MAX_REMEMBERED // LONGEST + 5):
        double(f"{number:0>{LONGEST}}")
    assert sum(map(len, double.__self__)) < LONGEST * 5


def _grid(*texts: str) -> Grid:
    return Grid("text", 0, tuple((Cell(text, row, 0),) for row, text in enumerate(texts)))


@given(st.lists(st.text("，（甲 \u3000\x01\n2繁", max_size=6), max_size=12))
def test_lines_evened_out_together_are_those_evened_out_one_by_one(texts: list[str]) -> None:
    grid = _grid(*texts)
    lines = Lines([grid])
    alone = [(text, cell) for (cell,) in grid.rows for part in cell.text.split("\n")
             for text in Lines([_grid(part)]).texts]
    assert list(zip(lines.texts, lines.cells, strict=True)) == alone


@pytest.mark.parametrize(("text", "kept"), [("甲", MAX_LINES), ("甲" * 1000, MAX_CHARACTERS // 1000)])
def test_lines_are_bounded_by_count_and_by_characters(text: str, kept: int) -> None:
    assert len(Lines([_grid(*[text] * (MAX_LINES + 300))]).texts) == kept


_WORDS = st.sampled_from([
    "行政复议", "诉讼", "依申请公开", "政府信息公开", "其中", "三、", "(一)", "1.", "一是", "申请", "收到", "主动公开",
    "未", "没有", "12件", "3条", "二十", "。", "，", "；", ".", " ", "“", "甲乙丙丁", "[image: x]", "全市", "\n"])
_TEXTS = st.lists(st.lists(_WORDS, max_size=8).map("".join), max_size=6)


@given(_TEXTS)
def test_paragraphs_that_are_passed_by_leave_behind_what_their_sentences_leave(texts: list[str]) -> None:
    grid, book = _grid(*texts), phrase_book(None)
    quick, slow = Walk(book, "G2", texts), Walk(book, "G2", texts)
    found = paragraphs([(cell, grid) for (cell,) in grid.rows])
    running = _Running([text for _, text in found])
    _pass_by(found, range(len(found)), running.numbers(_overtones(running, len(found), quick)), quick)
    for group, text in found:
        assert text == Paragraph(group).text.replace(" ", "") or "[" in text
        for sentence in sentences(group):
            _enter(sentence, slow)
            _leave(sentence.text, [], slow, sentence.is_heading)
    assert vars(quick) == vars(slow)


@given(st.lists(_WORDS, max_size=6).map("".join))
def test_what_is_told_without_names_is_what_is_found_by_name(text: str) -> None:
    book = phrase_book(None)
    wording = book.wording("G2")
    assert wording.may_head(text) == any(wording.head(text, context) for context in ("", *DISPUTES))
    assert bool(wording._any_head.search(text)) == wording.may_head(text)
    assert [m.span() for m in book.spoken_of(text)] == [m.span() for m in book.contexts.finditer(text)]


def test_what_was_read_before_changes_nothing_of_what_is_read() -> None:
    made = [(report.data, "." + report.name.rsplit(".", 1)[1]) for report in landing_zone(18, 77)]
    catalogue = load()

    def read(documents: list[tuple[bytes, str]]) -> dict[bytes, Report]:
        return {data: read_report(data, suffix, catalogue) for data, suffix in documents}

    warm = [read(made) for _ in range(3)][-1]  # a layout has its plan from the second time on
    parsers.plans._HELD.clear()
    parsers.prose.phrases._BOOKS.clear()
    assert read(made[::-1]) == warm
