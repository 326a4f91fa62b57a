"""A font small enough to embed: every character is a box, but of the right width, and the text can be extracted.

Readers of PDFs go by the places of the glyphs. A font that is only named has none on a machine without Chinese fonts,
so a TrueType file of three glyphs (missing, narrow, wide) is made here; character codes are Unicode.
"""

from __future__ import annotations

import struct
import zlib

EM, ASCENT, DESCENT = 1000, 860, -140
FIRST_WIDE = 0x2000  # characters below are half as wide as high


def measure(text: str, size: float) -> float:
    """The printed width of a text in points."""
    return sum(size / 2 if ord(character) < FIRST_WIDE else size for character in text)


def font_objects(first: int) -> list[bytes]:
    """The six PDF objects of the font, numbered from ``first``; the first of them is the font itself."""
    return [
        f"<< /Type /Font /Subtype /Type0 /BaseFont /Boxes /Encoding /Identity-H /DescendantFonts [{first + 1} 0 R] "
        f"/ToUnicode {first + 4} 0 R >>".encode(),
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Boxes /CIDSystemInfo << /Registry (Adobe) /Ordering "
        f"(Identity) /Supplement 0 >> /FontDescriptor {first + 2} 0 R /DW 1000 /W [0 {FIRST_WIDE - 1} 500] "
        f"/CIDToGIDMap {first + 3} 0 R >>".encode(),
        b"<< /Type /FontDescriptor /FontName /Boxes /Flags 4 /FontBBox [0 -140 1000 860] /ItalicAngle 0 /Ascent 860 "
        b"/Descent -140 /CapHeight 860 /StemV 80 /FontFile2 " + str(first + 5).encode() + b" 0 R >>",
        stream(b"\0\1" * FIRST_WIDE + b"\0\2" * (0x10000 - FIRST_WIDE)),
        stream(_to_unicode()),
        stream(_true_type()),
    ]


def stream(data: bytes) -> bytes:
    packed = zlib.compress(data, 1)
    return f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"


def _to_unicode() -> bytes:
    blocks = []
    for start in range(0, 256, 64):
        ranges = "\n".join(f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in range(start, start + 64))
        blocks.append(f"64 beginbfrange\n{ranges}\nendbfrange")
    return ("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Unicode def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n" + "\n".join(blocks)
            + "\nendcmap end end").encode()


def _box(wide: int) -> bytes:
    """A glyph of one contour: a rectangle with a margin of 50 units."""
    left, low, right, high = 50, DESCENT + 50, wide - 50, ASCENT - 50
    xs, ys = struct.pack(">4h", left, 0, right - left, 0), struct.pack(">4h", low, high - low, 0, low - high)
    return struct.pack(">h4hHH", 1, left, low, right, high, 3, 0) + b"\1\1\1\1" + xs + ys


def _true_type() -> bytes:
    glyphs = [_box(500), _box(500), _box(1000)]
    places = [0]
    for glyph in glyphs:
        places.append(places[-1] + len(glyph))
    tables = {
        b"glyf": b"".join(glyphs),
        b"head": struct.pack(">IIIIHHQQ4hHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, EM, 0, 0, 0, DESCENT, EM, ASCENT,
                             0, 8, 2, 1, 0),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, ASCENT, DESCENT, 0, EM, 0, 0, EM, 1, 0, 0, 0, 0, 0, 0, 0,
                             len(glyphs)),
        b"hmtx": struct.pack(">6H", 500, 50, 500, 50, 1000, 50),
        b"loca": struct.pack(f">{len(places)}I", *places),
        b"maxp": struct.pack(">IH13H", 0x10000, len(glyphs), 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    head = struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, len(tables) * 16 - 64)
    offset, directory, body = 12 + 16 * len(tables), b"", b""
    for tag, data in tables.items():
        padded = data + b"\0" * (-len(data) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += tag + struct.pack(">III", checksum, offset + len(body), len(data))
        body += padded
    return head + directory + body
