"""Operators, functions and common types over every pair of types, held against PostgreSQL.

Where a type is claimed, the server must give it; what the server refuses is no query, and there
nothing is asked of the claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from ctb_lint.model import QualifiedName
from ctb_lint.readers.sql.reader import read_text
from tests.postgres import Connection, Server

TYPES = {
    "c_smallint": "smallint", "c_integer": "integer", "c_bigint": "bigint",
    "c_numeric": "numeric", "c_real": "real", "c_double": "double precision",
    "c_text": "text", "c_varchar": "varchar", "c_char": "bpchar", "c_name": "name",
    "c_boolean": "boolean", "c_date": "date", "c_timestamp": "timestamp",
    "c_timestamptz": "timestamptz", "c_time": "time", "c_timetz": "timetz",
    "c_interval": "interval", "c_uuid": "uuid", "c_json": "json", "c_jsonb": "jsonb",
    "c_bytea": "bytea", "c_inet": "inet", "c_money": "money", "c_oid": "oid",
    "c_bit": "bit varying", "c_tsvector": "tsvector", "c_tsquery": "tsquery",
    "c_range": "int4range", "c_enum": "mood", "c_domain": "short_text", "c_number": "positive",
    "c_integers": "integer[]", "c_bigints": "bigint[]", "c_texts": "text[]",
    "c_varchars": "varchar[]", "c_enums": "mood[]",
}  # fmt: skip
SCHEMA = f"""
    CREATE TYPE mood AS ENUM ('sad', 'glad');
    CREATE DOMAIN short_text AS varchar;
    CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
    CREATE TABLE v ({", ".join(f"{name} {type_}" for name, type_ in TYPES.items())});
"""
OPERANDS = (*TYPES, "'1'")
OPERATORS = (
    "+", "-", "*", "/", "%", "^", "||", "->", "->>", "#>", "#>>", "#-", "=", "<>", "~", "@>", "&&",
    "&", "|", "#", "<<", ">>", "<->", "@@",
)  # fmt: skip
ONE = (
    "abs", "array_agg", "any_value", "age", "avg", "bit_and", "btrim", "ceil", "count", "exp",
    "first_value({}) OVER ()", "floor", "initcap", "json_agg", "lag({}) OVER ()", "length",
    "lower", "max", "md5", "min", "mode() WITHIN GROUP (ORDER BY {})", "round", "sign", "sqrt",
    "stddev", "sum", "to_json", "to_jsonb", "trunc", "unnest", "upper", "variance", "-", "+",
    "~", "@", "array_to_json", "cardinality", "reverse",
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY {})",
    "percentile_disc(0.5) WITHIN GROUP (ORDER BY {})", "concat", "pg_typeof", "to_timestamp",
    "encode", "to_char", "quote_literal", "string_to_array", "jsonb_typeof", "octet_length",
)  # fmt: skip
TWO = (
    "array_append", "array_cat", "array_prepend", "array_remove", "COALESCE", "date_trunc",
    "generate_series", "GREATEST", "mod", "NULLIF", "power", "round", "string_agg", "timezone",
    "to_char", "trunc", "log", "substring", "concat", "array_position",
)  # fmt: skip
ASK = """
    CREATE FUNCTION asked(questions text[]) RETURNS text[] LANGUAGE plpgsql AS $$
    DECLARE
        question text; answer text; answers text[] := '{}';
    BEGIN
        FOREACH question IN ARRAY questions LOOP
            answer := NULL;
            BEGIN
                EXECUTE 'SELECT format_type(pg_typeof(q), -1) FROM (SELECT ' || question ||
                    ' AS q FROM v) AS s RIGHT JOIN (SELECT) AS one ON true' INTO answer;
            EXCEPTION WHEN OTHERS THEN NULL;
            END;
            answers := answers || answer;
        END LOOP;
        RETURN answers;
    END $$
"""


def _one(name: str, operand: str) -> str:
    return name.format(operand) if "{" in name else f"{name}({operand})"


def _binary() -> Iterator[str]:
    for operator in OPERATORS:
        yield from (f"({one} {operator} {other})" for one in OPERANDS for other in OPERANDS)


def _calls() -> Iterator[str]:
    for name in ONE:
        yield from (_one(name, operand) for operand in OPERANDS)
    for name in TWO:
        yield from (f"{name}({one}, {other})" for one in OPERANDS for other in OPERANDS)


def _common() -> Iterator[str]:
    for one in OPERANDS:
        for other in OPERANDS:
            yield f"CASE WHEN c_boolean THEN {one} ELSE {other} END"
            yield f"ARRAY[{one}, {other}]"
            yield f"lag({one}, 1, {other}) OVER ()"
            yield f"(SELECT x FROM (SELECT {one} AS x UNION ALL SELECT {other}) AS u LIMIT 1)"


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    with server.database() as made:
        made.execute(SCHEMA.encode())
        made.execute(b"INSERT INTO v DEFAULT VALUES")
        made.execute(ASK.encode())
        yield made


def claimed(questions: list[str]) -> Mapping[str, str | None]:
    """What the reader says of the type of each expression; None where it does not know."""
    targets = ",\n".join(f"{text} AS q{place}" for place, text in enumerate(questions))
    folded = read_text(f"{SCHEMA}CREATE TABLE o AS SELECT {targets} FROM v;")
    columns = folded.schema.tables[QualifiedName("public", "o")].columns
    assert len(columns) == len(questions)
    found = (c.type.canonical.removeprefix("public.") for c in columns)
    return dict(zip(questions, (None if t == "unknown" else t for t in found), strict=True))


def answered(connection: Connection, questions: list[str]) -> Mapping[str, str]:
    """What the server says of each expression that it accepts."""
    row = connection.execute("SELECT asked(%s)", (questions,)).fetchone()
    assert row is not None
    return {q: type_ for q, type_ in zip(questions, row[0], strict=True) if type_}


@pytest.mark.parametrize(
    ("expressions", "share"),
    [(_binary, 0.93), (_calls, 0.95), (_common, 0.94)],
    ids=["operators", "functions", "common"],
)
def test_claims_hold(connection, expressions, share):
    theirs = answered(connection, list(expressions()))
    ours = claimed(list(theirs))
    wrong = {q: (ours[q], theirs[q]) for q in theirs if ours[q] not in {None, theirs[q]}}
    assert wrong == {}
    unknown = [q for q in theirs if ours[q] is None]
    assert 1 - len(unknown) / len(theirs) > share, unknown
