"""Rows have no value where every row must have one.

What adds such a column up skips the row, a join on it loses the row, and SET NOT NULL, which would
hold the promise, fails as long as they are there.

Fill them, then let the database hold it:

    UPDATE users SET email = '…' WHERE email IS NULL;
    ALTER TABLE users ALTER COLUMN email SET NOT NULL;
"""

from collections.abc import Iterator

from ctb_lint.demands import NotNull, Strength
from ctb_lint.model import Column, Table
from ctb_lint.rows import Missing, Predicate
from ctb_lint.rule import ERROR, Example, RowCheck, rule


@rule("E021", severity=ERROR, doctrine=True, needs=("columns", "constraints"))
def null_where_forbidden(demand: NotNull, column: Column, table: Table) -> Iterator[RowCheck]:
    held = column.not_null and column.unvalidated_not_null is None
    if held or demand.strength is Strength.SHOULD:
        return
    yield RowCheck(
        check=Predicate(table.name, Missing(column.name)),
        says=f"have no {column.name}",
        object=demand.object,
        because=demand,
    )


VALID = [
    Example(
        """
        CREATE TABLE users (id int PRIMARY KEY, email text); INSERT INTO users VALUES (1, '');
        """,
        """standard = { not-null = ['users.email'] }""",
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE users (id int PRIMARY KEY, email text); --! E021
        INSERT INTO users VALUES (1, 'a'), (2, NULL);
        """,
        """standard = { not-null = ['users.email'] }""",
        live=True,
    ),
]
