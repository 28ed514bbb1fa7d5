"""Rows are older than the catalogue keeps them.

What is kept longer than it was promised is the first thing that an auditor of data protection asks
about, and tables that only grow get slow.

Delete them, and see why nothing did:

    DELETE FROM errors WHERE severity = 'error' AND created_at < now() - interval '90 days';

The age is counted from `created_at` to the day of the audit (`--as-of`).
"""

import datetime
from collections.abc import Iterator

from ctb_lint.demands import Retention
from ctb_lint.model import Table
from ctb_lint.rows import All, Condition, Earlier, OneOf, Predicate
from ctb_lint.rule import WARNING, Example, RowCheck, Undecided, rule
from ctb_lint.standard import Standard


@rule("E026", severity=WARNING, doctrine=True, needs=("columns", "constraints"))
def retention_exceeded(
    demand: Retention, table: Table, standard: Standard, as_of: datetime.date
) -> Iterator[RowCheck | Undecided]:
    made = standard.created_at
    lacking = [one for one in (made, demand.column) if one and table.column(one) is None]
    if lacking:
        yield Undecided(f"{table.name} has no column {lacking[0]}")
        return
    if demand.values and demand.column is None:
        yield Undecided(f"no column says which rows are {' or '.join(demand.values)}")
        return
    day = datetime.datetime.combine(as_of, datetime.time(), datetime.UTC)
    old: list[Condition] = [Earlier(made, day - datetime.timedelta(days=demand.days))]
    if demand.column:
        old.append(OneOf(demand.column, demand.values))
    of = f" of {' and '.join(demand.values)}" if demand.values else ""
    yield RowCheck(
        check=Predicate(table.name, All(tuple(old))),
        says=f"are older than the {demand.days} days that rows{of} are kept",
        object=table.id,
        facet=f"{demand.days}:{','.join(demand.values)}",
        because=demand,
    )


VALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, created_at timestamptz);
        INSERT INTO orders VALUES (1, now());
        -- file: SCHEMA_REFERENCE.md
        # Tables

        ## 1. orders

        **Barton ID**: BID-SHOP-001

        ### E - Enforcement

        - Rows are kept for 90 days
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, created_at timestamptz); --! E026
        INSERT INTO orders VALUES (1, now() - interval '100 days'), (2, now());
        -- file: SCHEMA_REFERENCE.md
        # Tables

        ## 1. orders

        **Barton ID**: BID-SHOP-001

        ### E - Enforcement

        - Rows are kept for 90 days
        """,
        live=True,
    ),
]
