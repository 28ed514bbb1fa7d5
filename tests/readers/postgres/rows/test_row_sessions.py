"""Connections that are lost, and made again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.ask import ask
from ctb_lint.readers.postgres.rows.effort import Effort, Progress
from ctb_lint.rows import Missing, Predicate, RowFact
from tests.postgres import Server

CHECKS = [Predicate(QualifiedName("public", name), Missing("v")) for name in "ab"]


def test_a_connection_that_is_lost_as_soon_as_it_is_made_is_made_again(server: Server) -> None:
    """A server that is about to restart takes one, and ends it a moment later."""
    made: list[psycopg.Connection[Any]] = []

    @contextmanager
    def connect() -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(server.dsn(name), autocommit=True) as connection:
            made.append(connection)
            if len(made) in {2, 3}:
                connection.pgconn.finish()
            yield connection

    def report(progress: Progress) -> None:
        made[0].pgconn.finish()

    with server.database() as own:
        name = own.info.dbname
        for table in "ab":
            own.execute(f"CREATE TABLE {table} (id int PRIMARY KEY, v text)".encode())
            own.execute(
                f"INSERT INTO {table} SELECT n, 'x' FROM generate_series(1, 100) n".encode()
            )
        first, second = ask(CHECKS, connect, Effort(size=10), report=report).values()
    assert (first.rows, first.unfinished) == (
        10,
        "the connection was lost: the connection is closed",
    )
    assert second == RowFact(rows=100, failing=0)
    assert len(made) == 4
