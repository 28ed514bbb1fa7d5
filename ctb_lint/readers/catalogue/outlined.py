"""Inline INDEX clauses of a catalogue: declared indexes, like those that CREATE INDEX makes.

A catalogue is no program: nobody runs its SQL, and the clause is how it says that there is an
index. What PostgreSQL would not build of them is told all the same: a name that is taken, a column
that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from msgspec import structs

from ctb_lint.mishaps import CreatedTwice, InlineIndex, Mishap, UnknownColumn
from ctb_lint.model import Index, Location, ObjectKind, QualifiedName, Schema, Table

_Holder = tuple[ObjectKind, QualifiedName, Location | None]


def outlined(schema: Schema, mishaps: Iterable[Mishap]) -> tuple[Schema, tuple[Mishap, ...]]:
    """The schema with plain indexes in place of its inline ones, and all that does not fit."""
    clauses = {one.statement: one for one in mishaps if isinstance(one, InlineIndex)}
    others = [one for one in mishaps if not isinstance(one, InlineIndex)]
    if not clauses:
        return schema, tuple(others)
    taken = dict(_taken(schema))
    tables = {name: _plain(table) for name, table in schema.tables.items()}
    for table in sorted(schema.tables.values(), key=_place):
        for index in table.indexes:
            clause = clauses.get(index.location) if index.inline and index.location else None
            if clause:
                others += _misfits(table, index, clause, taken)
    at_place = tuple(sorted(others, key=lambda one: (one.at.path, one.at.start)))
    return structs.replace(schema, tables=tables), at_place


def _place(table: Table) -> tuple[str, int]:
    return (table.location.path, table.location.start) if table.location else ("", 0)


def _taken(schema: Schema) -> Iterator[tuple[QualifiedName, _Holder]]:
    """The names of relations that are no inline indexes, and of the indexes behind keys."""
    for name, table in schema.tables.items():
        yield name, (ObjectKind.TABLE, name, table.location)
        for path in table.access_paths():
            inline = any(one.inline and one.name == path.name for one in table.indexes)
            if path.constraint or not inline:
                yield QualifiedName(name.schema, path.name), (ObjectKind.INDEX, name, path.location)


def _misfits(
    table: Table,
    index: Index,
    clause: InlineIndex,
    taken: dict[QualifiedName, _Holder],
) -> Iterator[Mishap]:
    at, statement = clause.at, clause.statement
    known = [column.name for column in table.columns]
    for key in index.keys:
        if key.column and key.column not in known:
            yield UnknownColumn(
                at=at,
                statement=statement,
                object_kind=ObjectKind.TABLE,
                name=table.name,
                column=key.column,
                role="INDEX",
                guessed=next(iter(get_close_matches(key.column, known, 1)), None),
            )
    if not index.named:
        return  # PostgreSQL finds a free name
    name = QualifiedName(table.name.schema, index.name)
    kind, holder, existing = taken.setdefault(name, (ObjectKind.INDEX, table.name, clause.at))
    if existing is not clause.at:
        yield CreatedTwice(
            at=at,
            statement=statement,
            object_kind=ObjectKind.INDEX,
            name=name,
            existing=existing,
            existing_kind=kind,
            holder=holder,
        )


def _plain(table: Table) -> Table:
    if not any(index.inline for index in table.indexes):
        return table
    return structs.replace(
        table, indexes=tuple(structs.replace(index, inline=False) for index in table.indexes)
    )
