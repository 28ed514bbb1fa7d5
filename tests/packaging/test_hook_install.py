"""The published hook, installed by pre-commit as a user's would be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.git_project import ENVIRONMENT, Project

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "ctb_lint", "rules")


@pytest.mark.slow
def test_pre_commit_installs_the_hook_and_it_refuses_a_fault(tmp_path: Path) -> None:
    published = Project(tmp_path / "published")
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, published.folder / name, ignore=ignored)
        else:
            shutil.copy(source, published.folder)
    revision = published.commit()
    hooks = {"repos": [{"repo": published.folder.as_uri(), "rev": revision,
                        "hooks": [{"id": "ctb-lint"}]}]}  # fmt: skip
    user = Project(tmp_path / "user")
    user.commit({".pre-commit-config.yaml": yaml.safe_dump(hooks)})
    user.write({"migrations/001_users.sql": "CREATE TABLE users (id uuid PRIMARY KEY);\n"})
    user.git("add", "--all")
    env = {**os.environ, **ENVIRONMENT, "PRE_COMMIT_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [Path(sys.executable).parent / "pre-commit", "run"],
        cwd=user.folder, env=env, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "migrations/001_users.sql:1:14: error[S001] ◆ missing-unique-id: " in done.stdout
