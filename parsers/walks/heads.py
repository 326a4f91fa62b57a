"""In which order the columns of the request matrix stand where a copy does not say what spans: told by its heads."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

from parsers.catalogue.model import Catalogue
from parsers.labels import bare


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
