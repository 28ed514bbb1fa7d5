"""What a new table takes from others, by INHERITS, PARTITION OF and LIKE, and which of its keys
stay."""

from __future__ import annotations

from msgspec import structs

from ctb_lint.model import Column, Constraint, ConstraintKind
from ctb_lint.readers.sql.nodes import Node

LIKE = {
    "comments": 1,
    "constraints": 4,
    "defaults": 8,
    "generated": 16,
    "identity": 32,
    "indexes": 64,
}
"""The bits of LIKE's options."""

ORDER = {
    ConstraintKind.CHECK: 0,
    ConstraintKind.PRIMARY: 1,
    ConstraintKind.UNIQUE: 2,
    ConstraintKind.EXCLUSION: 2,
    ConstraintKind.FOREIGN: 3,
}
"""The order in which PostgreSQL makes the constraints of a new table."""


def without_repeated_keys(
    bare: list[tuple[Constraint, Node | None]],
) -> list[tuple[Constraint, Node | None]]:
    """PostgreSQL builds one index for keys of one statement that are alike; the first name that
    any of them was given stays."""
    kept: list[tuple[Constraint, Node | None]] = []
    for constraint, target in bare:
        if constraint.kind in {ConstraintKind.PRIMARY, ConstraintKind.UNIQUE}:
            twin = next(
                (
                    i
                    for i, (other, _) in enumerate(kept)
                    if other.kind in {ConstraintKind.PRIMARY, ConstraintKind.UNIQUE}
                    and other.columns == constraint.columns
                    and other.include == constraint.include
                    and other.nulls_not_distinct == constraint.nulls_not_distinct
                    and other.deferrable == constraint.deferrable
                ),
                None,
            )
            if twin is not None:
                other, other_target = kept[twin]
                if not other.name:
                    kept[twin] = (structs.replace(other, name=constraint.name), other_target)
                continue
        kept.append((constraint, target))
    return kept


def merged(inherited: Column, own: Column) -> Column:
    """A column that both a parent has and the table itself: nothing is taken from it, and what
    the table adds is added."""
    return structs.replace(
        inherited,
        not_null=inherited.not_null or own.not_null,
        default=own.default or inherited.default,
        identity=own.identity or inherited.identity,
        generation=own.generation or inherited.generation,
        generated=own.generated or inherited.generated,
        location=own.location or inherited.location,
    )


def with_parents_columns(
    columns: tuple[Column, ...], parent: tuple[Column, ...], *, partition: bool
) -> tuple[Column, ...]:
    """The columns with those of one more parent, alike ones merged."""
    known = {column.name: column for column in columns}
    for column in parent:
        bare = structs.replace(
            column, comment=None, identity=column.identity if partition else None
        )
        known[column.name] = merged(bare, known[column.name]) if column.name in known else bare
    return tuple(known.values())


def like_column(column: Column, options: int) -> Column:
    """A column as LIKE copies it."""
    return structs.replace(
        column,
        default=column.default if options & LIKE["defaults"] else None,
        identity=column.identity if options & LIKE["identity"] else None,
        generated=column.generated if options & LIKE["generated"] else None,
        generation=column.generation if options & LIKE["generated"] else None,
        comment=column.comment if options & LIKE["comments"] else None,
    )
