"""A role may do more with a table than its catalogue entry lets it.

The entry says who reads, writes and deletes, and people decide by it what may stand in the table.
The database grants more: to a role that is not meant, or a privilege that nobody spoke of.

Take it away, or write it into the entry:

    REVOKE DELETE ON orders FROM shop;

Which roles the words of the catalogue are, the configuration says; without it nothing is judged:

    [standard.roles]
    "Administrators" = ["admin"]
    "Application services" = ["shop", "importer"]
"""

from collections.abc import Iterator

from ctb_lint.ddl import listed
from ctb_lint.demands import Access, Action
from ctb_lint.model import Grant, Table, quoted
from ctb_lint.rule import ERROR, Example, Finding, Undecided, rule
from ctb_lint.standard import Standard

_PRIVILEGES = {
    Action.READ: frozenset({"select"}),
    Action.WRITE: frozenset({"insert", "update"}),
    Action.DELETE: frozenset({"delete", "truncate"}),
}


@rule("A011", severity=ERROR, doctrine=True, needs=("grants",))
def privilege_exceeds_catalogue(
    demand: Access, table: Table, standard: Standard
) -> Iterator[Finding | Undecided]:
    if demand.everybody:
        return
    allowed: set[str] = set()
    for words in demand.roles:
        roles = standard.roles_of(words)
        if roles is None:
            yield Undecided(f"standard.roles does not say which roles {words!r} are")
            return
        allowed |= {*roles}
    for grant in table.grants:
        beyond = sorted(_PRIVILEGES[demand.action] & {*grant.privileges})
        if beyond and grant.grantee != table.owner and grant.grantee not in allowed:
            yield _finding(demand, table, grant, beyond)


def _finding(demand: Access, table: Table, grant: Grant, beyond: list[str]) -> Finding:
    columns = f" ({listed(grant.columns)})" if grant.columns else ""
    rights = ", ".join(f"{privilege.upper()}{columns}" for privilege in beyond)
    who = "every role" if grant.grantee == "public" else quoted(grant.grantee)
    name = "PUBLIC" if grant.grantee == "public" else quoted(grant.grantee)
    meant = ", ".join(demand.roles) or "nobody"
    return Finding(
        message=f"{who} may {rights} on {table.name}, and that is for {meant}",
        object=table.id,
        at=grant.location or table.location,
        facet=f"{demand.action}:{grant.grantee}{columns}",
        hint=f"REVOKE {rights} ON {table.name} FROM {name};",
        because=demand,
    )


_CATALOGUE = """
        -- file: SCHEMA_REFERENCE.md
        # Tables

        ## 1. orders

        **Barton ID**: BID-SHOP-001

        ### S - Structure

        ```sql
        CREATE TABLE orders (id int);
        ```

        ### A - Authorization

        - **Read Access**: Clerks, Administrators
        - **Delete Access**: Administrators only
"""
_ROLES = """
[standard.roles]
"Clerks" = ["clerk"]
"administrators" = ["admin", "root"]
"""

VALID = [
    Example(
        """
        -- file: 001_orders.sql
        CREATE TABLE orders (id int);
        GRANT SELECT ON orders TO clerk;
        GRANT SELECT, DELETE ON orders TO root;
        """
        + _CATALOGUE,
        _ROLES,
    ),
    # Nobody said which roles those are.
    Example(
        """
        -- file: 001_orders.sql
        CREATE TABLE orders (id int);
        GRANT ALL ON orders TO clerk;
        """
        + _CATALOGUE
    ),
]

INVALID = [
    Example(
        """
        -- file: 001_orders.sql
        CREATE TABLE orders (id int);
        GRANT SELECT, DELETE ON orders TO clerk; --! A011
        GRANT SELECT ON orders TO PUBLIC; --! A011
        """
        + _CATALOGUE,
        _ROLES,
    ),
]
