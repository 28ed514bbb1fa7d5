"""Values that more than one of several tables has."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from psycopg.sql import SQL, Composable, Composed, Literal

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.job import Job, done
from ctb_lint.readers.postgres.rows.pairs import pair
from ctb_lint.readers.postgres.rows.ranges import Ranges, Span, Token, Whole
from ctb_lint.readers.postgres.rows.render import (
    Unanswerable,
    as_text,
    column,
    from_table,
    named,
    present,
)
from ctb_lint.readers.postgres.rows.sampling import is_sampled
from ctb_lint.readers.postgres.rows.session import Row
from ctb_lint.readers.postgres.rows.shapes import ColumnShape, Shape
from ctb_lint.readers.postgres.rows.sweep import Run
from ctb_lint.readers.postgres.rows.tables import called, keys_of, order_of, statistics_of, walk
from ctb_lint.rows import Check, Overlap, RowFact

_AT_ONCE = "in one transaction: not every table has an index that sorts the values likewise"


def overlapping(
    run: Run, check: Overlap, shapes: Mapping[QualifiedName, Shape]
) -> dict[Check, RowFact]:
    """The answer to one check. Raises Unanswerable."""
    parts = []
    for name, column_ in check.parts:
        shape = present(shapes, name)
        if is_sampled(run, shape):
            raise Unanswerable("a sample cannot show that no value is in two tables")
        parts.append(_Part(shape, named(shape, column_)))
    # The largest is cut, and the others at the same values.
    largest = max(parts, key=lambda part: part.shape.rows or 0)
    pairs = [pair(largest.column, part.column) for part in parts]
    cut = all(one.alike for one in pairs) and all(part.is_sorted for part in parts)
    asked = _Asked(tuple(parts), plain=all(one.plain for one in pairs), cut=cut)

    def ranges(after: Token | None) -> Ranges:
        if not cut:
            return Whole()
        known = statistics_of(run, largest.shape, largest.column)
        return walk(largest.shape, (largest.column,), after, known.cuts if known else ())

    return done(
        run,
        Job(
            checks=(check,),
            shape=largest.shape,
            ranges=ranges,
            count=asked.count,
            examples=asked.examples,
            called=asked.called,
            how="" if cut else _AT_ONCE,
        ),
    )


class _Part(Struct, frozen=True):
    """One of the tables, and the column whose values are meant."""

    shape: Shape
    column: ColumnShape

    @property
    def is_sorted(self) -> bool:
        return self.column.builtin and self.shape.index_on(self.column.name) is not None


class _Asked(Struct, frozen=True):
    """The statements. ``plain`` says that values are compared as they are, ``cut`` that every
    table is bounded by the range."""

    parts: tuple[_Part, ...]
    plain: bool
    cut: bool

    def count(self, span: Span) -> Composed:
        return SQL(
            "SELECT coalesce(sum(n), 0)::bigint, count(*) FILTER (WHERE tables > 1) FROM "
            "(SELECT count(*) AS n, count(DISTINCT part) AS tables FROM ({}) AS u GROUP BY v) AS g"
        ).format(self._values(span))

    def examples(self, number: int, span: Span, limit: int) -> Composed | None:
        """The key of one row in each of the tables, for some of the values."""
        shared = SQL(
            "SELECT v FROM ({}) AS u GROUP BY v HAVING count(DISTINCT part) > 1 ORDER BY v LIMIT {}"
        ).format(self._values(span), Literal(limit))
        each = [
            SQL(
                "SELECT d.number, {}, (SELECT ARRAY[{}] FROM {} WHERE {} AND {} = d.v "
                "ORDER BY {} LIMIT 1) FROM d"
            ).format(
                Literal(place),
                keys,
                from_table(part.shape),
                self._within(part, span),
                self._value(part),
                order_of(part.shape, Span(span.where, None)),
            )
            for place, part in enumerate(self.parts)
            if (keys := keys_of(part.shape)) is not None
        ]
        if not each:
            return None
        return SQL(
            "WITH d AS MATERIALIZED (SELECT row_number() OVER () AS number, v FROM ({}) AS s) "
            "{} ORDER BY 1, 2"
        ).format(shared, SQL(" UNION ALL ").join(each))

    def called(self, found: list[Row]) -> tuple[str, ...]:
        owners: dict[int, list[str]] = {}
        for number, place, key in found:
            if key is not None:
                shape = self.parts[place].shape
                owners.setdefault(number, []).append(f"{shape.name} {called(shape, tuple(key))}")
        return tuple(" and ".join(rows) for rows in owners.values())

    def _values(self, span: Span) -> Composed:
        """All values within the range, each with the number of its table."""
        each = [
            SQL("SELECT {} AS v, {} AS part FROM {} WHERE {} AND {} IS NOT NULL").format(
                self._value(part),
                Literal(place),
                from_table(part.shape),
                self._within(part, span),
                column(part.column.name),
            )
            for place, part in enumerate(self.parts)
        ]
        return SQL(" UNION ALL ").join(each)

    def _value(self, part: _Part) -> Composable:
        return column(part.column.name) if self.plain else as_text(part.column)

    def _within(self, part: _Part, span: Span) -> Composed:
        return span.where("t", (part.column.name,)) if self.cut else SQL("true").format()
