"""What a file holds beside the statements of its own migration: down sections, psql's commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.history import Outcome
from ctb_lint.mishaps import UnknownRelation
from ctb_lint.model import QualifiedName
from ctb_lint.readers.sql.reader import SqlOptions, read, read_text
from tests.growth import in_proportion

PIECES = [
    "-- +goose Up", "-- +goose Down", "-- +goose StatementBegin", "-- +goose StatementEnd",
    "-- migrate:up", "-- migrate:down", "-- +migrate Up", "CREATE TABLE a (x int)",
    "SELECT ';'", ";", "$$ -- +goose Down $$", "-- x", "/* -- migrate:down */", "(", "'",
]  # fmt: skip


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("-- +goose Up", "-- +goose Down"),
        ("-- migrate:up", "-- migrate:down transaction:false"),
        ("-- +migrate Up notransaction", "-- +migrate Down"),
    ],
    ids=["goose", "dbmate", "sql-migrate"],
)
def test_a_down_section_is_read_and_not_folded(up: str, down: str) -> None:
    folded = read_text(f"{up}\nCREATE TABLE t (id int);\n{down}\nDROP TABLE t;\nDROP TABEL u;\n")
    assert list(folded.schema.tables) == [QualifiedName("public", "t")]
    outcomes = [statement.outcome for statement in folded.history.files[0].statements]
    assert outcomes[-1] is Outcome.SYNTAX_ERROR
    assert folded.history.mishaps == ()


def test_flyway_applies_versions_as_numbers_and_what_is_repeatable_last(tmp_path: Path) -> None:
    files = {
        "V1__create.sql": "CREATE TABLE t (a int);",
        "V2__add_b.sql": "ALTER TABLE t ADD COLUMN b int;",
        "U2__drop_b.sql": "ALTER TABLE t DROP COLUMN b;",
        "V10__add_c.sql": "ALTER TABLE t ADD COLUMN c int;",
        "R__view.sql": "CREATE VIEW v AS SELECT c FROM t;",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (folded,) = read([tmp_path], SqlOptions(base=tmp_path)).folded
    names = [file.name for file in folded.history.files]
    assert names == ["V1__create", "V2__add_b", "V10__add_c", "R__view", "U2__drop_b"]
    (table,) = folded.schema.tables.values()
    assert [column.name for column in table.columns] == ["a", "b", "c"]
    assert folded.history.mishaps == ()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("\\c other", "\\c connects to another database"),
        ("\\gexec", "\\gexec runs the SQL that a query builds"),
        ("\\ir more.sql", "\\ir runs another file"),
    ],
)
def test_a_command_that_leads_elsewhere_is_not_understood(command: str, why: str) -> None:
    folded = read_text(f"CREATE TABLE a (x int);\n{command}\nALTER TABLE b ADD y int;\n")
    (unread,) = [
        s for s in folded.history.files[0].statements if s.outcome is Outcome.NOT_UNDERSTOOD
    ]
    assert unread.why == why
    assert unread.changes_tables
    assert folded.history.mishaps == ()


def test_what_only_one_branch_drops_may_still_be_there() -> None:
    folded = read_text(
        "CREATE TABLE a (x int);\n\\if :old\nDROP TABLE a;\n\\endif\nALTER TABLE a ADD y int;\n"
    )
    assert folded.history.mishaps == ()


LONG = """-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RETURN 1;
END
$$
-- +goose StatementEnd
CREATE TABLE a (x int);
-- +goose StatementBegin
CREATE TABLE b (x int);
-- +goose StatementEnd
-- +goose Down
DROP TABLE b
-- +goose StatementBegin
DROP TABLE a;
-- +goose StatementEnd
"""


def test_what_stands_between_markers_is_cut_there_with_or_without_a_semicolon() -> None:
    folded = read_text(LONG)
    (file,) = folded.history.files
    assert [(s.kind, s.location.line, s.outcome) for s in file.statements] == [
        ("CREATE FUNCTION", 3, Outcome.UNDERSTOOD),
        ("CREATE TABLE", 9, Outcome.UNDERSTOOD),
        ("CREATE TABLE", 11, Outcome.UNDERSTOOD),
        ("DROP TABLE", 14, Outcome.UNDERSTOOD),
        ("DROP TABLE", 16, Outcome.UNDERSTOOD),
    ]
    assert [str(name) for name in sorted(folded.schema.tables)] == ["public.a", "public.b"]
    assert folded.history.mishaps == ()


def test_the_last_statement_of_a_dbmate_section_needs_no_semicolon() -> None:
    text = "-- migrate:up\nCREATE TABLE a (x int)\n-- migrate:down\nDROP TABLE a\n"
    folded = read_text(text)
    (file,) = folded.history.files
    assert [(s.kind, text[s.location.start : s.location.end]) for s in file.statements] == [
        ("CREATE TABLE", "CREATE TABLE a (x int)"),
        ("DROP TABLE", "DROP TABLE a"),
    ]
    assert file.rollback


def test_what_a_down_section_makes_is_not_made_later() -> None:
    text = "-- migrate:up\nALTER TABLE a ADD y int;\n-- migrate:down\nCREATE TABLE a (x int);\n"
    (mishap,) = read_text(text).history.mishaps
    assert isinstance(mishap, UnknownRelation)
    assert mishap.created_later is None


ROLLBACKS = [
    pytest.param("-- ROLLBACK\n-- DROP TABLE a;", True, id="a heading"),
    pytest.param("-- Rollback:\n-- DROP TABLE a;", True, id="with a colon"),
    pytest.param("-- Down:\n--   DROP TABLE a", True, id="down, without a semicolon"),
    pytest.param("-- down migration\n-- DROP TABLE a;", True, id="down migration"),
    pytest.param("-- === ROLLBACK ===\n-- -------\n-- DROP TABLE a;", True, id="decorated"),
    pytest.param("-- To roll back, run:\n-- DROP TABLE a;", True, id="a sentence"),
    pytest.param("-- Rollback: DROP TABLE a;", True, id="on the same line"),
    pytest.param("/*\nROLLBACK\nDROP TABLE a;\nDROP TYPE b;\n*/", True, id="in one comment"),
    pytest.param("/* Down:\n * x */\n-- DROP TABLE a;", False, id="no SQL below it"),
    pytest.param("-- Rollback: none", False, id="none"),
    pytest.param("-- ROLLBACK\n-- restore the backup", False, id="words"),
    pytest.param("-- ROLLBACK", False, id="nothing below it"),
    pytest.param("-- DROP TABLE a;", False, id="no heading"),
    pytest.param("-- Slow-down of the index\n-- DROP TABLE a;", False, id="another word"),
    pytest.param("-- ROLLBACK\n-- DROP TABLE a;\nSELECT 1;", False, id="not at the end"),
]


@pytest.mark.parametrize(("ending", "expected"), ROLLBACKS)
def test_a_rollback_may_stand_at_the_end_as_a_comment(ending: str, expected: bool) -> None:
    folded = read_text(f"CREATE TABLE a (x int);\n{ending}\n")
    (file,) = folded.history.files
    assert file.rollback is expected
    assert list(folded.schema.tables) == [QualifiedName("public", "a")]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("\n".join))
def test_markers_move_nothing_and_lose_nothing(text: str) -> None:
    for statement in read_text(text).history.files[0].statements:
        at = statement.location
        assert text[at.start : at.end].strip() == text[at.start : at.end]
        assert not text[at.start : at.end].startswith(";")


def test_the_ways_back_of_files(tmp_path: Path) -> None:
    files = {
        "1_a.up.sql": "CREATE TABLE a (x int);",
        "01_other.down.sql": "DROP TABLE a;",
        "2_b.up.sql": "CREATE TABLE b (x int);",
        "3_c.up.sql": "CREATE TABLE c (x int);\n-- ROLLBACK\n-- DROP TABLE c;",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (folded,) = read([tmp_path], SqlOptions(base=tmp_path)).folded
    assert [(file.name, file.rollback) for file in folded.history.files] == [
        ("1_a", True),
        ("2_b", False),
        ("3_c", True),
        ("01_other", False),
    ]


def test_what_a_runner_passes_over_is_not_folded(tmp_path: Path) -> None:
    files = {
        "V1__a.sql": "CREATE TABLE a (x int);",
        "V2__b.sql": "CREATE TABLE b (x int);",
        "V3_c.sql": "CREATE TABLE c (x int); CREATE TABEL d;",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (folded,) = read([tmp_path], SqlOptions(base=tmp_path)).folded
    assert [(file.name, file.applied) for file in folded.history.files] == [
        ("V1__a", True),
        ("V2__b", True),
        ("V3_c", False),
    ]
    assert [name.name for name in sorted(folded.schema.tables)] == ["a", "b"]
    assert folded.history.files[2].statements[1].outcome is Outcome.SYNTAX_ERROR


@pytest.mark.parametrize(
    ("made", "size"),
    [
        (lambda number: "-- +goose Down\nSELECT 1;\n-- +goose Up\nSELECT 1;\n" * number, 250),
        (lambda number: "SELECT 1;\n" + "-- ROLLBACK:\n" * number, 6_250),
        (lambda n: "SELECT 1;\n-- " + "=" * n + "\n-- down" + " " * n + "x", 125_000),
    ],
    ids=["markers", "headings", "a heading without end"],
)
def test_markers_and_headings_take_time_in_proportion(
    made: Callable[[int], str], size: int
) -> None:
    in_proportion(made, read_text, size)
