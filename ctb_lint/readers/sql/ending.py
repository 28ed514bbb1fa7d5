"""Where a statement ends, with its semicolon, and where another one can be written behind it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import structs

from ctb_lint.readers.sql.split import Split

if TYPE_CHECKING:
    from ctb_lint.readers.sql.statements import Parsed

_SEMICOLON = re.compile(r"[ \t\n\r\f\v]*+;")
_LINE_BREAK = re.compile(r"[ \t\f\v]*+(?:\r\n|\n|\r)?")
_REST_OF_LINE = re.compile(r"[ \t\f\v]*+(?=[\n\r]|\Z)")


def set_endings(parts: Iterable[Parsed], cut: Split, text: str) -> None:
    """Gives each statement its ``until`` and ``after``; ``text`` is the file's, uncut."""
    if cut.error:
        # What stands behind a string that never ends is no place to write to.
        return
    data = {block.start for block in cut.copies}
    for part in parts:
        if part.place is None:
            continue
        found = _SEMICOLON.match(cut.masked, part.place.end)
        until = found.end() if found else None
        after = _line_end(until or part.place.end, cut, text)
        part.statement = structs.replace(
            part.statement, until=until, after=None if _next_line(after, text) in data else after
        )


def _line_end(offset: int, cut: Split, text: str) -> int:
    """The end of the line, where nothing but comments stands behind the offset on it; else the
    offset itself."""
    rest = _REST_OF_LINE.match(cut.masked, offset)
    if rest is None:
        return offset
    # A comment that goes on over the line's end is the last that begins before it.
    number = bisect_left(cut.comments, rest.end(), key=lambda comment: comment.start)
    if number and cut.comments[number - 1].end > rest.end():
        return offset
    return offset + len(text[offset : rest.end()].rstrip(" \t\f\v"))


def _next_line(offset: int, text: str) -> int:
    rest = _LINE_BREAK.match(text, offset)
    return rest.end() if rest else offset
