"""What the tests of ``ctb-lint init`` share."""

from __future__ import annotations

import sys
from pathlib import Path

from ctb_lint.cli.app import main
from ctb_lint.config import Config, load
from tests.git_project import Project

BIN = Path(sys.executable).parent
TABLE = "CREATE TABLE users (id integer PRIMARY KEY, born timestamp);\n"
BASELINE = "ctb-lint-baseline.json"
HOOKS = ".pre-commit-config.yaml"


def state(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, git's own apart."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def written(project: Project, *arguments: str, code: int = 0) -> dict[str, bytes]:
    """What ``init --yes`` adds to a repository; nothing else may change."""
    before = state(project.folder)
    assert main(["init", "--yes", *arguments]) == code
    after = state(project.folder)
    assert {name: after.get(name) for name in before} == before
    return {name: content for name, content in after.items() if name not in before}


def configured(folder: Path) -> Config:
    return load(folder / "ctb-lint.toml")
