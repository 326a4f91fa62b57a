"""Hostile documents, names and sidecars in a landing zone: figures come out as figures, markup and SQL as text."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import zipfile
from pathlib import Path

import pytest

from orchestration.cli import main as cli
from orchestration.ingest.landing import survey
from orchestration.ingest.sidecar import BrokenSidecar, parse_sidecar
from orchestration.refresh.run import refresh
from orchestration.settings import Settings
from parsers.catalogue import load
from parsers.observation import UnreadableReport
from parsers.report import read_report
from tests.browser import open_browser
from tests.faults import BUNDLED, settings_in
from tests.generator import TEMPLATES, generate
from tests.warehouses import ask

MARKUP = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
SQL = "'); DROP TABLE raw.documents; --"
NAMES = (
    "a\nb.txt", "it's.txt", 'quo"te.txt', f"{SQL}.txt", "a\r.txt", "\u202etxt.exe.txt", "-rf.txt", "{{ x }}.txt",
    "%s.txt", "报" * 83 + ".txt", "<img src=x onerror=alert(1)>.txt", "=cmd|' !A0'.txt", "a\\x41.txt",
    "$(touch owned).txt",
)  # fmt: skip


def hostile_reports() -> dict[str, bytes]:
    """Reports whose figures are as large, small and odd as figures get, and whose labels are markup and SQL."""
    made = {}
    for template in TEMPLATES:
        page = generate(1, template, "html").data.decode()
        number = re.compile(r"(?<=>)\s*\d+(?:\.\d+)?\s*(?=<)")
        made[f"{template}_large.html"] = number.sub("999999999999", page)
        made[f"{template}_burst.html"] = number.sub("999999999999万件", page)
        made[f"{template}_negative.html"] = number.sub("-999999999999.999999", page)
        made[f"{template}_tiny.html"] = number.sub("0.0000000000001", page)
        escaped = MARKUP.replace("<", "&lt;")
        marked = page.replace("<td>", f"<td>{escaped}{SQL}", 12)
        made[f"{template}_markup.html"] = marked.replace("</h1>", f"{escaped}</h1>")
        made[f"{template}_when.html"] = re.sub(r"20[012]\d", "9999", page)
    return {name: text.encode() for name, text in made.items()}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Settings:
    """A warehouse published from the bundled reports among hostile ones."""
    settings = settings_in(tmp_path_factory.mktemp("hostile"))
    for path in BUNDLED:
        (settings.reports_dir / path.name).write_bytes(path.read_bytes())
    for name, data in hostile_reports().items():
        (settings.reports_dir / name).write_bytes(data)
    for number, name in enumerate(NAMES):
        (settings.reports_dir / name).write_bytes(generate(number + 10, "G3", "text_tabs").data)
    with open(os.fsencode(settings.reports_dir) + b"/\xff\xfe.txt", "wb") as stream:
        stream.write(generate(30, "G3", "text_tabs").data)
    lines = f"收到政府信息公开申请999999999999999亿件。{MARKUP}\n"
    (settings.reports_dir / "prose.txt").write_bytes(BUNDLED[2].read_bytes() + lines.encode())
    assert refresh(settings).is_published
    return settings


@pytest.mark.integration
def test_hostile_reports_do_not_keep_the_others_from_being_published(hostile):
    states = dict(ask(hostile.warehouse, "SELECT source_file, state FROM raw.landing_files"))
    assert len(states) == len(list(hostile.reports_dir.iterdir()))
    assert {states[path.name] for path in BUNDLED} == {"read"}
    ours = "SELECT count(*) FROM raw.landing_files WHERE reason LIKE '%fault of our own%'"
    assert ask(hostile.warehouse, ours) == [(0,)]
    assert not Path("owned").exists()


@pytest.mark.integration
def test_every_name_is_listed_and_leads_back_to_its_file(hostile):
    listed = {file.path for file in survey(hostile.reports_dir, {}, 10**9)}
    assert {path for (path,) in ask(hostile.warehouse, "SELECT source_file FROM raw.landing_files")} == listed
    assert set(NAMES) - {"a\\x41.txt"} <= listed and {"a\\x5cx41.txt", "\\xff\\xfe.txt"} <= listed


@pytest.mark.integration
def test_figures_stand_as_printed_or_are_withheld(hostile):
    """Nothing is cut to size: what the tables cannot hold exactly has no value, but its print and an issue."""
    values = ask(hostile.warehouse, """
        SELECT printed_text, value::VARCHAR, count(*) FROM raw.observations JOIN raw.documents USING (document_id)
        WHERE (source_file LIKE '%_large.html' OR source_file LIKE '%_tiny.html' OR source_file LIKE '%_burst.html')
          AND value_state IN ('number', 'text') GROUP BY ALL
    """)  # fmt: skip
    known = {"999999999999": "999999999999.000000", "999999999999万件": None, "0.0000000000001": None}
    found = {printed: value for printed, value, _ in values if printed in known}
    assert found == known


@pytest.mark.integration
def test_the_data_docs_show_markup_as_text_in_a_browser(hostile):
    with open_browser({"width": 1200, "height": 900}) as browser:
        for page in sorted(hostile.docs_dir.glob("*.html")):
            browser.page.goto(page.as_uri())
            assert browser.page.title() != "owned"
        assert browser.outside() == []


@pytest.mark.integration
def test_commands_print_hostile_names_and_labels(hostile, capsys):
    """No control character of a document reaches the terminal."""
    for command in (["status"], ["issues"], ["explain", "G3_markup.html"]):
        assert cli.main([*command, "--warehouse", str(hostile.warehouse)]) == 0
        printed = capsys.readouterr().out
        assert printed and not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", printed), command


def zip_of(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return stream.getvalue()


ENTITIES = b'<!DOCTYPE a [<!ENTITY x0 "lol">%s]><w:document xmlns:w="w">&x30;</w:document>' % b"".join(
    b'<!ENTITY x%d "%s">' % (n, b"&x%d;" % (n - 1) * 10) for n in range(1, 31)
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document xmlns:w="w"><w:p>&x;</w:p></w:document>'


@pytest.mark.parametrize(
    ("data", "suffix", "reason"),
    [
        (zip_of({"word/document.xml": b"<a>" + b" " * 200_000_000 + b"</a>"}), ".docx", "bomb"),
        (zip_of({"word/document.xml": ENTITIES}), ".docx", "entities|not well-formed"),
        (zip_of({"word/document.xml": OUTSIDE}), ".docx", "entities"),
        (zip_of({"xl/workbook.xml": ENTITIES}), ".xlsx", "entities|not well-formed"),
        (zip_of({"../../escaped.xml": b"x", "/etc/escaped": b"x"}), ".docx", "no word/document.xml"),
        (zip_of({f"{n}": b"" for n in range(20_000)}), ".docx", "members"),
        (b"<table><tr>" + b"<td colspan=1000 rowspan=60000>" * 1000, ".html", "60,000 cells"),
        (b"<html>" + ENTITIES, ".html", "another kind of document"),
    ],
)  # fmt: skip
def test_bombs_and_escapes_are_refused_with_the_reason(data, suffix, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnreadableReport, match=reason):
        read_report(data, suffix, load())
    assert list(tmp_path.parent.rglob("*escaped*")) == []


MERGED = b"a: &a0 {k: v}\n" + b"".join(
    b"a%d: &a%d {<<: [%s]}\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (MERGED, "aliases"),
        (b"issuer: &a [*a]", "aliases"),
        (b"jurisdiction_code: 0x" + b"f" * 20_000, "cannot be read"),
        (b"? 0x" + b"f" * 20_000 + b"\n: a", "cannot be read"),
        (b"jurisdiction_code: 1" + b":59" * 15_000, "cannot be read"),
        (b"retrieved_at: 0001-01-01T00:00:00+14:00", "out of range"),
        (b'{"retrieved_at": "9999-12-31T23:59:59-14:00"}', "out of range"),
        (b"[" * 30_000, "cannot be read"),
        (b"retrieved_at: 2024-13-45", "month"),
        (b"issuer: a\n" * 7_000, "too much"),
    ],
)
def test_a_sidecar_that_would_cost_much_or_break_python_is_rejected(content, reason):
    for name in ("a.txt.meta.yml", "a.txt.meta.json") if content.startswith(b"{") else ("a.txt.meta.yml",):
        with pytest.raises(BrokenSidecar, match=reason):
            parse_sidecar(content, name)


def test_folders_nested_deeper_than_pythons_stack_are_listed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(1_200):
        os.mkdir("d")
        os.chdir("d")
    Path("a.txt").write_text("x")
    os.chdir(tmp_path)
    try:
        (file,) = survey(tmp_path, {}, 100)
        assert file.path == "d/" * 1_200 + "a.txt" and file.sha256
    finally:
        subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)  # deeper than pytest could remove


@pytest.mark.parametrize("command", ["dev", "dashboard"])
def test_the_web_pages_listen_to_this_machine_only_unless_told_otherwise(command):
    options = cli.build_parser().parse_args([command])
    assert socket.gethostbyname(options.host) == "127.0.0.1"
