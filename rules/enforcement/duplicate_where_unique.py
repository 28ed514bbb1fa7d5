"""Several rows have the same value where each must have its own.

Code that looks a row up by it takes the first that it finds; and the unique constraint that would
have kept them out can no longer be added.

Decide which row is the right one, then let the database hold it:

    CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);

Of the ids that have to be registered each is that of one row, whether or not anybody says that it
must be unique: the registry knows one entity of it. Where a unique index of the column is there
already, nothing is asked.
"""

from collections.abc import Iterator

from ctb_lint.demands import Demands, Registration, Unique
from ctb_lint.model import Column, Table
from ctb_lint.rows import Duplicate
from ctb_lint.rule import ERROR, Example, RowCheck, rule


@rule("E023", severity=ERROR, doctrine=True, needs=("columns", "constraints"))
def duplicate_where_unique(
    demand: Unique | Registration, column: Column, table: Table, demands: Demands
) -> Iterator[RowCheck]:
    said = any(one.column == column.name for one in demands.of(Unique, table.name))
    if isinstance(demand, Registration) and said:
        return  # whoever demands it in so many words is judged by that
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
    # Rows without an id, and of a process.
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
        INSERT INTO orders VALUES (1, NULL, 'p'), (2, NULL, 'p');
        """,
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
    # A unique key of more columns lets the same id in twice.
    Example(
        """
        CREATE TABLE orders (
            unique_id text, --! E023
            day date,
            PRIMARY KEY (unique_id, day)
        ) PARTITION BY RANGE (day);
        CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        INSERT INTO orders VALUES ('a', '2025-05-05'), ('a', '2026-05-05');
        """,
        live=True,
    ),
]
