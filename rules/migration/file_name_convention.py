"""A migration is not named the way the other files of its history are.

Files are applied in the order of their names. One without the date or number that all others
begin with lands wherever its first letter puts it: `schema.sql` comes after `001_users.sql`, not
before. Many migration tools pass such a file over without a word.

Give it the next date or number, before any database has applied it:

    git mv migrations/add_email.sql migrations/004_add_email.sql

Where the migration tool is known its own form counts: `V1__users.sql` for Flyway,
`1_users.up.sql` for golang-migrate, a number and an underscore for goose, dbmate, sqlx and
Supabase. Of a history that keeps to names of another kind nothing is found. Dated beside numbered
files are M004.
"""

from collections.abc import Iterator

from ctb_lint.history import Convention, Direction, DocumentedHistory, History, Layout
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Example, Finding, Related, rule
from ctb_lint.runners import facts_of, fits


@rule("M003", severity=WARNING, doctrine=True)
def file_name_convention(history: History | DocumentedHistory) -> Iterator[Finding]:
    files = [f for f in history.files if f.direction is Direction.UP and not f.dump]
    if history.layout is Layout.SINGLE:
        return
    if facts_of(history.layout).form:
        yield from _passed_over(history)
        return
    odd = [file for file in files if file.convention is Convention.OTHER]
    rest = [file for file in files if file.convention is not Convention.OTHER]
    # What fewer files do is the exception; of as many, a date or number is the rule.
    if len(odd) > len(rest):
        odd, rest = rest, odd
    if not odd:
        return
    model = rest[0]
    for file in odd:
        position = files.index(file)
        order = f"after {files[position - 1].name}" if position else f"before {files[1].name}"
        yield Finding(
            message=f"{file.name} is {_WORDS[file.convention]}, while {model.name} is "
            f"{_WORDS[model.convention]}; it is applied {order}",
            object=ObjectId(ObjectKind.FILE, None, None, file.path),
            at=file.location,
            hint=f"name it like {model.name}",
            related=(Related(f"how most files of {history.name} are named", model.location),),
        )


def _passed_over(history: History) -> Iterator[Finding]:
    """The files that the history's own tool does not read."""
    facts = facts_of(history.layout)
    for file in history.files:
        name = file.path.rsplit("/", 1)[-1]
        if file.dump or fits(name, history.layout):
            continue
        yield Finding(
            message=f"{name} is not named like {facts.form}: {facts.passes_over}",
            object=ObjectId(ObjectKind.FILE, None, None, file.path),
            at=file.location,
            hint=f"name it like {facts.form}, with the next version, or move it elsewhere",
        )


_WORDS = {
    Convention.DATED: "dated",
    Convention.TIMESTAMPED: "timestamped",
    Convention.NUMBERED: "numbered",
    Convention.OTHER: "neither dated nor numbered",
}

VALID = [
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
    """,
    # One file alone, whatever its name, breaks no convention.
    "-- file: schema.sql\nCREATE TABLE users (id int);",
    # Names of another tool, kept to throughout.
    """
    -- file: V1__users.sql
    CREATE TABLE users (id int);
    -- file: V2__orders.sql
    CREATE TABLE orders (id int);
    """,
    # Roll-back files may be named as they like.
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: down/users.sql
    DROP TABLE users;
    """,
    """
    -- file: 20250101000000_users/migration.sql
    CREATE TABLE users (id int);
    -- file: 20250102000000_orders/migration.sql
    CREATE TABLE orders (id int);
    """,
    # All that Flyway knows: versions, their undoing, a baseline, what it repeats, and callbacks.
    """
    -- file: V1.1__users.sql
    CREATE TABLE users (id int);
    -- file: V2_0__orders.sql
    CREATE TABLE orders (id int);
    -- file: U2_0__orders.sql
    DROP TABLE orders;
    -- file: B1__all.sql
    CREATE TABLE parts (id int);
    -- file: R__views.sql
    CREATE OR REPLACE VIEW ids AS SELECT id FROM users;
    -- file: afterMigrate.sql
    ANALYZE users;
    """,
    # dbmate needs digits, and nothing behind them.
    """
    -- file: 1.sql
    -- migrate:up
    CREATE TABLE users (id int);
    -- migrate:down
    -- file: 20250102-orders.sql
    -- migrate:up
    CREATE TABLE orders (id int);
    -- migrate:down
    """,
    """
    -- file: 00001_users.sql
    -- +goose Up
    CREATE TABLE users (id int);
    -- file: 20250102030405_orders.sql
    -- +goose Up
    CREATE TABLE orders (id int);
    """,
]

INVALID = [
    # Of those that the catalogue names, where it is checked alone.
    """
    -- file: SCHEMA_REFERENCE.md
    | # | Table | Status | Migration |
    |---|-------|--------|-----------|
    | 1 | users | Active | 001_users.sql |
    | 2 | ids | Active | ids.sql | <!--! M003 -->
    | 3 | orders | Active | 002_orders.sql |
    """,
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
    -- file: add_email.sql
    ALTER TABLE users ADD COLUMN email text; --! M003
    """,
    # The dump is meant to come first, and comes last.
    """
    -- file: 2025-08-19_orders.sql
    CREATE TABLE orders (id int);
    -- file: schema.sql
    CREATE TABLE users (id int); --! M003
    """,
    # Flyway passes this file over.
    """
    -- file: 003_parts.sql
    CREATE TABLE parts (id int); --! M003
    -- file: V1__users.sql
    CREATE TABLE users (id int);
    -- file: V2__orders.sql
    CREATE TABLE orders (id int);
    """,
    # One underscore is not enough.
    """
    -- file: V1__users.sql
    CREATE TABLE users (id int);
    -- file: V2__orders.sql
    CREATE TABLE orders (id int);
    -- file: V3_parts.sql
    CREATE TABLE parts (id int); --! M003
    """,
    """
    -- file: 00001_users.sql
    -- +goose Up
    CREATE TABLE users (id int);
    -- file: 00002-orders.sql
    -- +goose Up --! M003
    CREATE TABLE orders (id int);
    -- file: 00003_parts.sql
    -- +goose Up
    CREATE TABLE parts (id int);
    """,
    """
    -- file: 1_users.sql
    -- migrate:up
    CREATE TABLE users (id int);
    -- migrate:down
    -- file: orders.sql
    -- migrate:up --! M003
    CREATE TABLE orders (id int);
    -- migrate:down
    -- file: 3_parts.sql
    -- migrate:up
    CREATE TABLE parts (id int);
    -- migrate:down
    """,
    *(
        Example(
            f"""
            -- file: 1_users{ending}
            CREATE TABLE users (id int);
            -- file: 2_orders{ending}
            CREATE TABLE orders (id int);
            -- file: {stray}
            CREATE TABLE parts (id int); --! M003
            """,
            f"[[histories]]\nname = 'app'\npath = 'migrations'\nlayout = '{layout}'",
        )
        for layout, ending, stray in (
            ("golang-migrate", ".up.sql", "3_parts.sql"),
            ("golang-migrate", ".up.sql", "parts.up.sql"),
            ("sqlx", ".sql", "3-parts.sql"),
            ("supabase", ".sql", "parts.sql"),
            ("rails", ".sql", "parts.sql"),
            ("goose", ".sql", "0_parts.sql"),
        )
    ),
]
