"""Rows of ``pg_constraint`` and ``pg_index`` as constraints and indexes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ctb_lint.model import Constraint, ConstraintKind, Expr, Index, IndexKey
from ctb_lint.readers.postgres.context import UNPRINTED, UNREAD, Context
from ctb_lint.readers.postgres.names import Row
from ctb_lint.readers.postgres.printed import elements

_DESCENDING, _NULLS_FIRST = 1, 2
_KINDS = {
    "p": ConstraintKind.PRIMARY,
    "u": ConstraintKind.UNIQUE,
    "c": ConstraintKind.CHECK,
    "f": ConstraintKind.FOREIGN,
    "x": ConstraintKind.EXCLUSION,
}
_ACTIONS = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
_MATCHES = {"s": "simple", "f": "full", "p": "partial"}


class _ConstraintRow(NamedTuple):
    """What ``constraints.sql`` gives."""

    relation: int
    domain: int
    oid: int
    name: str
    kind: str
    columns: list[int] | None
    digest: bytes | None
    expression: str | None
    target: int
    target_columns: list[int] | None
    on_delete: str
    on_update: str
    match: str
    set_columns: list[int] | None
    deferrable: bool
    deferred: bool
    validated: bool
    enforced: bool
    period: bool
    no_inherit: bool
    nulls_not_distinct: bool | None
    index_columns: str | None
    key_count: int | None
    method: str | None
    has_predicate: bool | None
    definition: str | None
    predicate: str | None


class _IndexRow(NamedTuple):
    """What ``indexes.sql`` gives."""

    relation: int
    oid: int
    name: str
    unique: bool
    method: str
    columns: str
    key_count: int
    options: str
    opclasses: str
    collations: str
    nulls_not_distinct: bool
    valid: bool
    has_expressions: bool
    has_predicate: bool
    predicate: str | None
    definition: str | None
    keys: list[str] | None


# Constraints -----------------------------------------------------------------------------------


def constraints(rows: Iterable[Row], context: Context) -> Mapping[int, list[Constraint]]:
    """The constraints of each relation, or domain, sorted by name."""
    found: defaultdict[int, list[Constraint]] = defaultdict(list)
    for values in rows:
        row = _ConstraintRow._make(values)
        found[row.domain or row.relation].append(_constraint(row, context))
    for group in found.values():
        group.sort(key=lambda constraint: constraint.name)
    return found


def _constraint(row: _ConstraintRow, context: Context) -> Constraint:
    kind = _KINDS[row.kind]
    foreign = kind is ConstraintKind.FOREIGN
    exclusion = kind is ConstraintKind.EXCLUSION
    if exclusion and row.definition is None:
        context.unknown.add((context.relations.get(row.relation), "constraints", UNPRINTED))
    included = row.index_columns and _numbers(row.index_columns)[row.key_count :]
    return Constraint(
        name=row.name,
        kind=kind,
        columns=context.named(row.relation, row.columns),
        expr=_condition(row, context, exclusion),
        references=context.relations.get(row.target) if foreign else None,
        referenced_columns=context.named(row.target, row.target_columns) if foreign else (),
        on_delete=_ACTIONS[row.on_delete] if foreign else "no action",
        on_update=_ACTIONS[row.on_update] if foreign else "no action",
        match=_MATCHES[row.match] if foreign else "simple",
        set_columns=context.named(row.relation, row.set_columns) if row.set_columns else (),
        deferrable=row.deferrable,
        initially_deferred=row.deferred,
        validated=row.validated,
        enforced=row.enforced,
        no_inherit=row.no_inherit,
        nulls_not_distinct=bool(row.nulls_not_distinct) and kind is ConstraintKind.UNIQUE,
        include=context.named(row.relation, included) if included else (),
        method=row.method if exclusion else None,
        definition=elements(row.definition or "") if exclusion else "",
        period=row.period,
        comment=context.names.comment("pg_constraint", row.oid),
    )


def _condition(row: _ConstraintRow, context: Context, exclusion: bool) -> Expr | None:
    if row.domain:
        return context.domain_expression(row.domain, row.expression)
    there, text = row.digest is not None, context.checks.get(row.oid)
    if exclusion:
        there, text = bool(row.has_predicate), row.predicate
    return context.expression(row.relation, "constraints", there, text)


# Indexes ---------------------------------------------------------------------------------------


def indexes(rows: Iterable[Row], context: Context) -> Mapping[int, list[Index]]:
    """The indexes of each relation that no constraint owns, sorted by name."""
    found: defaultdict[int, list[Index]] = defaultdict(list)
    for values in rows:
        row = _IndexRow._make(values)
        keys = _keys(row, context)
        if keys is None:
            why = UNREAD if row.keys else UNPRINTED
            context.unknown.add((context.relations.get(row.relation), "indexes", why))
            continue
        found[row.relation].append(
            Index(
                name=row.name,
                keys=keys,
                unique=row.unique,
                method=row.method,
                predicate=context.expression(
                    row.relation, "indexes", row.has_predicate, row.predicate
                ),
                include=context.named(row.relation, _numbers(row.columns)[row.key_count :]),
                nulls_not_distinct=row.nulls_not_distinct,
                valid=row.valid,
                comment=context.names.comment("pg_class", row.oid),
            )
        )
    for group in found.values():
        group.sort(key=lambda index: index.name)
    return found


def _keys(row: _IndexRow, context: Context) -> tuple[IndexKey, ...] | None:
    """The keys of an index; None where one of them is an expression that cannot be had."""
    if row.has_expressions and (row.keys is None or row.definition is None):
        return None
    options, opclasses = _numbers(row.options), _numbers(row.opclasses)
    collations = _numbers(row.collations)
    found = []
    for place, number in enumerate(_numbers(row.columns)[: row.key_count]):
        column, expr = None, None
        if number:
            column = context.columns[row.relation].get(number)
            collation = context.collation_beside(row.relation, number, collations[place])
        else:
            assert row.keys is not None
            text = row.keys[place]
            expr = context.expressions.read(text, None, context.types[row.relation])
            if expr is None:
                return None
            # The collation that an expression has anyway stands in no catalog: whether this one
            # is another shows in the printed index only.
            shown = f"{text} COLLATE " in (row.definition or "")
            collation = context.names.collation(collations[place]) if shown else None
        found.append(
            IndexKey(
                column=column,
                expr=expr,
                descending=bool(options[place] & _DESCENDING),
                nulls_first=bool(options[place] & _NULLS_FIRST),
                opclass=context.names.opclass(opclasses[place]),
                collation=collation,
            )
        )
    return tuple(found)


def _numbers(vector: str) -> list[int]:
    """An ``int2vector`` or ``oidvector`` as PostgreSQL prints it."""
    return [int(part) for part in vector.split()]
