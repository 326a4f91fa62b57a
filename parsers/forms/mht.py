"""Web archives (MHTML, RFC 2557): the page that a browser, or Word as a "single file web page", saved in one file.

Only the page is taken out: the first part that is HTML. Its pictures, styles and frames are not looked at. The parts
are told apart here, since Python's reader of whole messages takes a minute for a hostile one.
"""

from __future__ import annotations

import re
from email.errors import InvalidBase64LengthDefect
from email.parser import BytesHeaderParser

from parsers.observation import UnreadableReport

_HEAD = 4096
"""Bytes within which an archive says that it is one, and what parts it."""
_MOST_PARTS = 1000
_ARCHIVE = re.compile(rb"\s*(?:(?:From|Subject|Date|Snapshot-Content-Location|X-[\w-]+):[^\n]*\n(?:[ \t][^\n]*\n)*)*"
                      rb"MIME-Version:", re.IGNORECASE)


def is_archive(data: bytes) -> bool:
    """Whether the first lines are those of a MIME document."""
    return _ARCHIVE.match(data[:_HEAD]) is not None


def page_of(data: bytes) -> bytes:
    """The HTML page in a web archive; raises ``UnreadableReport`` where there is none, or it is damaged."""
    reader = BytesHeaderParser()
    boundary = reader.parsebytes(data[:_HEAD].lstrip()).get_boundary()
    parts = data.split(f"--{boundary}".encode("ascii", "replace"), _MOST_PARTS) if boundary else [data]
    messages = (reader.parsebytes(part.lstrip()) for part in parts)
    page = next((message for message in messages if message.get_content_type() == "text/html"), None)
    if page is None:
        raise UnreadableReport("The web archive (MHTML) holds no page.")
    body = page.get_payload(decode=True)
    if not isinstance(body, bytes) or any(isinstance(defect, InvalidBase64LengthDefect) for defect in page.defects):
        raise UnreadableReport("The web archive (MHTML) is damaged: its page cannot be decoded.")
    return body
