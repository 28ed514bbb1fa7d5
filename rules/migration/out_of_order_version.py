"""A new migration has a lower version than one that was applied already.

Two branches each took the next number, and the one with the higher number was merged and released
first. What happens to the other depends on the tool: golang-migrate passes over it without a word,
Flyway and goose refuse to run, Rails, dbmate and Diesel apply it after the later ones. Databases
that were built in another order may end up different.

Give the new file a version above all that are released:

    git mv migrations/006_orders.sql migrations/009_orders.sql
"""

from collections.abc import Iterator

from ctb_lint.changed_files import FileChange, FileChangeKind
from ctb_lint.history import Convention, Direction, History, Layout, MigrationFile
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Example, Finding, Related, rule

LATE = "applies it after that one, in another order than a new database"
OUTCOMES = {
    Layout.DBMATE: f"dbmate {LATE}",
    Layout.DIESEL: f"Diesel {LATE}",
    Layout.FLYWAY: "Flyway refuses to run without outOfOrder",
    Layout.GOLANG_MIGRATE: "golang-migrate passes over it without a word",
    Layout.GOOSE: "goose refuses to run without -allow-missing",
    Layout.PRISMA: f"Prisma {LATE}",
    Layout.PSQL: "nobody who goes on from there runs it",
    Layout.RAILS: f"Rails {LATE}",
    Layout.SQLX: f"sqlx {LATE}",
    Layout.SQL_MIGRATE: f"sql-migrate {LATE}",
    Layout.SUPABASE: "Supabase refuses to push without --include-all",
    Layout.UP_DOWN_FOLDER: f"Diesel {LATE}",
    Layout.MIGRATION_FOLDER: f"Prisma {LATE}",
}
UNKNOWN = "its tool passes over it, refuses it, or applies it after that one"


@rule("M021", severity=WARNING)
def out_of_order_version(change: FileChange, history: History) -> Iterator[Finding]:
    file, newest = change.file, change.newest_released
    arrived = change.kind is FileChangeKind.ADDED or (
        change.kind is FileChangeKind.RENAMED and not change.released
    )
    if not arrived or file is None or newest is None or not _is_before(file, newest):
        return
    yield Finding(
        message=f"{file.path} is new, and comes before {newest.path}, which is released: "
        f"{OUTCOMES.get(history.layout, UNKNOWN)}",
        object=ObjectId(ObjectKind.FILE, None, None, file.path),
        at=change.at,
        hint=f"give it a version above {newest.version or newest.name}",
        related=(Related("the newest released migration", newest.location),),
    )


def _is_before(file: MigrationFile, newest: MigrationFile) -> bool:
    if file.direction is Direction.DOWN or file.dump or file.convention is not newest.convention:
        return False
    if file.convention is Convention.DATED:
        # Several files of one day have no order among them.
        day = len("YYYY-MM-DD")
        return file.name[:day] < newest.name[:day]
    return bool(file.number) and file.number < newest.number


BEFORE = """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 003_orders.sql
    CREATE TABLE orders (id int);
"""

VALID = [
    Example(BEFORE + "    -- file: 004_parts.sql\n    CREATE TABLE parts (id int);", before=BEFORE),
    # The later file is not released yet.
    Example(
        BEFORE + "    -- file: 002_parts.sql\n    CREATE TABLE parts (id int);",
        config='released = "001"',
        before=BEFORE,
    ),
    # The way back of a file that is there.
    Example(
        """
        -- file: 001_users.up.sql
        CREATE TABLE users (id int);
        -- file: 001_users.down.sql
        DROP TABLE users;
        -- file: 002_orders.up.sql
        CREATE TABLE orders (id int);
        """,
        before="""
        -- file: 001_users.up.sql
        CREATE TABLE users (id int);
        -- file: 002_orders.up.sql
        CREATE TABLE orders (id int);
        """,
    ),
    # Files of one day; and Flyway's repeatable ones, which have no version.
    Example(
        """
        -- file: 2025-08-19_orders.sql
        CREATE TABLE orders (id int);
        -- file: 2025-08-19_users.sql
        CREATE TABLE users (id int);
        """,
        before="""
        -- file: 2025-08-19_users.sql
        CREATE TABLE users (id int);
        """,
    ),
    Example(
        """
        -- file: V2__users.sql
        CREATE TABLE users (id int);
        -- file: R__names.sql
        CREATE OR REPLACE VIEW names AS SELECT id FROM users;
        """,
        before="""
        -- file: V2__users.sql
        CREATE TABLE users (id int);
        """,
    ),
    # By number it comes last, though not by name.
    Example(
        """
        -- file: 9_users.up.sql
        CREATE TABLE users (id int);
        -- file: 10_orders.up.sql
        CREATE TABLE orders (id int);
        """,
        before="""
        -- file: 9_users.up.sql
        CREATE TABLE users (id int);
        """,
    ),
    # There was no other before.
    Example("CREATE TABLE users (id int);", before="-- file: notes.txt\nnothing\n"),
]

INVALID = [
    Example(
        BEFORE
        + """
    -- file: 002_parts.sql
    CREATE TABLE parts (id int); --! M021
    """,
        before=BEFORE,
    ),
    Example(
        """
        -- file: V1__users.sql
        CREATE TABLE users (id int);
        -- file: V1_1__parts.sql
        CREATE TABLE parts (id int); --! M021
        -- file: V2__orders.sql
        CREATE TABLE orders (id int);
        """,
        before="""
        -- file: V1__users.sql
        CREATE TABLE users (id int);
        -- file: V2__orders.sql
        CREATE TABLE orders (id int);
        """,
    ),
    Example(
        """
        -- file: 2025-08-01_parts.sql
        CREATE TABLE parts (id int); --! M021
        -- file: 2025-08-19_users.sql
        CREATE TABLE users (id int);
        """,
        before="""
        -- file: 2025-08-19_users.sql
        CREATE TABLE users (id int);
        """,
    ),
    # A file that was not released yet is moved before one that is.
    Example(
        """
        -- file: 001_users.sql
        CREATE TABLE users (id int);
        -- file: 002_parts.sql
        CREATE TABLE parts (id int); --! M021
        -- file: 003_orders.sql
        CREATE TABLE orders (id int);
        """,
        config='released = "003"',
        before=BEFORE + "    -- file: 004_parts.sql\n    CREATE TABLE parts (id int);",
    ),
]
