"""Older Word documents, and others that only an office suite reads (.doc, .wps, .rtf): converted to .docx first.

The one form that starts a process: LibreOffice, headless, in a folder of its own that is removed afterwards, with
active content and links off, killed with all its children when its time is over.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from parsers.forms import docx
from parsers.forms.limits import COMPOUND_FILE, WORD_STREAM, check_size
from parsers.grid import Grid
from parsers.observation import UnreadableReport

MAX_CONVERSION_SECONDS = 120.0

_RICH_TEXT = b"{\\rtf"
_WORD_XML = b"schemas.microsoft.com/office/word/2003/wordml"
"""The namespace of Word 2003's XML, which templates of office systems write under the name of a .doc."""
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD = 8192
_ZIP = b"PK\x03\x04"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{items}
</oor:items>
"""
_SETTING = (
    '<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
    '<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_SAFE = {
    "DisableMacrosExecution": "true",
    "DisableActiveContent": "true",
    "BlockUntrustedRefererLinks": "true",
    "MacroSecurityLevel": "3",
}


def read(data: bytes) -> tuple[Grid, ...]:
    """The tables and paragraphs of a document that LibreOffice Writer opens, as ``docx.read`` gives them.

    Raises ``UnreadableReport`` for what is no such document, is encrypted, cannot be converted in time, and where
    LibreOffice is not installed.
    """
    check_size(data)
    if data.startswith(_ZIP):
        return docx.read(data)
    return docx.read(_converted(data, _suffix(data)))


def _suffix(data: bytes) -> str:
    """The file name suffix that tells LibreOffice what the bytes are; they decide, not the name they came with."""
    if data.startswith(_RICH_TEXT):
        return ".rtf"
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<?xml") and b":wordDocument" in head and _WORD_XML in head:
        if _DOCTYPE.search(data):
            raise UnreadableReport("The Word document declares a document type; its entities are refused.")
        return ".xml"
    if not data.startswith(COMPOUND_FILE):
        raise UnreadableReport("The file is no Word document (.doc): it begins like none.")
    if _ENCRYPTED_PACKAGE in data:
        raise UnreadableReport("The Word document is encrypted.")
    if WORD_STREAM not in data:
        raise UnreadableReport("The file is no Word document (.doc): it is a container of something else.")
    return ".doc"


def _converted(data: bytes, suffix: str) -> bytes:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise UnreadableReport("Reading a .doc needs LibreOffice (soffice), which is not installed on this machine.")
    with tempfile.TemporaryDirectory(prefix="foi-doc-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        source, target = home / f"report{suffix}", home / "out"
        source.write_bytes(data)
        _write_settings(home / "profile")
        _run([
            program, "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck",
            f"-env:UserInstallation={(home / 'profile').as_uri()}",
            "--convert-to", "docx", "--outdir", str(target), str(source),
        ], home)
        result = target / "report.docx"
        if not result.is_file():
            raise UnreadableReport("LibreOffice could not convert the document: it is damaged, encrypted or no .doc.")
        return result.read_bytes()


def _write_settings(profile: Path) -> None:
    """A profile in which documents run nothing and fetch nothing."""
    (profile / "user").mkdir(parents=True)
    items = "\n".join(_SETTING.format(name=name, value=value) for name, value in _SAFE.items())
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS.format(items=items), encoding="utf-8")


def _run(command: list[str], home: Path) -> None:
    environment = {**os.environ, "HOME": str(home), "TMPDIR": str(home), "SAL_USE_VCLPLUGIN": "svp"}
    process = subprocess.Popen(
        command, cwd=home, env=environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(MAX_CONVERSION_SECONDS)
    except subprocess.TimeoutExpired:
        raise UnreadableReport(
            f"LibreOffice did not convert the document within {MAX_CONVERSION_SECONDS:g} seconds."
        ) from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the conversion and whatever it started; it leads a process group of its own."""
    with suppress(ProcessLookupError, PermissionError):  # all of it may have ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
