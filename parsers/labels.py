"""The one place where a printed label is normalised.

The rule is closed: compatibility forms folded (NFKC), white space dropped, a leading 其中 and one leading ordinal
dropped, punctuation dropped, traditional characters of the forms' vocabulary written simplified. Everything else that
publishers do to a label is a listed variant in the catalogue, never a similarity.
"""

from __future__ import annotations

import re
import unicodedata

from parsers.memo import remember
from parsers.traditional import simplify

_LEADING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.,:]"
    r"|[(\[〔][一二三四五六七八九十0-9]{1,3}[)\]〕][、.]?"
    r"|[0-9]{1,2}[.、)](?![0-9])"
    r"|[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}[.、)]?(?=[^0-9.])"
    r"|第[一二三四五六七八九十]{1,3}[、,:]"
    r"|(?:[A-Za-z]|[IVXivx]{2,4})[.、)]|\([A-Za-z]\))"
)
_AMONG = re.compile(r"^其中[:,、]?")
_CIRCLED = re.compile(r"^[\u2460-\u2473\u2776-\u277f]")
_WIDE_SIGNS = (("，", ","), ("：", ":"), ("；", ";"), ("（", "("), ("）", ")"), ("！", "!"), ("？", "?"), ("％", "%"),
               ("．", "."), ("\u3000", " "))
_DROPPED = re.compile(r"[\W_]+")


@remember
def normalise(text: str) -> str:
    """The form in which labels are compared: ``（一） 收到申请数`` and ``1.收到申请数`` both give ``收到申请数``."""
    return _DROPPED.sub("", strip_ordinal(compact(text)))


@remember
def bare(text: str) -> str:
    """As ``normalise``, but a leading ordinal stays: for the second and later pieces of a label cut in pieces."""
    return _DROPPED.sub("", compact(text))


@remember
def compact(text: str) -> str:
    """NFKC and simplified, without white space or invisible characters; punctuation and ordinals stay."""
    stripped = text.strip()
    if _CIRCLED.match(stripped):
        text = stripped[1:]
    return simplify(fold(text))


def fold(text: str) -> str:
    """NFKC without white space, invisible or undecoded characters (U+FFFD); nothing else is touched."""
    folded = "".join(nfkc(text).replace("\ufffd", "").split())
    return folded if folded.isprintable() else "".join(filter(str.isprintable, folded))


def nfkc(text: str) -> str:
    """Unicode's form NFKC.

    The full-width signs of Chinese prose are written narrow first, which changes nothing of the result: most texts are
    then in that form already, and to see that costs a fortieth of working it out.
    """
    if text.isascii():
        return text
    for wide, narrow in _WIDE_SIGNS:
        text = text.replace(wide, narrow)
    return unicodedata.normalize("NFKC", text)


def strip_ordinal(compacted: str) -> str:
    """Without a leading 其中 and one leading ordinal (一、 (一) 1. 1.1), unless nothing else is left; an ordinal may
    stand before 其中, too."""
    rest = _LEADING.sub("", _AMONG.sub("", compacted))
    if rest.startswith("其中") and rest != compacted:
        rest = _LEADING.sub("", _AMONG.sub("", rest))
    return rest or compacted
