"""Lines of prose as sentences in an even spelling, each character still knowing its place in the document.

Full-width signs, traditional characters, quotation marks and white space are evened out, and lines that a page or a
page's width cut are joined again, so that the walker sees the same sentence however it was set.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from parsers.grid import Cell, Grid, Place
from parsers.memo import remember
from parsers.traditional import TO_SIMPLIFIED, rewriter

Line = tuple[Cell, Grid]

MAX_SENTENCE = 800
# Characters of one cell that are read; longer ones are named in an issue by the caller.
MAX_CELL = 200_000
# A line shorter than this ended because its text ended, not because its page did.
MIN_WRAPPED = 14

_EVEN = {0x3000: " ", 0xFF61: "。", 0xFF5E: "~", 0x301C: "~", 0x2212: "-", 0x2013: "-", 0x2014: "-", 0x2236: ":",
         0x201A: ",", 0xFE55: ":", 0x3014: "(", 0x3015: ")", 0x2474: "("}
_EVEN.update({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5E)})
# The commonest of them, which are quicker replaced one sign after the other.
_COMMON = tuple((sign, chr(ord(sign) - 0xFEE0)) for sign in "，：；（）")
# The forms' vocabulary, and the few signs that prose alone writes.
_SIMPLIFIED = {**TO_SIMPLIFIED, **str.maketrans("億論觀變擬寫償", "亿论观变拟写偿")}
_EVEN.update(_SIMPLIFIED)
simplify = rewriter(_SIMPLIFIED)
_rewrite_even = rewriter(_EVEN)

# White space, named one by one so that a class of signs is quick; and what else is not read.
_BLANKS = "\t\x0b\x0c\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_UNREAD = _BLANKS + "\u00ad\u200b-\u200f\u2060\ufeff“”\"'‘’《》〈〉「」『』【】*"
_KEPT = re.compile(f"[^\n{_UNREAD}]+")
_DROPPED_IN_LINE = re.compile(f"[{_UNREAD}]+")
_LEFT_BY_COPYING = re.compile(r"\[(?:image|bookmark):[^\]]{0,80}\]")
_ENDS = re.compile(r"[。!?…|]|(?<![0-9A-Za-z])\.(?![0-9A-Za-z])|\.(?=[一-鿿])(?<![0-9]\.)")
_PLAIN_ENDS = re.compile(r"[。!?…|]")
# The end of a sentence, also of one that ends with its line alone.
_COUNTED, _PLAIN_COUNTED = (re.compile(rf"(?:{ends.pattern})\n?|(?<=[^\n])\n") for ends in (_ENDS, _PLAIN_ENDS))
_ENDED_LINE = frozenset("。!?…|;:")
_ORDINAL = re.compile(r"(?:\([一二三四五六七八九十0-9]{1,3}\)|[一二三四五六七八九十]{1,3}、"
                      r"|[0-9]{1,2}(?:、|\.(?![0-9])|\))|第[一二三四五六七八九十]{1,3}[章节部]|[一二三四五六七八九十]{1,2}是)")
# Behind the end of a line or a sentence an ordinal; and what is read in another way than it stands there.
OPENING = re.compile(rf"[\n。!?…|.\[](?:(?<=\[)|{_ORDINAL.pattern})")
_FURNITURE = re.compile(r"[-—–\s]+[0-9]{1,3}[-—–\s]+|PAGE\s*|第\s*[0-9]{1,3}\s*页.{0,12}"
                        r"|\[(?:image|bookmark):[^\]]{0,80}\]")
# How page numbers and the like begin, and ordinals.
_BEGINS_NO_TEXT = frozenset("-—–P第[(一二三四五六七八九十0123456789")
# A report's title, which nothing goes on.
_TITLE = re.compile(r"[^,。;:]{0,50}(?:信息公开|政务公开)[^,。;:]{0,16}(?:报告|年报)(?:\([^()]{1,12}\))?")
_DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its even text, its place in its paragraph, and whether it opens with an ordinal or is a heading."""

    text: str
    paragraph: Paragraph
    start: int
    ordinal: str = ""
    is_heading: bool = False

    def place(self, start: int, end: int) -> tuple[Place, str]:
        """The place and the printed characters of ``text[start:end]``."""
        return self.paragraph.place(self.start + start, self.start + end)


class Paragraph:
    """Lines that belong together, as one even text; ``place`` leads back to the cell."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._starts: list[int] = []
        self._origins: list[tuple[int, int]] = []
        parts: list[str] = []
        length = 0
        for number, (cell, _) in enumerate(lines):
            text, cursor = _even(cell.text), 0
            if "[" in text:
                text = _LEFT_BY_COPYING.sub(lambda m: " " * len(m.group()), text)
            for piece in _KEPT.finditer(text):
                if parts and cursor and _splits_number(parts[-1], text[cursor:piece.start()], piece.group()):
                    self._add(length, number, cursor)
                    parts.append(" ")
                    length += 1
                self._add(length, number, piece.start())
                parts.append(piece.group())
                length += len(piece.group())
                cursor = piece.end()
        self.text = "".join(parts)

    def _add(self, start: int, line: int, offset: int) -> None:
        self._starts.append(start)
        self._origins.append((line, offset))

    def _origin(self, position: int) -> tuple[int, int]:
        index = bisect_right(self._starts, position) - 1
        line, offset = self._origins[index]
        return line, offset + position - self._starts[index]

    def place(self, start: int, end: int) -> tuple[Place, str]:
        """Where ``text[start:end]`` is printed, and how; if it runs over a line's end, the place is its beginning."""
        (first, begin), (last, finish) = self._origin(start), self._origin(end - 1)
        cell, grid = self._lines[first]
        if first == last:
            return grid.place(cell, begin, finish + 1), cell.text[begin:finish + 1]
        printed = cell.text[begin:] + "".join(c.text for c, _ in self._lines[first + 1:last])
        return grid.place(cell, begin, len(cell.text)), printed + self._lines[last][0].text[:finish + 1]


@remember
def _even(text: str) -> str:
    """Character for character in even spelling, so that positions stay."""
    return _evened(text[:MAX_CELL])


def _evened(text: str) -> str:
    for wide, narrow in _COMMON:
        text = text.replace(wide, narrow)
    return _rewrite_even(text)


def _splits_number(before: str, between: str, after: str) -> bool:
    """Whether white space between two digits parts two numbers; groups of three (1 253) and line ends join."""
    if not (_DIGIT.match(before[-1]) and _DIGIT.match(after)) or "\n" in between:
        return False
    return not (re.search(r"(?<![0-9])[0-9]{1,3}$", before) and re.match(r"[0-9]{3}(?![0-9])", after))


def sentences(group: Sequence[Line]) -> Iterator[Sentence]:
    """The sentences of the lines of one paragraph in order; a heading is a sentence of its own."""
    paragraph = Paragraph(group)
    is_heading = len(group) == 1 and _is_heading(paragraph.text)
    start = 0
    for end in [*_ends(paragraph.text), len(paragraph.text)]:
        while start < end:
            stop = min(end, start + MAX_SENTENCE)
            if stop < end:  # cut a monstrous sentence between clauses, so that no number is cut
                stop = paragraph.text.rfind(",", start + 1, stop) + 1 or stop
            text = paragraph.text[start:stop]
            ordinal = _ORDINAL.match(text)
            yield Sentence(text, paragraph, start, ordinal.group() if ordinal else "", is_heading)
            start = stop


def plain_sentences(text: str) -> list[str] | None:
    """The sentences of a paragraph of this even text, if it has no heading and none opens with an ordinal."""
    if len(text) > MAX_SENTENCE or OPENING.search("\n" + text):
        return None
    ends = [0, *_ends(text), len(text)]
    return [text[start:end] for start, end in pairwise(ends) if start < end]


def count_sentences(texts: Iterable[str]) -> int:
    """How many sentences there are in paragraphs of these even texts, of which none opens with an ordinal."""
    whole = "\n".join([*texts, ""])
    return len((_COUNTED if "." in whole else _PLAIN_COUNTED).findall(whole))


def _ends(text: str) -> list[int]:
    """Where sentences end; without a full stop, which may be a decimal point, that is told by single characters."""
    return [match.end() for match in (_ENDS if "." in text else _PLAIN_ENDS).finditer(text)]


def paragraphs(lines: Sequence[Line]) -> list[tuple[list[Line], str]]:
    """Lines that belong together, page numbers and blank lines left out; and nearly the text of ``Paragraph`` of them,
    at a fraction of the cost: blanks between two numbers are gone, too."""
    groups: list[list[Line]] = []
    whole: list[str] = []
    is_closed, last = True, None  # whether nothing goes on after the line before; its grid
    for line, text in zip(lines, _even_lines(lines), strict=True):
        if not text:
            is_closed = True
            continue
        ordinal = None
        if text[0] in _BEGINS_NO_TEXT:
            if _FURNITURE.fullmatch(text):
                continue
            ordinal = _ORDINAL.match(text)
        goes_on = not is_closed and ordinal is None and line[1] is last
        if goes_on:
            groups[-1].append(line)
        else:
            groups.append([line])
            whole.append("\n")
        whole.append(text if "\n" not in text else text.replace("\n", " "))
        last, end = line[1], text[-1]
        is_closed = end in _ENDED_LINE or (len(text) < MIN_WRAPPED and end not in ",、") \
            or (ordinal is not None and not goes_on and _is_heading(text)) \
            or (end in "告报)" and _TITLE.fullmatch(text) is not None)
    return list(zip(groups, _DROPPED_IN_LINE.sub("", "".join(whole)).split("\n")[1:], strict=True))


def _even_lines(lines: Sequence[Line]) -> list[str]:
    """The lines in even spelling without white space around them: worked out of all of them at once."""
    texts = [cell[0] for cell, _ in lines]
    whole = _evened("".join(texts))
    ends = list(accumulate(map(len, texts)))
    return [whole[begin:end].strip() for begin, end in zip([0, *ends], ends, strict=False)]


def _is_heading(text: str) -> bool:
    """A numbered line without a sentence in it: 三、依申请公开政府信息情况."""
    return len(text) <= 45 and bool(_ORDINAL.match(text)) and not re.search(r"[,。;]", text) \
        and not re.search(r"[0-9][0-9,.万亿]*[件条起份宗次人名]", text)
