"""The questions fit every version that they are for, and another server than the newest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ctb_lint.live import LiveFacts
from ctb_lint.readers.postgres import sql
from ctb_lint.readers.postgres.connect import connected
from ctb_lint.readers.postgres.inspect import Inspection, inspect_with_facts
from ctb_lint.readers.postgres.queries import NEWEST, OLDEST, query
from ctb_lint.readers.postgres.target import choose_target
from ctb_lint.readers.sql.pg import parse
from ctb_lint.readers.sql.reader import SqlOptions, read_text
from tests.machine import MachineServer, binaries
from tests.parity.diff import differences
from tests.parity.facts import facts
from tests.postgres import Server

PARTS = {"own", "locked"}
"""They stand in questions, and are none."""
QUESTIONS = sorted({path.stem for path in Path(sql.__path__[0]).glob("*.sql")} - PARTS)
RICH = Path(__file__).parents[2] / "parity" / "rich_schema.sql"
PAST_15 = """
CREATE TABLE later (
    a integer, b integer GENERATED ALWAYS AS (a * 2) STORED, n text UNIQUE NULLS NOT DISTINCT,
    parent integer, id integer PRIMARY KEY,
    FOREIGN KEY (parent) REFERENCES later ON DELETE SET NULL (parent)
);
CREATE UNIQUE INDEX later_i ON later (a, lower(n) DESC) INCLUDE (b) NULLS NOT DISTINCT WHERE a > 0;
GRANT SELECT (a), UPDATE ON later TO PUBLIC;
"""


def columns(text: str) -> int:
    (statement,) = parse(text.replace("%s", "NULL").replace("{CHOSEN}", "{1}"))
    select: dict[str, Any] = statement["stmt"]["SelectStmt"]
    return len(select["targetList"])


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_version_is_asked_for_as_many_columns(name: str) -> None:
    counts = {columns(query(name, version)) for version in range(OLDEST, NEWEST + 2)}
    assert len(counts) == 1


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_is_left_of_the_marks(name: str) -> None:
    for version in (OLDEST, NEWEST):
        text = query(name, version)
        assert [word for word in ("--", " OID ", "CATALOG'") if word in text] == []


@pytest.fixture(scope="module")
def other() -> Iterator[MachineServer]:
    with MachineServer(binaries()) as running:
        yield running


def inspected(server: Server) -> Inspection:
    with server.database() as connection:
        connection.execute(RICH.read_bytes())
        connection.execute(PAST_15.encode())
        target = choose_target(server.dsn(connection.info.dbname), {}, {})
        with connected(target) as own:
            return inspect_with_facts(own, target)


def test_another_version_has_the_same_schema(server: Server, other: MachineServer) -> None:
    newest, older = inspected(server), inspected(other)
    assert older.facts.server.major < newest.facts.server.major
    assert older.schema.knowledge.unknown == ()
    assert dict(facts(older.schema)) == dict(facts(newest.schema))
    for name, table in newest.schema.tables.items():
        same = older.schema.tables[name]
        assert (same.owner, same.grants, same.indexes) == (
            table.owner,
            table.grants,
            table.indexes,
        )


def test_and_the_reader_of_migrations_agrees_with_it(other: MachineServer) -> None:
    text = RICH.read_text(encoding="utf-8") + PAST_15
    major = inspected(other).facts.server.major
    folded = read_text(text, "a.sql", SqlOptions(base=Path(), pg_version=major))
    assert [str(m) for m in differences(folded.schema, inspected(other).schema)] == []


def comparable(found: LiveFacts) -> tuple[Any, ...]:
    """What does not depend on the version."""
    return (
        sorted(found.tables),
        [(i.table, i.name, i.unique, i.constraint, i.valid, i.ready) for i in found.indexes],
        found.sequences,
        found.role,
        found.schemas.keys(),
        found.counting,
        found.unknown,
    )


def test_and_the_same_facts(server: Server, other: MachineServer) -> None:
    assert comparable(inspected(other).facts) == comparable(inspected(server).facts)
