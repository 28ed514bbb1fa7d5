"""Who works in a database while somebody looks at it: whether they ever wait, and for whom."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg
from msgspec import Struct, field

from tests.postgres import Server

_PATIENCE = "SET lock_timeout = '1ms'"
"""Whoever waits for a lock at all is an error."""
_LOCKS = """
SELECT l.locktype, l.mode, coalesce(c.relnamespace::regnamespace::text, '') = 'public'
FROM pg_locks l JOIN pg_stat_activity s USING (pid)
    LEFT JOIN pg_class c ON c.oid = l.relation AND l.database = s.datid
WHERE s.datname = current_database() AND NOT s.pid = ANY (%s)
"""
_STATEMENT = """
SELECT s.pid, s.query_start FROM pg_locks l JOIN pg_stat_activity s USING (pid)
    JOIN pg_class c ON c.oid = l.relation
WHERE s.datname = current_database() AND NOT s.pid = ANY (%s) AND s.state = 'active'
    AND c.relnamespace = 'public'::regnamespace
"""
_WAITING = """
SELECT wait_event, pg_blocking_pids(pid) FROM pg_stat_activity
WHERE pid = %s AND (wait_event_type = 'Lock' OR pg_blocking_pids(pid) <> '{}')
"""


class Seen(Struct):
    """What happened meanwhile. ``locks`` are (kind, mode, whether on a relation in ``public``) of
    everybody but the bystanders; ``waits`` what a writer was seen waiting for, ``refused`` what it
    would have had to wait for; ``writes`` are all of its statements, ``beside`` those that began
    and ended while one and the same statement of somebody else ran over a table."""

    locks: set[tuple[str, str, bool]] = field(default_factory=set)
    waits: list[object] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    writes: int = 0
    beside: int = 0
    samples: int = 0


@contextmanager
def bystanders(server: Server, database: str, writes: Sequence[str]) -> Iterator[Seen]:
    """A writer that goes through the statements over and over, and a watcher, for as long as the
    block lasts."""
    seen, over = Seen(), threading.Event()
    with server.connect(database) as writer, server.connect(database) as watcher:
        own = [writer.info.backend_pid, watcher.info.backend_pid]

        def write() -> None:
            writer.execute(_PATIENCE)
            while not over.is_set():
                for statement in writes:
                    try:
                        writer.execute(statement.encode())
                    except psycopg.errors.LockNotAvailable as error:
                        seen.refused.append(f"{statement}: {error}")
                    seen.writes += 1

        def watch() -> None:
            running: object = None
            since = 0
            while not over.is_set():
                with suppress(psycopg.errors.UndefinedObject):  # it went while it was looked at
                    seen.locks.update(watcher.execute(_LOCKS.encode(), [own]).fetchall())
                seen.waits += watcher.execute(_WAITING.encode(), [own[0]]).fetchall()
                now = watcher.execute(_STATEMENT.encode(), [own]).fetchone()
                if now is not None and now == running:
                    # The first may have begun before the statement did.
                    seen.beside += max(0, seen.writes - since - 1)
                running, since = now, seen.writes
                seen.samples += 1
                time.sleep(0.001)

        threads = [threading.Thread(target=one) for one in (write, watch)]
        for thread in threads:
            thread.start()
        try:
            yield seen
        finally:
            over.set()
            for thread in threads:
                thread.join()
