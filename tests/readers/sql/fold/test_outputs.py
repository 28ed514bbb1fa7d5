"""The columns of queries: what the reader claims, held against PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

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
    CREATE FUNCTION length(mood) RETURNS text LANGUAGE sql AS $$ SELECT 'a' $$;
"""

KNOWN = """
SELECT * FROM person
SELECT person.* FROM person
SELECT p.*, p.id AS again FROM person p
SELECT public.person.name, person.email FROM public.person
SELECT id AS other_id, price FROM other.purchase
SELECT purchase.id, purchase.price FROM purchase
SELECT x.a, x.name FROM person AS x (a)
TABLE tree
VALUES (1, 'a', NULL), (2::bigint, 'b', now())
SELECT * FROM (VALUES (1, 'a'), (2.5, NULL)) AS v (x, y)
SELECT 1, 'a' AS b, NULL AS c, 2.5 AS d, true AS e, 3000000000 AS f, 99999999999999999999 AS g
SELECT -1 AS a, -2.5 AS b, B'101' AS c, 'x'::varchar(5) AS d, NULL::numeric(6,2) AS e
SELECT NULL::timestamptz, CAST(NULL AS int), id::text, '1'::int8 AS x FROM person
SELECT 1::varchar
SELECT person_id, max(id) AS m FROM purchase GROUP BY 1
SELECT count(*), sum(id), avg(price), min(price), max(name) FROM purchase
SELECT sum(price) AS a, sum(pieces) AS b, sum(weight) AS c, sum(took) AS d FROM purchase
SELECT array_agg(name) AS a, array_agg(price) AS b, array_agg(codes) AS c FROM purchase
SELECT string_agg(name, ',' ORDER BY id), bool_or(paid), bool_and(paid) AS b FROM purchase
SELECT json_agg(p), jsonb_object_agg(id, name) FROM purchase p
SELECT max(email) AS a, max(short) AS b, max(nick) AS c, max(note) AS d, min(code) AS e FROM person
SELECT max(feeling), max(tags) AS t, array_agg(email) AS u FROM person
SELECT max(id) = 1 AS yes, id IS NULL AS a, name LIKE 'a%' AS b FROM purchase GROUP BY id, name
SELECT id IN (1, 2) AS a, id BETWEEN 1 AND 2 AS b, EXISTS (SELECT 1) AS c, NOT paid AS d FROM purchase
SELECT paid AND true AS a, id = ANY (ARRAY[1]) AS b, id IS DISTINCT FROM 1 AS c, paid IS TRUE FROM purchase
SELECT id + 1 AS a, id * 2::bigint AS b, id / 2 AS c, price * id AS d, weight + price AS e FROM purchase
SELECT height + id AS a, born - born AS b, born + 1 AS c, seen - seen AS d, -height AS e FROM person
SELECT seen + interval '1 day' AS a, born + interval '1 day' AS b, seen - '2020-01-01' AS c FROM person
SELECT name || 'x' AS a, data || '{}' AS b, tags || 'x' AS c, tags || tags AS d, id || 'a' AS e FROM person
SELECT data -> 'a' AS a, data ->> 'a' AS b, data #>> '{a}' AS c, data - 'a' AS d, data ? 'a' AS e FROM person
SELECT CASE WHEN paid THEN 1 ELSE 2.5 END, CASE WHEN paid THEN name END AS b FROM purchase
SELECT CASE WHEN id > 1 THEN name ELSE 'x' END FROM person
SELECT CASE id WHEN 1 THEN name ELSE name END AS a, CASE WHEN id > 1 THEN email END AS e FROM person
SELECT COALESCE(name, 'x'), COALESCE(name, name) AS a, COALESCE(price, 0) AS b FROM purchase
SELECT COALESCE(name, 'x'), COALESCE(email, email) AS a, COALESCE(email, 'x') AS b FROM person
SELECT NULLIF(name, ''), GREATEST(id, 1) AS a, LEAST(id, 2.5) AS b FROM person
SELECT NULLIF(price, 0), NULLIF(id, 0.5) AS a FROM purchase
SELECT row_number() OVER (), rank() OVER (ORDER BY id), lag(name) OVER (ORDER BY id) FROM person
SELECT first_value(name) OVER (), lead(id, 1, 0) OVER (), ntile(4) OVER () FROM person
SELECT lower(name), upper(code), length(name), md5(name), now(), initcap(email), char_length(name) AS c FROM person
SELECT lower(range), upper(range) FROM parts
SELECT date_trunc('day', seen), date_trunc('day', born) AS b, extract(year FROM born) AS c FROM person
SELECT date_part('year', born), age(seen), to_char(seen, 'YYYY'), to_timestamp(0), seen::date FROM person
SELECT gen_random_uuid(), jsonb_build_object('a', 1), to_json(name), to_jsonb(p) FROM person p
SELECT floor(price), round(price, 1), ceil(weight), round(id), abs(id), sqrt(id), power(id, 2) FROM purchase
SELECT current_timestamp, current_date, localtimestamp, current_user, current_timestamp(2) AS t
SELECT seen AT TIME ZONE 'UTC', (seen AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS b FROM person
SELECT (SELECT max(price) FROM purchase), (SELECT name FROM person LIMIT 1) AS n, ARRAY(SELECT 1)
SELECT (SELECT 'a'), (SELECT price AS cost FROM purchase WHERE person_id = p.id) FROM person p
SELECT ARRAY[1, 2], ARRAY['a', 'b'] AS b, ARRAY[1, 2.5] AS c, ARRAY[name, name] AS d FROM person
SELECT tags[1], tags[1:2] AS s, data['a'], codes[1] AS c FROM person, purchase
SELECT (part).left_part, (part).right_part FROM parts
SELECT (part).* FROM parts
SELECT (parts[1]).right_part FROM parts
SELECT p FROM person p
SELECT ctid, tableoid FROM person
SELECT name COLLATE "C", code COLLATE "POSIX" AS b, code, lower(code) AS c, code || 'x' AS d FROM person
SELECT note, note || 'x' AS a, lower(note) AS b, nick, nick::text AS d, code::varchar(5) FROM person
SELECT current_user::text, format('%s', code) AS f, data ->> code AS g, concat(name, code) AS h FROM person
SELECT * FROM person JOIN tree USING (id)
SELECT * FROM person NATURAL JOIN tree
SELECT id FROM person FULL JOIN tree USING (id)
SELECT * FROM person LEFT JOIN (SELECT person_id FROM purchase) x ON x.person_id = person.id
SELECT name FROM person JOIN purchase USING (name)
SELECT j.id, j.label FROM (person JOIN tree USING (id)) AS j
SELECT u.id, label FROM person JOIN tree USING (id) AS u
SELECT a.id, b.parent AS p FROM tree a, tree b
SELECT * FROM (SELECT id, name AS n, 'x' AS c FROM person) s
SELECT * FROM (SELECT id, name FROM person) AS s (a, b)
SELECT t.id, l.top FROM tree t, LATERAL (SELECT max(label) AS top FROM tree WHERE id = t.id) l
SELECT p.id, t.* FROM person p CROSS JOIN LATERAL (SELECT p.name AS inner_name, 1 AS n) t
WITH a AS (SELECT id, name FROM person), b AS (SELECT a.*, 1 AS n FROM a) SELECT * FROM b
WITH a (x, y) AS (SELECT id, name FROM person) SELECT y, x FROM a
WITH person AS (SELECT 1 AS only) SELECT * FROM person
WITH RECURSIVE r AS (SELECT id, parent, 0 AS depth FROM tree UNION ALL SELECT t.id, t.parent, r.depth + 1 FROM tree t JOIN r ON t.parent = r.id) SELECT * FROM r
WITH RECURSIVE r (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r
SELECT id, name FROM person UNION SELECT id, label FROM tree
SELECT id FROM tree UNION ALL SELECT id FROM person UNION ALL SELECT 2.5
SELECT NULL AS a, 'x' AS b UNION SELECT NULL, 'y'
SELECT NULL::int AS a, NULL AS b UNION ALL SELECT NULL, now()
SELECT label AS l FROM tree INTERSECT SELECT label FROM tree
SELECT name FROM person EXCEPT SELECT name FROM purchase
SELECT text FROM purchase UNION SELECT name FROM person
(SELECT id FROM tree ORDER BY 1 LIMIT 1) UNION (SELECT id FROM purchase)
SELECT born FROM person UNION SELECT made FROM purchase
SELECT liked, max(score) = 1 AS up FROM (SELECT made AS liked, pieces AS score FROM purchase UNION ALL SELECT NULL::timestamp, NULL::int) GROUP BY liked
SELECT * FROM people
SELECT loud, email FROM people
SELECT * FROM renamed
SELECT * FROM totals
SELECT * FROM numbers
SELECT unnest(tags) FROM person
SELECT u FROM person, unnest(tags) AS u
SELECT * FROM unnest(ARRAY[1, 2]) WITH ORDINALITY
SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a']) AS u (a, b)
SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a']) AS u (a)
SELECT x.left_part FROM parts, unnest(parts) AS x
SELECT g, * FROM generate_series(1, 5) AS g
SELECT * FROM generate_series(now(), now(), '1 day')
SELECT g.day FROM generate_series(current_date, current_date, interval '1 day') AS g (day)
SELECT * FROM person, jsonb_each(data)
SELECT e.value FROM person, jsonb_array_elements(data) AS e
SELECT key AS k, v.value AS v FROM person, jsonb_each_text(data) AS v
SELECT * FROM jsonb_to_recordset('[]') AS r (a int, b varchar(3), c mood)
SELECT r.* FROM person, jsonb_populate_record(NULL::tree, data) AS r
SELECT * FROM ROWS FROM (generate_series(1, 2), unnest(ARRAY['a'])) AS r (a, b)
SELECT o.ordinality FROM person, unnest(tags) WITH ORDINALITY AS o
SELECT label_of(id), mood_of(id), public.label_of(1) AS c FROM tree
SELECT * FROM trees()
SELECT t.label FROM trees() AS t
SELECT id, label FROM tree TABLESAMPLE SYSTEM (10)
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY price), mode() WITHIN GROUP (ORDER BY name) FROM purchase
SELECT GROUPING(id), id FROM purchase GROUP BY ROLLUP (id)
SELECT json_object('a': 1), json_array(1, 2), json_value('{}'::jsonb, '$.a')
SELECT trim(name), position('a' IN name) AS p, substring(name FROM 1 FOR 2), overlay(name PLACING 'a' FROM 1) AS o FROM person
SELECT CASE WHEN id > 1 THEN lower(name) END, lower(name)::varchar(3) AS b, (name) AS c FROM person
SELECT nextval('numbers'), current_setting('x', true), pg_typeof(1), random()
SELECT name::email, email::text AS plain, feeling::text AS f, 'sad'::mood FROM person
SELECT FROM empty
SELECT * FROM empty, tree
SELECT DISTINCT ON (id) id, price FROM purchase ORDER BY id, price DESC
SELECT encode(raw, 'hex'), raw || raw AS r, decode('', 'hex'), sha256(raw), octet_length(raw) FROM purchase
SELECT array_length(tags, 1), array_to_string(tags, ','), string_to_array(name, ','), array_append(tags, 'x') FROM person
"""

UNKNOWN = {
    "SELECT either(1), id FROM tree": "either",
    "SELECT length(name) FROM person": "length",
    "SELECT named()": "named",
    "SELECT doc -> 'a' AS a, host - host AS h FROM parts": "h",
    "SELECT CASE WHEN true THEN name END AS c, id FROM person": "c",
    "SELECT COALESCE(NULL, name) AS c FROM person": "c",
    "SELECT relname, 1 AS one FROM pg_class": "relname",
    "SELECT code FROM people": "code",
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
            SELECT attname, CASE WHEN typnamespace = 'public'::regnamespace THEN 'public.' ELSE '' END
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


def test_long_chains():
    arms = " UNION ALL ".join(["SELECT 1 AS a"] * 600)
    columns = read_text(f"CREATE TABLE o AS {arms}").schema.tables[QualifiedName("public", "o")].columns
    assert [c.type.canonical for c in columns] == ["integer"]


def test_a_missing_type_is_recorded_once():
    text = "CREATE TABLE o AS SELECT COALESCE(NULL::ghost, NULL::ghost) AS a"
    assert len(read_text(text).history.mishaps) == 2
