"""Paragraphs of prose, one after the other: which of them may state a figure, and what each leaves to the next.

Most paragraphs state no figure of the forms. That is told from their words alone, and they are read only as far as a
later paragraph that may state one is understood by what they spoke of.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise

from parsers.prose.state import BEGINS_FIGURE, FIGURE, Mention, Piece, Walk, may_state
from parsers.prose.text import MAX_SENTENCE, OPENING, Line, Sentence, count_sentences, plain_sentences, sentences
from parsers.prose.walk import walk_piece
from parsers.prose.wording import DISPUTES

_STOPS_AND_ENDS = ",;。!?…|"
# One that does not open its paragraph.
_BRACKET = re.compile(r"\((?<!\n\()")


Found = Sequence[tuple[Sequence[Line], str]]
"""Paragraphs: their lines and their even text."""


def walk_paragraphs(found: Found, walk: Walk) -> list[Mention]:
    """The figures of paragraphs, in order."""
    mentions: list[Mention] = []
    running = _Running([text for _, text in found])
    stating = sorted(running.numbers(_statements(running.whole, walk)))
    heard = running.numbers(_overtones(running, stating[-1], walk)) if stating else set()
    passed = 0
    for number in stating:
        _pass_by(found, range(passed, number), heard, walk)
        passed = number + 1
        for sentence in sentences(found[number][0]):
            mentions += _walk_sentence(sentence, walk)
    return mentions


class _Running:
    """Paragraphs as one text, a line end before each: what all are asked for costs less than asking one by one."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.whole = "\n".join(["", *texts])
        self.starts = list(accumulate((len(text) + 1 for text in texts), initial=1))

    def numbers(self, places: Iterable[int]) -> set[int]:
        """In which paragraphs some places are."""
        return {bisect_right(self.starts, place) - 1 for place in places}


def _statements(whole: str, walk: Walk) -> Iterator[int]:
    """Where a text may state a figure of the forms, whatever is spoken of: it denies something, or before or behind a
    number stands what names one. Brackets may stand between a number and its name: they are not judged here."""
    for pattern in (_BRACKET, walk.book.no):
        yield from (match.start() for match in pattern.finditer(whole))
    parted, measures = whole, walk.wording.measures
    for stop in _STOPS_AND_ENDS:
        parted = parted.replace(stop, "\n")
    cut = 0
    for match in FIGURE.finditer(whole):
        start, end = match.span()
        if match["unit"] is None or match["unit"] in measures:
            clause = whole[max(cut, parted.rfind("\n", cut, start) + 1):start].lstrip("、和及与")
            if may_state(clause, whole, end, walk):
                yield start
        cut = end


def _overtones(running: _Running, end: int, walk: Walk) -> Iterator[int]:
    """Where the paragraphs before number ``end`` say what the sentences after them are understood by, or may."""
    for pattern in (OPENING, walk.book.carries_over):
        yield from (match.end() - 1 for match in pattern.finditer(running.whole, 0, running.starts[end]))
    yield from (start for start, after in pairwise(running.starts[:end + 1]) if after - start > MAX_SENTENCE)


def _pass_by(found: Found, numbers: range, heard: set[int], walk: Walk) -> None:
    """Take note of paragraphs without figures; of those that are not ``heard`` only the sentences count."""
    for is_heard, passage in groupby(numbers, heard.__contains__):
        if is_heard:
            for group, text in [found[number] for number in passage]:
                _listen(group, text, walk)
        elif count := count_sentences(found[number][1] for number in passage):
            walk.context_age += count
            _leave("", [], walk)


def _listen(group: Sequence[Line], text: str, walk: Walk) -> None:
    """Take note of what a paragraph without figures speaks of."""
    said = plain_sentences(text)
    if said is None or walk.book.speaks_in_digits(text):  # a blank may part them, which is not in the even text
        for sentence in sentences(group):
            _enter(sentence, walk)
            _leave(sentence.text, [], walk, sentence.is_heading)
        return
    for sentence in said:
        walk.context_age += 1
        _leave(sentence, [], walk)


def _walk_sentence(sentence: Sentence, walk: Walk) -> list[Mention]:
    mentions: list[Mention] = []
    _enter(sentence, walk)
    if not sentence.is_heading and (BEGINS_FIGURE.search(sentence.text) or walk.book.denies(sentence.text)):
        for piece in _pieces(sentence, walk):
            if piece.is_inner:
                piece.host = next((m for m in mentions if m.end == piece.at[0] - 1 and m.origin == "prose"), None)
            mentions += walk_piece(piece, sentence, walk)
    _leave(sentence.text, mentions, walk, sentence.is_heading)
    return mentions


def _enter(sentence: Sentence, walk: Walk) -> None:
    if sentence.is_heading or sentence.ordinal:
        _open_topic(sentence, walk)
    walk.context_age += 1


def _leave(text: str, mentions: list[Mention], walk: Walk, is_heading: bool = False) -> None:
    last = max(walk.book.spoken_of(text), key=re.Match.start, default=None)
    if last is not None and not is_heading:
        walk.context, walk.context_age = last.lastgroup or "", 0
    walk.is_linked = bool(walk.book.linked.search(text)) or (walk.is_linked and walk.context in DISPUTES)
    whole = [m for m in mentions if m.origin != "prose_part"] if mentions else mentions
    if whole or not walk.book.among.match(text):
        walk.before = {m.code: m for m in whole if m.origin == "prose"} if whole else {}
        walk.was_earlier = bool(whole) and _ends_with_last_year(whole, text, walk)


def _ends_with_last_year(mentions: list[Mention], text: str, walk: Walk) -> bool:
    """Whether what follows goes on with the year before: not where its figure only served to compare this year's."""
    last = mentions[-1]
    compares = last.code in walk.before and walk.book.after_restated.match(text, last.end)
    return last.origin == "prose_previous_year" and not compares


def _open_topic(sentence: Sentence, walk: Walk) -> None:
    """A heading or an ordinal opens a topic; those of lower rank end."""
    mark, text = sentence.ordinal, sentence.text[:60]
    level = 3 if mark.endswith("是") else 0 if mark[:1] in "第一二三四五六七八九十" else 1 if mark[:1] == "(" else 2
    for lower in [n for n in walk.narrow_levels if n >= level]:
        del walk.narrow_levels[lower]
    walk.narrow_levels[level] = bool(walk.book.narrow.search(text))
    if sentence.is_heading or (len(text) <= 45 and not re.search(r"[0-9]", text[len(mark):])):
        named = frozenset(m.lastgroup or "" for m in walk.book.contexts.finditer(text))
        for lower in [n for n in walk.sections if n >= level]:
            del walk.sections[lower]
        # A heading that names nothing stays within that of the rank above.
        walk.section, walk.section_is_linked = next(reversed(walk.sections.values()), (frozenset(), False))
        if named or not walk.section:
            is_linked = bool(walk.book.linked.search(text) or named.intersection(DISPUTES))
            walk.sections[level] = walk.section, walk.section_is_linked = named, is_linked
        walk.context, walk.context_age = "", 99


def _pieces(sentence: Sentence, walk: Walk) -> Iterator[Piece]:
    """The sentence without brackets, then each bracketed part with the context that stood before it."""
    text = sentence.text[len(sentence.ordinal):]
    offset = len(sentence.ordinal)
    if "(" not in text:
        yield Piece(text, range(offset, offset + len(text)))
        return
    outer: list[int] = []
    inner: list[tuple[int, int]] = []
    depth = start = 0
    for index, character in enumerate(text):
        if character == "(":
            start = index + 1 if depth == 0 else start
            depth += 1
        elif character == ")" and depth:
            depth -= 1
            if depth == 0 and start < index:
                inner.append((start, index))
        elif depth == 0:
            outer.append(index)
    yield Piece("".join(text[i] for i in outer), [i + offset for i in outer])
    for start, end in inner:
        context = ""
        for match in walk.book.contexts.finditer(text, 0, start):
            context = match.lastgroup or ""
        yield Piece(text[start:end], range(start + offset, end + offset), context, True)
