"""Print becomes a number, or says why it does not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.numbers import _spelled, chinese_number, parse_cell, prose_number


@pytest.mark.parametrize(("printed", "value", "unit"), [
    ("44", "44", None), (" 11153 ", "11153", None), ("1 253", "1253", None), ("1,253", "1253", None),
    ("9，341，853", "9341853", None), ("９３４", "934", None), ("85.4", "85.4", None),
    ("59237.2449", "59237.2449", None),
    ("+1036", "1036", None), ("-2", "-2", None), ("－8", "-8", None), ("−3", "-3", None), ("- 8", "-8", None),
    ("57件", "57", "件"), ("57（条）", "57", "条"), ("251000元", "251000", "元"), ("0.5万元", "0.5", "万元"),
    ("3.7万条", "37000", "条"), ("2330人次", "2330", "人次"), ("76\u200b", "76", None),
])
def test_a_number_is_read_with_its_sign_separators_and_unit(printed: str, value: str, unit: str | None) -> None:
    """Separators, full-width digits, blanks inside one cell, signs and units are understood."""
    parsed = parse_cell(printed)
    assert (parsed.value, parsed.state, parsed.unit) == (Decimal(value), "number", unit)


@pytest.mark.parametrize("printed", ["0", "0.0", "0件", "０", "-0", "0万元"])
def test_zero_is_a_value_of_its_own(printed: str) -> None:
    """Zero is informative: it is neither blank nor a mere number."""
    parsed = parse_cell(printed)
    assert parsed.state == "zero" and parsed.value == 0


@pytest.mark.parametrize("printed", ["", " ", "\u3000", "\xa0", "\u200b", "\t\n", "\ufeff", " " * 500])
def test_white_space_of_any_kind_is_blank(printed: str) -> None:
    """Nothing printed is blank, whatever kind of nothing."""
    assert parse_cell(printed).state == "blank"


@pytest.mark.parametrize("printed", ["—", "——", "-", "--", "----", "―", "–", "/", "／", "\\", "— —", "-/-", "－"])
def test_dashes_and_slashes_are_dashes(printed: str) -> None:
    """A dash says that no figure is due; it is not zero and not blank."""
    assert parse_cell(printed).state == "dash"


@pytest.mark.parametrize("printed", [
    "无", "不适用", "约30", "30多条", "一", "12,53", "1,2345", "5.", ".5", "1.2.3", "1e5", "3.7万", "57)", "100%", "①",
    "12²", "1\n2", "2018年11日", "1" * 16, "9" * 5000, "٣", "NaN", "Infinity", "↑8", "3-5件",
])
def test_whatever_leaves_a_doubt_stays_text(printed: str) -> None:
    """Approximations, broken separators, footnote marks and very long digit strings are never guessed."""
    parsed = parse_cell(printed)
    assert parsed.state == "text" and parsed.value is None


@given(st.text(max_size=80))
def test_a_cell_never_raises_and_has_a_value_only_as_number_or_zero(text: str) -> None:
    """Any text ends in exactly one state, and the value agrees with it."""
    parsed = parse_cell(text)
    assert parsed.state in ("number", "zero", "blank", "dash", "text")
    assert (parsed.value is not None) == (parsed.state in ("number", "zero"))
    assert (parsed.state == "zero") == (parsed.value == 0 and parsed.value is not None)


@given(st.integers(-10**11, 10**11), st.integers(0, 3))
def test_a_formatted_number_is_read_back(number: int, places: int) -> None:
    """Formatting with separators and decimals, and reading, gives the same decimal."""
    value = Decimal(number).scaleb(-places)
    assert parse_cell(f"{value:,f}").value == value
    assert parse_cell(f"{value:f}".replace("-", "－")).value == value


@given(st.integers(0, 10**12 - 1))
def test_a_number_spelled_in_chinese_is_read_back(number: int) -> None:
    """The usual spelling of every whole number below 10^12 is understood."""
    assert chinese_number(_spelled(number)) == number


@pytest.mark.parametrize(("printed", "value"), [
    ("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("两万", 20000), ("一百零二", 102), ("两百一十", 210),
    ("三千五百万", 35000000), ("二〇一七", 2017), ("零", 0), ("一亿零三", 100000003), ("贰拾", 20),
])
def test_chinese_numerals(printed: str, value: int) -> None:
    """Everyday, formal and year-like numerals."""
    assert chinese_number(printed) == value


@pytest.mark.parametrize("printed", [
    "", "万", "百", "三四", "十余", "一百二", "一二", "一万五百", "三分之一", "x", "十十",
])
def test_doubtful_chinese_numerals_are_refused(printed: str) -> None:
    """Colloquial, approximate and damaged numerals give no value."""
    assert chinese_number(printed) is None


@pytest.mark.parametrize(("printed", "value"), [
    ("3.7万", 37000), ("57亿8016万", 5780160000), ("9，341，853", 9341853), ("3万7000", 37000), ("12", 12),
    ("2.2万", 22000),
])
def test_numbers_of_prose_are_multiplied_out(printed: str, value: int) -> None:
    """万 and 亿 are multiplied with decimal arithmetic."""
    assert prose_number(printed) == value


@pytest.mark.parametrize("printed", ["", "万", "3万70000", "3.75万500", "1,23", "-3", "abc", "9" * 40])
def test_damaged_numbers_of_prose_are_refused(printed: str) -> None:
    """Parts that do not fit below one another are a sign of damage."""
    assert prose_number(printed) is None


@given(st.text(max_size=60))
def test_the_helpers_never_raise(text: str) -> None:
    """Any text gives a decimal or None."""
    for value in (chinese_number(text), prose_number(text)):
        assert value is None or isinstance(value, Decimal)
