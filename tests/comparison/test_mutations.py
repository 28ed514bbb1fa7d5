"""What PostgreSQL takes for a change is a difference, and names what changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ctb_lint.compare import differences
from ctb_lint.evidence import SourceKind
from tests.comparison.catalogs import applied, catalogs, read
from tests.comparison.mutations import BASE, HARMLESS, MUTATIONS, Mutation
from tests.postgres import Connection, Server

CATALOGUE, MIGRATIONS, LIVE = SourceKind.CATALOGUE, SourceKind.MIGRATIONS, SourceKind.LIVE


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    """One database for all: each text empties it first."""
    with server.database() as connected:
        yield connected


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[m.sql[:60] for m in MUTATIONS])
def test_a_real_change_differs_and_is_named(connection: Connection, mutation: Mutation) -> None:
    before = applied(connection, BASE)
    changed = f"{BASE};{mutation.sql};"
    after = applied(connection, changed)
    assert catalogs(before, names=True) != catalogs(after, names=True), "a mutation that is none"
    for declared, actual, source, name in (
        (read(BASE), read(changed), MIGRATIONS, mutation.name),
        (read(BASE), after, LIVE, mutation.name),
        (read(changed), before, LIVE, mutation.new or mutation.name),
    ):
        found = differences(declared, actual, MIGRATIONS, source)
        assert name in {str(one.object) for one in found}
    assert differences(read(changed), after, MIGRATIONS, LIVE) == ()


@pytest.mark.parametrize("text", HARMLESS)
def test_what_changes_nothing_does_not_differ(connection: Connection, text: str) -> None:
    after = applied(connection, BASE)
    for part in text.split(";"):
        connection.execute(part.encode())
    assert differences(read(BASE), read(f"{BASE};{text}"), MIGRATIONS, MIGRATIONS) == ()
    assert differences(read(BASE), after, MIGRATIONS, LIVE) == ()
