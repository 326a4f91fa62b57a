"""A report's head: title, year, period, issuer, scope and date of publication."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.grid import Cell, Grid
from parsers.head import read_head
from parsers.head.dates import find_day, find_period
from parsers.observation import ReportHead

SAMPLES = Path(__file__).parents[1].parent / "shared" / "reports" / "samples"


def _head(text: str) -> ReportHead:
    rows = tuple((Cell(line, row, 0),) for row, line in enumerate(text.split("\n")))
    return read_head((Grid("text", 0, rows),))


def _sample(name: str) -> ReportHead:
    path = SAMPLES / f"{name}.txt"
    if not path.exists():
        pytest.skip(f"the shared report {name} is not at hand")
    return _head(path.read_text(encoding="utf-8"))


def test_a_title_cut_in_two_lines_is_one_and_a_short_period_stays_short() -> None:
    """平阳县: the period ends on the first of December."""
    head = _sample("pingyang_2017")
    assert (head.title, head.issuer, head.issuer_evidence) == (
        "平阳县人民政府2017年政府信息公开工作年度报告", "平阳县人民政府", "title")
    assert (head.report_year, head.period_start, head.period_end) == (2017, date(2017, 1, 1), date(2017, 12, 1))
    assert head.reporting_scope == "consolidated" and head.issues == ()


def test_a_title_without_a_place_leaves_the_issuer_to_the_text() -> None:
    """瓯海区: the clause 由 … 编制 names the issuer, and the second date lacks its year."""
    head = _sample("ouhai_2017")
    assert (head.issuer, head.issuer_evidence) == ("温州市瓯海区政务公开领导小组办公室", "compiled_by")
    assert (head.report_year, head.period_end, head.published_on) == (2017, date(2017, 12, 31), date(2018, 1, 12))
    assert head.reporting_scope == "consolidated"


def test_a_report_without_a_title_is_named_by_its_first_sentence() -> None:
    """东阳市: named in the text, compiled from all departments and towns, dated under the signature."""
    head = _sample("dongyang_2018")
    assert (head.issuer, head.report_year, head.published_on) == ("东阳市人民政府", 2018, date(2019, 2, 26))
    assert head.reporting_scope == "consolidated" and head.scope_evidence \
        and head.scope_evidence.startswith("综合全市各镇街")


def test_menus_are_no_title_and_the_page_date_is_the_publication() -> None:
    """南县 and 浙江省: the line above and the shop's menu do not get into the title."""
    head = _sample("nanxian_2017")
    assert (head.title, head.issuer, head.published_on) == ("南县2017年政府信息公开年度报告", "南县", date(2018, 3, 29))
    head = _sample("zhejiang_2017")
    assert (head.title, head.issuer, head.report_year) == ("浙江省2017年政府信息公开工作年度报告", "浙江省", 2017)
    assert head.period_start is None and head.reporting_scope == "consolidated"


@pytest.mark.parametrize(("text", "issuer", "year"), [
    ("洪泽区人民政府\n2023 年政府信息公开工作年度报告", "洪泽区人民政府", 2023),
    ("平阳县教育局2020年政府信息公开工作年度报告", "平阳县教育局", 2020),
    ("2013年度鳌江镇人民政府政府信息公开年度报告", "鳌江镇人民政府", 2013),
    ("某市财政局政府信息公开年度报告（2011年度）", "某市财政局", 2011),
    ("某某县二〇一二年政府信息公开年度报告", "某某县", 2012),
    ("某市水务局\n政府信息公开工作年度报告\n（二〇二二年度）\n目录", "某市水务局", 2022),
    ("某市水务局政府信息公开年度报告\n（2022）", "某市水务局", 2022),
    ("某县水利局关于2016年度政府信息公开工作情况的报告", "某县水利局", 2016),
])
def test_titles_in_their_usual_shapes(text: str, issuer: str, year: int) -> None:
    """Year before or after, in brackets, in Chinese numerals; the issuer on a line of its own."""
    head = _head(text)
    assert (head.issuer, head.report_year, head.issuer_evidence) == (issuer, year, "title")


def test_a_page_with_several_dates_and_no_title() -> None:
    """The clause names the issuer, the period the year, and the date called 发布 is the publication."""
    head = _head("索引号:1|成文日期:2016-03-31|发布日期:2016-04-08|\n"
                 "报告由某区审计局编制。所列数据的统计期限自2015年1月1日起至2015年12月31日止。\n"
                 "本局共主动公开各类政府信息28条。")
    assert (head.issuer, head.issuer_evidence, head.report_year) == ("某区审计局", "compiled_by", 2015)
    assert (head.published_on, head.reporting_scope) == (date(2016, 4, 8), "own")


def test_a_leading_group_that_compiles_for_an_area_is_an_issuer() -> None:
    """The long name of a leading group's office, and the wording that it gathered all counties' figures."""
    head = _head("本报告由某某市人民政府信息公开工作领导小组办公室根据条例要求,"
                 "汇总某某市各县(市、区)、市政府各有关部门情况编制而成。")
    assert (head.issuer, head.reporting_scope) == ("某某市人民政府信息公开工作领导小组办公室", "consolidated")


def test_traditional_characters_are_read() -> None:
    """A mirror's spelling of the title changes nothing."""
    assert _head("某縣2012年政府信息公開工作年度報告").report_year == 2012


def test_the_issuer_may_be_a_signature_or_the_filling_unit() -> None:
    """Without title and clause the signature counts, then the unit that filled in the form."""
    assert _head("2016年政府信息公开年度报告\n正文。\n某县林业局\n2017年1月9日").issuer_evidence == "signature"
    assert _head("2016年政府信息公开年度报告\n填报单位：某县林业局").issuer == "某县林业局"


@pytest.mark.parametrize(("text", "scope"), [
    ("某县教育局2020年政府信息公开年度报告\n全县教育工作。", "own"),
    ("某县人民政府2020年政府信息公开年度报告\n汇总全县各部门、各乡镇情况编制。", "consolidated"),
    ("2020年政府信息公开年度报告\n本机关收到申请3件。", "own"),
    ("2020年政府信息公开年度报告\n本行政区域内各单位。", "consolidated"),
    ("2020年政府信息公开年度报告\n正文。", "unknown"),
    ("某县人民政府(本级)2020年政府信息公开年度报告\n我县政府信息公开工作。", "own"),
    ("某县教育局2020年政府信息公开年度报告\n本报告数据包括局机关及各直属单位。", "own"),
    ("某县2020年政府信息公开年度报告\n本报告统计范围为县政府,不包括县政府各部门和各乡镇。", "own"),
    ("某县2020年政府信息公开年度报告\n本报告数据包括县政府工作部门、各乡镇。", "consolidated"),
    ("某市2020年政府信息公开年度报告\n根据各区县人民政府和市级机关年度报告综合编制。", "consolidated"),
])
def test_the_scope_is_read_from_its_wording(text: str, scope: str) -> None:
    """Own, consolidated, or unknown where nothing says so."""
    head = _head(text)
    assert head.reporting_scope == scope
    assert (head.scope_evidence is None) == (scope == "unknown")


def test_a_title_and_period_of_different_years_are_an_issue() -> None:
    """The title's year stays, unless the caption agrees with the period."""
    text = "某县2015年政府信息公开年度报告\n统计期限自2014年1月1日至2014年12月31日。"
    head = _head(text)
    assert head.report_year == 2015 and [i.kind for i in head.issues] == ["year_conflict"]
    assert _head(text + "\n2014年度某县政府信息公开情况统计表").report_year == 2014


@pytest.mark.parametrize("printed", [
    "2018年11日至2018年1231日", "201711日至20171231日", "2017年2月30日至2017年12月31日",
])
def test_a_date_that_lost_its_signs_is_an_issue_and_no_period(printed: str) -> None:
    """Month and day are never guessed."""
    head = _head(f"某县2018年政府信息公开年度报告\n本报告统计期限为{printed}。")
    assert head.period_start is None and head.period_end is None
    assert [(i.kind, i.place.row if i.place else None) for i in head.issues] == [("broken_date", 1)]


@pytest.mark.parametrize(("text", "end"), [
    ("统计期限从2017年1月1日到12月31日止", date(2017, 12, 31)),
    ("数据统计期限自2017年1月1日起至2017年12月1日止", date(2017, 12, 1)),
    ("统计期限为二〇〇八年五月一日至十二月三十一日", date(2008, 12, 31)),
    ("统计时间为2020年1月至12月", date(2020, 12, 31)),
])
def test_periods_in_their_usual_shapes(text: str, end: date) -> None:
    """The second year may be missing, numerals may be Chinese, days may be left out."""
    period = find_period(text)
    assert period is not None and period.end == end and not period.broken


def test_days_that_do_not_exist_are_none() -> None:
    """A date is a day of the calendar or nothing."""
    assert find_day("2018-02-30") is None
    assert find_day("发布时间:2018-03-29 08:45") == date(2018, 3, 29)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="某县政府信息公开年度报告统计期限自由编制至20178年月日()-—:。, ", max_size=80),
                max_size=8))
def test_a_head_never_raises(lines: list[str]) -> None:
    """Any lines give a head; a period is whole or absent."""
    head = _head("\n".join(lines))
    assert (head.period_start is None) == (head.period_end is None)


def test_a_very_long_line_is_read_in_bounded_time() -> None:
    """Hostile length is cut, not searched."""
    assert _head("由" * 300_000 + "统计期限" + "2" * 300_000).report_year is None


_LINKS = "某县2023年政府信息公开年度报告\n某县2022年政府信息公开年度报告\n2016年政府信息公开年报\n"


@pytest.mark.parametrize(("text", "title", "issuer", "year"), [
    (_LINKS + "首页\n某县2017年政府信息公开年度报告\n2018-03-02\n2017年全县主动公开信息8条，比2016年多。",
     "某县2017年政府信息公开年度报告", "某县", 2017),
    (_LINKS + "2017年全县主动公开信息8条，比2016年多。", None, None, None),
    ("某县政府信息公开年度报告\n" + _LINKS + "统计期限为2017年1月1日至12月31日。",
     "某县政府信息公开年度报告", "某县", 2017),
    ("2017年政府信息公开年度报告\n某县财政局2017年政府信息公开年报\n某县教育局2017年政府信息公开年报",
     "2017年政府信息公开年度报告", None, 2017),
    ("政务服务\n政民互动\n2017年政府信息公开年度报告", "2017年政府信息公开年度报告", None, 2017),
    ("政府信息公开年度报告\n(二0一七年度)\n某县水利局\n正文", "政府信息公开年度报告", "某县水利局", 2017),
    ("附件1\n2017年政府信息公开年度报告\n本溪市气象局\n正文", "2017年政府信息公开年度报告", "本溪市气象局", 2017),
    ("【更正】某县2017年政府信息公开年度报告更正版", "【更正】某县2017年政府信息公开年度报告更正版", "某县", 2017),
    ("首页>公开>《某县2017年政府信息公开年度报告》.docx", "某县2017年政府信息公开年度报告", "某县", 2017),
    ("某市人民政府\n某县人民政府\n2017年政府信息公开年度报告",
     "某县人民政府2017年政府信息公开年度报告", "某县人民政府", 2017),
    ("某县人民政府关于印发某市2017年政府信息公开年度报告的通知",
     "某县人民政府关于印发某市2017年政府信息公开年度报告的通知", "某市", 2017),
])
def test_what_a_page_lists_beside_its_report_names_neither_year_nor_body(text, title, issuer, year) -> None:
    """Links to other years' and other bodies' reports, menus; what announces or corrects a report is no body."""
    head = _head(text)
    assert (head.title, head.issuer, head.report_year) == (title, issuer, year)


@pytest.mark.parametrize(("text", "year"), [
    ("某县2018年政府信息公开年度报告\n发布时间:2018-03-02\n2017年，全县主动公开信息8条。", 2017),
    ("某县2018年政府信息公开年度报告\n发布时间:2018-03-02\n统计期限为2017年1月1日至12月31日。", 2017),
    ("某县2018年政府信息公开年度报告\n发布时间:2019-03-02\n统计期限为2017年1月1日至12月31日。", 2018),
])
def test_a_report_is_not_of_a_year_that_was_not_over_when_it_was_published(text: str, year: int) -> None:
    """A title that names the year of publication; the last case is the period left over from the year before."""
    head = _head(text)
    assert head.report_year == year and [issue.kind for issue in head.issues] == ["year_conflict"]


def test_the_day_of_publishing_goes_before_that_of_writing_and_may_stand_in_the_next_cell() -> None:
    """As the tables of government sites print them."""
    head = _head("发文机关\n某县司法局\n成文日期\n2018-03-01\n发布日期\n2018-03-09\n2017年政府信息公开年报")
    assert (head.issuer, head.published_on) == ("某县司法局", date(2018, 3, 9))
    assert _head("2017年政府信息公开年报\n2018-03-09 08:12 来源：本站").published_on == date(2018, 3, 9)


@pytest.mark.parametrize(("text", "is_foreign"), [
    ("主页 > 产品中心 > 手机套\n某省2017年政府信息公开工作年度报告\n订购\n正文", True),
    ("某县2017年政府信息公开工作年度报告\n正文提到产品中心和订购的一句话，并不是页面的一部分。", False),
    ("政府信息公开\n联系我们\n某县2017年政府信息公开工作年度报告\n正文", False),
])
def test_a_report_on_a_shop_s_page_is_told_by_the_furniture_of_the_page(text, is_foreign):
    from parsers.catalogue import load
    from parsers.forms.text import read
    from parsers.head.source import is_foreign_page

    assert is_foreign_page(read(text), load()) == is_foreign
