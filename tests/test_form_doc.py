"""Older Word documents, by way of LibreOffice."""

from __future__ import annotations

import io
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.forms import doc
from parsers.observation import UnreadableReport
from tests.processes import is_running
from tests.test_form_docx import p, package, tbl, tc, texts, tr

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD = OLE + bytes(600) + "WordDocument".encode("utf-16-le")
RTF = rb"{\rtf1\ansi before\par\trowd\cellx2000\cellx4000\intbl a\cell 1\cell\row\pard after\par}"
needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")


def program(folder: Path, body: str) -> None:
    """Put a stand-in for soffice into a folder."""
    path = folder / "soffice"
    path.write_text(f"#!{sys.executable}\nimport os, subprocess, sys, time\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    return lambda body: program(tmp_path, body)


def test_without_libreoffice_the_reason_says_so(stand_in):
    with pytest.raises(UnreadableReport, match="needs LibreOffice"):
        doc.read(WORD)


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "empty"),
    (b"plain words", "no Word document"),
    (OLE + bytes(600), "container of something else"),
    (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    (b"PK\x03\x04 cut", "truncated"),
    (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "x">]><w:wordDocument xmlns:w="http://schemas.microsoft.'
     b'com/office/word/2003/wordml">&e;</w:wordDocument>', "document type"),
])
def test_what_is_no_old_word_document_is_refused_before_anything_is_started(stand_in, data, reason):
    with pytest.raises(UnreadableReport, match=reason):
        doc.read(data)


def test_a_new_document_under_an_old_name_is_read_as_what_it_is(stand_in):
    assert texts(doc.read(package(p("a")))[0]) == [["a"]]


def test_the_conversion_s_document_is_read(stand_in, tmp_path):
    (tmp_path / "made.docx").write_bytes(package(p("converted")))
    stand_in(f"out = sys.argv[sys.argv.index('--outdir') + 1]; os.makedirs(out)\n"
             f"open(out + '/report.docx', 'wb').write(open({str(tmp_path / 'made.docx')!r}, 'rb').read())")
    assert texts(doc.read(WORD)[0]) == [["converted"]]


def test_a_conversion_without_a_result_is_a_reason(stand_in):
    stand_in("sys.exit(1)")
    with pytest.raises(UnreadableReport, match="could not convert"):
        doc.read(WORD)


def test_a_conversion_that_hangs_is_killed_with_its_children(stand_in, tmp_path, monkeypatch):
    monkeypatch.setattr(doc, "MAX_CONVERSION_SECONDS", 1.0)
    note = tmp_path / "child"
    stand_in(f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
             f"open({str(note)!r}, 'w').write(str(child.pid)); time.sleep(60)")
    started = time.monotonic()
    with pytest.raises(UnreadableReport, match="within 1 seconds"):
        doc.read(WORD)
    assert time.monotonic() - started < 20
    child = int(note.read_text())
    for _ in range(50):
        if not is_running(child):
            return
        time.sleep(0.1)
    pytest.fail("the conversion's child still runs")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300).filter(lambda data: not data.startswith((OLE, b"{\\rtf"))))
def test_any_other_bytes_are_refused(data):
    with pytest.raises(UnreadableReport):
        doc.read(data)


GRID = '<w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>'
WIDE = '<w:tcW w:w="2000" w:type="dxa"/>'
XML_2003 = ('<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.'
            f'microsoft.com/office/word/2003/wordml"><w:body>{p("before")}'
            f'{tbl(GRID, tr(tc(p("a"), WIDE), tc(p("1"), WIDE)))}{p("after")}'
            '</w:body></w:wordDocument>').encode()


@needs_office
@pytest.mark.parametrize("data", [RTF, XML_2003])
def test_rich_text_and_the_xml_of_2003_are_read(data):
    grids = doc.read(data)
    assert [texts(grid) for grid in grids] == [[["before"]], [["a", "1"]], [["after"]]]


@needs_office
def test_a_doc_keeps_its_tables_with_their_spans(tmp_path):
    def width(columns: int) -> str:
        return f'<w:tcW w:w="{2000 * columns}" w:type="dxa"/>'

    grid = '<w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>'
    table = tbl(
        grid,
        tr(tc(p("wide"), width(2) + '<w:gridSpan w:val="2"/>'),
           tc(p("tall"), width(1) + '<w:vMerge w:val="restart"/>')),
        tr(tc(p("1"), width(1)), tc(p("2"), width(1)), tc(p(""), width(1) + "<w:vMerge/>")),
    )
    (tmp_path / "report.docx").write_bytes(_complete(package(p("before") + table + p("after"))))
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", "doc",
         "--outdir", str(tmp_path), str(tmp_path / "report.docx")], check=True, timeout=120, capture_output=True)
    grids = doc.read((tmp_path / "report.doc").read_bytes())
    assert [texts(grid) for grid in grids] == [
        [["before"]], [["wide", "wide", "tall"], ["1", "2", "tall"]], [["after"]]]


def _complete(data: bytes) -> bytes:
    """The same package with the parts that LibreOffice asks for."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("[Content_Types].xml", (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>'))
        archive.writestr("_rels/.rels", (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>'))
    return buffer.getvalue()
