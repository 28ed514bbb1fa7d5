"""Values that more than one of several tables has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, structs
from psycopg.sql import SQL, Composable, Composed, Literal

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.effort import key_of
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
    parts = [_part(run, shapes, *part) for part in check.parts]
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


_ALL_AT_ONCE = 1_000_000
"""So many rows are looked at in one transaction where the tables cannot be cut into ranges."""


def nothing_shared(
    run: Run, checks: Iterable[Overlap], shapes: Mapping[QualifiedName, Shape]
) -> dict[Check, RowFact]:
    """The answers to all those checks of which one look at all their tables shows that no value is
    in two of them. The others have to be asked one by one.

    Where every table is held against every other, the pairs are many and the tables few.
    """
    groups: dict[tuple[int, str], list[Overlap]] = {}
    for check in checks:
        # What compares otherwise with a third table than with one of its kind is asked by itself.
        kinds = set(_kinds(check, shapes))
        if len(kinds) == 1 and None not in kinds:
            groups.setdefault(next(kind for kind in kinds if kind), []).append(check)
    found: dict[Check, RowFact] = {}
    for group in groups.values():
        everything = Overlap(tuple(sorted({part for check in group for part in check.parts})))
        if len(group) < 2 or not _is_affordable(run, everything, shapes):
            continue
        fact = overlapping(run, everything, shapes)[everything]
        if fact.unfinished or fact.failing:
            continue
        at_once = f"{len(everything.parts)} tables were looked at at once"
        fact = structs.replace(fact, how=f"{fact.how}; {at_once}" if fact.how else at_once)
        run.record.facts.update((key_of(check), fact) for check in group)
        found |= dict.fromkeys(group, fact)
    return found


def _kinds(
    check: Overlap, shapes: Mapping[QualifiedName, Shape]
) -> Iterator[tuple[int, str] | None]:
    """How the values of each of the tables compare; None where that is their own affair."""
    for name, column_ in check.parts:
        try:
            own = named(present(shapes, name), column_)
        except Unanswerable:
            yield None
        else:
            kind = "text" if own.is_text else own.type
            yield (own.collation, kind) if pair(own, own).alike else None


def _is_affordable(run: Run, check: Overlap, shapes: Mapping[QualifiedName, Shape]) -> bool:
    """Whether a look at all of the tables is possible, and holds no snapshot for long."""
    try:
        parts = [_part(run, shapes, *part) for part in check.parts]
    except Unanswerable:
        return False
    sizes = [part.shape.rows for part in parts]
    few = None not in sizes and sum(size or 0 for size in sizes) <= _ALL_AT_ONCE
    return few or all(part.is_sorted for part in parts)


def _part(
    run: Run, shapes: Mapping[QualifiedName, Shape], table: QualifiedName, column_: str
) -> _Part:
    """Raises Unanswerable."""
    shape = present(shapes, table)
    if is_sampled(run, shape):
        raise Unanswerable("a sample cannot show that no value is in two tables")
    return _Part(shape, named(shape, column_))


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
