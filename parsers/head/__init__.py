"""What a report says of itself: title, year, period, issuer, scope and date of publication, from content alone.

File names are no evidence. Nothing is guessed: what the document does not print stays None, and what it prints twice
and differently is an issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from parsers.grid import Grid, Place
from parsers.head.dates import Period, arabic_dates, find_day, find_period
from parsers.head.lines import Lines
from parsers.head.scope import reporting_scope
from parsers.observation import Issue, ReportHead

TITLE_LINES = 120
MAX_TITLE = 70
COMPILED_WITHIN = 4000

_YEAR = r"(?P<year>20[0-9]{2})年?度?"
_REPORT = r"(?:政府信息|政务|信息)公开(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:报告|年报)"
_TITLE = re.compile(
    rf"(?P<issuer>[一-鿿()·、]{{0,40}}?)(?:关于)?(?:\(?{_YEAR}\)?)?(?P<issuer2>[一-鿿()·、]{{0,40}}?){_REPORT}"
    r"(?:\(?(?P<year2>20[0-9]{2})年?度?\)?)?(?P<note>\([^()]{0,12}\))?(?:[-_|].{0,40})?")
_NAMED_IN_TEXT = re.compile(
    rf"(?:公布|发布|编制|公开|形成|现将)(?P<title>[一-鿿]{{0,24}}?{_YEAR}[一-鿿]{{0,30}}?"
    r"(?:政府信息|信息)公开(?:年度)?(?:工作)?(?:年度)?报告)")
_CAPTION = re.compile(rf"(?P<issuer>[一-鿿]{{0,30}}?){_YEAR}(?P<issuer2>[一-鿿]{{0,30}}?)"
                      r"(?:政府信息|信息|政务)公开(?:工作)?情况统计表")
_YEAR_BELOW = re.compile(r"20[0-9]{2}年度|\(20[0-9]{2}(?:年度?)?\)")
_CAPTION_YEAR = re.compile(r"\(?(20[0-9]{2})年度?\)?")
_COMPILED = re.compile(r"由(?P<issuer>[^,。;:由]{2,50}?)"
                       r"(?:根据|按照|依据|依照|综合|汇总|负责|组织|牵头|统一|编制|编写|汇编|撰写)[^。;]{0,120}?")
_COMPILED_VERB = re.compile(r"编制|编写|汇编|撰写|编发")
_BODY_END = (r"(?:政府|局|委员会|委|厅|办公厅|办公室|院|中心|公司|大学|学院|学校|街道办事处|街道|管委会|"
             r"管理处|支队|总队|大队|联合会|协会|办|集团|医院|银行|站|所|处|会)")
_BODY = re.compile(rf"[一-鿿()·]{{2,38}}{_BODY_END}(?:\([^()]{{1,12}}\))?")
_DATE_LINE = re.compile(r"20[0-9]{2}(?:年|-|/|\.)[0-9]{1,2}(?:月|-|/|\.)[0-9]{1,2}日?")
_PUBLISHED = re.compile(r"(?:发布|公开|成文|发文|信息|更新|生成)?(?:时间|日期)[:】\]]?"
                        r"(20[0-9]{2}(?:年|-|/|\.)[0-9]{1,2}(?:月|-|/|\.)[0-9]{1,2}日?)")
_FILLED_BY = re.compile(r"(?:填报单位|编制单位|报送单位|公开主体|发布机构|发布单位)[:(]?(?:盖章|公章)?[):]*"
                        r"(?P<issuer>[一-鿿()·]{3,40})")
_NO_ISSUER = re.compile(r"^(?:附件?|附表|本|现|关于|我|一|年度|公布|各|表)|部分|以下|如下")
_MENU = re.compile(r"信息公开")


@dataclass(frozen=True, slots=True)
class _Title:
    """A report's name, and the number of the line that it begins on."""

    text: str
    issuer: str
    year: int | None
    line: int


def read_head(grids: Sequence[Grid], file_hint: str | None = None) -> ReportHead:
    """Read the head of a document. Never raises; ``file_hint`` is accepted and unused, since names are no evidence."""
    lines = Lines(grids)
    texts, running = lines.texts, "".join(lines.prose)
    period = find_period(running) or Period()
    period_year = period.end.year if period.end else None
    title = _title(texts, period_year)
    caption = _caption(texts)
    year, issues = _year(title, period, caption, lines)
    issuer, evidence = _issuer(title, caption, lines)
    scope, words = reporting_scope(running, issuer, evidence == "title")
    return ReportHead(
        title=title.text if title else None, issuer=issuer, issuer_evidence=evidence, report_year=year,
        period_start=period.start, period_end=period.end, reporting_scope=scope, scope_evidence=words,
        published_on=_published(texts, year), issues=tuple(issues),
    )


def _title(texts: list[str], period_year: int | None) -> _Title | None:
    """The line, or two or three short lines together, that name the report; else its name in the first text."""
    found: list[_Title] = []
    for number in _named_lines(texts):
        title = _title_from(texts, number)
        if title and title.issuer and title.year and title.year == period_year:
            return title
        if title:
            found.append(title)
    with_year = [t for t in found if t.year]
    best = [t for t in with_year if t.year == period_year] or with_year or found
    if best:
        year = best[0].year
        return next((t for t in best if t.issuer and t.year == year), best[0])
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
    ends = list(accumulate(map(len, near)))
    last = len(ends) - 1
    start = 0
    for number in range(min(TITLE_LINES, len(near))):
        end = ends[min(number + 2, last)]
        if running.find("公开", start, end) >= 0 and _may_name(running[start:end]):
            yield number
        start = ends[number]


def _title_from(texts: list[str], number: int) -> _Title | None:
    """The name that begins with a line and goes on for two more at most, and the year that stands alone below it."""
    text = ""
    for count, last in enumerate(texts[number:number + 3]):
        text += last
        if len(text) > MAX_TITLE or len(last) > 50 or (count and _names_all(last, number)):
            return None
        title = _as_title(text, number)
        if title:
            below = texts[number + count + 1:number + count + 2]
            is_year_below = not title.year and any(_YEAR_BELOW.fullmatch(arabic_dates(line)) for line in below)
            return (is_year_below and _as_title(text + below[0], number)) or title
    return None


def _may_name(text: str) -> bool:
    """Whether the words that every report's name holds are there: most lines are told so, at little cost."""
    return "公开" in text and ("报告" in text or "年报" in text)


def _names_all(text: str, line: int) -> bool:
    title = _as_title(text, line)
    return bool(title and title.issuer and title.year)


def _as_title(text: str, line: int) -> _Title | None:
    match = _TITLE.fullmatch(arabic_dates(text)) if _may_name(text) else None
    if match is None:
        return None
    issuer = (match["issuer"] or "") + (match["issuer2"] or "")
    if issuer.endswith("人民"):  # 东阳市人民政府信息公开: the two names share 政府
        issuer += "政府"
    year = match["year"] or match["year2"]
    if _NO_ISSUER.search(issuer) or _MENU.search(issuer) or (issuer and len(issuer) < 2):
        issuer = ""
    named = re.split(r"[-_|]", match.group())[0]
    return _Title(named, issuer, int(year) if year else None, line)


def _caption(texts: list[str]) -> tuple[str, int | None]:
    """Issuer and year that the caption of the statistics table names, also on the line below it."""
    for number, text in enumerate(texts):
        if "情况统计表" not in text or len(text) > 60:
            continue
        match = _CAPTION.search(text)
        if match:
            return match["issuer"] + match["issuer2"], int(match["year"])
        below = texts[number + 1] if number + 1 < len(texts) else ""
        year = _CAPTION_YEAR.fullmatch(below)
        if year:
            return "", int(year[1])
    return "", None


def _year(title: _Title | None, period: Period, caption: tuple[str, int | None],
          lines: Lines) -> tuple[int | None, list[Issue]]:
    issues = []
    if period.broken:
        issues.append(Issue("broken_date", "The reporting period lost its signs and was not read.",
                            _where(lines, period.printed), period.printed))
    title_year = title.year if title else None
    period_year = period.end.year if period.end and period.start and period.start.year == period.end.year else None
    if title_year and period_year and title_year != period_year:
        issues.append(Issue("year_conflict", f"The title names {title_year}, the reporting period {period_year}.",
                            lines.place(title.line) if title else None, period.printed))
        return (period_year if caption[1] == period_year else title_year), issues
    if title_year and not period_year and caption[1] and caption[1] != title_year:
        issues.append(Issue("year_conflict", f"The title names {title_year}, the table's caption {caption[1]}.",
                            lines.place(title.line) if title else None, str(caption[1])))
    return title_year or period_year or caption[1], issues


def _where(lines: Lines, printed: str) -> Place | None:
    return next((lines.place(number) for number, text in enumerate(lines.texts) if printed in arabic_dates(text)), None)


def _issuer(title: _Title | None, caption: tuple[str, int | None], lines: Lines) -> tuple[str | None, str | None]:
    """The issuer as printed, and where: title, compiled_by, signature, reporting_unit or caption."""
    if title and title.issuer:
        return title.issuer, "title"
    compiled = _compiled_by("\n".join(lines.prose))
    if compiled:
        return compiled, "compiled_by"
    signature = _signature(lines.texts)
    if signature:
        return signature[0], "signature"
    for text in lines.texts:
        match = _FILLED_BY.search(text) if len(text) < 120 else None
        if match:
            return match["issuer"], "reporting_unit"
    return (caption[0], "caption") if caption[0] else (None, None)


def _compiled_by(body: str) -> str | None:
    """The body that the clause 由 … 编制 names, in the first part of the text."""
    # Numerals of dates shrink by a third at most, so twice the length is more than enough to convert.
    joined = arabic_dates(body[:2 * COMPILED_WITHIN])[:COMPILED_WITHIN].replace("\n", "")
    for match in _COMPILED.finditer(joined):
        sentence = joined[match.start():match.start() + 220].split("。")[0]
        issuer = match["issuer"].split("(")[0]
        if _COMPILED_VERB.search(sentence) and _BODY.fullmatch(issuer) and not _NO_ISSUER.search(issuer):
            return issuer
    return None


def _signature(texts: list[str]) -> tuple[str, date] | None:
    """A line that is a body's name alone, with a date alone on the next line or the one after; the last such pair."""
    for number in range(len(texts) - 1, -1, -1):
        if texts[number][0] not in "2二":  # how every date line begins, in digits or numerals
            continue
        day = arabic_dates(texts[number])
        if len(day) > 14 or not _DATE_LINE.fullmatch(day):
            continue
        for above in texts[max(0, number - 2):number][::-1]:
            if len(above) <= 42 and _BODY.fullmatch(above):
                found = find_day(day)
                return (above, found) if found else None
    return None


def _published(texts: list[str], year: int | None) -> date | None:
    """The date of publication that the page prints, else that of the signature; never before the year reported."""
    for line in [*texts[:TITLE_LINES], *texts[-60:]]:
        if "时间" not in line and "日期" not in line:
            continue
        text = arabic_dates(line[:300])
        if "20" not in text or "填报" in text:
            continue
        # A page may print several dates side by side; the one called 发布 comes first.
        for match in sorted(_PUBLISHED.finditer(text), key=lambda m: not m.group().startswith("发布")):
            day = find_day(match[1])
            if day and (year is None or day.year >= year):
                return day
    signature = _signature(texts)
    if signature and (year is None or signature[1].year >= year):
        return signature[1]
    return None
