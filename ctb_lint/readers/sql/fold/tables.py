"""CREATE TABLE, its LIKE, INHERITS and PARTITION OF, and CREATE TABLE AS."""

from __future__ import annotations

from msgspec import structs

from ctb_lint.changes import CreateTable
from ctb_lint.mishaps import InlineIndex
from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    Index,
    Location,
    ObjectKind,
    QualifiedName,
    Sequence,
    Table,
    TableKind,
)
from ctb_lint.readers.sql import names
from ctb_lint.readers.sql.fold.context import PERSISTENCE, Folding, is_temporary
from ctb_lint.readers.sql.fold.elements import (
    ColumnParts,
    bare_constraint,
    column_parts,
    is_property,
    with_property,
)
from ctb_lint.readers.sql.fold.grants import from_defaults
from ctb_lint.readers.sql.fold.inherited import (
    LIKE,
    ORDER,
    like_column,
    merged,
    with_parents_columns,
    without_repeated_keys,
)
from ctb_lint.readers.sql.fold.inline_indexes import inline_index
from ctb_lint.readers.sql.fold.partitions import (
    OF_CHILDREN,
    OF_PARTITIONS,
    line_of,
    with_index_like,
)
from ctb_lint.readers.sql.fold.parts import resolved, with_constraint
from ctb_lint.readers.sql.inline_index import InlineIndexClause
from ctb_lint.readers.sql.nodes import Node
from ctb_lint.readers.sql.state import TEMPORARY

Pending = list[tuple[Node, str | None]]
"""Constraint nodes that wait for the table, each with the column it was written with."""


def create_table(
    f: Folding, node: Node, clauses: tuple[InlineIndexClause, ...] = (), foreign: bool = False
) -> None:
    """CREATE TABLE and CREATE FOREIGN TABLE; ``clauses`` are its inline INDEX clauses."""
    relation = node["relation"]
    name = relation_name(f, relation)
    at = f.place.name(relation)
    built = _Builder(f, Table(name, kind=_kind(node, foreign), location=at), node)
    if name in f.state.relations:
        with f.unheard():
            built.build()
        table = with_inline(f, built.table, clauses)
        _already_there(f, table, at, bool(node.get("if_not_exists")))
        return
    f.made_anew(name, tolerant=bool(node.get("if_not_exists")))
    f.state.assumed.discard(name)
    built.build()
    table = with_inline(f, built.table, clauses)
    table = structs.replace(table, grants=from_defaults(f, name), owner=f.state.role)
    f.changed(CreateTable, at, made=name)
    f.state.put_table(table)
    f.state.doubt_names(name)
    built.sequences()
    f.fresh.add(name)


def relation_name(f: Folding, relation: Node) -> QualifiedName:
    """The name that a new relation gets."""
    if is_temporary(relation):
        return QualifiedName(TEMPORARY, relation["relname"])
    return f.state.creation_name(relation.get("schemaname"), relation["relname"])


def _kind(node: Node, foreign: bool) -> TableKind:
    if foreign:
        return TableKind.FOREIGN
    return TableKind.PARTITIONED if node.get("partspec") else TableKind.ORDINARY


def _already_there(f: Folding, table: Table, at: Location, tolerated: bool) -> None:
    name = table.name
    if not tolerated:
        f.twice(name, ObjectKind.TABLE, at)
        return
    existing = f.state.tables.get(name)
    if existing is None:
        kind = f.state.relations[name]
        f.skipped(name, ObjectKind.TABLE, at, (f"what stands there is no table but {a(kind)}",))
    elif not f.state.is_unknown(name, "columns"):
        f.skipped(name, ObjectKind.TABLE, at, table_differences(existing, table))


def a(kind: ObjectKind) -> str:
    """The kind with its article."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def table_differences(existing: Table, wanted: Table) -> tuple[str, ...]:
    """How a table that IF NOT EXISTS meets lacks what the second CREATE TABLE would have made."""
    found: list[str] = []
    for column in wanted.columns:
        there = existing.column(column.name)
        if there is None:
            found.append(f"lacks column {column.name}")
        elif there.type.canonical != column.type.canonical:
            found.append(f"{column.name} is {there.type.canonical}, not {column.type.canonical}")
        elif column.not_null and not there.not_null:
            found.append(f"{column.name} allows NULL")
    kinds = {(c.kind, c.columns) for c in existing.constraints}
    found += [
        f"lacks {c.kind} ({', '.join(c.columns)})"
        for c in wanted.constraints
        if c.kind is not ConstraintKind.CHECK and (c.kind, c.columns) not in kinds
    ]
    return tuple(found)


def with_inline(f: Folding, table: Table, clauses: tuple[InlineIndexClause, ...]) -> Table:
    """The table with the indexes that it was meant to have: their clauses are one fault each,
    and no reason to find every id unindexed as well."""
    if not clauses:
        return table
    indexes = list(table.indexes)
    for clause in clauses:
        place = f.place.between(*(clause.name_span or (clause.start, clause.end)))
        whole = f.place.between(clause.start, clause.end)
        columns = tuple(c.name or c.text for c in clause.columns)
        f.mishap(
            InlineIndex(
                at=place, statement=whole, object_kind=ObjectKind.INDEX, name=table.name,
                index=clause.name, columns=columns, unique=clause.unique, clause=clause.text,
                cuts=clause.cuts,
                plain=clause.plain and all(table.column(c.name) for c in clause.columns if c.name),
            )
        )  # fmt: skip
        indexes.append(inline_index(f, table, clause, whole))
    return structs.replace(table, indexes=tuple(indexes))


class _Builder:
    """Builds one table: columns in order first, constraints when all columns are known."""

    def __init__(self, f: Folding, table: Table, node: Node) -> None:
        self.f = f
        self.node = node
        persistence = PERSISTENCE[node["relation"].get("relpersistence", "p")]
        self.table = structs.replace(table, persistence=persistence)
        self.pending: Pending = []
        self.serials: list[tuple[str, str]] = []
        self.copied: list[Index] = []
        self.copied_constraints: list[Constraint] = []

    def build(self) -> None:
        """All of the table but its inline indexes."""
        self._parents()
        for wrapped in self.node.get("tableElts", ()):
            if "ColumnDef" in wrapped:
                self._column(wrapped["ColumnDef"])
            elif "TableLikeClause" in wrapped:
                self._like(wrapped["TableLikeClause"])
            elif "Constraint" in wrapped:
                self._element(wrapped["Constraint"])
        self._constraints()
        spec = self.node.get("partspec")
        if spec:
            keys = [p["PartitionElem"].get("name", "…") for p in spec.get("partParams", ())]
            strategy = spec.get("strategy", "").removeprefix("PARTITION_STRATEGY_")
            key = f"{strategy} ({', '.join(keys)})"
            self.table = structs.replace(self.table, partition_key=key)

    def sequences(self) -> None:
        """Makes the sequences of serial and identity columns, when the table is there."""
        for name, type_ in self.serials:
            schema = self.table.name.schema
            sequence = QualifiedName(schema, self._sequence_name(name))
            self.f.state.sequences[sequence] = Sequence(
                sequence, type_, (self.table.name, name), self.table.location
            )
            self.f.state.relations[sequence] = ObjectKind.SEQUENCE

    def _sequence_name(self, column: str) -> str:
        schema, relation = self.table.name.schema, self.table.name.name
        return names.sequence(relation, column, lambda n: self.f.state.relation_taken(schema, n))

    def _column(self, node: Node) -> None:
        parts = column_parts(self.f, node)
        column = with_serial_default(self.f, self.table, parts)
        if parts.serial or column.identity:
            self.serials.append((column.name, parts.serial or column.type.name))
        inherited = self.table.column(column.name)
        if inherited is not None:
            if "typeName" not in node or self.table.inherits:
                column = merged(inherited, column)
            elif not self.table.partition_of:
                self.f.twice(
                    self.table.name, ObjectKind.COLUMN, column.location or self.f.place.whole,
                    column.name, inherited.location, ObjectKind.COLUMN,
                )  # fmt: skip
                return
            columns = tuple(column if c.name == column.name else c for c in self.table.columns)
        else:
            columns = (*self.table.columns, column)
        self.table = structs.replace(self.table, columns=columns)
        self.pending.extend((c, column.name) for c in parts.constraints)

    def _element(self, node: Node) -> None:
        if not is_property(node):
            self.pending.append((node, None))
            return
        for name in [k["String"].get("sval", "") for k in node.get("keys", ())]:
            column = self.table.column(name)
            if column:  # CONSTRAINT c NOT NULL column, of PostgreSQL 18
                self._replace(with_property(self.f, column, node))

    def _replace(self, column: Column) -> None:
        columns = tuple(column if c.name == column.name else c for c in self.table.columns)
        self.table = structs.replace(self.table, columns=columns)

    def _parents(self) -> None:
        partition = "partbound" in self.node
        if partition and not self._partition_parent():
            return
        if partition:
            return
        for wrapped in self.node.get("inhRelations", ()):
            parent = self.f.table(wrapped["RangeVar"], "INHERITS")
            if parent is None:
                self.f.state.make_unknown(self.table.name, OF_CHILDREN, "its parent is unknown")
                continue
            self._inherit(parent, indexes=False)
            self.table = structs.replace(self.table, inherits=(*self.table.inherits, parent.name))
        of_type = self.node.get("ofTypename")
        if of_type:
            found = self.f.type_of(of_type)
            composite = self.f.state.types.get(QualifiedName(found.schema or "", found.name))
            columns = composite.columns if composite else ()
            self.table = structs.replace(self.table, columns=columns)

    def _partition_parent(self) -> bool:
        parent_node = self.node["inhRelations"][0]["RangeVar"]
        parent = self.f.table(parent_node, "PARTITION OF")
        if parent is None:
            name = self.f.state.creation_name(parent_node.get("schemaname"), parent_node["relname"])
            if name != self.table.name:
                self.table = structs.replace(self.table, partition_of=name)
            self.f.state.make_unknown(self.table.name, OF_PARTITIONS, "its parent is unknown")
            return False
        if self.table.name not in line_of(self.f, parent.name):
            self.table = structs.replace(self.table, partition_of=parent.name)
        self._inherit(parent, indexes=True)
        return True

    def _inherit(self, parent: Table, indexes: bool) -> None:
        facts = OF_PARTITIONS if indexes else OF_CHILDREN
        self.f.state.take_over_unknown(self.table.name, parent.name, facts)
        columns = with_parents_columns(self.table.columns, parent.columns, partition=indexes)
        self.table = structs.replace(self.table, columns=columns)
        for constraint in parent.constraints:
            inherited = constraint.kind is ConstraintKind.CHECK and not constraint.no_inherit
            if inherited or indexes:
                self._copy(constraint)
        if indexes:
            self.copied.extend(parent.indexes)

    def _copy(self, constraint: Constraint) -> None:
        """In a table without rows every enforced check holds."""
        valid = constraint.validated
        if constraint.kind is ConstraintKind.CHECK:
            valid = constraint.enforced
        copy = structs.replace(constraint, comment=None, validated=valid)
        self.copied_constraints.append(copy)

    def _like(self, node: Node) -> None:
        source = self.f.table(node["relation"], "LIKE")
        if source is None:
            self.f.state.make_unknown(
                self.table.name, OF_PARTITIONS, "the table it is like is unknown"
            )
            return
        self.f.state.take_over_unknown(self.table.name, source.name, OF_PARTITIONS)
        options = int(node.get("options", 0))
        columns = tuple(like_column(c, options) for c in source.columns)
        self.table = structs.replace(self.table, columns=(*self.table.columns, *columns))
        for constraint in source.constraints:
            is_check = constraint.kind is ConstraintKind.CHECK
            is_key = constraint.kind in {
                ConstraintKind.PRIMARY, ConstraintKind.UNIQUE, ConstraintKind.EXCLUSION,
            }  # fmt: skip
            if is_check and options & LIKE["constraints"]:
                self._copy(constraint)
            elif is_key and options & LIKE["indexes"]:
                self.copied_constraints.append(structs.replace(constraint, name="", comment=None))
        if options & LIKE["indexes"]:
            self.copied.extend(source.indexes)

    def _constraints(self) -> None:
        """Checks are named first, then keys with the primary key at their head, foreign keys
        last: the order in which PostgreSQL makes them, which decides the numbers in names."""
        self.f.of(self.table)
        copied = [c for c in self.copied_constraints if c.kind is ConstraintKind.CHECK]
        for constraint in copied:
            self._add(constraint)
        bare: list[tuple[Constraint, Node | None]] = []
        for node, column in self.pending:
            made = bare_constraint(self.f, node, column)
            if made:  # NOT VALID says nothing where there are no rows
                made = structs.replace(made, validated=made.enforced)
                bare.append((made, node.get("pktable")))
        partition = self.table.partition_of is not None
        for constraint in self.copied_constraints:
            if constraint.kind is not ConstraintKind.CHECK:
                is_key = constraint.kind is not ConstraintKind.FOREIGN
                name = "" if is_key and partition else constraint.name
                bare.append((structs.replace(constraint, name=name), None))
        bare.sort(key=lambda pair: ORDER[pair[0].kind])
        for constraint, target in without_repeated_keys(bare):
            self._add(resolved(self.f, self.table, constraint, target))
        for index in self.copied:
            self.table = with_index_like(self.f, self.table, index)

    def _add(self, constraint: Constraint) -> None:
        if any(c.name == constraint.name for c in self.table.constraints):
            has_parents = self.table.inherits or self.table.partition_of
            if constraint.kind is ConstraintKind.CHECK and has_parents:
                return
            self.f.twice(
                self.table.name, ObjectKind.CONSTRAINT, constraint.location or self.f.place.whole,
                constraint.name, self.table.location, ObjectKind.CONSTRAINT,
            )  # fmt: skip
            return
        self.table = with_constraint(self.f, self.table, constraint)


def with_serial_default(f: Folding, table: Table, parts: ColumnParts) -> Column:
    """The column; a serial one with the default that its sequence gives."""
    column = parts.column
    if parts.serial is None:
        return column
    from ctb_lint.readers.sql.expr import from_text

    schema = table.name.schema
    sequence = names.sequence(
        table.name.name, column.name, lambda n: f.state.relation_taken(schema, n)
    )
    qualified = str(QualifiedName(schema, sequence)).replace("'", "''")
    return structs.replace(column, default=from_text(f"nextval('{qualified}'::regclass)"))
