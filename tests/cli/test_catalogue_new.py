"""``ctb-lint catalogue new``: what it prints, writes and refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ctb_lint.cli.app import main
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check

CATALOGUE = """\
# Tables

## Table Index

| # | Table | Barton ID | Status | Migration |
|---|---|---|---|---|
| 1 | `users` | BID-WEB-004 | Active | 001_users.sql |

## Entries

### 1. users

**Barton ID**: `BID-WEB-004`
**HEIR ID**: `HEIR-2025-08-SHQ-USERS-01`
**Status**: Active

```sql
CREATE TABLE users (id bigint PRIMARY KEY);
```

---

## Schema Statistics

| Metric | Value |
|---|---|
| Total Tables | 1 |
"""
FILES = {
    "001_users.sql": "CREATE TABLE users (id bigint PRIMARY KEY);\n",
    "20251023_orders.sql": (
        "CREATE TYPE mood AS ENUM ('calm', 'sad');\n"
        "CREATE TABLE orders (id int PRIMARY KEY, mood mood, user_id bigint REFERENCES users);\n"
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    (tmp_path / "migrations").mkdir()
    for name, text in FILES.items():
        (tmp_path / "migrations" / name).write_text(text)
    (tmp_path / "SCHEMA_REFERENCE.md").write_text(CATALOGUE)
    return tmp_path


def entry(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["catalogue", "new", "orders", *options]) == 0
    printed = capsys.readouterr()
    assert printed.err == "11 questions are left in it, which ctb-lint check lists\n"
    return printed.out


def test_an_entry_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = entry(capsys)
    assert printed.splitlines()[:9] == [
        "### 2. orders",
        "",
        "**Barton ID**: `BID-WEB-005`",
        "**HEIR ID**: `HEIR-2025-10-SHQ-ORDERS-01`",
        "**Status**: Active",
        "**Created**: 2025-10-23",
        "**Author**: TBD: who made it?",
        "**Last Modified**: 2025-10-23",
        "",
    ]
    assert "```sql\nCREATE TYPE mood AS ENUM ('calm', 'sad');\nCREATE TABLE orders (\n" in printed
    assert (folder / "SCHEMA_REFERENCE.md").read_text() == CATALOGUE


def test_the_author_is_git_s_user_or_who_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "gitconfig").write_text('[user]\n\tname = "  Dana \\t Doe  "\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(folder / "gitconfig"))
    assert main(["catalogue", "new", "orders"]) == 0
    assert "**Author**: Dana Doe\n" in capsys.readouterr().out
    assert main(["catalogue", "new", "orders", "--author", "Ada\n# \x1b[2J"]) == 0
    assert "**Author**: Ada # \\x1b[2J\n" in capsys.readouterr().out


def test_what_is_said_is_not_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--layer", "3", "--division", "SHOP", "--system", "IMO", "--name", "BUYING"]
    assert main(["catalogue", "new", "public.orders", *options, "--author", "Dana"]) == 0
    printed = capsys.readouterr().out
    assert "**Barton ID**: `BID-SHOP-001`\n**HEIR ID**: `HEIR-2025-10-IMO-BUYING-01`\n" in printed
    assert "- ORBT Layer: 3 (Output)\n" in printed


def test_it_is_written_behind_the_last_entry_and_into_the_index(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = entry(capsys).rstrip("\n")
    assert main(["catalogue", "new", "orders", "--diff"]) == 0
    shown = capsys.readouterr().out
    assert (folder / "SCHEMA_REFERENCE.md").read_text() == CATALOGUE
    assert main(["catalogue", "new", "orders", "--write"]) == 0
    assert capsys.readouterr() == (
        "",
        "changed: SCHEMA_REFERENCE.md\n"
        "11 questions are left in it, which ctb-lint check lists\n"
        "the statistics count without it: run ctb-lint catalogue fix\n",
    )
    row = "| 2 | `orders` | BID-WEB-005 | Active | 20251023_orders.sql |\n"
    written = (folder / "SCHEMA_REFERENCE.md").read_text()
    assert written == CATALOGUE.replace("001_users.sql |\n", f"001_users.sql |\n{row}").replace(
        "\n\n---\n\n## Schema", f"\n\n---\n\n{printed}\n\n---\n\n## Schema"
    )
    added = [line[1:] for line in shown.splitlines() if line[:1] == "+" and line[:3] != "+++"]
    assert len(added) == len(written.splitlines()) - len(CATALOGUE.splitlines())
    assert main(["catalogue", "fix"]) == 0
    assert "| Total Tables | 2 |" in (folder / "SCHEMA_REFERENCE.md").read_text()


def test_every_question_is_a_finding_until_it_is_answered(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["catalogue", "new", "orders", "--write"]) == 0
    written = (folder / "SCHEMA_REFERENCE.md").read_text().splitlines()
    asked = [number for number, line in enumerate(written, 1) if "TBD: " in line]
    findings = [one for one in check(Request()).findings if "orders" in str(one.object) and one.at]
    told = {one.at.line for one in findings if one.code in {"T008", "T029"} and one.at}
    purposes = {one.code for one in findings if one.code in {"P003", "P004"}}
    assert len(asked) == 11
    assert [line for number, line in enumerate(written, 1) if number in {*asked} - told] == [
        "**Business Purpose**: TBD: what is the table for?",
        "1. TBD: what is it used for?",
        "- TBD: which workflows read and write it?",
    ]
    assert purposes == {"P003", "P004"}


def test_the_index_of_another_file_gets_the_row(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, tail = CATALOGUE.split("## Entries")
    (folder / "index.md").write_text(head)
    (folder / "entries.md").write_text(f"## Entries{tail}")
    both = ["--catalogue", "index.md", "--catalogue", "entries.md"]
    assert main(["catalogue", "new", "orders", "--write", *both]) == 0
    assert "| 2 | `orders` |" in (folder / "index.md").read_text()
    assert "### 2. orders" in (folder / "entries.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["order"],
            "error: the migrations build no table 'order'; did you mean orders?\n"
            "  = hint: ctb-lint schema shows the tables; partitions and temporary tables have no "
            "entry\n",
        ),
        (
            ["users"],
            "SCHEMA_REFERENCE.md:11: error: public.users has an entry already\n"
            "  = hint: ctb-lint catalogue render brings it up to date\n",
        ),
        (
            ["orders", "--layer", "5"],
            "error: --layer cannot be '5'\n  = hint: use one of 1, 2, 3, 4\n",
        ),
        (
            ["orders", "--write", "--diff"],
            "error: --write and --diff cannot be used together\n  = hint: leave out --diff\n",
        ),
        (
            ["orders", "--history", "migration"],
            "error: there is no history 'migration'; did you mean migrations?\n"
            "  = hint: use migrations\n",
        ),
        (
            ["orders", "--division", "shop"],
            "error: {division} cannot be 'shop': a capital letter, then capital letters and "
            "digits\n  = hint: ctb-lint id new --help lists the tokens\n",
        ),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    arguments: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["catalogue", "new", *arguments]) == 2
    assert capsys.readouterr() == ("", said)
    assert (folder / "SCHEMA_REFERENCE.md").read_text() == CATALOGUE


def test_without_a_catalogue_it_is_the_first_entry(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "SCHEMA_REFERENCE.md").unlink()
    assert main(["catalogue", "new", "orders"]) == 2
    assert capsys.readouterr().err == (
        "error: BID-{division}-{nnn} needs a value for {division}\n"
        "  = hint: add --division (a capital letter, then capital letters and digits)\n"
    )
    ids = ["--division", "WEB", "--system", "SHQ"]
    assert main(["catalogue", "new", "orders", *ids]) == 0
    assert capsys.readouterr().out.startswith("### 1. orders\n\n**Barton ID**: `BID-WEB-001`\n")
    assert main(["catalogue", "new", "orders", *ids, "--write"]) == 2
    assert capsys.readouterr().err == (
        "error: there is no catalogue to write to\n"
        "  = hint: ctb-lint catalogue render --output SCHEMA_REFERENCE.md makes one\n"
    )


def test_of_what_is_not_known_nothing_is_drafted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "migrations/20251024_built.sql").write_text(
        "DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD ' || current_user; END $$;\n"
    )
    assert main(["catalogue", "new", "orders"]) == 2
    first = capsys.readouterr().err.splitlines()[0]
    assert first.startswith("error: not all of public.orders is known: ")


def test_the_command_runs_as_a_program(folder: Path) -> None:
    ran = subprocess.run(
        [Path(sys.executable).with_name("ctb-lint"), "catalogue", "new", "orders"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout[:14]) == (0, "### 2. orders\n")


@pytest.mark.parametrize(
    ("row", "options", "expected"),
    [
        ("| 7 | `orders` | BID-WEB-009 | Planned | - |", [], ("7", "BID-WEB-009")),
        # What somebody asks for is not taken from the index, nor what is another's, or no id.
        ("| 7 | `orders` | BID-WEB-009 | Planned | - |", ["--division", "X"], ("7", "BID-X-001")),
        ("| 1 | `orders` | BID-WEB-004 | Planned | - |", [], ("2", "BID-WEB-005")),
        ("| x | `orders` | WEB-9 | Planned | - |", [], ("2", "BID-WEB-005")),
    ],
)  # fmt: skip
def test_number_and_barton_id_are_those_of_the_index(
    row: str,
    options: list[str],
    expected: tuple[str, str],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = CATALOGUE.replace("001_users.sql |\n", f"001_users.sql |\n{row}\n")
    (folder / "SCHEMA_REFERENCE.md").write_text(text)
    lines = entry(capsys, *options).splitlines()
    number, barton = expected
    assert (lines[0], lines[2]) == (f"### {number}. orders", f"**Barton ID**: `{barton}`")
