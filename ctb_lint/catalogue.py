"""What a catalogue says: entries, index, statistics, diagrams, layers, demands on all tables.

The catalogue's reader fills these; rules and claims judge them. Nothing here says whether a word
of it is true. Each thing knows its place in the file; ``Written.text`` is the text as it reads:
repaired where it was mis-decoded, without the quotes of Markdown where it is one quoted name.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import accumulate

from msgspec import Struct

from ctb_lint.connection_strings import ConnectionString
from ctb_lint.demands import Stage
from ctb_lint.diagram import Diagram
from ctb_lint.model import DataType, Location, QualifiedName
from ctb_lint.passwords import Password

SECTION_TITLES = {
    "S": "Structure",
    "T": "Traceability",
    "A": "Authentication & Authorization",
    "M": "Migration",
    "P": "Purpose",
    "E": "Enforcement",
    "D": "Dependencies",
}
"""The STAMPED sections: their letters in order, and what they stand for."""


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
    """A fenced block of code. ``language`` is its tag in lower case (``postgresql``, ``psql`` and
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


class Header(Struct, frozen=True, kw_only=True):
    """An entry's header. ``fields`` are all in their order; what is parsed may also stand in the
    Traceability section. ``stage`` is UNKNOWN where there is no status or it is none that is
    known."""

    fields: tuple[Field, ...] = ()
    barton_id: Written | None = None
    heir_id: Written | None = None
    status: Written | None = None
    stage: Stage = Stage.UNKNOWN
    created: When | None = None
    author: Written | None = None
    modified: When | None = None
    target: When | None = None

    def field(self, key: str) -> Field | None:
        """The first field of that key."""
        return next((field for field in self.fields if field.key == key), None)


class Section(Struct, frozen=True):
    """One STAMPED section of an entry; ``at`` is its heading, ``title`` the heading's text."""

    letter: str
    title: str
    at: Location
    sentences: tuple[Sentence, ...] = ()
    blocks: tuple[CodeBlock, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self.sentences and not self.blocks


class ColumnItem(Struct, frozen=True, kw_only=True, gc=False):
    """One line of an entry's Columns list. ``name.text`` is as PostgreSQL stores it;
    ``data_type`` is None where no type is given or it is none that can be read. ``values`` is a
    closed list of quoted values, ``bounds`` the inclusive range of ``(1-4)``; ``unique``,
    ``primary`` and ``not_null`` are what it says in words, and what it does not say is False.
    ``note`` is the rest of the line."""

    name: Written
    type: Written | None = None
    data_type: DataType | None = None
    values: tuple[str, ...] | None = None
    bounds: tuple[int, int] | None = None
    unique: bool = False
    primary: bool = False
    not_null: bool = False
    note: str = ""
    at: Location


class Rollback(Struct, frozen=True, kw_only=True):
    """The SQL that an entry gives as the way back. ``drops`` are the tables that it drops, each
    with its place, ``schemas`` what it drops whole. ``unread`` says why not all of it is known,
    None where it is."""

    at: Location
    drops: tuple[tuple[QualifiedName, Location], ...] = ()
    schemas: tuple[str, ...] = ()
    unread: str | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """One table's section.

    ``table`` is the table's name as PostgreSQL stores it, ``title`` the heading's text, ``at``
    the name in the heading and ``whole`` the entry from its heading to its end. ``number`` is the
    heading's number, ``heading_stage`` what it says of the stage (``users (Planned)``). ``header``
    holds the fields, ``sections`` the STAMPED sections in the order of the file; ``preface`` what
    stands before the first of them and is no field. ``declares`` are the tables that its SQL
    creates, ``rollbacks`` the ways back that it gives.
    """

    table: QualifiedName
    title: str
    at: Location
    whole: Location
    number: int | None = None
    heading_stage: Stage | None = None
    header: Header = Header()
    sections: tuple[Section, ...] = ()
    preface: tuple[Sentence, ...] = ()
    columns: tuple[ColumnItem, ...] = ()
    blocks: tuple[CodeBlock, ...] = ()
    declares: tuple[QualifiedName, ...] = ()
    rollbacks: tuple[Rollback, ...] = ()

    @property
    def name(self) -> str:
        """The table's name without its schema."""
        return self.table.name

    @property
    def stage(self) -> Stage:
        """The stage of its status; where that tells nothing, the heading's."""
        if self.header.stage is Stage.UNKNOWN and self.heading_stage:
            return self.heading_stage
        return self.header.stage

    @property
    def missing(self) -> tuple[str, ...]:
        """The letters of the sections that it does not have, in the order of STAMPED."""
        present = {section.letter for section in self.sections}
        return tuple(letter for letter in SECTION_TITLES if letter not in present)

    def section(self, letter: str) -> Section | None:
        """The first section of that letter."""
        return next((s for s in self.sections if s.letter == letter), None)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Everything that it says outside its header's fields, in order."""
        return (*self.preface, *(s for section in self.sections for s in section.sentences))


class IndexRow(Struct, frozen=True, kw_only=True, gc=False):
    """A row of the table index; a cell that is absent or empty is None. ``line`` is the whole
    line that it stands on and ``text`` what is written there; ``keys`` has for each of its cells
    the field that it holds, empty where that is none of these."""

    at: Location
    line: Location
    text: str
    keys: tuple[str, ...]
    name: Written
    number: Written | None = None
    barton_id: Written | None = None
    purpose: Written | None = None
    status: Written | None = None
    stage: Stage = Stage.UNKNOWN
    migration: Written | None = None


class StatisticKind(StrEnum):
    """What a statistic counts."""

    TOTAL = "tables"
    ACTIVE = "active tables"
    PLANNED = "planned tables"
    BUILT_IN = "built-in tables"
    HEIR = "tables with HEIR tracking"
    INDEXES = "tables with indexes"
    JSONB = "tables with JSONB"
    AVERAGE_COLUMNS = "average columns"
    UNKNOWN = "unknown"


class Statistic(Struct, frozen=True):
    """A number that the catalogue gives. ``number`` and ``percent`` (of ``7 (100%)``) are None
    where the value has none; ``number_at`` and ``percent_at`` are the places of their digits."""

    kind: StatisticKind
    name: str
    value: Written
    at: Location
    number: float | None = None
    percent: float | None = None
    number_at: Location | None = None
    percent_at: Location | None = None


class LayerAssignment(Struct, frozen=True):
    """The tables that the catalogue puts into one ORBT layer; ``number`` is None where neither a
    number nor the layer's name tells it."""

    number: int | None
    name: str
    tables: tuple[Written, ...]
    at: Location


class Connection(Struct, frozen=True):
    """What the catalogue says of connecting to one database: ``name`` is the label above,
    ``variables`` the names of environment variables, ``urls`` the connection URLs."""

    name: str
    at: Location
    sentences: tuple[Sentence, ...]
    variables: tuple[Written, ...] = ()
    urls: tuple[Written, ...] = ()


class Footer(Struct, frozen=True, kw_only=True):
    """What the document says of itself: its header and footer, as fields and parsed. ``totals``
    are the numbers of ``7 (3 active, 4 planned)``."""

    fields: tuple[Field, ...] = ()
    updated: When | None = None
    review_schedule: Written | None = None
    next_review: When | None = None
    totals: tuple[Statistic, ...] = ()


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


class LegendSection(Struct, frozen=True):
    """What the legend lists for one STAMPED section."""

    letter: str
    at: Location
    sentences: tuple[Sentence, ...]


class MisDecoded(Struct, frozen=True):
    """Text that was UTF-8, was read as ``codec`` and saved again; ``repaired`` is what it was."""

    at: Location
    repaired: str
    codec: str


class TroubleKind(StrEnum):
    """What could not be read as it was meant."""

    SQL = "sql"
    MERMAID = "mermaid"
    FENCE = "fence"
    NESTING = "nesting"
    UNNAMED = "unnamed entry"
    ENTRY_TWICE = "entry twice"
    TABLE_TWICE = "table twice"
    CHARACTER = "character"


class Trouble(Struct, frozen=True):
    """Something in the catalogue that could not be read; the rest was. ``message`` is a sentence
    without its full stop; ``entry`` is the name of the table whose entry it stands in."""

    kind: TroubleKind
    message: str
    at: Location
    hint: str | None = None
    entry: str | None = None


class Catalogue(Struct, frozen=True, kw_only=True, dict=True):
    """All files of a catalogue as one. Everything stands in the order of ``paths`` and of the
    text. ``required`` are the demands on all tables, ``blocks`` every fenced block of code, those
    of entries included."""

    paths: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    index: tuple[IndexRow, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    diagrams: tuple[Diagram, ...] = ()
    layers: tuple[LayerAssignment, ...] = ()
    required: tuple[Sentence, ...] = ()
    connections: tuple[Connection, ...] = ()
    footer: Footer = Footer()
    legend: tuple[LegendSection, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    """What it says outside entries, legend, index and statistics."""
    blocks: tuple[CodeBlock, ...] = ()
    headings: tuple[HeadingLine, ...] = ()
    links: tuple[Link, ...] = ()
    mis_decoded: tuple[MisDecoded, ...] = ()
    passwords: tuple[Password, ...] = ()
    connection_strings: tuple[ConnectionString, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    def entry(self, table: QualifiedName) -> Entry | None:
        """The first entry of that table."""
        return self._by_table.get(table)

    @cached_property
    def _by_table(self) -> Mapping[QualifiedName, Entry]:
        return {entry.table: entry for entry in reversed(self.entries)}
