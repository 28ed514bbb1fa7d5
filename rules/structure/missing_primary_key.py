"""A table has no primary key.

Its rows cannot be told apart: a duplicate cannot be deleted alone, no foreign key can point at a
row without naming other columns, and logical replication refuses to update or delete rows that
have no replica identity.

Give the table one:

    ALTER TABLE orders ADD PRIMARY KEY (id);

On a big table build the unique index first, with `CREATE UNIQUE INDEX CONCURRENTLY`, and then
`ADD PRIMARY KEY USING INDEX`.
"""

from collections.abc import Iterator

from ctb_lint.changes import DropColumn, DropConstraint
from ctb_lint.history import History
from ctb_lint.model import (
    ConstraintKind,
    Index,
    IndexKey,
    Location,
    Schema,
    Table,
    TableKind,
    quoted,
)
from ctb_lint.rule import WARNING, Example, Finding, rule
from ctb_lint.standard import Standard


@rule("S005", severity=WARNING, needs=("columns", "constraints"))
def missing_primary_key(
    table: Table, schema: Schema, standard: Standard, history: History | None
) -> Iterator[Finding]:
    if table.primary_key or not standard.governed(table):
        return
    yield Finding(
        message=f"{table.name} has no primary key",
        object=table.id,
        at=_dropped(table, history) or table.location,
        hint=f"ALTER TABLE {table.name} {_cure(table, schema)};",
    )


def _dropped(table: Table, history: History | None) -> Location | None:
    """Where the table's last primary key went."""
    # The table may have had other names: statements tell which changes are its own.
    own = {gone.location for gone in table.removed}
    place = None
    for change in history.changes if history and own else ():
        if not isinstance(change, DropConstraint | DropColumn) or change.statement not in own:
            continue
        key = change.before.primary_key if change.before else None
        if isinstance(change, DropConstraint):
            ends = change.constraint == key
        else:
            ends = key is not None and change.column.name in key.columns
        if ends:
            place = change.at
    return place


def _cure(table: Table, schema: Schema) -> str:
    """The clause that gives the table a key: of a unique key without NULLs, or of a new column."""
    partitioned = table.kind is TableKind.PARTITIONED
    required = {column.name for column in table.columns if column.not_null}
    for constraint in table.constraints_of(ConstraintKind.UNIQUE):
        if required.issuperset(constraint.columns):
            return f"ADD PRIMARY KEY ({', '.join(map(quoted, constraint.columns))})"
    fit = [index for index in table.indexes if _could_be_key(index, required)]
    if fit:
        best = min(fit, key=lambda index: (len(index.keys), index.name))
        columns = ", ".join(quoted(name) for name in best.columns if name)
        using = f"({columns})" if partitioned else f"USING INDEX {quoted(best.name)}"
        return f"ADD PRIMARY KEY {using}"
    if table.column("id") and not partitioned:
        return "ADD PRIMARY KEY (id)"
    # The key of a partitioned table holds what parts it, and a column that numbers itself cannot
    # be added to a table that others inherit from.
    if partitioned or any(table.name in other.inherits for other in schema.tables.values()):
        return "ADD PRIMARY KEY (…)"
    return "ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"


def _could_be_key(index: Index, required: set[str]) -> bool:
    """Whether PostgreSQL would make a primary key of the index as it is."""
    plain = all(key == IndexKey(column=key.column) and key.column in required for key in index.keys)
    whole = index.predicate is None and not index.nulls_not_distinct
    return index.unique and index.valid and index.method == "btree" and plain and whole


VALID = [
    "CREATE TABLE orders (id uuid PRIMARY KEY);",
    "CREATE TABLE lines (order_id int, nr int, CONSTRAINT pk_lines PRIMARY KEY (order_id, nr));",
    # Mended by a later file.
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (id int NOT NULL);
    -- file: 002_key.sql
    CREATE UNIQUE INDEX orders_id ON orders (id);
    ALTER TABLE orders ADD CONSTRAINT orders_key PRIMARY KEY USING INDEX orders_id;
    """,
    # A partition has its parent's key.
    """
    CREATE TABLE logs (at date, nr int, PRIMARY KEY (at, nr)) PARTITION BY RANGE (at);
    CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    """,
    "CREATE TEMPORARY TABLE scratch (id int);",
    # What a migration tool owns is its own affair, and so is what the configuration exempts.
    "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);",
    Example(
        "CREATE TABLE staging (line text);", config="standard = { exempt-tables = ['staging'] }"
    ),
    """
    CREATE TABLE base (id int PRIMARY KEY, note text);
    CREATE TABLE copied (LIKE base INCLUDING ALL);
    """,
]

INVALID = [
    "CREATE TABLE orders (id uuid, unique_id text UNIQUE); --! S005",
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (id int, CONSTRAINT orders_key PRIMARY KEY (id));
    CREATE TABLE "Order Lines" (id int PRIMARY KEY, note text);
    -- file: 002_drop.sql
    ALTER TABLE orders DROP CONSTRAINT orders_key; --! S005
    ALTER TABLE "Order Lines" DROP COLUMN id; --! S005
    """,
    # The table had another name then.
    """
    CREATE TABLE orders (id int PRIMARY KEY);
    ALTER TABLE orders RENAME TO purchases;
    ALTER TABLE purchases DROP CONSTRAINT orders_pkey; --! S005
    ALTER TABLE purchases RENAME TO sales;
    """,
    # The unique index says which columns tell the rows apart: no longer id alone.
    """
    -- file: 001_media.sql
    CREATE TABLE media (project_id int NOT NULL, id int PRIMARY KEY, token text NOT NULL);
    -- file: 002_within_project.sql
    ALTER TABLE media DROP CONSTRAINT media_pkey; --! S005
    CREATE UNIQUE INDEX media_late ON media (project_id, id) WHERE id > 0;
    CREATE UNIQUE INDEX media_lower ON media (lower(token));
    CREATE UNIQUE INDEX media_three ON media (project_id, id, token);
    CREATE UNIQUE INDEX media_project ON media (project_id, id);
    """,
    """
    CREATE TABLE logs (at date NOT NULL, nr int NOT NULL) PARTITION BY RANGE (at); --! S005
    CREATE UNIQUE INDEX ON logs (nr, at);
    CREATE TABLE events (nr int); --! S005
    CREATE TABLE late_events (late int PRIMARY KEY) INHERITS (events);
    """,
    # An inheriting table does not inherit the key.
    """
    CREATE TABLE base (id int PRIMARY KEY);
    CREATE TABLE child (note text) INHERITS (base); --! S005
    """,
]
