"""The SQL of a table says all that the migrations build, and is read back as that."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ctb_lint.compare import differences
from ctb_lint.differences import Difference, RogueTable
from ctb_lint.drafting.markdown import fenced
from ctb_lint.drafting.sql import needed_types, table_name, table_sql, type_names, types_sql
from ctb_lint.evidence import SourceKind
from ctb_lint.model import QualifiedName, Schema
from ctb_lint.readers.catalogue.reader import CatalogueOptions, read_catalogue_texts
from tests.comparison.catalogs import read
from tests.comparison.spellings import Plan, plans, write
from tests.parity.played import play
from tests.parity.sequences import histories
from tests.postgres import Connection, Server

NEEDED = ("tables", "columns", "constraints", "indexes")
OPTIONS = CatalogueOptions(pg_version=18)


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    with server.database() as connected:
        yield connected


def document(schema: Schema, text: str) -> tuple[str, set[QualifiedName]]:
    """A catalogue of all tables in the order in which they were made, and those that it has."""
    types = types_sql(type_names(schema), schema, {"a.sql": text})
    parts = [f"# Tables\n\n```sql\n{types}\n```\n"]
    made = sorted(
        (table for table in schema.tables.values() if table.location),
        key=lambda table: table.location.start if table.location else 0,
    )
    names = set()
    for number, table in enumerate(made, 1):
        unknown = schema.knowledge.why_unknown(table.name, NEEDED)
        if unknown or table.persistence == "temporary" or table.partition_of:
            continue
        names.add(table.name)
        parts.append(
            f"## {number}. {table_name(table.name, schema)}\n\n**Barton ID**: BID-A-{number:03}\n\n"
            f"{fenced(table_sql(table, schema), 'sql')}\n"
        )
    return "\n".join(parts), names


def differing(schema: Schema, text: str) -> list[Difference]:
    """In what the tables and types of the catalogue are not what they were drafted from."""
    written, names = document(schema, text)
    catalogue, declared = read_catalogue_texts({"x.md": written}, OPTIONS)
    assert [one.message for one in catalogue.troubles] == []
    assert {entry.table for entry in catalogue.entries} == names
    found = differences(declared, schema, SourceKind.CATALOGUE, SourceKind.MIGRATIONS)
    return [one for one in found if not isinstance(one, RogueTable) or one.table in names]


@given(history=histories())
@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_the_server_accepted_is_declared_again(
    connection: Connection, history: list[str]
) -> None:
    text = "".join(f"{one};\n" for one in play(connection, history).accepted)
    schema = read(text)
    event(f"{len(schema.tables)} tables")
    assert differing(schema, text) == [], text


@given(plan=plans(), seed=st.integers(0, 2**32))
@settings(max_examples=60, derandomize=True, database=None, deadline=None)
def test_a_table_in_any_spelling_is_declared_again(plan: Plan, seed: int) -> None:
    text = write(plan, Random(seed))
    assert differing(read(text), text) == [], text


RICH = """\
CREATE SCHEMA "Ops";
CREATE TYPE mood AS ENUM ('calm', 'it''s');
CREATE DOMAIN code AS text NOT NULL DEFAULT 'x' CHECK (VALUE <> '');
CREATE TYPE pair AS (a mood, b text);
CREATE TYPE span AS RANGE (subtype = numeric);
CREATE TABLE "Ops"."Order Line" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "Größe" numeric(10, 2) DEFAULT 1.5,
    kinds mood[] NOT NULL DEFAULT '{}',
    label varchar(20) COLLATE "C",
    twice numeric GENERATED ALWAYS AS ("Größe" * 2) STORED,
    during tstzrange,
    room int,
    note text DEFAULT 'a
```
b' CHECK (note <> '`'),
    CONSTRAINT positive CHECK ("Größe" > 0) NO INHERIT,
    EXCLUDE USING gist (during WITH &&) WHERE (room > 0),
    UNIQUE NULLS NOT DISTINCT (room, label) INCLUDE (note)
);
CREATE UNLOGGED TABLE parts (
    id serial PRIMARY KEY,
    line bigint REFERENCES "Ops"."Order Line" ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    c code,
    p pair,
    s span,
    at timestamp(3) with time zone
);
ALTER TABLE parts ADD CONSTRAINT late CHECK (id > 0) NOT VALID;
CREATE UNIQUE INDEX parts_lower ON parts (lower(c) text_pattern_ops DESC NULLS LAST, line)
    WHERE at IS NOT NULL;
CREATE INDEX ON parts USING hash (line);
CREATE TABLE logs (at date NOT NULL, line text) PARTITION BY RANGE (at);
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE more (extra int) INHERITS (parts);
"""


def test_every_kind_of_part_is_declared_again() -> None:
    schema = read(RICH)
    assert differing(schema, RICH) == []
    assert {name.name for name in schema.tables} == {
        "Order Line", "parts", "logs", "logs_1", "more",
    }  # fmt: skip


def test_a_table_reads_as_people_write_it() -> None:
    schema = read(
        "CREATE TABLE users (id int PRIMARY KEY);"
        "CREATE TABLE orders (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,"
        " buyer_id int NOT NULL REFERENCES users ON DELETE CASCADE, number bigserial,"
        " state character varying(20) NOT NULL DEFAULT 'open'"
        " CHECK (state IN ('open', 'paid', 'shipped', 'given back')), CHECK (number > buyer_id));"
        "CREATE INDEX ON orders (buyer_id, state);"
    )
    assert table_sql(schema.tables[QualifiedName("public", "orders")], schema) == (
        "CREATE TABLE orders (\n"
        "    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),\n"
        "    buyer_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,\n"
        "    number bigserial,\n"
        "    state varchar(20) NOT NULL DEFAULT 'open'\n"
        "        CHECK (state IN ('open', 'paid', 'shipped', 'given back')),\n"
        "    CHECK (number > buyer_id)\n"
        ");\n"
        "CREATE INDEX orders_buyer_id_state_idx ON orders (buyer_id, state);"
    )


def test_types_come_in_the_order_in_which_they_are_needed() -> None:
    schema = read(
        "CREATE TYPE z AS ENUM ('a'); CREATE DOMAIN y AS z; CREATE TYPE a AS (x y);"
        "CREATE TYPE other AS ENUM ('b'); CREATE TABLE t (a a[]);"
    )
    table = schema.tables[QualifiedName("public", "t")]
    names = [name.name for name in type_names(schema)]
    assert names.index("z") < names.index("y") < names.index("a")
    assert {name.name for name in needed_types(table, schema)} == {"a", "y", "z"}
