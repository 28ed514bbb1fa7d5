"""What a history grants and revokes is what PostgreSQL keeps, whatever the order."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from ctb_lint.compare import compare, differences
from ctb_lint.evidence import SourceKind
from ctb_lint.readers.postgres.inspect import inspect
from tests.comparison.catalogs import read
from tests.postgres import Connection, Server

MIGRATIONS, LIVE = SourceKind.MIGRATIONS, SourceKind.LIVE
TABLE = "CREATE TABLE t (a int, b int, c int); CREATE VIEW v AS SELECT a, b FROM t;"


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    """One database for all: each text empties it first."""
    with server.database() as connected:
        yield connected


MAKING = (
    "CREATE TABLE {n} (a int, b int)",
    "CREATE TABLE {n} AS SELECT 1 AS a, 2 AS b",
    "CREATE TABLE {n} () INHERITS (t)",
    "SELECT 1 AS a, 2 AS b INTO {n}",
    "CREATE VIEW {n} AS SELECT a, b FROM t",
    "CREATE MATERIALIZED VIEW {n} AS SELECT a, b FROM t",
    "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t WHERE a > 0",
    "DROP VIEW v; CREATE VIEW v AS SELECT a, b FROM t",
    "CREATE SCHEMA {n}; CREATE TABLE {n}.{n} (a int)",
)


def _default(draw: st.DrawFn) -> str:
    within = draw(st.sampled_from(("", "", " IN SCHEMA public")))
    by = draw(st.sampled_from(("", "", " FOR ROLE CURRENT_USER")))
    what = draw(st.sampled_from(("SELECT", "INSERT, UPDATE", "ALL")))
    role = draw(st.sampled_from(("pg_monitor", "PUBLIC", "pg_monitor, pg_signal_backend")))
    way, on = ("GRANT", "TO") if draw(st.booleans()) else ("REVOKE", "FROM")
    option = ""
    if "PUBLIC" not in role and draw(st.booleans()):
        option = " WITH GRANT OPTION" if way == "GRANT" else ""
        what = f"GRANT OPTION FOR {what}" if way == "REVOKE" else what
    return f"ALTER DEFAULT PRIVILEGES{by}{within} {way} {what} ON TABLES {on} {role}{option}"


@st.composite
def _statements(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 9))
    if kind < 2:
        return _default(draw)
    if kind < 4:
        return draw(st.sampled_from(MAKING)).format(n=f"n{draw(st.integers(0, 99))}")
    if draw(st.integers(0, 9)) == 0:
        change = ("DROP COLUMN c CASCADE", "RENAME c TO d", "ADD COLUMN c int")
        return f"ALTER TABLE t {draw(st.sampled_from(change))}"
    columns = st.sampled_from(("", "", "", " (a)", " (a, b)", " (b)"))
    names = st.sampled_from(("SELECT", "UPDATE", "INSERT", "REFERENCES", "ALL", "ALL PRIVILEGES"))
    chosen = [f"{draw(names)}{draw(columns)}" for _ in range(draw(st.integers(1, 2)))]
    if len(chosen) > 1 and any(one.startswith("ALL") for one in chosen):
        chosen = chosen[:1]
    what = ", ".join(chosen)
    on = draw(st.sampled_from(("t", "public.t", "TABLE t", "v", "t, v")))
    role = draw(st.sampled_from(("pg_monitor", "PUBLIC", "pg_monitor, pg_signal_backend")))
    if draw(st.booleans()):
        option = " WITH GRANT OPTION" if draw(st.booleans()) and "PUBLIC" not in role else ""
        return f"GRANT {what} ON {on} TO {role}{option}"
    option = "GRANT OPTION FOR " if draw(st.booleans()) else ""
    return f"REVOKE {option}{what} ON {on} FROM {role} CASCADE"


@given(statements=st.lists(_statements(), min_size=1, max_size=8))
@settings(
    max_examples=300,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_grants_are_those_that_postgresql_keeps(
    connection: Connection, statements: list[str]
) -> None:
    text = f"{TABLE} {'; '.join(statements)};"
    _empty(connection)
    try:
        connection.execute(text.encode())
    except psycopg.Error:
        reject()  # a column that is not there, or not yet
    assert differences(read(text), inspect(connection), MIGRATIONS, LIVE) == ()


def _empty(connection: Connection) -> None:
    """Without schemas and default privileges of an earlier text."""
    rows = connection.execute(
        "SELECT quote_ident(nspname) FROM pg_namespace"
        " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    ).fetchall()
    for (name,) in rows:
        connection.execute(f"DROP SCHEMA {name} CASCADE".encode())
    connection.execute(
        b"ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC, pg_monitor,"
        b" pg_signal_backend; CREATE SCHEMA public"
    )


def test_default_privileges_go_with_their_schema(connection: Connection) -> None:
    _empty(connection)
    given_to_all = "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC;"
    text = (
        f"CREATE SCHEMA s; {given_to_all} ALTER SCHEMA s RENAME TO r; CREATE TABLE r.t (a int);"
        f"CREATE SCHEMA s; CREATE TABLE s.t (a int); {given_to_all} DROP SCHEMA s CASCADE;"
        "CREATE SCHEMA s; CREATE TABLE s.t (a int);"
    )
    connection.execute(text.encode())
    live = inspect(connection)
    assert [name.schema for name, table in live.tables.items() if table.grants] == ["r"]
    assert differences(read(text), live, MIGRATIONS, LIVE) == ()


def test_for_another_role_nobody_knows(connection: Connection) -> None:
    _empty(connection)
    text = (
        "CREATE TABLE before (a int);"
        "ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor GRANT SELECT ON TABLES TO PUBLIC;"
        "CREATE TABLE after (a int); GRANT INSERT ON after TO PUBLIC;"
    )
    connection.execute(text.encode())
    connection.execute(b"REVOKE INSERT ON after FROM PUBLIC; GRANT SELECT ON before TO PUBLIC")
    found = compare(read(text), inspect(connection), MIGRATIONS, LIVE)
    assert [one.table.name for one in found.differences] == ["before"]
    assert [(str(gap.relation), gap.fact, gap.why) for gap in found.not_compared] == [
        (
            "public.after",
            "grants",
            "ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor: who makes it is not known",
        )
    ]
    connection.execute(
        b"ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor REVOKE SELECT ON TABLES FROM PUBLIC"
    )


ROLES = """
SET ROLE maker; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
CREATE TABLE a (x int); CREATE TABLE a2 AS SELECT 1 AS x; CREATE VIEW a3 AS SELECT x FROM a;
RESET ROLE; CREATE TABLE b (x int);
BEGIN; SET LOCAL ROLE maker; CREATE TABLE a4 (x int); COMMIT; CREATE TABLE b2 (x int);
BEGIN; SET ROLE maker; ROLLBACK; CREATE TABLE b3 (x int);
SET SESSION AUTHORIZATION maker; CREATE TABLE a5 (x int);
RESET SESSION AUTHORIZATION; CREATE TABLE b4 (x int);
SET ROLE "Other"; CREATE TABLE c (x int); SET ROLE NONE; CREATE TABLE b5 (x int);
ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO PUBLIC; SET ROLE "Other"; CREATE TABLE d (x int);
ALTER DEFAULT PRIVILEGES FOR ROLE CURRENT_USER GRANT UPDATE ON TABLES TO PUBLIC;
RESET ROLE;
"""


def test_who_makes_a_table_is_whom_the_role_is_set_to(server: Server) -> None:
    """Of what a role makes all is known that was said of that role; of what whoever runs the
    history makes, nothing that was said of a role: it may be the one."""
    with server.database() as connection:
        connection.execute(b'CREATE ROLE maker SUPERUSER; CREATE ROLE "Other" SUPERUSER')
        try:
            for statement in ROLES.split(";"):
                connection.execute(statement.encode())
            live, folded = inspect(connection), read(ROLES)
            found = compare(folded, live, MIGRATIONS, LIVE)
            owners = {name.name: table.owner for name, table in folded.tables.items()}
            asked = {name.name: table.owner for name, table in live.tables.items()}
            connection.execute(b"REVOKE SELECT ON a4 FROM PUBLIC; GRANT SELECT ON c TO PUBLIC")
            changed = compare(folded, inspect(connection), MIGRATIONS, LIVE).differences
        finally:
            connection.execute(b'DROP OWNED BY maker, "Other"; DROP ROLE maker, "Other"')
    assert found.differences == ()
    of_roles = {name: owner for name, owner in owners.items() if owner}
    assert of_roles == {name: asked[name] for name in of_roles}
    assert sorted(of_roles) == ["a", "a2", "a4", "a5", "c", "d"]
    gaps = [one for one in found.not_compared if one.fact == "grants"]
    why = "ALTER DEFAULT PRIVILEGES{} not known"
    of_maker = why.format(" FOR ROLE maker: who makes it is")
    assert sorted((one.relation.name, one.why) for one in gaps if one.relation) == [
        *((name, of_maker) for name in ("b", "b2", "b3", "b4", "b5")),
        ("d", why.format(": whose they are is")),
    ]
    assert sorted(one.object.name for one in changed) == ["a4", "c"]


def test_whoever_applies_them_is_no_difference(connection: Connection) -> None:
    _empty(connection)
    text = (
        "CREATE TABLE t (a int); GRANT INSERT ON t TO CURRENT_USER;"
        "CREATE POLICY p ON t TO CURRENT_USER, pg_monitor USING (a > 0);"
        "CREATE POLICY q ON t TO SESSION_USER USING (a > 0);"
    )
    connection.execute(text.encode())
    found = compare(read(text), inspect(connection), MIGRATIONS, LIVE)
    assert found.differences == ()
    assert [(str(gap.relation), gap.fact) for gap in found.not_compared] == [
        ("public.t", "roles of policies")
    ]
    connection.execute(b"ALTER POLICY p ON t TO PUBLIC; ALTER POLICY q ON t USING (a > 1)")
    changed = compare(read(text), inspect(connection), MIGRATIONS, LIVE).differences
    assert [one.object.name for one in changed] == ["p", "q"]
