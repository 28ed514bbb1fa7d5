"""Values of a table that others have, too.

Where every table is held against every other, the pairs are many and the tables few. So as many of
them as can be are looked at at once: each value, with the tables that have it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial

from msgspec import Struct, structs
from psycopg.sql import SQL, Composable, Composed, Literal

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.job import Job, done, unfinished
from ctb_lint.readers.postgres.rows.looks import Look, Part, Question, looks
from ctb_lint.readers.postgres.rows.pairs import pair
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
from ctb_lint.readers.postgres.rows.shapes import Shape
from ctb_lint.readers.postgres.rows.sweep import Halt, Run
from ctb_lint.readers.postgres.rows.tables import (
    called,
    keys_of,
    order_of,
    pages_of,
    statistics_of,
    walk,
)
from ctb_lint.readers.postgres.trouble import ReadTrouble
from ctb_lint.rows import Check, Overlap, RowFact

_AT_ONCE = "in one transaction: not every table has an index that sorts the values likewise"
_ROWS_A_PAGE = 100
"""Where there are no statistics: rather too many than too few."""


def overlapping(
    run: Run, checks: Iterable[Overlap], shapes: Mapping[QualifiedName, Shape]
) -> dict[Check, RowFact]:
    """The answers to checks. A value that a table has in common with others counts once for each
    look that finds it, which is more than one only where the tables are very many or large, or of
    several types."""
    facts: dict[Check, RowFact] = {}
    questions: list[Question] = []
    part = cache(partial(_part, run, shapes))
    size = cache(lambda table: _size(run, shapes[table]))
    found: defaultdict[Overlap, list[RowFact]] = defaultdict(list)
    for check in checks:
        (first, *others), lacking = _parts(part, check)
        if first is None:
            facts |= unfinished((check,), lacking[0][1])
            continue
        questions += (Question(check, (first, *ones)) for ones in _by_kind(others).values())
        # What cannot be looked at keeps nobody from looking at the others.
        found[check] += (
            RowFact(rows=0, failing=0, unfinished=why, unread=table) for table, why in lacking
        )
    for look, answers in looks(size, questions):
        told = _looked(run, look)
        for number, check in answers:
            found[check].append(told[look.check(number)])
    return facts | {check: _added(run, ones) for check, ones in found.items()}


def _part(
    run: Run, shapes: Mapping[QualifiedName, Shape], table: QualifiedName, column_: str
) -> Part:
    """Raises Unanswerable."""
    shape = present(shapes, table)
    if is_sampled(run, shape):
        raise Unanswerable("a sample cannot show that no value is in two tables")
    own = named(shape, column_)
    kind = (own.collation, "text" if own.is_text else own.type)
    return Part(shape, own, (table, column_), kind if pair(own, own).alike else None)


def _parts(
    part: Callable[[QualifiedName, str], Part], check: Overlap
) -> tuple[list[Part | None], list[tuple[QualifiedName, str]]]:
    """The parts, None for one that cannot be looked at; and which tables these are, and why."""
    found: list[Part | None] = []
    lacking: list[tuple[QualifiedName, str]] = []
    for name in check.parts:
        try:
            found.append(part(*name))
        except Unanswerable as why:
            found.append(None)
            lacking.append((name[0], str(why)))
    return found, lacking


def _by_kind(parts: Iterable[Part | None]) -> dict[object, list[Part]]:
    """The parts by how their values compare."""
    found: defaultdict[object, list[Part]] = defaultdict(list)
    for part in parts:
        if part is not None:
            found[part.kind].append(part)
    return found


def _size(run: Run, shape: Shape) -> float:
    """About how many rows a table has; infinite where nobody knows."""
    if shape.rows is not None:
        return shape.rows
    try:
        return pages_of(run, shape) * _ROWS_A_PAGE if shape.located else math.inf
    except (Halt, ReadTrouble):
        return math.inf


def _added(run: Run, facts: Sequence[RowFact]) -> RowFact:
    """The answers of several looks as one."""
    examples = [example for fact in facts for example in fact.examples]
    return structs.replace(
        next((fact for fact in facts if fact.unfinished), facts[0]),
        rows=sum(fact.rows for fact in facts),
        failing=sum(fact.failing for fact in facts),
        examples=tuple(dict.fromkeys(examples))[: run.effort.examples],
        how="; ".join(dict.fromkeys(fact.how for fact in facts if fact.how)),
    )


def _looked(run: Run, look: Look) -> dict[Check, RowFact]:
    """What a look finds."""
    parts = look.parts
    # The largest is cut, and the others at the same values.
    largest = max(parts, key=lambda part: part.shape.rows or 0)
    pairs = [pair(largest.column, part.column) for part in parts]
    cut = all(one.alike for one in pairs) and all(part.is_sorted for part in parts)
    asked = _Asked(look, plain=all(one.plain for one in pairs), cut=cut)

    def ranges(after: Token | None) -> Ranges:
        if not cut:
            return Whole()
        known = statistics_of(run, largest.shape, largest.column)
        return walk(largest.shape, (largest.column,), after, known.cuts if known else ())

    checks = tuple(look.check(number) for number in range(look.asked))
    job = Job(
        checks=checks,
        shape=largest.shape,
        ranges=ranges,
        count=asked.count,
        examples=asked.examples,
        called=asked.called,
        how="" if cut else _AT_ONCE,
        beside=tuple(part.shape for part in parts if part is not largest),
    )
    try:
        return done(run, job)
    except ReadTrouble as trouble:
        return unfinished(checks, trouble.message)


class _Asked(Struct, frozen=True):
    """The statements. ``plain`` says that values are compared as they are, ``cut`` that every
    table is bounded by the range."""

    look: Look
    plain: bool
    cut: bool

    def count(self, span: Span) -> Composed:
        """Which tables have a value is only looked at where more than one has any."""
        numbers = range(self.look.asked)
        each = listed(
            SQL("count(*) FILTER (WHERE {})").format(self._is_at_fault(number))
            for number in numbers
        )
        return SQL(
            "SELECT rows, {} FROM (SELECT rows, CASE WHEN shared > 0 THEN "
            "(SELECT ARRAY[{}] FROM ({}) AS s) END AS found FROM "
            "(SELECT coalesce(sum(n), 0)::bigint AS rows, "
            "count(*) FILTER (WHERE low < high) AS shared FROM "
            "(SELECT count(*) AS n, min(part) AS low, max(part) AS high FROM ({}) AS u "
            "GROUP BY v) AS g) AS c OFFSET 0) AS f"
        ).format(
            listed(SQL("coalesce(found[{}], 0)").format(Literal(number + 1)) for number in numbers),
            each,
            self._shared(span),
            self._values(span),
        )

    def examples(self, number: int, span: Span, limit: int) -> Composed | None:
        """The key of one row in each of the tables, for some of the values."""
        shared = SQL("SELECT v, parts FROM ({}) AS s WHERE {} ORDER BY v LIMIT {}").format(
            self._shared(span), self._is_at_fault(number), Literal(limit)
        )
        held_against = range(self.look.behind(number) + 1, len(self.look.parts))
        each = [
            SQL(
                "SELECT d.number, {}, (SELECT ARRAY[{}] FROM {} WHERE {} AND {} = d.v "
                "ORDER BY {} LIMIT 1) FROM d WHERE {} = ANY (d.parts)"
            ).format(
                Literal(place),
                keys,
                from_table(part.shape),
                self._within(part, span),
                self._value(part),
                order_of(part.shape, Span(span.where, None)),
                Literal(place),
            )
            for place in (number, *held_against)
            if (keys := keys_of((part := self.look.parts[place]).shape)) is not None
        ]
        if not each:
            return None
        return SQL(
            "WITH d AS MATERIALIZED "
            "(SELECT row_number() OVER () AS number, v, parts FROM ({}) AS s) {} ORDER BY 1, 2"
        ).format(shared, SQL(" UNION ALL ").join(each))

    def called(self, found: list[Row]) -> tuple[str, ...]:
        """The rows that have a value, by the value."""
        owners: dict[int, list[str]] = {}
        for number, place, key in found:
            if key is not None:
                shape = self.look.parts[place].shape
                owners.setdefault(number, []).append(f"{shape.name} {called(shape, tuple(key))}")
        return tuple(" and ".join(rows) for rows in owners.values())

    def _is_at_fault(self, number: int) -> Composed:
        return SQL("(high > {} AND {} = ANY (parts))").format(
            Literal(self.look.behind(number)), Literal(number)
        )

    def _shared(self, span: Span) -> Composed:
        """The values within the range that more than one table has, with the tables."""
        return SQL(
            "SELECT v, max(part) AS high, array_agg(DISTINCT part) AS parts FROM ({}) AS u "
            "GROUP BY v HAVING min(part) < max(part)"
        ).format(self._values(span))

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
            for place, part in enumerate(self.look.parts)
        ]
        return SQL(" UNION ALL ").join(each)

    def _value(self, part: Part) -> Composable:
        return column(part.column.name) if self.plain else as_text(part.column)

    def _within(self, part: Part, span: Span) -> Composed:
        return span.where("t", (part.column.name,)) if self.cut else SQL("true").format()
