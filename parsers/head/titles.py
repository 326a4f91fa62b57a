"""The name of a report, among everything else that a page prints: its lines, the caption of its table, its first text.

A page lists reports of other years too. So a name in a list is weaker than one that stands alone, and where names of
several years are left, the text decides or none does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from parsers.head.dates import arabic_dates
from parsers.head.lines import Lines

TITLE_LINES = 120
MAX_TITLE = 70
SENTENCE = 12
"""From so many characters on a line may be a sentence that tells of its year."""

_YEAR = r"(?P<year>20[0-9]{2})年?度?"
_REPORT = (r"(?:政府信息|政务|信息)公开(?:工作)?(?:情况)?(?:的)?(?:\(?(?P<year3>20[0-9]{2})年?度?\)?)?"
           r"(?:年度)?(?:工作)?(?:情况)?(?:的)?"
           r"(?:总结报告|总结|报告|年报)")
# What stands around a report's name on its line: the way to the page, a word for it, signs, what it is downloaded as.
_AROUND = re.compile(r"^.*[>›»]|^(?:附件[0-9一二三四]{0,2}|标题|题目|名称|文件名称?)[:.、]|[《》“”\"]"
                     r"|(?:附件|下载|附件下载)?(?:\.(?:docx?|pdf|xlsx?|html?|txt))?$"
                     r"|(?:发布|发文|成文|公开|发稿)?(?:时间|日期|来源)[:].*$")
_AGAIN = r"(?:更正|修正|订正|修订|勘误|更新|重新发布|重新公布)"
# What announces a report or says that it is a corrected one, before its name and behind it.
_BEFORE = rf"(?:[【\[][^】\]]{{1,8}}[】\]]|(?:[一-鿿()·]{{2,30}}?关于|关于)?(?:{_AGAIN}|印发|公布|发布|报送)[:]?)?"
_BEHIND = rf"(?:的?{_AGAIN}(?:版|稿|件|后|说明|公告|通知)?)?(?:的(?:公告|通知|通告|公示|函|说明))?"
_TITLE = re.compile(
    rf"{_BEFORE}(?P<issuer>[一-鿿()·、]{{0,40}}?)(?:关于)?(?:\(?{_YEAR}\)?)?(?P<issuer2>[一-鿿()·、]{{0,40}}?){_REPORT}"
    r"(?:\(?(?P<year2>20[0-9]{2})年?度?\)?)?(?P<note>\([^()]{0,12}\))?" rf"{_BEHIND}(?:[-_|].{{0,40}})?")
_NAMED_IN_TEXT = re.compile(
    rf"(?:公布|发布|编制|公开|形成|现将)(?P<title>[一-鿿]{{0,24}}?{_YEAR}[一-鿿]{{0,30}}?"
    r"(?:政府信息|信息)公开(?:年度)?(?:工作)?(?:年度)?报告)")
_CAPTION = re.compile(rf"(?P<issuer>[一-鿿]{{0,30}}?){_YEAR}(?P<issuer2>[一-鿿]{{0,30}}?)"
                      r"(?:政府信息|信息|政务)公开(?:工作)?情况统计表")
_SITE_BODY_END = re.compile(r"(?:政府|[局厅委]|委员会|公室)$")
_GOVERNMENT = re.compile(r"(?:人民)?政府(?:办公[厅室])?$")
_YEAR_ALONE = re.compile(r"\(?(20[0-9]{2})年?度?\)?")
_SPOKEN_YEAR = re.compile(r"(20[0-9]{2})年")
_YEAR_IN_BRACKETS = re.compile(r"\((20[0-9]{2})年?度?\)")
_NO_ISSUER = re.compile(r"^(?:附件?|附表|本(?!溪)|现|关于|我|一|年度|公布|各|表)|部分|以下|如下|首页|位置")
_MENU = re.compile(r"信息公开")
# How the name of a place or body ends; what a line above a name ends otherwise is a menu's word.
_ISSUER_END = re.compile(r"(?:[省市县区州盟旗镇乡村委局厅办院所处站会部署社团队)]"
                         r"|政府|公室|中心|街道|公司|大学|学校|集团|医院|银行|苏木|海关|机关|关于)$")


@dataclass(frozen=True, slots=True)
class Title:
    """A report's name, and the number of the line that it begins on."""

    text: str
    issuer: str
    year: int | None
    line: int


@dataclass(frozen=True, slots=True)
class Named:
    """The report's name and year, and the years of names between which nothing on the page decides."""

    title: Title | None
    year: int | None = None
    open_years: tuple[int, ...] = ()


def is_no_issuer(text: str) -> bool:
    """Whether what stands in an issuer's place is another word of a title, a clause or a menu."""
    return bool(_NO_ISSUER.search(text))


def find_title(lines: Lines, period_year: int | None) -> Named:
    """The line, or two or three short lines together, that name the report; else its name in the first text.

    Of the names of several years that one is taken which the period names, else one that stands in no list, else that
    of the year which the text speaks of most; else none.
    """
    found = [title for number in _named_lines(lines.texts) if (title := _title_from(lines.texts, number))]
    years = {title.year for title in found if title.year}
    if len(years) > 1 and period_year not in years:
        return _of_several(found, years, lines, period_year)
    with_year = [title for title in found if title.year]
    best = [title for title in with_year if title.year == period_year] or with_year or found
    if best:
        return _of_year(best, best[0].year)
    title = _named_in_text(lines.texts)
    return Named(title, title.year if title else None)


def year_in_text(texts: list[str]) -> int | None:
    """The year of the report that the first text names (现公布某市2021年…报告)."""
    title = _named_in_text(texts)
    return title.year if title else None


def caption(texts: list[str]) -> tuple[str, int | None]:
    """Issuer and year that the caption of the statistics table names, also on the line below it."""
    for number, text in enumerate(texts):
        if "情况统计表" not in text or len(text) > 60:
            continue
        match = _CAPTION.search(text)
        if match:
            return match["issuer"] + match["issuer2"], int(match["year"])
        below = texts[number + 1] if number + 1 < len(texts) else ""
        year = _YEAR_ALONE.fullmatch(below)
        if year:
            return "", int(year[1])
    return "", None


def _of_several(found: list[Title], years: set[int], lines: Lines, period_year: int | None) -> Named:
    """One of the names of several years, none of which the period supports."""
    without_year = next((title for title in found if title.issuer and not title.year), None)
    if period_year and without_year:
        return Named(without_year, None)
    alone = {title.year for title in found if title.year and not _is_listed(title, found)}
    year = alone.pop() if len(alone) == 1 else most_spoken_of(years, lines)
    if year is None:
        return Named(without_year, None, tuple(sorted(years)))
    return _of_year(found, year)


def _of_year(found: list[Title], year: int | None) -> Named:
    """The name of a year's report: one with an issuer, but none of a list of several bodies' reports."""
    of_year = [title for title in found if title.year == year]
    named = [title for title in of_year if title.issuer]
    if not named:
        return Named(of_year[0], year)
    for those in (named, [title for title in named if not _is_listed(title, found)], _repeated(named)):
        if those and all(_is_same_body(title, those[0]) for title in those):
            return Named(those[0], year)
    return Named(next((title for title in of_year if not title.issuer), None), year)


def _is_listed(title: Title, found: list[Title]) -> bool:
    """Whether the name of another year's or body's report stands beside, perhaps with a date between them."""
    return any(abs(other.line - title.line) <= 2 and (
        (other.year and other.year != title.year) or (other.issuer and not _is_same_body(other, title)))
        for other in found)


def _repeated(named: list[Title]) -> list[Title]:
    """The names of which the issuer is printed more than once."""
    return [title for title in named if sum(other.issuer == title.issuer for other in named) > 1]


def _is_same_body(one: Title, other: Title) -> bool:
    """Whether two issuers are one, a government perhaps named by its place alone, with or without the places above."""
    first, second = (_GOVERNMENT.sub("", title.issuer) for title in (one, other))
    return first.endswith(second) or second.endswith(first)


def most_spoken_of(years: set[int], lines: Lines) -> int | None:
    """The one of some years of which the text speaks more often than of any other year; to begin with one counts
    twice."""
    counts: Counter[int] = Counter()
    for line in lines.prose:
        if len(line) >= SENTENCE and not (len(line) <= MAX_TITLE and _may_name(line)):
            for match in _SPOKEN_YEAR.finditer(arabic_dates(line)):
                counts[int(match[1])] += 1 if match.start() else 2
    top = counts.most_common(2)
    is_told = top and (len(top) == 1 or top[0][1] > top[1][1])
    return top[0][0] if is_told and top[0][0] in years else None


def _named_in_text(texts: list[str]) -> Title | None:
    for number, text in enumerate(texts[:TITLE_LINES]):
        match = _NAMED_IN_TEXT.search(arabic_dates(text[:400])) if _may_name(text) else None
        if match:
            return _as_title(match["title"], number)
    return None


def _named_lines(texts: list[str]) -> Iterator[int]:
    """The first lines of which it and the two after it hold the words that every report's name holds."""
    near = texts[:TITLE_LINES + 2]
    running = "".join(near)
    if "公开" not in running:
        return
    starts = [0, *accumulate(map(len, near))]
    numbers: set[int] = set()
    at = running.find("公开")
    while at >= 0:
        line = bisect_right(starts, at) - 1
        numbers.update(range(max(0, line - 2), line + 1))
        at = running.find("公开", at + 1)
    last = len(near)
    for number in sorted(numbers):
        if number < TITLE_LINES and _may_name(running[starts[number]:starts[min(number + 3, last)]]):
            yield number


def _title_from(texts: list[str], number: int) -> Title | None:
    """The name that begins with a line and goes on for two more at most; its year may stand alone below it."""
    text = ""
    for count, last in enumerate(map(_bare, texts[number:number + 3])):
        text += last
        if len(text) > MAX_TITLE or len(last) > 50 or (count and _is_whole(last)):
            return None
        title = _as_title(text, number)
        if title:
            if count and _is_furniture(_bare(texts[number]), title):
                return None
            year = title.year or _year_below(texts[number + count + 1:number + count + 4])
            return Title(title.text, title.issuer, year, number)
    return None


def _bare(line: str) -> str:
    """A line without what stands around a report's name; the lines that name none as they are."""
    return _AROUND.sub("", line) if "公开" in line and len(line) <= 4 * MAX_TITLE else line


def _is_furniture(first: str, title: Title) -> bool:
    """Whether the first of the lines that make a name is the page's own: a menu's word, or the name of the site's body
    above that of the report's."""
    if not title.issuer:
        return _as_title(title.text.removeprefix(first), title.line) is not None
    if not _ISSUER_END.search(title.issuer):
        return True
    rest = title.issuer.removeprefix(first)
    return bool(rest != title.issuer and rest and _SITE_BODY_END.search(first) and not rest.startswith("办公"))


def _year_below(texts: list[str]) -> int | None:
    """The year that stands alone on the line below a name, or in brackets after two other lines at most."""
    for count, text in enumerate(texts):
        match = (_YEAR_IN_BRACKETS if count else _YEAR_ALONE).fullmatch(arabic_dates(text[:20]))
        if match:
            return int(match[1])
    return None


def _may_name(text: str) -> bool:
    """Whether the words that every report's name holds are there: most lines are told so, at little cost."""
    return "公开" in text and ("报告" in text or "年报" in text or "总结" in text)


def _is_whole(text: str) -> bool:
    """Whether a line is a name in full, with a year and a word for the issuer, be it 我县: then none goes before."""
    match = _TITLE.fullmatch(arabic_dates(text)) if _may_name(text) else None
    if match is None or not (match["year"] or match["year2"] or match["year3"]):
        return False
    issuer = match["issuer"] + (match["issuer2"] or "")
    return bool(issuer) and not re.match("附|年度", issuer)


def _as_title(text: str, line: int) -> Title | None:
    match = _TITLE.fullmatch(arabic_dates(text)) if _may_name(text) else None
    if match is None:
        return None
    issuer = (match["issuer"] or "") + (match["issuer2"] or "")
    if issuer.endswith("人民"):  # 东阳市人民政府信息公开: the two names share 政府
        issuer += "政府"
    year = match["year"] or match["year2"] or match["year3"]
    if is_no_issuer(issuer) or _MENU.search(issuer) or (issuer and len(issuer) < 2):
        issuer = ""
    named = re.split(r"[-_|]", match.group())[0]
    return Title(named, issuer, int(year) if year else None, line)
