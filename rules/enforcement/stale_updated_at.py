"""The time of the last change is set when a row is inserted and never again.

A default counts for INSERT only. An UPDATE that does not name the column leaves it as it was, so
that the row says it was never changed; caches, exports and replicas that ask for "what changed
since" then miss it for good.

Let a trigger set it:

    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.updated_at := now();
        RETURN NEW;
    END $$;
    CREATE TRIGGER orders_touch BEFORE UPDATE ON orders
        FOR EACH ROW EXECUTE FUNCTION touch();

This is information: an application may set it in each of its statements.
"""

from collections.abc import Iterator

from ctb_lint.allowed import base_type, default_of
from ctb_lint.column_names import holds_change_time
from ctb_lint.datatypes import family
from ctb_lint.enforced import bodies, live_triggers
from ctb_lint.model import Column, ObjectKind, Schema, Table, TableKind, quoted
from ctb_lint.rule import INFO, Finding, rule

_CLOCKS = frozenset(
    {
        "now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday",
        "current_timestamp", "localtimestamp", "current_date",
    }
)  # fmt: skip


@rule("E012", severity=INFO, needs=("columns", "triggers", "functions", "trigger bodies"))
def stale_updated_at(column: Column, table: Table, schema: Schema) -> Iterator[Finding]:
    if not holds_change_time(column.name) or column.generation or not _is_own(table):
        return
    default = default_of(schema, column)
    if default is None or _CLOCKS.isdisjoint(default[0].functions):
        return
    if family(base_type(schema, column.type)) != "date/time" or _is_kept(schema, table, column):
        return
    name = table.part(ObjectKind.COLUMN, column.name)
    yield Finding(
        message=f"no trigger sets {name} when a row changes",
        object=name,
        at=column.location,
        hint=f"add a trigger BEFORE UPDATE ON {table.name} that sets {quoted(column.name)}",
    )


def _is_own(table: Table) -> bool:
    """Whether the table is neither a part of another nor gone with the session."""
    permanent = table.persistence != "temporary" and table.kind is not TableKind.FOREIGN
    return permanent and table.partition_of is None


def _is_kept(schema: Schema, table: Table, column: Column) -> bool:
    """Whether a trigger may set it: its function names it, or cannot be read."""
    for trigger in live_triggers(table, "update"):
        known = bodies(schema, trigger)
        if known is None or any(column.name.lower() in body.lower() for body in known):
            return True
    return False


VALID = [
    """
    CREATE TABLE orders (id int, updated_at timestamptz DEFAULT now());
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.updated_at := now();
        RETURN NEW;
    END $$;
    CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
    """,
    # A function of an extension may set any column.
    """
    CREATE EXTENSION moddatetime;
    CREATE TABLE orders (id int, updated_at timestamptz DEFAULT now());
    CREATE TRIGGER touch BEFORE UPDATE ON orders
        FOR EACH ROW EXECUTE FUNCTION moddatetime(updated_at);
    """,
    # Without a default somebody must set it.
    "CREATE TABLE orders (id int, updated_at timestamptz, created_at timestamptz DEFAULT now());",
    "CREATE TABLE orders (updated_by text DEFAULT current_user, modified boolean DEFAULT false);",
    # Of a document only: it does not speak of triggers.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (updated_at timestamptz DEFAULT now());
    ```
    """,
]

INVALID = [
    "CREATE TABLE orders (id int, updated_at timestamptz NOT NULL DEFAULT now()); --! E012",
    # INSERT only, another column, and switched off.
    """
    CREATE TABLE orders (id int, updated_at timestamp DEFAULT CURRENT_TIMESTAMP); --! E012
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.updated_at := now();
        RETURN NEW;
    END $$;
    CREATE TRIGGER touch BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
    """,
    """
    CREATE TABLE orders (id int, "lastModified" timestamptz DEFAULT now()); --! E012
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.updated_at := now();
        RETURN NEW;
    END $$;
    CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
    """,
    """
    CREATE TABLE orders (id int, updated_at timestamptz DEFAULT now()); --! E012
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.updated_at := now();
        RETURN NEW;
    END $$;
    CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
    ALTER TABLE orders DISABLE TRIGGER touch;
    """,
]
