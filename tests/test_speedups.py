"""What makes reading fast changes nothing of what is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.grid import Cell, distinct
from parsers.labels import compact
from parsers.memo import LONGEST, remember
from parsers.prose.text import _EVEN
from parsers.traditional import TO_SIMPLIFIED, rewriter
from parsers.walks.tape import Found, rising_chain

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
