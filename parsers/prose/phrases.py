"""The wording of prose (catalogue/phrases.yml), compiled once: vocabulary, figure phrases, zero phrases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from parsers.memo import remember

DISPUTES = ("review", "lawsuit", "lawsuit_direct", "lawsuit_after_review")
"""The contexts in which results share their wordings."""

FIGURE_SIGNS = "0-9〇零一二两三四五六七八九十百千"
"""How figures of prose begin."""

LOOKING_BACK = 4
"""Signs before a head that its pattern may look back on, at most."""

DEFAULT_PATH = Path(__file__).parents[1] / "catalogue" / "phrases.yml"


# How many answers of each question a phrase book remembers.
REMEMBERED = {"any_head": 8, "may_head": 8, "measures": 8, "heads": 64, "nouns": 8, "zeros": 8, "verbs": 256}


@dataclass(frozen=True)
class Figure:
    """How prose names one indicator; ``codes`` by template. See the comments of phrases.yml for the fields."""

    codes: dict[str, str]
    measures: frozenset[str]
    family: str
    context: frozenset[str]
    among: bool
    linked: bool
    total: bool
    channel: bool
    excludes_carried: bool
    dispute: str


class PhraseBook:
    """All patterns, compiled. ``heads(template)`` finds the phrase right before a number, and so on."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._words = _expand(data["words"])
        families = data.get("families", {})
        self._entries = [{**families.get(entry["family"], {}), **entry} for entry in data["figures"]]
        self.figures = tuple(_figure(entry) for entry in self._entries)
        tail = f"(?:{_any(data['tail'])})"
        self._tail = tail + "{0,8}"
        contexts = "|".join(data["contexts"].values())
        self.filler = re.compile(f"{_any([*data['fillers'], *data['channels']])}|{contexts}")
        self.channel = re.compile(_any(data["channels"]))
        self.channel_list_end = re.compile(data["channel_list_end"])
        subjects = data["subjects"]
        self.whole = re.compile("|".join(subjects["whole"]))
        self.tiers = re.compile(subjects["tiers"])
        self.part = re.compile("|".join([*subjects["part"], *subjects["other_part"]]))
        self.tier = re.compile("|".join([*subjects["part"], subjects["tiers"], subjects["government"]]))
        self.tier_ties = re.compile(_any([*subjects["part_ties"], *data["conjunction"], *data["among"]]))
        self.government = re.compile(subjects["government"])
        self.place = re.compile(subjects["place"])
        self.organ = re.compile(subjects["organ"])
        self.harmless = re.compile(_any(data["harmless"]))
        self.doubtful = re.compile(_any(data["doubtful"]))
        self.veto = re.compile(_any(data["vetoes"]))
        compare, earlier = f"[{''.join(data['compare'])}]", f"(?:{_any(data['earlier_year'])})"
        whole_year = f"(?:{_any(data['whole_year'])})*"
        self.earlier = re.compile(f"(?<!{compare}){earlier}{whole_year}(?!.{{0,3}}[结转])")
        self.this_year = re.compile(_any(data["this_year"]))
        named = f"(?:{earlier}|(?P<year>20[0-9]{{2}})年){whole_year}"
        self.lead = re.compile(f"在?{named}")
        self.restated = re.compile(self._fill(data["restated"].replace("{earlier}", named)))
        self.after_restated = re.compile(_any(data["after_restated"]))
        self.reasons = re.compile(data["reasons"])
        self.compare = re.compile(f"{compare}$")
        self.among = re.compile(_any(data["among"]))
        self.conjunction = re.compile(_any(data["conjunction"]))
        self.after = re.compile(_any(data["after"], literal=False))
        self.carried = re.compile(self._fill(data["includes_carried"]))
        self.narrow = re.compile(_any(data["narrow_topics"]))
        self.contexts = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in data["contexts"].items()))
        self._any_context = re.compile(contexts)
        self.linked = re.compile(data["linked"])
        self._carries_over = re.compile(f"{contexts}|{data['linked']}|{_any(data['among'])}")
        self.no = re.compile(self._words["not"])
        denying = _common_signs(re.findall("[一-鿿]+", self._words["not"]))
        self.hints = re.compile(f"[({FIGURE_SIGNS}{''.join(denying)}]")
        self._words["dispute"] = f"(?:{'|'.join(figure.dispute for figure in self.figures if figure.dispute)})"
        self.no_disputes = tuple(re.compile(self._fill(pattern)) for pattern in data["no_dispute"])
        # Answers are remembered as long as the book lives, and no longer.
        for name, size in REMEMBERED.items():
            setattr(self, name, lru_cache(maxsize=size)(getattr(self, name)))

    def denies(self, text: str) -> bool:
        """Whether a text says of anything that there is none."""
        return self.no.search(text) is not None

    def spoken_of(self, text: str) -> Iterator[re.Match[str]]:
        """The context words of a text, in order; found without their names, which is quicker."""
        for found in self._any_context.finditer(text):
            named = self.contexts.match(text, found.start())
            if named is not None:
                yield named

    def speaks_in_digits(self, text: str) -> bool:
        """Whether a context word of a text is a number (of a hotline)."""
        return any(re.search("[0-9]", match[0]) for match in self._any_context.finditer(text))

    def is_silent(self, text: str) -> bool:
        """Whether a text says nothing that the sentences after it are understood by."""
        return self._carries_over.search(text) is None

    def may_head(self, template: str) -> Callable[[str], bool]:
        """Tells whether a clause ends in the head of any figure, whatever is spoken of.

        Heads are written in a few hundred signs, which their pattern names one by one. So only the end of a clause that
        is written in these has a say, and such ends come back in many reports.
        """
        heads = self.any_head(template)
        signs = "".join(set(heads.pattern)) + "0123456789" if heads else ""
        is_head = remember(lambda end: heads is not None and heads.search(end) is not None)

        def may_head(clause: str) -> bool:
            begin = len(clause.rstrip(signs))
            return begin < len(clause) and is_head(clause[max(0, begin - LOOKING_BACK):])

        return may_head

    def any_head(self, template: str) -> re.Pattern[str] | None:
        """What ``heads`` find in any context. It has no groups, so that most are told by their first sign."""
        heads = [self._fill(head) for entry in self._entries if template in entry["code"]
                 for head in entry.get("heads", ())]
        return re.compile(f"(?:{'|'.join(heads)}){self._tail}$") if heads else None

    def measures(self, template: str) -> frozenset[str]:
        """The measure words by which any figure of a template may be counted."""
        return frozenset(measure for figure in self.figures if template in figure.codes for measure in figure.measures)

    def heads(self, template: str, context: str) -> re.Pattern[str] | None:
        """A head, then tail words only, then the end: leftmost, so the longest phrase wins. Groups f0, f1 … (figure).

        ``context`` selects the results of reviews or of lawsuits, which share their wordings; "" all other phrases.
        """
        return self._union(template, "heads", f"(?P<tail>{self._tail})$", context)

    def nouns(self, template: str) -> re.Pattern[str] | None:
        """The noun that follows number and measure word, at the beginning of the text."""
        return self._union(template, "nouns")

    def zeros(self, template: str) -> re.Pattern[str] | None:
        """A wording of none at all, up to the end of its clause."""
        return self._union(template, "zero", suffix="(?:情况|事项|现象|案件|行为|的|件){0,4}$")

    def verbs(self, figure: int) -> re.Pattern[str]:
        """The verb right before a number whose noun follows."""
        tail = "(?:了|过|共|约|近|超过|共计|合计|总计|达|:){0,3}$"
        return re.compile(f"(?:{self._fill(self._entries[figure]['verbs'])}){tail}")

    def _union(self, template: str, key: str, suffix: str = "", context: str = "") -> re.Pattern[str] | None:
        groups = [
            f"(?P<f{number}>{'|'.join(self._fill(p) for p in entry[key])})"
            for number, entry in enumerate(self._entries)
            if key in entry and template in entry["code"] and self._has_result_context(number, context)
        ]
        return re.compile(f"(?:{'|'.join(groups)}){suffix}") if groups else None

    def _has_result_context(self, number: int, context: str) -> bool:
        figure = self.figures[number]
        is_result = figure.family == "disputes" and bool(figure.context)
        return context in figure.context if is_result else not context

    def _fill(self, pattern: str) -> str:
        for name, words in self._words.items():
            pattern = pattern.replace("{" + name + "}", words)
        return pattern


def _expand(words: dict[str, str]) -> dict[str, str]:
    done: dict[str, str] = {}
    for name, pattern in words.items():
        for known, expansion in done.items():
            pattern = pattern.replace("{" + known + "}", expansion)
        done[name] = pattern
    return done


def _figure(entry: dict[str, Any]) -> Figure:
    return Figure(
        codes=entry["code"], measures=frozenset(entry["measures"]), family=entry["family"],
        context=frozenset(entry.get("context", ())), among=entry.get("among", False), linked=entry.get("linked", False),
        total=entry.get("total", False), channel=entry.get("channel", False),
        excludes_carried=entry.get("excludes_carried", False), dispute=entry.get("dispute", ""),
    )


def _common_signs(words: list[str]) -> tuple[str, ...]:
    """A few signs of which every word has one."""
    signs: list[str] = []
    while left := [word for word in words if not any(sign in word for sign in signs)]:
        signs.append(max(sorted({c for word in left for c in word}), key=lambda c: sum(c in word for word in left)))
    return tuple(signs)


def _any(words: Iterable[str], literal: bool = True) -> str:
    """An alternation, longest word first."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) if literal else word for word in ordered)


def load_phrases(path: Path = DEFAULT_PATH) -> dict[str, Any]:
    """The phrases as data, as the catalogue holds them. Raises OSError or yaml.YAMLError."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


_BOOKS: dict[int, tuple[dict[str, Any], PhraseBook]] = {}


def phrase_book(data: dict[str, Any] | None) -> PhraseBook:
    """The compiled phrases of a catalogue, compiled once per catalogue."""
    if data is None:
        data = _default()
    held = _BOOKS.get(id(data))
    if held is None or held[0] is not data:
        held = _BOOKS[id(data)] = (data, PhraseBook(data))
    return held[1]


@lru_cache(maxsize=1)
def _default() -> dict[str, Any]:
    return load_phrases()
