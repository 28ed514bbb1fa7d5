"""Several rows have the same value where each must have its own.

Code that looks a row up by it takes the first that it finds; and the unique constraint that would
have kept them out can no longer be added.

Decide which row is the right one, then let the database hold it:

    CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);

Where a unique index of the column is there already, nothing is asked.
"""

from collections.abc import Iterator

from ctb_lint.demands import Unique
from ctb_lint.model import Column, Table
from ctb_lint.rows import Duplicate
from ctb_lint.rule import ERROR, Example, RowCheck, rule


@rule("E023", severity=ERROR, doctrine=True, needs=("columns", "constraints"))
def duplicate_where_unique(demand: Unique, column: Column, table: Table) -> Iterator[RowCheck]:
    yield RowCheck(
        check=Duplicate(table.name, (column.name,)),
        says=f"are the {column.name} of more than one row",
        object=demand.object,
        because=demand,
    )


VALID = [
    Example(
        """
        CREATE TABLE users (id int PRIMARY KEY, email text);
        INSERT INTO users VALUES (1, 'a'), (2, 'A');
        """,
        """standard = { unique = ['users.email'] }""",
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE users (id int PRIMARY KEY, email text); --! E023
        INSERT INTO users VALUES (1, 'a'), (2, 'a');
        """,
        """standard = { unique = ['users.email'] }""",
        live=True,
    ),
]
