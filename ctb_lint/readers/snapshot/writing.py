"""A schema as a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from ctb_lint.live import DatabaseFacts
from ctb_lint.model import (
    Column,
    CompositeType,
    Constraint,
    DataType,
    Domain,
    Function,
    Grant,
    Index,
    IndexKey,
    Policy,
    QualifiedName,
    Schema,
    Table,
    Trigger,
    View,
    quoted,
)
from ctb_lint.readers.snapshot.form import (
    VERSION,
    ColumnForm,
    ConstraintForm,
    DomainForm,
    EnumForm,
    FollowedForm,
    FunctionForm,
    GrantForm,
    IndexForm,
    KeyForm,
    OtherTypeForm,
    PolicyForm,
    Ref,
    SchemaForm,
    SequenceForm,
    SnapshotForm,
    StampForm,
    TableForm,
    TriggerForm,
    UnknownForm,
    ViewForm,
)
from ctb_lint.readers.snapshot.secrets import default_is_secret, holds_secret
from ctb_lint.readers.snapshot.sieve import Sieve
from ctb_lint.readers.snapshot.types import type_form


class Written(Struct, frozen=True):
    """A snapshot as JSON, and what was left out of it, in words. ``unsafe`` names the places that
    may hold a credential and cannot go without their text: such a snapshot is for nobody."""

    data: bytes
    left_out: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()


def written(
    schema: Schema, facts: DatabaseFacts, postgresql: int, stamp: StampForm | None = None
) -> Written:
    """The snapshot of a schema: the same bytes for the same schema."""
    sieve = Sieve()
    form = SnapshotForm(
        version=VERSION,
        stamp=stamp,
        postgresql=postgresql,
        default_schema=schema.default_schema,
        extensions=tuple(sorted(schema.extensions)),
        schemas=tuple(
            SchemaForm(name=name, owner=rights.owner, grants=_grants(rights.grants))
            for name, rights in sorted(facts.schemas.items())
        ),
        followed=None
        if facts.followed is None
        else tuple(
            FollowedForm(**_named(name), events=events)
            for name, events in sorted(facts.followed.items())
        ),
        tables=tuple(_table(one, sieve) for one in _sorted(schema.tables)),
        views=tuple(_view(one, sieve) for one in _sorted(schema.views)),
        enums=tuple(
            EnumForm(**_named(one.name), values=one.values, comment=_said(one, sieve))
            for one in _sorted(schema.enums)
        ),
        domains=tuple(_domain(one, sieve) for one in _sorted(schema.domains)),
        types=tuple(_other_type(one, sieve) for one in _sorted(schema.types)),
        sequences=tuple(
            SequenceForm(
                **_named(one.name),
                type=one.type,
                owned_by=(*_ref(one.owned_by[0]), one.owned_by[1]) if one.owned_by else None,
            )
            for one in _sorted(schema.sequences)
        ),
        functions=tuple(
            _function(one, sieve)
            for one in sorted(schema.functions, key=lambda f: (f.name, f.arguments))
        ),
        unknown=tuple(_unknown(schema, sieve)),
    )
    data = msgspec.json.format(msgspec.json.encode(form), indent=1) + b"\n"
    return Written(data, tuple(sieve.left_out), tuple(_unsafe(msgspec.to_builtins(form), "")))


def _unknown(schema: Schema, sieve: Sieve) -> Iterator[UnknownForm]:
    found = {*schema.knowledge.unknown, *sieve.unknown}
    for relation, fact, why in sorted(found, key=lambda one: (str(one[0] or ""), *one[1:])):
        yield UnknownForm(relation=_ref(relation) if relation else None, fact=fact, why=why)


def _unsafe(value: Any, place: str) -> Iterator[str]:
    """Where in a snapshot a text stands that may hold a credential: a name, a label."""
    if isinstance(value, str):
        if holds_secret(value):
            yield place
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _unsafe(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _unsafe(inner, f"{place}[{number}]")


# Relations -------------------------------------------------------------------------------------


def _table(table: Table, sieve: Sieve) -> TableForm:
    name = table.name
    return TableForm(
        **_named(name),
        kind=table.kind,
        persistence=_unless(table.persistence, "permanent"),
        owner=table.owner,
        columns=tuple(_column(one, name, sieve) for one in table.columns),
        constraints=tuple(_constraint(one, name, sieve) for one in table.constraints),
        indexes=_indexes(table, sieve),
        partition_of=_ref(table.partition_of) if table.partition_of else None,
        partition_key=sieve.text(
            table.partition_key, f"the partition key of {name}", name, "tables"
        ),
        inherits=tuple(_ref(one) for one in table.inherits),
        row_security=table.row_security,
        force_row_security=table.force_row_security,
        policies=tuple(_policy(one, name, sieve) for one in table.policies),
        triggers=_triggers(table, sieve),
        grants=_grants(table.grants),
        comment=_said(table, sieve),
    )


def _view(view: View, sieve: Sieve) -> ViewForm:
    columns = zip(view.columns or (), view.types or (), strict=True)
    return ViewForm(
        **_named(view.name),
        materialized=view.materialized,
        columns=tuple(
            ColumnForm(name=name, type=type_form(type_ or DataType(name="unknown")))
            for name, type_ in columns
        ),
        indexes=_indexes(view, sieve),
        depends_on=tuple(_ref(one) for one in view.depends_on),
        options=tuple(sorted(view.options)),
        triggers=_triggers(view, sieve),
        grants=_grants(view.grants),
        comment=_said(view, sieve),
    )


def _column(column: Column, relation: QualifiedName, sieve: Sieve) -> ColumnForm:
    name = f"{relation}.{quoted(column.name)}"
    default = None
    if column.default and default_is_secret(column.name, column.default):
        sieve.hold_back(f"the default of {name}", relation, "columns")
    else:
        default = sieve.expression(column.default, f"the default of {name}", relation, "columns")
    return ColumnForm(
        name=column.name,
        type=type_form(column.type),
        not_null=column.not_null,
        unvalidated_not_null=column.unvalidated_not_null,
        default=default,
        identity=column.identity,
        generated=column.generated,
        generation=sieve.expression(
            column.generation, f"the expression of {name}", relation, "columns"
        ),
        collation=column.collation,
        comment=sieve.comment(column.comment, name, relation),
    )


def _constraint(
    constraint: Constraint, of: QualifiedName, sieve: Sieve, *, domain: bool = False
) -> ConstraintForm:
    what = f"constraint {quoted(constraint.name)} of {of}"
    relation, fact = (None, "enums") if domain else (of, "constraints")
    return ConstraintForm(
        name=constraint.name,
        kind=constraint.kind,
        columns=constraint.columns,
        expression=sieve.expression(constraint.expr, what, relation, fact),
        references=_ref(constraint.references) if constraint.references else None,
        referenced_columns=constraint.referenced_columns,
        on_delete=_unless(constraint.on_delete, "no action"),
        on_update=_unless(constraint.on_update, "no action"),
        match=_unless(constraint.match, "simple"),
        set_columns=constraint.set_columns,
        deferrable=constraint.deferrable,
        initially_deferred=constraint.initially_deferred,
        validated=constraint.validated,
        enforced=constraint.enforced,
        no_inherit=constraint.no_inherit,
        nulls_not_distinct=constraint.nulls_not_distinct,
        include=constraint.include,
        method=constraint.method,
        elements=sieve.text(constraint.definition or None, what, relation, fact),
        period=constraint.period,
        comment=sieve.comment(constraint.comment, what, of),
    )


def _indexes(relation: Table | View, sieve: Sieve) -> tuple[IndexForm, ...]:
    found = (_index(one, relation.name, sieve) for one in relation.indexes)
    return tuple(one for one in found if one)


def _index(index: Index, relation: QualifiedName, sieve: Sieve) -> IndexForm | None:
    """The index; None where one of its keys is an expression that is left out."""
    what = f"index {quoted(index.name)} of {relation}"
    keys = tuple(_key(key, what, relation, sieve) for key in index.keys)
    if any(key.column is None and key.expression is None for key in keys):
        return None
    return IndexForm(
        name=index.name,
        keys=keys,
        unique=index.unique,
        method=_unless(index.method, "btree"),
        predicate=sieve.expression(index.predicate, what, relation, "indexes"),
        include=index.include,
        nulls_not_distinct=index.nulls_not_distinct,
        valid=index.valid,
        comment=sieve.comment(index.comment, what, relation),
    )


def _key(key: IndexKey, what: str, relation: QualifiedName, sieve: Sieve) -> KeyForm:
    return KeyForm(
        column=key.column,
        expression=sieve.expression(key.expr, what, relation, "indexes"),
        descending=key.descending,
        nulls_first=key.nulls_first,
        opclass=key.opclass,
        collation=key.collation,
    )


def _policy(policy: Policy, relation: QualifiedName, sieve: Sieve) -> PolicyForm:
    what = f"policy {quoted(policy.name)} of {relation}"
    return PolicyForm(
        name=policy.name,
        command=policy.command,
        permissive=policy.permissive,
        roles=tuple(sorted(policy.roles)),
        using=sieve.expression(policy.using, what, relation, "policies"),
        check=sieve.expression(policy.check, what, relation, "policies"),
        comment=sieve.comment(policy.comment, what, relation),
    )


def _triggers(relation: Table | View, sieve: Sieve) -> tuple[TriggerForm, ...]:
    return tuple(_trigger(one, relation.name, sieve) for one in relation.triggers)


def _trigger(trigger: Trigger, relation: QualifiedName, sieve: Sieve) -> TriggerForm:
    what = f"trigger {quoted(trigger.name)} of {relation}"
    return TriggerForm(
        name=trigger.name,
        timing=trigger.timing,
        events=trigger.events,
        level=trigger.level,
        function=_ref(trigger.function),
        when=sieve.expression(trigger.when, what, relation, "triggers"),
        columns=trigger.columns,
        enabled=_unless(trigger.enabled, "origin"),
        constraint=trigger.constraint,
        comment=sieve.comment(trigger.comment, what, relation),
    )


# What is no relation ---------------------------------------------------------------------------


def _domain(domain: Domain, sieve: Sieve) -> DomainForm:
    checks = (_constraint(one, domain.name, sieve, domain=True) for one in domain.constraints)
    return DomainForm(
        **_named(domain.name),
        type=type_form(domain.type),
        not_null=domain.not_null,
        default=sieve.expression(domain.default, f"the default of {domain.name}", None, "enums"),
        constraints=tuple(checks),
        collation=domain.collation,
        comment=_said(domain, sieve),
    )


def _other_type(type_: CompositeType, sieve: Sieve) -> OtherTypeForm:
    return OtherTypeForm(
        **_named(type_.name),
        kind=type_.kind,
        columns=tuple(_column(one, type_.name, sieve) for one in type_.columns),
        comment=_said(type_, sieve),
    )


def _function(function: Function, sieve: Sieve) -> FunctionForm:
    return FunctionForm(
        **_named(function.name),
        arguments=function.arguments,
        kind=function.kind,
        returns=function.returns,
        language=function.language,
        security_definer=function.security_definer,
        search_path=function.search_path,
        volatility=function.volatility,
        grants=_grants(function.grants),
        comment=_said(function, sieve),
    )


# Parts of all ----------------------------------------------------------------------------------


def _grants(grants: Iterable[Grant]) -> tuple[GrantForm, ...]:
    return tuple(
        GrantForm(
            grantee=one.grantee,
            privileges=one.privileges,
            columns=one.columns,
            grantable=one.grantable,
        )
        for one in grants
    )


def _said(one: Any, sieve: Sieve) -> str | None:
    return sieve.comment(one.comment, str(one.name), one.name)


def _sorted(objects: Mapping[QualifiedName, Any]) -> list[Any]:
    return [one for _, one in sorted(objects.items())]


def _named(name: QualifiedName) -> dict[str, str]:
    return {"schema": name.schema, "name": name.name}


def _ref(name: QualifiedName) -> Ref:
    return (name.schema, name.name)


def _unless(value: str, usual: str) -> Any:
    """None for the usual value, which is not written."""
    return None if value == usual else value
