"""Inputs that nobody writes by hand: very deep, very long, very many. Each ends soon, and says
what became of it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ctb_lint.cli.app import main
from ctb_lint.history import Folded, Outcome
from ctb_lint.readers.catalogue.reader import read_texts
from ctb_lint.readers.sql.reader import read_text

PATIENCE = 60
"""Seconds: some ten times what the slowest takes on two busy cores."""


@contextmanager
def soon() -> Iterator[None]:
    """Fails where what is inside takes too long."""
    began = time.perf_counter()
    yield
    assert time.perf_counter() - began < PATIENCE


def outcomes(folded: Folded) -> Counter[Outcome]:
    return Counter(s.outcome for file in folded.history.files for s in file.statements)


DEEP = 10_000


@pytest.mark.parametrize(
    "deep",
    [
        "SELECT " + "(" * DEEP + "1" + ")" * DEEP,
        "SELECT " + "(" * DEEP,
        "SELECT " + "[" * DEEP,
        "CREATE TABLE a (b int CHECK (" + "(" * DEEP + "b > 0" + ")" * DEEP + "))",
        "CREATE TABLE a (b int CHECK (b > 0" + " AND (b > 1" * DEEP + ")" * DEEP + "))",
        "SELECT " + "1 + " * DEEP + "1",
        "SELECT " + "NOT " * DEEP + "true",
        "SELECT " + "- " * DEEP + "1",
        "CREATE VIEW v AS SELECT " + "(SELECT " * DEEP + "1" + ")" * DEEP,
        "CREATE TABLE a (b int DEFAULT " + "f(" * DEEP + "1" + ")" * DEEP + ")",
        "SELECT " + "CASE WHEN a THEN " * DEEP + "1" + " END" * DEEP,
        "CREATE TABLE a (INDEX i (" + "(" * DEEP + "b" + ")" * DEEP + "))",
        "DO $$ BEGIN " + "IF a THEN " * DEEP + "NULL; " + "END IF; " * DEEP + "END $$",
        "DO $$ " + "BEGIN " * DEEP + "NULL; " + "END; " * DEEP + "$$",
        "/* " * DEEP + " */" * DEEP + " SELECT 1",
        "SELECT 1::int" + "[]" * DEEP,
        "SELECT a" + ".b" * DEEP,
    ],
    ids=lambda text: text.replace("\n", " ")[:40],
)
def test_ten_thousand_deep(deep: str) -> None:
    with soon():
        found = outcomes(read_text(f"CREATE TABLE before (id int);\n{deep};\nDROP TABLE before;"))
    assert found.total() >= 2
    with soon():
        assert read_text(f"CREATE TABLE before (id int);\n{deep}").schema.tables


SIZE = 5_000_000


@pytest.mark.parametrize(
    "long",
    [
        "INSERT INTO a VALUES " + ", ".join(["(1, 'some text', now())"] * (SIZE // 25)),
        "INSERT INTO a VALUES ('" + "x" * SIZE + "')",
        "SELECT 1 -- " + "x" * SIZE,
        "SELECT 1 /* " + "x" * SIZE,
        "SELECT '" + "''" * (SIZE // 2),
        "CREATE TABLE a (" + ", ".join(f"c{n} int" for n in range(SIZE // 12)) + ")",
        "CREATE TABLE " + "x" * SIZE + " (id int)",
        "DO $$ BEGIN " + "PERFORM 1; " * (SIZE // 11) + " END $$",
        "COPY a FROM stdin;\n" + "1\tx\n" * (SIZE // 4) + "\\.\n",
        " " * SIZE + "SELECT 1",
        "é" * (SIZE // 2),
    ],
    ids=lambda text: text.replace("\n", " ")[:40].strip() or "blanks",
)
def test_one_statement_of_five_megabytes(long: str) -> None:
    with soon():
        found = outcomes(read_text(long))
    assert found.total() >= 1


@pytest.mark.parametrize("columns", [1_600, 1_601, 200_000])
def test_a_table_of_more_columns_than_there_can_be_is_refused(columns: int) -> None:
    """A statement of less than 4 MiB is parsed, however many columns it has."""
    text = "CREATE TABLE a (" + ", ".join(f"c{n} int" for n in range(columns)) + ");"
    with soon():
        (statement,) = read_text(text).history.files[0].statements
    refused = Outcome.SYNTAX_ERROR, "tables can have at most 1600 columns"
    made = Outcome.UNDERSTOOD, None
    assert (statement.outcome, statement.why) == (made if columns == 1_600 else refused)


def test_a_hundred_thousand_statements() -> None:
    with soon():
        found = outcomes(read_text("SELECT 1;\n" * 100_000))
    assert found == {Outcome.HARMLESS: 100_000}


@pytest.mark.parametrize(
    "one",
    ["ALTER TABLE a ADD COLUMN b int;\n", "CREATE TABLE a (b int);\n", "x;\n"],
)
def test_ten_thousand_times_the_same_fault(one: str) -> None:
    with soon():
        found = outcomes(read_text("CREATE TABLE a (id int);\n" + one * 10_000))
    assert found.total() == 10_001


def test_a_thousand_tables() -> None:
    text = "".join(f"CREATE TABLE t{n} (id int PRIMARY KEY);\n" for n in range(1_000))
    text += "".join(f"ALTER TABLE t{n} ADD COLUMN b int REFERENCES t1;\n" for n in range(1_000))
    with soon():
        assert len(read_text(text).schema.tables) == 1_000


@pytest.mark.parametrize(
    "text",
    [
        "SELECT " + "(" * DEEP + "1" + ")" * DEEP,
        "INSERT INTO a VALUES ('" + "x" * SIZE + "')",
        "CREATE TABLE a (" + ", ".join(f"c{n} int" for n in range(2_000)) + ")",
        "x" * SIZE,
    ],
    ids=["deep", "long", "wide", "one word"],
)
def test_rules_and_reports_take_them_too(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ctb-lint.toml").write_text("")
    (tmp_path / "001_a.sql").write_text(text)
    with soon():
        code = main(["check", "--config", str(tmp_path / "ctb-lint.toml"), str(tmp_path)])
    assert code in {0, 1}
    assert len(capsys.readouterr().out) < 100_000


def test_a_block_of_thirty_thousand_commands_is_judged_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command has a place; its line was once counted from the top each time."""
    commands = "".join(f"psql $DATABASE_URL < migrations/{n}.sql\n" for n in range(30_000))
    text = f"# Tables\n\n### 1. users\n\n**Barton ID**: `BID-A-001`\n\n```bash\n{commands}```\n"
    (tmp_path / "c.md").write_text(text)
    (tmp_path / "ctb-lint.toml").write_text('select = ["M018"]\n')
    with soon():
        code = main(["check", "--config", str(tmp_path / "ctb-lint.toml"), "--catalogue",
                     str(tmp_path / "c.md"), "--format", "json", "--fail-on", "info"])  # fmt: skip
    report = json.loads(capsys.readouterr().out)
    assert code == 1
    assert {one["code"] for one in report["findings"]} == {"M018"}


def test_a_line_of_a_block_has_its_place() -> None:
    text = "# a\n\n```bash\none\n\nthree\n```\n"
    (block,) = read_texts({"c.md": text}).catalogue.blocks
    places = [block.line(number) for number in range(4)]
    assert [(at.line, at.column, at.end_column) for at in places[:3]] == [
        (4, 1, 4), (5, 1, 1), (6, 1, 6),
    ]  # fmt: skip
    assert [text[at.start : at.end] for at in places[:3]] == ["one", "", "three"]
    assert places[3] == block.at
