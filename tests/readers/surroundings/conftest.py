"""A repository for each test, and git without anybody's settings."""

from __future__ import annotations

from tests.git_fixtures import plain_git as plain_git
from tests.git_fixtures import project as project
