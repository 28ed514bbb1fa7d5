"""No index leads with the columns of a foreign key.

PostgreSQL indexes the table that is referenced, never the one that references. Whenever a
referenced row is deleted or its key changes, the referencing table is searched for it: without an
index, from end to end, once a row, while locks are held. Joins along the key read it all as well.

Index the columns:

    CREATE INDEX orders_customer_id_idx ON orders (customer_id);

Their order does not matter, and more columns may follow them. A primary key or unique constraint
that leads with them will do, and so will an index `WHERE customer_id IS NOT NULL`. A column that
only says whose the referenced row is, being itself a foreign key there, need not be in the index.
"""

from collections.abc import Iterator

from ctb_lint.coverage import covers
from ctb_lint.cures import index_added
from ctb_lint.history import History
from ctb_lint.model import Constraint, ConstraintKind, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import WARNING, Finding, Safety, rule
from ctb_lint.standard import Standard


@rule(
    "S014",
    severity=WARNING,
    needs=("columns", "constraints", "indexes"),
    fixable=Safety.SAFE,
)
def unindexed_foreign_key(
    key: Constraint, table: Table, schema: Schema, standard: Standard, history: History | None
) -> Iterator[Finding]:
    # A partition's keys and indexes are its parent's.
    if key.kind is not ConstraintKind.FOREIGN or table.partition_of:
        return
    if not _is_first(key, table) or _is_unindexed_id(key, table, standard):
        return
    if covers(table, key.columns) or any(table.column(name) is None for name in key.columns):
        return
    own = _own_columns(key, schema)
    if own and covers(table, own):
        return
    listed = ", ".join(map(quoted, key.columns))
    what = f"column {listed}" if len(key.columns) == 1 else f"columns ({listed})"
    lost = table.lost(ObjectKind.INDEX, key.columns[0])
    fix = index_added(schema, history, table.name, key.columns, lost)
    yield Finding(
        message=f"{table.name} has no index on the {what} of foreign key {quoted(key.name)}",
        object=table.part(ObjectKind.CONSTRAINT, key.name),
        at=lost or key.location or table.location,
        hint=fix.statements[0],
        fix=fix,
    )


def _own_columns(key: Constraint, schema: Schema) -> list[str]:
    """The columns that tell one referenced row from another, without those that say whose it is:
    of ``(id, project_id)``, where ``project_id`` is itself a foreign key there, the first."""
    target = schema.table(key.references) if key.references else None
    if target is None:
        return []
    owners = {n for other in target.constraints_of(ConstraintKind.FOREIGN) for n in other.columns}
    pairs = zip(key.columns, key.referenced_columns, strict=False)
    return [name for name, referenced in pairs if referenced not in owners]


def _is_first(key: Constraint, table: Table) -> bool:
    """Whether no foreign key before it has the same columns: one index serves them all."""
    alike = (
        other.name
        for other in table.constraints_of(ConstraintKind.FOREIGN)
        if set(other.columns) == set(key.columns)
    )
    return next(alike, key.name) == key.name


def _is_unindexed_id(key: Constraint, table: Table, standard: Standard) -> bool:
    """Whether S010 has the same to say."""
    return (
        len(key.columns) == 1 and key.columns[0] in standard.id_columns and standard.governed(table)
    )


_PARENTS = """
    CREATE TABLE customers (id int PRIMARY KEY);
    CREATE TABLE shops (country text, nr int, PRIMARY KEY (country, nr));"""

VALID = [
    f"""{_PARENTS}
    CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers);
    CREATE INDEX ON orders (customer_id, id);
    """,
    # In any order, with more behind it.
    f"""{_PARENTS}
    CREATE TABLE orders (
        country text, shop int, id int,
        FOREIGN KEY (country, shop) REFERENCES shops (country, nr),
        PRIMARY KEY (shop, country, id)
    );
    """,
    # The index comes in another file, under a name that needs quotes; the table is renamed.
    f"""
    -- file: 001_orders.sql
    {_PARENTS}
    CREATE TABLE "Order" ("customerId" int REFERENCES customers (id));
    -- file: 002_index.sql
    CREATE INDEX "Order by customer" ON "Order" USING hash ("customerId");
    ALTER TABLE "Order" RENAME COLUMN "customerId" TO customer_id;
    ALTER TABLE "Order" RENAME TO orders;
    """,
    # Equality never finds NULL.
    f"""{_PARENTS}
    CREATE TABLE orders (customer_id int REFERENCES customers);
    CREATE INDEX ON orders (customer_id) WHERE customer_id IS NOT NULL;
    """,
    # An exclusion constraint has an index, too.
    f"""{_PARENTS}
    CREATE EXTENSION btree_gist;
    CREATE TABLE stays (
        customer_id int REFERENCES customers, at daterange,
        EXCLUDE USING gist (customer_id WITH =, at WITH &&)
    );
    """,
    # The customer finds the row; the shop only says whose it is.
    """
    CREATE TABLE shops (id int PRIMARY KEY);
    CREATE TABLE customers (
        id int, shop_id int REFERENCES shops,
        PRIMARY KEY (shop_id, id)
    );
    CREATE TABLE orders (
        customer_id int, shop_id int,
        FOREIGN KEY (shop_id, customer_id) REFERENCES customers
    );
    CREATE INDEX ON orders USING hash (customer_id);
    """,
    # A partition has its parent's foreign keys and indexes.
    f"""{_PARENTS}
    CREATE TABLE logs (at date, customer_id int REFERENCES customers) PARTITION BY RANGE (at);
    CREATE INDEX ON logs (customer_id);
    CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    """,
    # The foreign key is gone.
    f"""{_PARENTS}
    CREATE TABLE orders (customer_id int REFERENCES customers);
    ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;
    """,
]

INVALID = [
    f"""{_PARENTS}
    CREATE TABLE orders (
        id int PRIMARY KEY,
        customer_id int REFERENCES customers ON DELETE CASCADE --! S014
    );
    """,
    f"""{_PARENTS}
    CREATE TABLE orders (
        id int, country text, shop int, customer_id int,
        PRIMARY KEY (id, customer_id),
        CONSTRAINT shop FOREIGN KEY (country, shop) REFERENCES shops, --! S014
        FOREIGN KEY (customer_id) REFERENCES customers --! S014
    );
    CREATE INDEX ON orders (country, id, shop);
    CREATE INDEX ON orders ((customer_id + 1));
    CREATE INDEX ON orders (customer_id) WHERE id > 100;
    """,
    f"""
    -- file: 001_orders.sql
    {_PARENTS}
    CREATE TABLE orders (customer_id int REFERENCES customers);
    CREATE INDEX idx_customer ON orders (customer_id);
    -- file: 002_drop.sql
    DROP INDEX idx_customer; --! S014
    """,
    # The shop alone finds all orders of all its customers.
    """
    CREATE TABLE shops (id int PRIMARY KEY);
    CREATE TABLE customers (
        id int, shop_id int REFERENCES shops,
        PRIMARY KEY (shop_id, id)
    );
    CREATE TABLE orders (
        customer_id int, shop_id int,
        FOREIGN KEY (shop_id, customer_id) REFERENCES customers --! S014
    );
    CREATE INDEX ON orders (shop_id);
    """,
    # Two foreign keys of one column lack one index.
    f"""{_PARENTS}
    CREATE TABLE people (id int PRIMARY KEY);
    CREATE TABLE orders (
        customer_id int,
        CONSTRAINT a FOREIGN KEY (customer_id) REFERENCES customers, --! S014
        CONSTRAINT b FOREIGN KEY (customer_id) REFERENCES people
    );
    """,
]
