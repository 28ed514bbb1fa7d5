"""An id column allows NULL although every row must have the id.

A row without its id can neither be registered nor traced, and nothing stops one from being
written: a unique constraint does not, since NULLs are never equal.

Fill the rows that lack it, then forbid NULL:

    ALTER TABLE orders ALTER COLUMN unique_id SET NOT NULL;

Where a table's ids are given only for some rows (`optional-ids` of the configuration), this is
information and no error. Where its catalogue entry says so ("if provided"), NULL is right.
"""

from collections.abc import Iterator

from ctb_lint.coverage import domains_of
from ctb_lint.demands import NotNull, Strength
from ctb_lint.model import (
    Column,
    ConstraintKind,
    ObjectKind,
    Schema,
    Table,
    quoted,
)
from ctb_lint.rule import ERROR, INFO, Example, Finding, rule


@rule("S004", severity=ERROR, doctrine=True, needs=("columns", "constraints"))
def nullable_id(demand: NotNull, table: Table, column: Column, schema: Schema) -> Iterator[Finding]:
    if not demand.id or column.not_null or _refuses_null(table, column, schema):
        return
    name = quoted(column.name)
    optional = demand.strength is Strength.SHOULD
    if optional and demand.origin.location:
        # The entry says itself that an id is there only where one is given.
        return
    yield Finding(
        message=f"{table.name} allows NULL in {name}",
        object=table.part(ObjectKind.COLUMN, column.name),
        at=column.null_location or column.location,
        hint=None if optional else f"ALTER TABLE {table.name} ALTER COLUMN {name} SET NOT NULL;",
        because=demand,
        severity=INFO if optional else None,
    )


def _refuses_null(table: Table, column: Column, schema: Schema) -> bool:
    """Whether the column's domain or a check does what NOT NULL would."""
    if any(domain.not_null for domain in domains_of(schema, column.type)):
        return True
    wanted = f"({quoted(column.name)} IS NOT NULL)"
    return any(
        check.expr and check.expr.canonical == wanted and check.validated and check.enforced
        for check in table.constraints_of(ConstraintKind.CHECK)
    )


VALID = [
    "CREATE TABLE orders (unique_id text NOT NULL, process_id text NOT NULL);",
    "CREATE TABLE orders (unique_id text PRIMARY KEY, process_id text NOT NULL);",
    "CREATE TABLE orders (unique_id text, process_id text, PRIMARY KEY (unique_id, process_id));",
    """
    CREATE DOMAIN heir_id AS text NOT NULL;
    CREATE TABLE orders (unique_id heir_id, process_id heir_id);
    """,
    # The safe way on a big table: a check, validated later.
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (unique_id text, process_id text NOT NULL);
    -- file: 002_check.sql
    ALTER TABLE orders ADD CONSTRAINT has_id CHECK (unique_id IS NOT NULL) NOT VALID;
    -- file: 003_validate.sql
    ALTER TABLE orders VALIDATE CONSTRAINT has_id;
    """,
    """
    CREATE TABLE orders (unique_id text, process_id text);
    ALTER TABLE orders ALTER unique_id SET NOT NULL, ALTER COLUMN process_id SET NOT NULL;
    ALTER TABLE orders RENAME TO purchases;
    """,
    # Other columns may be NULL; what a migration tool owns is not governed.
    """
    CREATE TABLE orders (unique_id text NOT NULL, process_id text NOT NULL, note text);
    CREATE TABLE schema_migrations (version text, process_id text);
    """,
    # The entry says that these ids may be missing.
    """
    CREATE TABLE orders (unique_id text, process_id text NOT NULL);
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - `unique_id` should follow HEIR format if provided
    """,
]

INVALID = [
    "CREATE TABLE orders (unique_id text NOT NULL, process_id text); --! S004",
    # The entry demands the id of every row.
    """
    CREATE TABLE orders (unique_id text, process_id text NOT NULL); --! S004
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - HEIR ID required for all orders
    - `unique_id` should follow HEIR format if provided
    """,
    """
    CREATE TABLE orders (
        unique_id text UNIQUE, --! S004
        process_id text NULL --! S004
    );
    """,
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (unique_id text NOT NULL, process_id text NOT NULL);
    -- file: 002_drop.sql
    ALTER TABLE orders ALTER COLUMN process_id DROP NOT NULL; --! S004
    """,
    # A check that was never validated says nothing of the rows that are there.
    """
    CREATE TABLE orders (unique_id text, process_id text NOT NULL); --! S004
    ALTER TABLE orders ADD CHECK (unique_id IS NOT NULL) NOT VALID;
    """,
    Example(
        "CREATE TABLE orders (unique_id text NOT NULL, process_id text); --! S004",
        config="standard = { optional-ids = ['orders'] }",
    ),
]
