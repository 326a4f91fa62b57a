"""``foi accuracy``: how well a landing zone is read, measured against an answer key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.ingest.landing import LandingFile, real_path, walk
from orchestration.refresh.workbench import NotThere

if TYPE_CHECKING:
    from parsers.accuracy import Finding, KeyFigure, Score
    from parsers.catalogue.model import Catalogue

EXACT, UNTRUE = 0, 1
COLUMNS = ("form", "template", "documents", "figures", "right", "wrong", "missing", "invented", "withheld")


def print_accuracy(key_file: str, zone: Path, max_bytes: int, markdown: bool = False, limit: int = 20) -> int:
    """Print scores by form and template and the first ``limit`` differences; with ``markdown`` the scores alone.

    Returns the exit code: 1 where a figure is wrong or invented, else 0. Raises NotThere and LandingZoneError.
    """
    from parsers.accuracy import scores

    findings, unread = measure(read_key(key_file), zone, max_bytes)
    found = scores(findings)
    if markdown:
        print(*markdown_lines(found), sep="\n")
    else:
        _print_scores(found)
        _print_differences(findings, limit)
        for file, reason in unread.items():
            print(f"  not read: {file}: {reason}")
    total = found[-1].counts
    return UNTRUE if total["wrong"] or total["invented"] else EXACT


def read_key(file: str) -> dict[str, list[KeyFigure]]:
    """The answer key by document. Raises NotThere where it cannot be read or is none."""
    from parsers.accuracy import parse_key

    try:
        return parse_key(Path(file).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotThere(f"the answer key {file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise NotThere(f"the answer key {file}: {error}") from error


def measure(key: dict[str, list[KeyFigure]], zone: Path, max_bytes: int) -> tuple[list[Finding], dict[str, str]]:
    """The verdict on every figure of the key and every invented one, and why documents were not read, by file.

    Files of the zone that the key does not name are not looked at. Raises LandingZoneError.
    """
    from parsers.accuracy import score_unread
    from parsers.catalogue import load

    files, catalogue = walk(zone), load()
    findings: list[Finding] = []
    unread: dict[str, str] = {}
    for name, figures in key.items():
        try:
            findings += _score(find_file(name, files), figures, zone, max_bytes, catalogue)
        except _Unread as reason:
            unread[name] = str(reason)
            form = Path(name).suffix.removeprefix(".").replace("txt", "text") or "unknown"
            findings += score_unread(figures, form, f"not read: {reason}")
    return findings, unread


class _Unread(Exception):
    """A document of the key could not be read; the message says why."""


def find_file(name: str, files: Sequence[LandingFile]) -> LandingFile:
    """The file that a key means: by its path in the zone, or by its name alone where only one file has it."""
    found = [f for f in files if f.path == name] or [f for f in files if Path(f.path).name == name]
    if len(found) != 1:
        paths = ", ".join(f.path for f in found[:3])
        raise _Unread(f"{len(found)} files have this name: {paths}" if found else "no such file in the landing zone")
    return found[0]


def _score(file: LandingFile, figures: list[KeyFigure], zone: Path, max_bytes: int,
           catalogue: Catalogue) -> list[Finding]:  # fmt: skip
    from parsers.accuracy import score_report
    from parsers.observation import UnreadableReport
    from parsers.report import read_report

    if file.problem or file.size > max_bytes:
        raise _Unread(file.problem or f"{file.size:,} bytes is above the limit of {max_bytes // 1024**2} MB a file")
    try:
        report = read_report(real_path(zone, file.path).read_bytes(), file.suffix, catalogue)
    except OSError as error:
        raise _Unread(f"the file cannot be read: {error.strerror}") from error
    except UnreadableReport as error:
        raise _Unread(str(error)) from error
    return score_report(figures, report, catalogue)


def markdown_lines(scores: Sequence[Score]) -> Iterator[str]:
    """The scores as a table for a README."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|---|---|{'---:|' * (len(COLUMNS) - 2)}"
    for score in scores:
        yield f"| {' | '.join(_row(score))} |"


def _row(score: Score) -> tuple[str, ...]:
    counts = score.counts
    published = counts["right"] + counts["wrong"] + counts["invented"]
    wholes = {"right": score.knowable, "wrong": score.knowable, "missing": score.knowable, "invented": published}
    cells = (
        f"{counts[verdict]:,} ({share(counts[verdict], whole, verdict == 'right')})" if counts[verdict] else "0"
        for verdict, whole in wholes.items()
    )
    asked = score.knowable + counts["withheld"]
    return (score.form, score.template, f"{score.documents:,}", f"{asked:,}", *cells, f"{counts['withheld']:,}")


def share(part: int, whole: int, is_good: bool) -> str:
    """A share in percent, rounded against us: 100 % is said only of all."""
    percent = Decimal(100 * part) / whole
    return f"{percent.quantize(Decimal('0.01'), ROUND_FLOOR if is_good else ROUND_CEILING):f} %"


def _print_scores(scores: Sequence[Score]) -> None:
    from orchestration.cli.table import print_table

    print_table(COLUMNS, map(_row, scores))
    print("Shares of right, wrong and missing are of the figures that the key asks for, those rightly withheld left "
          "out; invented is a share of what would be published.")  # fmt: skip


def _print_differences(findings: Sequence[Finding], limit: int) -> None:
    from orchestration.cli.read import place_of
    from orchestration.cli.table import print_table

    worst = {"wrong": 0, "invented": 1, "missing": 2}
    different = sorted((f for f in findings if f.verdict in worst), key=lambda f: worst[f.verdict])
    if not different or limit < 1:
        return
    print(f"\nThe first {min(limit, len(different)):,} of {len(different):,} differences:")
    print_table(("", "file", "code", "for", "expected", "found", "place"), [
        (f.verdict, f.file, f.code, f.applicant, f.expected, f.found, place_of(_places(f)) if f.place else None)
        for f in different[:limit]
    ])  # fmt: skip


def _places(finding: Finding) -> dict[str, int | None]:
    place = finding.place._asdict()
    names = {"page": "page", "table": "table_index", "row": "row_index", "column": "column_index",
             "start": "char_start", "end": "char_end"}  # fmt: skip
    return {column: place[name] for name, column in names.items()}
