"""Parity on generated histories: what the server accepts gives the same schema in the reader,
changes the model where it changes the catalogs, and is never called a fault."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, event, given, settings

from tests.parity.played import disagreements, noticed, play
from tests.parity.sequences import histories
from tests.postgres import Connection, Server

ASKED = os.environ.get("CTB_LINT_EXAMPLES")
"""The number of examples; a bounded run, the same every time, where none is named."""


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    """One database for all: each history empties it first."""
    with server.database() as connected:
        yield connected


@given(history=histories())
@settings(
    max_examples=int(ASKED) if ASKED else 60,
    derandomize=not ASKED,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_reader_and_server_agree_on_a_history(connection: Connection, history: list[str]) -> None:
    played = play(connection, history)
    assert disagreements(played) == [], ";\n".join(played.accepted)
    for _, _, seen in noticed(played):
        event("refused, and a fault to the reader" if seen else "refused, nothing to the reader")


def test_most_of_what_is_generated_matters(connection: Connection) -> None:
    """A generator whose statements are all refused would prove nothing."""
    accepted = changed = refused = 0

    @given(history=histories())
    @settings(max_examples=5, derandomize=True, database=None, deadline=None)
    def count(history: list[str]) -> None:
        nonlocal accepted, changed, refused
        played = play(connection, history)
        accepted += len(played.accepted)
        changed += sum(bool(parts) for parts in played.parts)
        refused += len(noticed(played))

    count()
    assert changed > 10
    assert accepted > refused / 3
