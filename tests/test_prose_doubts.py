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
    ("G2", "未发生针对本镇政府信息公开的行政复议、行政诉讼和申诉案件。", {"reviews_total": 0, "lawsuits_total": 0}),
]

# Figures of something else, or of a part, that a sentence states in the words of the forms: issues, no figures.
DOUBTFUL = [
    ("G2", "收到政府信息公开申请12件，受理网民留言300件，办结290件。", {"requests_received": 12}),
    ("G2", "收到政府信息公开申请12件，信访件20件，已办结18件。", {"requests_received": 12}),
    ("G2", "通过门户网站收到政府信息公开申请6件，通过信函收到政府信息公开申请3件。", {}),
    ("G2", "区政府收到政府信息公开申请62件，街道收到政府信息公开申请182件。", {}),
    ("G2", "全年办理行政复议案件5件，均与政府信息公开无关。", {}),
    ("G2", "截至2017年底，全县共主动公开政府信息4500条。", {}),
    ("G3", "市政府作为行政复议机关，受理政府信息公开类行政复议案件45件。", {}),
]


def _read(text: str, template: str) -> tuple[dict[str, Decimal | None], set[str]]:
    grid = Grid("text", 0, tuple((Cell(line, row, 0),) for row, line in enumerate(text.split("\n"))))
    observations, issues = observe_prose([(row[0], grid) for row in grid.rows], template, load())
    return {o.indicator_code: o.value for o in observations if o.origin == "prose"}, {issue.kind for issue in issues}


@pytest.mark.parametrize(("template", "text", "expected"), STATED)
def test_a_sentence_gives_its_figures_and_no_others(template: str, text: str, expected: dict[str, int]) -> None:
    assert _read(text, template)[0] == expected


@pytest.mark.parametrize(("template", "text", "expected"), DOUBTFUL)
def test_what_may_be_another_figure_is_an_issue(template: str, text: str, expected: dict[str, int]) -> None:
    figures, issues = _read(text, template)
    assert figures == expected
    assert "prose_uncertain" in issues
