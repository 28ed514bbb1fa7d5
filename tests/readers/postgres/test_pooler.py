"""Through pgbouncer in transaction mode, where the machine has it: ``make test-pooler``."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.connect import Patience, connected, server_of
from ctb_lint.readers.postgres.inspect import Inspection, inspect, inspect_with_facts
from ctb_lint.readers.postgres.rows.ask import ask
from ctb_lint.readers.postgres.rows.effort import Effort, Progress
from ctb_lint.readers.postgres.target import Target, choose_target
from ctb_lint.readers.postgres.trouble import ReadTrouble
from ctb_lint.readers.shadow.throwaway import Server
from ctb_lint.rows import Matches, Predicate, RowFact
from tests.machine import free_port, program

CONFIGURATION = """
[databases]
* = host={server} user=postgres
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {size}
logfile = {folder}/log
"""
RICH = Path(__file__).parents[2] / "parity" / "rich_schema.sql"


@contextmanager
def pooler(server: Server, size: int) -> Iterator[str]:
    """The URL of a pooler in front of a server, up to the name of the database."""
    bouncer = program("pgbouncer", "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
    socket_folder = server.dsn().partition("host=")[2]
    with tempfile.TemporaryDirectory(prefix="ctb-lint-pool-", dir="/tmp") as name:
        folder, port = Path(name), free_port()
        text = CONFIGURATION.format(server=socket_folder, port=port, folder=folder, size=size)
        (folder / "pgbouncer.ini").write_text(text)
        (folder / "pgbouncer.ini").chmod(0o644)
        owner = Path(socket_folder).stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        folder.chmod(0o755)
        # It refuses to run as root, as the server does.
        running = subprocess.Popen(
            [bouncer, "-q", folder / "pgbouncer.ini"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=owner.st_uid if os.geteuid() == 0 else None,
            group=owner.st_gid if os.geteuid() == 0 else None,
        )  # fmt: skip
        try:
            wait_for(folder / f".s.PGSQL.{port}", running)
            yield f"postgresql://postgres@/{{}}?host={folder}&port={port}"
        finally:
            running.terminate()
            running.wait(60)


def wait_for(path: Path, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        log = path.parent / "log"
        said = log.read_text() if log.exists() else ""
        assert running.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.02)


def target_of(url: str) -> Target:
    return choose_target(url, {}, {})


@pytest.fixture(scope="module")
def database(server: Server) -> Iterator[str]:
    with server.database() as connection:
        connection.execute(RICH.read_bytes())
        yield connection.info.dbname


@pytest.fixture(scope="module")
def url(server: Server, database: str) -> Iterator[str]:
    """A pooler with a single session at the server, which all clients share."""
    with pooler(server, 1) as pattern:
        yield pattern.format(database)


def inspected(url: str) -> Inspection:
    target = target_of(url)
    with connected(target) as connection:
        return inspect_with_facts(connection, target)


def test_the_schema_is_the_same_through_a_pooler(server: Server, database: str, url: str) -> None:
    direct, pooled = inspected(server.dsn(database)), inspected(url)
    assert pooled.schema == direct.schema
    assert pooled.facts.sequences == direct.facts.sequences
    assert pooled.facts.server.port != direct.facts.server.port


def test_nothing_is_left_behind_in_the_session(url: str) -> None:
    names = "search_path", "statement_timeout", "lock_timeout", "jit", "timezone"
    asked = "SELECT " + ", ".join(f"current_setting('{name}')" for name in names)
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as other:
        before = other.execute(asked.encode()).fetchone()
        inspected(url)
        assert other.execute(asked.encode()).fetchone() == before
        # Nor is a statement prepared there.
        assert other.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_several_at_a_time_share_one_session(url: str) -> None:
    found: list[object] = []

    def read() -> None:
        with connected(target_of(url)) as connection:
            found.extend(inspect(connection) for _ in range(3))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 12
    assert all(one == found[0] for one in found)


def test_who_asks_for_options_at_the_start_is_told(url: str) -> None:
    target = target_of(f"{url}&options=-c%20geqo%3Doff")
    with pytest.raises(ReadTrouble) as caught, connected(target, Patience(seconds=0)):
        raise AssertionError("connected")
    assert "unsupported startup parameter" in caught.value.message
    assert caught.value.hint == "take `options` and its like out of the URL"


def test_options_of_the_environment_do_no_harm(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c geqo=off")
    target = choose_target(url, {"PGOPTIONS": "-c geqo=off"}, {"options": "-c geqo=off"})
    with connected(target) as connection:
        assert server_of(connection, target).role == "postgres"


def test_rows_are_the_same_through_a_pooler(server: Server, url: str, database: str) -> None:
    """Range by range, each in a transaction of its own, beside another who uses the session."""
    name = QualifiedName("public", "pooled")
    check = Predicate(name, Matches("v", ("7$",)))
    with server.connect(database) as own:
        own.execute("CREATE TABLE pooled (id int PRIMARY KEY, v text)")
        own.execute("INSERT INTO pooled SELECT n, n FROM generate_series(1, 5000) n")
        own.execute("ANALYZE pooled")

    def asked(url: str) -> RowFact:
        with psycopg.connect(url, autocommit=True, prepare_threshold=None) as other:

            def report(progress: Progress) -> None:
                other.execute("SELECT 1")

            effort = Effort(size=100, target=0.0001)
            return ask([check], lambda: connected(target_of(url)), effort, report=report)[check]

    found = asked(url)
    assert found == asked(server.dsn(database))
    assert (found.rows, found.failing, found.unfinished) == (5000, 500, None)
