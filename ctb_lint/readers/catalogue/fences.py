"""Fences that somebody forgot to close: where they were meant to end.

Markdown lets such a block swallow everything behind it. What it swallows is headings and further
blocks, so that is where it is cut.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from msgspec import Struct

_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_CLOSE = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*$")
_HEADING = re.compile(r"#{1,6}[ \t]+\S")
_DEEP_HEADING = re.compile(r"#{2,6}[ \t]+\S")
_HASH_IS_A_COMMENT = frozenset(
    {"bash", "sh", "shell", "zsh", "console", "python", "py", "ruby", "rb", "yaml", "yml", "toml",
     "ini", "conf", "make", "dockerfile", "perl", "r", "env", "dotenv", "powershell", "ps1", ""}
)  # fmt: skip

_MOST = 1_000
"""So many are cut short; what is made to hold more is not worth reading again and again."""


class Forgotten(Struct, frozen=True):
    """A fence without an end. ``line`` is the 0-based one that opens it, ``mark`` its marks;
    ``before`` is the line before which it should have been closed, None for the end."""

    line: int
    mark: str
    before: int | None


class Fenced(Struct, frozen=True):
    """What a look at the fences of a text tells: those that are not closed, and the lines of
    headings that stand outside all fences (0-based)."""

    forgotten: tuple[Forgotten, ...]
    headings: tuple[int, ...]


class _Open(Struct):
    line: int
    mark: str
    language: str
    heading: int | None = None


def fenced(lines: Sequence[str]) -> Fenced:
    """Looks at every line once, but for those that a forgotten fence swallowed: twice."""
    forgotten: list[Forgotten] = []
    headings: list[int] = []
    current: _Open | None = None
    # No other line begins or ends anything.
    telling = [
        n for n, line in enumerate(lines) if line[:1] == "#" or "```" in line or "~~~" in line
    ]
    place = 0
    while place < len(telling):
        number = telling[place]
        line = lines[number]
        if current is None:
            if line.startswith("#") and _HEADING.match(line):
                headings.append(number)
            current = _opened(line, number)
        elif _closes(current, line):
            current = None
        elif _reopens(current, line):
            before = number if current.heading is None else current.heading
            forgotten.append(Forgotten(current.line, current.mark, before))
            place, current = bisect_left(telling, before), None
            continue
        elif current.heading is None and _is_heading(current, line):
            current.heading = number
        place += 1
        if place == len(telling) and current is not None:
            forgotten.append(Forgotten(current.line, current.mark, current.heading))
            if current.heading is not None and len(forgotten) < _MOST:
                place = bisect_left(telling, current.heading)
            current = None
    return Fenced(tuple(forgotten), tuple(headings))


def _opened(line: str, number: int) -> _Open | None:
    if "```" not in line and "~~~" not in line:
        return None
    match = _FENCE.match(line)
    if match is None:
        return None
    words = match[2].split(None, 1)
    return _Open(number, match[1], words[0].lower() if words else "")


def _closes(current: _Open, line: str) -> bool:
    match = _CLOSE.match(line) if current.mark[:3] in line else None
    return match is not None and match[1].startswith(current.mark)


def _reopens(current: _Open, line: str) -> bool:
    """Whether the line opens a fence of the same marks: nobody writes that inside one."""
    match = _FENCE.match(line) if current.mark in line else None
    return match is not None and match[1] == current.mark and bool(match[2].strip())


def _is_heading(current: _Open, line: str) -> bool:
    pattern = _DEEP_HEADING if current.language in _HASH_IS_A_COMMENT else _HEADING
    return line.startswith("#") and pattern.match(line) is not None


def closed(lines: list[str], forgotten: tuple[Forgotten, ...]) -> tuple[list[str], Sequence[int]]:
    """The lines with the missing ends of the fences between them, and the number of each; that of
    an end that was put in is the number of the line before it."""
    ends = {one.before: one.mark for one in forgotten if one.before is not None}
    if not ends:
        return lines, range(len(lines))
    text: list[str] = []
    numbers: list[int] = []
    for number, line in enumerate(lines):
        if number in ends:
            text.append(ends[number])
            numbers.append(max(number - 1, 0))
        text.append(line)
        numbers.append(number)
    return text, numbers


def ends(line: str, mark: str) -> bool:
    """Whether a line ends the block that a mark has opened outside lists and quotes."""
    text = line.rstrip(" \t")
    bare = text.lstrip(" ")
    return len(text) - len(bare) < 4 and len(bare) >= len(mark) and not bare.strip(mark[0])
