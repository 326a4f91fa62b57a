"""The Data Docs are read without a network, run nothing, and show what documents print as text."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from orchestration.checks import datadocs
from orchestration.checks import suite as checks
from orchestration.checks.datadocs import Section, inert, write_site
from orchestration.checks.suite import CheckResult
from tests.checks_fixture import make_build

CHROMIUM = Path("/usr/bin/chromium")
HOSTILE = "\x1f<img src=https://example.org/x onerror=alert(1)><script>alert(2)</script>\"'&$column {{7*7}}"
LOADING = ("src", "href", "srcset", "data", "action", "background", "poster")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The pages of a build whose documents print markup where labels and file names stand."""
    folder = tmp_path_factory.mktemp("docs")
    build = make_build(folder / "foi.duckdb")
    with duckdb.connect(build) as con:
        con.execute("UPDATE raw.documents SET reporting_scope = ?, title = ?, report_year = NULL", [HOSTILE, HOSTILE])
        con.execute("UPDATE raw.observations SET value_state = ?, printed_text = ?", [HOSTILE, HOSTILE])
        con.execute("UPDATE raw.landing_files SET state = ? WHERE document_id = 'report0001'", [HOSTILE])
    with checks.start_worker() as worker:
        worker.run(build, folder / "site", f"run {HOSTILE}")
    return folder / "site"


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_the_index_stands_at_a_fixed_address_and_leads_to_a_page_per_suite(site):
    links = lxml_html.parse(str(site / "index.html")).xpath("//a/@href")
    assert links == [f"{suite}.html" for suite in checks.SUITE_NAMES]
    assert [page.name for page in pages(site)] == sorted(["index.html", *links])


def test_no_page_loads_anything(site):
    for page in pages(site):
        tree = lxml_html.parse(str(page))
        addresses = [value for name in LOADING for value in tree.xpath(f"//@{name}")]
        assert all(re.fullmatch(r"\w+\.html", address) for address in addresses), page
        assert not tree.xpath("//script|//link|//img|//iframe|//object|//embed|//base|//form|//svg"), page
        assert not tree.xpath("//@*[starts-with(name(), 'on')]"), page
        assert not re.search(r"url\(|@import", "".join(tree.xpath("//style/text()|//@style"))), page
        policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy and policy[0].startswith("default-src 'none'"), page


def test_what_a_document_prints_stands_in_the_page_as_text(site):
    for name in ("completeness", "validity", "index"):
        tree = lxml_html.parse(str(site / f"{name}.html"))
        assert "<script>alert(2)</script>" in tree.getroot().text_content()
        assert "{{7*7}}" in tree.getroot().text_content()


def test_the_verdicts_of_great_expectations_are_on_the_pages(site):
    text = (site / "validity.html").read_text(encoding="utf-8")
    assert text.count("As rendered by Great Expectations") >= 4
    assert "text-success" in text and "text-danger" in text


def test_the_index_says_whether_publishing_is_blocked(site, tmp_path):
    assert "Publishing is blocked." in (site / "index.html").read_text(encoding="utf-8")
    write_site(tmp_path / "docs", "run-1", [Section("validity", "heads", "", [result(success=True)])])
    assert "Nothing blocks publishing." in (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")


def result(success: bool) -> CheckResult:
    return CheckResult("validity", 1, "expect_something", "Something.", "3 rows", None, success, "block")


def test_a_new_site_replaces_the_old_one_wholly(tmp_path):
    docs = tmp_path / "docs"
    write_site(docs, "run-1", [Section("validity", "heads", ""), Section("coverage", "years", "")])
    write_site(docs, "run-2", [Section("validity", "heads", "")])
    assert [page.name for page in pages(docs)] == ["index.html", "validity.html"]
    assert "run-2" in (docs / "index.html").read_text(encoding="utf-8")
    assert [entry.name for entry in tmp_path.iterdir()] == ["docs"]


def test_a_site_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    docs = tmp_path / "docs"
    write_site(docs, "run-1", [Section("validity", "heads", "")])
    monkeypatch.setattr(datadocs, "_suite_page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_site(docs, "run-2", [Section("validity", "heads", "")])
    assert "run-1" in (docs / "index.html").read_text(encoding="utf-8")
    assert [entry.name for entry in tmp_path.iterdir()] == ["docs"]


def test_the_leftovers_of_a_killed_run_are_cleared(tmp_path):
    (tmp_path / ".docs.work" / "new").mkdir(parents=True)
    (tmp_path / ".docs.work" / "new" / "half.html").write_text("half")
    write_site(tmp_path / "docs", "run-1", [])
    assert [entry.name for entry in tmp_path.iterdir()] == ["docs"]


@given(st.text(), st.sampled_from(["script", "style", "iframe", "img", "link", "svg", "div", "a", "td"]))
def test_a_fragment_is_inert_whatever_stands_in_it(text, tag):
    attributes = 'onclick="x()" src="https://example.org" href="javascript:x()" style="a:url(b)"'
    fragment = f"<p><{tag} {attributes}>{text}</{tag}>"
    tree = lxml_html.fragment_fromstring(inert(fragment))
    assert not tree.xpath("//script|//style|//iframe|//img|//link|//svg")
    assert {name for element in tree.iter() for name in element.attrib} <= set(datadocs.KEPT_ATTRIBUTES)


def test_a_browser_without_a_network_shows_the_suites_and_asks_for_nothing(site):
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    asked: list[str] = []
    alerts: list[str] = []
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page(color_scheme="dark")
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
        for name in ("index", *checks.SUITE_NAMES):
            page.goto((site / f"{name}.html").as_uri())
            assert page.get_by_role("heading", level=1).is_visible()
            for summary in page.locator("summary").all():
                summary.click()
        page.goto((site / "index.html").as_uri())
        assert page.get_by_role("link", name="reconciliation").is_visible()
        assert page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
        browser.close()
    assert asked and all(url.startswith("file://") for url in asked)
    assert not alerts
