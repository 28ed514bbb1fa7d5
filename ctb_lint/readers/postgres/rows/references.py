"""Rows that refer to nothing: an anti join, in ranges of the value that refers.

Both sides are bounded by the same two values, so that each range is a join of two short pieces of
two indexes. The values come from the statistics; what lies before the first and behind the last
belongs to open ranges, and rows without a value are counted with the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from psycopg.sql import SQL, Composed, Literal

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.job import Job, done
from ctb_lint.readers.postgres.rows.pairs import Pair, pair
from ctb_lint.readers.postgres.rows.ranges import Ranges, Span, Token, Whole
from ctb_lint.readers.postgres.rows.render import column, from_table, named, present
from ctb_lint.readers.postgres.rows.sampling import is_sampled
from ctb_lint.readers.postgres.rows.session import Row
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


class Way(Struct, frozen=True):
    """By which ranges two tables are joined, and how that is called. ``bounded`` says that the
    ranges are those of the target too, ``looked_up`` that each value is looked up in its index."""

    ranges: Callable[[Token | None], Ranges]
    how: str
    bounded: bool = False
    looked_up: bool = False


def way(run: Run, shape: Shape, target: Shape, both: Pair) -> Way:
    """The best way to join two tables."""
    indexed = both.plain and target.index_on(both.other.name) is not None
    sorted_ = both.alike and shape.index_on(both.own.name) is not None
    sampled = is_sampled(run, shape)
    if indexed and sorted_ and not sampled and not narrows(run, shape):
        found = statistics_of(run, shape, both.own)
        cuts = found.cuts if found else ()
        return Way(
            lambda after: _merging(walk(shape, (both.own,), after, cuts, missing=True)),
            _CUT if cuts else _PROBED,
            bounded=True,
        )
    if indexed:
        how = _SAMPLED if sampled else _LOOKED_UP
        return Way(lambda after: ranges_of(run, shape, after), how, looked_up=True)
    return Way(lambda after: Whole(), _PLAIN)


def _merging(ranges: Ranges) -> Ranges:
    """Both sides come in order, and are merged. The planner thinks too little of that: it builds
    hash tables, and where it takes a range for empty it compares each row with each."""
    ranges.settings = ("enable_hashjoin = off", "enable_nestloop = off")
    return ranges


def referring(
    run: Run, check: Reference, shapes: Mapping[QualifiedName, Shape]
) -> dict[Check, RowFact]:
    """The answer to one check. Raises Unanswerable."""
    shape, target = present(shapes, check.table), present(shapes, check.target)
    both = pair(named(shape, check.column), named(target, check.target_column))
    if Held(check.column, check.target, check.target_column) in shape.held:
        return {check: RowFact(rows=0, failing=0, how=PROVEN)}
    by = way(run, shape, target, both)
    asked = _Asked(shape, target, both, by, narrowed(run, shape))
    return done(
        run,
        Job(
            checks=(check,),
            shape=shape,
            ranges=by.ranges,
            count=asked.count,
            examples=asked.examples,
            called=asked.called,
            how=by.how,
            partial=narrows(run, shape),
            sample=run.effort.sample if is_sampled(run, shape) else None,
        ),
    )


class _Asked(Struct, frozen=True):
    """The statements. ``wanted`` is which of the rows are looked at at all."""

    shape: Shape
    target: Shape
    both: Pair
    way: Way
    wanted: Composed

    def count(self, span: Span) -> Composed:
        return SQL(
            "SELECT count(*), count(*) FILTER (WHERE {} IS NOT NULL AND r.v IS NULL) "
            "FROM {} LEFT JOIN {} WHERE {} AND {}"
        ).format(
            column(self.both.own.name),
            from_table(self.shape),
            self._looked_up() if self.way.looked_up else self._joined(span),
            span.where("t"),
            self.wanted,
        )

    def examples(self, number: int, span: Span, limit: int) -> Composed | None:
        keys = keys_of(self.shape)
        if keys is None:
            return None
        own, most = self.both.of_own("t"), Literal(limit)
        order = order_of(self.shape, span)
        orphans = SQL(
            "FROM {} WHERE {} AND {} AND {} IS NOT NULL "
            "AND NOT EXISTS (SELECT FROM {} WHERE {} AND {} = {})"
        ).format(
            from_table(self.shape),
            span.where("t"),
            self.wanted,
            column(self.both.own.name),
            from_table(self.target, "r"),
            self._beside(span),
            self.both.of_other("r"),
            own,
        )
        if not self.way.bounded:
            return SQL("SELECT 1 AS place, {} {} ORDER BY {} LIMIT {}").format(
                keys, orphans, order, most
            )
        # The values are in the index: only of these few the rows have to be fetched.
        return SQL(
            "WITH m AS MATERIALIZED (SELECT DISTINCT {} AS v {} ORDER BY v LIMIT {}) "
            "SELECT k.* FROM m CROSS JOIN LATERAL "
            "(SELECT row_number() OVER (ORDER BY {}) AS place, {} FROM {} WHERE {} AND {} = m.v) "
            "AS k ORDER BY m.v, k.place LIMIT {}"
        ).format(
            own, orphans, most, order, keys, from_table(self.shape), span.where("t"), own, most
        )

    def called(self, found: list[Row]) -> tuple[str, ...]:
        return all_called(self.shape, [row[1:] for row in found])

    def _joined(self, span: Span) -> Composed:
        unique = self.target.is_unique((self.both.other.name,))
        return SQL("(SELECT {} {} AS v FROM {} WHERE {}) AS r ON r.v = {}").format(
            SQL("") if unique else SQL("DISTINCT"),
            self.both.of_other("r"),
            from_table(self.target, "r"),
            self._beside(span),
            self.both.of_own("t"),
        )

    def _looked_up(self) -> Composed:
        """Each value by itself: else a table of all of the target would be made for each range."""
        return SQL("LATERAL (SELECT true AS v FROM {} WHERE {} = {} LIMIT 1) AS r ON true").format(
            from_table(self.target, "r"), self.both.of_other("r"), self.both.of_own("t")
        )

    def _beside(self, span: Span) -> Composed:
        """What of the target may be referred to from within the range."""
        if not self.way.bounded:
            return SQL("true").format()
        return span.where("r", (self.both.other.name,))
