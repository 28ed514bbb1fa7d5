"""Tables, with all that belongs to them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from ctb_lint.model.columns import Column, Expr
from ctb_lint.model.location import Location
from ctb_lint.model.names import ObjectId, ObjectKind, QualifiedName
from ctb_lint.model.parts import Constraint, ConstraintKind, Grant, Index, IndexKey, Policy, Trigger


class TableKind(StrEnum):
    """The kinds of relation that hold rows."""

    ORDINARY = "table"
    PARTITIONED = "partitioned table"
    FOREIGN = "foreign table"


class Removed(Struct, frozen=True):
    """What once was on a table and went: so that a finding of a missing index can point at the
    statement that dropped it."""

    kind: ObjectKind
    name: str
    columns: tuple[str, ...]
    location: Location


class AccessPath(Struct, frozen=True):
    """What an index or an index-backed constraint gives: its leading keys."""

    name: str
    keys: tuple[IndexKey, ...]
    unique: bool
    predicate: Expr | None
    method: str
    constraint: bool
    location: Location | None
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False

    @property
    def columns(self) -> tuple[str | None, ...]:
        """The key columns in order; None where a key is an expression."""
        return tuple(key.column for key in self.keys)


class Table(Struct, frozen=True):
    """A table with all that belongs to it. Columns stand in their order; constraints, indexes,
    policies and triggers are sorted by name."""

    name: QualifiedName
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    kind: TableKind = TableKind.ORDINARY
    persistence: str = "permanent"
    """``permanent``, ``unlogged`` or ``temporary``."""
    partition_of: QualifiedName | None = None
    partition_key: str | None = None
    inherits: tuple[QualifiedName, ...] = ()
    row_security: bool = False
    force_row_security: bool = False
    row_security_location: Location | None = None
    policies: tuple[Policy, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    grants: tuple[Grant, ...] = ()
    owner: str | None = None
    comment: str | None = None
    removed: tuple[Removed, ...] = ()
    location: Location | None = None
    """Where the table's name stands in the statement that made it."""

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        for column in self.columns:
            if column.name == name:
                return column
        return None

    def constraints_of(self, kind: ConstraintKind) -> tuple[Constraint, ...]:
        """The constraints of one kind."""
        return tuple(c for c in self.constraints if c.kind is kind)

    @property
    def primary_key(self) -> Constraint | None:
        """The primary key, or None."""
        return next((c for c in self.constraints if c.kind is ConstraintKind.PRIMARY), None)

    def access_paths(self) -> Iterator[AccessPath]:
        """Everything that PostgreSQL can look rows up by: constraints first, then indexes."""
        for c in self.constraints:
            if c.kind in {ConstraintKind.PRIMARY, ConstraintKind.UNIQUE}:
                keys = tuple(IndexKey(column=name) for name in c.columns)
                yield AccessPath(
                    c.name, keys, True, None, "btree", True, c.location,
                    c.include, c.nulls_not_distinct,
                )  # fmt: skip
        for i in self.indexes:
            if i.valid:
                yield AccessPath(
                    i.name, i.keys, i.unique, i.predicate, i.method, False, i.location,
                    i.include, i.nulls_not_distinct,
                )  # fmt: skip

    def lost(self, kind: ObjectKind, column: str) -> Location | None:
        """Where the last object of that kind that led with the column was removed; for the kind
        ``column``, where the column itself was. What went with a column is nothing that a later
        column of its name has lost."""
        led = [gone for gone in self.removed if gone.columns[:1] == (column,)]
        ends = {gone.location for gone in led if gone.kind is ObjectKind.COLUMN}
        place = None
        for gone in led:
            if gone.kind is kind and (kind is ObjectKind.COLUMN or gone.location not in ends):
                place = gone.location
            elif gone.location in ends:
                place = None
        return place

    @property
    def id(self) -> ObjectId:
        """The table as the object of a finding."""
        return ObjectId(ObjectKind.TABLE, self.name.schema, None, self.name.name)

    def part(self, kind: ObjectKind, name: str) -> ObjectId:
        """A column, constraint, index, trigger or policy of this table as the object of a
        finding."""
        return ObjectId(kind, self.name.schema, self.name.name, name)
