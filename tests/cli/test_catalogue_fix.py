"""``ctb-lint catalogue fix``: what it says, writes and leaves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ctb_lint.cli.app import main

CATALOGUE = """\
## Statistics

- Total tables: 3
- Tables with indexes: 0

## Table Index

| # | Table | Barton ID |
|---|---|---|
| 1 | orders | BID-DATA-002 |
| 2 | gone | BID-DATA-009 |

## 1. orders

**Barton ID**: BID-DATA-001

```sql
CREATE TABLE orders (id int PRIMARY KEY);
```
"""
FIXED = CATALOGUE.replace("tables: 3", "tables: 1").replace("BID-DATA-002", "BID-DATA-001")
LEFT = (
    "{0}:4:3: T014 Tables with indexes: given as 0: 0 have an index besides their keys, "
    "but 1 have a key or an index\n"
    "{0}:11:7: T010 gone is in the table index and has no entry\n"
    "2 findings (2 CTB violations, 0 practice) in 1 file, 0 statements\n"
)
DIFF = (
    "--- a/SCHEMA_REFERENCE.md\n"
    "+++ b/SCHEMA_REFERENCE.md\n"
    "@@ -1,13 +1,13 @@\n"
    " ## Statistics\n"
    " \n"
    "-- Total tables: 3\n"
    "+- Total tables: 1\n"
    " - Tables with indexes: 0\n"
    " \n"
    " ## Table Index\n"
    " \n"
    " | # | Table | Barton ID |\n"
    " |---|---|---|\n"
    "-| 1 | orders | BID-DATA-002 |\n"
    "+| 1 | orders | BID-DATA-001 |\n"
    " | 2 | gone | BID-DATA-009 |\n"
    " \n"
    " ## 1. orders\n"
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "SCHEMA_REFERENCE.md"
    path.write_text(CATALOGUE)
    return path


def test_it_shows_first_and_then_writes(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "fix", "--diff"]) == 1
    assert capsys.readouterr() == (DIFF, "2 findings would be fixed: T010 1, T014 1\n")
    assert file.read_text() == CATALOGUE
    assert main(["catalogue", "fix"]) == 1
    assert capsys.readouterr() == (
        LEFT.format("SCHEMA_REFERENCE.md"),
        "2 findings fixed: T010 1, T014 1\n  changed: SCHEMA_REFERENCE.md\n",
    )
    assert file.read_text() == FIXED
    assert main(["catalogue", "fix"]) == 1
    assert capsys.readouterr().err == "nothing to fix\n"
    assert file.read_text() == FIXED


def test_nothing_is_left_where_only_what_it_mends_was_wrong(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(CATALOGUE.replace("| 2 | gone | BID-DATA-009 |\n", ""))
    assert main(["catalogue", "fix"]) == 0
    assert main(["catalogue", "fix", "--diff"]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == "nothing to fix"


def test_a_named_file_is_mended(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "docs" / "tables.md"
    other.parent.mkdir()
    other.write_text(CATALOGUE)
    assert main(["catalogue", "fix", "docs/tables.md"]) == 1
    assert capsys.readouterr().out == LEFT.format("docs/tables.md")
    assert (file.read_text(), other.read_text()) == (CATALOGUE, FIXED)


def test_what_the_configuration_ignores_is_mended_when_it_is_asked_for(
    file: Path, tmp_path: Path
) -> None:
    (tmp_path / "ctb-lint.toml").write_text('ignore = ["T014"]\n')
    main(["catalogue", "fix"])
    assert file.read_text() == FIXED


def test_without_a_catalogue_there_is_nothing_to_mend(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.unlink()
    assert main(["catalogue", "fix"]) == 2
    assert capsys.readouterr() == (
        "",
        "error: there is no catalogue: looked for SCHEMA_REFERENCE.md and "
        "docs/SCHEMA_REFERENCE.md\n"
        "  = hint: name the file, or set catalogue in the configuration\n",
    )


def test_what_cannot_be_read_is_not_mended(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = b"\xff" + CATALOGUE.encode()
    file.write_bytes(data)
    assert main(["catalogue", "fix"]) == 2
    assert "not finished: 1 input could not be read" in capsys.readouterr().out
    assert file.read_bytes() == data


def test_check_mends_what_is_safe_and_says_why_not_the_rest(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--fix", "--format", "concise", "--select", "T014,T010"]) == 1
    said = capsys.readouterr().err
    assert said == (
        "1 finding fixed: T014 1\n"
        "  1 left: it is unsafe: --unsafe-fixes applies it\n"
        "  changed: SCHEMA_REFERENCE.md\n"
    )
    assert file.read_text() == CATALOGUE.replace("tables: 3", "tables: 1")


def test_the_command_runs_as_a_program(file: Path) -> None:
    ran = subprocess.run(
        [Path(sys.executable).with_name("ctb-lint"), "catalogue", "fix", "--diff"],
        cwd=file.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (1, DIFF)


def test_a_migration_that_makes_the_table_stays_in_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").mkdir()
    sql = "CREATE TABLE orders (id int PRIMARY KEY);"
    (tmp_path / "migrations" / "001_orders.sql").write_text(sql)
    text = (
        "## Table Index\n\n| # | Table | Barton ID | Migration |\n|---|---|---|---|\n"
        "| 2 | orders | BID-DATA-001 | {} |\n\n"
        f"## 1. orders\n\n**Barton ID**: BID-DATA-001\n\n```sql\n{sql}\n```\n\n"
        "### T - Traceability\n\n- **Migration File**: `{}`\n"
    )
    file = tmp_path / "SCHEMA_REFERENCE.md"
    for listed, named, left in (
        ("001_orders.sql", "001_order.sql", "001_orders.sql"),
        ("001_order.sql", "001_orders.sql", "001_orders.sql"),
        ("001_order.sql", "002_order.sql", "002_order.sql"),
    ):
        file.write_text(text.format(listed, named))
        main(["catalogue", "fix"])
        assert file.read_text() == text.format(left, named).replace("| 2 |", "| 1 |")
