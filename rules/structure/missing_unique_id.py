"""A governed table has no column for the id of its rows.

Without `unique_id` no row of the table can be registered, traced to the process that wrote it, or
found again from a log line. Adding it later means minting ids for all rows that are already there.

Add the column in the statement that creates the table, or in a new migration:

    ALTER TABLE orders ADD COLUMN unique_id varchar(255) NOT NULL UNIQUE;
"""

from collections.abc import Iterator

from ctb_lint.demands import RequiredColumn, Role
from ctb_lint.model import Table
from ctb_lint.required import lacking
from ctb_lint.rule import ERROR, WARNING, Example, Finding, rule


@rule("S001", severity=ERROR, planned=WARNING, doctrine=True, needs=("columns",))
def missing_unique_id(demand: RequiredColumn, table: Table) -> Iterator[Finding]:
    if demand.role is Role.UNIQUE_ID:
        hint = f"add `{demand.column} varchar(255) NOT NULL UNIQUE`"
        yield from lacking(demand, table, hint)


VALID = [
    "CREATE TABLE orders (id uuid PRIMARY KEY, unique_id text, process_id text);",
    "CREATE TABLE orders (id uuid); ALTER TABLE orders ADD COLUMN unique_id text;",
    # What a migration tool owns is not governed.
    "CREATE TABLE schema_migrations (version text PRIMARY KEY);",
    "CREATE TEMPORARY TABLE scratch (id int);",
    # Partitions have their parent's columns.
    "CREATE TABLE logs (unique_id text, at date) PARTITION BY RANGE (at);"
    "CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
    Example(
        "CREATE TABLE orders (id uuid, heir_id text);",
        config="standard = { unique-id = 'heir_id' }",
    ),
]

INVALID = [
    "CREATE TABLE orders (id uuid PRIMARY KEY); --! S001",
    """
    CREATE TABLE orders (id uuid, unique_id text);
    ALTER TABLE orders DROP COLUMN unique_id; --! S001
    """,
]
