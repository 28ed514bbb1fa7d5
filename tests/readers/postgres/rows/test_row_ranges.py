"""Large tables, range by range: every row once, whatever its keys; and what comes in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest
from msgspec import structs

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.ask import DEFAULT, ask
from ctb_lint.readers.postgres.rows.effort import Effort, Record
from ctb_lint.readers.postgres.trouble import ReadTrouble
from ctb_lint.rows import (
    Check,
    Disagreement,
    Duplicate,
    Missing,
    OneOf,
    Overlap,
    Predicate,
    Reference,
    RowFact,
)
from tests.postgres import Connection, Server

SMALL = Effort(size=7, target=0.0001)


def name(table: str) -> QualifiedName:
    return QualifiedName("public", table)


@pytest.fixture
def database(server: Server) -> Iterator[Connection]:
    with server.database() as connection:
        yield connection


def asked(
    connection: Connection, *checks: Check, effort: Effort = DEFAULT, **more: Any
) -> list[RowFact]:
    dsn = connection.info.dsn

    def connect() -> AbstractContextManager[psycopg.Connection[Any]]:
        return psycopg.connect(dsn, autocommit=True)

    found = ask(checks, connect, effort, **more)
    return [found[check] for check in checks]


KEYS = {
    "integers, some of them negative": ("n integer PRIMARY KEY", "n - 50"),
    "texts of a language": ('n text COLLATE "pg_c_utf8" PRIMARY KEY', "md5(n::text)"),
    "uuids": ("n uuid PRIMARY KEY", "md5(n::text)::uuid"),
    "two columns": ("n integer, m text, PRIMARY KEY (n, m)", "n % 5, n::text"),
    "no key at all": ("n integer", "n"),
}


@pytest.mark.parametrize(("columns", "values"), KEYS.values(), ids=KEYS)
def test_every_row_is_looked_at_once(database: Connection, columns: str, values: str) -> None:
    database.execute(f"CREATE TABLE t ({columns}, bad text)".encode())
    rows = "FROM generate_series(1, 1000) n"
    fill = f"INSERT INTO t SELECT {values}, nullif(n % 10, 3)::text {rows}"
    database.execute(fill.encode())
    database.execute(b"ANALYZE t")
    (fact,) = asked(database, Predicate(name("t"), Missing("bad")), effort=SMALL)
    assert (fact.rows, fact.failing, fact.unfinished) == (1000, 100, None)
    assert len(fact.examples) == 3


def registry(connection: Connection, rows: int = 1000) -> None:
    connection.execute(
        f"""
        CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text, entity_type text);
        INSERT INTO ids SELECT 'a-' || n, 'p' || n % 2, 'order' FROM generate_series(1, {rows}) n;
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
        INSERT INTO orders SELECT n, 'a-' || n, 'p' || n % 2 FROM generate_series(1, {rows}) n;
        INSERT INTO orders VALUES (-1, 'A-1', 'p0'), (-2, NULL, 'p0'), (-3, 'zz', NULL);
        UPDATE orders SET process_id = 'p9' WHERE id = 10;
        """.encode()
    )


REGISTERED = Reference(name("orders"), "unique_id", name("ids"), "unique_id")


@pytest.mark.parametrize("analysed", [True, False], ids=["with statistics", "without"])
def test_what_is_not_registered_is_found(database: Connection, analysed: bool) -> None:
    registry(database)
    if analysed:
        database.execute(b"ANALYZE")
    (fact,) = asked(database, REGISTERED, effort=SMALL)
    assert (fact.rows, fact.failing, fact.unfinished) == (1003, 2, None)
    assert sorted(fact.examples) == ["id = -1", "id = -3"]


def test_a_validated_foreign_key_needs_no_look(database: Connection) -> None:
    registry(database)
    database.execute(
        b"DELETE FROM orders WHERE id < 0;"
        b"ALTER TABLE orders ADD FOREIGN KEY (unique_id) REFERENCES ids;"
    )
    (fact,) = asked(database, REGISTERED)
    assert (fact.failing, fact.unfinished) == (0, None)
    assert "foreign key" in fact.how


def test_other_questions_about_pairs(database: Connection) -> None:
    registry(database)
    database.execute(b"INSERT INTO orders VALUES (-9, 'a-1', 'p1')")
    database.execute(b"CREATE TABLE parts (id int, unique_id text);")
    database.execute(b"INSERT INTO parts VALUES (1, 'a-5'), (2, 'own'), (3, NULL)")
    twice, differs, shared = asked(
        database,
        Duplicate(name("orders"), ("unique_id",)),
        Disagreement(
            name("orders"), "unique_id", name("ids"), "unique_id", (("process_id", "process_id"),)
        ),
        Overlap(((name("orders"), "unique_id"), (name("parts"), "unique_id"))),
    )
    assert (twice.failing, differs.failing, shared.failing) == (1, 1, 1)
    assert differs.examples == ("id = 10",)
    assert {one.unfinished for one in (twice, differs, shared)} == {None}


def test_what_was_begun_is_gone_on_with(database: Connection) -> None:
    registry(database)
    database.execute(b"ANALYZE")
    check = Predicate(name("orders"), OneOf("process_id", ("p9",)))
    record = Record()
    (first,) = asked(database, check, effort=structs.replace(SMALL, max_rows=500), record=record)
    assert (first.rows, first.unfinished is not None) == (500, True)
    (whole,) = asked(database, check, effort=SMALL, record=record)
    assert (whole.rows, whole.failing, whole.unfinished) == (1003, 1, None)


def test_a_sample_says_that_it_is_one(database: Connection) -> None:
    database.execute(
        b"CREATE TABLE t (id int PRIMARY KEY, bad text);"
        b"INSERT INTO t SELECT n, 'x' FROM generate_series(1, 200000) n; ANALYZE t"
    )
    (fact,) = asked(
        database, Predicate(name("t"), Missing("bad")), effort=Effort(sample=0.1, size=1000)
    )
    assert fact.share < 1
    assert 0 < fact.rows < 200_000
    assert (fact.failing, fact.unfinished) == (0, None)
    # Three in so many: the rule of three.
    assert fact.bound == pytest.approx(3 / fact.rows, rel=0.01)


def test_a_locked_table_is_not_finished_and_others_are(database: Connection) -> None:
    registry(database)
    checks = [Predicate(name(one), Missing("process_id")) for one in ("ids", "orders")]
    with psycopg.connect(database.info.dsn) as other:
        other.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        free, locked = asked(database, *checks, effort=Effort(lock=0.2))
    assert (free.rows, free.unfinished) == (1000, None)
    assert locked.rows == 0
    assert locked.unfinished is not None
    assert "lock" in locked.unfinished


def test_a_dropped_table_a_revoked_right_and_a_lost_server(
    server: Server, database: Connection
) -> None:
    registry(database)
    database.execute(b"DROP ROLE IF EXISTS nobody_here; CREATE ROLE nobody_here LOGIN")
    dsn = server.dsn(database.info.dbname, "nobody_here")
    check = Predicate(name("orders"), Missing("process_id"))
    gone = Predicate(name("gone"), Missing("x"))
    found = ask([check, gone], lambda: psycopg.connect(dsn, autocommit=True))
    assert found[check].unfinished is not None
    assert found[gone].unfinished is not None
    assert "gone" in found[gone].unfinished
    database.execute(b"DROP OWNED BY nobody_here; DROP ROLE nobody_here")

    def nowhere() -> AbstractContextManager[psycopg.Connection[Any]]:
        raise ReadTrouble("no connection", "start the server")

    assert ask([check], nowhere)[check].unfinished == "no connection"


def test_no_writer_waits_for_it(database: Connection) -> None:
    registry(database, 20_000)
    dsn = database.info.dsn
    modes: set[str] = set()
    looked: list[object] = []

    def look(so_far: object) -> None:
        looked.append(so_far)
        with psycopg.connect(dsn, autocommit=True) as writer:
            writer.execute("SET lock_timeout = '1ms'")  # who waits at all ends with an error
            writer.execute("UPDATE orders SET process_id = process_id WHERE id = 1")
            modes.update(
                row[0]
                for row in writer.execute(
                    "SELECT mode FROM pg_locks WHERE pid <> pg_backend_pid() AND relation IS NOT"
                    " NULL AND database = (SELECT oid FROM pg_database WHERE datname ="
                    " current_database())"
                ).fetchall()
            )

    check = Predicate(name("orders"), Missing("process_id"))
    (fact,) = asked(database, check, effort=structs.replace(SMALL, size=2000), report=look)
    assert fact.unfinished is None
    assert looked
    assert modes <= {"AccessShareLock"}
