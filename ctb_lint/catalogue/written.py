"""Pieces of a catalogue's text, each with its place: sentences, blocks of code, fields, links."""

from __future__ import annotations

import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate

from msgspec import Struct

from ctb_lint.model import Location


class Written(Struct, frozen=True, gc=False):
    """A piece of the catalogue's text, and its place."""

    text: str
    at: Location


class When(Struct, frozen=True, gc=False):
    """A date as written, and the first and last day that it can stand for (a quarter, a month,
    a year); both None where it could not be understood."""

    text: str
    at: Location
    first: datetime.date | None = None
    last: datetime.date | None = None


class SentenceKind(StrEnum):
    """How a sentence is written."""

    ITEM = "item"
    LINE = "line"
    ROW = "row"


class Sentence(Struct, frozen=True, kw_only=True, gc=False):
    """One thing that the catalogue says: a list item, a line or paragraph, or the row of a table.

    ``text`` is the whole of it in one line, with its Markdown. ``section`` is the STAMPED letter,
    None in an entry's header and outside entries; ``group`` the label, heading or item above it
    (``Validation Rules``). ``name`` and ``value`` are set where it reads ``Name: value`` (both
    without emphasis, the value's code spans kept); of a row of two cells or more they are the
    first two. ``number`` is that of a numbered item, ``depth`` how deep its list is nested, from
    1; 0 outside lists.
    """

    text: str
    at: Location
    kind: SentenceKind = SentenceKind.LINE
    section: str | None = None
    group: str | None = None
    name: str | None = None
    value: Written | None = None
    number: int | None = None
    depth: int = 0
    cells: tuple[Written, ...] = ()
    columns: tuple[str, ...] = ()
    """The headings of a row's columns; empty where the table has none."""


class CodeBlock(Struct, frozen=True, kw_only=True, gc=False):
    """A block of code. ``language`` is its tag in lower case (``postgresql``, ``psql`` and
    ``pgsql`` are ``sql``), ``at`` its content, ``fence`` its opening line. ``headings`` are those
    that it stands below, outermost first; ``group`` is the label before it. ``closed`` says
    whether its fence is."""

    language: str
    text: str
    at: Location
    fence: Location
    section: str | None = None
    group: str | None = None
    entry: str | None = None
    headings: tuple[str, ...] = ()
    closed: bool = True

    @property
    def label(self) -> str:
        """What it is called: by the label before it, else by the heading that it stands below."""
        return self.group or (self.headings[-1] if self.headings else "")

    def line(self, number: int) -> Location:
        """The place of one of its lines, counted from 0; its whole place where the text does not
        stand in the file as it is here, as in a list."""
        at, ends = self.at, _line_ends(self.text)
        if at.end - at.start != len(self.text) or at.column != 1 or number >= len(ends):
            return at
        first = ends[number - 1] if number else 0
        start, line = at.start + first, at.line + number
        width = len(self.text[first : ends[number]].rstrip("\r\n"))
        return Location(at.path, start, start + width, line, 1, line, width + 1)


@lru_cache(maxsize=4)
def _line_ends(text: str) -> tuple[int, ...]:
    """Where each line of a text ends: a block is asked for line after line."""
    return tuple(accumulate(map(len, text.splitlines(keepends=True))))


class Field(Struct, frozen=True, gc=False):
    """``Name: value`` in the header of an entry or of the document. ``key`` is what the name
    means (``barton-id``, ``next-review`` …), empty where that is not known."""

    key: str
    name: str
    value: Written
    at: Location


class LinkKind(StrEnum):
    """How a link is written: ``[text](target)``, ``<target>`` and the like, or a path as code."""

    LINK = "link"
    PATH = "path"


class Link(Struct, frozen=True, gc=False):
    """Something that the catalogue refers to. ``target`` is as written, anchor included."""

    kind: LinkKind
    text: str
    target: Written


class HeadingLine(Struct, frozen=True, gc=False):
    """A heading; ``slug`` is the anchor that links name it by."""

    level: int
    text: str
    slug: str
    at: Location


class MisDecoded(Struct, frozen=True):
    """Text that was UTF-8, was read as ``codec`` and saved again; ``repaired`` is what it was."""

    at: Location
    repaired: str
    codec: str
