"""The sample queries of dbt_project/analyses: questions in both languages with their SQL, parameters and shape.

A file begins with a comment in YAML: ``topic``, ``question_zh``, ``question_en``, ``parameters`` (name to default,
whose type is the parameter's), ``columns`` (what comes out, in order) and ``at_least`` (rows on the bundled reports).
Below stands one statement with ``$name`` for each parameter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

FOLDER = Path(__file__).resolve().parents[1] / "dbt_project" / "analyses"
TOPICS = {
    "dictionary": "指标与原文 · Labels and cells", "requests": "申请与办理 · Requests and outcomes",
    "series": "长期序列 · Series over the years", "compare": "对比 · Comparison", "disputes": "复议诉讼 · Disputes",
    "trust": "数据质量 · Trust", "coverage": "覆盖与时效 · Coverage and freshness",
}  # fmt: skip
_HEAD = re.compile(r"\A/\*\n(.*?)\n\*/\n(.*)\Z", re.DOTALL)
_PARAMETER = re.compile(r"\$([a-z_]+)")
MACROS = FOLDER.parent / "macros" / "table_macros.sql"
_MACRO = re.compile(r"create or replace macro main\.(\w+)\(.*?(?=\ncomment on)", re.DOTALL)


class QueryError(ValueError):
    """A query or a parameter that cannot be used; the message names it and says what would do."""


@dataclass(frozen=True)
class Query:
    """One sample query; ``parameters`` maps names to defaults, which are texts, whole numbers or lists of texts."""

    name: str
    topic: str
    question_zh: str
    question_en: str
    parameters: Mapping[str, str | int | list[str]]
    columns: tuple[str, ...]
    at_least: int
    sql: str

    @cached_property
    def example(self) -> str:
        """The statement with its defaults written out, to be pasted into any tool; for print only, never run by us."""
        return _PARAMETER.sub(lambda found: _literal(self.parameters[found[1]]), self.sql)

    def values(self, given: Mapping[str, str]) -> dict[str, str | int | list[str]]:
        """The value of each parameter: as given, else its default. Raises QueryError."""
        if unknown := sorted(set(given) - set(self.parameters)):
            known = ", ".join(self.parameters) or "none"
            raise QueryError(f"{self.name} has no parameter {unknown[0]!r}; its parameters: {known}")
        return {name: _cast(name, given[name], default) if name in given else default
                for name, default in self.parameters.items()}  # fmt: skip

    def run(self, connection: DuckDBPyConnection, given: Mapping[str, str]) -> DuckDBPyRelation:
        """Execute with prepared parameters: no value ever becomes a part of the statement. Raises QueryError."""
        values = self.values(given)
        return connection.execute(self.sql, values) if values else connection.execute(self.sql)


def load_queries(folder: Path = FOLDER) -> dict[str, Query]:
    """All sample queries by name, in the order of topics and then of names. Raises QueryError naming a broken file."""
    queries = [_read(path) for path in sorted(folder.glob("*.sql"))]
    order = list(TOPICS)
    return {query.name: query for query in sorted(queries, key=lambda q: (order.index(q.topic), q.name))}


def find_query(name: str) -> Query:
    """The query of this name. Raises QueryError."""
    queries = load_queries()
    if name not in queries:
        from difflib import get_close_matches

        near = get_close_matches(name, queries, 1)
        raise QueryError(f"there is no query {name!r}; " + (f"did you mean {near[0]}? " if near else "")
                         + "`foi query` lists them all")  # fmt: skip
    return queries[name]


def marts_of(sql: str) -> set[str]:
    """The marts that a statement reads, by itself and through the table macros that it calls."""
    bodies = {found[1]: found[0] for found in _MACRO.finditer(MACROS.read_text(encoding="utf-8"))}
    found, waiting = set(), [sql]
    while waiting:
        text = waiting.pop()
        found |= set(re.findall(r"\bmarts\.(\w+)", text))
        waiting += [bodies.pop(name) for name in list(bodies) if re.search(rf"(?<!main\.)\b{name}\(", text)]
    return found


def _read(path: Path) -> Query:
    import yaml

    parts = _HEAD.match(path.read_text(encoding="utf-8"))
    if not parts:
        raise QueryError(f"{path.name} does not begin with a comment that says what it asks")
    try:
        head = yaml.safe_load(parts[1])
        query = Query(
            path.stem, head["topic"], head["question_zh"], head["question_en"], head["parameters"],
            tuple(head["columns"]), head["at_least"], parts[2].strip(),
        )  # fmt: skip
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise QueryError(f"the head of {path.name} is not whole: {error}") from error
    used = set(_PARAMETER.findall(query.sql))
    if used != set(query.parameters) or query.topic not in TOPICS:
        raise QueryError(f"{path.name}: the statement uses {sorted(used)}, the head lists {sorted(query.parameters)}; "
                         f"topic {query.topic!r} of {', '.join(TOPICS)}")  # fmt: skip
    return query


def _cast(name: str, text: str, default: str | int | list[str]) -> str | int | list[str]:
    """A parameter from the command line as its default's type."""
    if isinstance(default, list):
        return [part.strip() for part in text.split(",")]
    if isinstance(default, int):
        if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
            raise QueryError(f"{name} is {text!r}: give a whole number")
        return int(text)
    return text


def _literal(value: str | int | list[str]) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
