"""A landing zone to which anything may happen: additions, edits, removals, renames, copies, sidecars, links."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.faults import BUNDLED
from tests.generator import generate

NAMES = (
    "a.txt", "b.txt", "报告.txt", "z.md", "sub/a.txt", "sub/deep/b.txt", "it's; --.txt", "line\nbreak.txt", "page.html",
    "word.docx",
)  # fmt: skip
SIDECARS = (
    b"source_url: https://www.example.gov.cn/a", b"jurisdiction_code: 330326", b"source_url: nonsense", b"{}",
    b'{"issuer": "\xe4\xb8\x9c\xe9\x98\xb3\xe5\xb8\x82\xe4\xba\xba\xe6\xb0\x91\xe6\x94\xbf\xe5\xba\x9c"}',
)  # fmt: skip
RUBBISH = (b"", b"\0" * 100, bytes(range(256)), "今天天气很好。".encode(), b"%PDF-1.7", b"PK\x03\x04", b"<html>")


def contents() -> list[bytes]:
    """Reports that differ: real ones, and generated ones of two generations."""
    return [path.read_bytes() for path in BUNDLED] + [
        generate(seed, template, "text_tabs").data for seed, template in ((1, "G2"), (2, "G2"), (3, "G3"))
    ]  # fmt: skip


class Chaos:
    """Random changes of one landing zone; the same seed makes the same changes."""

    def __init__(self, zone: Path, seed: int) -> None:
        self.zone, self.random, self.contents = zone, Random(seed), contents()
        self.said: list[str] = []
        self.acts: list[Callable[[], str]] = [
            self.add, self.add, self.edit, self.edit, self.remove, self.rename, self.rename, self.copy, self.sidecar,
            self.sidecar, self.rubbish, self.touch, self.link, self.swap,
        ]  # fmt: skip

    def step(self) -> None:
        """One change; what it was stands in ``said``."""
        self.said.append(self.random.choice(self.acts)())

    def files(self) -> list[Path]:
        return sorted(path for path in self.zone.rglob("*") if path.is_symlink() or path.is_file())

    def some_file(self) -> Path:
        return self.random.choice(self.files() or [self._new_path()])

    def _new_path(self) -> Path:
        path = self.zone / self.random.choice(NAMES)
        path = path.with_name(f"{self.random.randrange(4)}{path.name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _write(self, path: Path, content: bytes) -> str:
        path.unlink(missing_ok=True)  # a link would be written through
        path.write_bytes(content)
        return str(path.relative_to(self.zone))

    def add(self) -> str:
        return "add " + self._write(self._new_path(), self.random.choice(self.contents))

    def edit(self) -> str:
        path = self.some_file()
        if path.is_symlink() or not path.is_file():
            return "edit nothing"
        content = path.read_bytes()
        at = content.find(b"2017")
        kinds = [content + b"\n", content.replace(b"2017", b"2016"), content[: len(content) // 2]]
        if at > 0:
            kinds.append(content[:at] + b"2015" + content[at + 4 :])
        return "edit " + self._write(path, self.random.choice(kinds))

    def remove(self) -> str:
        path = self.some_file()
        path.unlink(missing_ok=True)
        return f"remove {path.relative_to(self.zone)}"

    def rename(self) -> str:
        path, target = self.some_file(), self._new_path()
        if path.exists():
            os.replace(path, target)
        return f"rename {path.relative_to(self.zone)} to {target.relative_to(self.zone)}"

    def copy(self) -> str:
        path, target = self.some_file(), self._new_path()
        if path.is_file() and path.resolve() != target.resolve():
            target.unlink(missing_ok=True)
            shutil.copy(path, target)
        return f"copy {path.relative_to(self.zone)} to {target.relative_to(self.zone)}"

    def sidecar(self) -> str:
        path = self.some_file()
        suffix = self.random.choice((".meta.yml", ".meta.json"))
        return "sidecar " + self._write(path.with_name(path.name[:100] + suffix), self.random.choice(SIDECARS))

    def rubbish(self) -> str:
        return "rubbish " + self._write(self._new_path(), self.random.choice(RUBBISH))

    def touch(self) -> str:
        path = self.some_file()
        if path.is_file():
            os.utime(path, (0, self.random.choice((-1, 0, 1, 1e9, 4e9, 1e11))))
        return f"touch {path.relative_to(self.zone)}"

    def link(self) -> str:
        path, target = self._new_path(), self.random.choice((self.some_file(), Path("/etc/hostname"), Path("gone")))
        path.unlink(missing_ok=True)
        path.symlink_to(target)
        return f"link {path.relative_to(self.zone)} to {target}"

    def swap(self) -> str:
        """Two files change places."""
        one, two = self.some_file(), self.some_file()
        between = self.zone / "between"
        if one != two and one.exists() and two.exists():
            os.replace(one, between), os.replace(two, one), os.replace(between, two)
        return f"swap {one.relative_to(self.zone)} and {two.relative_to(self.zone)}"
