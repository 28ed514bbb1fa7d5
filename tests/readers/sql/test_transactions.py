"""What PostgreSQL refuses inside a transaction block, and where a block is open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import pq

from ctb_lint.history import Layout
from ctb_lint.readers.sql.discover import ConfiguredHistory
from ctb_lint.readers.sql.reader import SqlOptions, read, read_text
from tests.postgres import Connection, Server

SETUP = """
CREATE TABLE a (x int, y int);
CREATE INDEX a_x ON a (x);
CREATE TABLE p (x int) PARTITION BY RANGE (x);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2);
CREATE MATERIALIZED VIEW m AS SELECT x FROM a;
CREATE UNIQUE INDEX m_x ON m (x);
CREATE TYPE mood AS ENUM ('calm');
"""

REFUSED = [
    ("CREATE INDEX CONCURRENTLY b ON a (y)", "CREATE INDEX CONCURRENTLY"),
    ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_x ON a (x)", "CREATE INDEX CONCURRENTLY"),
    ("DROP INDEX CONCURRENTLY a_x", "DROP INDEX CONCURRENTLY"),
    ("REINDEX INDEX CONCURRENTLY a_x", "REINDEX CONCURRENTLY"),
    ("REINDEX (CONCURRENTLY, VERBOSE) TABLE a", "REINDEX CONCURRENTLY"),
    ("REINDEX (CONCURRENTLY true) TABLE a", "REINDEX CONCURRENTLY"),
    ("REINDEX SCHEMA public", "REINDEX SCHEMA"),
    ("REINDEX DATABASE", "REINDEX DATABASE"),
    ("REINDEX SYSTEM", "REINDEX SYSTEM"),
    ("VACUUM", "VACUUM"),
    ("VACUUM (ANALYZE) a", "VACUUM"),
    ("CLUSTER", "CLUSTER without a table"),
    ("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "DETACH PARTITION CONCURRENTLY"),
    ("CREATE DATABASE other", "CREATE DATABASE"),
    ("DROP DATABASE IF EXISTS other", "DROP DATABASE"),
    ("ALTER DATABASE postgres SET TABLESPACE pg_default", "ALTER DATABASE SET TABLESPACE"),
    ("CREATE TABLESPACE t LOCATION '/nowhere'", "CREATE TABLESPACE"),
    ("DROP TABLESPACE IF EXISTS t", "DROP TABLESPACE"),
    ("ALTER SYSTEM SET work_mem = '8MB'", "ALTER SYSTEM"),
    ("DISCARD ALL", "DISCARD ALL"),
    ("COMMIT PREPARED 'x'", "COMMIT PREPARED"),
    ("ROLLBACK PREPARED 'x'", "ROLLBACK PREPARED"),
    (
        "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p",
        "CREATE SUBSCRIPTION with a replication slot",
    ),
]
ACCEPTED = [
    "CREATE INDEX b ON a (y)",
    "DROP INDEX a_x",
    "REINDEX TABLE a",
    "REINDEX (CONCURRENTLY false) TABLE a",
    "REINDEX (CONCURRENTLY off, VERBOSE) INDEX a_x",
    "ANALYZE a",
    "CLUSTER a USING a_x",
    "ALTER TABLE p DETACH PARTITION p1",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
    "ALTER TYPE mood ADD VALUE 'cross'",
    "DISCARD TEMP",
    "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)",
    "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p "
    "WITH (create_slot = false, enabled = false, connect = off)",
    "SAVEPOINT s",
]


@pytest.fixture
def connection(server: Server) -> Iterator[Connection]:
    with server.database() as connected:
        connected.execute(SETUP)
        yield connected


@pytest.mark.parametrize(("sql", "form"), REFUSED, ids=[sql for sql, _ in REFUSED])
def test_postgresql_refuses_it_inside_a_block(sql: str, form: str, connection: Connection) -> None:
    (statement,) = read_text(sql).history.files[0].statements
    assert statement.alone == form
    connection.execute("BEGIN")
    with pytest.raises(psycopg.errors.ActiveSqlTransaction):
        connection.execute(sql)
    connection.execute("ROLLBACK")


@pytest.mark.parametrize("sql", ACCEPTED)
def test_postgresql_takes_it_inside_a_block(sql: str, connection: Connection) -> None:
    (statement,) = read_text(sql).history.files[0].statements
    assert statement.alone is None
    connection.execute("BEGIN")
    connection.execute(sql)
    connection.execute("ROLLBACK")


CONCURRENTLY = "CREATE INDEX CONCURRENTLY i ON a (x);"


def refused_whole(connection: Connection, text: str) -> bool:
    """Whether PostgreSQL refuses a text that is sent in one message, because of a block."""
    result = connection.pgconn.exec_(text.encode())
    if result.status == pq.ExecStatus.FATAL_ERROR:
        assert result.error_field(pq.DiagnosticField.SQLSTATE) == b"25001"
        return True
    return False


def refused_piped(connection: Connection, statements: list[str]) -> bool:
    """Whether PostgreSQL refuses a pipeline of statements, because of a block."""
    try:
        with connection.pipeline():
            for statement in statements:
                connection.execute(statement)
    except psycopg.errors.ActiveSqlTransaction:
        return True
    return False


TEXTS = [
    CONCURRENTLY,
    "CREATE TABLE b (x int);\n" + CONCURRENTLY,
    CONCURRENTLY + "\nCREATE TABLE b (x int);",
    "CREATE INDEX CONCURRENTLY c ON a (x);\nCREATE INDEX CONCURRENTLY d ON a (x);",
    "BEGIN;\nCREATE TABLE b (x int);\nCOMMIT;\nCREATE INDEX CONCURRENTLY d ON a (x);",
    "BEGIN;\nCREATE INDEX CONCURRENTLY d ON a (x);\nCOMMIT;",
    "VACUUM a;\nVACUUM a;",
    "DROP DATABASE IF EXISTS none;\nDROP DATABASE IF EXISTS none;",
    "DROP DATABASE IF EXISTS none;\nVACUUM a;",
    "DISCARD ALL;\nDISCARD ALL;",
    "VACUUM a;\nDROP DATABASE IF EXISTS none;",
    "REINDEX SCHEMA public;\nREINDEX SCHEMA public;",
    "REINDEX TABLE CONCURRENTLY a;\nDROP INDEX CONCURRENTLY a_x;",
    "SELECT 1;\nVACUUM a;",
    "ROLLBACK;\nVACUUM a;",
]


def judged(text: str, layout: Layout, folder: Path) -> bool:
    """Whether the reader says that a block is open for a statement that refuses one."""
    (folder / "1_a.up.sql").write_text(text, encoding="utf-8")
    configured = (ConfiguredHistory("a", ".", layout),)
    (folded,) = read([folder], SqlOptions(base=folder, histories=configured)).folded
    return any(s.alone and s.in_transaction for s in folded.history.files[0].statements)


@pytest.mark.parametrize("text", TEXTS)
def test_several_statements_of_one_message_are_a_block(
    text: str, connection: Connection, tmp_path: Path
) -> None:
    assert judged(text, Layout.GOLANG_MIGRATE, tmp_path) == refused_whole(connection, text)


@pytest.mark.parametrize("text", TEXTS)
def test_a_pipeline_is_a_block_from_its_second_statement_on(
    text: str, connection: Connection, tmp_path: Path
) -> None:
    found = refused_piped(connection, [s for s in text.split("\n") if s])
    assert judged(text, Layout.SUPABASE, tmp_path) == found


@pytest.mark.parametrize("text", TEXTS)
def test_statements_that_are_sent_one_by_one_are_a_block_behind_begin(
    text: str, connection: Connection
) -> None:
    statements = read_text(text).history.files[0].statements
    refused = False
    for sql in (s for s in text.split("\n") if s):
        try:
            connection.execute(sql)
        except psycopg.errors.ActiveSqlTransaction:
            refused = True
            break
    assert any(s.alone and s.in_transaction for s in statements) == refused


MODELS = [
    pytest.param(Layout.GOOSE, {"1_a.sql": "-- +goose Up\nSELECT 1;"}, True, id="goose"),
    pytest.param(
        Layout.GOOSE,
        {"1_a.sql": "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;"}, False,
        id="goose without",
    ),
    pytest.param(
        Layout.DBMATE, {"1_a.sql": "-- migrate:up transaction:true x:y\nSELECT 1;"}, True,
        id="dbmate",
    ),
    pytest.param(
        Layout.DBMATE,
        {"1_a.sql": "-- migrate:up transaction:true transaction:false\nSELECT 1;"}, False,
        id="dbmate without",
    ),
    pytest.param(Layout.SQLX, {"1_a.sql": "SELECT 1;"}, True, id="sqlx"),
    pytest.param(Layout.SQLX, {"1_a.sql": "-- no-transaction\nSELECT 1;"}, False,
                 id="sqlx without"),
    pytest.param(Layout.SQLX, {"1_a.sql": "\n-- no-transaction\nSELECT 1;"}, True,
                 id="sqlx looks at the first bytes only"),
    pytest.param(Layout.DIESEL, {"1_a/up.sql": "SELECT 1;"}, True, id="diesel"),
    pytest.param(
        Layout.DIESEL,
        {"1_a/up.sql": "SELECT 1;", "1_a/metadata.toml": "run_in_transaction = false"}, False,
        id="diesel without",
    ),
    pytest.param(
        Layout.DIESEL,
        {"1_a/up.sql": "SELECT 1;", "1_a/metadata.toml": "run_in_transaction = true"}, True,
        id="diesel with",
    ),
    pytest.param(
        Layout.DIESEL, {"1_a/up.sql": "SELECT 1;", "1_a/metadata.toml": ""}, False,
        id="diesel takes a missing key for false",
    ),
    pytest.param(
        Layout.DIESEL, {"1_a/up.sql": "SELECT 1;", "1_a/metadata.toml": "= ="}, True,
        id="diesel takes what is no TOML for nothing",
    ),
    pytest.param(Layout.FLYWAY, {"V1__a.sql": "SELECT 1;"}, True, id="Flyway"),
    pytest.param(
        Layout.FLYWAY,
        {"V1__a.sql": "SELECT 1;", "V1__a.sql.conf": "executeInTransaction=false\n"}, False,
        id="Flyway without",
    ),
    pytest.param(
        Layout.FLYWAY, {"V1__a.sql": "VACUUM;"}, False,
        id="Flyway sees what cannot run in a transaction",
    ),
    pytest.param(
        Layout.FLYWAY, {"V1__a.sql": "REINDEX TABLE CONCURRENTLY a;"}, True,
        id="Flyway does not see all of it",
    ),
    pytest.param(Layout.GOLANG_MIGRATE, {"1_a.up.sql": "SELECT 1; SELECT 2;"}, True,
                 id="golang-migrate"),
    pytest.param(Layout.GOLANG_MIGRATE, {"1_a.up.sql": "SELECT 1;"}, False,
                 id="golang-migrate with one statement"),
    pytest.param(Layout.GOLANG_MIGRATE, {"1_a.up.sql": "SELECT 1; COMMIT; SELECT 2;"}, False,
                 id="golang-migrate with a COMMIT"),
    pytest.param(Layout.PRISMA, {"1_a/migration.sql": "SELECT 1; SELECT 2;"}, True, id="Prisma"),
    pytest.param(Layout.PRISMA, {"1_a/migration.sql": f"SELECT 1; {CONCURRENTLY}"}, None,
                 id="Prisma depends on its version"),
    pytest.param(Layout.SUPABASE, {"1_a.sql": "SELECT 1;"}, True, id="Supabase"),
    pytest.param(Layout.RAILS, {"1_a.sql": "SELECT 1;"}, None, id="Rails"),
    pytest.param(Layout.PSQL, {"1_a.sql": "SELECT 1;"}, None, id="psql"),
    pytest.param(Layout.FLAT, {"1_a.sql": "SELECT 1;"}, None, id="plain files"),
    pytest.param(Layout.FLAT, {"1_a.sql": "-- +migrate Up\nSELECT 1;"}, True, id="sql-migrate"),
    pytest.param(Layout.FLAT, {"1_a.sql": "-- +migrate Up notransaction\nSELECT 1;"}, False,
                 id="sql-migrate without"),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "files", "expected"), MODELS)
def test_each_runner_wraps_a_file_in_its_own_way(
    layout: Layout, files: dict[str, str], expected: bool | None, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    options = SqlOptions(base=tmp_path, histories=(ConfiguredHistory("a", ".", layout),))
    result = read([tmp_path], options)
    assert result.failures == ()
    (folded,) = result.folded
    (file,) = folded.history.files
    assert (folded.history.layout, file.transactional) == (layout, expected)
