"""Type names: as the server's format_type prints them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ctb_lint.model import DataType
from ctb_lint.readers.sql.expr import parse_expression
from ctb_lint.readers.sql.pg import parse
from ctb_lint.readers.sql.types import BUILTIN_TYPES, data_type, serial_type
from tests.postgres import Connection, Server

WRITTEN = [
    "int", "int2", "int4", "int8", "integer", "smallint", "bigint", "INT", "pg_catalog.int4",
    "real", "float", "float(1)", "float(24)", "float(25)", "float4", "float8", "double precision",
    "numeric", "numeric(10)", "numeric(10,2)", "numeric(10,-2)", "decimal", "decimal(5)", "dec",
    "dec(7,3)", "bool", "boolean", "text", "varchar", "varchar(20)", "character varying",
    "character varying(20)", "char", "char(3)", "character", "character(3)", "nchar(3)",
    "national character varying(3)", "bpchar", "bpchar(3)", '"char"', 'pg_catalog."char"', "name",
    "bit", "bit(3)", '"bit"', "bit varying", "bit varying(3)", "varbit", "varbit(3)", "date",
    "time", "time(3)", "time with time zone", "time(3) with time zone", "timetz", "timetz(3)",
    "timestamp", "timestamp(0)", "timestamp without time zone", "timestamp with time zone",
    "timestamp(3) with time zone", "timestamptz", "timestamptz(6)", "interval", "interval(3)",
    "interval year", "interval year to month", "interval day to second",
    "interval day to second(3)", "interval second(2)", "interval hour to minute", "uuid", "json",
    "jsonb", "jsonpath", "bytea", "inet", "cidr", "macaddr", "macaddr8", "xml", "money", "oid",
    "regclass", "point", "tsvector", "tsquery", "int4range", "tstzmultirange", "pg_lsn", "xid8",
    "int[]", "int array", "int array[3]", "int[3][4]", "_int4", "_text", "varchar(10)[]",
    "numeric(10,2)[]", "timestamptz(3)[]", "interval day[]", '"char"[]', "text[][]",
    "other.place", "other.place[]", 'other."Odd Type"',
]  # fmt: skip


def written(text: str) -> DataType:
    return data_type(parse_expression(f"NULL::{text}")["TypeCast"]["typeName"], text)


@pytest.fixture(scope="module")
def db(server: Server) -> Iterator[Connection]:
    with server.database() as connection:
        connection.execute(
            "CREATE SCHEMA other; CREATE TYPE other.place AS (a int);"
            'CREATE TYPE other."Odd Type" AS ENUM ()'
        )
        yield connection


@pytest.mark.parametrize("text", WRITTEN)
def test_a_type_is_printed_as_the_server_prints_it(db: Connection, text: str) -> None:
    query = "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'x'::regclass AND attnum = 1"  # noqa: E501
    db.execute(f"CREATE TABLE x (v {text})".encode())
    row = db.execute(query).fetchone()
    db.execute("DROP TABLE x")
    assert row is not None
    assert written(text).canonical == row[0]
    assert written(str(row[0])).canonical == row[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("mood", DataType("mood", ""), id="unqualified: to be resolved"),
        pytest.param("app.mood", DataType("mood", "app"), id="qualified"),
        pytest.param("db.app.mood", DataType("mood", "app"), id="with the database"),
        pytest.param('"Mood"[]', DataType("Mood", "", array=True), id="quoted, array"),
        pytest.param("_mood", DataType("_mood", ""), id="an underscore is no array"),
        pytest.param("vector(3)", DataType("vector", "", (3,)), id="a modifier of an extension"),
        pytest.param(
            "geometry(Point, 4326)",
            DataType("geometry", "", (), False, "(point,4326)"),
            id="modifiers that are words",
        ),
        pytest.param("app.text", DataType("text", "app"), id="a built-in name of another schema"),
    ],
)
def test_types_that_are_not_built_in(text: str, expected: DataType) -> None:
    assert written(text) == DataType(
        expected.name, expected.schema, expected.modifiers, expected.array, expected.qualifier, text
    )


def test_a_reference_to_a_columns_type_keeps_its_name() -> None:
    (statement,) = parse("CREATE FUNCTION f(x t.c%TYPE) RETURNS SETOF int AS '' LANGUAGE sql")
    function = statement["stmt"]["CreateFunctionStmt"]
    argument = function["parameters"][0]["FunctionParameter"]["argType"]
    assert data_type(argument) == DataType("t.c%TYPE", "")
    assert data_type(function["returnType"]) == DataType("integer")


def test_every_catalogue_type_is_known(db: Connection) -> None:
    hidden = {
        "_record",
        "gtsvector",
        "pg_brin_bloom_summary",
        "pg_brin_minmax_multi_summary",
        "unknown",
    }
    rows = db.execute(
        "SELECT typname FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace"
        " AND typtype <> 'c' AND (typlen > 0 OR typcategory <> 'A' OR typelem = 0)"
    ).fetchall()
    assert {row[0] for row in rows} - BUILTIN_TYPES - hidden == set()
    assert {"int", "double precision", "bigserial", "varchar", "oidvector"} <= BUILTIN_TYPES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("serial", "integer"), ("serial4", "integer"), ("serial2", "smallint"),
        ("smallserial", "smallint"), ("bigserial", "bigint"), ("serial8", "bigint"),
        ("integer", None), ("Serial", None),
    ],
)  # fmt: skip
def test_serial_notations(name: str, expected: str | None) -> None:
    assert serial_type(name) == expected
