"""The issuing body: the words that follow a place's name, and the kind of body that they name (``bodies.yml``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

GOVERNMENT = "人民政府"

BodyKind = Literal["government", "department", "township", "vertical", "zone", "central", "other"]

# Its second name, in brackets: 市场监督管理局(知识产权局).
_BY_NAME = re.compile(r"\([^()]*\)$")
_OF_THE_LEVEL_ITSELF = re.compile(r"[(（]?本级[)）]?$")
_YEAR = r"(?:(?:19|20)\d\d|[012]\d(?=年)|二[〇○ОO零0]\S{2})年?"
# Where a title stops naming its issuer and starts naming the report.
_TAIL = re.compile(
    rf"[(〔\[【]?{_YEAR}|关于|(?:(?<!人民)政府)?(?:信息|政务)公开(?=(?:工作)?(?:的|年度|年报|情况|报告|统计|总结|$))"
    r"|(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)(?:[(\[].*)?$|^(?:公布|发布|印发)|[,。;:,、_|>》]"
)


class BodyAlone(NamedTuple):
    """A body named without its place, and the level that it names instead (市 of 市财政局), if any."""

    name: str
    kind: BodyKind
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone whose name names no unit, and the unit that it is counted with."""

    name: str
    code: str
    within: str


@dataclass(frozen=True, slots=True)
class Bodies:
    """The rules of ``bodies.yml``, compiled."""

    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    central: re.Pattern[str]
    central_offices: re.Pattern[str]
    zones: tuple[Zone, ...]

    def kind(self, body: str) -> str:
        """The kind of a body by its name without the place; the place's own report is its government's."""
        body = _BY_NAME.sub("", body)
        if not body:
            return "government"
        return next((kind for kind, pattern in self.kinds if pattern.search(body)), "other")

    def central_at(self, text: str) -> str | None:
        """The longest name of a central body that the text begins with."""
        found = self.central.match(text)
        return found.group() if found else None


def body_of(rest: str) -> str:
    """The body's name at the beginning of what follows the place, without the words that name the report."""
    tail = _TAIL.search(rest)
    body = _OF_THE_LEVEL_ITSELF.sub("", rest[: tail.start()] if tail else rest).strip("的-—·")
    return body if re.search(r"\(.+\)$", body) else body.strip("()")


def without_year(text: str) -> str:
    """The text without a year that it begins with."""
    return re.sub(rf"^[(〔\[【《]*{_YEAR}度?[)〕\]】]?", "", text)


@cache
def load_bodies() -> Bodies:
    """Read ``catalogue/bodies.yml`` once per process."""
    rules = yaml.safe_load((Path(__file__).parents[1] / "catalogue" / "bodies.yml").read_text(encoding="utf-8"))
    return Bodies(
        kinds=tuple((rule["kind"], re.compile("".join(rule["pattern"].split()))) for rule in rules["kinds"]),
        central=re.compile("|".join(map(re.escape, sorted(rules["central"], key=len, reverse=True)))),
        central_offices=re.compile(rules["central_offices"]),
        zones=tuple(Zone(**zone) for zone in rules["zones"]),
    )
