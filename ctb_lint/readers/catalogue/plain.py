"""Markdown of the plainest kind, read without the library: most of a catalogue is that.

Headings, fences, paragraphs, lists of one level and tables between pipes, all of them from the
first column. Anything else, down to a blank too many, is for the library, which reads what is plain
in the same way and takes many times as long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ctb_lint.readers.catalogue import cells
from ctb_lint.readers.catalogue.blocks import Block, Fence, Heading, Lines, Rule
from ctb_lint.readers.catalogue.fences import ends
from ctb_lint.readers.catalogue.lines import Piece, parts_of, visible

_TEXT = (
    r"(?:[^\s0-9>#<|=:~+\-*_`]|\*\*[^\s*]|__[^\s_]|`(?!``)"
    r"|[0-9](?![0-9]{0,8}[.)](?:[ \t]|\Z)))"
)
"""How a line begins that no rule of Markdown takes for anything but text."""
_LINE = re.compile(
    rf"(?P<blank>[ \t]*\Z)|(?P<text>{_TEXT})"
    rf"|(?P<item>(?:[-*+]|(?P<number>[0-9]{{1,9}})[.)])[ ])(?={_TEXT})"
    r"|(?P<heading>\#{1,6})[ \t]+(?=[^\s#])|(?P<fence>`{3,}(?=[^`]*\Z)|~{3,})|(?P<row>\|)"
    r"|(?P<rule>(?:-{3,}|\*{3,}|_{3,})[ \t]*\Z)"
)
_DELIMITERS = re.compile(r"\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*\Z")
_MOST_CELLS = 60_000
"""Tables that may hold more are for the library: it stops where too many cells are missing."""


class _NotPlainError(Exception):
    """What stands here is for the library."""


def plain_blocks(lines: Sequence[str], starts: Sequence[int]) -> list[Block] | None:
    """The blocks of some lines, each of which begins at that offset; None where not all of them
    are plain. They must not begin inside a block; none is open behind their end."""
    reading = _Reading(lines, starts)
    try:
        reading.run()
    except _NotPlainError:
        return None
    return reading.found


class _Reading:
    def __init__(self, lines: Sequence[str], starts: Sequence[int]) -> None:
        self.lines = lines
        self.starts = starts
        self.found: list[Block] = []
        self.paragraph: list[Piece] = []
        """The lines of the paragraph that stands here."""
        self.takes_more = False
        """Whether a list item or a table stands here that would take a line of text as its own."""

    def run(self) -> None:
        index = 0
        while index < len(self.lines):
            match = _LINE.match(self.lines[index])
            if match is None:
                raise _NotPlainError
            kind = match.lastgroup
            if kind == "text":
                self._text(index)
            elif kind == "item":
                self._item(index, match)
            elif kind == "blank":
                self._end()
            elif kind == "heading":
                self._end()
                self._heading(index, match)
            elif self.takes_more or (self.paragraph and kind != "fence"):
                raise _NotPlainError
            elif kind == "fence":
                self._end()
                index = self._fence(index, match["fence"])
            elif kind == "row":
                index = self._table(index)
            else:
                self.found.append(Rule(self.starts[index]))
            index += 1
        self._end()

    def _text(self, index: int) -> None:
        if self.takes_more:
            raise _NotPlainError
        text, start = self.lines[index].rstrip(), self.starts[index]
        self.paragraph.append(visible(Piece(text, start, start + len(text))))

    def _item(self, index: int, match: re.Match[str]) -> None:
        number = int(match["number"]) if match["number"] else None
        if self.paragraph:
            if number not in {None, 1}:
                raise _NotPlainError  # which goes on with the paragraph
            self._end()
        text, start = self.lines[index][match.end() :].rstrip(), self.starts[index] + match.end()
        lines = (visible(Piece(text, start, start + len(text))),)
        self.found.append(Lines(lines, parts_of(lines), True, number, 1))
        self.takes_more = True

    def _end(self) -> None:
        if self.paragraph:
            self.found.append(Lines(tuple(self.paragraph), parts_of(self.paragraph)))
            self.paragraph = []
        self.takes_more = False

    def _heading(self, index: int, match: re.Match[str]) -> None:
        text, start = self.lines[index][match.end() :].rstrip(), self.starts[index] + match.end()
        if text.endswith("#"):
            raise _NotPlainError  # some of it may be no text
        piece = visible(Piece(text, start, start + len(text)))
        self.found.append(Heading(len(match["heading"]), piece))

    def _fence(self, index: int, mark: str) -> int:
        """The index of the line that ends the block."""
        lines, starts = self.lines, self.starts
        last = index + 1
        while last < len(lines) and not (mark in lines[last] and ends(lines[last], mark)):
            last += 1
        if last == len(lines):
            raise _NotPlainError
        line, start = lines[index], starts[index]
        body = "".join(f"{line}\n" for line in lines[index + 1 : last])
        self.found.append(
            Fence(
                line[len(mark) :].strip(),
                Piece(line, start, start + len(line)),
                Piece(body, starts[index + 1], starts[last]),
            )
        )
        return last

    def _table(self, index: int) -> int:
        """The index of the table's last line."""
        lines = self.lines
        last = index
        while last < len(lines) and lines[last].startswith("|"):
            last += 1
        head, columns = lines[index].rstrip(), lines[index].count("|")
        if (
            last - index < 2
            or "\\" in head
            or not head.endswith("|")
            or not _DELIMITERS.match(lines[index + 1])
            or lines[index + 1].count("|") != columns
            or (last - index) * columns > _MOST_CELLS
        ):
            raise _NotPlainError
        places = (index, *range(index + 2, last))
        rows = [cells.row(lines[place].rstrip(), self.starts[place]) for place in places]
        self.found.append(cells.table(rows))
        self.takes_more = True
        return last - 1
