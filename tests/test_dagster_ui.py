"""What people see in Dagster's web UI after a refresh, in a real browser: run, lineage, checks, docs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import duckdb
import pytest

from orchestration.refresh import state, steps
from tests.browser import Browser, chromium, different_lines, open_browser
from tests.warehouses import settings_of

ROOT = Path(__file__).parents[1]
STARTS_WITHIN, RUNS_WITHIN, SHOWS_WITHIN = 90, 300, 30_000
# The schedule ticks once, at a full minute by which the server is up and the tests before have had their time.
TICKS_WITHIN = 130
SUITES = {
    "completeness": "dim_report",
    "validity": "fact_reported_figures",
    "reconciliation": "fact_report_discrepancies",
    "coverage": "fact_foi_requests",
}
USUAL, LARGE = {"width": 1600, "height": 1000}, {"width": 2800, "height": 1900}
LAYERS = ("raw", "staging", "marts", "published")
ASSETS = "{ assetNodes { assetKey { path } dependencyKeys { path } description } }"
RUNS = "{ runsOrError { ... on Runs { results { runId status jobName tags { key value } } } } }"
REPOSITORY = {"repositoryLocationName": "foi", "repositoryName": "__repository__"}
# What the web UI asks where a person launches a backfill.
BACKFILL = """mutation($it: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $it) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
CHECKS = """query($path: [String!]!) { assetNodeOrError(assetKey: {path: $path}) { ... on AssetNode {
    assetChecksOrError { ... on AssetChecks { checks {
        name blocking executionForLatestMaterialization { evaluation { success } } } } } } } }"""

pytestmark = pytest.mark.integration


@dataclass(frozen=True, slots=True)
class Server:
    """``foi dev`` over a warehouse that one ``foi refresh`` has made."""

    address: str
    home: Path

    def ask(self, query: str, **variables: Any) -> Any:
        """What Dagster's own GraphQL says."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = Request(f"{self.address}/graphql", body, {"Content-Type": "application/json"})
        with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
            return json.load(answer)["data"]

    def runs(self) -> list[dict[str, str]]:
        """All runs, the newest first."""
        return self.ask(RUNS)["runsOrError"]["results"]

    def run_with(self, tag: str) -> dict[str, Any] | None:
        """The newest run that carries a tag, with the tag's value under ``value``."""
        for run in self.runs():
            for found in run["tags"]:
                if found["key"] == tag:
                    return run | {"value": found["value"]}
        return None

    def parents(self) -> dict[str, set[str]]:
        """The assets that each asset directly stands on, as ``schema/table``."""
        return {"/".join(node["assetKey"]["path"]): {"/".join(key["path"]) for key in node["dependencyKeys"]}
                for node in self.ask(ASSETS)["assetNodes"]}


@pytest.fixture(scope="module")
def server(published, tmp_path_factory) -> Iterator[Server]:
    """Dagster's web server, daemon and code server over a copy of the published folder; none outlives the tests."""
    chromium()
    folder = tmp_path_factory.mktemp("ui")
    home = folder / "home"
    shutil.copytree(published, home)
    saved, now = state.load(settings_of(published).state_file), settings_of(home)
    moved = state.State(str(now.warehouse), str(now.reports_dir), saved.code, saved.parser, saved.listing)
    state.save(now.state_file, steps.remembered(moved, now))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tick = datetime.now(UTC) + timedelta(seconds=TICKS_WITHIN)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FOI_", "DAGSTER_"))}
    ours = {"FOI_REPORTS_DIR": home / "reports", "FOI_WAREHOUSE": home / "foi.duckdb", "FOI_BUILD_DIR": home / "build",
            "FOI_SENSOR": 2, "FOI_SCHEDULE": f"{tick.minute} {tick.hour} * * *", "PYTHONPATH": ROOT, "TMPDIR": folder}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "orchestration.cli", "dev", "--port", str(port)], cwd=ROOT,
                                   env=inherited | {k: str(v) for k, v in ours.items()}, stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            server = Server(f"http://127.0.0.1:{port}", home)
            _await_start(server, process, folder / "log")
            yield server
        finally:
            _stop(process)


def _await_start(server: Server, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            if server.parents():
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"foi dev did not come up within {STARTS_WITHIN} s:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(process: subprocess.Popen) -> None:
    """End the process and all that it has started: they are one process group."""
    for sign, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
        end = time.monotonic() + patience
        try:
            os.killpg(process.pid, sign)
            while time.monotonic() < end:
                process.poll()
                os.killpg(process.pid, 0)
                time.sleep(0.1)
        except ProcessLookupError:
            return


@pytest.fixture(scope="module")
def opened(server) -> Iterator[Browser]:
    with open_browser(USUAL) as browser:
        browser.page.set_default_timeout(SHOWS_WITHIN)
        yield browser


@pytest.fixture
def browser(opened) -> Iterator[Browser]:
    """The browser; whatever a test does with it, its pages ask nothing of another machine."""
    opened.asked.clear()
    yield opened
    assert opened.asked and opened.outside() == []


def shows_something(browser: Browser, name: str) -> bool:
    """Take pictures for people until one shows something and what moves has come to rest; whether one did.

    Dagster's pages poll for ever, so that no silence of the network says that they are ready.
    """
    end, before = time.monotonic() + SHOWS_WITHIN / 1000, b""
    while True:
        picture = browser.shoot(f"dagster_{name}")
        is_shown, now = different_lines(picture) > 100, picture.read_bytes()
        if is_shown and now == before or time.monotonic() > end:
            return is_shown
        before = now
        browser.page.wait_for_timeout(500)


def test_what_a_page_asks_of_another_machine_is_refused_and_noticed(opened):
    opened.asked.clear()
    opened.page.set_content('<img src="https://example.org/pixel.png"><script src="http://10.1.2.3/x.js"></script>')
    assert sorted(opened.outside()) == ["http://10.1.2.3/x.js", "https://example.org/pixel.png"]
    assert opened.page.evaluate("document.querySelector('img').naturalWidth") == 0


def test_nobody_is_asked_for_an_address(server, browser):
    """Dagster greets with a form that sends an e-mail address to its maker; dagster.yaml switches it off."""
    browser.page.goto(f"{server.address}/runs")
    browser.page.get_by_text("Success", exact=True).first.wait_for()
    browser.page.wait_for_timeout(1000)
    assert not browser.page.locator("input[type=email], [role=dialog]").count()
    assert not browser.page.get_by_text("Join the Dagster community").count()


def test_the_run_of_foi_refresh_is_shown_as_a_success(server, browser):
    run = server.runs()[-1]
    assert (run["status"], run["jobName"]) == ("SUCCESS", "refresh")
    browser.page.goto(f"{server.address}/runs")
    row = browser.page.locator("tr, [role=row], div").filter(has_text=run["runId"][:8]).filter(has_text="Success").last
    row.wait_for()
    text = row.inner_text()
    assert "foi/command: foi refresh" in text and "refresh" in text and "Failure" not in text
    assert shows_something(browser, "runs")


def test_the_lineage_leads_from_the_landing_zone_to_the_published_file(server):
    parents = server.parents()
    above, reached = {"published/foi"}, set()
    while above:
        reached |= above
        above = set().union(*(parents[asset] for asset in above)) - reached
    assert {"raw/landing_files", "raw/documents", "raw/observations", "catalogue/indicators"} <= reached
    assert {f"marts/{mart}" for mart in SUITES.values()} <= reached
    assert not [asset for asset in parents if asset.startswith("marts/") and not parents[asset]]


def test_the_graph_shows_the_layers_from_left_to_right(server, browser):
    browser.page.goto(f"{server.address}/asset-groups")
    graph = browser.page.locator("foreignObject")
    places = []
    for layer in LAYERS:
        node = graph.get_by_text(layer, exact=True).first
        node.wait_for()
        places.append(node.bounding_box()["x"])
    assert places == sorted(places) and len(set(places)) == len(LAYERS)
    assert shows_something(browser, "lineage_of_groups")


def test_the_graph_leads_from_the_raw_documents_to_the_marts(server, browser):
    browser.page.set_viewport_size(LARGE)
    browser.page.goto(f"{server.address}/assets/raw/documents?view=lineage&lineageScope=downstream&lineageDepth=20")
    graph, places = browser.page.locator("foreignObject"), []
    for asset in ("documents", "stg_raw__documents", "dim_report", "foi"):
        node = graph.get_by_text(asset, exact=True).first
        node.wait_for()
        places.append(node.bounding_box()["x"])
    assert places == sorted(places)
    assert shows_something(browser, "lineage_of_documents")
    browser.page.set_viewport_size(USUAL)


def _await_checks(server: Server, mart: str) -> list[dict[str, Any]]:
    """The checks of a mart once all have looked at what was made last: the schedule's tick may just have made it."""
    end, found = time.monotonic() + RUNS_WITHIN, []
    while time.monotonic() < end:
        found = server.ask(CHECKS, path=["marts", mart])["assetNodeOrError"]["assetChecksOrError"]["checks"]
        if all(check["executionForLatestMaterialization"] for check in found):
            break
        time.sleep(0.5)
    return found


@pytest.mark.parametrize("suite", SUITES)
def test_the_checks_of_a_mart_are_listed_with_their_result(server, browser, suite):
    from playwright.sync_api import expect

    mart = SUITES[suite]
    found = _await_checks(server, mart)
    check = {check["name"]: check for check in found}[suite]
    assert check["blocking"] and check["executionForLatestMaterialization"]["evaluation"]["success"]

    browser.page.goto(f"{server.address}/assets/marts/{mart}?view=checks&checkDetail={suite}")
    browser.page.get_by_text(f"Checks ({len(found)})").wait_for()
    for name in (suite, "well_formed"):
        browser.page.get_by_text(name, exact=True).first.wait_for()
    browser.page.get_by_text("Passed", exact=True).first.wait_for()
    expect(browser.page.get_by_text("Succeeded", exact=True)).to_have_count(len(found))
    assert browser.page.get_by_text("This is a blocking asset check.").count()
    assert shows_something(browser, f"checks_{suite}")


def test_every_asset_says_what_it_holds(server, browser):
    said = {"/".join(node["assetKey"]["path"]): node["description"] for node in server.ask(ASSETS)["assetNodes"]}
    assert [asset for asset, description in said.items() if not description] == []
    browser.page.goto(f"{server.address}/assets/marts/fact_reported_figures")
    browser.page.get_by_text("Columns", exact=True).first.wait_for()
    for column in ("report_id", "printed_label", "value_state"):
        browser.page.get_by_text(column, exact=True).first.wait_for()
    assert shows_something(browser, "docs_of_a_mart")


def _await_success(server: Server, tag: str) -> dict[str, Any]:
    """Wait for the newest run with a tag to end well."""
    end, run = time.monotonic() + RUNS_WITHIN, None
    while time.monotonic() < end:
        run = server.run_with(tag)
        if run and run["status"] in ("SUCCESS", "FAILURE", "CANCELED"):
            break
        time.sleep(0.5)
    assert run and run["status"] == "SUCCESS", (tag, run)
    return run


@pytest.fixture(scope="module")
def started(server, opened) -> dict[str, dict[str, Any]]:
    """Runs by what started them: a person in the browser, a tick of the schedule, a backfill of 2018, the sensor.

    All but the last at once, since they queue up: one writes at a time. The sensor sees a report dropped at the end.
    """
    opened.page.goto(f"{server.address}/locations/foi/jobs/refresh")
    opened.page.locator("foreignObject").get_by_text("raw", exact=True).first.wait_for()
    opened.page.get_by_role("button", name="Materialize all").click()
    opened.page.get_by_text("Launched run").first.wait_for()
    person = server.runs()[0]["runId"]
    backfill = {"selector": {"partitionSetName": "reread_year_partition_set", "repositorySelector": REPOSITORY},
                "partitionNames": ["2018"]}
    assert server.ask(BACKFILL, it=backfill)["launchPartitionBackfill"]["__typename"] == "LaunchBackfillSuccess"
    runs = {"backfill": _await_success(server, "dagster/backfill")}
    runs["schedule"] = _await_success(server, "dagster/schedule_name")
    runs["person"] = next(run for run in server.runs() if run["runId"] == person)
    report = next((server.home / "reports").rglob("*nanxian*"))
    whole = server.home / "dropped.txt"
    whole.write_bytes(report.read_bytes() + b"\n")
    whole.rename(server.home / "reports" / whole.name)  # at once, or the sensor might see it while it is written
    runs["sensor"] = _await_success(server, "dagster/sensor_name")
    return runs


def published_runs(server: Server) -> dict[str, tuple[int, str]]:
    """Documents read and what started it, by run, as the published file says now."""
    with duckdb.connect(str(server.home / "foi.duckdb"), read_only=True) as connection:
        query = "SELECT run_id, document_count, started_by FROM marts.fact_refresh_runs"
        return {run: (read, by) for run, read, by in connection.execute(query).fetchall()}


def test_a_refresh_that_is_started_in_the_browser_publishes(server, started):
    assert started["person"]["status"] == "SUCCESS"
    assert published_runs(server)[started["person"]["runId"]] == (0, "dagster")


def test_a_tick_of_the_schedule_refreshes_the_published_file(server, started):
    assert published_runs(server)[started["schedule"]["runId"]] == (0, "schedule nightly_refresh")


def test_a_tick_of_the_sensor_takes_in_a_report_that_was_dropped(server, started):
    assert published_runs(server)[started["sensor"]["runId"]] == (1, "sensor landing_zone")
    with duckdb.connect(str(server.home / "foi.duckdb"), read_only=True) as connection:
        query = "SELECT state FROM raw.landing_files WHERE source_file = 'dropped.txt'"
        assert connection.execute(query).fetchall() == [("read",)]
        assert connection.execute("SELECT count(*) FROM raw.documents").fetchall() == [(6,)]


def test_a_backfill_of_a_year_reads_the_documents_of_that_year(server, started):
    run = started["backfill"]
    assert run["jobName"] == "reread_year"
    assert {"key": "dagster/partition", "value": "2018"} in run["tags"]
    assert published_runs(server)[run["runId"]] == (1, f"backfill {run['value']}")


def test_what_started_a_run_is_shown_in_the_browser(server, browser, started):
    browser.page.goto(f"{server.address}/runs")
    for text in ("nightly_refresh", "landing_zone", "reread_year"):
        browser.page.get_by_text(text).first.wait_for()
    assert browser.page.get_by_text("Success", exact=True).count() >= 5
    assert shows_something(browser, "runs_by_schedule_sensor_and_backfill")
    browser.page.goto(f"{server.address}/automation")
    for text in ("nightly_refresh", "landing_zone"):
        browser.page.get_by_text(text).first.wait_for()
    assert shows_something(browser, "automation")


def test_the_published_file_shows_its_freshness_and_its_numbers(server, browser, started):
    browser.page.goto(f"{server.address}/assets/published/foi")
    for text in ("figures", "seconds_dbt_build", "data_docs"):
        browser.page.get_by_text(text, exact=True).first.wait_for()
    assert shows_something(browser, "published_file")
