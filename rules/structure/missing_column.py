"""A column that is declared is not there.

Whoever reads the declaration writes queries against the column, and they fail. What it was to hold
is nowhere, or under a name that nobody who reads the contract knows.

Add the column, in a new migration where the old ones have run:

    ALTER TABLE public.orders ADD COLUMN note text;

Where the table has it under another name, rename one of the two. Where it was dropped for good,
take it out of the declaration, with the indexes and constraints that name it: those are not told
apart from the column.
"""

from collections.abc import Iterator

from ctb_lint.claims import ClaimKind
from ctb_lint.contrasts import columns_of, contrast, declares, or_declare, types_lacking, where
from ctb_lint.ddl import column_sql, type_sql
from ctb_lint.differences import MissingColumn
from ctb_lint.model import Schema, Table, quoted
from ctb_lint.rule import ERROR, Finding, Related, rule


@rule(
    "S040",
    severity=ERROR,
    doctrine=True,
    # Who demands the column, its other name, what goes with it, and a list that lacks it as well.
    subsumes=(
        "S001", "S002", "S006", "S007", "S041", "S045", "S047", "S050", "S051", "S052", "T017",
        "T041",
    ),
    claims=(ClaimKind.COLUMN,),
)  # fmt: skip
def missing_column(difference: MissingColumn, table: Table, schema: Schema) -> Iterator[Finding]:
    column, likely = difference.wanted, difference.likely
    told = f"{difference.object} is not {where(difference)}; {declares(difference)} it"
    told += f" as {type_sql(column.type)}"
    gone = difference.related not in {None, table.location}
    there = "it is taken away here" if gone else "the table is here"
    types = types_lacking(schema, (column.type,))
    if likely is None:
        yield contrast(difference, told, there=there, hint=_added(difference), about=types)
        return
    name, other = quoted(column.name), quoted(likely.name)
    rename = f"`ALTER TABLE {table.name} RENAME COLUMN {other} TO {name};`"
    yield contrast(
        difference,
        f"{told}; {other} may be it: they share {' and '.join(likely.shared)}",
        there=there,
        hint=f"type {rename}, or {or_declare(difference, f'{other} for {name}')}",
        related=(Related(f"{other} is here", likely.location),),
        about=(*columns_of(table.name, (likely.name,)), *types),
    )


def _added(difference: MissingColumn) -> str:
    """The statement that adds the column. Rows that are there would break NOT NULL."""
    column, table = difference.wanted, difference.table
    fills = bool(column.default or column.identity or column.generated)
    add = f"type `ALTER TABLE {table} ADD COLUMN {column_sql(column, not_null=fills)};`"
    if column.not_null and not fills:
        name = quoted(column.name)
        add += f", fill it, then type `ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL;`"
    return add


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TABLE orders (
        id uuid PRIMARY KEY,
        note text, {mark}
        state varchar(20) NOT NULL DEFAULT 'open'
    );
    ```
"""

VALID = [
    # In other words and another order, or added by a later migration.
    f"""
    {_ENTRY.format(mark="")}
    -- file: 001_orders.sql
    CREATE TABLE public."orders" (
        "state" character varying(20) DEFAULT 'open'::varchar NOT NULL, id uuid PRIMARY KEY
    );
    -- file: 002_note.sql
    ALTER TABLE ONLY orders ADD COLUMN IF NOT EXISTS note text;
    """,
    # Renamed to what is declared.
    f"""
    {_ENTRY.format(mark="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (
        id uuid PRIMARY KEY, remark text, state varchar(20) NOT NULL DEFAULT 'open'
    );
    ALTER TABLE orders RENAME remark TO note;
    """,
    # Of a table that is not there nothing is missing but the table.
    f"""
    {_ENTRY.format(mark="")}
    -- file: 001_invoices.sql
    CREATE TABLE invoices (id uuid PRIMARY KEY);
    """,
    # Which columns the table has nobody can know.
    f"""
    {_ENTRY.format(mark="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, state varchar(20) NOT NULL DEFAULT 'open');
    DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD COLUMN ' || current_setting('x'); END $$;
    """,
]

INVALID = [
    f"""
    {_ENTRY.format(mark="--! S040")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, state varchar(20) NOT NULL DEFAULT 'open');
    """,
    # Dropped later.
    f"""
    {_ENTRY.format(mark="--! S040")}
    -- file: 001_orders.sql
    CREATE TABLE orders (
        id uuid PRIMARY KEY, note text, state varchar(20) NOT NULL DEFAULT 'open'
    );
    -- file: 002_drop.sql
    ALTER TABLE orders DROP COLUMN note;
    """,
    # Under another name.
    f"""
    {_ENTRY.format(mark="--! S040")}
    -- file: 001_orders.sql
    CREATE TABLE orders (
        id uuid PRIMARY KEY, "Note" text, state varchar(20) NOT NULL DEFAULT 'open'
    );
    """,
]
