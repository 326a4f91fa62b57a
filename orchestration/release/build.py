"""One release, from the published file to a folder: built aside and renamed whole, or not there at all."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import warehouse
from orchestration.refresh.workbench import NotThere
from orchestration.release import about as owners
from orchestration.release import changes, texts
from orchestration.release.files import content_hash, digest, write_csv, write_database, write_parquet
from orchestration.release.marts import Mart, released
from orchestration.release.package import Release, Written, write_package
from orchestration.release.workbook import MAX_ROWS, write_workbook
from orchestration.settings import SettingError, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

VERSION = re.compile(r"[0-9]+(\.[0-9]+){0,3}(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?", re.ASCII)
MEMORY = "2GB"
LAST_PARSER = "SELECT parser_version FROM raw.refresh_runs ORDER BY run_no DESC LIMIT 1"
LICENCE_FILES = ("LICENSE", "LICENCE", "LICENSE.txt", "LICENSE.md")


def write_release(
    settings: Settings,
    version: str,
    manifest: Mapping[str, Any],
    to: Path | None = None,
    previous: Path | None = None,
    about: owners.About | None = None,
    say: Callable[[str], None] = lambda text: None,
    sheet_rows: int = MAX_ROWS,
) -> Path:
    """Write release ``version`` of the published file to the folder ``to`` (data/releases/VERSION); returns the folder.

    ``previous`` is the release to compare with; without it, the newest one beside. ``manifest`` is dbt's, for the keys.
    A mart of more than ``sheet_rows`` rows has no Excel workbook, and the release says so.
    Raises SettingError (version or folder cannot be used), NotThere (no warehouse, no such previous release).
    """
    if len(version) > 64 or not VERSION.fullmatch(version):
        raise SettingError(f"{version!r} is no version: give numbers with points, as in 2026.1 or 1.2.0-rc.1")
    if not settings.warehouse.is_file():
        raise NotThere(f"there is no {settings.warehouse}; `foi refresh` makes it")
    target = (to or settings.warehouse.parent / "releases" / version).expanduser().absolute()
    if os.path.lexists(target):
        raise SettingError(f"{target} exists: a release is never written over; choose another version or folder")
    before = changes.open_previous(previous) if previous else changes.newest_beside(target)
    with _built_aside(target) as folder:
        release, compared = _fill(settings, version, manifest, folder, about or owners.load(), before, say, sheet_rows)
        _describe(release, before, compared, folder, settings)
    return target


@contextmanager
def _built_aside(target: Path) -> Iterator[Path]:
    """A folder beside ``target`` that becomes it in one step when all went well, and vanishes otherwise."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    folder = aside / "release"
    folder.mkdir()
    try:
        yield folder
        os.rename(folder, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _fill(
    settings: Settings, version: str, manifest: Mapping[str, Any], folder: Path, about: owners.About,
    before: changes.Previous | None, say: Callable[[str], None], sheet_rows: int,
) -> tuple[Release, tuple[list[changes.MartChange], int]]:  # fmt: skip
    """The data files of a release and the comparison with the release before."""
    for name in ("parquet", "csv", "xlsx"):
        (folder / name).mkdir()
    compared, figures, files, lost = [], 0, [], {}
    with _bounded(settings.warehouse, folder.parent) as connection:
        (parser,) = connection.execute(LAST_PARSER).fetchone()
        database = folder / settings.warehouse.name
        write_database(connection, database)
        files.append(_written(database, folder))
        marts = released(connection, manifest, about)
        for mart in marts:
            made = _write_mart(connection, mart, folder, sheet_rows)
            say(f"{mart.name:>28} {made[0].rows or 0:>10,} rows")
            files += made
            if len(made) < 3:
                lost[mart.name] = made[0].rows or 0
            if before:
                old, new = before.parquet(mart.name), folder / made[0].path
                compared.append(changes.compare(connection, mart, old, new))
                if mart.name == changes.FIGURES and mart.key and old:
                    figures = _figure_changes(connection, mart, old, new, folder / "changes.csv")
    csvs = {file.mart.name: file.sha256 for file in files if file.mart and file.suffix == "csv"}
    release = Release(version, _now(), about, tuple(marts), tuple(files), content_hash(csvs), lost, parser)
    return release, (compared, figures)


@contextmanager
def _bounded(published: Path, scratch: Path) -> Iterator[DuckDBPyConnection]:
    """The published file, read-only, with a bound on memory; what does not fit goes to the folder ``scratch``."""
    import duckdb

    with duckdb.connect() as connection:  # a connection opened read-only could not write the copy
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {warehouse.quoted(published)} AS published (READ_ONLY)")
        connection.execute("USE published")
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = {warehouse.quoted(scratch / 'spill')}")
        yield connection


def _write_mart(connection: DuckDBPyConnection, mart: Mart, folder: Path, sheet_rows: int) -> list[Written]:
    """Parquet, CSV and, where Excel holds so many rows, XLSX of one mart."""
    parquet, csv, xlsx = (folder / kind / f"{mart.name}.{kind}" for kind in ("parquet", "csv", "xlsx"))
    rows = write_parquet(connection, mart, parquet)
    write_csv(connection, mart, parquet, csv)
    made = [parquet, csv]
    if rows <= sheet_rows:
        write_workbook(connection, mart, parquet, xlsx)
        made.append(xlsx)
    return [_written(file, folder, mart, rows) for file in made]


def _figure_changes(connection: DuckDBPyConnection, mart: Mart, old: Path, new: Path, target: Path) -> int:
    count = changes.write_figure_changes(connection, mart, old, new, target)
    if not count:
        target.unlink()
    return count


def _written(file: Path, folder: Path, mart: Mart | None = None, rows: int | None = None) -> Written:
    return Written(file.relative_to(folder).as_posix(), file.stat().st_size, digest(file), mart, rows)


def _describe(
    release: Release, before: changes.Previous | None, compared: tuple[list[changes.MartChange], int], folder: Path,
    settings: Settings,
) -> None:  # fmt: skip
    """Everything in a release that is no data."""
    write_package(release, folder)
    (folder / "README.md").write_text(texts.readme(release, settings.warehouse.name), encoding="utf-8")
    (folder / "CHANGELOG.md").write_text(texts.changelog(release, before, *compared), encoding="utf-8")
    (folder / "CITATION.cff").write_text(texts.citation(release), encoding="utf-8")
    texts.write_dictionary(release, folder / "dictionary.csv")
    if licence := next(filter(Path.is_file, (settings.project_root / name for name in LICENCE_FILES)), None):
        shutil.copyfile(licence, folder / licence.name)
    known = {file.path: file.sha256 for file in release.files}
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{known.get(path) or digest(folder / path)}  {path}\n" for path in there)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")


def _now() -> datetime:
    """Now, or SOURCE_DATE_EPOCH, by which builds are repeated."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)
