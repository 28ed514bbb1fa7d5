"""Rows have an empty text where the value must not be empty.

NOT NULL lets the empty string pass, and so does a form that was sent without the field. Everything
that looks for a missing value looks for NULL.

Fill them, then refuse more of them:

    ALTER TABLE orders ADD CHECK (btrim(code) <> '');

A text of blanks alone is empty, too.
"""

from collections.abc import Iterator

from ctb_lint.demands import NonEmpty
from ctb_lint.model import Column, Table
from ctb_lint.rows import Empty, Predicate
from ctb_lint.rule import ERROR, Example, RowCheck, rule


@rule("E022", severity=ERROR, doctrine=True, needs=("columns", "constraints"))
def empty_where_forbidden(demand: NonEmpty, column: Column, table: Table) -> Iterator[RowCheck]:
    yield RowCheck(
        check=Predicate(table.name, Empty(column.name)),
        says=f"have an empty {column.name}",
        object=demand.object,
        because=demand,
    )


VALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, code text);
        INSERT INTO orders VALUES (1, 'a'), (2, NULL);
        -- file: SCHEMA_REFERENCE.md
        # Tables

        ## 1. orders

        **Barton ID**: BID-SHOP-001

        ### E - Enforcement

        - `code` must not be empty
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, code text); --! E022
        INSERT INTO orders VALUES (1, 'a'), (2, '  ');
        -- file: SCHEMA_REFERENCE.md
        # Tables

        ## 1. orders

        **Barton ID**: BID-SHOP-001

        ### E - Enforcement

        - `code` must not be empty
        """,
        live=True,
    ),
]
