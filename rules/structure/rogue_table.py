"""A table is there that nothing declares.

Somebody made it by hand, or its declaration was never written. No contract says what is in it, who
may read it and how long its rows are kept, and the next database that is built lacks it.

Declare it, or drop it where it holds nothing that anybody needs:

    CREATE TABLE public.imports (id uuid PRIMARY KEY, at timestamptz NOT NULL);

A table of the migrations without an entry in the catalogue is undocumented-table. What a migration
tool owns and what is exempt needs no declaration, and a partition has its parent's.
"""

from collections.abc import Iterator

from ctb_lint.contrasts import contrast, declares, or_declare, where
from ctb_lint.differences import RogueTable
from ctb_lint.model import quoted
from ctb_lint.rule import ERROR, Example, Finding, Related, rule
from ctb_lint.standard import Standard


@rule(
    "S048",
    severity=ERROR,
    doctrine=True,
    # Who misses an entry for a table that should not be there.
    subsumes=("T007",),
)
def rogue_table(difference: RogueTable, standard: Standard) -> Iterator[Finding]:
    table, likely = difference.found, difference.likely
    # That no entry of a catalogue has it is T007's.
    if difference.declared == "catalogue" or not standard.governed(table):
        return
    told = f"{table.name} is {where(difference)}; {declares(difference)} no such table"
    other = f"; {likely.name} may be it: they share {' and '.join(likely.shared)}" if likely else ""
    yield contrast(
        difference,
        f"{told}{other}",
        hint=or_declare(difference, f"the table {quoted(table.name.name)}"),
        related=(Related(f"{likely.name} is declared here", likely.location),) if likely else (),
    )


VALID = [
    # What does not last, what a tool owns, what belongs to another table.
    Example(
        """
        CREATE TABLE orders (id uuid PRIMARY KEY) PARTITION BY HASH (id);
        -- file: live.sql
        CREATE TABLE orders_0 PARTITION OF orders FOR VALUES WITH (MODULUS 1, REMAINDER 0);
        CREATE TABLE schema_migrations (version text PRIMARY KEY);
        CREATE TEMP TABLE scratch (id int);
        """,
        live=True,
    ),
    Example(
        """
        CREATE TABLE orders (id uuid PRIMARY KEY);
        -- file: live.sql
        CREATE TABLE spatial_ref_sys (id int PRIMARY KEY);
        """,
        config="standard = { exempt-tables = ['spatial_ref_sys'] }",
        live=True,
    ),
    # A table of the migrations that the catalogue does not know is undocumented.
    """
    -- file: SCHEMA_REFERENCE.md
    ## 1. orders

    **Barton ID**: BID-SHOP-001

    ```sql
    CREATE TABLE orders (id UUID PRIMARY KEY);
    ```
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY);
    CREATE TABLE parts (id uuid PRIMARY KEY);
    """,
]

INVALID = [
    Example(
        """
        CREATE SCHEMA app;
        CREATE TABLE orders (id uuid PRIMARY KEY);
        -- file: live.sql
        CREATE TABLE imports (id uuid PRIMARY KEY); --! S048
        CREATE TABLE app.orders (id uuid PRIMARY KEY, at date); --! S048
        """,
        live=True,
    ),
]
