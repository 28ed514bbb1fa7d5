"""The tree of a schema."""

from __future__ import annotations

from ctb_lint.cli.tree import tree
from ctb_lint.history import Folded, History, Layout
from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    DataType,
    Domain,
    EnumType,
    Expr,
    Function,
    Index,
    IndexKey,
    Policy,
    QualifiedName,
    Schema,
    Table,
    View,
)  # fmt: skip

UUID = DataType("uuid")


def name(table: str) -> QualifiedName:
    return QualifiedName("public", table)


def test_everything_stands_in_the_tree() -> None:
    users = Table(
        name("users"),
        (
            Column("id", UUID, not_null=True, default=Expr("gen_random_uuid()", "")),
            Column("Odd\x1b", DataType("integer"), identity="always"),
        ),
        (
            Constraint("c", ConstraintKind.CHECK, expr=Expr("id > 0", "")),
            Constraint(
                "f", ConstraintKind.FOREIGN, ("id",), references=name("orgs"),
                referenced_columns=("id",), on_delete="cascade", validated=False,
            ),
            Constraint("p", ConstraintKind.PRIMARY, ("id",)),
        ),
        (
            Index(
                "i", (IndexKey("id", descending=True), IndexKey(expr=Expr("lower(a)", ""))),
                unique=True, method="gin", predicate=Expr("a > 1", ""),
            ),
        ),
        row_security=True,
        policies=(Policy("own"),),
    )  # fmt: skip
    schema = Schema(
        tables={users.name: users},
        views={name("v"): View(name("v"), "SELECT 1", materialized=True, columns=("a",))},
        enums={name("mood"): EnumType(name("mood"), ("ok", "bad"))},
        domains={name("d"): Domain(name("d"), UUID)},
        functions=(Function(name("f"), ("integer", "text")),),
        schemas=("empty", "public"),
        extensions=("pgcrypto",),
    )
    drawn = "".join(tree(Folded(History("main", "db", Layout.FLAT), schema)))
    assert drawn == (
        "main (flat, 0 files)\n"
        "├─ schema empty\n"
        "├─ schema public\n"
        "│  ├─ table users (row security)\n"
        "│  │  ├─ id uuid not null default gen_random_uuid()\n"
        '│  │  ├─ "Odd\\x1b" integer generated always as identity\n'
        "│  │  ├─ check c (id > 0)\n"
        "│  │  ├─ foreign key f (id) references public.orgs(id) on delete cascade not valid\n"
        "│  │  ├─ primary key p (id)\n"
        "│  │  ├─ unique index i using gin (id desc, (lower(a))) where a > 1\n"
        "│  │  └─ policy own\n"
        "│  ├─ materialized view v (a)\n"
        "│  ├─ enum mood: 'ok', 'bad'\n"
        "│  ├─ domain d: uuid\n"
        "│  └─ function f(integer, text)\n"
        "└─ extensions: pgcrypto\n"
    )
