"""The whole site: pages by hand and pages made, laid together and built by MkDocs; replaced whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from orchestration.refresh.workbench import RefreshFailed
from orchestration.settings import SettingError, Settings
from orchestration.site import dictionary, lineage, quality, samples

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MARK = "sitemap.xml"
"""What every site of MkDocs has, and nobody's folder of photographs."""


class SiteFailed(RefreshFailed):
    """The site could not be built; the message says which page is at fault."""


def build_site(settings: Settings, to: Path | None = None, with_dbt: bool = True) -> Path:
    """Build the site into the folder ``to`` (``site`` in the build folder) and return it.

    Works without a published file, and then says so where its figures would stand. Raises SettingError where ``to`` is
    a folder that is no site, SiteFailed, DbtFailed.
    """
    target = (to or settings.build_dir / "site").expanduser().absolute()
    if target.exists() and not (target.is_dir() and ((target / MARK).is_file() or not any(target.iterdir()))):
        raise SettingError(f"{target} is there and is no documentation site: give another folder")
    settings.build_dir.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=".site-") as work:
        source, site = Path(work, "source"), Path(work, "site")
        made = write_source(settings, source, with_dbt)
        _mkdocs(settings, source, site, made)
        if target.exists():
            target.rename(Path(work, "old"))
        site.rename(target)
    return target


def write_source(settings: Settings, source: Path, with_dbt: bool) -> list[str]:
    """Lay the pages together in the folder ``source``; returns the paths of those made. Raises DbtFailed."""
    from orchestration.dbt import load_manifest
    from parsers.catalogue import load

    shutil.copytree(settings.project_root / "docs" / "pages", source)
    has_data_docs = (settings.docs_dir / "index.html").is_file()
    if has_data_docs:
        shutil.copytree(settings.docs_dir, source / "data-docs")
    has_dbt_docs = with_dbt and settings.warehouse.is_file()
    if has_dbt_docs:
        from orchestration.site import dbt_docs

        dbt_docs.write(settings, source / "dbt" / "index.html")
    with _published(settings) as connection:
        made = {
            **dictionary.pages(load().tables()),
            **samples.pages(),
            **lineage.pages(load_manifest(settings), has_dbt_docs),
            **quality.pages(connection, settings.project_root / "README.md", has_data_docs),
        }
    for name, text in made.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sorted(made)


@contextmanager
def _published(settings: Settings) -> Iterator[DuckDBPyConnection | None]:
    """The published file, read-only; None where there is none."""
    from orchestration import warehouse

    if not settings.warehouse.is_file():
        yield None
        return
    with warehouse.connect(settings.warehouse, read_only=True) as connection:
        yield connection


def _mkdocs(settings: Settings, source: Path, site: Path, made: list[str]) -> None:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # a note of the theme's authors on another program
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    file = settings.project_root / "docs" / "mkdocs.yml"
    try:
        config = load_config(str(file), docs_dir=str(source), site_dir=str(site))
        config["nav"] = _with(config["nav"], made)
        build(config)
    except (MkDocsException, SystemExit) as error:
        raise SiteFailed(f"the documentation site could not be built: {error}") from error


def _with(nav: list[Mapping[str, Any]], made: list[str]) -> list[Mapping[str, Any]]:
    """The navigation with the pages that were made for a section and are not named there."""
    full = []
    for entry in nav:
        ((title, value),) = entry.items()
        if isinstance(value, list):
            folder = value[0].split("/")[0]
            value = [*value, *(page for page in made if page.startswith(f"{folder}/") and page not in value)]
        full.append({title: value})
    return full


def print_site(settings: Settings, to: str | None, with_dbt: bool = True) -> None:
    """Build the site and say where it is."""
    site = build_site(settings, Path(to) if to else None, with_dbt)
    print(f"The documentation stands in {site}; open {site / 'index.html'}.")
