"""Markdown → a flat line of blocks, each with its offsets in the source.

markdown-it-py says which lines are what; where in a line a text begins is found in the line.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

from ctb_lint.readers.catalogue.fences import Forgotten, closed, fenced
from ctb_lint.readers.catalogue.source import Source

CHUNK_LINES = 2_000
"""About so many lines are given to the Markdown library at once, so that its tokens are never
all in memory."""
MAX_NESTING = 60
_CELL_END = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_DELIMITERS = re.compile(r"[\s|:-]*-[\s|:-]*\Z")
_CONTAINER = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*")
_CLOSING = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*$")
_HASHES = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*#{1,6}[ \t]*")


class Piece(Struct, frozen=True):
    """A piece of text with its offsets."""

    text: str
    start: int
    end: int


class Heading(Struct, frozen=True):
    """A heading with its text as written."""

    level: int
    piece: Piece


class Fence(Struct, frozen=True):
    """A fenced block: its opening line, its content (``body``, without the container's marks),
    and whether it was closed."""

    info: str
    opening: Piece
    body: Piece
    closed: bool = True


class Lines(Struct, frozen=True):
    """A paragraph, or the text of a list item: its lines. ``item`` says that it begins a list
    item, of that ``number`` in a numbered list; ``depth`` counts the lists around it."""

    lines: tuple[Piece, ...]
    item: bool = False
    number: int | None = None
    depth: int = 0


class Row(Struct, frozen=True):
    """A row of a table."""

    cells: tuple[Piece, ...]
    whole: Piece


class Table(Struct, frozen=True):
    """A table; ``head`` is None where it has no row of headings."""

    head: Row | None
    rows: tuple[Row, ...]


class Rule(Struct, frozen=True):
    """A horizontal rule, at that offset."""

    start: int


class TooDeep(Struct, frozen=True):
    """Lists or quotes nested so deeply that what stands in them is not read."""

    piece: Piece


Block = Heading | Fence | Lines | Table | Rule | TooDeep


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
    lines = [source.line(number) for number in range(source.line_count)]
    look = fenced(lines)
    text: list[str] = []
    origin: list[int] = []
    for line, number in closed(lines, look.forgotten):
        text.append(line)
        origin.append(number)
    position = {number: index for index, number in enumerate(origin)}
    cuts = [position[number] for number in look.headings if position[number]]
    blocks: list[Block] = []
    for first, last, tokens in _chunks(text, cuts):
        origins = [*origin[first:last], (origin[last] if last < len(origin) else len(lines))]
        blocks.extend(_Translation(source, origins).blocks(tokens))
    return Blocks(blocks, look.forgotten)


def _chunks(text: list[str], cuts: list[int]) -> Iterator[tuple[int, int, Sequence[Token]]]:
    """The text's tokens a piece at a time: (first line, line behind the last, tokens). Pieces end
    before headings; where one turns out to end inside a block, it is read again with more."""
    first, index, size = 0, 0, CHUNK_LINES
    while first < len(text):
        while index < len(cuts) and cuts[index] < first + size:
            index += 1
        last = cuts[index] if index < len(cuts) else len(text)
        tokens = _parser().parse("\n".join(text[first:last]) + "\n")
        if last < len(text) and not _ends_well(tokens, text[first:last]):
            size *= 4
            continue
        yield first, last, tokens
        first, size = last, CHUNK_LINES


def _ends_well(tokens: Sequence[Token], lines: list[str]) -> bool:
    last = tokens[-1] if tokens else None
    if last is None or last.map is None or last.level or last.type not in {"fence", "html_block"}:
        return True
    if last.type == "html_block":
        return last.map[1] < len(lines)
    return _is_closed(last, lines[last.map[1] - 1] if last.map[1] > last.map[0] + 1 else "")


def _is_closed(fence: Token, line: str) -> bool:
    match = _CLOSING.match(line)
    return match is not None and match[1].startswith(fence.markup)


def _visible(piece: Piece) -> Piece:
    """The piece without HTML comments, which nobody sees: blanks stand for one inside of it."""
    text = piece.text
    kept: list[str] = []
    done = ticks = 0
    while (start := text.find("<!--", done)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        ticks += text.count("`", done, start)
        in_code = ticks % 2 == 1
        stop = start + 4 if in_code else end + 3
        kept.append(text[done:stop] if in_code else text[done:start] + " " * (stop - start))
        done = stop
    if not done:
        return piece
    text = "".join((*kept, text[done:]))
    first = piece.start + len(text) - len(text.lstrip())
    text = text.strip()
    return Piece(text, first, min(first + len(text), piece.end))


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
        if in_cells and (table := self._headless(pieces)):
            yield table
            return
        yield Lines(pieces, item is not None, item[0] if item else None, self.depth)

    def _found(self, text: str, number: int, prefix: re.Pattern[str] | None) -> Piece:
        """A line's content in its source line."""
        line, base = self.source.line(number), self.source.line_start(number)
        text = text.strip()
        if prefix is None and line.rstrip().endswith(text):
            start = len(line.rstrip()) - len(text)
        else:
            match = prefix.match(line) if prefix else None
            start = max(line.find(text, match.end() if match else 0), 0)
        return _visible(Piece(text, base + start, base + min(start + len(text), len(line))))

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

    def _table(self, tokens: Sequence[Token], level: int) -> Table:
        head: Row | None = None
        rows: list[Row] = []
        for index, token in enumerate(tokens):
            if token.type != "tr_open":
                continue
            row = self._row(self.origin[self._lines(token).start], level > 0)
            if tokens[index - 1].type == "thead_open":
                head = row if any(cell.text for cell in row.cells) else None
            else:
                rows.append(row)
        return Table(head, tuple(rows))

    def _headless(self, pieces: tuple[Piece, ...]) -> Table | None:
        """Lines of cells that Markdown does not take for a table."""
        rows = [(piece, self._cells(piece)) for piece in pieces]
        if not rows or any(len(cells) < 2 for _, cells in rows):
            return None
        kept = [(p, cells) for p, cells in rows if not _DELIMITERS.match(p.text)]
        has_head = len(rows) > 1 and kept and not _DELIMITERS.match(pieces[0].text)
        found = [Row(tuple(cells), piece) for piece, cells in kept]
        if has_head and _DELIMITERS.match(pieces[1].text):
            return Table(found[0], tuple(found[1:]))
        return Table(None, tuple(found))

    def _row(self, number: int, nested: bool) -> Row:
        line, base = self.source.line(number), self.source.line_start(number)
        match = _CONTAINER.match(line) if nested else None
        start = match.end() if match else len(line) - len(line.lstrip())
        text = line[start:].rstrip()
        whole = _visible(Piece(text, base + start, base + start + len(text)))
        return Row(tuple(self._cells(whole)), whole)

    def _cells(self, whole: Piece) -> list[Piece]:
        """The cells of a row, without the pipes at its ends; ``\\|`` is a pipe in a cell."""
        text = whole.text
        bounds = [0]
        for match in _CELL_END.finditer(text):
            bounds += (match.end() - 1, match.end())
        bounds.append(len(text))
        spans = list(zip(bounds[::2], bounds[1::2], strict=True))
        if len(spans) > 1 and not text[slice(*spans[0])].strip():
            spans = spans[1:]
        if len(spans) > 1 and not text[slice(*spans[-1])].strip() and text.endswith("|"):
            spans = spans[:-1]
        cells = []
        for start, end in spans:
            cell = text[start:end]
            inner = cell.strip()
            begin = whole.start + start + len(cell) - len(cell.lstrip())
            cells.append(Piece(inner.replace("\\|", "|"), begin, begin + len(inner)))
        return cells
