"""``ctb-lint readiness``: what it tells, how it ends, and that it changes nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ctb_lint.cli.app import main

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "imo_creator"
SEED = ROOT.parent / "shared" / "seed"
CATALOGUE = """\
# Tables

## Table Index

| # | Table | Barton ID | Status |
|---|---|---|---|
| 1 | `users` | BID-WEB-004 | Active |
| 2 | `orders` | BID-WEB-005 | Planned |

## Entries

### 1. users

**Barton ID**: `BID-WEB-004`
**Status**: Active

```sql
CREATE TABLE users (id bigint PRIMARY KEY);
```

### 2. orders (Planned)

**Barton ID**: `BID-WEB-005`
**Status**: Planned

#### S - Structure

```sql
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
```

#### E - Enforcement

- `state` must be one of: "open", "paid"
- Rate limiting on requests
"""
SQL = """\
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, state text);
"""
RULES = [
    *("E001", "E013", "S001", "S006", "S040", "S041"),
    *("T002", "T003", "T008", "T009", "T011", "T020", "T021"),
]
TEXT = """\
public.orders (Planned): not ready, 11 open items

  S - Structure
    [x] section S - Structure
    [x] declared table
    [x] declared column: 2
    [x] declared constraint
    [ ] S001 public.orders has no column unique_id (migrations/001.sql:2)
        = hint: add `unique_id varchar(255) NOT NULL UNIQUE`
    [~] S006 public.orders has no column created_at (migrations/001.sql:2)
        = hint: add `created_at timestamptz NOT NULL DEFAULT now()`

  T - Traceability
    [x] Barton ID
    [x] status
    [ ] the entry names no migration file
    [ ] T008 public.orders has no field Author (SCHEMA_REFERENCE.md:21)
        = hint: write `**Author**: who made it`
    [ ] T008 public.orders has no field Created (SCHEMA_REFERENCE.md:21)
        = hint: write `**Created**: YYYY-MM-DD`
    [ ] T008 public.orders has no field Last Modified (SCHEMA_REFERENCE.md:21)
        = hint: write `**Last Modified**: YYYY-MM-DD`
    [ ] T009 public.orders has no section T - Traceability (SCHEMA_REFERENCE.md:21)
        = hint: write it below the heading `T - Traceability`

  A - Authentication & Authorization
    [ ] T009 public.orders has no section {A} (SCHEMA_REFERENCE.md:21)
        = hint: write it below the heading `A - Authentication & Authorization`

  M - Migration
    [ ] T009 public.orders has no section M - Migration (SCHEMA_REFERENCE.md:21)
        = hint: write it below the heading `M - Migration`

  P - Purpose
    [ ] T009 public.orders has no section P - Purpose (SCHEMA_REFERENCE.md:21)
        = hint: write it below the heading `P - Purpose`

  E - Enforcement
    [x] section E - Enforcement
    [?] rule: limits on requests are no part of a schema
    [ ] E001 public.orders.state accepts any value (migrations/001.sql:2)
        = hint: add `CHECK (state IN ('open', 'paid'))`

  D - Dependencies
    [ ] T009 public.orders has no section D - Dependencies (SCHEMA_REFERENCE.md:21)
        = hint: write it below the heading `D - Dependencies`

0 of 1 table ready to go Active.
""".replace("{A}", "A - Authentication & Authorization")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001.sql").write_text(SQL)
    (tmp_path / "SCHEMA_REFERENCE.md").write_text(CATALOGUE)
    (tmp_path / "ctb-lint.toml").write_text(f"select = {json.dumps(RULES)}\n")
    return tmp_path


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example, in which the last table is Planned again."""
    folder = tmp_path / "example"
    shutil.copytree(EXAMPLE, folder)
    monkeypatch.chdir(folder)
    path = folder / "SCHEMA_REFERENCE.md"
    before, heading, entry = path.read_text(encoding="utf-8").partition("### 7. composio_logs")
    assert heading
    row = "| Active | 2025-10-23_create_composio_logs.sql |"
    assert row in before
    text = before.replace(row, row.replace("Active", "Planned"))
    text += heading + entry.replace("**Status**: Active", "**Status**: Planned", 1)
    path.write_text(text, encoding="utf-8")
    return folder


def test_what_is_done_and_what_is_open_stands_below_its_letter(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["readiness"]) == 1
    assert tuple(capsys.readouterr()) == (TEXT, "")


def test_it_changes_nothing(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert main(["readiness"]) == 1
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_json_has_the_same_items(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "ctb-lint.toml").write_text('select = ["S001", "S040", "T020", "T021"]\n')
    (folder / "SCHEMA_REFERENCE.md").write_text(CATALOGUE.partition("#### E")[0])
    assert main(["readiness", "--format", "json"]) == 1
    printed = capsys.readouterr()
    unsaid = {"code": None, "hint": None, "path": None, "line": None}
    assert (json.loads(printed.out), printed.err) == (
        {
            "tables": [
                {
                    "table": "public.orders",
                    "stage": "Planned",
                    "ready": False,
                    "open": 2,
                    "items": [
                        {"letter": "S", "mark": "done", "text": "section S - Structure", **unsaid},
                        {"letter": "S", "mark": "done", "text": "declared table", **unsaid},
                        {"letter": "S", "mark": "done", "text": "declared column: 2", **unsaid},
                        {"letter": "S", "mark": "done", "text": "declared constraint", **unsaid},
                        {
                            "letter": "S",
                            "mark": "open",
                            "text": "public.orders has no column unique_id",
                            "code": "S001",
                            "hint": "add `unique_id varchar(255) NOT NULL UNIQUE`",
                            "path": "migrations/001.sql",
                            "line": 2,
                        },
                        {
                            "letter": "T",
                            "mark": "not judged",
                            "text": "Barton ID: T002 is off",
                            **unsaid,
                        },
                        {
                            "letter": "T",
                            "mark": "not judged",
                            "text": "status: T008 is off",
                            **unsaid,
                        },
                        {
                            "letter": "T",
                            "mark": "open",
                            "text": "the entry names no migration file",
                            **unsaid,
                        },
                    ],
                }
            ],
            "failures": [],
        },
        "",
    )


def test_a_table_that_lacks_nothing_is_ready(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["readiness"]) == 0
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first == "public.composio_logs (Planned): ready"
    assert last == "1 of 1 table ready to go Active."


def test_a_table_that_is_ready_checks_clean_once_it_is_active(example: Path) -> None:
    assert main(["readiness", "composio_logs"]) == 0
    path = example / "SCHEMA_REFERENCE.md"
    text = path.read_text(encoding="utf-8")
    assert text.count("Planned |") == text.count("**Status**: Planned") == 1
    path.write_text(
        text.replace("Planned |", "Active |").replace("Status**: Planned", "Status**: Active"),
        encoding="utf-8",
    )
    assert main(["check"]) == 0


def test_without_its_migration_a_table_is_not_ready(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (example / "migrations" / "2025-10-23_create_composio_logs.sql").unlink()
    assert main(["readiness"]) == 1
    lines = capsys.readouterr().out.splitlines()
    file = "`2025-10-23_create_composio_logs.sql`"
    # That no migration makes the table, and that the file is not there, is one fault to `check`.
    assert [line.split(" (")[0].strip() for line in lines if "[ ]" in line] == [
        "[ ] S049 public.composio_logs is not in the migrations; the catalogue declares it",
        f"[ ] T020 migration file: does not hold: **Migration File**: {file}",
        f"[ ] T020 migration file: does not hold: **Creation Migration**: {file}",
    ]


def test_named_tables_are_told_whatever_their_stage(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["readiness", "users", "public.orders", "orders"]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in printed if line.startswith("public.")] == [
        "public.users (Active): not ready, 12 open items",
        "public.orders (Planned): not ready, 11 open items",
    ]
    assert printed[-1] == "0 of 2 tables ready to go Active."


def test_where_none_is_planned_none_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "SCHEMA_REFERENCE.md").write_text(CATALOGUE.replace("Planned", "Active"))
    assert main(["readiness"]) == 0
    assert tuple(capsys.readouterr()) == ("No table of the catalogue is Planned.\n", "")
    assert main(["readiness", "--format", "json"]) == 0
    assert capsys.readouterr().out == '{"tables":[],"failures":[]}\n'


def test_without_migrations_nothing_is_built(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "migrations" / "001.sql").unlink()
    (folder / "migrations").rmdir()
    assert main(["readiness"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "    [?] declared column (2): there are no migrations" in lines
    assert (
        "    [ ] declared table: not judged: there are no migrations (SCHEMA_REFERENCE.md:29)"
        in lines
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["order"],
            "error: the catalogue has no entry 'order'; did you mean orders?\n"
            "  = hint: ctb-lint catalogue new drafts the entry of a table of the migrations\n",
        ),
        (
            ["--format", "yaml"],
            "error: --format cannot be 'yaml'\n  = hint: use one of text, json\n",
        ),
        (
            ["--catalogue", "other.md"],
            "other.md: error: does not exist\n  = hint: check the name\n",
        ),
    ],
)
def test_what_cannot_be_told_is_said_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["readiness", *arguments]) == 2
    assert tuple(capsys.readouterr()) == ("", sentence)


def test_without_a_catalogue_there_is_nothing_to_tell(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "SCHEMA_REFERENCE.md").unlink()
    assert main(["readiness"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: there is no catalogue")


def test_what_could_not_be_read_is_no_pass(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (example / "migrations" / "2025-10-24_more.sql").write_bytes(b"SELECT '\xff\xfe';\n")
    assert main(["readiness", "--format", "json"]) == 2
    printed = capsys.readouterr()
    (failure,) = json.loads(printed.out)["failures"]
    assert failure in printed.err
    assert "migrations/2025-10-24_more.sql" in printed.err


def test_hostile_names_do_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "SCHEMA_REFERENCE.md").write_text(CATALOGUE.replace("orders", "or\x1b[31mders"))
    assert main(["readiness"]) in {0, 1}
    assert "\x1b" not in capsys.readouterr().out


def test_it_runs_as_a_program(folder: Path) -> None:
    command = [sys.executable, "-m", "ctb_lint", "readiness"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, TEXT, "")


@pytest.mark.skipif(not SEED.is_dir(), reason="the catalogue is not here")
def test_the_planned_tables_of_the_seed_lack_the_sections_that_they_lack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (seed,) = sorted(SEED.glob("*.txt"))
    (tmp_path / "SCHEMA_REFERENCE.md").write_bytes(seed.read_bytes())
    assert main(["readiness", "--format", "json"]) == 1
    tables = json.loads(capsys.readouterr().out)["tables"]
    lacking = {
        table["table"]: "".join(item["letter"] for item in table["items"] if item["code"] == "T009")
        for table in tables
    }
    assert lacking == {
        "public.users": "TAMD",
        "public.blueprints": "TAMD",
        "public.ssot_registry": "TAMED",
        "public.composio_logs": "TAMD",
    }
    assert {table["stage"] for table in tables} == {"Planned"}
    assert all(
        any(i["text"] == "the entry names no migration file" for i in table["items"])
        for table in tables
    )
