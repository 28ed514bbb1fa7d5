"""What DO blocks leave known, what they leave open, and where their messages point."""

from __future__ import annotations

import pytest

from ctb_lint.history import Folded, Outcome
from ctb_lint.mishaps import Mishap, UnknownRelation
from ctb_lint.model import QualifiedName
from ctb_lint.readers.sql.reader import read_text

OPAQUE = "DO $$ BEGIN EXECUTE (SELECT sql FROM work); END $$;\n"
FACTS = ("columns", "constraints", "indexes", "triggers", "comments")


def folded(sql: str) -> Folded:
    return read_text("CREATE TABLE work (sql text);\n" + sql)


def known(sql: str) -> dict[str, bool]:
    """Of each table but the first, whether all that a rule needs is known of it."""
    schema = folded(sql).schema
    return {
        str(name): schema.knowledge.why_unknown(name, FACTS) is None
        for name in schema.tables
        if name.name != "work"
    }


def unread(sql: str) -> list[tuple[str | None, str]]:
    """Why each statement is not understood, and the text that the message points at."""
    whole = "CREATE TABLE work (sql text);\n" + sql
    return [
        (s.why, whole[s.at.start : s.at.end] if s.at else "")
        for file in folded(sql).history.files
        for s in file.statements
        if s.outcome is Outcome.NOT_UNDERSTOOD
    ]


T = QualifiedName("public", "t")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE TABLE t (id int);" + OPAQUE, {"public.t": False}),
        (OPAQUE + "CREATE TABLE t (id int);", {"public.t": True}),
        (OPAQUE + "CREATE TABLE t (id int);" + OPAQUE, {"public.t": False}),
        # Two on one line are two.
        (OPAQUE.strip() + "CREATE TABLE t (id int);" + OPAQUE, {"public.t": False}),
        (OPAQUE + "CREATE TABLE t AS SELECT 1 AS id;", {"public.t": True}),
        (OPAQUE + "CREATE TABLE t AS SELECT * FROM work;", {"public.t": False}),
        (OPAQUE + "CREATE TABLE IF NOT EXISTS t (id int);", {"public.t": False}),
        (OPAQUE + "CREATE TABLE IF NOT EXISTS t AS SELECT 1 AS id;", {"public.t": False}),
        (OPAQUE + "DROP TABLE IF EXISTS t; CREATE TABLE IF NOT EXISTS t (id int);",
         {"public.t": True}),
        ("CREATE TABLE t (a int);" + OPAQUE + "DROP TABLE t; CREATE TABLE t (id int);",
         {"public.t": True}),
        (OPAQUE + "DO $$ BEGIN CREATE TABLE t (id int); END $$;", {"public.t": True}),
        (OPAQUE + "DO $$ BEGIN IF now() > '2020-01-01' THEN CREATE TABLE t (id int);"
         " END IF; END $$;",
         {"public.t": False}),
        (OPAQUE + "DO $$ BEGIN IF now() > '2020-01-01' THEN RETURN; END IF;"
         " CREATE TABLE t (id int); END $$;", {"public.t": False}),
        (OPAQUE + "CREATE TABLE t (id int); ALTER TABLE t RENAME TO u;", {"public.u": True}),
        (OPAQUE + "CREATE TABLE t (id int); ALTER TABLE t RENAME TO u;"
         "CREATE TABLE IF NOT EXISTS t (id int);", {"public.t": False, "public.u": True}),
        (OPAQUE + "ALTER TABLE work RENAME TO t;", {"public.t": False}),
        (OPAQUE + "BEGIN; CREATE TABLE t (id int); ROLLBACK;"
         "CREATE TABLE IF NOT EXISTS t (id int);",
         {"public.t": False}),
        ("BEGIN;" + OPAQUE + "ROLLBACK; CREATE TABLE t (id int);", {"public.t": True}),
        (OPAQUE + "CREATE TABLE t (id int) INHERITS (work);", {"public.t": False}),
        (OPAQUE + "CREATE TABLE t (LIKE work);", {"public.t": False}),
        (OPAQUE + "CREATE TABLE t () INHERITS (built);", {"public.t": False}),
        (OPAQUE + "CREATE TABLE t (sql text); ALTER TABLE t INHERIT work;", {"public.t": False}),
        # A statement that names one table reaches its children.
        ("CREATE TABLE p (id int); CREATE TABLE t () INHERITS (p);"
         "DO $$ BEGIN EXECUTE 'ALTER TABLE p ADD COLUMN ' || now(); END $$;",
         {"public.p": False, "public.t": False}),
        # An enum that is older than what could have changed it.
        ("CREATE TYPE mood AS ENUM ('sad');" + OPAQUE + "CREATE TABLE t (m mood);",
         {"public.t": True}),
    ],
)  # fmt: skip
def test_what_is_made_behind_an_opaque_statement_is_known(
    sql: str, expected: dict[str, bool]
) -> None:
    assert known(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE TYPE mood AS ENUM ('sad');" + OPAQUE + "CREATE TABLE t (m mood);", False),
        (OPAQUE + "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (m mood);", True),
        (OPAQUE + "CREATE TABLE t (m mood);", False),
        (OPAQUE + "CREATE TABLE t (m text);", True),
    ],
)
def test_the_values_of_an_enum_are_known_where_it_was_made_since(sql: str, expected: bool) -> None:
    knowledge = folded(sql).schema.knowledge
    assert (knowledge.why_unknown(T, ("enums",)) is None) is expected


def test_which_tables_there_are_stays_open() -> None:
    result = folded(OPAQUE + "CREATE TABLE t (id int); ALTER TABLE built ADD x int;")
    knowledge = result.schema.knowledge
    why = "EXECUTE at <stdin>:2 builds its SQL"
    assert knowledge.why_unknown(T, ("tables",)) is not None
    assert knowledge.why_unknown(None, ("columns",)) is not None
    assert [why_.rpartition(":")[2] for why_ in {u[2] for u in knowledge.unknown}] == [
        why.rpartition(":")[2]
    ]
    assert [m for m in result.history.mishaps if isinstance(m, UnknownRelation)] == []


MULTIPLE = """DO $do$ BEGIN
    EXECUTE 'CREATE TYPE theme AS ENUM (''dark'');' || 'CREATE TABLE t (a theme DEFAULT ''dark'')';
    EXECUTE format('ALTER TABLE %I ADD %I missing', 't', 'b');
END $do$;"""


def test_findings_point_into_the_constant() -> None:
    whole = "CREATE TABLE work (sql text);\n" + MULTIPLE
    result = folded(MULTIPLE)
    table = result.schema.tables[T]
    column, other = table.columns
    shown = [column.location, column.type_location, column.default_location, other.type_location]
    mishaps: list[Mishap] = [*result.history.mishaps]
    assert [whole[at.start : at.end] for at in shown if at] == ["a", "theme", "''dark''", "missing"]
    assert [whole[m.at.start : m.at.end] for m in mishaps] == ["missing"]
    assert unread(MULTIPLE) == []


@pytest.mark.parametrize(
    ("block", "why", "at"),
    [
        ("LOOP DELETE FROM work; EXECUTE sql; EXIT; END LOOP;",
         "EXECUTE builds its SQL: what it does cannot be read from the text", "sql"),
        ("DELETE FROM work; PLAY music;", "in its block: PLAY music", "PLAY music"),
        ("DELETE FROM work; EXECUTE 'CREATE TABEL t (id int)';",
         'PostgreSQL refuses what EXECUTE runs: syntax error at or near "TABEL"',
         "CREATE TABEL t (id int)"),
        ("EXECUTE 'SELECT 1; COMMIT';", "PostgreSQL refuses COMMIT in an EXECUTE", "COMMIT"),
        ("EXECUTE 'SELECT 1 AS a INTO t';", "PostgreSQL refuses SELECT … INTO in an EXECUTE",
         "SELECT 1 AS a INTO t"),
        ("EXECUTE '\\i other.sql';", "PostgreSQL refuses what EXECUTE runs: it is no SQL",
         "'\\i other.sql'"),
    ],
)  # fmt: skip
def test_a_message_points_at_the_statement_that_it_speaks_of(block: str, why: str, at: str) -> None:
    assert unread(f"DO $$ BEGIN {block} END $$;") == [(why, at)]


def test_perform_is_a_query() -> None:
    quiet = "LOOP DELETE FROM work; PERFORM pg_sleep(1); EXIT; END LOOP;"
    assert unread(f"DO $$ BEGIN {quiet} END $$;") == []
    changing = "DELETE FROM work; PERFORM create_hypertable('work', 'sql');"
    assert unread(f"DO $$ BEGIN {changing} END $$;") == [
        ("runs create_hypertable(), which may change tables",
         "PERFORM create_hypertable('work', 'sql')")
    ]  # fmt: skip
    missing = folded("DO $$ BEGIN PERFORM 1 FROM gone; END $$;").history.mishaps
    assert [(type(m).__name__, str(m.name)) for m in missing] == [
        ("UnknownRelation", "public.gone")
    ]


@pytest.mark.parametrize(
    ("expression", "facts"),
    [
        ("'COMMENT ON TABLE work IS ' || x", ["comments"]),
        ("'COMMENT ON TABLE work IS 1; DROP TABLE ' || x", ["columns", "comments", "constraints",
         "enums", "indexes", "tables"]),
        ("'COMMENT ON TABLE work IS 1; ' || x", ["columns", "comments", "constraints", "enums",
         "indexes", "tables"]),
        ("format('COMMENT ON TABLE %I IS 1;', x)", ["comments"]),
        ("'ALTER TABLE work ADD ' || x", ["columns", "constraints", "indexes"]),
        ("'ALTER TABLE work RENAME TO ' || x",
         ["columns", "constraints", "enums", "indexes", "tables"]),
        ("'ALTER TABLE ' || x", ["columns", "constraints", "enums", "indexes", "tables"]),
        ("replace('GRANT x', 'GRANT', x)",
         ["columns", "constraints", "enums", "indexes", "tables"]),
        ("'CREATE TYPE ' || x", ["enums"]),
        ("'SELECT ' || x", []),
    ],
)  # fmt: skip
def test_built_sql_leaves_open_what_its_words_may_touch(expression: str, facts: list[str]) -> None:
    unknown = folded(f"DO $$ BEGIN EXECUTE {expression}; END $$;").schema.knowledge.unknown
    assert sorted({fact for _, fact, _ in unknown}) == facts
