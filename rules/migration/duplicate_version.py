"""Two migrations of one history have the same version.

Migration tools keep the applied versions in a table and know a file by its number alone. The
second file of a number is refused, or is passed over since its version is recorded already: its
tables are never made, and nothing says so. It happens when two branches take the next number.

Give the file that was merged last the next free number, as long as no database has applied it:

    git mv migrations/007_orders.sql migrations/008_orders.sql

`7` and `007` are one version to most tools, `1.0` and `1` to Flyway; dbmate, diesel and Supabase
compare the digits as text. A date is none: two files of one day are fine.
"""

import datetime
from collections.abc import Iterator

from ctb_lint.history import Direction, History, Layout, MigrationFile
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Example, Finding, Related, rule
from ctb_lint.runners import Key, facts_of, identity


# It is the migration tool that refuses the second file, and PostgreSQL the second row of its
# table of versions.
@rule("M005", severity=ERROR, refused=True)
def duplicate_version(history: History) -> Iterator[Finding]:
    facts = facts_of(history.layout)
    seen: dict[tuple[Key, bool], MigrationFile] = {}
    for file in history.files:
        key = identity(file, history.layout)
        if file.direction is Direction.DOWN or file.dump or key is None:
            continue
        if _is_dated(file, history.layout):
            continue
        # Flyway's baseline migration has the version of the one that it stands for.
        baseline = history.layout is Layout.FLYWAY and file.name.startswith("B")
        first = seen.setdefault((key, baseline), file)
        if first is file:
            continue
        shown = ".".join(str(part) for part in key[0]) or key[1]
        does = f"; {facts.twice}" if facts.twice else ""
        yield Finding(
            message=f"{file.name} has version {shown}, which is that of {first.name}{does}",
            object=ObjectId(ObjectKind.FILE, None, None, file.path),
            at=file.location,
            facet=shown,
            hint="give it the next free number, if no database has applied it",
            related=(Related(f"version {shown} is here already", first.location),),
        )


def _is_dated(file: MigrationFile, layout: Layout) -> bool:
    """Whether the digits are a plain day, which no tool is known to take for a version:
    ``20250819_x.sql``."""
    return layout in {Layout.FLAT, Layout.PSQL} and _is_day(file.version or "")


def _is_day(version: str) -> bool:
    if len(version) != len("YYYYMMDD") or not version.startswith(("19", "20")):
        return False
    try:
        datetime.date(int(version[:4]), int(version[4:6]), int(version[6:]))
    except ValueError:
        return False
    return True


VALID = [
    # sql-migrate lists files by their whole names.
    """
    -- file: 20240101000000-users.sql
    -- +migrate Up
    CREATE TABLE users (id int);
    -- file: 20240101000000-orders.sql
    -- +migrate Up
    CREATE TABLE orders (id int);
    """,
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
    """,
    # Two files of one day.
    """
    -- file: 2025-08-19_orders.sql
    CREATE TABLE orders (id int);
    -- file: 2025-08-19_users.sql
    CREATE TABLE users (id int);
    """,
    """
    -- file: 20250819_orders.sql
    CREATE TABLE orders (id int);
    -- file: 20250819_users.sql
    CREATE TABLE users (id int);
    """,
    # A migration and its roll-back.
    """
    -- file: 001_users.up.sql
    CREATE TABLE users (id int);
    -- file: 001_users.down.sql
    DROP TABLE users;
    """,
    # Prisma knows a migration by the whole name of its folder.
    """
    -- file: 20250819120000_orders/migration.sql
    CREATE TABLE orders (id int);
    -- file: 20250819120000_users/migration.sql
    CREATE TABLE users (id int);
    """,
    # To dbmate these are two versions, since it compares text.
    """
    -- file: 007_users.sql
    -- migrate:up
    CREATE TABLE users (id int);
    -- migrate:down
    -- file: 7_orders.sql
    -- migrate:up
    CREATE TABLE orders (id int);
    -- migrate:down
    """,
    # 1.1 and 1.10 differ, and a baseline has the version that it stands for.
    """
    -- file: B1.1__all.sql
    CREATE TABLE users (id int);
    -- file: V1.1__users.sql
    CREATE TABLE users (id int);
    -- file: V1.10__orders.sql
    CREATE TABLE orders (id int);
    -- file: U1.10__orders.sql
    DROP TABLE orders;
    """,
]

INVALID = [
    """
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
    -- file: 002_users.sql
    CREATE TABLE users (id int); --! M005
    """,
    """
    -- file: 01_orders.sql
    CREATE TABLE orders (id int);
    -- file: 1_users.sql
    CREATE TABLE users (id int); --! M005
    """,
    """
    -- file: 20250819120000_a.up.sql
    CREATE TABLE orders (id int);
    -- file: 20250819120000_b.up.sql
    CREATE TABLE users (id int); --! M005
    -- file: 20250819120000_c.up.sql
    CREATE TABLE parts (id int); --! M005
    """,
    # Two branches took the next number, and were merged.
    """
    -- file: 004_users.sql
    CREATE TABLE users (id int);
    -- file: 005_a.sql
    CREATE TABLE a (id int);
    -- file: 005_b.sql
    CREATE TABLE b (id int); --! M005
    """,
    # To Flyway a point is an underscore, and zeros at either end do not count.
    """
    -- file: V1.0__orders.sql
    CREATE TABLE orders (id int);
    -- file: V1__users.sql
    CREATE TABLE users (id int); --! M005
    -- file: V02.1__lines.sql
    CREATE TABLE lines (id int);
    -- file: V2_1__parts.sql
    CREATE TABLE parts (id int); --! M005
    """,
    """
    -- file: 005_a.sql
    -- +goose Up
    CREATE TABLE a (id int);
    -- file: 5_b.sql
    -- +goose Up --! M005
    CREATE TABLE b (id int);
    """,
    """
    -- file: 5_a.sql
    -- migrate:up
    CREATE TABLE a (id int);
    -- migrate:down
    -- file: 5_b.sql
    -- migrate:up --! M005
    CREATE TABLE b (id int);
    -- migrate:down
    """,
    *(
        Example(
            f"""
            -- file: {one}
            CREATE TABLE a (id int);
            -- file: {other}
            CREATE TABLE b (id int); --! M005
            """,
            f"[[histories]]\nname = 'app'\npath = 'migrations'\nlayout = '{layout}'",
        )
        for layout, one, other in (
            ("golang-migrate", "001_a.up.sql", "1_b.up.sql"),
            ("sqlx", "001_a.sql", "1_b.sql"),
            ("rails", "20250819_a.sql", "20250819_b.sql"),
            ("supabase", "20250819120000_a.sql", "20250819120000_b.sql"),
            ("diesel", "2025-08-19-120000_a/up.sql", "20250819120000_b/up.sql"),
        )
    ),
]
