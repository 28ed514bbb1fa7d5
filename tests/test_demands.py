"""Demands: which there are, who makes them, and that a rule judges each kind."""

from __future__ import annotations

from collections import Counter

import pytest

from ctb_lint import demands
from ctb_lint.demanded import demands_of
from ctb_lint.demands import (
    Demand,
    Format,
    Layer,
    NotNull,
    Origin,
    Registration,
    RegistryTable,
    RequiredColumn,
    RequiredIndex,
    Role,
    Strength,
    SuitableId,
    Unique,
    ValueSet,
)
from ctb_lint.model import (
    Column,
    DataType,
    ObjectId,
    ObjectKind,
    QualifiedName,
    Schema,
    Table,
    TableKind,
)
from ctb_lint.registry import load
from ctb_lint.standard import DEFAULT_FORMATS, Registry, Standard

KINDS = [
    kind
    for kind in vars(demands).values()
    if isinstance(kind, type) and issubclass(kind, Demand) and kind is not Demand
]
STANDARD = Origin("the CTB standard")
UNIQUE_ID, PROCESS_ID = DEFAULT_FORMATS["unique_id"], DEFAULT_FORMATS["process_id"]


def table(name: str, *columns: str, **more: object) -> Table:
    made = tuple(Column(column, DataType("text")) for column in columns)
    return Table(QualifiedName("public", name), made, **more)  # type: ignore[arg-type]


def schema(*tables: Table) -> Schema:
    return Schema(tables={one.name: one for one in tables})


def of(name: str, found: tuple[Demand, ...]) -> list[Demand]:
    return [one for one in found if one.table.name == name]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_demand_is_judged_by_a_rule(kind: type[Demand]) -> None:
    judging = [rule.code for rule in load().values() if kind in rule.subjects]
    assert judging


def test_the_standard_demands_of_a_table_what_it_demands_of_all() -> None:
    name = QualifiedName("public", "orders")
    found = demands_of(schema(table("orders", "id")), Standard())
    expected: list[Demand] = []
    for role, template in ((Role.UNIQUE_ID, UNIQUE_ID), (Role.PROCESS_ID, PROCESS_ID)):
        column = role.value
        expected += [
            RequiredColumn(table=name, column=column, origin=STANDARD, role=role),
            NotNull(table=name, column=column, origin=STANDARD, id=True),
            RequiredIndex(table=name, column=column, origin=STANDARD),
            SuitableId(table=name, column=column, origin=STANDARD, template=template[0]),
            Format(table=name, column=column, origin=STANDARD, id=column, templates=template),
        ]
    expected += [
        RequiredColumn(
            table=name, column="created_at", origin=STANDARD, role=Role.CREATED_AT,
            strength=Strength.SHOULD,
        ),
        Registration(table=name, column="unique_id", origin=STANDARD, registry="ids"),
        RegistryTable(
            table=QualifiedName("public", "ids"), origin=STANDARD,
            columns=("unique_id", "process_id", "entity_type", "entity_id"),
        ),
    ]  # fmt: skip
    assert list(found) == expected


def test_the_registry_must_be_unique_and_not_registered() -> None:
    found = demands_of(schema(table("ids", "unique_id"), table("orders")), Standard())
    registry, orders = (Counter(type(one) for one in of(name, found)) for name in ("ids", "orders"))
    assert (registry[Unique], registry[Registration], registry[RegistryTable]) == (1, 0, 1)
    assert (orders[Unique], orders[Registration], orders[RegistryTable]) == (0, 1, 0)


def test_a_layer_is_demanded_where_the_column_is_and_the_column_where_it_is_tracked() -> None:
    standard = Standard(tracked_tables=("tasks",), config_file="ctb-lint.toml")
    found = demands_of(schema(table("logs", "orbt_layer"), table("tasks")), standard)
    name = QualifiedName("public", "logs")
    assert [one for one in found if isinstance(one, Layer)] == [
        Layer(table=name, column="orbt_layer", origin=STANDARD, first=1, last=4)
    ]
    assert [
        (one.table.name, one.origin.by)
        for one in found
        if isinstance(one, RequiredColumn) and one.role is Role.LAYER
    ] == [("tasks", "ctb-lint.toml (standard.tracked-tables: tasks)")]


def test_the_configuration_demands_under_its_own_name() -> None:
    standard = Standard(
        exempt_tables=("users",),
        value_sets=(("*.status", ("on", "off")), ("users.status", ("never",))),
        not_null=("users.email",),
        unique=("public.users.email",),
        config_file="ctb-lint.toml",
    )
    name = QualifiedName("public", "users")

    def by(key: str) -> Origin:
        return Origin(f"ctb-lint.toml (standard.{key})")

    assert list(demands_of(schema(table("users", "email", "status")), standard)) == [
        NotNull(table=name, column="email", origin=by("not-null: users.email")),
        Unique(table=name, column="email", origin=by("unique: public.users.email")),
        ValueSet(
            table=name, column="status", origin=by("value-sets.*.status"), values=("on", "off")
        ),
    ]


def test_optional_ids_should_be_there_by_the_configuration() -> None:
    standard = Standard(optional_ids=("users",), config_file="ctb-lint.toml")
    found = demands_of(schema(table("users")), standard)
    assert [
        (one.column, one.strength, one.origin.by) for one in found if isinstance(one, NotNull)
    ] == [
        ("unique_id", Strength.SHOULD, "ctb-lint.toml (standard.optional-ids: users)"),
        ("process_id", Strength.SHOULD, "ctb-lint.toml (standard.optional-ids: users)"),
    ]


@pytest.mark.parametrize(
    "exempt",
    [
        pytest.param(table("schema_migrations"), id="what a migration tool owns"),
        pytest.param(table("geo"), id="what the configuration exempts"),
        pytest.param(table("scratch", persistence="temporary"), id="a temporary table"),
        pytest.param(table("far", kind=TableKind.FOREIGN), id="a foreign table"),
        pytest.param(
            table("logs_2025", partition_of=QualifiedName("public", "logs")), id="a partition"
        ),
    ],
)
def test_nothing_is_demanded_of_a_table_that_is_not_governed(exempt: Table) -> None:
    assert demands_of(schema(exempt), Standard(exempt_tables=("geo",))) == ()


@pytest.mark.parametrize(
    "governed",
    [
        pytest.param(table("logs", kind=TableKind.PARTITIONED), id="a partitioned table"),
        pytest.param(table("cache", persistence="unlogged"), id="an unlogged table"),
        pytest.param(table("migrations_log"), id="a table whose name only looks like a tool's"),
    ],
)
def test_every_other_table_is_governed(governed: Table) -> None:
    assert of(governed.name.name, demands_of(schema(governed), Standard()))


def test_the_registry_is_demanded_where_the_configuration_puts_it() -> None:
    elsewhere = Standard(registry=Registry(table="core.heir", unique_id="heir"))
    found = demands_of(schema(table("orders")), elsewhere)
    assert [(one.table, one.columns) for one in found if isinstance(one, RegistryTable)] == [
        (QualifiedName("core", "heir"), ("heir", "process_id", "entity_type", "entity_id"))
    ]


def test_a_demand_is_about_its_column_or_its_table() -> None:
    name = QualifiedName("public", "orders")
    assert Unique(table=name, column="a", origin=STANDARD).object == ObjectId(
        ObjectKind.COLUMN, "public", "orders", "a"
    )
    assert RegistryTable(table=name, origin=STANDARD, columns=()).object == ObjectId(
        ObjectKind.TABLE, "public", None, "orders"
    )


@pytest.mark.parametrize(
    ("demand", "sentence"),
    [
        (
            ValueSet(
                table=QualifiedName("public", "o"), column="s", origin=STANDARD, values=("a", "b")
            ),
            "the CTB standard says that s must be one of 'a', 'b'",
        ),
        (
            Layer(table=QualifiedName("public", "o"), column="orbt_layer", origin=STANDARD),
            "the CTB standard numbers the ORBT layers from 1 to 4",
        ),
        (
            NotNull(
                table=QualifiedName("public", "o"), column="u", origin=STANDARD,
                strength=Strength.SHOULD,
            ),
            "the CTB standard has u only where it is provided",
        ),
        (
            Registration(
                table=QualifiedName("public", "o"), column="u", origin=STANDARD, registry="ids"
            ),
            "the CTB standard demands that every id be registered in ids",
        ),
    ],
    ids=["values", "layer", "optional", "registration"],
)  # fmt: skip
def test_a_demand_reads_as_a_sentence(demand: Demand, sentence: str) -> None:
    assert demand.sentence == sentence
