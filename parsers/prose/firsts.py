"""Long alternations made quick to search: a position where no match can begin is passed over at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]

WIDEST_RANGE = 300


class _AnyCharacter(Exception):
    """A match may begin with a character that cannot be listed, or be empty."""


def quick(pattern: str) -> str:
    """The same pattern, matching the same, with a look at its first character before the alternatives are tried.

    Python's engine tries every alternative at every position of a search, unless each begins with a plain character.
    A pattern whose first characters cannot be listed is returned as it is.
    """
    try:
        characters, may_be_empty = _firsts(_parser.parse(pattern))
    except _AnyCharacter:
        return pattern
    if may_be_empty:
        return pattern
    return f"(?=[{re.escape(''.join(map(chr, sorted(characters))))}])(?:{pattern})"


def _firsts(items: Iterable) -> tuple[set[int], bool]:
    """The characters with which a sequence can begin, and whether it can be empty."""
    found: set[int] = set()
    for operation, argument in items:
        if operation in (code.AT, code.ASSERT, code.ASSERT_NOT):  # no width: what follows decides
            continue
        characters, may_be_empty = _firsts_of(operation, argument)
        found |= characters
        if not may_be_empty:
            return found, False
    return found, True


def _firsts_of(operation: object, argument: tuple) -> tuple[set[int], bool]:
    if operation is code.LITERAL:
        return {argument}, False
    if operation is code.IN:
        return _members(argument), False
    if operation is code.SUBPATTERN:
        return _firsts(argument[-1])
    if operation in (code.MAX_REPEAT, code.MIN_REPEAT):
        least, _, repeated = argument
        characters, may_be_empty = _firsts(repeated)
        return characters, may_be_empty or not least
    if operation is code.BRANCH:
        branches = [_firsts(branch) for branch in argument[1]]
        return set().union(*(characters for characters, _ in branches)), any(empty for _, empty in branches)
    raise _AnyCharacter


def _members(members: Iterable) -> set[int]:
    found: set[int] = set()
    for operation, argument in members:
        if operation is code.LITERAL:
            found.add(argument)
        elif operation is code.RANGE and argument[1] - argument[0] < WIDEST_RANGE:
            found.update(range(argument[0], argument[1] + 1))
        else:
            raise _AnyCharacter
    return found
