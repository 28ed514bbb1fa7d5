"""A schema that went through a snapshot is the schema of the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import Struct, structs
from psycopg import sql

from ctb_lint.live import DatabaseFacts, SchemaRights
from ctb_lint.model import (
    Column,
    CompositeType,
    Constraint,
    DataType,
    Domain,
    EnumType,
    Function,
    Grant,
    Index,
    IndexKey,
    Knowledge,
    Policy,
    QualifiedName,
    Schema,
    Sequence,
    Table,
    Trigger,
    View,
)
from ctb_lint.readers.postgres.connect import connected
from ctb_lint.readers.postgres.inspect import Inspection, inspect_with_facts
from ctb_lint.readers.postgres.target import choose_target
from ctb_lint.readers.snapshot import form
from ctb_lint.readers.snapshot.form import StampForm
from ctb_lint.readers.snapshot.reader import Snapshot, read
from ctb_lint.readers.snapshot.schema import NO_BODIES, NO_DEFINITIONS
from ctb_lint.readers.snapshot.writing import written
from tests.parity.dumps import dump, find_pg_dump
from tests.postgres import Server
from tests.readers.postgres.test_hostile import EVERYTHING, HOSTILE

RICH = Path(__file__).parents[2] / "parity" / "rich_schema.sql"


def inspected(server: Server, database: str, default_schema: str = "public") -> Inspection:
    target = choose_target(server.dsn(database), {}, {"user": "postgres"})
    with connected(target) as connection:
        return inspect_with_facts(connection, target, default_schema=default_schema)


def taken(found: Inspection) -> bytes:
    result = written(found.schema, found.facts.lasting, found.facts.server.major)
    assert (result.left_out, result.unsafe) == ((), ())
    return result.data


def without_bodies(schema: Schema) -> Schema:
    """What a snapshot keeps: no bodies, no definitions, options in their order."""

    def view(one: View) -> View:
        return structs.replace(one, definition="", options=tuple(sorted(one.options)))

    def function(one: Function) -> Function:
        return structs.replace(one, body=None)

    return structs.replace(
        schema,
        views={name: view(one) for name, one in schema.views.items()},
        functions=tuple(map(function, schema.functions)),
        knowledge=Knowledge(),
    )


def assert_same(found: Inspection, again: Snapshot) -> None:
    assert structs.replace(again.schema, knowledge=Knowledge()) == without_bodies(found.schema)
    assert again.facts == found.facts.lasting
    assert again.postgresql == found.facts.server.major
    own = {one.name for one in found.schema.functions if one.kind != "aggregate"}
    relations: list[Table | View] = [*found.schema.tables.values(), *found.schema.views.values()]
    expected = {
        *found.schema.knowledge.unknown,
        *({(None, "function bodies", NO_BODIES)} if own else ()),
        *({(None, "view definitions", NO_DEFINITIONS)} if found.schema.views else ()),
        *(
            (one.name, "trigger bodies", NO_BODIES)
            for one in relations
            if any(trigger.function in own for trigger in one.triggers)
        ),
    }
    assert set(again.schema.knowledge.unknown) == expected
    assert again.schema.knowledge.facts == found.schema.knowledge.facts


def test_everything_of_a_rich_schema_comes_back(server: Server) -> None:
    with server.database() as connection:
        connection.execute(RICH.read_bytes())
        found = inspected(server, connection.info.dbname)
    data = taken(found)
    assert_same(found, read(data))
    assert len(found.schema.tables) > 5


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_back(server: Server, name: str) -> None:
    def short(suffix: str) -> str:
        return name.encode()[: 60 - len(suffix)].decode(errors="ignore") + suffix

    kinds = ("kind", "table", "check", "exclusion", "index", "view", "sequence", "domain")
    parts: dict[str, sql.Composable] = {kind: sql.Identifier(short(kind[:4])) for kind in kinds}
    with server.database() as connection:
        text = sql.Literal(name)
        body = sql.Literal("BEGIN RETURN NEW; END")
        connection.execute(
            sql.SQL(EVERYTHING).format(name=sql.Identifier(name), text=text, body=body, **parts)
        )
        found = inspected(server, connection.info.dbname)
    assert_same(found, read(taken(found)))
    assert name in found.schema.schemas


def test_the_schema_that_names_go_without_is_kept(server: Server) -> None:
    with server.database() as connection:
        connection.execute(
            b"CREATE SCHEMA shop; CREATE COLLATION shop.own (locale = 'C');"
            b"CREATE TYPE shop.mood AS ENUM ('good');"
            b"CREATE TABLE shop.t (a text COLLATE shop.own, m shop.mood DEFAULT 'good')"
        )
        found = inspected(server, connection.info.dbname, "shop")
    again = read(taken(found))
    assert_same(found, again)
    assert again.schema.default_schema == "shop"


def test_a_not_null_that_nobody_validated_is_kept(server: Server) -> None:
    with server.database() as connection:
        connection.execute(
            b"CREATE TABLE t (a text); ALTER TABLE t ADD CONSTRAINT filled NOT NULL a NOT VALID"
        )
        found = inspected(server, connection.info.dbname)
    again = read(taken(found))
    assert_same(found, again)
    ((column,),) = (table.columns for table in again.schema.tables.values())
    assert (column.not_null, column.unvalidated_not_null) == (True, "filled")


RENAMED = {
    (Constraint, "expr"): "expression",
    (Constraint, "definition"): "elements",
    (IndexKey, "expr"): "expression",
    (View, "types"): "columns",
}
"""Facts that the format calls by another name."""
NOT_WRITTEN = {"location", "named", "inline", "removed", "body", "definition"}
"""What files alone tell, and what a snapshot is without. Places are not written either."""


@pytest.mark.parametrize(
    ("model", "written_as"),
    [
        (Column, form.ColumnForm),
        (Constraint, form.ConstraintForm),
        (Index, form.IndexForm),
        (IndexKey, form.KeyForm),
        (Policy, form.PolicyForm),
        (Trigger, form.TriggerForm),
        (Grant, form.GrantForm),
        (Table, form.TableForm),
        (View, form.ViewForm),
        (EnumType, form.EnumForm),
        (Domain, form.DomainForm),
        (CompositeType, form.OtherTypeForm),
        (Sequence, form.SequenceForm),
        (Function, form.FunctionForm),
        (DataType, form.TypeForm),
        (SchemaRights, form.SchemaForm),
    ],
)
def test_the_format_has_a_word_for_every_fact_of_the_model(
    model: type[Struct], written_as: type[Struct]
) -> None:
    known = set(written_as.__struct_fields__)
    for fact in model.__struct_fields__:
        name = RENAMED.get((model, fact), fact)
        assert name in known or fact in NOT_WRITTEN or fact.endswith("_location"), fact


@pytest.mark.parametrize("model", [Schema, DatabaseFacts])
def test_the_format_has_every_part_of_the_model(model: type[Struct]) -> None:
    apart = {"knowledge": "unknown"}
    parts = {apart.get(name, name) for name in model.__struct_fields__}
    assert parts <= set(form.SnapshotForm.__struct_fields__)


def test_two_snapshots_of_one_database_are_the_same_bytes(server: Server) -> None:
    with server.database() as connection:
        connection.execute(RICH.read_bytes())
        first = taken(inspected(server, connection.info.dbname))
        connection.execute(b"ANALYZE")
        assert taken(inspected(server, connection.info.dbname)) == first


def test_a_restored_dump_has_the_same_snapshot(server: Server) -> None:
    with server.database() as connection:
        pg_dump = find_pg_dump(connection.info.server_version // 10_000)
        if pg_dump is None:
            pytest.skip("no pg_dump for this server")
        connection.execute(RICH.read_bytes())
        first = taken(inspected(server, connection.info.dbname))
        text = dump(pg_dump, server.dsn(connection.info.dbname))
    with server.database() as connection:
        connection.execute(restorable(text).encode())
        connection.execute(b"RESET search_path")
        assert taken(inspected(server, connection.info.dbname)) == first


def restorable(dumped: str) -> str:
    """The dump without what only psql understands."""
    return "\n".join(line for line in dumped.split("\n") if not line.startswith("\\"))


def test_the_order_in_which_things_were_made_does_not_show(server: Server) -> None:
    table = "CREATE TABLE {} (a int PRIMARY KEY, b text CHECK (b <> ''), c int UNIQUE);"
    index = "CREATE INDEX {0}_{1} ON {0} ({1});"
    parts = [
        table.format("x") + index.format("x", "a") + index.format("x", "b"),
        table.format("y") + index.format("y", "b") + index.format("y", "a"),
        "CREATE TYPE one AS ENUM ('b', 'a'); CREATE TYPE two AS (a int, b text)",
        "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA s; CREATE SEQUENCE s.q; CREATE EXTENSION IF NOT EXISTS plpgsql",
    ]
    bytes_of = []
    for order in (parts, parts[::-1]):
        with server.database() as connection:
            connection.execute(";".join(order).encode())
            bytes_of.append(taken(inspected(server, connection.info.dbname)))
    assert bytes_of[0] == bytes_of[1]


def test_the_stamp_comes_back_and_is_left_out_where_nobody_asked_for_it(server: Server) -> None:
    with server.database() as connection:
        found = inspected(server, connection.info.dbname)
    stamp = StampForm(taken="2026-11-22T10:11:12Z", database="shop", server="18.1", tool="1.0")
    schema, facts = found.schema, found.facts.lasting
    stamped = read(written(schema, facts, 18, stamp).data)
    assert stamped.stamp == stamp
    assert read(written(schema, facts, 18).data).stamp is None


def test_nothing_of_the_server_stands_in_it(server: Server) -> None:
    with server.database() as connection:
        connection.execute(
            b"CREATE TABLE t (a text DEFAULT 'x');"
            b"CREATE VIEW v AS SELECT a FROM t WHERE a = 'only in the definition';"
            b"CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''only in the body''';"
            b"INSERT INTO t VALUES ('only in a row')"
        )
        name = connection.info.dbname
        data = taken(inspected(server, name))
    for word in (name, "only in", server.dsn(name).partition("host=")[2]):
        assert word.encode() not in data


def test_an_empty_schema_is_a_snapshot() -> None:
    data = written(Schema(), DatabaseFacts(), 18).data
    assert data.decode() == (
        '{\n "ctb-lint-snapshot": 1,\n "postgresql": 18,\n "default_schema": "public"\n}\n'
    )
    assert read(data) == Snapshot(Schema(), DatabaseFacts(), 18)


def test_what_the_server_could_not_tell_stays_unknown() -> None:
    unknown = ((QualifiedName("public", "t"), "indexes", "another session had it locked"),)
    schema = structs.replace(
        Schema(), knowledge=structs.replace(Schema().knowledge, unknown=unknown)
    )
    assert read(written(schema, DatabaseFacts(), 18).data).schema == schema


def test_what_a_publication_follows_is_kept(server: Server) -> None:
    with server.database() as connection:
        connection.execute(b"CREATE TABLE t (id int PRIMARY KEY)")
        connection.execute(b"CREATE PUBLICATION p FOR TABLE t")
        found = inspected(server, connection.info.dbname)
    facts = read(taken(found)).facts
    assert facts.followed == {QualifiedName("public", "t"): ("delete", "insert", "update")}
    unasked = structs.replace(facts, followed=None)
    assert read(written(found.schema, unasked, 18).data).facts == unasked
