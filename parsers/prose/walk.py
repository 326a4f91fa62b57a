"""One piece of a sentence to the figures that it states. Wrong is worse than missing: what is half read is not taken.

Between the last comma (or the last figure) and a number every word must be known: fillers and a subject, then the
phrase of one indicator, then the number with a measure word that the indicator allows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from parsers.prose.beside import read_beside
from parsers.prose.number import clause_before, read_number, value_of
from parsers.prose.scope import names_channels, period_of, scope_of
from parsers.prose.state import FIGURE, Carry, Mention, Piece, Walk, may_state
from parsers.prose.text import Sentence
from parsers.prose.wording import Figure, number_of

_CLAUSE_ENDS = re.compile(r"[,;。!?.|]")
_PARTED = ("、", ":", "。", "和", "及", "与", "以及", "并", "-")
MAX_CLAUSE = 90


def walk_piece(piece: Piece, sentence: Sentence, walk: Walk) -> list[Mention]:
    """The figures of one piece of a sentence, in order."""
    mentions: list[Mention] = []
    carry = Carry.into(piece, walk)
    text, cut = piece.text, 0
    parts: set[str] = set()  # of which figures other bodies' are stated beside
    for match in FIGURE.finditer(text):
        if walk.book.whole.match(text, match.start()):
            continue
        stop = max(cut, text.rfind(",", cut, match.start()) + 1, text.rfind(";", cut, match.start()) + 1)
        clause = text[stop:match.start()].lstrip("、和及与")
        parted = ";" in text[cut:match.start()]
        joins = stop == cut and cut > 0 and not text.startswith(_PARTED, cut, match.start())
        cut = match.end()
        if len(clause) > MAX_CLAUSE or match["unit"] == "%":
            continue
        if not may_state(clause, text, cut, walk):
            if carry.latest is not None:
                found = list(read_beside(clause, match, value_of(match), piece, sentence, carry))
                mentions += found
                carry.latest = carry.latest if found and found[0].origin == "prose_part" else None
            carry.passed.append(clause)
            continue
        carry.catch_up()
        if parted and carry.of_applicant:
            carry.scope, carry.of_applicant = "", False
        read = list(read_number(clause, match, piece, sentence, carry, joins))
        if all(m.is_open for m in read):
            carry.passed.append(clause)
            carry.latest = None
        parts.update(m.code for m in read if m.scope == "part")
        mentions += [m for m in read if not (m.figure.channel and carry.channels_poisoned)
                     and (m.is_open or carry.leave(m, cut))]
    mentions = [m._replace(doubt=m.doubt or "counted beside other bodies") if m.scope == "weak" and m.code in parts
                else m for m in mentions] if parts else mentions
    return _reasons_doubted(mentions) + list(_zeros(piece, sentence, walk))


def _reasons_doubted(mentions: list[Mention]) -> list[Mention]:
    """因…等原因不予公开 counts all of it, unless the same is counted again beside it."""
    if not any(m.gives_reasons for m in mentions):
        return mentions
    times = Counter(m.code for m in mentions)
    return [m._replace(doubt=m.doubt or "counted by reasons, each for itself")
            if m.gives_reasons and times[m.code] > 1 else m for m in mentions]


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
        period = period_of(piece.text[:end], clause, clause_before(piece.text[:begin]), walk.doc, book)
        if period == "other" or book.veto.search(book.harmless.sub("", book.earlier.sub("", clause))):
            continue
        for figure, match, label in _zero_phrases(clause, walk):
            before = book.earlier.sub("", clause[:match.start()])
            scope, _ = scope_of(before, book, walk.doc)
            if scope in ("part", "unknown") or (figure.total and names_channels(before, book)):
                continue
            place, printed = piece.printed(sentence, begin + match.start(), begin + match.end())
            _, named = piece.printed(sentence, begin + label[0], begin + label[1])
            yield Mention(figure, figure.codes[walk.template], Decimal(0), None, None, place, printed, named, scope,
                          origin="prose_previous_year" if period == "previous" else "prose")


def _zero_phrases(clause: str, walk: Walk) -> Iterator[tuple[Figure, re.Match[str], tuple[int, int]]]:
    book, zeros = walk.book, walk.wording.zeros
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
        yield book.figures[number_of(match)], match, (negation.end() if negation else match.start(), match.end())
