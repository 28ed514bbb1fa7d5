"""Rows have a value that is none of the legal ones.

The list is closed, and these rows are on no page, in no report and in no branch of the code that
goes through the list. They were written before it was made, or past it.

Correct them, then hold the column to the list so that there are no more:

    UPDATE orders SET state = 'open' WHERE state = 'opne';
    ALTER TABLE orders ADD CHECK (state IN ('open', 'paid'));

NULL is another rule's. Where a check or an enum type holds the column already, nothing is asked.
"""

from collections.abc import Iterator

from ctb_lint.allowed import limits_of
from ctb_lint.demands import ValueSet
from ctb_lint.model import Column, Schema, Table
from ctb_lint.rows import Not, OneOf, Predicate
from ctb_lint.rule import ERROR, Example, RowCheck, rule


@rule("E020", severity=ERROR, doctrine=True, needs=("columns", "constraints"))
def value_outside_enum(
    demand: ValueSet, column: Column, table: Table, schema: Schema
) -> Iterator[RowCheck]:
    for limit in limits_of(schema, table, column):
        held = limit.enforced and limit.validated and limit.listed is not None
        if held and set(limit.listed or ()) <= set(demand.values):
            return
    listed = ", ".join(f"'{value}'" for value in demand.values)
    yield RowCheck(
        check=Predicate(table.name, Not(OneOf(column.name, demand.values))),
        says=f"have a {column.name} that is none of {listed}",
        object=demand.object,
        because=demand,
    )


VALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, state text);
        INSERT INTO orders VALUES (1, 'open'), (2, NULL);
        """,
        """
[standard.value-sets]
'orders.state' = ['open', 'paid']
""",
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, state text); --! E020
        INSERT INTO orders VALUES (1, 'open'), (2, 'Open');
        """,
        """
[standard.value-sets]
'orders.state' = ['open', 'paid']
""",
        live=True,
    ),
]
