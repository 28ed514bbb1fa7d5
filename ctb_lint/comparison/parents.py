"""What partitions and child tables have from their parents: it is the parent's, and differs or
not with the parent."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

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
    waiting = [*above(table)]
    seen = {table.name}
    while waiting:
        name = waiting.pop(0)
        parent = tables.get(name)
        if parent is not None and name not in seen:
            seen.add(name)
            yield parent
            waiting += above(parent)


def above(table: Table) -> tuple[QualifiedName, ...]:
    """The tables that a table has columns from, without theirs."""
    return (*([table.partition_of] if table.partition_of else []), *table.inherits)


def own_parts(tables: Tables) -> Callable[[Table, Table], Table]:
    """A function that takes from a table what the ancestors of the second, which is mostly the
    table itself, give their own: of a partition all constraints, indexes and triggers that an
    ancestor has the like of, of a child table its checks."""
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

    def own(table: Table, child: Table) -> Table:
        if not above(child):
            return table
        theirs = frozenset[Hashable]().union(*(of(parent) for parent in ancestors(child, tables)))
        partition = child.partition_of is not None
        return structs.replace(
            table,
            constraints=tuple(
                c
                for c in table.constraints
                if _shape(c) not in theirs or not (partition or c.kind is ConstraintKind.CHECK)
            ),
            indexes=tuple(
                i for i in table.indexes if not partition or _index_shape(i) not in theirs
            ),
            triggers=tuple(
                t for t in table.triggers if not partition or ("trigger", t.name) not in theirs
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
        shared = {t.name for t in ancestors(ours[name], ours)}
        shared &= {t.name for t in ancestors(theirs[name], theirs)}
        known = frozenset[Hashable]().union(*(of(parent) for parent in shared))
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
