"""How each statement of a file ends."""

from __future__ import annotations

import pytest

from ctb_lint.history import Direction, Outcome, Statement
from ctb_lint.readers.sql.reader import read_text
from ctb_lint.readers.sql.statements import parse_file

UNDERSTOOD, HARMLESS = Outcome.UNDERSTOOD, Outcome.HARMLESS
WRONG, UNREAD = Outcome.SYNTAX_ERROR, Outcome.NOT_UNDERSTOOD


def statements(sql: str) -> tuple[Statement, ...]:
    """The statements of a file as they stand after the fold."""
    (file,) = read_text(sql).history.files
    return file.statements


def ends(sql: str) -> list[tuple[str, Outcome]]:
    return [(statement.kind, statement.outcome) for statement in statements(sql)]


def place(sql: str) -> str | None:
    """What the last statement's message points at."""
    at = statements(sql)[-1].at
    return sql[at.start : at.end] if at else None


OUTCOMES = [
    ("CREATE TABLE a (id int)", "CREATE TABLE", UNDERSTOOD),
    ("ALTER TABLE a ADD COLUMN b int", "ALTER TABLE", UNDERSTOOD),
    ("ALTER INDEX a RENAME TO b", "ALTER INDEX RENAME", UNDERSTOOD),
    ("DROP TABLE IF EXISTS a", "DROP TABLE", UNDERSTOOD),
    ("DROP MATERIALIZED VIEW IF EXISTS a", "DROP MATERIALIZED VIEW", UNDERSTOOD),
    ("CREATE MATERIALIZED VIEW a AS SELECT 1 AS b", "CREATE MATERIALIZED VIEW", UNDERSTOOD),
    ("CREATE TABLE a (id int, INDEX i (id))", "CREATE TABLE", UNDERSTOOD),
    ("DO $$ BEGIN CREATE TABLE a (id int); END $$", "DO", UNDERSTOOD),
    ("SELECT 1", "SELECT", HARMLESS),
    ("VACUUM", "VACUUM", HARMLESS),
    ("CREATE ROLE reader", "CREATE ROLE", HARMLESS),
    ("GRANT reader TO writer", "GRANT ROLE", HARMLESS),
    ("PREPARE plan AS SELECT 1", "PREPARE", HARMLESS),
    ("CREATE PUBLICATION everything FOR ALL TABLES", "CREATE PUBLICATION", HARMLESS),
    ("CREATE TABEL a (id int)", "", WRONG),
    ("CREATE TABLE a (id int,)", "", WRONG),
    ("SELECT 1 SELECT 2", "", WRONG),
    ("CREATE TABLE a (id int) ENGINE=InnoDB", "", WRONG),
    ("PRAGMA foreign_keys = on", "", WRONG),
    ("EXECUTE plan", "EXECUTE", UNREAD),
    ("IMPORT FOREIGN SCHEMA s FROM SERVER far INTO near", "IMPORT FOREIGN SCHEMA", UNREAD),
    ("DROP OWNED BY someone", "DROP OWNED", UNREAD),
    ("DO LANGUAGE plpython3u 'pass'", "DO", UNREAD),
    ("DO $$ BEGIN EXECUTE 'DROP TABLE ' || name; END $$", "DO", UNREAD),
    ("CREATE TABLE ${schema}.a (id int)", "", UNREAD),
]


@pytest.mark.parametrize(("sql", "kind", "outcome"), OUTCOMES, ids=[case[0] for case in OUTCOMES])
def test_a_statement_ends_as(sql: str, kind: str, outcome: Outcome) -> None:
    assert ends(sql + ";") == [(kind, outcome)]


def test_every_outcome_is_among_the_cases() -> None:
    assert {outcome for _, _, outcome in OUTCOMES} == set(Outcome)


PLACEHOLDERS = [
    ("ALTER TABLE a ADD COLUMN b ${type}", "${type}"),
    ("CREATE TABLE {{ schema }}.a (id int)", "{{ schema }}"),
    ("CREATE TABLE a (id int) {% if owner %} TABLESPACE b {% endif %}", "{% if owner %}"),
    ("SELECT %(who)s", "%(who)s"),
    ("ALTER TABLE a OWNER TO :owner", ":owner"),
    ("SELECT :'who'", ":'who'"),
    ("CREATE TABLE @schema@.a (id int)", "@schema@"),
    ("SELECT <%= who %>", "<%= who %>"),
]


@pytest.mark.parametrize(("sql", "written"), PLACEHOLDERS, ids=[case[1] for case in PLACEHOLDERS])
def test_a_placeholder_is_named_as_what_is_not_understood(sql: str, written: str) -> None:
    (statement,) = statements(sql + ";")
    assert statement.outcome is UNREAD
    assert statement.why == f"it holds the placeholder {written}, whose value is not known here"
    assert statement.changes_tables is not sql.startswith("SELECT")
    assert place(sql + ";") == written


NO_PLACEHOLDERS = [
    "SELECT '${text}', ':text', '{{ text }}'",
    "SELECT 1 -- ${comment}",
    "SELECT (ARRAY[1, 2, 3])[1:2]",
    "SELECT '1'::int",
    "SELECT make_interval(days := 2)",
    "SELECT 5 % (2)",
    'SELECT 1 AS "{{ legal }}"',
]


@pytest.mark.parametrize("sql", NO_PLACEHOLDERS)
def test_what_postgresql_accepts_holds_no_placeholder(sql: str) -> None:
    (statement,) = statements(sql)
    assert statement.outcome in {UNDERSTOOD, HARMLESS}


@pytest.mark.parametrize("command", ["\\i", "\\ir", "\\include", "\\include_relative"])
def test_what_psql_includes_is_not_understood(command: str) -> None:
    sql = f"SELECT 1;\n{command} tables.sql\nSELECT 2;"
    assert ends(sql) == [("SELECT", HARMLESS), ("", UNREAD), ("SELECT", HARMLESS)]
    included = statements(sql)[1]
    assert included.why == f"{command} runs another file"
    assert included.changes_tables


def test_other_commands_of_psql_are_no_statements() -> None:
    sql = "\\set ON_ERROR_STOP on\n\\echo 'never ends\n\\connect app\nSELECT 1;"
    assert ends(sql) == [("SELECT", HARMLESS)]


def test_the_data_of_copy_is_no_statement() -> None:
    sql = "CREATE TABLE a (b text);\nCOPY a FROM stdin;\nDROP TABLE a;\n\\.\nSELECT 1;"
    assert [kind for kind, _ in ends(sql)] == ["CREATE TABLE", "COPY", "SELECT"]


UNTERMINATED = [
    ("INSERT INTO a VALUES ('b; SELECT 3;", "unterminated quoted string", "'"),
    ('SELECT "b; SELECT 3;', "unterminated quoted identifier", '"'),
    ("/* b; SELECT 3;", "unterminated /* comment", "/"),
    ("DO $body$ BEGIN; SELECT 3; $$", "unterminated dollar-quoted string", "$"),
]


@pytest.mark.parametrize(
    ("rest", "message", "at"), UNTERMINATED, ids=[case[1] for case in UNTERMINATED]
)
def test_what_stands_before_a_quote_that_never_ends_is_kept(
    rest: str, message: str, at: str
) -> None:
    sql = "CREATE TABLE a (b text);\nVACUUM;\n" + rest
    assert ends(sql) == [("CREATE TABLE", UNDERSTOOD), ("VACUUM", HARMLESS), ("", WRONG)]
    last = statements(sql)[-1]
    assert last.why == message
    assert place(sql) == at
    assert sql[last.location.start : last.location.end] == rest


@pytest.mark.parametrize("sql", ["", " \n\t", "-- a comment", "/* two\nlines */\n-- more", ";;"])
def test_a_file_without_statements_has_none(sql: str) -> None:
    assert statements(sql) == ()


@pytest.mark.parametrize(
    "frame", ["SELECT {}1{}", "CREATE TABLE a (b int CHECK ({}b > 1{}))", "SELECT 1 WHERE {}"]
)
def test_ten_thousand_parentheses_are_not_understood(frame: str) -> None:
    sql = frame.format("(" * 10_000, ")" * 10_000) + "; SELECT 2;"
    deep, after = statements(sql)
    assert deep.outcome in {UNREAD, WRONG}
    assert deep.why
    assert (after.kind, after.outcome) == ("SELECT", HARMLESS)


def test_the_place_of_a_syntax_error_is_postgresqls() -> None:
    assert place("CREATE TABLE a (id int,);") == ")"
    assert place("SELECT 1; SELECT FROM WHERE;") == "WHERE"


def test_the_statements_of_a_roll_back_file_are_read() -> None:
    parsed = parse_file("DROP TABEL a; DROP TABLE a;", "a.down.sql", direction=Direction.DOWN)
    outcomes = [part.statement.outcome for part in parsed.parts]
    assert (parsed.folds, outcomes) == (False, [WRONG, UNDERSTOOD])
