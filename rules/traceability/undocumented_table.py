"""A table has no entry in the catalogue.

The catalogue is the contract of the database: it says what a table is for, who may read it and how
long its rows are kept. A table that it does not know has no owner, no ids and no rules, and nobody
who reads the contract learns that it is there.

Add an entry for it, with its ids, its status and the seven STAMPED sections. A table that the
standard does not govern is named in the configuration (`exempt-tables`).
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.model import Table
from ctb_lint.rule import ERROR, Example, Finding, Related, rule
from ctb_lint.standard import Standard


@rule("T007", severity=ERROR, doctrine=True)
def undocumented_table(table: Table, catalogue: Catalogue, standard: Standard) -> Iterator[Finding]:
    if not standard.governed(table) or catalogue.entry(table.name):
        return
    near = next((row for row in catalogue.index if row.name.text == table.name.name), None)
    where = ", ".join(catalogue.paths)
    yield Finding(
        message=f"{table.name} has no entry in {where}",
        object=table.id,
        at=table.location,
        hint=f"add an entry for {table.name.name}: its Barton ID, HEIR ID, status and sections",
        related=(Related("the table index lists it", near.at),) if near else (),
    )


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-CTB-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TABLE orders (id int PRIMARY KEY);
    ```
"""

VALID = [
    f"""
    -- file: 001_orders.sql
    CREATE TABLE orders (id int PRIMARY KEY);
    {_ENTRY}
    """,
    # Without a catalogue nothing is missing in it.
    "CREATE TABLE orders (id int PRIMARY KEY);",
    # What a migration tool owns, what does not last, and what is a part of another table.
    f"""
    -- file: 001_orders.sql
    CREATE TABLE schema_migrations (version text PRIMARY KEY);
    CREATE TEMPORARY TABLE scratch (id int);
    CREATE TABLE gone (id int);
    DROP TABLE gone;
    {_ENTRY}
    """,
    Example(
        f"""
    -- file: 001_orders.sql
    CREATE TABLE spatial_ref_sys (id int PRIMARY KEY);
    {_ENTRY}
    """,
        config='[standard]\nexempt-tables = ["spatial_ref_sys"]',
    ),
]

INVALID = [
    f"""
    -- file: 001_orders.sql
    CREATE TABLE orders (id int PRIMARY KEY);
    CREATE TABLE invoices (id int PRIMARY KEY); --! T007
    {_ENTRY}
    """,
    # Of the same name in another schema.
    f"""
    -- file: 001_orders.sql
    CREATE SCHEMA app;
    CREATE TABLE app.orders (id int PRIMARY KEY); --! T007
    {_ENTRY}
    """,
]
