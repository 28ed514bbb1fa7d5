"""Enums, domains, composite and range types, sequences, schemas and extensions."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from ctb_lint.changes import ChangeObject
from ctb_lint.model import (
    CompositeType,
    Constraint,
    Domain,
    EnumType,
    Expr,
    ObjectKind,
    QualifiedName,
    Sequence,
)
from ctb_lint.readers.sql import names
from ctb_lint.readers.sql.expr import from_text
from ctb_lint.readers.sql.fold.context import Folding, is_temporary
from ctb_lint.readers.sql.fold.elements import bare_constraint, column_parts, default_text
from ctb_lint.readers.sql.nodes import Node, options, string, strings
from ctb_lint.readers.sql.state import TEMPORARY


def _new_type(f: Folding, parts: tuple[str, ...]) -> QualifiedName | None:
    """The name of a type that is to be made; None (recorded) where it is taken."""
    name = f.state.creation_name(parts[-2] if len(parts) > 1 else None, parts[-1])
    at = f.place.word(parts[-1], after=1)
    if f.state.find_type(name.schema, name.name) == name:
        f.twice(name, ObjectKind.TYPE, at)
        return None
    f.made_anew(name)
    f.changed(ChangeObject, at, kind=ObjectKind.TYPE, action="CREATE", name=str(name))
    return name


def create_enum(f: Folding, node: Node) -> None:
    """CREATE TYPE … AS ENUM."""
    parts = strings(node["typeName"])
    name = _new_type(f, parts)
    if name:
        at = f.place.word(parts[-1], after=1)
        f.state.enums[name] = EnumType(name, strings(node.get("vals")), location=at)


def alter_enum(f: Folding, node: Node) -> None:
    """ALTER TYPE … ADD VALUE and RENAME VALUE."""
    parts = strings(node["typeName"])
    found = f.state.find_type(parts[-2] if len(parts) > 1 else "", parts[-1])
    enum = f.state.enums.get(found) if found else None
    if enum is None:
        if not found:
            wanted = f.state.creation_name(parts[-2] if len(parts) > 1 else None, parts[-1])
            at = f.place.word(parts[-1], after=1)
            f.unknown_relation(wanted, at, "ALTER TYPE", ObjectKind.TYPE)
        return
    values = list(enum.values)
    new = node.get("newVal", "")
    if "oldVal" in node:
        values = [new if value == node["oldVal"] else value for value in values]
        _defaults_renamed(f, enum.name, node["oldVal"], new)
    elif new in values:
        if not node.get("skipIfNewValExists"):
            f.twice(enum.name, ObjectKind.TYPE, f.place.whole, new, enum.location, ObjectKind.TYPE)
        return
    elif node.get("newValNeighbor") in values:
        at_index = values.index(node["newValNeighbor"]) + bool(node.get("newValIsAfter"))
        values.insert(at_index, new)
    else:
        values.append(new)
    f.changed(
        ChangeObject, f.place.whole, kind=ObjectKind.TYPE, action="ALTER", name=str(enum.name)
    )
    f.state.enums[enum.name] = structs.replace(enum, values=tuple(values))


def _defaults_renamed(f: Folding, enum: QualifiedName, old: str, new: str) -> None:
    """A default that is a label follows the label's new name."""
    literal = "'" + new.replace("'", "''") + "'"
    for table in list(f.state.tables.values()):
        columns = tuple(
            structs.replace(c, default=from_text(literal))
            if c.type.key == (enum.schema, enum.name) and c.default and c.default.literal == old
            else c
            for c in table.columns
        )
        if columns != table.columns:
            f.state.put_table(structs.replace(table, columns=columns))


def create_domain(f: Folding, node: Node) -> None:
    """CREATE DOMAIN."""
    parts = strings(node["domainname"])
    type_ = f.type_of(node["typeName"])
    name = _new_type(f, parts)
    if name is None:
        return
    domain = Domain(name, type_, location=f.place.word(parts[-1], after=1))
    clause = node.get("collClause")
    if clause:
        domain = structs.replace(domain, collation=strings(clause["collname"])[-1])
    wrapped = [item["Constraint"] for item in node.get("constraints", ())]
    stops = [c.get("location", 0) for c in wrapped]
    for constraint in wrapped:
        domain = _with_domain_constraint(f, domain, constraint, stops)
    f.state.domains[name] = domain


def _with_domain_constraint(f: Folding, domain: Domain, node: Node, stops: list[int]) -> Domain:
    kind = node["contype"]
    if kind == "CONSTR_NOTNULL":
        return structs.replace(domain, not_null=True)
    if kind == "CONSTR_DEFAULT":
        text, _ = default_text(f, node.get("location", 0), stops)
        return structs.replace(domain, default=_default(f, domain, node["raw_expr"], text))
    if kind == "CONSTR_CHECK":
        f.types = {"value": f.base(domain.type)}
        bare = bare_constraint(f, node, None)
        if bare:
            own = {c.name for c in domain.constraints}
            schema = domain.name.schema
            name = bare.name or names.check(
                domain.name.name, (), lambda n: n in own or f.state.constraint_taken(schema, n)
            )
            constraint: Constraint = structs.replace(bare, name=name, columns=())
            return structs.replace(domain, constraints=(*domain.constraints, constraint))
    return domain


def _default(f: Folding, domain: Domain, raw: Node, text: str) -> Expr | None:
    """A domain's default; DEFAULT NULL is none."""
    return None if raw.get("A_Const", {}).get("isnull") else f.expr(raw, text, domain.type)


def alter_domain(f: Folding, node: Node) -> None:
    """ALTER DOMAIN."""
    parts = strings(node["typeName"])
    found = f.state.find_type(parts[-2] if len(parts) > 1 else "", parts[-1])
    domain = f.state.domains.get(found) if found else None
    if domain is None:
        return
    action = node["subtype"]
    action = chr(action) if isinstance(action, int) else action.removeprefix("AD_")
    if action in {"T", "AlterDefault"}:
        raw = node.get("def")
        text = f.place.text_after(0, "DEFAULT")[0] if raw else ""
        domain = structs.replace(domain, default=_default(f, domain, raw, text) if raw else None)
    elif action in {"N", "DropNotNull"}:
        domain = structs.replace(domain, not_null=False)
    elif action in {"O", "SetNotNull"}:
        domain = structs.replace(domain, not_null=True)
    elif action in {"C", "AddConstraint"}:
        domain = _with_domain_constraint(f, domain, node["def"]["Constraint"], [])
    elif action in {"X", "DropConstraint"}:
        kept = tuple(c for c in domain.constraints if c.name != node.get("name"))
        domain = structs.replace(domain, constraints=kept)
    elif action in {"V", "ValidateConstraint"}:
        domain = structs.replace(
            domain,
            constraints=tuple(
                structs.replace(c, validated=True) if c.name == node.get("name") else c
                for c in domain.constraints
            ),
        )
    else:
        f.not_understood(f"ALTER DOMAIN action {action}")
    f.changed(
        ChangeObject, f.place.whole, kind=ObjectKind.TYPE, action="ALTER", name=str(domain.name)
    )
    f.state.domains[domain.name] = domain


def create_composite(f: Folding, node: Node) -> None:
    """CREATE TYPE … AS (…)."""
    relation = node["typevar"]
    parts = tuple(p for p in (relation.get("schemaname"), relation["relname"]) if p)
    name = _new_type(f, parts)
    if name:
        columns = tuple(
            column_parts(f, item["ColumnDef"]).column for item in node.get("coldeflist", ())
        )
        at = f.place.name(relation)
        f.state.types[name] = CompositeType(name, "composite", columns, location=at)
        f.state.relations[name] = ObjectKind.TYPE


def alter_composite(f: Folding, node: Node) -> None:
    """ALTER TYPE … ADD, DROP and ALTER ATTRIBUTE."""
    relation = node["relation"]
    found = f.state.find_type(relation.get("schemaname", ""), relation["relname"])
    composite = f.state.types.get(found) if found else None
    if composite is None:
        return
    columns = list(composite.columns)
    for wrapped in node.get("cmds", ()):
        command = wrapped["AlterTableCmd"]
        action, attribute = command["subtype"], command.get("name")
        if action == "AT_AddColumn":
            columns.append(column_parts(f, command["def"]["ColumnDef"]).column)
        elif action == "AT_DropColumn":
            columns = [c for c in columns if c.name != attribute]
        elif action == "AT_AlterColumnType":
            type_ = f.type_of(command["def"]["ColumnDef"]["typeName"])
            columns = [
                structs.replace(c, type=type_) if c.name == attribute else c for c in columns
            ]
        elif action != "AT_ChangeOwner":
            f.not_understood(f"ALTER TYPE action {action.removeprefix('AT_')}")
    f.state.types[composite.name] = structs.replace(composite, columns=tuple(columns))


def create_range(f: Folding, node: Node) -> None:
    """CREATE TYPE … AS RANGE."""
    parts = strings(node["typeName"])
    name = _new_type(f, parts)
    if name:
        f.state.types[name] = CompositeType(name, "range", location=f.place.whole)
        multirange = options(node.get("params")).get("multirange_type_name")
        other = (
            strings(multirange["TypeName"]["names"])[-1] if multirange else _multirange(name.name)
        )
        twin = QualifiedName(name.schema, other)
        f.state.types[twin] = CompositeType(twin, "multirange", location=f.place.whole)


def _multirange(name: str) -> str:
    return name.replace("range", "multirange", 1) if "range" in name else f"{name}_multirange"


def define(f: Folding, node: Node) -> None:
    """CREATE TYPE of a base or shell type; operators, aggregates and collations are not in the
    model."""
    if node.get("kind") != "OBJECT_TYPE":
        f.harmless = node.get("kind") != "OBJECT_AGGREGATE"
        return
    parts = strings(node.get("defnames"))
    name = f.state.creation_name(parts[-2] if len(parts) > 1 else None, parts[-1])
    f.state.types[name] = CompositeType(name, "base", location=f.place.whole)


def create_sequence(f: Folding, node: Node) -> None:
    """CREATE SEQUENCE."""
    relation = node["sequence"]
    if is_temporary(relation):
        name = QualifiedName(TEMPORARY, relation["relname"])
    else:
        name = f.state.creation_name(relation.get("schemaname"), relation["relname"])
    at = f.place.name(relation)
    if name in f.state.relations:
        if node.get("if_not_exists"):
            f.skipped(name, ObjectKind.SEQUENCE, at, ())
        else:
            f.twice(name, ObjectKind.SEQUENCE, at)
        return
    f.changed(ChangeObject, at, kind=ObjectKind.SEQUENCE, action="CREATE", name=str(name))
    given = options(node.get("options"))
    type_ = f.type_of(given["as"]["TypeName"]).canonical if "as" in given else "bigint"
    f.state.sequences[name] = Sequence(name, type_, _owner(f, given), at)
    f.state.relations[name] = ObjectKind.SEQUENCE


def _owner(f: Folding, given: dict[str, Node]) -> tuple[QualifiedName, str] | None:
    if "owned_by" not in given:
        return None
    parts = strings(given["owned_by"].get("List", {}).get("items"))
    if len(parts) < 2:
        return None
    table = f.state.find_relation(parts[-3] if len(parts) > 2 else None, parts[-2])
    return (table, parts[-1]) if table else None


def alter_sequence(f: Folding, node: Node) -> None:
    """ALTER SEQUENCE: its type and its owner are in the model."""
    found = f.relation(node["sequence"], "ALTER SEQUENCE", bool(node.get("missing_ok")))
    sequence = f.state.sequences.get(found) if found else None
    if sequence is None:
        return
    given = options(node.get("options"))
    if "as" in given:
        type_ = f.type_of(given["as"]["TypeName"]).canonical
        sequence = structs.replace(sequence, type=type_)
    if "owned_by" in given:
        sequence = structs.replace(sequence, owned_by=_owner(f, given))
    f.state.sequences[sequence.name] = sequence


def create_schema(f: Folding, node: Node, run: Any) -> None:
    """CREATE SCHEMA with its elements; ``run`` folds one of them."""
    role = node.get("authrole", {})
    schema = node.get("schemaname") or role.get("rolename", "")
    at = f.place.word(schema, after=1) if schema else f.place.whole
    f.changed(ChangeObject, at, kind=ObjectKind.SCHEMA, action="CREATE", name=schema)
    f.state.schemas.add(schema)
    path = f.state.search_path
    f.state.search_path = (schema, *path)
    for element in node.get("schemaElts", ()):
        run(element)
    f.state.search_path = path


def create_extension(f: Folding, node: Node) -> None:
    """CREATE EXTENSION: what it brings is known by name only."""
    name = node["extname"]
    given = options(node.get("options"))
    home = string(given["schema"]) if "schema" in given else f.state.creation_name(None, "x").schema
    f.state.extensions.setdefault(name, home)
