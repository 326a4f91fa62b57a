"""Releases: two of the same reports have the same content hash and bytes; they validate, round-trip and stay text."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import duckdb
import openpyxl
import pytest
import yaml

from orchestration.cli.main import main
from orchestration.dbt import load_manifest
from orchestration.refresh.run import refresh
from orchestration.refresh.workbench import NotThere
from orchestration.release import about as owners
from orchestration.release.build import write_release
from orchestration.release.files import as_text
from orchestration.release.marts import Column, Mart
from orchestration.settings import SettingError
from tests.warehouses import settings_of

SHEET_ROWS = 5_000  # the coverage of all units is larger, so the promise about workbooks is tested too
REPRODUCIBLE = ("parquet", "csv", "xlsx")
HOSTILE = ("=1+1", " =cmd|'/c calc'!A0", "+1+cmd", "-2+3", "@SUM(A1)", "＝1+1", "'quoted", "<b>x</b>", 'a"b,c\n=d', "-",
           "-12.5", "", "\t=1", "#N/A")  # fmt: skip


@pytest.fixture(scope="module")
def releases(published, tmp_path_factory) -> tuple[Path, Path]:
    """Two releases of the bundled reports: one of the published file, one of a second warehouse made of them anew."""
    folder = tmp_path_factory.mktemp("releases")
    again = tmp_path_factory.mktemp("again")
    shutil.copytree(published / "reports", again / "reports")
    assert refresh(settings_of(again)).is_published
    homes = {"1.0": published, "1.1": again}
    made = (
        write_release(settings_of(home), version, load_manifest(settings_of(home)), folder / version,
                      sheet_rows=SHEET_ROWS)
        for version, home in homes.items()
    )  # fmt: skip
    return tuple(made)


def package(release: Path) -> dict:
    return json.loads((release / "datapackage.json").read_text(encoding="utf-8"))


def tables(release: Path) -> dict[str, dict]:
    """Mart to its resource in the data package."""
    return {r["name"]: r for r in package(release)["resources"] if r["type"] == "table"}


def test_two_warehouses_of_the_same_reports_give_the_same_content_hash_and_the_same_bytes(releases):
    first, second = releases
    assert package(first)["content_hash"] == package(second)["content_hash"]
    for kind in REPRODUCIBLE:
        names = sorted(path.name for path in (first / kind).iterdir())
        assert names == sorted(path.name for path in (second / kind).iterdir()) and len(names) > 15
        for name in names:
            assert (first / kind / name).read_bytes() == (second / kind / name).read_bytes(), f"{kind}/{name}"


def test_the_content_hash_follows_from_the_csv_files_as_the_package_defines_it(releases):
    lines = "".join(
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.stem}\n" for file in sorted(releases[0].glob("csv/*"))
    )
    assert package(releases[0])["content_hash"] == f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def test_a_release_is_a_valid_frictionless_data_package(releases, tmp_path):
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(releases[0] / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "rowNumber", "fieldName", "note"])[:10]
    damaged = tmp_path / "damaged"
    shutil.copytree(releases[0], damaged)
    with (damaged / "csv" / "dim_outcome.csv").open("a", encoding="utf-8") as file:
        file.write('"one more row"\n')
    assert not frictionless.validate(str(damaged / "datapackage.json")).valid


def test_parquet_and_csv_read_back_are_the_marts_row_for_row(releases, published):
    for name, resource in tables(releases[0]).items():
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{published / 'foi.duckdb'}' AS foi (READ_ONLY)")
            fields = {f["name"]: f["duckdb_type"] for f in resource["schema"]["fields"]}
            restated = {c: f"replace({c}, 'unchanged', 'read') AS {c}" for c in ("landing_state",) if c in fields}
            mart = f"SELECT {', '.join(restated.get(c, c) for c in fields)} FROM foi.marts.{name}"
            parquet = f"SELECT * FROM '{releases[0]}/parquet/{name}.parquet'"
            assert differences(connection, mart, parquet) == 0, name
            csv = (
                f"SELECT * FROM read_csv('{releases[0]}/csv/{name}.csv', all_varchar = true, header = true, "
                "quote = '\"', escape = '\"', delim = ',', allow_quoted_nulls = false, max_line_size = 10000000)"
            )
            texts = f"SELECT {', '.join(map(plain_text, fields, fields.values()))} FROM ({mart})"
            back = f"SELECT {', '.join(from_csv(c, kind) for c, kind in fields.items())} FROM ({csv})"
            assert differences(connection, texts, back) == 0, name
            assert connection.execute(f"SELECT count(*) FROM ({csv})").fetchone() == (resource["rows"],), name


def differences(connection, one: str, other: str) -> int:
    """Rows that only one of two queries has, counting how often."""
    query = f"SELECT count(*) FROM (({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one}))"
    return connection.execute(query).fetchone()[0]


def plain_text(name: str, kind: str) -> str:
    """A value to compare by: nested ones as JSON, all others as they are."""
    nested = kind.endswith("[]") or kind.startswith(("STRUCT", "MAP"))
    return f"CAST(to_json({name}) AS VARCHAR)" if nested else name


def from_csv(name: str, kind: str) -> str:
    """How the README of a release says that a column is read."""
    if kind == "VARCHAR":
        return f"CASE WHEN starts_with({name}, '''') THEN substr({name}, 2) ELSE {name} END"
    return name if plain_text(name, kind) != name else f"CAST({name} AS {kind})"


def test_null_and_an_empty_text_stay_apart_and_no_text_of_a_csv_is_a_formula(tmp_path):
    column = Column("label", "VARCHAR", "")
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (no INTEGER, label VARCHAR)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate((*HOSTILE, None))))
        rows = connection.execute(f"SELECT {as_text(column)} FROM t ORDER BY no").fetchall()
        written = [row[0] for row in rows]
        back = connection.execute(f"SELECT {from_csv('label', 'VARCHAR')} FROM (SELECT unnest(?) AS label)", [written])
        assert [row[0] for row in back.fetchall()] == [*HOSTILE, None]
    guarded = {text for text, shown in zip(HOSTILE, written[:-1], strict=True) if shown != text}
    assert guarded == {"=1+1", " =cmd|'/c calc'!A0", "+1+cmd", "-2+3", "@SUM(A1)", "＝1+1", "'quoted", "\t=1"}
    assert written[-1] is None and "" in written


def test_hostile_text_in_the_marts_stays_text_in_csv_and_excel(published, tmp_path):
    settings = settings_of(tmp_path)
    shutil.copyfile(published / "foi.duckdb", settings.warehouse)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("DROP SCHEMA marts CASCADE; CREATE SCHEMA marts")
        connection.execute("CREATE TABLE marts.fact_things (no INTEGER, label VARCHAR, amount DECIMAL(24,6))")
        insert = "INSERT INTO marts.fact_things VALUES"
        connection.executemany(f"{insert} (?, ?, 123456789012345.5)", list(enumerate(HOSTILE)))
        connection.execute(f"{insert} (99, repeat('长', 40000), 1.50), (100, chr(1), NULL)")
    release = write_release(settings, "1.0", {"nodes": {}})
    raw = (release / "csv" / "fact_things.csv").read_bytes()
    assert raw.startswith(b'\xef\xbb\xbfno,"label",amount') or raw.startswith(b'\xef\xbb\xbf"no"')
    assert b'0,"\'=1+1",123456789012345.5\n' in raw and b'11,"",123' in raw and b",1.5\n" in raw
    sheet = openpyxl.load_workbook(release / "xlsx" / "fact_things.xlsx")["fact_things"]
    cells = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    for number, text in enumerate(HOSTILE):
        assert cells[number][1].data_type in ("s", "inlineStr", "n") and (cells[number][1].value or "") == text
    assert cells[0][2].value == "123456789012345.5", "a number that Excel would round is text"
    assert cells[99][1].value.endswith("已截断，全文见CSV]") and cells[99][2].value == 1.5
    assert cells[100][1].value == "\ufffd" and cells[100][2].value is None


def test_a_mart_that_excel_cannot_hold_has_no_workbook_and_the_release_says_so(releases):
    lost = package(releases[0])["without_workbook"]
    assert lost and all(rows > SHEET_ROWS for rows in lost.values())
    readme = (releases[0] / "README.md").read_text(encoding="utf-8")
    for name in lost:
        assert f"{name}: " in readme and not (releases[0] / "xlsx" / f"{name}.xlsx").exists()
    assert (releases[0] / "xlsx" / "dim_outcome.xlsx").is_file()


def test_a_release_names_its_keys_its_checksums_and_no_folder_of_this_machine(releases, published):
    release = releases[0]
    figures = tables(release)["fact_reported_figures"]["schema"]
    assert figures["unique_by"] == ["report_id", "indicator_code", "applicant_type_code"]
    assert tables(release)["dim_report"]["schema"]["primaryKey"] == ["report_id"]
    assert {"fields": ["report_id"], "reference": {"resource": "dim_report", "fields": ["report_id"]}} in figures[
        "foreignKeys"
    ]
    assert all(field["description"] for field in figures["fields"])
    sums = dict(reversed(line.split("  ")) for line in (release / "SHA256SUMS").read_text().splitlines())
    files = {p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file()} - {"SHA256SUMS"}
    assert set(sums) == files
    for name, stated in sums.items():
        content = (release / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == stated
        assert str(published).encode() not in content, name


def test_the_database_of_a_release_is_the_published_one_with_its_comments(releases, published):
    query = "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
    found = []
    for file in (published / "foi.duckdb", releases[0] / "foi.duckdb"):
        with duckdb.connect(str(file), read_only=True) as connection:
            figures = connection.execute("FROM marts.fact_reported_figures ORDER BY ALL").fetchall()
            found.append((connection.execute(query).fetchall(), figures))
    assert found[0] == found[1]


def test_the_changelog_of_the_same_content_says_so_and_one_of_other_content_counts_it(releases, home, tmp_path):
    text = (releases[1] / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "The content is the same" in text and "## 1.0" in text and text.index("## 1.1") < text.index("## 1.0")
    with duckdb.connect(str(home / "foi.duckdb")) as connection:
        connection.execute(
            "UPDATE marts.fact_reported_figures SET value = value + 1 WHERE rowid = "
            "(SELECT min(rowid) FROM marts.fact_reported_figures WHERE value_state = 'number')"
        )
        connection.execute("DELETE FROM marts.fact_foi_disputes WHERE rowid = 0")
    third = write_release(settings_of(home), "2.0", load_manifest(settings_of(home)), tmp_path / "2.0", releases[0],
                          sheet_rows=0)  # fmt: skip
    text = (third / "CHANGELOG.md").read_text(encoding="utf-8")
    changed = next(line for line in text.splitlines() if "`fact_reported_figures`" in line)
    assert "| 0 | 0 | 1 | value 1 |" in changed
    lost = next(line for line in text.splitlines() if "`fact_foi_disputes`" in line)
    assert "| 0 | 1 | 0 |" in lost
    (row,) = duckdb.sql(f"FROM '{third}/changes.csv'").fetchall()
    assert row[3] == "changed" and row[6] == row[4] + 1
    assert package(third)["content_hash"] != package(releases[0])["content_hash"]


@pytest.mark.parametrize("version", ["", "../1.0", "1.0/..", "1..0", "/tmp/1", "v1", "1.0\n", "1.0 ", "１.0", "1" * 65])
def test_a_version_that_is_none_is_refused_and_nothing_is_written(version, tmp_path):
    with pytest.raises(SettingError, match="no version"):
        write_release(settings_of(tmp_path), version, {"nodes": {}})
    assert not list(tmp_path.iterdir())


def test_a_release_is_never_written_over_and_one_that_fails_leaves_nothing(releases, home, monkeypatch, capsys):
    settings = settings_of(home)
    with pytest.raises(SettingError, match="exists"):
        write_release(settings, "1.0", {"nodes": {}}, releases[0])
    monkeypatch.setattr("orchestration.release.texts.citation", lambda release: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_release(settings, "3.0", {"nodes": {}}, sheet_rows=0)
    assert list((home / "releases").iterdir()) == []
    with pytest.raises(NotThere, match="is no release"):
        write_release(settings, "3.0", {"nodes": {}}, previous=home)
    assert main(["release", "../up", "--warehouse", str(settings.warehouse)]) == 2
    assert "no version" in capsys.readouterr().err
    assert main(["release", "1.0", "--warehouse", str(home / "none.duckdb")]) == 3


def test_the_licence_is_the_owners_and_until_then_a_release_says_that_there_is_none(releases, tmp_path):
    citation = yaml.safe_load((releases[0] / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors", "version", "date-released"} <= set(citation)
    assert "license" not in citation and "licenses" not in package(releases[0])
    assert "No licence has been chosen" in (releases[0] / "README.md").read_text(encoding="utf-8")
    chosen = tmp_path / "release.yml"
    stated = yaml.safe_load(owners.FILE.read_text(encoding="utf-8"))
    stated["licence"] = {"name": "CC0-1.0", "title": "Creative Commons Zero"}
    chosen.write_text(yaml.safe_dump(stated), encoding="utf-8")
    assert owners.load(chosen).licence_text == "CC0-1.0 · Creative Commons Zero"
    chosen.write_text(yaml.safe_dump(stated | {"licence": "free"}), encoding="utf-8")
    with pytest.raises(SettingError, match="licence needs a name"):
        owners.load(chosen)


def test_a_mart_without_a_tested_key_is_ordered_by_all_of_its_columns():
    mart = Mart("rate_x", "", (Column("a", "INTEGER", ""), Column("b", "VARCHAR", "")))
    assert mart.query.endswith('ORDER BY "a" ASC NULLS FIRST, "b" ASC NULLS FIRST')
