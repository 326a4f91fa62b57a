"""How a spreadsheet displays a number: the part of number formats that reports use.

ECMA-376 part 1, 18.8.30 and 18.8.31 (number formats and their codes).
"""

from __future__ import annotations

import operator
import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from lxml import etree

_DATE = "yyyy-mm-dd"
_BUILT_IN = {
    "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%", "37": "#,##0 ;(#,##0)",
    "38": "#,##0 ;(#,##0)", "39": "#,##0.00;(#,##0.00)", "40": "#,##0.00;(#,##0.00)", "14": _DATE, "15": _DATE,
    "16": _DATE, "17": _DATE, "22": _DATE, "27": _DATE, "31": _DATE, "57": _DATE, "58": _DATE,
}
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_CONDITION = re.compile(r"\[(<=|>=|<>|=|<|>)(-?[0-9]{1,12})\]")
_COMPARED = {"<=": operator.le, ">=": operator.ge, "<>": operator.ne, "=": operator.eq, "<": operator.lt,
             ">": operator.gt}
_DIGITS = re.compile(r"^(?P<before>[^0#?]*)(?P<whole>[0#?,]+)(?:\.(?P<decimals>[0#?]*))?(?P<after>[^0#?]*)$")
_PLAIN = frozenset(" +-()%¥￥$€£/:")
_PRECISION = 15
_LARGEST_EXPONENT = 30
_LONGEST = 100
_MOST_DECIMALS = 20
_LATEST_DATE = 2_958_465
_HOLDER = 0xE000
_MOST_WORDS = 100


def format_codes(styles: etree._Element) -> list[str]:
    """The number format of each cell style, in the order in which cells refer to them."""
    own = {item.get("numFmtId"): item.get("formatCode", "") for item in styles.iterfind("{*}numFmts/{*}numFmt")}
    codes = []
    for style in styles.iterfind("{*}cellXfs/{*}xf"):
        number = style.get("numFmtId", "0")
        codes.append(own.get(number) or _BUILT_IN.get(number, "General"))
    return codes


def displayed(stored: str, code: str) -> str:
    """A stored number as its format displays it; what is no number stands as stored."""
    try:
        number = Decimal(stored.strip()[:_LONGEST + 1])
    except InvalidOperation:
        return stored
    if len(stored) > _LONGEST or not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
        return stored
    number = _as_kept(number)
    section, number = _section(code, number)
    if section == "General":
        return _plain(number)
    bare, words = _without_literals(section)
    if "General" in bare:
        return _with_literals(bare.replace("General", _plain(number)), words).strip()
    if re.search(r"[ymdhs]", bare, re.IGNORECASE):
        return _date(number)
    if not re.search(r"[0#?]", bare):
        return _plain(number) if "@" in bare else _with_literals(bare, words).strip()
    match = _DIGITS.match(bare)
    if not match or any(char.isascii() and char not in _PLAIN for char in match["before"] + match["after"]):
        return _plain(number)
    return _formatted(number, match, words)


def _as_kept(number: Decimal) -> Decimal:
    """A stored number without the digits that binary floating point made up beyond the fifteenth."""
    kept = Decimal(format(number, f".{_PRECISION}g"))
    return kept if kept else Decimal(0)


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _section(code: str, number: Decimal) -> tuple[str, Decimal]:
    """(the section of a format that applies, the number to put into it); a second section shows negatives bare."""
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        fitting = (section for section, condition in zip(sections, conditions, strict=True)
                   if condition is None or _COMPARED[condition[1]](number, Decimal(condition[2])))
        return next(fitting, "General"), number
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0] if code else "General", number


def _without_literals(section: str) -> tuple[str, list[str]]:
    """A section with its fixed words held by private characters, and those words; padding and colours are dropped."""
    words: list[str] = []

    def hold(match: re.Match[str]) -> str:
        word = match[1] if match[1] is not None else match[2]
        if not word or len(words) >= _MOST_WORDS:
            return ""
        words.append(word)
        return chr(_HOLDER + len(words) - 1)

    return _LITERAL.sub(hold, section), words


def _with_literals(text: str, words: list[str]) -> str:
    return "".join(words[ord(char) - _HOLDER] if 0 <= ord(char) - _HOLDER < len(words) else char for char in text)


def _formatted(number: Decimal, match: re.Match[str], words: list[str]) -> str:
    whole, decimals = match["whole"], match["decimals"] or ""
    if len(decimals) > _MOST_DECIMALS or whole.endswith(","):  # a final comma scales: no longer the figure
        return _plain(number)
    if "%" in match["after"]:
        number *= 100
    rounded = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    text = format(abs(rounded), ",f" if "," in whole else "f")
    optional = len(decimals) - len(decimals.rstrip("#?"))
    if optional and "." in text:
        kept, spare = text[:len(text) - optional], text[len(text) - optional:]
        text = (kept + spare.rstrip("0")).rstrip(".")
    integer, point, fraction = text.partition(".")
    if "," not in whole:
        integer = integer.lstrip("0").rjust(whole.count("0"), "0")
    elif "0" not in whole:
        integer = integer.lstrip("0")
    sign = "-" if rounded < 0 else ""
    text = sign + match["before"] + integer + point + fraction + match["after"]
    return _with_literals(text, words).strip()


def _date(number: Decimal) -> str:
    """The day of a serial number (day 1 is 1900-01-01, counted with the day that 1900 did not have)."""
    if not 61 <= number <= _LATEST_DATE:
        return _plain(number)
    return (datetime(1899, 12, 30) + timedelta(days=int(number))).date().isoformat()
