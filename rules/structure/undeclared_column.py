"""A column is there that nothing declares.

Nobody who reads the declaration knows of it: its rows are kept without a rule for them, and a
migration that rebuilds the table from the contract loses it.

Write it into the declaration, with its type and what must hold of it:

    note text NOT NULL

Or drop it, where nothing uses it. Where the entry lists the column and only its SQL lacks it,
this is an error: the entry contradicts itself.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.contrasts import contrast, declarer, or_declare, where
from ctb_lint.ddl import column_sql, type_sql
from ctb_lint.differences import UndeclaredColumn
from ctb_lint.retold import retold_names
from ctb_lint.rule import ERROR, WARNING, Finding, rule


@rule(
    "S041",
    severity=WARNING,
    doctrine=True,
    # Who misses the column in the declaration, what goes with it, and where else it is named.
    subsumes=("S001", "S002", "S006", "S007", "S046", "S047", "S051", "T017", "D009"),
)
def undeclared_column(
    difference: UndeclaredColumn, catalogue: Catalogue | None
) -> Iterator[Finding]:
    column = difference.found
    document = catalogue if difference.declared == "catalogue" else None
    retold = tuple(retold_names(document, difference.table, column.name))
    own = "its SQL in " if retold else ""
    yield contrast(
        difference,
        f"{difference.object} is {where(difference)} as {type_sql(column.type)}, "
        f"and not in {own}{declarer(difference)}",
        hint=or_declare(difference, f"`{column_sql(column)}`"),
        related=retold,
        severity=ERROR if retold else None,
    )


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TABLE orders ( {mark}
        id uuid PRIMARY KEY
    );
    ```
"""

VALID = [
    f"""
    {_ENTRY.format(mark="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, note text);
    ALTER TABLE orders DROP COLUMN note;
    """,
    # Of a table that nothing declares, and of one in another schema.
    f"""
    {_ENTRY.format(mark="")}
    -- file: 001_orders.sql
    CREATE SCHEMA app;
    CREATE TABLE orders (id uuid PRIMARY KEY);
    CREATE TABLE invoices (id uuid PRIMARY KEY, note text);
    CREATE TABLE app.orders (id uuid PRIMARY KEY, note text);
    """,
    # What the catalogue declares cannot be read.
    """
    -- file: SCHEMA_REFERENCE.md
    ## 1. orders

    **Barton ID**: BID-SHOP-001

    ```sql
    CREATE TABLE orders (id uuid PRIMARY KEY note);
    ```
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, note text);
    """,
]

INVALID = [
    f"""
    {_ENTRY.format(mark="--! S041")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY);
    -- file: 002_note.sql
    ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT '';
    """,
    # Its list has it, its SQL has not.
    f"""
    {_ENTRY.format(mark="--! S041")}
    **Columns**:
    - `id` (UUID): Primary key
    - `note` (TEXT): what the customer wrote
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, note text);
    """,
]
