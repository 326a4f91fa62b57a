"""Whose figures a clause gives: all that the report covers, its government alone, or only a part; and of which year."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from parsers.prose.phrases import PhraseBook

Scope = Literal["whole", "weak", "part", "unknown", ""]
Period = Literal["this", "previous", "other"]

YEAR = re.compile(r"(20[0-9]{2})年(?!来|底|末|代)(?:度)?")
_COMPARED_YEAR = re.compile(r"[比较与同]20[0-9]{2}年")
_LEVEL = re.compile(r"[全我本](省|市|县|区|州|盟|旗|镇|乡|街道)")
_ORGAN = re.compile(r"[我本](?:局|委|办|厅|院|中心|办公室|公司|校|机关|单位)")
_TITLE = re.compile(r"^[^,。;:]{0,40}?(局|委员会|委|厅|办公厅|办公室|院|中心|公司|大学|学院|支队)"
                    r"(?:关于)?(?:20[0-9]{2}年度?)?[^,。;:]{0,4}(?:政府)?信息公开.{0,6}报告")
_RANGE = re.compile(r"(?:自|从)?(?:20[0-9]{2}年)?1月1日(?:起)?(?:至|到|-|~)+(?:20[0-9]{2}年)?12月31日(?:止|期间)?,?")
_MONTH = re.compile(r"(?<![0-9])(?!12月31日)(?:[1-9]|1[0-2])月(?!末|底)|(?:上|下)半年|(?:第?[一二三四1-4])季度")
_YEARS = re.compile(r"20[0-9]{2}年?(?:度)?[和与及、至到~-]+20[0-9]{2}年(?:度)?(?!相?比)")
_UNION = re.compile(r"政府(?:及|和|与|以及)各")
_YEAR_LINE = re.compile(r"[^,。;:]{0,40}?(20[0-9]{2})年?度?[^,。;:]{0,24}信息公开[^,。;:]{0,8}报告[^,。;:]{0,8}")
_TITLE_LEVEL = re.compile(r"(省|市|县|区|州|盟|旗|镇|乡|街道)(?:人民政府|政府|办事处)?$")
_MAY_BE_TITLE = re.compile("信 *息 *公 *开")
_MULTIPLE = re.compile(r"(?:不同|各种|多种)(?:的)?(?:渠道|方式|途径|形式)")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a whole document shows of its own level (省 … 街道), of its being one organ's report, and of its year;
    ``is_year_known``: the report says its year itself."""

    level: str
    is_organ: bool
    year: int | None
    is_year_known: bool = False


def coverage(texts: Iterable[str], report_year: int | None = None) -> Coverage:
    """Read off the pronouns (我省, 全县, 本局), the title, and the title's year, else the one named most often."""
    titled, title_year, of_title = False, "", None
    texts = list(texts)
    whole = "\n".join(texts)  # a line's end is no part of any of these words
    levels, organs = Counter(_LEVEL.findall(whole)), len(_ORGAN.findall(whole))
    years = Counter(YEAR.findall(_COMPARED_YEAR.sub("", whole)))
    for text in texts:
        if len(text) < 90 and _MAY_BE_TITLE.search(text):
            heading = _YEAR_LINE.fullmatch(text.replace(" ", ""))
            title_year = title_year or (heading[1] if heading else "")
            of_title = of_title or (_TITLE_LEVEL.search(heading[0], 0, heading.start(1)) if heading else None)
            titled = titled or bool(len(text) < 60 and _TITLE.match(text))
    level, count = levels.most_common(1)[0] if levels else (of_title[1] if of_title else "", 0)
    frequent = min(years, key=lambda y: (-years[y], -int(y))) if years else ""
    year = int(title_year or frequent or 0) or None
    is_known = bool(title_year) if report_year is None else year == report_year
    return Coverage(level, titled or organs > count, year, is_known)


def scope_of(prefix: str, book: PhraseBook, doc: Coverage) -> tuple[Scope, str]:
    """The scope that the words before a phrase name ("" where they name none), and what of them is not understood."""
    rest = YEAR.sub("", _RANGE.sub("", prefix))
    rest, wholes = book.whole.subn("", rest)
    tiers = book.tiers.findall(rest)
    rest = book.tiers.sub("", rest)
    is_union = bool(_UNION.search(rest))
    below = book.part.findall(rest)
    parts = [name for name in below if name != doc.level]  # 街道 in a report of a 街道 is itself
    rest = book.part.sub("", rest)
    governments = book.government.findall(rest)
    rest = book.government.sub("", rest)
    residue = book.filler.sub("", rest)
    if wholes:
        return ("whole" if not residue else "unknown"), residue
    if (parts and not is_union) or (doc.level and any(doc.level not in name for name in (*governments, *tiers))):
        return "part", residue
    if residue:
        return _named(residue, book, doc)
    return ("weak" if governments or below or tiers else ""), ""


def _named(residue: str, book: PhraseBook, doc: Coverage) -> tuple[Scope, str]:
    place = book.place.fullmatch(residue)
    if place:
        return ("weak" if not doc.level or place[1] == doc.level else "part"), ""
    if book.organ.fullmatch(residue):
        is_own_town = doc.level in ("镇", "乡", "街道") and doc.level in residue
        return ("weak" if doc.is_organ or is_own_town else "part"), ""
    return "unknown", residue


def is_tier(clause: str, label: str, book: PhraseBook) -> bool:
    """Whether a clause names nothing but tiers below the whole (省级部门, 各市政府及其部门), and words of a label."""
    rest, tiers = book.tier.subn("", YEAR.sub("", clause))
    return tiers > 0 and book.tier_ties.sub("", rest) in label


def period_of(before: str, prefix: str, lead: str, doc: Coverage, book: PhraseBook) -> Period:
    """The period of a number: before it stands ``before``, of that in its own clause ``prefix``, and ``lead`` is the
    clause before where it has no number of its own. Another period than this one is the one that was last named, a
    month or quarter, or several years at once; the previous year only where the clause itself, or nothing but the
    lead, names it.
    """
    text = _RANGE.sub("", before)
    if _MONTH.search(text) or _YEARS.search(text):
        return "other"
    leads = book.lead.fullmatch(lead) if lead else None
    for match in reversed(list(YEAR.finditer(text))):
        if book.compare.search(text[:match.start()]):
            continue
        if doc.year is None or int(match[1]) == doc.year:
            break
        is_named = match[0] in prefix or bool(leads and leads["year"] == match[1])
        return "previous" if is_named and is_previous(match[1], doc) and not book.earlier.search(prefix) else "other"
    return "previous" if book.earlier.search(prefix) or (leads and not leads["year"]) else "this"


def is_previous(year: str | None, doc: Coverage) -> bool:
    """Whether a year's number, or None for a word such as 上年, is the year before the report's for certain."""
    return year is None or (doc.is_year_known and doc.year is not None and int(year) == doc.year - 1)


def names_channels(prefix: str, book: PhraseBook) -> bool:
    """Whether the words before a total confine it to named channels (通过门户网站 …, without 等多种方式)."""
    if book.channel_list_end.search(prefix) or _MULTIPLE.search(prefix):
        return False
    return bool(book.channel.search(prefix))
