"""What stands on a relation and has a name of its own: constraints, indexes, triggers …"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ctb_lint.model.columns import Expr
from ctb_lint.model.location import Location
from ctb_lint.model.names import QualifiedName


class ConstraintKind(StrEnum):
    """The kinds of table constraint; NOT NULL is a property of the column."""

    PRIMARY = "primary key"
    UNIQUE = "unique"
    CHECK = "check"
    FOREIGN = "foreign key"
    EXCLUSION = "exclusion"


class Constraint(Struct, frozen=True, gc=False):
    """A table constraint.

    ``references`` is the target of a foreign key with ``referenced_columns`` (filled with the
    target's primary key where the source omits them and the target is known).
    ``on_delete``/``on_update``: ``no action``, ``restrict``, ``cascade``, ``set null``,
    ``set default``. ``named`` is False where PostgreSQL chose the name.
    """

    name: str
    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    expr: Expr | None = None
    references: QualifiedName | None = None
    referenced_columns: tuple[str, ...] = ()
    on_delete: str = "no action"
    on_update: str = "no action"
    match: str = "simple"
    set_columns: tuple[str, ...] = ()
    deferrable: bool = False
    initially_deferred: bool = False
    validated: bool = True
    enforced: bool = True
    no_inherit: bool = False
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()
    method: str | None = None
    """The index method of an exclusion constraint."""
    definition: str = ""
    """Canonical elements of an exclusion constraint (``room WITH =, during WITH &&``)."""
    period: bool = False
    """WITHOUT OVERLAPS or PERIOD on the last column."""
    comment: str | None = None
    named: bool = True
    location: Location | None = None


class IndexKey(Struct, frozen=True, gc=False):
    """One key of an index: a column or an expression. ``opclass`` and ``collation`` are None
    where they are the defaults."""

    column: str | None = None
    expr: Expr | None = None
    descending: bool = False
    nulls_first: bool = False
    opclass: str | None = None
    collation: str | None = None


class Index(Struct, frozen=True, gc=False):
    """An index that stands for itself. Those that a constraint owns are not listed: they have
    the constraint's name (see ``Table.access_paths``)."""

    name: str
    keys: tuple[IndexKey, ...]
    unique: bool = False
    method: str = "btree"
    predicate: Expr | None = None
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    valid: bool = True
    comment: str | None = None
    inline: bool = False
    """Declared as an ``INDEX name (…)`` clause inside CREATE TABLE, which PostgreSQL refuses."""
    named: bool = True
    location: Location | None = None

    @property
    def columns(self) -> tuple[str | None, ...]:
        """The key columns in order; None where a key is an expression."""
        return tuple(key.column for key in self.keys)


class Policy(Struct, frozen=True):
    """A row security policy."""

    name: str
    command: str = "all"
    permissive: bool = True
    roles: tuple[str, ...] = ("public",)
    using: Expr | None = None
    check: Expr | None = None
    comment: str | None = None
    location: Location | None = None


class Trigger(Struct, frozen=True):
    """A trigger; ``enabled`` is ``origin``, ``always``, ``replica`` or ``disabled``."""

    name: str
    timing: str
    events: tuple[str, ...]
    level: str
    function: QualifiedName
    when: Expr | None = None
    columns: tuple[str, ...] = ()
    enabled: str = "origin"
    constraint: bool = False
    comment: str | None = None
    location: Location | None = None


class Grant(Struct, frozen=True):
    """Privileges of one role on one object; ``privileges`` sorted, lower case."""

    grantee: str
    privileges: tuple[str, ...]
    columns: tuple[str, ...] = ()
    grantable: bool = False
    location: Location | None = None
