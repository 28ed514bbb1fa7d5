"""A name has capital letters, other characters or a reserved word, and must be quoted everywhere.

PostgreSQL folds names without quotes to lower case. Whoever types `SELECT userId FROM Orders` asks
for `userid` of `orders` and is told that there is no such thing. Every query, every tool and every
hand at a prompt has to remember the quotes.

Call things in lower case, with underscores:

    ALTER TABLE "Orders" RENAME TO orders;
    ALTER TABLE orders RENAME COLUMN "userId" TO user_id;

Where a framework makes the names and types the quotes, switch the rule off.
"""

import re
from collections.abc import Iterator

from ctb_lint.model import RESERVED, Index, ObjectKind, Table, quoted
from ctb_lint.rule import INFO, Example, Finding, rule
from ctb_lint.standard import Standard

_PLAIN = re.compile(r"[^\x00-^`{-\x7f][^\x00-#%-/:-^`{-\x7f]*")
"""What PostgreSQL takes for a name as it stands."""


@rule("S030", severity=INFO, needs=("columns",))
def name_needs_quotes(table: Table, standard: Standard) -> Iterator[Finding]:
    # What a migration tool calls its table is its own affair.
    if standard.exempt(table.name):
        return
    if why := _why_quoted(table.name.name):
        yield Finding(
            message=f"the table {table.name} has to be quoted everywhere: {why}",
            object=table.id,
            at=table.location,
            hint=_hint(table.name.name),
        )
    if table.partition_of:  # its columns and indexes are its parent's
        return
    parts = [
        *((ObjectKind.COLUMN, column.name, column.location) for column in table.columns),
        *(
            (ObjectKind.INDEX, index.name, index.location)
            for index in table.indexes
            if index.named and not _is_named_after(index, table)
        ),
    ]
    for kind, name, location in parts:
        if why := _why_quoted(name):
            yield Finding(
                message=f"the {kind} {quoted(name)} of {table.name} has to be quoted: {why}",
                object=table.part(kind, name),
                at=location or table.location,
                hint=_hint(name),
            )


def _is_named_after(index: Index, table: Table) -> bool:
    """Whether it has from its table or a column what has to be quoted: PostgreSQL names indexes so,
    and a database does not tell who named one."""
    columns = (key.column for key in index.keys if key.column)
    return any(name in index.name and _why_quoted(name) for name in (table.name.name, *columns))


def _why_quoted(name: str) -> str | None:
    if name in RESERVED:
        return "it is a reserved word"
    if _PLAIN.fullmatch(name):
        return None
    if _PLAIN.fullmatch(name.lower()):
        return "it has capital letters"
    return "it begins with a digit" if name[:1].isdigit() else "it has other characters"


def _hint(name: str) -> str:
    """A name that needs no quotes, made of this one."""
    if name in RESERVED:
        return f"give it another name than {name}"
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    plain = re.sub(r"[^a-z0-9_\x80-\U0010ffff]+", "_", spaced).strip("_")
    usable = _PLAIN.fullmatch(plain) and plain not in RESERVED
    return f"call it {plain}" if usable else "give it a name of letters, digits and _"


VALID = [
    'CREATE TABLE orders (id int, "user_id" int, _x int, "größe" int, a$b int, name text);',
    # Folded to lower case, since there are no quotes.
    "CREATE TABLE Orders (Id int, UserName text); CREATE INDEX Orders_Id ON ORDERS (ID);",
    # Words that are only reserved elsewhere.
    "CREATE TABLE events (type text, date date, key text, value int, status text, time time);",
    # Renamed since.
    """
    -- file: 001_orders.sql
    CREATE TABLE "Orders" ("userId" int);
    -- file: 002_names.sql
    ALTER TABLE "Orders" RENAME TO orders;
    ALTER TABLE orders RENAME COLUMN "userId" TO user_id;
    """,
    # What a migration tool owns.
    'CREATE TABLE "SequelizeMeta" (name text PRIMARY KEY);',
]

INVALID = [
    """
    CREATE TABLE "Order Lines" ( --! S030
        id int,
        "userId" int, --! S030
        "order" int, --! S030
        "2nd" text --! S030
    );
    CREATE INDEX "byUser" ON "Order Lines" ("userId"); --! S030
    """,
    'CREATE SCHEMA "App"; CREATE TABLE "App"."user" (id int); --! S030',
    """
    -- file: 001_orders.sql
    CREATE TABLE logs (at date) PARTITION BY RANGE (at);
    -- file: 002_column.sql
    ALTER TABLE logs ADD COLUMN "userId" int; --! S030
    CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    """,
    # What PostgreSQL names itself, after what has the name already.
    Example(
        """
        CREATE TABLE "Order Lines" (id int, "userId" int); --! S030 S030
        CREATE INDEX ON "Order Lines" (id);
        CREATE TABLE notes (id int, "userId" int); --! S030
        CREATE INDEX ON notes ("userId");
        """,
        live=True,
    ),
]
