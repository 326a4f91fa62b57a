"""What a report says of itself: title, year, period, issuer, scope and date of publication, from content alone.

File names are no evidence. Nothing is guessed: what the document does not print stays None, and what it prints twice
and differently is an issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from parsers.grid import Grid, Place
from parsers.head.dates import DAY, Period, arabic_dates, find_day, find_period
from parsers.head.issuer import find_issuer, signature
from parsers.head.lines import Lines
from parsers.head.scope import reporting_scope
from parsers.head.titles import TITLE_LINES, Named, caption, find_title, most_spoken_of, year_in_text
from parsers.observation import Issue, ReportHead

_DATED_WORD = r"(发布|发稿|公开|成文|发文|信息|更新|生成|撰写|生效)?"
_DATED = re.compile(rf"{_DATED_WORD}(?:时间|日期|于)[:】\]]?({DAY})")
_DATE_HEAD = re.compile(rf"{_DATED_WORD}(?:时间|日期)[:】\]]?")
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_UNCALLED = re.compile(rf"^[\[(]?({DAY})[\])]?(?:{_CLOCK}(?:$|[来作浏点字【\[|])|来源|作者|浏览)")
# A page may print several dates; the one called 发布 comes first, that of writing after all that tell of publishing.
_ORDER = ("发布", "发稿", "公开", "信息", None, "更新", "生成", "发文", "成文", "撰写", "生效")


def read_head(grids: Sequence[Grid], file_hint: str | None = None) -> ReportHead:
    """Read the head of a document. Never raises; ``file_hint`` is accepted and unused, since names are no evidence."""
    lines = Lines(grids)
    running = "".join(lines.prose)
    period = find_period(running) or Period()
    captioned = caption(lines.texts)
    named = find_title(lines, _one_year(period) or captioned[1])
    dated = _printed_days(lines.texts)
    year, issues = _year(named, period, captioned[1], lines, dated)
    issuer, evidence = find_issuer(named.title, captioned[0], lines)
    scope, words = reporting_scope(running, issuer, evidence == "title")
    return ReportHead(
        title=named.title.text if named.title else None, issuer=issuer, issuer_evidence=evidence, report_year=year,
        period_start=period.start, period_end=period.end, reporting_scope=scope, scope_evidence=words,
        published_on=next((day for day in dated if year is None or day.year >= year), None), issues=tuple(issues),
    )


def _one_year(period: Period) -> int | None:
    """The year of a period within one year."""
    return period.end.year if period.end and period.start and period.start.year == period.end.year else None


def _year(named: Named, period: Period, captioned: int | None, lines: Lines,
          dated: list[date]) -> tuple[int | None, list[Issue]]:
    issues, title = [], named.title
    if period.broken:
        issues.append(Issue("broken_date", "The reporting period lost its signs and was not read.",
                            _where(lines, period.printed), period.printed))
    title_year, period_year = named.year, _one_year(period)
    place = lines.place(title.line) if title else None
    if title_year and period_year and title_year != period_year:
        issues.append(Issue("year_conflict", f"The title names {title_year}, the reporting period {period_year}.",
                            place, period.printed))
        is_periods = captioned == period_year or (period_year < title_year and _is_before_its_end(title_year, dated))
        return (period_year if is_periods else title_year), issues
    if title_year and not period_year and captioned and captioned != title_year:
        issues.append(Issue("year_conflict", f"The title names {title_year}, the table's caption {captioned}.",
                            place, str(captioned)))
    if title_year and not period_year and _is_before_its_end(title_year, dated):
        issues.append(Issue("year_conflict", f"The title names {title_year}, within which it was published.", place))
        return most_spoken_of({title_year - 1, title_year}, lines) or title_year, issues
    year = title_year or period_year or captioned or year_in_text(lines.texts)
    if year is None and named.open_years:
        years = ", ".join(map(str, named.open_years))
        issues.append(Issue("year_conflict", f"Reports of {years} are named, and the text does not say which this is."))
    return year, issues


def _is_before_its_end(year: int, dated: list[date]) -> bool:
    """Whether a report was published in that year, long before it was over: then it is of another."""
    return bool(dated) and date(year, 1, 1) <= max(dated) < date(year, 12, 1)


def _where(lines: Lines, printed: str) -> Place | None:
    return next((lines.place(number) for number, text in enumerate(lines.texts) if printed in arabic_dates(text)), None)


def _printed_days(texts: list[str]) -> list[date]:
    """The dates of publication that the page prints, the likeliest first; where it prints none, the signature's."""
    printed = sorted(_dates([*texts[:TITLE_LINES], *texts[-60:]]), key=lambda dated: _ORDER.index(dated[0]))
    signed = None if printed else signature(texts)
    return [signed[1]] if signed else [day for _, day in printed]


def _dates(lines: list[str]) -> Iterator[tuple[str | None, date]]:
    """The dates that are called one, with the word for what they date; also in the cell after that word."""
    for number, line in enumerate(lines):
        if (match := _UNCALLED.match(line)) and (day := find_day(match[1])):
            yield None, day
        if "时间" not in line and "日期" not in line and "发布于" not in line:
            continue
        if _DATE_HEAD.fullmatch(line):
            line += "".join(lines[number + 1:number + 2])
        text = arabic_dates(line[:300])
        if "20" not in text or "填报" in text:
            continue
        for match in _DATED.finditer(text):
            if day := find_day(match[2]):
                yield match[1], day
