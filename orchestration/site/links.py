"""Whether a built site holds together: every link leads somewhere, and nothing is loaded from another machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html as lxml_html

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
          "embed": "src", "object": "data", "input": "src"}  # fmt: skip
LOADING_LINKS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "manifest"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a page: where, the address, and why."""

    page: str
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Page:
    anchors: frozenset[str]
    links: tuple[str, ...]
    loads: tuple[str, ...]


def faults(site: Path) -> list[Fault]:
    """Dead links and anchors, and assets of other machines, in all pages of a site.

    404.html is left out: it is served for any address, so its links are absolute. No link to other sites is followed.
    """
    files = sorted(path for path in site.rglob("*.html") if path.name != "404.html")
    pages = {path.relative_to(site).as_posix(): _read(path) for path in files}
    return [
        fault
        for name, page in pages.items()
        for fault in (*_dead(site, name, page, pages), *_foreign(name, page))
    ]


def _read(path: Path) -> _Page:
    root = lxml_html.document_fromstring(path.read_bytes())
    anchors = {element.get("id") for element in root.iter() if isinstance(element.tag, str) and element.get("id")}
    anchors |= {element.get("name") for element in root.iter("a") if element.get("name")}
    links = [element.get("href") for element in root.iter("a", "area") if element.get("href") is not None]
    loads = [element.get(name) for tag, name in LOADED.items() for element in root.iter(tag) if element.get(name)]
    for element in root.iter("link"):
        rel = set((element.get("rel") or "").lower().split())
        if rel & LOADING_LINKS and element.get("href"):
            loads.append(element.get("href"))
    return _Page(frozenset(anchors), tuple(links), tuple(loads))


def _dead(site: Path, name: str, page: _Page, pages: dict[str, _Page]) -> Iterator[Fault]:
    for address in dict.fromkeys((*page.links, *page.loads)):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = _target(site, name, unquote(parts.path))
        if target is None:
            yield Fault(name, address, "leads out of the site")
        elif target not in pages and not (site / target).is_file():
            yield Fault(name, address, "leads to no file")
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
            yield Fault(name, address, "leads to no anchor")


def _target(site: Path, page: str, path: str) -> str | None:
    """The file of the site that a relative address of a page means."""
    if not path:
        return page
    full = (site / page).parent.joinpath(path).resolve()
    if not full.is_relative_to(site.resolve()):
        return None
    relative = full.relative_to(site.resolve()).as_posix()
    return f"{relative}/index.html".removeprefix("./") if full.is_dir() else relative


def _foreign(name: str, page: _Page) -> Iterator[Fault]:
    for address in page.loads:
        if urlsplit(address).scheme not in ("", "data") or address.startswith("//"):
            yield Fault(name, address, "is loaded from another machine")
