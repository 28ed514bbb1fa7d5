"""The objects of a schema that are no tables."""

from __future__ import annotations

from msgspec import Struct

from ctb_lint.model.columns import Column, DataType, Expr
from ctb_lint.model.location import Location
from ctb_lint.model.names import QualifiedName
from ctb_lint.model.parts import Constraint, Grant, Index, Trigger


class View(Struct, frozen=True):
    """A view or materialized view. ``columns`` is None where they cannot be known from text;
    ``types`` has one for each of them, None where that one cannot be known."""

    name: QualifiedName
    definition: str
    materialized: bool = False
    columns: tuple[str, ...] | None = None
    types: tuple[DataType | None, ...] | None = None
    indexes: tuple[Index, ...] = ()
    depends_on: tuple[QualifiedName, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    triggers: tuple[Trigger, ...] = ()
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    location: Location | None = None


class EnumType(Struct, frozen=True):
    """An enum type with its labels in order."""

    name: QualifiedName
    values: tuple[str, ...]
    comment: str | None = None
    location: Location | None = None


class Domain(Struct, frozen=True):
    """A domain over a base type."""

    name: QualifiedName
    type: DataType
    not_null: bool = False
    default: Expr | None = None
    constraints: tuple[Constraint, ...] = ()
    collation: str | None = None
    comment: str | None = None
    location: Location | None = None


class CompositeType(Struct, frozen=True):
    """A composite, range or base type, or a shell of one; ``kind`` says which."""

    name: QualifiedName
    kind: str = "composite"
    columns: tuple[Column, ...] = ()
    comment: str | None = None
    location: Location | None = None


class Sequence(Struct, frozen=True):
    """A sequence; ``owned_by`` is (table, column)."""

    name: QualifiedName
    type: str = "bigint"
    owned_by: tuple[QualifiedName, str] | None = None
    location: Location | None = None


class Function(Struct, frozen=True):
    """A function, procedure or aggregate. ``arguments`` are the canonical input types."""

    name: QualifiedName
    arguments: tuple[str, ...]
    kind: str = "function"
    returns: str | None = None
    language: str = "sql"
    security_definer: bool = False
    search_path: str | None = None
    body: str | None = None
    volatility: str = "volatile"
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    location: Location | None = None
