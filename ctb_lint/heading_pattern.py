"""The expression that finds an entry's heading and the name of its table, in bounded time.

It is written by whoever writes the configuration, and is held against every heading of a document
that others write: it is matched without backtracking, by sets of positions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from ctb_lint import regular
from ctb_lint.regular import Node, Text
from ctb_lint.regular_source import PatternError, parsed

LONGEST = 300
"""The longest heading that is looked at, in characters: no table's name needs more around it."""
_DIGITS = re.compile(r"[0-9]+")
_NAMED = re.compile(r"\(\?P?<name>")


class HeadingPattern(Struct, frozen=True):
    """What stands before the name, the name, and what stands behind it; whether that has to be
    all from the beginning of the heading, or up to its end."""

    before: Node
    name: Node
    behind: Node
    from_start: bool = False
    to_end: bool = False

    def around(self, name: str, number: int | None) -> tuple[str, str] | None:
        """What can stand before and behind a table's name in the heading of an entry, with the
        entry's number where it may have one; None where the name cannot be found there."""
        before, behind = regular.example(self.before), regular.example(self.behind)
        for start in _numbered(before, number):
            if self.find(start + name + behind) == (len(start), len(start + name)):
                return start, behind
        return None

    def find(self, text: str) -> tuple[int, int] | None:
        """From where to where the table's name stands in a heading, None where it has none. What
        is found first counts, and of the names there the longest."""
        size = len(text)
        if size > LONGEST:
            return None
        ends = regular.starts(self.behind, text, {size} if self.to_end else set(range(size + 1)))
        begins = regular.starts(self.name, text, ends)
        found = regular.starts(self.before, text, begins)
        found = found & {0} if self.from_start else found
        if not found:
            return None
        first = min(found)
        begin = min(one for one in begins if first in regular.starts(self.before, text, {one}))
        return begin, max(one for one in ends if begin in regular.starts(self.name, text, {one}))


def _numbered(before: str, number: int | None) -> Iterator[str]:
    """What may stand before a name: with the number where it has one, else behind the number."""
    if number is not None:
        if _DIGITS.search(before):
            yield _DIGITS.sub(str(number), before, count=1)
        yield f"{number}. {before}"
    yield before


def heading_pattern(source: str) -> HeadingPattern:
    """The expression, read. The table's name is its group ``name``, else its first group, else all
    of it. Understood is what ``regular_source`` does, ``^`` at the beginning and ``$`` at the end.

    Raises PatternError with the reason where it is none.
    """
    from_start = source.startswith("^")
    core = source[1:] if from_start else source
    to_end = core.endswith("$") and (len(core) - len(core[:-1].rstrip("\\"))) % 2 == 1
    core = core[:-1] if to_end else core
    begin, inner, end = _group(core)
    name = parsed(core[inner:end])
    if not regular.shortest(name):
        raise PatternError("the table's name may be nothing at all")
    return HeadingPattern(
        _optional(core[:begin]), name, _optional(core[end + 1 :]), from_start, to_end
    )


def _optional(source: str) -> Node:
    return parsed(source) if source else Text("")


def _group(source: str) -> tuple[int, int, int]:
    """Where the group of the name begins, where what is in it does, and where that ends; all of
    the expression where it has no group."""
    found: list[tuple[int, int, int]] = []
    stack: list[tuple[int, int]] = []
    alternatives, at = False, 0
    while at < len(source):
        character = source[at]
        if character == "\\":
            at += 1
        elif character == "[":
            at = _end_of_class(source, at)
        elif character == "(":
            stack.append((at, _inner(source, at)))
        elif character == ")" and stack:
            begin, inner = stack.pop()
            named = _NAMED.match(source, begin)
            if stack and named:
                raise PatternError("the group of the name stands inside another group")
            if not stack and inner:
                found.append((begin, inner, at))
        elif character == "|" and not stack:
            alternatives = True
        at += 1
    if not found:
        return 0, 0, len(source)
    if alternatives:
        raise PatternError("alternatives have to stand in a group (?: )")
    return next((one for one in found if _NAMED.match(source, one[0])), found[0])


def _inner(source: str, at: int) -> int:
    """Where what is in a group begins that could be the name's; 0 where it could not."""
    named = _NAMED.match(source, at)
    if named:
        return named.end()
    return 0 if source.startswith("(?", at) else at + 1


def _end_of_class(source: str, at: int) -> int:
    at += 1
    while at < len(source) and source[at] != "]":
        at += 2 if source[at] == "\\" else 1
    return at
