"""``foi release``: write a release and say where it is."""

from __future__ import annotations

from pathlib import Path

from orchestration.settings import Settings


def print_release(settings: Settings, version: str, to: str | None, previous: str | None) -> None:
    """Write a release of the published file. Raises SettingError, NotThere, DbtFailed."""
    from orchestration.dbt import load_manifest
    from orchestration.release.build import write_release

    folders = (Path(name) if name else None for name in (to, previous))
    target = write_release(settings, version, load_manifest(settings), *folders, say=print)
    print(f"Release {version} stands in {target}; begin with its README.md.")
