"""Nobody who writes waits for an audit, from its first question to its last."""

from __future__ import annotations

import pytest

from tests.bystanders import bystanders
from tests.cli.live_project import Live
from tests.cli.live_project import _quiet_environment as _quiet_environment
from tests.cli.live_project import live as live
from tests.cli.test_audit import audited, fill
from tests.postgres import Server

WRITES = (
    "UPDATE orders SET state = 'y' WHERE unique_id = 'u7'",
    # Where the DELETE was refused, the row is still there.
    "INSERT INTO orders SELECT gen_random_uuid(), 'new', 'p', now(), 'x' ON CONFLICT DO NOTHING",
    "UPDATE ids SET entity_type = 'orders' WHERE unique_id = 'u8'",
    "DELETE FROM orders WHERE unique_id = 'new'",
    "SELECT 1 FROM orders WHERE unique_id = 'u9' FOR UPDATE",
)


def test_no_writer_waits_for_an_audit(
    live: Live, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = 150_000
    fill(live, rows=rows, old=0)
    live.execute("INSERT INTO ids SELECT unique_id, 'p', 'order', unique_id, now() FROM orders")
    live.execute("ANALYZE")
    every = ("--select", "ALL", "--ignore", "P")
    with bystanders(server, live.name, WRITES) as seen:
        _, report = audited(capsys, "--db", live.url, *every)
    assert report["failures"] == []
    assert report["evidence"]["rows"]["checks"] > 8
    assert report["evidence"]["rows"]["unfinished"] == 0
    assert (seen.waits, seen.refused) == ([], [])
    on_tables = {(kind, mode) for kind, mode, public in seen.locks if public}
    assert on_tables == {("relation", "AccessShareLock")}
    # The rest is of catalogs, its own transaction, and what every session takes as it begins: that
    # nobody drops the database.
    others = {(kind, mode) for kind, mode, public in seen.locks if not public}
    assert others <= {
        ("relation", "AccessShareLock"),
        ("virtualxid", "ExclusiveLock"),
        ("object", "RowExclusiveLock"),
    }
    assert seen.beside > 20, "the writer wrote while statements ran over its tables"


def test_who_does_wait_is_seen(live: Live, server: Server) -> None:
    """The test above can fail: a session that locks a table stops the writer."""
    with bystanders(server, live.name, WRITES) as seen, live.connection.transaction():
        live.execute("LOCK TABLE orders IN SHARE MODE")
        while not (seen.refused and seen.samples > 100):
            live.execute("SELECT pg_sleep(0.01)")
    assert ("relation", "ShareLock", True) in seen.locks
