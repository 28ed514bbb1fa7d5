"""A repository on which the gate is tried, and what ``check`` says of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ctb_lint.cli.app import main

GOOD = """\
CREATE TABLE {0} (
    id bigint PRIMARY KEY,
    unique_id varchar(255) NOT NULL UNIQUE,
    process_id varchar(255) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX {0}_process_id_idx ON {0} (process_id);
"""
REGISTRY = """\
CREATE TABLE ids (
    unique_id varchar(255) PRIMARY KEY,
    process_id varchar(255) NOT NULL,
    entity_type text NOT NULL,
    entity_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ids_process_id_idx ON ids (process_id);
"""
BARE = "CREATE TABLE {0} (id bigint PRIMARY KEY, unique_id varchar(255) NOT NULL UNIQUE);\n"
"""Without process_id: S002."""
CONFIG = """\
paths = ["migrations"]
ignore = ["E008", "P001", "S006", "S015", "T037"]
fail-on = "warning"
"""


class Project:
    """A repository with migrations, and what ``check`` says of it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.capsys = capsys
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "t")
        self.git("config", "user.email", "t@example.invalid")
        self.write("ctb-lint.toml", CONFIG)
        self.write("migrations/001_ids.sql", REGISTRY)
        self.write("migrations/002_users.sql", GOOD.format("users"))
        self.commit()

    def git(self, *arguments: str) -> str:
        ran = subprocess.run(
            ["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True
        )
        return ran.stdout

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def configure(self, more: str) -> None:
        self.write("ctb-lint.toml", CONFIG + more)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x")

    def check(self, *options: str) -> tuple[int, str, dict[str, Any]]:
        """The exit code, the closing lines of the text, and the JSON."""
        arguments = ["check", *options, "--as-of", "2026-05-01"]
        self.capsys.readouterr()
        code = main(arguments)
        text = self.capsys.readouterr().out
        assert main([*arguments, "--format", "json"]) == code
        report = json.loads(self.capsys.readouterr().out)
        return code, text.rpartition("\n\n")[2], report


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Project:
    monkeypatch.chdir(tmp_path)
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "PRE_COMMIT_FROM_REF"):
        monkeypatch.delenv(name, raising=False)
    return Project(tmp_path, capsys)


def places(report: dict[str, Any]) -> list[tuple[str, str | None, int | None]]:
    return [(one["code"], one["path"], one["line"]) for one in report["findings"]]


def counts(report: dict[str, Any], *names: str) -> dict[str, int]:
    return {name: report["summary"][name] for name in names}
