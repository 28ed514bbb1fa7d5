"""A table has no comment.

A comment is the only documentation that travels with the database: psql, DBeaver, a dump and every
generated diagram show it. Without one, whoever meets the table first guesses what a row of it is.

Say what one row stands for:

    COMMENT ON TABLE orders IS 'One row per order, from its first draft to its delivery.';
"""

from collections.abc import Iterator

from ctb_lint.model import Table
from ctb_lint.rule import INFO, Example, Finding, rule
from ctb_lint.standard import Standard


@rule("P001", severity=INFO, needs=("comments",))
def missing_table_comment(table: Table, standard: Standard) -> Iterator[Finding]:
    if not standard.governed(table) or (table.comment or "").strip():
        return
    yield Finding(
        message=f"{table.name} has no comment",
        object=table.id,
        at=table.location,
        hint=f"type `COMMENT ON TABLE {table.name} IS '…';`",
    )


VALID = [
    "CREATE TABLE orders (id int); COMMENT ON TABLE orders IS 'One row per order.';",
    # In a later migration, with the name written otherwise.
    """
    -- file: 001.sql
    CREATE TABLE orders (id int);
    -- file: 002.sql
    COMMENT ON TABLE "public"."orders" IS E'One row\\nper order.';
    """,
    # It stays with a table that is renamed.
    "CREATE TABLE orders (id int); COMMENT ON TABLE orders IS 'Orders.';"
    "ALTER TABLE orders RENAME TO purchases;",
    "CREATE TABLE schema_migrations (version text);",
    "CREATE TEMPORARY TABLE scratch (id int);",
    # Partitions are their parent's.
    "CREATE TABLE logs (at date) PARTITION BY RANGE (at); COMMENT ON TABLE logs IS 'Log lines.';"
    "CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
    Example("CREATE TABLE geo (id int);", "standard = { exempt-tables = ['geo'] }"),
]

INVALID = [
    "CREATE TABLE orders (id int); --! P001",
    """
    CREATE TABLE orders (id int); --! P001
    COMMENT ON COLUMN orders.id IS 'The number of the order.';
    COMMENT ON TABLE orders IS '';
    """,
]
