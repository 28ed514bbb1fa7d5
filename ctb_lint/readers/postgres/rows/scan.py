"""Predicates: all those of a table in one scan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from psycopg.sql import SQL, Composed, Literal

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.job import Job, done, unfinished
from ctb_lint.readers.postgres.rows.ranges import Span
from ctb_lint.readers.postgres.rows.render import (
    Unanswerable,
    from_table,
    patterns_in,
    present,
    rendered,
)
from ctb_lint.readers.postgres.rows.sampling import is_sampled
from ctb_lint.readers.postgres.rows.shapes import Shape
from ctb_lint.readers.postgres.rows.sweep import Run
from ctb_lint.readers.postgres.rows.tables import (
    all_called,
    keys_of,
    narrowed,
    narrows,
    order_of,
    ranges_of,
)
from ctb_lint.readers.postgres.trouble import ReadTrouble
from ctb_lint.rows import Check, Predicate, RowFact

_TOGETHER = 100
"""No more conditions go into one scan."""
_PATTERNS = 24
"""Nor more regular expressions: PostgreSQL keeps 32 of them compiled."""


def scanned(
    run: Run, checks: Iterable[Predicate], shapes: Mapping[QualifiedName, Shape]
) -> dict[Check, RowFact]:
    """The answers to predicates on one table."""
    facts: dict[Check, RowFact] = {}
    fails: dict[Predicate, Composed] = {}
    for check in checks:
        try:
            shape = present(shapes, check.table)
            fails[check] = rendered(check.fails, shape)
        except Unanswerable as why:
            facts.update(unfinished((check,), str(why)))
    for group in _groups(fails):
        shape = shapes[group[0].table]
        try:
            facts.update(done(run, _job(run, shape, group, fails)))
        except ReadTrouble:
            for check in group:
                facts.update(done(run, _job(run, shape, (check,), fails)))
    return facts


def _groups(checks: Iterable[Predicate]) -> Iterator[tuple[Predicate, ...]]:
    """Those that go together."""
    group: list[Predicate] = []
    patterns = 0
    for check in checks:
        more = patterns_in(check.fails)
        if group and (len(group) == _TOGETHER or patterns + more > _PATTERNS):
            yield tuple(group)
            group, patterns = [], 0
        group.append(check)
        patterns += more
    if group:
        yield tuple(group)


def _job(
    run: Run, shape: Shape, checks: tuple[Predicate, ...], fails: Mapping[Predicate, Composed]
) -> Job:
    wanted = narrowed(run, shape)
    source = from_table(shape)

    def count(span: Span) -> Composed:
        numbers = [SQL("count(*)").format()]
        numbers += [SQL("count(*) FILTER (WHERE {})").format(fails[check]) for check in checks]
        return SQL("SELECT {} FROM {} WHERE {} AND {}").format(
            SQL(", ").join(numbers), source, span.where("t"), wanted
        )

    def examples(number: int, span: Span, limit: int) -> Composed | None:
        keys = keys_of(shape)
        if keys is None:
            return None
        return SQL("SELECT {} FROM {} WHERE {} AND {} AND {} ORDER BY {} LIMIT {}").format(
            keys,
            source,
            span.where("t"),
            wanted,
            fails[checks[number]],
            order_of(shape, span),
            Literal(limit),
        )

    return Job(
        checks=checks,
        shape=shape,
        ranges=lambda after: ranges_of(run, shape, after),
        count=count,
        examples=examples,
        called=lambda found: all_called(shape, found),
        partial=narrows(run, shape),
        sample=run.effort.sample if is_sampled(run, shape) else None,
    )
