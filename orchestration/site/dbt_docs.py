"""dbt's own documentation as one static page, made from a copy of the published file; it may load nothing."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.dbt import static_docs
from orchestration.settings import Settings

# The page holds its data, scripts and fonts itself; dbt's page would also call home.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; connect-src data:"
)

UNBUILT = re.compile(r"<link[^>]*\$\{require\([^>]*>")
"""An icon that dbt's build of the page forgot; it leads nowhere."""


def write(settings: Settings, target: Path) -> None:
    """Write dbt's static page to ``target``. Raises DbtFailed.

    dbt opens its database for writing, which nobody does to a published file: it gets a copy.
    """
    with TemporaryDirectory(dir=settings.build_dir, prefix="dbt-docs-") as folder:
        apart = replace(settings, build_dir=Path(folder))
        shutil.copyfile(settings.warehouse, apart.build_db)
        page = static_docs(apart).read_text(encoding="utf-8")
    page = page.replace(str(settings.project_root), ".")  # where the project stands on this machine is no documentation
    page = UNBUILT.sub("", page)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page.replace("<head>", f"<head>{meta}", 1), encoding="utf-8")
