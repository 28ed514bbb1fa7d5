"""Migrations stand in another order by name than by number.

Sorted by name, `10_orders.sql` comes before `9_users.sql`. A runner that sorts names applies them
so; one that reads the numbers does it the other way round. The database that you get depends on
the tool, and on the day the tenth file is added an order that always worked changes.

Where the migration tool is known it has one order, and nothing is found.

Write all numbers with the same number of digits. Rename files that no database has applied yet;
where the runner records names, tell it of the new ones:

    git mv migrations/9_users.sql migrations/09_users.sql
"""

from collections.abc import Iterator
from itertools import pairwise

from ctb_lint.history import Direction, DocumentedHistory, History
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Example, Finding, Related, rule
from ctb_lint.runners import facts_of


@rule("M020", severity=WARNING)
def order_ambiguous(history: History | DocumentedHistory) -> Iterator[Finding]:
    if not facts_of(history.layout).order_open:
        return
    files = [f for f in history.files if f.direction is Direction.UP and not f.dump]
    place = {file.path: number for number, file in enumerate(files)}
    numbered = sorted(
        (file for file in files if file.version),
        key=lambda file: (file.convention, file.number, place[file.path]),
    )
    for low, high in pairwise(numbered):
        # Numbers and time stamps in one history are M004.
        if low.convention is not high.convention or place[low.path] < place[high.path]:
            continue
        width = len(high.version or "")
        yield Finding(
            message=f"{high.name} is applied before {low.name} by name, after it by number",
            object=ObjectId(ObjectKind.FILE, None, None, high.path),
            at=high.location,
            facet=low.name,
            hint=f"write all numbers with {width} digits: {(low.version or '').zfill(width)}",
            related=(Related("by number this file comes first", low.location),),
        )


VALID = [
    # A day, and a time of an earlier day.
    """
    -- file: 20230518191501_users.sql
    CREATE TABLE users (id int);
    -- file: 20250625_orders.sql
    CREATE TABLE orders (id int);
    """,
    """
    -- file: 09_users.sql
    CREATE TABLE users (id int);
    -- file: 10_orders.sql
    CREATE TABLE orders (id int);
    """,
    # A runner of files such as these reads the numbers.
    """
    -- file: 9_users.up.sql
    CREATE TABLE users (id int);
    -- file: 9_users.down.sql
    DROP TABLE users;
    -- file: 10_orders.up.sql
    CREATE TABLE orders (id int);
    """,
    # Of different width, but in the same order either way.
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 2_orders.sql
    CREATE TABLE orders (id int);
    """,
    "-- file: 1_users.sql\nCREATE TABLE users (id int);\n"
    "-- file: 2_orders.sql\nCREATE TABLE orders (id int);",
    # goose, Flyway and sqlx read the numbers, dbmate and Supabase sort the names.
    """
    -- file: 9_users.sql
    -- +goose Up
    CREATE TABLE users (id int);
    -- file: 10_orders.sql
    -- +goose Up
    CREATE TABLE orders (id int);
    """,
    """
    -- file: V9__users.sql
    CREATE TABLE users (id int);
    -- file: V10__orders.sql
    CREATE TABLE orders (id int);
    """,
    """
    -- file: 9_users.sql
    -- migrate:up
    CREATE TABLE users (id int);
    -- migrate:down
    -- file: 10_orders.sql
    -- migrate:up
    CREATE TABLE orders (id int);
    -- migrate:down
    """,
    *(
        Example(
            """
            -- file: 9_users.sql
            CREATE TABLE users (id int);
            -- file: 10_orders.sql
            CREATE TABLE orders (id int);
            """,
            f"[[histories]]\nname = 'app'\npath = 'migrations'\nlayout = '{layout}'",
        )
        for layout in ("sqlx", "supabase", "rails")
    ),
    # Folders of versions are put in order by number.
    """
    -- file: 9/01_users.up.sql
    CREATE TABLE users (id int);
    -- file: 10/01_orders.up.sql
    CREATE TABLE orders (id int);
    """,
]

INVALID = [
    # Of those that the catalogue names, where it is checked alone.
    """
    -- file: SCHEMA_REFERENCE.md
    | # | Table | Status | Migration |
    |---|-------|--------|-----------|
    | 1 | users | Active | 9_users.sql |
    | 2 | orders | Active | 10_orders.sql | <!--! M020 -->
    """,
    """
    -- file: 9_users.sql
    CREATE TABLE users (id int);
    -- file: 10_orders.sql
    CREATE TABLE orders (id int); --! M020
    """,
    """
    -- file: 8_users/up.sql
    CREATE TABLE users (id int);
    -- file: 9_parts/up.sql
    CREATE TABLE parts (id int);
    -- file: 10_orders/up.sql
    CREATE TABLE orders (id int); --! M020
    -- file: 11_lines/up.sql
    CREATE TABLE lines (id int);
    """,
    # Whoever feeds the files to psql decides.
    Example(
        """
        -- file: 9_users.sql
        CREATE TABLE users (id int);
        -- file: 10_orders.sql
        CREATE TABLE orders (id int); --! M020
        """,
        "[[histories]]\nname = 'app'\npath = 'migrations'\nlayout = 'psql'",
    ),
]
