"""One piece of a sentence to the figures that it states. Wrong is worse than missing: what is half read is not taken.

Between the last comma (or the last figure) and a number every word must be known: fillers and a subject, then the
phrase of one indicator, then the number with a measure word that the indicator allows.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from parsers.grid import Place
from parsers.numbers import chinese_number, prose_number
from parsers.prose.phrases import DISPUTES, Figure, PhraseBook
from parsers.prose.scope import Coverage, Scope, coverage, is_other_period, names_channels, scope_of
from parsers.prose.text import Line, Sentence

_NUMBER = r"(?:[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_MEASURES = "人次|万元|亿元|件次|批次|件|条|份|起|宗|例|次|人|名|个|篇|场|期|部|处|元|%"
_FIGURE = re.compile(
    rf"(?<![0-9.,/~\-第A-Za-z])(?P<number>{_NUMBER}(?:亿(?!元)(?:{_NUMBER}万(?!元))?|万(?!元)(?:[0-9]{{4}})?)?"
    rf"|[〇零一二两三四五六七八九十百千]{{1,7}})(?P<more>多|余)?(?P<unit>{_MEASURES})(?P<later>左右|以上|多)?"
    r"|(?<=[为是:])(?P<bare>0|零)(?=$|[,;。.])")
# How every figure begins, by which the text is searched several times faster than by the whole of it.
BEGINS_FIGURE = re.compile("[0-9〇零一二两三四五六七八九十百千]")
_STOPS = re.compile(r"[,;]")
_CLAUSE_ENDS = re.compile(r"[,;。!?.|]")
_AFTER_STOP = re.compile(r"$|[,;:。、.)?!|]")
_BEFORE = (("超过", "more_than"), ("超", "more_than"), ("逾", "more_than"), ("突破", "more_than"), ("约", "about"),
           ("近", "about"), ("将近", "about"), ("接近", "about"))
_PARTED = ("、", ":", "。", "和", "及", "与", "以及", "并", "-")
MAX_CLAUSE = 90
NARROWED = ("proactive", "response", "complaints", "means")


@dataclass(frozen=True, slots=True)
class Mention:
    """One figure that a sentence states, or (``doubt`` set) seems to state."""

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


class Walk:
    """What carries over from sentence to sentence, and how it is read.

    Most paragraphs state no figure of the forms. They ``wait``: what they leave behind (a context, a topic) is worked
    out when a later one may state one, and so is the ``doc``, which takes a look at the whole text.
    """

    def __init__(self, book: PhraseBook, template: str, texts: Sequence[str]) -> None:
        self.book, self.template, self._texts = book, template, texts
        self.context = ""
        self.context_age = 99
        self.is_linked = False
        self.section: frozenset[str] = frozenset()
        self.section_is_linked = False
        self.narrow_levels: dict[int, bool] = {}
        self.before: set[str] = set()
        self.waiting: list[Sequence[Line]] = []

    @cached_property
    def doc(self) -> Coverage:
        """What the whole document shows of itself."""
        return coverage(self._texts)

    @property
    def is_narrow(self) -> bool:
        """Whether the passage is about one field of administration only."""
        return any(self.narrow_levels.values())


@dataclass(slots=True)
class Piece:
    """A sentence without its bracketed parts, or one bracketed part; ``at`` maps its characters to the sentence's."""

    text: str
    at: list[int] | range
    context: str = ""
    is_inner: bool = False
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


def walk_piece(piece: Piece, sentence: Sentence, walk: Walk) -> list[Mention]:
    """The figures of one piece of a sentence, in order."""
    mentions: list[Mention] = []
    taken: set[str] = set()
    carry = _Carry(walk)
    text, cut = piece.text, 0
    for match in figures(text):
        if walk.book.whole.match(text, match.start()):
            continue
        stop = max(cut, text.rfind(",", cut, match.start()) + 1, text.rfind(";", cut, match.start()) + 1)
        clause = text[stop:match.start()].lstrip("、和及与")
        joins = stop == cut and cut > 0 and not text.startswith(_PARTED, cut, match.start())
        cut = match.end()
        if len(clause) > MAX_CLAUSE or match["unit"] == "%":
            continue
        if not may_state(clause, text, cut, walk):
            carry.passed.append(clause)
            continue
        carry.catch_up()
        found_mentions = list(_read(clause, match, piece, sentence, walk, carry, taken, joins))
        if not found_mentions:
            carry.passed.append(clause)
        for mention in found_mentions:
            if mention.figure.channel and carry.channels_poisoned:
                continue
            if mention.scope:
                carry.scope, carry.family = mention.scope, mention.figure.family
            if mention.scope == "part":
                continue
            taken.add(mention.code)
            mentions.append(mention)
    return mentions + list(_zeros(piece, sentence, walk))


@dataclass(slots=True)
class _Carry:
    """What the clauses of a piece leave to the figures that follow; clauses ``passed`` have not been looked at yet."""

    walk: Walk
    scope: Scope = ""
    family: str = ""
    channels_poisoned: bool = False
    passed: list[str] = field(default_factory=list)

    def catch_up(self) -> None:
        """Look at the clauses that state no figure."""
        book = self.walk.book
        for clause in self.passed:
            scope, _ = scope_of(clause, book, self.walk.doc)
            if book.earlier.search(clause):
                self.scope = "part"
            elif scope in ("part", "whole", "weak"):
                self.scope = scope
            self.channels_poisoned = self.channels_poisoned or bool(book.channel.search(clause))
        self.passed.clear()


def figures(text: str) -> Iterator[re.Match[str]]:
    """The figures of a text, as ``_FIGURE.finditer`` finds them, which would try every character in vain."""
    at = 0
    while begin := BEGINS_FIGURE.search(text, at):
        match = _FIGURE.match(text, begin.start())
        if match:
            yield match
        at = match.end() if match else begin.end()


def may_state(clause: str, text: str, end: int, walk: Walk) -> bool:
    """Whether a clause before a number, or what follows it, may name a figure of the forms, whatever is spoken of."""
    if walk.book.may_head(walk.template, clause):
        return True
    nouns = walk.book.nouns(walk.template)
    return nouns is not None and nouns.match(text[end:end + 30]) is not None


def _read(clause: str, match: re.Match[str], piece: Piece, sentence: Sentence, walk: Walk, carry: _Carry,
          taken: set[str], joins: bool) -> Iterator[Mention]:
    """The mention (or, of a joint zero, the mentions) that a number and its clause make."""
    template, book = walk.template, walk.book
    context = _context(piece, match.start() - len(clause), walk)
    phrase = _head(clause, context, walk)
    after = piece.text[match.end():match.end() + 30]
    noun = _noun(clause, after, walk)
    if noun is not None:
        number, start, label = noun
        prefix, tail = clause[:start], ""
        label_span = (match.end(), match.end() + label)
    elif phrase is not None and (_AFTER_STOP.match(after) or book.after.match(after)):
        number = _number_of(phrase)
        prefix, tail = clause[:phrase.start()], phrase["tail"]
        begin = match.start() - len(clause)
        label_span = (begin + phrase.start(), begin + phrase.start("tail"))
    else:
        return
    figure = book.figures[number]
    value = _value(match["number"] or match["bare"])
    if value is None or (match["unit"] and match["unit"] not in figure.measures):
        return
    doubt = ""
    if book.veto.search(book.harmless.sub("", prefix + tail)) or book.earlier.search(prefix):
        if not book.doubtful.search(prefix + tail):
            return
        doubt = "累计, 截至 or 分别 leave open what the number counts"
    spoken = piece.text[:min(match.start(), label_span[0])]
    if is_other_period(spoken, walk.doc, book) or (walk.is_narrow and figure.family in NARROWED):
        return
    if not _fits(figure, piece, max(match.end(), label_span[1]), context, walk):
        return
    if figure.family == "disputes" and value and not _is_linked(sentence, walk):
        doubt = doubt or "not said to be about information disclosure"
    if figure.among and not (book.among.search(piece.text[:match.start()]) or piece.is_inner):
        return
    code = figure.codes[template]
    in_parts = piece.is_inner or bool(book.among.search(piece.text[:match.start()]))
    if in_parts and code in (taken | (walk.before if book.among.match(piece.text) else set())):
        return
    if joins:
        doubt = doubt or "the number may belong to what stands before it"
    scope, residue = scope_of(prefix, book, walk.doc)
    if figure.channel and book.channel.search(prefix):
        return
    if figure.total and names_channels(_clause_before(piece.text[:match.start() - len(clause)]) + prefix, book):
        doubt = doubt or "the channels named may not be all"
    others = _joint(prefix, context, walk)
    if others and value:
        scope, doubt = "", doubt or "one number for several things"
    if scope == "unknown":
        doubt = doubt or f"not understood before the phrase: {residue[:20]}"
    if scope == "" and (carry.scope == "part" or (carry.scope == "unknown" and carry.family == figure.family)):
        return
    if figure.excludes_carried and book.carried.match(sentence.text, piece.at[match.end() - 1] + 1):
        doubt = doubt or "the number includes what was carried over"
    place, printed = _printed(sentence, piece, match.start(), match.end())
    _, label_text = _printed(sentence, piece, *label_span)
    unit = match["unit"] if match["unit"] in ("元", "万元") else None
    for each in [figure, *(others if not value else [])]:
        yield Mention(each, each.codes[template], value, unit, _qualifier(match, tail or clause), place, printed,
                      label_text, "weak" if scope == "" and carry.scope == "weak" else scope, doubt)


def _context(piece: Piece, before: int, walk: Walk) -> str:
    """What is spoken of: the last context word of the sentence, else the bracket's, the carried or the section's."""
    context = piece.spoken_of(before, walk.book) or piece.context
    if context:
        return context
    limit = 1 if walk.context in DISPUTES else 6
    if walk.context and walk.context_age <= limit:
        return walk.context
    return next(iter(walk.section)) if len(walk.section) == 1 else ""


def _head(clause: str, context: str, walk: Walk) -> re.Match[str] | None:
    inner = context
    for match in walk.book.contexts.finditer(clause):
        inner = match.lastgroup or ""
        outcome = walk.book.heads(walk.template, inner)
        found = outcome.search(clause, match.end()) if outcome and inner in DISPUTES else None
        if found:
            return found
    general = walk.book.heads(walk.template, "")
    special = walk.book.heads(walk.template, context) if context in DISPUTES else None
    found = [m for m in ((p.search(clause) if p else None) for p in (special, general)) if m]
    return min(found, key=lambda m: m.start()) if found else None


def _noun(clause: str, after: str, walk: Walk) -> tuple[int, int, int] | None:
    """A verb before the number and its noun after the measure word: 发布 16216篇 政策解读稿件."""
    nouns = walk.book.nouns(walk.template)
    match = nouns.match(after) if nouns else None
    if match is None or not (_AFTER_STOP.match(after[match.end():]) or walk.book.after.match(after[match.end():])):
        return None
    number = _number_of(match)
    verb = walk.book.verbs(number).search(clause)
    return (number, verb.start(), match.end()) if verb else None


def _number_of(match: re.Match[str]) -> int:
    return next(int(name[1:]) for name, text in match.groupdict().items() if name[0] == "f" and text is not None)


def _fits(figure: Figure, piece: Piece, end: int, context: str, walk: Walk) -> bool:
    """Whether the phrase stands in the context that it needs; results of disputes were chosen by theirs already."""
    if not figure.context or figure.family == "disputes":
        return True
    inside = {name for start, name in piece.contexts(walk.book) if start < end}
    near = context or ("requests" if "requests" in walk.section else "")
    return bool(figure.context & ({near} | inside))


def _is_linked(sentence: Sentence, walk: Walk) -> bool:
    """Whether the sentence, the one before it or the heading says that it is about information disclosure."""
    return walk.is_linked or walk.section_is_linked or bool(walk.book.linked.search(sentence.text))


def _joint(prefix: str, context: str, walk: Walk) -> list[Figure]:
    """The other indicators that share the number: 行政复议、行政诉讼0件, 予以公开及部分公开258件."""
    stripped = re.sub(r"(?:和|及|与|以及|或者?|、|暨)(?:被|提起|发生|引起)*$", "", prefix)
    if stripped == prefix:
        return []
    match = _head(stripped, context, walk)
    return [walk.book.figures[_number_of(match)]] if match else []


def _clause_before(text: str) -> str:
    """The clause before, if it has no figure of its own and so leads on to what follows (通过门户网站, …)."""
    before = _STOPS.split(text.rstrip(",、 "))[-1]
    return "" if _FIGURE.search(before) else before


def _value(text: str) -> Decimal | None:
    return prose_number(text.replace(" ", "")) if text[0] in "0123456789" else chinese_number(text)


def _qualifier(match: re.Match[str], before: str) -> str | None:
    if match["more"] or match["later"] in ("以上", "多"):
        return "at_least"
    if match["later"] == "左右":
        return "about"
    ends = [name for word, name in _BEFORE if before.endswith(word)]
    if ends:
        return ends[0]
    return "about" if (match["number"] or "").endswith(("万", "亿")) else None


def _printed(sentence: Sentence, piece: Piece, start: int, end: int) -> tuple[Place, str]:
    return sentence.place(piece.at[start], piece.at[end - 1] + 1)


def _zeros(piece: Piece, sentence: Sentence, walk: Walk) -> Iterator[Mention]:
    """Nothing at all, said in words: 未收到 …, 未发生行政诉讼案件, 没有收取任何费用."""
    book = walk.book
    if not book.denies(piece.text):
        return
    start = 0
    for end in [*(m.start() for m in _CLAUSE_ENDS.finditer(piece.text)), len(piece.text)]:
        clause, begin, start = piece.text[start:end], start, end + 1
        if not 2 < len(clause) <= MAX_CLAUSE or not book.denies(clause) or not any(_zero_phrases(clause, walk)):
            continue
        if book.veto.search(book.harmless.sub("", clause)) or book.earlier.search(clause) \
                or is_other_period(piece.text[:end], walk.doc, book):
            continue
        for figure, match, label in _zero_phrases(clause, walk):
            scope, _ = scope_of(clause[:match.start()], book, walk.doc)
            if scope in ("part", "unknown"):
                continue
            place, printed = _printed(sentence, piece, begin + match.start(), begin + match.end())
            _, named = _printed(sentence, piece, begin + label[0], begin + label[1])
            yield Mention(figure, figure.codes[walk.template], Decimal(0), None, None, place, printed, named, scope)


def _zero_phrases(clause: str, walk: Walk) -> Iterator[tuple[Figure, re.Match[str], tuple[int, int]]]:
    book, zeros = walk.book, walk.book.zeros(walk.template)
    match = next(filter(None, (pattern.search(clause) for pattern in book.no_disputes)), None)
    if match:
        for figure in book.figures:
            if figure.dispute and walk.template in figure.codes:
                named = re.compile(figure.dispute).search(clause, *match.span("named"))
                if named:
                    yield figure, match, named.span()
        return
    match = zeros.search(clause) if zeros else None
    if match:
        negation = book.no.match(clause, match.start())
        yield book.figures[_number_of(match)], match, (negation.end() if negation else match.start(), match.end())
