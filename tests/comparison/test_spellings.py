"""What is the same to PostgreSQL is no difference, however it is written."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import psycopg
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from ctb_lint.compare import differences
from ctb_lint.differences import Difference
from ctb_lint.evidence import SourceKind
from tests.comparison.catalogs import applied, catalogs, read
from tests.comparison.spellings import Altered, Plan, alterations, plans, write
from tests.postgres import Connection, Server

CATALOGUE, MIGRATIONS, LIVE = SourceKind.CATALOGUE, SourceKind.MIGRATIONS, SourceKind.LIVE


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    """One database for all: each text empties it first."""
    with server.database() as connected:
        yield connected


@given(plan=plans(), seeds=st.tuples(st.integers(0, 2**32), st.integers(0, 2**32)))
@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_equal_catalogs_in_two_spellings_do_not_differ(
    connection: Connection, plan: Plan, seeds: tuple[int, int]
) -> None:
    one, two = (write(plan, Random(seed)) for seed in seeds)
    first, second = applied(connection, one), applied(connection, two)
    assume(catalogs(first, names=False) == catalogs(second, names=False))
    assert differences(read(one), read(two), CATALOGUE, MIGRATIONS) == ()
    assert differences(read(one), second, MIGRATIONS, LIVE) == ()
    assert differences(read(two), first, MIGRATIONS, LIVE) == ()


@given(altered=alterations(), seeds=st.tuples(st.integers(0, 2**32), st.integers(0, 2**32)))
@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_a_real_change_is_a_difference_in_any_spelling(
    connection: Connection, altered: Altered, seeds: tuple[int, int]
) -> None:
    assume(altered.before != altered.after)
    one, two = write(altered.before, Random(seeds[0])), write(altered.after, Random(seeds[1]))
    try:
        first, second = applied(connection, one), applied(connection, two)
    except psycopg.Error:
        reject()  # a unique column of a type that cannot be one
    assume(catalogs(first, names=False) != catalogs(second, names=False))
    column = altered.name.rpartition(".")[2]
    for actual, source in ((read(two), MIGRATIONS), (second, LIVE)):
        found = differences(read(one), actual, CATALOGUE, source)
        assert any(column in _said(one) for one in found)


def _said(difference: Difference) -> str:
    """All names that a difference speaks of: a constraint's columns are among them."""
    parts = [getattr(difference, side, None) for side in ("wanted", "found")]
    columns = [name for part in parts for name in getattr(part, "columns", ())]
    return " ".join([str(difference.object), *map(str, columns)])


def test_most_spellings_give_equal_catalogs(connection: Connection) -> None:
    """A generator whose pairs all differ would prove nothing."""
    equal = total = 0

    @given(plan=plans(), seeds=st.tuples(st.integers(0, 2**32), st.integers(0, 2**32)))
    @settings(max_examples=15, derandomize=True, database=None, deadline=None)
    def count(plan: Plan, seeds: tuple[int, int]) -> None:
        nonlocal equal, total
        one, two = (applied(connection, write(plan, Random(seed))) for seed in seeds)
        total += 1
        equal += catalogs(one, names=False) == catalogs(two, names=False)

    count()
    assert equal > total / 2
