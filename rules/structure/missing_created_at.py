"""A governed table has no column that says when a row came to be.

Without `created_at` rows cannot be put in order, retention cannot be applied to them, and a report
of what happened on a day has to guess.

Add the column; rows that are there already get the time of the migration:

    ALTER TABLE orders ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();

Where your tables call it something else, say so in the configuration (`standard.created-at`).
"""

from collections.abc import Iterator

from ctb_lint.demands import RequiredColumn, Role
from ctb_lint.model import Table
from ctb_lint.required import lacking
from ctb_lint.rule import INFO, Example, Finding, rule


@rule("S006", severity=INFO, needs=("columns",))
def missing_created_at(demand: RequiredColumn, table: Table) -> Iterator[Finding]:
    if demand.role is Role.CREATED_AT:
        hint = f"add `{demand.column} timestamptz NOT NULL DEFAULT now()`"
        yield from lacking(demand, table, hint)


VALID = [
    "CREATE TABLE orders (id uuid, created_at timestamptz NOT NULL DEFAULT now());",
    "CREATE TABLE orders (id uuid); ALTER TABLE orders ADD created_at date;",
    "CREATE TABLE knex_migrations (id serial PRIMARY KEY);",
    "CREATE TEMPORARY TABLE scratch (id int);",
    Example(
        "CREATE TABLE orders (id uuid, inserted_at timestamptz);",
        config="standard = { created-at = 'inserted_at' }",
    ),
    """
    -- file: 001_orders.sql
    CREATE TABLE orders ("createdAt" timestamptz);
    -- file: 002_rename.sql
    ALTER TABLE orders RENAME COLUMN "createdAt" TO created_at;
    """,
]

INVALID = [
    "CREATE TABLE orders (id uuid, updated_at timestamptz); --! S006",
    """
    CREATE TABLE orders (id uuid, created_at timestamptz);
    ALTER TABLE orders DROP COLUMN created_at; --! S006
    """,
]
