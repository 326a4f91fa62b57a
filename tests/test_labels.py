"""A label is compared after one closed rule, and after nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.labels import bare, normalise


@pytest.mark.parametrize("printed", [
    "（一）收到申请数", "(一)收到申请数", "　　　1.收到申请数", "1．收 到 申 请 数", "收到\n申请数", "其中：收到申请数",
    "其中:1.收到申请数", "一、收到申请数", "①收到申请数", "收到申請數", "㈠收到申请数",
])
def test_ordinals_blanks_widths_and_traditional_characters_do_not_count(printed: str) -> None:
    assert normalise(printed) == "收到申请数"


@pytest.mark.parametrize(("printed", "expected"), [
    ("3.危及“三安全一稳定”", "危及三安全一稳定"),
    ("本年增/减", "本年增减"),
    ("第二十条第（一）项", "第二十条第一项"),
    ("三安全一稳定", "三安全一稳定"),
    ("12.5", "125"),
])
def test_only_one_leading_ordinal_is_dropped_and_never_a_part_of_the_label(printed: str, expected: str) -> None:
    assert normalise(printed) == expected


def test_a_damaged_label_stays_another_label() -> None:
    assert normalise("收到申清数") != normalise("收到申请数")


@given(st.text(max_size=80))
def test_normalising_never_fails_and_is_stable(text: str) -> None:
    assert bare(bare(text)) == bare(text)
    assert isinstance(normalise(text), str)
