"""Documents made up for the tests of report identity, overrides and coverage: places and years of their own."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.dbt_fixture import Doc, figure

_CODES = ("requests_received", "requests_closed", "responses_total", "proactive_items", "staff_total")


def _doc(name: str, place: str | None, year: int, values: tuple[Any, ...], **head: Any) -> Doc:
    figures = [figure(code, value) for code, value in zip(_CODES, values, strict=False)]
    return Doc(name, figures, {"jurisdiction_code": place, "report_year": year, **head})


# -- re-posts and versions -------------------------------------------------------------------------------------------
_five = (7, 6, 5, 4, 3)
REPOSTED = [
    _doc("own-site", "330302", 2014, _five, source_url="https://www.lucheng.gov.cn/1"),
    _doc("other-page", "330302", 2014, _five, source_url="https://www.lucheng.gov.cn/2", reporting_scope="unknown",
         published_on=date(2015, 5, 1)),
    _doc("by-the-office", "330302", 2014, _five, source_url="https://shop.example.com/a",
         issuing_body="人民政府办公室"),
    _doc("a-bureau-with-the-same", "330302", 2014, _five, issuing_body="教育局", body_kind="department"),
    _doc("the-bureau-of-another", "330303", 2014, _five),
    _doc("zeros", "330304", 2014, (0, 0, 0), reporting_scope="own"),
    _doc("zeros-of-unknown-scope", "330304", 2014, (0, 0, 0), reporting_scope="unknown"),
]
VERSIONS = [
    _doc("first", "330305", 2020, _five, published_on=date(2021, 3, 1), source_url="https://www.dongtou.gov.cn/1"),
    _doc("second", "330305", 2020, (7, 6, 5, 4, 2), published_on=date(2021, 4, 2),
         source_url="https://www.dongtou.gov.cn/2"),
    _doc("notice", "330305", 2020, (9,), title="关于更正2020年年报的说明", published_on=date(2021, 6, 1),
         source_url="https://www.dongtou.gov.cn/3"),
    _doc("early-but-corrected", "330324", 2020, (8, 6, 5, 4, 3), title="永嘉县2020年年报（更正版）"),
    _doc("late-original", "330324", 2020, _five, published_on=date(2021, 9, 9),
         source_url="https://www.yj.gov.cn/1"),
    _doc("mirror-says-corrected", "330324", 2020, (1, 1, 1, 1, 1), title="永嘉县2020年年报（更正）",
         source_url="https://shop.example.com/b"),
]
OFFICE = [
    _doc("whole-county", "330324", 2019, _five, published_on=date(2020, 3, 1)),
    _doc("whole-county-by-the-office", "330324", 2019, (8, 6, 5, 4, 3), published_on=date(2020, 4, 1),
         issuing_body="人民政府办公室"),
    _doc("office-alone", "330324", 2019, (1, 1, 1, 1, 1), published_on=date(2020, 3, 1), reporting_scope="own",
         issuing_body="政府办"),
    _doc("office-alone-again", "330324", 2019, (1, 1, 1, 1, 2), published_on=date(2020, 4, 1), reporting_scope="own",
         issuing_body="人民政府办公室"),
]
# One department under two names, the second with another in brackets; departments with like names; a branch.
_DEPARTMENTS = {"发改局": "short", "发展和改革局（粮食和物资储备局）": "full", "教育局": "education",
                "教育体育局": "with-sports", "公安局(城东分局)": "branch", "公安局": "police"}
NAMES = [_doc(name, "330322", 2019, (n, 6, 5, 4, 3), issuing_body=body, body_kind="department", reporting_scope="own",
              published_on=date(2020, 1, n)) for n, (body, name) in enumerate(_DEPARTMENTS.items(), 1)]
NAMES += [_doc(name, "330328", 2019, (n, 6, 5, 4, 3), issuing_body=body, body_kind=kind, reporting_scope="own",
               published_on=date(2020, 1, n)) for n, (name, body, kind) in enumerate([
                   ("small-town", "大峃镇", "township"), ("town-hall", "大峃镇人民政府", "township"),
                   ("street", "东城街道", "township"), ("street-office", "东城街道办", "township"),
                   ("zone", "经济开发区", "zone"), ("committee", "经济开发区管委会", "zone"),
                   ("zone-bureau", "经济开发区财政局", "zone")], 1)]
# A government, its office and what else works on disclosure, each for itself; the office's again as if for the county.
CENTRES = [_doc(name, "330381", 2019, (n, *_five[1:]), issuing_body=body, reporting_scope=scope)
           for n, (name, body, scope) in enumerate([
               ("government-alone", "人民政府", "own"), ("office-of-it", "人民政府办公室", "own"),
               ("centre", "政务公开中心", "own"), ("centre-for-all", "政务公开中心", "consolidated")], 1)]
CENTRES += [_doc("as-if-for-all", "330382", 2019, _five), _doc("of-the-office", "330382", 2019, _five,
            issuing_body="人民政府办公室", reporting_scope="own")]

# -- sources ---------------------------------------------------------------------------------------------------------
AUTHORITIES = {
    "https://www.wenzhou.gov.cn/a": "own",
    "HTTPS://WWW.GOV.CN:443": "own",
    "http://user:pass@www.wenzhou.gov.cn/a": "own",
    "https://www.wenzhou.gov.cn.example.com/a": "mirror",
    "https://www.wenzhou.gov.cn:80@example.com/a": "mirror",
    "https://example.com?www.wenzhou.gov.cn": "mirror",
    "https://example.com#.gov.cn": "mirror",
    "https://example.com\\.gov.cn": "mirror",
    "https://notgov.cn/": "mirror",
    "ftp://www.wenzhou.gov.cn": "unknown",
    "": "unknown",
}
SOURCES = [
    _doc(f"source-{number}", "330300", 2009, (number,), source_url=url, issuing_body=f"{number}局",
         body_kind="department")
    for number, url in enumerate(AUTHORITIES)
]
STATED = [
    _doc("stated-own", "330300", 2009, (1,), source_url="https://example.com/", source_authority="Own",
         issuing_body="甲局", body_kind="department"),
    _doc("stated-otherwise", "330300", 2009, (1,), source_authority="浙江省档案馆", issuing_body="乙局",
         body_kind="department"),
]

# -- overrides -------------------------------------------------------------------------------------------------------
NAMED = _doc("named-by-a-reviewer", None, 2019, (1, 2), issuing_body="教育局", body_kind="department")
NAMED.issues.append({"kind": "ambiguous_jurisdiction"})
MOVED = _doc("moved-by-a-reviewer", "320106", 2019, (1, 2), issuing_body="鼓楼局", body_kind="other",
             source_url="https://www.gulou.example.cn/xxgk/2019/1.html")
ELSEWHERE = _doc("address-of-another", "320106", 2019, (1, 2), source_url="https://www.gulou.example.cn/other/")
TOO_LATE = _doc("unit-that-was-gone", None, 2022, (1, 2))
_WHO = ["印章不清", "scan of page 1", "tester", "2026-01-02"]
# Two documents whose reports seem to be of one body until a reviewer says whose the second is; and the other way round.
APART = [_doc(f"apart-{n}", "320106", 2018, (n, 2)) for n in (1, 2)]
TOGETHER = [_doc("together-1", "320302", 2018, (1, 2)), _doc("together-2", None, 2018, (3, 2))]
# Documents of an issuer that nobody could place: other figures, the same once more, and fewer figures.
UNPLACED = [_doc(name, None, 2017, values, issuing_body=None, body_kind=None, issuer="某某办事处")
            for name, values in (("unplaced", (1, 2)), ("unplaced-other", (1, 3)), ("unplaced-fewer", (1,)))]
MANY = [_doc(f"many-{n:02}", "320303", 2018, (n, 2)) for n in range(40)]
OVERRIDES = [
    ["document_id", APART[1].document_id, "320302", "教育局", "department", *_WHO],
    ["document_id", TOGETHER[1].document_id, "320302", "", "", *_WHO],
    ["document_id", NAMED.document_id, "320302", "", "", *_WHO],
    ["source_url", "https://www.gulou.example.cn/xxgk/", "410204", "", "", *_WHO],
    ["source_url", "https://www.gulou.example.cn/xxgk/2019/", "350102", "鼓楼区教育局", "department", *_WHO],
    ["document_id", TOO_LATE.document_id, "330104", "", "", *_WHO],
]

# -- coverage --------------------------------------------------------------------------------------------------------
COVERED = [
    _doc("late-county", "330326", 2018, (1,), published_on=date(2019, 4, 3)),
    _doc("late-county-again", "330326", 2018, (2,), published_on=date(2019, 6, 3), reporting_scope="own"),
    _doc("early-bureau", "330326", 2018, (1,), published_on=date(2019, 3, 31), issuing_body="教育局",
         body_kind="department"),
    _doc("late-bureau", "330326", 2019, (1,), published_on=date(2020, 3, 31), issuing_body="教育局",
         body_kind="department"),
    _doc("town", "330326", 2019, (1,), published_on=date(2020, 3, 31), issuing_body="鳌江镇人民政府",
         body_kind="township"),
    _doc("lagging-name", "110228", 2015, (5,), jurisdiction_matched_year=2014),
    _doc("name-of-the-year", "110118", 2015, (6,), jurisdiction_matched_year=2015),
    _doc("abolished", "330104", 2021, (1,), jurisdiction_matched_year=2020),
    _doc("ministry", "000000", 2018, (1,), issuing_body="财政部", body_kind="central", published_on=date(2019, 3, 30)),
    _doc("far-future", "330326", 2090, (1,)),
]

DOCUMENTS = [*REPOSTED, *VERSIONS, *OFFICE, *NAMES, *CENTRES, *SOURCES, *STATED, NAMED, MOVED, ELSEWHERE, TOO_LATE,
             *APART, *TOGETHER, *UNPLACED, *MANY, *COVERED]
