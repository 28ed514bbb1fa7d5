"""Rows of ``pg_attribute`` as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ctb_lint.model import Column, DataType, Generated, Grant
from ctb_lint.readers.postgres.context import Context
from ctb_lint.readers.postgres.names import Row
from ctb_lint.readers.postgres.rights import grants, together

_IDENTITY = {"a": "always", "d": "by default"}
_GENERATED = {"s": Generated.STORED, "v": Generated.VIRTUAL}


def learn_types(rows: Iterable[Row], context: Context) -> None:
    """Tells the context of which types and collations all columns are."""
    bases: dict[tuple[int, int], DataType] = {}
    for row in rows:
        relation, number, name, type_, modifier = row[:5]
        base = bases.get((type_, modifier))
        if base is None:
            base = context.expressions.base(context.names.type(type_, modifier))
            bases[type_, modifier] = base
        context.types[relation][name] = base
        if row[10]:
            context.collations[relation, number] = row[10]


def columns(rows: Iterable[Row], context: Context) -> Mapping[int, list[Column]]:
    """The columns of each relation, in their order."""
    found: defaultdict[int, list[Column]] = defaultdict(list)
    names = context.names
    for (
        relation, number, name, type_, modifier, not_null, identity, generated, computed, text,
        collation, _, pending,
    ) in rows:  # fmt: skip
        value = None
        if computed:
            expected = context.types[relation][name]
            value = context.expression(relation, "columns", True, text, expected)
        found[relation].append(
            Column(
                name=name,
                type=names.type(type_, modifier),
                not_null=not_null,
                unvalidated_not_null=pending,
                default=None if generated else value,
                identity=_IDENTITY.get(identity),
                generated=_GENERATED.get(generated),
                generation=value if generated else None,
                collation=names.collation(collation, type_) if collation else None,
                comment=names.comment("pg_class", relation, number),
            )
        )
    return found


def column_grants(
    rows: Iterable[Row], owners: Mapping[int, str]
) -> Mapping[int, tuple[Grant, ...]]:
    """The privileges on columns, by relation."""
    found: defaultdict[int, list[Grant]] = defaultdict(list)
    for row in rows:
        if row[11] is not None and row[0] in owners:
            found[row[0]] += grants(row[11], owners[row[0]], row[2])
    return {relation: together(of_columns) for relation, of_columns in found.items()}
