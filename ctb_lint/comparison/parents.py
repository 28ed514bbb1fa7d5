"""What partitions and child tables have from their parents: it is the parent's, and differs or
not with the parent."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

from msgspec import structs

from ctb_lint.comparison.pair import canonical
from ctb_lint.differences import Difference
from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    DataType,
    Expr,
    Index,
    QualifiedName,
    Table,
)

Tables = Mapping[QualifiedName, Table]


def ancestors(table: Table, tables: Tables) -> Iterator[Table]:
    """All that a table has columns from, each once, nearest first."""
    waiting = [*_parents(table)]
    seen = {table.name}
    while waiting:
        name = waiting.pop(0)
        parent = tables.get(name)
        if parent is not None and name not in seen:
            seen.add(name)
            yield parent
            waiting += _parents(parent)


def _parents(table: Table) -> Iterable[QualifiedName]:
    return (*([table.partition_of] if table.partition_of else []), *table.inherits)


def own_parts(tables: Tables) -> Callable[[Table], Table]:
    """A function that takes from a table what an ancestor gave it: of a partition all
    constraints, indexes and triggers that an ancestor has the like of, of a child table its
    checks."""
    shapes: dict[QualifiedName, frozenset[Hashable]] = {}

    def of(table: Table) -> frozenset[Hashable]:
        if table.name not in shapes:
            shapes[table.name] = frozenset(
                {
                    *(_shape(c) for c in table.constraints),
                    *(_index_shape(i) for i in table.indexes),
                    *(("trigger", t.name) for t in table.triggers),
                }
            )
        return shapes[table.name]

    def own(table: Table) -> Table:
        if table.partition_of is None and not table.inherits:
            return table
        above = frozenset[Hashable]().union(*(of(parent) for parent in ancestors(table, tables)))
        return structs.replace(
            table,
            constraints=tuple(
                c
                for c in table.constraints
                if _shape(c) not in above
                or not (table.partition_of or c.kind is ConstraintKind.CHECK)
            ),
            indexes=tuple(
                i for i in table.indexes if not table.partition_of or _index_shape(i) not in above
            ),
            triggers=tuple(
                t
                for t in table.triggers
                if not table.partition_of or ("trigger", t.name) not in above
            ),
        )

    return own


def _shape(constraint: Constraint) -> Hashable:
    """What a clone shares with its original: checks keep their name, keys get one of their own."""
    check = constraint.kind is ConstraintKind.CHECK
    return (
        constraint.kind,
        (constraint.name, canonical(constraint.expr)) if check else constraint.columns,
        constraint.references,
        constraint.referenced_columns,
        constraint.on_delete,
        constraint.on_update,
    )


def _index_shape(index: Index) -> Hashable:
    keys = tuple(
        (k.column, canonical(k.expr), k.descending, k.nulls_first, k.opclass, k.collation)
        for k in index.keys
    )
    what = index.unique, index.method, canonical(index.predicate), index.include
    return (keys, *what, index.nulls_not_distinct)


def without_inherited(
    found: Mapping[QualifiedName, Sequence[Difference]], ours: Tables, theirs: Tables
) -> Iterator[Difference]:
    """The differences of columns without those that a parent of both sides has as well."""
    signs: dict[QualifiedName, frozenset[Hashable]] = {}

    def of(name: QualifiedName) -> frozenset[Hashable]:
        if name not in signs:
            signs[name] = frozenset(_sign(one) for one in found.get(name, ()))
        return signs[name]

    for name, differences in found.items():
        if not differences:
            continue
        above = {t.name for t in ancestors(ours[name], ours)}
        above &= {t.name for t in ancestors(theirs[name], theirs)}
        known = frozenset[Hashable]().union(*(of(parent) for parent in above))
        yield from (one for one in differences if _sign(one) not in known)


def _sign(difference: Difference) -> Hashable:
    values = (getattr(difference, side, None) for side in ("wanted", "found"))
    return (type(difference), difference.object.name, *(_bare(value) for value in values))


def _bare(value: object) -> Hashable:
    """A value without the place where it stands."""
    if isinstance(value, Column):
        return value.type.canonical
    if isinstance(value, Expr | DataType):
        return value.canonical
    return str(value)
