"""Attaching and detaching partitions."""

from __future__ import annotations

from msgspec import structs

from ctb_lint.changes import AlterTable
from ctb_lint.model import Constraint, ConstraintKind, Index, QualifiedName, Table
from ctb_lint.readers.sql import names
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.fold.parts import chosen_name, with_constraint
from ctb_lint.readers.sql.nodes import Node

OF_CHILDREN = ("columns", "constraints", "constraint names")
"""What a table has of those that it inherits from."""
OF_PARTITIONS = (*OF_CHILDREN, "indexes", "triggers")
"""What a partition has of its parent."""


def attach(f: Folding, table: Table, command: Node) -> None:
    """ATTACH PARTITION: the partition gets what indexes and keys of its parent it lacks."""
    partition = f.table(command["def"]["PartitionCmd"]["name"], "ATTACH PARTITION")
    f.changed(AlterTable, f.place.whole, table, action="AttachPartition")
    if partition is None or partition.name in line_of(f, table.name):
        return
    f.state.take_over_unknown(partition.name, table.name, OF_PARTITIONS)
    partition = structs.replace(partition, partition_of=table.name)
    for constraint in table.constraints:
        partition = _with_like(f, partition, constraint)
    for index in table.indexes:
        if not any(_alike(own, index) for own in partition.indexes):
            partition = with_index_like(f, partition, index)
    f.state.put_table(partition)


def line_of(f: Folding, name: QualifiedName | None) -> set[QualifiedName]:
    """A table and all that it is a partition of, however far up. PostgreSQL refuses a circle."""
    line: set[QualifiedName] = set()
    while name is not None and name not in line:
        line.add(name)
        table = f.state.tables.get(name)
        name = table.partition_of if table else None
    return line


def _with_like(f: Folding, partition: Table, constraint: Constraint) -> Table:
    if constraint.kind is ConstraintKind.CHECK:
        return partition
    alike = any(
        own.kind is constraint.kind
        and own.columns == constraint.columns
        and own.references == constraint.references
        for own in partition.constraints
    )
    if alike:
        return partition
    copy = structs.replace(constraint, comment=None)
    if constraint.kind is not ConstraintKind.FOREIGN:
        copy = structs.replace(copy, name="")
        copy = structs.replace(copy, name=chosen_name(f, partition, copy))
    elif any(own.name == copy.name for own in partition.constraints):
        copy = structs.replace(copy, name=chosen_name(f, partition, copy))
    return with_constraint(f, partition, copy)


def _alike(own: Index, other: Index) -> bool:
    return (own.keys, own.unique, own.method, own.predicate) == (
        other.keys,
        other.unique,
        other.method,
        other.predicate,
    )


def with_index_like(f: Folding, table: Table, index: Index) -> Table:
    """The table with a copy of its parent's index, under the name that PostgreSQL gives it."""
    schema = table.name.schema
    own = {i.name for i in table.indexes} | {c.name for c in table.constraints}
    keys = [k.column for k in index.keys] + list(index.include)
    name = names.index(
        table.name.name, keys, lambda n: n in own or f.state.relation_taken(schema, n)
    )
    copy = structs.replace(index, name=name, named=False, comment=None)
    return structs.replace(table, indexes=(*table.indexes, copy))


def detach(f: Folding, table: Table, command: Node) -> None:
    """DETACH PARTITION: the table stands for itself again."""
    partition = f.table(command["def"]["PartitionCmd"]["name"], "DETACH PARTITION")
    f.changed(AlterTable, f.place.whole, table, action="DetachPartition")
    if partition:
        f.state.put_table(structs.replace(partition, partition_of=None))
