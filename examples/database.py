"""The live database of the example project: a throwaway PostgreSQL with its migrations, a few
sound rows and, where asked for, the faults of ``live/planted.sql``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ctb_lint.readers.shadow.throwaway import Server

PROJECT = Path(__file__).parent / "imo_creator"
LIVE = PROJECT / "live"
NAME, ROLE = "imo_creator", "auditor"
_NAMES_ANOTHER = ("DATABASE_URL", "NEON_DATABASE_URL", "PG")
"""What the environment names a database with; libpq's variables all begin with the last."""


@contextmanager
def running() -> Iterator[Server]:
    """A server with the database, which ``DATABASE_URL`` names while it runs. Whoever connects by
    that may read everything and write nothing.

    Raises RuntimeError or OSError where no server can be started here.
    """
    with Server() as server:
        server.create_database(NAME)
        with server.connect(NAME) as connection:
            for path in sorted(PROJECT.glob("migrations/*.sql")):
                connection.execute(path.read_bytes())
                connection.execute(
                    "INSERT INTO schema_migrations (version) VALUES (%s)", (path.stem,)
                )
        run(server, "roles.sql")
        run(server, "rows.sql")
        with _environment(server.dsn(NAME, ROLE)):
            yield server


def run(server: Server, name: str) -> None:
    """Runs a file of the folder ``live`` in the database, all of it or nothing."""
    with server.connect(NAME) as connection:
        connection.execute((LIVE / name).read_bytes())


@contextmanager
def _environment(url: str) -> Iterator[None]:
    """``DATABASE_URL`` is that one, and nothing else names a database."""
    kept = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith(_NAMES_ANOTHER)}
    os.environ["DATABASE_URL"] = url
    try:
        yield
    finally:
        del os.environ["DATABASE_URL"]
        os.environ.update(kept)
