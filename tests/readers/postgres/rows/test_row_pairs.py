"""Questions about two rows or two tables, against what they mean, worked out in Python."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier, Literal

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows import looks, overlaps
from ctb_lint.readers.postgres.rows.ask import ask
from ctb_lint.readers.postgres.rows.effort import Effort
from ctb_lint.readers.postgres.rows.job import Job
from ctb_lint.readers.postgres.rows.sweep import Run
from ctb_lint.rows import Check, Disagreement, Duplicate, Overlap, Reference, RowFact
from tests.postgres import Connection, Server

SETTINGS = settings(
    max_examples=int(os.environ.get("CTB_LINT_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
A, B, C = (QualifiedName("public", name) for name in "abc")
SMALL = Effort(size=2, target=0.0001)

UUIDS = [f"00000000-0000-4000-8000-00000000000{digit}" for digit in "123ab"]
VALUES: dict[str, list[str]] = {
    "text": ["a", "A", "b", "", " a", "ä", "10", "9"],
    "text, too": ["a", "A", "b", "10"],
    "number": ["-1", "0", "1", "2", "10"],
    "uuid": UUIDS,
}
TYPES: dict[str, tuple[str, str, str]] = {
    "texts": ("text", "text", "text"),
    "a text and a varchar": ("text", "varchar(9)", "text"),
    "texts of two collations": ('text COLLATE "C"', 'text COLLATE "pg_c_utf8"', "text"),
    "a text and citext": ("text", "citext", "text, too"),
    "a domain and a text": ("named", "text", "text"),
    "an enum and a text": ("letter", "text", "text, too"),
    "integers": ("integer", "bigint", "number"),
    "an integer and a number": ("integer", "numeric", "number"),
    "a text and an integer": ("text", "integer", "number"),
    "uuids": ("uuid", "uuid", "uuid"),
    "a text and a uuid": ("text", "uuid", "uuid"),
}
Rows = list[tuple[str | None, str | None]]
"""Each a value and what else the row says."""


@pytest.fixture(scope="module")
def database(server: Server) -> Iterator[Connection]:
    with server.database() as connection:
        connection.execute(
            b"CREATE EXTENSION citext; CREATE DOMAIN named AS text;"
            b"CREATE TYPE letter AS ENUM ('b', '10', 'A', 'a')"
        )
        yield connection


def fill(connection: Connection, table: str, type_: str, rows: Rows) -> None:
    connection.execute(f"CREATE TABLE {table} (id serial PRIMARY KEY, v {type_}, p text)".encode())
    for row in rows:
        values = SQL(", ").join(map(Literal, row))
        connection.execute(
            SQL("INSERT INTO {} (v, p) VALUES ({})").format(SQL(table), values)  # type: ignore[arg-type]
        )


def drawn(data: st.DataObject, kind: str, *, unique: bool = False) -> Rows:
    values = st.sampled_from(VALUES[kind]) | st.none()
    rows = data.draw(st.lists(st.tuples(values, st.sampled_from(["x", "y", None])), max_size=9))
    if not unique:
        return rows
    return list({row[0].lower(): row for row in rows if row[0] is not None}.values())


def prepare(
    connection: Connection, data: st.DataObject, kinds: tuple[str, str, str]
) -> tuple[Rows, Rows]:
    """Two tables, with or without indexes and statistics."""
    connection.execute(b"DROP TABLE IF EXISTS a, b")
    first, second, values = kinds
    unique = data.draw(st.booleans())
    own, other = drawn(data, values), drawn(data, values, unique=unique)
    fill(connection, "a", first, own)
    fill(connection, "b", second, other)
    if data.draw(st.booleans()):
        connection.execute(b"CREATE INDEX ON a (v)")
    if unique:
        connection.execute(b"CREATE UNIQUE INDEX ON b (v)")
    elif data.draw(st.booleans()):
        connection.execute(b"CREATE INDEX ON b (v, p)")
    if data.draw(st.booleans()):
        connection.execute(b"ANALYZE a; ANALYZE b")
    return own, other


def asked(connection: Connection, check: Check, **effort: Any) -> RowFact:
    dsn = connection.info.dsn
    found = ask(
        [check], lambda: psycopg.connect(dsn, autocommit=True), Effort(size=2, target=0.0001)
    )
    return found[check]


def keys(numbers: list[int]) -> set[str]:
    return {f"id = {number}" for number in numbers}


def is_told(fact: RowFact, rows: int, failing: list[int]) -> None:
    """The numbers are right, and the examples are some of the rows."""
    assert (fact.rows, fact.failing, fact.unfinished) == (rows, len(failing), None)
    assert len(fact.examples) == min(3, len(failing))
    assert keys(failing) >= set(fact.examples)


@pytest.mark.parametrize("kinds", TYPES.values(), ids=TYPES)
@SETTINGS
@given(data=st.data())
def test_rows_that_refer_to_nothing(
    database: Connection, kinds: tuple[str, str, str], data: st.DataObject
) -> None:
    own, other = prepare(database, data, kinds)
    there = {value for value, _ in other}
    failing = [n for n, (v, _) in enumerate(own, 1) if v is not None and v not in there]
    is_told(asked(database, Reference(A, "v", B, "v")), len(own), failing)


@pytest.mark.parametrize("kinds", TYPES.values(), ids=TYPES)
@SETTINGS
@given(data=st.data())
def test_rows_of_which_another_says_otherwise(
    database: Connection, kinds: tuple[str, str, str], data: st.DataObject
) -> None:
    own, other = prepare(database, data, kinds)
    foreign = data.draw(st.booleans())

    def otherwise(mine: str | None, theirs: str | None) -> bool:
        return (None not in (mine, theirs) and mine != theirs) or (foreign and theirs == "y")

    failing = [
        number
        for number, (value, mine) in enumerate(own, 1)
        if value is not None
        and any(value == one and otherwise(mine, theirs) for one, theirs in other)
    ]
    check = Disagreement(A, "v", B, "v", (("p", "p"),), (("p", ("y",)),) if foreign else ())
    is_told(asked(database, check), len(own), failing)


@pytest.mark.parametrize("kinds", TYPES.values(), ids=TYPES)
@SETTINGS
@given(data=st.data())
def test_values_that_two_tables_have(
    database: Connection, kinds: tuple[str, str, str], data: st.DataObject
) -> None:
    own, other = prepare(database, data, kinds)
    shared = ({v for v, _ in own} & {v for v, _ in other}) - {None}
    fact = asked(database, Overlap(((A, "v"), (B, "v"))))
    rows = sum(value is not None for value, _ in own + other)
    assert (fact.rows, fact.failing, fact.unfinished) == (rows, len(shared), None)
    named = {
        f"public.a id = {n} and public.b id = {m}"
        for n, (value, _) in enumerate(own, 1)
        for m, (one, _) in enumerate(other, 1)
        if value is not None and value == one
    }
    assert named >= set(fact.examples)
    assert len(fact.examples) == min(3, len(shared))


GROUPED = ["text", "varchar(9)", "named", "citext", "json", "text[]", "point"]
LIKE = {"json": '"{}"', "text[]": '{{"{}"}}', "point": "(1,{})"}


@pytest.mark.parametrize("type_", GROUPED)
@SETTINGS
@given(data=st.data())
def test_values_that_come_twice(database: Connection, type_: str, data: st.DataObject) -> None:
    database.execute(b"DROP TABLE IF EXISTS a")
    values = ["1", "2", "3"] if type_ == "point" else ["a", "A", "b", ""]
    one = st.none() | st.sampled_from(values).map(LIKE.get(type_, "{}").format)
    rows = data.draw(st.lists(st.tuples(one, st.sampled_from(["x", "y", None])), max_size=9))
    fill(database, "a", type_, rows)
    if type_ not in LIKE and data.draw(st.booleans()):
        database.execute(b"CREATE INDEX ON a (v)")
    both = data.draw(st.booleans())

    def told(row: tuple[str | None, str | None]) -> tuple[str | None, ...]:
        value = row[0].lower() if row[0] is not None and type_ == "citext" else row[0]
        return (value, row[1]) if both else (value,)

    groups = Counter(told(row) for row in rows if None not in told(row))
    twice = [group for group, number in groups.items() if number > 1]
    fact = asked(database, Duplicate(A, ("v", "p") if both else ("v",)))
    assert (fact.rows, fact.failing, fact.unfinished) == (len(rows), len(twice), None)
    assert len(fact.examples) == min(3, len(twice))
    owners = [[n for n, row in enumerate(rows, 1) if told(row) == group] for group in twice]
    assert {f"id = {n[0]} and id = {n[1]}" for n in owners} >= set(fact.examples)


def test_of_three_tables_a_value_counts_once(database: Connection) -> None:
    database.execute(b"DROP TABLE IF EXISTS a, b, c")
    for table, values in {"a": "12", "b": "13", "c": "124"}.items():
        fill(database, table, "text", [(value, None) for value in values])
    fact = asked(database, Overlap(((A, "v"), (B, "v"), (C, "v"))))
    assert fact.examples == (
        "public.a id = 1 and public.b id = 1 and public.c id = 1",
        "public.a id = 2 and public.c id = 2",
    )
    assert (fact.rows, fact.failing) == (7, 2)


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize(
    "kinds", [("text",) * 4, ("text", "varchar(9)", "text", "citext")], ids=str
)
@SETTINGS
@given(data=st.data())
def test_values_of_many_tables_are_found_together_as_one_by_one(
    database: Connection, kinds: tuple[str, ...], indexed: bool, data: st.DataObject
) -> None:
    database.execute(b"DROP TABLE IF EXISTS a, b, c, d")
    named = dict(zip("abcd", kinds, strict=True))
    for table, kind in named.items():
        pool = [letter + table for letter in "xyz"] + ["X", "Y", "x"]
        values = data.draw(st.lists(st.sampled_from(pool), max_size=2))
        fill(database, table, kind, [(value, None) for value in values])
        if indexed:
            database.execute(
                SQL("CREATE INDEX ON {} (v); ANALYZE {}").format(*[Identifier(table)] * 2)
            )
    parts = [(QualifiedName("public", table), "v") for table in "abcd"]
    checks = [Overlap(tuple(parts[number:])) for number in range(3)]
    together = ask(checks, lambda: psycopg.connect(database.info.dsn, autocommit=True), SMALL)
    for check in checks:
        alone = asked(database, check)
        assert (together[check].failing, together[check].examples, together[check].unfinished) == (
            alone.failing,
            alone.examples,
            None,
        )


def many(database: Connection) -> list[Check]:
    """What is asked of twelve tables, of which each second one has a value of the one before."""
    database.execute(b"DROP SCHEMA IF EXISTS many CASCADE; CREATE SCHEMA many")
    for number in range(12):
        database.execute(
            SQL("CREATE TABLE many.{0} (id int PRIMARY KEY, v text); ").format(
                Identifier(f"t{number:02}")
            )
            + SQL("INSERT INTO many.{0} VALUES (1, {1}), (2, {2})").format(
                Identifier(f"t{number:02}"), Literal(str(number)), Literal(f"{number // 2} too")
            )
        )
    parts = [(QualifiedName("many", f"t{number:02}"), "v") for number in range(12)]
    return [Overlap(tuple(parts[number:])) for number in range(11)]


def test_many_tables_are_looked_at_in_few_looks(
    database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = many(database)
    made: list[int] = []
    really = overlaps.done

    def counted(run: Run, job: Job) -> dict[Check, RowFact]:
        made.append(len(job.checks))
        return really(run, job)

    monkeypatch.setattr(overlaps, "done", counted)
    for most, number_of_looks in ((100, 1), (5, 6)):
        made.clear()
        monkeypatch.setattr(looks, "_MOST", most)
        facts = ask(checks, lambda: psycopg.connect(database.info.dsn, autocommit=True), SMALL)
        assert len(made) == number_of_looks
        assert [facts[check].failing for check in checks] == [1, 0] * 5 + [1]
        assert facts[checks[4]].examples == ("many.t04 id = 2 and many.t05 id = 2",)
        assert {fact.unfinished for fact in facts.values()} == {None}


def test_each_of_many_looks_is_small_enough(
    database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The large table is neither among the first nor in their company."""
    checks = many(database)
    database.execute(
        b"INSERT INTO many.t10 SELECT n, 'more ' || n FROM generate_series(3, 200) n; ANALYZE"
    )
    made: list[list[str]] = []
    really = overlaps._looked

    def noted(run: Run, look: looks.Look) -> dict[Check, RowFact]:
        made.append([part.shape.name.name for part in look.parts])
        return really(run, look)

    monkeypatch.setattr(overlaps, "_looked", noted)
    monkeypatch.setattr(looks, "_MOST", 4)
    monkeypatch.setattr(looks, "_AFFORDABLE", 100)
    facts = ask(checks, lambda: psycopg.connect(database.info.dsn, autocommit=True), SMALL)
    alone = [[name for name in look if name != "t10"] for look in made if "t10" in look]
    assert sorted(alone) == [[f"t{number:02}"] for number in range(12) if number != 10]
    assert len(made) - len(alone) == 11  # of 55 pairs
    assert [facts[check].failing for check in checks] == [1, 0] * 5 + [1]
    assert {fact.unfinished for fact in facts.values()} == {None}


def test_an_index_that_does_not_hold_every_row_proves_nothing(database: Connection) -> None:
    database.execute(b"DROP TABLE IF EXISTS a")
    fill(database, "a", "text", [("x", "1"), ("x", None)])
    database.execute(b"CREATE UNIQUE INDEX ON a (v) WHERE p IS NOT NULL")
    assert asked(database, Duplicate(A, ("v",))).failing == 1
    database.execute(b"CREATE UNIQUE INDEX ON a (lower(v), id)")
    assert asked(database, Duplicate(A, ("v",))).failing == 1
    database.execute(b"DELETE FROM a WHERE p IS NULL; CREATE UNIQUE INDEX ON a (v)")
    found = asked(database, Duplicate(A, ("p", "v")))
    assert found == RowFact(rows=0, failing=0, how="a unique index holds it")


def test_statistics_that_take_a_full_range_for_an_empty_one(database: Connection) -> None:
    """The planner would compare each row of the range with each."""
    database.execute(
        b"DROP TABLE IF EXISTS a, b;"
        b"CREATE TABLE a (id int PRIMARY KEY, v text); CREATE TABLE b (v text PRIMARY KEY);"
        b"INSERT INTO a SELECT n, 'a' || n FROM generate_series(1, 1000) n;"
        b"INSERT INTO b SELECT v FROM a; CREATE INDEX ON a (v); ANALYZE a, b;"
        b"INSERT INTO a SELECT n, 'b' || n FROM generate_series(1001, 40000) n;"
        b"INSERT INTO b SELECT v FROM a WHERE id > 1001"
    )
    took: list[int] = []
    check = Reference(A, "v", B, "v")
    dsn = database.info.dsn
    found = ask(
        [check],
        lambda: psycopg.connect(dsn, autocommit=True),
        Effort(size=50_000, limit=5),
        report=lambda progress: took.append(progress.looked),
    )
    assert (found[check].rows, found[check].failing) == (40_000, 1)
    assert found[check].examples == ("id = 1001",)
    # No range had to be made smaller.
    assert took == [1000, 40_000, 40_000]


@pytest.mark.parametrize(
    "undone",
    ["NOT VALID", "NOT ENFORCED", "; ALTER TABLE a DISABLE TRIGGER ALL"],
)
def test_a_foreign_key_that_does_not_hold_proves_nothing(database: Connection, undone: str) -> None:
    database.execute(b"DROP TABLE IF EXISTS a, b")
    fill(database, "b", "text", [("x", None)])
    fill(database, "a", "text", [("x", None)])
    database.execute(b"ALTER TABLE b ADD UNIQUE (v)")
    key = f"ALTER TABLE a ADD FOREIGN KEY (v) REFERENCES b (v) {undone}"
    database.execute(key.encode())
    if undone.startswith(";"):
        database.execute(b"INSERT INTO a (v) VALUES ('y')")
    else:
        database.execute(b"SET session_replication_role = replica; INSERT INTO a (v) VALUES ('y')")
        database.execute(b"RESET session_replication_role")
    fact = asked(database, Reference(A, "v", B, "v"))
    assert (fact.rows, fact.failing, fact.examples) == (2, 1, ("id = 2",))
