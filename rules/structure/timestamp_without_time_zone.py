"""A column stores a date and time without saying in which time zone.

`timestamp` keeps what the clock on some wall showed. Two writers in two zones store the same moment
as two values, the hour that summer time repeats cannot be told apart, and comparing with `now()`
depends on the session's setting. `timestamptz` takes no more space and keeps the moment.

Convert the column, and say in which zone its values were meant:

    ALTER TABLE orders
        ALTER COLUMN placed_at TYPE timestamptz USING placed_at AT TIME ZONE 'UTC';

Where a wall clock is really meant (opening hours, a birthday party abroad), ignore the finding.
"""

import re
from collections.abc import Iterator

from ctb_lint.coverage import base_type
from ctb_lint.model import Column, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import WARNING, Finding, rule
from ctb_lint.standard import Standard


@rule("S021", severity=WARNING, needs=("columns",))
def timestamp_without_time_zone(
    column: Column, table: Table, schema: Schema, standard: Standard
) -> Iterator[Finding]:
    if not _zoneless(column, schema):
        return
    if not standard.governed(table):
        return
    name = quoted(column.name)
    yield Finding(
        message=f"{table.name} has {name} as {column.type.canonical}: of which time zone?",
        object=table.part(ObjectKind.COLUMN, column.name),
        at=column.type_location or column.location,
        hint=_hint(column, table, schema),
    )


def _hint(column: Column, table: Table, schema: Schema) -> str:
    together = _together(column, table, schema)
    parts = set(re.findall(r"[\w$]+", table.partition_key or ""))
    if any(one.name in parts for one in together):
        return "make a new table with timestamptz: the type of a partition key cannot change"
    clauses = ", ".join(_conversion(one, schema) for one in together)
    return f"ALTER TABLE {table.name} {clauses};"


def _zoneless(column: Column, schema: Schema) -> bool:
    return base_type(schema, column.type).name == "timestamp without time zone"


def _together(column: Column, table: Table, schema: Schema) -> list[Column]:
    """The column and those that an index compares it with: one type after the other, PostgreSQL
    refuses, since what compares both types is no expression for an index."""
    names = {column.name}
    for index in table.indexes:
        read = [index.predicate, *(key.expr for key in index.keys)]
        for expr in read:
            if expr and column.name in expr.columns:
                names.update(expr.columns)
    return [one for one in table.columns if one.name in names and _zoneless(one, schema)]


def _conversion(column: Column, schema: Schema) -> str:
    name, precision = quoted(column.name), base_type(schema, column.type).modifiers
    wanted = f"timestamptz({precision[0]})" if precision else "timestamptz"
    # The zone of an array's elements can only be given by the session.
    rest = "[]" if column.type.array else f" USING {name} AT TIME ZONE 'UTC'"
    return f"ALTER COLUMN {name} TYPE {wanted}{rest}"


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
    # Compared with each other by an index.
    """
    CREATE TABLE monitors (
        id int,
        published_at timestamp(3), --! S021
        completed_at timestamp(3) --! S021
    );
    CREATE INDEX ON monitors (id) WHERE published_at < completed_at;
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
