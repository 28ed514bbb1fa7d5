"""A column that is named like a reference has neither a foreign key nor an index.

A column called `customer_id` is joined over and searched by. Without a foreign key its values may
point at nothing, and without an index every search reads the whole table. One of the two is often
forgotten; both missing is worth a look.

Say what it references, and index it:

    ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id);
    CREATE INDEX orders_customer_id_idx ON orders (customer_id);

An index that has the column behind a foreign key's, `(project_id, trace_id)`, will do: the value is
searched for within what the key points at. It is enough that some table has a foreign key on a
column of that name. Where the value belongs to another system and is never searched by, ignore the
finding.
"""

from collections.abc import Iterator

from ctb_lint.coverage import create_index, foreign_key_columns, leads, leads_behind
from ctb_lint.model import Column, ConstraintKind, IndexKey, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import INFO, Example, Finding, rule
from ctb_lint.standard import Standard


@rule("S015", severity=INFO, needs=("columns", "constraints", "indexes"))
def unindexed_reference(
    column: Column, table: Table, schema: Schema, standard: Standard
) -> Iterator[Finding]:
    if not column.name.lower().endswith("_id") or column.type.array:
        return
    if column.name in standard.id_columns or not standard.governed(table):
        return
    foreign = table.constraints_of(ConstraintKind.FOREIGN)
    if any(column.name in key.columns for key in foreign) or leads(table, column.name):
        return
    if leads_behind(table, column.name, foreign_key_columns(schema)):
        return
    yield Finding(
        message=f"{table.name} has neither a foreign key on {quoted(column.name)} "
        "nor an index that begins with it",
        object=table.part(ObjectKind.COLUMN, column.name),
        at=table.lost(ObjectKind.INDEX, column.name) or column.location,
        hint=create_index(schema, table.name, [IndexKey(column=column.name)]),
    )


VALID = [
    # A foreign key without an index is S014's.
    """
    CREATE TABLE customers (id int PRIMARY KEY);
    CREATE TABLE orders (customer_id int REFERENCES customers);
    """,
    "CREATE TABLE orders (customer_id int); CREATE INDEX ON orders (customer_id);",
    # No references by their names; ids of the standard are S010's.
    "CREATE TABLE orders (id int, paid boolean, unique_id text, process_id text, uuid uuid);",
    "CREATE TABLE posts (tag_id int[]);",
    # Governed by nobody.
    """
    CREATE TEMPORARY TABLE scratch (customer_id int);
    CREATE TABLE schema_migrations (commit_id text);
    """,
    Example(
        "CREATE TABLE staging (customer_id int);",
        config="standard = { exempt-tables = ['staging'] }",
    ),
    # Searched for within the project; the index of the column alone is gone on purpose.
    """
    CREATE TABLE projects (id int PRIMARY KEY);
    CREATE TABLE jobs (
        project_id int REFERENCES projects, kind text, trace_id text, score_id text,
        UNIQUE (project_id, kind, trace_id)
    );
    CREATE TABLE media (project_id int, trace_id text, UNIQUE (project_id, trace_id));
    CREATE INDEX idx_trace ON jobs (trace_id);
    CREATE INDEX idx_project_score ON jobs (project_id, score_id) WHERE score_id IS NOT NULL;
    DROP INDEX idx_trace;
    """,
    # Mended by a later file.
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (customer_id int);
    -- file: 002_unique.sql
    ALTER TABLE orders ADD UNIQUE (customer_id);
    """,
]

INVALID = [
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int); --! S015",
    """
    CREATE TABLE members (
        group_id int,
        user_id int, --! S015
        "Mail_ID" text, --! S015
        PRIMARY KEY (group_id, user_id)
    );
    """,
    # Another column of the name, made since.
    """
    CREATE TABLE orders (id int, customer_id int UNIQUE, matrix_id text);
    CREATE INDEX idx_matrix ON orders (matrix_id);
    DROP INDEX idx_matrix;
    ALTER TABLE orders DROP COLUMN customer_id;
    ALTER TABLE orders DROP COLUMN matrix_id;
    ALTER TABLE orders
        ADD COLUMN customer_id int, --! S015
        ADD COLUMN matrix_id text; --! S015
    """,
    # Not among the keys behind the foreign key's column, or not for every row.
    """
    CREATE TABLE projects (id int PRIMARY KEY);
    CREATE TABLE jobs (
        project_id int REFERENCES projects, done boolean,
        trace_id text, --! S015
        score_id text --! S015
    );
    CREATE INDEX idx_trace ON jobs (project_id) INCLUDE (trace_id);
    CREATE INDEX idx_score ON jobs (project_id, score_id) WHERE done;
    """,
    """
    CREATE TABLE orders (customer_id int);
    CREATE INDEX idx_customer ON orders (customer_id);
    DROP INDEX idx_customer; --! S015
    """,
]
