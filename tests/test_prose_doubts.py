"""Sentences that state something else in the words of the forms give issues; those like them that do not, figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parsers.catalogue import load
from parsers.grid import Cell, Grid
from parsers.prose import observe_prose

STATED = [
    ("G2", "通过网络、信函等方式共收到政府信息公开申请35件，答复34件。",
     {"requests_received": 35, "responses_total": 34}),
    ("G2", "全年申请答复数258件，其中：属于已主动公开范围数45件。",
     {"responses_total": 258, "responses_already_public": 45}),
    ("G4", "全年共收到政府信息公开申请134件，其中新收130件，上年结转4件；办结134件。",
     {"requests_new": 130, "requests_carried_in": 4, "outcome_total": 134}),
    ("G2", "三、依申请公开情况\n（一）申请情况\n全年收到申请12件。\n（二）处理情况\n已答复11件。",
     {"requests_received": 12, "responses_total": 11}),
    ("G3", "收到政府信息公开申请20件，其中自然人18件，法人2件；予以公开15件，部分公开2件，无法提供3件。",
     {"requests_new": 20, "outcome_granted_full": 15, "outcome_granted_partial": 2, "outcome_unable_h": 3}),
    ("G2", "截至2017年底，全年共主动公开政府信息4500条。", {"proactive_items": 4500}),
    ("G2", "某某街道办事处2017年政府信息公开工作年度报告\n街道没有收到政府信息公开申请。", {"requests_received": 0}),
    ("G2", "某某区人民政府2017年政府信息公开工作年度报告\n街道没有收到政府信息公开申请。", {}),
    ("G2", "未发生因政府信息公开被申请行政复议、提起行政诉讼和受到举报投诉的情况。",
     {"reviews_total": 0, "lawsuits_total": 0, "complaints_total": 0}),
    ("G2", "收到公民、法人申请信息公开12件，收到网上政府信息公开申请7件。",
     {"requests_received": 12, "requests_received_online": 7}),
    ("G2", "依申请公开工作中，收到要求公开信息的申请12件，收取检索、复制费共120元。",
     {"requests_received": 12, "fees_collected": Decimal("0.012")}),
    ("G2", "政府信息公开工作人员共5名，其中专职1名，兼职4名。",
     {"staff_total": 5, "staff_full_time": 1, "staff_part_time": 4}),
    ("G1", "没有发生因信息公开引起的行政复议、行政诉讼和行政申诉案。",
     {"reviews_total": 0, "lawsuits_total": 0, "complaints_appeals_total": 0}),
    ("G1", "全年共接受政府信息公开咨询90人次，其中现场咨询23人次，电话咨询57人次，网上咨询10人次。",
     {"inquiries_onsite": 23, "inquiries_phone": 57, "inquiries_online": 10}),
    ("G4", "未发生因依申请公开引发的行政复议。", {"review_total": 0}),
    ("G2", "未发生针对本镇政府信息公开的行政复议、行政诉讼和申诉案件。", {"reviews_total": 0, "lawsuits_total": 0}),
    # 公开 without 主动 is taken in the section on it, with its year or whole, and never beside the plain wording.
    ("G2", "二、主动公开情况\n2017年，我局公开政府信息4500条。", {"proactive_items": 4500}),
    ("G2", "二、主动公开情况\n全县公开各类信息4500条，其中规范性文件20件。",
     {"proactive_items": 4500, "normative_docs_disclosed": 20}),
    ("G2", "二、主动公开情况\n主动公开政务信息4500条。全年公开政府信息4600条。", {"proactive_items": 4500}),
    ("G2", "全年公开信息4500条，其中主动公开政府信息4300条。", {"proactive_items": 4300}),
    ("G2", "处理申请12件，收到政府信息公开申请15件。", {"requests_received": 15}),
]

# What is about something else in the same words is no issue either.
ELSEWHERE = ("受理行政许可申请12件。", "12345热线受理申请12件。", "信访局办理申请12件。", "全年公开财政信息12条。",
             "三、依申请公开情况\n收到网民留言12件。", "同意公开政府信息12条。")

# No request at all, as small bodies say it.
NONE_AT_ALL = (
    "政府信息公开申请为零。", "我局依申请公开政府信息为0件。", "2017年度依申请公开零申请。",
    "未有公民、法人或其他组织申请公开政府信息。", "无公民、法人或其他组织向我局提出政府信息公开申请。",
    "没有发生依申请公开政府信息的情况。", "依申请公开方面无申请件。",
    "我局未收到公民、法人或者其他组织要求我局公开相关政府信息的申请。",
)

# In the same words, but of a part of the requests, or of what became of them.
NOT_NONE_AT_ALL = (
    "没有公民申请公开政府信息被拒绝。", "通过网络收到政府信息公开申请0件。", "各镇街政府信息公开申请0件。",
    "不予公开的政府信息公开申请0件。", "超期办结政府信息公开申请0件。", "结转下年度政府信息公开申请0件。",
    "逾期未答复的政府信息公开申请为零。", "信函申请公开政府信息0件。", "其中公民申请公开政府信息0件。",
    "待办政府信息公开申请0件。", "没有公民、法人提出的政府信息公开申请超期情况。", "镇街依申请公开0件。",
    "因政府信息公开申请引起的投诉0件。",
)

# Figures of something else, or of a part, that a sentence states in the words of the forms: issues, no figures.
DOUBTFUL = [
    ("G2", "收到政府信息公开申请12件，受理网民留言300件，办结290件。", {"requests_received": 12}),
    ("G2", "收到政府信息公开申请12件，信访件20件，已办结18件。", {"requests_received": 12}),
    ("G2", "通过门户网站收到政府信息公开申请6件，通过信函收到政府信息公开申请3件。", {}),
    ("G2", "区政府收到政府信息公开申请62件，街道收到政府信息公开申请182件。", {}),
    ("G2", "全年办理行政复议案件5件，均与政府信息公开无关。", {}),
    ("G2", "截至2017年底，全县共主动公开政府信息4500条。", {}),
    ("G3", "收到政府信息公开申请12件（其中2件为上年结转）。", {}),
    ("G1", "热线全年接听电话咨询8000人次。", {}),
    ("G2", "公开政府信息4500条。", {}),
    ("G2", "二、主动公开情况\n机构职能。公开政府信息20条。", {}),
    ("G2", "二、主动公开情况\n全年通过公开栏公开政府信息20条。", {}),
    ("G2", "二、主动公开情况\n全年公开政府信息4500条，其中主动公开4300条，依申请公开200条。", {}),
    ("G2", "三、依申请公开情况\n全年公开政府信息12条。", {}),
    ("G2", "2017年主动公开信息4500条。", {}),
    ("G2", "三、依申请公开情况\n全年办理申请12件。", {}),
    ("G4", "全年共办理政府信息公开申请12件。", {}),
    ("G2", "全年依申请公开政府信息12条。", {}),
    ("G2", "全年受理申请12件。", {}),
    ("G2", "三、依申请公开情况\n全年共收到12件。", {}),
    ("G2", "三、依申请公开情况\n答复12件。", {}),
    ("G4", "收到政府信息公开申请12件，已办理11件。", {"requests_new": 12}),
    ("G3", "市政府作为行政复议机关，受理政府信息公开类行政复议案件45件。", {}),
]


def _read(text: str, template: str) -> tuple[dict[str, Decimal | None], set[str]]:
    grid = Grid("text", 0, tuple((Cell(line, row, 0),) for row, line in enumerate(text.split("\n"))))
    observations, issues = observe_prose([(row[0], grid) for row in grid.rows], template, load())
    return {o.indicator_code: o.value for o in observations if o.origin == "prose"}, {issue.kind for issue in issues}


@pytest.mark.parametrize(("template", "text", "expected"), STATED)
def test_a_sentence_gives_its_figures_and_no_others(template: str, text: str, expected: dict[str, int]) -> None:
    assert _read(text, template)[0] == expected


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_is_about_something_else_is_passed_over(text: str) -> None:
    assert _read(text, "G2") == ({}, set())


@pytest.mark.parametrize("text", NONE_AT_ALL)
def test_no_request_at_all_is_zero(text: str) -> None:
    assert _read(text, "G2")[0] == {"requests_received": 0}


@pytest.mark.parametrize("text", NOT_NONE_AT_ALL)
def test_none_of_some_requests_is_not_none_at_all(text: str) -> None:
    assert "requests_received" not in _read(text, "G2")[0]


@pytest.mark.parametrize(("template", "text", "expected"), DOUBTFUL)
def test_what_may_be_another_figure_is_an_issue(template: str, text: str, expected: dict[str, int]) -> None:
    figures, issues = _read(text, template)
    assert figures == expected
    assert "prose_uncertain" in issues
