"""Histories: ordered lines of migration files, their statements, and what each statement did.

A reader folds a history into a ``Schema``; on the way it records a ``Change`` for all that a
statement did, and a ``Mishap`` for all that PostgreSQL would refuse or pass over in silence. Rules
judge these without walking the history themselves: each carries what stood before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from ctb_lint.changes import Change
from ctb_lint.connection_strings import ConnectionString
from ctb_lint.mishaps import Mishap
from ctb_lint.model import Location, QualifiedName, Schema
from ctb_lint.passwords import Password


class Outcome(StrEnum):
    """How a statement ends. None is dropped."""

    UNDERSTOOD = "understood"
    HARMLESS = "harmless"
    SYNTAX_ERROR = "syntax error"
    NOT_UNDERSTOOD = "not understood"


class Rerun(Struct, frozen=True, kw_only=True):
    """Why a statement cannot run twice, and what would make it.

    ``why`` completes "a second run …". ``inserts`` (offset, text) are what to add to it, empty
    where PostgreSQL has no such form of the statement; ``advice`` is what to do.
    """

    why: str
    advice: str
    inserts: tuple[tuple[int, str], ...] = ()


class Statement(Struct, frozen=True):
    """One SQL statement of a file.

    ``kind`` is PostgreSQL's command tag (``CREATE TABLE``), empty where the statement could not
    be read. ``why`` is PostgreSQL's message of a syntax error, or what was not understood;
    ``at`` its place. ``changes_tables`` says, of one that was not understood, that it could have
    changed tables. ``dialect`` is the other database whose SQL this is. ``since`` is the
    PostgreSQL version that first accepts it where that is newer than the target, ``feature``
    what it uses.

    ``until`` is the offset behind its semicolon, None where it has none; ``after`` the offset at
    which another statement can be written behind it and behind the comment on its last line, None
    where none can. ``rerun`` says why it cannot run twice, None where it can or where a tool
    records what ran. ``tolerant`` says that it does nothing where its object is there already.

    ``alone`` names the form that PostgreSQL refuses inside a transaction block, None for what it
    takes there; ``in_transaction`` says whether a block is open when the statement runs, opened by
    the file or by its runner, None where that is not known. ``down`` says that it stands in the
    down section of a file that holds both directions.
    """

    kind: str
    location: Location
    outcome: Outcome
    why: str | None = None
    at: Location | None = None
    hint: str | None = None
    changes_tables: bool = False
    dialect: str | None = None
    since: int | None = None
    feature: str | None = None
    until: int | None = None
    after: int | None = None
    rerun: Rerun | None = None
    tolerant: bool = False
    alone: str | None = None
    in_transaction: bool | None = None
    down: bool = False


class Direction(StrEnum):
    """Whether a file migrates or rolls back."""

    UP = "up"
    DOWN = "down"


class Layout(StrEnum):
    """How a history's files are named and ordered, and by which runner where that is known."""

    FLAT = "flat"
    """``NAME.sql`` in one folder, ordered by name."""
    UP_DOWN_SUFFIX = "up-down-suffix"
    """``NAME.up.sql`` and ``NAME.down.sql``, ordered by name or leading number."""
    UP_DOWN_FOLDER = "up-down-folder"
    """``NAME/up.sql`` and ``NAME/down.sql``, ordered by folder."""
    MIGRATION_FOLDER = "migration-folder"
    """``NAME/migration.sql``, ordered by folder."""
    SINGLE = "single"
    """One file or standard input that belongs to no history."""
    FLYWAY = "flyway"
    GOOSE = "goose"
    DBMATE = "dbmate"
    RAILS = "rails"
    SUPABASE = "supabase"
    PRISMA = "prisma"
    DIESEL = "diesel"
    SQLX = "sqlx"
    GOLANG_MIGRATE = "golang-migrate"
    SQL_MIGRATE = "sql-migrate"
    PSQL = "psql"
    """Plain files that somebody feeds to psql: no tool records what ran."""


class Convention(StrEnum):
    """How one file is named."""

    DATED = "dated"
    """``YYYY-MM-DD_description``, a name and no version number."""
    TIMESTAMPED = "timestamped"
    """A date and time or epoch of 8 or more digits, a version."""
    NUMBERED = "numbered"
    """``NNN_description``, a version."""
    OTHER = "other"


class MigrationFile(Struct, frozen=True):
    """One file of a history. ``version`` is None where the convention has none; ``name`` is the
    part that orders it (file stem, or folder).

    ``transactional`` says whether its runner wraps it into one transaction, None where that is
    not known. ``rollback`` says whether there is a way back: a down file (SQL or a program), a
    down section, or a section of commented statements at the end. ``applied`` is False for a file
    that its runner does not run on an empty database: it passes it over, or a baseline stands for
    it; nothing of it is in the schema. ``released`` files have been applied somewhere and must not
    change. ``dump`` marks a schema dump that the history starts from."""

    path: str
    name: str
    direction: Direction
    convention: Convention
    version: str | None
    location: Location
    statements: tuple[Statement, ...] = ()
    transactional: bool | None = None
    rollback: bool = False
    applied: bool = True
    released: bool = False
    dump: bool = False

    @property
    def number(self) -> tuple[int, ...]:
        """The version to compare by: ``10.02`` is (10, 2); empty where there is none. A time stamp
        counts down to the second, so that a mere day stands before the hours of that day."""
        if self.version is None:
            return ()
        parts = [part[:_MAX_DIGITS] for part in self.version.split(".")]
        if self.convention is Convention.TIMESTAMPED and len(parts) == 1:
            return (int(parts[0].ljust(_STAMP_DIGITS, "0")),)
        return tuple(int(part) for part in parts)


_STAMP_DIGITS = len("YYYYMMDDHHMMSS")
_MAX_DIGITS = 4000
"""Numbers beyond that are cut: Python refuses to read them."""


class History(Struct, frozen=True, dict=True):
    """An ordered line of migrations, one per database.

    ``files`` stand in the order in which their runner applies them, roll-back files last.
    ``from_nothing`` says that the first file finds an empty database: nothing that is named
    before it is created can exist. ``passwords`` are the places of those that stand in its files,
    ``connection_strings`` the ways to connect that they name.
    """

    name: str
    root: str
    layout: Layout
    files: tuple[MigrationFile, ...] = ()
    changes: tuple[Change, ...] = ()
    mishaps: tuple[Mishap, ...] = ()
    literals: tuple[LiteralValue, ...] = ()
    rules: tuple[WriteRule, ...] = ()
    from_nothing: bool = True
    passwords: tuple[Password, ...] = ()
    connection_strings: tuple[ConnectionString, ...] = ()

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each file among the others, by its path."""
        return {file.path: number for number, file in enumerate(self.files)}

    @cached_property
    def applied_kinds(self) -> frozenset[str]:
        """What kinds of statements are applied at all."""
        return frozenset(
            statement.kind
            for file in self.files
            if file.applied and file.direction is Direction.UP
            for statement in file.statements
            if not statement.down
        )


class DocumentedHistory(History, frozen=True):
    """The migrations that a catalogue names, where none are read: names in the order in which
    ``sorted()`` has them, and nothing of what they hold."""


class WriteRule(Struct, frozen=True):
    """A rule that CREATE RULE makes: the writes (``insert``, ``update`` or ``delete``) that it
    catches, and the relation as it is called then, None where none of the name is known."""

    relation: QualifiedName | None
    event: str


class LiteralValue(Struct, frozen=True):
    """A constant that a statement writes into a column that the reader was told to watch.

    ``origin`` is ``insert``, ``update`` or ``default``."""

    table: QualifiedName
    column: str
    value: str
    origin: str
    location: Location


class Folded(Struct, frozen=True):
    """What reading one history gives: the history and the schema at its end."""

    history: History
    schema: Schema
