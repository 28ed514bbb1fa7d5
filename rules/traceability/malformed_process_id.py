"""SQL writes a `process_id` that is not of the standard's format.

The process id says which version of which process wrote a row, and in which stage. A constant such
as `manual` or `migration` ends the trace exactly where someone will need it. An id of a legacy
format is a warning: it is accepted, and should not be written any more.

Write the id of the process that writes the row; a migration is a process too:

    UPDATE orders SET process_id = 'shq.03.imo.V1.20251023.backfill' WHERE process_id IS NULL;

The format is `formats.process-id` in the configuration; `formats.legacy` holds those that are
still accepted.
"""

from collections.abc import Iterator

from ctb_lint.history import History, LiteralValue
from ctb_lint.model import Column, Schema, Table
from ctb_lint.rule import ERROR, Example, Finding, rule
from ctb_lint.standard import Standard
from ctb_lint.written_ids import malformed, written


@rule("T031", severity=ERROR, doctrine=True, needs=("columns",))
def malformed_process_id(
    subject: LiteralValue | Column,
    table: Table | None,
    schema: Schema,
    standard: Standard,
    history: History | None,
) -> Iterator[Finding]:
    one = written(subject, table, schema, history)
    if one is None:
        return
    of_registry = (standard.registry.process_id,) if standard.is_registry(one.table.name) else ()
    yield from malformed(one, "process_id", (standard.process_id, *of_registry), schema, standard)


VALID = [
    """
    CREATE TABLE orders (
        unique_id text,
        process_id varchar(255) DEFAULT 'shq.03.imo.V1.20251023.ingest'::character varying
    );
    INSERT INTO orders VALUES (NULL, 'shq.03.imo.V1.2.2025-10-23.error_tracking');
    """,
    # A number of the operating system's, and what is computed.
    "CREATE TABLE workers (process_id int DEFAULT 1, unique_id text);"
    "INSERT INTO workers VALUES ('4711');",
    "CREATE TABLE orders (process_id text DEFAULT current_setting('app.process', true));",
    # Only what is written counts, not what is looked for.
    "CREATE TABLE orders (process_id text, done boolean);"
    "UPDATE orders SET done = true WHERE process_id = 'manual';",
    # A later migration mends the default.
    """
    -- file: 001.sql
    CREATE TABLE orders (process_id text DEFAULT 'manual');
    -- file: 002.sql
    ALTER TABLE orders ALTER COLUMN process_id DROP DEFAULT;
    """,
    Example(
        "CREATE TABLE os_jobs (process_id text); INSERT INTO os_jobs VALUES ('init');",
        "standard = { exempt-tables = ['os_*'] }",
    ),
]

INVALID = [
    "CREATE TABLE orders (unique_id text, process_id text DEFAULT 'manual'); --! T031",
    """
    CREATE TABLE orders (unique_id text, process_id text);
    INSERT INTO orders (process_id) SELECT 'shq.03.imo.v1.20251023.ingest'; --! T031
    UPDATE orders SET process_id = 'shq.03.imo.V1.20251323.ingest'; --! T031
    """,
    """
    CREATE SCHEMA app;
    CREATE TABLE app.orders (process_id text);
    ALTER TABLE app.orders ALTER COLUMN process_id SET DEFAULT 'shq.03.imo.V1'; --! T031
    """,
    Example(
        "CREATE TABLE orders (process_id text); INSERT INTO orders VALUES ('shq/ingest'); --! T031",
        """
        [formats.legacy]
        process-id = ["{db}/{stage}"]
        """,
    ),
]
