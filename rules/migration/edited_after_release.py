"""A migration that was applied somewhere has been edited, renamed or deleted since.

A migration runs once. Databases that have applied the old text never see the new one, and every
database that is built from now on is another. Tools that keep checksums (Flyway, sqlx, Prisma)
notice and refuse to go on, or ask for the database to be reset; the others say nothing.

Take the change back, and write what you want to change as a new migration:

    git checkout main -- migrations/005_orders.sql

What counts as released is what `released` in the configuration says; without it, in a run with
`--since REF`, everything that REF has. Comments and white space are a warning, and only where the
tool may keep checksums. Repeatable migrations of Flyway (`R__views.sql`), files that roll back,
schema dumps, and plain files without number or date are meant to be edited.
"""

import shlex
from collections.abc import Iterator

from ctb_lint.changed_files import FileChange, FileChangeKind
from ctb_lint.history import Convention, Direction, History, Layout, MigrationFile
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, WARNING, Example, Finding, Related, rule

REFUSED = "the next run is refused"
BY_CHECKSUM = {
    Layout.FLYWAY: ("Flyway", REFUSED),
    Layout.SQLX: ("sqlx", REFUSED),
    Layout.PRISMA: ("Prisma", "migrate dev asks to reset the database"),
}
"""Tools that keep a checksum of every file, comments included: what they do about another."""
BY_VERSION = {
    Layout.DBMATE: "dbmate",
    Layout.DIESEL: "Diesel",
    Layout.GOLANG_MIGRATE: "golang-migrate",
    Layout.GOOSE: "goose",
    Layout.RAILS: "Rails",
    Layout.SUPABASE: "Supabase",
}
"""Tools that know an applied migration by its version only."""
VERSION_DECIDES = {*BY_VERSION, Layout.SQLX, Layout.UP_DOWN_FOLDER, Layout.UP_DOWN_SUFFIX}
NO_CHECKSUM = {*BY_VERSION, Layout.PSQL, Layout.SQL_MIGRATE, Layout.UP_DOWN_FOLDER}


# A tool with checksums refuses to run at all. Without one, what the edit was to bring reaches no
# database that has applied the file, and a rebuilt one differs from it without a word.
@rule("M017", severity=ERROR, refused=True)
def edited_after_release(change: FileChange, history: History | None) -> Iterator[Finding]:
    former = change.former
    if former is None or not change.released or _may_change(former, history):
        return
    layout = history.layout if history else None
    said = _said(change, former, layout)
    if said is None:
        return
    fact, minor = said
    yield Finding(
        message=f"{change.path} {fact}",
        object=ObjectId(ObjectKind.FILE, None, None, former.path),
        at=change.at,
        facet=change.kind.value,
        hint=_hint(change, former),
        severity=WARNING if minor else None,
        related=_neighbour(change, history),
    )


def _may_change(former: MigrationFile, history: History | None) -> bool:
    """Whether the file is one that its tool does not take for a step that was made."""
    single = history is not None and history.layout is Layout.SINGLE
    repeatable = former.name.startswith("R__")
    plain = former.convention is Convention.OTHER and former.version is None
    return (
        former.direction is Direction.DOWN
        or former.dump
        or not former.applied
        or single
        or repeatable
        or (plain and not former.released)
    )


def _said(
    change: FileChange, former: MigrationFile, layout: Layout | None
) -> tuple[str, bool] | None:
    """What happened to the file and what comes of it, and whether that is a warning only; None
    where nothing comes of it."""
    if change.kind is FileChangeKind.REWORDED:
        return _reworded(layout)
    if change.kind is FileChangeKind.DELETED:
        return f"is released, and is gone: {_missing(layout)}", False
    if change.kind is FileChangeKind.RENAMED and change.file:
        return _renamed(change, former, change.file, layout)
    return f"is released, and its SQL changed: {_unlike(layout)}", False


def _reworded(layout: Layout | None) -> tuple[str, bool] | None:
    if layout in NO_CHECKSUM:
        return None
    tool, outcome = BY_CHECKSUM.get(
        layout or Layout.FLAT, ("a tool that keeps checksums (Flyway, sqlx, Prisma)", REFUSED)
    )
    fact = "is released, and its text changed, though not what it applies"
    return f"{fact}: {tool} notices by the checksum, and {outcome}", True


def _renamed(
    change: FileChange, former: MigrationFile, now: MigrationFile, layout: Layout | None
) -> tuple[str, bool] | None:
    was = former.path
    if former.name == now.name:
        # The whole folder moved: its tool is told of the new one.
        if change.edited:
            return f"is released (as {was}), and its SQL changed: {_unlike(layout)}", False
        return None
    same = bool(former.number) and former.number == now.number
    if not same:
        again = "it is applied a second time"
        return f"is released as {was}: under its new name {again}", False
    if change.edited:
        return f"is released as {was}, and its SQL changed: {_unlike(layout)}", False
    if layout in VERSION_DECIDES:
        by = BY_VERSION.get(layout, "sqlx") if layout in {*BY_VERSION, Layout.SQLX} else "its tool"
        return f"is released as {was}; it keeps the version, which is all that {by} goes by", True
    if layout is Layout.FLYWAY:
        return f"is released as {was}: Flyway finds another description, and {REFUSED}", False
    return f"is released as {was}: a tool that goes by names applies it a second time", False


def _unlike(layout: Layout | None) -> str:
    if layout in BY_CHECKSUM:
        tool, outcome = BY_CHECKSUM[layout]
        return f"{tool} finds another checksum, and {outcome}"
    tool = BY_VERSION.get(layout or Layout.FLAT, "its tool")
    return f"databases that have it stay as they are, since {tool} never runs it again"


def _missing(layout: Layout | None) -> str:
    if layout in {Layout.FLYWAY, Layout.SQLX}:
        return f"{BY_CHECKSUM[layout][0]} misses it, and {REFUSED}"
    return "a database that is built from now on lacks what it did"


def _hint(change: FileChange, former: MigrationFile) -> str:
    """How to take it back."""
    name = shlex.quote(former.path)
    if change.kind is FileChangeKind.RENAMED:
        back = f"git mv {shlex.quote(change.path)} {name}"
        return f"`{back}`, and write what is to change as a new migration"
    commit = change.commit or "COMMIT"
    return f"`git checkout {commit} -- {name}`, and write what is to change as a new migration"


def _neighbour(change: FileChange, history: History | None) -> tuple[Related, ...]:
    """Where a file that is gone would stand."""
    if change.at is not None or history is None or change.former is None:
        return ()
    former = change.former
    later = [
        file
        for file in history.files
        if file.direction is Direction.UP
        and (file.number, file.name) > (former.number, former.name)
    ]
    if not later:
        return ()
    return (Related("it stood before this file", later[0].location),)


RELEASED_2 = 'released = "002"'
BEFORE = """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
"""

VALID = [
    # sql-migrate keeps no checksum: a comment more is nothing to it.
    Example(
        """
        -- file: 001-users.sql
        -- +migrate Up
        -- Who may log in.
        CREATE TABLE users (id int);
        """,
        before="""
        -- file: 001-users.sql
        -- +migrate Up
        CREATE TABLE users (id int);
        """,
    ),
    # A new migration.
    Example(BEFORE + "    -- file: 003_parts.sql\n    CREATE TABLE parts (id int);", before=BEFORE),
    # Not released yet.
    Example(
        """
        -- file: 001_users.sql
        CREATE TABLE users (id int);
        -- file: 002_orders.sql
        CREATE TABLE orders (id int, total int);
        """,
        config='released = "001"',
        before=BEFORE,
    ),
    # A repeatable migration of Flyway's.
    Example(
        """
        -- file: V1__users.sql
        CREATE TABLE users (id int, name text);
        -- file: R__names.sql
        CREATE OR REPLACE VIEW names AS SELECT id, name FROM users;
        """,
        before="""
        -- file: V1__users.sql
        CREATE TABLE users (id int, name text);
        -- file: R__names.sql
        CREATE OR REPLACE VIEW names AS SELECT name FROM users;
        """,
    ),
    # The way back may be mended.
    Example(
        """
        -- file: 001_users.up.sql
        CREATE TABLE users (id int);
        -- file: 001_users.down.sql
        DROP TABLE IF EXISTS users;
        """,
        before="""
        -- file: 001_users.up.sql
        CREATE TABLE users (id int);
        -- file: 001_users.down.sql
        DROP TABLE users;
        """,
    ),
    # goose runs the upper section only, and keeps no checksum.
    Example(
        """
        -- file: 001_users.sql
        -- +goose Up
        CREATE TABLE users (id int);
        -- +goose Down
        SELECT 'nothing to take back';
        """,
        before="""
        -- file: 001_users.sql
        -- +goose Up
        CREATE TABLE users (id int); -- all of them
        -- +goose Down
        DROP TABLE users;
        """,
    ),
    # The folder moved, and no name in it changed.
    Example(
        """
        -- file: db/001_users.sql
        CREATE TABLE users (id int);
        -- file: db/002_orders.sql
        CREATE TABLE orders (id int);
        """,
        before=BEFORE,
    ),
    # No migration: it is run whenever somebody likes.
    Example(
        "-- file: tables.sql\nCREATE TABLE users (id bigint);",
        before="-- file: tables.sql\nCREATE TABLE users (id int);",
    ),
]

INVALID = [
    Example(
        """
        -- file: 001_users.sql
        CREATE TABLE users (id int, name text); --! M017
        -- file: 002_orders.sql
        CREATE TABLE orders (id int);
        """,
        before=BEFORE,
    ),
    # Only the comments: Flyway notices.
    Example(
        """
        -- file: V1__users.sql
        -- --! M017
        CREATE TABLE users (id int);
        """,
        before="""
        -- file: V1__users.sql
        CREATE TABLE users (id int);
        """,
    ),
    Example(
        """
        -- file: 001_users.sql
        CREATE TABLE users (id int);
        -- file: 003_orders.sql
        CREATE TABLE orders (id int); --! M017
        """,
        before=BEFORE,
    ),
    # golang-migrate and its like keep the version only: a warning.
    Example(
        """
        -- file: 001_people.up.sql
        CREATE TABLE users (id int); --! M017
        """,
        before="""
        -- file: 001_users.up.sql
        CREATE TABLE users (id int);
        """,
    ),
    Example(
        """
        -- file: 2025-01-01-000000_users/up.sql
        CREATE TABLE users (id bigint); --! M017
        -- file: 2025-01-01-000000_users/down.sql
        DROP TABLE users;
        """,
        before="""
        -- file: 2025-01-01-000000_users/up.sql
        CREATE TABLE users (id int);
        -- file: 2025-01-01-000000_users/down.sql
        DROP TABLE users;
        """,
    ),
    # One of the released is edited, and one that is not.
    Example(
        """
        -- file: 001_users.sql
        CREATE TABLE users (id bigint); --! M017
        -- file: 002_orders.sql
        CREATE TABLE orders (id bigint); --! M017
        -- file: 003_parts.sql
        CREATE TABLE parts (id bigint);
        """,
        config=RELEASED_2,
        before=BEFORE + "    -- file: 003_parts.sql\n    CREATE TABLE parts (id int);",
    ),
]
