"""Access to the rows of a table is said to be tracked, and no column could hold it.

Tracking writes down with each row how often it was read, or when it last was. Without such a column
the claim cannot be true, and whoever decides by it what is no longer used has nothing to go by.

Add the columns that the access code keeps:

    ALTER TABLE ids
        ADD COLUMN last_accessed timestamptz,
        ADD COLUMN access_count bigint NOT NULL DEFAULT 0;

Whether anything ever counts in them only the rows show: access-tracking-dead asks a live database.
"""

from collections.abc import Iterator

from ctb_lint.allowed import base_type
from ctb_lint.column_names import holds_access
from ctb_lint.datatypes import OTHER, family
from ctb_lint.demands import AccessTracking
from ctb_lint.model import Schema, Table
from ctb_lint.rule import WARNING, Finding, Undecided, rule

_HOLDING = frozenset({"number", "date/time", OTHER})


@rule("E019", severity=WARNING, doctrine=True, needs=("columns",))
def untracked_access(
    demand: AccessTracking, table: Table, schema: Schema
) -> Iterator[Finding | Undecided]:
    for column in table.columns:
        kind = family(base_type(schema, column.type))
        if kind in _HOLDING and (column.name == demand.column or holds_access(column.name)):
            yield Undecided("only the rows show whether access is tracked")
            return
    yield Finding(
        message=f"{table.name} has no column that could hold how often or when a row was accessed",
        object=table.id,
        at=table.location,
        hint=f"type `ALTER TABLE {table.name} ADD COLUMN last_accessed timestamptz, "
        "ADD COLUMN access_count bigint NOT NULL DEFAULT 0;`",
        because=demand,
    )


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - Automatic access tracking
"""

VALID = [
    f"""
    CREATE TABLE orders (last_accessed timestamptz);
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders ("accessCount" bigint NOT NULL DEFAULT 0);
    {_SAYS}
    """,
    # Nobody demands it.
    f"""
    CREATE TABLE invoices (id int);
    {_SAYS}
    """,
]

INVALID = [
    f"""
    CREATE TABLE orders (id int, created_at timestamptz); --! E019
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (access_level int, access_token text, last_read_by text); --! E019
    {_SAYS}
    """,
]
