"""Rows that refer to nothing: an anti join, in ranges of the value that refers.

Both sides are bounded by the same two values, so that each range is a join of two short pieces of
two indexes. The values come from the statistics; what lies before the first and behind the last
belongs to open ranges, and rows without a value are counted with the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from psycopg.sql import SQL, Composed, Literal

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.job import Job, done
from ctb_lint.readers.postgres.rows.pairs import Pair, pair
from ctb_lint.readers.postgres.rows.ranges import Ranges, Span, Token, Whole
from ctb_lint.readers.postgres.rows.render import column, from_table, named, present
from ctb_lint.readers.postgres.rows.sampling import is_sampled
from ctb_lint.readers.postgres.rows.shapes import Held, Shape
from ctb_lint.readers.postgres.rows.sweep import Run
from ctb_lint.readers.postgres.rows.tables import (
    all_called,
    keys_of,
    narrowed,
    narrows,
    order_of,
    ranges_of,
    statistics_of,
    walk,
)
from ctb_lint.rows import Check, Reference, RowFact

PROVEN = "a validated foreign key holds it"
_CUT = "in ranges of the value, cut by the statistics"
_PROBED = "in ranges of the value, without statistics"
_LOOKED_UP = "in ranges of the table, each value looked up"
_SAMPLED = "a sample of the table, each value looked up"
_PLAIN = "one join of the whole tables: no index serves both sides"


def referring(
    run: Run, check: Reference, shapes: Mapping[QualifiedName, Shape]
) -> dict[Check, RowFact]:
    """The answer to one check. Raises Unanswerable."""
    shape, target = present(shapes, check.table), present(shapes, check.target)
    both = pair(named(shape, check.column), named(target, check.target_column))
    if Held(check.column, check.target, check.target_column) in shape.held:
        return {check: RowFact(rows=0, failing=0, how=PROVEN)}
    ranges, how, bounded = way(run, shape, target, both)
    wanted = narrowed(run, shape)
    source = from_table(shape)
    own, other = both.of_own("t"), both.of_other("r")

    def beside(span: Span) -> Composed:
        """What of the target may be referred to from within the range."""
        return span.where("r", (both.other.name,)) if bounded else SQL("true").format()

    def count(span: Span) -> Composed:
        return SQL(
            "SELECT count(*), count(*) FILTER (WHERE {} IS NOT NULL AND r.v IS NULL) FROM {} "
            "LEFT JOIN (SELECT {} {} AS v FROM {} WHERE {}) AS r ON r.v = {} WHERE {} AND {}"
        ).format(
            column(both.own.name),
            source,
            SQL("") if target.is_unique((both.other.name,)) else SQL("DISTINCT"),
            other,
            from_table(target, "r"),
            beside(span),
            own,
            span.where("t"),
            wanted,
        )

    def examples(number: int, span: Span, limit: int) -> Composed | None:
        keys = keys_of(shape)
        if keys is None:
            return None
        orphans = SQL(
            "FROM {} WHERE {} AND {} AND {} IS NOT NULL AND NOT EXISTS "
            "(SELECT FROM {} WHERE {} AND {} = {})"
        ).format(
            source,
            span.where("t"),
            wanted,
            column(both.own.name),
            from_table(target, "r"),
            beside(span),
            other,
            own,
        )
        order, most = order_of(shape, span), Literal(limit)
        if not bounded:
            return SQL("SELECT {} {} ORDER BY {} LIMIT {}").format(keys, orphans, order, most)
        # The values are in the index: only of these few rows the key has to be fetched.
        return SQL(
            "WITH m AS MATERIALIZED (SELECT {} AS v {} ORDER BY v LIMIT {}) "
            "SELECT {} FROM {} WHERE {} AND {} IN (SELECT v FROM m) ORDER BY {} LIMIT {}"
        ).format(own, orphans, most, keys, source, span.where("t"), own, order, most)

    return done(
        run,
        Job(
            checks=(check,),
            shape=shape,
            ranges=ranges,
            count=count,
            examples=examples,
            called=lambda found: all_called(shape, found),
            how=how,
            partial=narrows(run, shape),
            sample=run.effort.sample if is_sampled(run, shape) else None,
        ),
    )


def way(
    run: Run, shape: Shape, target: Shape, both: Pair
) -> tuple[Callable[[Token | None], Ranges], str, bool]:
    """By which ranges to join two tables, how that is called, and whether the ranges bound the
    target too."""
    indexed = both.plain and target.index_on(both.other.name) is not None
    sorted_ = both.alike and shape.index_on(both.own.name) is not None
    sampled = is_sampled(run, shape)
    if indexed and sorted_ and not sampled and not narrows(run, shape):
        found = statistics_of(run, shape, both.own)
        cuts = found.cuts if found else ()
        return (
            lambda after: _merging(walk(shape, (both.own,), after, cuts, missing=True)),
            _CUT if cuts else _PROBED,
            True,
        )
    if indexed:
        how = _SAMPLED if sampled else _LOOKED_UP
        return lambda after: ranges_of(run, shape, after), how, False
    return lambda after: Whole(), _PLAIN, False


def _merging(ranges: Ranges) -> Ranges:
    """Both sides come in order: the planner thinks too little of that, and builds hash tables."""
    ranges.settings = ("enable_hashjoin = off",)
    return ranges
