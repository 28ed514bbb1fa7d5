"""A column stores a date and time without saying in which time zone.

`timestamp` keeps what the clock on some wall showed. Two writers in two zones store the same moment
as two values, the hour that summer time repeats cannot be told apart, and comparing with `now()`
depends on the session's setting. `timestamptz` takes no more space and keeps the moment.

Convert the column, and say in which zone its values were meant:

    ALTER TABLE orders
        ALTER COLUMN placed_at TYPE timestamptz USING placed_at AT TIME ZONE 'UTC';

Where a wall clock is really meant (opening hours, a birthday party abroad), ignore the finding.
"""

from collections.abc import Iterator

from ctb_lint.coverage import base_type
from ctb_lint.model import Column, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import WARNING, Finding, rule
from ctb_lint.standard import Standard


@rule("S021", severity=WARNING, needs=("columns",))
def timestamp_without_time_zone(
    column: Column, table: Table, schema: Schema, standard: Standard
) -> Iterator[Finding]:
    if base_type(schema, column.type).name != "timestamp without time zone":
        return
    if not standard.governed(table):
        return
    name = quoted(column.name)
    # The zone of an array's elements can only be given by the session.
    wanted = f"timestamptz USING {name} AT TIME ZONE 'UTC'"
    wanted = "timestamptz[]" if column.type.array else wanted
    yield Finding(
        message=f"{table.name} has {name} as {column.type.canonical}: of which time zone?",
        object=table.part(ObjectKind.COLUMN, column.name),
        at=column.type_location or column.location,
        hint=f"ALTER TABLE {table.name} ALTER COLUMN {name} TYPE {wanted};",
    )


VALID = [
    "CREATE TABLE orders (a timestamptz, b timestamp with time zone, c timestamptz(3) NOT NULL);",
    'CREATE TABLE orders (a date, b time, c interval, "timestamp" text, d time with time zone);',
    # Mended by a later file.
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (at timestamp);
    -- file: 002_zone.sql
    ALTER TABLE orders ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'UTC';
    """,
    # Not ours to change.
    """
    CREATE TABLE flyway_schema_history (installed_on timestamp);
    CREATE TEMPORARY TABLE scratch (at timestamp);
    """,
    # A column that is gone; a cast; an argument.
    """
    CREATE TABLE orders (at timestamp, id int);
    ALTER TABLE orders DROP COLUMN at;
    SELECT '2025-01-01'::timestamp;
    CREATE FUNCTION f(at timestamp) RETURNS int LANGUAGE sql AS 'SELECT 1';
    """,
]

INVALID = [
    """
    CREATE TABLE orders (
        id int,
        placed_at timestamp NOT NULL DEFAULT now(), --! S021
        "Paid At" timestamp(3) without time zone, --! S021
        seen timestamp[] --! S021
    );
    """,
    # Once for a table, however many partitions it has.
    """
    CREATE TABLE logs (at timestamp) PARTITION BY RANGE (at); --! S021
    CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    """,
    """
    CREATE DOMAIN moment AS timestamp;
    CREATE TABLE orders (at timestamptz);
    ALTER TABLE orders ADD COLUMN seen_at moment; --! S021
    ALTER TABLE orders ALTER COLUMN at TYPE timestamp; --! S021
    """,
]
