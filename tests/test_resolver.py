"""Whose report is it: a labelled set of titles, names that change or are shared, and the real reports."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.observation import ReportHead
from parsers.resolver import Gazetteer, Resolution

ROOT = Path(__file__).parents[1]
UNITS = ROOT / "dbt_project" / "seeds" / "jurisdictions" / "seed_jurisdiction_units.csv"
SAMPLES = ROOT.parent / "shared" / "reports" / "samples"
FLOOR = 0.95


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.from_csv(UNITS)


def labelled() -> list[dict[str, str]]:
    with (Path(__file__).parent / "titles.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def resolved(gazetteer: Gazetteer, row: dict[str, str]) -> Resolution:
    clues = [("title", row["title"]), *([("text", row["text"])] if row["text"] else [])]
    return gazetteer.resolve(
        clues, int(row["year"]), area_codes=[*filter(None, [row["area_code"]])], hosts=[*filter(None, [row["host"]])]
    )


def test_labelled_titles_never_get_a_wrong_unit_and_nearly_all_get_theirs(gazetteer: Gazetteer) -> None:
    """No wrong unit among those resolved; at least 95 % of the titles that say enough are resolved, body's kind too."""
    rows = labelled()
    assert len(rows) >= 300
    found = [(row, resolved(gazetteer, row)) for row in rows]
    wrong = [(r["title"], f) for r, f in found if f.jurisdiction_code not in (None, r["expected_code"])]
    assert wrong == []
    enough = [(row, result) for row, result in found if row["expected_code"]]
    right = [row for row, result in enough if result.jurisdiction_code == row["expected_code"]]
    kinds = [row for row, result in enough if result.body_kind == row["expected_kind"]]
    print(f"resolved {len(right)} of {len(enough)}, right kind of body {len(kinds)}, of {len(rows)} titles in all")
    assert len(right) / len(enough) >= FLOOR
    assert len(kinds) / len(enough) >= FLOOR


def test_labelled_titles_cover_the_country(gazetteer: Gazetteer) -> None:
    """All mainland provinces, all levels, all kinds of body and all years 2008-2025 occur among the titles."""
    rows = labelled()
    assert len({row["expected_code"][:2] for row in rows if row["expected_code"]}) >= 32
    assert {"government", "department", "township", "vertical", "zone", "central"} <= {r["expected_kind"] for r in rows}
    assert {int(row["year"]) for row in rows} == set(range(2008, 2026))


@pytest.mark.parametrize(
    ("title", "year", "code", "matched"),
    [
        ("杭州市江干区2020年政府信息公开工作年度报告", 2020, "330104", 2020),
        ("杭州市上城区2022年政府信息公开工作年度报告", 2022, "330102", 2022),
        ("北京市密云县2015年政府信息公开工作年度报告", 2015, "110228", 2014),
        ("北京市密云区2014年政府信息公开工作年度报告", 2014, "110118", 2015),
        ("思南县2010年政府信息公开年度报告", 2010, "522225", 2010),
        ("思南县2011年政府信息公开年度报告", 2011, "520624", 2011),
    ],
)
def test_a_name_joins_its_own_year_or_lags_by_one(
    gazetteer: Gazetteer, title: str, year: int, code: str, matched: int
) -> None:
    """The old name in the year of change and the new one a year early are found; the year that matched is kept."""
    result = gazetteer.resolve([("title", title)], year)
    assert (result.jurisdiction_code, result.matched_year) == (code, matched)
    assert result.rank == ("named" if matched == year else "lagged")


def test_a_name_gone_for_years_resolves_to_nothing_and_recalls_the_unit(gazetteer: Gazetteer) -> None:
    """密云县 in 2020 is neither 密云区 nor 云县."""
    result = gazetteer.resolve([("title", "密云县2020年政府信息公开工作年度报告")], 2020)
    assert result.jurisdiction_code is None
    assert result.candidates == ("110228 北京市密云县",)


@pytest.mark.parametrize("year", [2008, 2012, 2016, 2020, 2025])
def test_every_unit_is_found_by_its_full_name(gazetteer: Gazetteer, year: int) -> None:
    """Each unit of a year, named with its parents, resolves to itself; its bare name never to another unit."""
    for unit in gazetteer.units.versions:
        if not unit.first_year <= year <= unit.last_year:
            continue
        full = gazetteer.resolve([("title", f"{unit.full_name}人民政府{year}年政府信息公开工作年度报告")], year)
        assert (full.jurisdiction_code, full.matched_year, full.body_kind) == (unit.code, year, "government")
        bare = gazetteer.resolve([("title", f"{unit.name}{year}年政府信息公开年度报告")], year)
        assert bare.jurisdiction_code in (unit.code, None), (unit, bare)


@pytest.mark.parametrize(
    ("title", "text", "code", "body", "rank"),
    [
        ("鼓楼区人民政府2017年年报", "电话:0516-87636000", "320302", "人民政府", "settled"),
        ("鼓楼区人民政府2017年年报", "网址 http://xxgk.njgl.gov.cn/", "320106", "人民政府", "settled"),
        ("鼓楼区2017年年报", "本报告由福州市鼓楼区政府办公室编制。", "350102", "人民政府", "settled"),
        ("鼓楼区2017年年报", "请与徐州市鼓楼区政府办联系（电话：025-83456789）", None, "人民政府", "ambiguous"),
        ("县教育局2017年年报", "本报告由平阳县教育局编制。", "330326", "教育局", "context"),
        ("鳌江镇人民政府2017年年报", "可在平阳县人民政府门户网站下载。", "330326", "鳌江镇人民政府", "context"),
        ("云山县教育局2017年年报", "可在平阳县人民政府门户网站下载。", None, "云山县教育局", "unknown"),
        ("2017年政府信息公开年报", "可在平阳县人民政府门户网站下载。", None, None, "unknown"),
    ],
)
def test_evidence_in_the_text_settles_or_nothing_does(
    gazetteer: Gazetteer, title: str, text: str, code: str | None, body: str | None, rank: str
) -> None:
    """A parent, an area code or a host tells namesakes apart; contradicting evidence and mere mentions do not."""
    result = gazetteer.resolve_report(ReportHead(title=title, report_year=2017), text)
    assert (result.jurisdiction_code, result.issuing_body, result.rank) == (code, body, rank)


@pytest.mark.parametrize(
    ("title", "text", "code", "body"),
    [
        ("市财政局2017年年报", "主办：浙江省人民政府办公厅", None, "财政局"),
        ("县财政局2017年年报", "主办：温州市人民政府 版权所有：平阳县人民政府", "330326", "财政局"),
        ("鳌江镇2017年年报", "主办：温州市人民政府办公室", None, "鳌江镇"),
        ("长安镇2017年年报", "主办：东莞市人民政府办公室", "441900", "长安镇"),
        ("州林业局2017年年报", "发布机构 甘孜藏族自治州林业局 发布日期 2018-01-02", "513300", "林业局"),
        ("2017年年报", "2017年政府信息公开年报_平阳县人民政府\n来源：平阳县财政局", "330326", "财政局"),
        ("2017年年报", "温州市2016年政府信息公开年度报告\n主办：平阳县人民政府", None, None),
        ("2017年年报", "我县认真落实条例。\n主办：平阳县人民政府", "330326", "人民政府"),
        ("2017年年报", "我县认真落实条例。\n主办：温州市人民政府", None, "人民政府"),
        ("2017年年报", "首页 > 县教育局 > 年报\n我县认真落实条例。\n主办：平阳县人民政府", None, None),
        ("我县2017年年报", "主办：平阳县人民政府", "330326", "人民政府"),
        ("2017年年报", "平阳县2017年政府信息公开年报\n苍南县2017年政府信息公开年报", None, None),
        ("廈門市思明區2017年年報", "", "350203", "人民政府"),
        ("第八师石河子市财政局2017年年报", "", "659001", "财政局"),
        ("浙江苍南工业园区管委会2017年年报", "", "330327", "工业园区管委会"),
        ("浙江某某工业园区管委会2017年年报", "", None, None),
        ("国家发改委2017年年报", "", "000000", "国家发改委"),
        ("平阳县府办2017年年报", "", "330326", "府办"),
    ],
)
def test_who_runs_the_site_or_stands_beside_is_not_the_issuer(
    gazetteer: Gazetteer, title: str, text: str, code: str | None, body: str | None
) -> None:
    """An office is of a place of the level that it names; a page's links and its host make no report theirs."""
    result = gazetteer.resolve_report(ReportHead(title=title, report_year=2017), text)
    assert (result.jurisdiction_code, result.issuing_body) == (code, body)


@pytest.mark.parametrize(
    ("issuer", "text", "code"),
    [
        ("温州大学", "发布机构：温州市人民政府", None),
        ("国网温州供电公司", "来源：温州市人民政府", None),
        ("新疆生产建设兵团", "请与温州市人民政府办公室联系", None),
        ("云山县", "温州市人民政府\n2018年3月2日", None),
        ("洞头新城管委会", "主办：温州市人民政府", None),
        ("平阳", "来源：平阳县人民政府", "330326"),
        ("平阳县", "来源：温州市人民政府", "330326"),
    ],
)
def test_whom_the_title_names_is_nobody_else_whom_the_page_names(
    gazetteer: Gazetteer, issuer: str, text: str, code: str | None
) -> None:
    """A body or place that no list has is unresolved, though a government is named beside it."""
    head = ReportHead(title=f"{issuer}2017年年报", issuer=issuer, issuer_evidence="title", report_year=2017)
    assert gazetteer.resolve_report(head, text).jurisdiction_code == code


def test_a_lost_namesake_keeps_a_bare_name_ambiguous(gazetteer: Gazetteer) -> None:
    """邢台's 桥东区 was renamed in 2020, 张家口's was not: a bare 桥东区 of 2020 may be either."""
    result = gazetteer.resolve([("title", "桥东区2020年政府信息公开年报")], 2020)
    assert result.jurisdiction_code is None
    assert [candidate[:6] for candidate in result.candidates] == ["130502", "130702"]


def test_an_override_wins_and_an_unknown_one_is_refused(gazetteer: Gazetteer) -> None:
    """A reviewed code decides whatever the title says; a code that no list has decides nothing."""
    title = [("title", "鼓楼区教育局2017年政府信息公开年报")]
    chosen = gazetteer.resolve(title, 2017, override="320106")
    assert (chosen.jurisdiction_code, chosen.rank, chosen.issuing_body) == ("320106", "override", "教育局")
    assert gazetteer.resolve(title, 2017, override="999999").jurisdiction_code is None


def test_a_provincial_government_office_is_the_government(gazetteer: Gazetteer) -> None:
    """上海市人民政府办公厅 reports as the government of 310000; the office is kept as the body."""
    head = ReportHead(title="上海市人民政府办公厅2019年政府信息公开工作年度报告", report_year=2019)
    result = gazetteer.resolve_report(head, "")
    assert (result.jurisdiction_code, result.issuing_body, result.body_kind) == (
        "310000",
        "人民政府办公厅",
        "government",
    )


@pytest.mark.parametrize(
    ("name", "year", "code"),
    [
        ("pingyang_2017", 2017, "330326"),
        ("ouhai_2017", 2017, "330304"),
        ("dongyang_2018", 2018, "330783"),
        ("nanxian_2017", 2017, "430921"),
        ("zhejiang_2017", 2017, "330000"),
    ],
)
def test_real_reports_resolve_by_content_alone(gazetteer: Gazetteer, name: str, year: int, code: str) -> None:
    """Without title, issuer or file name, the text says whose report it is."""
    path = SAMPLES / f"{name}.txt"
    if not path.exists():
        pytest.skip("the shared reports are not beside the project")
    result = gazetteer.resolve_report(ReportHead(report_year=year), path.read_text(encoding="utf-8"))
    assert (result.jurisdiction_code, result.matched_year, result.body_kind) == (code, year, "government")


def test_it_is_fast(gazetteer: Gazetteer) -> None:
    """A whole country's titles of a year resolve in seconds: under 5 ms each even on a busy machine."""
    rows = labelled()
    started = time.perf_counter()
    for row in rows:
        resolved(gazetteer, row)
    assert (time.perf_counter() - started) / len(rows) < 0.005


_NAMES = ("密云县", "鼓楼区", "南京市", "国家税务总局", "人民政府", "教育局", "镇")
_PIECES = st.sampled_from(
    (*_NAMES, "2017年", "政府信息公开", "年报", "由", "编制", "请与", "gov.cn", "0577-87636000", "《", "\n")
)
_TEXTS = st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=30).map("".join))


@settings(max_examples=300, deadline=None)
@given(title=st.none() | _TEXTS, text=_TEXTS, year=st.none() | st.integers(-10, 3000))
def test_no_text_makes_it_raise_or_answer_by_halves(title: str | None, text: str, year: int | None) -> None:
    """Whatever the text: an answer with its evidence, or none with no code."""
    gazetteer = Gazetteer.from_csv(UNITS)
    result = gazetteer.resolve_report(ReportHead(title=title, report_year=year), text)
    assert (result.jurisdiction_code is None) == (result.jurisdiction_name is None)
    assert (result.jurisdiction_code is None) == (result.rank in ("unknown", "ambiguous"))
    if result.jurisdiction_code:
        assert result.evidence
