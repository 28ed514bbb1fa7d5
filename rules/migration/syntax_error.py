"""A statement is not SQL that the PostgreSQL in use accepts.

The migration stops there: in a transaction everything that the file did is rolled back, without
one the database is left half migrated. Nothing after the statement runs, on the day of the
release. What the statement should have made is missing from everything that is checked here.

The message is PostgreSQL's own, at the place where its grammar gave up; the fault is often one
word before it: a comma too many, a missing parenthesis, a reserved word without quotes. Where the
statement is sound but newer than the server, write it the older way, or say which server it is
for:

    pg-version = 17

As long as nothing says which, only the first statement that needs a newer server than the assumed
one is reported, and the first that needs a still newer one: the history itself shows then which
server it is for.
"""

from collections.abc import Iterator

from ctb_lint.evidence import Target
from ctb_lint.history import History, MigrationFile, Outcome, Statement
from ctb_lint.model import ObjectId, ObjectKind, Schema
from ctb_lint.rule import ERROR, Example, Finding, rule


@rule("M001", severity=ERROR, refused=True)
def syntax_error(
    statement: Statement, file: MigrationFile, history: History, target: Target, schema: Schema
) -> Iterator[Finding]:
    whole = ObjectId(ObjectKind.FILE, None, None, file.path)
    if statement.outcome is Outcome.SYNTAX_ERROR and not statement.dialect:
        message = statement.why or "syntax error"
        yield Finding(
            message=message,
            object=whole,
            at=statement.at or statement.location,
            facet=message,
            hint=statement.hint,
            scope=statement.location,
        )
    elif _needs(statement, schema) and not (target.assumed and _shown(statement, history, schema)):
        assumed = ", which is assumed since none is set" if target.assumed else ""
        yield Finding(
            message=f"{statement.feature} needs PostgreSQL {statement.since}; "
            f"the target is {target.version}{assumed}",
            object=whole,
            at=statement.at or statement.location,
            facet=statement.feature or "",
            hint=f"write it as PostgreSQL {target.version} has it, or set "
            f"`pg-version = {statement.since}`",
        )


def _needs(statement: Statement, schema: Schema) -> int:
    """The newer PostgreSQL that a statement needs, 0 where the target will do."""
    return 0 if _makes(schema, statement.feature or "") else statement.since or 0


def _shown(statement: Statement, history: History, schema: Schema) -> bool:
    """Whether a statement before this one shows that the history is for a server as new."""
    for file in history.files:
        for other in file.statements:
            if other.location == statement.location:
                return False
            if other.since and _needs(other, schema) >= (statement.since or 0):
                return True
    return False


def _makes(schema: Schema, feature: str) -> bool:
    """Whether the feature is a function that the history makes itself, for older servers."""
    return any(f"{function.name.name}()" == feature for function in schema.functions)


VALID = [
    "CREATE TABLE orders (id int, note text DEFAULT 'it''s; fine');",
    "CREATE TABLE plans (id int, UNIQUE NULLS NOT DISTINCT (id));",
    Example(
        "CREATE TABLE plans (id int, twice int GENERATED ALWAYS AS (id * 2) VIRTUAL);",
        config="pg-version = 18",
    ),
    # What PostgreSQL 18 brings, made by hand for the servers before it.
    """
    CREATE FUNCTION uuidv7() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';
    CREATE TABLE orders (id uuid DEFAULT uuidv7());
    """,
    "-- nothing but a comment, with a quote: '",
    # The body of a function is a string: whether it is sound shows when it is called.
    "CREATE FUNCTION soon() RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;",
]

INVALID = [
    "CREATE TABLE orders (id int,); --! M001",
    """
    CREATE TABEL orders (id int); --! M001
    CREATE TABEL parts (id int); --! M001
    CREATE TABLE lines (id int);
    """,
    "INSERT INTO orders VALUES ('never ends); --! M001",
    # A roll-back file must be sound as well.
    """
    -- file: 001_orders.up.sql
    CREATE TABLE orders (id int);
    -- file: 001_orders.down.sql
    DROP TABEL orders; --! M001
    """,
    Example(
        "CREATE TABLE plans (id int, UNIQUE NULLS NOT DISTINCT (id)); --! M001",
        config="pg-version = 13",
    ),
    "CREATE TABLE plans (id uuid DEFAULT uuidv7()); --! M001",
    # Where no version is set, the first statement that needs a newer one says it for all.
    """
    -- file: 001_plans.up.sql
    CREATE TABLE plans (id int, note text);
    SELECT count(*) FROM (SELECT id FROM plans); --! M001
    SELECT count(*) FROM (SELECT note FROM plans);
    -- file: 001_plans.down.sql
    DROP TABLE plans;
    -- file: 002_note.up.sql
    ALTER TABLE plans ADD CONSTRAINT noted NOT NULL note; --! M001
    -- file: 002_note.down.sql
    ALTER TABLE plans DROP CONSTRAINT noted, ADD CONSTRAINT known NOT NULL id;
    """,
    Example(
        """
        CREATE TABLE plans (id int, note text);
        ALTER TABLE plans ADD CONSTRAINT known NOT NULL id; --! M001
        ALTER TABLE plans ADD CONSTRAINT noted NOT NULL note; --! M001
        """,
        config="pg-version = 15",
    ),
]
