"""The columns of queries: what the reader claims, held against PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctb_lint.model import QualifiedName
from ctb_lint.readers.sql.reader import read_text
from tests.postgres import Connection, Server

SCHEMA = """
    CREATE SCHEMA other;
    CREATE TYPE mood AS ENUM ('sad', 'glad');
    CREATE TYPE pair AS (left_part integer, right_part varchar(7) COLLATE "C");
    CREATE DOMAIN email AS varchar(50);
    CREATE DOMAIN code AS text COLLATE "C";
    CREATE TABLE person (
        id bigserial PRIMARY KEY, name varchar(40) NOT NULL DEFAULT '', email email, feeling mood,
        born date, seen timestamptz(3), height real, tags text[], code text COLLATE "C",
        data jsonb, short char(3), key uuid, note code, nick name
    );
    CREATE TABLE purchase (
        id integer GENERATED ALWAYS AS IDENTITY, person_id bigint, price numeric(10,2),
        pieces smallint, weight double precision, made timestamp, paid boolean, raw bytea,
        took interval, at time, text text, name text, codes varchar(5)[]
    );
    CREATE TABLE other.purchase (id bigint, price money);
    CREATE TABLE parts (id integer, part pair, parts pair[], doc json, host inet, range int4range);
    CREATE TABLE empty ();
    CREATE TABLE tree (id integer, parent integer, label varchar(20));
    CREATE SEQUENCE numbers;
    CREATE VIEW people AS SELECT id, name, email, upper(name) AS loud, code FROM person;
    CREATE VIEW renamed (one, two) AS SELECT id, price, made FROM purchase;
    CREATE MATERIALIZED VIEW totals AS
        SELECT person_id, sum(price) AS total, max(made) AS latest FROM purchase GROUP BY 1;
    CREATE FUNCTION label_of(integer) RETURNS varchar(9) LANGUAGE sql AS $$ SELECT 'a' $$;
    CREATE FUNCTION mood_of(integer) RETURNS mood LANGUAGE sql AS $$ SELECT 'sad'::mood $$;
    CREATE FUNCTION either(integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
    CREATE FUNCTION either(text) RETURNS text LANGUAGE sql AS $$ SELECT 'a' $$;
    CREATE FUNCTION trees() RETURNS SETOF tree LANGUAGE sql AS $$ SELECT * FROM tree $$;
    CREATE FUNCTION named(OUT out_name integer) LANGUAGE sql AS $$ SELECT 1 $$;
    CREATE FUNCTION reverse(mood) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;
"""

KNOWN = Path(__file__).with_name("queries.txt").read_text()
"""Queries all of whose columns are known, one a line."""

UNKNOWN = {
    "SELECT either(1), id FROM tree": "either",
    "SELECT reverse(name) FROM person": "reverse",
    "SELECT named()": "named",
    "SELECT doc -> 'a' AS a, host - host AS h FROM parts": "h",
    "SELECT CASE WHEN true THEN name END AS c, id FROM person": "c",
    "SELECT COALESCE(NULL, name) AS c FROM person": "c",
    "SELECT relname, 1 AS one FROM pg_class": "relname",
    "SELECT code, id FROM people": "code",
    "SELECT name FROM person EXCEPT SELECT name FROM purchase": "name",
    "SELECT label FROM tree INTERSECT SELECT name FROM person": "label",
    "SELECT 'x'::code AS c": "c",
    "SELECT id, x.either FROM tree, either(1) AS x (either)": "either",
    "WITH RECURSIVE a AS (SELECT n FROM b), b AS (SELECT 1 AS n) SELECT n FROM a": "n",
}
"""Queries that PostgreSQL accepts, and the columns of which we do not claim to know the type."""

NAMELESS = """
SELECT * FROM pg_namespace
SELECT * FROM named()
SELECT * FROM either(1)
SELECT * FROM tree, either(1) AS x
SELECT relname, c.* FROM pg_class c
"""


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    with server.database() as made:
        made.execute(SCHEMA.encode())
        yield made


Columns = list[tuple[str, str, str | None]]


def live(connection: Connection, query: str, made_by: str = "CREATE TABLE o AS {}") -> Columns:
    """The columns as PostgreSQL makes them: name, type, collation if not the type's."""
    with connection.transaction(force_rollback=True):
        connection.execute(made_by.format(query).encode())
        return connection.execute(
            b"""
            SELECT attname,
                CASE WHEN typnamespace = 'public'::regnamespace THEN 'public.' ELSE '' END
                || format_type(atttypid, atttypmod),
                CASE WHEN attcollation <> typcollation THEN (
                    SELECT collname FROM pg_collation c WHERE c.oid = attcollation) END
            FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
            WHERE attrelid = 'o'::regclass AND attnum > 0 ORDER BY attnum
            """
        ).fetchall()


def read(query: str, made_by: str = "CREATE TABLE o AS {}") -> tuple[Columns, str | None]:
    """The columns as the reader has them, and why they cannot be known."""
    folded = read_text(f"{SCHEMA};{made_by.format(query)};")
    assert not folded.history.mishaps
    name = QualifiedName("public", "o")
    columns = folded.schema.tables[name].columns
    why = folded.schema.knowledge.why_unknown(name, ("columns",))
    assert not any(c.not_null or c.default or c.identity for c in columns)
    return [(c.name, c.type.canonical, c.collation) for c in columns], why


@pytest.mark.parametrize("query", lines(KNOWN))
def test_known(connection, query):
    columns, why = read(query)
    assert columns == live(connection, query)
    assert why is None


@pytest.mark.parametrize(("query", "unknown"), UNKNOWN.items())
def test_unknown_type(connection, query, unknown):
    columns, why = read(query)
    real = live(connection, query)
    assert [name for name, _, _ in columns] == [name for name, _, _ in real]
    assert [name for name, type_, _ in columns if type_ == "unknown"] == [unknown]
    assert [c for c in columns if c[1] != "unknown"] == [c for c in real if c[0] != unknown]
    assert why is not None


@pytest.mark.parametrize("query", lines(NAMELESS))
def test_unknown_names(query):
    columns, why = read(query)
    assert columns == []
    assert why is not None
    assert "columns cannot be known" in why


@pytest.mark.parametrize(
    "made_by",
    [
        "CREATE TABLE o (a, b) AS {}",
        "CREATE TABLE o AS {} WITH NO DATA",
        "CREATE UNLOGGED TABLE IF NOT EXISTS o (a) AS {}",
    ],
)
def test_forms(connection, made_by):
    query = "SELECT id, name, COALESCE(name, name) AS d FROM person"
    columns, why = read(query, made_by)
    assert columns == live(connection, query, made_by)
    assert why is None


def test_select_into(connection):
    query = "SELECT id, lower(name) INTO o FROM person"
    columns, _ = read(query, "{}")
    assert columns == live(connection, query, "{}")


def test_types_of_views():
    folded = read_text(SCHEMA)
    found = {
        str(name): [t and t.canonical for t in view.types or ()]
        for name, view in folded.schema.views.items()
    }
    assert found == {
        "public.people": ["bigint", "character varying(40)", "public.email", "text", None],
        "public.renamed": ["integer", "numeric(10,2)", "timestamp without time zone"],
        "public.totals": ["bigint", "numeric", "timestamp without time zone"],
    }
    assert folded.schema.views[QualifiedName("public", "renamed")].columns == ("one", "two", "made")


def test_names_are_known_to_later_statements():
    text = """
        CREATE TABLE a AS SELECT mystery() AS m, 1 AS n;
        CREATE TABLE b AS SELECT n, m FROM a;
        CREATE TABLE c AS SELECT * FROM pg_class;
        CREATE TABLE d AS SELECT * FROM c;
        ALTER TABLE a RENAME COLUMN m TO k;
    """
    schema = read_text(text).schema
    found = {
        name.name: [(c.name, c.type.canonical) for c in table.columns]
        for name, table in schema.tables.items()
    }
    assert found == {
        "a": [("k", "unknown"), ("n", "integer")],
        "b": [("n", "integer"), ("m", "unknown")],
        "c": [],
        "d": [],
    }
    assert {name.name for name, _, _ in schema.knowledge.unknown if name} == {"a", "b", "c", "d"}


def test_a_view_whose_type_was_renamed():
    text = """
        CREATE TYPE mood AS ENUM ('a');
        CREATE TABLE t (m mood, n int);
        CREATE VIEW v AS SELECT * FROM t;
        ALTER TYPE mood RENAME TO temper;
        CREATE TABLE o AS SELECT * FROM v;
    """
    columns = read_text(text).schema.tables[QualifiedName("public", "o")].columns
    assert columns[0].type.canonical in {"unknown", "public.temper"}
    assert columns[1].type.canonical == "integer"


def test_returning():
    text = f"""
        {SCHEMA};
        CREATE TABLE o AS
        WITH gone AS (DELETE FROM tree USING person p WHERE p.id = tree.id RETURNING label, p.*),
            new AS (INSERT INTO tree VALUES (1) RETURNING *),
            changed AS (UPDATE tree SET id = x.id FROM purchase x RETURNING x.price, tree.id)
        SELECT gone.label, gone.email, new.parent, changed.price FROM gone, new, changed;
    """
    columns = read_text(text).schema.tables[QualifiedName("public", "o")].columns
    assert [c.type.canonical for c in columns] == [
        "character varying(20)", "public.email", "integer", "numeric(10,2)",
    ]  # fmt: skip


def test_long_chains():
    arms = " UNION ALL ".join(["SELECT 1 AS a"] * 600)
    columns = (
        read_text(f"CREATE TABLE o AS {arms}").schema.tables[QualifiedName("public", "o")].columns
    )
    assert [c.type.canonical for c in columns] == ["integer"]


def test_a_missing_type_is_recorded_once():
    text = "CREATE TABLE o AS SELECT COALESCE(NULL::ghost, NULL::ghost) AS a"
    assert len(read_text(text).history.mishaps) == 2
