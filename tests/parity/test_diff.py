"""The comparison: every change of a database is seen, and nothing else is."""

from __future__ import annotations

import pytest
from msgspec import structs

from ctb_lint.model import Column, DataType, Index, IndexKey, QualifiedName, Schema, Table
from ctb_lint.readers.postgres.inspect import inspect
from tests.parity.diff import Figure, differences, figures, renamed, total
from tests.postgres import Server

BASE = """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE a (id integer PRIMARY KEY, name varchar(10) NOT NULL, feels mood DEFAULT 'sad');
CREATE TABLE b (id integer PRIMARY KEY, a_id integer REFERENCES a);
CREATE INDEX b_a ON b (a_id);
COMMENT ON TABLE a IS 'first';
CREATE VIEW v AS SELECT id FROM b;
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("SELECT 1", []),
        (
            "ALTER TABLE a ALTER name TYPE varchar(20)",
            [("column", "public.a.name", "type")],
        ),
        ("ALTER TABLE a ALTER name DROP NOT NULL", [("column", "public.a.name", "not_null")]),
        (
            "ALTER TABLE a ALTER feels SET DEFAULT 'happy'",
            [("column", "public.a.feels", "default")],
        ),
        ("ALTER TABLE a DROP name", [("column", "public.a.name", "extra")]),
        (
            "ALTER TABLE a DROP name; ALTER TABLE a ADD name varchar(10) NOT NULL",
            [("column", "public.a.feels", "position"), ("column", "public.a.name", "position")],
        ),
        (
            "ALTER TABLE b DROP CONSTRAINT b_a_id_fkey;"
            "ALTER TABLE b ADD FOREIGN KEY (a_id) REFERENCES a ON DELETE CASCADE NOT VALID",
            [
                ("constraint", "public.b.b_a_id_fkey", "on_delete"),
                ("constraint", "public.b.b_a_id_fkey", "validated"),
            ],
        ),
        (
            "DROP INDEX b_a; CREATE UNIQUE INDEX b_a ON b (a_id DESC) WHERE a_id > 0",
            [
                ("index", "public.b.b_a", "keys"),
                ("index", "public.b.b_a", "unique"),
                ("index", "public.b.b_a", "predicate"),
            ],
        ),
        ("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", [
            ("column", "public.a.feels", "default"), ("enum", "public.mood", "values"),
        ]),
        ("COMMENT ON TABLE a IS 'other'", [("comment", "on table public.a", "text")]),
        (
            "DROP VIEW v; CREATE MATERIALIZED VIEW v AS SELECT id FROM b",
            [("view", "public.v", "materialized")],
        ),
        ("ALTER TABLE a ENABLE ROW LEVEL SECURITY", [("row security", "public.a", "enabled")]),
        (
            "DROP TABLE b CASCADE",
            [
                ("column", "public.b.a_id", "extra"),
                ("column", "public.b.id", "extra"),
                ("constraint", "public.b.b_a_id_fkey", "extra"),
                ("constraint", "public.b.b_pkey", "extra"),
                ("index", "public.b.b_a", "extra"),
                ("row security", "public.b", "extra"),
                ("table", "public.b", "extra"),
                ("view", "public.v", "extra"),
                ("view columns", "public.v", "extra"),
            ],
        ),
        ("CREATE SEQUENCE s", [("sequence", "public.s", "missing")]),
    ],
)  # fmt: skip
def test_each_change_is_seen_and_no_other(
    server: Server, change: str, expected: list[tuple[str, str, str]]
) -> None:
    with server.database() as connection:
        connection.execute(BASE.encode())
        before = inspect(connection)
        connection.execute(change.encode())
        found = differences(before, inspect(connection))
    assert [(m.kind, m.object, m.facet) for m in found] == expected


def test_figures_count_the_objects_of_either_side() -> None:
    name = QualifiedName("public", "t")
    column = Column("a", DataType("integer"))
    read = Schema(tables={name: Table(name, (column, Column("b", DataType("text"))))})
    live = Schema(tables={name: Table(name, (structs.replace(column, not_null=True),))})
    one = figures(read, live)
    assert one == (
        Figure("column", 2, 0),
        Figure("row security", 1, 1),
        Figure("table", 1, 1),
    )
    assert total([*one, *one])[0] == Figure("column", 4, 0)
    assert [figure.share for figure in one] == [0.0, 1.0, 1.0]


def test_what_a_partition_has_from_its_parent_is_passed_over() -> None:
    parent, part = QualifiedName("public", "p"), QualifiedName("public", "p1")
    columns = (Column("a", DataType("integer")),)
    index = Index("p_a", (IndexKey("a"),))
    above = Table(parent, columns, indexes=(index,))
    clone = structs.replace(index, name="p1_a_idx")
    below = Table(part, columns, partition_of=parent)
    own = Index("p1_own", (IndexKey("a", descending=True),))
    live = Schema(tables={parent: above, part: below})
    cloned = structs.replace(below, indexes=(clone,))
    assert differences(Schema(tables={parent: above, part: cloned}), live) == ()
    extra = structs.replace(below, indexes=(clone, own))
    found = differences(Schema(tables={parent: above, part: extra}), live)
    assert [(m.object, m.facet) for m in found] == [("public.p1.p1_own", "extra")]


def test_a_child_tables_own_index_is_compared_though_its_parent_has_the_like() -> None:
    parent, child = QualifiedName("public", "p"), QualifiedName("public", "c")
    above = Table(parent, indexes=(Index("p_a", (IndexKey("a"),)),))
    below = Table(child, indexes=(Index("c_a", (IndexKey("a"),)),), inherits=(parent,))
    live = Schema(tables={parent: above, child: below})
    assert figures(live, live)[0] == Figure("index", 2, 2)
    without = Schema(tables={parent: above, child: structs.replace(below, indexes=())})
    assert [(m.object, m.facet) for m in differences(without, live)] == [
        ("public.c.c_a", "missing")
    ]
    assert [(m.object, m.facet) for m in differences(live, without)] == [("public.c.c_a", "extra")]


def test_an_object_that_differs_by_name_only_is_told_from_one_that_is_missing() -> None:
    name = QualifiedName("public", "t")
    key, other = IndexKey("a"), IndexKey("b")
    read = Schema(tables={name: Table(name, indexes=(Index("one", (key,)), Index("x", (other,))))})
    live = Schema(tables={name: Table(name, indexes=(Index("two", (key,)),))})
    found = differences(read, live)
    assert [(m.object, renamed(m, found)) for m in found] == [
        ("public.t.one", True),
        ("public.t.two", True),
        ("public.t.x", False),
    ]


def test_temporary_tables_are_passed_over() -> None:
    name = QualifiedName("pg_temp", "t")
    read = Schema(tables={name: Table(name, persistence="temporary")})
    assert differences(read, Schema()) == ()
