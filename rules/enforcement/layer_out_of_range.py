"""Rows have an ORBT layer that is none.

The layers are 1 input, 2 processing, 3 output and 4 orchestration. What goes through them one by
one never sees such a row.

Correct them, then refuse more of them:

    ALTER TABLE orders ADD CHECK (orbt_layer BETWEEN 1 AND 4);
"""

from collections.abc import Iterator

from ctb_lint.datatypes import is_integer
from ctb_lint.demands import Layer
from ctb_lint.model import Column, Table
from ctb_lint.rows import All, Condition, InRange, Not, Predicate, Whole
from ctb_lint.rule import ERROR, Example, RowCheck, rule


@rule("E024", severity=ERROR, doctrine=True, needs=("columns", "constraints"))
def layer_out_of_range(demand: Layer, column: Column, table: Table) -> Iterator[RowCheck]:
    right: Condition = InRange(column.name, demand.first, demand.last)
    if not is_integer(column.type):
        right = All((right, Whole(column.name)))
    yield RowCheck(
        check=Predicate(table.name, Not(right)),
        says=f"have a {column.name} that is none of {demand.first} to {demand.last}",
        object=demand.object,
        because=demand,
    )


VALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, orbt_layer int);
        INSERT INTO orders VALUES (1, 4), (2, NULL);
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, orbt_layer int); --! E024
        INSERT INTO orders VALUES (1, 4), (2, 5);
        """,
        live=True,
    ),
]
