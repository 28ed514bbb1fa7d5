"""Where a database keeps its extensions is no difference, and hides none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ctb_lint.compare import compare, differences
from ctb_lint.comparison.hidden import hidden_schemas, without
from ctb_lint.evidence import SourceKind
from ctb_lint.model import Schema
from ctb_lint.readers.postgres.inspect import inspect
from tests.comparison.catalogs import read
from tests.postgres import Connection, Server

MIGRATIONS, LIVE = SourceKind.MIGRATIONS, SourceKind.LIVE
FILES = """\
CREATE DOMAIN word AS citext DEFAULT 'extensions.a' CHECK (VALUE ~ '^extensions\\.');
CREATE TABLE t (
    id int PRIMARY KEY, name citext NOT NULL, short word, tags text,
    CONSTRAINT alike CHECK (similarity(tags, 'extensions.x') > 0.5),
    CONSTRAINT near CHECK (tags % 'x'),
    CONSTRAINT quoted CHECK (tags <> '"extensions".')
);
CREATE INDEX trigrams ON t USING gin (tags gin_trgm_ops);
CREATE INDEX likely ON t (name) WHERE strict_word_similarity(tags, 'x') > 0;
CREATE POLICY mine ON t USING (similarity(tags, current_user) > 0);
CREATE FUNCTION found(citext, citext[]) RETURNS citext LANGUAGE sql AS 'SELECT $1';
"""
QUALIFIED = (
    FILES.replace("citext", "extensions.citext")
    .replace("gin_trgm_ops", "extensions.gin_trgm_ops")
    .replace("similarity(", "extensions.similarity(")
    .replace("strict_word_extensions.", "extensions.strict_word_")
)


@pytest.fixture(scope="module")
def database(server: Server) -> Iterator[Connection]:
    with server.database() as connection:
        connection.execute(
            "CREATE SCHEMA extensions; CREATE EXTENSION citext SCHEMA extensions;"
            "CREATE EXTENSION pg_trgm SCHEMA extensions;"
            "SET search_path = public, extensions"
        )
        connection.execute(FILES.encode())
        yield connection


@pytest.mark.parametrize("text", [FILES, QUALIFIED])
def test_files_that_name_the_schema_or_not_say_the_same(database: Connection, text: str) -> None:
    before = "CREATE EXTENSION citext; CREATE EXTENSION pg_trgm;"
    live = inspect(database)
    assert hidden_schemas(live) == {"extensions"}
    assert differences(read(text), live, MIGRATIONS, LIVE) == ()
    assert differences(read(before + text), live, MIGRATIONS, LIVE) == ()


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("'extensions.x'", "'x'", "public.t.alike"),
        ("'\"extensions\".'", "'.'", "public.t.quoted"),
        ("'extensions.a'", "'a'", "public.word"),
        ("'^extensions", "'^", "public.word"),
        ("similarity(tags, current_user) > 0", "public.f(tags, current_user) > 0", "public.t.mine"),
        ("gin_trgm_ops", "gin_other_ops", "public.t.trigrams"),
        ("name citext", "name text", "public.t.name"),
        ("found(citext, citext[])", "found(text, citext[])", "public.found"),
    ],
)
def test_a_real_change_is_a_difference(
    database: Connection, was: str, becomes: str, told: str
) -> None:
    assert was in FILES
    found = differences(read(FILES.replace(was, becomes)), inspect(database), MIGRATIONS, LIVE)
    assert told in {str(one.object) for one in found}


def test_a_schema_with_anything_else_in_it_is_not_hidden(database: Connection) -> None:
    database.execute("CREATE TABLE extensions.own (a int)")
    try:
        live = inspect(database)
        assert hidden_schemas(live) == frozenset()
        found = compare(read(FILES), live, MIGRATIONS, LIVE).differences
        assert "public.t.trigrams" in {str(one.object) for one in found}
    finally:
        database.execute("DROP TABLE extensions.own")


def test_a_type_of_the_files_is_none_of_the_extension(database: Connection) -> None:
    text = FILES.replace("CREATE TABLE t", "CREATE DOMAIN citext AS text;\nCREATE TABLE t")
    found = differences(read(text), inspect(database), MIGRATIONS, LIVE)
    assert {str(one.object) for one in found} >= {"public.citext", "public.t.name"}


def test_what_has_no_such_name_stays_the_same_object(database: Connection) -> None:
    live = inspect(database)
    bare, same = without({"nowhere"}, live, live)
    assert bare == same == live
    assert all(bare.tables[name] is table for name, table in live.tables.items())
    assert hidden_schemas(Schema(schemas=("public", "empty"))) == frozenset()
