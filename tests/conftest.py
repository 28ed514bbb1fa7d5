"""Fixtures that several rooms of tests use, how examples are generated for all of them, and what of
the environment none of them sees."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import Server

for name in [*os.environ]:
    # The databases, and the repository, that whoever runs the tests works with.
    if name.startswith(("PG", "GIT_")) or name in {"DATABASE_URL", "NEON_DATABASE_URL"}:
        del os.environ[name]
os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

ASKED = os.environ.get("CTB_LINT_EXAMPLES")
"""So many examples, other ones each time: for who looks for faults. The suite takes the same ones
each time, and holds none of them against a clock."""

settings.register_profile(
    "ctb-lint",
    deadline=None,
    derandomize=not ASKED,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
    **({"max_examples": int(ASKED)} if ASKED else {}),
)
settings.load_profile("ctb-lint")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A throwaway PostgreSQL, shared by the whole run."""
    with Server() as running:
        yield running
