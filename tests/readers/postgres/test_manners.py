"""The introspection waits for nobody, locks nothing, and ends in time."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest

from ctb_lint.model import QualifiedName, Schema
from ctb_lint.readers.postgres import inspect as inspect_module
from ctb_lint.readers.postgres.asking import Answers, Catalogs
from ctb_lint.readers.postgres.connect import Limits, connected, reading
from ctb_lint.readers.postgres.context import UNPRINTED
from ctb_lint.readers.postgres.inspect import BATCHES, inspect, inspect_with_facts
from ctb_lint.readers.postgres.target import choose_target
from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble
from tests.postgres import Connection, Server

RICH = """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN small AS int CHECK (VALUE < 10);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION three() RETURNS int LANGUAGE sql AS 'SELECT 3';
CREATE TABLE other (id int PRIMARY KEY, note text DEFAULT 'none');
CREATE TABLE t (
    id int PRIMARY KEY DEFAULT 7, a small DEFAULT three(), b int REFERENCES other, feels mood,
    double int GENERATED ALWAYS AS (b * 2) STORED, CONSTRAINT positive CHECK (b > 0),
    EXCLUDE USING btree (b WITH =)
);
CREATE INDEX t_half ON t ((b / 2));
CREATE INDEX t_plain ON t (a);
CREATE TRIGGER touched BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.b > 1) EXECUTE FUNCTION touch();
CREATE POLICY own ON t USING (b > 2);
CREATE TABLE p (at date) PARTITION BY RANGE (at);
CREATE VIEW v AS SELECT b FROM t;
CREATE VIEW w AS SELECT id FROM other;
CREATE MATERIALIZED VIEW m AS SELECT id FROM other;
COMMENT ON TABLE t IS 'all of it';
"""


def public(name: str) -> QualifiedName:
    return QualifiedName("public", name)


T, P, V = public("t"), public("p"), public("v")
OF_LOCKED = tuple(
    (T, fact, UNPRINTED) for fact in ("columns", "constraints", "indexes", "policies", "triggers")
)


def test_a_table_that_another_session_has_locked_is_not_waited_for(server: Server) -> None:
    with server.database() as connection:
        connection.execute(RICH.encode())
        whole = inspect(connection)
        with server.connect(connection.info.dbname) as other, other.transaction():
            other.execute("LOCK TABLE t, p IN ACCESS EXCLUSIVE MODE")
            # The lock is held until this has ended: who waited for it would end with an error.
            found = inspect(connection)
        assert inspect(connection) == whole
    unknown = {entry[:2] for entry in found.knowledge.unknown}
    assert unknown == {entry[:2] for entry in OF_LOCKED} | {(P, "tables"), (V, "functions")}
    assert {entry[2] for entry in found.knowledge.unknown} == {UNPRINTED}
    table, before = found.tables[T], whole.tables[T]
    # What needs no look at the table is there all the same.
    assert [c.default for c in table.columns] == [c.default for c in before.columns]
    assert [c.name for c in table.constraints] == [c.name for c in before.constraints]
    assert [i.name for i in table.indexes] == ["t_plain"]
    assert found.views[public("w")] == whole.views[public("w")]
    assert found.domains == whole.domains


def test_nor_is_one_that_another_session_waits_to_lock(server: Server) -> None:
    with server.database() as connection:
        connection.execute(RICH.encode())
        name = connection.info.dbname
        with (
            server.connect(name) as reader,
            reader.transaction(),
            server.connect(name) as waiting,
        ):
            reader.execute("SELECT count(*) FROM t")
            waiting.pgconn.send_query(b"ALTER TABLE t ADD COLUMN late int")
            wait_until(connection, "SELECT count(*) FROM pg_locks WHERE NOT granted", 1)
            found = inspect(connection)
            waiting.cancel_safe()
            while waiting.pgconn.get_result() is not None:
                pass
    assert (T, "constraints", UNPRINTED) in found.knowledge.unknown


def wait_until(connection: Connection, question: str, answer: object) -> None:
    deadline = time.monotonic() + 60
    while (row := connection.execute(question.encode()).fetchone()) != (answer,):
        assert time.monotonic() < deadline, row
        time.sleep(0.01)


def locks_of(watching: Connection, pid: int) -> list[tuple[Any, ...]]:
    return watching.execute(
        "SELECT relation::regclass::text, mode FROM pg_locks"
        " WHERE pid = %s AND locktype = 'relation' AND relation >= 16384",
        [pid],
    ).fetchall()


def test_no_relation_is_locked_between_questions(server: Server) -> None:
    with server.database() as connection, server.connect(connection.info.dbname) as watching:
        connection.execute(RICH.encode())
        pid = connection.info.backend_pid
        seen = []
        with reading(connection):
            catalogs = Catalogs(connection)
            answers: dict[str, Any] = {}
            for batch in BATCHES:
                answers.update(catalogs.ask(*batch))
                seen.append(locks_of(watching, pid))
            views = [row[0] for row in answers["relations"] if row[3] in {"v", "m"}]
            checks = [row[2] for row in answers["constraints"] if row[6]]
            printed = catalogs.ask_of(checks=checks, views=views)
            assert {name: len(rows or ()) for name, rows in printed.items()} == {
                "checks": 1,
                "views": 3,
            }
            seen.append(locks_of(watching, pid))
            # So a migration goes through in the meantime.
            watching.execute("SET lock_timeout = '2s'")
            watching.execute("ALTER TABLE t ADD COLUMN late int; DROP VIEW v")
    assert seen == [[]] * (len(BATCHES) + 1)


@pytest.mark.parametrize("tables", [1, 40])
def test_round_trips_do_not_grow_with_the_schema(
    server: Server, tables: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    with server.database() as connection:
        for number in range(tables):
            connection.execute(
                f"CREATE TABLE t{number} (id serial PRIMARY KEY, a int CHECK (a > 0));"
                f"CREATE VIEW v{number} AS SELECT a FROM t{number}".encode()
            )
        target = choose_target(server.dsn(connection.info.dbname), {}, {})
        with connected(target) as own:
            execute = own.execute
            monkeypatch.setattr(
                own, "execute", lambda q, *rest: (sent.append(q), execute(q, *rest))[1]
            )
            found = inspect_with_facts(own, target)
    assert len(found.schema.tables) == len(found.schema.views) == tables
    assert len(found.facts.sequences) == tables
    assert len(sent) == 10


# What changes meanwhile ------------------------------------------------------------------------


def interrupted(
    monkeypatch: pytest.MonkeyPatch, other: Connection, question: str, *statements: str
) -> None:
    """Has another session run a statement before a question is asked: the first one the first
    time that the catalogs are read, and so on."""
    ask = Catalogs.ask
    left = list(statements)

    def asking(self: Catalogs, *names: str) -> Answers:
        if question in names and left:
            other.execute(left.pop(0).encode())
        return ask(self, *names)

    monkeypatch.setattr(Catalogs, "ask", asking)


def test_a_table_that_is_dropped_meanwhile_is_unknown(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.database() as connection, server.connect(connection.info.dbname) as other:
        connection.execute("CREATE TABLE t (b int CHECK (b > 0))")
        interrupted(monkeypatch, other, "constraints", "DROP TABLE t")
        found = inspect(connection)
        after = inspect(connection)
    # The snapshot has it still, but for what PostgreSQL can no longer print.
    assert found.knowledge.unknown == ((T, "constraints", UNPRINTED),)
    assert [column.name for column in found.tables[T].columns] == ["b"]
    assert (after.tables, after.knowledge.unknown) == ({}, ())


@pytest.mark.parametrize(
    "gone",
    ["ALTER TABLE t ALTER a DROP DEFAULT; DROP FUNCTION three()", "DROP TABLE t CASCADE"],
)
def test_where_nothing_can_be_printed_another_snapshot_is_taken(
    server: Server, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    with server.database() as connection, server.connect(connection.info.dbname) as other:
        connection.execute(RICH.encode())
        interrupted(monkeypatch, other, "columns", gone)
        found = inspect(connection)
        assert found == inspect(connection)
    assert found.knowledge.unknown == ()


def test_a_schema_that_never_stands_still_is_given_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = "ALTER TABLE t ALTER a DROP DEFAULT; DROP FUNCTION IF EXISTS three()"
    anew = (
        f"{gone}; CREATE FUNCTION {{0}}() RETURNS int LANGUAGE sql AS 'SELECT 3';"
        "ALTER TABLE t ALTER a SET DEFAULT {0}()"
    )
    with server.database() as connection, server.connect(connection.info.dbname) as other:
        connection.execute(RICH.encode())
        # The transaction's snapshot is taken by the first question, before this one.
        interrupted(monkeypatch, other, "columns", *[anew.format("three")] * 3)
        with pytest.raises(ReadTrouble) as caught:
            inspect(connection)
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert caught.value.cause is Cause.CHANGED
    assert caught.value.message.startswith(
        "the schema changes while it is read: cache lookup failed for function"
    )


# What fails ------------------------------------------------------------------------------------


def failing(
    server: Server, limits: Limits, statement: str, monkeypatch: pytest.MonkeyPatch
) -> ReadTrouble:
    """What becomes of the introspection when a question is this statement."""
    monkeypatch.setattr(inspect_module, "BATCHES", ((statement,), *BATCHES))
    monkeypatch.setattr("ctb_lint.readers.postgres.asking.query", lambda name, version: name)
    target = choose_target(server.dsn(), {}, {})
    with pytest.raises(ReadTrouble) as caught, connected(target) as connection:
        inspect(connection, limits)
    return caught.value


def test_a_statement_that_takes_too_long_is_one_sentence(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = failing(server, Limits(statement=0.1), "SELECT pg_sleep(9)", monkeypatch)
    assert (found.cause, found.message) == (
        Cause.TIMEOUT,
        "PostgreSQL ended a query that took too long: canceling statement due to statement timeout",
    )


def test_a_server_that_dies_meanwhile_is_one_sentence(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    suicide = "SELECT pg_terminate_backend(pg_backend_pid())"
    found = failing(server, Limits(), suicide, monkeypatch)
    assert found.cause is Cause.CONNECTION
    assert found.message.startswith("the connection was lost: ")


def test_without_the_tables_there_is_nothing(server: Server) -> None:
    with server.database() as connection:
        connection.execute("CREATE ROLE plain LOGIN; REVOKE SELECT ON pg_attribute FROM PUBLIC")
        url = server.dsn(connection.info.dbname).replace("postgres@", "plain@")
        try:
            found = denied(url)
        finally:
            connection.execute("DROP ROLE plain")
    assert (found.cause, found.message, found.hint) == (
        Cause.RIGHTS,
        "the role may not read the catalogs: permission denied for table pg_attribute",
        "connect as a role that may read pg_catalog",
    )


def denied(url: str) -> ReadTrouble:
    with pytest.raises(ReadTrouble) as caught, connected(choose_target(url, {}, {})) as own:
        inspect(own)
    return caught.value


def test_text_in_another_encoding_than_the_database_claims(server: Server) -> None:
    with server.connect() as connection:
        connection.execute("CREATE DATABASE odd ENCODING SQL_ASCII LOCALE 'C' TEMPLATE template0")
    try:
        with server.connect("odd") as connection:
            connection.execute(b"SET client_encoding = SQL_ASCII")
            connection.execute(b"CREATE TABLE t (a int); COMMENT ON TABLE t IS 'caf\xe9'")
        found = denied(server.dsn("odd"))
    finally:
        server.drop_database("odd")
    assert found.message == (
        "the database holds text that is not in the encoding it claims: "
        'invalid byte sequence for encoding "UTF8": 0xe9'
    )


def test_a_database_in_another_encoding_is_read(server: Server) -> None:
    with server.connect() as connection:
        connection.execute("CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0")
    try:
        with server.connect("latin") as connection:
            connection.execute("SET client_encoding = UTF8")
            connection.execute('CREATE TABLE "tàble" (a int CHECK (a > 0) DEFAULT 1)'.encode())
        with connected(choose_target(server.dsn("latin"), {}, {})) as own:
            found: Schema = inspect(own)
    finally:
        server.drop_database("latin")
    assert list(found.tables) == [public("tàble")]


def test_what_a_role_has_set_changes_nothing(server: Server) -> None:
    with server.database() as connection:
        connection.execute(RICH.encode())
        connection.execute("CREATE TABLE d (at timestamptz DEFAULT '2024-05-06 07:08+02')")
        plain = inspect(connection)
        connection.execute(
            "SET datestyle = 'SQL, DMY'; SET timezone = 'Asia/Tokyo'; SET search_path = public;"
            "SET quote_all_identifiers = on; SET standard_conforming_strings = off"
        )
        assert inspect(connection) == plain
