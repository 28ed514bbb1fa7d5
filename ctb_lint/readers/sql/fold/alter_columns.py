"""ALTER TABLE on columns: ADD, DROP and everything under ALTER COLUMN."""

from __future__ import annotations

from contextlib import nullcontext

from msgspec import structs

from ctb_lint.changes import AddColumn, AlterColumn, AlterTable, DropColumn
from ctb_lint.model import Column, Expr, ObjectKind, QualifiedName, Sequence, Table
from ctb_lint.readers.sql import names
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.fold.elements import bare_constraint, column_parts, with_property
from ctb_lint.readers.sql.fold.parts import (
    plain_collations,
    resolved,
    with_constraint,
    without_column,
)
from ctb_lint.readers.sql.fold.tables import with_serial_default
from ctb_lint.readers.sql.lexeme import lexemes
from ctb_lint.readers.sql.nodes import Node
from ctb_lint.readers.sql.rewrites import retyped_expr


def add_column(f: Folding, table: Table, command: Node) -> None:
    definition = command["def"]["ColumnDef"]
    existing = table.column(definition.get("colname", ""))
    skipped = existing is not None and bool(command.get("missing_ok"))
    with f.unheard() if skipped else nullcontext():
        parts = column_parts(f, definition)
    column = with_serial_default(f, table, parts)
    at = column.location or f.place.whole
    if existing is not None:
        if skipped:
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
    made = table.column(column.name)  # a primary key may have made it NOT NULL
    for child in children(f, table.name):
        if made and child.column(column.name) is None:
            f.state.put_table(structs.replace(child, columns=(*child.columns, made)))


def children(f: Folding, name: QualifiedName) -> list[Table]:
    """The tables that an ALTER TABLE changes along with this one: none with ONLY."""
    return [] if f.only else descendants(f, name)


def descendants(f: Folding, name: QualifiedName) -> list[Table]:
    """Partitions and inheriting tables, all the way down, each once."""
    found: dict[QualifiedName, Table] = {}
    above = {name} & f.state.parents
    while above:
        next_ = {
            table.name: table
            for table in f.state.tables.values()
            if (table.partition_of in above or not above.isdisjoint(table.inherits))
            and table.name not in found
            and table.name != name
        }
        found |= next_
        above = set(next_) & f.state.parents
    return list(found.values())


def not_null_below(f: Folding, name: QualifiedName, columns: tuple[str, ...]) -> None:
    """Makes columns NOT NULL in the partitions and children of a table."""
    for child in children(f, name):
        changed = tuple(
            structs.replace(c, not_null=True) if c.name in columns else c for c in child.columns
        )
        f.state.put_table(structs.replace(child, columns=changed))


def _own_sequence(f: Folding, table: Table, column: Column, type_: str) -> None:
    schema = table.name.schema
    name = names.sequence(table.name.name, column.name, lambda n: f.state.relation_taken(schema, n))
    sequence = QualifiedName(schema, name)
    f.state.sequences[sequence] = Sequence(
        sequence, type_, (table.name, column.name), column.location
    )
    f.state.relations[sequence] = ObjectKind.SEQUENCE


def _column_differences(existing: Column, wanted: Column) -> tuple[str, ...]:
    found = []
    if existing.type.canonical != wanted.type.canonical:
        found.append(f"{existing.name} is {existing.type.canonical}, not {wanted.type.canonical}")
    if wanted.not_null and not existing.not_null:
        found.append(f"{existing.name} allows NULL")
    return tuple(found)


def drop_column(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "DROP COLUMN", bool(command.get("missing_ok")))
    if column is None:
        return
    f.changed(DropColumn, f.place.word(column.name), table, column=column)
    f.state.put_table(without_column(f, table, column.name))
    for other in f.state.referring(table.name):
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
    _drop_from_children(f, table, column)
    if command.get("behavior") == "DROP_CASCADE":
        _drop_readers(f, table.name, column.name)


def _drop_from_children(f: Folding, parent: Table, column: Column) -> None:
    """A child keeps what it defines itself, or has from another parent too."""
    if f.only or parent.name not in f.state.parents:
        return
    for child in list(f.state.tables.values()):
        own = child.column(column.name)
        if own is None or not (child.partition_of == parent.name or parent.name in child.inherits):
            continue
        others = [f.state.tables.get(name) for name in child.inherits if name != parent.name]
        elsewhere = any(other and other.column(column.name) for other in others)
        if child.partition_of or (own.location == column.location and not elsewhere):
            f.state.put_table(without_column(f, child, column.name))
            _drop_from_children(f, child, own)


def _drop_readers(f: Folding, table: QualifiedName, column: str) -> None:
    """The views go that read a column which went with CASCADE: those whose text names it, or
    all columns."""
    for view in list(f.state.views.values()):
        if table in view.depends_on and view.name in f.state.views:
            tokens = lexemes(view.definition, 0, len(view.definition))
            before = ["", *(token.text for token in tokens)]
            named = any(
                token.name == column or (token.text == "*" and last != "(")
                for token, last in zip(tokens, before, strict=False)
            )
            if named:
                f.state.remove_view(view.name, f.place.whole, cascade=True)


def _column(
    f: Folding, table: Table, command: Node, role: str, missing_ok: bool = False
) -> Column | None:
    name = command.get("name", "")
    column = table.column(name)
    if column is None and not missing_ok:
        at = f.place.word(name, after=1)
        f.unknown_column(table, name, role, at)
    return column


def alter(f: Folding, table: Table, old: Column, new: Column) -> None:
    f.changed(AlterColumn, f.place.word(old.name, after=1), table, column=old, after=new)
    f.state.put_table(_with_column(table, new))
    for child in children(f, table.name):
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


def column_default(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column is None:
        return
    raw = command.get("def")
    if raw is None or raw.get("A_Const", {}).get("isnull"):
        at = f.place.word(column.name, after=1) if column.default else column.default_location
        alter(f, table, column, structs.replace(column, default=None, default_location=at))
        return
    start = f.place.token_after(command.get("name", ""))
    text, place = f.place.after_keyword(start, "DEFAULT")
    default = f.expr(raw, text, column.type)
    new = structs.replace(column, default=default, default_location=place)
    alter(f, table, column, new)


def set_not_null(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column:
        new = structs.replace(column, not_null=True, null_location=f.place.whole)
        alter(f, table, column, new)


def drop_not_null(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column:
        at = f.place.word(column.name, after=1)
        alter(f, table, column, structs.replace(column, not_null=False, null_location=at))


def alter_type(f: Folding, table: Table, command: Node) -> None:
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
    alter(f, table, column, new)
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
        for i in (plain_collations(table, index) for index in table.indexes)
    )
    f.state.put_table(structs.replace(table, constraints=constraints, indexes=indexes))


def set_expression(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column is None:
        return
    text, place = f.place.parenthesised(0, "AS")
    new = structs.replace(column, generation=f.expr(command["def"], text), default_location=place)
    alter(f, table, column, new)


def drop_expression(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column:
        alter(f, table, column, structs.replace(column, generated=None, generation=None))


def add_identity(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column is None:
        return
    new = with_property(f, column, command["def"]["Constraint"])
    alter(f, table, column, new)
    _own_sequence(f, table, column, column.type.name)


def set_identity(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column is None:
        return
    for wrapped in command.get("def", {}).get("List", {}).get("items", ()):
        element = wrapped.get("DefElem", {})
        if element.get("defname") == "generated":
            how = "always" if element["arg"]["Integer"].get("ival") == ord("a") else "by default"
            alter(f, table, column, structs.replace(column, identity=how))


def drop_identity(f: Folding, table: Table, command: Node) -> None:
    column = _column(f, table, command, "ALTER COLUMN")
    if column and column.identity:
        alter(f, table, column, structs.replace(column, identity=None))
        for sequence in list(f.state.sequences.values()):
            if sequence.owned_by == (table.name, column.name):
                f.state.sequences.pop(sequence.name)
                f.state.relations.pop(sequence.name, None)


def column_only(f: Folding, table: Table, command: Node) -> None:
    """SET STATISTICS, STORAGE, COMPRESSION and options: nothing the model holds."""
    if _column(f, table, command, "ALTER COLUMN"):
        f.changed(AlterTable, f.place.whole, table, action=command["subtype"].removeprefix("AT_"))
