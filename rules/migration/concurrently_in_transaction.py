"""A statement that PostgreSQL refuses inside a transaction block stands in one.

CREATE INDEX CONCURRENTLY, DROP INDEX CONCURRENTLY, VACUUM and the like begin and end transactions
of their own. Inside a transaction block PostgreSQL refuses them, and the whole migration is rolled
back. The block need not be in the file: most migration tools open one around each file, and
several statements that a tool sends in one message are one transaction as well.

Put the statement alone into a migration, and tell the tool to leave out its transaction:

    -- +goose NO TRANSACTION
    -- +goose Up
    CREATE INDEX CONCURRENTLY orders_user_id ON orders (user_id);

dbmate has `-- migrate:up transaction:false`, sqlx a first line `-- no-transaction`, diesel
`run_in_transaction = false` in metadata.toml; Flyway leaves it out by itself where nothing else is
in the file. Where it is not known what the tool does, nothing is found without a BEGIN in the
file: name the tool in the configuration, `layout = "goose"`.
"""

from collections.abc import Iterator

from ctb_lint.history import History, MigrationFile, Statement
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Example, Finding, Related, rule
from ctb_lint.runners import RunnerFacts, Sends, facts_of


@rule("M301", severity=ERROR, refused=True)
def concurrently_in_transaction(file: MigrationFile, history: History) -> Iterator[Finding]:
    if not file.applied:
        return
    facts = facts_of(history.layout)
    opened: Statement | None = None
    for statement in file.statements:
        if statement.kind in {"BEGIN", "START TRANSACTION"}:
            opened = statement
        elif statement.kind in {"COMMIT", "ROLLBACK", "PREPARE TRANSACTION"}:
            opened = None
        if not statement.alone or not statement.in_transaction:
            continue
        why = "a BEGIN stands before it" if opened else _why(facts, file)
        yield Finding(
            message=f"{statement.alone} cannot run inside a transaction block: {why}",
            object=ObjectId(ObjectKind.FILE, None, None, file.path),
            at=statement.location,
            facet=statement.alone,
            hint=_hint(facts, file),
            related=(Related("the block begins here", opened.location),) if opened else (),
        )


def _why(facts: RunnerFacts, file: MigrationFile) -> str:
    """Which block is open without a BEGIN in the file."""
    name = file.path.rsplit("/", 1)[-1]
    if facts.wraps is False and facts.sends is Sends.PIPELINE:
        return f"{facts.tool} sends all statements of {name} as one transaction"
    if facts.sends is Sends.WHOLE and not file.transactional:
        return f"{facts.tool} sends all statements of {name} in one message, which is one"
    return f"{facts.tool or 'its migration tool'} runs {name} in one"


def _hint(facts: RunnerFacts, file: MigrationFile) -> str:
    if facts.opt_out is None:
        return "put it into a migration of its own that runs without a transaction"
    return facts.opt_out.replace("{file}", file.path.rsplit("/", 1)[-1])


_GOOSE = "[[histories]]\nname = 'app'\npath = 'migrations'\nlayout = 'goose'"
_SUPABASE = _GOOSE.replace("goose", "supabase")
_MIGRATE = _GOOSE.replace("goose", "golang-migrate")
_SQLX = _GOOSE.replace("goose", "sqlx")
_DIESEL = _GOOSE.replace("goose", "diesel")

VALID = [
    # What the tool does is not known, and the file has no BEGIN.
    "CREATE TABLE a (x int);\nCREATE INDEX CONCURRENTLY a_x ON a (x);",
    # The block is over.
    "BEGIN; CREATE TABLE a (x int); COMMIT; CREATE INDEX CONCURRENTLY a_x ON a (x);",
    # Allowed in a block, for all that its name says.
    """
    BEGIN;
    CREATE TABLE a (x int);
    CREATE MATERIALIZED VIEW b AS SELECT x FROM a;
    CREATE UNIQUE INDEX b_x ON b (x);
    REFRESH MATERIALIZED VIEW CONCURRENTLY b;
    REINDEX TABLE a;
    ANALYZE a;
    COMMIT;
    """,
    # A new label of an enumerated type is allowed since PostgreSQL 12.
    "CREATE TYPE mood AS ENUM ('calm'); BEGIN; ALTER TYPE mood ADD VALUE 'cross'; COMMIT;",
    """
    -- file: 00001_a.sql
    -- +goose NO TRANSACTION
    -- +goose Up
    CREATE TABLE a (x int);
    CREATE INDEX CONCURRENTLY a_x ON a (x);
    """,
    """
    -- file: 1_a.sql
    -- migrate:up
    CREATE TABLE a (x int);
    -- migrate:down
    -- file: 2_a_x.sql
    -- migrate:up transaction:false
    CREATE INDEX CONCURRENTLY a_x ON a (x);
    -- migrate:down transaction:false
    DROP INDEX CONCURRENTLY a_x;
    """,
    """
    -- file: 1_a.sql
    -- +migrate Up notransaction
    CREATE TABLE a (x int);
    CREATE INDEX CONCURRENTLY a_x ON a (x);
    """,
    # Flyway sees that the file holds nothing else, and opens no transaction.
    """
    -- file: V1__a.sql
    CREATE TABLE a (x int);
    -- file: V2__a_x.sql
    CREATE INDEX CONCURRENTLY a_x ON a (x);
    """,
    # One statement in a message is no transaction block.
    Example(
        """
        -- file: 1_a.up.sql
        CREATE TABLE a (x int);
        -- file: 2_a_x.up.sql
        CREATE INDEX CONCURRENTLY a_x ON a (x);
        """,
        _MIGRATE,
    ),
    Example(
        """
        -- file: 1_a.sql
        CREATE TABLE a (x int);
        -- file: 2_a_x.sql
        -- no-transaction
        CREATE INDEX CONCURRENTLY a_x ON a (x);
        """,
        _SQLX,
    ),
    # The first statement of a pipeline finds no transaction.
    Example(
        """
        -- file: 1_a.sql
        CREATE TABLE a (x int);
        -- file: 2_b.sql
        CREATE INDEX CONCURRENTLY a_x ON a (x);
        CREATE TABLE b (x int);
        """,
        _SUPABASE,
    ),
]

INVALID = [
    """
    BEGIN;
    CREATE TABLE a (x int);
    CREATE INDEX CONCURRENTLY a_x ON a (x); --! M301
    COMMIT;
    """,
    """
    START TRANSACTION;
    VACUUM; --! M301
    DROP INDEX CONCURRENTLY a_x; --! M301
    REINDEX TABLE CONCURRENTLY a; --! M301
    REINDEX DATABASE; --! M301
    ALTER TABLE a DETACH PARTITION b CONCURRENTLY; --! M301
    CREATE DATABASE c; --! M301
    ALTER SYSTEM SET work_mem = '8MB'; --! M301
    DISCARD ALL; --! M301
    """,
    """
    -- file: 00001_a.sql
    -- +goose Up
    CREATE TABLE a (x int);
    CREATE INDEX CONCURRENTLY a_x ON a (x); --! M301
    -- +goose Down
    DROP INDEX CONCURRENTLY a_x; --! M301
    DROP TABLE a;
    """,
    # Each direction has its own option.
    """
    -- file: 1_a.sql
    -- migrate:up transaction:false
    CREATE INDEX CONCURRENTLY a_x ON a (x);
    -- migrate:down
    DROP INDEX CONCURRENTLY a_x; --! M301
    """,
    # Without a transaction of its own dbmate still sends a section in one message.
    """
    -- file: 1_a.sql
    -- migrate:up transaction:false
    CREATE TABLE a (x int);
    CREATE INDEX CONCURRENTLY a_x ON a (x); --! M301
    -- migrate:down
    DROP TABLE a;
    """,
    """
    -- file: 1_a.sql
    -- +migrate Up
    CREATE INDEX CONCURRENTLY a_x ON a (x); --! M301
    """,
    """
    -- file: V1__a.sql
    CREATE TABLE a (x int);
    CREATE INDEX CONCURRENTLY a_x ON a (x); --! M301
    """,
    Example(
        """
        -- file: 1_a.up.sql
        CREATE TABLE a (x int);
        CREATE INDEX CONCURRENTLY a_x ON a (x); --! M301
        """,
        _MIGRATE,
    ),
    Example(
        """
        -- file: 1_a.sql
        CREATE INDEX CONCURRENTLY a_x ON a (x); --! M301
        """,
        _SQLX,
    ),
    Example(
        """
        -- file: 1_a/up.sql
        CREATE INDEX CONCURRENTLY a_x ON a (x); --! M301
        """,
        _DIESEL,
    ),
    Example(
        """
        -- file: 1_a.sql
        CREATE INDEX CONCURRENTLY a_x ON a (x);
        CREATE INDEX CONCURRENTLY a_y ON a (y); --! M301
        """,
        _SUPABASE,
    ),
]
