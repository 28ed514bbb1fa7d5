"""``ctb-lint init`` on real repositories: what it finds, and what configuration it writes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping

import pytest

from ctb_lint.cli.app import main
from ctb_lint.config import load
from tests.cli.initial import BASELINE, HOOKS, TABLE, configured, written
from tests.git_project import Project

Files = Mapping[str, str]

LAYOUTS: dict[str, tuple[Files, str, tuple[str, ...], str]] = {
    "a flat folder": (
        {"db/migrations/001_a.sql": TABLE, "db/migrations/002_b.sql": "SELECT 1;\n"},
        "history: db/migrations (flat, 2 files, newest 002_b)",
        ("db/migrations",),
        "flat",
    ),
    "Flyway": (
        {"src/main/resources/db/migration/V1__a.sql": TABLE},
        "history: src/main/resources/db/migration (Flyway, 1 file, newest V1__a)",
        ("src/main/resources/db/migration",),
        "flyway",
    ),
    "Prisma": (
        {
            "prisma/schema.prisma": "",
            "prisma/migrations/20240101000000_init/migration.sql": TABLE,
            "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
        },
        "history: prisma/migrations (Prisma, 1 file, newest 20240101000000_init)",
        ("prisma/migrations",),
        "prisma",
    ),
    "Diesel": (
        {
            "diesel.toml": "",
            "migrations/2024-01-01-000000_users/up.sql": TABLE,
            "migrations/2024-01-01-000000_users/down.sql": "DROP TABLE users;\n",
        },
        "history: migrations (Diesel, 2 files, newest 2024-01-01-000000_users)",
        ("migrations",),
        "diesel",
    ),
    "goose": (
        {"migrations/00001_a.sql": f"-- +goose Up\n{TABLE}-- +goose Down\nDROP TABLE users;\n"},
        "history: migrations (goose, 1 file, newest 00001_a)",
        ("migrations",),
        "goose",
    ),
    "Supabase": (
        {
            "supabase/config.toml": "[db]\nmajor_version = 17\n",
            "supabase/migrations/20240101000000_a.sql": TABLE,
        },
        "history: supabase/migrations (Supabase, 1 file, newest 20240101000000_a)",
        ("supabase/migrations",),
        "supabase",
    ),
}


@pytest.mark.parametrize(("files", "said", "paths", "layout"), LAYOUTS.values(), ids=LAYOUTS)
def test_a_history_is_found_and_configured(
    files: Files,
    said: str,
    paths: tuple[str, ...],
    layout: str,
    project: Project,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project.write(files)
    assert sorted(written(project)) == [HOOKS, BASELINE, "ctb-lint.toml"]
    shown = capsys.readouterr()
    assert shown.out.splitlines()[0].lower() == said.lower()
    assert shown.err == ""
    settings = configured(project.folder).settings
    assert (settings.paths, settings.histories, settings.baseline) == (paths, (), BASELINE)
    assert main(["check"]) == 0
    main(["schema"])
    assert f"({layout}, " in capsys.readouterr().out


def test_several_histories_and_what_is_for_other_databases(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write(
        {
            "services/a/migrations/001_a.sql": TABLE,
            "services/b/migrations/001_b.sql": TABLE,
            "db/mysql/migrations/001_c.sql": TABLE,
        }
    )
    written(project)
    out = capsys.readouterr().out
    assert "left out: db/mysql/migrations (it is for MySQL)" in out.splitlines()
    expected = ("services/a/migrations", "services/b/migrations")
    assert configured(project.folder).paths == expected


@pytest.mark.parametrize(
    ("files", "tool"),
    [
        ({"alembic.ini": "", "alembic/versions/1_a.py": "x = 1\n"}, "alembic upgrade head --sql"),
        ({"shop/migrations/0001_initial.py": "x = 1\n"}, "python manage.py sqlmigrate"),
        ({"README.md": "nothing\n"}, "ctb-lint init PATH"),
        ({}, "ctb-lint init PATH"),
        ({"dumps/schema.sql": TABLE}, "ctb-lint init dumps/schema.sql"),
    ],
    ids=["Alembic", "Django", "no SQL", "an empty folder", "a dump"],
)
def test_where_there_is_no_history_the_way_out_is_said(
    files: Files, tool: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write(files)
    assert written(project, code=2) == {}
    error, hint = capsys.readouterr().err.splitlines()
    assert error.startswith("error: no migrations in SQL found")
    assert tool in hint


def test_named_folders_and_files_are_taken(project: Project) -> None:
    project.write({"odd/make.sql": TABLE, "dumps/schema.sql": TABLE})
    written(project, "odd", "dumps/schema.sql")
    histories = configured(project.folder).histories
    assert [(one.name, one.path) for one in histories] == [
        ("dumps/schema.sql", "dumps/schema.sql"),
        ("odd", "odd"),
    ]
    assert main(["check"]) == 0


@pytest.mark.parametrize("path", ["..", "nowhere"])
def test_a_path_that_cannot_be_taken_is_said(path: str, project: Project) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    assert written(project, path, code=2) == {}


@pytest.mark.parametrize("name", ["ctb-lint.toml", "pyproject.toml"])
@pytest.mark.parametrize("where", [".", "deep/below"])
def test_what_is_configured_is_left_alone(
    name: str,
    where: str,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "[tool.ctb-lint]\n" if name == "pyproject.toml" else ""
    project.write({name: text, "deep/below/migrations/001_a.sql": TABLE})
    monkeypatch.chdir(project.folder / where)
    assert written(project) == {}
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == f"{os.path.relpath(name, where)} configures this already: nothing is written"
    assert "      - id: ctb-lint" in rest


def test_a_second_run_changes_nothing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    written(project)
    capsys.readouterr()
    assert written(project) == {}
    assert capsys.readouterr().out == (
        "ctb-lint.toml configures this already: nothing is written\n"
    )


def test_a_broken_configuration_is_said(project: Project) -> None:
    project.write({"ctb-lint.toml": "paths = 1\n", "migrations/001_a.sql": TABLE})
    assert written(project, code=2) == {}


# pyproject.toml -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", '[project]\nname = "a"\n', '[project]\nname = "a"', "[tool.x]\r\na = 1\r\n", "[tool]\n"],
)
def test_the_configuration_goes_behind_a_project_file(text: str, project: Project) -> None:
    project.write({"pyproject.toml": text, "migrations/001_a.sql": TABLE})
    assert main(["init", "--yes", "--pyproject", "--pg-version", "17"]) == 0
    after = (project.folder / "pyproject.toml").read_bytes().decode()
    assert after.startswith(text)
    assert after[len(text) :].strip().startswith("[tool.ctb-lint]")
    assert after.count("\n") == after.count("\r\n") or "\r" not in text
    settings = load(project.folder / "pyproject.toml").settings
    assert (settings.paths, settings.pg_version) == (("migrations",), 17)
    assert not (project.folder / "ctb-lint.toml").exists()
    assert main(["check"]) == 0


@pytest.mark.parametrize("text", [None, "tool = {x = 1}\n", "not TOML"])
def test_a_project_file_that_takes_no_table_is_left_alone(
    text: str | None, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({"migrations/001_a.sql": TABLE} | ({"pyproject.toml": text} if text else {}))
    assert written(project, "--pyproject", code=2) == {}
    assert capsys.readouterr().err.startswith("pyproject.toml")


def test_a_project_file_without_a_section_does_not_stand_in_the_way(project: Project) -> None:
    project.write({"pyproject.toml": "[project]\n", "migrations/001_a.sql": TABLE})
    assert "ctb-lint.toml" in written(project)


# The first check ----------------------------------------------------------------------------


def test_the_baseline_holds_what_the_first_check_finds(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    text = written(project)[BASELINE]
    capsys.readouterr()
    main(["check", "--no-baseline", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    entries = json.loads(text)["findings"]
    assert sorted(entry["fingerprint"] for entry in entries) == sorted(
        finding["fingerprint"] for finding in found["findings"]
    )


def test_where_the_check_cannot_finish_no_baseline_is_written(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({"migrations/001_a.sql": TABLE, "migrations/002_b.sql": b"\xff\xfeS\x00"})
    assert sorted(written(project, code=2)) == [HOOKS, "ctb-lint.toml"]
    out = capsys.readouterr().out
    assert "the first check did not finish: no baseline is written" in out.splitlines()
    assert "  error: migrations/002_b.sql:1: is UTF-16" in out.splitlines()
    assert configured(project.folder).baseline is None


def test_a_clean_project_needs_no_baseline(project: Project) -> None:
    project.write({"migrations/001_a.sql": "SELECT 1;\n"})
    assert sorted(written(project)) == [HOOKS, "ctb-lint.toml"]
    assert configured(project.folder).baseline is None


def test_a_baseline_that_is_there_is_used_and_left(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = '{"version":1,"findings":[\n]}\n'
    project.write({"migrations/001_a.sql": TABLE, BASELINE: empty})
    assert sorted(written(project)) == [HOOKS, "ctb-lint.toml"]
    assert f"{BASELINE} is there already, and lacks " in capsys.readouterr().out
    assert configured(project.folder).baseline == BASELINE


# psql and PostgreSQL ------------------------------------------------------------------------

SCRIPT = 'for f in db/changes/*.sql; do\n  psql -f "$f"\ndone\n'


def test_what_scripts_feed_to_psql_is_said_to_be(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({"db/changes/001_a.sql": TABLE, "deploy.sh": SCRIPT})
    written(project)
    text = (project.folder / "ctb-lint.toml").read_text()
    assert "# deploy.sh:2 feeds these to psql: no tool knows which ran.\n[[histories]]" in text
    (history,) = configured(project.folder).histories
    assert (history.path, history.layout) == ("db/changes", "psql")
    assert main(["check"]) == 0


@pytest.mark.parametrize(
    "files",
    [
        {"db/changes/001_a.sql": TABLE, "restore.sh": "psql < backup.sql\n"},
        {"db/changes/V1__a.sql": TABLE, "deploy.sh": SCRIPT},
    ],
    ids=["a script about something else", "a tool's files"],
)
def test_other_uses_of_psql_say_nothing(files: Files, project: Project) -> None:
    project.write(files)
    written(project)
    settings = configured(project.folder).settings
    assert (settings.paths, settings.histories) == (("db/changes",), ())


@pytest.mark.parametrize(
    ("files", "arguments", "version"),
    [
        ({"docker-compose.yml": "image: postgres:16-alpine\n"}, (), 16),
        ({"docker-compose.yml": "image: postgres:16-alpine\n"}, ("--pg-version", "18"), 18),
        ({".tool-versions": "postgres 14.2\n"}, (), 14),
        ({}, (), 15),
    ],
    ids=["an image", "the option wins", "tool versions", "the default"],
)
def test_the_version_is_taken_from_hints(
    files: Files, arguments: tuple[str, ...], version: int, project: Project
) -> None:
    project.write({"migrations/001_a.sql": TABLE, **files})
    written(project, *arguments)
    assert configured(project.folder).pg_version == version


def test_a_catalogue_elsewhere_is_configured(project: Project) -> None:
    project.write({"migrations/001_a.sql": TABLE, "doc/db/SCHEMA_REFERENCE.md": "# Tables\n"})
    written(project)
    assert configured(project.folder).settings.catalogue == ("doc/db/SCHEMA_REFERENCE.md",)


def test_migrations_that_lie_deep_are_found_and_stubs_are_not(project: Project) -> None:
    deep = "a/b/c/d/e/f/g/h/migrations"
    project.write({f"{deep}/001_a.sql": TABLE, "lib/stub/migrations/001_a.sql": TABLE})
    written(project)
    assert configured(project.folder).paths == (deep,)


def test_what_is_not_checked_is_said_with_its_reason(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    opaque = "DO $$ BEGIN EXECUTE 'DROP TABLE ' || (SELECT max(relname) FROM pg_class); END $$;\n"
    project.write({"migrations/001_a.sql": TABLE + opaque})
    written(project)
    lines = capsys.readouterr().out.splitlines()
    start = lines.index("not checked, so that what it would find is in no baseline:")
    assert re.fullmatch(
        r"  \d+ rules \([A-Z]\d{3}(, [A-Z]\d{3}){4}, …\): "
        r"EXECUTE at migrations/001_a\.sql:2 builds its SQL",
        lines[start + 1],
    )


def test_where_all_is_checked_nothing_is_said_of_it(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    written(project)
    assert "not checked" not in capsys.readouterr().out


@pytest.mark.parametrize("job", [True, False])
def test_the_command_for_ci_is_named_where_no_job_is_written(
    project: Project, capsys: pytest.CaptureFixture[str], job: bool
) -> None:
    project.write({"migrations/001_a.sql": TABLE})
    if job:
        project.write({".github/workflows/a.yml": "on: push\n"})
    written(project)
    after = capsys.readouterr().out.split("\nnext:\n")[1].splitlines()
    command = "  ctb-lint check --since origin/main    # in CI: only what is new"
    assert after.count(command) == (0 if job else 1)
