"""A Schema as flat records: of each object, by kind and full name, the facts that must agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    Expr,
    Function,
    Grant,
    Index,
    ObjectKind,
    Policy,
    QualifiedName,
    Schema,
    Table,
    Trigger,
    View,
    quoted,
)

Facts = dict[str, object]


class Key(Struct, frozen=True, order=True):
    """One thing to compare. ``relation`` is the table or view it stands in, or itself."""

    kind: str
    object: str
    relation: QualifiedName | None = None


def facts(schema: Schema) -> Iterator[tuple[Key, Facts]]:
    """Every object of the schema with what is compared of it."""
    for table in schema.tables.values():
        yield from _table(table)
    for view in schema.views.values():
        yield from _view(view)
    yield from _types(schema)
    for sequence in schema.sequences.values():
        owner = sequence.owned_by and f"{sequence.owned_by[0]}.{quoted(sequence.owned_by[1])}"
        yield Key("sequence", str(sequence.name)), {"type": sequence.type, "owned by": owner}
    for function in schema.functions:
        yield from _function(function)
    for name in schema.extensions:
        yield Key("extension", name), {}
    for name in schema.schemas:
        yield Key("schema", name), {}


def _table(table: Table) -> Iterator[tuple[Key, Facts]]:
    name = table.name
    yield (
        Key("table", str(name), name),
        {
            "kind": table.kind,
            "persistence": table.persistence,
            "partition of": table.partition_of,
            "inherits": table.inherits,
            "partition key": (table.partition_key or "").lower(),
        },
    )
    yield (
        Key("row security", str(name), name),
        {
            "enabled": table.row_security,
            "forced": table.force_row_security,
        },
    )
    yield from _comment(ObjectKind.TABLE, name, None, table.comment)
    for column in table.columns:
        yield Key("column", f"{name}.{quoted(column.name)}", name), _column(column)
        yield from _comment(ObjectKind.COLUMN, name, column.name, column.comment)
    for constraint in table.constraints:
        key = Key("constraint", f"{name}.{quoted(constraint.name)}", name)
        yield key, _constraint(constraint)
        yield from _comment(ObjectKind.CONSTRAINT, name, constraint.name, constraint.comment)
    for policy in table.policies:
        yield Key("policy", f"{name}.{quoted(policy.name)}", name), _policy(policy)
        yield from _comment(ObjectKind.POLICY, name, policy.name, policy.comment)
    yield from _indexes(name, table.indexes)
    yield from _triggers(name, table.triggers)
    yield from _grants(name, table.grants)


def _view(view: View) -> Iterator[tuple[Key, Facts]]:
    yield (
        Key("view", str(view.name), view.name),
        {
            "materialized": view.materialized,
            "options": tuple(sorted(view.options)),
            "depends on": tuple(sorted(view.depends_on)),
        },
    )
    if view.columns is not None:
        yield Key("view columns", str(view.name), view.name), {"names": view.columns}
    yield from _comment(ObjectKind.VIEW, view.name, None, view.comment)
    yield from _indexes(view.name, view.indexes)
    yield from _triggers(view.name, view.triggers)
    yield from _grants(view.name, view.grants)


def _grants(relation: QualifiedName, grants: Iterable[Grant]) -> Iterator[tuple[Key, Facts]]:
    """The privileges of each role, column by column; how they were written down is no matter."""
    held: dict[str, set[str]] = {}
    for grant in grants:
        for column in grant.columns or (None,):
            what = f" ({quoted(column)})" if column else ""
            again = " with grant option" if grant.grantable else ""
            held.setdefault(f"on {relation}{what} to {grant.grantee}{again}", set()).update(
                grant.privileges
            )
    for name, privileges in held.items():
        yield Key("grant", name, relation), {"privileges": tuple(sorted(privileges))}


def _indexes(name: QualifiedName, indexes: tuple[Index, ...]) -> Iterator[tuple[Key, Facts]]:
    for index in indexes:
        yield Key("index", f"{name}.{quoted(index.name)}", name), _index(index)
        yield from _comment(ObjectKind.INDEX, name, index.name, index.comment)


def _triggers(name: QualifiedName, triggers: tuple[Trigger, ...]) -> Iterator[tuple[Key, Facts]]:
    for trigger in triggers:
        yield Key("trigger", f"{name}.{quoted(trigger.name)}", name), _trigger(trigger)
        yield from _comment(ObjectKind.TRIGGER, name, trigger.name, trigger.comment)


def _comment(
    kind: ObjectKind, owner: QualifiedName, part: str | None, comment: str | None
) -> Iterator[tuple[Key, Facts]]:
    """Comments are things of their own: a lost comment is no wrong column."""
    if comment is not None:
        name = str(owner) if part is None else f"{owner}.{quoted(part)}"
        yield Key("comment", f"on {kind} {name}", owner), {"text": comment}


def _canonical(expr: Expr | None) -> str | None:
    return expr.canonical if expr else None


def _column(column: Column) -> Facts:
    return {
        "name": column.name,
        "type": column.type.canonical,
        "not_null": column.not_null,
        "default": _canonical(column.default),
        "identity": column.identity,
        "generated": column.generated,
        "generation": _canonical(column.generation),
        "collation": column.collation,
    }


def _constraint(constraint: Constraint) -> Facts:
    # The order of a check's columns says nothing.
    check = constraint.kind is ConstraintKind.CHECK
    return {
        "kind": constraint.kind,
        "columns": tuple(sorted(constraint.columns)) if check else constraint.columns,
        "expr": _canonical(constraint.expr),
        "references": constraint.references,
        "referenced_columns": constraint.referenced_columns,
        "on_delete": constraint.on_delete,
        "on_update": constraint.on_update,
        "match": constraint.match,
        "set_columns": constraint.set_columns,
        "deferrable": constraint.deferrable,
        "initially_deferred": constraint.initially_deferred,
        "validated": constraint.validated,
        "enforced": constraint.enforced,
        "no_inherit": constraint.no_inherit,
        "nulls_not_distinct": constraint.nulls_not_distinct,
        "include": constraint.include,
        "method": constraint.method,
        "definition": constraint.definition,
        "period": constraint.period,
    }


def _index(index: Index) -> Facts:
    keys = tuple(
        (
            key.column, _canonical(key.expr), key.descending, key.nulls_first,
            key.opclass, key.collation,
        )
        for key in index.keys
    )  # fmt: skip
    return {
        "keys": keys,
        "unique": index.unique,
        "method": index.method,
        "predicate": _canonical(index.predicate),
        "include": index.include,
        "nulls_not_distinct": index.nulls_not_distinct,
    }


def _trigger(trigger: Trigger) -> Facts:
    return {
        "timing": trigger.timing,
        "events": tuple(sorted(trigger.events)),
        "level": trigger.level,
        "function": trigger.function,
        "when": _canonical(trigger.when),
        "columns": tuple(sorted(trigger.columns)),
        "enabled": trigger.enabled,
        "constraint": trigger.constraint,
    }


def _policy(policy: Policy) -> Facts:
    return {
        "command": policy.command,
        "permissive": policy.permissive,
        "roles": tuple(sorted(policy.roles)),
        "using": _canonical(policy.using),
        "check": _canonical(policy.check),
    }


def _function(function: Function) -> Iterator[tuple[Key, Facts]]:
    name = f"{function.name}({', '.join(function.arguments)})"
    yield (
        Key("function", name),
        {
            "kind": function.kind,
            "language": function.language,
            "security_definer": function.security_definer,
            "volatility": function.volatility,
            "search path": function.search_path,
        },
    )
    if function.comment is not None:
        yield Key("comment", f"on function {name}"), {"text": function.comment}


def _types(schema: Schema) -> Iterator[tuple[Key, Facts]]:
    for enum in schema.enums.values():
        yield Key("enum", str(enum.name)), {"values": enum.values}
        yield from _comment(ObjectKind.TYPE, enum.name, None, enum.comment)
    for domain in schema.domains.values():
        yield (
            Key("domain", str(domain.name)),
            {
                "type": domain.type.canonical,
                "not_null": domain.not_null,
                "default": _canonical(domain.default),
                "collation": domain.collation,
                "checks": tuple(sorted((c.name, _canonical(c.expr)) for c in domain.constraints)),
            },
        )
        yield from _comment(ObjectKind.TYPE, domain.name, None, domain.comment)
    for composite in schema.types.values():
        yield (
            Key("type", str(composite.name)),
            {
                "kind": composite.kind,
                "columns": tuple((c.name, c.type.canonical) for c in composite.columns),
            },
        )
        yield from _comment(ObjectKind.TYPE, composite.name, None, composite.comment)
