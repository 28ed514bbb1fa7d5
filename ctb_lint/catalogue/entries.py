"""The entry of one table: its header, its STAMPED sections, its columns, its ways back."""

from __future__ import annotations

from msgspec import Struct

from ctb_lint.catalogue.written import CodeBlock, Field, Sentence, When, Written
from ctb_lint.demands import Stage
from ctb_lint.model import DataType, Location, QualifiedName

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
    creates, ``rollbacks`` the ways back that it gives. ``repeats`` says that another entry of the
    table stands before it: what this one lacks, that one may have.
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
    repeats: bool = False

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
