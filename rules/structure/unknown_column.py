"""A statement names a column that its table does not have.

PostgreSQL refuses the statement, and with it the rest of its transaction. Mostly the name is
misspelt, or an earlier file renamed or dropped the column.

Name a column that is there, or add it first:

    ALTER TABLE orders ADD COLUMN status text;
    CREATE INDEX orders_status_idx ON orders (status);

Names without double quotes are folded to lower case: `userId` is the column `userid`, and
`"userId"` another.
"""

from collections.abc import Iterator

from ctb_lint.mishaps import UnknownColumn
from ctb_lint.model import ObjectId, ObjectKind, Schema, quoted
from ctb_lint.rule import ERROR, Finding, Related, rule


@rule("S016", severity=ERROR, refused=True, needs=("columns",))
def unknown_column(mishap: UnknownColumn, schema: Schema) -> Iterator[Finding]:
    # A foreign key to a column that is not there is D003's.
    if mishap.role == FOREIGN_TARGET:
        return
    column = quoted(mishap.column)
    table = schema.table(mishap.name)
    lost = table.lost(ObjectKind.COLUMN, mishap.column) if table else None
    guessed = quoted(mishap.guessed) if mishap.guessed else None
    yield Finding(
        message=f"{mishap.name} has no column {column}, which {_naming(mishap.role)} names",
        object=ObjectId(ObjectKind.COLUMN, mishap.name.schema, mishap.name.name, mishap.column),
        at=mishap.at,
        facet=mishap.role,
        hint=f"did you mean `{guessed}`?" if guessed else f"add the column {column} first",
        related=(Related(f"{column} is dropped here", lost),) if lost else (),
    )


FOREIGN_TARGET = "foreign key target"
_CONSTRAINTS = {
    "PRIMARY KEY": "a primary key",
    "UNIQUE": "a unique constraint",
    "CHECK": "a check",
    "FOREIGN KEY": "a foreign key",
    "EXCLUDE": "an exclusion constraint",
}


def _naming(role: str) -> str:
    return _CONSTRAINTS.get(role, role)


VALID = [
    """
    CREATE TABLE orders (id int, "userId" int, CHECK ("userId" > 0), UNIQUE (id));
    CREATE INDEX ON orders ("userId", lower(id::text)) WHERE id > 0;
    """,
    # Names are folded to lower case; system columns are always there.
    """
    CREATE TABLE orders (Id int, STATUS text);
    CREATE INDEX ON orders (iD, status);
    INSERT INTO orders (ID, Status) SELECT 1, ctid::text FROM orders;
    UPDATE orders AS o SET status = o.xmin::text;
    """,
    # Columns of a parent, of another table, of a query.
    """
    CREATE TABLE base (id int);
    CREATE TABLE orders (total int) INHERITS (base);
    CREATE TABLE copied (LIKE orders, note text);
    CREATE INDEX ON orders (id);
    CREATE INDEX ON copied (total, note);
    INSERT INTO copied (id, note) SELECT o.id, b.name FROM orders o, (SELECT 'x' AS name) b;
    """,
    # A column that has another name by now.
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (state text);
    -- file: 002_rename.sql
    ALTER TABLE orders RENAME COLUMN state TO status;
    ALTER TABLE orders ALTER COLUMN status SET NOT NULL, ADD COLUMN at date;
    CREATE INDEX ON orders (status, at);
    """,
    # IF EXISTS asks first.
    "CREATE TABLE orders (id int); ALTER TABLE orders DROP COLUMN IF EXISTS status;",
]

INVALID = [
    """
    CREATE TABLE orders (id int, status text);
    CREATE INDEX ON orders (id, stauts); --! S016
    ALTER TABLE orders DROP COLUMN note; --! S016
    ALTER TABLE orders ALTER COLUMN "Status" SET NOT NULL; --! S016
    INSERT INTO orders (id, state) VALUES (1, 'open'); --! S016
    """,
    """
    CREATE TABLE orders (
        id int,
        UNIQUE (number), --! S016
        CHECK (amount > 0) --! S016
    );
    """,
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (id int, status text);
    -- file: 002_drop.sql
    ALTER TABLE orders DROP COLUMN status;
    -- file: 003_index.sql
    CREATE INDEX ON orders (id) WHERE status = 'open'; --! S016
    """,
]
