"""What a text in Markdown is made of: blocks, each with its offsets in the source."""

from __future__ import annotations

from msgspec import Struct

from ctb_lint.readers.catalogue.lines import Part, Piece


class Heading(Struct, frozen=True, gc=False):
    """A heading with its text as written."""

    level: int
    piece: Piece


class Fence(Struct, frozen=True, gc=False):
    """A block of code: its opening line, its content (``body``, without the container's marks),
    and whether it was closed. One that is only indented has its first line for an opening."""

    info: str
    opening: Piece
    body: Piece
    closed: bool = True


class Lines(Struct, frozen=True, gc=False):
    """A paragraph, or the text of a list item: its lines, and the sentences that they come to.
    ``item`` says that it begins a list item, of that ``number`` in a numbered list; ``depth``
    counts the lists around it."""

    lines: tuple[Piece, ...]
    parts: tuple[Part, ...]
    item: bool = False
    number: int | None = None
    depth: int = 0


class Row(Struct, frozen=True, gc=False):
    """A row of a table."""

    cells: tuple[Piece, ...]
    whole: Piece


class Table(Struct, frozen=True, gc=False):
    """A table; ``head`` is None where it has no row of headings."""

    head: Row | None
    rows: tuple[Row, ...]


class Rule(Struct, frozen=True, gc=False):
    """A horizontal rule, at that offset."""

    start: int


class TooDeep(Struct, frozen=True, gc=False):
    """Lists or quotes nested so deeply that what stands in them is not read."""

    piece: Piece


Block = Heading | Fence | Lines | Table | Rule | TooDeep
