"""ALTER TABLE on constraints."""

from __future__ import annotations

from msgspec import structs

from ctb_lint.changes import AddConstraint, AlterConstraint, DropConstraint
from ctb_lint.mishaps import UnknownObject
from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    Location,
    ObjectKind,
    QualifiedName,
    Table,
)
from ctb_lint.readers.sql import names
from ctb_lint.readers.sql.fold.alter_columns import alter, children, not_null_below
from ctb_lint.readers.sql.fold.context import Folding, nearest
from ctb_lint.readers.sql.fold.elements import bare_constraint, with_property
from ctb_lint.readers.sql.fold.parts import resolved, with_constraint
from ctb_lint.readers.sql.nodes import Node
from ctb_lint.readers.sql.state import INDEX_BACKED

NAMED_NOT_NULL = 18
"""The PostgreSQL version that first keeps NOT NULL as a constraint with a name."""


def add_constraint(f: Folding, table: Table, command: Node) -> None:
    node = command["def"]["Constraint"]
    at = f.place.at(node.get("location"))
    if node["contype"] == "CONSTR_NOTNULL":
        for key in node.get("keys", ()):
            column = table.column(key["String"].get("sval", ""))
            if column:
                alter(f, table, column, with_property(f, column, node))
        return
    if node.get("indexname"):
        _from_index(f, table, node, at)
        return
    bare = bare_constraint(f, node, None)
    if bare is None:
        f.not_understood(f"constraint {node['contype']}")
        return
    if _is_there(f, table, bare, at):
        return
    constraint = resolved(f, table, bare, node.get("pktable"))
    f.changed(AddConstraint, at, table, constraint=constraint)
    f.state.put_table(with_constraint(f, table, constraint))
    if constraint.kind is ConstraintKind.PRIMARY:
        not_null_below(f, table.name, constraint.columns)
    if constraint.kind is ConstraintKind.CHECK and not constraint.no_inherit:
        for child in children(f, table.name):
            if all(c.name != constraint.name for c in child.constraints):
                f.state.put_table(with_constraint(f, child, constraint))


def _is_there(f: Folding, table: Table, bare: Constraint, at: Location) -> bool:
    """Whether the constraint's name, or a primary key, is there already; recorded."""
    if bare.name and any(c.name == bare.name for c in table.constraints):
        f.twice(table.name, ObjectKind.CONSTRAINT, at, bare.name, None, ObjectKind.CONSTRAINT)
        return True
    if bare.kind is ConstraintKind.PRIMARY and table.primary_key:
        existing = table.primary_key
        f.twice(
            table.name, ObjectKind.CONSTRAINT, at, "primary key", existing.location,
            ObjectKind.CONSTRAINT,
        )  # fmt: skip
        return True
    if bare.name and bare.kind in INDEX_BACKED:
        taken = QualifiedName(table.name.schema, bare.name)
        if taken in f.state.relations:
            f.twice(taken, ObjectKind.INDEX, f.place.word(bare.name))
            return True
    return False


def _from_index(f: Folding, table: Table, node: Node, at: Location) -> None:
    """ADD CONSTRAINT … USING INDEX: the index becomes the constraint's."""
    index = next((i for i in table.indexes if i.name == node["indexname"]), None)
    if index is None:
        _unknown_part(f, table, node["indexname"], "USING INDEX", ObjectKind.INDEX, [
            i.name for i in table.indexes
        ])  # fmt: skip
        return
    bare = bare_constraint(f, node, None)
    if bare is None:
        return
    columns = tuple(c for c in index.columns if c)
    name = bare.name or index.name
    constraint = structs.replace(
        bare, name=name, columns=columns, include=index.include,
        nulls_not_distinct=index.nulls_not_distinct,
    )  # fmt: skip
    f.changed(AddConstraint, at, table, constraint=constraint, using_index=index.name)
    rest = structs.replace(table, indexes=tuple(i for i in table.indexes if i != index))
    f.state.put_table(with_constraint(f, rest, constraint))


def drop_constraint(f: Folding, table: Table, command: Node) -> None:
    name = command.get("name", "")
    constraint = next((c for c in table.constraints if c.name == name), None)
    if constraint is None:
        if _drop_named_not_null(f, table, name):
            return
        if not command.get("missing_ok"):
            known = [c.name for c in table.constraints]
            _unknown_part(f, table, name, "DROP CONSTRAINT", ObjectKind.CONSTRAINT, known)
        return
    f.changed(DropConstraint, f.place.word(name, after=1), table, constraint=constraint)
    rest = structs.replace(table, constraints=tuple(c for c in table.constraints if c.name != name))
    if constraint.kind in INDEX_BACKED:
        rest = f.lose(rest, ObjectKind.INDEX, name, constraint.columns)
    f.state.put_table(f.lose(rest, ObjectKind.CONSTRAINT, name, constraint.columns))
    if constraint.kind in INDEX_BACKED and command.get("behavior") == "DROP_CASCADE":
        _drop_dependent_keys(f, table, constraint)
    for child in children(f, table.name):
        kept = tuple(
            c
            for c in child.constraints
            if not (c.kind is constraint.kind and c.columns == constraint.columns
                    and (c.name == name or child.partition_of))
        )  # fmt: skip
        f.state.put_table(structs.replace(child, constraints=kept))


def _drop_named_not_null(f: Folding, table: Table, name: str) -> bool:
    """PostgreSQL 18 keeps NOT NULL as a constraint named ``table_column_not_null``."""
    column = _not_null_named(f, table, name)
    if column:
        alter(f, table, column, structs.replace(column, not_null=False))
    return column is not None


def _not_null_named(f: Folding, table: Table, name: str) -> Column | None:
    """The column whose NOT NULL has that name, which no statement gave it."""
    if f.pg_version < NAMED_NOT_NULL:
        return None
    for column in table.columns:
        made_up = names.make_object_name(table.name.name, column.name, "not_null")
        if column.not_null and name == made_up:
            return column
    return None


def _drop_dependent_keys(f: Folding, table: Table, key: Constraint) -> None:
    for other in f.state.referring(table.name):
        kept = tuple(
            c
            for c in other.constraints
            if not (c.references == table.name and c.referenced_columns == key.columns)
        )
        if len(kept) != len(other.constraints):
            f.state.put_table(structs.replace(other, constraints=kept))


def _unknown_part(
    f: Folding, table: Table, name: str, role: str, kind: ObjectKind, known: list[str]
) -> None:
    if any(f.state.is_unknown(table.name, fact) for fact in ("constraints", "constraint names")):
        return
    # PostgreSQL 18 keeps NOT NULL under a name, which may have been given.
    named = f.pg_version >= NAMED_NOT_NULL and any(c.not_null for c in table.columns)
    if named and kind is ObjectKind.CONSTRAINT:
        return
    if kind is ObjectKind.CONSTRAINT and _not_null_named(f, table, name):
        return
    f.mishap(
        UnknownObject(
            at=f.place.word(name, after=1), statement=f.place.whole, object_kind=kind,
            name=table.name, part=name, role=role, guessed=nearest(name, known),
        )
    )  # fmt: skip


def validate(f: Folding, table: Table, command: Node) -> None:
    _change_constraint(f, table, command.get("name", ""), "VALIDATE CONSTRAINT", validated=True)


def alter_constraint(f: Folding, table: Table, command: Node) -> None:
    definition = command["def"].get("ATAlterConstraint") or command["def"].get("Constraint", {})
    name = definition.get("conname", "")
    if definition.get("alterEnforceability"):
        _change_constraint(
            f, table, name, "ALTER CONSTRAINT", enforced=bool(definition.get("is_enforced"))
        )
    if definition.get("alterDeferrability") or "alterDeferrability" not in definition:
        _change_constraint(
            f,
            table,
            name,
            "ALTER CONSTRAINT",
            deferrable=bool(definition.get("deferrable")),
            initially_deferred=bool(definition.get("initdeferred")),
        )


def _change_constraint(f: Folding, table: Table, name: str, role: str, **fields: bool) -> None:
    constraint = next((c for c in table.constraints if c.name == name), None)
    if constraint is None:
        known = [c.name for c in table.constraints]
        _unknown_part(f, table, name, role, ObjectKind.CONSTRAINT, known)
        return
    after = structs.replace(constraint, **fields)
    f.changed(
        AlterConstraint, f.place.word(name, after=1), table, constraint=constraint, after=after
    )
    constraints = tuple(after if c == constraint else c for c in table.constraints)
    f.state.put_table(structs.replace(table, constraints=constraints))
