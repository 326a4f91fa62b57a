"""Which applicants the columns of the request matrix are of, told by its heads: by the columns that these stand above,
or by their order where a copy does not say what spans."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

from parsers.catalogue.model import Catalogue
from parsers.grid import Cell, distinct
from parsers.labels import bare
from parsers.walks.blocks import head_key

_LATEST = re.compile("20[0-9]{2}(?=年)|本年")  # of which 本年 is the greatest, and 上年 none


def applicant_order(lines: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    """The applicant types in the order of their columns, from the printed lines of the heads in reading order; types
    whose head is not printed are left out.

    The heads may stand in two rows, the parts of a group (法人或其他组织) below the whole row of which it is one: they
    stand where the group does. Where the group's head is lost, 自然人 总计 before the parts is the form's own order,
    and so it is where these stand on a line between the group's and the parts': half way down a cell as high as both.
    Heads that do not stand so, the parts all behind the others, are read as they follow each other. Of a head that
    stands several times (in prose before the table) the last counts.
    """
    names = {key: a.code for a in catalogue.applicants for key in a.keys} | catalogue.applicant_head_keys
    words = list(map(bare, lines))
    starts = list(accumulate(map(len, words)))
    last: dict[str, int] = {}
    for match in _pattern(tuple(names)).finditer("".join(words)):
        last[names[match[0]]] = match.start()
    line = {code: bisect_right(starts, at) for code, at in last.items()}
    group_of = {a.code: a.parent_code for a in catalogue.applicants}
    order = sorted((code for code in last if code in group_of), key=last.__getitem__)
    parts = [code for code in order if group_of[code]]
    tops = [code for code in order if not group_of[code]]
    group = group_of[parts[0]] if parts else None
    of_form = [a.code for a in catalogue.applicants if a.code in last]
    if order != [*tops, *parts]:
        return tuple(order)
    is_split = bool(parts) and tops == [code for code in of_form if code in tops]
    is_half_way = is_split and group in last and len(tops) > 1 and {line[code] for code in tops} == {line[tops[0]]} \
        and line[group] < line[tops[0]] < line[parts[0]]
    if is_half_way or (is_split and group not in last):
        before = [code for code in tops if of_form.index(code) < min(map(of_form.index, parts))]
    elif group in last:
        before = [code for code in tops if last[code] < last[group]]
    else:
        return tuple(order)
    return (*before, *parts, *tops[len(before):])


@lru_cache(maxsize=4)
def _pattern(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, keys), key=len, reverse=True)))


def applicant_columns(heads: Sequence[Sequence[Cell]], under: Sequence[Sequence[Cell]],
                      catalogue: Catalogue) -> dict[int, str]:
    """The applicant type of each column by the heads above it; ``under`` is the row below them, if any.

    Of a head that stands above two columns neither is taken, and none at all where two heads stand above one column or
    the columns do not follow each other as the heads do: then a span is lost or wrong.
    """
    keys = {key: a.code for a in catalogue.applicants for key in a.keys}
    if several := _several(keys, heads, under):
        return _of_latest_year(several, (*heads, *under))
    cells = [cell for row in heads for cell in _of_types(row, heads, catalogue) if head_key(cell.text) in keys]
    printed = {(cell.column, keys[head_key(cell.text)]) for cell in cells}
    columns = dict(sorted(printed))
    if len(columns) < len(printed):
        return {}
    times = Counter(columns.values())
    columns = {column: code for column, code in columns.items() if times[code] == 1}
    in_turn = [code for code in applicants_in_turn(heads, catalogue) if code in columns.values()]
    return columns if len({cell.row for cell in cells}) == 1 or in_turn == list(columns.values()) else {}


def applicants_in_turn(heads: Sequence[Sequence[Cell]], catalogue: Catalogue) -> tuple[str, ...]:
    """The applicant types as their heads follow each other, each in the row where it begins."""
    lines = []
    for row in heads:
        number = max(cell.row for cell in row)
        own = (cell for cell in _of_types(row, heads, catalogue) if cell.row == number)
        lines.append("".join(head_key(cell.text) for cell in own))
    return applicant_order(lines, catalogue)


def _of_types(row: Sequence[Cell], heads: Sequence[Sequence[Cell]], catalogue: Catalogue) -> Iterable[Cell]:
    """The cells of a row of heads but the sum of a group: a 合计 below the group's head, if one stands beside."""
    groups = {a.parent_code for a in catalogue.applicants if a.parent_code}
    sums = {key for a in catalogue.applicants if a.is_total for key in a.keys}
    inside = {column for line in heads for column, cell in enumerate(line)
              if catalogue.applicant_head_keys.get(head_key(cell.text)) in groups}
    if any(head_key(cell.text) in sums and cell.column not in inside for line in heads for cell in line):
        return (cell for cell in distinct(row) if not (cell.column in inside and head_key(cell.text) in sums))
    return distinct(row)


def _several(keys: dict[str, str], heads: Sequence[Sequence[Cell]],
             under: Sequence[Sequence[Cell]]) -> dict[str, set[int]]:
    """By applicant type the columns below its heads, where each type has several: the figures of two years."""
    columns: defaultdict[str, set[int]] = defaultdict(set)
    cells = [cell for row in under for cell in distinct(row)]
    for head in (cell for row in heads for cell in distinct(row)):
        if code := keys.get(head_key(head.text)):
            end = head.column + head.colspan
            columns[code] |= {c.column for c in cells if head.column <= c.column and c.column + c.colspan <= end}
    return columns if columns and all(len(own) > 1 for own in columns.values()) else {}


def _of_latest_year(several: dict[str, set[int]], heads: Sequence[Sequence[Cell]]) -> dict[int, str]:
    """Of several columns for each applicant type those of the latest year; none where the heads do not tell it."""
    years = {column: max((year for row in heads for year in _LATEST.findall(row[column].text)), default="")
             for own in several.values() for column in own}
    columns = {column: code for code, own in several.items() for column in own if years[column] == max(years.values())}
    return columns if len(columns) == len(several) == len(set(columns.values())) else {}
