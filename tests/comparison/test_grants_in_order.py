"""What a history grants and revokes is what PostgreSQL keeps, whatever the order."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from ctb_lint.compare import differences
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


@st.composite
def _statements(draw: st.DrawFn) -> str:
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


@given(statements=st.lists(_statements(), min_size=1, max_size=6))
@settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_grants_are_those_that_postgresql_keeps(
    connection: Connection, statements: list[str]
) -> None:
    text = f"{TABLE} {'; '.join(statements)};"
    try:
        connection.execute(b"DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(text.encode())
    except psycopg.Error:
        reject()  # a column that is not there, or not yet
    assert differences(read(text), inspect(connection), MIGRATIONS, LIVE) == ()
