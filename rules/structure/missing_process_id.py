"""A governed table has no column for the process that its rows belong to.

Without `process_id` nobody can say which run of which program, version and stage wrote a row, and
a bad run cannot be found and undone. Later it cannot be reconstructed: the runs are over.

Add the column in the statement that creates the table, or in a new migration:

    ALTER TABLE orders ADD COLUMN process_id varchar(255) NOT NULL;
    CREATE INDEX orders_process_id_idx ON orders (process_id);

On a table with rows, add it without NOT NULL, fill it, and then set NOT NULL.
"""

from collections.abc import Iterator

from ctb_lint.demands import RequiredColumn, Role
from ctb_lint.model import Table
from ctb_lint.required import lacking
from ctb_lint.rule import ERROR, WARNING, Example, Finding, rule


@rule("S002", severity=ERROR, planned=WARNING, doctrine=True, needs=("columns",))
def missing_process_id(demand: RequiredColumn, table: Table) -> Iterator[Finding]:
    if demand.role is Role.PROCESS_ID:
        hint = f"add `{demand.column} varchar(255) NOT NULL` and an index on it"
        yield from lacking(demand, table, hint)


VALID = [
    "CREATE TABLE orders (id uuid PRIMARY KEY, unique_id text, process_id text);",
    "CREATE TABLE orders (id uuid); ALTER TABLE orders ADD COLUMN process_id text;",
    # A column gets its name in a later file.
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (unique_id text, process text);
    -- file: 002_process_id.sql
    ALTER TABLE orders RENAME COLUMN process TO process_id;
    """,
    # The columns of a table like another, and of one that inherits.
    """
    CREATE TABLE base (unique_id text, process_id text);
    CREATE TABLE orders (LIKE base);
    CREATE TABLE invoices (total numeric) INHERITS (base);
    """,
    "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY);",
    Example(
        "CREATE TABLE orders (id uuid, run_id text);",
        config="standard = { process-id = 'run_id' }",
    ),
    Example(
        "CREATE SCHEMA audit; CREATE TABLE audit.log (id uuid);",
        config="standard = { exempt-tables = ['audit.*'] }",
    ),
]

INVALID = [
    "CREATE TABLE orders (id uuid PRIMARY KEY, unique_id text); --! S002",
    """
    CREATE SCHEMA app;
    CREATE TABLE app."Orders" (unique_id text, "Process_Id" text); --! S002
    """,
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (unique_id text, process_id text);
    -- file: 002_drop.sql
    ALTER TABLE orders DROP COLUMN process_id; --! S002
    """,
]
