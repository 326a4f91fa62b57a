"""Radicals and compatibility ideographs as the characters of text that they look like.

Fonts give one glyph to both, and what makes a PDF may name it by the wrong one of the two: the print is the same.
Unicode folds Kangxi radicals and compatibility ideographs (NFKC); for those of the supplement that have a character of
their own its data say which: EquivalentUnifiedIdeograph.txt.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

_SUPPLEMENT = {
    0x2E92: 0x5DF3, 0x2EA0: 0x6C11, 0x2EAC: 0x793A, 0x2EC1: 0x864E, 0x2EC4: 0x897F, 0x2EC5: 0x89C1, 0x2EC6: 0x89D2,
    0x2EC9: 0x8D1D, 0x2ECB: 0x8F66, 0x2ED1: 0x9577, 0x2ED3: 0x957F, 0x2ED4: 0x95E8, 0x2ED8: 0x9752, 0x2ED9: 0x97E6,
    0x2EDA: 0x9875, 0x2EDB: 0x98CE, 0x2EDC: 0x98DE, 0x2EDD: 0x98DF, 0x2EE2: 0x9A6C, 0x2EE4: 0x9B3C, 0x2EE5: 0x9C7C,
    0x2EE6: 0x9E1F, 0x2EE7: 0x5364, 0x2EE8: 0x9EA6, 0x2EE9: 0x9EC4, 0x2EEC: 0x9F50, 0x2EEE: 0x9F7F, 0x2EF0: 0x9F99,
}
_FOLDED = chain((0x2E9F, 0x2EF3), range(0x2F00, 0x2FD6), range(0xF900, 0xFB00))
_UNIFIED = {code: unicodedata.normalize("NFKC", chr(code)) for code in _FOLDED} | _SUPPLEMENT
_ANY = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")


def unified(text: str) -> str:
    """The same text, character for character, with characters of text in place of their radicals."""
    return text.translate(_UNIFIED) if _ANY.search(text) else text
