"""The types that a catalogue declares, and those that it still has to."""

from __future__ import annotations

from collections.abc import Iterator, Set

from ctb_lint.drafting.sql import needed_types, type_names
from ctb_lint.model import Location, QualifiedName, Schema, Table


def declared_types(declared: Schema, within: Location | None = None) -> frozenset[QualifiedName]:
    """The types that a catalogue declares; only those within a span of its text, where one is
    given."""
    return frozenset(
        name
        for name, at in _places(declared)
        if within is None or (at is not None and within.covers(at))
    )


def undeclared_types(
    table: Table, schema: Schema, declared: Set[QualifiedName]
) -> tuple[QualifiedName, ...]:
    """The types that a table needs and that are not declared, each behind those that it needs."""
    needed = needed_types(table, schema) - declared
    return tuple(name for name in type_names(schema) if name in needed)


def _places(declared: Schema) -> Iterator[tuple[QualifiedName, Location | None]]:
    yield from ((name, one.location) for name, one in declared.enums.items())
    yield from ((name, one.location) for name, one in declared.domains.items())
    yield from ((name, one.location) for name, one in declared.types.items())
