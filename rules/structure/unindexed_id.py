"""No index leads with an id column that rows are looked up by.

Everything that traces a row asks for it by `unique_id`, and everything that undoes a run asks for
its rows by `process_id`. Without an index each such question reads the whole table.

Index the column, or make it unique:

    CREATE INDEX orders_process_id_idx ON orders (process_id);

An index helps only where it leads with the column itself: one on `(status, process_id)`, on
`lower(process_id)`, or on a part of the rows does not. The one part that does is
`WHERE process_id IS NOT NULL`.
"""

from collections.abc import Iterator

from ctb_lint.coverage import leads
from ctb_lint.cures import index_added
from ctb_lint.demands import RequiredIndex
from ctb_lint.history import History
from ctb_lint.model import Column, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import ERROR, Finding, Related, Safety, rule


@rule(
    "S010",
    severity=ERROR,
    doctrine=True,
    needs=("columns", "constraints", "indexes"),
    fixable=Safety.SAFE,
)
def unindexed_id(
    demand: RequiredIndex, table: Table, column: Column, schema: Schema, history: History | None
) -> Iterator[Finding]:
    if leads(table, column.name):
        return
    lost = table.lost(ObjectKind.INDEX, column.name)
    fix = index_added(schema, history, table.name, [column.name], lost)
    yield Finding(
        message=f"{table.name} has no index on {quoted(column.name)}",
        object=table.part(ObjectKind.COLUMN, column.name),
        at=lost or column.location,
        hint=fix.statements[0],
        because=demand,
        related=tuple(_near_misses(table, column)),
        fix=fix,
    )


def _near_misses(table: Table, column: Column) -> Iterator[Related]:
    """The indexes that hold the column and still do not help."""
    for path in table.access_paths():
        reads = [key.expr.columns for key in path.keys if key.expr]
        if path.columns[:1] == (column.name,):
            why = "holds only some of the rows" if path.predicate else f"is a {path.method} index"
        elif column.name in path.columns:
            why = f"does not lead with {quoted(column.name)}"
        elif any(column.name in columns for columns in reads):
            why = f"is on an expression over {quoted(column.name)}"
        else:
            continue
        yield Related(f"{quoted(path.name)} {why}", path.location)


VALID = [
    """
    CREATE TABLE orders (unique_id text UNIQUE, process_id text);
    CREATE INDEX ON orders (process_id);
    """,
    """
    CREATE TABLE orders (unique_id text PRIMARY KEY, process_id text);
    ALTER TABLE orders ADD UNIQUE (process_id, unique_id);
    """,
    """
    CREATE TABLE orders (unique_id text, process_id text, status text);
    CREATE INDEX a ON orders USING hash (unique_id);
    CREATE INDEX b ON orders (process_id DESC, status) INCLUDE (unique_id);
    """,
    # Equality never finds NULL: this index holds all that can be asked for.
    """
    CREATE TABLE orders (unique_id text UNIQUE, process_id text);
    CREATE INDEX orders_process ON orders (process_id) WHERE process_id IS NOT NULL;
    """,
    # A later file, another spelling of the table, and names that changed since.
    """
    -- file: 001_orders.sql
    CREATE TABLE "Orders" (unique_id text UNIQUE, process text);
    CREATE INDEX "by process" ON public."Orders" (process);
    -- file: 002_names.sql
    ALTER TABLE "Orders" RENAME COLUMN process TO process_id;
    ALTER TABLE "Orders" RENAME TO orders;
    """,
    # A partition has its parent's indexes; a table without the column is S001's and S002's.
    """
    CREATE TABLE logs (unique_id text, process_id text, at date) PARTITION BY RANGE (at);
    CREATE INDEX ON logs (unique_id);
    CREATE INDEX ON logs (process_id);
    CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE other (id int);
    """,
]

INVALID = [
    """
    CREATE TABLE orders (
        unique_id text UNIQUE,
        process_id text --! S010
    );
    """,
    """
    CREATE TABLE orders (
        unique_id text, --! S010
        process_id text, --! S010
        status text
    );
    CREATE INDEX a ON orders (status, unique_id);
    CREATE INDEX b ON orders (lower(unique_id));
    CREATE INDEX c ON orders (process_id) WHERE status = 'open';
    CREATE INDEX d ON orders USING brin (process_id);
    """,
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (unique_id text UNIQUE, process_id text);
    CREATE INDEX orders_process ON orders (process_id);
    -- file: 002_drop.sql
    DROP INDEX orders_process; --! S010
    ALTER TABLE orders DROP CONSTRAINT orders_unique_id_key; --! S010
    """,
]
