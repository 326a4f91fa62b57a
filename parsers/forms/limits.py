"""What a document may cost: the bounds that every form module keeps, because its input is hostile.

A bound that is passed ends in ``UnreadableReport`` with the reason, never in a partial reading.
"""

from __future__ import annotations

import io
import time
import zipfile
import zlib

from lxml import etree

from parsers.observation import UnreadableReport

MEBIBYTE = 1 << 20
MAX_BYTES = 64 * MEBIBYTE
MAX_UNZIPPED = 64 * MEBIBYTE
MAX_ZIP_MEMBERS = 10_000
MAX_CELLS = 60_000
MAX_COLUMNS = 1_000
MAX_PAGES = 500
MAX_CHARACTERS = 2_000_000
MAX_RULES = 20_000
MAX_SECONDS = 30.0

COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How binary Office documents and encrypted newer ones begin; a Word document holds ``WORD_STREAM``."""
WORD_STREAM = "WordDocument".encode("utf-16-le")
_CENTRAL_ENTRY = b"PK\x01\x02"


class Budget:
    """What one document may still cost: a clock, and the cells of all its tables together."""

    def __init__(self, seconds: float = MAX_SECONDS, cells: int = MAX_CELLS) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._cells = cells
        self._cells_left = cells

    def check_time(self) -> None:
        """Raise ``UnreadableReport`` when the time that one document may take is over."""
        if time.monotonic() > self._end:
            raise UnreadableReport(f"The document took longer to read than the {self._seconds:g} seconds allowed.")

    def take(self, rows: int, columns: int) -> None:
        """Account for a table; raise ``UnreadableReport`` when the tables grow beyond what any report has."""
        self._cells_left -= rows * columns
        if self._cells_left < 0 or columns > MAX_COLUMNS:
            raise UnreadableReport(
                f"The document's tables are larger than the {self._cells} cells and {MAX_COLUMNS} columns allowed."
            )


def check_size(data: bytes) -> None:
    """Raise ``UnreadableReport`` for a document that is empty or larger than any report is."""
    if not data:
        raise UnreadableReport("The file is empty.")
    if len(data) > MAX_BYTES:
        raise UnreadableReport(f"The file is larger than the {MAX_BYTES // MEBIBYTE} MB allowed.")


class Package:
    """An Office Open XML package: a zip file whose members are XML, read in memory and within the bounds."""

    def __init__(self, data: bytes, name: str) -> None:
        """Open the package; ``name`` is what the form is called in the reasons of ``UnreadableReport``."""
        check_size(data)
        if data.startswith(COMPOUND_FILE):
            raise UnreadableReport(f"The file is no {name}: it is encrypted, or of the older binary kind.")
        if data.count(_CENTRAL_ENTRY) > MAX_ZIP_MEMBERS:
            raise UnreadableReport(f"The {name} holds more than the {MAX_ZIP_MEMBERS} members allowed.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError) as error:
            raise UnreadableReport(f"The file is no {name}, or it is truncated: it cannot be unzipped.") from error
        self._name = name
        self._left = MAX_UNZIPPED
        self._members = frozenset(self._zip.namelist())

    def __contains__(self, member: str) -> bool:
        return member in self._members

    def read(self, member: str) -> bytes:
        """The bytes of one member; raises ``UnreadableReport`` when it is absent, damaged, encrypted or a bomb."""
        if member not in self._members:
            raise UnreadableReport(f"The file is no {self._name}: it has no {member}.")
        if self._zip.getinfo(member).flag_bits & 1:
            raise UnreadableReport(f"The {self._name} is encrypted.")
        try:
            with self._zip.open(member) as stream:
                content = stream.read(self._left + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, RuntimeError,
                MemoryError) as error:
            raise UnreadableReport(f"The {self._name} is damaged or truncated: {member} cannot be unzipped.") from error
        self._left -= len(content)
        if self._left < 0:
            raise UnreadableReport(
                f"The {self._name} unzips to more than the {MAX_UNZIPPED // MEBIBYTE} MB allowed (a zip bomb)."
            )
        return content

    def xml(self, member: str) -> etree._Element:
        """The root of one XML member; a document type, and with it every entity, is refused."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(self.read(member), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableReport(f"The {self._name} is damaged: {member} is not well-formed XML.") from error
        if root is None or root.getroottree().docinfo.doctype:
            raise UnreadableReport(f"The {self._name} declares a document type in {member}; its entities are refused.")
        return root

    def related(self, source: str, kind: str) -> list[tuple[str, str]]:
        """(relationship id, member) of the parts that ``source`` ("" for the package) relates to as ``kind``."""
        folder, _, file = source.rpartition("/")
        relations = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
        if relations not in self._members:
            return []
        found = []
        for relation in self.xml(relations).iterchildren("{*}Relationship"):
            if relation.get("TargetMode") == "External" or not relation.get("Type", "").endswith("/" + kind):
                continue
            target = relation.get("Target", "")
            member = target.lstrip("/") if target.startswith("/") or not folder else f"{folder}/{target}"
            found.append((relation.get("Id", ""), member))
        return found
