"""Fixtures for tests with repositories: a conftest or a module that imports them has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.readers.git.command import LOCAL
from tests.git_project import ENVIRONMENT, Project


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git without the settings of whoever runs the tests, also where the code calls it."""
    for name in LOCAL:
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A repository without a commit."""
    return Project(tmp_path / "shop")
