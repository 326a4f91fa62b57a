"""The measurements as Markdown, as a line of the history, and as the block of the README."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import forms, refresh
from benchmarks.forms import FormResult
from benchmarks.measure import ROOT, Measured, is_busy
from benchmarks.refresh import Refreshes

HISTORY = ROOT / "benchmarks" / "history.jsonl"
README = ROOT / "README.md"
_BLOCK = re.compile(r"(<!-- speed -->\n).*?(<!-- /speed -->)", re.DOTALL)


def markdown(machine: dict[str, Any], date: datetime, runs: int, done: Refreshes | None,
             forms_done: Sequence[FormResult]) -> str:
    """All tables, with what they were measured on."""
    busy = " (others were at work on it: the ratios say more than the seconds)" if is_busy(machine) else ""
    parts = [f"Measured on {date:%Y-%m-%d} by `make bench`: medians of {runs} rounds (smallest to largest) on "
             f"{machine['cores']} cores, Python {machine['python']}, load {machine['load']}{busy}."]
    if done:
        parts += [_refreshes(done), _stages(done)]
    if forms_done:
        parts += [_forms(forms_done)]
        if missing := forms.missing():
            parts.append(f"Not installed, so not measured: {', '.join(missing)}.")
    return "\n\n".join(parts) + "\n"


def _refreshes(done: Refreshes) -> str:
    names = {refresh.FLOOR: f"floor: `{refresh.FLOOR}`",
             refresh.GREAT_EXPECTATIONS: f"`{refresh.GREAT_EXPECTATIONS}` (goes on beside the rest)"}
    order = (refresh.FLOOR, refresh.FRESH, refresh.PARSED, refresh.ONE_NEW, refresh.UNCHANGED,
             refresh.GREAT_EXPECTATIONS)
    lines = {line.name: line for line in done.lines}
    return _table(
        ("refresh of the bundled reports", "seconds", "× floor", "aim"), "lrrr",
        ((names.get(name, name), _range(lines[name], 2), f"{lines[name].ratio:.2f}",
          f"≤ {refresh.AIMS[name]:g} s" if name in refresh.AIMS else "") for name in order))


def _stages(done: Refreshes) -> str:
    columns = [name for name in (refresh.FRESH, refresh.PARSED, refresh.ONE_NEW) if name in done.stages]
    rows = ((stage, *(f"{done.stages[name][stage]:.2f}" for name in columns)) for stage in refresh.STAGES)
    return _table(("where the time goes, seconds", *columns), "l" + "r" * len(columns), rows)


def _forms(results: Iterable[FormResult]) -> str:
    rows = []
    for result in results:
        form, aims = result.form, {rival.name: rival.aim for rival in result.rivals}
        whole = next(line for line in result.lines if line.name == forms.WHOLE)
        for line in result.lines:
            name, aim = line.name, ""
            if name == forms.FLOOR:
                name = f"floor: {form.floor_is}"
            elif name == forms.WHOLE:
                name, aim = f"{name} ({result.right:.1%} of the figures right)", f"≤ {form.aim:g}"
            elif name in aims:
                aim = f"ours {line.ratio / whole.ratio:.1f}× as fast" + (f", aim {aims[name]:g}×" if aims[name] else "")
            rows.append((f"{form.name}, {result.bytes / 1000:.0f} KB", name, _range(line, 2), f"{line.ratio:.2f}", aim))
    return _table(("form", "reader", "ms a report", "× floor", "aim"), "llrrr", rows)


def _range(line: Measured, digits: int) -> str:
    spread = line.spread
    return f"{spread.median:.{digits}f} ({spread.low:.{digits}f}–{spread.high:.{digits}f})"


def _table(heads: Sequence[str], align: str, rows: Iterable[Sequence[str]]) -> str:
    rules = ["---:" if side == "r" else "---" for side in align]
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, rules, *rows))


def history_line(machine: dict[str, Any], date: datetime, runs: int, done: Refreshes | None,
                 forms_done: Sequence[FormResult]) -> str:
    """One JSON object: date, commit, machine, and every figure (seconds of refreshes, milliseconds of reports)."""
    record: dict[str, Any] = {"date": date.isoformat(timespec="seconds"), "commit": _commit(), "runs": runs} | machine
    if done:
        record["refresh_s"] = {line.name: line.as_json(3) for line in done.lines}
        record["stages_s"] = {name: {stage: round(seconds, 3) for stage, seconds in stages.items()}
                              for name, stages in done.stages.items()}
    if forms_done:
        record["forms_ms"] = {
            result.form.name: {"bytes": result.bytes, "right": round(result.right, 4)}
            | {line.name: line.as_json(4) for line in result.lines} for result in forms_done}
    return json.dumps(record, ensure_ascii=False)


def append_history(line: str) -> None:
    with HISTORY.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def write_readme(text: str, readme: Path = README) -> None:
    """Put the tables between the markers ``<!-- speed -->``. Raises ValueError where the README has none."""
    before = readme.read_text(encoding="utf-8")
    after, count = _BLOCK.subn(lambda block: block[1] + text + block[2], before)
    if count != 1:
        raise ValueError(f"{readme.name} needs one block <!-- speed --> … <!-- /speed -->, it has {count}")
    readme.write_text(after, encoding="utf-8")


def now() -> datetime:
    return datetime.now(UTC)


def _commit() -> str | None:
    """The commit that was measured, with a plus sign where files differ from it; None outside of git."""
    try:
        found = subprocess.run(["git", "describe", "--always", "--dirty=+", "--exclude=*"], cwd=ROOT,
                               capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()
