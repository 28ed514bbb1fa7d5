"""A table has no row-level security although its entry demands it.

Without it whoever may read the table reads all of its rows: one query that forgets its condition on
the tenant shows every tenant's data, and nothing but the application stands in between.

Switch it on, with the policies that say who sees what; without any policy nobody but the owner sees
a row. The owner passes it by unless it is forced:

    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    ALTER TABLE orders FORCE ROW LEVEL SECURITY;
    CREATE POLICY orders_of_tenant ON orders
        USING (tenant_id = current_setting('app.tenant')::uuid);

An entry that says "None", or that it is planned, demands nothing.
"""

from collections.abc import Iterator

from ctb_lint.demands import RowSecurity
from ctb_lint.model import Table
from ctb_lint.rule import ERROR, Finding, Undecided, rule


@rule("A001", severity=ERROR, doctrine=True, needs=("policies",), subsumes=("S055",))
def row_security_off(demand: RowSecurity, table: Table) -> Iterator[Finding | Undecided]:
    if demand.wanted and not table.row_security:
        yield Finding(
            message=f"{table.name} has no row-level security",
            object=table.id,
            at=table.row_security_location or table.location,
            hint=f"type `ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY;` "
            "and create its policies",
            because=demand,
        )
    elif table.row_security and not demand.wanted:
        yield Undecided(f"{table.name} has row-level security, which nobody asked for")


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Row-Level Security**: Required, by tenant
"""

VALID = [
    f"""
    CREATE TABLE orders (id int);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    {_SAYS}
    """,
    f"""
    CREATE TABLE invoices (id int);
    {_SAYS}
    """,
    # It says None, or only that it is planned.
    """
    CREATE TABLE orders (id int);
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    - **Row-Level Security**: None (all authenticated users can read)

    ### 2. invoices

    **Barton ID**: `BID-DATA-002`

    #### A - Authentication & Authorization

    - **Row-Level Security**: planned for sensitive rows
    """,
]

INVALID = [
    f"""
    CREATE TABLE orders (id int); --! A001
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (id int);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    ALTER TABLE orders DISABLE ROW LEVEL SECURITY; --! A001
    {_SAYS}
    """,
]
