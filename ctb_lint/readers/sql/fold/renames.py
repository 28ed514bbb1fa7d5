"""RENAME and SET SCHEMA."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from ctb_lint.changes import AlterConstraint, ChangeObject, RenameColumn, RenameTable
from ctb_lint.model import Column, Expr, Function, Location, ObjectKind, QualifiedName, Table, View
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.fold.parts import referenced_renamed, with_renamed_column
from ctb_lint.readers.sql.nodes import Node, name_parts, strings
from ctb_lint.readers.sql.rewrites import renamed_function
from ctb_lint.readers.sql.state import INDEX_BACKED, retyped


def rename(f: Folding, node: Node) -> None:
    """ALTER … RENAME."""
    kind = node["renameType"]
    if kind in {"OBJECT_COLUMN", "OBJECT_ATTRIBUTE"} and node.get("relationType") != "OBJECT_TYPE":
        _column(f, node)
    elif kind == "OBJECT_ATTRIBUTE":
        _attribute(f, node)
    elif kind in {
        "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE", "OBJECT_INDEX",
        "OBJECT_FOREIGN_TABLE",
    }:  # fmt: skip
        _relation(f, node)
    elif kind == "OBJECT_TABCONSTRAINT":
        _constraint(f, node)
    elif kind in {"OBJECT_TYPE", "OBJECT_DOMAIN"}:
        parts = strings(node["object"]["List"]["items"])
        found = f.state.find_type(parts[-2] if len(parts) > 1 else "", parts[-1])
        if found:
            rename_type(f, found, QualifiedName(found.schema, node["newname"]))
    elif kind == "OBJECT_SCHEMA":
        _schema(f, node.get("subname", ""), node["newname"])
    elif kind in {"OBJECT_TRIGGER", "OBJECT_POLICY"}:
        _on_table(f, node, "triggers" if kind == "OBJECT_TRIGGER" else "policies")
    elif kind == "OBJECT_DOMCONSTRAINT":
        parts = strings(node["object"]["List"]["items"])
        _domain_constraint(f, parts, node.get("subname", ""), node["newname"])
    elif kind in {"OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_AGGREGATE", "OBJECT_ROUTINE"}:
        parts = name_parts(node["object"])
        for found_function in _functions(f, parts):
            new = QualifiedName(found_function.name.schema, node["newname"])
            _move_function(f, found_function, new)


def set_schema(f: Folding, node: Node) -> None:
    """ALTER … SET SCHEMA."""
    kind, schema = node["objectType"], node["newschema"]
    if "relation" in node:
        found = f.relation(node["relation"], "SET SCHEMA", bool(node.get("missing_ok")))
        if found:
            at = f.place.name(node["relation"])
            rename_relation(f, found, QualifiedName(schema, found.name), at)
        return
    parts = name_parts(node.get("object", {}))
    if kind in {"OBJECT_TYPE", "OBJECT_DOMAIN"}:
        found = f.state.find_type(parts[-2] if len(parts) > 1 else "", parts[-1])
        if found:
            rename_type(f, found, QualifiedName(schema, found.name))
    elif kind in {"OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_AGGREGATE", "OBJECT_ROUTINE"}:
        for function in _functions(f, parts):
            _move_function(f, function, QualifiedName(schema, function.name.name))
    elif kind == "OBJECT_EXTENSION" and parts[-1] in f.state.extensions:
        f.state.extensions[parts[-1]] = schema


def _column(f: Folding, node: Node) -> None:
    old, new = node.get("subname", ""), node["newname"]
    found = f.relation(node["relation"], "RENAME COLUMN", bool(node.get("missing_ok")))
    if found in f.state.views:
        view = f.state.views[found]
        names = tuple(new if name == old else name for name in view.columns or ())
        f.state.put_view(structs.replace(view, columns=names if view.columns else None))
    table = f.state.tables.get(found) if found else None
    if table is None:
        return
    f.of(table)
    column = table.column(old)
    at = f.place.word(old, after=1)
    if column is None:
        f.unknown_column(table, old, "RENAME COLUMN", at)
        if f.state.is_unknown(table.name, "columns"):
            f.state.put_table(with_renamed_column(f, table, old, new))
        return
    existing = table.column(new)
    if existing:
        f.twice(table.name, ObjectKind.COLUMN, at, new, existing.location, ObjectKind.COLUMN)
        return
    f.changed(RenameColumn, at, table, column=column, new_name=new)
    f.state.put_table(with_renamed_column(f, table, old, new))
    referenced_renamed(f, table.name, old, new)
    below = list(f.state.tables.values()) if table.name in f.state.parents else []
    for child in below:
        if child.partition_of == table.name or table.name in child.inherits:
            f.state.put_table(with_renamed_column(f, child, old, new))
    for sequence in list(f.state.sequences.values()):
        if sequence.owned_by == (table.name, old):
            owner = (table.name, new)
            f.state.sequences[sequence.name] = structs.replace(sequence, owned_by=owner)


def _attribute(f: Folding, node: Node) -> None:
    relation = node["relation"]
    found = f.state.find_type(relation.get("schemaname", ""), relation["relname"])
    composite = f.state.types.get(found) if found else None
    if composite:
        columns = _renamed(composite.columns, node.get("subname", ""), node["newname"])
        f.state.types[composite.name] = structs.replace(composite, columns=columns)


def _relation(f: Folding, node: Node) -> None:
    kind = ObjectKind.INDEX if node["renameType"] == "OBJECT_INDEX" else ObjectKind.TABLE
    found = f.relation(node["relation"], "RENAME", bool(node.get("missing_ok")), kind)
    if found:
        new = QualifiedName(found.schema, node["newname"])
        rename_relation(f, found, new, f.place.name(node["relation"]))


def rename_relation(f: Folding, old: QualifiedName, new: QualifiedName, at: Location) -> None:
    """Gives a table, view, sequence or index another name or schema."""
    state = f.state
    if new in state.relations and new != old:
        f.twice(new, state.relations[old], at)
        return
    if old in state.tables:
        _table(f, state.tables[old], new, at)
    elif old in state.views:
        view = state.views[old]
        f.changed(ChangeObject, at, kind=ObjectKind.VIEW, action="RENAME", name=str(old))
        state.views.pop(old)
        state.relations.pop(old, None)
        state.put_view(structs.replace(view, name=new))
        _readers(f, old, new)
    elif old in state.sequences:
        _sequence(f, old, new)
    elif old in state.index_owner:
        _index(f, old, new.name)


def _table(f: Folding, table: Table, new: QualifiedName, at: Location) -> None:
    old = table.name
    f.changed(RenameTable, at, table, new_name=new)
    state = f.state
    unregister = structs.replace(table, constraints=(), indexes=())
    state.put_table(unregister)
    state.tables.pop(old)
    state.relations.pop(old, None)
    state.dropped[old] = f.place.whole
    state.assumed.discard(new)
    own = tuple(
        structs.replace(c, references=new) if c.references == old else c for c in table.constraints
    )
    state.put_table(structs.replace(table, name=new, constraints=own))
    for other in list(state.tables.values()):
        changed = structs.replace(
            other,
            constraints=tuple(
                structs.replace(c, references=new) if c.references == old else c
                for c in other.constraints
            ),
            partition_of=new if other.partition_of == old else other.partition_of,
            inherits=tuple(new if name == old else name for name in other.inherits),
        )
        if changed != other:
            state.put_table(changed)
    for sequence in list(state.sequences.values()):
        if sequence.owned_by and sequence.owned_by[0] == old:
            moved = structs.replace(sequence, owned_by=(new, sequence.owned_by[1]))
            state.sequences[sequence.name] = moved
            if new.schema != old.schema:
                _sequence(f, sequence.name, QualifiedName(new.schema, sequence.name.name))
    state.move_knowledge(old, new)
    _readers(f, old, new)
    if old in f.fresh:
        f.fresh.discard(old)
        f.fresh.add(new)


def _readers(f: Folding, old: QualifiedName, new: QualifiedName) -> None:
    for view in list(f.state.views.values()):
        if old in view.depends_on:
            depends = tuple(new if name == old else name for name in view.depends_on)
            f.state.put_view(structs.replace(view, depends_on=depends))


def _sequence(f: Folding, old: QualifiedName, new: QualifiedName) -> None:
    """A default that reads a sequence follows its name."""
    from ctb_lint.readers.sql.expr import from_text

    sequence = f.state.sequences.pop(old)
    f.state.relations.pop(old, None)
    f.state.sequences[new] = structs.replace(sequence, name=new)
    f.state.relations[new] = ObjectKind.SEQUENCE
    before = from_text(_nextval(old)).canonical
    after = from_text(_nextval(new))

    def followed(column: Column) -> Column:
        if column.default and column.default.canonical == before:
            return structs.replace(column, default=after)
        return column

    for table in list(f.state.tables.values()):
        if any(c.default and c.default.canonical == before for c in table.columns):
            columns = tuple(followed(c) for c in table.columns)
            f.state.put_table(structs.replace(table, columns=columns))


def _nextval(name: QualifiedName) -> str:
    return "nextval('" + str(name).replace("'", "''") + "'::regclass)"


def _index(f: Folding, old: QualifiedName, new: str) -> None:
    owner = f.state.index_owner[old]
    table = f.state.tables.get(owner)
    if table is None:
        view = f.state.views[owner]
        f.state.put_view(structs.replace(view, indexes=_renamed(view.indexes, old.name, new)))
        return
    f.changed(ChangeObject, f.place.whole, kind=ObjectKind.INDEX, action="RENAME", name=str(old))
    f.state.put_table(
        structs.replace(
            table,
            indexes=_renamed(table.indexes, old.name, new),
            constraints=_renamed(table.constraints, old.name, new),
        )
    )


def _renamed(parts: tuple[Any, ...], old: str, new: str) -> tuple[Any, ...]:
    return tuple(structs.replace(p, name=new) if p.name == old else p for p in parts)


def _constraint(f: Folding, node: Node) -> None:
    old, new = node.get("subname", ""), node["newname"]
    table = f.table(node["relation"], "RENAME CONSTRAINT", bool(node.get("missing_ok")))
    if table is None:
        return
    constraint = next((c for c in table.constraints if c.name == old), None)
    if constraint is None:
        return
    if constraint.kind in INDEX_BACKED:
        taken = QualifiedName(table.name.schema, new)
        if taken in f.state.relations:
            f.twice(taken, ObjectKind.INDEX, f.place.word(new, after=1))
            return
    after = structs.replace(constraint, name=new)
    f.changed(
        AlterConstraint, f.place.word(old, after=1), table, constraint=constraint, after=after
    )
    f.state.put_table(structs.replace(table, constraints=_renamed(table.constraints, old, new)))


def rename_type(f: Folding, old: QualifiedName, new: QualifiedName) -> None:
    """Gives a type another name or schema, wherever it is used."""
    state = f.state
    f.changed(ChangeObject, f.place.whole, kind=ObjectKind.TYPE, action="RENAME", name=str(old))
    if old in state.enums:
        state.enums[new] = structs.replace(state.enums.pop(old), name=new)
    if old in state.domains:
        state.domains[new] = structs.replace(state.domains.pop(old), name=new)
    if old in state.types:
        state.types[new] = structs.replace(state.types.pop(old), name=new)
    if state.relations.get(old) is ObjectKind.TYPE:
        state.relations[new] = state.relations.pop(old)
    for table in list(state.tables.values()):
        if any(c.type.key == (old.schema, old.name) for c in table.columns):
            columns = tuple(
                structs.replace(c, type=retyped(c.type, old, new)) for c in table.columns
            )
            state.put_table(structs.replace(table, columns=columns))
    for view in list(state.views.values()):
        if view.types:
            types = tuple(retyped(t, old, new) if t else None for t in view.types)
            state.put_view(structs.replace(view, types=types))
    for domain in list(state.domains.values()):
        changed = structs.replace(domain, type=retyped(domain.type, old, new))
        state.domains[domain.name] = changed


def _domain_constraint(f: Folding, parts: tuple[str, ...], old: str, new: str) -> None:
    found = f.state.find_type(parts[-2] if len(parts) > 1 else "", parts[-1])
    domain = f.state.domains.get(found) if found else None
    if domain:
        constraints = _renamed(domain.constraints, old, new)
        f.state.domains[domain.name] = structs.replace(domain, constraints=constraints)


def _schema(f: Folding, old: str, new: str) -> None:
    state = f.state
    state.schemas.discard(old)
    state.schemas.add(new)
    state.rename_defaults(old, new)
    state.search_path = tuple(new if s == old else s for s in state.search_path)
    for name in [n for n in state.relations if n.schema == old]:
        if name in state.tables or name in state.views or name in state.sequences:
            rename_relation(f, name, QualifiedName(new, name.name), f.place.whole)
    for name in [n for n in (*state.enums, *state.domains, *state.types) if n.schema == old]:
        rename_type(f, name, QualifiedName(new, name.name))
    for function in [v for k, v in state.functions.items() if k[0].schema == old]:
        _move_function(f, function, QualifiedName(new, function.name.name))


def _functions(f: Folding, parts: tuple[str, ...]) -> list[Function]:
    schema, name = (parts[-2] if len(parts) > 1 else None), parts[-1]
    return [
        function
        for key, function in f.state.functions.items()
        if key[0].name == name and schema in {None, key[0].schema}
    ]


def _move_function(f: Folding, function: Function, new: QualifiedName) -> None:
    f.state.functions.pop((function.name, function.arguments), None)
    f.state.functions[new, function.arguments] = structs.replace(function, name=new)
    if function.name.name != new.name:
        _calls_renamed(f, function.name.name, new.name)
    for table in list(f.state.tables.values()):
        if any(t.function == function.name for t in table.triggers):
            triggers = tuple(
                structs.replace(t, function=new) if t.function == function.name else t
                for t in table.triggers
            )
            f.state.put_table(structs.replace(table, triggers=triggers))


def _calls_renamed(f: Folding, old: str, new: str) -> None:
    """Defaults and checks follow the functions that they call."""
    schema = f.state.default_schema

    def follow(expr: Expr | None) -> Expr | None:
        if expr is None or old not in expr.functions:
            return expr
        return renamed_function(expr, old, new, f.types, schema)

    for table in list(f.state.tables.values()):
        f.of(table)
        columns = tuple(
            structs.replace(c, default=follow(c.default), generation=follow(c.generation))
            for c in table.columns
        )
        constraints = tuple(structs.replace(c, expr=follow(c.expr)) for c in table.constraints)
        if (columns, constraints) != (table.columns, table.constraints):
            f.state.put_table(structs.replace(table, columns=columns, constraints=constraints))


def _on_table(f: Folding, node: Node, attribute: str) -> None:
    found = f.relation(node["relation"], "RENAME")
    holder: Table | View | None = None
    if found:
        holder = f.state.tables.get(found) or f.state.views.get(found)
    if holder is None:
        return
    parts = _renamed(getattr(holder, attribute, ()), node.get("subname", ""), node["newname"])
    if isinstance(holder, Table):
        f.state.put_table(structs.replace(holder, **{attribute: parts}))
    else:
        f.state.put_view(structs.replace(holder, **{attribute: parts}))
