"""Where a history is played: a throwaway server, or a database made for it on a named one.

Migrations are text of anyone's. On the throwaway server they run as a role that owns its database
and is no superuser, so that they reach neither files nor programs of the machine.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from ctb_lint.readers.postgres.connect import connected
from ctb_lint.readers.postgres.target import Target
from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble, Secrets
from ctb_lint.readers.shadow.stubs import extension_folder, offer_extensions

if TYPE_CHECKING:
    from psycopg import Connection

    from ctb_lint.readers.shadow.throwaway import Server

PREFIX = "ctb_lint_shadow_"
"""How the databases are called that are made on a named server."""

OWNER = "ctb_lint_owner"
"""The role that migrations run as on a throwaway server."""

_ADMIN = "ctb_lint_admin"
"""The superuser there: no role that migrations name, so that ``postgres`` is one like others."""

_READY = f"""
CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB BYPASSRLS;
ALTER ROLE {OWNER} SET createrole_self_grant = 'set, inherit';
GRANT SET ON PARAMETER session_replication_role TO {OWNER};
"""
"""What migrations expect to be able to do, and reach nothing by."""

_LOCK = 0x63746273
"""An advisory lock: who makes or clears such databases waits for others who do."""


class Place(Struct, frozen=True):
    """An empty database. ``connection`` is its owner's, in autocommit mode; ``admin`` that of a
    superuser, None on a server that is not ours. ``secrets`` are what errors must not show."""

    connection: Connection[Any]
    admin: Connection[Any] | None = None
    secrets: Secrets = Secrets()


Places = Callable[[], AbstractContextManager[Place]]
"""Makes an empty database, which is gone when the block ends."""


@contextmanager
def throwaway() -> Iterator[Places]:
    """Databases on a server that goes when the block ends. Raises ReadTrouble where there is no
    such server."""
    from ctb_lint.readers.shadow.throwaway import Server

    with extension_folder() as extensions:
        try:
            server = Server(superuser=_ADMIN)
        except (RuntimeError, OSError) as error:
            raise ReadTrouble(
                f"no throwaway PostgreSQL can be started: {' '.join(str(error).split())}",
                "pip install 'ctb-lint[shadow]', or name a server with --shadow-db URL",
                Cause.TARGET,
            ) from error
        with server:
            with server.connect() as first:
                first.execute(_READY.encode())
            yield lambda: _ours(server, extensions)


@contextmanager
def _ours(server: Server, extensions: Path) -> Iterator[Place]:
    name = server.create_database()
    try:
        with server.connect(name) as admin:
            offer_extensions(admin, extensions)
            admin.execute(f'ALTER DATABASE "{name}" OWNER TO {OWNER}'.encode())
            admin.execute(f"ALTER SCHEMA public OWNER TO {OWNER}".encode())
            with server.connect(name, OWNER) as connection:
                connection.prepare_threshold = None
                yield Place(connection, admin)
    finally:
        server.drop_database(name)


@contextmanager
def named(target: Target) -> Iterator[Places]:
    """Databases on a named server, made there and dropped; those that a run which was killed left
    behind are dropped first. Raises ReadTrouble where there is no connection."""
    with connected(target) as main:
        _clear(main)
        yield lambda: _theirs(main, target)


@contextmanager
def _theirs(main: Connection[Any], target: Target) -> Iterator[Place]:
    name = f"{PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
    with ExitStack() as stack:
        with _alone(main):
            main.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
            stack.callback(_drop, main, name)
            # With somebody in it nobody takes it for one that was left behind.
            connection = stack.enter_context(connected(_database(target, name)))
        yield Place(connection, None, target.secrets)


def _drop(main: Connection[Any], name: str) -> None:
    main.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def _database(target: Target, name: str) -> Target:
    parameters = {**dict(target.parameters), "dbname": name}
    return structs.replace(target, parameters=tuple(sorted(parameters.items())))


@contextmanager
def _alone(main: Connection[Any]) -> Iterator[None]:
    main.execute(f"SELECT pg_advisory_lock({_LOCK})".encode())
    try:
        yield
    finally:
        main.execute(f"SELECT pg_advisory_unlock({_LOCK})".encode())


def _clear(main: Connection[Any]) -> None:
    """Drops the databases of runs that are no more: of that name, ours, and nobody in them."""
    import psycopg

    left = (
        "SELECT datname FROM pg_database d WHERE starts_with(datname, %s)"
        " AND pg_has_role(datdba, 'USAGE') AND NOT EXISTS"
        " (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)"
    )
    with _alone(main):
        for (name,) in main.execute(left.encode(), [PREFIX]).fetchall():
            with suppress(psycopg.Error):
                main.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
