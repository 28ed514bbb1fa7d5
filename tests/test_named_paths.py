"""Paths and commits in what a catalogue says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.named_paths import commit_of, gone_through, plain, run_by, same, value_of


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("ctb/data/migrations/", "ctb/data/migrations"),
        ("`./a//b/../c.sql`", "a/c.sql"),
        (r"db\sql\a.sql", "db/sql/a.sql"),
        ("README.md#top", "README.md"),
        ("../other/a.sql", "../other/a.sql"),
        ("/etc/passwd", "/etc/passwd"),
        ("my file.sql", "my file.sql"),
        ("https://example.org/a.sql", None),
        ("C:/a.sql", "C:/a.sql"),
        ("mailto:me@example.org", None),
        ("~/a.sql", None),
        ("*.sql", None),
        ("db/{name}.sql", None),
        ("$DIR/a.sql", None),
        ("…/a.sql", None),
        ("#top", None),
        ("./", None),
        ("/", None),
        ("", None),
        ("a\nb", None),
        ("a\0b", None),
        ("a" * 501, None),
    ],
)
def test_what_of_a_text_is_a_path(written: str, path: str | None) -> None:
    assert plain(written) == path


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("**Source Path**: `./sql/`", "./sql/"),
        ("Source Path: sql/", "sql/"),
        ("- **Source**: [here](sql/a.sql) and `there`", "there"),
        ("- **Source**: [here](sql/a.sql)", "sql/a.sql"),
        ("nothing", ""),
    ],
)
def test_the_value_of_a_sentence(sentence: str, value: str) -> None:
    assert value_of(sentence) == value


@pytest.mark.parametrize(
    ("sentence", "commit"),
    [
        ("**Commit**: `1617b8ef`", "1617b8ef"),
        ("Commit: 1617B8EF", "1617b8ef"),
        (f"Commit: {'a' * 64}", "a" * 64),
        ("Commit: 1617b8", None),
        (f"Commit: {'a' * 65}", None),
        ("Commit: --all", None),
        ("Commit: main", None),
    ],
)
def test_the_commit_of_a_sentence(sentence: str, commit: str | None) -> None:
    assert commit_of(sentence) == commit


def test_two_paths_can_be_one_where_the_longer_ends_with_the_other() -> None:
    assert same("sql/a.sql", "app/sql/a.sql")
    assert same("/app/sql/", "app/sql")
    assert not same("ql/a.sql", "sql/a.sql")
    assert not same("sql/a.sql", "sql/b.sql")


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("psql < ctb/a.sql", [(0, "ctb/a.sql")]),
        ('# all\nfor f in ctb/data/*.sql; do\n  psql -f "$f"\ndone', [(1, "ctb/data")]),
        ("for f in $DIR/*.sql; do psql -f $f; done", []),
        ("ls ./sql/* | xargs -I{} psql -f {}", [(0, "sql")]),
        ("ls *.sql", []),
        ("# for f in sql/*.sql", []),
        ("cat 'db/sql/*.sql' | psql", [(0, "db/sql")]),
    ],
)
def test_what_a_shell_program_runs(program: str, found: list[tuple[int, str]]) -> None:
    assert list(run_by(program)) == found


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("x = 1\nfor f in Path('ctb/data').glob('*.sql'): pass", [(1, "ctb/data")]),
        ('glob.glob("db/sql/*.sql")', [(0, "db/sql")]),
        ('os.listdir(r"db/sql/")', [(0, "db/sql")]),
        ("Path('sql').iterdir()", []),
        ("Path('db/sql/a.sql').read_text()", []),
        ("glob.glob(pattern)", []),
    ],
)
def test_what_a_python_program_goes_through(program: str, found: list[tuple[int, str]]) -> None:
    assert list(gone_through(program)) == found


@given(st.text(max_size=100), st.text(max_size=100))
def test_what_is_a_path_stays_one(one: str, other: str) -> None:
    path = plain(one)
    if path is not None:
        assert plain(path) == path
        assert same(path, path)
    assert same(one, other) == same(other, one)
