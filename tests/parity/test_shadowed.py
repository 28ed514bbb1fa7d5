"""Generated histories against the database that they build: no difference, with a shadow and
without; and the shadow hides none where the database lacks a statement."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctb_lint.compare import compare
from ctb_lint.evidence import SourceKind
from ctb_lint.model import Schema
from ctb_lint.printed import printed
from ctb_lint.readers.sql.reader import read_text
from ctb_lint.shadow import Shadow
from tests.parity.played import OPTIONS, PATH, play
from tests.parity.sequences import histories
from tests.postgres import SUPERUSER, Connection, Server


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    """One database for all: each history empties it first."""
    with server.database() as connected:
        yield connected


@given(history=histories(), place=st.integers(0, 99))
@settings(
    max_examples=30,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_a_shadow_adds_no_difference_and_hides_none(
    connection: Connection, history: list[str], place: int
) -> None:
    played = play(connection, history)
    kept = played.accepted
    own = read_text("".join(f"{one};\n" for one in kept), PATH, OPTIONS).schema
    assert found(own, played.live, None) == []
    assert found(own, played.live, played.live) == []
    if kept:
        without = place % len(kept)
        there = play(connection, kept[:without] + kept[without + 1 :]).live
        by_text = found(own, there, None)
        assert [one for one in by_text if one not in found(own, there, played.live)] == []


def found(own: Schema, there: Schema, made: Schema | None) -> list[str]:
    """The differences of a database from the files, beside what a shadow made of them."""
    shadow = Shadow(version="18.1", role=SUPERUSER, schema=made)
    form = printed(own, shadow, there, 18)
    held = compare(form.schema, there, SourceKind.MIGRATIONS, SourceKind.LIVE, whole=form.whole)
    return [f"{type(one).__name__} {one.object}" for one in held.differences]
