"""What a role may not see of the rows: it is said, and keeps nobody from the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec import structs

from ctb_lint.model import QualifiedName
from ctb_lint.rows import InRange, Matches, Overlap, Predicate, RowFact
from tests.postgres import Connection, Server
from tests.two_tables import IN_A, IN_B, A, B, asked
from tests.two_tables import database as database


@contextmanager
def role(connection: Connection, *grants: str) -> Iterator[str]:
    """A role of few rights."""
    connection.execute(b"DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN")
    try:
        for grant in grants:
            connection.execute(grant.encode())
        yield "reader"
    finally:
        connection.execute(b"DROP OWNED BY reader; DROP ROLE reader")


def test_a_policy_that_would_hide_rows(server: Server, database: Connection) -> None:
    with role(
        database,
        "GRANT SELECT ON a, b TO reader",
        "ALTER TABLE a ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY few ON a USING (id = 1)",
    ) as name:
        first, second = asked(server.dsn(database.info.dbname, name), IN_A, IN_B)
    assert first == RowFact(
        rows=0,
        failing=0,
        unfinished="the role may not read all of public.a: policies hide rows from it",
    )
    assert second == RowFact(rows=100, failing=0)


@pytest.mark.parametrize(
    ("grants", "why"),
    [
        (("GRANT SELECT ON a, b TO reader",), "the role may not read public.c"),
        (
            ("GRANT SELECT ON a, b TO reader", "GRANT SELECT (id) ON c TO reader"),
            "the role may not read the column v of public.c",
        ),
        (
            (
                "GRANT SELECT ON a, b, c TO reader",
                "ALTER TABLE c ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY few ON c USING (id = 1)",
            ),
            "the role may not read all of public.c: policies hide rows from it",
        ),
    ],
)
def test_one_table_that_may_not_be_read_keeps_nobody_from_the_others(
    server: Server, database: Connection, grants: tuple[str, ...], why: str
) -> None:
    database.execute(
        b"CREATE TABLE c (id int PRIMARY KEY, v text); UPDATE b SET v = 'y' || id WHERE id > 1;"
        b"CREATE TABLE d (id int PRIMARY KEY, v text); INSERT INTO d VALUES (7, 'y2')"
    )
    c, d = QualifiedName("public", "c"), QualifiedName("public", "d")
    parts = [(table, "v") for table in (A, B, c, d)]
    checks = [Overlap(tuple(parts[number:])) for number in range(3)]
    with role(database, *grants, "GRANT SELECT ON d TO reader") as name:
        facts = asked(server.dsn(database.info.dbname, name), *checks)
    lacking: dict[str, Any] = {"unfinished": why, "unread": c}
    assert [structs.replace(fact, how="") for fact in facts] == [
        RowFact(rows=201, failing=1, examples=("public.a id = 1 and public.b id = 1",), **lacking),
        RowFact(rows=201, failing=1, examples=("public.b id = 2 and public.d id = 7",), **lacking),
        RowFact(rows=0, failing=0, unfinished=why),
    ]


def test_a_column_that_may_not_be_read(server: Server, database: Connection) -> None:
    with role(database, "GRANT SELECT (id) ON a TO reader") as name:
        by_key = Predicate(A, InRange("id", 1, 10))
        hidden, told = asked(server.dsn(database.info.dbname, name), IN_A, by_key)
    assert hidden == RowFact(
        rows=0, failing=0, unfinished="the role may not read the column v of public.a"
    )
    assert told == RowFact(rows=100, failing=10, examples=("id = 1", "id = 2", "id = 3"))


def test_a_key_that_may_not_be_read_is_not_shown(server: Server, database: Connection) -> None:
    with role(database, "GRANT SELECT (v) ON a TO reader") as name:
        check = Predicate(A, Matches("v", ("^x1$",)))
        (fact,) = asked(server.dsn(database.info.dbname, name), check)
    assert fact == RowFact(rows=100, failing=1)
