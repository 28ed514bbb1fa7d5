"""Connecting to PostgreSQL, patiently and politely; one transaction for all that is read.

Nothing is asked for when the session starts, so that poolers take it: settings are those of the
transaction. No statement is prepared on the server. Ctrl-C cancels what runs there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ctb_lint.live import Server
from ctb_lint.readers.postgres.queries import query
from ctb_lint.readers.postgres.target import Target
from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble, translated

if TYPE_CHECKING:
    from psycopg import Connection


class Patience(Struct, frozen=True):
    """How long to go on trying while a suspended server wakes: seconds in all, and between the
    first two attempts. Each pause is twice the one before, up to the longest."""

    seconds: float = 30.0
    first_pause: float = 0.25
    longest_pause: float = 4.0


class Limits(Struct, frozen=True):
    """How long (seconds) a statement may run, a lock may be waited for, and the transaction may
    stand idle."""

    statement: float = 60.0
    lock: float = 1.0
    idle: float = 60.0


PATIENCE, LIMITS = Patience(), Limits()

_WAKING = (
    "starting up",
    "not yet accepting connections",
    "not accepting connections",
    "shutting down",
    "in recovery mode",
    "crash of another server process",
    "control plane request failed",
    "couldn't connect to compute node",
    "failed to wake up",
    "compute node is not ready",
    "server closed the connection unexpectedly",
    "connection reset by peer",
    "ssl connection has been closed unexpectedly",
    "eof detected",
    "too many clients already",
    "remaining connection slots",
    "too many connection",
    "no more connections allowed",
    "server login has been failing",
    "server_login_retry",
    "timeout expired",
    "timed out",
)
"""What a server, pooler or proxy says that may take the same connection a moment later. Before a
session has begun libpq gives no SQLSTATE, only this."""
_WAKING_STATES = ("57P03", "53300", "08006", "08001", "08004")

_SETTINGS = (
    ("search_path", ""),
    ("datestyle", "ISO, MDY"),
    ("intervalstyle", "postgres"),
    ("timezone", "UTC"),
    ("extra_float_digits", "1"),
    ("bytea_output", "hex"),
    ("quote_all_identifiers", "off"),
    ("standard_conforming_strings", "on"),
    ("jit", "off"),
)
"""So that PostgreSQL prints expressions the same way whatever the role or database has set."""


def libpq_defaults() -> Mapping[str, str]:
    """What libpq takes for whatever a URL does not say: from the environment, and from the
    service that PGSERVICE names."""
    from psycopg import pq

    return {
        option.keyword.decode(): option.val.decode(errors="replace")
        for option in pq.Conninfo.get_defaults()
        if option.val is not None
    }


@contextmanager
def connected(
    target: Target,
    patience: Patience = PATIENCE,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Connection[Any]]:
    """A connection in autocommit mode, closed in the end.

    Tries again while the server wakes, for as long as the patience lasts. Raises ReadTrouble
    where there is no connection, or one without TLS that must have it; every error of the driver
    inside the block becomes one, too.
    """
    connection = _patiently(target, patience, sleep, clock)
    try:
        with translated(target.secrets):
            yield connection
    finally:
        connection.close()


def _patiently(
    target: Target,
    patience: Patience,
    sleep: Callable[[float], None],
    clock: Callable[[], float],
) -> Connection[Any]:
    until = clock() + patience.seconds
    pause = patience.first_pause
    while True:
        outcome = _opened(target)
        if not isinstance(outcome, _Refusal):
            return outcome
        if not outcome.waking or clock() + pause > until:
            break
        sleep(pause)
        pause = min(2 * pause, patience.longest_pause)
    raise outcome.trouble


class _Refusal(Struct, frozen=True):
    trouble: ReadTrouble
    waking: bool


def _opened(target: Target) -> Connection[Any] | _Refusal:
    """One attempt. The error is returned, not raised: a traceback through here would hold the
    password among its variables."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    try:
        everything = {**dict(target.parameters), **target.secrets.for_driver()}
        connection = psycopg.connect(
            make_conninfo(**everything), autocommit=True, prepare_threshold=None
        )
    except psycopg.Error as error:
        return _refusal(error, target)
    if target.local or target.allow_plaintext or connection.pgconn.ssl_in_use:
        return connection
    connection.close()
    trouble = ReadTrouble(
        "the connection goes without TLS over a network",
        "use sslmode=require, or better verify-full; --allow-plaintext lets it go without",
        Cause.CONNECTION,
    )
    return _Refusal(trouble, waking=False)


def _refusal(error: Any, target: Target) -> _Refusal:
    said = target.secrets.scrubbed(" ".join(str(error).split()))
    state = error.sqlstate or ""
    waking = state.startswith(_WAKING_STATES) or any(w in said.lower() for w in _WAKING)
    said = said.removeprefix("connection failed: ")
    trouble = ReadTrouble(
        f"no connection to the database of {target.origin}: {said}",
        _hint(said.lower()),
        Cause.CONNECTION,
    )
    return _Refusal(trouble, waking)


_HINTS = (
    ("certificate", "check sslrootcert and the host's name against the server's certificate"),
    ("password authentication failed", "check the role and its password"),
    ("no password supplied", "give the role's password in the URL, PGPASSWORD or ~/.pgpass"),
    ("does not exist", "check the name of the database and of the role"),
    ("does not support ssl", "turn TLS on at the server; --allow-plaintext lets it go without"),
    ("unsupported startup parameter", "take `options` and its like out of the URL"),
    ("resolve host", "check the host's name"),
    ("translate host", "check the host's name"),
    ("refused", "check the host and the port, and that the server runs"),
    ("endpoint id", "add options=endpoint%3DENDPOINT_ID to the URL, or use a newer libpq"),
)


def _hint(said: str) -> str:
    found = (hint for words, hint in _HINTS if words in said)
    return next(found, "check that the server runs, and that this machine may reach it")


def server_of(connection: Connection[Any], target: Target) -> Server:
    """The server behind the connection, and the role that it is asked as."""
    version = connection.info.server_version // 10_000
    row = connection.execute(query("server", version).encode()).fetchone()
    assert row is not None
    return server_from(row, connection, target)


def server_from(row: tuple[Any, ...], connection: Connection[Any], target: Target) -> Server:
    """The same, from the answer to ``server.sql``."""
    number, text, database, role, superuser, in_recovery = row
    return Server(
        host=connection.info.host,
        port=connection.info.port,
        database=database,
        role=role,
        version=text,
        version_number=number,
        superuser=superuser,
        tls=bool(connection.pgconn.ssl_in_use),
        local=target.local,
        plaintext_allowed=target.allow_plaintext,
        in_recovery=in_recovery,
    )


# The transaction -------------------------------------------------------------------------------


def begin(limits: Limits = LIMITS) -> str:
    """The statements that begin a read-only transaction on one snapshot, with settings of its
    own: they go with it, whichever session a pooler gives to the next."""
    times = {
        "statement_timeout": limits.statement,
        "lock_timeout": limits.lock,
        "idle_in_transaction_session_timeout": limits.idle,
    }
    settings = [f"SET LOCAL {name} = '{value}'" for name, value in _SETTINGS]
    settings += [f"SET LOCAL {name} = {round(1000 * value)}" for name, value in times.items()]
    return "; ".join(["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", *settings])


@contextmanager
def reading(connection: Connection[Any], limits: Limits = LIMITS) -> Iterator[None]:
    """One such transaction. It ends with the block, whatever happens in it."""
    connection.execute(begin(limits).encode())
    try:
        yield
    except BaseException:
        import psycopg

        with suppress(psycopg.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
