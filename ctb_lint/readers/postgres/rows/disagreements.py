"""Rows of which a row of another table says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from psycopg.sql import SQL, Composed, Literal

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.job import Job, done
from ctb_lint.readers.postgres.rows.pairs import pair
from ctb_lint.readers.postgres.rows.ranges import Span
from ctb_lint.readers.postgres.rows.references import way
from ctb_lint.readers.postgres.rows.render import from_table, named, present, rendered
from ctb_lint.readers.postgres.rows.sampling import is_sampled
from ctb_lint.readers.postgres.rows.shapes import Shape
from ctb_lint.readers.postgres.rows.sweep import Run
from ctb_lint.readers.postgres.rows.tables import all_called, keys_of, narrowed, narrows, order_of
from ctb_lint.rows import Check, Disagreement, OneOf, RowFact


def disagreeing(
    run: Run, check: Disagreement, shapes: Mapping[QualifiedName, Shape]
) -> dict[Check, RowFact]:
    """The answer to one check. Raises Unanswerable."""
    shape, target = present(shapes, check.table), present(shapes, check.target)
    both = pair(named(shape, check.column), named(target, check.target_column))
    otherwise = SQL(" OR ").join([*_otherwise(check, shape, target), SQL("false")])
    by = way(run, shape, target, both)
    wanted = narrowed(run, shape)
    source = from_table(shape)

    def contradicted(span: Span) -> Composed:
        beside = span.where("r", (both.other.name,)) if by.bounded else SQL("true").format()
        return SQL(
            "FROM {} WHERE {} AND {} AND EXISTS (SELECT FROM {} WHERE {} AND {} = {} AND ({}))"
        ).format(
            source,
            span.where("t"),
            wanted,
            from_table(target, "r"),
            beside,
            both.of_other("r"),
            both.of_own("t"),
            otherwise,
        )

    def count(span: Span) -> Composed:
        # The rows are counted beside the join, and not in it, so that it can be a semi join.
        return SQL("SELECT (SELECT count(*) FROM {} WHERE {} AND {}), (SELECT count(*) {})").format(
            source, span.where("t"), wanted, contradicted(span)
        )

    def examples(number: int, span: Span, limit: int) -> Composed | None:
        keys = keys_of(shape)
        if keys is None:
            return None
        return SQL("SELECT {} {} ORDER BY {} LIMIT {}").format(
            keys, contradicted(span), order_of(shape, span), Literal(limit)
        )

    return done(
        run,
        Job(
            checks=(check,),
            shape=shape,
            ranges=by.ranges,
            count=count,
            examples=examples,
            called=lambda found: all_called(shape, found),
            how=by.how,
            partial=narrows(run, shape),
            sample=run.effort.sample if is_sampled(run, shape) else None,
        ),
    )


def _otherwise(check: Disagreement, shape: Shape, target: Shape) -> Iterator[Composed]:
    """When a row of the target says otherwise. NULL says nothing."""
    for own, other in check.same:
        compared = pair(named(shape, own), named(target, other))
        yield SQL("({} <> {})").format(compared.of_own("t"), compared.of_other("r"))
    for name, values in check.foreign:
        yield rendered(OneOf(name, values), target, "r")
