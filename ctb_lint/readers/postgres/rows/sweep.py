"""Goes through the ranges of a table, at a pace that keeps each transaction short."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from msgspec import Struct
from psycopg.sql import Composed

from ctb_lint.readers.postgres.rows.effort import Effort, Progress, Record, Report, silent
from ctb_lint.readers.postgres.rows.ranges import Ranges, Span
from ctb_lint.readers.postgres.rows.session import Row, Session
from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble

_SMALLEST_SIZE = 100
_RECOVERY = 1.1
_GROWTH, _DOUBT = 16.0, 2.0
"""How many times larger the next range is at most: behind one that was full, or was not."""


TID_RANGES = 14
"""The version from which on PostgreSQL finds a range of pages without reading the others."""


class Halt(Exception):  # noqa: N818 - it was asked for
    """Why no more rows are looked at though there are more, in words."""


class Run(Struct, frozen=True):
    """What all checks of one run share. ``until`` is when the time is up, by ``clock``."""

    session: Session
    effort: Effort
    record: Record
    until: float | None = None
    report: Report = silent
    clock: Callable[[], float] = time.monotonic

    def ask(self, statement: Composed, *, short: bool, settings: tuple[str, ...] = ()) -> list[Row]:
        """The rows that answer a statement. Raises Halt where the time is up, and ReadTrouble."""
        seconds = self.effort.limit if short else self.effort.longest
        if self.until is None:
            return self.session.ask(statement, seconds, settings)
        left = self.until - self.clock()
        if left <= 0:
            raise Halt(f"the time of {self.effort.max_seconds:g} s was up")
        try:
            return self.session.ask(statement, min(seconds, left), settings)
        except ReadTrouble as trouble:
            if trouble.cause is Cause.TIMEOUT and left <= seconds:
                raise Halt(f"the time of {self.effort.max_seconds:g} s was up") from None
            raise


class _Pace:
    """How many rows the next range should have."""

    def __init__(self, target: float, size: int) -> None:
        self._target = target
        self._least = min(_SMALLEST_SIZE, size)
        self._most: float = 100_000_000
        self.size = size

    def took(self, seconds: float, rows: int) -> None:
        """The last range took so long for so many rows."""
        full = rows >= self.size / 2
        factor = min(_GROWTH if full else _DOUBT, self._target / max(seconds, 0.001))
        size = max(rows, self.size / 2) * factor if full else self.size * factor
        self.size = int(max(self._least, min(size, self._most)))
        # What took too long once need not do so again.
        self._most *= _RECOVERY

    def slower(self) -> bool:
        """Whether there is a smaller size than the one that took too long; it is the next."""
        if self.size <= self._least:
            return False
        self._most = self.size / 2
        self.size = int(max(self._least, self.size / 4))
        return True


def sweep(
    run: Run, what: str, expected: int | None, ranges: Ranges, statement: Callable[[Span], Composed]
) -> Iterator[tuple[Span, Row]]:
    """The answer to the statement in each range; its first column is the number of rows. Raises
    Halt where no more may be looked at, and ReadTrouble."""
    pace = _Pace(run.effort.target, run.effort.size)
    looked = 0
    while True:
        most = run.effort.max_rows
        size = pace.size if most is None else max(1, min(pace.size, most - looked))
        try:
            span = ranges.ahead(size, lambda probe: run.ask(probe, short=True))
            if span is None:
                return
            if most is not None and looked >= most:
                raise Halt(enough(most))
            start = run.clock()
            (row,) = run.ask(statement(span), short=ranges.divisible, settings=ranges.settings)
        except ReadTrouble as trouble:
            if trouble.cause is Cause.TIMEOUT and ranges.divisible and pace.slower():
                ranges.refused()
                continue
            raise
        pace.took(run.clock() - start, row[0])
        looked += row[0]
        ranges.passed(span, row[0])
        yield span, row
        run.report(Progress(what, looked, expected))


def enough(most: int) -> str:
    """Why there were no more rows than that."""
    rows = "row" if most == 1 else "rows"
    return f"no more than {most:,} {rows} of a table were to be looked at"
