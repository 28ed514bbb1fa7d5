"""What a run without paths looks at, and what it says where there are no migrations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctb_lint.cli.app import main
from ctb_lint.cli.trouble import RunError
from ctb_lint.cli.usual import nothing_found, usual_paths
from ctb_lint.readers.migration_tools import SNAPSHOT

NOTHING = (
    "no migrations found: no path is given, none is configured, and none of the usual folders is "
    "here (migrations, db/migrations, db/migrate, database/migrations …)"
)
DUMP = "-- PostgreSQL database dump\nCREATE TABLE public.users (id integer);\n"


def plant(root: Path, *names: str, text: str = "SELECT 1;\n") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.mark.parametrize(
    ("files", "message", "hint"),
    [
        pytest.param(
            ["backend/db/migrations/001_a.sql", "backend/db/migrations/002_b.sql"], NOTHING,
            "found backend/db/migrations (2 files): run ctb-lint check backend/db/migrations",
            id="a history that lies deeper"),
        pytest.param(
            ["a b/migrations/1_x.sql", "c/migrations/1_x.sql"], NOTHING,
            "found a b/migrations (1 file) and c/migrations (1 file): "
            "run ctb-lint check 'a b/migrations' c/migrations",
            id="two histories"),
        pytest.param(
            ["alembic.ini", "alembic/versions/1a_users.py"],
            "no SQL found: its migrations are written with Alembic (in alembic/versions), "
            "not in SQL",
            "write the SQL with alembic upgrade head --sql > migrations.sql, and check that",
            id="Alembic"),
        pytest.param(
            ["knexfile.js", "migrations/20240101000000_a.js"],
            "no SQL found: its migrations are written with Knex (in migrations), not in SQL",
            SNAPSHOT, id="a tool that writes no SQL"),
        pytest.param(["dump/schema.sql"], NOTHING,
            "found dump/schema.sql: run ctb-lint check dump/schema.sql", id="a dump elsewhere"),
        pytest.param(["README.md"], NOTHING,
            'run ctb-lint check PATH, or set paths = ["…"] in ctb-lint.toml', id="nothing"),
    ],
)  # fmt: skip
def test_a_run_that_finds_no_migrations_says_what_is_there_instead(
    tmp_path: Path, files: list[str], message: str, hint: str
) -> None:
    plant(tmp_path, *files)
    failure = nothing_found(tmp_path).failure
    assert (failure.message, failure.hint) == (message, hint)
    with pytest.raises(RunError):
        usual_paths(tmp_path)


def test_a_lone_dump_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(tmp_path, "db/structure.sql", text=DUMP)
    plant(tmp_path, "db/migrate/20240101000000_users.rb", "db/seeds.sql")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [one["path"] for one in report["inputs"]] == ["db/structure.sql"]
    assert {one["path"] for one in report["findings"]} == {"db/structure.sql"}


def test_migrations_in_sql_count_more_than_a_dump(tmp_path: Path) -> None:
    plant(tmp_path, "db/structure.sql", "db/migrations/1_a.sql")
    assert usual_paths(tmp_path) == [tmp_path / "db/migrations"]


def test_a_named_folder_without_sql_says_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(tmp_path, "manage.py", "shop/migrations/0001_initial.py")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "shop/migrations", "--format", "concise"]) == 2
    shown = "".join(capsys.readouterr())
    assert (
        "shop/migrations: error: holds no SQL files: its migrations are written with Django "
        "(in shop/migrations), not in SQL" in shown
    )
    assert "python manage.py sqlmigrate APP NUMBER" in shown


def test_a_dump_of_the_configuration_begins_the_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record = "INSERT INTO schema_migrations (version) VALUES ('001');\n"
    plant(tmp_path, "db/structure.sql", text=DUMP + record)
    plant(tmp_path, "db/migrations/001_users.sql", text="CREATE TABLE users (id int);\n")
    plant(tmp_path, "db/migrations/002_email.sql", text="ALTER TABLE users ADD email text;\n")
    plant(
        tmp_path,
        "ctb-lint.toml",
        text='select = ["M"]\n'
        '[[histories]]\nname = "app"\npath = "db/migrations"\ndump = "db/structure.sql"\n',
    )
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["findings"] == []
    assert [(one["path"], one["statements"]) for one in report["inputs"]] == [
        ("db/migrations/001_users.sql", 0),
        ("db/migrations/002_email.sql", 1),
        ("db/structure.sql", 2),
    ]


def test_a_released_version_that_is_nowhere_ends_the_run_unfinished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(tmp_path, "migrations/001_a.sql")
    plant(tmp_path, "ctb-lint.toml", text='released = "007"\n')
    monkeypatch.chdir(tmp_path)
    for arguments in (["check"], ["check", "migrations"]):
        assert main([*arguments, "--format", "concise"]) == 2
        shown = "".join(capsys.readouterr())
        assert 'migrations: error: has no migration that released = "007" stands for' in shown
    # Which history a single file is of says nothing about the others.
    assert main(["check", "migrations/001_a.sql", "--format", "concise"]) == 0
