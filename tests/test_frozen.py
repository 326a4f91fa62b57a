"""Frozen documents: what comes out is what went in, down to which positions share a cell, and nothing else is taken."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.catalogue import load
from parsers.forms import Document, frozen, read_document
from parsers.forms.decode import Decoded
from parsers.grid import Cell, Grid
from parsers.report import interpret
from tests.generator import FORMS, generate

ROOT = Path(__file__).parents[1]
small = st.integers(0, 50)
# Any character, halves of surrogate pairs included.
texts = st.text(st.characters(codec=None, categories=None), max_size=8)
cells = st.builds(Cell, texts, small, small, small, small, st.none() | small)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """A grid of any shape whose positions share cells at will."""
    pool = draw(st.lists(cells, min_size=1, max_size=6))
    rows = st.lists(st.lists(st.sampled_from(range(len(pool))), max_size=6), max_size=6)
    shape = tuple(tuple(pool[number] for number in row) for row in draw(rows))
    return Grid(draw(st.sampled_from(["table", "text"])), draw(small), shape)


lines = st.lists(small, max_size=3).map(tuple)
documents = st.builds(
    Document, st.sampled_from(["text", "html", "pdf"]), st.lists(grids(), max_size=4).map(tuple),
    st.none() | st.builds(Decoded, st.just(""), st.sampled_from(["utf-8", "gb18030"]), lines, lines), st.booleans(),
)  # fmt: skip


def sharing(document: Document) -> list[list[list[int]]]:
    """For each position, the first position of its grid where the very same cell stands."""
    shared = []
    for grid in document.grids:
        first: dict[int, int] = {}
        shared.append([[first.setdefault(id(cell), len(first)) for cell in row] for row in grid.rows])
    return shared


@given(documents)
def test_a_document_comes_back_as_it_was(document):
    thawed = frozen.loads(frozen.dumps(document))
    assert thawed == document
    assert sharing(thawed) == sharing(document)
    assert frozen.dumps(thawed) == frozen.dumps(document)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("template", ["G2", "G4"])
def test_the_catalogue_says_the_same_of_a_thawed_document(form, template):
    made = generate(7, template, form)
    document = read_document(made.data, Path(made.name).suffix)
    thawed = frozen.loads(frozen.dumps(document))
    assert interpret(thawed, load()) == interpret(document, load())
    bare = document.decoded and replace(document.decoded, text="")
    assert thawed == replace(document, decoded=bare)


def test_a_frozen_report_takes_a_few_kilobytes():
    for path in ROOT.glob("data/reports/**/*.txt"):
        data = path.read_bytes()
        assert len(frozen.dumps(read_document(data, ".txt"))) < len(data)


@given(st.binary(max_size=40))
def test_bytes_that_are_no_frozen_document_are_damaged(data):
    assert not frozen.is_whole(data)
    with pytest.raises(frozen.Damaged):
        frozen.loads(data)


@given(documents, st.data())
def test_a_flipped_or_missing_byte_is_noticed(document, data):
    whole = frozen.dumps(document)
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    assert not frozen.is_whole(whole[:at])
    # Zlib's header has bits that change nothing; whatever is accepted must be what was frozen.
    assert not frozen.is_whole(flipped) or frozen.loads(flipped) == document


def test_what_forms_stand_on_is_in_their_fingerprint():
    """The cache trusts grids while ``state.forms_fingerprint`` stays the same, so forms import nothing else of ours."""
    found = set()
    for path in ROOT.glob("parsers/forms/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("parsers"):
                found.add(node.module)
    ours = {name for name in found if not name.startswith("parsers.forms")}
    # The exception that they raise is all that they take from parsers.observation.
    assert ours == {"parsers.grid", "parsers.observation"}


def test_another_version_is_damaged(monkeypatch):
    data = frozen.dumps(Document("text", ()))
    monkeypatch.setattr(frozen, "VERSION", frozen.VERSION + 1)
    with pytest.raises(frozen.Damaged, match="version"):
        frozen.loads(data)
