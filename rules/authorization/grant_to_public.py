"""A table or view is granted to PUBLIC: to every role that there is and will be.

PUBLIC is no group that one could leave: the next role that somebody makes for a dashboard, a vendor
or a test has the privilege from its first minute, and a REVOKE from one role does nothing.

Grant to a role, and make roles members of it:

    REVOKE SELECT ON orders FROM PUBLIC;
    GRANT SELECT ON orders TO readers;
"""

from collections.abc import Iterator

from ctb_lint.model import ObjectId, ObjectKind, Schema, Table, View
from ctb_lint.rule import WARNING, Finding, rule


@rule("A005", severity=WARNING, needs=("grants",))
def grant_to_public(schema: Schema) -> Iterator[Finding]:
    holders: list[Table | View] = [*schema.tables.values(), *schema.views.values()]
    for one in sorted(holders, key=lambda holder: holder.name):
        for grant in one.grants:
            if grant.grantee.lower() != "public":
                continue
            kind = ObjectKind.TABLE if isinstance(one, Table) else ObjectKind.VIEW
            listed = ", ".join(privilege.upper() for privilege in grant.privileges)
            of = f" ({', '.join(grant.columns)})" if grant.columns else ""
            yield Finding(
                message=f"every role may {listed}{of} on {one.name}: it is granted to PUBLIC",
                object=ObjectId(kind, one.name.schema, None, one.name.name),
                at=grant.location or one.location,
                facet=f"{','.join(grant.privileges)}({','.join(grant.columns)})",
                hint=f"REVOKE {listed}{of} ON {one.name} FROM PUBLIC;",
            )


VALID = [
    "CREATE TABLE orders (id int); GRANT SELECT ON orders TO CURRENT_USER;",
    "CREATE TABLE orders (id int); GRANT SELECT ON orders TO PUBLIC;"
    "REVOKE ALL ON orders FROM PUBLIC;",
]

INVALID = [
    "CREATE TABLE orders (id int); GRANT SELECT, INSERT ON orders TO PUBLIC; --! A005",
    """
    CREATE TABLE orders (id int);
    CREATE VIEW open_orders AS SELECT id FROM orders;
    GRANT SELECT ON open_orders TO PUBLIC; --! A005
    """,
]
