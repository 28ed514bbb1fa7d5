"""IF NOT EXISTS met something else of that name, and the statement did nothing.

PostgreSQL looks at the name only. The statement succeeds, a notice scrolls past, and the columns,
NOT NULLs or keys that it spells out do not exist: rows that they would have refused get in, and the
next statement that relies on them fails.

Change what is there instead of making it again:

    ALTER TABLE orders ADD COLUMN IF NOT EXISTS status text;

A statement that repeats what is there, or asks for less, is no fault. Indexes are the business of
`index-name-collision`.
"""

from collections.abc import Iterator

from ctb_lint.mishaps import SkippedByIfNotExists
from ctb_lint.model import ObjectId, ObjectKind, quoted
from ctb_lint.rule import ERROR, Finding, Related, rule


# Nothing is refused, which is the fault: what the statement promises is missing without a word,
# and rows that its keys and NOT NULLs would have refused get in.
@rule("S018", severity=ERROR, refused=True)
def skipped_by_if_not_exists(mishap: SkippedByIfNotExists) -> Iterator[Finding]:
    if mishap.object_kind is ObjectKind.INDEX or not mishap.differences:
        return
    name = mishap.name
    if mishap.part is None:
        what, object_ = str(name), ObjectId(mishap.object_kind, name.schema, None, name.name)
    else:
        what = f"{name}.{quoted(mishap.part)}"
        object_ = ObjectId(mishap.object_kind, name.schema, name.name, mishap.part)
    yield Finding(
        message=f"IF NOT EXISTS leaves {what} as it is: {'; '.join(mishap.differences)}",
        object=object_,
        at=mishap.at,
        scope=mishap.statement,
        hint="change what is there with ALTER, or take this statement out",
        related=(Related("the first one is here", mishap.existing),) if mishap.existing else (),
    )


VALID = [
    # The same again, in other words.
    """
    CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY, note varchar(20) NOT NULL);
    CREATE TABLE IF NOT EXISTS public.orders (
        id integer, note character varying(20) NOT NULL, PRIMARY KEY (id)
    );
    """,
    # Less than what is there.
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (id int PRIMARY KEY, note text NOT NULL);
    -- file: 002_again.sql
    CREATE TABLE IF NOT EXISTS orders (id int, note text);
    ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;
    """,
    # Another schema, another name, one that had gone.
    """
    CREATE SCHEMA app;
    CREATE TABLE orders (id int);
    CREATE TABLE IF NOT EXISTS app.orders (id text);
    CREATE TABLE IF NOT EXISTS "Orders" (id text);
    DROP TABLE orders;
    CREATE TABLE IF NOT EXISTS orders (id text);
    """,
    # A column that came from another statement.
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (id int);
    ALTER TABLE orders ADD COLUMN status text NOT NULL;
    -- file: 002_again.sql
    CREATE TABLE IF NOT EXISTS orders (id int, status text NOT NULL);
    CREATE SCHEMA IF NOT EXISTS public;
    CREATE SEQUENCE IF NOT EXISTS numbers;
    CREATE SEQUENCE IF NOT EXISTS numbers;
    """,
]

INVALID = [
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (id int PRIMARY KEY);
    -- file: 002_again.sql
    CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY, status text); --! S018
    """,
    """
    CREATE TABLE orders (id int, status int);
    ALTER TABLE orders ADD COLUMN IF NOT EXISTS status text NOT NULL; --! S018
    CREATE TABLE IF NOT EXISTS orders (id int UNIQUE, status int); --! S018
    """,
    """
    CREATE VIEW orders AS SELECT 1 AS id;
    CREATE TABLE IF NOT EXISTS orders (id int); --! S018
    """,
]
