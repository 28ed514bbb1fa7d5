"""The way back of a migration does not lead back to what was there before it.

A rollback is run when something has gone wrong, by somebody in a hurry. What it leaves behind (a
type, an index, a column of another table) makes the next attempt fail, and what it takes too much
of is gone. `ctb-lint check --shadow` applies every migration to a throwaway PostgreSQL, takes them
back one by one, the last one first, and compares the schema with what it was.

Write into the way back all that the way forth does, in reverse order:

    DROP INDEX orders_state_idx;
    ALTER TABLE orders DROP COLUMN state;
    DROP TYPE order_state;

Behind a way back that does not lead back nothing further is tried. Where PostgreSQL has no way
back (a value of an enum type), say so with a waiver.
"""

from collections.abc import Iterator

from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Example, Finding, rule
from ctb_lint.shadow import Unrestored


@rule("M012", severity=ERROR, refused=True)
def rollback_does_not_restore(found: Unrestored) -> Iterator[Finding]:
    name = found.path.rsplit("/", 1)[-1]
    if found.refused:
        fact = f"PostgreSQL refuses this: {found.refused.message} [{found.refused.sqlstate}]"
    else:
        fact = f"behind it, {', '.join(found.left)}"
    yield Finding(
        message=f"the way back of {name} does not restore what was there: {fact}",
        object=ObjectId(ObjectKind.FILE, None, None, found.path),
        at=found.at,
        hint=(found.refused.hint if found.refused else "") or None,
    )


VALID = [
    Example(
        """
        -- file: 001_orders.up.sql
        CREATE TYPE state AS ENUM ('open');
        CREATE TABLE orders (id int PRIMARY KEY, state state);
        -- file: 001_orders.down.sql
        DROP TABLE orders;
        DROP TYPE state;
        -- file: 002_note.up.sql
        ALTER TABLE orders ADD COLUMN note text;
        -- file: 002_note.down.sql
        ALTER TABLE orders DROP COLUMN note;
        """,
        shadow=True,
    ),
    # No way back is another rule's.
    Example("CREATE TABLE orders (id int);", shadow=True),
]

INVALID = [
    Example(
        """
        -- file: 001_orders.up.sql
        CREATE TYPE state AS ENUM ('open');
        CREATE TABLE orders (id int PRIMARY KEY, state state);
        -- file: 001_orders.down.sql
        DROP TABLE orders; --! M012
        """,
        shadow=True,
    ),
    Example(
        """
        -- file: 001_orders.up.sql
        CREATE TABLE orders (id int PRIMARY KEY);
        -- file: 001_orders.down.sql
        DROP TABLE order; --! M012
        """,
        shadow=True,
    ),
    Example(
        """
        -- file: 00001_orders.sql
        -- +goose Up
        CREATE TABLE orders (id int PRIMARY KEY);
        -- +goose Down
        DROP TABLE orders;
        -- file: 00002_index.sql
        -- +goose Up
        ALTER TABLE orders ADD COLUMN note text;
        CREATE INDEX orders_note ON orders (note);
        -- +goose Down
        DROP INDEX orders_note; --! M012
        """,
        shadow=True,
    ),
]
