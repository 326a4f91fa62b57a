"""A Word file: gridSpan and vMerge, several runs a paragraph. Byte for byte the same for the same input."""

from __future__ import annotations

import io
import zipfile
from random import Random
from xml.sax.saxutils import escape

from tests.generator.document import Box, Document, Table
from tests.generator.forms.pieces import lines, spans

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (_HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
          '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
          '<Override PartName="/word/document.xml" ContentType='
          '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
_RELATIONS = (_HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
              '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
              'officeDocument" Target="word/document.xml"/></Relationships>')


def render(document: Document, mess: frozenset[str], rng: Random) -> bytes:
    body = "".join(_table(block, mess, rng) if isinstance(block, Table) else _paragraph(block, mess, rng)
                   for block in document.blocks)
    return package({"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS,
                    "word/document.xml": f"{_HEAD}<w:document {_WORD}><w:body>{body}</w:body></w:document>"})


def package(parts: dict[str, str]) -> bytes:
    """A zip without the time of day in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode("utf-8"), compresslevel=1)
    return buffer.getvalue()


def _table(table: Table, mess: frozenset[str], rng: Random) -> str:
    placed = table.placed()
    rows = "".join(f"<w:tr>{''.join(_cell(box, not first, mess, rng) for _, box, first in row)}</w:tr>"
                   for row in placed)
    grid = '<w:gridCol w:w="800"/>' * max(column + box.colspan for row in placed for column, box, _ in row)
    return (f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
            f"{rows}</w:tbl>")


def _cell(box: Box, goes_on: bool, mess: frozenset[str], rng: Random) -> str:
    merge = ('<w:vMerge/>' if goes_on else '<w:vMerge w:val="restart"/>') if box.rowspan > 1 else ""
    span = f'<w:gridSpan w:val="{box.colspan}"/>' if box.colspan > 1 else ""
    texts = [""] if goes_on else lines(box, mess, rng)
    return (f'<w:tc><w:tcPr><w:tcW w:w="800" w:type="dxa"/>{span}{merge}</w:tcPr>'
            f"{''.join(_paragraph(text, mess, rng) for text in texts)}</w:tc>")


def _paragraph(text: str, mess: frozenset[str], rng: Random) -> str:
    runs = "".join(f'<w:r><w:t xml:space="preserve">{escape(run)}</w:t></w:r>' for run in spans(text, mess, rng) if run)
    return f"<w:p>{runs}</w:p>"
