"""A view reads a table with row security, and reads it as the view's owner.

Policies hold for the role that a query runs as. A view runs as its owner unless it is told
otherwise, so that whoever may read the view sees every row that the owner sees: usually all.

From PostgreSQL 15 on a view can run as whoever asks:

    ALTER VIEW open_orders SET (security_invoker = true);

Before that, or where the view is meant to show more than the table does, put the condition of the
policy into the view.
"""

from collections.abc import Iterator

from ctb_lint.evidence import Target
from ctb_lint.model import ObjectId, ObjectKind, Schema, View
from ctb_lint.rule import WARNING, Finding, Related, rule

_INVOKER = 15
_ON = frozenset({"true", "on", "1", "yes", "t", "y"})


@rule("A012", severity=WARNING, needs=("policies",))
def view_bypasses_row_security(view: View, schema: Schema, target: Target) -> Iterator[Finding]:
    invoker = dict(view.options).get("security_invoker", "false").lower() in _ON
    if invoker and not view.materialized:
        return
    for name in view.depends_on:
        table = schema.tables.get(name)
        if table is None or not table.row_security or table.force_row_security:
            continue
        can = target.version >= _INVOKER and not view.materialized
        yield Finding(
            message=f"{view.name} shows rows of {name} past its row security",
            object=ObjectId(ObjectKind.VIEW, view.name.schema, None, view.name.name),
            at=view.location,
            facet=str(name),
            hint=f"ALTER VIEW {view.name} SET (security_invoker = true);"
            if can
            else "put the condition of the policies into the view",
            related=(Related("row security is turned on here", table.row_security_location),)
            if table.row_security_location
            else (),
        )


VALID = [
    """
    CREATE TABLE orders (id int, owner text);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE VIEW v WITH (security_invoker = true) AS SELECT id FROM orders;
    CREATE VIEW w AS SELECT id FROM orders;
    ALTER VIEW w SET (security_invoker);
    """,
    "CREATE TABLE orders (id int); CREATE VIEW v AS SELECT id FROM orders;",
    # The owner is held to the policies as well.
    """
    CREATE TABLE orders (id int, owner text);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE VIEW v AS SELECT id FROM orders;
    """,
]

INVALID = [
    """
    CREATE TABLE orders (id int, owner text);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE VIEW v AS SELECT id FROM orders; --! A012
    CREATE MATERIALIZED VIEW m AS SELECT id FROM orders; --! A012
    """,
]
