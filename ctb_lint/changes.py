"""Changes: what each statement did to one object, with what stood there before it."""

from __future__ import annotations

from msgspec import Struct

from ctb_lint.model import Column, Constraint, Index, Location, ObjectKind, QualifiedName, Table


class Change(Struct, frozen=True, kw_only=True):
    """What a statement did to one object.

    ``at`` is the part of the statement that says so, ``statement`` all of it. ``before`` is the
    table as it stood, None for a new one. ``fresh`` says that the table was created earlier in
    the same file and has been given no rows since. ``conditional`` marks what stands in a guarded
    branch of a DO block.
    """

    at: Location
    statement: Location
    table: QualifiedName | None = None
    before: Table | None = None
    fresh: bool = False
    conditional: bool = False


class CreateTable(Change, frozen=True):
    """A table came to be."""


class DropTable(Change, frozen=True):
    """A table went; ``cascade`` as written."""

    cascade: bool = False


class RenameTable(Change, frozen=True):
    """A table was renamed or moved to another schema."""

    new_name: QualifiedName


class AddColumn(Change, frozen=True):
    """A column was added to a table that existed."""

    column: Column


class DropColumn(Change, frozen=True):
    """A column went."""

    column: Column


class RenameColumn(Change, frozen=True):
    """A column was renamed."""

    column: Column
    new_name: str


class AlterColumn(Change, frozen=True):
    """A column's type, nullability, default, identity or generation changed."""

    column: Column
    after: Column


class AddConstraint(Change, frozen=True):
    """A constraint was added to a table that existed. ``using_index`` names the index it took
    over."""

    constraint: Constraint
    using_index: str | None = None


class AlterConstraint(Change, frozen=True):
    """A constraint was validated, renamed or its deferrability changed."""

    constraint: Constraint
    after: Constraint


class DropConstraint(Change, frozen=True):
    """A constraint went."""

    constraint: Constraint


class CreateIndex(Change, frozen=True):
    """An index was built."""

    index: Index
    concurrently: bool = False


class DropIndex(Change, frozen=True):
    """An index went."""

    index: Index
    concurrently: bool = False


class AlterTable(Change, frozen=True):
    """Any other change of a table: row security, owner, persistence, partitions, triggers …;
    ``action`` is PostgreSQL's own name of it."""

    action: str


class WriteRows(Change, frozen=True):
    """Rows were inserted, updated, deleted or copied; ``command`` is the command tag."""

    command: str


class ChangeObject(Change, frozen=True):
    """A change of something that is no table: view, type, function, sequence, schema …"""

    kind: ObjectKind
    name: str
    action: str
