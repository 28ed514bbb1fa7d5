"""A statement needs a table, view or type that is created only later.

On an empty database PostgreSQL refuses the statement: a new colleague, a test run or a recovery
cannot build the schema from its migrations. Where the history grew on one long-lived database
nobody notices, until the second database is needed.

Move the statement behind the one that creates what it needs, or create that first. Where two
tables need each other, create both and add the foreign key afterwards:

    ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id);

Where the object stands before the first migration, say so: `from-nothing = false`.
"""

from collections.abc import Iterator

from ctb_lint.history import History
from ctb_lint.mishaps import UnknownRelation, UnknownType
from ctb_lint.model import ObjectId
from ctb_lint.rule import ERROR, Finding, Related, rule


# A type that is created later is created all the same, so it is no unknown type (S020).
@rule("M006", severity=ERROR, refused=True, subsumes=("S020",))
def depends_on_later_file(
    mishap: UnknownRelation | UnknownType, history: History
) -> Iterator[Finding]:
    later = mishap.created_later
    # In a history that assumes objects, the one that is named may be an older one of that name.
    if later is None or not history.from_nothing:
        return
    role = mishap.role if isinstance(mishap, UnknownRelation) else "column type"
    name, path = mishap.name, mishap.at.path
    if later.path == path:
        where = f"created only at line {later.line}"
        hint = "create it before the statement that needs it"
    else:
        where = f"created only by {later.path}; {path} is applied before that"
        hint = f"move the statement to {later.path} or behind it"
    if role.startswith("DROP "):
        hint = f"write `{role} IF EXISTS {name}`"
    yield Finding(
        message=f"{name} is used here ({role}) but {where}",
        object=ObjectId(mishap.object_kind, name.schema, None, name.name),
        at=mishap.at,
        facet=f"{role} in {path}",
        hint=hint,
        related=(Related(f"{name} is created here", later),),
    )


VALID = [
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int PRIMARY KEY);
    -- file: 002_orders.sql
    CREATE TABLE orders (user_id int REFERENCES users);
    """,
    # A table may refer to itself.
    "CREATE TABLE parts (id int PRIMARY KEY, whole_id int REFERENCES parts);",
    # What is dropped only if it is there need not be there.
    "DROP TABLE IF EXISTS users; CREATE TABLE users (id int);",
    # The body of a function is looked at when it is called.
    """
    CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE users SET seen = now();
        RETURN NEW;
    END $$;
    CREATE TABLE users (seen timestamptz);
    """,
    # Made, dropped and made again.
    """
    CREATE TABLE users (id int);
    ALTER TABLE users ADD COLUMN email text;
    DROP TABLE users;
    CREATE TABLE users (id int);
    """,
    "CREATE TYPE mood AS ENUM ('calm'); CREATE TABLE days (mood mood);",
    # Flyway reads the numbers, and applies what it repeats last.
    """
    -- file: R__ids.sql
    CREATE OR REPLACE VIEW ids AS SELECT id, email FROM users;
    -- file: V10__email.sql
    ALTER TABLE users ADD COLUMN email text;
    -- file: V2__users.sql
    CREATE TABLE users (id int);
    """,
    """
    -- file: 10_email.sql
    -- +goose Up
    ALTER TABLE users ADD COLUMN email text;
    -- file: 9_users.sql
    -- +goose Up
    CREATE TABLE users (id int);
    """,
]

INVALID = [
    """
    -- file: 001_email.sql
    ALTER TABLE users ADD COLUMN email text; --! M006
    -- file: 002_users.sql
    CREATE TABLE users (id int);
    """,
    """
    CREATE TABLE lines (id int);
    CREATE INDEX orders_id ON orders (id); --! M006
    CREATE TABLE orders (id int);
    """,
    """
    -- file: 001_days.sql
    CREATE TABLE days (
        id int,
        mood mood --! M006
    );
    -- file: 002_mood.sql
    CREATE TYPE mood AS ENUM ('calm', 'cross');
    """,
    """
    DROP TABLE users; --! M006
    CREATE TABLE users (id int);
    """,
    """
    CREATE VIEW open_orders AS SELECT * FROM orders; --! M006
    CREATE TABLE orders (id int);
    """,
    # dbmate sorts names: 10 comes before 9.
    """
    -- file: 10_email.sql
    -- migrate:up
    ALTER TABLE users ADD COLUMN email text; --! M006
    -- migrate:down
    -- file: 9_users.sql
    -- migrate:up
    CREATE TABLE users (id int);
    -- migrate:down
    """,
]
