"""``ctb-lint catalogue render``: where it writes, what it says, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ctb_lint.cli.app import main

SQL = "CREATE TABLE users (id bigint PRIMARY KEY);\n"
MORE = "ALTER TABLE users ADD COLUMN name text;\n"
IDS = ["--division", "WEB", "--system", "SHQ"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/001_users.sql").write_text(SQL)
    return tmp_path


def rendered(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    assert main(["catalogue", "render", *options]) == 0
    return capsys.readouterr().out


def test_it_is_printed_written_or_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = rendered(capsys, *IDS)
    assert text.startswith(
        "# Schema Reference\n\n## Table Index\n\n"
        "| # | Table Name | Barton ID | Purpose | Status | Migration |\n"
        "|---|------------|-----------|---------|--------|-----------|\n"
        "| 1 | `users` | BID-WEB-001 |  | Active | 001_users.sql |\n\n## Tables\n\n### 1. users\n"
    )
    assert not (folder / "SCHEMA_REFERENCE.md").exists()
    assert rendered(capsys, *IDS, "--output", "x.md") == ""
    assert (folder / "x.md").read_text() == text
    diff = rendered(capsys, *IDS, "--diff")
    assert diff.startswith("--- /dev/null\n+++ b/SCHEMA_REFERENCE.md\n")
    assert main(["catalogue", "render", *IDS, "--write"]) == 0
    assert capsys.readouterr().err == (
        "new: SCHEMA_REFERENCE.md\n13 questions are left in it, which ctb-lint check lists\n"
    )
    assert (folder / "SCHEMA_REFERENCE.md").read_text() == text


def test_what_is_there_is_brought_up_to_date(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "SCHEMA_REFERENCE.md"
    path.write_bytes(b"\xef\xbb\xbf" + rendered(capsys, *IDS).replace("\n", "\r\n").encode())
    before = path.read_bytes()
    assert main(["catalogue", "render", "--write"]) == 0
    assert path.read_bytes() == before
    (folder / "migrations/002_names.sql").write_text(MORE)
    diff = rendered(capsys, "--diff")
    changed = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in "+++---"]
    assert changed == [
        "-    id bigint PRIMARY KEY",
        "+    id bigint PRIMARY KEY,",
        "+    name text",
        "+- `name` (text)",
        "-**Version**: as of `001_users.sql`",
        "+**Version**: as of `002_names.sql`",
        "-| Average Columns per Table | 1.0 |",
        "+| Average Columns per Table | 2.0 |",
    ]
    assert main(["catalogue", "render", "--write"]) == 0
    assert capsys.readouterr().err.startswith("changed: SCHEMA_REFERENCE.md\n")
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf# Schema Reference\r\n")
    assert after.count(b"\n") == after.count(b"\r\n")


def test_what_it_cannot_write_anew_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "migrations/002_orders.sql").write_text("CREATE TABLE orders (id int);\n")
    text = rendered(capsys, *IDS)
    quoted = text.replace(
        "```sql\nCREATE TABLE orders (\n    id integer\n);\n```",
        "> ```sql\n> CREATE TABLE orders (id text);\n> ```",
    )
    assert quoted != text
    (folder / "SCHEMA_REFERENCE.md").write_text(quoted)
    assert main(["catalogue", "render", "--write"]) == 1
    assert "not as the migrations have it: public.orders.id\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("files", "arguments", "said"),
    [
        pytest.param(
            {}, [],
            "error: BID-{division}-{nnn} needs a value for {division}\n"
            "  = hint: add --division (a capital letter, then capital letters and digits)\n",
            id="an id that nobody can know",
        ),
        pytest.param(
            {}, ["--write", "--output", "x.md"],
            "error: --output and --write cannot be used together\n  = hint: leave out --write\n",
            id="two places",
        ),
        pytest.param(
            {"a.md": "# A\n", "b.md": "# B\n"}, ["--catalogue", "a.md", "--catalogue", "b.md"],
            "error: the catalogue is in several files: a.md and b.md\n"
            "  = hint: render one file, or add entries with ctb-lint catalogue new\n",
            id="a catalogue in parts",
        ),
        pytest.param(
            {"SCHEMA_REFERENCE.md": "# A\n\n```sql\nSELECT 1;\n"}, [],
            "SCHEMA_REFERENCE.md:3: error: the block of code that begins here is never closed\n"
            "  = hint: close it with a line of ```\n",
            id="a catalogue that is not read whole",
        ),
        pytest.param(
            {"migrations/001_users.sql": "SELECT 1;\n"}, [],
            "error: the migrations build no table\n"
            "  = hint: ctb-lint schema shows what they do\n",
            id="no table",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_rendered_is_a_sentence(
    files: dict[str, str],
    arguments: list[str],
    said: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)
    assert main(["catalogue", "render", *arguments]) == 2
    assert capsys.readouterr() == ("", said)


def test_of_several_histories_one_has_to_be_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "billing").mkdir()
    (folder / "billing/001_bills.sql").write_text("CREATE TABLE bills (id int PRIMARY KEY);\n")
    (folder / "ctb-lint.toml").write_text('paths = ["migrations", "billing"]\n')
    assert main(["catalogue", "render", *IDS]) == 2
    assert capsys.readouterr().err == (
        "error: there are several histories: billing, migrations\n"
        "  = hint: name one with --history\n"
    )
    assert "### 1. bills\n" in rendered(capsys, *IDS, "--history", "billing")


def test_the_command_runs_as_a_program(folder: Path) -> None:
    ran = subprocess.run(
        [Path(sys.executable).with_name("ctb-lint"), "catalogue", "render", *IDS],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout[:18]) == (0, "# Schema Reference")


QUOTED = """\
CREATE SCHEMA "Sales Dept";
CREATE TYPE "Sales Dept".mood AS ENUM ('it''s ok', 'a|b', 'c`d');
CREATE TABLE "Sales Dept"."Order | Lines" (
    "Id" bigint PRIMARY KEY,
    "weird ""name\""" text,
    mood "Sales Dept".mood NOT NULL,
    "select" bigint REFERENCES "Sales Dept"."Order | Lines" ("Id")
);
COMMENT ON TABLE "Sales Dept"."Order | Lines" IS 'with | pipes and `ticks`';
"""


def test_names_of_any_characters_are_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "2026-01-01_lines.sql").write_text(QUOTED)
    ids = ["--division", "DATA", "--system", "SHQ", "--author", "Dana"]
    assert main(["catalogue", "render", *ids, "--write"]) == 0
    capsys.readouterr()
    codes = "T001,T002,T003,T004,T005,T006,T007,T010,T014,T015,T017,T028,E013,D,S04,S05"
    assert main(["check", "--select", codes, "--ignore", "D013", "--format", "concise"]) == 0
    assert capsys.readouterr().out.startswith("0 findings")
    assert main(["catalogue", "render", "--diff"]) == 0
    assert capsys.readouterr().out == ""
