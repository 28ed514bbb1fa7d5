"""PostgreSQL refuses a statement of the history when it is applied to an empty database.

What a reader of SQL cannot see, a server does: a function that is not immutable in an index, a type
that has no default operator class, a key that two rows of the migration share. `ctb-lint check
--shadow` applies the files to a throwaway PostgreSQL, in their runner's order and transactions, and
reports the first statement that is refused, with PostgreSQL's own words.

Mend the statement, or what it stands on. What was applied somewhere already is not edited: where
the production database came about in another way, give the history the dump that it starts from
(`dump` in `[[histories]]`).
"""

from collections.abc import Iterator

from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Example, Finding, rule
from ctb_lint.shadow import Refused, Shadow


@rule("M011", severity=ERROR, refused=True)
def does_not_apply(refused: Refused, shadow: Shadow) -> Iterator[Finding]:
    words = f"{refused.message} [{refused.sqlstate}]" if refused.sqlstate else refused.message
    detail = f" ({refused.detail})" if refused.detail else ""
    files = "file" if refused.not_tried == 1 else "files"
    rest = f"; {refused.not_tried} more {files} not tried" if refused.not_tried else ""
    yield Finding(
        message=f"PostgreSQL {shadow.version} refuses this: {words}{detail}{rest}",
        object=ObjectId(ObjectKind.FILE, None, None, refused.path),
        at=refused.at,
        scope=refused.statement,
        hint=refused.hint or None,
    )


VALID = [
    Example("CREATE TABLE orders (id int PRIMARY KEY, total numeric);", shadow=True),
    # Roles, and extensions that are stood in for.
    Example(
        """
        CREATE EXTENSION IF NOT EXISTS pgcrypto;
        CREATE EXTENSION citext;
        CREATE TABLE orders (id uuid DEFAULT gen_random_uuid(), mail citext);
        GRANT SELECT ON orders TO clerks, "Chief Clerks";
        """,
        shadow=True,
    ),
    # Two files, one of which opens a transaction of its own.
    Example(
        """
        -- file: 001_orders.sql
        BEGIN;
        CREATE TABLE orders (id int);
        COMMIT;
        -- file: 002_index.sql
        CREATE INDEX CONCURRENTLY orders_id ON orders (id);
        """,
        shadow=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (placed_at timestamptz);
        CREATE INDEX ON orders (to_char(placed_at, 'YYYY')); --! M011
        """,
        shadow=True,
    ),
    Example(
        """
        -- file: 001_orders.sql
        CREATE TABLE orders (id int PRIMARY KEY);
        INSERT INTO orders VALUES (1), (1); --! M011
        -- file: 002_parts.sql
        CREATE TABLE parts (id int REFERENCES orders (nr));
        """,
        shadow=True,
    ),
    # A transaction of the tool's.
    Example(
        """
        -- file: 00001_orders.sql
        -- +goose Up
        CREATE TABLE orders (id int, at point);
        CREATE INDEX ON orders (at); --! M011
        -- +goose Down
        DROP TABLE orders;
        """,
        shadow=True,
    ),
]
