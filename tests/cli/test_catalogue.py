"""The catalogue as a source of ``check``: where it is found, and what a run without it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ctb_lint.cli.app import main
from tests.git_project import Project

CATALOGUE = """\
# Tables

## 1. users

**Barton ID**: BID-X-001
**Status**: Active

### S - Structure

```sql
CREATE TABLE users (id bigint PRIMARY KEY);
```
"""
SQL = "CREATE TABLE users (id bigint PRIMARY KEY);\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main(["check", *options, "--format", "json", "--fail-on", "never"])
    return code, json.loads(capsys.readouterr().out)


def read(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["path"], one["history"]) for one in report["inputs"]]


def test_a_catalogue_is_found_beside_the_migrations(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "migrations").mkdir()
    (folder / "migrations/001_users.sql").write_text(SQL)
    (folder / "docs").mkdir()
    (folder / "docs/SCHEMA_REFERENCE.md").write_text(CATALOGUE)
    code, report = checked(capsys)
    assert code == 0
    assert read(report) == [
        ("docs/SCHEMA_REFERENCE.md", "catalogue"),
        ("migrations/001_users.sql", "migrations"),
    ]
    # Who names migrations asks for those.
    assert read(checked(capsys, "migrations")[1]) == [("migrations/001_users.sql", "migrations")]


def test_a_catalogue_alone_is_checked_and_what_is_lacking_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "SCHEMA_REFERENCE.md").write_text(CATALOGUE)
    code, report = checked(capsys)
    assert code == 0
    assert read(report) == [("SCHEMA_REFERENCE.md", "catalogue")]
    assert {"code": None, "object": "migrations", "reason": "there are none"} in report["skipped"]


@pytest.mark.parametrize("setting", ['catalogue = "no.md"', '[catalogue]\nfiles = ["no.md"]'])
def test_a_configured_catalogue_that_is_nowhere_is_no_pass(
    folder: Path, capsys: pytest.CaptureFixture[str], setting: str
) -> None:
    (folder / "migrations").mkdir()
    (folder / "migrations/001_users.sql").write_text(SQL)
    (folder / "ctb-lint.toml").write_text(setting)
    code, report = checked(capsys)
    assert code == 2
    assert [(one["path"], one["message"]) for one in report["failures"]] == [
        ("no.md", "there is no such catalogue")
    ]
    assert read(report)[-1] == ("migrations/001_users.sql", "migrations")
    assert checked(capsys, "migrations")[0] == 0
    (folder / "no.md").write_text(CATALOGUE)
    assert checked(capsys)[0] == 0


def test_a_catalogue_in_parts_is_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.md").write_text(CATALOGUE)
    (folder / "b.md").write_text(CATALOGUE.replace("users", "orders"))
    report = checked(capsys, "--catalogue", "a.md", "--catalogue", "b.md")[1]
    assert [path for path, _ in read(report)] == ["a.md", "b.md"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["missing", "not UTF-8"])
def test_a_catalogue_that_cannot_be_read_is_no_pass(
    folder: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (folder / "x.md").write_bytes(content)
    (folder / "migrations").mkdir()
    (folder / "migrations/001_users.sql").write_text(SQL)
    code, report = checked(capsys, "--catalogue", "x.md")
    assert code == 2
    assert [one["path"] for one in report["failures"]] == ["x.md"]


def test_only_what_is_new_in_the_catalogue_counts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project(folder)
    (folder / "ctb-lint.toml").write_text('paths = ["migrations"]\n')
    (folder / "migrations").mkdir()
    (folder / "migrations/001_users.sql").write_text(SQL)
    (folder / "SCHEMA_REFERENCE.md").write_text(CATALOGUE)
    project.commit()
    before = checked(capsys)[1]
    here = [one for one in before["findings"] if one["path"] == "SCHEMA_REFERENCE.md"]
    assert here
    (folder / "SCHEMA_REFERENCE.md").write_text(f"A sentence more.\n\n{CATALOGUE}")
    after = checked(capsys, "--since", "HEAD")[1]
    assert after["findings"] == []
    assert after["new_only"]["hidden"] == len(before["findings"])
