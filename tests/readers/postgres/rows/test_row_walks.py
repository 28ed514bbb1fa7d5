"""Ranges hold every row exactly once, whatever the keys, the sizes and the cuts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Composed, Literal

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.ranges import Pages, Ranges, Span, Walk
from ctb_lint.readers.postgres.rows.shapes import Shape, shapes
from tests.postgres import Connection, Server

TABLE = QualifiedName("walks", "t")
EXAMPLES = int(os.environ.get("CTB_LINT_EXAMPLES", "60"))
SETTINGS = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

TEXTS = st.text(alphabet="aAbBäz09 -_'\\\"%", max_size=4)
WHOLE = st.integers(-9, 9).map(str)
TYPES: dict[str, st.SearchStrategy[str]] = {
    "integer": WHOLE,
    "bigint": st.integers(-(2**62), 2**62).map(str),
    "numeric": WHOLE | st.sampled_from(["NaN", "Infinity", "-Infinity", "0.10", "0.1"]),
    "double precision": WHOLE | st.sampled_from(["NaN", "-Infinity", "1e-300", "0.1"]),
    "text": TEXTS,
    'text COLLATE "C"': TEXTS,
    'varchar(4) COLLATE "pg_c_utf8"': TEXTS,
    "char(4)": TEXTS,
    "walks.named": TEXTS,
    "name": TEXTS,
    "uuid": st.uuids(version=4).map(str),
    "timestamptz": st.sampled_from(
        ["infinity", "-infinity", "2024-03-31 02:30+02", "0044-01-01 BC"]
    ),
    "date": st.dates().map(str),
    "bytea": st.binary(max_size=3).map(lambda value: "\\x" + value.hex()),
    "boolean": st.sampled_from(["t", "f"]),
    "walks.mood": st.sampled_from(["z", "a", "m"]),
    "text[]": st.sampled_from(["{}", "{a}", "{a,b}", "{NULL}", '{"a,b"}']),
    "interval": st.sampled_from(["1 mon", "30 days", "-1 day", "1 year"]),
    "inet": st.sampled_from(["10.0.0.1", "10.0.0.0/8", "::1"]),
}


@pytest.fixture(scope="module")
def database(server: Server) -> Iterator[Connection]:
    with server.database() as connection:
        connection.execute(
            b"CREATE SCHEMA walks; CREATE TYPE walks.mood AS ENUM ('z', 'a', 'm');"
            b"CREATE DOMAIN walks.base AS text; CREATE DOMAIN walks.named AS walks.base;"
            # As every transaction over rows has it.
            b"SET search_path = ''; SET timezone = 'UTC'; SET datestyle = 'ISO, MDY';"
            b"SET extra_float_digits = 1; SET intervalstyle = 'postgres'"
        )
        yield connection


def made(
    connection: Connection, types: tuple[str, ...], found: list[tuple[str | None, ...]]
) -> Shape:
    """A table of these rows, numbered."""
    columns = ", ".join(f"c{number} {type_}" for number, type_ in enumerate(types))
    names = ", ".join(f"c{number}" for number in range(len(types)))
    connection.execute(
        f"DROP TABLE IF EXISTS walks.t; CREATE TABLE walks.t (n serial, {columns});"
        f"CREATE INDEX ON walks.t ({names})".encode()
    )
    for row in found:
        connection.execute(
            SQL("INSERT INTO walks.t VALUES (DEFAULT, {})").format(
                SQL(", ").join(map(Literal, row))
            )
        )
    return shapes(connection, [TABLE])[TABLE]


def numbers(connection: Connection, where: Composed) -> list[int]:
    rows = connection.execute(SQL("SELECT n FROM walks.t AS t WHERE {}").format(where)).fetchall()
    return [row[0] for row in rows]


def gone_through(connection: Connection, ranges: Ranges, sizes: Iterator[int]) -> Iterator[Span]:
    """Every range; some are refused first, and the next is smaller."""
    while True:
        size = next(sizes)
        span = ranges.ahead(size, lambda probe: connection.execute(probe).fetchall())
        if span is None:
            return
        if size % 3 == 0:
            ranges.refused()
            continue
        within = numbers(connection, span.where("t"))
        parts = [n for part in span.parts for n in numbers(connection, part.where("t"))]
        assert not span.parts or sorted(parts) == sorted(within)
        yield span
        ranges.passed(span, len(within))


def check_all(connection: Connection, spans: Iterator[Span]) -> None:
    seen = [n for span in spans for n in numbers(connection, span.where("t"))]
    everything = numbers(connection, SQL("true").format())
    assert sorted(seen) == sorted(everything)


def endless(data: st.DataObject) -> Iterator[int]:
    while True:
        yield data.draw(st.integers(1, 7))


@pytest.mark.parametrize("type_", TYPES)
@SETTINGS
@given(data=st.data())
def test_a_walk_along_one_column(database: Connection, type_: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | TYPES[type_], max_size=12))
    shape = made(database, (type_,), [(value,) for value in values])
    (column,) = (one for one in shape.columns.values() if one.name == "c0")
    distinct = database.execute(
        b"SELECT c0::text FROM (SELECT DISTINCT c0 FROM walks.t WHERE c0 IS NOT NULL) AS d"
        b" ORDER BY d.c0"
    ).fetchall()
    cuts = tuple(row[0] for row in distinct if data.draw(st.booleans()))

    def walk(after: tuple[str, ...] | None = None) -> Walk:
        return Walk(
            shape, (column,), after=after, cuts=cuts, per_cut=data.draw(st.floats(0, 4)),
            expected=data.draw(st.none() | st.integers(0, 5)), missing=True,
        )  # fmt: skip

    first = walk()
    spans = gone_through(database, first, endless(data))
    begun = []
    if data.draw(st.booleans()):
        # Interrupted behind a range, and gone on with by another run.
        for span in spans:
            begun.append(span)
            if span.end is not None:
                spans = gone_through(database, walk(span.end), endless(data))
                break
    check_all(database, iter([*begun, *spans]))


COMPOSITE = [("integer", "text"), ("uuid", "numeric", 'text COLLATE "C"'), ("boolean", "date")]


@pytest.mark.parametrize("types", COMPOSITE, ids=[", ".join(one) for one in COMPOSITE])
@SETTINGS
@given(data=st.data())
def test_a_walk_along_several_columns(
    database: Connection, types: tuple[str, ...], data: st.DataObject
) -> None:
    rows = data.draw(st.lists(st.tuples(*(TYPES[type_] for type_ in types)), max_size=12))
    shape = made(database, types, [tuple(row) for row in rows])
    columns = tuple(one for one in shape.columns.values() if one.name != "n")
    check_all(database, gone_through(database, Walk(shape, columns), endless(data)))


@SETTINGS
@given(data=st.data())
def test_pages(database: Connection, data: st.DataObject) -> None:
    shape = made(database, ("text",), [])
    database.execute(
        b"INSERT INTO walks.t (c0) SELECT repeat('x', 700) FROM generate_series(1, 100);"
    )
    gone = data.draw(st.lists(st.integers(1, 100)))
    database.execute("DELETE FROM walks.t WHERE n = ANY (%s)", [gone])
    database.execute("UPDATE walks.t SET c0 = 'y' WHERE n % 7 = 0")
    pages = data.draw(st.integers(0, 20))  # also where the table has grown, or was cut meanwhile
    sizes = (size * 5 for size in endless(data))
    spans = gone_through(
        database, Pages(shape, pages), ((s + 1 if s % 3 == 0 else s) for s in sizes)
    )
    check_all(database, spans)


def test_a_walk_takes_the_histogram_for_its_ends(database: Connection) -> None:
    shape = made(database, ("integer",), [(str(number),) for number in range(40)])
    (column,) = (one for one in shape.columns.values() if one.name == "c0")
    cuts = ("9", "19", "29", "39")
    walk = Walk(shape, (column,), cuts=cuts, per_cut=10, missing=True)
    asked: list[Any] = []

    def probe(statement: Composed) -> list[Any]:
        asked.append(statement)
        return database.execute(statement).fetchall()

    ends = []
    while span := walk.ahead(20, probe):
        ends.append((span.end, span.missing))
        walk.passed(span, 20)
    # Behind the last cut nobody knows how many there are: that is looked at.
    assert ends == [(("19",), False), (("39",), False), (None, False), (None, True)]
    assert len(asked) == 1
