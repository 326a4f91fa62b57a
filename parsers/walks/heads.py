"""In which order the columns of the request matrix stand where a copy does not say what spans: told by its heads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from parsers.catalogue.model import Catalogue
from parsers.labels import bare


def applicant_order(texts: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    """The applicant types in the order of their columns, from the heads in reading order; types whose head is not
    printed are left out.

    The heads may stand in two rows, the parts of a group (法人或其他组织) below the whole row of which it is one: they
    stand where the group does. Where the group's head is lost, 自然人 总计 before the parts is the form's own order. Of
    a head that stands several times (in prose before the table) the last counts.
    """
    names = {key: a.code for a in catalogue.applicants for key in a.keys} | catalogue.applicant_head_keys
    last: dict[str, int] = {}
    for match in _pattern(tuple(names)).finditer("".join(map(bare, texts))):
        last[names[match[0]]] = match.start()
    group_of = {a.code: a.parent_code for a in catalogue.applicants}
    order = sorted((code for code in last if code in group_of), key=last.__getitem__)
    parts = [code for code in order if group_of[code]]
    tops = [code for code in order if not group_of[code]]
    group = group_of[parts[0]] if parts else None
    if group in last:
        before = [code for code in tops if last[code] < last[group]]
        return (*before, *parts, *tops[len(before):])
    of_form = [a.code for a in catalogue.applicants if a.code in last]
    is_split = order == [*tops, *parts] and tops == [code for code in of_form if code in tops]
    return tuple(of_form if is_split else order)


@lru_cache(maxsize=4)
def _pattern(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, keys), key=len, reverse=True)))
