"""Checks that are answered together: range by range, with the keys of some rows at fault."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from psycopg.sql import SQL, Composed, Identifier, Literal

from ctb_lint.readers.postgres.rows.effort import Position, key_of
from ctb_lint.readers.postgres.rows.ranges import Ranges, Span, Token
from ctb_lint.readers.postgres.rows.render import from_table, listed
from ctb_lint.readers.postgres.rows.sampling import upper_bound
from ctb_lint.readers.postgres.rows.session import Row
from ctb_lint.readers.postgres.rows.shapes import Shape
from ctb_lint.readers.postgres.rows.sweep import Halt, Run, enough, sweep
from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble
from ctb_lint.rows import Check, RowFact


class Job(Struct, frozen=True, kw_only=True):
    """``checks`` about the rows of ``shape``.

    ``ranges`` makes the ranges behind a token. ``count`` answers in one row: how many rows there
    are in a range, and how many are at fault by each of the checks. ``examples`` selects keys of
    so many that are at fault by one of them, None where rows have no keys, and ``called`` puts
    what is found into words. ``how`` is how it is done, ``partial`` that it is not about all rows,
    ``sample`` which share of them was drawn. ``beside`` are tables that are looked at with it.
    """

    checks: tuple[Check, ...]
    shape: Shape
    ranges: Callable[[Token | None], Ranges]
    count: Callable[[Span], Composed]
    examples: Callable[[int, Span, int], Composed | None]
    called: Callable[[list[Row]], tuple[str, ...]]
    how: str = ""
    partial: bool = False
    sample: float | None = None
    beside: tuple[Shape, ...] = ()

    def counted(self, span: Span) -> Composed:
        """Counts a range: its parts beside each other, where it has any."""
        if len(span.parts) < 2:
            return self.count(span)
        numbers = [Identifier(f"n{number}") for number in range(len(self.checks) + 1)]
        return SQL("SELECT {} FROM ({}) AS p ({})").format(
            listed(SQL("sum({})::bigint").format(number) for number in numbers),
            SQL(" UNION ALL ").join(self.count(part) for part in span.parts),
            listed(numbers),
        )


class _Tally:
    """What was found so far, with one number for each check."""

    def __init__(self, checks: int, position: Position | None) -> None:
        self.rows = position.rows if position else 0
        self.failing = list(position.failing) if position else [0] * checks
        self.examples: list[tuple[str, ...]] = (
            list(position.examples) if position else [()] * checks
        )
        self.looked = [0] * checks

    def position(self, ranges: Ranges) -> Position | None:
        """Where to go on; None where there is no such place."""
        if ranges.after is None:
            return None
        return Position(
            ranges.way, ranges.after, self.rows, tuple(self.failing), tuple(self.examples)
        )


def done(run: Run, job: Job) -> dict[Check, RowFact]:
    """The answers to the checks of a job, whatever comes in between.

    Raises ReadTrouble only where one of several checks may have spoilt it for the others.
    """
    key = key_of(*job.checks)
    try:
        ranges, tally = _begun(run, job, key)
    except ReadTrouble as trouble:
        return unfinished(job.checks, trouble.message)
    why = None
    try:
        _refuse_large(run, job, ranges)
        for span, row in sweep(run, str(job.shape.name), job.shape.rows, ranges, job.counted):
            tally.rows += row[0]
            for number, failing in enumerate(row[1:]):
                tally.failing[number] += failing
                if failing:
                    tally.examples[number] += _examples(run, job, number, span, tally, ranges)
            position = tally.position(ranges)
            if position:
                run.record.positions[key] = position
    except Halt as halt:
        why = str(halt)
    except ReadTrouble as trouble:
        if len(job.checks) > 1 and trouble.cause in _OF_ONE:
            raise
        why = trouble.message
    facts = {check: _fact(job, number, tally, why) for number, check in enumerate(job.checks)}
    if why is None:
        run.record.positions.pop(key, None)
        run.record.facts.update((key_of(check), fact) for check, fact in facts.items())
    return facts


def _refuse_large(run: Run, job: Job, ranges: Ranges) -> None:
    """Raises Halt where all rows would be looked at and are more than may be. Where the statistics
    do not say how many there are, so many are counted. Raises ReadTrouble."""
    most = run.effort.max_rows
    if most is None or ranges.divisible:
        return
    for shape in (job.shape, *job.beside):
        rows = shape.rows
        if rows is None:
            counted = SQL("SELECT count(*) FROM (SELECT FROM {} LIMIT {}) AS c").format(
                from_table(shape), Literal(most + 1)
            )
            ((rows,),) = run.ask(counted, short=False)
        if rows > most:
            raise Halt(enough(most))


_OF_ONE = frozenset({Cause.OTHER, Cause.RIGHTS, Cause.CHANGED})
"""Troubles that only one of several conditions may be the cause of."""


def unfinished(checks: tuple[Check, ...], why: str) -> dict[Check, RowFact]:
    """The answers where not a single row was looked at."""
    return {check: RowFact(rows=0, failing=0, unfinished=why) for check in checks}


def _begun(run: Run, job: Job, key: str) -> tuple[Ranges, _Tally]:
    """From where an earlier run got to, or from the beginning."""
    position = run.record.positions.get(key)
    ranges = job.ranges(position.after if position else None)
    if position and position.way != ranges.way:
        position = None
        ranges = job.ranges(None)
    return ranges, _Tally(len(job.checks), position)


def _examples(
    run: Run, job: Job, number: int, span: Span, tally: _Tally, ranges: Ranges
) -> tuple[str, ...]:
    """Keys of rows at fault in a range that has some. No more ranges are looked at for them than
    keys are wanted: each costs about what the range itself did."""
    lacking = run.effort.examples - len(tally.examples[number])
    enough = lacking <= 0 or tally.looked[number] == run.effort.examples
    asked = None if enough else job.examples(number, span, lacking)
    if asked is None:
        return ()
    tally.looked[number] += 1
    try:
        found = run.ask(asked, short=ranges.divisible, settings=ranges.settings)
    except ReadTrouble as trouble:
        if trouble.cause is Cause.CONNECTION:
            raise
        return ()  # the numbers stand without them
    return job.called(found)


def _fact(job: Job, number: int, tally: _Tally, why: str | None) -> RowFact:
    share = 1.0
    if job.partial:
        share = min(tally.rows / max(job.shape.rows or 0, tally.rows, 1), _ALMOST)
    if job.sample is not None:
        share = min(job.sample, _ALMOST)
    return RowFact(
        rows=tally.rows,
        failing=tally.failing[number],
        examples=tally.examples[number],
        share=share,
        bound=None if job.sample is None else upper_bound(tally.rows, tally.failing[number]),
        unfinished=why,
        how=job.how,
    )


_ALMOST = 0.9999
