"""The reader's entry: standard input, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.mishaps import UnknownColumn
from ctb_lint.readers.sql.reader import SqlOptions, read


def history(folder: Path) -> Path:
    migrations = folder / "migrations"
    migrations.mkdir()
    (migrations / "001_a.sql").write_text("CREATE TABLE a (x int);", encoding="utf-8")
    (migrations / "002_b.sql").write_text("ALTER TABLE a ADD y int;", encoding="utf-8")
    return migrations


def test_standard_input_takes_the_place_of_the_file_that_it_is_named_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history(tmp_path)
    monkeypatch.chdir(tmp_path)
    stdin = (b"ALTER TABLE a DROP COLUMN z;", "migrations/002_b.sql")
    result = read([Path("-")], SqlOptions(base=tmp_path, stdin=stdin))
    assert result.selected == {"migrations/002_b.sql"}
    assert result.texts["migrations/002_b.sql"] == "ALTER TABLE a DROP COLUMN z;"
    (folded,) = result.folded
    (mishap,) = folded.history.mishaps
    assert isinstance(mishap, UnknownColumn)
    assert (mishap.name.name, mishap.column) == ("a", "z")


def test_standard_input_of_another_name_is_a_history_of_its_own(tmp_path: Path) -> None:
    stdin = (b"CREATE TABLE a (x int);", "new.sql")
    result = read([Path("-")], SqlOptions(base=tmp_path, stdin=stdin))
    assert result.selected == {"new.sql"}
    assert [folded.history.name for folded in result.folded] == ["new.sql"]


def test_after_a_file_that_cannot_be_read_nothing_is_certain(tmp_path: Path) -> None:
    migrations = history(tmp_path)
    (migrations / "001_a.sql").write_bytes(b"CREATE TABLE a (x int); -- \xff")
    result = read([migrations], SqlOptions(base=tmp_path))
    assert [failure.path for failure in result.failures] == ["migrations/001_a.sql"]
    (folded,) = result.folded
    assert folded.history.mishaps == ()
    assert folded.schema.knowledge.why_unknown(None, ("tables",)) == (
        "migrations/001_a.sql could not be read"
    )
