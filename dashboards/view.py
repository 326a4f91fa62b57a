"""What a page is asked to show: the address, taken apart. The address is the only state, so that it can be shared."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode

import yaml

LANGUAGES = ("zh", "en")
MAX_ADDRESS = 2_000
"""A longer query is not read: no page writes one."""
_TEXTS = Path(__file__).with_name("texts.yml")
_UNITS_EN = {
    "件": "cases",
    "条": "items",
    "次": "times",
    "篇": "articles",
    "个": "",
    "人": "persons",
    "人次": "attendances",
    "项": "matters",
    "元": "yuan",
    "万元": "10,000 yuan",
}


@cache
def texts() -> dict[str, tuple[str, str]]:
    """Every sentence of the interface by its key: (Chinese, English)."""
    return {key: tuple(pair) for key, pair in yaml.safe_load(_TEXTS.read_text(encoding="utf-8")).items()}


@dataclass(frozen=True, slots=True)
class View:
    """One address: its path in parts, its parameters, its language."""

    parts: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, pathname: str | None, search: str | None) -> View:
        """Take an address apart; what is no parameter of ours is kept and harms nothing."""
        parts = tuple(unquote(part) for part in (pathname or "/").split("/") if part)
        query = dict(parse_qsl((search or "").lstrip("?")[:MAX_ADDRESS]))
        return cls(parts, query)

    @property
    def page(self) -> str:
        """The name of the page: the first part of the path."""
        return self.parts[0] if self.parts else "overview"

    @property
    def language(self) -> str:
        """zh, unless the address says en."""
        return "en" if self.query.get("lang") == "en" else "zh"

    def get(self, name: str) -> str | None:
        """A parameter, or None where it is absent or empty."""
        return self.query.get(name) or None

    def number(self, name: str) -> int | None:
        """A parameter that is a whole number, or None."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def say(self, key: str, **values: object) -> str:
        """A sentence of the interface in the language of the page. Raises KeyError for an unknown key."""
        return texts()[key][LANGUAGES.index(self.language)].format(**values)

    def word(self, prefix: str, code: str | None) -> str:
        """The word for a code of a closed list (``scope_own``), or the code itself where it is new."""
        key = f"{prefix}{code}"
        return self.say(key) if key in texts() else str(code or "—")

    def pick(self, row: dict, name: str = "label") -> str:
        """A bilingual column of a row (``label_zh``, ``label_en``) in the page's language, the other failing that."""
        mine, other = (f"{name}_{code}" for code in (LANGUAGES if self.language == "zh" else LANGUAGES[::-1]))
        return str(row.get(mine) or row.get(other) or "—")

    def place(self, row: dict, name: str = "name_zh") -> str:
        """The name of a unit; in English with its pinyin behind it."""
        text = str(row.get(name) or "—")
        if self.language == "en" and row.get("name_pinyin"):
            return f"{text} {row['name_pinyin'].title()}"
        return text

    def unit(self, code: str | None) -> str:
        """A unit of measure as read in the language of the page."""
        return (code or "") if self.language == "zh" else _UNITS_EN.get(code or "", code or "")

    def measured(self, title: str, unit: str | None) -> str:
        """A title with its unit behind it."""
        said = self.unit(unit)
        return title if not said else f"{title}（{said}）" if self.language == "zh" else f"{title} ({said})"

    def link(self, *parts: str, **query: object) -> str:
        """The address of another page in the same language."""
        path = "/" + "/".join(quote(str(part), safe="") for part in parts)
        return path + _search({"lang": self.query.get("lang")} | query)

    def changed(self, **query: object) -> str:
        """The address of this page with other parameters; None takes one out."""
        path = "/" + "/".join(quote(part, safe="") for part in self.parts)
        return path + _search(self.query | query)


def _search(query: dict[str, object]) -> str:
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return f"?{urlencode(kept)}" if kept else ""
