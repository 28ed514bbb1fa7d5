"""The pure parts of ``ctb-lint init``: from facts to texts."""

from __future__ import annotations

import json
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.cli.initial.configuration import TABLE, configuration
from ctb_lint.cli.initial.facts import Facts, GitFacts, Line, PgHint
from ctb_lint.cli.initial.first import in_short
from ctb_lint.cli.initial.gates import any_system, github, gitlab, hook_file, hook_snippet
from ctb_lint.cli.initial.look import look
from ctb_lint.cli.initial.origin import Origin, origin_of
from ctb_lint.cli.initial.plan import appended, planned
from ctb_lint.cli.initial.postgres import is_hint, postgres_hints, suggested
from ctb_lint.cli.initial.quoting import quoted
from ctb_lint.cli.initial.writing import write_all
from ctb_lint.cli.trouble import RunError
from ctb_lint.config import parse
from ctb_lint.history import Layout
from ctb_lint.readers.projects import ScriptLine
from ctb_lint.report import Failure
from ctb_lint.toml import document
from tests.reporters.reports import many, report

ORIGIN = Origin("ctb-lint==1.0")
GIT = GitFacts(Path("/repository"))
FOLDERS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1
).filter(lambda name: name not in {".", ".."})


def facts(*paths: str, **more: object) -> Facts:
    lines = tuple(Line(path, Layout.FLAT, 1, "1") for path in paths)
    return Facts(folder=Path("/repository"), paths=paths, lines=lines, **more)  # type: ignore[arg-type]


@given(FOLDERS, FOLDERS)
def test_any_folder_round_trips_through_the_configuration(one: str, other: str) -> None:
    paths = tuple(sorted({f"db/{one}", f"{other}/x"}))
    plain = configuration(facts(*paths), 16, f"{one} says 16", baseline=True)
    settings = parse(plain).settings
    assert (settings.paths, settings.pg_version) == (paths, 16)
    script = ScriptLine(other, 1, "psql -f x")
    fed = facts(*paths, psql=((paths[0], script),), catalogues=(f"{one}/SCHEMA_REFERENCE.md",))
    settings = parse(configuration(fed, 16, other, baseline=False)).settings
    assert [(history.name, history.path) for history in settings.histories] == [
        (path, path) for path in paths
    ]
    assert settings.histories[0].layout is Layout.PSQL
    assert settings.catalogue == (f"{one}/SCHEMA_REFERENCE.md",)


@given(FOLDERS)
def test_a_table_says_the_same_as_a_file(folder: str) -> None:
    fed = facts(folder, "x/y", psql=((folder, ScriptLine("a.sh", 1, "psql -f x")),))
    _, alone = document(configuration(fed, 16, folder, baseline=True).encode(), "a")
    table = configuration(fed, 16, folder, baseline=True, table=TABLE)
    behind = b'[project]\r\nname = "a"' + appended(b'[project]\r\nname = "a"', table).encode()
    _, content = document(behind, "b")
    assert content == {"project": {"name": "a"}, "tool": {"ctb-lint": alone}}


@given(FOLDERS)
def test_any_folder_round_trips_through_yaml(folder: str) -> None:
    git = GitFacts(Path("/repository"), f"apps/{folder}")
    hook = yaml.safe_load(hook_file(git, "ctb-lint.toml", ORIGIN))["repos"][0]["hooks"][0]
    assert hook["args"] == ["--config", f"apps/{folder}/ctb-lint.toml"]
    step = yaml.safe_load(github(git, ORIGIN))["jobs"]["ctb-lint"]["steps"][-1]
    expressions = step["working-directory"].replace("${{ '${{' }}", "${{")
    assert expressions == f"apps/{folder}"
    job = yaml.safe_load(gitlab(git, ORIGIN).text)["ctb-lint"]
    assert shlex.split(job["script"][1]) == ["cd", f"apps/{folder}"]
    lines = any_system(git, ORIGIN, "Jenkinsfile").text
    assert shlex.split(lines)[3:5] == ["cd", f"apps/{folder}"]


def test_an_expression_in_a_folders_name_is_no_expression() -> None:
    text = github(GitFacts(Path("/repository"), "a${{ github.token }}"), ORIGIN)
    assert "working-directory: \"a${{ '${{' }} github.token }}\"" in text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_toml_and_yaml_read_a_quoted_text_alike(text: str) -> None:
    literal = quoted(text)
    assert literal.isprintable()
    assert document(f"a = {literal}".encode(), "a")[1] == {"a": text}
    assert yaml.safe_load(f"a: {literal}") == {"a": text}


def test_what_is_not_utf8_cannot_be_written() -> None:
    with pytest.raises(RunError, match="a path cannot be written into TOML"):
        configuration(facts("m\udcff"), 16, "x", baseline=False)
    plan = planned(facts("m", git=GitFacts(Path("/r"), "m\udcff")), "", ORIGIN)
    assert [file.path for file in plan.files] == ["ctb-lint.toml"]
    assert plan.remarks == (
        "the way to this folder is not UTF-8: no hook and no CI job is written",
    )


def test_a_ctb_lint_from_a_folder_is_not_taken_for_one_that_others_can_install() -> None:
    git = GitFacts(Path("/r"), workflows=True)
    local = Origin("ctb-lint==1.0", folder=True)
    assert planned(facts("m", git=git), "", local).remarks == (
        "this ctb-lint was installed from a folder: see that pip finds ctb-lint==1.0 where the job"
        " runs, or change that line of the job",
    )
    assert planned(facts("m", git=git), "", ORIGIN).remarks == ()
    assert planned(facts("m", git=GitFacts(Path("/r"))), "", local).remarks == ()


# PostgreSQL ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("image: postgres:16", [16]),
        ("image: 'postgres:16.4-alpine3.20'", [16]),
        ("FROM postgis/postgis:15-3.4", [15]),
        ("image: pgvector/pgvector:0.7.4-pg16", [16]),
        ("image: timescale/timescaledb:2.14.2-pg15", [15]),
        ("image: timescale/timescaledb:latest-pg17", [17]),
        ("image: postgres:${PG:-14}", [14]),
        ("image: bitnami/postgresql:13.2.0", [13]),
        ("matrix of postgres:13 and postgres:17", [13, 17]),
        ("image: postgres:latest", []),
        ("image: timescale/timescaledb:2.14.2", []),
        ("url: postgres://user:15@host/db", []),
        ("url: postgresql://postgres:15secret@host/db", []),
        ("image: mypostgres_exporter:15", []),
    ],
)
def test_images_tell_the_version(text: str, versions: list[int]) -> None:
    assert [hint.version for hint in postgres_hints({"compose.yaml": text})] == versions


def test_settings_tell_the_version() -> None:
    texts = {
        ".tool-versions": "ruby 3.3\npostgres 15.1\n",
        "supabase/config.toml": "[db]\nmajor_version = 17\n",
    }
    assert postgres_hints(texts) == (
        PgHint(15, ".tool-versions"),
        PgHint(17, "supabase/config.toml"),
    )


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("docker-compose.test.yml", True),
        ("deploy/Dockerfile", True),
        (".github/workflows/ci.yml", True),
        ("docs/ci.yml", False),
        ("app/main.py", False),
    ],
)
def test_only_some_files_are_asked(path: str, is_one: bool) -> None:
    assert is_hint(path) is is_one


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        ((), None),
        ((PgHint(16, "a"),), (16, "a says 16")),
        ((PgHint(14, "b"), PgHint(16, "a")), (14, "b says 14, the lowest of 2")),
        ((PgHint(9, "a"),), (13, "a says 9")),
        ((PgHint(25, "a"),), (18, "a says 25")),
    ],
)
def test_the_lowest_version_is_suggested(
    hints: tuple[PgHint, ...], expected: tuple[int, str] | None
) -> None:
    assert suggested(hints) == expected


# Origin and hook ----------------------------------------------------------------------------

COMMIT = "a" * 40


def record(url: str, **how: str) -> str:
    return json.dumps({"url": url, "vcs_info": {"vcs": "git", "commit_id": COMMIT, **how}})


@pytest.mark.parametrize(
    ("urls", "direct", "expected"),
    [
        ([], None, Origin("ctb-lint==1.0")),
        (
            [],
            '{"url": "file:///home/x", "dir_info": {"editable": true}}',
            Origin("ctb-lint==1.0", folder=True),
        ),
        (
            ["Documentation, https://example.com/d", "Repository, https://example.com/r"],
            None,
            Origin("ctb-lint==1.0", "https://example.com/r", "v1.0"),
        ),
        (
            [],
            record("https://example.com/r"),
            Origin(
                f"ctb-lint @ git+https://example.com/r@{COMMIT}", "https://example.com/r", COMMIT
            ),
        ),
        ([], record("https://user:secret@example.com/r"), Origin("ctb-lint==1.0")),
        ([], record("https://example.com/r", vcs="hg"), Origin("ctb-lint==1.0")),
        ([], "no JSON", Origin("ctb-lint==1.0")),
        ([], "[]", Origin("ctb-lint==1.0")),
    ],
)
def test_the_origin_is_what_the_metadata_says(
    urls: list[str], direct: str | None, expected: Origin
) -> None:
    assert origin_of("1.0", urls, direct) == expected


def test_a_known_repository_is_where_the_hook_comes_from() -> None:
    git = GitFacts(Path("/repository"), "sub")
    origin = Origin("ctb-lint==1.0", "https://example.com/r", "v1.0")
    assert yaml.safe_load(hook_file(git, "ctb-lint.toml", origin)) == {
        "repos": [
            {
                "repo": "https://example.com/r",
                "rev": "v1.0",
                "hooks": [{"id": "ctb-lint", "args": ["--config", "sub/ctb-lint.toml"]}],
            }
        ]
    }


@pytest.mark.parametrize("indent", ["", "  ", "    "])
def test_the_snippet_is_indented_as_the_list_is(indent: str) -> None:
    there = f"repos:\n{indent}-   repo: meta\n{indent}    hooks: []\n"
    git = GitFacts(Path("/repository"), hooks=there)
    snippet = hook_snippet(git, "ctb-lint.toml", ORIGIN)
    assert len(yaml.safe_load(there + snippet.text)["repos"]) == 2


# The first report, and writing --------------------------------------------------------------


def test_a_large_report_is_put_in_short() -> None:
    lines = list(in_short(many(500)))
    assert len(lines) < 20
    assert lines[0].startswith("first check: 500 findings ")


def test_what_could_not_be_read_is_named() -> None:
    failures = tuple(Failure("is no text", f"{number}.sql", 1) for number in range(7))
    assert list(in_short(report(failures=failures)))[1:] == [
        *(f"  error: {number}.sql:1: is no text" for number in range(5)),
        "  … and 2 more",
    ]


def test_a_file_that_appears_in_between_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = Facts(folder=tmp_path, paths=("m",), lines=())
    plan = planned(found, "x = 1\n", ORIGIN, baseline="{}", debt=1)
    (tmp_path / "ctb-lint.toml").write_text("theirs")
    with pytest.raises(RunError) as raised:
        write_all(plan.files)
    assert raised.value.failure.message == (
        "cannot be written: a file of that name is there; written before: ctb-lint-baseline.json"
    )
    assert (tmp_path / "ctb-lint.toml").read_text() == "theirs"


def test_a_project_file_that_changes_in_between_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = Facts(folder=tmp_path, paths=("m",), lines=())
    plan = planned(found, "[tool.ctb-lint]\n", ORIGIN, project=b"a = 1\n")
    (tmp_path / "pyproject.toml").write_text("a = 2\n")
    with pytest.raises(RunError, match="it was changed in the meantime; nothing was written"):
        write_all(plan.files)
    assert (tmp_path / "pyproject.toml").read_text() == "a = 2\n"


def test_the_newest_migration_is_offered_as_released(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for name in ("001_a.sql", "002_b\"'.sql"):
        (folder / name).write_text("SELECT 1;\n", encoding="utf-8")
    text = configuration(look(tmp_path), 16, "asked", baseline=False)
    (line,) = (one for one in text.splitlines() if one.startswith("# released = "))
    assert tomllib.loads(line.removeprefix("# ")) == {"released": "002_b\"'"}
