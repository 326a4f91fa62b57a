"""What the walk over prose knows and leaves behind: mentions, the document so far, the pieces of a sentence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from parsers.grid import Place
from parsers.observation import Origin
from parsers.prose.phrases import FIGURE_SIGNS, PhraseBook
from parsers.prose.scope import Coverage, Scope, coverage, scope_of
from parsers.prose.text import Sentence
from parsers.prose.wording import Figure

_NUMBER = r"(?:[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_REST_OF_NUMBER = r"(?:[0-9]{0,2}(?:[, ][0-9]{3})+|[0-9]*)(?:\.[0-9]+)?"
_SCALE = rf"(?:亿(?!元)(?:{_NUMBER}万(?!元))?|万(?!元)(?:[0-9]{{4}})?)?"
_NUMERALS = "〇零一二两三四五六七八九十百千"
_MEASURES = "人次|万元|亿元|件次|批次|件|条|份|起|宗|例|次|人|名|个|篇|场|期|部|处|元|%"
# A number with its measure word, or a bare zero. Conditions on what is before it look back over its first sign: only so
# does a search leap to where a figure may begin, in a fifth of the time.
FIGURE = re.compile(
    rf"(?P<number>[{FIGURE_SIGNS}](?<![0-9.,/~\-第A-Za-z].)"
    rf"(?:(?<=[0-9]){_REST_OF_NUMBER}{_SCALE}|(?<=[{_NUMERALS}])[{_NUMERALS}]{{0,6}}))"
    rf"(?:(?P<more>多|余)?(?P<unit>{_MEASURES})(?P<later>左右|以上|多)?|(?<=[为是:][0零])(?=$|[,;。.\n]))")
BEGINS_FIGURE = re.compile(f"[{FIGURE_SIGNS}]")


class Mention(NamedTuple):
    """One figure that a sentence states, or (``doubt`` set) seems to state. ``whole`` is what a part belongs to,
    ``end`` where the number ends in its sentence; ``gives_reasons``: its clause says why (因…等原因); ``is_open``: its
    wording alone does not say what it states, so that nothing follows from it for the figures beside it."""

    figure: Figure
    code: str
    value: Decimal | None
    unit: str | None
    qualifier: str | None
    place: Place
    printed: str
    label: str
    scope: Scope
    doubt: str = ""
    origin: Origin = "prose"
    measure: str | None = None
    whole: Mention | None = None
    gives_reasons: bool = False
    end: int = -1
    is_open: bool = False


class Walk:
    """What carries over from sentence to sentence, and how it is read. ``joints``: the code under which a number for
    several codes at once is filed. ``was_earlier``: the last sentence ended with figures of the year before.

    The ``doc``, which takes a look at the whole text, is worked out when a figure asks for it; in most none does.
    """

    def __init__(self, book: PhraseBook, template: str, texts: Sequence[str], report_year: int | None = None,
                 joints: Mapping[frozenset[str], str] | None = None) -> None:
        self.book, self.template, self._texts, self._report_year = book, template, texts, report_year
        self.joints = joints or {}
        self.wording = book.wording(template)
        self.context = ""
        self.context_age = 99
        self.is_linked = False
        self.section: frozenset[str] = frozenset()
        self.sections: dict[int, tuple[frozenset[str], bool]] = {}
        self.section_is_linked = False
        self.narrow_levels: dict[int, bool] = {}
        self.before: dict[str, Mention] = {}
        self.was_earlier = False

    @cached_property
    def doc(self) -> Coverage:
        """What the whole document shows of itself."""
        return coverage(self._texts, self._report_year)

    @property
    def is_narrow(self) -> bool:
        """Whether the passage is about one field of administration only."""
        return any(self.narrow_levels.values())


@dataclass(slots=True)
class Piece:
    """A sentence without its bracketed parts, or one bracketed part, whose ``host`` is the figure right before the
    bracket; ``at`` maps its characters to the sentence's."""

    text: str
    at: list[int] | range
    context: str = ""
    is_inner: bool = False
    host: Mention | None = None
    marks: list[tuple[int, str]] | None = None

    def contexts(self, book: PhraseBook) -> list[tuple[int, str]]:
        """The context words with their places, looked for when they are first asked for."""
        if self.marks is None:
            self.marks = [(m.start(), m.lastgroup or "") for m in book.contexts.finditer(self.text)]
        return self.marks

    def spoken_of(self, before: int, book: PhraseBook) -> str:
        """The last context word that starts before a position."""
        marks = self.contexts(book)
        index = bisect_left(marks, (max(before, 0), ""))
        return marks[index - 1][1] if index else ""

    def printed(self, sentence: Sentence, start: int, end: int) -> tuple[Place, str]:
        """The place and the printed characters of ``text[start:end]``."""
        return sentence.place(self.at[start], self.at[end - 1] + 1)


@dataclass(slots=True)
class Carry:
    """What the clauses of a piece leave to the figures that follow; clauses ``passed`` have not been looked at yet.

    ``whole`` is the last figure of the report itself, which ends in the piece at ``whole_end``; it is the ``latest``
    as long as no other figure but its parts follows. ``is_earlier``: the last figure was one of the year before;
    ``diverted``: other matters than requests were counted since the last figure;
    ``of_applicant``: the part is a kind of applicant.
    """

    walk: Walk
    scope: Scope = ""
    family: str = ""
    channels_poisoned: bool = False
    passed: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    whole: Mention | None = None
    whole_end: int = 0
    latest: Mention | None = None
    is_earlier: bool = False
    diverted: bool = False
    of_applicant: bool = False

    @classmethod
    def into(cls, piece: Piece, walk: Walk) -> Carry:
        """What is left to a piece by the figure before its bracket or, where 其中 opens it, by the sentence before."""
        whole, is_earlier = piece.host, False
        if not piece.is_inner and walk.book.among.match(piece.text):
            whole, is_earlier = next(reversed(walk.before.values()), None), walk.was_earlier
        return cls(walk, whole=whole, latest=whole, is_earlier=is_earlier)

    def catch_up(self) -> None:
        """Look at the clauses that state no figure."""
        book = self.walk.book
        for clause in self.passed:
            self.diverted = self.diverted or bool(book.diverts.search(clause))
            scope, _ = scope_of(clause, book, self.walk.doc)
            if book.earlier.search(clause):
                self.scope = "part"
            elif scope in ("part", "whole", "weak"):
                self.scope = scope
            self.of_applicant = bool(book.applicant.search(clause)) or (self.of_applicant and not scope)
            self.channels_poisoned = self.channels_poisoned or bool(book.channel.search(clause))
        self.passed.clear()

    def leave(self, mention: Mention, end: int) -> bool:
        """Take note of a mention that ends at ``end``; whether it is to be kept."""
        if mention.origin == "prose_part":
            return True
        if mention.origin != "prose":
            self.is_earlier, self.latest = mention.origin == "prose_previous_year", None
            return mention.scope != "part"
        if mention.scope:
            self.scope, self.family = mention.scope, mention.figure.family
        if mention.scope == "part":
            return False
        self.taken.add(mention.code)
        self.whole = self.latest = mention
        self.diverted = self.diverted and bool(mention.doubt)
        self.whole_end = end
        return True


def may_state(clause: str, text: str, end: int, walk: Walk) -> bool:
    """Whether a clause before a number, or what follows it, may name a figure of the forms, whatever is spoken of."""
    if walk.wording.may_head(clause):
        return True
    nouns = walk.wording.nouns
    return nouns is not None and nouns.match(text, end, end + 30) is not None
