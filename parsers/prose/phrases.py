"""The wording of prose (catalogue/phrases.yml), compiled once: vocabulary, figure phrases, zero phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from parsers.prose.wording import Figure, Wording

FIGURE_SIGNS = "0-9〇零一二两三四五六七八九十百千"
"""How figures of prose begin."""

DEFAULT_PATH = Path(__file__).parents[1] / "catalogue" / "phrases.yml"
_DIGIT = re.compile("[0-9]")


class PhraseBook:
    """All patterns, compiled; those of the figures are in the ``wording`` of each template."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._words = _expand(data["words"])
        families = data.get("families", {})
        self._entries = [{**families.get(entry["family"], {}), **entry} for entry in data["figures"]]
        self.figures = tuple(_figure(entry) for entry in self._entries)
        tail = f"(?:{_any(data['tail'])})"
        self._tail = tail + "{0,8}"
        contexts = "|".join(data["contexts"].values())
        self.filler = re.compile(f"{data['means']}|{_any([*data['fillers'], *data['channels']])}|{contexts}")
        self.channel = re.compile(_any(data["channels"]))
        self.channel_list_end = re.compile(data["channel_list_end"])
        subjects = data["subjects"]
        self.whole = re.compile("|".join(subjects["whole"]))
        self.tiers = re.compile(subjects["tiers"])
        self.part = re.compile("|".join([*subjects["part"], *subjects["other_part"], *subjects["applicants"]]))
        self.applicant = re.compile("|".join(subjects["applicants"]))
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
        self.decides = re.compile(data["decides"])
        self.diverts = re.compile(self._fill(data["diverts"]))
        self.dated = re.compile(data["dated"])
        self.divides = re.compile(data["divides"])
        self.unlinked = re.compile(data["unlinked"])
        self.linked = re.compile(data["linked"])
        # What the sentences after a text are understood by.
        self.carries_over = re.compile(f"{contexts}|{data['linked']}|{_any(data['among'])}")
        self.no = re.compile(f"{self._words['not']}|{data['nil']}")
        self._words["dispute"] = f"(?:{'|'.join(figure.dispute for figure in self.figures if figure.dispute)})"
        self.no_disputes = tuple(re.compile(self._fill(pattern)) for pattern in data["no_dispute"])
        self._wordings: dict[str, Wording] = {}
        self._verbs: dict[int, re.Pattern[str]] = {}

    def denies(self, text: str) -> bool:
        """Whether a text says of anything that there is none."""
        return self.no.search(text) is not None

    def names_request(self, label: str) -> bool:
        """Whether a printed phrase says itself that requests are counted."""
        return any(match.lastgroup == "requests" for match in self.contexts.finditer(label))

    def spoken_of(self, text: str) -> Iterator[re.Match[str]]:
        """The context words of a text, in order; found without their names, which is quicker."""
        for found in self._any_context.finditer(text):
            named = self.contexts.match(text, found.start())
            if named is not None:
                yield named

    def speaks_in_digits(self, text: str) -> bool:
        """Whether a context word of a text is a number (of a hotline)."""
        return any(_DIGIT.search(match[0]) for match in self._any_context.finditer(text))

    def wording(self, template: str) -> Wording:
        """How the figures of one template are named."""
        if template not in self._wordings:
            entries = [(number, figure, entry) for number, (figure, entry)
                       in enumerate(zip(self.figures, self._entries, strict=True)) if template in figure.codes]
            self._wordings[template] = Wording(entries, self._fill, self._tail)
        return self._wordings[template]

    def verbs(self, figure: int) -> re.Pattern[str]:
        """The verb right before a number whose noun follows."""
        if figure not in self._verbs:
            tail = "(?:了|过|共|约|近|超过|共计|合计|总计|达|:){0,3}$"
            self._verbs[figure] = re.compile(f"(?:{self._fill(self._entries[figure]['verbs'])}){tail}")
        return self._verbs[figure]

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
        excludes_carried=entry.get("excludes_carried", False), follows=entry.get("follows", False),
        apart=entry.get("apart", False), dispute=entry.get("dispute", ""),
        weak=entry.get("weak", False), doubt=entry.get("doubt", ""),
    )


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
