"""What a file holds beside the statements of its own migration: down sections, psql's commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.history import Outcome
from ctb_lint.model import QualifiedName
from ctb_lint.readers.sql.reader import SqlOptions, read, read_text


@pytest.mark.parametrize(
    ("up", "down"),
    [("-- +goose Up", "-- +goose Down"), ("-- migrate:up", "-- migrate:down transaction:false")],
    ids=["goose", "dbmate"],
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
