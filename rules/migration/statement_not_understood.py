"""A statement could not be read, so what it does to the schema is not known.

Nothing that the statement makes, changes or drops is seen: a table may lack its id, or have lost
its index, and every other rule would call it sound. That is why each such statement is named.
Where it could have changed tables this is an error, else a piece of information.

Placeholders (`${schema}`, `{{ owner }}`, `:role`) have no value here: check the files as they are
after they were filled in. SQL that a DO block builds from more than constants cannot be read from
its text: write the statements out where you can. For what must stay as it is, leave the finding out
of that file:

    [per-path-ignores]
    "migrations/2023-04-01_partitions.sql" = ["M002"]
"""

from collections.abc import Iterator

from ctb_lint.history import MigrationFile, Outcome, Statement
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, INFO, Finding, rule


# PostgreSQL may well accept what is found; but what was not read must not pass for clean in any
# profile, and ``refused`` is what puts a rule into all of them.
@rule("M002", severity=ERROR, refused=True)
def statement_not_understood(statement: Statement, file: MigrationFile) -> Iterator[Finding]:
    if statement.outcome is not Outcome.NOT_UNDERSTOOD or statement.dialect:
        return
    kind = statement.kind or "this statement"
    yield Finding(
        message=f"{kind} is not understood: {statement.why or 'it cannot be read'}",
        object=ObjectId(ObjectKind.FILE, None, None, file.path),
        at=statement.at or statement.location,
        facet=f"{statement.kind}: {statement.why}",
        hint=statement.hint or "write it out as plain SQL; what it may change is not checked",
        severity=None if statement.changes_tables else INFO,
    )


VALID = [
    "DO $$ BEGIN CREATE TABLE orders (id int); END $$;",
    # A constant that is executed is as good as the statement itself.
    "DO $$ BEGIN EXECUTE 'CREATE TABLE orders (id int)'; END $$;",
    "DO $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', 'orders_' || '2025'); END $$;",
    "CREATE TABLE orders (note text DEFAULT '${not_a_placeholder}'); -- nor is :this",
    "SELECT '{1,2,3}'::int[]; SELECT (ARRAY[1, 2, 3])[1:2];",
    "CREATE ROLE reader NOLOGIN; DROP ROLE reader;",
]

INVALID = [
    "CREATE TABLE ${schema}.orders (id int); --! M002",
    """
    CREATE TABLE orders (id int);
    DO $$
    DECLARE suffix text := to_char(now(), 'YYYY');
    BEGIN
        EXECUTE 'CREATE TABLE orders_' || suffix || ' (id int)'; --! M002
    END $$;
    """,
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {{ reader }}; --! M002",
    "\\i tables.sql --! M002",
]
