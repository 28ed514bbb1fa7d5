"""What M008 says of a second run, held against PostgreSQL: every file of an example runs twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ctb_lint.readers.postgres.inspect import inspect
from ctb_lint.readers.sql.pg import parse
from ctb_lint.registry import load
from ctb_lint.rule import Example
from tests.examples import files_of, marks_of
from tests.fixing.project import laid, mended, refusal, texts
from tests.postgres import Server

RULE = load()["M008"]
RERUN = [example for example in RULE.valid if example.config]


def pytest_id(example: Example) -> str:
    return " ".join(example.text.split())[:40]


def twice(server: Server, files: dict[str, str]) -> list[str]:
    """What the second run of each file meets, right after the first: PostgreSQL's refusal, or a
    schema or number of rows that is another."""
    database = server.create_database()
    found: list[str] = []
    try:
        for text in files.values():
            seen = []
            for _ in range(2):
                # Another session, since the first takes its temporary tables along.
                with server.connect(database) as connection:
                    error = refusal(connection, text)
                    schema = inspect(connection, default_schema="public")
                    rows = [
                        connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()
                        for name in schema.tables
                    ]
                seen.append((error, schema, rows))
            assert seen[0][0] is None
            if seen[1][0]:
                found.append(seen[1][0])
            elif seen[0][1:] != seen[1][1:]:
                found.append("another schema, or other rows")
    finally:
        server.drop_database(database)
    return found


@pytest.mark.parametrize("example", RERUN, ids=pytest_id)
def test_what_is_valid_runs_twice(example: Example, server: Server) -> None:
    assert twice(server, files_of(example)) == []


@pytest.mark.parametrize("example", RULE.invalid, ids=pytest_id)
def test_what_is_found_fails_the_second_time(example: Example, server: Server) -> None:
    files = files_of(example)
    assert len(twice(server, files)) == len({name for name, _, _ in marks_of(example)})


@pytest.mark.parametrize("example", RULE.invalid, ids=pytest_id)
def test_what_is_fixed_runs_twice(example: Example, tmp_path: Path, server: Server) -> None:
    laid(tmp_path, files_of(example), example.config)
    given, report = mended(tmp_path, "M008")
    if report.findings:
        assert given.applied == ()
    else:
        assert twice(server, texts(tmp_path)) == []


STATEMENTS = """
CREATE UNLOGGED TABLE« IF NOT EXISTS» t (id int)
create index concurrently« IF NOT EXISTS» i on t (a)
CREATE UNIQUE INDEX« IF NOT EXISTS» i ON t (a)
CREATE FOREIGN TABLE« IF NOT EXISTS» t (a int) SERVER s
CREATE SERVER« IF NOT EXISTS» s FOREIGN DATA WRAPPER w
CREATE STATISTICS« IF NOT EXISTS» s ON a, b FROM t
CREATE EXTENSION« IF NOT EXISTS» hstore
CREATE SCHEMA« IF NOT EXISTS» AUTHORIZATION u
CREATE COLLATION« IF NOT EXISTS» c FROM "C"
CREATE« OR REPLACE» RECURSIVE VIEW v (n) AS SELECT 1
CREATE« OR REPLACE» RULE r AS ON INSERT TO t DO NOTHING
CREATE« OR REPLACE» TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()
CREATE« OR REPLACE» AGGREGATE a (int) (sfunc = f, stype = int)
ALTER TABLE t ADD COLUMN« IF NOT EXISTS» a int, ADD« IF NOT EXISTS» b int, ALTER c SET NOT NULL
ALTER TABLE t ADD COLUMN« IF NOT EXISTS» "column" int
ALTER TABLE t DROP« IF EXISTS» a, DROP COLUMN« IF EXISTS» b CASCADE
ALTER TABLE t DROP CONSTRAINT« IF EXISTS» k
ALTER TYPE value ADD VALUE« IF NOT EXISTS» 'x' AFTER 'y'
DROP MATERIALIZED VIEW« IF EXISTS» a.v
DROP INDEX CONCURRENTLY« IF EXISTS» i
DROP FUNCTION« IF EXISTS» f(int), g(text)
DROP TRIGGER« IF EXISTS» g ON t
DROP POLICY« IF EXISTS» p ON t
DROP ROLE« IF EXISTS» r
DROP TYPE« IF EXISTS» m
""".strip().splitlines()
"""What is added stands in «»."""


@pytest.mark.parametrize("marked", STATEMENTS)
def test_the_words_stand_where_postgresql_wants_them(marked: str, tmp_path: Path) -> None:
    text, cured = re.sub("«.*?»", "", marked), marked.replace("«", "").replace("»", "")
    laid(tmp_path, {"001.sql": f"{text};\n"}, RULE.invalid[0].config)
    given, _ = mended(tmp_path, "M008")
    assert texts(tmp_path) == {"001.sql": f"{cured};\n"}
    assert len(parse(cured)) == 1
    assert [left.reason for left in given.left] == []


def test_create_or_replace_trigger_is_not_written_for_a_server_that_lacks_it(
    tmp_path: Path,
) -> None:
    text = "CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f();\n"
    laid(tmp_path, {"001.sql": text}, f"pg-version = 13\n{RULE.invalid[0].config}")
    given, report = mended(tmp_path, "M008")
    assert given.written == ()
    (finding,) = report.findings
    assert finding.hint == "write DROP TRIGGER IF EXISTS g ON t; before it"
