"""One number of a sentence, read with the words before it (or after it): which figure of the forms it states, if any.

Wrong is worse than missing: what is half read is not taken, and what may mean several things is a mention in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from parsers.numbers import chinese_number, prose_number
from parsers.observation import Origin
from parsers.prose.beside import as_part, is_part, opening, read_beside
from parsers.prose.scope import Period, names_channels, period_of, scope_of
from parsers.prose.state import FIGURE, Carry, Mention, Piece, Walk
from parsers.prose.text import Sentence
from parsers.prose.wording import DISPUTES, Figure, Head, number_of

_STOPS = re.compile(r"[,;]")
_AFTER_STOP = re.compile(r"$|[,;:。、.)?!|]")
_AND = re.compile(r"(?:和|及|与|以及|或者?|、|暨)(?:被|提起|发生|引起)*$")
_BEFORE = (("超过", "more_than"), ("超", "more_than"), ("逾", "more_than"), ("突破", "more_than"), ("约", "about"),
           ("近", "about"), ("将近", "about"), ("接近", "about"))
_PART_LINKED = r"[,:]?[^,;。0-9]{{0,12}}(?:{})"
ELSEWHERE = ("elsewhere", *DISPUTES)
NARROWED = ("proactive", "response", "complaints", "means")


@dataclass(slots=True)
class _Phrase:
    """What names a number: the figure, the words of its clause before the phrase and between phrase and number, where
    the phrase stands in the piece, and what is spoken of."""

    figure: Figure
    prefix: str
    tail: str
    begin: int
    end: int
    context: str


def read_number(clause: str, match: re.Match[str], piece: Piece, sentence: Sentence, carry: Carry, joins: bool,
                ) -> Iterator[Mention]:
    """The mention (or, of a joint zero, the mentions) that a number and its clause make; ``joins``: no comma parts the
    clause from the number before it."""
    walk, book = carry.walk, carry.walk.book
    phrase, value = _phrase(clause, match, piece, walk), value_of(match)
    if phrase is None or value is None or (match["unit"] and match["unit"] not in phrase.figure.measures):
        return
    figure, before = phrase.figure, piece.text[:match.start()]
    if figure.doubt and (beside := list(read_beside(clause, match, value, piece, sentence, carry))):
        yield from beside
        return
    period = _period(phrase, clause, match, piece, carry)
    if period == "other" or (walk.is_narrow and figure.family in NARROWED):
        return
    given = book.reasons.sub("", phrase.prefix) if figure.family == "answers" else phrase.prefix
    gives_reasons, phrase.prefix = given != phrase.prefix, given
    vetoed = book.veto.search(book.harmless.sub("", phrase.prefix + phrase.tail))
    if vetoed and not book.doubtful.search(phrase.prefix + phrase.tail):
        return
    in_parts = piece.is_inner or bool(book.among.search(before))
    open_what = _open_what(phrase, match, piece, carry, in_parts)
    if open_what is None or (figure.among and not in_parts) or (open_what and not value):
        return
    place, printed = piece.printed(sentence, match.start(), match.end())
    mention = Mention(
        figure, figure.codes[walk.template], value, match["unit"] if match["unit"] in ("元", "万元") else None,
        _qualifier(match, phrase.tail or clause), place, printed, piece.printed(sentence, phrase.begin, phrase.end)[1],
        "", measure=match["unit"], gives_reasons=gives_reasons, end=piece.at[match.end() - 1] + 1,
        doubt="累计, 截至 or 分别 leave open what the number counts" if vetoed else "",
    )
    if open_what:
        mention = _doubted(mention, open_what)._replace(is_open=True)
    if figure.linked and value and not _is_linked(sentence, mention.end, walk):
        mention = _doubted(mention, "not said to be about information disclosure")
    if figure.family == "disputes" and book.decides.search(_lead(clause, match, piece) + phrase.prefix):
        mention = _doubted(mention, "of reviews that the body decides, not of its own acts")
    if figure.family == "requests" and carry.diverted and not book.names_request(mention.label):
        mention = _doubted(mention, "other matters are counted before it")
    if book.doubtful.search(lead := _lead(clause, match, piece)) and not book.dated.search(lead + phrase.prefix):
        mention = _doubted(mention, "until when is said, but not from when")
    if joins:
        mention = _doubted(mention, "the number may belong to what stands before it")
    stated = carry.taken.union(walk.before) if book.among.match(piece.text) else carry.taken
    if in_parts and period == "this" and mention.code in stated and not figure.apart:
        start = match.start() - len(clause) + opening(clause, carry)
        yield from _part(mention, phrase, start, match, piece, sentence, carry)
        return
    if figure.total and names_channels(_lead(clause, match, piece) + phrase.prefix, book):
        mention = _doubted(mention, "the channels named may not be all")
    if figure.excludes_carried and book.carried.match(sentence.text, mention.end):
        mention = _doubted(mention, "the number includes what was carried over")
    yield from _of_period(mention, phrase, period, piece, sentence, carry)


def _of_period(mention: Mention, phrase: _Phrase, period: Period, piece: Piece, sentence: Sentence, carry: Carry,
               ) -> Iterator[Mention]:
    """The mention, or mentions, with the scope that the words before the phrase give."""
    walk, book = carry.walk, carry.walk.book
    scope, residue = scope_of(phrase.prefix, book, walk.doc)
    if phrase.figure.channel and book.channel.search(phrase.prefix):
        return
    others = _joint(phrase.prefix, phrase.context, walk)
    if others and mention.value:
        joint = _filed_jointly(mention, phrase, others[0], piece, sentence, walk)
        scope, mention = "", joint or _doubted(mention, "one number for several things")
    if scope == "unknown":
        mention = _doubted(mention, f"not understood before the phrase: {residue[:20]}")
    if period == "previous":
        if not mention.doubt and mention.origin == "prose":
            yield mention._replace(origin="prose_previous_year", scope=scope)
        return
    if scope == "" and (carry.is_earlier or carry.scope == "part"
                        or (carry.scope == "unknown" and carry.family == phrase.figure.family)):
        return
    is_weak = phrase.figure.weak or (scope == "" and carry.scope == "weak")
    mention = mention._replace(scope="weak" if is_weak and scope in ("", "whole") else scope)
    yield mention
    for figure in () if mention.value else (f for f, _ in others):
        yield mention._replace(figure=figure, code=figure.codes[walk.template])


def _doubted(mention: Mention, doubt: str) -> Mention:
    return mention if mention.doubt else mention._replace(doubt=doubt)


def _phrase(clause: str, match: re.Match[str], piece: Piece, walk: Walk) -> _Phrase | None:
    book, begin = walk.book, match.start() - len(clause)
    context = _context(piece, begin, walk)
    head = _head(clause, context, walk)
    after = piece.text[match.end():match.end() + 30]
    noun = _noun(clause, after, walk)
    if noun is not None:
        number, start, length = noun
        return _Phrase(book.figures[number], clause[:start], "", match.end(), match.end() + length, context)
    if head is not None and (_AFTER_STOP.match(after) or book.after.match(after)):
        return _Phrase(book.figures[head.figure], clause[:head.start], clause[head.tail:], begin + head.start,
                       begin + head.tail, context)
    return None


def _context(piece: Piece, before: int, walk: Walk) -> str:
    """What is spoken of: the last context word of the sentence, else the bracket's, the carried or the section's."""
    context = piece.spoken_of(before, walk.book) or piece.context
    if context:
        return context
    limit = 1 if walk.context in DISPUTES else 6
    if walk.context and walk.context_age <= limit:
        return walk.context
    return next(iter(walk.section)) if len(walk.section) == 1 else ""


def _head(clause: str, context: str, walk: Walk) -> Head | None:
    for match in walk.book.spoken_of(clause):
        inner = match.lastgroup or ""
        found = walk.wording.head(clause, inner, match.end()) if inner in DISPUTES else None
        if found:
            return found
    general = walk.wording.head(clause, "")
    special = walk.wording.head(clause, context) if context in DISPUTES else None
    return min(filter(None, (special, general)), key=lambda head: head.start, default=None)


def _noun(clause: str, after: str, walk: Walk) -> tuple[int, int, int] | None:
    """A verb before the number and its noun after the measure word: 发布 16216篇 政策解读稿件."""
    nouns = walk.wording.nouns
    match = nouns.match(after) if nouns else None
    if match is None or not (_AFTER_STOP.match(after[match.end():]) or walk.book.after.match(after[match.end():])):
        return None
    number = number_of(match)
    verb = walk.book.verbs(number).search(clause)
    return (number, verb.start(), match.end()) if verb else None


def _period(phrase: _Phrase, clause: str, match: re.Match[str], piece: Piece, carry: Carry) -> Period:
    """The period of the number. Words that name last year leave the prefix; those that name this year end last year's
    figures."""
    walk, book = carry.walk, carry.walk.book
    spoken = piece.text[:min(match.start(), phrase.begin)]
    lead = _lead(clause, match, piece) if book.lead.search(spoken) else ""
    period = period_of(spoken, phrase.prefix, lead, walk.doc, book)
    if period == "previous":
        phrase.prefix = book.earlier.sub("", phrase.prefix)
    elif carry.is_earlier:
        named = _lead(clause, match, piece) + phrase.prefix
        carry.is_earlier = not (book.this_year.search(named) or f"{walk.doc.year}年" in named)
    return period


def _lead(clause: str, match: re.Match[str], piece: Piece) -> str:
    return clause_before(piece.text[:match.start() - len(clause)])


def clause_before(text: str) -> str:
    """The clause before, if it has no figure of its own and so leads on to what follows (通过门户网站, …)."""
    before = _STOPS.split(text.rstrip(",、 "))[-1]
    return "" if FIGURE.search(before) else before


def _fits(phrase: _Phrase, match: re.Match[str], piece: Piece, walk: Walk) -> bool:
    """Whether the phrase stands in the context that it needs; results of disputes were chosen by theirs already."""
    figure, end = phrase.figure, max(match.end(), phrase.end)
    if not figure.context or figure.family == "disputes":
        return True
    inside = {name for start, name in piece.contexts(walk.book) if start < end}
    near = phrase.context or ("requests" if "requests" in walk.section else "")
    return bool(figure.context & ({near} | inside))


def _open_what(phrase: _Phrase, match: re.Match[str], piece: Piece, carry: Carry, in_parts: bool) -> str | None:
    """What the wording of a figure leaves open: nothing (""), or what makes it doubtful; None where it is about other
    things than the figure."""
    figure, walk = phrase.figure, carry.walk
    if not _fits(phrase, match, piece, walk):
        is_open = figure.weak or (figure.total and not phrase.context)
        about = piece.spoken_of(match.start(), walk.book) or phrase.context
        return "what it is about is not said" if is_open and about not in ELSEWHERE else None
    if figure.follows and (carry.latest is None or carry.latest.figure.family != "requests"):
        return "what it is about is not said" if phrase.context == "requests" else None
    if figure.weak and in_parts:
        return "of which whole it is a part is not said"
    return figure.doubt or (_open_words(piece, match, walk) if figure.weak else "")


def _open_words(piece: Piece, match: re.Match[str], walk: Walk) -> str:
    """What the words around the number of a weak wording leave open."""
    book = walk.book
    if not any(words.search(piece.text, 0, match.start()) for words in (book.dated, book.earlier, book.whole)):
        return "of which time, and of whom, is not said"
    return "it is parted by how the information was disclosed" if book.divides.search(piece.text, match.end()) else ""


def _is_linked(sentence: Sentence, end: int, walk: Walk) -> bool:
    """Whether the sentence, the one before it or the heading says that it is about information disclosure; not where
    only what 其中 opens after the number does, which tells the number from those about disclosure."""
    after = walk.book.among.search(sentence.text, end)
    if after and not walk.book.linked.search(sentence.text, 0, end) \
            and re.match(_PART_LINKED.format(walk.book.linked.pattern), sentence.text[after.end():]):
        return False
    if walk.book.unlinked.search(sentence.text, end):
        return False
    return walk.is_linked or walk.section_is_linked or bool(walk.book.linked.search(sentence.text))


def _part(mention: Mention, phrase: _Phrase, start: int, match: re.Match[str], piece: Piece, sentence: Sentence,
          carry: Carry) -> Iterator[Mention]:
    """The mention, whose name begins at ``start``, as that of a part of the whole, if it is one for certain."""
    whole = carry.whole
    if whole is None or whole.code != mention.code or mention.doubt or mention.qualifier or carry.is_earlier:
        return
    if is_part(phrase.prefix[opening(phrase.prefix, carry):], match.start(), piece, carry):
        yield as_part(mention._replace(label=piece.printed(sentence, start, phrase.end)[1]), whole)


def _joint(prefix: str, context: str, walk: Walk) -> list[tuple[Figure, int]]:
    """The other indicator that shares the number, and where its phrase begins: 行政复议、行政诉讼0件."""
    stripped = _AND.sub("", prefix)
    head = _head(stripped, context, walk) if stripped != prefix else None
    return [(walk.book.figures[head.figure], head.start)] if head else []


def _filed_jointly(mention: Mention, phrase: _Phrase, other: tuple[Figure, int], piece: Piece, sentence: Sentence,
                   walk: Walk) -> Mention | None:
    """The mention under the indicator that stands for both, where the catalogue knows them as one (予以公开及部分公开),
    and nothing unknown and no third indicator stands before."""
    figure, start = other
    rest = phrase.prefix[:start]
    origin: Origin = "prose_joint"
    code = walk.joints.get(frozenset((mention.code, figure.codes[walk.template])))
    scope, _ = scope_of(rest, walk.book, walk.doc)
    if code is None or mention.doubt or scope in ("part", "unknown") or _joint(rest, phrase.context, walk):
        return None
    begin = phrase.begin - len(phrase.prefix) + start
    return mention._replace(code=code, origin=origin, label=piece.printed(sentence, begin, phrase.end)[1])


def value_of(match: re.Match[str]) -> Decimal | None:
    """The value of a number as printed, in figures or in Chinese numerals."""
    text = match["number"]
    return prose_number(text.replace(" ", "")) if text[0] in "0123456789" else chinese_number(text)


def _qualifier(match: re.Match[str], before: str) -> str | None:
    if match["more"] or match["later"] in ("以上", "多"):
        return "at_least"
    if match["later"] == "左右":
        return "about"
    ends = [name for word, name in _BEFORE if before.endswith(word)]
    if ends:
        return ends[0]
    return "about" if match["number"].endswith(("万", "亿")) else None
