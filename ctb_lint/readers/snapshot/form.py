"""The format of a snapshot: version 1.

It is JSON, and of its own: the model may change without it. What PostgreSQL prints of an
expression is all that is kept of it; the canonical form is made anew by whoever reads the file.
Objects are lists, sorted by name, since JSON has no keys but strings. What is as usual is left
out. There are no bodies of functions and no definitions of views: they may hold anything.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

from ctb_lint.model import ConstraintKind, Generated, TableKind

VERSION = 1


def _one_of(*words: str) -> Meta:
    return Meta(pattern=rf"\A(?:{'|'.join(words)})\Z")


Name = Annotated[str, Meta(min_length=1)]
Ref = tuple[Name, Name]
"""A schema and a name."""
Small = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Action = Annotated[str, _one_of("restrict", "cascade", "set null", "set default")]


class _Form(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all parts have in common: unknown fields are refused, usual values are left out."""


class TypeForm(_Form, frozen=True, kw_only=True):
    """A type that is not one of PostgreSQL's own, which is written as PostgreSQL prints it."""

    name: Name
    schema: Name | None = None
    modifiers: tuple[Small, ...] = ()
    array: bool = False
    qualifier: str = ""
    text: str = ""


AnyType = str | TypeForm


class ColumnForm(_Form, frozen=True, kw_only=True):
    """A column of a table or composite type."""

    name: Name
    type: AnyType
    not_null: bool = False
    unvalidated_not_null: Name | None = None
    default: str | None = None
    identity: Annotated[str, _one_of("always", "by default")] | None = None
    generated: Generated | None = None
    generation: str | None = None
    collation: str | None = None
    comment: str | None = None


class ConstraintForm(_Form, frozen=True, kw_only=True):
    """A constraint; an action is left out where it is ``no action``."""

    name: Name
    kind: ConstraintKind
    columns: tuple[Name, ...] = ()
    expression: str | None = None
    references: Ref | None = None
    referenced_columns: tuple[Name, ...] = ()
    on_delete: Action | None = None
    on_update: Action | None = None
    match: Annotated[str, _one_of("full", "partial")] | None = None
    set_columns: tuple[Name, ...] = ()
    deferrable: bool = False
    initially_deferred: bool = False
    validated: bool = True
    enforced: bool = True
    no_inherit: bool = False
    nulls_not_distinct: bool = False
    include: tuple[Name, ...] = ()
    method: str | None = None
    elements: str | None = None
    period: bool = False
    comment: str | None = None


class KeyForm(_Form, frozen=True, kw_only=True):
    """A key of an index: a column, or an expression."""

    column: Name | None = None
    expression: str | None = None
    descending: bool = False
    nulls_first: bool = False
    opclass: str | None = None
    collation: str | None = None


class IndexForm(_Form, frozen=True, kw_only=True):
    """An index that no constraint owns; the method is left out where it is ``btree``."""

    name: Name
    keys: tuple[KeyForm, ...]
    unique: bool = False
    method: str | None = None
    predicate: str | None = None
    include: tuple[Name, ...] = ()
    nulls_not_distinct: bool = False
    valid: bool = True
    comment: str | None = None


class PolicyForm(_Form, frozen=True, kw_only=True):
    """A row security policy."""

    name: Name
    command: Annotated[str, _one_of("all", "select", "insert", "update", "delete")]
    permissive: bool = True
    roles: tuple[str, ...]
    using: str | None = None
    check: str | None = None
    comment: str | None = None


class TriggerForm(_Form, frozen=True, kw_only=True):
    """A trigger; when it is on is left out where it is ``origin``."""

    name: Name
    timing: Annotated[str, _one_of("before", "after", "instead of")]
    events: tuple[Annotated[str, _one_of("insert", "update", "delete", "truncate")], ...]
    level: Annotated[str, _one_of("row", "statement")]
    function: Ref
    when: str | None = None
    columns: tuple[Name, ...] = ()
    enabled: Annotated[str, _one_of("always", "replica", "disabled")] | None = None
    constraint: bool = False
    comment: str | None = None


class GrantForm(_Form, frozen=True, kw_only=True):
    """Privileges of one role."""

    grantee: str
    privileges: tuple[str, ...]
    columns: tuple[Name, ...] = ()
    grantable: bool = False


class TableForm(_Form, frozen=True, kw_only=True):
    """A table with all that belongs to it."""

    schema: Name
    name: Name
    kind: TableKind = TableKind.ORDINARY
    persistence: Annotated[str, _one_of("unlogged", "temporary")] | None = None
    owner: str | None = None
    columns: tuple[ColumnForm, ...] = ()
    constraints: tuple[ConstraintForm, ...] = ()
    indexes: tuple[IndexForm, ...] = ()
    partition_of: Ref | None = None
    partition_key: str | None = None
    inherits: tuple[Ref, ...] = ()
    row_security: bool = False
    force_row_security: bool = False
    policies: tuple[PolicyForm, ...] = ()
    triggers: tuple[TriggerForm, ...] = ()
    grants: tuple[GrantForm, ...] = ()
    comment: str | None = None


class ViewForm(_Form, frozen=True, kw_only=True):
    """A view without its definition; its columns have a name and a type and nothing else."""

    schema: Name
    name: Name
    materialized: bool = False
    columns: tuple[ColumnForm, ...] = ()
    indexes: tuple[IndexForm, ...] = ()
    depends_on: tuple[Ref, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    triggers: tuple[TriggerForm, ...] = ()
    grants: tuple[GrantForm, ...] = ()
    comment: str | None = None


class EnumForm(_Form, frozen=True, kw_only=True):
    """An enum type."""

    schema: Name
    name: Name
    values: tuple[str, ...] = ()
    comment: str | None = None


class DomainForm(_Form, frozen=True, kw_only=True):
    """A domain."""

    schema: Name
    name: Name
    type: AnyType
    not_null: bool = False
    default: str | None = None
    constraints: tuple[ConstraintForm, ...] = ()
    collation: str | None = None
    comment: str | None = None


class OtherTypeForm(_Form, frozen=True, kw_only=True):
    """A composite, range or base type, or a shell of one."""

    schema: Name
    name: Name
    kind: Annotated[str, _one_of("composite", "range", "multirange", "base", "shell")]
    columns: tuple[ColumnForm, ...] = ()
    comment: str | None = None


class SequenceForm(_Form, frozen=True, kw_only=True):
    """A sequence; ``owned_by`` is a schema, a table and a column."""

    schema: Name
    name: Name
    type: str
    owned_by: tuple[Name, Name, Name] | None = None


class FunctionForm(_Form, frozen=True, kw_only=True):
    """A routine without its body."""

    schema: Name
    name: Name
    arguments: tuple[str, ...] = ()
    kind: Annotated[str, _one_of("function", "procedure", "aggregate", "window")]
    returns: str | None = None
    language: str
    security_definer: bool = False
    search_path: str | None = None
    volatility: Annotated[str, _one_of("volatile", "stable", "immutable")]
    grants: tuple[GrantForm, ...] = ()
    comment: str | None = None


class SchemaForm(_Form, frozen=True, kw_only=True):
    """A schema: whose it is, and what others may do in it."""

    name: Name
    owner: str
    grants: tuple[GrantForm, ...] = ()


class FollowedForm(_Form, frozen=True, kw_only=True):
    """A relation of which some kinds of writes are sent elsewhere."""

    schema: Name
    name: Name
    events: tuple[Annotated[str, _one_of("delete", "insert", "update")], ...]


class UnknownForm(_Form, frozen=True, kw_only=True):
    """What is not known of a relation, or of all of them, and why."""

    relation: Ref | None = None
    fact: str
    why: str


class StampForm(_Form, frozen=True, kw_only=True):
    """When, of what and by what the snapshot was taken: only where that was asked for."""

    taken: str
    database: str
    server: str
    tool: str


class SnapshotForm(_Form, frozen=True, kw_only=True):
    """All of it. ``postgresql`` is the major version of the server."""

    version: int = field(name="ctb-lint-snapshot")
    stamp: StampForm | None = None
    postgresql: Annotated[int, Meta(ge=1, le=1000)]
    default_schema: Name
    extensions: tuple[str, ...] = ()
    schemas: tuple[SchemaForm, ...] = ()
    followed: tuple[FollowedForm, ...] | None = ()
    tables: tuple[TableForm, ...] = ()
    views: tuple[ViewForm, ...] = ()
    enums: tuple[EnumForm, ...] = ()
    domains: tuple[DomainForm, ...] = ()
    types: tuple[OtherTypeForm, ...] = ()
    sequences: tuple[SequenceForm, ...] = ()
    functions: tuple[FunctionForm, ...] = ()
    unknown: tuple[UnknownForm, ...] = ()
