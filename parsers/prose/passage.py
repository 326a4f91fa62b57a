"""Paragraphs of prose, one after the other: which of them may state a figure, and what each leaves to the next.

Most paragraphs state no figure of the forms. That is told from their words alone, and they wait unread until a
paragraph that may state one asks for what they spoke of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parsers.prose.phrases import DISPUTES
from parsers.prose.state import BEGINS_FIGURE, Mention, Piece, Walk, figures, may_state
from parsers.prose.text import Line, Paragraph, Sentence, plain_sentences, sentences
from parsers.prose.walk import walk_piece

_STOPS_AND_ENDS = re.compile(r"[,;。!?…|]")
_SILENCE = Sentence("", Paragraph(()), 0)


def walk_paragraph(group: Sequence[Line], text: str, walk: Walk) -> list[Mention]:
    """The figures of one paragraph of this even text, in order; updates what carries over."""
    if not _may_state_any(text, walk):
        walk.waiting.append((group, text))
        return []
    for earlier, said in walk.waiting:
        _pass_by(earlier, said, walk)
    walk.waiting.clear()
    return [mention for sentence in sentences(group) for mention in _walk_sentence(sentence, walk)]


def _pass_by(group: Sequence[Line], text: str, walk: Walk) -> None:
    """Take note of a paragraph without figures; what names nothing that carries over only counts its sentences."""
    count = plain_sentences(text) if walk.book.is_silent(text) else None
    if count is None:
        for sentence in sentences(group):
            _enter(sentence, walk)
            _leave(sentence, [], walk)
    elif count:
        walk.context_age += count
        _leave(_SILENCE, [], walk)


def _may_state_any(text: str, walk: Walk) -> bool:
    """Whether a paragraph may state a figure of the forms, whatever is spoken of: it denies something, or before or
    behind a number stands what names one. Brackets may stand between a number and its name: they are not judged here.
    """
    if not walk.book.hints.search(text):
        return False
    if walk.book.denies(text) or "(" in text[1:]:
        return True
    cut = 0
    measures = walk.book.measures(walk.template)
    for match in figures(text):
        before, cut = text[cut:match.start()], match.end()
        if match["unit"] is None or match["unit"] in measures:
            clause = _STOPS_AND_ENDS.split(before)[-1].lstrip("、和及与")
            if may_state(clause, text, cut, walk):
                return True
    return False


def _walk_sentence(sentence: Sentence, walk: Walk) -> list[Mention]:
    mentions: list[Mention] = []
    _enter(sentence, walk)
    if not sentence.is_heading and (BEGINS_FIGURE.search(sentence.text) or walk.book.denies(sentence.text)):
        for piece in _pieces(sentence, walk):
            if piece.is_inner:
                piece.host = next((m for m in mentions if m.end == piece.at[0] - 1 and m.origin == "prose"), None)
            mentions += walk_piece(piece, sentence, walk)
    _leave(sentence, mentions, walk)
    return mentions


def _enter(sentence: Sentence, walk: Walk) -> None:
    if sentence.is_heading or sentence.ordinal:
        _open_topic(sentence, walk)
    walk.context_age += 1


def _leave(sentence: Sentence, mentions: list[Mention], walk: Walk) -> None:
    last = max(walk.book.spoken_of(sentence.text), key=re.Match.start, default=None)
    if last is not None and not sentence.is_heading:
        walk.context, walk.context_age = last.lastgroup or "", 0
    walk.is_linked = bool(walk.book.linked.search(sentence.text)) or (walk.is_linked and walk.context in DISPUTES)
    whole = [m for m in mentions if m.origin != "prose_part"] if mentions else mentions
    if whole or not walk.book.among.match(sentence.text):
        walk.before = {m.code: m for m in whole if m.origin == "prose"} if whole else {}
        walk.was_earlier = bool(whole) and _ends_with_last_year(whole, sentence, walk)


def _ends_with_last_year(mentions: list[Mention], sentence: Sentence, walk: Walk) -> bool:
    """Whether what follows goes on with the year before: not where its figure only served to compare this year's."""
    last = mentions[-1]
    compares = last.code in walk.before and walk.book.after_restated.match(sentence.text, last.end)
    return last.origin == "prose_previous_year" and not compares


def _open_topic(sentence: Sentence, walk: Walk) -> None:
    """A heading or an ordinal opens a topic; those of lower rank end."""
    mark, text = sentence.ordinal, sentence.text[:60]
    level = 3 if mark.endswith("是") else 0 if mark[:1] in "第一二三四五六七八九十" else 1 if mark[:1] == "(" else 2
    for lower in [n for n in walk.narrow_levels if n >= level]:
        del walk.narrow_levels[lower]
    walk.narrow_levels[level] = bool(walk.book.narrow.search(text))
    if sentence.is_heading or (len(text) <= 45 and not re.search(r"[0-9]", text[len(mark):])):
        walk.section = frozenset(m.lastgroup or "" for m in walk.book.contexts.finditer(text))
        walk.section_is_linked = bool(walk.book.linked.search(text) or walk.section.intersection(DISPUTES))
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
            if depth == 0:
                inner.append((start, index))
        elif depth == 0:
            outer.append(index)
    yield Piece("".join(text[i] for i in outer), [i + offset for i in outer])
    for start, end in inner:
        context = ""
        for match in walk.book.contexts.finditer(text, 0, start):
            context = match.lastgroup or ""
        yield Piece(text[start:end], range(start + offset, end + offset), context, True)
