"""No password of a migration or of the catalogue comes out, whatever is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.cli.app import main

SECRETS = (
    "kX9-role1",
    "kX9-url22",
    "kX9-pair3",
    "kX9-bad44",
    "kX9-dflt5",
    "kX9-body6",
    "kX9-doc77",
)

SQL = f"""\
-- psql postgres://app:{SECRETS[1]}@db.example.com/app
CREATE ROLE app LOGIN PASSWORD '{SECRETS[0]}'; CREATE TABLE orders (id int, INDEX i (id));
CREATE ROLE PASSWORD '{SECRETS[3]}' app;
CREATE TABLE parts (
    id int, source text DEFAULT 'postgres://app:{SECRETS[4]}@db/x', state text, -- password
    INDEX by_source (source)
);
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$
    SELECT dblink('host=db dbname=app user=a password={SECRETS[2]}')
        || 'postgres://app:{SECRETS[5]}@db/app' $$;
CREATE TABLE parts (id int); -- postgres://app:{SECRETS[1]}@db.example.com/app
"""
CATALOGUE = f"""\
# Tables

## Connection Details

**PostgreSQL**:
- URL: `postgres://app:{SECRETS[6]}@db.example.com/app?sslmode=disable`

## 1. parts

**Barton ID**: BID-SHOP-001
**Status**: Active

### E - Enforcement

- `source` default: "postgres://app:{SECRETS[6]}@db/x"
- Something is kept at postgres://app:{SECRETS[6]}@db/y
"""

COMMANDS = [
    *(f"check --format {form}" for form in (
        "text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown",
    )),
    "check --diff --released none",
    "check --diff --unsafe-fixes --released none",
    "check --show-skipped",
    "schema",
    "schema --format json",
    "claims",
    "claims --format json",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "SCHEMA_REFERENCE.md").write_text(CATALOGUE)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/001_parts.sql").write_text(SQL)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_no_password_comes_out(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(command.split())
    printed = capsys.readouterr()
    assert len(printed.out) > 100
    assert [secret for secret in SECRETS if secret in printed.out + printed.err] == []


def test_a_baseline_holds_none(folder: Path) -> None:
    main(["check", "--write-baseline"])
    (written,) = folder.glob("*baseline*.json")
    assert [secret for secret in SECRETS if secret in written.read_text()] == []


def test_every_one_is_reported_at_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "--select", "A009", "--format", "concise"])
    assert capsys.readouterr().out.splitlines()[:-1] == [
        f"{path}:{line}:{column}: A009 a password{whose} stands in {where}"
        for path, line, column, whose, where in (
            ("SCHEMA_REFERENCE.md", 6, 24, " of app", "a URL"),
            ("SCHEMA_REFERENCE.md", 15, 37, " of app", "a URL"),
            ("SCHEMA_REFERENCE.md", 16, 39, " of app", "a URL"),
            ("migrations/001_parts.sql", 1, 24, " of app", "a URL"),
            ("migrations/001_parts.sql", 2, 33, " of app", "a statement about a role"),
            ("migrations/001_parts.sql", 3, 23, "", "a statement about a role"),
            ("migrations/001_parts.sql", 5, 49, " of app", "a URL"),
            ("migrations/001_parts.sql", 9, 55, " of a", "a connection string"),
            ("migrations/001_parts.sql", 10, 28, " of app", "a URL"),
            ("migrations/001_parts.sql", 11, 48, " of app", "a URL"),
        )
    ]
