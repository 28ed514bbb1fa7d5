"""A repository for each test, and git without anybody's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.readers.git.command import LOCAL
from tests.git_project import ENVIRONMENT, Project


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LOCAL:
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "shop")
