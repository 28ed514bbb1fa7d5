"""What only a running database can tell, on one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from ctb_lint.live import (
    EventTrigger,
    IndexUse,
    LiveFacts,
    Role,
    SchemaRights,
    SequencePosition,
    TableUse,
)
from ctb_lint.model import Grant, QualifiedName
from ctb_lint.readers.postgres.connect import connected
from ctb_lint.readers.postgres.inspect import Inspection, inspect_with_facts
from ctb_lint.readers.postgres.target import choose_target
from tests.postgres import Connection, Server


def public(name: str) -> QualifiedName:
    return QualifiedName("public", name)


def inspected(url: str) -> Inspection:
    target = choose_target(url, {}, {"user": "postgres"})
    with connected(target) as connection:
        return inspect_with_facts(connection, target)


@contextmanager
def database(server: Server, *statements: str) -> Iterator[tuple[Connection, str]]:
    """A connection to a database after some statements, and its URL."""
    with server.database() as connection:
        for statement in statements:
            connection.execute(statement.encode())
        yield connection, server.dsn(connection.info.dbname)


@contextmanager
def role(connection: Connection, name: str, options: str = "LOGIN") -> Iterator[None]:
    connection.execute(f"CREATE ROLE {name} {options}".encode())
    try:
        yield
    finally:
        connection.execute(f"DROP OWNED BY {name}; DROP ROLE {name}".encode())


def facts(server: Server, *statements: str) -> LiveFacts:
    with database(server, *statements) as (_, url):
        return inspected(url).facts


def test_how_large_and_how_used_tables_and_indexes_are(server: Server) -> None:
    with database(
        server,
        "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE INDEX t_a ON t (a)",
        "CREATE TABLE never (a int)",
        "INSERT INTO t SELECT n, n FROM generate_series(1, 1000) AS n",
        "UPDATE t SET a = 0 WHERE id <= 10; DELETE FROM t WHERE id > 990; ANALYZE t",
        "SET enable_seqscan = off",
        "SELECT * FROM t WHERE a = 500",
        "SELECT pg_stat_force_next_flush()",
    ) as (connection, url):
        found = inspected(url).facts
        pages = connection.execute("SELECT relpages FROM pg_class WHERE relname = 't'").fetchone()
    assert pages is not None
    use = found.tables[public("t")]
    assert use == TableUse(
        rows=990,
        pages=pages[0],
        sequential_scans=use.sequential_scans,
        index_scans=use.index_scans,
        inserted=1000,
        updated=10,
        deleted=10,
    )
    assert found.tables[public("never")].rows is None
    key, index = sorted(found.indexes, key=lambda one: one.name, reverse=True)[::-1]
    assert index == IndexUse(
        table=public("t"),
        name="t_pkey",
        unique=True,
        constraint=True,
        valid=True,
        ready=True,
        building=False,
        pages=index.pages,
        scans=index.scans,
        last_used=index.last_used,
    )
    assert (key.name, key.unique, key.constraint, key.scans) == ("t_a", False, False, 1)
    assert use.index_scans == key.scans + index.scans
    assert key.last_used is not None
    assert found.counting is True
    assert found.read_at - key.last_used < datetime.timedelta(minutes=5)


def test_an_index_whose_building_failed_is_not_valid(server: Server) -> None:
    with database(server, "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)") as (c, url):
        with pytest.raises(psycopg.errors.UniqueViolation):
            c.execute("CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)")
        found = inspected(url)
    (use,) = found.facts.indexes
    assert (use.name, use.valid, use.ready, use.building) == ("t_a", False, False, False)
    (index,) = found.schema.tables[public("t")].indexes
    assert index.valid is False


SEQUENCES = """
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, other serial);
CREATE SEQUENCE down INCREMENT -2 MAXVALUE 10 MINVALUE -10 START 10 CYCLE;
CREATE SEQUENCE untouched AS smallint;
INSERT INTO t SELECT FROM generate_series(1, 7);
"""


def test_where_sequences_stand(server: Server) -> None:
    found = facts(server, SEQUENCES, "SELECT nextval('down'), nextval('down')")
    integers = {"minimum": 1, "maximum": 2**31 - 1, "increment": 1, "cycles": False}
    assert found.sequences == (
        SequencePosition(public("down"), -10, 10, -2, True, 8),
        SequencePosition(public("t_id_seq"), **integers, last=7, owned_by=(public("t"), "id")),
        SequencePosition(
            public("t_other_seq"), **integers, last=7, owned_by=(public("t"), "other")
        ),
        SequencePosition(public("untouched"), 1, 32767, 1, False),
    )


def test_what_a_role_may_not_read_is_unknown(server: Server) -> None:
    with database(server, SEQUENCES) as (connection, url), role(connection, "plain"):
        connection.execute("GRANT SELECT ON SEQUENCE t_id_seq TO plain")
        found = inspected(url.replace("postgres@", "plain@")).facts
    assert [(one.name.name, one.last, one.unknown) for one in found.sequences] == [
        ("down", None, "the role may not read it"),
        ("t_id_seq", 7, None),
        ("t_other_seq", None, "the role may not read it"),
        ("untouched", None, "the role may not read it"),
    ]
    assert found.role == Role("plain", False, False, False, False, False)
    assert found.server.superuser is False
    # A setting that the role may not see is missing.
    assert "shared_preload_libraries" not in found.settings
    assert found.settings["track_counts"] == "on"
    assert found.unknown == ()


def test_a_sequence_that_is_being_changed_is_not_waited_for(server: Server) -> None:
    with database(server, SEQUENCES) as (_, url), psycopg.connect(url) as other:
        other.execute("ALTER SEQUENCE untouched INCREMENT 5")
        found = inspected(url).facts
    unknown = {one.name.name: one.unknown for one in found.sequences}
    assert unknown == {
        "down": None,
        "t_id_seq": None,
        "t_other_seq": None,
        "untouched": "another session has it locked",
    }


def test_the_role_and_what_it_belongs_to(server: Server) -> None:
    with (
        database(server) as (connection, url),
        role(connection, "parent", "NOLOGIN"),
        role(connection, "grandparent", "NOLOGIN"),
        role(connection, "child", "LOGIN CREATEDB BYPASSRLS"),
    ):
        connection.execute("GRANT grandparent TO parent; GRANT parent TO child")
        found = inspected(url.replace("postgres@", "child@")).facts.role
        assert found == Role("child", False, True, False, True, False, ("grandparent", "parent"))
        own = inspected(url).facts.role
        assert own == Role("postgres", True, True, True, True, True)


def test_who_may_do_what_in_a_schema(server: Server) -> None:
    with database(server, "CREATE SCHEMA app") as (connection, url), role(connection, "writer"):
        connection.execute("GRANT USAGE, CREATE ON SCHEMA app TO writer WITH GRANT OPTION")
        connection.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        found = inspected(url).facts.schemas
        assert found == {
            "app": SchemaRights("postgres", (Grant("writer", ("create", "usage"), (), True),)),
            "public": SchemaRights("pg_database_owner", (Grant("public", ("create", "usage")),)),
        }


def test_event_triggers_and_settings(server: Server) -> None:
    found = facts(
        server,
        "CREATE FUNCTION audit() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE EVENT TRIGGER audited ON ddl_command_end EXECUTE FUNCTION audit()",
        "ALTER EVENT TRIGGER audited DISABLE",
    )
    assert found.event_triggers == (
        EventTrigger("audited", "ddl_command_end", public("audit"), "disabled"),
    )
    assert found.settings == {
        "log_statement": "none",
        "password_encryption": "scram-sha-256",
        "row_security": "on",
        "session_replication_role": "origin",
        "shared_preload_libraries": "",
        "ssl": "off",
        "track_counts": "on",
        "wal_level": "replica",
    }


def test_whose_writes_go_elsewhere(server: Server) -> None:
    found = facts(
        server,
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int); CREATE TABLE c (id int)",
        "CREATE TABLE d (id int PRIMARY KEY)",
        "CREATE VIEW v AS SELECT id FROM c",
        "CREATE PUBLICATION followed FOR TABLE a",
        "CREATE PUBLICATION added FOR TABLE b, d WITH (publish = 'insert')",
        "CREATE RULE kept AS ON DELETE TO b DO ALSO NOTIFY gone",
        "CREATE RULE off AS ON UPDATE TO b DO ALSO NOTIFY gone; ALTER TABLE b DISABLE RULE off",
        "CREATE RULE viewed AS ON UPDATE TO v DO INSTEAD NOTHING",
    )
    assert found.followed == {
        public("a"): ("delete", "insert", "update"),
        public("b"): ("delete", "insert"),
        public("d"): ("insert",),
        public("v"): ("update",),
    }


def test_what_may_not_be_asked_is_said(server: Server) -> None:
    with (
        database(server, "CREATE TABLE t (a int CHECK (a > 0))") as (connection, url),
        role(connection, "plain"),
    ):
        connection.execute("REVOKE SELECT ON pg_event_trigger, pg_policy FROM PUBLIC")
        found = inspected(url.replace("postgres@", "plain@"))
    denied = "permission denied for table pg_event_trigger"
    assert found.facts.unknown == (("event_triggers", denied),)
    assert found.facts.tables[public("t")].inserted == 0
    assert found.schema.knowledge.unknown == (
        (None, "policies", "the role may not ask: permission denied for table pg_policy"),
    )
    assert found.schema.tables[public("t")].constraints[0].columns == ("a",)
