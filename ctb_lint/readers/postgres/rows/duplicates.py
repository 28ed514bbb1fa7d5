"""Values that more than one row has: counted by grouping, unless an index rules them out."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.job import Job, done
from ctb_lint.readers.postgres.rows.ranges import Ranges, Span, Token, Whole
from ctb_lint.readers.postgres.rows.render import (
    Unanswerable,
    as_text,
    column,
    from_table,
    listed,
    named,
    present,
)
from ctb_lint.readers.postgres.rows.sampling import is_sampled
from ctb_lint.readers.postgres.rows.session import Row
from ctb_lint.readers.postgres.rows.shapes import ColumnShape, Shape
from ctb_lint.readers.postgres.rows.sweep import Run
from ctb_lint.readers.postgres.rows.tables import called, keys_of, order_of, statistics_of, walk
from ctb_lint.rows import Check, Duplicate, RowFact

PROVEN = "a unique index holds it"
_AT_ONCE = "in one transaction: no index sorts the values"


def duplicated(
    run: Run, check: Duplicate, shapes: Mapping[QualifiedName, Shape]
) -> dict[Check, RowFact]:
    """The answer to one check. Raises Unanswerable."""
    shape = present(shapes, check.table)
    columns = tuple(named(shape, name) for name in check.columns)
    if shape.is_unique(check.columns):
        return {check: RowFact(rows=0, failing=0, how=PROVEN)}
    if is_sampled(run, shape):
        raise Unanswerable("a sample cannot show that no value is there twice")
    lead = next((one for one in columns if one.builtin and shape.index_on(one.name)), None)

    def ranges(after: Token | None) -> Ranges:
        if lead is None:
            return Whole()
        found = statistics_of(run, shape, lead)
        return walk(shape, (lead,), after, found.cuts if found else (), missing=True)

    return done(
        run,
        Job(
            checks=(check,),
            shape=shape,
            ranges=ranges,
            count=lambda span: _count(shape, columns, span),
            examples=lambda number, span, limit: _examples(shape, columns, span, limit),
            called=lambda found: _called(shape, found),
            how="" if lead else _AT_ONCE,
        ),
    )


def _value(one: ColumnShape, alias: str = "t") -> Composable:
    """What rows are grouped by: a type without equality by its text."""
    return as_text(one, alias) if one.builtin and not one.comparable else column(one.name, alias)


def _count(shape: Shape, columns: tuple[ColumnShape, ...], span: Span) -> Composed:
    names = [Identifier(f"v{number}") for number in range(len(columns))]
    there = SQL(" AND ").join(SQL("{} IS NOT NULL").format(name) for name in names)
    values = listed(
        SQL("{} AS {}").format(_value(one), name) for one, name in zip(columns, names, strict=True)
    )
    return SQL(
        "SELECT coalesce(sum(n), 0)::bigint, count(*) FILTER (WHERE n > 1 AND {}) "
        "FROM (SELECT {}, count(*) AS n FROM {} WHERE {} GROUP BY {}) AS g"
    ).format(there, values, from_table(shape), span.where("t"), listed(names))


def _examples(
    shape: Shape, columns: tuple[ColumnShape, ...], span: Span, limit: int
) -> Composed | None:
    """Two rows of each of some values."""
    keys = keys_of(shape)
    if keys is None:
        return None
    values = listed(_value(one) for one in columns)
    there = SQL(" AND ").join(SQL("{} IS NOT NULL").format(column(one.name)) for one in columns)
    # Windows know what is equal of types whose operators are in no schema that is looked through.
    rows = SQL(
        "SELECT dense_rank() OVER (ORDER BY {}) AS number, "
        "row_number() OVER (PARTITION BY {} ORDER BY {}) AS place, "
        "count(*) OVER (PARTITION BY {}) AS times, {} FROM {} WHERE {} AND {}"
    ).format(
        values,
        values,
        order_of(shape, span),
        values,
        keys,
        from_table(shape),
        span.where("t"),
        there,
    )
    return SQL(
        "SELECT w.* FROM ({}) AS w WHERE times > 1 AND place <= 2 ORDER BY number, place LIMIT {}"
    ).format(rows, Literal(2 * limit))


def _called(shape: Shape, found: list[Row]) -> tuple[str, ...]:
    sharing: dict[int, list[str]] = {}
    for number, _, _, *key in found:
        sharing.setdefault(number, []).append(called(shape, tuple(key)))
    return tuple(" and ".join(rows) for rows in sharing.values())
