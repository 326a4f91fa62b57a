"""A real headless Chromium for tests: what its pages ask of other machines is refused and remembered."""

from __future__ import annotations

import re
import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

OUT = Path(__file__).parent / "out"
"""Screenshots for people to look at; not in git."""
LOCAL = ("127.0.0.1", "localhost")
_ELSEWHERE = re.compile(r"(?!https?://(127\.0\.0\.1|localhost)[:/])https?:")  # Playwright matches it, not Python
_SWITCHES = (
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@dataclass(slots=True)
class Browser:
    """One page, the addresses that it asked for, and what it complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def outside(self) -> list[str]:
        """What was asked of another machine."""
        return [url for url in self.asked if not is_local(url)]

    def shoot(self, name: str, whole: bool = False) -> Path:
        """A screenshot in ``OUT``: of what is in view, or of the whole page."""
        OUT.mkdir(exist_ok=True)
        path = OUT / f"{name}.png"
        self.page.screenshot(path=path, full_page=whole)
        return path

    def overhang(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def is_local(url: str) -> bool:
    """Whether an address is of this machine, or carries its content in itself."""
    parts = urlsplit(url)
    return parts.hostname in LOCAL if parts.scheme in ("http", "https", "ws", "wss") else parts.scheme in (
        "about", "blob", "data", "file")


def chromium() -> str:
    """Where Chromium is; skips the test where it is absent."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


@contextmanager
def open_browser(viewport: ViewportSize, **options: Any) -> Iterator[Browser]:
    """A browser with one page; ``options`` are those of a Playwright context. Closed whatever happens."""
    executable = chromium()
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as engine:
        launched = engine.chromium.launch(executable_path=executable, headless=True, args=list(_SWITCHES))
        try:
            context = launched.new_context(viewport=viewport, locale="en-US",
                                           timezone_id="UTC", service_workers="block", **options)
            context.route(_ELSEWHERE, lambda route: route.abort())
            page = context.new_page()
            browser = Browser(page)
            context.on("request", lambda request: browser.asked.append(request.url))
            page.on("console", lambda said: browser.errors.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: browser.errors.append(str(error)))
            page.on("websocket", lambda socket: browser.asked.append(socket.url))
            yield browser
        finally:
            launched.close()


def different_lines(png: Path) -> int:
    """How many scan lines of a picture differ from each other: a blank page has a handful, whatever its size."""
    data, at, packed, width, height = png.read_bytes(), 8, [], 0, 0
    assert data.startswith(b"\x89PNG\r\n\x1a\n"), png
    while at < len(data):
        (length,), kind = struct.unpack(">I", data[at:at + 4]), data[at + 4:at + 8]
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
        elif kind == b"IDAT":
            packed.append(body)
        at += length + 12
    assert width and height, png
    pixels = zlib.decompress(b"".join(packed))
    stride = len(pixels) // height
    return len({pixels[line * stride:(line + 1) * stride] for line in range(height)})
