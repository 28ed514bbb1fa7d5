"""What comes in between: nothing is raised, nothing passes, and the other checks go on."""

from __future__ import annotations

import datetime
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.ask import ask
from ctb_lint.readers.postgres.rows.effort import Effort, Progress, Record
from ctb_lint.rows import (
    Check,
    Duplicate,
    Earlier,
    Matches,
    Missing,
    Overlap,
    Predicate,
    Reference,
    RowFact,
)
from tests.bystanders import bystanders
from tests.postgres import Connection, Server
from tests.two_tables import IN_A, IN_B, A, B, asked, fill
from tests.two_tables import database as database

SMALL = Effort(size=10, target=0.0001)


def once(action: Callable[[], object]) -> Callable[[Progress], None]:
    """Does it behind the first range."""
    left = [action]

    def report(progress: Progress) -> None:
        if left:
            left.pop()()

    return report


def test_a_server_that_is_killed_in_the_middle() -> None:
    with Server() as own:
        with own.connect() as connection:
            fill(connection)
        first, second = asked(own.dsn(), IN_A, IN_B, effort=SMALL, report=once(own.stop))
    assert (first.rows, first.failing) == (10, 0)
    assert first.unfinished is not None
    assert first.unfinished.startswith("the connection was lost: ")
    assert (second.rows, second.failing) == (0, 0)
    assert second.unfinished is not None
    assert second.unfinished.startswith("no connection to the database of --db: ")


def test_who_is_sent_away_by_an_administrator_does_not_come_back(
    server: Server, database: Connection
) -> None:
    def end() -> None:
        database.execute(
            b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            b" WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    url = server.dsn(database.info.dbname)
    first, second = asked(url, IN_A, IN_B, effort=SMALL, report=once(end))
    why = "the connection was lost: terminating connection due to administrator command"
    assert (first.rows, first.unfinished) == (10, why)
    assert (second.rows, second.unfinished) == (0, why)


PARTED = r"^(a*)(a*)(a*)(a*)(a*)b\1\2\3\4\5$"
"""Each way to part the letters into five is tried: with twice as many it takes sixteen times as
long."""


def test_what_takes_too_long_is_asked_of_fewer_rows(server: Server, database: Connection) -> None:
    # A row takes some hundredth of a second, all of them together several seconds.
    database.execute(
        b"INSERT INTO b SELECT n, repeat('a', 22) || 'b' || repeat('a', 23)"
        b" FROM generate_series(101, 300) n"
    )
    slow = Predicate(B, Matches("v", (PARTED,)))
    effort = Effort(size=100_000, limit=1.5, target=0.75)
    (fact,) = asked(server.dsn(database.info.dbname), slow, effort=effort)
    assert fact == RowFact(rows=300, failing=0)


def test_what_takes_too_long_of_any_row_is_not_finished(
    server: Server, database: Connection
) -> None:
    # One row does not come to an end: each way to part 300 letters into five is tried. The others
    # take no time: two seconds are long for ten of them, on any machine.
    database.execute(b"UPDATE b SET v = repeat('a', 300) || 'b' || repeat('a', 301) WHERE id = 50")
    slow = Predicate(B, Matches("v", (PARTED,)))
    effort = Effort(size=10, limit=2)
    first, second = asked(server.dsn(database.info.dbname), slow, IN_A, effort=effort)
    assert first.unfinished is not None
    assert first.unfinished.startswith("PostgreSQL ended a query that took too long: ")
    assert first.rows < 50
    assert second == RowFact(rows=100, failing=0)


def test_the_time_for_all_checks_may_be_up(server: Server, database: Connection) -> None:
    now = [0.0]

    def clock() -> float:
        now[0] += 0.1
        return now[0]

    effort = Effort(size=10, target=0.0001, max_seconds=1)
    url = server.dsn(database.info.dbname)
    first, second = asked(url, IN_A, IN_B, effort=effort, clock=clock)
    assert 0 < first.rows < 100
    assert (first.unfinished, second.unfinished) == ("the time of 1 s was up",) * 2
    assert second.rows == 0


def test_no_more_rows_than_were_allowed(server: Server, database: Connection) -> None:
    url = server.dsn(database.info.dbname)
    all_of_them, fewer = (asked(url, IN_A, effort=Effort(max_rows=n))[0] for n in (101, 99))
    assert all_of_them == RowFact(rows=100, failing=0)
    assert (fewer.rows, fewer.unfinished) == (
        99,
        "no more than 99 rows of a table were to be looked at",
    )


def test_no_more_rows_where_nobody_knows_how_many_there_are(server: Server) -> None:
    """A table that is gone through page by page, and was never analyzed: 291 rows fit on a page."""
    with server.database() as connection:
        connection.execute(
            b"CREATE TABLE a (id text PRIMARY KEY, v text);"
            b"INSERT INTO a SELECT md5(n::text), 'x' FROM generate_series(1, 10000) n"
        )
        (fact,) = asked(server.dsn(connection.info.dbname), IN_A, effort=Effort(max_rows=500))
    assert fact.unfinished == "no more than 500 rows of a table were to be looked at"
    assert 500 <= fact.rows < 500 + 291


@pytest.mark.parametrize("most", [100, 99])
@pytest.mark.parametrize("check", [Duplicate(A, ("v",)), Overlap(((B, "v"), (A, "v")))])
def test_rows_are_counted_where_all_are_looked_at_and_nobody_knows_how_many(
    server: Server, database: Connection, check: Check, most: int
) -> None:
    database.execute(b"DELETE FROM b WHERE id > 3; UPDATE b SET v = v || ' of b'; ANALYZE b")
    (fact,) = asked(server.dsn(database.info.dbname), check, effort=Effort(max_rows=most))
    looked_at = 100 if isinstance(check, Duplicate) else 103
    assert fact == (
        RowFact(rows=looked_at, failing=0, how=fact.how)
        if most == 100
        else RowFact(
            rows=0,
            failing=0,
            unfinished="no more than 99 rows of a table were to be looked at",
            how=fact.how,
        )
    )


@pytest.mark.parametrize("locked", ["a", "b"])
def test_a_lock_on_either_table_of_a_reference(
    server: Server, database: Connection, locked: str
) -> None:
    url = server.dsn(database.info.dbname)
    with server.connect(database.info.dbname) as other, other.transaction():
        other.execute(f"LOCK TABLE {locked} IN ACCESS EXCLUSIVE MODE".encode())
        (fact,) = asked(url, Reference(A, "v", B, "v"), effort=Effort(lock=0.1))
    assert fact == RowFact(
        rows=0,
        failing=0,
        unfinished="another session holds a lock that was needed: "
        "canceling statement due to lock timeout",
        how=fact.how,
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("DROP TABLE b", 'relation "public.b" does not exist'),
        ("ALTER TABLE b DROP COLUMN v", "column t.v does not exist"),
    ],
)
def test_a_schema_that_changes_between_listing_and_scanning(
    server: Server, database: Connection, change: str, why: str
) -> None:
    report = once(lambda: database.execute(change.encode()))
    url = server.dsn(database.info.dbname)
    first, second = asked(url, IN_A, IN_B, effort=SMALL, report=report)
    assert first == RowFact(rows=100, failing=0)
    assert second == RowFact(
        rows=0, failing=0, unfinished=f"the schema changed while rows were looked at: {why}"
    )


def test_what_is_not_there_and_what_cannot_be_asked(server: Server, database: Connection) -> None:
    day = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    checks = (
        Predicate(QualifiedName("public", "gone"), Missing("v")),
        Predicate(A, Missing("gone")),
        Predicate(A, Earlier("v", day)),
        Predicate(A, Matches("v", ("(",))),
        Duplicate(A, ("gone",)),
        Reference(A, "v", QualifiedName("public", "gone"), "v"),
        IN_A,
    )
    facts = asked(server.dsn(database.info.dbname), *checks)
    assert [fact.unfinished for fact in facts] == [
        "there is no table public.gone any more",
        "public.a has no column gone",
        "v of public.a holds no points in time, but text",
        "PostgreSQL could not answer: invalid regular expression: parentheses () not balanced",
        "public.a has no column gone",
        "there is no table public.gone any more",
        None,
    ]
    assert facts[-1] == RowFact(rows=100, failing=0)


def test_a_text_that_is_none(server: Server) -> None:
    server._execute("CREATE DATABASE ascii ENCODING sql_ascii TEMPLATE template0")
    try:
        with server.connect("ascii") as connection:
            connection.execute(b"CREATE TABLE a (v text PRIMARY KEY)")
            connection.execute(b"INSERT INTO a VALUES (E'\\xff'), ('b')")
        (fact,) = asked(server.dsn("ascii"), Predicate(A, Matches("v", ("b",))))
    finally:
        server.drop_database("ascii")
    assert (fact.rows, fact.failing, fact.unfinished) == (2, 1, None)


SLOW = b"""
CREATE TABLE slow (id int PRIMARY KEY, v text, n int);
INSERT INTO slow SELECT n, repeat('ab', 20000), 0 FROM generate_series(1, 400) n;
"""


def test_no_writer_waits_and_nothing_is_locked_but_shared(
    server: Server, database: Connection
) -> None:
    """A writer, to whom waiting for any lock is an error, changes rows that a statement reads."""
    database.execute(SLOW)
    name = database.info.dbname
    writes = (
        "UPDATE slow SET n = n + 1 WHERE id = 7",
        "INSERT INTO slow SELECT max(id) + 1 FROM slow",
        "DELETE FROM slow WHERE id > 400",
    )
    check = Predicate(QualifiedName("public", "slow"), Matches("v", ("^(ab)*c$",)))
    with bystanders(server, name, writes) as seen:
        (fact,) = asked(server.dsn(name), check, effort=Effort(size=1000, limit=30))
    assert (fact.failing, fact.unfinished) == (0, None)
    assert (seen.waits, seen.refused) == ([], [])
    assert seen.beside > 2, "the writer wrote while the statement ran"
    assert {(kind, mode) for kind, mode, own in seen.locks if own} == {
        ("relation", "AccessShareLock")
    }


INTERRUPTED = """
import sys
from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.connect import connected
from ctb_lint.readers.postgres.rows.ask import ask
from ctb_lint.readers.postgres.rows.effort import Effort, Record
from ctb_lint.readers.postgres.target import choose_target
from ctb_lint.rows import Matches, Missing, Predicate
target = choose_target(sys.argv[1], {}, {})
checks = [Predicate(QualifiedName("public", "a"), Missing("v")),
          Predicate(QualifiedName("public", "slow"), Matches("v", ("^(ab)*c$",)))]
record = Record()
try:
    ask(checks, lambda: connected(target), Effort(limit=60, size=1000), record=record)
finally:
    print(len(record.facts), flush=True)
"""


def test_ctrl_c_ends_the_query_and_leaves_what_was_found(
    server: Server, database: Connection
) -> None:
    database.execute(SLOW)
    database.execute(b"UPDATE slow SET v = repeat(v, 20)")
    running = (
        b"SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query ~ '[(]ab[)]'"
        b" AND pid <> pg_backend_pid()"
    )

    def eventually(number: int) -> bool:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            row = database.execute(running).fetchone()
            if row is not None and bool(row[0]) is bool(number):
                return True
            time.sleep(0.01)
        return False

    def interrupted() -> tuple[int, str, str]:
        process = subprocess.Popen(
            [sys.executable, "-c", INTERRUPTED, server.dsn(database.info.dbname)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            # Whoever runs the tests in the background may have it ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        try:
            assert eventually(1)
            process.send_signal(signal.SIGINT)
            said, complained = process.communicate(timeout=60)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
        return process.returncode, said, complained

    # The query takes a second: on a machine that stands still for that long it is through before
    # the signal comes.
    tries = (interrupted() for _ in range(5))
    code, said, complained = next(one for one in tries if one[:2] != (0, "2\n"))
    assert code != 0, complained
    assert said == "1\n"
    assert eventually(0)


def test_what_was_found_is_not_asked_again(server: Server, database: Connection) -> None:
    url = server.dsn(database.info.dbname)
    record = Record()
    first = asked(url, IN_A, record=record)
    database.execute(b"DROP TABLE a")
    assert asked(url, IN_A, record=record) == first
    assert record.positions == {}


def test_a_pooler_that_gives_another_session_each_time(
    server: Server, database: Connection
) -> None:
    """Whatever a transaction needs goes with it: nothing is left behind in the session."""
    before = "SELECT name, setting FROM pg_settings WHERE source = 'session' ORDER BY name"
    with psycopg.connect(server.dsn(database.info.dbname), autocommit=True) as connection:
        settings = connection.execute(before).fetchall()

        @contextmanager
        def lent() -> Iterator[psycopg.Connection[Any]]:
            yield connection

        facts = ask([IN_A, Reference(A, "v", B, "v"), Predicate(A, Matches("v", ("(",)))], lent)
        assert connection.execute(before).fetchall() == settings
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert [fact.failing for fact in facts.values()] == [0, 0, 0]
