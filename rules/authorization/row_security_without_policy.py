"""A table has row security on and no policy: nobody but its owner sees a row.

Without a policy PostgreSQL lets no row through, and says nothing: a query gives an empty answer, an
UPDATE changes no row. That may be meant, where only the owner works with the table; usually a
policy was forgotten, or dropped.

Say who may do what, or turn row security off:

    CREATE POLICY orders_own ON orders USING (owner_id = current_setting('app.user')::uuid);
"""

from collections.abc import Iterator

from ctb_lint.model import Table
from ctb_lint.rule import WARNING, Finding, rule


@rule("A003", severity=WARNING, needs=("policies",))
def row_security_without_policy(table: Table) -> Iterator[Finding]:
    if not table.row_security or table.policies or table.partition_of:
        return
    owner = "its owner, too," if table.force_row_security else "everybody but its owner"
    yield Finding(
        message=f"{table.name} has row security on and no policy: {owner} sees no row",
        object=table.id,
        at=table.row_security_location or table.location,
        hint=f"CREATE POLICY … ON {table.name} TO … USING (…);",
    )


VALID = [
    """
    CREATE TABLE orders (id int, owner text);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON orders USING (owner = current_user);
    """,
    "CREATE TABLE orders (id int);",
    # Turned off again.
    """
    CREATE TABLE orders (id int);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
    """,
]

INVALID = [
    """
    CREATE TABLE orders (id int);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY; --! A003
    """,
    """
    CREATE TABLE orders (id int, owner text);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; --! A003
    CREATE POLICY own ON orders USING (owner = current_user);
    DROP POLICY own ON orders;
    """,
]
