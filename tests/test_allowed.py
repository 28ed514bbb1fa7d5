"""What a column may hold, read from a schema that was made by hand."""

from __future__ import annotations

import pytest

from ctb_lint.allowed import (
    base_type,
    default_of,
    dropped_check,
    enumerated,
    limits_of,
    lookup_of,
    may_limit,
)
from ctb_lint.changes import DropConstraint
from ctb_lint.history import History, Layout
from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    DataType,
    Domain,
    EnumType,
    Expr,
    Function,
    Location,
    QualifiedName,
    Schema,
    Table,
)

TEXT = DataType("text")
INTEGER = DataType("integer")
MOOD = QualifiedName("public", "mood")
SHORT, SHORTER = QualifiedName("public", "short"), QualifiedName("public", "shorter")
TABLE = QualifiedName("public", "t")
PLACE = Location("001.sql", 0, 1, 1, 1, 1, 2)


def check(
    name: str, canonical: str, *, columns: tuple[str, ...] = ("c",), **more: object
) -> Constraint:
    known = {k: more.pop(k) for k in ("values", "bounds", "functions") if k in more}
    expr = Expr(canonical, canonical, columns=columns, **known)  # type: ignore[arg-type]
    return Constraint(name, ConstraintKind.CHECK, columns=columns, expr=expr, **more)  # type: ignore[arg-type]


def schema(
    type_: DataType, *constraints: Constraint, **more: object
) -> tuple[Schema, Table, Column]:
    column = Column("c", type_)
    table = Table(TABLE, (column,), constraints)
    return Schema(tables={TABLE: table}, **more), table, column  # type: ignore[arg-type]


def listed(*parts: object) -> list[tuple[str, tuple[str, ...] | None]]:
    return [(limit.what, limit.listed) for limit in limits_of(*parts)]  # type: ignore[arg-type]


def test_a_check_with_a_closed_list_limits_the_column() -> None:
    parts = schema(TEXT, check("known", "(c = ANY (ARRAY['a', 'b']))", values=("a", "b")))
    assert listed(*parts) == [("the check known", ("a", "b"))]


def test_bounds_of_an_integer_are_a_list_and_those_of_a_number_are_none() -> None:
    bounded = check("low", "((c >= 1) AND (c <= 3))", bounds=(1, 3))
    assert listed(*schema(INTEGER, bounded)) == [("the check low", ("1", "2", "3"))]
    assert listed(*schema(DataType("numeric"), bounded)) == [("the check low", None)]


def test_a_check_of_two_columns_limits_neither_alone() -> None:
    both = check("both", "((c = 'a') OR (d = 'a'))", columns=("c", "d"))
    assert limits_of(*schema(TEXT, both)) == ()


def test_a_domain_over_a_domain_over_an_enum_gives_the_limits_of_all() -> None:
    narrow = check("narrow", "(value = 'a')", columns=("value",), values=("a",))
    parts = schema(
        DataType("shorter", "public"),
        domains={
            SHORT: Domain(SHORT, DataType("mood", "public"), constraints=(narrow,)),
            SHORTER: Domain(SHORTER, DataType("short", "public")),
        },
        enums={MOOD: EnumType(MOOD, ("a", "b"))},
    )
    assert listed(*parts) == [
        ("the domain public.short", ("a",)),
        ("the enum type public.mood", ("a", "b")),
    ]
    assert base_type(parts[0], DataType("shorter", "public", array=True)) == DataType(
        "mood", "public", array=True
    )


def test_a_domain_that_is_its_own_base_ends() -> None:
    parts = schema(TEXT, domains={SHORT: Domain(SHORT, DataType("short", "public"))})
    assert base_type(parts[0], DataType("short", "public")) == DataType("short", "public")


@pytest.mark.parametrize(
    ("value", "passes"), [("1", True), ("3.0", True), ("0", False), ("2.5", True), ("x", True)]
)
def test_bounds_permit_numbers_between_them_and_say_nothing_of_text(
    value: str, passes: bool
) -> None:
    parts = schema(DataType("numeric"), check("low", "…", bounds=(1, 3)))
    assert [limit.permits(value) for limit in limits_of(*parts)] == [passes]


def test_a_check_that_cannot_be_read_may_limit_what_it_names() -> None:
    parts = schema(TEXT, check("odd", "(lower(c) = ANY (ARRAY['a', 'it''s']))"))
    assert may_limit(*parts, ("a",), ("it's",))
    assert not may_limit(*parts, ("a",), ("b",))
    assert may_limit(*parts, ("b", "a"))


def test_numbers_are_named_whole() -> None:
    parts = schema(INTEGER, check("low", "(c >= 1)"), check("high", "(c < 15)"))
    assert may_limit(*parts, ("1",), ("15",))
    assert not may_limit(*parts, ("5",))


def test_a_function_of_the_schema_may_limit_anything() -> None:
    calling = check("odd", "is_known(c)", functions=("is_known",))
    own = Function(QualifiedName("public", "is_known"), ("text",))
    assert may_limit(*schema(TEXT, calling, functions=(own,)), ("a",))
    assert not may_limit(*schema(TEXT, calling), ("a",))


def test_a_check_that_is_not_enforced_limits_nothing() -> None:
    parts = schema(TEXT, check("odd", "(lower(c) = 'a')", enforced=False))
    assert not may_limit(*parts, ("a",))
    assert not may_limit(*schema(TEXT), ("a",))


def test_only_an_enforced_key_of_the_column_alone_is_a_lookup() -> None:
    def key(*columns: str, enforced: bool = True) -> Constraint:
        return Constraint("k", ConstraintKind.FOREIGN, columns=columns, enforced=enforced)

    for keys, found in (((key("c"),), True), ((key("c", "d"), key("c", enforced=False)), False)):
        _, table, column = schema(TEXT, *keys)
        assert (lookup_of(table, column) is not None) is found


def test_the_default_is_the_columns_own_before_its_domains() -> None:
    of_domain = Domain(SHORT, TEXT, default=Expr("'x'", "'x'", literal="x"))
    made, _, column = schema(DataType("short", "public"), domains={SHORT: of_domain})
    assert default_of(made, column) == (of_domain.default, None)
    own = Expr("'y'", "'y'", literal="y")
    assert default_of(made, Column("c", column.type, default=own, default_location=PLACE)) == (
        own,
        PLACE,
    )
    assert default_of(made, Column("c", TEXT)) is None


def test_the_last_dropped_check_of_the_column_is_found() -> None:
    _, table, column = schema(TEXT)
    gone = [check("known", "…"), check("both", "…", columns=("c", "d"))]
    changes = tuple(
        DropConstraint(at=PLACE, statement=PLACE, table=TABLE, constraint=one) for one in gone
    )
    assert dropped_check(History("m", "m", Layout.FLAT, changes=changes), table, column) == PLACE
    assert dropped_check(History("m", "m", Layout.FLAT), table, column) is None
    assert dropped_check(None, table, column) is None


def test_values_are_written_as_sql() -> None:
    assert enumerated([]) == "nothing"
    assert enumerated(["a"]) == "'a'"
    assert enumerated(["a", "it's", "c"], "or") == "'a', 'it''s' or 'c'"
