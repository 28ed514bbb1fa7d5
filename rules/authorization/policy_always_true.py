"""A permissive policy lets everyone that it is for write any row.

Permissive policies are joined with OR: one that is always true makes all others of its command
useless, whoever wrote them. For reading that may be meant, and says so plainly; for INSERT, UPDATE
and DELETE it is row security that secures nothing.

Name the rows:

    ALTER POLICY orders_write ON orders USING (owner_id = current_setting('app.user')::uuid);

USING says which rows there are to be changed and deleted, WITH CHECK what may be inserted and what
may become of a row: with one of them always true the other holds but half.

Where a role shall pass by row security, give it that instead (`ALTER ROLE worker BYPASSRLS`), or
make the policy for that role alone.
"""

from collections.abc import Iterator

from ctb_lint.model import ObjectKind, Policy, Table, quoted
from ctb_lint.rule import WARNING, Finding, rule

_TRUE = frozenset({"true", "(true)", "(1 = 1)", "(0 = 0)"})


@rule("A004", severity=WARNING, needs=("policies",))
def policy_always_true(table: Table) -> Iterator[Finding]:
    if not table.row_security:  # A002 has it
        return
    for policy in table.policies:
        open_ = _open_command(policy)
        if open_ and policy.permissive and {"public", "authenticated", "anon"} & {*policy.roles}:
            who = ", ".join(policy.roles)
            yield Finding(
                message=f"policy {quoted(policy.name)} lets {who} {open_} any row of {table.name}",
                object=table.part(ObjectKind.POLICY, policy.name),
                at=policy.location or table.location,
                hint="say which rows: a policy that is always true makes the others useless",
            )


def _open_command(policy: Policy) -> str:
    """What it lets through unseen, in words; empty where it is only reading, or nothing."""
    using = policy.using.canonical if policy.using else None
    check = policy.check.canonical if policy.check else using
    # Without USING no row is there to be changed.
    checked = check in _TRUE and (using is not None or policy.command != "update")
    return _COMMANDS.get(policy.command, {}).get((using in _TRUE, checked), "")


_COMMANDS: dict[str, dict[tuple[bool, bool], str]] = {
    "insert": {(False, True): "insert"},
    "update": {
        (True, True): "update",
        (True, False): "update",
        (False, True): "turn a row into",
    },
    "delete": {(True, True): "delete"},
    "all": {
        (True, True): "read and write",
        (True, False): "read, update and delete",
        (False, True): "insert",
    },
}
"""What is open, by whether USING and WITH CHECK are always true."""


VALID = [
    # For reading. One without WITH CHECK lets nobody insert.
    """
    CREATE TABLE orders (id int, owner text);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY read ON orders FOR SELECT USING (true);
    CREATE POLICY own ON orders USING (owner = current_user);
    CREATE POLICY add ON orders FOR INSERT;
    CREATE POLICY change ON orders FOR UPDATE WITH CHECK (true);
    CREATE POLICY gone ON orders FOR DELETE USING (owner = current_user);
    """,
    # A restrictive one takes away, it gives nothing.
    """
    CREATE TABLE orders (id int, owner text);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON orders USING (owner = current_user);
    CREATE POLICY all_of_them ON orders AS RESTRICTIVE USING (true);
    """,
    # For one role.
    """
    CREATE TABLE orders (id int);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY worker ON orders TO pg_monitor USING (true);
    """,
]

INVALID = [
    # Each of the two is asked for one half: which rows there are, and what may become of them.
    """
    CREATE TABLE orders (id int, owner text);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY take ON orders USING (true) WITH CHECK (owner = current_user); --! A004
    CREATE POLICY give ON orders USING (owner = current_user) WITH CHECK (true); --! A004
    CREATE POLICY taken ON orders FOR UPDATE USING (true) --! A004
        WITH CHECK (owner = current_user);
    CREATE POLICY given ON orders FOR UPDATE USING (owner = current_user) --! A004
        WITH CHECK (true);
    """,
    """
    CREATE TABLE orders (id int);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY everything ON orders USING (true); --! A004
    CREATE POLICY add ON orders FOR INSERT WITH CHECK ((1 = 1)); --! A004
    CREATE POLICY change ON orders FOR UPDATE USING (true); --! A004
    """,
]
