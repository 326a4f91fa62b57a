"""Which of several copies of a table in one document is the report's: what is printed above them tells."""

from __future__ import annotations

import re
from collections.abc import Iterable

_REPORT = re.compile(r"(20[0-9]{2})年?度?[^,。;，；]{0,30}信息公开[^,。;，；]{0,12}(?:报告|年报)")
_CAPTION = re.compile(r"(?:统计|情况|数据)表|处理政府信息公开申请情况")
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?=年)")
_YEAR_BEHIND = re.compile(r"[(（]?(20[0-9]{2})年?")
WITHIN = 40
"""Signs before a caption among which its year is looked for."""


def year_of_report(texts: Iterable[str]) -> int:
    """The year that the first title of a report among some texts names; 0 where there is none."""
    found = filter(None, map(_REPORT.search, texts))
    return next((int(match[1]) for match in found), 0)


def standing(heading: str, report_year: int, own_heading: str = "") -> int:
    """How far a copy is the report's by what stands right above it, without white space: 2 a caption with the report's
    year, 1 a caption of no year (or of any, where the report's is not known), 0 none, or one of another year. In its
    ``own_heading``, the first rows of its table, the report's title is a caption, too."""
    captions = list(_CAPTION.finditer(heading))
    if titled := _REPORT.search(own_heading):
        return 2 if int(titled[1]) == report_year else 0
    if not captions:
        return 0
    begin, end = captions[-1].span()
    behind = _YEAR_BEHIND.match(heading, end)
    years = [behind[1]] if behind else _YEAR.findall(heading, max(0, begin - WITHIN), begin)
    if not years or not report_year:
        return 1
    return 2 if int(years[-1]) == report_year else 0
