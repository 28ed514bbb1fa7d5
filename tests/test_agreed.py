"""What text cannot tell, and both a server and the database have, is no difference; all else is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ctb_lint.agreed import as_agreed
from ctb_lint.compare import differences
from ctb_lint.evidence import SourceKind
from ctb_lint.model import Schema
from tests.comparison.catalogs import applied, read
from tests.postgres import Connection, Server

GUARDED = """\
CREATE TABLE t (a int);
CREATE TYPE mood AS ENUM ('calm');
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'queue') THEN RETURN; END IF;
    CREATE TABLE jobs (id int);
    CREATE VIEW later AS SELECT a FROM t;
    CREATE FUNCTION run(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE TYPE state AS ENUM ('new');
    ALTER TABLE t ADD COLUMN b int, ADD CONSTRAINT c CHECK (a > 0), ADD UNIQUE (a);
    CREATE INDEX i ON t (a);
    CREATE POLICY p ON t USING (true);
END $$;
"""
BUILT = """\
CREATE TABLE t (a int);
DO $$ DECLARE n text; BEGIN
    FOR n IN SELECT 'x' || generate_series(1, 2) LOOP
        EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY)', n);
        EXECUTE format('ALTER TABLE t ADD COLUMN %I int', n);
        EXECUTE format('CREATE INDEX %I ON t (a)', n || '_i');
        EXECUTE format('ALTER TABLE t ADD CONSTRAINT %I CHECK (a > 0)', n || '_c');
    END LOOP;
END $$;
"""


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    """One database for all: each text empties it first."""
    with server.database() as connected:
        yield connected


def held(own: Schema, made: Schema, there: Schema) -> list[str]:
    form = as_agreed(own, made, there)
    found = differences(form, there, SourceKind.MIGRATIONS, SourceKind.LIVE)
    return [f"{type(one).__name__} {one.object}" for one in found]


def known(text: str) -> Schema:
    """What the reader makes of a text, where nothing else was unknown."""
    return Schema(
        **{
            part: getattr(read(text), part)
            for part in ("tables", "views", "enums", "functions", "schemas")
        }
    )


@pytest.mark.parametrize("text", [GUARDED, BUILT])
def test_what_both_have_is_no_difference(connection: Connection, text: str) -> None:
    made = applied(connection, text)
    assert held(known(text), made, made) == []
    assert differences(known(text), made, SourceKind.MIGRATIONS, SourceKind.LIVE) != ()


def test_what_the_database_has_as_the_files_say_is_compared(connection: Connection) -> None:
    """There the condition was another one."""
    made = applied(connection, GUARDED)
    there = applied(connection, GUARDED.replace("IF NOT EXISTS", "IF EXISTS"))
    assert held(known(GUARDED), made, there) == []
    changed = GUARDED.replace("IF NOT EXISTS", "IF EXISTS").replace("a > 0", "a > 1")
    assert held(known(GUARDED), made, applied(connection, changed)) == ["KeyDiffers public.t.c"]


def test_what_only_the_server_has_is_not_asked_for(connection: Connection) -> None:
    made = applied(connection, BUILT)
    there = applied(connection, "CREATE TABLE t (a int);")
    assert held(known(BUILT), made, there) == []


def test_what_only_the_database_has_is_a_difference(connection: Connection) -> None:
    made = applied(connection, GUARDED)
    there = applied(
        connection,
        "CREATE TABLE t (a int, n text, CHECK (a > 9)); CREATE TYPE mood AS ENUM ('calm');"
        "CREATE INDEX ON t (a); CREATE TABLE more (a int);",
    )
    assert held(known(GUARDED), made, there) == [
        "RogueTable public.more",
        "UndeclaredColumn public.t.n",
        "KeyDiffers public.t.t_a_check",
        "UndeclaredIndex public.t.t_a_idx",
    ]


def test_what_is_missing_under_another_name_is_missing(connection: Connection) -> None:
    """The files' own idea of a made-up name is no reason to look away."""
    text = "CREATE TABLE t (a int, b int, UNIQUE (a), CHECK (a > b)); CREATE INDEX ON t (b);"
    own = known(text.replace("UNIQUE", "CONSTRAINT u UNIQUE").replace("INDEX", "INDEX guess"))
    made = applied(connection, text)
    there = applied(connection, "CREATE TABLE t (a int, b int, CHECK (a > b));")
    assert held(own, made, there) == [
        "KeyDiffers public.t.u",
        "MissingIndex public.t.guess",
    ]
    elsewhere = known("CREATE SCHEMA s; CREATE TABLE s.t (a int);")
    assert held(elsewhere, made, Schema()) == ["PhantomTable s.t"]
