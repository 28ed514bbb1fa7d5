"""A table whose rows are tracked by layer has no column for the layer.

HEIR/ORBT tracking means three columns: `unique_id`, `process_id` and `orbt_layer`. Without the last
nobody can tell whether a row is input, work in progress, output or orchestration, and an error
cannot be sent to the layer that caused it.

Add the column, and let PostgreSQL refuse what is no layer:

    ALTER TABLE orders ADD COLUMN orbt_layer integer NOT NULL CHECK (orbt_layer BETWEEN 1 AND 4);

The rule speaks only of tables for which tracking is demanded: `standard.tracked-tables` of the
configuration, or a catalogue entry.
"""

from collections.abc import Iterator

from ctb_lint.demands import RequiredColumn, Role
from ctb_lint.model import Table
from ctb_lint.required import lacking
from ctb_lint.rule import ERROR, WARNING, Example, Finding, rule
from ctb_lint.standard import FIRST_LAYER, LAST_LAYER


@rule("S007", severity=ERROR, planned=WARNING, doctrine=True, needs=("columns",))
def missing_orbt_layer(demand: RequiredColumn, table: Table) -> Iterator[Finding]:
    if demand.role is Role.LAYER:
        layer = demand.column
        hint = f"add `{layer} integer CHECK ({layer} BETWEEN {FIRST_LAYER} AND {LAST_LAYER})`"
        yield from lacking(demand, table, hint)


TRACKED = "standard = { tracked-tables = ['orders', 'app.*'] }"

VALID = [
    # Nobody demands tracking.
    "CREATE TABLE orders (id uuid);",
    Example("CREATE TABLE orders (id uuid, orbt_layer int);", config=TRACKED),
    # Tracking is demanded of another table, and of the same name in another schema.
    Example(
        "CREATE SCHEMA old; CREATE TABLE old.orders (id uuid); CREATE TABLE lines (id uuid);",
        config=TRACKED,
    ),
    Example(
        """
        -- file: 001_orders.sql
        CREATE TABLE orders (id uuid);
        -- file: 002_layer.sql
        ALTER TABLE orders ADD COLUMN IF NOT EXISTS orbt_layer smallint;
        """,
        config=TRACKED,
    ),
    Example(
        "CREATE TABLE orders (id uuid, layer int);",
        config="standard = { tracked-tables = ['orders'], layer = 'layer' }",
    ),
]

INVALID = [
    Example("CREATE TABLE orders (id uuid, unique_id text); --! S007", config=TRACKED),
    Example(
        """
        CREATE SCHEMA app;
        CREATE TABLE app."Orders" (id uuid, orbt_layer int);
        ALTER TABLE app."Orders" DROP COLUMN orbt_layer; --! S007
        CREATE TABLE orders (id uuid, "ORBT_LAYER" int); --! S007
        """,
        config=TRACKED,
    ),
]
