"""Connections that are lost, and made again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.connect import connected
from ctb_lint.readers.postgres.rows.ask import ask
from ctb_lint.readers.postgres.rows.effort import Effort, Progress
from ctb_lint.readers.postgres.target import choose_target
from ctb_lint.rows import (
    Check,
    Disagreement,
    Duplicate,
    Missing,
    Overlap,
    Predicate,
    Reference,
    RowFact,
)
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


@pytest.mark.parametrize("effort", [Effort(size=10), Effort(size=10, sample=0.5)])
def test_whatever_is_asked_of_a_server_that_is_gone_is_not_finished(effort: Effort) -> None:
    """Of each kind of question, also where statistics would have to be read for it first."""
    a, b = QualifiedName("public", "a"), QualifiedName("public", "b")
    first = Predicate(a, Missing("v"))
    others: list[Check] = [
        Predicate(b, Missing("v")),
        Duplicate(b, ("v",)),
        Duplicate(b, ("n",)),
        Reference(b, "n", a, "n"),
        Reference(b, "v", a, "v"),
        Disagreement(b, "n", a, "n", same=(("v", "v"),)),
    ]
    with Server() as own:
        with own.connect() as connection:
            for table in "ab":
                connection.execute(
                    f"CREATE TABLE {table} (id int PRIMARY KEY, v text, n int);"
                    f"CREATE INDEX ON {table} (n);"
                    f"INSERT INTO {table} SELECT i, 'x', i FROM generate_series(1, 100) i".encode()
                )
            connection.execute("ANALYZE")

        def report(progress: Progress) -> None:
            own.stop()

        target = choose_target(own.dsn(), {}, {})
        # Overlaps are looked for first; there is a connection still.
        asked = [Overlap(((a, "n"), (b, "n"))), first, *others]
        found = ask(asked, lambda: connected(target), effort, report=report)
    for check in others:
        assert (found[check].rows, found[check].failing) == (0, 0), check
        assert (found[check].unfinished or "").startswith("no connection to"), check
