"""What a snapshot says, as a ``Schema``: expressions are read as those of a server are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ctb_lint.live import DatabaseFacts, SchemaRights
from ctb_lint.model import (
    SQL_FACTS,
    Column,
    CompositeType,
    Constraint,
    DataType,
    Domain,
    EnumType,
    Expr,
    Function,
    Grant,
    Index,
    IndexKey,
    Knowledge,
    Policy,
    QualifiedName,
    Schema,
    Sequence,
    Table,
    Trigger,
    Unknown,
    View,
    quoted,
)
from ctb_lint.readers.postgres.expressions import Expressions
from ctb_lint.readers.snapshot.form import (
    ColumnForm,
    ConstraintForm,
    DomainForm,
    FunctionForm,
    GrantForm,
    IndexForm,
    KeyForm,
    PolicyForm,
    Ref,
    SnapshotForm,
    TableForm,
    TriggerForm,
    ViewForm,
)
from ctb_lint.readers.snapshot.types import type_of

NO_BODIES = "a snapshot has no bodies of functions"
NO_DEFINITIONS = "a snapshot has no definitions of views"
UNREAD = "the snapshot has an expression of it that is not understood"

Types = Mapping[str, DataType]


def schema_of(form: SnapshotForm) -> Schema:
    """The schema."""
    return _Reading(form).schema()


def facts_of(form: SnapshotForm) -> DatabaseFacts:
    """What lasts of a database beside its schema."""
    return DatabaseFacts(
        {one.name: SchemaRights(one.owner, _grants(one.grants)) for one in form.schemas},
        None if form.followed is None else {_name(one): one.events for one in form.followed},
    )


def twice(form: SnapshotForm) -> str | None:
    """What the snapshot has twice; None where there is no such thing."""
    named = {
        part: [f"{quoted(one.schema)}.{quoted(one.name)}" for one in getattr(form, part)]
        for part in ("tables", "views", "enums", "domains", "types", "sequences", "followed")
        if getattr(form, part)
    }
    named["schemas"] = [quoted(one.name) for one in form.schemas]
    for table in form.tables:
        for part in ("columns", "constraints", "indexes", "policies", "triggers"):
            of = f"{quoted(table.schema)}.{quoted(table.name)}"
            named[f"{part} {of}"] = [f"{of}.{quoted(one.name)}" for one in getattr(table, part)]
    for names in named.values():
        if len(set(names)) < len(names):
            return Counter(names).most_common(1)[0][0]
    return None


class _Reading:
    """One snapshot being read; ``unknown`` is what turned out not to be known."""

    def __init__(self, form: SnapshotForm) -> None:
        self.form = form
        domains = {_name(one): type_of(one.type) for one in form.domains}
        self.expressions = Expressions(form.default_schema, domains)
        self.unknown: set[Unknown] = {
            (QualifiedName(*one.relation) if one.relation else None, one.fact, one.why)
            for one in form.unknown
        }

    def schema(self) -> Schema:
        form = self.form
        tables = {_name(one): self.table(one) for one in form.tables}
        views = {_name(one): self.view(one) for one in form.views}
        domains = {_name(one): self.domain(one) for one in form.domains}
        types = {
            _name(one): CompositeType(_name(one), one.kind, self.columns(one), one.comment)
            for one in form.types
        }
        functions = tuple(map(_function, form.functions))
        if views:
            self.unknown.add((None, "view definitions", NO_DEFINITIONS))
        self.unknown |= set(_bodies((*tables.values(), *views.values()), functions))
        return Schema(
            tables=tables,
            views=views,
            enums={_name(one): EnumType(_name(one), one.values, one.comment) for one in form.enums},
            domains=domains,
            types=types,
            sequences={
                _name(one): Sequence(
                    _name(one),
                    one.type,
                    (QualifiedName(*one.owned_by[:2]), one.owned_by[2]) if one.owned_by else None,
                )
                for one in form.sequences
            },
            functions=functions,
            schemas=tuple(sorted(one.name for one in form.schemas)),
            extensions=form.extensions,
            default_schema=form.default_schema,
            knowledge=Knowledge(SQL_FACTS, tuple(sorted(self.unknown, key=str))),
        )

    # Relations ------------------------------------------------------------------------------

    def table(self, form: TableForm) -> Table:
        name, types = _name(form), self.types(form.columns)
        return Table(
            name=name,
            columns=self.columns(form),
            constraints=tuple(
                self.constraint(one, name, "constraints", types) for one in form.constraints
            ),
            indexes=self.indexes(form, types),
            kind=form.kind,
            persistence=form.persistence or "permanent",
            partition_of=_target(form.partition_of),
            partition_key=form.partition_key,
            inherits=tuple(QualifiedName(*one) for one in form.inherits),
            row_security=form.row_security,
            force_row_security=form.force_row_security,
            policies=tuple(self.policy(one, name, types) for one in form.policies),
            triggers=tuple(self.trigger(one, name, types) for one in form.triggers),
            grants=_grants(form.grants),
            owner=form.owner,
            comment=form.comment,
        )

    def view(self, form: ViewForm) -> View:
        name, types = _name(form), self.types(form.columns)
        return View(
            name=name,
            definition="",
            materialized=form.materialized,
            columns=tuple(one.name for one in form.columns),
            types=tuple(type_of(one.type) for one in form.columns),
            indexes=self.indexes(form, types),
            depends_on=tuple(QualifiedName(*one) for one in form.depends_on),
            options=form.options,
            triggers=tuple(self.trigger(one, name, types) for one in form.triggers),
            grants=_grants(form.grants),
            comment=form.comment,
        )

    def types(self, columns: Iterable[ColumnForm]) -> Types:
        """The base types of columns, by name."""
        return {one.name: self.expressions.base(type_of(one.type)) for one in columns}

    def columns(self, form: Any) -> tuple[Column, ...]:
        name, types = _name(form), self.types(form.columns)
        return tuple(self.column(one, name, types) for one in form.columns)

    def column(self, form: ColumnForm, relation: QualifiedName, types: Types) -> Column:
        expected = types[form.name]
        return Column(
            name=form.name,
            type=type_of(form.type),
            not_null=form.not_null,
            unvalidated_not_null=form.unvalidated_not_null,
            default=self.read(form.default, relation, "columns", types, expected),
            identity=form.identity,
            generated=form.generated,
            generation=self.read(form.generation, relation, "columns", types, expected),
            collation=form.collation,
            comment=form.comment,
        )

    def constraint(
        self, form: ConstraintForm, relation: QualifiedName | None, fact: str, types: Types
    ) -> Constraint:
        return Constraint(
            name=form.name,
            kind=form.kind,
            columns=form.columns,
            expr=self.read(form.expression, relation, fact, types),
            references=_target(form.references),
            referenced_columns=form.referenced_columns,
            on_delete=form.on_delete or "no action",
            on_update=form.on_update or "no action",
            match=form.match or "simple",
            set_columns=form.set_columns,
            deferrable=form.deferrable,
            initially_deferred=form.initially_deferred,
            validated=form.validated,
            enforced=form.enforced,
            no_inherit=form.no_inherit,
            nulls_not_distinct=form.nulls_not_distinct,
            include=form.include,
            method=form.method,
            definition=form.elements or "",
            period=form.period,
            comment=form.comment,
        )

    def indexes(self, form: TableForm | ViewForm, types: Types) -> tuple[Index, ...]:
        """The indexes, but for those of which a key cannot be read."""
        found = (self.index(one, _name(form), types) for one in form.indexes)
        return tuple(one for one in found if one)

    def index(self, form: IndexForm, relation: QualifiedName, types: Types) -> Index | None:
        keys = tuple(self.key(key, relation, types) for key in form.keys)
        if any(key.column is None and key.expr is None for key in keys):
            self.unknown.add((relation, "indexes", UNREAD))
            return None
        return Index(
            name=form.name,
            keys=keys,
            unique=form.unique,
            method=form.method or "btree",
            predicate=self.read(form.predicate, relation, "indexes", types),
            include=form.include,
            nulls_not_distinct=form.nulls_not_distinct,
            valid=form.valid,
            comment=form.comment,
        )

    def key(self, form: KeyForm, relation: QualifiedName, types: Types) -> IndexKey:
        return IndexKey(
            column=form.column,
            expr=self.read(form.expression, relation, "indexes", types),
            descending=form.descending,
            nulls_first=form.nulls_first,
            opclass=form.opclass,
            collation=form.collation,
        )

    def policy(self, form: PolicyForm, relation: QualifiedName, types: Types) -> Policy:
        return Policy(
            name=form.name,
            command=form.command,
            permissive=form.permissive,
            roles=form.roles,
            using=self.read(form.using, relation, "policies", types),
            check=self.read(form.check, relation, "policies", types),
            comment=form.comment,
        )

    def trigger(self, form: TriggerForm, relation: QualifiedName, types: Types) -> Trigger:
        return Trigger(
            name=form.name,
            timing=form.timing,
            events=form.events,
            level=form.level,
            function=QualifiedName(*form.function),
            when=self.read(form.when, relation, "triggers", types),
            columns=form.columns,
            enabled=form.enabled or "origin",
            constraint=form.constraint,
            comment=form.comment,
        )

    # Domains and expressions ----------------------------------------------------------------

    def domain(self, form: DomainForm) -> Domain:
        base = self.expressions.base(type_of(form.type))
        return Domain(
            name=_name(form),
            type=type_of(form.type),
            not_null=form.not_null,
            default=self.read(form.default, None, "enums", {}, base),
            constraints=tuple(
                self.constraint(one, None, "enums", {"value": base}) for one in form.constraints
            ),
            collation=form.collation,
            comment=form.comment,
        )

    def read(
        self,
        text: str | None,
        relation: QualifiedName | None,
        fact: str,
        types: Types,
        expected: DataType | None = None,
    ) -> Expr | None:
        """An expression. Where it cannot be read, the fact is not known of the relation."""
        if text is None:
            return None
        found = None if "\0" in text else self.expressions.read(text, expected, types)
        if found is None:
            self.unknown.add((relation, fact, UNREAD))
        return found


def _bodies(
    relations: Iterable[Table | View], functions: tuple[Function, ...]
) -> Iterator[Unknown]:
    """What cannot be known since there are no bodies of functions."""
    own = {one.name for one in functions if one.kind != "aggregate"}
    if own:
        yield None, "function bodies", NO_BODIES
    for relation in relations:
        if any(trigger.function in own for trigger in relation.triggers):
            yield relation.name, "trigger bodies", NO_BODIES


def _function(form: FunctionForm) -> Function:
    return Function(
        name=_name(form),
        arguments=form.arguments,
        kind=form.kind,
        returns=form.returns,
        language=form.language,
        security_definer=form.security_definer,
        search_path=form.search_path,
        volatility=form.volatility,
        grants=_grants(form.grants),
        comment=form.comment,
    )


def _grants(forms: Iterable[GrantForm]) -> tuple[Grant, ...]:
    return tuple(Grant(one.grantee, one.privileges, one.columns, one.grantable) for one in forms)


def _name(form: Any) -> QualifiedName:
    return QualifiedName(form.schema, form.name)


def _target(ref: Ref | None) -> QualifiedName | None:
    return QualifiedName(*ref) if ref else None
