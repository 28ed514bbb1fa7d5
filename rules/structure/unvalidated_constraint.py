"""A constraint is NOT VALID: it holds for new rows, and nobody knows about the old ones.

It was added like that to keep its lock short, and the second step was never taken. Queries that
rely on it get rows that break it, and an UPDATE of such a row fails for a reason that has nothing
to do with it.

Take the second step; it blocks neither reads nor writes:

    ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;

From PostgreSQL 18 on NOT NULL can be added like that as well.
"""

from collections.abc import Iterator

from ctb_lint.live import DatabaseFacts
from ctb_lint.model import Column, Constraint, ObjectKind, Table, quoted
from ctb_lint.rule import WARNING, Example, Finding, rule


@rule("S063", severity=WARNING, needs=("columns", "constraints"))
def unvalidated_constraint(
    subject: Constraint | Column, table: Table, facts: DatabaseFacts
) -> Iterator[Finding]:
    del facts  # files are on their way, a database is where it is
    if isinstance(subject, Column):
        if subject.unvalidated_not_null:
            yield _finding(subject.unvalidated_not_null, table, enforced=True)
    elif not (subject.validated and subject.enforced):
        yield _finding(subject.name, table, enforced=subject.enforced)


def _finding(constraint: str, table: Table, *, enforced: bool) -> Finding:
    name = quoted(constraint)
    state = "NOT VALID" if enforced else "NOT ENFORCED"
    rows = "older rows may break it" if enforced else "any row may break it"
    return Finding(
        message=f"constraint {name} of {table.name} is {state}: {rows}",
        object=table.part(ObjectKind.CONSTRAINT, constraint),
        at=None,
        hint=f"ALTER TABLE {table.name} VALIDATE CONSTRAINT {name};"
        if enforced
        else f"ALTER TABLE {table.name} ALTER CONSTRAINT {name} ENFORCED;",
    )


VALID = [
    Example(
        """
        CREATE TABLE orders (total int);
        ALTER TABLE orders ADD CONSTRAINT paid CHECK (total > 0) NOT VALID;
        ALTER TABLE orders VALIDATE CONSTRAINT paid;
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (total int);
        ALTER TABLE orders ADD CONSTRAINT paid CHECK (total > 0) NOT VALID; --! S063
        """,
        live=True,
    ),
]
