"""A table has policies, and row security is off: none of them is asked.

A policy that is written, reviewed and never applied is worse than none: everybody believes that
rows are kept apart. PostgreSQL takes `CREATE POLICY` without a word and ignores it until row
security is turned on.

Turn it on, once you know that the policies let through what the application needs:

    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;

The table's owner and superusers pass by all policies; `FORCE ROW LEVEL SECURITY` holds the owner to
them.
"""

from collections.abc import Iterator

from ctb_lint.model import Table, quoted
from ctb_lint.rule import ERROR, Finding, rule


# Nothing is refused, but not what is written is done: rows are read that the policy forbids.
@rule("A002", severity=ERROR, refused=True, needs=("policies",), subsumes=("S055",))
def policy_without_row_security(table: Table) -> Iterator[Finding]:
    if table.row_security or not table.policies:
        return
    names = ", ".join(quoted(policy.name) for policy in table.policies)
    one = len(table.policies) == 1
    asked = f"the policy {names} is" if one else f"the policies {names} are"
    yield Finding(
        message=f"{table.name} has row security off: {asked} never asked",
        object=table.id,
        at=table.row_security_location or table.policies[0].location or table.location,
        hint=f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY;",
    )


VALID = [
    """
    CREATE TABLE orders (id int, owner text);
    CREATE POLICY own ON orders USING (owner = current_user);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    """,
    # No policy is a rule of its own.
    "CREATE TABLE orders (id int);",
    # The policy went.
    """
    CREATE TABLE orders (id int, owner text);
    CREATE POLICY own ON orders USING (owner = current_user);
    DROP POLICY own ON orders;
    """,
]

INVALID = [
    """
    CREATE TABLE orders (id int, owner text);
    CREATE POLICY own ON orders USING (owner = current_user); --! A002
    """,
    """
    CREATE TABLE orders (id int, owner text);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON orders USING (owner = current_user);
    CREATE POLICY shop ON orders TO CURRENT_USER USING (true);
    ALTER TABLE orders DISABLE ROW LEVEL SECURITY; --! A002
    """,
]
