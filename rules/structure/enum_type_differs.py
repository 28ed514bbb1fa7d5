"""An enum type, domain or composite type is missing, not declared, or another one than is declared.

A type limits every column of it at once. A value that the declaration has and the type has not is
refused; one that only the type has reaches code that does not know it. Their order counts: rows are
sorted by it.

Put one of the two right. A value is added in its place by

    ALTER TYPE public.order_state ADD VALUE 'paid' AFTER 'open';

Values can be renamed, and not be taken away: that takes a new type. A type that is there and that
the catalogue does not name is information.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ctb_lint.contrasts import columns_of, contrast, declares, not_but, or_declare, where
from ctb_lint.ddl import expression, literal
from ctb_lint.differences import EnumDiffers, TypeDefinitionDiffers
from ctb_lint.facts_in_words import told
from ctb_lint.model import (
    Column,
    CompositeType,
    Domain,
    EnumType,
    ObjectId,
    QualifiedName,
    Schema,
    quoted,
)
from ctb_lint.once import once
from ctb_lint.rule import ERROR, INFO, Finding, Severity, rule

_Type = EnumType | Domain | CompositeType


@rule(
    "S052",
    severity=ERROR,
    planned=INFO,
    doctrine=True,
    # Who demands the values of a column of the type.
    subsumes=("E001", "E002", "E004", "E005", "E006"),
)
def enum_type_differs(
    difference: EnumDiffers | TypeDefinitionDiffers, schema: Schema
) -> Iterator[Finding]:
    wanted, found = difference.wanted, difference.found
    one: _Type | None = wanted or found
    if one is None:
        return
    severity: Severity | None = None
    if found is None:
        fact = f"is not {where(difference)}; {declares(difference)} it"
        hint = f"write the migration that creates it{_creates(one)}"
    elif wanted is None:
        fact = f"is {where(difference)}; {declares(difference)} no such type"
        hint = or_declare(difference, f"the type {one.name}")
        severity = INFO if difference.declared == "catalogue" else None
    elif isinstance(wanted, EnumType) and isinstance(found, EnumType):
        fact = f"has {not_but(difference, _listed(found.values), _listed(wanted.values))}"
        hint = _enum_hint(wanted, found)
    else:
        fact = _definition(difference)
        hint = "change the type, or put the declaration right"
    yield contrast(
        difference,
        f"the {_kind(one)} {one.name} {fact}",
        hint=hint,
        about=_columns_of_type(one.name, schema),
        severity=severity,
    )


def _kind(one: _Type) -> str:
    if isinstance(one, EnumType):
        return "enum type"
    return "domain" if isinstance(one, Domain) else f"{one.kind} type"


def _listed(values: Sequence[str]) -> str:
    return f"the values {', '.join(map(literal, values))}" if values else "no values"


def _creates(one: _Type) -> str:
    if not isinstance(one, EnumType):
        return ""
    values = ", ".join(map(literal, one.values))
    return f": type `CREATE TYPE {one.name} AS ENUM ({values});`"


def _enum_hint(wanted: EnumType, found: EnumType) -> str:
    """The statement that adds the first value that is missing, in its place."""
    missing = [value for value in wanted.values if value not in found.values]
    if not missing:
        return "PostgreSQL takes no value away: make a new type, or put the declaration right"
    number = wanted.values.index(missing[0])
    place = f" AFTER {literal(wanted.values[number - 1])}" if number else ""
    first = next((value for value in wanted.values if value in found.values), None)
    if not number and first is not None:
        place = f" BEFORE {literal(first)}"
    return f"type `ALTER TYPE {wanted.name} ADD VALUE {literal(missing[0])}{place};`"


def _definition(difference: EnumDiffers | TypeDefinitionDiffers) -> str:
    if isinstance(difference, EnumDiffers):
        return ""
    return told(difference, difference.what, _fact, difference.wanted, difference.found)


def _fact(one: Any, fact: str) -> str:
    return _FACTS[fact](one)


def _columns_of_type(name: QualifiedName, schema: Schema) -> tuple[ObjectId, ...]:
    return _columns_by_type(schema).get((name.schema, name.name), ())


@once
def _columns_by_type(schema: Schema) -> dict[tuple[str | None, str], tuple[ObjectId, ...]]:
    """By types of one's own, the columns that are of them."""
    found: defaultdict[tuple[str | None, str], list[ObjectId]] = defaultdict(list)
    for table in schema.tables.values():
        for column in table.columns:
            if column.type.schema:
                found[column.type.key] += columns_of(table.name, (column.name,))
    return {key: tuple(columns) for key, columns in found.items()}


_FACTS: dict[str, Callable[[Any], str]] = {
    "kind": lambda one: f"a {one.kind} type",
    "type": lambda one: one.type.canonical,
    "nullability": lambda one: "NOT NULL" if one.not_null else "with NULL",
    "default": lambda one: f"DEFAULT {expression(one.default)}" if one.default else "no default",
    "collation": lambda one: f"COLLATE {one.collation}" if one.collation else "no COLLATE",
    "checks": lambda one: _checks(one),
    "columns": lambda one: f"({', '.join(map(_column, one.columns))})",
}


def _column(column: Column) -> str:
    return f"{quoted(column.name)} {column.type.canonical}"


def _checks(one: Domain) -> str:
    texts = [f"CHECK ({expression(c.expr)})" for c in one.constraints if c.expr]
    return " ".join(texts) or "no check"


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TYPE order_state AS ENUM ('open', 'paid', 'gone'); {one}
    CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%'); {two}
    CREATE TABLE orders (
        id UUID PRIMARY KEY,
        state order_state,
        mail email
    );
    ```
"""

VALID = [
    # In several steps.
    f"""
    {_ENTRY.format(one="", two="")}
    -- file: 001_orders.sql
    CREATE TYPE order_state AS ENUM ('new', 'gone');
    CREATE DOMAIN email AS text;
    CREATE TABLE orders (id uuid PRIMARY KEY, state order_state, mail email);
    -- file: 002_states.sql
    ALTER TYPE order_state RENAME VALUE 'new' TO 'open';
    ALTER TYPE order_state ADD VALUE 'paid' BEFORE 'gone';
    ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE ~~ '%@%'::text);
    """,
]

INVALID = [
    # Another order, another condition.
    f"""
    {_ENTRY.format(one="--! S052", two="--! S052")}
    -- file: 001_orders.sql
    CREATE TYPE order_state AS ENUM ('open', 'gone', 'paid');
    CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%.%');
    CREATE TABLE orders (id uuid PRIMARY KEY, state order_state, mail email);
    """,
    # One that the catalogue does not name.
    f"""
    {_ENTRY.format(one="", two="")}
    -- file: 001_orders.sql
    CREATE TYPE order_state AS ENUM ('open', 'paid', 'gone');
    CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
    CREATE TYPE mood AS ENUM ('sad'); --! S052
    CREATE TABLE orders (id uuid PRIMARY KEY, state order_state, mail email);
    """,
]
