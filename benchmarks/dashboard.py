"""``python -m benchmarks.dashboard PUBLISHED [--reports N]``: how fast the dashboard answers on as many reports.

PUBLISHED is any published file with reports of all generations; a large one is made from it beside it (``large/``), or
used again. Measured are the pages on the server, each asked for the first time and again, and in a browser a person's
first view and choice. Seconds by the wall clock, and of the processor for the
server: on a machine that others use, the latter say more.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from benchmarks.large import make
from benchmarks.measure import machine

PAGES = ("/", "/?year=2017", "/?year=2017&province=330000", "/jurisdiction/330304?year=2017",
         "/jurisdiction/330304?year=2022", "/compare?bodies=330304,330326,330300", "/quality", "/quality?year=2017",
         "/dictionary?q=申请", "/sources?measure=requests_received&year=2017")  # fmt: skip
PORT = 8060
FIRST_VIEW, FILTER = 2.0, 0.5  # seconds: the aims


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard", description=__doc__.split(": ", 1)[1])
    parser.add_argument("published", type=Path)
    parser.add_argument("--reports", type=int, default=100_000)
    options = parser.parse_args(arguments)
    large = options.published.parent / "large" / options.published.name
    if not large.exists():
        large.parent.mkdir(exist_ok=True)
        print(f"{make(options.published, large, options.reports):,} figures in {large}", flush=True)
    print(machine())
    _server(large)
    _browser(large)
    return 0


def _server(large: Path) -> None:
    from dashboards.app import render
    from dashboards.data.store import Store
    from dashboards.view import View

    store = Store(large)
    print(f"\n{'page':48} {'first, s':>9} {'cpu, s':>7} {'again, s':>9}")
    for page in PAGES:
        path, _, search = page.partition("?")
        took = []
        for _ in range(2):
            wall, cpu = time.perf_counter(), time.process_time()
            render(View.of(path, search), store)
            took.append((time.perf_counter() - wall, time.process_time() - cpu))
        print(f"{page:48} {took[0][0]:9.2f} {took[0][1]:7.2f} {took[1][0]:9.3f}", flush=True)
    store.close()


def _browser(large: Path) -> None:
    from tests.browser import open_browser

    with _serving(large) as address, open_browser({"width": 1440, "height": 900}) as browser:
        page = browser.page
        page.set_default_timeout(120_000)
        for name in ("first view", "first view again"):
            start = time.perf_counter()
            page.goto(address)
            page.locator(".card-value").first.wait_for()
            print(f"{name:24} {time.perf_counter() - start:6.2f} s to the figures (aim {FIRST_VIEW} s)", flush=True)
            page.locator(".graph .main-svg").first.wait_for()
            print(f"{'':24} {time.perf_counter() - start:6.2f} s to the charts", flush=True)
        for year in (2018, 2016, 2018):
            page.get_by_role("group", name="年度").locator("button").click()
            option = page.get_by_role("option").filter(has_text=str(year)).first
            option.wait_for()
            start = time.perf_counter()
            option.click()
            page.get_by_role("heading", name=f"主要数字 · {year} 年").wait_for()
            print(f"{'choice of ' + str(year):24} {time.perf_counter() - start:6.2f} s (aim {FILTER} s)", flush=True)


@contextmanager
def _serving(large: Path):
    command = [sys.executable, "-m", "orchestration.cli", "dashboard", "--port", str(PORT), "--warehouse", str(large)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": os.getcwd()})
    try:
        address, end = f"http://127.0.0.1:{PORT}", time.monotonic() + 120
        while time.monotonic() < end:
            try:
                with build_opener(ProxyHandler({})).open(address, timeout=5):
                    break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


if __name__ == "__main__":
    raise SystemExit(main())
