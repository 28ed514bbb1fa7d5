"""Markdown → a flat line of blocks, each with its offsets in the source.

What stands between two headings is read by itself: where all of it is plain, without the library.
For the rest markdown-it-py says which lines are what; where in a line a text begins is found in the
line.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

from ctb_lint.readers.catalogue import cells
from ctb_lint.readers.catalogue.blocks import (
    Block,
    Fence,
    Heading,
    Lines,
    Row,
    Rule,
    Table,
    TooDeep,
)
from ctb_lint.readers.catalogue.fences import Forgotten, closed, ends, fenced
from ctb_lint.readers.catalogue.lines import Piece, parts_of, visible
from ctb_lint.readers.catalogue.plain import plain_blocks
from ctb_lint.readers.catalogue.source import Source

MAX_NESTING = 60
_CONTAINER = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*")
_CLOSING = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*$")
_HASHES = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*#{1,6}[ \t]*")


class Blocks(Struct, frozen=True):
    """The blocks of a text in order, and the fences that it forgets to close."""

    blocks: list[Block]
    forgotten: tuple[Forgotten, ...]


@cache
def _parser() -> MarkdownIt:
    logging.getLogger("markdown_it").setLevel(logging.WARNING)
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    parser.core.ruler.enableOnly(["block"])
    # Definitions of links would vanish from the tokens; as paragraphs they can be read.
    parser.block.ruler.disable("reference")
    return parser


def read_blocks(source: Source) -> Blocks:
    """The blocks of a text. Never raises; takes time in proportion to the text."""
    lines = source.lines
    look = fenced(lines)
    text, origin = closed(lines, look.forgotten)
    blocks: list[Block] = []
    bounds = [0, *_places(look.headings, origin), len(text)]
    place = 0
    while place < len(bounds) - 1:
        first, last = bounds[place], bounds[place + 1]
        found: list[Block] | None = None
        if origin[last - 1] - origin[first] == last - 1 - first:  # nothing was put in between
            start = origin[first]
            found = plain_blocks(text[first:last], source.line_starts[start : start + last - first])
        if found is not None:
            blocks += found
            place += 1
            continue
        taken, tokens = _parsed(text, bounds, place)
        place += taken
        last = bounds[place]
        origins = [*origin[first:last], (origin[last] if last < len(origin) else len(lines))]
        blocks.extend(_Translation(source, origins).blocks(tokens))
    return Blocks(blocks, look.forgotten)


def _places(headings: Sequence[int], origin: Sequence[int]) -> Iterator[int]:
    """Where the lines of those numbers stand among the lines of these, the first line apart."""
    for number in headings:
        place = bisect_left(origin, number)
        # An end that was put in has the number of the line before it.
        if place:
            yield place


def _parsed(text: list[str], bounds: Sequence[int], place: int) -> tuple[int, Sequence[Token]]:
    """The tokens of the piece that begins at a bound; where it turns out to end inside a block,
    of more pieces. How many those are."""
    most = len(bounds) - 1 - place
    taken = 1
    while True:
        lines = text[bounds[place] : bounds[place + taken]]
        tokens = _parser().parse("\n".join(lines) + "\n")
        if taken == most or _ends_well(tokens, lines):
            return taken, tokens
        taken = min(4 * taken, most)


def _ends_well(tokens: Sequence[Token], lines: list[str]) -> bool:
    last = tokens[-1] if tokens else None
    if last is None or last.map is None or last.level or last.type not in {"fence", "html_block"}:
        return True
    if last.type == "html_block":
        return last.map[1] < len(lines)
    return last.map[1] > last.map[0] + 1 and ends(lines[last.map[1] - 1], last.markup)


def _is_closed(fence: Token, line: str) -> bool:
    match = _CLOSING.match(line)
    return match is not None and match[1].startswith(fence.markup)


class _Translation:
    """The tokens of one piece as blocks."""

    def __init__(self, source: Source, origin: list[int]) -> None:
        self.source = source
        self.origin = origin
        self.depth = 0
        self.item: tuple[int | None] | None = None
        """The number of the list item that has just begun."""
        self.ordered: list[bool] = []

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "table_open":
                end = index
                while tokens[end].type != "table_close":
                    end += 1
                yield self._table(tokens[index:end], token.level)
                index = end
            else:
                yield from self._block(token, tokens[index + 1 : index + 2])
            index += 1

    def _block(self, token: Token, following: Sequence[Token]) -> Iterator[Block]:
        kind = token.type
        if kind in {"bullet_list_open", "ordered_list_open"}:
            self.ordered.append(kind == "ordered_list_open")
            self.depth += 1
        elif kind in {"bullet_list_close", "ordered_list_close"}:
            self.ordered.pop()
            self.depth -= 1
        elif kind == "list_item_open":
            number = token.info if self.ordered and self.ordered[-1] else ""
            self.item = (int(number) if number.isdigit() else None,)
            if token.level + 3 >= MAX_NESTING:
                yield TooDeep(self._whole_line(token))
        elif kind == "blockquote_open" and token.level + 3 >= MAX_NESTING:
            yield TooDeep(self._whole_line(token))
        elif kind == "heading_open" and following:
            yield Heading(int(token.tag[1:]), self._heading(following[0]))
            self.item = None
        elif kind == "paragraph_open" and following:
            yield from self._paragraph(following[0])
        elif kind == "fence":
            yield self._fence(token)
            self.item = None
        elif kind == "code_block":
            yield self._indented(token)
            self.item = None
        elif kind == "hr" and not token.level and token.map:
            yield Rule(self.source.line_start(self.origin[token.map[0]]))

    def _lines(self, token: Token) -> range:
        first, last = token.map or (0, 0)
        return range(first, last)

    def _whole_line(self, token: Token) -> Piece:
        number = self.origin[self._lines(token).start]
        start = self.source.line_start(number)
        text = self.source.line(number)
        return Piece(text.strip(), start, start + len(text))

    def _heading(self, token: Token) -> Piece:
        """The text of a heading. A setext heading of several lines is one text."""
        content = token.content.split("\n")
        pieces = [
            self._found(text, self.origin[number], _HASHES)
            for text, number in zip(content, self._lines(token), strict=False)
        ]
        if not pieces:
            return Piece(token.content, 0, 0)
        joined = " ".join(piece.text for piece in pieces)
        return Piece(joined, pieces[0].start, pieces[-1].end)

    def _paragraph(self, token: Token) -> Iterator[Block]:
        content = token.content.split("\n")
        pieces = tuple(
            self._found(text, self.origin[number], None)
            for text, number in zip(content, self._lines(token), strict=False)
        )
        item, self.item = self.item, None
        in_cells = all(piece.text.startswith("|") for piece in pieces)
        if in_cells and (table := cells.headless(pieces)):
            yield table
            return
        number = item[0] if item else None
        yield Lines(pieces, parts_of(pieces), item is not None, number, self.depth)

    def _found(self, text: str, number: int, prefix: re.Pattern[str] | None) -> Piece:
        """A line's content in its source line."""
        line, base = self.source.line(number), self.source.line_start(number)
        text = text.strip()
        if prefix is None and line.rstrip().endswith(text):
            start = len(line.rstrip()) - len(text)
        else:
            match = prefix.match(line) if prefix else None
            start = max(line.find(text, match.end() if match else 0), 0)
        return visible(Piece(text, base + start, base + min(start + len(text), len(line))))

    def _fence(self, token: Token) -> Fence:
        lines = self._lines(token)
        opening = self.origin[lines.start]
        start = self.source.line_start(opening)
        last = self.origin[lines.stop - 1]
        # A missing end that was put in stands for the line above it.
        put_in = lines.stop - lines.start > 1 and last == self.origin[lines.stop - 2]
        ended = len(lines) > 1 and _is_closed(token, self.source.line(last))
        first = self.source.line_start(opening + 1)
        end = self.source.line_start(last if ended and not put_in else last + 1)
        head = Piece(self.source.line(opening), start, start + len(self.source.line(opening)))
        body = Piece(token.content, min(first, end), end)
        return Fence(token.info.strip(), head, body, ended and not put_in)

    def _indented(self, token: Token) -> Fence:
        lines = self._lines(token)
        opening, last = self.origin[lines.start], self.origin[lines.stop - 1]
        start, text = self.source.line_start(opening), self.source.line(opening)
        body = Piece(token.content, start, self.source.line_start(last + 1))
        return Fence("", Piece(text, start, start + len(text)), body)

    def _table(self, tokens: Sequence[Token], level: int) -> Table:
        rows = [token for token in tokens if token.type == "tr_open"]
        return cells.table(
            [self._row(self.origin[self._lines(token).start], level > 0) for token in rows]
        )

    def _row(self, number: int, nested: bool) -> Row:
        line, base = self.source.line(number), self.source.line_start(number)
        match = _CONTAINER.match(line) if nested else None
        start = match.end() if match else len(line) - len(line.lstrip())
        return cells.row(line[start:].rstrip(), base + start)
