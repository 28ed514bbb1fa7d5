"""A database of many tables, made inside the server."""

from __future__ import annotations

from tests.postgres import Connection, Server

COLUMNS = 10
"""Columns of a table."""
_AT_ONCE = 100
"""Tables made in one transaction."""

_BASE = """
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('draft', 'live', 'gone');
CREATE TABLE app.process (id text PRIMARY KEY);
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.updated_at := now(); RETURN NEW; END';
"""
_MAKE = """
CREATE PROCEDURE app.make(first integer, last integer) LANGUAGE plpgsql AS $make$
BEGIN
    FOR n IN first..last LOOP
        EXECUTE format($t$
            CREATE TABLE app.t%1$s (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                unique_id varchar(255) NOT NULL UNIQUE,
                process_id varchar(255) NOT NULL REFERENCES app.process,
                orbt_layer integer CHECK (orbt_layer BETWEEN 1 AND 4),
                status varchar(50) NOT NULL DEFAULT 'draft'
                    CONSTRAINT t%1$s_known CHECK (status IN ('draft', 'live', 'gone')),
                %2$I numeric(10, 2) DEFAULT 0 CHECK (%2$I >= 0),
                data jsonb DEFAULT '{}',
                mood app.mood DEFAULT 'draft',
                created_at timestamptz NOT NULL DEFAULT now(),
                updated_at timestamptz
            );
            CREATE INDEX t%1$s_process ON app.t%1$s (process_id);
            COMMENT ON TABLE app.t%1$s IS 'The table number %1$s.';
            COMMENT ON COLUMN app.t%1$s.data IS 'Whatever else there is of %1$s.';
        $t$, n, CASE n % 5 WHEN 0 THEN 'amount_' || n ELSE 'amount' END);
        IF n % 5 = 0 THEN
            EXECUTE format($t$
                CREATE TRIGGER touched BEFORE UPDATE ON app.t%1$s
                    FOR EACH ROW EXECUTE FUNCTION app.touch();
                CREATE INDEX t%1$s_live ON app.t%1$s (lower(status)) WHERE mood = 'live';
                CREATE VIEW app.v%1$s AS SELECT id, unique_id FROM app.t%1$s;
            $t$, n);
        END IF;
    END LOOP;
END $make$
"""


def make(connection: Connection, tables: int) -> None:
    """Makes so many tables of ``COLUMNS`` columns each, with keys, checks, defaults, an index and
    comments; every fifth has a trigger, a view and an index on an expression as well, and a
    check on a column that no other table has."""
    connection.execute(_BASE.encode())
    connection.execute(_MAKE.encode())
    # One of them is there already.
    for first in range(1, tables, _AT_ONCE):
        last = min(first + _AT_ONCE - 1, tables - 1)
        connection.execute(f"CALL app.make({first}, {last})".encode())
    connection.execute("VACUUM ANALYZE")


def large_server() -> Server:
    """A server with room for the locks that pg_dump takes, and memory as a small one has."""
    return Server("max_locks_per_transaction=1024", "shared_buffers=128MB")
