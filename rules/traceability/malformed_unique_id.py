"""SQL writes a `unique_id` that is not of the standard's format.

Seed rows and back-fills are where made-up ids come from. An id of another form cannot be taken
apart into database, application and time, does not sort with the others, and is refused as soon as
the column gets its check. One of a legacy format is a warning: it is accepted, and should not be
written any more.

Write an id of the format, minted for that row, and never a constant for several:

    INSERT INTO orders (unique_id, process_id) VALUES
        ('shq-03-imo-1729680000-a1b2c3d4e5f6a7b8', 'shq.03.imo.V1.20251023.ingest');

The format is `formats.unique-id` in the configuration; `formats.legacy` holds those that are still
accepted.
"""

from collections.abc import Iterator

from ctb_lint.history import History, LiteralValue
from ctb_lint.model import Column, Schema, Table
from ctb_lint.rule import ERROR, Example, Finding, rule
from ctb_lint.standard import Standard
from ctb_lint.written_ids import malformed, written


@rule("T030", severity=ERROR, doctrine=True, needs=("columns",))
def malformed_unique_id(
    subject: LiteralValue | Column,
    table: Table | None,
    schema: Schema,
    standard: Standard,
    history: History | None,
) -> Iterator[Finding]:
    one = written(subject, table, schema, history)
    if one is None:
        return
    of_registry = (standard.registry.unique_id,) if standard.is_registry(one.table.name) else ()
    yield from malformed(one, "unique_id", (standard.unique_id, *of_registry), schema, standard)


VALID = [
    """
    CREATE TABLE orders (unique_id text DEFAULT gen_random_uuid()::text, process_id text);
    INSERT INTO orders (unique_id) VALUES ('shq-03-imo-1729680000-a1b2c3d4e5f6a7b8');
    INSERT INTO public."orders" VALUES
        ('shq-03-imo-creator-20251023-123005-a1b2c3d4e5f6a7b8'::text);
    """,
    # What is computed, NULL, or filled in by something else.
    """
    CREATE TABLE orders (id int, unique_id text);
    INSERT INTO orders VALUES (1, concat('shq', '-', 1)), (2, NULL), (3, '${UNIQUE_ID}');
    UPDATE orders SET unique_id = lower(unique_id) WHERE unique_id = 'SHQ';
    """,
    # Not governed: what a migration tool owns, temporary tables.
    """
    CREATE TABLE schema_migrations (unique_id text DEFAULT 'none');
    CREATE TEMPORARY TABLE scratch (unique_id text);
    INSERT INTO scratch VALUES ('x');
    """,
    # Where the column is no text, that is the fault.
    "CREATE TABLE orders (unique_id int DEFAULT 5); INSERT INTO orders VALUES ('6');",
    # The rows are gone.
    "CREATE TABLE orders (unique_id text); INSERT INTO orders VALUES ('x'); DROP TABLE orders;",
    # Another column has this name by configuration.
    Example(
        """
        CREATE TABLE orders (unique_id text, heir_id text);
        INSERT INTO orders VALUES ('order-1', 'shq-03-imo-1729680000-a1b2c3d4e5f6a7b8');
        """,
        "standard = { unique-id = 'heir_id' }",
    ),
    Example(
        "CREATE TABLE orders (unique_id text); INSERT INTO orders VALUES ('eu-17');",
        """
        [formats]
        unique-id = ["{db}-{nn}"]
        """,
    ),
]

INVALID = [
    """
    CREATE TABLE orders (unique_id text, process_id text);
    INSERT INTO orders (process_id, unique_id) VALUES
        ('shq.03.imo.V1.20251023.ingest', 'order-1'); --! T030
    """,
    # The 31st of February; fifteen characters; empty.
    """
    CREATE TABLE orders (id int, unique_id text DEFAULT ''); --! T030
    INSERT INTO orders VALUES
        (1, 'shq-03-imo-20250231120000-a1b2c3d4e5f6a7b8'), --! T030
        (2, 'shq-03-imo-1729680000-a1b2c3d4e5f6a7b'); --! T030
    UPDATE orders SET unique_id = 'none'; --! T030
    """,
    # A legacy format, and a table that was renamed later.
    Example(
        """
        -- file: 001.sql
        CREATE TABLE orders (unique_id text);
        INSERT INTO orders VALUES ('shq_1729680000'); --! T030
        -- file: 002.sql
        ALTER TABLE orders RENAME TO purchases;
        """,
        """
        [formats.legacy]
        unique-id = ["{db}_{timestamp}"]
        """,
    ),
    "CREATE TABLE ids (unique_id text PRIMARY KEY); INSERT INTO ids VALUES ('x'); --! T030",
]
