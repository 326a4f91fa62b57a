"""What a person reads first in a release: README.md, CHANGELOG.md, CITATION.cff and the dictionary of columns."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from orchestration.release.changes import MartChange, Previous
from orchestration.release.package import CONTENT_HASH, Release

MAX_HISTORY = 1 << 20
README = """\
# {title}

版本 Version **{version}** · {date} · 内容指纹 content hash `sha256:{content_hash}`

{description}

**许可 Licence**: {licence}
**引用 How to cite**: `CITATION.cff`

| 文件 file | 内容 what it is |
| --- | --- |
| `{database}` | 完整数据库（DuckDB），内含字段说明；以只读方式打开。The whole warehouse; open it read-only. |
| `parquet/` | 每个数据集市一个文件。One file per mart, types kept. |
| `csv/` | 同上，UTF-8（带BOM），Excel可直接打开。The same as CSV with a byte-order mark, for Excel. |
| `xlsx/` | 同上，Excel工作簿。The same as Excel workbooks{without}. |
| `dictionary.csv` | 全部字段的类型与含义。Type and meaning of every column. |
| `csv/dim_indicator.csv` | 指标词典：各代表式的印刷用语。The dictionary of indicators, in the words of the forms. |
| `datapackage.json` | Frictionless数据包描述：结构、主键、校验和。Schemas, keys and checksums. |
| `CHANGELOG.md` | 与上一版的数据差异。What differs from the release before. |
| `SHA256SUMS` | 校验 verify: `sha256sum -c SHA256SUMS` |

## 数据表 Marts

| mart | 行 rows | 每行是什么 grain |
| --- | ---: | --- |
{marts}

## 读CSV须知 Reading the CSV files

* 空值（NULL）为“什么也没有”，空文本为 `""`。Null is nothing at all, an empty text is `""`; text always stands in
  quotation marks. DuckDB tells them apart: `read_csv('…', allow_quoted_nulls = false)`. In XLSX both are an empty cell.
* 以 `=`、`+`、`-`、`@` 或 `'` 开头的文本前加了一个 `'`，以防被当作公式；去掉即为原文（短横与数字除外）。
  A text that begins with one of `= + - @ '` (full width too, after any space) has one `'` before it, so that no
  spreadsheet runs it; dashes and plain numbers have none. Drop one leading `'` of a text to have it as printed.
* 列表与结构为JSON。Lists and structures are JSON. Numbers have no thousands separator; times are UTC.
* 空白、短横、零、缺项是四种不同的情况，见 `value_state`；空值绝不等于零。Blank, dash, zero and absent are four things:
  see `value_state`; a null is never a zero.
* XLSX: text is never a formula; numbers of more than 15 digits are text; texts beyond 32,767 characters are cut with a
  mark; characters that XML does not allow are shown as \ufffd.

## 可复现 What is reproducible

Two warehouses made from the same reports by the same code give the same bytes of `parquet/`, `csv/` and `xlsx/`, with
the same versions of the libraries; DuckDB files differ (run numbers, times). The content hash is the same always:
{hashing}

Left out of `parquet/`, `csv/`, `xlsx/`, because it tells of one run or machine and not of the reports:

{left_out}
"""
COUNTED = (
    "A row counts as changed where its key is in both releases and another column differs; marts without a key count "
    "whole rows as added and removed."
)
CITATION_MESSAGE = "If you use these data, please cite this release. 使用本数据请注明引用。"


def readme(release: Release, database: str) -> str:
    """README.md."""
    about, lost = release.about, release.without_workbook
    rows = (f"| `{m.name}` | {release.rows(m):,} | {m.description.replace('|', '·')} |" for m in release.marts)
    left = {**about.marts_left_out, **about.columns_left_out}
    restated = (
        f"* `{column}`: " + ", ".join(f"`{old}` is given as `{new}`" for old, new in values.items())
        for column, values in about.restated.items()
    )
    many = "; ".join(f"{name}: {count:,} rows" for name, count in lost.items())
    return README.format(
        title=about.title, version=release.version, date=f"{release.created:%Y-%m-%d}", database=database,
        content_hash=release.content_hash, description=about.description, licence=about.licence_text,
        without=f", except marts with more rows than a sheet of Excel holds ({many})" if lost else "",
        marts="\n".join(rows), hashing=CONTENT_HASH,
        left_out="\n".join([*(f"* `{name}`: {why}" for name, why in left.items()), *restated]),
    )  # fmt: skip


def citation(release: Release) -> str:
    """CITATION.cff, version 1.2.0 of that format."""
    import yaml

    about = release.about
    fields: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": CITATION_MESSAGE,
        "type": "dataset",
        "title": about.title,
        "abstract": f"{about.description}\n\nLicence: {about.licence_text}",
        "version": release.version,
        "date-released": f"{release.created:%Y-%m-%d}",
        "authors": [dict(author) for author in about.authors],
        "keywords": list(about.keywords),
        "identifiers": [{"type": "other", "value": f"sha256:{release.content_hash}",
                         "description": "content hash, defined in datapackage.json"}],
    }  # fmt: skip
    if about.licence:
        fields["license"] = about.licence["name"]
    return yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=100)


def changelog(release: Release, previous: Previous | None, changes: Sequence[MartChange], figures: int) -> str:
    """CHANGELOG.md: this release against the one before, then what that one said of itself."""
    head = f"# 数据变更 Changes of the data\n\n## {release.version} · {release.created:%Y-%m-%d}\n\n"
    if previous is None:
        return head + "第一个版本，无可比较者。The first release: there is none before it to compare with.\n"
    head += f"与 {previous.version} 相比。Compared with {previous.version} (`sha256:{previous.content_hash}`).\n\n"
    if previous.content_hash == release.content_hash:
        head += "内容完全相同。The content is the same, row for row.\n"
    else:
        head += _changes(changes, figures)
    return f"{head}\n{_history(previous)}"


def _changes(changes: Sequence[MartChange], figures: int) -> str:
    lines = ["| mart | 前 before | 后 after | 增 added | 删 removed | 改 changed | 变动字段 columns |",
             "| --- | ---: | ---: | ---: | ---: | ---: | --- |"]  # fmt: skip
    for c in changes:
        if c.is_any:
            columns = [f"{name} {count:,}" for name, count in c.columns.items()]
            columns += [f"+{name}" for name in c.new_columns] + [f"−{name}" for name in c.lost_columns]
            lines.append(f"| `{c.mart}` | {c.before:,} | {c.after:,} | {c.added:,} | {c.removed:,} | {c.changed:,} | "
                         f"{', '.join(columns)} |")  # fmt: skip
    same = [f"`{c.mart}`" for c in changes if not c.is_any]
    if same:
        lines += ["", f"未变 Unchanged: {', '.join(same)}."]
    where = " (`changes.csv`)" if figures else ""
    lines += ["", f"改动或撤下的数值 Figures changed or withdrawn: {figures:,}{where}.", "", COUNTED]
    return "\n".join(lines) + "\n"


def _history(previous: Previous) -> str:
    """The entries of the changelog of the release before."""
    file = previous.folder / "CHANGELOG.md"
    if not file.is_file():
        return ""
    text = file.read_bytes()[:MAX_HISTORY].decode("utf-8", errors="replace")
    return text[text.find("\n## ") + 1 :] if "\n## " in text else ""


def write_dictionary(release: Release, target: Path) -> None:
    """dictionary.csv. Grain: one row per released column."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("mart", "column", "duckdb_type", "is_key", "description"))
        for mart in release.marts:
            for c in mart.columns:
                writer.writerow((mart.name, c.name, c.type, str(c.name in mart.key).lower(), c.description))
