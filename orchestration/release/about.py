"""What the owner decides about releases, from release.yml: title, authors, licence, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.settings import SettingError

FILE = Path(__file__).with_name("release.yml")
NO_LICENCE = "数据所有者尚未选定许可协议。No licence has been chosen by the owner yet."


@dataclass(frozen=True, slots=True)
class About:
    """The owner's statements. ``licence`` is None until the owner chooses one (name, title and path then)."""

    title: str
    description: str
    keywords: tuple[str, ...]
    authors: tuple[Mapping[str, str], ...]
    licence: Mapping[str, str] | None
    marts_left_out: Mapping[str, str]
    columns_left_out: Mapping[str, str]
    restated: Mapping[str, Mapping[str, str]]

    def leaves_out(self, mart: str, column: str) -> bool:
        """Whether a column tells of a run or a machine: named for one mart, or for all."""
        return column in self.columns_left_out or f"{column}@{mart}" in self.columns_left_out

    @property
    def licence_text(self) -> str:
        """The licence in one line, or that there is none."""
        if self.licence is None:
            return NO_LICENCE
        return " · ".join(str(self.licence[key]) for key in ("name", "title", "path") if self.licence.get(key))


def load(path: Path = FILE) -> About:
    """Read release.yml. Raises SettingError naming what is missing or of the wrong kind."""
    import yaml

    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        licence = data["licence"]
        if licence is not None and not (isinstance(licence, dict) and licence.get("name")):
            raise SettingError(f"{path.name}: licence needs a name, for instance {{name: CC-BY-4.0}}, or nothing")
        if not data["authors"]:
            raise SettingError(f"{path.name}: authors is empty, and a citation needs at least one")
        return About(
            title=data["title"], description=data["description"].strip(), keywords=tuple(data["keywords"]),
            authors=tuple(data["authors"]), licence=licence, marts_left_out=data["left_out"]["marts"],
            columns_left_out=data["left_out"]["columns"], restated=data["restated"],
        )  # fmt: skip
    except KeyError as error:
        raise SettingError(f"{path.name} does not say {error.args[0]!r}") from None
