"""Regular expressions that Python and PostgreSQL read alike, matched in bounded time.

What both engines share is small: characters, classes, groups, alternatives and counts. Here an
expression is a tree (``regular_source`` reads one from text). It is written out as one text for
both engines, and it is matched without backtracking, by sets of positions: no expression and no
text takes long.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from functools import lru_cache

from msgspec import Struct


class Text(Struct, frozen=True):
    """Exactly this text."""

    value: str


class Chars(Struct, frozen=True):
    """One character inside (or, negated, outside) the ranges of code points, ends included."""

    ranges: tuple[tuple[int, int], ...]
    negated: bool = False

    def holds(self, character: str) -> bool:
        """Whether the character is one of them."""
        code = ord(character)
        for low, high in self.ranges:
            if low <= code <= high:
                return not self.negated
        return self.negated


class Sequence(Struct, frozen=True):
    """One after the other."""

    items: tuple[Node, ...]


class Choice(Struct, frozen=True):
    """One of several."""

    items: tuple[Node, ...]


class Repeat(Struct, frozen=True):
    """``least`` to ``most`` times; None is without end."""

    item: Node
    least: int
    most: int | None


Node = Text | Chars | Sequence | Choice | Repeat

ANYTHING = Repeat(Chars((), negated=True), 0, None)
"""Any text, also none."""


def starts(node: Node, text: str, ends: Set[int]) -> Set[int]:
    """The positions from which the node matches up to one of ``ends``."""
    match node:
        case Text(value):
            size = len(value)
            return {
                end - size for end in ends if end >= size and text.startswith(value, end - size)
            }
        case Chars():
            return {end - 1 for end in ends if end and node.holds(text[end - 1])}
        case Sequence(items):
            for item in reversed(items):
                if not ends:
                    break
                ends = starts(item, text, ends)
            return ends
        case Choice(items):
            return set().union(*(starts(item, text, ends) for item in items))
        case Repeat():
            return _starts_of_repeat(node, text, ends)


def _starts_of_repeat(node: Repeat, text: str, ends: Set[int]) -> Set[int]:
    for _ in range(node.least):
        before, ends = ends, starts(node.item, text, ends)
        if ends == before:  # empty, or the item may match nothing: more of it changes nothing
            break
    if node.most is None and isinstance(node.item, Chars):
        return _runs(node.item, text, ends)
    reached, fresh, left = set(ends), ends, None if node.most is None else node.most - node.least
    while fresh and left != 0:
        fresh = starts(node.item, text, fresh) - reached
        reached |= fresh
        left = None if left is None else left - 1
    return reached


def _runs(item: Chars, text: str, ends: Set[int]) -> Set[int]:
    """The positions from which nothing but such characters stands up to one of ``ends``."""
    reached = set(ends)
    letters = _letters(item)
    start = len(text) + 1
    for end in sorted(ends, reverse=True):
        if end >= start:
            continue  # inside the run behind
        start = end
        if letters:
            start = len(text[:end].rstrip(letters))
        else:
            while start and item.holds(text[start - 1]):
                start -= 1
        reached.update(range(start, end))
    return reached


@lru_cache(maxsize=256)
def _letters(item: Chars) -> str:
    """All characters that are inside; empty where those are too many to be listed."""
    if item.negated or sum(high - low + 1 for low, high in item.ranges) > _MOST_LETTERS:
        return ""
    return "".join(chr(code) for low, high in item.ranges for code in range(low, high + 1))


_MOST_LETTERS = 256


def fits(node: Node, text: str) -> bool:
    """Whether the whole text matches."""
    return 0 in starts(node, text, {len(text)})


def shortest(node: Node) -> int:
    """The length of the shortest text that matches."""
    match node:
        case Text(value):
            return len(value)
        case Chars():
            return 1
        case Sequence(items):
            return sum(map(shortest, items))
        case Choice(items):
            return min(map(shortest, items))
        case Repeat(item, least, _):
            return shortest(item) * least


def example(node: Node) -> str:
    """A text that matches, one of the shortest."""
    match node:
        case Text(value):
            return value
        case Chars(ranges, negated):
            first = chr(ranges[0][0]) if ranges and not negated else ""
            return first or next(one for one in _PLAIN if node.holds(one))
        case Sequence(items):
            return "".join(map(example, items))
        case Choice(items):
            return example(min(items, key=shortest))
        case Repeat(item, least, _):
            return example(item) * least


_PLAIN = ["x", " ", "1", *map(chr, range(33, 0x3000))]
"""Characters that look well where any does; a class that leaves out all of them is too long to be
written."""


def may_hold(node: Node, character: str) -> bool:
    """Whether the character can stand in what the node matches."""
    match node:
        case Text(value):
            return character in value
        case Chars():
            return node.holds(character)
        case Sequence(items) | Choice(items):
            return any(may_hold(item, character) for item in items)
        case Repeat(item):
            return may_hold(item, character)


def longest_first(node: Node) -> bool:
    """Whether of two ways in which the node can match the first that is tried is the longer one,
    as far as choices tell: of those the items must be of one length."""
    match node:
        case Text() | Chars():
            return True
        case Sequence(items):
            return all(map(longest_first, items))
        case Choice(items):
            return len({size for item in items for size in (shortest(item), longest(item))}) == 1
        case Repeat(item):
            return longest_first(item)


def longest(node: Node) -> int | None:
    """The length of the longest text that matches; None where there is none."""
    match node:
        case Text(value):
            return len(value)
        case Chars():
            return 1
        case Sequence(items):
            sizes = [longest(item) for item in items]
            return None if None in sizes else sum(size or 0 for size in sizes)
        case Choice(items):
            sizes = [longest(item) for item in items]
            return None if None in sizes else max(size or 0 for size in sizes)
        case Repeat(item, _, most):
            size = longest(item)
            return None if size is None or most is None else size * most


def written(node: Node) -> str:
    """The expression as both engines read it."""
    match node:
        case Text(value):
            return "".join(map(_escaped, value))
        case Chars(ranges, negated):
            return _class(ranges, negated)
        case Sequence(items):
            return "".join(map(written, items))
        case Choice(items):
            return f"(?:{'|'.join(map(written, items))})"
        case Repeat(item, least, most):
            single = isinstance(item, Chars | Choice) or (
                isinstance(item, Text) and len(item.value) == 1
            )
            return (written(item) if single else f"(?:{written(item)})") + _count(least, most)


def _class(ranges: tuple[tuple[int, int], ...], negated: bool) -> str:
    if not ranges:
        return r"[\u0001-\U0010ffff]"
    inner = "".join(
        _escaped(chr(low)) if low == high else f"{_escaped(chr(low))}-{_escaped(chr(high))}"
        for low, high in ranges
    )
    return f"[{'^' if negated else ''}{inner}]"


def _count(least: int, most: int | None) -> str:
    signs = {(0, None): "*", (1, None): "+", (0, 1): "?"}
    if (least, most) in signs:
        return signs[least, most]
    if least == most:
        return f"{{{least}}}"
    return f"{{{least},{'' if most is None else most}}}"


def _escaped(character: str) -> str:
    if character.isalnum() or character == "_" or (character.isprintable() and character > "\x7f"):
        return character
    if character.isascii() and character.isprintable() and character != " ":
        return "\\" + character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def one_of(values: Iterable[str]) -> Node:
    """One of the texts."""
    return Choice(tuple(Text(value) for value in values))
