"""A statement fails when its file runs a second time, and nothing records that it ran.

Where files are fed to `psql` by hand or by a script, no tool knows which of them have run. Sooner
or later one runs again: after an error half way, on a copy that was restored, because somebody was
not sure. Then the statement fails, or does once more what it has done, and what stands behind it in
the file is not reached.

Write it so that it may run again:

    CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
    ALTER TABLE orders ADD COLUMN IF NOT EXISTS status text;
    DROP TABLE IF EXISTS old_orders;

What PostgreSQL has no such form for (types, policies, constraints) is dropped first with IF EXISTS,
or stands in a DO block that looks whether it is there. A migration tool that records what ran makes
all that needless. The layout of such a history is `psql`.
"""

from collections.abc import Iterator

from ctb_lint.history import Direction, History, Layout, MigrationFile, Statement
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Edit, Example, Finding, Fix, Safety, rule


@rule("M008", severity=WARNING, fixable=Safety.SAFE)
def not_rerunnable(
    statement: Statement, file: MigrationFile, history: History
) -> Iterator[Finding]:
    rerun = statement.rerun
    if rerun is None or history.layout is not Layout.PSQL or file.direction is Direction.DOWN:
        return
    number = file.statements.index(statement) + 1
    yield Finding(
        message=f"{statement.kind or 'this statement'} cannot run twice: a second run {rerun.why}",
        object=ObjectId(ObjectKind.STATEMENT, None, None, file.path),
        facet=f"{number} {statement.kind}",
        at=statement.location,
        hint=rerun.advice,
        fix=Fix(
            "write it so that it can run again",
            tuple(Edit(file.path, at, at, text) for at, text in rerun.inserts),
        )
        if rerun.inserts
        else None,
    )


_PSQL = "histories = [{ name = 'main', path = 'migrations', layout = 'psql' }]"


def _fed_to_psql(text: str) -> Example:
    return Example(text, config=_PSQL)


VALID = [
    # A tool may record what ran.
    "CREATE TABLE orders (id int); CREATE INDEX orders_id_idx ON orders (id);",
    _fed_to_psql(
        """
        BEGIN;
        CREATE SCHEMA IF NOT EXISTS app;
        CREATE TABLE IF NOT EXISTS app.orders (id int PRIMARY KEY, note text);
        CREATE TABLE IF NOT EXISTS copied AS SELECT 1 AS id;
        CREATE SEQUENCE IF NOT EXISTS numbers;
        ALTER TABLE app.orders ADD COLUMN IF NOT EXISTS status text, ALTER note SET NOT NULL;
        ALTER TABLE app.orders DROP COLUMN IF EXISTS gone, DROP CONSTRAINT IF EXISTS gone_too;
        ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
        CREATE INDEX IF NOT EXISTS orders_status_idx ON app.orders (status);
        CREATE OR REPLACE VIEW open_orders AS SELECT id FROM app.orders;
        CREATE MATERIALIZED VIEW IF NOT EXISTS totals AS SELECT count(*) AS n FROM app.orders;
        CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE OR REPLACE TRIGGER t BEFORE UPDATE ON app.orders
            FOR EACH ROW EXECUTE FUNCTION f();
        INSERT INTO app.orders (id, note) VALUES (1, 'one') ON CONFLICT DO NOTHING;
        INSERT INTO copied SELECT 2 WHERE NOT EXISTS (SELECT FROM copied WHERE id = 2);
        UPDATE app.orders SET status = 'open' WHERE status IS NULL;
        COMMENT ON TABLE app.orders IS 'Orders';
        DROP TABLE IF EXISTS old_orders; DROP INDEX IF EXISTS old_idx;
        CREATE TEMP TABLE scratch (id int);
        COMMIT;
        """
    ),
    # Dropped first, in the same file.
    _fed_to_psql(
        """
        CREATE TABLE IF NOT EXISTS orders (id int, status text);
        DROP TYPE IF EXISTS mood;
        CREATE TYPE mood AS ENUM ('good', 'bad');
        DROP POLICY IF EXISTS own ON public.orders;
        CREATE POLICY own ON orders USING (true);
        ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_id_check;
        ALTER TABLE public.orders ADD CONSTRAINT orders_id_check CHECK (id > 0);
        ALTER TABLE orders DROP CONSTRAINT IF EXISTS k, ADD CONSTRAINT k UNIQUE (id);
        DROP INDEX IF EXISTS orders_status_idx;
        CREATE INDEX orders_status_idx ON orders (status);
        """
    ),
    # What the file makes itself is there to be dropped.
    _fed_to_psql("CREATE TABLE IF NOT EXISTS scratch (id int); DROP TABLE scratch;"),
    # All of it is new each time.
    _fed_to_psql(
        """
        DROP TABLE IF EXISTS orders CASCADE;
        CREATE TABLE orders (id int);
        CREATE INDEX ON orders (id);
        CREATE POLICY own ON orders USING (true);
        ALTER TABLE orders ADD CHECK (id > 0);
        INSERT INTO orders VALUES (1);
        """
    ),
    _fed_to_psql(
        """
        DROP SCHEMA IF EXISTS app CASCADE;
        CREATE SCHEMA app;
        CREATE TYPE app.mood AS ENUM ('good');
        CREATE TABLE app.orders (id int, mood app.mood);
        """
    ),
    # A guard of one's own.
    _fed_to_psql(
        """
        DO $$ BEGIN
            IF to_regtype('mood') IS NULL THEN CREATE TYPE mood AS ENUM ('good'); END IF;
        END $$;
        ALTER TYPE mood ADD VALUE IF NOT EXISTS 'bad';
        """
    ),
]

INVALID = [
    _fed_to_psql(
        """
        CREATE TABLE orders ( --! M008
            id int PRIMARY KEY
        );
        """
    ),
    _fed_to_psql(
        """
        CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY, status text, note text);
        ALTER TABLE orders ADD COLUMN email text, ADD nr int; --! M008
        """
    ),
    _fed_to_psql("CREATE SCHEMA app; --! M008"),
    _fed_to_psql("CREATE SEQUENCE numbers; --! M008"),
    _fed_to_psql("CREATE VIEW one AS SELECT 1 AS id; --! M008"),
    _fed_to_psql("CREATE MATERIALIZED VIEW one AS SELECT 1 AS id; --! M008"),
    _fed_to_psql("CREATE TABLE one AS SELECT 1 AS id; --! M008"),
    _fed_to_psql("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; --! M008"),
    _fed_to_psql(
        """
        CREATE TABLE IF NOT EXISTS orders (id int);
        CREATE INDEX orders_id_idx ON orders (id); --! M008
        """
    ),
    _fed_to_psql(
        """
        CREATE TABLE IF NOT EXISTS orders (id int);
        CREATE INDEX ON orders (id); --! M008
        """
    ),
    _fed_to_psql(
        """
        CREATE TABLE IF NOT EXISTS orders (id int);
        CREATE POLICY own ON orders USING (true); --! M008
        """
    ),
    _fed_to_psql(
        """
        CREATE TABLE IF NOT EXISTS orders (id int);
        ALTER TABLE orders ADD CONSTRAINT orders_id_check CHECK (id > 0); --! M008
        """
    ),
    _fed_to_psql(
        """
        CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY);
        INSERT INTO orders VALUES (1); --! M008
        """
    ),
    _fed_to_psql("CREATE TYPE mood AS ENUM ('good'); --! M008"),
    _fed_to_psql(
        """
        DO $$ BEGIN
            IF to_regtype('mood') IS NULL THEN CREATE TYPE mood AS ENUM ('good'); END IF;
        END $$;
        ALTER TYPE mood ADD VALUE 'bad'; --! M008
        """
    ),
    _fed_to_psql(
        """
        -- file: 001_orders.sql
        CREATE TABLE IF NOT EXISTS orders (id int);
        -- file: 002_drop.sql
        DROP TABLE orders; --! M008
        """
    ),
    _fed_to_psql(
        """
        -- file: 001_orders.sql
        CREATE TABLE IF NOT EXISTS orders (id int, note text, CONSTRAINT k CHECK (id > 0));
        -- file: 002_drop.sql
        ALTER TABLE orders DROP note, DROP CONSTRAINT k; --! M008
        """
    ),
    _fed_to_psql(
        """
        CREATE TABLE IF NOT EXISTS orders (id int);
        ALTER TABLE orders RENAME TO bills; --! M008
        """
    ),
]
