"""A table, column or other object has another comment than is declared, or only one side has one.

A comment is what tools show beside the object. Where it differs, somebody explained it in one place
and the other still tells the old story.

A catalogue need not repeat comments; those that its SQL has are compared. Say the same in both:

    COMMENT ON TABLE public.orders IS 'One row for each order, kept for ten years';
"""

from collections.abc import Iterator

from ctb_lint.contrasts import contrast, declares, not_but, where
from ctb_lint.ddl import literal
from ctb_lint.differences import CommentDiffers
from ctb_lint.model import ObjectKind, QualifiedName, quoted
from ctb_lint.rule import INFO, Example, Finding, rule
from ctb_lint.tokens import shown


@rule(
    "P005",
    severity=INFO,
    # Who misses the comment of one side alone.
    subsumes=("P001",),
)
def comment_differs(difference: CommentDiffers) -> Iterator[Finding]:
    wanted, found = difference.wanted, difference.found
    if wanted and found:
        fact = f"has the comment {not_but(difference, shown(found), shown(wanted))}"
    elif found:
        fact = f"has the comment {shown(found)} {where(difference)}; {declares(difference)} none"
    else:
        fact = f"has no comment {where(difference)}; {declares(difference)} {shown(wanted or '')}"
    named = _named(difference)
    text = literal(wanted) if wanted else "NULL"
    yield contrast(
        difference,
        f"{difference.object} {fact}",
        hint=f"type `COMMENT ON {named} IS {text};`" if named else "say the same in both",
    )


def _named(difference: CommentDiffers) -> str | None:
    """How COMMENT names the object; None where that takes more than is known."""
    named, table = difference.object, difference.table
    name = quoted(named.name)
    if named.kind in {ObjectKind.CONSTRAINT, ObjectKind.TRIGGER, ObjectKind.POLICY}:
        return f"{named.kind.upper()} {name} ON {table}"
    if named.kind is ObjectKind.INDEX:
        return f"INDEX {QualifiedName(table.schema, named.name)}"
    if named.kind in {ObjectKind.TABLE, ObjectKind.COLUMN, ObjectKind.TYPE}:
        return f"{named.kind.upper()} {named}"
    return None


_TABLE = """
        CREATE TABLE orders (id int PRIMARY KEY, state text, note text);
        CREATE INDEX by_state ON orders (state);
        COMMENT ON TABLE orders IS 'One row for each order';
        COMMENT ON COLUMN orders.state IS 'open, or paid';
"""

VALID = [
    Example(
        f"""
        {_TABLE}
        -- file: live.sql
        COMMENT ON TABLE public."orders" IS E'One row for each \\x6frder';
        """,
        live=True,
    ),
    # A catalogue need not repeat them.
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## 1. orders

    **Barton ID**: BID-SHOP-001

    ```sql
    CREATE TABLE orders (id INT PRIMARY KEY, state TEXT, note TEXT, INDEX by_state (state));
    ```
    -- file: 001_orders.sql
    {_TABLE}
    """,
]

INVALID = [
    # What its SQL says of an object it declares.
    """
    -- file: SCHEMA_REFERENCE.md
    ## 1. orders

    **Barton ID**: BID-SHOP-001

    ```sql
    CREATE TABLE orders ( --! P005
        id INT PRIMARY KEY,
        state TEXT --! P005
    );
    COMMENT ON TABLE orders IS 'All orders';
    COMMENT ON COLUMN orders.state IS 'open, or paid';
    ```
    -- file: 001_orders.sql
    CREATE TABLE orders (id int PRIMARY KEY, state text);
    COMMENT ON TABLE orders IS 'One row for each order';
    COMMENT ON COLUMN orders.id IS 'the key';
    """,
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, state text); --! P005 P005 P005
        CREATE INDEX by_state ON orders (state); --! P005
        COMMENT ON TABLE orders IS 'One row for each order';
        COMMENT ON COLUMN orders.state IS 'open, or paid';
        -- file: live.sql
        COMMENT ON TABLE orders IS 'Orders';
        COMMENT ON COLUMN orders.state IS NULL;
        COMMENT ON INDEX by_state IS 'for the list of open orders';
        COMMENT ON CONSTRAINT orders_pkey ON orders IS 'It''s the key';
        """,
        live=True,
    ),
]
