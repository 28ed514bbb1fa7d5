"""DROP of everything."""

from __future__ import annotations

from msgspec import structs

from ctb_lint.changes import ChangeObject, DropIndex, DropTable
from ctb_lint.model import Location, ObjectKind, QualifiedName, Table
from ctb_lint.readers.sql.fold.context import Folding, is_known_type, is_provided
from ctb_lint.readers.sql.fold.parts import without_column
from ctb_lint.readers.sql.fold.routines import matching
from ctb_lint.readers.sql.nodes import Node, name_parts
from ctb_lint.readers.sql.state import State

_RELATIONS = {
    "OBJECT_TABLE": ObjectKind.TABLE,
    "OBJECT_FOREIGN_TABLE": ObjectKind.TABLE,
    "OBJECT_VIEW": ObjectKind.VIEW,
    "OBJECT_MATVIEW": ObjectKind.VIEW,
    "OBJECT_SEQUENCE": ObjectKind.SEQUENCE,
    "OBJECT_INDEX": ObjectKind.INDEX,
}
_ON_TABLES = {"OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"}


def drop(f: Folding, node: Node) -> None:
    """DROP: of relations, types, schemas, functions, triggers, policies; the rest is nothing the
    model holds."""
    kind = node["removeType"]
    if kind in _RELATIONS:
        _relations(f, node, _RELATIONS[kind])
        return
    for wrapped in node.get("objects", ()):
        parts = name_parts(wrapped)
        if kind in {"OBJECT_TYPE", "OBJECT_DOMAIN"}:
            _type(f, node, parts)
        elif kind in _ON_TABLES:
            _on_table(f, node, kind, parts)
        elif kind == "OBJECT_SCHEMA":
            _schema(f, node, parts[-1])
        elif kind in {"OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE", "OBJECT_AGGREGATE"}:
            _function(f, node, wrapped)
        elif kind == "OBJECT_EXTENSION":
            f.state.extensions.pop(parts[-1], None)


def _relations(f: Folding, node: Node, kind: ObjectKind) -> None:
    """PostgreSQL looks all names up before it drops the first: they may read each other."""
    found: list[tuple[QualifiedName, Location]] = []
    for wrapped in node.get("objects", ()):
        parts = name_parts(wrapped)
        schema, name = (parts[-2] if len(parts) > 1 else None), parts[-1]
        there = f.state.find_relation(schema, name)
        at = f.place.word(name, after=1)
        if there:
            found.append((there, at))
        elif node.get("missing_ok"):
            if kind is ObjectKind.TABLE and (schema or len(f.state.search_path) == 1):
                f.made_anew(f.state.creation_name(schema, name))
        elif not is_provided(schema, name):
            wanted = f.state.creation_name(schema, name)
            f.unknown_relation(wanted, at, f"DROP {kind.upper()}", kind)
    for name_, at in found:
        if name_ in f.state.relations:
            _relation(f, node, kind, name_, at)


def _relation(f: Folding, node: Node, kind: ObjectKind, found: QualifiedName, at: Location) -> None:
    cascade = node.get("behavior") == "DROP_CASCADE"
    if kind is ObjectKind.INDEX:
        _index(f, found, at, bool(node.get("concurrent")))
    elif found in f.state.tables:
        drop_table(f, found, at, cascade)
    elif found in f.state.views:
        f.changed(ChangeObject, at, kind=ObjectKind.VIEW, action="DROP", **_named(found))
        f.state.remove_view(found, at, cascade)
    elif found in f.state.sequences:
        drop_sequence(f, found)
    else:
        f.state.relations.pop(found, None)


def _named(found: QualifiedName) -> dict[str, str]:
    return {"name": str(found)}


def drop_table(
    f: Folding,
    name: QualifiedName,
    at: Location,
    cascade: bool,
    above: frozenset[QualifiedName] = frozenset(),
) -> None:
    """Takes a table away with its partitions, and with CASCADE the views that read it. ``above``
    are those that go with it already: names may change until tables stand in a circle."""
    table = f.state.tables[name]
    f.changed(DropTable, at, table, cascade=cascade)
    for child in [t.name for t in f.state.tables.values() if _is_child(t, name, cascade)]:
        if child in f.state.tables and child not in above | {name}:
            drop_table(f, child, at, cascade, above | {name})
    f.state.remove_table(name, None if f.conditional else at)
    f.state.assumed.discard(name)
    f.made_anew(name)
    if f.conditional:
        f.state.assumed.add(name)  # it may still be there
    if cascade:
        f.state.remove_readers(name, at)
    f.fresh.discard(name)


def _is_child(table: Table, parent: QualifiedName, cascade: bool) -> bool:
    return table.partition_of == parent or (cascade and parent in table.inherits)


def drop_sequence(f: Folding, name: QualifiedName) -> None:
    """Takes a sequence away, and with it the defaults that read it."""
    sequence = f.state.sequences.pop(name)
    f.state.relations.pop(name, None)
    if sequence.owned_by:
        owner, column = sequence.owned_by
        table = f.state.tables.get(owner)
        if table:
            columns = tuple(
                structs.replace(c, default=None)
                if c.name == column and c.default and "nextval" in c.default.functions
                else c
                for c in table.columns
            )
            f.state.put_table(structs.replace(table, columns=columns))


def _index(f: Folding, name: QualifiedName, at: Location, concurrently: bool) -> None:
    owner = f.state.index_owner.get(name)
    table = f.state.tables.get(owner) if owner else None
    if table is None:
        view = f.state.views.get(owner) if owner else None
        if view:
            kept = tuple(i for i in view.indexes if i.name != name.name)
            f.state.put_view(structs.replace(view, indexes=kept))
        return
    index = next((i for i in table.indexes if i.name == name.name), None)
    if index is None:
        return  # a constraint owns it: PostgreSQL refuses
    f.changed(DropIndex, at, table, index=index, concurrently=concurrently)
    columns = tuple(c or "" for c in index.columns)
    table = f.lose(table, ObjectKind.INDEX, index.name, columns)
    indexes = tuple(i for i in table.indexes if i is not index)
    f.state.put_table(structs.replace(table, indexes=indexes))
    for child in list(f.state.tables.values()):
        if child.partition_of == table.name:
            twin = next((i for i in child.indexes if i.keys == index.keys and not i.named), None)
            if twin:
                rest = tuple(i for i in child.indexes if i is not twin)
                f.state.put_table(structs.replace(child, indexes=rest))


def _type(f: Folding, node: Node, parts: tuple[str, ...]) -> None:
    schema, name = (parts[-2] if len(parts) > 1 else ""), parts[-1]
    found = f.state.find_type(schema, name)
    if found is None and not node.get("missing_ok") and not is_known_type(schema, name):
        wanted = f.state.creation_name(schema or None, name)
        f.unknown_relation(wanted, f.place.word(name, after=1), "DROP TYPE", ObjectKind.TYPE)
    if found is None or found in f.state.tables:
        return
    at = f.place.word(name, after=1)
    f.changed(ChangeObject, at, kind=ObjectKind.TYPE, action="DROP", **_named(found))
    remove_type(f, found, node.get("behavior") == "DROP_CASCADE")


def remove_type(f: Folding, name: QualifiedName, cascade: bool) -> None:
    """Takes a type away, and with CASCADE the columns that have it."""
    for holder in (f.state.enums, f.state.domains, f.state.types):
        holder.pop(name, None)
    if f.state.relations.get(name) is ObjectKind.TYPE:
        f.state.relations.pop(name)
    if not cascade:
        return
    for table in list(f.state.tables.values()):
        for column in table.columns:
            if column.type.key == (name.schema, name.name):
                f.state.put_table(without_column(f, f.state.tables[table.name], column.name))


def _on_table(f: Folding, node: Node, kind: str, parts: tuple[str, ...]) -> None:
    *qualified, name = parts
    relation = f.state.find_relation(
        qualified[-2] if len(qualified) > 1 else None, qualified[-1] if qualified else ""
    )
    table = f.state.tables.get(relation) if relation else None
    if table is None:
        view = f.state.views.get(relation) if relation else None
        if view and kind == "OBJECT_TRIGGER":
            kept = tuple(t for t in view.triggers if t.name != name)
            f.state.put_view(structs.replace(view, triggers=kept))
        return
    if kind == "OBJECT_TRIGGER":
        triggers = tuple(t for t in table.triggers if t.name != name)
        if triggers == table.triggers and f.state.is_unknown(table.name, "triggers"):
            f.not_followed("triggers", f"built SQL may have made the trigger {name}")
        f.state.put_table(structs.replace(table, triggers=triggers))
    elif kind == "OBJECT_POLICY":
        policies = tuple(p for p in table.policies if p.name != name)
        f.state.put_table(structs.replace(table, policies=policies))


def _schema(f: Folding, node: Node, schema: str) -> None:
    at = f.place.word(schema, after=1)
    f.changed(ChangeObject, at, kind=ObjectKind.SCHEMA, action="DROP", name=schema)
    f.state.schemas.discard(schema)
    f.state.rename_defaults(schema, None)
    if node.get("behavior") == "DROP_CASCADE":
        empty_schema(f, schema, at)


def empty_schema(f: Folding, schema: str, at: Location) -> None:
    """Takes everything out of a schema."""
    state: State = f.state
    for name in [n for n in state.tables if n.schema == schema]:
        if name in state.tables:
            drop_table(f, name, at, cascade=True)
    for name in [n for n in state.views if n.schema == schema]:
        state.remove_view(name, at, cascade=True)
    for name in [n for n in state.sequences if n.schema == schema]:
        if name in state.sequences:
            drop_sequence(f, name)
    for name in [n for n in (*state.enums, *state.domains, *state.types) if n.schema == schema]:
        remove_type(f, name, cascade=True)
    for key in [k for k in state.functions if k[0].schema == schema]:
        _remove_function(f, key, cascade=True)


def _function(f: Folding, node: Node, wrapped: Node) -> None:
    for key in matching(f, wrapped):
        _remove_function(f, key, node.get("behavior") == "DROP_CASCADE")


def _remove_function(f: Folding, key: tuple[QualifiedName, tuple[str, ...]], cascade: bool) -> None:
    f.state.functions.pop(key, None)
    if not cascade or any(other[0] == key[0] for other in f.state.functions):
        return
    for table in list(f.state.tables.values()):
        triggers = tuple(t for t in table.triggers if t.function != key[0])
        columns = tuple(
            structs.replace(c, default=None)
            if c.default and key[0].name in c.default.functions
            else c
            for c in table.columns
        )
        constraints = tuple(
            c for c in table.constraints if not (c.expr and key[0].name in c.expr.functions)
        )
        changed = structs.replace(
            table, triggers=triggers, columns=columns, constraints=constraints
        )
        if changed != table:
            f.state.put_table(changed)
