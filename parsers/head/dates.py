"""Dates as reports print them: reporting periods, signature and publication dates. Nothing is repaired or guessed."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

# The ring of 二〇一七 is printed with whatever round sign is at hand, letters O of three alphabets among them.
_DIGITS = str.maketrans("〇○◯零Oo\u039f\u041e一二三四五六七八九", "00000000123456789")
_CHINESE_YEAR = re.compile("二[〇○◯零Oo\u039f\u041e0-9一二三四五六七八九]{3}(?=年)")
# What may be a numeral before a sign, which is quick to find, and how much of it is one.
_BEFORE_SIGN = re.compile(r"[一二三四五六七八九十][一二三四五六七八九十]{0,2}(?=[月日])")
_CHINESE_SMALL = re.compile(r"(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])$")
_DATE_SIGNS = re.compile(r"[年月日]")
_FROM = r"(?P<y1>20[0-9]{2})年(?P<m1>[0-9]{1,2})月(?:(?P<d1>[0-9]{1,2})日)?"
_TO = r"(?:(?P<y2>20[0-9]{2})年|本年|当年)?(?P<m2>[0-9]{1,2})月(?:(?P<d2>[0-9]{1,2})日)?"
_PERIOD = re.compile(rf"{_FROM}起?(?:,)?(?:至|到|-|—|–|~|―)+{_TO}(?![0-9])")
_PERIOD_LIKE = re.compile(r"20[0-9]{2}[0-9年月日]{0,12}起?(?:至|到|-|—|–|~)+[0-9年月日]{2,14}")
_ANNOUNCED = re.compile(r"统计期限|统计时限|统计时间|期限|时限|统计|数据|报告期|起止|周期|(?:报告|年报)\($")
DAY = r"20[0-9]{2}(?:年|-|/|\.)[0-9]{1,2}(?:月|-|/|\.)[0-9]{1,2}日?"
"""A day as pages print it, without groups; ``find_day`` reads it."""
_DAY = re.compile(r"(20[0-9]{2})(?:年|-|/|\.)([0-9]{1,2})(?:月|-|/|\.)([0-9]{1,2})日?")

MAX_SEARCHED = 6000


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period, or (``broken`` set) the print of one that lost its signs."""

    start: date | None = None
    end: date | None = None
    printed: str = ""
    broken: bool = False


def arabic_dates(text: str) -> str:
    """The Chinese numerals of dates in Arabic digits: 二〇一七年十二月三十一日 gives 2017年12月31日."""
    if not _DATE_SIGNS.search(text):
        return text
    text = _CHINESE_YEAR.sub(lambda m: m.group().translate(_DIGITS), text)
    return _BEFORE_SIGN.sub(lambda m: _CHINESE_SMALL.sub(lambda numeral: str(_small(numeral.group())), m.group()), text)


def _small(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    digit = "一二三四五六七八九".find
    if not ten:
        return digit(numeral) + 1
    return (digit(tens) + 1 if tens else 1) * 10 + (digit(ones) + 1 if ones else 0)


def find_period(text: str) -> Period | None:
    """The first reporting period announced in a plain text; None where none is. Never raises."""
    text = arabic_dates(text[:MAX_SEARCHED])
    broken = None
    for like in _PERIOD_LIKE.finditer(text):
        if not _ANNOUNCED.search(text[max(0, like.start() - 30):like.start()]):
            continue
        match = _PERIOD.match(text, like.start())
        period = _period(match) if match else None
        if period is not None:
            return period
        broken = broken or Period(printed=like.group(), broken=True)
    return broken


def _period(match: re.Match[str]) -> Period | None:
    year = int(match["y1"])
    last_year = int(match["y2"]) if match["y2"] else year
    try:
        start = date(year, int(match["m1"]), int(match["d1"] or 1))
        last_day = match["d2"] or calendar.monthrange(last_year, int(match["m2"]))[1]
        end = date(last_year, int(match["m2"]), int(last_day))
    except (ValueError, calendar.IllegalMonthError):
        return None
    return Period(start, end, match.group()) if start <= end else None


def find_day(text: str) -> date | None:
    """The first valid day of a short text (2018-03-29, 2018年1月12日, 二〇一八年一月十二日); None where there is
    none.
    """
    match = _DAY.search(arabic_dates(text))
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
