"""A regular expression as somebody writes it, read into the tree of ``regular``.

Only that is taken which Python and PostgreSQL read alike; of all else the reason is given.
"""

from __future__ import annotations

from ctb_lint.regular import Chars, Choice, Node, Repeat, Sequence, Text

MAX_COUNT = 255
"""The largest count that PostgreSQL accepts in ``{m,n}``."""
MAX_SOURCE = 500
"""The longest expression that is read, in characters."""
MAX_DEPTH = 2
"""How deep counts may stand inside counts."""


class PatternError(ValueError):
    """An expression that is not one, or that the two engines would not read alike."""


def parsed(source: str) -> Node:
    """The tree of an expression.

    Understood are characters, ``\\`` before punctuation, ``\\d``, ``\\w``, ``.`` (all but a line
    break), classes, groups ``( )`` and ``(?: )``, ``|`` and the counts ``* + ? {m} {m,} {m,n}``.
    Raises PatternError with the reason for anything else: anchors, references, lookaround.
    """
    if len(source) > MAX_SOURCE:
        raise PatternError(f"it is longer than {MAX_SOURCE} characters")
    parser = _Parser(source)
    node = parser.choice(0)
    if parser.at < len(source):
        raise PatternError(f"it has a ) too many at character {parser.at + 1}")
    return node


_SHORTHANDS = {
    "d": ((ord("0"), ord("9")),),
    "w": ((ord("0"), ord("9")), (ord("A"), ord("Z")), (ord("_"),) * 2, (ord("a"), ord("z"))),
}
_NO_BREAK = Chars(((10, 10),), negated=True)


class _Parser:
    """Reads an expression from left to right; ``at`` is the position reached."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> str:
        return self.source[self.at : self.at + 1]

    def take(self, what: str) -> str:
        character = self.next
        if not character:
            raise PatternError(f"it ends within {what}")
        if character == "\0" or 0xD800 <= ord(character) <= 0xDFFF:
            raise PatternError(f"character {self.at + 1} cannot be part of an id")
        self.at += 1
        return character

    def choice(self, depth: int) -> Node:
        if depth > MAX_DEPTH * 4:
            raise PatternError("its groups are nested too deep")
        items = [self.sequence(depth)]
        while self.next == "|":
            self.at += 1
            items.append(self.sequence(depth))
        return items[0] if len(items) == 1 else Choice(tuple(items))

    def sequence(self, depth: int) -> Node:
        items: list[Node] = []
        while self.next and self.next not in "|)":
            items.append(self.counted(depth))
        if not items:
            raise PatternError("one of its alternatives is empty")
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def counted(self, depth: int) -> Node:
        item = self.atom(depth)
        count = self.count()
        if count is None:
            return item
        if self.next and self.next in "*+?{":
            raise PatternError(f"character {self.at + 1} counts a count; set a group around it")
        if _counts_within(item) >= MAX_DEPTH:
            raise PatternError("its counts are nested too deep")
        return Repeat(item, *count)

    def count(self) -> tuple[int, int | None] | None:
        signs: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self.next in signs:
            return signs[self.take("a count")]
        if self.next != "{":
            return None
        closing = self.source.find("}", self.at)
        least, comma, most = self.source[self.at + 1 : max(closing, self.at)].partition(",")
        numbers = [number for number in (least, most) if number or number is least]
        if closing < 0 or not all(n.isascii() and n.isdigit() and len(n) < 4 for n in numbers):
            raise PatternError(f"character {self.at + 1} begins a count that is none")
        self.at = closing + 1
        low = int(least)
        high = int(most) if most else None if comma else low
        if max(low, high or 0) > MAX_COUNT or (high is not None and high < max(low, 1)):
            raise PatternError(f"{{{least}{comma}{most}}} is no count from 1 to {MAX_COUNT}")
        return low, high

    def atom(self, depth: int) -> Node:
        character = self.take("an expression")
        if character == "(":
            if self.next == "?" and not self.source.startswith("?:", self.at):
                raise PatternError(f"the group at character {self.at} is of a kind not understood")
            self.at += 2 if self.next == "?" else 0
            node = self.choice(depth + 1)
            if self.take("a group") != ")":
                raise PatternError("a group is not closed")
            return node
        if character == "[":
            return self.chars()
        if character == "\\":
            return Chars(self.escape())
        if character == ".":
            return _NO_BREAK
        if character in "^$":
            raise PatternError(f"{character} is not needed: the whole part has to match")
        if character in "*+?{":
            raise PatternError(f"{character} at character {self.at} has nothing to count")
        return Text(character)

    def escape(self) -> tuple[tuple[int, int], ...]:
        character = self.take("an escape")
        if character in _SHORTHANDS:
            return _SHORTHANDS[character]
        if character.isalnum() or character == "_":
            raise PatternError(f"\\{character} is not understood")
        return ((ord(character),) * 2,)

    def chars(self) -> Chars:
        negated = self.next == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while self.next != "]":
            low = self.member()
            if self.next == "-" and self.source[self.at + 1 : self.at + 2] not in {"]", ""}:
                self.at += 1
                high = self.member()
                if len(low) > 1 or len(high) > 1 or low[0][0] > high[0][1]:
                    raise PatternError(f"the range that ends at character {self.at} is none")
                low = ((low[0][0], high[0][1]),)
            ranges.extend(low)
        self.at += 1
        if not ranges:
            raise PatternError("it has an empty class")
        return Chars(tuple(ranges), negated)

    def member(self) -> tuple[tuple[int, int], ...]:
        character = self.take("a class")
        if character == "[":
            raise PatternError("[ within a class has to be written \\[")
        return self.escape() if character == "\\" else ((ord(character),) * 2,)


def _counts_within(node: Node) -> int:
    match node:
        case Sequence(items) | Choice(items):
            return max(map(_counts_within, items))
        case Repeat(item):
            return 1 + _counts_within(item)
    return 0
