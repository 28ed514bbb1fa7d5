"""Inputs that nobody writes by hand: very deep, very long, very many. Each takes time in proportion
to its size, and says what became of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ctb_lint.cli.app import main
from ctb_lint.history import Folded, Outcome
from ctb_lint.readers.catalogue.reader import read_texts
from ctb_lint.readers.sql import pg
from ctb_lint.readers.sql.reader import read_text
from tests.growth import TIMES, in_proportion


def outcomes(folded: Folded) -> Counter[Outcome]:
    return Counter(s.outcome for file in folded.history.files for s in file.statements)


DEEP = 10_000


@pytest.mark.parametrize(
    "deep",
    [
        lambda n: "SELECT " + "(" * n + "1" + ")" * n,
        lambda n: "SELECT " + "(" * n,
        lambda n: "SELECT " + "[" * n,
        lambda n: "CREATE TABLE a (b int CHECK (" + "(" * n + "b > 0" + ")" * n + "))",
        lambda n: "CREATE TABLE a (b int CHECK (b > 0" + " AND (b > 1" * n + ")" * n + "))",
        lambda n: "SELECT " + "1 + " * n + "1",
        lambda n: "SELECT " + "NOT " * n + "true",
        lambda n: "SELECT " + "- " * n + "1",
        lambda n: "CREATE VIEW v AS SELECT " + "(SELECT " * n + "1" + ")" * n,
        lambda n: "CREATE TABLE a (b int DEFAULT " + "f(" * n + "1" + ")" * n + ")",
        lambda n: "SELECT " + "CASE WHEN a THEN " * n + "1" + " END" * n,
        lambda n: "CREATE TABLE a (INDEX i (" + "(" * n + "b" + ")" * n + "))",
        lambda n: "DO $$ BEGIN " + "IF a THEN " * n + "NULL; " + "END IF; " * n + "END $$",
        lambda n: "DO $$ " + "BEGIN " * n + "NULL; " + "END; " * n + "$$",
        lambda n: "/* " * n + " */" * n + " SELECT 1",
        lambda n: "SELECT 1::int" + "[]" * n,
        lambda n: "SELECT a" + ".b" * n,
    ],
    ids=lambda made: made(2),
)
def test_ten_thousand_deep(deep: Callable[[int], str]) -> None:
    def whole(size: int) -> str:
        return f"CREATE TABLE before (id int);\n{deep(size)};\nDROP TABLE before;"

    def unended(size: int) -> str:
        return f"CREATE TABLE before (id int);\n{deep(size)}"

    assert outcomes(read_text(whole(DEEP))).total() >= 2
    assert read_text(unended(DEEP)).schema.tables
    for made in (whole, unended):
        in_proportion(made, read_text, DEEP // TIMES**2)
        in_proportion(made, read_text, DEEP // TIMES)


SIZE = 5_000_000


@pytest.mark.parametrize(
    "long",
    [
        lambda n: "INSERT INTO a VALUES " + ", ".join(["(1, 'some text', now())"] * (n // 25)),
        lambda n: "INSERT INTO a VALUES ('" + "x" * n + "')",
        lambda n: "SELECT 1 -- " + "x" * n,
        lambda n: "SELECT 1 /* " + "x" * n,
        lambda n: "SELECT '" + "''" * (n // 2),
        lambda n: "CREATE TABLE a (" + ", ".join(f"c{c} int" for c in range(n // 12)) + ")",
        lambda n: "CREATE TABLE " + "x" * n + " (id int)",
        lambda n: "DO $$ BEGIN " + "PERFORM 1; " * (n // 11) + " END $$",
        lambda n: "COPY a FROM stdin;\n" + "1\tx\n" * (n // 4) + "\\.\n",
        lambda n: " " * n + "SELECT 1",
        lambda n: "é" * (n // 2),
    ],
    ids=lambda made: made(40).replace("\n", " ").strip()[:40],
)
def test_one_statement_of_five_megabytes(
    long: Callable[[int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outcomes(read_text(long(SIZE))).total() >= 1
    # What PostgreSQL's parser is given, and what is too long for it.
    in_proportion(long, read_text, SIZE // TIMES**2)
    monkeypatch.setattr(pg, "_MAX_BYTES", 1024)
    in_proportion(long, read_text, SIZE // TIMES)


@pytest.mark.parametrize("columns", [1_600, 1_601, 200_000])
def test_a_table_of_more_columns_than_there_can_be_is_refused(columns: int) -> None:
    """A statement of less than 4 MiB is parsed, however many columns it has."""
    text = "CREATE TABLE a (" + ", ".join(f"c{n} int" for n in range(columns)) + ");"
    (statement,) = read_text(text).history.files[0].statements
    refused = Outcome.SYNTAX_ERROR, "tables can have at most 1600 columns"
    made = Outcome.UNDERSTOOD, None
    assert (statement.outcome, statement.why) == (made if columns == 1_600 else refused)


def test_columns_take_time_in_proportion() -> None:
    def table(number: int) -> str:
        return "CREATE TABLE a (" + ", ".join(f"c{n} int" for n in range(number)) + ");"

    in_proportion(table, read_text, 200_000 // TIMES)


def test_a_hundred_thousand_statements() -> None:
    found = outcomes(read_text("SELECT 1;\n" * 100_000))
    assert found == {Outcome.HARMLESS: 100_000}
    in_proportion(lambda number: "SELECT 1;\n" * number, read_text, 10_000)


@pytest.mark.parametrize(
    "one",
    ["ALTER TABLE a ADD COLUMN b int;\n", "CREATE TABLE a (b int);\n", "x;\n"],
)
def test_ten_thousand_times_the_same_fault(one: str) -> None:
    def faults(number: int) -> str:
        return "CREATE TABLE a (id int);\n" + one * number

    assert outcomes(read_text(faults(10_000))).total() == 10_001
    in_proportion(faults, read_text, 10_000 // TIMES)


def test_a_thousand_tables() -> None:
    def tables(number: int) -> str:
        made = (f"CREATE TABLE t{n} (id int PRIMARY KEY);\n" for n in range(number))
        more = (f"ALTER TABLE t{n} ADD COLUMN b int REFERENCES t1;\n" for n in range(number))
        return "".join((*made, *more))

    assert len(read_text(tables(1_000)).schema.tables) == 1_000
    in_proportion(tables, read_text, 1_000 // TIMES)


@pytest.mark.parametrize(
    ("made", "size"),
    [
        (lambda n: "SELECT " + "(" * n + "1" + ")" * n, DEEP),
        (lambda n: "INSERT INTO a VALUES ('" + "x" * n + "')", SIZE),
        (lambda n: "CREATE TABLE a (" + ", ".join(f"c{c} int" for c in range(n)) + ")", 2_000),
        (lambda n: "x" * n, SIZE),
    ],
    ids=["deep", "long", "wide", "one word"],
)
def test_rules_and_reports_take_them_too(
    made: Callable[[int], str], size: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ctb-lint.toml").write_text("")

    def written(number: int) -> str:
        (tmp_path / f"{number}").mkdir(exist_ok=True)
        (tmp_path / f"{number}" / "001_a.sql").write_text(made(number))
        return str(tmp_path / f"{number}")

    def checked(folder: str) -> None:
        assert main(["check", "--config", str(tmp_path / "ctb-lint.toml"), folder]) in {0, 1}

    checked(written(size))
    assert len(capsys.readouterr().out) < 100_000
    in_proportion(written, checked, size // TIMES**2)


def test_a_block_of_many_commands_is_judged_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command has a place; its line was once counted from the top each time."""
    (tmp_path / "ctb-lint.toml").write_text('select = ["M018"]\n')

    def written(number: int) -> str:
        commands = "".join(f"psql $DATABASE_URL < migrations/{n}.sql\n" for n in range(number))
        text = f"# Tables\n\n### 1. users\n\n**Barton ID**: `BID-A-001`\n\n```bash\n{commands}```\n"
        (tmp_path / f"{number}.md").write_text(text)
        return str(tmp_path / f"{number}.md")

    def judged(catalogue: str) -> None:
        config = str(tmp_path / "ctb-lint.toml")
        code = main(["check", "--config", config, "--catalogue", catalogue, "--format", "json",
                     "--fail-on", "info"])  # fmt: skip
        report = json.loads(capsys.readouterr().out)
        assert code == 1
        assert {one["code"] for one in report["findings"]} == {"M018"}

    in_proportion(written, judged, 30_000 // TIMES)


def test_a_line_of_a_block_has_its_place() -> None:
    text = "# a\n\n```bash\none\n\nthree\n```\n"
    (block,) = read_texts({"c.md": text}).catalogue.blocks
    places = [block.line(number) for number in range(4)]
    assert [(at.line, at.column, at.end_column) for at in places[:3]] == [
        (4, 1, 4), (5, 1, 1), (6, 1, 6),
    ]  # fmt: skip
    assert [text[at.start : at.end] for at in places[:3]] == ["one", "", "three"]
    assert places[3] == block.at
