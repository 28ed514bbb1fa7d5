"""Fixtures that several rooms of tests use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A throwaway PostgreSQL, shared by the whole run."""
    with Server() as running:
        yield running
