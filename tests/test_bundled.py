"""The bundled reports are the published tables with sentences of our own around them."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from parsers.catalogue import load
from parsers.report import read_report
from tests.test_real_reports import BESIDE

REPORTS = Path(__file__).parents[1] / "data" / "reports"
SAMPLES = Path(__file__).parents[1].parent / "shared" / "reports" / "samples"
ORIGINALS = {"330326_pingyang_2017": "pingyang_2017", "330304_ouhai_2017": "ouhai_2017",
             "330783_dongyang_2018": "dongyang_2018", "430921_nanxian_2017": "nanxian_2017",
             "330000_zhejiang_2017": "zhejiang_2017"}
TABLE_HEAD = re.compile(r"统\s计\s指\s标")
# Titles, laws and bodies may stand as they are; so may the labels of the form.
NAMES = ("中华人民共和国政府信息公开条例", "政府信息公开工作年度报告", "人民政府信息公开年度工作报告",
         "政府信息公开情况统计表", "温州市瓯海区政务公开领导小组办公室", "平阳县政府信息公开办公室")
LABELS = ("主要负责同志参加新闻发布会", "回应公众关注热点或重大舆情", "召开政府信息公开工作会议或专题会议")
RUN = 12


def report(stem: str) -> Path:
    return next(REPORTS.rglob(f"{stem}.txt"))


def prose_and_table(text: str) -> tuple[str, str]:
    """The text up to the table's heads, and from there."""
    head = TABLE_HEAD.search(text)
    return (text[:head.start()], text[head.start():]) if head else (text, "")


def runs(text: str) -> set[str]:
    """Every twelve consecutive Chinese characters of a text."""
    return {piece[i:i + RUN] for piece in re.findall(r"[\u4e00-\u9fff]+", text) for i in range(len(piece) - RUN + 1)}


def original(stem: str) -> str:
    path = SAMPLES / f"{ORIGINALS[stem]}.txt"
    if not path.exists():
        pytest.skip("the original reports are not at hand")
    return path.read_text(encoding="utf-8")


def test_five_reports_are_bundled_and_nothing_else() -> None:
    assert {path.stem for path in REPORTS.rglob("*") if path.is_file()} == set(ORIGINALS)


@pytest.mark.parametrize("stem", ORIGINALS)
def test_no_sentence_is_the_publishers(stem: str) -> None:
    """No run of twelve characters is shared with the original, outside labels, titles and names of laws and bodies."""
    prose, _ = prose_and_table(report(stem).read_text(encoding="utf-8"))
    for name in NAMES + LABELS:
        prose = prose.replace(name, "|")
    assert not runs(prose) & runs(original(stem))


def test_a_copied_sentence_would_be_found() -> None:
    """The check above compares real text: a sentence of the original is caught."""
    sentence = max(re.findall(r"[\u4e00-\u9fff]{20,}", original("330326_pingyang_2017")), key=len)
    assert runs(sentence) & runs(original("330326_pingyang_2017"))


@pytest.mark.parametrize("stem", [stem for stem in ORIGINALS if "zhejiang" not in stem])
def test_the_table_is_as_published(stem: str) -> None:
    """Every line from the table's heads on, blanks and slips included; only persons' names are left out."""
    _, ours = prose_and_table(report(stem).read_text(encoding="utf-8"))
    _, theirs = prose_and_table(original(stem))
    theirs = re.sub(r"(单位负责人|填报人):\S+", r"\1:", theirs)
    assert len(ours.splitlines()) > 50
    assert ours.rstrip() == theirs.rstrip()


def test_no_person_is_named() -> None:
    """Whatever follows the footer's labels for persons is no name."""
    for path in REPORTS.rglob("*.txt"):
        text = path.read_text(encoding="utf-8")
        footer = r"(负责人|审核人|填报人|联系人)[:：][ \u3000]*"
        assert not re.search(footer + r"[\u4e00-\u9fff]{2,4}(?![:：\u4e00-\u9fff])", text)


@pytest.mark.parametrize(("stem", "expected"), [
    ("330326_pingyang_2017", ("57件", "\t　　九、政府信息公开会议和培训情况\n\t　　——\n\t1", "2017年12月1日止")),
    ("330304_ouhai_2017", ("系列 1\t", "138\t95\t11\t0\t", "——\n\t\n")),
    ("330783_dongyang_2018", ("统 计 指 标 | 单位 | 统计数 |", "社会 稳定", "八、机构建设和保障经费情况 | —— | |")),
    ("430921_nanxian_2017", ("计1\n条)", "\n\n11347\n\n", "人次\n\n680")),
    ("330000_zhejiang_2017", ("9341853条", "16216篇", "1448人次")),
])
def test_each_layout_keeps_its_quirks(stem: str, expected: tuple[str, ...]) -> None:
    text = report(stem).read_text(encoding="utf-8")
    assert [piece for piece in expected if piece not in text] == []


def test_zhejiang_states_every_figure_once_in_its_sentences() -> None:
    """The 27 figures stand with a measure word; 27 of the numbers count, the others are scopes, rates and last year."""
    text = report("330000_zhejiang_2017").read_text(encoding="utf-8")
    figures = [
        "9341853条", "2797179条", "642174条", "528671条", "513228条", "1750场", "16216篇", "93610次", "122649次",
        "35945次", "2981件", "12940件", "2174件", "2333件", "5084件", "4130件", "1315件", "922件", "1586件", "845件",
        "231件", "510件", "1134件", "734件", "78件", "322件", "28052件",
    ]
    assert len(figures) == 27
    assert {figure: len(re.findall(rf"(?<!\d){figure}", text)) for figure in figures} == dict.fromkeys(figures, 1)


@pytest.mark.parametrize("stem", ORIGINALS)
def test_a_bundled_report_gives_the_figures_of_its_original(stem: str) -> None:
    """Tables and, for 浙江, sentences: every figure and state of the answer key, and no other."""
    answers = SAMPLES.parent / "answers.csv"
    if not answers.exists():
        pytest.skip("the answer key is not at hand")
    with open(answers, encoding="utf-8", newline="") as stream:
        key = {(row["code"], Decimal(row["value"]) if row["value"] else None, row["state"], row["origin"])
               for row in csv.DictReader(stream) if row["file"] == f"{ORIGINALS[stem]}.txt" and row["code"] != "sec9"}
    found = read_report(report(stem).read_bytes(), ".txt", load()).observations
    figures = [seen for seen in found if seen.origin == "table"] or [seen for seen in found if seen.origin == "prose"]
    assert {(o.indicator_code, o.value, o.value_state, o.origin) for o in figures} == key
    assert len(key) == len(figures)
    beside = [(o.origin, o.indicator_code, o.value) for o in found if o.origin not in ("table", "prose")]
    assert beside == BESIDE.get(f"{ORIGINALS[stem]}.txt", [])
