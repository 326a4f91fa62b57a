"""The dashboard in a real browser, over a published file that a refresh replaces while people look at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import duckdb
import pytest

from tests.browser import Browser, chromium, different_lines, open_browser
from tests.warehouses import ask, settings_of

ROOT = Path(__file__).parents[1]
STARTS_WITHIN, SHOWS_WITHIN = 90, 45_000
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
OUHAI, PINGYANG = "0aa9030674e6871e", "3187eb613edd4128"
PAGES = {  # name: address and a text that has to be on it
    "overview": ("/", "总览"),
    "overview_english": ("/?lang=en&year=2017", "Requests received"),
    "jurisdictions": ("/jurisdiction", "浙江省温州市瓯海区"),
    "jurisdiction": ("/jurisdiction/330304?year=2017", "2017 年办理结果"),
    "jurisdiction_without_reports": ("/jurisdiction/110000", "本地区没有收录任何报告"),
    "compare": ("/compare?bodies=330304,330326,330783", "平阳县·汇总"),
    "compare_nothing": ("/compare", "请选择至少一个单位"),
    "quality": ("/quality", "八类答复之和等于申请答复数"),
    "quality_issues": ("/quality?show=issues", "单位栏填有数字"),
    "quality_coverage": ("/quality?show=coverage&year=2017", "地市级"),
    "quality_late": ("/quality?show=late", "逾期"),
    "dictionary": ("/dictionary?q=收到申请数", "(一)收到申请数"),
    "dictionary_indicator": ("/dictionary/requests_received", "第二代 2014–2018"),
    "report": (f"/report/{PINGYANG}", "平阳县人民政府2017年政府信息公开工作年度报告"),
    "cell": (f"/report/{OUHAI}?series=requests_granted", "这个数字从哪里来"),
    "sources": ("/sources?measure=requests_received&year=2017", "数字构成"),
    "nowhere": ("/jurisdiction/999999", "没有这个页面"),
}
HOSTILE = '<img src=x onerror="window.pwned=1">'

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def home(published, tmp_path_factory) -> Path:
    """A copy of the published folder that these tests may change."""
    home = tmp_path_factory.mktemp("dashboard") / "home"
    shutil.copytree(published, home, ignore=shutil.ignore_patterns("dagster_home", "data_docs"))
    return home


@pytest.fixture(scope="module")
def address(home, tmp_path_factory) -> Iterator[str]:
    """``foi dashboard`` over that folder, in a process of its own."""
    chromium()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("log") / "dashboard"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "orchestration.cli",
                "dashboard",
                "--port",
                str(port),
                "--warehouse",
                str(home / "foi.duckdb"),
            ],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if not name.startswith("FOI_")},
        )
        try:
            await_start(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def await_start(address: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            with build_opener(ProxyHandler({})).open(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"foi dashboard did not come up within {STARTS_WITHIN} s:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with open_browser(SIZES["desktop"]) as browser:
        browser.page.set_default_timeout(SHOWS_WITHIN)
        yield browser


@pytest.fixture
def browser(opened) -> Iterator[Browser]:
    """The browser; whatever a test does with it, nothing is asked of another machine and nothing is complained of."""
    opened.asked.clear()
    opened.errors.clear()
    opened.page.set_viewport_size(SIZES["desktop"])
    yield opened
    assert opened.asked and opened.outside() == []
    assert opened.errors == []


def show(browser: Browser, address: str, path: str) -> None:
    """Open an address and wait until the page stands, its charts included."""
    browser.page.goto(address + path)
    browser.page.locator("footer, .empty").first.wait_for()
    browser.page.wait_for_load_state("networkidle")
    for graph in browser.page.locator(".graph").all():
        graph.locator(".main-svg").first.wait_for()


def choose(browser: Browser, label: str, option: str) -> None:
    """Choose from one of the page's lists as a person does."""
    browser.page.get_by_role("group", name=label).locator("button").click()
    browser.page.get_by_role("option").filter(has_text=option).first.click()


def card(browser: Browser, title: str) -> str:
    """A headline figure as shown."""
    return browser.page.locator(".card").filter(has_text=title).locator(".card-value").inner_text()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_shows_without_a_complaint_and_fits_the_screen(address, browser, name):
    path, text = PAGES[name]
    show(browser, address, path)
    assert text in browser.page.locator("#page").inner_text()
    for size, viewport in SIZES.items():
        browser.page.set_viewport_size(viewport)
        browser.page.wait_for_timeout(400)  # charts follow the width
        assert browser.overhang() <= 0
        assert different_lines(browser.shoot(f"dashboard_{name}_{size}", whole=True)) > 60


def test_what_is_shown_is_what_the_file_says(address, browser, home):
    show(browser, address, "/?year=2017")
    received, reviews, reports = ask(
        home / "foi.duckdb",
        """
        SELECT sum(requests_received), sum(reviews_total), count(*) FROM marts.fact_foi_requests
        WHERE is_additive_unit AND report_year = 2017""",
    )[0]
    ((rate,),) = ask(
        home / "foi.duckdb",
        """
        SELECT sum(numerator) / sum(denominator) FROM marts.rate_grants
        WHERE is_additive_unit AND report_year = 2017 AND rate_definition = 'broad'""",
    )
    assert card(browser, "收到申请") == f"{received:,.0f}" and card(browser, "行政复议") == f"{reviews:,.0f}"
    assert card(browser, "公开率（宽口径）") == f"{rate:.1%}"
    assert f"（{reports}–" not in browser.page.locator(".cards").inner_text()

    show(browser, address, "/jurisdiction/330304?year=2017")
    shown = {
        row.locator("th").inner_text(): row.locator("td").nth(1).inner_text()
        for row in browser.page.locator("#outcomes tbody tr").all()
    }
    assert shown == {
        label: f"{count:,.0f}"
        for label, count in ask(
            home / "foi.duckdb",
            f"""
        SELECT label_zh, sum(request_count) FROM marts.fact_foi_outcomes JOIN marts.dim_outcome USING (outcome_code)
        WHERE report_id = '{OUHAI}' GROUP BY ALL HAVING sum(request_count) IS NOT NULL""",
        )
    }


def test_a_choice_changes_the_figures_and_the_address_keeps_it(address, browser, home):
    totals = dict(
        ask(
            home / "foi.duckdb",
            """
        SELECT report_year, sum(requests_received) FROM marts.fact_foi_requests WHERE is_additive_unit GROUP BY ALL""",
        )
    )
    show(browser, address, "/")
    assert card(browser, "收到申请") == f"{totals[2018]:,.0f}"
    choose(browser, "年度", "2017")
    browser.page.wait_for_url("**/?year=2017")
    browser.page.get_by_text("主要数字 · 2017 年").wait_for()
    assert card(browser, "收到申请") == f"{totals[2017]:,.0f}"
    choose(browser, "省份", "浙江省")
    browser.page.wait_for_url("**province=330000*")
    browser.page.locator(".card").filter(has_text="0 份报告").first.wait_for()
    assert card(browser, "收到申请") == "—"  # the province's report of 2017 does not print it, which is not 0
    browser.page.go_back()
    browser.page.locator(".card-note").filter(has_text="2 份报告").first.wait_for()
    assert card(browser, "收到申请") == f"{totals[2017]:,.0f}"


def test_from_a_name_to_the_printed_cell(address, browser, home):
    ((label, table, row, column),) = ask(
        home / "foi.duckdb",
        f"""
        SELECT printed_label, table_index + 1, row_index + 1, column_index + 1 FROM marts.fact_reported_figures
        WHERE report_id = '{OUHAI}' AND indicator_code = 'responses_not_exist'""",
    )
    show(browser, address, "/")
    browser.page.get_by_role("link", name="地区", exact=True).click()
    browser.page.get_by_role("group", name="按名称、拼音或代码查找地区").locator("button").click()
    browser.page.keyboard.type("ouhai")
    browser.page.get_by_role("option").filter(has_text="瓯海区").click()
    browser.page.wait_for_url("**/jurisdiction/330304*")
    browser.page.locator("#outcomes").get_by_role("link", name="55").click()
    cell = browser.page.locator("#cell")
    cell.wait_for()
    text = cell.inner_text()
    assert label == "6.申请信息不存在数" and label in text and f"第 {table} 个表第 {row} 行第 {column} 列" in text
    assert OUHAI in text and "330304_ouhai_2017.txt" in text
    assert cell.locator("mark").inner_text().strip() == "55"


def test_a_point_of_a_chart_leads_to_its_cell(address, browser):
    show(browser, address, "/jurisdiction/330304")
    browser.page.locator(".graph").first.locator(".point").first.click(force=True)
    browser.page.locator("#cell").wait_for()
    assert browser.page.url.endswith(f"/report/{OUHAI}?series=requests_received")
    assert browser.page.locator("#cell mark").inner_text().strip() == "244"


def test_one_can_go_on_by_keyboard_after_a_choice(address, browser):
    show(browser, address, "/dictionary")
    box = browser.page.get_by_role("group", name="指标名称").locator("input")
    box.click()
    browser.page.keyboard.type("复议")
    browser.page.wait_for_url("**q=*")
    browser.page.wait_for_timeout(1500)
    browser.page.keyboard.type("数量")
    browser.page.get_by_role("link", name="四、行政复议数量").wait_for()
    assert box.input_value() == "复议数量"


def test_the_page_speaks_the_language_of_its_address(address, browser):
    show(browser, address, "/jurisdiction/330304?year=2017")
    assert browser.page.evaluate("document.documentElement.lang") == "zh-CN"
    browser.page.get_by_role("link", name="English").click()
    browser.page.get_by_role("heading", name="Outcomes of 2017").wait_for()
    assert "lang=en" in browser.page.url and "year=2017" in browser.page.url
    assert browser.page.evaluate("document.documentElement.lang") == "en"
    assert "瓯海区 Ou Hai Qu" in browser.page.locator("h1").inner_text()


def test_text_of_a_document_is_shown_and_never_run(address, browser, home):
    """A published file whose labels, names and addresses are markup, put in the place of the other under the server."""
    kept, part = home / "kept.duckdb", home / "build" / "foi.duckdb"
    shutil.copy(home / "foi.duckdb", kept)
    shutil.copy(home / "foi.duckdb", part)
    with duckdb.connect(str(part)) as connection:
        for table, columns in {
            "fact_reported_figures": ("printed_label", "printed_text"),
            "dim_report": ("title", "issuer", "issuing_body"),
            "fact_report_issues": ("printed_text", "message"),
        }.items():
            for column in columns:
                connection.execute(f"UPDATE marts.{table} SET {column} = $1", [HOSTILE])
        connection.execute("UPDATE marts.dim_report SET source_url = 'javascript:window.pwned=1'")
    os.replace(part, home / "foi.duckdb")
    try:
        for path in (
            f"/report/{PINGYANG}?series=requests_received",
            "/quality?show=issues",
            "/jurisdiction/330326",
            "/compare?bodies=330326",
        ):
            show(browser, address, path)
            assert browser.page.locator("img").count() == 0 and browser.page.evaluate("window.pwned") is None
            assert browser.page.locator("a[href^=javascript]").count() == 0
        show(browser, address, f"/report/{PINGYANG}?series=requests_received")
        assert (
            HOSTILE in browser.page.locator("#cell").inner_text() and HOSTILE in browser.page.locator("h1").inner_text()
        )
    finally:
        os.replace(kept, home / "foi.duckdb")


def test_nothing_from_elsewhere_may_be_loaded_or_run(address, browser):
    policy = browser.page.goto(address).headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe-eval" not in policy
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "unsafe-inline" not in scripts and "http" not in policy


def test_a_refresh_under_the_dashboard_is_followed_and_not_disturbed(address, browser, home):
    from orchestration.refresh.run import refresh
    from tests.generator import generate

    show(browser, address, "/")
    assert "含 5 份报告" in browser.page.locator("footer").inner_text()
    report = generate(0, "G4", "html")
    (home / "reports" / report.name).write_bytes(report.data)
    assert refresh(settings_of(home)).is_published
    show(browser, address, "/")
    assert "含 6 份报告" in browser.page.locator("footer").inner_text()
    show(browser, address, f"/jurisdiction/{report.jurisdiction_code}")
    received = next(row.value for row in report.key if (row.code, row.applicant) == ("requests_new", "total"))
    assert card(browser, "收到申请") == f"{received:,.0f}"
