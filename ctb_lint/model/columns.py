"""Columns, with their types and expressions."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ctb_lint.model.location import Location
from ctb_lint.model.names import quoted


class DataType(Struct, frozen=True, gc=False):
    """A column's type in the form of PostgreSQL's ``format_type``.

    ``name`` is the canonical base name without modifiers (``character varying``, ``integer``,
    ``mood``); ``schema`` is None for types of ``pg_catalog``; ``modifiers`` are those written
    (``(255,)``, ``(10, 2)``); ``qualifier`` is what stands between (``day to second`` of an
    interval). ``text`` is the type as the source has it.
    """

    name: str
    schema: str | None = None
    modifiers: tuple[int, ...] = ()
    array: bool = False
    qualifier: str = ""
    text: str = ""

    @property
    def canonical(self) -> str:
        """The type as ``format_type`` prints it, with the schema of a type that has one."""
        name = f"{quoted(self.schema)}.{quoted(self.name)}" if self.schema else self.name
        if self.qualifier:
            name = f"{name} {self.qualifier}"
        if self.modifiers:
            inner = "(" + ",".join(str(m) for m in self.modifiers) + ")"
            head, sep, tail = name.partition(" with")
            stands_inside = head in {"timestamp", "time"}
            name = f"{head}{inner}{sep}{tail}" if stands_inside else name + inner
        return name + "[]" if self.array else name

    @property
    def key(self) -> tuple[str | None, str]:
        """The base type's identity, without modifiers."""
        return (self.schema, self.name)


class Expr(Struct, frozen=True, gc=False):
    """An expression: its text as written, and what can be known of it without a syntax tree.

    ``canonical`` is equal for two expressions when PostgreSQL is known to hold them for the same
    (redundant casts and parentheses, ``IN`` and ``= ANY``, spelling of types and functions).
    ``columns`` are the column names it reads; ``functions`` the function names it calls, sorted.
    ``values`` is the closed list of values that a check of the form ``column IN (…)`` allows, and
    ``bounds`` the inclusive whole numbers of ``column BETWEEN a AND b`` and its like; ``literal``
    is the value where the whole expression is one constant (after casts); ``pattern`` the regular
    expression of a check of the form ``column ~ '…'``.
    """

    text: str
    canonical: str
    columns: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    values: tuple[str, ...] | None = None
    bounds: tuple[int, int] | None = None
    literal: str | None = None
    pattern: str | None = None


class Generated(StrEnum):
    """How a generated column is kept."""

    STORED = "stored"
    VIRTUAL = "virtual"


class Column(Struct, frozen=True, gc=False):
    """A column. Locations point at what set the property last, so that a finding about
    nullability points at the statement that dropped NOT NULL."""

    name: str
    type: DataType
    not_null: bool = False
    default: Expr | None = None
    identity: str | None = None
    """``always`` or ``by default``, None for an ordinary column."""
    generated: Generated | None = None
    generation: Expr | None = None
    collation: str | None = None
    comment: str | None = None
    location: Location | None = None
    type_location: Location | None = None
    null_location: Location | None = None
    default_location: Location | None = None
    unvalidated_not_null: str | None = None
    """The name of the constraint that lets NOT NULL hold for new rows only: a database tells."""
