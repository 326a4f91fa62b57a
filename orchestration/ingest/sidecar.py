"""Sidecars: what a collector knows of a file and the file does not say, in ``<file name>.meta.yml`` or ``.meta.json``.

Keys, all optional: source_url, retrieved_at, source_authority, issuer, jurisdiction_code. The last two override what
the document says of its issuer. A sidecar with anything else in it is rejected as a whole, with the reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from orchestration.ingest.landing import SIDECAR_SUFFIXES

MAX_BYTES = 64 * 1024
KEYS = ("source_url", "retrieved_at", "source_authority", "issuer", "jurisdiction_code")


class BrokenSidecar(ValueError):
    """The sidecar cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What a sidecar says; ``retrieved_at`` is UTC without a zone."""

    source_url: str | None = None
    retrieved_at: datetime | None = None
    source_authority: str | None = None
    issuer: str | None = None
    jurisdiction_code: str | None = None


def report_of(path: str) -> str:
    """The path of the file that a sidecar speaks of."""
    return next(path.removesuffix(suffix) for suffix in SIDECAR_SUFFIXES if path.endswith(suffix))


def parse_sidecar(data: bytes, name: str) -> Sidecar:
    """Read a sidecar's bytes. Raises BrokenSidecar."""
    if len(data) > MAX_BYTES:
        raise BrokenSidecar(f"{len(data):,} bytes is too much for a sidecar ({MAX_BYTES:,} at most)")
    try:
        return _sidecar(_load(data, name))
    except BrokenSidecar:
        raise
    except (ValueError, OverflowError) as error:  # numbers and times beyond what Python prints and converts
        raise BrokenSidecar(f"it cannot be read: {' '.join(str(error).split())[:200]}") from error


def _sidecar(content: object) -> Sidecar:
    if not isinstance(content, dict):
        raise BrokenSidecar("it is not a mapping of keys to values")
    unknown = sorted(str(key)[:40] for key in content if key not in KEYS)
    if unknown:
        raise BrokenSidecar(f"unknown key {', '.join(unknown[:5])}; known are {', '.join(KEYS)}")
    texts = {key: _text(key, content.get(key)) for key in KEYS if key != "retrieved_at"}
    _check(texts)
    return Sidecar(retrieved_at=_instant(content.get("retrieved_at")), **texts)


def _load(data: bytes, name: str) -> object:
    import yaml

    class Flat(yaml.SafeLoader):
        """YAML without aliases: a flat mapping needs none, and a few, merged over and over, grow to gigabytes."""

        def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                raise BrokenSidecar("it has aliases (*name), which are not allowed")
            return super().compose_node(parent, index)

    try:
        text = data.decode("utf-8-sig")
        return json.loads(text) if name.endswith(".json") else yaml.load(text, Flat)
    except BrokenSidecar:
        raise
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise BrokenSidecar(f"it cannot be read: {' '.join(str(error).split())[:200]}") from error


def _text(key: str, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and key == "jurisdiction_code":
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise BrokenSidecar(f"{key} is not a text")
    return value.strip()


def _check(texts: dict[str, str | None]) -> None:
    url, code = texts["source_url"], texts["jurisdiction_code"]
    if url and not _is_web_address(url):
        raise BrokenSidecar("source_url is not an address of the form http://… or https://…")
    if code and not (len(code) == 6 and code.isascii() and code.isdecimal()):
        raise BrokenSidecar(f"jurisdiction_code {code[:20]!r} is not a six-digit code of GB/T 2260")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable() and " " not in url


def _instant(value: object) -> datetime | None:
    """A date or time as a UTC instant; a time without a zone is taken as UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise BrokenSidecar(f"retrieved_at {value[:40]!r} is not a date or time of ISO 8601") from error
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    raise BrokenSidecar("retrieved_at is not a date or time of ISO 8601")
