"""Whose figures a clause gives: all that the report covers, its government alone, or only a part; and of which year."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from parsers.prose.phrases import PhraseBook

Scope = Literal["whole", "weak", "part", "unknown", ""]

YEAR = re.compile(r"(20[0-9]{2})年(?!来|底|末|代)(?:度)?")
_COMPARED_YEAR = re.compile(r"[比较与同]20[0-9]{2}年")
_LEVEL = re.compile(r"[全我本](省|市|县|区|州|盟|旗|镇|乡|街道)")
_ORGAN = re.compile(r"[我本](?:局|委|办|厅|院|中心|办公室|公司|校|机关|单位)")
_TITLE = re.compile(r"^[^,。;:]{0,40}?(局|委员会|委|厅|办公厅|办公室|院|中心|公司|大学|学院|支队)"
                    r"(?:关于)?(?:20[0-9]{2}年度?)?[^,。;:]{0,4}(?:政府)?信息公开.{0,6}报告")
_RANGE = re.compile(r"(?:自|从)?(?:20[0-9]{2}年)?1月1日(?:起)?(?:至|到|-|~)+(?:20[0-9]{2}年)?12月31日(?:止|期间)?,?")
_MONTH = re.compile(r"(?<![0-9])(?:[1-9]|1[0-2])月(?!末|底)|(?:上|下)半年|(?:第?[一二三四1-4])季度")
_UNION = re.compile(r"政府(?:及|和|与|以及)各")
_YEAR_LINE = re.compile(r"[^,。;:]{0,40}?(20[0-9]{2})年?度?[^,。;:]{0,24}信息公开[^,。;:]{0,8}报告[^,。;:]{0,8}")
_MAY_BE_TITLE = re.compile("信 *息 *公 *开")
_MULTIPLE = re.compile(r"(?:不同|各种|多种)(?:的)?(?:渠道|方式|途径|形式)")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a whole document shows of its own level (省 … 街道), of its being one organ's report, and of its year."""

    level: str
    is_organ: bool
    year: int | None


def coverage(texts: Iterable[str]) -> Coverage:
    """Read off the pronouns (我省, 全县, 本局), the title, and the title's year, else the one named most often."""
    titled, title_year = False, ""
    texts = list(texts)
    whole = "\n".join(texts)  # a line's end is no part of any of these words
    levels, organs = Counter(_LEVEL.findall(whole)), len(_ORGAN.findall(whole))
    years = Counter(YEAR.findall(_COMPARED_YEAR.sub("", whole)))
    for text in texts:
        if len(text) < 90 and _MAY_BE_TITLE.search(text):
            heading = _YEAR_LINE.fullmatch(text.replace(" ", ""))
            title_year = title_year or (heading[1] if heading else "")
            titled = titled or bool(len(text) < 60 and _TITLE.match(text))
    level, count = levels.most_common(1)[0] if levels else ("", 0)
    frequent = min(years, key=lambda y: (-years[y], -int(y))) if years else ""
    year = title_year or frequent
    return Coverage(level, titled or organs > count, int(year) if year else None)


def scope_of(prefix: str, book: PhraseBook, doc: Coverage) -> tuple[Scope, str]:
    """The scope that the words before a phrase name ("" where they name none), and what of them is not understood."""
    rest = YEAR.sub("", _RANGE.sub("", prefix))
    rest, wholes = book.whole.subn("", rest)
    tiers = book.tiers.findall(rest)
    rest = book.tiers.sub("", rest)
    is_union = bool(_UNION.search(rest))
    rest, parts = book.part.subn("", rest)
    governments = book.government.findall(rest)
    rest = book.government.sub("", rest)
    residue = book.filler.sub("", rest)
    if wholes:
        return ("whole" if not residue else "unknown"), residue
    if (parts and not is_union) or (doc.level and any(doc.level not in name for name in (*governments, *tiers))):
        return "part", residue
    if residue:
        return _named(residue, book, doc)
    return ("weak" if governments or parts or tiers else ""), ""


def _named(residue: str, book: PhraseBook, doc: Coverage) -> tuple[Scope, str]:
    place = book.place.fullmatch(residue)
    if place:
        return ("weak" if not doc.level or place[1] == doc.level else "part"), ""
    if book.organ.fullmatch(residue):
        is_own_town = doc.level in ("镇", "乡", "街道") and doc.level in residue
        return ("weak" if doc.is_organ or is_own_town else "part"), ""
    return "unknown", residue


def is_other_period(before: str, doc: Coverage, book: PhraseBook) -> bool:
    """Whether the sentence, up to the number, has last named another year, or a month or quarter."""
    text = _RANGE.sub("", before)
    if _MONTH.search(text):
        return True
    for match in reversed(list(YEAR.finditer(text))):
        if not book.compare.search(text[:match.start()]):
            return doc.year is not None and int(match[1]) != doc.year
    return False


def names_channels(prefix: str, book: PhraseBook) -> bool:
    """Whether the words before a total confine it to named channels (通过门户网站 …, without 等多种方式)."""
    if book.channel_list_end.search(prefix) or _MULTIPLE.search(prefix):
        return False
    return bool(book.channel.search(prefix))
