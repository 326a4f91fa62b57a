"""The documentation site: whole, offline, searchable by printed label; what a report printed stays text in it."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from html import unescape
from pathlib import Path

import duckdb
import pytest
from lxml import html as lxml_html

from orchestration.queries import load_queries
from orchestration.settings import SettingError
from orchestration.site import dictionary, markup
from orchestration.site.build import SiteFailed, build_site
from orchestration.site.links import faults
from parsers.catalogue import load
from tests.browser import open_browser
from tests.warehouses import settings_of

HOSTILE = "<img src=x onerror=alert(1)> </div></table> | ~~a~~ **b** [c](http://d.example) {{ e }} </script><script>f()"


@pytest.fixture(scope="module")
def site(published, tmp_path_factory) -> Path:
    """The site of a published file in which one report says what no report should."""
    home = tmp_path_factory.mktemp("documented")
    for part in ("reports", "build"):
        shutil.copytree(published / part, home / part, ignore=shutil.ignore_patterns("dagster_home"))
    shutil.copyfile(published / "foi.duckdb", home / "foi.duckdb")
    with duckdb.connect(str(home / "foi.duckdb")) as connection:
        connection.execute("DELETE FROM marts.fact_report_issues")
        connection.execute(
            "INSERT INTO marts.fact_report_issues BY NAME SELECT report_id, 1 AS issue_no, $1 AS source_file, "
            "'unlisted_label' AS issue_kind, 'error' AS severity, $1 AS title_zh, $1 AS message, $1 AS printed_text "
            "FROM marts.dim_report LIMIT 1",
            [HOSTILE],
        )
    return build_site(settings_of(home), with_dbt=False)


def page(site: Path, name: str):
    return lxml_html.document_fromstring((site / name).read_bytes())


def said(element) -> str:
    return " ".join(element.text_content().split())


def test_no_link_of_the_site_is_dead_and_nothing_is_loaded_from_elsewhere(site):
    assert faults(site) == []
    assert (site / "data-docs" / "index.html").is_file() and len(list(site.rglob("*.html"))) > 15


def test_the_checker_of_links_finds_what_is_wrong(tmp_path):
    (tmp_path / "a.html").write_text(
        '<p id="here"><a href="#here">x</a><a href="#gone">x</a><a href="no.html">x</a><a href="../up.html">x</a>'
        '<a href="b.html#top">x</a><a href="https://example.org">x</a><img src="//cdn.example/x.png">'
        '<link rel="stylesheet" href="https://cdn.example/x.css"><script src="no.js"></script>'
    )
    (tmp_path / "b.html").write_text("<p>x")
    found = {(fault.address, fault.reason) for fault in faults(tmp_path)}
    assert found == {
        ("#gone", "leads to no anchor"), ("no.html", "leads to no file"), ("../up.html", "leads out of the site"),
        ("b.html#top", "leads to no anchor"), ("//cdn.example/x.png", "is loaded from another machine"),
        ("https://cdn.example/x.css", "is loaded from another machine"), ("no.js", "leads to no file"),
    }  # fmt: skip


def test_every_indicator_of_every_form_is_in_the_dictionary_with_each_wording_that_is_read(site):
    tables = load().tables()
    for template in tables["templates"]:
        found = page(site, f"dictionary/{template['template_code']}.html")
        text, anchors = unescape(said(found)), set(found.xpath("//@id"))
        mine = [i for i in tables["indicators"] if i["template_code"] == template["template_code"]]
        assert {i["indicator_code"] for i in mine} <= anchors
        for variant in tables["label_variants"]:
            if variant["template_code"] == template["template_code"]:
                assert " ".join(variant["label"].split()) in text, variant
        identities = [d for d in tables["identities"] if d["template_code"] == template["template_code"]]
        assert {d["identity_code"] for d in identities} <= anchors
    series = set(page(site, "dictionary/series.html").xpath("//@id"))
    assert {s["series_code"] for s in tables["series"]} <= series


def test_headings_are_the_printed_labels_and_no_marks_are_left_over(site):
    titles = [said(h) for h in page(site, "dictionary/G2.html").xpath("//h3")]
    assert "其中:主动公开规范性文件数" in titles and "1.政府公报公开政府信息数" in titles
    assert not [title for title in titles if "\\" in title or "{" in title]


def test_every_sample_query_and_every_table_has_its_place(site):
    queries = page(site, "queries.html")
    for query in load_queries().values():
        (title,) = queries.xpath(f"//h3[@id='{query.name}']")
        assert query.question_zh in said(queries) and query.question_en in said(queries)
        assert " ".join(query.example.split()[:4]) in said(queries), title
    marts = set(page(site, "lineage/marts.html").xpath("//h2/@id"))
    assert {"fact_reported_figures", "dim_report", "rate_grants"} <= marts
    drawn = page(site, "lineage/index.html").xpath("//*[local-name()='svg'][@role='img']//a/@href")
    assert "marts.html#fact_foi_requests" in drawn


def test_what_a_report_printed_is_text_in_the_site_whatever_it_looks_like(site):
    quality = page(site, "quality/index.html")
    cells = [said(cell) for cell in quality.xpath("//h2[@id='issue-list']/following::table[1]//td")]
    assert cells.count(HOSTILE) == 3
    assert not quality.xpath("//img[@onerror] | //article//script | //article//del | //a[contains(@href,'d.example')]")
    assert "f()" not in " ".join(quality.xpath("//script/text()"))


def test_the_figures_of_the_quality_page_are_those_of_the_published_file(site, published):
    with duckdb.connect(str(published / "foi.duckdb"), read_only=True) as connection:
        wanted = connection.execute(
            "SELECT value_state, origin, count(*)::VARCHAR FROM marts.fact_reported_figures GROUP BY 1, 2"
        ).fetchall()
    rows = page(site, "quality/index.html").xpath("//h2[@id='states']/following::table[1]/tbody/tr")
    assert sorted(tuple(said(cell).replace(",", "") for cell in row) for row in rows) == sorted(wanted)


def test_an_analyst_finds_an_indicator_by_a_part_of_its_printed_label_in_a_browser_without_a_network(site):
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    errors: list[str] = []
    try:
        with open_browser(viewport={"width": 1280, "height": 900}) as browser:
            browser.page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
            browser.page.on("pageerror", lambda error: errors.append(str(error)))
            browser.page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
            browser.page.locator("[data-md-component=search-query]").fill("收到申请数")
            hit = browser.page.locator(".md-search-result__link[href*='G2.html'][href$='#requests_received']").first
            hit.wait_for(timeout=30_000)
            browser.shoot("docs_search")
            assert browser.outside() == [] and errors == []
    finally:
        server.shutdown()
        server.server_close()


def test_text_that_becomes_a_heading_or_a_cell_keeps_every_character_and_no_power():
    assert markup.text("<b>&\x00") == "&lt;b&gt;&amp;\ufffd"
    assert markup.table(("a",), [("x | y\n\n# z",)]).count("\n") == 2, "a table is one block: no line can end it"
    assert markup.heading(2, "a*b <c> {d}", "e") == "\n## a\\*b &lt;c\\> \\{d\\} { #e }\n"
    assert markup.text(None) == "" and markup.text(True) != markup.text(1)


def test_without_a_published_file_the_quality_page_says_so_and_the_rest_is_there(tmp_path, monkeypatch):
    from orchestration.site import quality

    made = quality.pages(None, tmp_path / "README.md", has_data_docs=False)
    assert "no figures" in made["quality/index.md"] and "Nothing has been measured" in made["quality/accuracy.md"]
    assert dictionary.pages(load().tables())["dictionary/index.md"].count("G4") > 1


def test_a_folder_that_is_no_site_is_not_replaced_and_a_broken_page_stops_the_build(site, published, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(SettingError, match="no documentation site"):
        build_site(settings_of(published), tmp_path, with_dbt=False)
    assert (tmp_path / "mine.txt").read_text() == "keep"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("orchestration.site.samples.pages", lambda: {"queries.md": "# x\n\n[dead](nowhere.md)\n"})
        before = (site / "queries.html").read_bytes()
        with pytest.raises(SiteFailed, match="could not be built"):
            build_site(settings_of(published), site, with_dbt=False)
    assert (site / "queries.html").read_bytes() == before
