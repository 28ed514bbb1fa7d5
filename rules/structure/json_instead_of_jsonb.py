"""A column is `json`, which PostgreSQL stores as text and parses again at every use.

`json` has no equality, so that DISTINCT, GROUP BY and unique constraints refuse the column, it
cannot be indexed by what it holds, and each access to a key reads the whole text. `jsonb` does all
of that.

Convert the column:

    ALTER TABLE orders ALTER COLUMN payload TYPE jsonb USING payload::jsonb;

What `json` keeps and `jsonb` does not is the text itself: white space, the order of keys, repeated
keys. Where that matters (a signature over the text), ignore the finding.
"""

from collections.abc import Iterator

from ctb_lint.coverage import base_type
from ctb_lint.model import Column, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import INFO, Finding, rule
from ctb_lint.standard import Standard


@rule("S022", severity=INFO, needs=("columns",))
def json_instead_of_jsonb(
    column: Column, table: Table, schema: Schema, standard: Standard
) -> Iterator[Finding]:
    base = base_type(schema, column.type)
    if base.key != (None, "json") or not standard.governed(table):
        return
    name = quoted(column.name)
    wanted = "jsonb[]" if base.array else "jsonb"
    yield Finding(
        message=f"{table.name} has {name} as {column.type.canonical}, not jsonb",
        object=table.part(ObjectKind.COLUMN, column.name),
        at=column.type_location or column.location,
        hint=f"ALTER TABLE {table.name} ALTER COLUMN {name} TYPE {wanted} USING {name}::{wanted};",
    )


VALID = [
    "CREATE TABLE orders (payload jsonb NOT NULL DEFAULT '{}', many jsonb[]);",
    # Names, texts and casts.
    "CREATE TABLE orders (json text, \"JSON\" jsonb DEFAULT '{}'::json::jsonb);",
    # A type of one's own that is called so.
    """
    CREATE SCHEMA app; CREATE DOMAIN app.json AS text;
    CREATE TABLE orders (payload app.json);
    """,
    # Mended by a later file.
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (payload json);
    -- file: 002_jsonb.sql
    ALTER TABLE orders ALTER payload TYPE jsonb USING payload::jsonb;
    """,
    "CREATE TEMPORARY TABLE scratch (payload json);",
]

INVALID = [
    """
    CREATE TABLE orders (
        id int,
        payload json NOT NULL, --! S022
        "More" json[] --! S022
    );
    """,
    """
    CREATE TABLE orders (id int);
    CREATE DOMAIN document AS json CHECK (json_typeof(VALUE) = 'object');
    ALTER TABLE orders ADD COLUMN payload pg_catalog.json; --! S022
    ALTER TABLE orders ADD COLUMN other document; --! S022
    """,
]
