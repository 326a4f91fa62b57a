"""Sentences of disclosure reports give the figures that they state, and no others."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.catalogue import load
from parsers.grid import Cell, Grid
from parsers.observation import Issue, Observation
from parsers.prose import load_phrases, observe_prose
from parsers.prose.phrases import PhraseBook

SHARED = Path(__file__).parents[1].parent / "shared"
SAMPLES = SHARED / "reports" / "samples"


def _read(text: str, template: str = "G2") -> tuple[list[Observation], list[Issue]]:
    grid = Grid("text", 0, tuple((Cell(line, row, 0),) for row, line in enumerate(text.split("\n"))))
    return observe_prose([(row[0], grid) for row in grid.rows], template, load())


def _figures(text: str, template: str = "G2") -> dict[str, Decimal | None]:
    return {o.indicator_code: o.value for o in _read(text, template)[0] if o.origin == "prose"}


def _beside(text: str, template: str = "G2") -> list[tuple[str, str, Decimal | None]]:
    """What sentences state beside the figures of the report: kind, indicator, value."""
    return [(o.origin.removeprefix("prose_"), o.indicator_code, o.value) for o in _read(text, template)[0]
            if o.origin != "prose"]


def _sample(name: str) -> str:
    path = SAMPLES / f"{name}.txt"
    if not path.exists():
        pytest.skip(f"the shared report {name} is not at hand")
    text = path.read_text(encoding="utf-8")
    # Prose only: the statistics table is another module's.
    return text.split("情况统计表\n(2017年度)")[0].split("2017年政府信息公开情况统计表")[0].split("填报单位")[0]


FIGURES = [
    ("G2", "2017年，全县共收到政府信息公开申请44件，其中当面申请4件；信函申请38件；网络申请2件。",
     {"requests_received": 44, "requests_received_in_person": 4, "requests_received_letter": 38,
      "requests_received_online": 2}),
    ("G2", "全市主动公开政府信息１２，３４５条，同比增长11%。", {"proactive_items": 12345}),
    ("G2", "收到3件政府信息公开申请，均已答复。", {"requests_received": 3}),
    ("G2", "全年收到政府信息公开申请52件（），均已答复。", {"requests_received": 52}),
    ("G2", "全年发布75篇政策解读稿件，召开新闻发布会6次。", {"policy_interpretations": 75, "press_conferences": 6}),
    ("G2", "政府信息公开行政复议5件，其中维持2件，被纠错1件，其他情形2件；行政诉讼3件，其中维持1件，其他情形2件。",
     {"reviews_total": 5, "reviews_upheld": 2, "reviews_corrected": 1, "reviews_other": 2, "lawsuits_total": 3,
      "lawsuits_upheld": 1, "lawsuits_other": 2}),
    ("G2", "依申请公开方面，不同意公开22件（不是《条例》所指政府信息21件），告知作出更改补充17件。",
     {"responses_denied": 22, "responses_denied_not_govt_info": 21, "responses_asked_to_amend": 17}),
    ("G2", "收取检索、复制、邮寄费用400元。", {"fees_collected": Decimal("0.04")}),
    ("G2", "政府信息公开专项经费5万元，专职人员2人，兼职人员3人。",
     {"budget_special": 5, "staff_full_time": 2, "staff_part_time": 3}),
    ("G1", "2010年共受理政府信息公开申请534件。其中，电子邮件申请50件，网上申请300件。对申请的答复502件："
           "同意公开368件，同意部分公开22件，否决公开112件。",
     {"requests_received": 534, "requests_received_email": 50, "requests_received_web_form": 300,
      "responses_total": 502,
      "responses_granted_full": 368, "responses_granted_partial": 22, "responses_denied_incl_other": 112}),
    ("G3", "2020年，全市各级行政机关共新收政府信息公开申请1,253件，比上年增加12.5%；上年结转31件。",
     {"requests_new": 1253, "requests_carried_in": 31}),
    ("G4", "2023年，本机关共收到政府信息公开申请35件，上年结转2件。其中予以公开12件，部分公开3件，不予公开5件，"
           "无法提供10件，不予处理2件，其他处理1件，结转下年度4件。",
     {"requests_new": 35, "requests_carried_in": 2, "outcome_granted_full": 12, "outcome_granted_partial": 3,
      "outcome_denied_h": 5, "outcome_unable_h": 10, "outcome_not_processed_h": 2, "outcome_other_h": 1,
      "requests_carried_out": 4}),
    ("G4", "2021年，全街共受理政府信息公开申请总数1件，上年结转政府信息公开申请数量0件。",
     {"requests_new": 1, "requests_carried_in": 0}),
    ("G2", "2018年，市本级收到政府信息公开申请22件，全市收到政府信息公开申请322件。", {"requests_received": 322}),
    ("G3", "共发生政府信息公开行政复议案件2件，其中维持1件，尚未审结1件；未发生行政诉讼案件。",
     {"review_total": 2, "review_upheld": 1, "review_pending": 1}),
    ("G2", "收到政府信息公开申请50件，已答复50件，不同意公开10件（涉及国家秘密2件，商业秘密3件，个人隐私5件）；"
           "共收取检索费、复制费、邮寄费1,236元。",
     {"requests_received": 50, "responses_total": 50, "responses_denied": 10, "responses_denied_state_secret": 2,
      "responses_denied_trade_secret": 3, "responses_denied_privacy": 5, "fees_collected": Decimal("0.1236")}),
    ("G3", "新收申请45件，上年结转3件。予以公开35件，信访举报投诉类申请3件，结转下年度10件。",
     {"requests_new": 45, "requests_carried_in": 3, "outcome_granted_full": 35, "outcome_not_processed_petition": 3,
      "requests_carried_out": 10}),
    ("G2", "开展政府网站在线访谈4次，发布政策解读稿件56篇。", {"online_interviews": 4, "policy_interpretations": 56}),
    ("G1", "全年依申请公开受理23件。从事政府信息公开工作人员15人，其中专职3人，兼职12人。",
     {"requests_received": 23, "staff_total": 15, "staff_full_time": 3, "staff_part_time": 12}),
    ("G4", "政府信息公开行政复议3件，其中结果维持2件，结果纠正1件；未经复议直接起诉2件，其中结果维持1件，尚未审结1件。",
     {"review_total": 3, "review_upheld": 2, "review_corrected": 1, "lawsuit_direct_total": 2,
      "lawsuit_direct_upheld": 1, "lawsuit_direct_pending": 1}),
]


def test_a_title_is_no_part_of_the_sentence_below_it() -> None:
    assert _figures("某某市2017年政府信息公开工作年度报告\n全年收到政府信息公开申请44件。") == {"requests_received": 44}


def test_disputes_of_all_kinds_are_none_about_disclosure() -> None:
    """Where 其中 says which of them are, the number before it counts others, too."""
    text = "收到政府信息公开申请88件。全年办理行政复议案件30件，其中，因政府信息公开引发的行政复议2件。"
    assert _figures(text) == {"requests_received": 88}


def test_staff_of_other_work_is_none_of_disclosure() -> None:
    assert _figures("收到政府信息公开申请5件。全市有应急队伍5支，专职200人，兼职3000人。") == {"requests_received": 5}


def test_a_part_of_the_area_is_told_by_the_title() -> None:
    """Without 我市 or 全市, a county's figure in a city's report is still not the city's."""
    text = "某某市2017年政府信息公开工作年度报告\n甲县收到政府信息公开申请30件。"
    assert _figures(text) == {}


@pytest.mark.parametrize(("template", "text", "expected"), FIGURES)
def test_a_usual_sentence_gives_its_figures_and_no_others(template: str, text: str, expected: dict[str, int]) -> None:
    """The usual wordings of all four generations, each under its generation's code."""
    assert _figures(text, template) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("全年未收到政府信息公开申请。", {"requests_received"}),
    ("未收到公民、法人和其他组织的政府信息公开申请。", {"requests_received"}),
    ("没有发生因政府信息公开申请行政复议、提起行政诉讼的情况。", {"reviews_total", "lawsuits_total"}),
    ("全年行政复议、行政诉讼均为0。", {"reviews_total", "lawsuits_total"}),
    ("本年度我局无行政复议、行政诉讼案件。", {"reviews_total", "lawsuits_total"}),
    ("未收取任何费用，也没有减免。", {"fees_collected"}),
    ("本局未收取与政府信息申请有关的任何费用。", {"fees_collected"}),
    ("未发生针对本部门有关政府信息公开事务的行政复议案、行政诉讼案和有关的申诉案。",
     {"reviews_total", "lawsuits_total"}),
    ("没有收到举报投诉。", {"complaints_total"}),
    ("某街道办事处未接到任何形式的信息公开申请。我街道", {"requests_received"}),
])
def test_none_at_all_is_zero(text: str, expected: set[str]) -> None:
    """Zero in words is a stated figure."""
    observations, _ = _read(text)
    assert {o.indicator_code for o in observations} == expected
    assert all(o.value == 0 and o.value_state == "zero" for o in observations)


@pytest.mark.parametrize("text", [
    "收到的申请占全部的12件。", "政府信息公开申请比上年增加12件。", "较2016年的16850件申请减少634件。",
    "申请办结率100%。",
    "截至2016年底，历年主动公开政府信息2841340条。", "各部门及镇街受理政府信息公开申请182件。",
    "办理挖掘城市道路申请件77件。",
    "主动公开信息1000条，依申请公开信息459条，不予公开信息27条。", "县长信箱139条，网络问政8条。",
    "2015年全市司法机关受理行政复议案件500件。",
    "没有因行政诉讼败诉的情况。", "未发生行政复议被纠错案件。", "126件同意公开、22件不同意公开的政府信息公开申请。",
    "5月份召开政府信息公开专题培训，接受培训人员180人次。", "未违规收取任何费用。",
    "教育微信公众号公开政府信息564条，政务微博公开政府信息361条。",
    "〔2017〕91号，第20条，电话12345，2017年1月1日。", "行政复议、行政诉讼分别为3件、2件。",
    "行政复议和行政诉讼共5件。",
    "2016年和2017年收到政府信息公开申请22件。", "2008年至2017年，收到政府信息公开申请22件。",
    "予以公开及部分公开的政府信息公开申请258件。", "因政府信息公开引起的行政复议和诉讼共5件。",
])
def test_a_number_that_is_no_figure_of_the_whole_is_not_taken(text: str) -> None:
    """Comparisons, shares, cumulated and partial figures, other business and numbers for several things."""
    assert _figures(text) == {}


def test_a_year_that_is_compared_with_another_is_still_one_year() -> None:
    assert _figures(TITLE + "2017年与2016年相比，收到政府信息公开申请22件。") == {"requests_received": 22}


def test_parts_of_a_total_named_by_body_do_not_count_again() -> None:
    """After 其中 the same indicator is a part: 244 stands, 62 and 182 do not."""
    text = "全区共受理政府信息公开申请244件，其中，区政府受理政府信息公开申请62件，各部门受理182件。"
    assert _figures(text) == {"requests_received": 244}


def test_the_government_alone_gives_way_to_the_whole() -> None:
    """省政府 49 stands before 全省 16216: the whole is taken."""
    assert _figures("2017年省政府发布政策解读49篇，全省发布16216篇政策解读稿件。") == {"policy_interpretations": 16216}


def test_an_earlier_year_is_not_this_year() -> None:
    """A figure of the year before, in the same sentence, is passed over."""
    text = "某县2017年政府信息公开年度报告\n2016年收到政府信息公开申请31件，2017年共收到政府信息公开申请44件。"
    assert _figures(text) == {"requests_received": 44}


TITLE = "某县2017年政府信息公开工作年度报告\n\n"


@pytest.mark.parametrize(("text", "expected"), [
    ("全县收到政府信息公开申请52件，较上年的48件增加4件。", {"requests_received": 48}),
    ("全县收到政府信息公开申请52件，比2016年的48件增加了8.3%。", {"requests_received": 48}),
    ("全县收到政府信息公开申请52件（上年为48件），均已答复。", {"requests_received": 48}),
    ("全县收到政府信息公开申请52件，同比增长8.3%，去年同期48件。", {"requests_received": 48}),
    ("去年收到政府信息公开申请48件，今年收到政府信息公开申请52件。", {"requests_received": 48}),
    ("上一年度，全县收到政府信息公开申请48件。2017年，全县收到政府信息公开申请52件。", {"requests_received": 48}),
    ("2016年收到政府信息公开申请48件，2017年收到政府信息公开申请52件。", {"requests_received": 48}),
    ("全县收到政府信息公开申请52件，2016年度，全县收到政府信息公开申请近48件。", {"requests_received": 48}),
    ("全县收到政府信息公开申请52件，而上年未收到政府信息公开申请。", {"requests_received": 0}),
    ("发布政策解读稿件52篇，比去年发布的48篇略有增加，行政复议0件。", {"policy_interpretations": 48}),
])
def test_last_year_s_figure_is_told_from_this_year_s(text: str, expected: dict[str, int]) -> None:
    """With a phrase of its own or beside this year's figure, which stays what it is."""
    assert _beside(TITLE + text) == [("previous_year", *item) for item in expected.items()]
    this_year = _figures(TITLE + text)
    assert 52 in this_year.values() and 48 not in this_year.values()


@pytest.mark.parametrize("text", [
    "全县收到政府信息公开申请52件，比上年增加12件。", "收到政府信息公开申请52件，同比增长12%，较上年的30%提高。",
    "历年累计收到政府信息公开申请300件，上年累计收到政府信息公开申请280件。", "2015年收到政府信息公开申请31件。",
    "根据2016年修订的条例，全县收到政府信息公开申请31件。", "2016年5月收到政府信息公开申请31件。",
    "全县收到政府信息公开申请52件，较上年的48条增加。", "全县收到政府信息公开申请52件，较上年的48件信访增加。",
    "全县收到政府信息公开申请52件，其中当面申请12件，上年为48件。", "全县收到政府信息公开申请52件，上年结转4件。",
    "全县收到政府信息公开申请52件，全县信访300件，上年为280件。", "2016年，各部门收到政府信息公开申请31件。",
    "收到政府信息公开申请52件、答复50件，上年分别为48件、47件。", "收到政府信息公开申请52件，去年答复48件。",
])
def test_what_may_be_of_another_time_or_thing_is_not_taken_for_last_year_s(text: str) -> None:
    """Differences, rates, cumulated figures, other years, other things and what may belong to either of two."""
    assert _beside(TITLE + text) == []


def test_what_was_carried_in_is_not_what_last_year_s_figure_stands_beside() -> None:
    """上年结转 is this year's figure, and of last year in its own words."""
    text = TITLE.replace("2017", "2019") + "收到政府信息公开申请10件，上年结转政府信息公开申请2件，去年同期为12件。"
    assert (_figures(text, "G3"), _beside(text, "G3")) == ({"requests_new": 10, "requests_carried_in": 2}, [])


def test_last_year_is_named_by_its_number_only_where_the_report_names_its_own() -> None:
    """Without a title the year that is named most often may be any."""
    text = "2016年收到政府信息公开申请48件，2017年收到政府信息公开申请52件，2017年已答复。"
    assert _beside(text) == [] and _beside(TITLE + text) != []


def test_last_year_s_figure_that_only_compares_opens_nothing() -> None:
    """其中 goes on with this year's total."""
    text = TITLE + "全县收到政府信息公开申请52件，比2016年的48件增加4件，增长8.3%。其中，网上申请20件，占38.5%。"
    assert _figures(text) == {"requests_received": 52, "requests_received_online": 20}


def test_what_follows_last_year_s_figure_is_not_this_year_s() -> None:
    """其中 after last year's total opens parts of last year."""
    text = TITLE + "上年，全县收到政府信息公开申请48件，其中网上申请20件。其中，当面申请8件。"
    assert (_figures(text), _beside(text)) == ({}, [("previous_year", "requests_received", 48)])


@pytest.mark.parametrize(("text", "parts"), [
    ("全省召开新闻发布会20次，其中，省级部门召开新闻发布会5次，各市召开新闻发布会15次。", [5, 15]),
    ("全省召开新闻发布会20次，同比下降17%。其中，省政府及省级部门5次，各市及其部门15次。", [5, 15]),
    ("全省召开新闻发布会20次（省级部门5次、各县区15次）。", [5, 15]),
    ("全省召开新闻发布会20次，其中，省级部门5次，各市15次（其中市级部门3次）。", [5, 15]),
    ("全省召开新闻发布会20次，其中，省级部门5次，各市15次。\n" * 2, [5, 15]),
    ("全省召开新闻发布会20次，其中，自然资源局5次，省级部门召开培训班3次，媒体见面会15次，各市近4次。", []),
    ("全省召开新闻发布会20次，省级部门参加5次。其他各市3次。", []),
    ("全省召开新闻发布会20余次，其中，省级部门5次，各市15次。", []),
])
def test_parts_by_tier_are_told_from_their_whole(text: str, parts: list[int]) -> None:
    """Only after 其中 or in a bracket, only tiers, only of a whole that is exact, each said once."""
    assert _figures(text)["press_conferences"] == 20
    assert _beside(text) == [("part", "press_conferences", part) for part in parts]


@pytest.mark.parametrize(("text", "expected"), [
    ("依申请公开方面，予以公开及部分公开25件。", [("joint", "outcome_granted_partial", 25)]),
    ("依申请公开方面，全市予以公开、部分公开共25件。", [("joint", "outcome_granted_partial", 25)]),
    ("依申请公开方面，不予公开、予以公开及部分公开25件。", []),
    ("依申请公开方面，不予公开及部分公开25件。", []),
    ("依申请公开方面，予以公开及部分公开分别为20件。", []),
])
def test_a_number_for_two_outcomes_counts_them_together_where_the_catalogue_knows_the_pair(
    text: str, expected: list[tuple[str, str, int]],
) -> None:
    """Under one indicator, and never as its figure."""
    assert _beside(text, "G4") == expected and "outcome_granted_partial" not in _figures(text, "G4")


@pytest.mark.parametrize(("text", "expected"), [
    ("依申请公开方面，因本机关不掌握等原因无法提供26件。", {"outcome_unable_h": 26}),
    ("依申请公开方面，由于涉及第三方权益等多种原因不予公开2件。", {"outcome_denied_h": 2}),
    ("依申请公开方面，因本机关不掌握无法提供26件。", {}),
    ("依申请公开方面，因涉及国家秘密不予公开3件，因涉及第三方权益等原因不予公开2件。", {}),
])
def test_reasons_left_open_do_not_narrow_what_is_counted(text: str, expected: dict[str, int]) -> None:
    """因…等原因 counts all of it; a reason alone, or each reason for itself, does not."""
    assert _figures(text, "G3") == expected


def test_what_includes_the_carried_over_is_an_issue() -> None:
    """受理25件(含上年结转1件) is not the number of new requests."""
    observations, issues = _read("2024年受理政府信息公开申请25件（含2023年结转1件），均已答复。", "G4")
    assert [o.indicator_code for o in observations] == ["requests_carried_in"]
    assert [(i.kind, i.indicator_code) for i in issues] == [("prose_uncertain", "requests_new")]


def test_statements_that_differ_are_a_conflict_with_both_places() -> None:
    """Neither of two different figures is taken; each is named with its place."""
    observations, issues = _read("全市收到政府信息公开申请44件。\n全年，全市收到政府信息公开申请45件。")
    assert observations == []
    assert [(i.kind, i.printed_text) for i in issues] == [("prose_conflict", "44件"), ("prose_conflict", "45件")]
    assert [i.place.row for i in issues if i.place] == [0, 1]


@pytest.mark.parametrize(("printed", "value", "qualifier"), [
    ("3.7万多条", 37000, "at_least"), ("约1200条", 1200, "about"), ("1200余条", 1200, "at_least"),
    ("超过1200条", 1200, "more_than"), ("1200条左右", 1200, "about"), ("1200条以上", 1200, "at_least"),
    ("3万条", 30000, "about"),
])
def test_an_approximation_says_so(printed: str, value: int, qualifier: str) -> None:
    """Rounded and hedged figures carry a qualifier."""
    observation = _read(f"全区主动公开政府信息{printed}。")[0][0]
    assert (observation.value, observation.qualifier) == (value, qualifier)


def test_a_figure_knows_its_characters() -> None:
    """The span leads to the printed number with its unit, in the cell as printed."""
    text = "2017年， “全县”共收到 政府信息公开申请　1 253 件。"
    observation = _read(text)[0][0]
    assert observation.value == 1253
    assert text[observation.place.start:observation.place.end] == observation.printed_text == "1 253 件"
    assert observation.printed_label == "收到 政府信息公开申请"
    assert (observation.origin, observation.value_state, observation.unit_code) == ("prose", "number", "件")


def test_the_matrix_figures_of_prose_are_totals() -> None:
    """Where the form asks by applicant, prose states the total."""
    found = {o.indicator_code: o.applicant_type_code for o in _read(FIGURES[10][1] + FIGURES[-1][1], "G4")[0]}
    assert found["requests_new"] == "total" and found["review_total"] is None


def test_lines_cut_by_the_page_are_joined() -> None:
    """A line's end inside a sentence, a phrase or a number changes nothing."""
    text = ("2017年全省各级行政机关共收到政府信息公\n开申请并已按照规定登记的共计1件，共收到政府信息公开申请12\n"
            "53件，其中当面申请4件，传真申请0件，网络申\n- 2 -\n请20件。")
    assert _figures(text) == {"requests_received": 1253, "requests_received_in_person": 4, "requests_received_fax": 0,
                              "requests_received_online": 20}


def test_the_province_without_a_table_gives_exactly_its_27_figures() -> None:
    """浙江省 2017 against the answer key: nothing missing, nothing else."""
    text = _sample("zhejiang_2017")
    with (SHARED / "reports" / "answers.csv").open(encoding="utf-8") as file:
        key = {row["code"]: Decimal(row["value"]) for row in csv.DictReader(file) if row["file"] == "zhejiang_2017.txt"}
    assert len(key) == 27
    assert _figures(text) == key


@pytest.mark.parametrize("change", [
    lambda t: t.replace("。", "。\n"), lambda t: t.replace(",", "，\n"),
    lambda t: t.replace("《", "").replace("》", ""), lambda t: t.replace("政府信息", "“政府信息”"),
    lambda t: "\n".join(t[i:i + 40] for i in range(0, len(t), 40)),
], ids=["sentence_a_line", "clause_a_line", "no_titles_marks", "quoted", "forty_wide"])
def test_the_figures_do_not_depend_on_how_the_text_is_set(change) -> None:
    """Line breaks and quotation marks elsewhere give the same figures."""
    text = max(_sample("zhejiang_2017").split("\n"), key=len)
    assert _figures(change(text)) == _figures(text)


def test_the_county_gives_what_its_prose_states() -> None:
    """平阳县 2017: eight figures; neither the hotline's nor the website's numbers."""
    assert _figures(_sample("pingyang_2017")) == {
        "requests_received": 44, "requests_received_in_person": 4, "requests_received_letter": 38,
        "requests_received_online": 2, "reviews_total": 3, "reviews_corrected": 1, "lawsuits_total": 0,
        "fees_collected": 0}


@pytest.mark.parametrize("name", ["ouhai_2017", "dongyang_2018", "nanxian_2017"])
def test_the_prose_of_the_samples_agrees_with_their_tables(name: str) -> None:
    """Every exact figure of the prose is the table's; an approximate one rounds it."""
    text = _sample(name)
    with (SHARED / "reports" / "answers.csv").open(encoding="utf-8") as file:
        key = {row["code"]: row["value"] for row in csv.DictReader(file) if row["file"] == f"{name}.txt"}
    observations = [o for o in _read(text)[0] if o.origin == "prose"]
    assert len(observations) >= 7
    for observation in observations:
        printed = Decimal(key[observation.indicator_code])
        assert observation.value == printed or (observation.qualifier == "at_least" and observation.value <= printed)


def test_every_phrase_belongs_to_an_indicator_of_its_template() -> None:
    """No phrase names a code that the catalogue does not hold."""
    catalogue, book = load(), PhraseBook(load_phrases())
    for figure in book.figures:
        for template, code in figure.codes.items():
            assert code in catalogue.templates[template].indicators, (template, code)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="政府信息公开申请收到件条0123456789,，。、（）"
                                 "其中未行政复议维持年月日万多 \n",
                        max_size=60), max_size=6),
       st.sampled_from(["G1", "G2", "G3", "G4", "G9"]))
def test_prose_never_raises_and_each_span_holds_its_number(lines: list[str], template: str) -> None:
    """Any lines, any template: observations are unique per indicator and stand where they say."""
    grid = Grid("text", 0, tuple((Cell(line, row, 0),) for row, line in enumerate(lines)))
    observations, _ = observe_prose([(row[0], grid) for row in grid.rows], template, load())
    single = [(o.indicator_code, o.origin) for o in observations if o.origin != "prose_part"]
    assert len(set(single)) == len(single)
    for observation in observations:
        text = lines[observation.place.row]
        assert observation.printed_text.startswith(text[observation.place.start:observation.place.end])
