"""Conditions in SQL against what they mean, worked out row by row in Python."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.types.json import Jsonb

from ctb_lint import rows
from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.ask import ask
from ctb_lint.rows import Condition, Predicate, RowFact
from tests.postgres import Connection, Server

HOSTILE = QualifiedName('s"; drop table x; --', "t' \n \x1b[31m % {} ä")
MADE = datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC)

Value = Any
TEXTS = st.text(alphabet="ab1 .-'\"\\%{}\n\tä\u00a0", max_size=6)
NUMBERS = st.one_of(st.integers(-5, 9).map(str), st.sampled_from(["1.5", "2.0", "-0.5"]))
TIMES = st.integers(-3, 3).map(lambda n: MADE + datetime.timedelta(hours=n))

COLUMNS: dict[str, tuple[str, st.SearchStrategy[Value]]] = {
    'te"xt': ("text", TEXTS),
    "short": ("varchar(6)", TEXTS),
    "domain": ("named", TEXTS),
    "folding": ("citext", st.sampled_from(["a", "A", "ab", "AB", ""])),
    "mood": ("mood", st.sampled_from(["a", "b", " "])),
    "written": ("text", st.one_of(NUMBERS, TEXTS)),
    "whole": ("integer", st.integers(-5, 9)),
    "number": ("numeric", NUMBERS.map(Decimal)),
    "double": ("double precision", st.sampled_from([-1.5, 0.0, 1.0, 2.0, 4.5])),
    "made": ("timestamp", TIMES),
    "changed": ("timestamptz", TIMES),
    "day": ("date", TIMES.map(datetime.datetime.date)),
    "list": ("text[]", st.lists(st.sampled_from(["a", "b", "a,b", ""]), max_size=3)),
    "content": ("jsonb", st.sampled_from([{"a": 1}, "a", [], 1])),
    "key": ("uuid", st.uuids(version=4)),
    "yes": ("boolean", st.booleans()),
}
AS_TEXT = ('te"xt', "short", "domain", "folding", "mood", "written", "content", "key", "yes")
NUMERIC = ("written", "whole", "number", "double")
POINTS = ("made", "changed", "day")
PATTERNS = {
    "^[a-b]+$": r"\A[a-b]+\Z",
    r"^[0-9]*(\.5)?$": r"\A[0-9]*(\.5)?\Z",
    "a": "a",
    "^$": r"\A\Z",
    r"\\": r"\\",
    "'": "'",
}


def text_of(value: Value) -> str:
    """As PostgreSQL prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def number_of(value: Value) -> Decimal | None:
    if not isinstance(value, str):
        return Decimal(str(value))
    written = value.strip(" \t\n\v\f\r")
    return Decimal(written) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?", written) else None


def moment_of(value: Value) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return value
    return datetime.datetime.combine(value, datetime.time(), datetime.UTC)


def is_one_of(column: str, value: Value, values: tuple[str, ...]) -> bool:
    if column == "folding":
        return value.lower() in [one.lower() for one in values]
    if isinstance(value, list):
        return all(one in values for one in value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        numbers = [number_of(one) for one in values]
        return Decimal(str(value)) in numbers
    return text_of(value) in values


def truth(condition: Condition, row: dict[str, Value]) -> bool | None:
    """True, false, or None for unknown, as in SQL."""
    match condition:
        case rows.Not(of=of):
            inner = truth(of, row)
            return None if inner is None else not inner
        case rows.All(of=parts):
            found = [truth(part, row) for part in parts]
            return False if False in found else None if None in found else True
        case rows.Some(of=parts):
            found = [truth(part, row) for part in parts]
            return True if True in found else None if None in found else False
        case rows.Missing(column=column):
            return row[column] is None
        case rows.Before(column=column, other=other):
            both = row[column], row[other]
            return None if None in both else moment_of(both[0]) < moment_of(both[1])
    value = row[condition.column]
    return None if value is None else of_value(condition, value)


def of_value(condition: Any, value: Value) -> bool:
    match condition:
        case rows.Empty():
            return not text_of(value).strip(" \t\n\v\f\r")
        case rows.Longer(characters=characters):
            return len(text_of(value)) > characters
        case rows.OneOf(values=values):
            return is_one_of(condition.column, value, values)
        case rows.Matches(patterns=patterns):
            return any(re.search(PATTERNS[one], text_of(value)) for one in patterns)
        case rows.InRange(first=first, last=last):
            number = number_of(value)
            return number is not None and first <= number <= last
        case rows.Whole():
            number = number_of(value)
            return number is not None and number == number.to_integral_value()
        case rows.Exceeds(number=least):
            number = number_of(value)
            return number is not None and number > least
        case rows.Earlier(than=than):
            return moment_of(value) < than
        case rows.Later(than=than):
            return moment_of(value) > than
    raise AssertionError(condition)


def one_of(column: str) -> st.SearchStrategy[Condition]:
    others = st.lists(TEXTS | NUMBERS | st.sampled_from(["\0", "\ud800"]), max_size=2)
    values = st.lists(COLUMNS[column][1].map(text_of), max_size=2)
    return st.tuples(values, others).map(lambda both: rows.OneOf(column, (*both[0], *both[1])))


def of_column(
    columns: tuple[str, ...], make: Any, *values: st.SearchStrategy[Any]
) -> st.SearchStrategy[Condition]:
    return st.builds(make, st.sampled_from(columns), *values)


PLAIN_TEXTS = tuple(name for name in AS_TEXT if name not in {"content", "key"})
SIMPLE = st.one_of(
    of_column(tuple(COLUMNS), rows.Missing),
    of_column(PLAIN_TEXTS, rows.Empty),
    of_column(PLAIN_TEXTS, rows.Longer, st.integers(0, 6)),
    st.sampled_from([*PLAIN_TEXTS, "key", "whole", "number", "double"]).flatmap(one_of),
    of_column(("list",), rows.OneOf, st.lists(st.sampled_from(["a", "b", "a,b", ""])).map(tuple)),
    of_column(
        PLAIN_TEXTS,
        rows.Matches,
        st.lists(st.sampled_from(sorted(PATTERNS)), max_size=2).map(tuple),
    ),
    of_column(NUMERIC, rows.InRange, st.integers(-2, 2), st.integers(1, 5)),
    of_column(NUMERIC, rows.Whole),
    of_column(NUMERIC, rows.Exceeds, st.integers(-2, 4)),
    of_column(POINTS, rows.Earlier, TIMES),
    of_column(POINTS, rows.Later, TIMES),
    of_column(POINTS, rows.Before, st.sampled_from(POINTS)),
)
CONDITIONS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds(rows.Not, inner),
        st.builds(rows.All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(rows.Some, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | values for name, (_, values) in COLUMNS.items()}),
    max_size=6,
)


@pytest.fixture(scope="module")
def database(server: Server) -> Iterator[Connection]:
    """A database with a table of hostile names."""
    with server.database() as connection:
        connection.execute(
            """
            CREATE EXTENSION citext;
            CREATE TYPE mood AS ENUM ('a', 'b', ' ');
            CREATE DOMAIN base AS varchar;
            CREATE DOMAIN named AS base;
            """
        )
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(HOSTILE.schema)))
        columns = [
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(type_))  # type: ignore[arg-type]
            for name, (type_, _) in COLUMNS.items()
        ]
        connection.execute(
            sql.SQL("CREATE TABLE {} ({} integer PRIMARY KEY, {})").format(
                TABLE, sql.Identifier(KEY), sql.SQL(", ").join(columns)
            )
        )
        yield connection


def fill(connection: Connection, found: list[dict[str, Value]]) -> None:
    connection.execute(sql.SQL("TRUNCATE {}").format(TABLE))
    insert = sql.SQL("INSERT INTO {} VALUES ({})").format(
        TABLE, sql.SQL(", ").join([sql.Placeholder()] * (len(COLUMNS) + 1))
    )
    # The driver takes a % in a name for one of its own.
    text = insert.as_string(connection).replace("%", "%%").replace("%%s", "%s").encode()
    for number, row in enumerate(found, 1):
        values = [row[name] for name in COLUMNS]  # generated rows are in any order
        content = [*COLUMNS].index("content")
        values[content] = None if values[content] is None else Jsonb(values[content])
        connection.execute(text, [number, *values])


def answers(connection: Connection, *checks: rows.Check) -> list[RowFact]:
    dsn = connection.info.dsn
    found = ask(checks, lambda: psycopg.connect(dsn, autocommit=True))
    return [found[check] for check in checks]


KEY = 'k"ey'
TABLE = sql.Identifier(HOSTILE.schema, HOSTILE.name)


@settings(
    max_examples=int(os.environ.get("CTB_LINT_EXAMPLES", "150")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(ROWS, st.lists(CONDITIONS, min_size=1, max_size=6, unique_by=repr))
def test_a_condition_counts_the_rows_for_which_it_is_true(
    database: Connection, found: list[dict[str, Value]], conditions: list[Condition]
) -> None:
    fill(database, found)
    checks = [Predicate(HOSTILE, condition) for condition in conditions]
    failing = [
        [number for number, row in enumerate(found, 1) if truth(condition, row)]
        for condition in conditions
    ]
    assert answers(database, *checks) == [
        RowFact(
            rows=len(found),
            failing=len(numbers),
            examples=tuple(f'"k""ey" = {number}' for number in numbers[:3]),
        )
        for numbers in failing
    ]
