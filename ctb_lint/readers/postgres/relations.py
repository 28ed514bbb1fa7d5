"""Rows of ``pg_class`` as tables and views, with all that belongs to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from ctb_lint.model import (
    Column,
    Constraint,
    Grant,
    Index,
    Policy,
    QualifiedName,
    Table,
    TableKind,
    Trigger,
    View,
)
from ctb_lint.readers.postgres.context import UNPRINTED, Context
from ctb_lint.readers.postgres.names import Row
from ctb_lint.readers.postgres.rights import grants

_TABLE_KINDS = {"r": TableKind.ORDINARY, "p": TableKind.PARTITIONED, "f": TableKind.FOREIGN}
_VIEW_KINDS = {"v": False, "m": True}
_PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}


class RelationRow(NamedTuple):
    """What ``relations.sql`` gives."""

    oid: int
    schema: str
    name: str
    kind: str
    persistence: str
    row_security: bool
    force_row_security: bool
    partition: bool
    partition_key: str | None
    options: list[str] | None
    rights: list[str] | None
    owner: str
    of_extension: bool


class Parts(Struct, frozen=True):
    """What belongs to relations, by their numbers."""

    columns: Mapping[int, Sequence[Column]]
    constraints: Mapping[int, Sequence[Constraint]]
    indexes: Mapping[int, Sequence[Index]]
    policies: Mapping[int, Sequence[Policy]]
    triggers: Mapping[int, Sequence[Trigger]]
    grants: Mapping[int, Sequence[Grant]]
    parents: Mapping[int, Sequence[int]]
    definitions: Mapping[int, str | None]
    depends_on: Mapping[int, Sequence[QualifiedName]]


def tables(rows: Iterable[RelationRow], parts: Parts, context: Context) -> list[Table]:
    """The tables, sorted by name."""
    found = [_table(row, parts, context) for row in rows if row.kind in _TABLE_KINDS]
    return sorted(found, key=lambda table: table.name)


def views(rows: Iterable[RelationRow], parts: Parts, context: Context) -> list[View]:
    """The views, sorted by name."""
    found = [_view(row, parts, context) for row in rows if row.kind in _VIEW_KINDS]
    return sorted(found, key=lambda view: view.name)


def _table(row: RelationRow, parts: Parts, context: Context) -> Table:
    name = context.relations[row.oid]
    parents = tuple(
        context.relations[parent]
        for parent in parts.parents.get(row.oid, ())
        if parent in context.relations
    )
    if row.kind == "p" and row.partition_key is None:
        context.unknown.add((name, "tables", UNPRINTED))
    return Table(
        name=name,
        columns=tuple(parts.columns.get(row.oid, ())),
        constraints=tuple(parts.constraints.get(row.oid, ())),
        indexes=tuple(parts.indexes.get(row.oid, ())),
        kind=_TABLE_KINDS[row.kind],
        persistence=_PERSISTENCE[row.persistence],
        partition_of=parents[0] if row.partition and parents else None,
        partition_key=row.partition_key,
        inherits=() if row.partition else parents,
        row_security=row.row_security,
        force_row_security=row.force_row_security,
        policies=tuple(parts.policies.get(row.oid, ())),
        triggers=tuple(parts.triggers.get(row.oid, ())),
        grants=(*grants(row.rights, row.owner), *parts.grants.get(row.oid, ())),
        owner=row.owner,
        comment=context.names.comment("pg_class", row.oid),
    )


def _view(row: RelationRow, parts: Parts, context: Context) -> View:
    name = context.relations[row.oid]
    definition = parts.definitions.get(row.oid)
    if definition is None:
        context.unknown.add((name, "functions", UNPRINTED))
    columns = parts.columns.get(row.oid, ())
    return View(
        name=name,
        definition=definition or "",
        materialized=_VIEW_KINDS[row.kind],
        columns=tuple(column.name for column in columns),
        types=tuple(column.type for column in columns),
        indexes=tuple(parts.indexes.get(row.oid, ())),
        depends_on=tuple(parts.depends_on.get(row.oid, ())),
        options=tuple(_setting(option) for option in row.options or ()),
        triggers=tuple(parts.triggers.get(row.oid, ())),
        grants=(*grants(row.rights, row.owner), *parts.grants.get(row.oid, ())),
        comment=context.names.comment("pg_class", row.oid),
    )


def _setting(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def grouped(rows: Iterable[Row]) -> Mapping[int, list[Any]]:
    """The second values of rows by the first, in their order."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found
