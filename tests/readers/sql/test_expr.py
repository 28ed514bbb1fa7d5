"""Expressions: the canonical text of what is written equals that of what the server prints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ctb_lint.model import DataType, Expr
from ctb_lint.readers.sql.expr import expression, from_text, parse_expression
from ctb_lint.readers.sql.pg import SyntaxFault
from ctb_lint.readers.sql.types import data_type
from tests.postgres import Connection, Server

CASES = Path(__file__).parent / "expressions"

SETUP = """
CREATE EXTENSION citext;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN dom AS text;
CREATE SCHEMA other;
CREATE SEQUENCE s;
CREATE SEQUENCE "S2";
CREATE SEQUENCE other.s3;
CREATE FUNCTION my_uuid() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';
CREATE FUNCTION other.gen() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';
CREATE FUNCTION my_check(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION other.my_check2(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION other.uid() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE members (x int, t_id uuid, user_name text, team_id int, id int);
CREATE TABLE teams (id int, name text);
"""
COLUMNS = {
    "a": "int", "b": "int", "c": "bigint", "s": "smallint", "price": "numeric(10,2)",
    "rate": "double precision", "r4": "real", "name": "text", "code": "varchar(20)",
    "cc": "char(2)", "flag": "boolean", "d": "date", "ts": "timestamp", "tz": "timestamptz",
    "tm": "time", "iv": "interval", "j": "jsonb", "js": "json", "tags": "text[]",
    "vtags": "varchar(10)[]", "nums": "int[]", "id": "uuid", "m": "mood", "ip": "inet",
    "bin": "bytea", "vec": "tsvector", "rng": "int4range", "ci": "citext", "bits": "bit(3)",
    "p": "point",
}  # fmt: skip


def lines(name: str) -> list[str]:
    return (CASES / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def type_of(text: str) -> DataType:
    return data_type(parse_expression(f"NULL::{text}")["TypeCast"]["typeName"], text)


TYPES = {name: type_of(text) for name, text in COLUMNS.items()}


@pytest.fixture(scope="module")
def db(server: Server) -> Iterator[Connection]:
    with server.database() as connection:
        connection.execute(SETUP)
        columns = ", ".join(f"{name} {text}" for name, text in COLUMNS.items())
        connection.execute(f"CREATE TABLE t ({columns})".encode())
        yield connection


def printed(db: Connection, make: str, query: str, undo: str) -> str:
    """What the server prints of an expression once it is part of the schema."""
    db.execute(make.encode())
    row = db.execute(query.encode()).fetchone()
    db.execute(undo.encode())
    assert row is not None
    return str(row[0])


def without_text(found: Expr) -> tuple[object, ...]:
    return (
        found.canonical, found.columns, found.functions, found.values, found.bounds,
        found.literal, found.pattern,
    )  # fmt: skip


def same(source: str, server: str, expected: DataType | None = None) -> None:
    written = from_text(source, expected=expected, types=TYPES)
    stored = from_text(server, expected=expected, types=TYPES)
    assert without_text(written) == without_text(stored), server


def check_printed(db: Connection, text: str) -> str:
    return printed(
        db,
        f"ALTER TABLE t ADD CONSTRAINT k CHECK ({text})",
        "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'k'",
        "ALTER TABLE t DROP CONSTRAINT k",
    )


@pytest.mark.parametrize("line", lines("defaults"))
def test_a_default_equals_what_the_server_stores(db: Connection, line: str) -> None:
    column_type, _, text = line.partition(" | ")
    server = printed(
        db,
        f"CREATE TABLE x (v {column_type} DEFAULT {text})",
        "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'x'::regclass",
        "DROP TABLE x",
    )
    same(text, server, type_of(column_type))


@pytest.mark.parametrize("text", lines("checks"))
def test_a_check_equals_what_the_server_stores(db: Connection, text: str) -> None:
    same(text, check_printed(db, text))


@pytest.mark.parametrize("text", lines("checks")[:60])
def test_a_constraint_definition_equals_its_check(db: Connection, text: str) -> None:
    server = printed(
        db,
        f"ALTER TABLE t ADD CONSTRAINT k CHECK ({text})",
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'k'",
        "ALTER TABLE t DROP CONSTRAINT k",
    )
    same(text, server.removeprefix("CHECK "))


@pytest.mark.parametrize("text", lines("checks"))
def test_an_index_predicate_equals_what_the_server_stores(db: Connection, text: str) -> None:
    make = f"CREATE INDEX k ON t (a) WHERE {text}"
    query = "SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indexrelid = 'k'::regclass"
    try:
        server = printed(db, make, query, "DROP INDEX k")
    except psycopg.errors.InvalidObjectDefinition:
        return  # not immutable, so it can be no predicate
    if server != "None":  # WHERE true is no predicate to the server
        same(text, server)


@pytest.mark.parametrize("text", lines("indexes"))
def test_an_index_key_equals_what_the_server_stores(db: Connection, text: str) -> None:
    query = "SELECT pg_get_expr(indexprs, indrelid) FROM pg_index WHERE indexrelid = 'k'::regclass"
    same(text, printed(db, f"CREATE INDEX k ON t (({text}))", query, "DROP INDEX k"))


@pytest.mark.parametrize("line", lines("generated"))
def test_a_generated_value_equals_what_the_server_stores(db: Connection, line: str) -> None:
    column_type, _, text = line.partition(" | ")
    server = printed(
        db,
        f"ALTER TABLE t ADD COLUMN gen {column_type} GENERATED ALWAYS AS ({text}) STORED",
        "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 't'::regclass",
        "ALTER TABLE t DROP COLUMN gen",
    )
    same(text, server, type_of(column_type))


@pytest.mark.parametrize("text", lines("policies"))
def test_a_policy_equals_what_the_server_stores(db: Connection, text: str) -> None:
    server = printed(
        db,
        f"CREATE POLICY k ON t USING ({text})",
        "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy",
        "DROP POLICY k ON t",
    )
    same(text, server)


@pytest.mark.xfail(strict=True, reason="spellings that only the server's input functions know")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("jsonb_path_exists(j, '$.a')", id="a path is printed with quoted keys"),
        pytest.param("json_exists(j, '$.a')", id="SQL/JSON functions print paths likewise"),
        pytest.param("p <@ box '((0,0),(1,1))'", id="a box is printed upper corner first"),
        pytest.param("pg_typeof(a) = 'int'::regtype", id="a regtype constant is a type's name"),
    ],
)
def test_what_is_not_folded(db: Connection, text: str) -> None:
    same(text, check_printed(db, text))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param("a > 0", "a >= 0", id="another operator"),
        pytest.param("a > 0", "a > 1", id="another constant"),
        pytest.param("a > 0", "b > 0", id="another column"),
        pytest.param("a > b", "b > a", id="sides of a comparison"),
        pytest.param("a - b > 0", "b - a > 0", id="order of a subtraction"),
        pytest.param("a - b - c > 0", "a - (b - c) > 0", id="grouping of a subtraction"),
        pytest.param("a + b * 2 > 0", "(a + b) * 2 > 0", id="product before sum"),
        pytest.param("-a > 0", "a > 0", id="a sign"),
        pytest.param("a > 0 and b > 0", "a > 0 or b > 0", id="AND and OR"),
        pytest.param("flag and a > 0 or b > 0", "flag and (a > 0 or b > 0)", id="AND before OR"),
        pytest.param("not (flag and a > 0)", "not flag and a > 0", id="what NOT covers"),
        pytest.param("name = 'a'", "name = 'A'", id="case of a string"),
        pytest.param("name = '1'", "name = '01'", id="digits of a string"),
        pytest.param("name = ''", "name = ' '", id="a space"),
        pytest.param("name in ('a', 'b')", "name in ('a')", id="fewer values"),
        pytest.param("name in ('a', 'b')", "name not in ('a', 'b')", id="IN and NOT IN"),
        pytest.param("name in ('a', 'b')", "name in ('a, b')", id="a comma in a value"),
        pytest.param("name in ('a', 'b')", "name = all (array['a', 'b'])", id="ANY and ALL"),
        pytest.param("name like 'a%'", "name ilike 'a%'", id="LIKE and ILIKE"),
        pytest.param("name ~ 'a'", "name ~* 'a'", id="case of a pattern"),
        pytest.param("name is null", "name is not null", id="IS NULL and IS NOT NULL"),
        pytest.param("a between 1 and 4", "a not between 1 and 4", id="BETWEEN and NOT BETWEEN"),
        pytest.param("a between 1 and 4", "a > 1 and a < 4", id="inclusive and exclusive bounds"),
        pytest.param("a between b and c", "a between symmetric b and c", id="SYMMETRIC"),
        pytest.param("flag is true", "flag", id="IS TRUE of NULL"),
        pytest.param("flag is not false", "flag is true", id="boolean tests"),
        pytest.param("a <> b", "a is distinct from b", id="IS DISTINCT FROM"),
        pytest.param(
            "(a <> b) is distinct from flag",
            "(a is distinct from b) <> flag",
            id="which of two comparisons is IS DISTINCT FROM",
        ),
        pytest.param("a / b > 0", "a::numeric / b > 0", id="division of integers and numerics"),
        pytest.param("a / 3 > 0", "a / 3.0 > 0", id="a fractional divisor"),
        pytest.param("price::int = a", "price = a", id="a cast that rounds"),
        pytest.param("code::varchar(3) = 'a'", "code = 'a'", id="a cast that cuts"),
        pytest.param("ts::date = d", "ts = d", id="a cast to a date"),
        pytest.param("ts at time zone 'utc' > tz", "ts > tz", id="a time zone"),
        pytest.param("j -> 'a' is null", "j ->> 'a' is null", id="JSON and text of JSON"),
        pytest.param("j = '{\"a\": 1}'", 'j = \'{"a": "1"}\'', id="a JSON number and string"),
        pytest.param("j @> '[1, 2]'", "j @> '[2, 1]'", id="order of a JSON array"),
        pytest.param("iv > '1 day'", "iv > '24 hours'", id="a day and 24 hours"),
        pytest.param("coalesce(a, b) > 0", "coalesce(b, a) > 0", id="order of COALESCE"),
        pytest.param("lower(name) = name", "upper(name) = name", id="another function"),
        pytest.param("other.uid() = a", "uid() = a", id="a function of another schema"),
        pytest.param("name = current_user", "name = session_user", id="current and session user"),
        pytest.param("nextval('s') > 0", "nextval('other.s') > 0", id="another sequence"),
        pytest.param("nextval('\"S\"') > 0", "nextval('S') > 0", id="a quoted sequence"),
        pytest.param("tz < now()", "tz < current_timestamp(3)", id="a precision"),
        pytest.param("tz < now()", "tz < localtimestamp", id="a time without a zone"),
        pytest.param("tz < now()", "tz < clock_timestamp()", id="two clocks"),
        pytest.param("old.a = 1", "new.a = 1", id="OLD and NEW"),
        pytest.param("name collate \"C\" > 'a'", "name > 'a'", id="a collation"),
        pytest.param("tags[1] = 'a'", "tags[2] = 'a'", id="a subscript"),
        pytest.param("tags[1:2] = tags", "tags[1] = 'a'", id="a slice"),
        pytest.param("(a, b) < (1, 2)", "a < 1 and b < 2", id="a comparison of rows"),
        pytest.param("array[a, b] = nums", "array[b, a] = nums", id="order of an array"),
        pytest.param("a in (1, 2)", "a in (1, b)", id="a column among constants"),
        pytest.param("nullif(name, '') is null", "nullif(name, 'x') is null", id="NULLIF"),
        pytest.param(
            "case when flag then a else b end > 0",
            "case when flag then b else a end > 0",
            id="branches of CASE",
        ),
        pytest.param(
            "case when flag then a end > 0",
            "case when flag then a else 0 end > 0",
            id="a CASE without ELSE",
        ),
        pytest.param(
            "exists (select 1 from members where x = a)",
            "not exists (select 1 from members where x = a)",
            id="EXISTS and NOT EXISTS",
        ),
        pytest.param(
            "a in (select x from members)",
            "a in (select id from members)",
            id="a subquery's column",
        ),
        pytest.param(
            "a in (select x from members)", "a in (select x from other.members)", id="its relation"
        ),
        pytest.param(
            "extract(year from d) > 1", "extract(month from d) > 1", id="a field of a date"
        ),
        pytest.param(
            "current_setting('a', true) = name",
            "current_setting('a') = name",
            id="an argument more",
        ),
        pytest.param("count(a) > 1", "count(distinct a) > 1", id="DISTINCT in an aggregate"),
        pytest.param("name = E'a\\nb'", "name = 'a\\nb'", id="an escape"),
        pytest.param("name = 'null'", "name = null", id="NULL and the word"),
    ],
)
def test_different_meanings_stay_different(one: str, two: str) -> None:
    first = from_text(one, types=TYPES).canonical
    assert first != from_text(two, types=TYPES).canonical
    assert from_text(one).canonical != from_text(two).canonical


def test_a_cast_of_a_constant_tells_only_beside_a_known_column() -> None:
    one, two = "a / 3 > 0", "a / 3::numeric > 0"
    assert from_text(one).canonical == from_text(two).canonical
    assert from_text(one, types=TYPES).canonical != from_text(two, types=TYPES).canonical


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("'x'::text", "x"),
        ("'it''s'::character varying", "it's"),
        ("-1", "-1"),
        ("'-1'::integer", "-1"),
        ("1.50", "1.50"),
        ("TRUE", "true"),
        ("'t'::boolean", "true"),
        ("'24 hours'::interval", "24:00:00"),
        ("NULL", None),
        ("NULL::text", None),
        ("now()", None),
        ("ARRAY[]::text[]", None),
    ],
)
def test_the_literal_of_a_constant(text: str, literal: str | None) -> None:
    assert from_text(text).literal == literal


def test_names_are_those_that_the_expression_reads() -> None:
    found = from_text('lower(t.Name) = Other.F("B") and CURRENT_DATE > now() and t.* is null')
    assert (found.columns, found.functions) == (
        ("B", "name"),
        ("current_date", "f", "lower", "now"),
    )


@pytest.mark.parametrize("joint", [" || ", " + ", " AND NOT ", "::text || "])
def test_a_deep_expression_keeps_its_text(joint: str) -> None:
    text = joint.join(["aa"] * 1200)
    found = from_text(text)
    assert found.columns == ("aa",)
    assert found.canonical


def test_a_deep_tree_falls_back_to_its_text() -> None:
    text = " ||\n".join(["aa"] * 2000)
    assert from_text(text).canonical == text.replace("\n", " ")


@pytest.mark.parametrize(
    "text", ["", "1, 2", "1 FROM t", "1 AS x", "1 x", "1; SELECT 2", "1 WHERE a"]
)
def test_what_is_not_one_expression_is_refused(text: str) -> None:
    with pytest.raises(SyntaxFault, match="not one expression"):
        parse_expression(text)


def test_a_fault_is_placed_in_the_expression() -> None:
    with pytest.raises(SyntaxFault) as caught:
        parse_expression("é + )")
    assert (caught.value.message, caught.value.position) == ('syntax error at or near ")"', 4)


def test_the_text_is_kept_as_given() -> None:
    assert expression(parse_expression("1"), "( 1 )").text == "( 1 )"


READ_ANEW = [
    ("flag = 't'", None, {"flag": TYPES["flag"]}),
    ("flag = 'f'", None, {"flag": TYPES["flag"]}),
    ("name = 't'", None, {"flag": TYPES["flag"]}),
    ("flag = 't'", None, {"flag": TYPES["name"]}),
    ("flag = 't'", None, {}),
    ("'t'", TYPES["flag"], {}),
    ("'t'", TYPES["name"], {}),
]


def test_the_same_text_with_another_tree_types_or_target_is_read_anew() -> None:
    """What was read once is known by its text only where nothing else differs."""

    def canonical(case: int, text: str) -> str:
        sql, expected, types = READ_ANEW[case]
        return expression(parse_expression(sql), text, expected=expected, types=types).canonical

    cases = range(len(READ_ANEW))
    mixed = [canonical(case, "x") for case in (*cases, *reversed(cases))]
    alone = [canonical(case, f"text {case}") for case in cases]
    assert mixed == [*alone, *reversed(alone)]
    assert len(set(alone)) == 6


def test_a_tree_that_stands_elsewhere_is_known_again() -> None:
    first = expression(parse_expression("a IN ('x', 'y')"), "a IN ('x', 'y')", types=TYPES)
    moved = parse_expression("     a IN  ('x',   'y')")
    assert expression(moved, "a IN ('x', 'y')", types=TYPES) is first
