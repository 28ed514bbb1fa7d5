"""A statement names a table, view, sequence or constraint that no file creates.

The history begins with an empty database, so at this point nothing of that name can exist, and
PostgreSQL refuses the statement. The name is misspelt, its schema is missing, or an earlier file
has dropped or renamed the table. A database that was changed by hand hides the fault, until the
migrations are applied to another one.

Correct the name, or add the migration that creates the table. Where objects stand before the
first migration, say so in the configuration:

    [[histories]]
    name = "app"
    path = "migrations"
    from-nothing = false
"""

from collections.abc import Iterator

from ctb_lint.history import History
from ctb_lint.mishaps import UnknownObject, UnknownRelation
from ctb_lint.model import ObjectId
from ctb_lint.rule import ERROR, Finding, Related, rule


@rule("M015", severity=ERROR, refused=True)
def unknown_relation(
    mishap: UnknownRelation | UnknownObject, history: History
) -> Iterator[Finding]:
    if isinstance(mishap, UnknownObject):
        yield _missing_part(mishap)
        return
    gone, name = mishap.dropped, mishap.name
    # What was dropped is not there, whatever stood there before the first file.
    assumed = not gone and (mishap.outside or not history.from_nothing)
    if mishap.created_later or assumed:
        return
    message = f"no file creates {name} ({mishap.role})"
    hint = "add the migration that creates it, or correct the name"
    if gone:
        message = f"{name} was dropped or renamed at {gone.path}:{gone.line} ({mishap.role})"
        hint = "use its new name, or create it again first"
    elif mishap.guessed:
        hint = f"did you mean {mishap.guessed}?"
    elif mishap.role.startswith("DROP "):
        hint = f"write `{mishap.role} IF EXISTS {name}`, or delete the statement"
    yield Finding(
        message=message,
        object=ObjectId(mishap.object_kind, name.schema, None, name.name),
        at=mishap.at,
        facet=f"{mishap.role} in {mishap.at.path}",
        hint=hint,
        related=(Related("it was dropped or renamed here", gone),) if gone else (),
    )


def _missing_part(mishap: UnknownObject) -> Finding:
    """A constraint or index that a statement alters or drops and that its table has not."""
    name, kind = mishap.name, mishap.object_kind
    hint = f"did you mean {mishap.guessed}?" if mishap.guessed else "correct the name"
    return Finding(
        message=f"{name} has no {kind} {mishap.part} ({mishap.role})",
        object=ObjectId(kind, name.schema, name.name, mishap.part),
        at=mishap.at,
        facet=f"{mishap.role} in {mishap.at.path}",
        hint=hint,
    )


VALID = [
    # The name that PostgreSQL makes up is as good as one that was given.
    """
    CREATE TABLE orders (id int UNIQUE CHECK (id > 0));
    ALTER TABLE orders DROP CONSTRAINT orders_id_key, DROP CONSTRAINT orders_id_check;
    ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_nothing;
    """,
    "CREATE TABLE users (id int); ALTER TABLE users ADD COLUMN email text;",
    # What PostgreSQL or an extension brings needs no migration.
    "SELECT count(*) FROM pg_catalog.pg_class; SELECT * FROM information_schema.tables;",
    # Asked for only if it is there.
    """
    CREATE TABLE parts (id int);
    DROP TABLE IF EXISTS users;
    ALTER TABLE IF EXISTS users ADD COLUMN email text;
    """,
    # A common table expression is no relation of the schema.
    """
    CREATE TABLE users (id int, active boolean);
    CREATE VIEW active_users AS WITH chosen AS (SELECT * FROM users) SELECT id FROM chosen;
    """,
    # Guarded by the block itself.
    """
    CREATE TABLE parts (id int);
    DO $$
    BEGIN
        IF to_regclass('public.users') IS NOT NULL THEN
            ALTER TABLE users ADD COLUMN email text;
        END IF;
    END $$;
    """,
    "CREATE TABLE users (id int); ALTER TABLE users RENAME TO people; DROP TABLE people;",
    """
    CREATE SCHEMA app;
    SET search_path = app, public;
    CREATE TABLE users (id int);
    ALTER TABLE app.users ADD COLUMN email text;
    """,
]

INVALID = [
    """
    CREATE TABLE orders (id int CONSTRAINT orders_id_key UNIQUE);
    ALTER TABLE orders DROP CONSTRAINT orders_id_kye; --! M015
    """,
    """
    CREATE TABLE users (id int);
    ALTER TABLE usres ADD COLUMN email text; --! M015
    """,
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 002_people.sql
    ALTER TABLE users RENAME TO people;
    -- file: 003_email.sql
    ALTER TABLE users ADD COLUMN email text; --! M015
    """,
    """
    CREATE TABLE users (id int);
    DROP TABLE users;
    CREATE INDEX users_id ON users (id); --! M015
    """,
    """
    CREATE TABLE users (id int);
    DROP TABLE accounts; --! M015
    COMMENT ON TABLE accounts IS 'once is enough';
    """,
]
