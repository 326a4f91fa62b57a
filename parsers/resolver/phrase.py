"""Read one phrase (a title, a signature): which units it names, from the left, and which body of theirs.

A name counts only where a phrase begins, after a year, or after punctuation: what starts inside an unknown word is
weak (密云县 is never 云县). Each further name must stand below the one before it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.resolver.bodies import GOVERNMENT, Bodies, BodyAlone, body_of, without_year
from parsers.resolver.units import CENTRAL, Names, Unit, below
from parsers.traditional import simplify

_LONGEST_PHRASE = 200
_STARTS = re.compile(
    r"^|(?<=[^\u4e00-\u9fff〇])|(?<=年)|(?<=年度)|(?<=关于)|(?<=公布)|(?<=发布)|(?<=印发)|(?<=报送)|(?<=更正)"
)
# A division of the Corps and its city are one: 第八师石河子市 is what 石河子市 is.
_DIVISION = r"(?:(?:新疆)?(?:生产建设)?兵团)?第[一二三四五六七八九十]{1,2}师(?=.{2,4}市)"
_PREFIX = re.compile(rf"^(?:中共|中国共产党|中华人民共和国|本级|{_DIVISION})")
_ALONE = re.compile(r"^(?:(?:19|20)\d\d|二[〇○零]|人民政府|政府|年度|关于|政务公开|信息公开|门户网|$)")
_ENDING = re.compile(r"^(?:[省县旗州盟]|市(?!场)|区(?!域)|地区|自治)")
_UNIT_LIKE = re.compile(r"^[\u4e00-\u9fff]{1,8}?(?:自治县|区|县|市|旗)(?=人民政府|政府|委|党政|(?:19|20)\d\d|$)")
# The word by which an office tells whose it is without a name; not 市场, 区域, 县级.
_OWN_LEVEL = re.compile(r"^(?:自治区|地区|[省旗盟]|县(?!级|域)|市(?![场政容级])|区(?![域级])|州(?!级))(?=.{2})")
_LEVEL_ONLY = re.compile(r"[我本]?(省|自治区|市|地区|县|区|旗|州|盟)")
_SCENIC = re.compile(r"风景|旅游|度假|保护")
_SMALLER = ("街道", "镇", "乡")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a phrase says: the units that it may mean (several where the name is shared), the body and its kind.

    ``bare`` is the name where it stood without any unit above it; ``central`` marks a body of the central government;
    ``unknown`` a phrase that names a unit which the year does not have: then ``units`` are only what it recalls.
    """

    units: tuple[Unit, ...]
    body: str
    kind: str
    bare: str | None = None
    central: bool = False
    unknown: bool = False


def plain(text: str) -> tuple[str, frozenset[int]]:
    """The phrase in NFKC, simplified, without white space, and the positions where a new word stood after such."""
    joined, starts, last = "", set(), ""
    for word in unicodedata.normalize("NFKC", text[: 4 * _LONGEST_PHRASE]).split():
        if len(last) > 1 and len(word) > 1:
            starts.add(len(joined))
        joined, last = joined + word, word
    return simplify(joined[:_LONGEST_PHRASE]), frozenset(starts)


def body_alone(phrase: str, bodies: Bodies) -> BodyAlone | None:
    """The body that a phrase names where it names no place (县教育局2018年…)."""
    body = body_of(without_year(plain(phrase)[0]))
    if only := _LEVEL_ONLY.fullmatch(body):  # 我县2018年…
        return BodyAlone(GOVERNMENT, "government", only[1])
    kind = bodies.kind(body)
    if not 1 < len(body) <= 30 or kind == "other" or body.endswith("公开"):
        return None
    level = _OWN_LEVEL.match(body)
    return BodyAlone(body[level.end() :] if level else body, kind, level.group() if level else None)


def readings(text: str, names: Names, ever: Names, bodies: Bodies) -> Iterator[Reading]:
    """The readings of a phrase, from its left to its right."""
    joined, starts = plain(text)
    starts |= {match.start() for match in _STARTS.finditer(joined)}
    for start in sorted(starts)[:24]:
        rest = _PREFIX.sub("", joined[start:])
        if reading := _read(rest, names, ever, bodies):
            yield reading


def _read(text: str, names: Names, ever: Names, bodies: Bodies) -> Reading | None:
    if organ := bodies.central_at(text):
        return _read_central(organ, text, names, bodies)
    for zone in bodies.zones:
        if text.startswith(zone.name):
            body = body_of(text)
            return Reading(_coded(zone.code, names), body, "zone")
    walked = _walk(text, 0, None, names, bodies)
    if walked is None:
        recalled = _recalled(text, ever)
        return Reading(recalled, "", "other", unknown=True) if recalled else None
    units, end, bare = walked
    rest = text[end:]
    for zone in bodies.zones:
        if rest.startswith(zone.name):
            return Reading(_coded(zone.code, names) or units, body_of(rest), "zone")
    if (missing := _missing(rest, ever, bodies)) is not None:
        return Reading(missing, "", "other", unknown=True)
    body = body_of(rest)
    if bodies.kind(body) == "zone" and all(unit.is_province for unit in units):
        # The zones of a place are named by its province too (浙江某某工业园区), and few are the province's own.
        return Reading(units, "", "other", unknown=True)
    if body.startswith("委"):  # of 平阳县委 the list has 平阳县: the committee's own word begins with the ending
        body = units[0].name[-1] + body
    return Reading(units, body or GOVERNMENT, bodies.kind(body), bare)


def _read_central(organ: str, text: str, names: Names, bodies: Bodies) -> Reading | None:
    """A central body itself, or its organ for a place (国家统计局平阳调查队): never a guess between the two."""
    rest = text[len(organ) :].removeprefix("驻")
    office = body_of(rest)
    if bodies.central_offices.search(office):
        return Reading((), organ + office, "central", central=True)
    walked = _walk(rest, 0, None, names, bodies, organ=True)
    return Reading(walked[0], body_of(text), "vertical") if walked else None


Walked = tuple[tuple[Unit, ...], int, str | None]


def _walk(
    text: str, start: int, above: Sequence[Unit] | None, names: Names, bodies: Bodies, organ: bool = False
) -> Walked | None:
    """The units named from ``start`` on, each below the one before: (units, end, the name if it stood alone)."""
    for sort, name, units in names.starting(text, start):
        units = below(units, above)
        if not units:
            continue
        end = start + len(name)
        if further := _walk(text, end, units, names, bodies, organ):
            return further[0], further[1], None
        if sort == "stem":
            units = _alone(units, text[end:], above, bodies, organ)
        if units:
            return units, end, name if above is None else None
    return None


def _alone(
    units: tuple[Unit, ...], rest: str, above: Sequence[Unit] | None, bodies: Bodies, organ: bool
) -> tuple[Unit, ...]:
    """The units that a name without its ending may stand for (浙江, 杭州), where what follows makes that safe."""
    body = body_of(rest)
    kind = bodies.kind(body) if body else ""
    if _ENDING.match(rest):  # 密云 is not what 密云县 says
        return ()
    if not (_ALONE.match(rest) or kind in ("vertical", "zone") or organ):
        return ()
    top = min(unit.level for unit in units)
    if top == 1:  # a province's short name is its own but for a city of that name (吉林)
        return tuple(u for u in units if u.level == 1 or u.kind == "地级市")
    if kind == "zone":  # 浙江海宁经济开发区 is 海宁's; 杭州西湖风景名胜区 is not 西湖区's
        in_province = above is not None and all(unit.is_province for unit in above)
        return units if top == 2 or (in_province and not _SCENIC.search(body)) else ()
    return units if top == 2 or above is not None or organ or kind == "vertical" else ()


def _missing(rest: str, ever: Names, bodies: Bodies) -> tuple[Unit, ...] | None:
    """The units that a county-like name recalls which the year does not have there; None where there is no such."""
    for _, name, units in (found for found in ever.starting(rest, 0) if found[0] == "official"):
        zone_then = name.endswith("新区") and bodies.kind(body_of(rest)) == "zone"
        if not zone_then and not rest[len(name) :].startswith(_SMALLER):
            return units
    like = _UNIT_LIKE.match(rest)
    return () if like and bodies.kind(body_of(rest)) not in ("zone", "township", "government") else None


def _recalled(text: str, ever: Names) -> tuple[Unit, ...]:
    """The units of any year whose official name the text begins with."""
    return next((units for sort, _, units in ever.starting(text, 0) if sort == "official"), ())


def _coded(code: str, names: Names) -> tuple[Unit, ...]:
    return tuple(unit for units in names.official.values() for unit in units if unit.code == code)


__all__ = ["CENTRAL", "Reading", "body_alone", "plain", "readings"]
