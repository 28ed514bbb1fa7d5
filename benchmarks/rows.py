"""How quick rows are audited beside queries written by hand: ``python -m benchmarks.rows``.

Both ask one server, in turn; what counts is the ratio of the best times. By hand it is one
transaction, however long; the audit's transactions are watched from another session. Exit 1 where
a bar is missed.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import psycopg

from benchmarks.figures import Figure, report
from benchmarks.many_rows import (
    FILTERS,
    FILTERS_BY_HAND,
    REGISTRATION,
    REGISTRATION_BY_HAND,
    make,
    roomy_server,
)
from ctb_lint.readers.postgres.rows.ask import ask
from ctb_lint.rows import Check
from tests.postgres import Connection

ROWS = 5_000_000
RUNS = 3
FILTERS_BAR = 1.3
"""Ten filters: of the time that one query with the same ten takes."""
REGISTRATION_BAR = 1.2
"""Registration: of the time of the best anti join."""
TRANSACTION_BAR = 2.0
"""Any transaction: seconds."""

Counts = tuple[int, ...]
Ask = Callable[[], Counts]


def main() -> int:
    """Measures, prints the table, and returns the exit code."""
    with roomy_server() as server:
        dsn = server.dsn(server.create_database())
        with psycopg.connect(dsn, autocommit=True) as connection:
            start = time.perf_counter()
            make(connection, ROWS)
            print(f"{ROWS:,} rows and their registry in {time.perf_counter() - start:.0f} s\n")
            return report(
                [
                    ("ten filters", lambda: _filters(connection)),
                    ("registration", lambda: _registration(connection)),
                ]
            )


def _filters(connection: Connection) -> Iterator[Figure]:
    """All filters of a table in one scan."""
    by_hand = {"by hand": partial(_asked_by_hand, connection, "", FILTERS_BY_HAND)}
    return _beside("ten filters", FILTERS, by_hand, connection, FILTERS_BAR)


def _registration(connection: Connection) -> Iterator[Figure]:
    """Ids that are not registered."""
    by_hand = {
        name: partial(_asked_by_hand, connection, settings, query)
        for name, (settings, query) in REGISTRATION_BY_HAND.items()
    }
    return _beside("registration", (REGISTRATION,), by_hand, connection, REGISTRATION_BAR)


def _asked_by_hand(connection: Connection, settings: str, query: str) -> Counts:
    with connection.transaction():
        if settings:
            connection.execute(settings.encode())
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return tuple(row)


def _beside(
    what: str,
    checks: tuple[Check, ...],
    by_hand: dict[str, Ask],
    connection: Connection,
    bar: float,
) -> Iterator[Figure]:
    """The audit and the queries in turn, the best of each."""
    dsn = connection.info.dsn

    def audited() -> Counts:
        found = ask(checks, lambda: psycopg.connect(dsn, autocommit=True))
        assert not any(fact.unfinished for fact in found.values())
        rows = {fact.rows for fact in found.values()}
        return (*rows, *(found[check].failing for check in checks))

    best: dict[str, float] = {}
    counted: dict[str, Counts] = {}
    longest = 0.0
    for number in range(RUNS + 1):
        for name, one in {"audited": audited, **by_hand}.items():
            with _watched(dsn) as seen:
                start = time.perf_counter()
                counted[name] = one()
                took = time.perf_counter() - start
            if name == "audited":
                longest = max(longest, *seen)
            if number:  # the first of each only fills the caches
                best[name] = min(took, best.get(name, took))
    for name, seconds in best.items():
        yield Figure(f"{what}, {name}", f"{seconds:.2f} s")
    ours = counted["audited"]
    same = all(ours[-len(theirs) :] == theirs for name, theirs in counted.items())
    yield Figure(
        f"{what}, what was counted", "the same" if same else f"{counted}", "the same", same
    )
    ratio = best["audited"] / min(best[name] for name in by_hand)
    yield Figure(f"{what}, of the best by hand", f"{ratio:.2f}", f"at most {bar}", ratio <= bar)
    yield Figure(
        f"{what}, longest transaction",
        f"{longest:.2f} s",
        f"at most {TRANSACTION_BAR} s",
        longest <= TRANSACTION_BAR,
    )


_WATCH = b"""
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@contextmanager
def _watched(dsn: str) -> Iterator[list[float]]:
    """The ages of the transactions that others have open meanwhile, twenty times a second."""
    seen = [0.0]
    ended = threading.Event()

    def watch() -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            while not ended.wait(0.05):
                row = connection.execute(_WATCH).fetchone()
                assert row is not None
                seen.append(row[0])

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
