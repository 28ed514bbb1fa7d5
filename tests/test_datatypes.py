"""Families of types, and what a foreign key accepts."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from ctb_lint.datatypes import (
    family,
    is_integer,
    is_json,
    is_text,
    same_family_for_foreign_key,
    text_length,
)
from ctb_lint.model import DataType
from ctb_lint.readers.sql.expr import parse_expression
from ctb_lint.readers.sql.types import data_type
from tests.postgres import Connection, Server

KEY_TYPES = [
    "smallint", "integer", "bigint", "numeric", "numeric(10,2)", "real", "double precision", "oid",
    "boolean", "uuid", "text", "varchar", "varchar(10)", "char(3)", "name", "citext", "bytea",
    "date", "timestamp", "timestamptz(3)", "time", "timetz", "interval", "jsonb", "inet", "cidr",
    "macaddr", "macaddr8", "mood", "other.mood", "money", "bit(3)", "bit varying", '"char"',
    "int4range", "text[]", "varchar[]", "integer[]", "bigint[]", "pg_lsn", "xid8",
]  # fmt: skip


def named(text: str) -> DataType:
    return data_type(parse_expression(f"NULL::{text}")["TypeCast"]["typeName"], text)


@pytest.fixture(scope="module")
def db(server: Server) -> Iterator[Connection]:
    with server.database() as connection:
        connection.execute(
            "CREATE EXTENSION citext; CREATE SCHEMA other; CREATE TYPE mood AS ENUM ('a');"
            "CREATE TYPE other.mood AS ENUM ('a'); SET client_min_messages TO error"
        )
        yield connection


@pytest.mark.parametrize("referenced", KEY_TYPES)
def test_the_server_accepts_the_same_foreign_keys(db: Connection, referenced: str) -> None:
    db.execute(f"DROP TABLE IF EXISTS p; CREATE TABLE p (x {referenced} PRIMARY KEY)".encode())
    accepted, said = set(), set()
    for referencing in KEY_TYPES:
        if same_family_for_foreign_key(named(referencing), named(referenced)) != "refused":
            said.add(referencing)
        try:
            db.execute(f"CREATE TABLE f (y {referencing} REFERENCES p)".encode())
        except (psycopg.errors.DatatypeMismatch, psycopg.errors.InternalError_):
            continue  # internal: "char" to text has an operator, but no collation in common
        db.execute("DROP TABLE f")
        accepted.add(referencing)
    assert said == accepted


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        pytest.param("integer", "int4", "equal", id="one type, two spellings"),
        pytest.param("varchar(10)", "varchar(20)", "equal", id="lengths do not matter"),
        pytest.param("integer", "bigint", "comparable", id="a narrower integer"),
        pytest.param("varchar", "text", "comparable", id="varchar and text"),
        pytest.param("integer", "numeric", "comparable", id="integer to numeric"),
        pytest.param("numeric", "integer", "refused", id="not the other way"),
        pytest.param("uuid", "text", "refused", id="uuid and text"),
        pytest.param("text", "integer", "refused", id="text and integer"),
        pytest.param("integer[]", "integer", "refused", id="an array and its element"),
        pytest.param("app.mood", "other.mood", "refused", id="enums of one name"),
        pytest.param("app.integer", "integer", "refused", id="a built-in name of another schema"),
    ],
)
def test_what_a_foreign_key_makes_of_two_types(one: str, two: str, expected: str) -> None:
    assert same_family_for_foreign_key(named(one), named(two)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("text", "text"), ("varchar(3)", "text"), ("char", "text"), ("citext", "text"),
        ("x.citext", "text"), ("int", "number"), ("numeric(3)", "number"), ("float8", "number"),
        ("boolean", "boolean"), ("uuid", "uuid"), ("timestamptz(3)", "date/time"),
        ("time", "date/time"), ("interval day", "date/time"), ("json", "json"), ("jsonb", "json"),
        ("bytea", "binary"), ("bit(3)", "bits"), ("inet", "network"), ("text[]", "array"),
        ("mood", "enum or other"), ("int4range", "enum or other"), ("x.text", "enum or other"),
    ],
)  # fmt: skip
def test_families(text: str, expected: str) -> None:
    assert family(named(text)) == expected


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("varchar(10)", 10), ("varchar", None), ("text", None), ("char(3)", 3), ("char", 1),
        ("bpchar", None), ("name", 63), ('"char"', 1), ("integer", None), ("numeric(5)", None),
    ],
)  # fmt: skip
def test_the_length_of_text(text: str, length: int | None) -> None:
    assert text_length(named(text)) == length


def test_questions_about_a_type() -> None:
    texts = ["text", "varchar(3)", "int", "bigint", "numeric", "jsonb", "json", "text[]", "int[]"]
    types = {text: named(text) for text in texts}
    assert [t for t in texts if is_text(types[t])] == ["text", "varchar(3)"]
    assert [t for t in texts if is_integer(types[t])] == ["int", "bigint"]
    assert [t for t in texts if is_json(types[t])] == ["jsonb", "json"]
