"""Web archives (MHTML, RFC 2557): the page that a browser, or Word as a "single file web page", saved in one file.

Only the page is taken out: the first part that is HTML. Its pictures, styles and frames are not looked at.
"""

from __future__ import annotations

import binascii
import re

from parsers.observation import UnreadableReport

_HEAD = 4096
"""Bytes within which the headers of the archive, or of one part, must end."""
_MOST_PARTS = 1000
_ARCHIVE = re.compile(rb"\s*(?:(?:From|Subject|Date|Snapshot-Content-Location|X-[\w-]+):[^\n]*\n(?:[ \t][^\n]*\n)*)*"
                      rb"MIME-Version:", re.IGNORECASE)
_BOUNDARY = re.compile(rb'boundary="?([^"\r\n;]{1,70})', re.IGNORECASE)
_ENCODED = re.compile(rb"^Content-Transfer-Encoding:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE)
_PAGE = re.compile(rb"^Content-Type:[ \t]*text/html", re.IGNORECASE | re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


def is_archive(data: bytes) -> bool:
    """Whether the first lines are those of a MIME document."""
    return _ARCHIVE.match(data[:_HEAD]) is not None


def page_of(data: bytes) -> bytes:
    """The HTML page in a web archive; raises ``UnreadableReport`` where there is none, or it is damaged."""
    boundary = _BOUNDARY.search(data[:_HEAD])
    for part in data.split(b"--" + boundary[1], _MOST_PARTS) if boundary else [data]:
        end = _BLANK_LINE.search(part[:_HEAD], 2)  # a part begins with the end of the boundary's line
        head = part[:end.start()] if end else b""
        if end and _PAGE.search(head):
            encoded = _ENCODED.search(head)
            return _decoded(part[end.end():], encoded[1].lower() if encoded else b"")
    raise UnreadableReport("The web archive (MHTML) holds no page.")


def _decoded(body: bytes, encoding: bytes) -> bytes:
    if encoding == b"quoted-printable":
        return binascii.a2b_qp(body)
    if encoding != b"base64":
        return body
    try:
        return binascii.a2b_base64(body)
    except binascii.Error as error:
        raise UnreadableReport("The web archive (MHTML) is damaged: its page cannot be decoded.") from error
