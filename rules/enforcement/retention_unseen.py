"""Rows are said to go after a time, and nothing in the schema removes any.

A retention that nobody carries out is a promise that is broken a little more every day: the table
grows, queries slow down, and data that had to be deleted by law is still there.

Let the database do it where you can. With the extension `pg_cron`, or any scheduler that calls a
function:

    CREATE FUNCTION purge_errors() RETURNS void LANGUAGE sql AS $$
        DELETE FROM error_log WHERE created_at < now() - interval '90 days'
    $$;

A table that is partitioned by time can drop whole partitions. This is information: a service may
delete the rows, and only the rows show whether it does.
"""

import re
from collections.abc import Iterator

from ctb_lint.demands import Retention
from ctb_lint.model import Schema, Table, TableKind
from ctb_lint.rule import INFO, Finding, Undecided, rule

_SCHEDULERS = frozenset({"pg_cron", "pg_partman", "timescaledb", "pgagent", "pg_timetable"})
_REMOVES = r"\b(?:delete\s+from|truncate(?:\s+table)?)\s+(?:only\s+)?(?:[\w\"]+\.)?\"?{name}\b"
_EXECUTED = re.compile(r"\bexecute\b.*\b(?:delete|truncate|drop)\b", re.IGNORECASE | re.DOTALL)


@rule("E011", severity=INFO, doctrine=True, needs=("tables", "functions", "function bodies"))
def retention_unseen(
    demand: Retention, table: Table, schema: Schema
) -> Iterator[Finding | Undecided]:
    if _may_remove(schema, table):
        yield Undecided("only the rows show whether they go in time")
        return
    yield Finding(
        message=f"nothing in the schema removes old rows of {table.name}",
        object=table.id,
        at=table.location,
        hint="write a function that deletes them and schedule it, or partition the table by time",
        because=demand,
    )


def _may_remove(schema: Schema, table: Table) -> bool:
    """Whether anything in the schema could take rows out: partitions, a scheduler, a function."""
    if table.kind is TableKind.PARTITIONED or not _SCHEDULERS.isdisjoint(schema.extensions):
        return True
    removes = re.compile(_REMOVES.format(name=re.escape(table.name.name)), re.IGNORECASE)
    bodies = (function.body or "" for function in schema.functions)
    return any(removes.search(body) or _EXECUTED.search(body) for body in bodies)


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - Retention policy: 90 days for errors, 365 days for critical
"""

_PURGE = """CREATE FUNCTION purge() RETURNS void LANGUAGE sql AS $$
        DELETE FROM public.orders WHERE created_at < now() - interval '90 days'
    $$;"""

_BUILDS = """CREATE FUNCTION purge(name text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format('DELETE FROM %I WHERE created_at < now() - interval ''1 year''', name);
    END $$;"""

_OTHER = """CREATE FUNCTION purge() RETURNS void LANGUAGE sql AS $$ DELETE FROM orders_old $$;"""

VALID = [
    f"""
    CREATE TABLE orders (severity text, created_at timestamptz);
    {_PURGE}
    {_SAYS}
    """,
    # Whole partitions can go.
    f"""
    CREATE TABLE orders (severity text, created_at timestamptz) PARTITION BY RANGE (created_at);
    {_SAYS}
    """,
    # What a function builds may be a DELETE.
    f"""
    CREATE TABLE orders (severity text, created_at timestamptz);
    {_BUILDS}
    {_SAYS}
    """,
]

INVALID = [
    # Both times are not kept by anything: one finding.
    f"""
    CREATE TABLE orders (severity text, created_at timestamptz); --! E011
    {_SAYS}
    """,
    # It removes rows of another table.
    f"""
    CREATE TABLE orders (severity text, created_at timestamptz); --! E011
    CREATE TABLE orders_old (created_at timestamptz);
    {_OTHER}
    {_SAYS}
    """,
]
