"""Types, functions and sequences."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ctb_lint.model import (
    Column,
    CompositeType,
    Constraint,
    Domain,
    EnumType,
    Expr,
    Function,
    Grant,
    QualifiedName,
)
from ctb_lint.model import Sequence as SequenceObject
from ctb_lint.readers.postgres.context import Context
from ctb_lint.readers.postgres.names import Row
from ctb_lint.readers.postgres.rights import grants

_SEARCH_PATH = "search_path="
_NAME = re.compile(r'"((?:[^"]|"")*)"|([^",\s]+)')
_FUNCTION_KINDS = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window"}
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_TYPE_KINDS = {"c": "composite", "r": "range", "b": "base", "m": "multirange"}


def enums(types: Iterable[Row], labels: Iterable[Row], context: Context) -> Iterator[EnumType]:
    """The enum types, with their labels in order."""
    values: defaultdict[int, list[str]] = defaultdict(list)
    for type_, label in labels:
        values[type_].append(label)
    for row in types:
        if row[3] == "e":
            comment = context.names.comment("pg_type", row[0])
            yield EnumType(QualifiedName(row[1], row[2]), tuple(values[row[0]]), comment)


def domains(
    types: Iterable[Row], checks: Mapping[int, Sequence[Constraint]], context: Context
) -> Iterator[Domain]:
    """The domains."""
    for oid, schema, name, kind, _, _, base, modifier, not_null, default, collation in types:
        if kind == "d":
            yield Domain(
                name=QualifiedName(schema, name),
                type=context.names.type(base, modifier),
                not_null=not_null,
                default=_default(oid, default, context),
                constraints=tuple(checks.get(oid, ())),
                collation=context.names.collation(collation, base),
                comment=context.names.comment("pg_type", oid),
            )


def _default(domain: int, text: str | None, context: Context) -> Expr | None:
    expected = context.domains.get(domain)
    return context.expressions.read(text, expected) if text is not None else None


def other_types(
    types: Iterable[Row], columns: Mapping[int, Sequence[Column]], context: Context
) -> Iterator[CompositeType]:
    """Composite, range and base types, and shells."""
    for oid, schema, name, kind, defined, relation, *_ in types:
        if kind not in {"e", "d"}:
            yield CompositeType(
                name=QualifiedName(schema, name),
                kind=_TYPE_KINDS.get(kind, "base") if defined else "shell",
                columns=tuple(columns.get(relation, ())),
                comment=context.names.comment("pg_type", oid),
            )


_DEFAULT = (Grant("public", ("execute",)),)
"""What everybody has on a routine of which nobody has said anything."""


def functions(rows: Iterable[Row], context: Context) -> Iterator[Function]:
    """Functions, procedures and aggregates."""
    for (
        oid, schema, name, kind, arguments, result, language, definer, settings, body, volatility,
        rights, owner,
    ) in rows:  # fmt: skip
        paths = [s for s in settings or () if s.startswith(_SEARCH_PATH)]
        yield Function(
            name=QualifiedName(schema, name),
            arguments=tuple(context.names.type(int(a)).canonical for a in arguments.split()),
            kind=_FUNCTION_KINDS[kind],
            returns=result,
            language=language,
            security_definer=definer,
            search_path=_unquoted(paths[0].removeprefix(_SEARCH_PATH)) if paths else None,
            body=body,
            volatility=_VOLATILITY[volatility],
            grants=grants(rights, owner) if rights is not None else _DEFAULT,
            comment=context.names.comment("pg_proc", oid),
        )


def _unquoted(path: str) -> str:
    """A search path without the double quotes that PostgreSQL puts round some of its names.

    >>> _unquoted('"$user", public, "Odd, one"')
    '$user, public, Odd, one'
    """
    return ", ".join(
        quoted.replace('""', '"') if plain == "" else plain for quoted, plain in _NAME.findall(path)
    )


def sequences(rows: Iterable[Row], context: Context) -> Iterator[SequenceObject]:
    """The sequences, but for those of identity columns."""
    for _, schema, name, type_, _, _, _, _, identity, relation, number in rows:
        if identity:
            continue
        owner = context.relations.get(relation) if relation else None
        column = context.columns[relation].get(number) if owner and relation else None
        yield SequenceObject(
            name=QualifiedName(schema, name),
            type=context.names.type(type_).canonical,
            owned_by=(owner, column) if owner and column else None,
        )
