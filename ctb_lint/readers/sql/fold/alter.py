"""ALTER TABLE: one handler for each of PostgreSQL's actions."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from ctb_lint.history import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    AlterConstraint,
    AlterTable,
    DropColumn,
    DropConstraint,
    UnknownObject,
)
from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    Expr,

    Location,
    ObjectKind,
    QualifiedName,
    Sequence,
    Table,
)
from ctb_lint.readers.sql import names
from ctb_lint.readers.sql.fold.context import Folding, nearest
from ctb_lint.readers.sql.fold.elements import bare_constraint, column_parts, with_property
from ctb_lint.readers.sql.fold.parts import (
    resolved,
    with_constraint,
    without_column,
)
from ctb_lint.readers.sql.fold.partitions import attach, detach
from ctb_lint.readers.sql.fold.tables import with_serial_default
from ctb_lint.readers.sql.nodes import Node, role_name
from ctb_lint.readers.sql.rewrites import retyped_expr
from ctb_lint.readers.sql.state import INDEX_BACKED

_OTHER_RELATIONS = {"OBJECT_INDEX", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE"}


def alter_table(f: Folding, node: Node) -> None:
    """ALTER TABLE, VIEW, INDEX and SEQUENCE, action by action."""
    relation = node["relation"]
    kind = node.get("objtype", "OBJECT_TABLE")
    if kind == "OBJECT_TYPE":
        from ctb_lint.readers.sql.fold.types import alter_composite

        alter_composite(f, node)
        return
    found = f.relation(relation, f"ALTER {kind.removeprefix('OBJECT_')}", bool(node.get("missing_ok")))
    if found is None:
        return
    if found not in f.state.tables:
        _alter_other(f, found, node)
        return
    starts = f.place.actions() if len(node.get("cmds", ())) > 1 else [0]
    for number, wrapped in enumerate(node.get("cmds", ())):
        command = wrapped["AlterTableCmd"]
        f.place.focus = starts[min(number, len(starts) - 1)]
        table = f.state.tables.get(found)
        if table is None:
            return
        f.of(table)
        action = command["subtype"].removeprefix("AT_")
        handler = ACTIONS.get(action)
        if handler:
            handler(f, table, command)
        elif action in TABLE_ONLY:
            f.changed(AlterTable, f.place.whole, table, action=action)
        else:
            f.not_understood(f"ALTER TABLE action {action} is not known")


def _alter_other(f: Folding, found: QualifiedName, node: Node) -> None:
    """ALTER VIEW, INDEX or SEQUENCE: what changes there is not in the model, but defaults are."""
    for wrapped in node.get("cmds", ()):
        command = wrapped["AlterTableCmd"]
        if command["subtype"] == "AT_AttachPartition" and found in f.state.index_owner:
            continue
        if command["subtype"] not in _HARMLESS_ELSEWHERE:
            f.not_understood(f"ALTER of {found}: {command['subtype'].removeprefix('AT_')}")


_HARMLESS_ELSEWHERE = {
    "AT_ChangeOwner", "AT_SetRelOptions", "AT_ResetRelOptions", "AT_SetStatistics",
    "AT_SetTableSpace", "AT_ColumnDefault", "AT_SetStorage", "AT_ClusterOn", "AT_DropCluster",
    "AT_SetLogged", "AT_SetUnLogged", "AT_SetAccessMethod", "AT_ReplaceRelOptions",
    "AT_SetOptions", "AT_ResetOptions",
}  # fmt: skip

# Columns ---------------------------------------------------------------------------------------


def _add_column(f: Folding, table: Table, command: Node) -> None:
    definition = command["def"]["ColumnDef"]
    existing = table.column(definition.get("colname", ""))
    parts = column_parts(f, definition)
    column = with_serial_default(f, table, parts)
    at = column.location or f.place.whole
    if existing is not None:
        if command.get("missing_ok"):
            differs = _column_differences(existing, column)
            f.skipped(table.name, ObjectKind.COLUMN, at, differs, column.name, existing.location)
        else:
            f.twice(
                table.name, ObjectKind.COLUMN, at, column.name, existing.location, ObjectKind.COLUMN
            )
        return
    f.changed(AddColumn, at, table, column=column)
    table = f.of(structs.replace(table, columns=(*table.columns, column)))
    for node in parts.constraints:
        bare = bare_constraint(f, node, column.name)
        if bare:
            table = with_constraint(f, table, resolved(f, table, bare, node.get("pktable")))
    f.state.put_table(table)
    if parts.serial or column.identity:
        _own_sequence(f, table, column, parts.serial or column.type.name)
    for child in _children(f, table.name):
        if child.column(column.name) is None:
            f.state.put_table(structs.replace(child, columns=(*child.columns, column)))


def _children(f: Folding, name: QualifiedName) -> list[Table]:
    """Partitions and inheriting tables, all the way down."""
    found: list[Table] = []
    for table in list(f.state.tables.values()):
        if table.partition_of == name or name in table.inherits:
            found += [table, *_children(f, table.name)]
    return found


def _own_sequence(f: Folding, table: Table, column: Column, type_: str) -> None:
    schema = table.name.schema
    name = names.sequence(
        table.name.name, column.name, lambda n: f.state.relation_taken(schema, n)
    )
    sequence = QualifiedName(schema, name)
    f.state.sequences[sequence] = Sequence(sequence, type_, (table.name, column.name), column.location)
    f.state.relations[sequence] = ObjectKind.SEQUENCE


def _column_differences(existing: Column, wanted: Column) -> tuple[str, ...]:
    found = []
    if existing.type.canonical != wanted.type.canonical:
        found.append(
            f"{existing.name} is {existing.type.canonical}, not {wanted.type.canonical}"
        )
    if wanted.not_null and not existing.not_null:
        found.append(f"{existing.name} allows NULL")
    return tuple(found)


def _drop_column(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "DROP COLUMN", bool(command.get("missing_ok")))
    if column is None:
        return
    f.changed(DropColumn, f.place.word(column.name), table, column=column)
    f.state.put_table(without_column(f, table, column.name))
    for other in list(f.state.tables.values()):
        kept = tuple(
            c
            for c in other.constraints
            if not (c.references == table.name and column.name in c.referenced_columns)
        )
        if len(kept) != len(other.constraints):
            f.state.put_table(structs.replace(other, constraints=kept))
    for sequence in list(f.state.sequences.values()):
        if sequence.owned_by == (table.name, column.name):
            f.state.sequences.pop(sequence.name)
            f.state.relations.pop(sequence.name, None)
    for child in _children(f, table.name):
        f.state.put_table(without_column(f, child, column.name))


def _column(
    f: Folding, table: Table, command: Node, role: str, missing_ok: bool = False
) -> Column | None:
    name = command.get("name", "")
    column = table.column(name)
    if column is None and not missing_ok:
        at = f.place.word(name, after=1)
        f.unknown_column(table, name, role, at)
    return column


def _alter(f: Folding, table: Table, old: Column, new: Column) -> None:
    f.changed(AlterColumn, f.place.word(old.name, after=1), table, column=old, after=new)
    f.state.put_table(_with_column(table, new))
    for child in _children(f, table.name):
        there = child.column(old.name)
        if there is None:
            continue
        changed = structs.replace(there, type=new.type, not_null=new.not_null)
        if old.default != new.default:
            changed = structs.replace(changed, default=new.default)
        f.state.put_table(_with_column(child, changed))


def _with_column(table: Table, column: Column) -> Table:
    columns = tuple(column if c.name == column.name else c for c in table.columns)
    return structs.replace(table, columns=columns)


def _column_default(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column is None:
        return
    raw = command.get("def")
    if raw is None or raw.get("A_Const", {}).get("isnull"):
        _alter(f, table, column, structs.replace(column, default=None))
        return
    start = f.place.token_after(command.get("name", ""))
    text, place = f.place.after_keyword(start, "DEFAULT")
    default = f.expr(raw, text, column.type)
    new = structs.replace(column, default=default, default_location=place)
    _alter(f, table, column, new)


def _set_not_null(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column:
        new = structs.replace(column, not_null=True, null_location=f.place.whole)
        _alter(f, table, column, new)


def _drop_not_null(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column:
        at = f.place.word(column.name, after=1)
        _alter(f, table, column, structs.replace(column, not_null=False, null_location=at))


def _alter_type(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    definition = command["def"]["ColumnDef"]
    type_ = f.type_of(definition["typeName"])
    if column is None:
        return
    at = f.place.at(definition["typeName"].get("location"))
    collation = definition.get("collClause")
    new = structs.replace(
        column,
        type=type_,
        type_location=at,
        collation=column.collation
        if collation is None and type_.key == column.type.key
        else (collation or {}).get("collname", [{}])[-1].get("String", {}).get("sval"),
    )
    if column.default:
        schema = f.state.default_schema
        new = structs.replace(new, default=retyped_expr(column.default, f.base(type_), {}, schema))
    _alter(f, table, column, new)
    _reread(f, table.name, column.name)


def _reread(f: Folding, name: QualifiedName, column: str) -> None:
    """Reads the expressions over a column again, which has another type now."""
    table = f.of(f.state.tables[name])
    schema = f.state.default_schema

    def again(expr: Expr | None) -> Expr | None:
        if expr is None or column not in expr.columns:
            return expr
        return retyped_expr(expr, None, f.types, schema)

    constraints = tuple(structs.replace(c, expr=again(c.expr)) for c in table.constraints)
    indexes = tuple(
        structs.replace(
            i,
            keys=tuple(structs.replace(k, expr=again(k.expr)) for k in i.keys),
            predicate=again(i.predicate),
        )
        for i in table.indexes
    )
    f.state.put_table(structs.replace(table, constraints=constraints, indexes=indexes))


def _set_expression(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column is None:
        return
    text, place = f.place.parenthesised(0, "AS")
    new = structs.replace(column, generation=f.expr(command["def"], text), default_location=place)
    _alter(f, table, column, new)


def _drop_expression(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column:
        _alter(f, table, column, structs.replace(column, generated=None, generation=None))


def _add_identity(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column is None:
        return
    new = with_property(f, column, command["def"]["Constraint"])
    _alter(f, table, column, new)
    _own_sequence(f, table, column, column.type.name)


def _set_identity(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column is None:
        return
    for wrapped in command.get("def", {}).get("List", {}).get("items", ()):
        element = wrapped.get("DefElem", {})
        if element.get("defname") == "generated":
            how = "always" if element["arg"]["Integer"].get("ival") == ord("a") else "by default"
            _alter(f, table, column, structs.replace(column, identity=how))


def _drop_identity(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN", bool(command.get("missing_ok")))
    if column:
        _alter(f, table, column, structs.replace(column, identity=None))
        for sequence in list(f.state.sequences.values()):
            if sequence.owned_by == (table.name, column.name):
                f.state.sequences.pop(sequence.name)
                f.state.relations.pop(sequence.name, None)


def _column_only(f: Folding, table: Table, command: Node) -> None:
    """SET STATISTICS, STORAGE, COMPRESSION and options: nothing the model holds."""
    if _column(f, table, command, "ALTER COLUMN"):
        f.changed(AlterTable, f.place.whole, table, action=command["subtype"].removeprefix("AT_"))


# Constraints ---------------------------------------------------------------------------------


def _add_constraint(f: Folding, table: Table, command: Node) -> None:
    node = command["def"]["Constraint"]
    at = f.place.at(node.get("location"))
    if node["contype"] == "CONSTR_NOTNULL":
        for key in node.get("keys", ()):
            column = table.column(key["String"].get("sval", ""))
            if column:
                _alter(f, table, column, with_property(f, column, node))
        return
    if node.get("indexname"):
        _from_index(f, table, node, at)
        return
    bare = bare_constraint(f, node, None)
    if bare is None:
        f.not_understood(f"constraint {node['contype']}")
        return
    if bare.name and any(c.name == bare.name for c in table.constraints):
        f.twice(table.name, ObjectKind.CONSTRAINT, at, bare.name, None, ObjectKind.CONSTRAINT)
        return
    if bare.kind is ConstraintKind.PRIMARY and table.primary_key:
        existing = table.primary_key
        f.twice(
            table.name, ObjectKind.CONSTRAINT, at, "primary key", existing.location,
            ObjectKind.CONSTRAINT,
        )  # fmt: skip
        return
    if bare.name and bare.kind in INDEX_BACKED:
        taken = QualifiedName(table.name.schema, bare.name)
        if taken in f.state.relations:
            f.twice(taken, ObjectKind.INDEX, f.place.word(bare.name))
            return
    constraint = resolved(f, table, bare, node.get("pktable"))
    f.changed(AddConstraint, at, table, constraint=constraint)
    f.state.put_table(with_constraint(f, table, constraint))
    if constraint.kind in {ConstraintKind.CHECK} and not constraint.no_inherit:
        for child in _children(f, table.name):
            if all(c.name != constraint.name for c in child.constraints):
                f.state.put_table(with_constraint(f, child, constraint))


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


def _drop_constraint(f: Folding, table: Table, command: Node) -> None:
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
    rest = structs.replace(
        table, constraints=tuple(c for c in table.constraints if c.name != name)
    )
    if constraint.kind in INDEX_BACKED:
        rest = f.lose(rest, ObjectKind.INDEX, name, constraint.columns)
        if command.get("behavior") == "DROP_CASCADE":
            _drop_dependent_keys(f, table, constraint)
    f.state.put_table(f.lose(rest, ObjectKind.CONSTRAINT, name, constraint.columns))
    for child in _children(f, table.name):
        kept = tuple(
            c
            for c in child.constraints
            if not (c.kind is constraint.kind and c.columns == constraint.columns
                    and (c.name == name or child.partition_of))
        )  # fmt: skip
        f.state.put_table(structs.replace(child, constraints=kept))


def _drop_named_not_null(f: Folding, table: Table, name: str) -> bool:
    """PostgreSQL 18 keeps NOT NULL as a constraint named ``table_column_not_null``."""
    if f.pg_version < 18:
        return False
    for column in table.columns:
        made_up = names.make_object_name(table.name.name, column.name, "not_null")
        if column.not_null and name == made_up:
            _alter(f, table, column, structs.replace(column, not_null=False))
            return True
    return False


def _drop_dependent_keys(f: Folding, table: Table, key: Constraint) -> None:
    for other in list(f.state.tables.values()):
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
    f.mishap(
        UnknownObject(
            at=f.place.word(name, after=1), statement=f.place.whole, object_kind=kind,
            name=table.name, part=name, role=role, guessed=nearest(name, known),
        )
    )  # fmt: skip


def _validate(f: Folding, table: Table, command: Node) -> None:
    _change_constraint(f, table, command.get("name", ""), "VALIDATE CONSTRAINT", validated=True)


def _alter_constraint(f: Folding, table: Table, command: Node) -> None:
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


def _change_constraint(
    f: Folding, table: Table, name: str, role: str, **fields: bool
) -> None:
    constraint = next((c for c in table.constraints if c.name == name), None)
    if constraint is None:
        known = [c.name for c in table.constraints]
        _unknown_part(f, table, name, role, ObjectKind.CONSTRAINT, known)
        return
    after = structs.replace(constraint, **fields)
    f.changed(AlterConstraint, f.place.word(name, after=1), table, constraint=constraint, after=after)
    constraints = tuple(after if c == constraint else c for c in table.constraints)
    f.state.put_table(structs.replace(table, constraints=constraints))


# The table as a whole ---------------------------------------------------------------------------


def _flag(**fields: bool | str) -> Callable[[Folding, Table, Node], None]:
    def apply(f: Folding, table: Table, command: Node) -> None:
        action = command["subtype"].removeprefix("AT_")
        f.changed(AlterTable, f.place.whole, table, action=action)
        changed = structs.replace(table, **fields)
        if "row_security" in fields:
            changed = structs.replace(changed, row_security_location=f.place.whole)
        f.state.put_table(changed)

    return apply


def _owner(f: Folding, table: Table, command: Node) -> None:
    owner = role_name(command.get("newowner", {}))
    f.changed(AlterTable, f.place.whole, table, action="ChangeOwner")
    f.state.put_table(structs.replace(table, owner=owner))


def _trigger_state(state: str) -> Callable[[Folding, Table, Node], None]:
    def apply(f: Folding, table: Table, command: Node) -> None:
        name = command.get("name")
        f.changed(AlterTable, f.place.whole, table, action=command["subtype"].removeprefix("AT_"))
        triggers = tuple(
            structs.replace(t, enabled=state) if name in {None, t.name} else t
            for t in table.triggers
        )
        f.state.put_table(structs.replace(table, triggers=triggers))

    return apply


def _inherit(f: Folding, table: Table, command: Node) -> None:
    parent = f.table(command["def"]["RangeVar"], "INHERIT")
    if parent:
        f.changed(AlterTable, f.place.whole, table, action="AddInherit")
        f.state.put_table(structs.replace(table, inherits=(*table.inherits, parent.name)))


def _no_inherit(f: Folding, table: Table, command: Node) -> None:
    parent = f.table(command["def"]["RangeVar"], "NO INHERIT")
    if parent:
        f.changed(AlterTable, f.place.whole, table, action="DropInherit")
        kept = tuple(name for name in table.inherits if name != parent.name)
        f.state.put_table(structs.replace(table, inherits=kept))


ACTIONS: dict[str, Callable[[Folding, Table, Node], None]] = {
    "AddColumn": _add_column,
    "AddConstraint": _add_constraint,
    "AddIdentity": _add_identity,
    "AddInherit": _inherit,
    "AlterColumnType": _alter_type,
    "AlterConstraint": _alter_constraint,
    "AttachPartition": attach,
    "ChangeOwner": _owner,
    "ColumnDefault": _column_default,
    "DetachPartition": detach,
    "DetachPartitionFinalize": detach,
    "DisableRowSecurity": _flag(row_security=False),
    "DisableTrig": _trigger_state("disabled"),
    "DisableTrigAll": _trigger_state("disabled"),
    "DisableTrigUser": _trigger_state("disabled"),
    "DropColumn": _drop_column,
    "DropConstraint": _drop_constraint,
    "DropExpression": _drop_expression,
    "DropIdentity": _drop_identity,
    "DropInherit": _no_inherit,
    "DropNotNull": _drop_not_null,
    "EnableAlwaysTrig": _trigger_state("always"),
    "EnableReplicaTrig": _trigger_state("replica"),
    "EnableRowSecurity": _flag(row_security=True),
    "EnableTrig": _trigger_state("origin"),
    "EnableTrigAll": _trigger_state("origin"),
    "EnableTrigUser": _trigger_state("origin"),
    "ForceRowSecurity": _flag(force_row_security=True),
    "NoForceRowSecurity": _flag(force_row_security=False),
    "ResetOptions": _column_only,
    "SetCompression": _column_only,
    "SetExpression": _set_expression,
    "SetIdentity": _set_identity,
    "SetLogged": _flag(persistence="permanent"),
    "SetNotNull": _set_not_null,
    "SetOptions": _column_only,
    "SetStatistics": _column_only,
    "SetStorage": _column_only,
    "SetUnLogged": _flag(persistence="unlogged"),
    "ValidateConstraint": _validate,
}

TABLE_ONLY = {
    "AlterColumnGenericOptions", "ClusterOn", "DisableRule", "DropCluster", "DropOf", "AddOf",
    "EnableAlwaysRule", "EnableReplicaRule", "EnableRule", "GenericOptions", "ReplicaIdentity",
    "ResetRelOptions", "SetAccessMethod", "SetRelOptions", "SetTableSpace", "DropOids",
}  # fmt: skip
"""Actions on a table that change nothing the model holds."""

