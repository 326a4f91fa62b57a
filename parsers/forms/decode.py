"""Bytes to characters: any encoding that Chinese pages use, declared or not.

The order is fixed, so that the same bytes give the same text: byte order mark, UTF-16 by its zero bytes, UTF-8, the
encoding that the document declares, GB18030, Big5; and if none fits whole, line by line (mixed copies), in which case
the lines that needed another encoding, or could not be read at all, are named.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from parsers.observation import UnreadableReport

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,20})", re.IGNORECASE)
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5", "utf-8": "utf-8"}
# The commonest signs of Chinese official prose and of any table, by which a byte order is told.
_COMMON = frozenset("的一是在不了有和人这年月日中大为上个国以政府公开信息数件条 \n\r\t0123456789,。，、（）()")
_BINARY = bytes((*range(0x00, 0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)))


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding that gave it, and the lines (from 0) read with another one or with losses."""

    text: str
    encoding: str
    other_lines: tuple[int, ...] = ()
    damaged_lines: tuple[int, ...] = ()


def decode(data: bytes) -> Decoded:
    """Decode a text document. Raises UnreadableReport for an empty one and for bytes that are no text."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableReport("the file is empty")
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _with_losses(data, name)
    wide = _utf16_without_mark(data)
    if wide:
        return _with_losses(data, wide)
    head = data[:65536]
    if len(head) - len(head.translate(None, _BINARY)) > 2:
        raise UnreadableReport("the bytes are not text in any known encoding (a binary file?)")
    declared = _declared(data)
    for name in dict.fromkeys(("utf-8", declared, "gb18030")):
        try:
            return Decoded(data.decode(name), name)
        except UnicodeDecodeError:
            continue
    return _line_by_line(data)


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark: zero bytes, and one byte order gives the commonest signs of Chinese text, the other
    none.
    """
    head = data[:8192]
    if len(data) % 2 or head.count(0) < max(2, len(head) // 200):
        return None
    counts = {}
    for name in ("utf-16-le", "utf-16-be"):
        text = head.decode(name, errors="replace")
        counts[name] = sum(c in _COMMON for c in text) if text.count("\ufffd") <= 1 else 0
    best = max(counts, key=lambda name: counts[name])
    others = sum(counts.values()) - counts[best]
    return best if counts[best] * 2 >= len(head) // 20 and counts[best] > 4 * others else None


def _declared(data: bytes) -> str:
    match = _DECLARED.search(data[:4096])
    return _CHINESE.get(match[1].decode("ascii").lower(), "gb18030") if match else "gb18030"


def _with_losses(data: bytes, name: str) -> Decoded:
    text = data.decode(name, errors="replace")
    damaged = tuple(n for n, line in enumerate(text.split("\n")) if "\ufffd" in line)
    return Decoded(text, name, damaged_lines=damaged)


def _line_by_line(data: bytes) -> Decoded:
    """A copy pasted together from several encodings: each line by the first encoding that reads it whole."""
    lines, used, damaged = [], [], []
    for number, raw in enumerate(data.split(b"\n")):
        for name in ("utf-8", "gb18030"):
            try:
                lines.append(raw.decode(name))
                used.append(name)
                break
            except UnicodeDecodeError:
                continue
        else:
            lines.append(raw.decode("utf-8", errors="replace"))
            used.append("utf-8")
            damaged.append(number)
    ascii_only = [raw.isascii() for raw in data.split(b"\n")]
    counts = {name: sum(u == name and not a for u, a in zip(used, ascii_only, strict=False))
              for name in ("utf-8", "gb18030")}
    main = max(counts, key=lambda name: counts[name])
    other = tuple(n for n, (u, a) in enumerate(zip(used, ascii_only, strict=False))
                  if not a and u != main and n not in damaged)
    return Decoded("\n".join(lines), main, other, tuple(damaged))
