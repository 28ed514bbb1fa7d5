"""Samples of rows: which are drawn, and what they are worth."""

from __future__ import annotations

import math

import psycopg
import pytest

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.ask import ask
from ctb_lint.readers.postgres.rows.effort import Effort, Record
from ctb_lint.readers.postgres.rows.sampling import upper_bound
from ctb_lint.rows import Check, Duplicate, Missing, Overlap, Predicate, Reference, RowFact
from tests.postgres import Connection, Server

T, R = QualifiedName("public", "t"), QualifiedName("public", "r")


def chance(count: int, mean: float) -> float:
    """Of so many or fewer, where so many are to be expected, added up in logarithms."""
    return math.fsum(
        math.exp(number * math.log(mean) - mean - math.lgamma(number + 1))
        for number in range(count + 1)
    )


@pytest.mark.parametrize("failing", [0, 1, 2, 7, 50, 299, 300, 301, 700, 1000, 5000])
def test_the_bound_leaves_a_chance_of_five_in_a_hundred(failing: int) -> None:
    rows = 1_000_000
    left = chance(failing, upper_bound(rows, failing) * rows)
    assert 0.045 <= left <= 0.0500001


def test_no_row_proves_nothing() -> None:
    assert upper_bound(0, 0) == 1.0
    assert upper_bound(2, 0) == 1.0
    assert upper_bound(300, 0) == pytest.approx(0.01, rel=0.01)


def filled(connection: Connection) -> None:
    connection.execute(
        b"CREATE TABLE r (id int PRIMARY KEY);"
        b"INSERT INTO r SELECT n FROM generate_series(1, 300000) n WHERE n % 100 > 0;"
        b"CREATE TABLE t (id int PRIMARY KEY, bad int, r int);"
        b"INSERT INTO t SELECT n, nullif(n % 50, 0), n FROM generate_series(1, 200000) n;"
        b"ANALYZE"
    )


def asked(connection: Connection, *checks: Check, **effort: object) -> list[RowFact]:
    dsn = connection.info.dsn
    chosen = Effort(**effort)  # type: ignore[arg-type]
    found = ask(checks, lambda: psycopg.connect(dsn, autocommit=True), chosen, record=Record())
    return [found[check] for check in checks]


def test_rows_are_drawn_one_by_one_and_the_same_each_time(server: Server) -> None:
    checks = (Predicate(T, Missing("bad")), Reference(T, "r", R, "id"))
    with server.database() as connection:
        filled(connection)
        first = asked(connection, *checks, sample=0.1)
        again = asked(connection, *checks, sample=0.1, size=500)
        less = asked(connection, *checks, sample=0.01)
    assert again == first
    # 20,000 of 200,000, give or take six standard deviations.
    (many,), (few,) = {fact.rows for fact in first}, {fact.rows for fact in less}
    assert many == pytest.approx(20_000, abs=6 * math.sqrt(18_000))
    assert few == pytest.approx(2_000, abs=6 * math.sqrt(1_980))
    for fact, share in zip(first, (1 / 50, 1 / 100), strict=True):
        assert fact.failing / fact.rows == pytest.approx(
            share, abs=6 * math.sqrt(share / fact.rows)
        )
        # The bound is below the true share in five samples of a hundred, and which sample is drawn
        # hangs on the number that the server gave the table.
        assert fact.bound == upper_bound(fact.rows, fact.failing)
        assert fact.failing / fact.rows < fact.bound < 1.5 * share
        assert (fact.share, fact.unfinished, len(fact.examples)) == (0.1, None, 3)


def test_what_no_sample_can_tell_is_not_finished(server: Server) -> None:
    checks = (Duplicate(T, ("bad",)), Overlap(((T, "id"), (R, "id"))))
    with server.database() as connection:
        filled(connection)
        twice, shared = asked(connection, *checks, sample=0.1)
    assert twice.unfinished == "a sample cannot show that no value is there twice"
    assert shared.unfinished == "a sample cannot show that no value is in two tables"


def test_a_small_table_is_looked_at_as_a_whole(server: Server) -> None:
    with server.database() as connection:
        connection.execute(b"CREATE TABLE t AS SELECT n AS bad FROM generate_series(1, 9) n")
        connection.execute(b"ANALYZE")
        (fact,) = asked(connection, Predicate(T, Missing("bad")), sample=0.1)
    assert fact == RowFact(rows=9, failing=0)
