"""Some migrations of a history can be rolled back, and some cannot.

A history that has down files is one that somebody means to take back. The first migration without
one ends that: the tool stops there, or takes back the row in its table of versions and leaves the
schema as it is, and the next attempt to apply the file fails on what is there already.

Write the way back, in the form that the history uses: a down file, a down section, or the
statements as a comment at the end of the file:

    -- ROLLBACK
    -- ALTER TABLE orders DROP COLUMN note;

Where a migration cannot be taken back, say so in its down file. A history in which no migration
has a way back is left alone: its owners roll forward.
"""

from collections.abc import Iterator

from ctb_lint.history import Convention, Direction, History, Layout, MigrationFile
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import INFO, Example, Finding, Related, rule

LISTED = 5


@rule("M007", severity=INFO, doctrine=True)
def missing_rollback(history: History) -> Iterator[Finding]:
    files = [file for file in history.files if _wants_one(file, history.layout)]
    missing = [file for file in files if not file.rollback]
    model = next((file for file in files if file.rollback), None)
    if not missing or model is None:
        return
    listed = ", ".join(file.name for file in missing[:LISTED])
    if len(missing) > LISTED:
        listed += f" and {len(missing) - LISTED} more"
    yield Finding(
        message=f"{len(missing)} of {len(files)} migrations of {history.name} cannot be rolled "
        f"back: {listed}",
        object=ObjectId(ObjectKind.HISTORY, None, None, history.name),
        at=missing[0].location,
        hint=f"write the way back as {model.name} does",
        related=(Related("this one can be rolled back", model.location),),
    )


def _wants_one(file: MigrationFile, layout: Layout) -> bool:
    """Whether a way back could be expected: not for a dump, nor for what a tool never takes
    back, Flyway's repeatable and baseline migrations."""
    if file.direction is Direction.DOWN or file.dump or not file.applied or not file.statements:
        return False
    if layout is Layout.FLYWAY:
        return file.convention is not Convention.OTHER and not file.name.startswith("B")
    return True


_DBMATE = "[[histories]]\nname = 'app'\npath = 'migrations'\nlayout = 'dbmate'"

VALID = [
    # No migration has one.
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
    """,
    # All have one.
    """
    -- file: 001_users.up.sql
    CREATE TABLE users (id int);
    -- file: 001_users.down.sql
    DROP TABLE users;
    -- file: 002_orders.up.sql
    CREATE TABLE orders (id int);
    -- file: 002_orders.down.sql
    DROP TABLE orders;
    """,
    # In one file or in two, commented or not.
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- Down:
    -- DROP TABLE users;
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);

    /* ROLLBACK
       DROP TABLE orders;
    */
    """,
    """
    -- file: 00001_users.sql
    -- +goose Up
    CREATE TABLE users (id int);
    -- +goose Down
    DROP TABLE users;
    """,
    # What Flyway repeats is never taken back.
    """
    -- file: V1__users.sql
    CREATE TABLE users (id int);
    -- file: U1__users.sql
    DROP TABLE users;
    -- file: R__views.sql
    CREATE OR REPLACE VIEW ids AS SELECT id FROM users;
    """,
    # A program takes the second one back.
    """
    -- file: 001_users.up.sql
    CREATE TABLE users (id int);
    -- file: 001_users.down.sql
    DROP TABLE users;
    -- file: 002_orders.up.sql
    CREATE TABLE orders (id int);
    -- file: 002_orders.down.go
    package migrations
    """,
    # A remark is no rollback.
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- Rollback: not needed
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
    """,
]

INVALID = [
    """
    -- file: 001_users.up.sql
    CREATE TABLE users (id int);
    -- file: 001_users.down.sql
    DROP TABLE users;
    -- file: 002_orders.up.sql
    CREATE TABLE orders (id int); --! M007
    -- file: 003_parts.up.sql
    CREATE TABLE parts (id int);
    """,
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int); --! M007
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
    -- ROLLBACK
    -- DROP TABLE orders;
    """,
    # A down section with nothing in it takes nothing back.
    Example(
        """
        -- file: 1_users.sql
        -- migrate:up
        CREATE TABLE users (id int);
        -- migrate:down
        DROP TABLE users;
        -- file: 2_orders.sql
        -- migrate:up --! M007
        CREATE TABLE orders (id int);
        -- migrate:down
        """,
        _DBMATE,
    ),
    """
    -- file: V1__users.sql
    CREATE TABLE users (id int);
    -- file: U1__users.sql
    DROP TABLE users;
    -- file: V2__orders.sql
    CREATE TABLE orders (id int); --! M007
    """,
    """
    -- file: 1_users/up.sql
    CREATE TABLE users (id int);
    -- file: 1_users/down.sql
    DROP TABLE users;
    -- file: 2_orders/up.sql
    CREATE TABLE orders (id int); --! M007
    """,
]
