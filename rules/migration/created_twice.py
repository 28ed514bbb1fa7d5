"""Something is created that is there already.

PostgreSQL refuses the second one, so the history cannot be applied to an empty database. Often
two branches added the same column, or an old file was copied to start a new one. Which of the two
definitions the running database has, nobody can tell from the files.

Delete the second one where they are the same. Where they differ, change what is there: ALTER
TABLE, CREATE OR REPLACE VIEW, ALTER TYPE … ADD VALUE; or drop the first before it. IF NOT EXISTS
silences PostgreSQL but keeps the first definition. Two indexes of one name are S012.
"""

from collections.abc import Iterator

from ctb_lint.mishaps import CreatedTwice
from ctb_lint.model import ObjectId, ObjectKind, quoted
from ctb_lint.rule import ERROR, Finding, Related, rule


@rule("M010", severity=ERROR, refused=True)
def created_twice(mishap: CreatedTwice) -> Iterator[Finding]:
    kind, name, part = mishap.object_kind, mishap.name, mishap.part
    if kind is ObjectKind.INDEX:
        return
    hint = _HINTS.get(kind, "delete the second one, or drop the first before it")
    if part is None:
        named = ObjectId(kind, name.schema, None, name.name)
        message = f"{kind} {name} exists already"
        if kind is not mishap.existing_kind:
            message = f"{kind} {name}: this name is taken by the {mishap.existing_kind} there"
            hint = f"give the {kind} another name"
    elif kind is ObjectKind.TYPE:
        named = ObjectId(kind, name.schema, None, name.name)
        message = f"type {name} has the value '{part}' already"
    else:
        named = ObjectId(kind, name.schema, name.name, part)
        label = part if part == "primary key" else f"{kind} {quoted(part)}"
        message = f"{name} has a {label} already"
    yield Finding(
        message=message,
        object=named,
        at=mishap.at,
        facet=part or mishap.existing_kind,
        hint=hint,
        related=(Related("the first one is here", mishap.existing),) if mishap.existing else (),
    )


_HINTS = {
    ObjectKind.TABLE: "delete the second one, or change the first with `ALTER TABLE`",
    ObjectKind.VIEW: "write `CREATE OR REPLACE VIEW`, or drop the first before it",
    ObjectKind.COLUMN: "delete the second one, or change the first with `ALTER COLUMN`",
    ObjectKind.TRIGGER: "write `CREATE OR REPLACE TRIGGER`, or drop the first before it",
    ObjectKind.POLICY: "write `ALTER POLICY`, or drop the first before it",
}

VALID = [
    "CREATE TABLE users (id int); DROP TABLE users; CREATE TABLE users (id int);",
    "CREATE TABLE users (id int); CREATE TABLE IF NOT EXISTS users (id int);",
    "CREATE TABLE users (id int); CREATE SCHEMA app; CREATE TABLE app.users (id int);",
    "CREATE VIEW one AS SELECT 1 AS id; CREATE OR REPLACE VIEW one AS SELECT 2 AS id;",
    # Names of columns, and of policies and triggers, are those of one table only.
    """
    CREATE TABLE users (id int);
    CREATE TABLE orders (id int);
    CREATE POLICY owner ON users;
    CREATE POLICY owner ON orders;
    """,
    "CREATE TABLE users (id int); ALTER TABLE users RENAME TO people; CREATE TABLE users (id int);",
    # A temporary table hides the other.
    "CREATE TABLE users (id int); CREATE TEMPORARY TABLE users (id int);",
    # Functions of one name differ in their arguments.
    """
    CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';
    CREATE FUNCTION twice(text) RETURNS text LANGUAGE sql AS 'SELECT $1 || $1';
    """,
    "CREATE SEQUENCE IF NOT EXISTS numbers; CREATE SEQUENCE IF NOT EXISTS numbers;",
]

INVALID = [
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 002_users_again.sql
    CREATE TABLE users (id int); --! M010
    """,
    """
    CREATE TABLE users (id int, email text);
    ALTER TABLE users ADD COLUMN email text; --! M010
    """,
    """
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE VIEW users AS SELECT 1 AS id; --! M010
    ALTER TABLE users ADD PRIMARY KEY (id); --! M010
    CREATE SEQUENCE users; --! M010
    """,
    """
    CREATE TYPE mood AS ENUM ('calm');
    CREATE TYPE mood AS ENUM ('cross'); --! M010
    ALTER TYPE mood ADD VALUE 'calm'; --! M010
    """,
    """
    CREATE TABLE users (id int);
    ALTER TABLE users ADD CONSTRAINT positive CHECK (id > 0);
    ALTER TABLE users ADD CONSTRAINT positive CHECK (id > 1); --! M010
    CREATE POLICY owner ON users;
    CREATE POLICY owner ON users; --! M010
    """,
    """
    CREATE TABLE users (id int);
    CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER seen BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION seen();
    CREATE TRIGGER seen BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION seen(); --! M010
    """,
]
