"""A database with two tables of 100 rows, and what is asked of their rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.connect import Patience, connected
from ctb_lint.readers.postgres.rows.ask import DEFAULT, ask
from ctb_lint.readers.postgres.rows.effort import Effort
from ctb_lint.readers.postgres.target import choose_target
from ctb_lint.rows import Check, Missing, Predicate, RowFact
from tests.postgres import Connection, Server

A, B = QualifiedName("public", "a"), QualifiedName("public", "b")
IN_A, IN_B = Predicate(A, Missing("v")), Predicate(B, Missing("v"))


@pytest.fixture
def database(server: Server) -> Iterator[Connection]:
    with server.database() as connection:
        fill(connection)
        yield connection


def fill(connection: Connection) -> None:
    connection.execute(
        b"CREATE TABLE a (id int PRIMARY KEY, v text);"
        b"INSERT INTO a SELECT n, 'x' || n FROM generate_series(1, 100) n;"
        b"CREATE TABLE b (id int PRIMARY KEY, v text); INSERT INTO b SELECT * FROM a"
    )


def asked(url: str, *checks: Check, effort: Effort = DEFAULT, **more: Any) -> list[RowFact]:
    """Through the connection that the commands use."""
    target = choose_target(url, {}, {"user": "postgres"})
    found = ask(checks, lambda: connected(target, Patience(seconds=0)), effort, **more)
    return [found[check] for check in checks]
