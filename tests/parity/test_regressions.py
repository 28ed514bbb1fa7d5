"""Every difference that generated histories ever showed, each as small as it can be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.parity.played import disagreements, noticed, play
from tests.postgres import Connection, Server

T = "CREATE TABLE t (id int, a int, b text)"

HISTORIES = {
    "set-local-ends-with-the-transaction": f"""
        CREATE SCHEMA app; BEGIN; SET LOCAL search_path TO app; {T}; COMMIT; {T}""",
    "set-local-ends-with-a-rollback": f"""
        CREATE SCHEMA app; BEGIN; SET LOCAL search_path TO app; ROLLBACK; {T}""",
    "commit-and-chain-begins-again": f"BEGIN; COMMIT AND CHAIN; {T}; ROLLBACK",
    "begin-within-a-transaction": f"BEGIN; {T}; BEGIN; ROLLBACK",
    "released-savepoint-of-the-same-name": f"""
        BEGIN; SAVEPOINT s; {T}; SAVEPOINT s; DROP TABLE t; RELEASE s; ROLLBACK TO s; COMMIT""",
    "sequence-of-a-temporary-table": "CREATE TEMP TABLE t (id serial)",
    "view-of-a-temporary-table": "CREATE TEMP TABLE t (id int); CREATE VIEW v AS SELECT id FROM t",
    "children-are-not-null-as-the-key-of-their-parent": """
        CREATE TABLE t (id int, a int, PRIMARY KEY (id, a));
        CREATE TABLE child (id int UNIQUE, a int DEFAULT 1) INHERITS (t)""",
    "a-later-key-makes-children-not-null": """
        CREATE TABLE t (a int); CREATE TABLE child () INHERITS (t);
        ALTER TABLE t ADD PRIMARY KEY (a); ALTER TABLE t ADD b int NOT NULL""",
    "columns-of-two-parents": """
        CREATE TABLE t (a int); CREATE TABLE u (a int NOT NULL, c int);
        CREATE TABLE child () INHERITS (t, u)""",
    "column-of-two-parents-loses-one": """
        CREATE TABLE t (a int, b int); CREATE TABLE u (a int);
        CREATE TABLE child () INHERITS (t, u); CREATE TABLE own (b int) INHERITS (t);
        ALTER TABLE t DROP COLUMN a, DROP COLUMN b""",
    "the-search-path-of-a-function-is-altered": """
        CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION g() RETURNS int LANGUAGE sql SET search_path = '' AS 'SELECT 1';
        ALTER FUNCTION f() SET search_path = pg_catalog, pg_temp;
        ALTER FUNCTION f() STABLE SECURITY DEFINER; ALTER FUNCTION g() RESET search_path""",
    "all-privileges-on-a-column": f"""
        {T}; GRANT ALL (a) ON t TO PUBLIC; GRANT ALL (b) ON t TO PUBLIC;
        REVOKE ALL (a) ON t FROM PUBLIC""",
    "only-this-table": """
        CREATE TABLE t (a int); CREATE TABLE child () INHERITS (t);
        ALTER TABLE ONLY t ALTER a SET DEFAULT 1""",
    "what-if-not-exists-skips-is-not-looked-at": f"""
        {T};
        CREATE TABLE IF NOT EXISTS t (x missing, PRIMARY KEY (y), FOREIGN KEY (z) REFERENCES q);
        ALTER TABLE t ADD COLUMN IF NOT EXISTS a missing""",
    "not-valid-in-a-new-table": """
        CREATE TABLE t (a int UNIQUE, CHECK (a > 0) NOT VALID,
        FOREIGN KEY (a) REFERENCES t (a) NOT VALID)""",
    "checks-of-domains-take-names": """
        CREATE DOMAIN d AS int CONSTRAINT t_pkey CHECK (VALUE > 0);
        CREATE TABLE t (a int PRIMARY KEY)""",
    "serial-is-no-identity": """
        CREATE TABLE t (id serial); ALTER TABLE t ALTER id DROP IDENTITY IF EXISTS""",
    "index-where-true": f"{T}; CREATE INDEX ON t (a) WHERE true",
    "collation-that-the-column-has": """
        CREATE TABLE t (a text COLLATE "C", b text); CREATE INDEX ON t (a COLLATE "C");
        CREATE INDEX ON t (b COLLATE "C"); ALTER TABLE t ALTER b TYPE text COLLATE "C\"""",
    "comment-on-the-index-of-a-constraint": """
        CREATE TABLE t (id int PRIMARY KEY); COMMENT ON INDEX t_pkey IS 'key'""",
    "drop-column-takes-the-views-that-read-it": f"""
        {T}; CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT b FROM t;
        CREATE MATERIALIZED VIEW m AS SELECT * FROM t; CREATE VIEW n AS SELECT count(*) FROM t;
        ALTER TABLE t DROP COLUMN a CASCADE""",
    "drop-column-takes-the-policies-that-read-it": f"""
        {T}; CREATE POLICY p ON t USING (NOT (a = 3)); CREATE POLICY q ON t USING (b <> 'x');
        ALTER TABLE t DROP COLUMN a CASCADE""",
    "copies-of-checks-are-valid": f"""
        {T}; ALTER TABLE t ADD CHECK (a > 0) NOT VALID; CREATE TABLE child () INHERITS (t);
        CREATE TABLE copy (LIKE t INCLUDING CONSTRAINTS)""",
    "grant-on-a-view": "CREATE VIEW v AS SELECT 1 AS a; GRANT SELECT ON v TO PUBLIC",
    "grants-on-columns": """
        CREATE TABLE t (a int, b int, c int); GRANT SELECT (a, b), UPDATE ON t TO PUBLIC;
        GRANT SELECT (c) ON t TO pg_monitor WITH GRANT OPTION; REVOKE SELECT (a) ON t FROM PUBLIC;
        GRANT ALL ON t TO pg_monitor; ALTER TABLE t RENAME b TO d; ALTER TABLE t DROP c;
        REVOKE GRANT OPTION FOR TRIGGER ON t FROM pg_monitor""",
    "what-checks-updates-of-views": """
        CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t WHERE a > 0 WITH CHECK OPTION;
        CREATE VIEW w AS SELECT a FROM v WITH LOCAL CHECK OPTION;
        CREATE VIEW x WITH (check_option = local) AS SELECT a FROM v""",
    "search-paths-of-functions": """
        CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' AS 'SELECT 1';
        CREATE FUNCTION g() RETURNS int LANGUAGE sql SET search_path = "$user", "Odd", public
        AS 'SELECT 1'""",
    "drop-key-takes-the-keys-on-itself": """
        CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t); CREATE TABLE u (a int REFERENCES t);
        ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE""",
    "options-of-views": """
        CREATE VIEW v WITH (security_barrier) AS SELECT 1 AS a;
        ALTER VIEW v RESET (security_barrier); ALTER VIEW v SET (security_invoker = true)""",
    "function-with-other-arguments": """
        CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
        DROP FUNCTION IF EXISTS f()""",
    "drops-of-one-statement-come-first": """
        CREATE TABLE t (id int PRIMARY KEY, a int);
        ALTER TABLE t ADD PRIMARY KEY (a), DROP CONSTRAINT t_pkey, ADD COLUMN id text, DROP id""",
    "not-null-is-a-constraint": """
        CREATE TABLE t (a int NOT NULL); ALTER TABLE t ALTER CONSTRAINT t_a_not_null""",
    "exclusion-over-names-that-the-server-alone-puts-in-quotes": """
        CREATE TABLE t ("é" int, "values" int, EXCLUDE USING btree ("é" WITH =),
        EXCLUDE USING btree ("values" WITH =))""",
    "attribute-of-a-composite-type": """
        CREATE TYPE pair AS (x int, y text); ALTER TYPE pair RENAME ATTRIBUTE x TO z""",
}

REFUSED = {
    "inherit-itself": (T, "ALTER TABLE t INHERIT t", "ALTER TABLE t ADD c int"),
    "inherit-in-a-circle": (
        T, "CREATE TABLE child () INHERITS (t)", "ALTER TABLE t INHERIT child",
        "ALTER TABLE t ADD c int",
    ),
    "attach-itself": (
        "CREATE TABLE t (a int) PARTITION BY LIST (a)", "ALTER TABLE t ATTACH PARTITION t DEFAULT",
        "ALTER TABLE t ADD c int",
    ),
}  # fmt: skip
"""Of these PostgreSQL refuses the second last: the reader goes on."""


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    """One database for all: each history empties it first."""
    with server.database() as connected:
        yield connected


@pytest.mark.parametrize("name", HISTORIES)
def test_reader_and_server_agree(connection: Connection, name: str) -> None:
    statements = [" ".join(one.split()) for one in HISTORIES[name].split(";")]
    played = play(connection, [one for one in statements if one])
    assert [text for text, error in played.statements if error] == []
    assert disagreements(played) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_ends_no_run(connection: Connection, name: str) -> None:
    played = play(connection, REFUSED[name])
    assert len(noticed(played)) == 1
    assert disagreements(played) == []
