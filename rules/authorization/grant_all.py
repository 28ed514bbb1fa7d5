"""A role is granted all privileges on a table, TRUNCATE, REFERENCES and TRIGGER among them.

An application reads and writes rows. With ALL it may also empty the table past every row trigger
and policy, hold it from being dropped, and hang code on it that others then run.

Grant what is used:

    REVOKE TRUNCATE, REFERENCES, TRIGGER ON orders FROM app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO app;
"""

from collections.abc import Iterator

from ctb_lint.model import Table, quoted
from ctb_lint.rule import INFO, Finding, rule

_ALL = frozenset({"delete", "insert", "references", "select", "trigger", "truncate", "update"})


@rule("A006", severity=INFO, needs=("grants",))
def grant_all(table: Table) -> Iterator[Finding]:
    for grant in table.grants:
        # What an owner has by itself, and what PUBLIC has, is no such grant.
        if not {*grant.privileges} >= _ALL or grant.grantee in {table.owner, "public"}:
            continue
        yield Finding(
            message=f"{quoted(grant.grantee)} has all privileges on {table.name}, TRUNCATE and "
            "TRIGGER among them",
            object=table.id,
            at=grant.location or table.location,
            facet=grant.grantee,
            hint=f"REVOKE TRUNCATE, REFERENCES, TRIGGER ON {table.name} "
            f"FROM {quoted(grant.grantee)};",
        )


VALID = [
    "CREATE TABLE orders (id int); GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO CURRENT_USER;",
    "CREATE TABLE orders (id int); GRANT ALL ON orders TO pg_read_all_data;"
    "REVOKE TRUNCATE ON orders FROM pg_read_all_data;",
]

INVALID = [
    "CREATE TABLE orders (id int); GRANT ALL ON orders TO pg_read_all_data; --! A006",
    """
    CREATE TABLE orders (id int);
    GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA public TO pg_monitor; --! A006
    """,
]
