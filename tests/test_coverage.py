"""What the columns of a table are looked up by, and the index to make where nothing serves."""

from __future__ import annotations

import pytest

from ctb_lint.coverage import base_type, covers, create_index, domains_of, free_index_name, leads
from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    DataType,
    Domain,
    Expr,
    Index,
    IndexKey,
    QualifiedName,
    Schema,
    Table,
    View,
)

ORDERS = QualifiedName("public", "orders")
TEXT = DataType("text")


def keys(*names: str) -> tuple[IndexKey, ...]:
    return tuple(IndexKey(column=name) for name in names)


def table(*parts: Index | Constraint, name: QualifiedName = ORDERS) -> Table:
    return Table(
        name,
        columns=(Column("a", TEXT), Column("b", TEXT), Column("c d", TEXT, collation="C")),
        constraints=tuple(part for part in parts if isinstance(part, Constraint)),
        indexes=tuple(part for part in parts if isinstance(part, Index)),
    )


def where(canonical: str) -> Expr:
    return Expr(canonical, canonical)


def exclusion(definition: str) -> Constraint:
    return Constraint("e", ConstraintKind.EXCLUSION, ("a", "b"), definition=definition)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(Index("i", keys("a")), id="an index of the column"),
        pytest.param(Index("i", keys("a", "b")), id="an index that begins with the column"),
        pytest.param(Index("i", (IndexKey("a", descending=True),)), id="from the greatest"),
        pytest.param(Index("i", keys("a"), method="hash"), id="a hash index"),
        pytest.param(Index("i", keys("a"), inline=True), id="an inline index, which is S011's"),
        pytest.param(
            Index("i", keys("a"), predicate=where("(a IS NOT NULL)")), id="of all rows but NULL"
        ),
        pytest.param(Constraint("k", ConstraintKind.PRIMARY, ("a", "b")), id="a primary key"),
        pytest.param(Constraint("k", ConstraintKind.UNIQUE, ("a",)), id="a unique constraint"),
        pytest.param(exclusion("a WITH =, b WITH &&"), id="an exclusion of equal values"),
    ],
)
def test_a_column_is_led_with_by(part: Index | Constraint) -> None:
    assert leads(table(part), "a")


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(Index("i", keys("b", "a")), id="an index that begins with another column"),
        pytest.param(Index("i", keys("a"), valid=False), id="an index that is not valid"),
        pytest.param(Index("i", keys("a"), method="brin"), id="a summary of ranges"),
        pytest.param(Index("i", keys("a"), predicate=where("(b > 1)")), id="some of the rows"),
        pytest.param(
            Index("i", keys("a", "b"), predicate=where("(b IS NOT NULL)")),
            id="the rows where another column is not NULL",
        ),
        pytest.param(Index("i", (IndexKey(expr=where("lower(a)")),)), id="an expression"),
        pytest.param(Index("i", (IndexKey("a", collation="C"),)), id="another collation"),
        pytest.param(Constraint("k", ConstraintKind.FOREIGN, ("a",)), id="a foreign key"),
        pytest.param(Constraint("k", ConstraintKind.CHECK, ("a",)), id="a check"),
        pytest.param(exclusion("a WITH &&, b WITH ="), id="an exclusion of overlaps"),
        pytest.param(exclusion("a WITH =, b WITH && WHERE (b > 1)"), id="an exclusion of some"),
    ],
)
def test_a_column_is_not_led_with_by(part: Index | Constraint) -> None:
    assert not leads(table(part), "a")


def test_a_column_is_led_with_in_its_own_collation() -> None:
    index = Index("i", (IndexKey("c d", collation="C"),))
    assert leads(table(index), "c d")


def test_the_order_of_the_columns_does_not_matter() -> None:
    index = Index("i", keys("b", "a", "c d"))
    assert covers(table(index), ("a", "b"))
    assert not covers(table(index), ("a", "c d"))
    assert not covers(table(Index("i", keys("a"))), ("a", "b"))


def test_a_name_in_quotes_may_be_not_null_too() -> None:
    index = Index("i", keys("c d"), predicate=where('("c d" IS NOT NULL)'))
    assert leads(table(index), "c d")


def test_an_index_is_named_after_its_table_and_keys() -> None:
    schema = Schema(tables={ORDERS: table()})
    given = [IndexKey("c d", descending=True), IndexKey(expr=where("lower(b)"))]
    assert (
        create_index(schema, ORDERS, given, unique=True)
        == 'CREATE UNIQUE INDEX orders_c_d_lower_b_idx ON public.orders ("c d" DESC, lower(b));'
    )


def test_a_name_that_needs_quotes_gets_them() -> None:
    name = QualifiedName("App", "Orders")
    assert (
        create_index(Schema(), name, keys("a"))
        == 'CREATE INDEX "Orders_a_idx" ON "App"."Orders" (a);'
    )


def test_a_name_that_something_has_is_numbered() -> None:
    other = QualifiedName("public", "orders_a_idx1")
    key = Constraint("orders_a_idx2", ConstraintKind.UNIQUE, ("a",))
    schema = Schema(
        tables={ORDERS: table(Index("orders_a_idx", keys("b")), key)},
        views={other: View(other, "SELECT 1", indexes=(Index("orders_a_idx3", keys("x")),))},
    )
    assert free_index_name(schema, ORDERS, ["a"]) == "orders_a_idx4"
    assert free_index_name(schema, QualifiedName("app", "orders"), ["a"]) == "orders_a_idx"


def test_an_inline_clause_takes_no_name() -> None:
    schema = Schema(tables={ORDERS: table(Index("orders_a_idx", keys("a"), inline=True))})
    assert free_index_name(schema, ORDERS, ["a"]) == "orders_a_idx"


def test_a_long_name_is_cut_between_letters() -> None:
    name = QualifiedName("public", "é" * 31)
    assert free_index_name(Schema(), name, ["a"]) == "é" * 29 + "_idx"


def test_a_domain_stands_on_a_type() -> None:
    inner, outer = QualifiedName("app", "inner"), QualifiedName("app", "outer")
    on_inner, on_outer = DataType("inner", "app"), DataType("outer", "app")
    domains = {inner: Domain(inner, TEXT, not_null=True), outer: Domain(outer, on_inner)}
    schema = Schema(domains=domains)
    assert base_type(schema, on_outer) == TEXT
    assert list(domains_of(schema, on_outer)) == [domains[outer], domains[inner]]
    assert base_type(schema, TEXT) == TEXT
    many = DataType("outer", "app", array=True)
    assert base_type(schema, many) == many


def test_a_domain_on_itself_ends() -> None:
    name, itself = QualifiedName("app", "email"), DataType("email", "app")
    assert base_type(Schema(domains={name: Domain(name, itself)}), itself) == itself
