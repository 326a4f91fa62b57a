"""The one place where print becomes a number: table cells, and the numbers that stand in running prose.

Decimal throughout, never float. A number is taken only where the print leaves no doubt; everything else is the state
``text`` (cells) or None (prose), so that it is reported and not guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from parsers.memo import remember
from parsers.observation import ValueState

# No report counts to 10^12, in any unit; what does is damaged print, and its sums would burst the tables.
MAX_DIGITS = 12
TOO_LARGE = Decimal(10) ** MAX_DIGITS
# The tables keep so many; a value with more could not stand there as it was printed.
MAX_DECIMALS = 6
MAX_LENGTH = 64

COUNT_UNITS = ("人次", "件", "条", "份", "起", "次", "人", "名", "个", "篇", "场", "期", "宗", "项", "例",
               "批", "家", "处")
MONEY_UNITS = ("亿元", "万元", "千元", "元")

_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_DASHES = frozenset("-‐‑‒–—―─−ー﹘/⁄∕\\")
_GROUPED = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_CELL = re.compile(rf"(?P<sign>[+\-−–])?(?P<number>{_GROUPED})(?P<scale>万(?!元))?"
                   rf"\(?(?P<unit>{'|'.join(MONEY_UNITS + COUNT_UNITS)})?\)?")
_BLANK_IN_NUMBER = re.compile(r"(?<=[0-9,.+\-−–])[ \t]+(?=[0-9,.])")
# Behind a figure, in brackets, what was at another time: 12件(上年34件). 12件(上年结转3件) says of what it is the sum.
OTHER_TIME = r"[(（](?:上一?年|去年|同期|历年|累计)[^()（）结转]{0,30}[)）]"
_REMARK = re.compile(rf"(?<=.){OTHER_TIME}$")
_PROSE = re.compile(rf"(?:(?P<yi>{_GROUPED})亿)?(?:(?P<wan>{_GROUPED})万)?(?P<ones>{_GROUPED})?")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one printed figure says: ``value`` in the states number and zero only, in the printed ``unit`` if any.

    ``qualifier`` (about, at_least, more_than …) is set for prose only; an approximate cell is ``text``.
    """

    value: Decimal | None
    state: ValueState
    unit: str | None = None
    qualifier: str | None = None


_BLANK = Parsed(None, "blank")
_DASH = Parsed(None, "dash")
_TEXT = Parsed(None, "text")


@remember
def parse_cell(text: str) -> Parsed:
    """Read one table cell: number, zero, blank, dash or text. Never raises.

    Blanks between the digits of one cell are joined (1 253); a separator must stand before groups of three. A money
    unit is kept as printed (0.5万元 is 0.5 in 万元); counts in 万 are multiplied out (0.5万件 is 5000 件).
    """
    if text.isdigit() and text.isascii() and len(text) <= MAX_DIGITS:  # what most cells hold
        value = Decimal(text)
        return Parsed(value, "number" if value else "zero")
    if len(text) > MAX_LENGTH and not text.isspace():
        text = text.strip()
        if len(text) > MAX_LENGTH:
            return _TEXT
    plain = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).strip()
    if not plain:
        return _BLANK
    if all(character in _DASHES or character.isspace() for character in plain):
        return _DASH
    figure = _REMARK.sub("", plain) if plain[-1] == ")" else plain
    match = _CELL.fullmatch(_BLANK_IN_NUMBER.sub("", figure).replace(" ", ""))
    if match is None or (match["scale"] and match["unit"] is None):  # a bare 万 may be a count or money
        return _TEXT
    # Superscripts and circled digits are footnote marks, which NFKC would glue to the number.
    if not text.isascii() and any(unicodedata.category(character) == "No" for character in text):
        return _TEXT
    value = _decimal(match["number"])
    if value is None or ("(" in figure) != (")" in figure):
        return _TEXT
    if match["scale"]:
        value *= 10_000
        if value >= TOO_LARGE:
            return _TEXT
    if match["sign"] in ("-", "−", "–") and value:
        value = -value
    return Parsed(value, "number" if value else "zero", match["unit"])


def prose_number(text: str) -> Decimal | None:
    """The value of an Arabic number of running prose, 万 and 亿 multiplied out: 3.7万, 57亿8016万, 9,341,853."""
    if text.isdigit() and text.isascii() and len(text) <= MAX_DIGITS:  # what most numbers are
        return Decimal(text)
    plain = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).strip()
    if not plain or len(plain) > MAX_LENGTH:
        return None
    match = _PROSE.fullmatch(plain)
    if match is None:
        return None
    parts = [(_decimal(match[name]), scale) for name, scale in (("yi", 10**8), ("wan", 10**4), ("ones", 1))
             if match[name] is not None]
    total = Decimal(0)
    for position, (value, scale) in enumerate(parts):
        # A part after 亿 or 万 must fit below it, and what stands before must be whole, or the print is damaged.
        if value is None or (position and (value >= 10**4 or total % 10**4)):
            return None
        total += value * scale
    if total >= TOO_LARGE:
        return None
    return total.to_integral_value() if total == total.to_integral_value() else total


_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_ALIASES = str.maketrans("〇○两壹贰叁肆伍陆柒捌玖拾佰仟萬億", "零零二一二三四五六七八九十百千万亿")


def chinese_number(text: str) -> Decimal | None:
    """The value of a whole number in Chinese numerals (零 to below 10^12), or of a year-like row of digits (二〇一七).

    Colloquial and doubtful forms (一百二, 三四, 十几) give None: accepted is only what is the usual spelling of the
    value.
    """
    plain = text.strip().translate(_ALIASES)
    if not plain or len(plain) > 32 or any(c not in _DIGITS and c not in _SCALES and c not in "万亿" for c in plain):
        return None
    if all(character in _DIGITS for character in plain) and len(plain) > 1:
        return Decimal("".join(str(_DIGITS[c]) for c in plain)) if len(plain) >= 4 else None
    value = _loose_value(plain)
    return Decimal(value) if value < 10**12 and _spelled(value) == _full_tens(plain) else None


def _decimal(digits: str) -> Decimal | None:
    whole, _, fraction = digits.replace(",", "").partition(".")
    if len(whole) > MAX_DIGITS or len(fraction) > MAX_DECIMALS:
        return None
    return Decimal(f"{whole}.{fraction}" if fraction else whole)


def _loose_value(plain: str) -> int:
    """The sum that the numerals make; the caller checks it against the proper spelling."""
    total = section = digit = 0
    for character in plain:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _SCALES:
            section += (digit or 1) * _SCALES[character]
            digit = 0
        elif character == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        else:
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    return total + section + digit


def _spelled(value: int) -> str:
    """The full spelling of a whole number below 10^12, with 一十 for ten."""
    if value == 0:
        return "零"
    words = ""
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section, value = divmod(value, scale)
        if section:
            words += ("零" if words and section < 1000 else "") + _spelled_section(section) + name
    return words


def _spelled_section(section: int) -> str:
    words, gap = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, section = divmod(section, scale)
        if digit:
            words += ("零" if gap and words else "") + "零一二三四五六七八九"[digit] + name
        gap = not digit
    return words


def _full_tens(plain: str) -> str:
    return re.sub(r"(?<![一二三四五六七八九])十", "一十", plain)
