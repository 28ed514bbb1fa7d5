"""The composition, with a reader that reads nothing: what it is asked, and what is made of it."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from ctb_lint.cli.app import main
from ctb_lint.history import (
    Convention,
    Direction,
    Folded,
    History,
    Layout,
    MigrationFile,
    Outcome,
    Statement,
)
from ctb_lint.model import Column, DataType, QualifiedName, Schema, Table
from ctb_lint.readers.sql.reader import SqlOptions
from tests.reporters.reports import span

SQL = "CREATE TABLE users (id uuid);\nFROB;\n"
USERS = QualifiedName("public", "users")


class Asked:
    """A reader that remembers what it was asked, and always finds one table."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.options: SqlOptions | None = None
        self.failures: tuple[Any, ...] = ()
        self.selected = frozenset({"migrations/1.sql"})

    def read(self, paths: Sequence[Path], options: SqlOptions) -> Any:
        self.paths, self.options = list(paths), options
        path = "migrations/1.sql"
        statements = (
            Statement("CREATE TABLE", span(SQL, "CREATE TABLE", path), Outcome.UNDERSTOOD),
            Statement("", span(SQL, "FROB", path), Outcome.NOT_UNDERSTOOD),
        )
        file = MigrationFile(
            path, "1", Direction.UP, Convention.NUMBERED, "1", span(SQL, SQL, path), statements
        )
        columns = (Column("id", DataType("uuid")),)
        table = Table(USERS, columns, location=span(SQL, "users", path))
        history = History("migrations", "migrations", Layout.FLAT, (file,))
        return SimpleNamespace(
            folded=(Folded(history, Schema(tables={USERS: table})),),
            selected=self.selected,
            failures=self.failures,
            files=(
                SimpleNamespace(
                    path=path, sha256="0" * 64, size=35, statements=2, history="migrations"
                ),
            ),
            texts={path: SQL, "other.sql": ""},
            skipped=(("old.sql", "is for another database"),),
            waivers=(),
        )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    reader = Asked()
    module = ModuleType("ctb_lint.readers.sql.reader")
    module.__dict__.update(read=reader.read, SqlOptions=SqlOptions)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return reader


def test_findings_are_reported(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "migrations", "--select", "S001", "--as-of", "2025-11-22"]) == 1
    assert capsys.readouterr().out == (
        "migrations/1.sql:1:14: error[S001] ◆ missing-unique-id: "
        "public.users has no column unique_id\n"
        "   |\n"
        " 1 | CREATE TABLE users (id uuid);\n"
        "   |              ^^^^^\n"
        "   = because: the CTB standard demands a column unique_id of public.users\n"
        "   = hint: add `unique_id varchar(255) NOT NULL UNIQUE`\n"
        "\n"
        "1 finding in 1 file, 2 statements.\n"
        "  ◆ 1 CTB violation: 1 error\n"
        "    1 statement not understood\n"
        "    1 object skipped (--show-skipped says why)\n"
    )


def test_fail_on_never_does_not_fail(asked: Asked) -> None:
    assert main(["check", "migrations", "--select", "S001", "--fail-on", "never"]) == 0


def test_what_could_not_be_read_is_no_pass(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    asked.failures = (
        SimpleNamespace(path="b.sql", message="does not exist", line=None, hint="check the name"),
    )
    arguments = ["check", "b.sql", "--select", "S001", "--fail-on", "never"]
    assert main([*arguments, "--format", "concise"]) == 2
    last = capsys.readouterr().out.splitlines()[-2:]
    assert last[0] == "b.sql: error: does not exist (check the name)"
    assert last[1].endswith("not finished: 1 input could not be read")


def test_having_looked_at_nothing_is_no_pass(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    asked.selected = frozenset()
    assert main(["check", "migrations"]) == 2
    assert capsys.readouterr().out.startswith("error: no file was checked\n")


def test_the_configuration_reaches_the_reader(asked: Asked, tmp_path: Path) -> None:
    Path("ctb-lint.toml").write_text(
        'paths = ["db"]\npg-version = 16\nexclude = ["old"]\nmax-file-size = "1KB"\n'
        '[standard]\nunique-id = "uid"\n[standard.value-sets]\n"users.state" = ["on"]\n'
        '[[histories]]\nname = "main"\npath = "db"\n'
    )
    main(["check", "--default-schema", "app"])
    assert asked.paths == [tmp_path / "db"]
    options = asked.options
    assert options
    assert (options.base, options.default_schema, options.pg_version) == (tmp_path, "app", 16)
    assert options.watch == {"uid", "unique_id", "process_id", "state"}
    assert (options.max_size, options.exclude, options.stdin) == (1000, ("old",), None)
    assert [(one.name, one.path) for one in options.histories] == [("main", "db")]


def test_without_paths_the_usual_folders_are_read(asked: Asked, tmp_path: Path) -> None:
    for name in ("db/migrations/1.sql", "sql/deep/2.sql", "migrations/readme.md"):
        Path(name).parent.mkdir(parents=True)
        Path(name).touch()
    main(["check"])
    assert asked.paths == [tmp_path / "db/migrations", tmp_path / "sql"]


def test_without_anything_to_read_nothing_passes(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: no migrations found: no path is given, none is configured, and none of the usual "
        "folders is here (migrations, db/migrations, db/migrate, database/migrations …)",
        '  = hint: run ctb-lint check PATH, or set paths = ["…"] in ctb-lint.toml',
    ]


def test_standard_input_is_read_under_its_name(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"SELECT 1")))
    main(["check", "-", "--stdin-filename", "migrations/2.sql"])
    assert asked.options
    assert asked.options.stdin == (b"SELECT 1", "migrations/2.sql")


def test_a_closed_standard_input_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["check", "-"]) == 2
    assert capsys.readouterr().err == (
        "error: standard input is closed\n  = hint: pipe the text in, or name a file\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-", "a.sql"], "standard input (-) cannot be read together with other paths"),
        (
            ["a.sql", "--stdin-filename", "b.sql"],
            "--stdin-filename is given, but standard input is not read",
        ),
        (["a.sql", "--config", "no.toml"], "no.toml: error: the configuration cannot be read"),
        (["a.sql", "--select", "S0001"], 'unknown rule "S0001"'),
    ],
)
def test_what_cannot_be_run_is_no_pass(
    arguments: list[str], said: str, asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err.splitlines()[0]


def test_the_schema_is_a_tree(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "migrations"]) == 0
    assert capsys.readouterr().out == (
        "migrations (flat, 1 file)\n└─ schema public\n   └─ table users\n      └─ id uuid\n"
    )


def test_the_schema_is_the_model_in_json(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "migrations", "--format", "json"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert one["failures"] == []
    assert [history["history"] for history in one["histories"]] == ["migrations"]
    table = one["histories"][0]["schema"]["tables"]["public.users"]
    assert (table["name"], table["columns"][0]["type"]["name"]) == ("public.users", "uuid")


def test_a_schema_that_could_not_be_read_whole_says_so(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    asked.failures = (
        SimpleNamespace(path="b.sql", message="does not exist", line=None, hint="check the name"),
    )
    assert main(["schema", "b.sql"]) == 2
    assert capsys.readouterr().err == ("b.sql: error: does not exist\n  = hint: check the name\n")


def test_a_selection_that_leaves_no_rule_cannot_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "1.sql"
    file.write_text("CREATE TABLE a (x int);", encoding="utf-8")
    assert main(["check", str(file), "--select", "M001", "--ignore", "M001"]) == 2
    assert "no rule is selected" in capsys.readouterr().err


def test_a_report_is_not_written_over_a_migration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "1.sql"
    file.write_text("CREATE TABLE a (x int);", encoding="utf-8")
    assert main(["check", str(file), "--output", str(file)]) == 2
    assert "is a file that was read" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "CREATE TABLE a (x int);"


def test_the_tree_says_what_it_may_lack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "1.sql"
    file.write_text("ALTER TABLE a ADD ${column} int;", encoding="utf-8")
    assert main(["schema", str(file)]) == 0
    assert "not known: columns, constraints, indexes of public.a" in capsys.readouterr().out
