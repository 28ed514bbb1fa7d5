"""Which PostgreSQL first accepts a statement: two servers are asked, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ctb_lint.readers.sql.statements import parse_file
from ctb_lint.readers.sql.versions import NEW_FUNCTIONS
from tests.postgres import Connection, Server

VERSIONS = range(13, 19)
FIFTEEN = Path("/usr/lib/postgresql/15/bin")
"""Where the Debian package of PostgreSQL 15 has its server."""

SETUP = """
CREATE TABLE t (
    id int PRIMARY KEY, a int, b text, j jsonb,
    g int GENERATED ALWAYS AS (1) STORED
);
CREATE TABLE u (id int PRIMARY KEY, a int, CONSTRAINT u_a FOREIGN KEY (a) REFERENCES t);
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
"""

FEATURES = [
    (14, "CREATE OR REPLACE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION trg()"),
    (14, "CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1"),
    (14, "CREATE FUNCTION one() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END"),
    (14, "ALTER TABLE t ALTER COLUMN b SET COMPRESSION pglz"),
    (14, "CREATE TABLE z (b text COMPRESSION pglz)"),
    (14, "SELECT date_bin('1 day', now(), now())"),
    (
        14,
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3) "
        "SEARCH DEPTH FIRST BY n SET o SELECT * FROM c ORDER BY o",
    ),
    (
        14,
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3) "
        "CYCLE n SET y USING p SELECT * FROM c",
    ),
    (14, "SELECT a FROM t GROUP BY DISTINCT ROLLUP (a, a)"),
    (14, "CREATE TABLE z (a int4multirange)"),
    (14, "SELECT '{}'::pg_catalog.datemultirange"),
    (14, "SELECT int4multirange()"),
    (14, "CREATE FUNCTION one(anymultirange) RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    (14, "CREATE TYPE r AS RANGE (subtype = int, multirange_type_name = rs)"),
    (14, "CREATE TABLE z (LIKE t INCLUDING COMPRESSION)"),
    (14, "CREATE TABLE z (LIKE t INCLUDING ALL EXCLUDING COMPRESSION)"),
    (14, "REINDEX (TABLESPACE pg_default) TABLE t"),
    (14, "REINDEX (VERBOSE false) TABLE t"),
    (14, "CREATE PROCEDURE one(OUT a int) LANGUAGE sql AS 'SELECT 1'"),
    (14, "GRANT SELECT ON t TO pg_monitor GRANTED BY CURRENT_USER"),
    (14, "SELECT unistr('a')"),
    (14, "SELECT pg_catalog.unistr('a')"),
    (14, "SELECT SUBSTRING(b SIMILAR 'a#\"b#\"c' ESCAPE '#') FROM t"),
    (14, "SELECT 1 FROM t JOIN u USING (id) AS k"),
    (14, "CREATE STATISTICS s ON (a + 1), b FROM t"),
    (14, "CLUSTER (VERBOSE) t USING t_pkey"),
    (14, "CREATE SCHEMA x CREATE TABLE z (b text COMPRESSION pglz)"),
    (15, "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE"),
    (15, "CREATE TABLE z (a int, UNIQUE NULLS NOT DISTINCT (a))"),
    (15, "CREATE TABLE z (a int UNIQUE NULLS NOT DISTINCT)"),
    (15, "CREATE UNIQUE INDEX z ON t (a) NULLS NOT DISTINCT"),
    (15, "CREATE VIEW v WITH (security_invoker = true) AS SELECT 1 AS one"),
    (15, "CREATE TABLE z (a int REFERENCES t ON DELETE SET NULL (a))"),
    (15, "ALTER TABLE t SET ACCESS METHOD heap"),
    (15, "SELECT regexp_like('a', 'b')"),
    (15, "CREATE TABLE z (a numeric(2, -3))"),
    (15, "CREATE TABLE z (a decimal(2,5))"),
    (15, "SELECT 0.001::numeric(10, 12)"),
    (15, "CREATE UNLOGGED SEQUENCE s"),
    (15, "ALTER SEQUENCE IF EXISTS s SET UNLOGGED"),
    (15, "ALTER SEQUENCE IF EXISTS s SET LOGGED"),
    (15, "ALTER VIEW IF EXISTS v SET (security_invoker)"),
    (15, "ALTER VIEW IF EXISTS v RESET (security_invoker)"),
    (15, "GRANT SET ON PARAMETER work_mem TO pg_monitor"),
    (15, "CREATE PUBLICATION p FOR TABLES IN SCHEMA public"),
    (15, "CREATE PUBLICATION p FOR TABLE t (id, a)"),
    (15, "CREATE PUBLICATION p FOR TABLE t WHERE (id > 1)"),
    (15, "CREATE PUBLICATION p FOR TABLE t, TABLE u"),
    (15, "EXPLAIN MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE"),
    (16, "CREATE STATISTICS ON a, b FROM t"),
    (16, "CREATE TABLE z (b text STORAGE EXTERNAL)"),
    (16, "SELECT 0xFFFFFFFFFFFF"),
    (16, "SELECT 1_000.5"),
    (16, "SELECT JSON_ARRAY(1, 2)"),
    (16, "SELECT JSON_ARRAY(SELECT 1)"),
    (16, "SELECT JSON_OBJECT('a': 1)"),
    (16, "CREATE TABLE z (b text CHECK (b IS JSON))"),
    (16, "SELECT any_value(a) FROM t"),
    (16, "SELECT * FROM (SELECT 1)"),
    (16, "SELECT * FROM t,(VALUES (1))"),
    (16, "SELECT * FROM t, LATERAL (SELECT t.a)"),
    (16, "SELECT * FROM ((SELECT 1) CROSS JOIN t)"),
    (16, "SELECT * FROM t JOIN /* why */ (TABLE u) ON true"),
    (16, "DELETE FROM t USING (SELECT 1 AS one) WHERE one = a"),
    (16, "CREATE VIEW v AS SELECT * FROM (SELECT 1 AS one)"),
    (16, "SELECT 1_000"),
    (16, "SELECT -  1_000"),
    (16, "SELECT 1.5e1_0"),
    (16, "SELECT 0xFF"),
    (16, "SELECT 0b11"),
    (16, "SELECT 0o17"),
    (16, "SELECT.5_0"),
    (16, "CREATE SEQUENCE s INCREMENT 1_000"),
    (16, "CREATE TABLE z (b varchar(1_0))"),
    (16, "SELECT 'é', 'b', 1_000"),
    (16, "ALTER TABLE t ALTER COLUMN b SET STORAGE DEFAULT"),
    (16, "SELECT JSON_ARRAYAGG(a) FROM t"),
    (16, "SELECT JSON_OBJECTAGG('a': a) FROM t"),
    (16, "SELECT JSON_OBJECT('a': 1 WITHOUT UNIQUE KEYS)"),
    (16, "CREATE TABLE z (b text DEFAULT SYSTEM_USER)"),
    (16, "PREPARE x AS SELECT XMLSERIALIZE(DOCUMENT $1 AS text INDENT)"),
    (16, "PREPARE y AS SELECT XMLSERIALIZE(DOCUMENT $1 AS text NO INDENT)"),
    (16, "GRANT pg_monitor TO pg_signal_backend WITH INHERIT FALSE"),
    (16, "GRANT pg_monitor TO pg_signal_backend WITH SET TRUE"),
    (16, "GRANT pg_monitor TO pg_signal_backend WITH ADMIN TRUE"),
    (16, "REVOKE INHERIT OPTION FOR pg_monitor FROM pg_signal_backend"),
    (16, "EXPLAIN (GENERIC_PLAN) SELECT 1"),
    (16, "SELECT date_add(now(), '1 day')"),
    (16, "SELECT date_subtract(now(), '1 day')"),
    (16, "SELECT erf(1), erfc(1)"),
    (16, "SELECT generate_series(now(), now(), '1 day', 'UTC')"),
    (17, "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE RETURNING t.id"),
    (17, "ALTER TABLE t ALTER COLUMN g SET EXPRESSION AS (2)"),
    (17, "ALTER TABLE t SET ACCESS METHOD DEFAULT"),
    (17, "SELECT JSON_EXISTS(j, '$.a') FROM t"),
    (17, "SELECT JSON_VALUE(j, '$.a') FROM t"),
    (17, "SELECT JSON_QUERY(j, '$.a') FROM t"),
    (17, "SELECT * FROM JSON_TABLE('[1]'::jsonb, '$[*]' COLUMNS (a int PATH '$')) AS q"),
    (17, "SELECT JSON('{}' WITH UNIQUE KEYS)"),
    (17, "SELECT JSON_SCALAR(1)"),
    (17, "SELECT JSON_SERIALIZE('{}')"),
    (17, "MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED BY SOURCE THEN DELETE"),
    (17, "MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED BY TARGET THEN DO NOTHING"),
    (17, "ALTER TABLE t ALTER COLUMN b SET STATISTICS DEFAULT"),
    (17, "ALTER STATISTICS IF EXISTS s SET STATISTICS DEFAULT"),
    (17, "SELECT now() AT LOCAL"),
    (17, "GRANT MAINTAIN ON t TO pg_monitor"),
    (17, "ALTER DEFAULT PRIVILEGES GRANT MAINTAIN ON TABLES TO pg_monitor"),
    (17, "SELECT random(1, 2)"),
    (17, "PREPARE z AS SELECT xmltext('a')"),
    (17, "SELECT to_regtypemod('varchar(3)')"),
    (17, "SELECT JSON('{}' WITHOUT UNIQUE KEYS)"),
    (17, "SELECT JSON('{}' FORMAT JSON)"),
    (17, "ALTER DOMAIN information_schema.time_stamp ADD NOT NULL"),
    (17, "EXPLAIN (ANALYZE, MEMORY) SELECT 1"),
    (18, "CREATE TABLE z (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)"),
    (18, "CREATE TABLE z (a int, b int GENERATED ALWAYS AS (a * 2))"),
    (18, "CREATE TABLE z (a int CHECK (a > 0) NOT ENFORCED)"),
    (18, "CREATE TABLE z (a int REFERENCES t NOT ENFORCED)"),
    (18, "CREATE TABLE z (a int REFERENCES t ENFORCED)"),
    (18, "CREATE TABLE z (a int, CONSTRAINT c CHECK (a > 0) NOT ENFORCED)"),
    (18, "CREATE TABLE z (a int, CONSTRAINT c NOT NULL a)"),
    (18, "ALTER TABLE t ADD CONSTRAINT c NOT NULL a"),
    (18, "ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID"),
    (18, "CREATE TABLE z (a int NOT NULL NO INHERIT)"),
    (18, "CREATE TABLE z (a int4range, b int4range, UNIQUE (a, b WITHOUT OVERLAPS))"),
    (18, "ALTER TABLE u ALTER CONSTRAINT u_a NOT ENFORCED"),
    (18, "SELECT uuidv7()"),
    (18, "UPDATE t SET a = 1 RETURNING old.a"),
    (18, "UPDATE t SET a = 1 RETURNING (new).a, coalesce(new.a, 1)"),
    (18, "UPDATE t SET a = 1 RETURNING WITH (OLD AS o) o.a"),
    (18, "WITH x AS (DELETE FROM t RETURNING old.a) SELECT a FROM x"),
    (18, "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE RETURNING old.id"),
    (18, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO pg_monitor"),
    (18, "ANALYZE ONLY t"),
    (18, "SELECT crc32('a'), crc32c('a')"),
    (18, "SELECT lgamma(1)"),
    (18, "SELECT has_largeobject_privilege(1, 'SELECT')"),
    (18, "SELECT jsonb_strip_nulls('{}', true)"),
    (18, 'ALTER TABLE t ADD CONSTRAINT "my c" NOT NULL a'),
    (18, "CREATE TABLE z (NOT NULL a, a int)"),
    (18, "ALTER TABLE u ALTER CONSTRAINT u_a ENFORCED"),
]
"""The version that has it first, and the smallest statement that needs it."""

OLD = [
    "CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION trg()",
    "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE UNIQUE INDEX z ON t (a)",
    "CREATE VIEW v WITH (security_barrier) AS SELECT 1 AS one",
    "CREATE TABLE z (a int REFERENCES t ON DELETE SET NULL)",
    "CREATE STATISTICS s ON a, b FROM t",
    "SELECT 12345678901234567890, 1.5, 1e3",
    "SELECT json_object('{a, 1}')",
    "CREATE TABLE z (a int CHECK (a > 0), CHECK (a < 9) NO INHERIT, UNIQUE (a))",
    "CREATE TABLE z (a int CONSTRAINT c NOT NULL, b int GENERATED ALWAYS AS (a * 2) STORED)",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
    "ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES t NOT VALID",
    "ALTER TABLE u ALTER CONSTRAINT u_a DEFERRABLE",
    "ALTER TABLE t ALTER COLUMN a SET NOT NULL",
    "CREATE DOMAIN d AS int NOT NULL CHECK (VALUE > 0)",
    "ALTER DOMAIN information_schema.cardinal_number ADD CHECK (VALUE >= 0)",
    "CREATE FUNCTION uuidv7(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "SELECT * FROM (SELECT 1) AS x",
    "SELECT * FROM (VALUES (1)) x, LATERAL (SELECT 1) y",
    "SELECT a FROM t WHERE a IN (SELECT 1) AND a IN (1, (SELECT 2))",
    "SELECT '1_000', '0xFF' AS a_1_000, $$ 1_000 $$, 'old 0x1'",
    'SELECT 1 AS b_1, 2 AS "1_000"',
    "ALTER TABLE t ALTER COLUMN b SET STORAGE EXTERNAL",
    "GRANT pg_monitor TO pg_signal_backend WITH ADMIN OPTION",
    "GRANT pg_monitor TO pg_signal_backend GRANTED BY CURRENT_USER",
    "REVOKE ADMIN OPTION FOR pg_monitor FROM pg_signal_backend",
    "EXPLAIN (ANALYZE, COSTS off) SELECT 1",
    "ALTER TABLE t ALTER COLUMN b SET STATISTICS 0",
    "SELECT now() AT TIME ZONE 'UTC', timezone('UTC', now())",
    "GRANT SELECT ON t TO pg_monitor",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor",
    "SELECT random(), generate_series(1, 2, 3), json_strip_nulls('{}')",
    "UPDATE t SET a = 1 RETURNING id, a",
    "UPDATE t AS new SET a = 1 FROM u AS old RETURNING new.a, old.a",
    "CREATE RULE r AS ON UPDATE TO t DO ALSO INSERT INTO u VALUES (new.id, old.a)",
    "ANALYZE t",
    "CREATE SEQUENCE s CYCLE",
    "SELECT a AS search, b AS cycle FROM t GROUP BY a, b",
    "SELECT DISTINCT a FROM t GROUP BY ROLLUP (a)",
    "CREATE TABLE z (LIKE t INCLUDING ALL)",
    "REINDEX (VERBOSE) TABLE t",
    "CREATE PROCEDURE one(INOUT a int) LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION one(OUT a int) LANGUAGE sql AS 'SELECT 1'",
    "SELECT SUBSTRING(b FROM 'a#\"b#\"c' FOR '#'), b SIMILAR TO 'a' ESCAPE '#' FROM t",
    "SELECT SUBSTRING('a' FROM 1) WHERE 'a' SIMILAR TO 'b'",
    "CREATE TABLE z (a numeric(5, 2), b numeric(2, 2), c numeric(3), d numeric)",
    "CREATE UNLOGGED TABLE z (a int)",
    "ALTER TABLE u SET UNLOGGED",
    "CREATE PUBLICATION p FOR TABLE t, u",
    "SELECT JSON('{}'), json '{}'",
    "SELECT 1 FROM t JOIN u USING (id)",
    "CREATE STATISTICS s (ndistinct) ON a, b FROM t",
    "PREPARE w AS SELECT XMLSERIALIZE(DOCUMENT $1 AS text)",
    "ALTER DATABASE postgres SET work_mem = '1MB'",
    "COMMENT ON TABLE t IS 'merge, JSON_TABLE(), random(1, 2), 1_000 and NOT ENFORCED'",
    "CREATE FUNCTION crc32(int, int, int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER TABLE t ADD CHECK (a IS NOT NULL), ALTER COLUMN b SET NOT NULL",
    "SELECT count(*) AS maintain, 'a' AS period, 1 AS storage, 2 AS target FROM t",
    "CLUSTER VERBOSE t USING t_pkey",
    "INSERT INTO u AS new VALUES (1) RETURNING new.a",
]
"""Near misses: what every version accepts."""

CASES = [*FEATURES, *((13, sql) for sql in OLD)]
IDS = [f"{version}: {sql}" for version, sql in CASES]


def since(sql: str, target: int) -> int | None:
    (part,) = parse_file(sql, "example.sql", target).parts
    return part.statement.since


@pytest.mark.parametrize(("version", "sql"), CASES, ids=IDS)
def test_a_feature_is_reported_for_the_versions_before_it(version: int, sql: str) -> None:
    expected = {target: version if target < version else None for target in VERSIONS}
    assert {target: since(sql, target) for target in VERSIONS} == expected


class Fifteen(Server):
    """PostgreSQL 15, where the machine has it."""

    def _binaries(self) -> Path:
        return FIFTEEN


@pytest.fixture(scope="module")
def fifteen() -> Iterator[Connection]:
    """A database of PostgreSQL 15."""
    if not (FIFTEEN / "postgres").is_file():
        pytest.skip("PostgreSQL 15 is not installed")
    with Fifteen() as server, server.database() as connection:
        # No statement may take the machine with it, whatever a version makes of it.
        connection.execute("SET statement_timeout = '5s'")
        connection.execute(SETUP)
        yield connection


@pytest.fixture(scope="module")
def newest(server: Server) -> Iterator[Connection]:
    """A database of PostgreSQL 18."""
    with server.database() as connection:
        # No statement may take the machine with it, whatever a version makes of it.
        connection.execute("SET statement_timeout = '5s'")
        connection.execute(SETUP)
        yield connection


def accepted(connection: Connection, sql: str) -> bool:
    """Whether the server runs it; what it did is undone."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.encode())
    except psycopg.Error:
        return False
    return True


@pytest.mark.parametrize(("version", "sql"), CASES, ids=IDS)
def test_postgresql_15_agrees(version: int, sql: str, fifteen: Connection) -> None:
    assert accepted(fifteen, sql) == (version <= 15)


@pytest.mark.parametrize(("version", "sql"), CASES, ids=IDS)
def test_postgresql_18_accepts_them_all(version: int, sql: str, newest: Connection) -> None:
    assert accepted(newest, sql)


def functions(connection: Connection) -> set[str]:
    query = "SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
    return {row[0] for row in connection.execute(query)}


def test_postgresql_15_has_the_new_functions_up_to_15(fifteen: Connection) -> None:
    there = functions(fifteen)
    assert {name: name in there for name in NEW_FUNCTIONS} == {
        name: version <= 15 for name, version in NEW_FUNCTIONS.items()
    }


def test_postgresql_18_has_all_the_new_functions(newest: Connection) -> None:
    assert set(NEW_FUNCTIONS) <= functions(newest)
