"""A table is kept in another way than is declared: its kind, its partitions, its parents, or what a
crash leaves of it.

An unlogged table is empty after a crash. One that is partitioned otherwise finds its rows in other
places, and what drops the oldest partition does not find it. A child table shares its rows with its
parent's queries.

Most of this cannot be changed where it is: make the table anew as it is declared and copy its rows,
or put the declaration right. What can be is

    ALTER TABLE public.orders SET LOGGED;
"""

from collections.abc import Callable, Iterator

from ctb_lint.claims import ClaimKind
from ctb_lint.contrasts import contrast, not_but
from ctb_lint.differences import StorageDiffers
from ctb_lint.model import Table
from ctb_lint.rule import WARNING, Finding, rule


@rule("S064", severity=WARNING, claims=(ClaimKind.TABLE,))
def storage_differs(difference: StorageDiffers) -> Iterator[Finding]:
    wanted, found = difference.wanted, difference.found
    here, there = (
        " and ".join(_FACTS[fact](table) for fact in difference.what) for table in (found, wanted)
    )
    logged = {"permanent": "LOGGED", "unlogged": "UNLOGGED"}
    hint = "make the table anew, or put the declaration right"
    if difference.what == ("persistence",):
        hint = f"type `ALTER TABLE {found.name} SET {logged[wanted.persistence]};`"
    yield contrast(
        difference, f"{difference.table} is {not_but(difference, here, there)}", hint=hint
    )


_FACTS: dict[str, Callable[[Table], str]] = {
    "kind": lambda table: f"a {table.kind}",
    "persistence": lambda table: table.persistence,
    "partition of": lambda table: (
        f"a partition of {table.partition_of}" if table.partition_of else "no partition"
    ),
    "partition key": lambda table: (
        f"partitioned by {table.partition_key}" if table.partition_key else "not partitioned"
    ),
    "inherits": lambda table: (
        f"a child of {' and '.join(map(str, table.inherits))}" if table.inherits else "no child"
    ),
}


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TABLE orders ( {mark}
        id UUID,
        at DATE
    ) PARTITION BY RANGE (at);
    ```
"""

VALID = [
    # The partitions of a declared table are its own.
    f"""
    {_ENTRY.format(mark="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid, at date) PARTITION BY RANGE ("at");
    CREATE TABLE orders_25 PARTITION OF orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    """,
]

INVALID = [
    f"""
    {_ENTRY.format(mark="--! S064")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid, at date) PARTITION BY HASH (id);
    """,
    f"""
    {_ENTRY.format(mark="--! S064").replace(") PARTITION BY RANGE (at)", ")")}
    -- file: 001_orders.sql
    CREATE UNLOGGED TABLE orders (id uuid, at date);
    """,
]
