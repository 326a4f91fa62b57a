"""Whose report is it: from what a report says of its issuer to an administrative unit of the report's year.

Rules: the official names of the report year, longest match from the left; then of the year after and the year before,
since issuers are early or late with a new name (the year that matched is kept). A name that several units share is
settled by evidence only (a parent named in the text, the telephone's area code, the host's pinyin). Without evidence
there is no unit, and the candidates are listed. Never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from parsers.observation import ReportHead
from parsers.resolver import evidence as clues
from parsers.resolver.bodies import BodyAlone, BodyKind, load_bodies
from parsers.resolver.phrase import Reading, body_alone, plain, readings
from parsers.resolver.units import CENTRAL, Unit, Units, below, read_rows
from parsers.traditional import simplify

Rank = Literal["override", "named", "lagged", "settled", "context", "ambiguous", "unknown"]
Clue = tuple[str, str]

_PLACE_LIKE = ("省", "市", "县", "区", "旗", "州", "盟")


@dataclass(frozen=True, slots=True)
class Resolution:
    """The unit and body that issued a report; no code where nothing settles it.

    ``rank``: override, named (by the official name of the report year), lagged (of a neighbour year), settled (a
    shared name, told apart by evidence), context (the body by its own words, the place by others); without a code:
    ambiguous or unknown. ``evidence`` quotes what decided. ``candidates``: "code full name" of the units in question.
    """

    jurisdiction_code: str | None = None
    jurisdiction_name: str | None = None
    matched_year: int | None = None
    issuing_body: str | None = None
    body_kind: BodyKind = "other"
    rank: Rank = "unknown"
    evidence: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hints:
    """What may tell namesakes apart."""

    text: str
    area_codes: tuple[str, ...]
    hosts: tuple[str, ...]


class Gazetteer:
    """The dated units, with the rules by which a report's issuer is found among them."""

    def __init__(
        self,
        units: Iterable[Mapping[str, str]],
        aliases: Iterable[Mapping[str, str]] = (),
        area_codes: Iterable[Mapping[str, str]] = (),
        changes: Iterable[Mapping[str, str]] = (),
    ) -> None:
        self.units = Units(units, aliases)
        self._bodies = load_bodies()
        served: dict[str, set[str]] = {}
        for row in area_codes:
            served.setdefault(row["area_code_prefix"], set()).add(row["jurisdiction_code"])
        self._served = {prefix: frozenset(codes) for prefix, codes in served.items()}
        self._succession = frozenset((row["old_code"], row["new_code"]) for row in changes)

    @classmethod
    def from_csv(cls, units_path: Path | str) -> Gazetteer:
        """The gazetteer of a units file and of the seeds beside it, if there; read once per process and path."""
        return _from_csv(cls, Path(units_path))

    def resolve(
        self,
        candidates: Sequence[Clue],
        year: int | None,
        *,
        area_codes: Sequence[str] = (),
        hosts: Sequence[str] = (),
        override: str | None = None,
    ) -> Resolution:
        """The issuer by clues (kind, phrase), strongest first; ``override`` is a reviewed code and wins.

        Kinds: title, issuer, compiled (由…编制), publisher, announced, contact, footer, source and beside (the title)
        name the issuer; site names a place only; text is searched for parents' names and never read as a name itself.
        """
        words = "\n".join(words if kind == "text" else plain(words)[0] for kind, words in candidates)
        hints = _Hints(words, tuple(area_codes), tuple(hosts))
        found = self._resolve([clue for clue in candidates if clue[0] != "text"], year, hints)
        return self._overridden(found, override, year) if override else found

    def resolve_report(
        self,
        head: ReportHead,
        text: str,
        year: int | None = None,
        *,
        override: str | None = None,
        host: str | None = None,
    ) -> Resolution:
        """The issuer of a report by its head and its whole text; ``host`` is where it was found, if known."""
        year = head.report_year if year is None else year
        given = (("title", head.title), ("issuer", head.issuer))
        stated = [(kind, words) for kind, words in given if words]
        first = self.resolve(stated, year, override=override)
        if first.rank in ("override", "named", "lagged"):
            return first
        seen = simplify(clues.window(text))
        found = clues.phrases(seen, year)
        if head.title and not head.issuer:
            found += clues.of_an_area(head.reporting_scope, head.scope_evidence, seen)
        elif not head.title:  # of a page whose report has no name the source may be that of anything on it
            found = [("site" if kind == "source" else kind, words) for kind, words in found]
        found.sort(key=lambda clue: clue[0] == "site")
        resolution = self.resolve(
            [*dict.fromkeys([*stated, *found]), ("text", seen)],
            year,
            area_codes=clues.area_codes(seen),
            hosts=(*clues.hosts(seen), *((host,) if host else ())),
        )
        is_unread = first.rank == "unknown" and not first.issuing_body and head.issuer_evidence == "title"
        if is_unread and not self._is_called(resolution, head.issuer or "", year):
            return first  # whom the title names is none that we know, and so nobody else whom the page names
        return resolution

    def _resolve(self, candidates: Sequence[Clue], year: int | None, hints: _Hints) -> Resolution:
        body: BodyAlone | None = None  # what a clue names without a place
        open_units: tuple[Unit, ...] = ()
        blocked = Resolution()
        for kind, phrase in candidates:
            resolution = self._phrase(phrase, year, hints, open_units)
            if resolution.jurisdiction_code is not None:
                if open_units and not self._agrees(resolution, open_units, hints):
                    continue
                if body and not self._may_have(resolution, body, year):
                    continue
                if body or kind == "site" or blocked.issuing_body:
                    name = body or (blocked.issuing_body and BodyAlone(blocked.issuing_body, blocked.body_kind))
                    if not name:
                        continue
                    rank: Rank = "settled" if open_units else "context"
                    resolution = replace(resolution, issuing_body=name.name, body_kind=name.kind, rank=rank)
                return replace(resolution, evidence=f"{kind}: {_quoted(phrase)}{resolution.evidence}")
            if blocked.rank == "unknown" and resolution.rank == "ambiguous":
                blocked = replace(resolution, evidence=f"{kind}: {_quoted(phrase)}")
                open_units = tuple(u for u in self.units.versions if str(u) in resolution.candidates)
            elif resolution.candidates and kind in ("title", "issuer") and not body and blocked.rank == "unknown":
                return replace(resolution, evidence=f"{kind}: {_quoted(phrase)}")
            elif body is None and kind in ("title", "issuer", "publisher") and blocked.rank == "unknown":
                body = body_alone(phrase, self._bodies)
                if body and _names_a_place(body.name, body.kind):
                    return Resolution(issuing_body=body.name, body_kind="other", evidence=f"{kind}: {_quoted(phrase)}")
        if body and blocked.rank == "unknown":
            return replace(blocked, issuing_body=body.name, body_kind=body.kind)
        return blocked

    def _agrees(self, found: Resolution, among: Sequence[Unit], hints: _Hints) -> bool:
        """Whether a clue settles a shared name: it means one of the namesakes, and the telephone says no other."""
        served = _codes(clues.by_area_code(among, hints.area_codes, self._served))
        return found.jurisdiction_code in (served or _codes(among))

    def _is_called(self, found: Resolution, issuer: str, year: int | None) -> bool:
        """Whether a title's issuer that says too little by itself (平阳) is the government of the place found."""
        unit = self.units.version(found.jurisdiction_code or "", year)
        if unit is None or unit.stem not in issuer:
            return unit is None
        rest = issuer.partition(unit.stem)[2].removeprefix(unit.name.removeprefix(unit.stem))
        return self._bodies.kind(rest) == "government"

    def _may_have(self, found: Resolution, body: BodyAlone, year: int | None) -> bool:
        """Whether a place can be that of a body which names none: 市财政局 is no province's, a town no prefecture's."""
        unit = self.units.version(found.jurisdiction_code or "", year)
        if unit is None:
            return True
        if body.kind == "township":
            return unit.level == 3 or not self.units.has_units_below(unit, year)
        if body.kind == "zone":  # 洞头新城 is not 温州市's own
            inner = (u for _, _, units in self.units.ever.starting(body.name, 0) for u in units)
            return not any(unit.code in u.line and u.code != unit.code for u in inner)
        return body.level is None or unit.is_a(body.level)

    def _phrase(self, phrase: str, year: int | None, hints: _Hints, among: Sequence[Unit]) -> Resolution:
        """What one phrase resolves to by itself, over the report year and its neighbours."""
        best = Resolution()
        for tried in self._years(year):
            names = self.units.ever if tried is None else self.units.names(tried)
            for reading in readings(phrase, names, self.units.ever, self._bodies):
                resolution = self._settled(reading, year, tried, hints, among)
                # A name that is shared in one year is not told apart by trying another.
                if resolution.jurisdiction_code and (best.rank != "ambiguous" or resolution.rank == "settled"):
                    return resolution
                if (best.rank, bool(best.candidates)) == ("unknown", False) or (
                    best.rank == "unknown" and resolution.rank == "ambiguous"
                ):
                    best = resolution
                break
        return best

    def _years(self, year: int | None) -> tuple[int | None, ...]:
        if year is None:
            return (None,)
        return tuple(dict.fromkeys(self.units.clamped(tried) for tried in (year, year + 1, year - 1)))

    def _settled(
        self, reading: Reading, year: int | None, tried: int | None, hints: _Hints, among: Sequence[Unit]
    ) -> Resolution:
        said = {"issuing_body": reading.body, "body_kind": reading.kind}
        if reading.central:
            return Resolution(CENTRAL, "中央", tried or year, rank="named", **said)
        units = _latest(reading.units)
        if reading.unknown or not units:
            return Resolution(candidates=_listed(units))
        if among and not _codes(among) & _codes(units):
            inside = below(_latest(among), units)  # a parent named elsewhere settles a shared name
            units, reading = (inside or units), replace(reading, bare=None)
            if len(_codes(inside)) == 1:
                return self._found(inside[0], year, tried, said, "settled", "; its parent is named")
            return Resolution(candidates=_listed(units), rank="ambiguous" if inside else "unknown", **said)
        units = self._with_lagging(units, reading.bare, year, tried)
        if len(_codes(units)) == 1:
            return self._found(units[0], year, tried, said, "named", "")
        chosen, why = self._by_evidence(units, hints, tried)
        if chosen is None:
            return Resolution(candidates=_listed(units), rank="ambiguous", **said)
        return self._found(chosen, year, tried, said, "settled", why)

    def _found(
        self, unit: Unit, year: int | None, tried: int | None, said: dict[str, str], rank: Rank, why: str
    ) -> Resolution:
        matched = unit.last_year if tried is None else min(max(tried, unit.first_year), unit.last_year)
        if rank == "named" and year is not None and matched != self.units.clamped(year):
            rank = "lagged"
        return Resolution(unit.code, unit.name, matched, rank=rank, evidence=why, **said)

    def _with_lagging(
        self, units: tuple[Unit, ...], bare: str | None, year: int | None, tried: int | None
    ) -> tuple[Unit, ...]:
        """The units and, for a name without its parents, the namesakes that lost it the year before.

        邢台's 桥东区 was renamed in 2020; its report of that year may still say 桥东区, which was then 张家口's only.
        """
        if bare is None or year is None or tried is None or tried < year:
            return units
        codes = _codes(units)
        lagging = tuple(
            unit
            for unit in self.units.names(year - 1).official.get(bare, ())
            if unit.code not in codes and not any((unit.code, code) in self._succession for code in codes)
        )
        return units + lagging

    def _by_evidence(self, units: tuple[Unit, ...], hints: _Hints, year: int | None) -> tuple[Unit | None, str]:
        """The one unit on which all evidence agrees, and what that was; None where it is silent or contradicts."""
        kept, reasons = _codes(units), []
        for reason, supported in (
            ("parent named", clues.by_parent(units, hints.text, self.units, year)),
            ("area code " + " ".join(hints.area_codes), clues.by_area_code(units, hints.area_codes, self._served)),
            ("host " + " ".join(hints.hosts), clues.by_host(units, hints.hosts, self.units, year)),
        ):
            if supported and len(_codes(supported)) < len(_codes(units)):
                kept &= _codes(supported)
                reasons.append(reason)
        chosen = [unit for unit in units if unit.code in kept]
        return (chosen[0], "; " + ", ".join(reasons)) if len(_codes(chosen)) == 1 and reasons else (None, "")

    def _overridden(self, found: Resolution, code: str, year: int | None) -> Resolution:
        unit = self.units.version(code, year)
        if unit is None and code != CENTRAL:
            return replace(found, jurisdiction_code=None, rank="unknown", evidence=f"override: no unit {_quoted(code)}")
        name, matched = (unit.name, year) if unit else ("中央", year)
        evidence = f"override: {code}"
        return replace(
            found, jurisdiction_code=code, jurisdiction_name=name, matched_year=matched, rank="override",
            evidence=evidence, candidates=(),
        )  # fmt: skip


@cache
def _from_csv(cls: type[Gazetteer], units_path: Path) -> Gazetteer:
    def beside(name: str) -> list[dict[str, str]]:
        path = units_path.with_name(f"seed_jurisdiction_{name}.csv")
        return read_rows(path) if path.exists() else []

    return cls(read_rows(units_path), beside("aliases"), beside("area_codes"), beside("changes"))


def _names_a_place(body: str, kind: str) -> bool:
    """Whether a body's name seems to begin with a place that no list has (云山县教育局, not 县教育局)."""
    return kind not in ("zone", "township") and any(sign in body[1:7] for sign in _PLACE_LIKE)


def _codes(units: Iterable[Unit]) -> set[str]:
    return {unit.code for unit in units}


def _latest(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """One version per code, the latest."""
    return tuple({unit.code: unit for unit in sorted(units, key=lambda unit: unit.last_year)}.values())


def _listed(units: Sequence[Unit]) -> tuple[str, ...]:
    return tuple(sorted({str(unit) for unit in units}))


def _quoted(phrase: str) -> str:
    return " ".join(phrase.split())[:80]
