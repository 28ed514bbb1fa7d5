"""A constraint is NOT VALID: it holds for new rows, and nobody knows about the old ones.

It was added like that to keep its lock short, and the second step was never taken. Queries that
rely on it get rows that break it, and an UPDATE of such a row fails for a reason that has nothing
to do with it.

Take the second step; it blocks neither reads nor writes:

    ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;
"""

from collections.abc import Iterator

from ctb_lint.live import DatabaseFacts
from ctb_lint.model import Constraint, ObjectKind, Table, quoted
from ctb_lint.rule import WARNING, Example, Finding, rule


@rule("S063", severity=WARNING, needs=("constraints",))
def unvalidated_constraint(
    constraint: Constraint, table: Table, facts: DatabaseFacts
) -> Iterator[Finding]:
    del facts  # files are on their way, a database is where it is
    if constraint.validated and constraint.enforced:
        return
    name = quoted(constraint.name)
    state = "NOT VALID" if constraint.enforced else "NOT ENFORCED"
    rows = "older rows may break it" if constraint.enforced else "any row may break it"
    yield Finding(
        message=f"constraint {name} of {table.name} is {state}: {rows}",
        object=table.part(ObjectKind.CONSTRAINT, constraint.name),
        at=None,
        hint=f"ALTER TABLE {table.name} VALIDATE CONSTRAINT {name};"
        if constraint.enforced
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
