"""Two migrations of one history have the same version.

Migration tools keep the applied versions in a table and know a file by its number alone. The
second file of a number is refused, or is passed over since its version is recorded already: its
tables are never made, and nothing says so. It happens when two branches take the next number.

Give the file that was merged last the next free number, as long as no database has applied it:

    git mv migrations/007_orders.sql migrations/008_orders.sql

`7` and `007` are one version. A date is none: two files of one day are fine.
"""

import datetime
from collections.abc import Iterator

from ctb_lint.history import Direction, History, Layout, MigrationFile
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Finding, Related, rule


# It is the migration tool that refuses the second file, and PostgreSQL the second row of its
# table of versions.
@rule("M005", severity=ERROR, refused=True)
def duplicate_version(history: History) -> Iterator[Finding]:
    seen: dict[tuple[int, ...], MigrationFile] = {}
    for file in history.files:
        if file.direction is Direction.DOWN or not _is_version(file, history.layout):
            continue
        number = tuple(int(part) for part in (file.version or "").split("."))
        first = seen.setdefault(number, file)
        if first is file:
            continue
        shown = ".".join(str(part) for part in number)
        yield Finding(
            message=f"{file.name} has version {shown}, which is that of {first.name}",
            object=ObjectId(ObjectKind.FILE, None, None, file.path),
            at=file.location,
            facet=shown,
            hint="give it the next free number, if no database has applied it",
            related=(Related(f"version {shown} is here already", first.location),),
        )


def _is_version(file: MigrationFile, layout: Layout) -> bool:
    """Whether a runner knows the file by its number: Prisma goes by the folder's whole name, and
    a plain day (``20250819_x.sql``) is a date, no version."""
    if file.version is None or layout is Layout.MIGRATION_FOLDER:
        return False
    return layout is not Layout.FLAT or not _is_day(file.version)


def _is_day(version: str) -> bool:
    if len(version) != len("YYYYMMDD") or not version.startswith(("19", "20")):
        return False
    try:
        datetime.date(int(version[:4]), int(version[4:6]), int(version[6:]))
    except ValueError:
        return False
    return True


VALID = [
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
]
