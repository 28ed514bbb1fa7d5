"""Connecting: patience, errors without a password, settings that go with the transaction."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from ctb_lint.live import Server as LiveServer
from ctb_lint.readers.postgres.connect import (
    Limits,
    Patience,
    connected,
    libpq_defaults,
    reading,
    server_of,
)
from ctb_lint.readers.postgres.target import Target, choose_target
from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble
from tests.postgres import Server

PASSWORD = "hunter2 & co"


def target_of(url: str) -> Target:
    return choose_target(url, {}, {"user": "postgres", "port": "5432"})


def trouble(url: str, patience: Patience | None = None) -> ReadTrouble:
    with (
        pytest.raises(ReadTrouble) as caught,
        connected(target_of(url), patience or Patience(seconds=0)),
    ):
        raise AssertionError("connected")
    return caught.value


def test_the_server_says_who_it_is(server: Server) -> None:
    target = target_of(server.dsn())
    with connected(target) as connection:
        found = server_of(connection, target)
    assert found == LiveServer(
        host=server.dsn().partition("host=")[2],
        port=5432,
        database="postgres",
        role="postgres",
        version=found.version,
        version_number=found.version_number,
        superuser=True,
        tls=False,
        local=True,
        plaintext_allowed=False,
        in_recovery=False,
    )
    assert found.version.startswith(f"{found.major}.")
    assert connection.closed


def test_a_role_of_few_rights_is_no_superuser(server: Server) -> None:
    with server.database() as connection:
        connection.execute("CREATE ROLE plain LOGIN")
        try:
            url = server.dsn(connection.info.dbname).replace("postgres@", "plain@")
            target = target_of(url)
            with connected(target) as own:
                assert server_of(own, target).superuser is False
        finally:
            connection.execute("DROP ROLE plain")


def test_what_cannot_be_connected_to_is_one_sentence(server: Server) -> None:
    url = server.dsn("nowhere").replace("postgres@", "postgres:hunter2%20%26%20co@")
    found = trouble(url)
    assert found.cause is Cause.CONNECTION
    assert found.message.startswith("no connection to the database of --db: ")
    assert found.message.endswith('FATAL: database "nowhere" does not exist')
    assert found.hint == "check the name of the database and of the role"
    assert (found.__cause__, found.__context__) == (None, None)


def test_what_quotes_the_password_is_scrubbed(server: Server) -> None:
    # The name of the database is what the server quotes.
    url = f"postgresql://postgres:hunter2@/hunter2?host={server.dsn().partition('host=')[2]}"
    assert trouble(url).message.endswith('FATAL: database "***" does not exist')


def test_no_frame_of_the_traceback_has_the_password(server: Server) -> None:
    target = target_of(server.dsn("nowhere").replace("postgres@", "postgres:hunter2@"))
    with pytest.raises(ReadTrouble) as caught, connected(target, Patience(seconds=0)):
        raise AssertionError("connected")
    lines = traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    text = "".join(lines)
    assert "target = Target(" in text
    assert "hunter2" not in text


@contextmanager
def grumpy(*answers: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that answers each start of a session with an error, the next error each time."""
    seen: list[bytes] = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def serve() -> None:
            for answer in answers:
                peer, _ = listening.accept()
                with peer:
                    seen.append(peer.recv(8192))
                    if b"user\0" not in seen[-1]:  # SSLRequest, GSSENCRequest
                        peer.sendall(b"N")
                        seen[-1] = peer.recv(8192)
                    if not seen[-1]:
                        continue
                    fields = b"SFATAL\0VFATAL\0" + answer + b"\0\0"
                    peer.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1], seen
        thread.join(5)


STARTING = b"C57P03\0Mthe database system is starting up"
WRONG = b'C28P01\0Mpassword authentication failed for user "ann"'


def test_a_server_that_wakes_is_waited_for() -> None:
    pauses: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    with grumpy(STARTING, STARTING, STARTING, WRONG) as (port, _):
        target = target_of(f"postgresql://ann:x@127.0.0.1:{port}/d?sslmode=disable")
        with (
            pytest.raises(ReadTrouble, match="password authentication failed"),
            connected(target, sleep=sleep, clock=lambda: now[0]),
        ):
            pass
    assert pauses == [0.25, 0.5, 1.0]


def test_patience_ends() -> None:
    pauses: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    patience = Patience(seconds=3, first_pause=1, longest_pause=1.5)
    with grumpy(STARTING, STARTING, STARTING) as (port, seen):
        target = target_of(f"postgresql://ann:x@127.0.0.1:{port}/d?sslmode=disable")
        with (
            pytest.raises(ReadTrouble, match="the database system is starting up"),
            connected(target, patience, sleep=sleep, clock=lambda: now[0]),
        ):
            pass
    assert (pauses, len(seen)) == ([1, 1.5], 3)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (WRONG, "check the role and its password"),
        (
            b"C08P01\0Munsupported startup parameter: options",
            "take `options` and its like out of the URL",
        ),
        (b'C28000\0Mno pg_hba.conf entry for host "1.2.3.4"', "check that the server runs, and"),
    ],
)
def test_what_waiting_does_not_mend_is_said_at_once(answer: bytes, hint: str) -> None:
    with grumpy(answer) as (port, _):
        found = trouble(
            f"postgresql://ann:x@127.0.0.1:{port}/d?sslmode=disable", Patience(seconds=60)
        )
    assert found.hint.startswith(hint)


def test_nothing_that_poolers_refuse_is_sent_at_the_start() -> None:
    with grumpy(WRONG) as (port, seen):
        trouble(f"postgresql://ann:x@127.0.0.1:{port}/d?sslmode=disable")
    (start,) = seen
    names = start[8:].split(b"\0")[::2]
    assert sorted(name for name in names if name) == [
        b"application_name",
        b"client_encoding",
        b"database",
        b"user",
    ]


def test_a_host_that_refuses_tls_learns_nothing() -> None:
    with grumpy(WRONG) as (port, seen):
        found = trouble(f"postgresql://ann:x@127.0.0.1:{port}/d?sslmode=require")
    assert found.hint == "turn TLS on at the server; --allow-plaintext lets it go without"
    assert seen == [b""]


def settings(connection: psycopg.Connection[tuple[object, ...]]) -> list[object]:
    names = ("search_path", "datestyle", "timezone", "statement_timeout", "lock_timeout",
             "idle_in_transaction_session_timeout", "jit", "transaction_isolation",
             "transaction_read_only")  # fmt: skip
    found = []
    for name in names:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        assert row is not None
        found.append(row[0])
    return found


def test_settings_are_those_of_the_transaction(server: Server) -> None:
    with server.database() as connection:
        connection.execute("SET datestyle = 'German'; SET search_path = public; SET jit = on")
        before = settings(connection)
        with reading(connection, Limits(statement=7, lock=0.5, idle=3)):
            inside = settings(connection)
        assert settings(connection) == before
    assert inside == ['""', "ISO, MDY", "UTC", "7s", "500ms", "3s", "off", "repeatable read", "on"]


def test_an_error_ends_the_transaction(server: Server) -> None:
    with server.database() as connection:
        with pytest.raises(psycopg.errors.QueryCanceled), reading(connection, Limits(0.05)):
            connection.execute("SELECT pg_sleep(5)")
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def ask_after_the_end(server: Server) -> None:
    with (
        server.connect() as other,
        connected(target_of(server.dsn())) as connection,
        reading(connection),
    ):
        other.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
        connection.execute("SELECT 1")


def test_a_server_that_is_gone_is_one_kind_of_error(server: Server) -> None:
    with pytest.raises(ReadTrouble) as caught:
        ask_after_the_end(server)
    assert caught.value.cause is Cause.CONNECTION


def test_libpq_tells_its_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example.org")
    found = libpq_defaults()
    assert (found["host"], found["port"]) == ("db.example.org", "5432")


INTERRUPTED = """
import sys
from ctb_lint.readers.postgres.connect import connected, reading
from ctb_lint.readers.postgres.target import choose_target
target = choose_target(sys.argv[1], {}, {})
with connected(target) as connection, reading(connection):
    print(connection.info.backend_pid, flush=True)
    connection.execute("SELECT pg_sleep(600)")
"""


def heeds_interrupts() -> None:
    """What runs in the background ignores them, and its children would, too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_the_query_on_the_server(server: Server) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, server.dsn()],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heeds_interrupts,
    )  # fmt: skip
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    with server.connect() as watching:
        assert eventually(watching, pid, "active")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert "KeyboardInterrupt" in said
        assert eventually(watching, pid, None)


def eventually(watching: psycopg.Connection[tuple[object, ...]], pid: int, state: object) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        row = watching.execute(
            "SELECT state FROM pg_stat_activity WHERE pid = %s AND query ~ 'pg_sleep'", [pid]
        ).fetchone()
        if (row[0] if row else None) == state:
            return True
        time.sleep(0.02)
    return False
