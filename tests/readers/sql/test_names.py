"""Made-up names: the server makes the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ctb_lint.readers.sql import names
from ctb_lint.readers.sql.expr import parse_expression
from tests.postgres import Connection, Server

LONG = "a_table_with_a_name_of_exactly_sixty_three_bytes_as_postgres_has"
TABLES = ["t", "orders", LONG[:63], "tabelle_mit_ümläuten_" + "ü" * 21, "名前" * 10, "Odd name"]
COLUMNS = [
    "a", "user_id", "a_column_with_quite_a_long_name_that_will_be_cut", "spalte_" + "ö" * 28,
    LONG[1:64], "B c",
]  # fmt: skip
PAIRS = [(table, column) for table in TABLES for column in COLUMNS]


@pytest.fixture
def db(shared: Connection) -> Iterator[Connection]:
    shared.execute("CREATE SCHEMA made")
    shared.execute("SET search_path TO made")
    yield shared
    shared.execute("SET client_min_messages TO error; DROP SCHEMA made CASCADE")


@pytest.fixture(scope="module")
def shared(server: Server) -> Iterator[Connection]:
    with server.database() as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        yield connection


def constraints(db: Connection, kind: str) -> list[str]:
    rows = db.execute(
        "SELECT conname FROM pg_constraint WHERE contype = %s"
        " AND connamespace = 'made'::regnamespace ORDER BY oid",
        (kind,),
    )
    return [row[0] for row in rows.fetchall()]


def indexes(db: Connection) -> list[str]:
    rows = db.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'i' AND relnamespace = 'made'::regnamespace"
        " ORDER BY oid"
    )
    return [row[0] for row in rows.fetchall()]


def free(_: str) -> bool:
    return False


def made(count: int, choose: Callable[[names.Taken], str]) -> list[str]:
    """The names of so many objects of one kind, one after another."""
    result: list[str] = []
    for _ in range(count):
        result.append(choose(result.__contains__))
    return result


@pytest.mark.parametrize(("table", "column"), PAIRS)
def test_names_of_one_column(db: Connection, table: str, column: str) -> None:
    db.execute(
        f'CREATE TABLE "{table}" ("{column}" serial NOT NULL PRIMARY KEY'
        f' REFERENCES "{table}" CHECK ("{column}" > 0), EXCLUDE USING gist ("{column}" WITH =));'
        f'ALTER TABLE "{table}" ADD UNIQUE ("{column}");'
        f'CREATE INDEX ON "{table}" ("{column}")'.encode()
    )
    rows = db.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'made'::regnamespace"
    )
    assert constraints(db, "p") == [names.primary_key(table, free)]
    assert constraints(db, "u") == [names.unique(table, [column], free)]
    assert constraints(db, "f") == [names.foreign_key(table, [column], free)]
    assert constraints(db, "c") == [names.check(table, [column], free)]
    assert constraints(db, "x") == [names.exclusion(table, [column], free)]
    assert constraints(db, "n") == [names.not_null(table, column, free)]
    assert [row[0] for row in rows.fetchall()] == [names.sequence(table, column, free)]
    assert names.index(table, [column], free) in indexes(db)


@pytest.mark.parametrize("table", TABLES)
def test_names_of_several_columns(db: Connection, table: str) -> None:
    columns = [column[:20] for column in COLUMNS]
    defined = ", ".join(f'"{column}" int' for column in columns)
    listed = ", ".join(f'"{column}"' for column in columns)
    db.execute(
        f'CREATE TABLE "{table}" ({defined}, UNIQUE ({listed}),'
        f' FOREIGN KEY ({listed}) REFERENCES "{table}" ({listed}),'
        f' CHECK ("{columns[0]}" < "{columns[1]}"), CHECK (true));'
        f'CREATE INDEX ON "{table}" ({listed})'.encode()
    )
    assert constraints(db, "u") == [names.unique(table, columns, free)]
    assert constraints(db, "f") == [names.foreign_key(table, columns, free)]
    assert constraints(db, "c") == made(2, lambda taken: names.check(table, columns[:2], taken))
    assert names.index(table, columns, free) in indexes(db)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("column", COLUMNS)
def test_numbers_make_names_free(db: Connection, table: str, column: str) -> None:
    db.execute(f'CREATE TABLE "{table}" ("{column}" int)'.encode())
    for _ in range(12):
        db.execute(
            f'CREATE INDEX ON "{table}" ("{column}");'
            f'ALTER TABLE "{table}" ADD CHECK ("{column}" > 0)'.encode()
        )
    assert indexes(db) == made(12, lambda taken: names.index(table, [column], taken))
    assert constraints(db, "c") == made(12, lambda taken: names.check(table, [column], taken))


EXPRESSIONS = [
    "lower(a)", "LOWER(a) || 'x'", "a || b", "(a)", "a::varchar", "lower(a)::varchar",
    "'x'::text", "coalesce(a, b)", "nullif(a, b)", "greatest(a, b)", "least(a, b)",
    "case when a = '' then b end", "case when a = '' then b else lower(a) end", "n + 1", "-n",
    "(n + 1)::bigint", "abs(n)", "j ->> 'a'", "(j ->> 'a')::int", "tags[1]", "ARRAY[a, b]",
    "extract(year from d)", "date_trunc('day', d)", "d at time zone 'utc'", "trim(a)",
    "substring(a from 1 for 2)", "substring(a, 1, 2)", "position('x' in a)",
    "overlay(a placing b from 1)",
    "ROW(a, b) IS NULL", "a IS NULL", "a = b", "a COLLATE \"C\"", "lower(a) COLLATE \"C\"",
    "pg_catalog.lower(a)", "a LIKE 'x'", "a IN ('x', 'y')", "NOT f", "f AND f",
    "(p).x", "normalize(a)", "CAST(n AS text)", "NULL::text", "n::text || a",
    "json_value(j, '$.a')", "json_query(j, '$.a')", "json_exists(j, '$.a')", "cast(d as date)",
]  # fmt: skip


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_name_of_an_expression(db: Connection, text: str) -> None:
    db.execute("CREATE TYPE pair AS (x int, y int)")
    db.execute(
        "CREATE TABLE t (a text, b text, n int, j jsonb, tags text[], d timestamp, f boolean,"
        " p pair)"
    )
    try:
        db.execute(f"CREATE INDEX ON t (({text}), ({text}))".encode())
    except Exception as error:
        if "IMMUTABLE" in str(error):
            pytest.skip("no index can have this key")
        raise
    key = names.expression_name(parse_expression(text))
    assert indexes(db) == [names.index("t", [key, key], free)]


def test_included_columns_are_part_of_an_indexs_name(db: Connection) -> None:
    db.execute("CREATE TABLE t (a int, b int); CREATE INDEX ON t (a) INCLUDE (b)")
    db.execute("ALTER TABLE t ADD UNIQUE (a) INCLUDE (b)")
    assert indexes(db) == [
        names.index("t", ["a", "b"], free),
        names.unique("t", ["a", "b"], free),
    ]


@pytest.mark.parametrize(
    ("name", "size", "expected"),
    [
        pytest.param("abc", 63, "abc", id="short"),
        pytest.param("a" * 70, 63, "a" * 63, id="long"),
        pytest.param("aü", 2, "a", id="never inside a character"),
        pytest.param("名前", 3, "名", id="three bytes each"),
    ],
)
def test_names_are_cut_between_characters(name: str, size: int, expected: str) -> None:
    assert names.truncate(name, size) == expected
