"""Mishaps: what PostgreSQL would refuse of a statement, or pass over in silence."""

from __future__ import annotations

from msgspec import Struct

from ctb_lint.model import Index, Location, ObjectKind, QualifiedName


class Mishap(Struct, frozen=True, kw_only=True):
    """Something that a statement names does not fit what stands there.

    ``at`` is the name's place, ``statement`` the whole statement's. ``object_kind`` and ``name``
    say what is named.
    """

    at: Location
    statement: Location
    object_kind: ObjectKind
    name: QualifiedName


class UnknownRelation(Mishap, frozen=True):
    """No table, view, sequence or index of that name stands there. ``created_later`` is where a
    later statement creates it, ``dropped`` where an earlier one dropped or renamed it; ``role``
    says what it was needed for (``foreign key target``, ``ALTER TABLE`` …); ``guessed`` is the
    nearest name that does exist; ``outside`` that no file of the history makes anything in its
    schema."""

    role: str
    created_later: Location | None = None
    dropped: Location | None = None
    guessed: QualifiedName | None = None
    outside: bool = False


class UnknownColumn(Mishap, frozen=True):
    """The relation has no such column; ``role`` as above, ``guessed`` the nearest column."""

    column: str
    role: str
    guessed: str | None = None


class UnknownObject(Mishap, frozen=True):
    """A constraint, index, type label or trigger that a statement alters or drops is not there."""

    part: str
    role: str
    guessed: str | None = None


class UnknownType(Mishap, frozen=True):
    """A type that is neither built in, nor created, nor an extension's; ``guessed`` the nearest."""

    written: str
    guessed: str | None = None
    created_later: Location | None = None


class WantedIndex(Struct, frozen=True):
    """An index that was never built: of which relation, and what its statement says from behind
    its name (``ON orders (status)``), without comments."""

    relation: QualifiedName
    index: Index
    definition: str


class CreatedTwice(Mishap, frozen=True):
    """An object of that name stands there already, and PostgreSQL refuses the second.
    ``part`` is the column or constraint where it is not the relation itself; ``wanted`` is the
    index that a CREATE INDEX was to build. ``holder`` is the table whose index has the name, where
    that was kept."""

    existing: Location | None
    existing_kind: ObjectKind
    part: str | None = None
    wanted: WantedIndex | None = None
    holder: QualifiedName | None = None


class SkippedByIfNotExists(Mishap, frozen=True):
    """IF NOT EXISTS met an object of that name, and did nothing. ``differences`` say how the two
    differ; empty where they are the same. ``wanted`` is the index that CREATE INDEX was to
    build."""

    existing: Location | None
    differences: tuple[str, ...] = ()
    part: str | None = None
    wanted: WantedIndex | None = None


class TruncatedName(Mishap, frozen=True):
    """A name of more than 63 bytes; ``name`` is what PostgreSQL keeps."""

    written: str


class InlineIndex(Mishap, frozen=True):
    """An ``INDEX name (columns)`` clause inside CREATE TABLE. ``clause`` is its text, ``columns``
    those it names.

    ``cuts`` are the spans to take out for the rest to stand as it is: the clause, one comma, and
    the white space that would be left over. ``plain`` says that CREATE INDEX over the same keys
    says all that the clause says, and that the table has the columns.
    """

    index: str | None
    columns: tuple[str, ...]
    unique: bool
    clause: str
    cuts: tuple[tuple[int, int], ...] = ()
    plain: bool = False
