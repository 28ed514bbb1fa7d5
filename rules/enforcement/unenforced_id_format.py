"""An id column accepts text that is no id.

The format of an id is what lets a log line be traced to the database, the application and the
moment that it came from. Code that mints ids keeps to it; a script, a manual fix and an import do
not, and nothing tells them.

Add a check with the pattern of the format. `ctb-lint` prints the pattern for your templates:

    ALTER TABLE orders ADD CONSTRAINT orders_unique_id_check
        CHECK (unique_id ~ '^…$') NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT orders_unique_id_check;

`LIKE` cannot say what a format says, and `~*` lets ids pass that differ in case only.
"""

from collections.abc import Iterator

from ctb_lint.allowed import base_type, checks_on, sql_text
from ctb_lint.datatypes import OTHER, family
from ctb_lint.demands import Format
from ctb_lint.formats import compile_template, overrides_of
from ctb_lint.model import Column, Schema, Table, quoted
from ctb_lint.rule import INFO, Finding, rule
from ctb_lint.standard import Standard


@rule("E008", severity=INFO, doctrine=True, needs=("columns", "constraints"))
def unenforced_id_format(
    demand: Format, column: Column, table: Table, schema: Schema, standard: Standard
) -> Iterator[Finding]:
    # Where the column holds no text, its type is the fault.
    if family(base_type(schema, column.type)) not in {"text", OTHER}:
        return
    own = {function.name.name for function in schema.functions}
    for check, name in checks_on(schema, table, column):
        expr = check.expr
        # A pattern, alone or among other terms, or a function that may hold one.
        if expr and (
            expr.pattern is not None
            or f"({name} ~ " in expr.canonical
            or f"({name.upper()} ~ " in expr.canonical
            or own & {called.rpartition(".")[2] for called in expr.functions}
        ):
            return
    overrides = overrides_of(standard)
    patterns = [
        f"{quoted(column.name)} ~ {sql_text(compile_template(one, overrides).postgres_pattern)}"
        for one in demand.templates
    ]
    yield Finding(
        message=f"no check holds {demand.object} to its format",
        object=demand.object,
        at=column.location,
        hint=f"add `CHECK ({' OR '.join(patterns)})`",
        because=demand,
    )


VALID = [
    """
    CREATE TABLE orders (
        unique_id text CHECK (unique_id ~ '^[a-z0-9]+-[a-z0-9-]+$'),
        process_id text CHECK (process_id IS NULL OR (process_id)::text ~ '^[a-z0-9.]+$'::text)
    );
    """,
    # Among other terms.
    """
    CREATE TABLE orders (unique_id varchar(255), process_id text);
    ALTER TABLE orders
        ADD CHECK (unique_id ~ '^[a-z]' AND char_length(unique_id) <= 255),
        ADD CONSTRAINT "Process" CHECK (("process_id" ~ '^a') OR ("process_id" ~ '^b'));
    """,
    """
    CREATE SCHEMA ctb;
    CREATE DOMAIN ctb.row_id AS text CHECK (VALUE ~ '^[a-z]');
    CREATE DOMAIN ctb.process_id AS text CHECK (char_length(VALUE) < 99 AND VALUE ~ '^[a-z]');
    CREATE TABLE orders (unique_id ctb.row_id, process_id ctb.process_id);
    """,
    # A function of the schema's own may hold the pattern.
    """
    CREATE FUNCTION is_id(text) RETURNS boolean IMMUTABLE LANGUAGE sql
        AS $$ SELECT $1 ~ '^[a-z]' $$;
    CREATE TABLE orders (unique_id text CHECK (is_id(unique_id)),
        process_id text CHECK (public.is_id(process_id)));
    """,
    # A later migration mends it.
    """
    -- file: 001.sql
    CREATE TABLE orders (unique_id text);
    -- file: 002.sql
    ALTER TABLE orders ADD CHECK (unique_id ~ '^[a-z]') NOT VALID;
    """,
    # What a migration tool owns is not governed, and a table without ids is S001's.
    "CREATE TABLE schema_migrations (unique_id text);",
    "CREATE TABLE notes (id int);",
    "CREATE TABLE orders (unique_id uuid, process_id int);",
]

INVALID = [
    "CREATE TABLE orders (unique_id text NOT NULL UNIQUE); --! E008",
    """
    CREATE TABLE orders (
        unique_id text CHECK (unique_id LIKE 'shq-%'), --! E008
        process_id text CHECK (char_length(process_id) > 20) --! E008
    );
    """,
    "CREATE TABLE orders (unique_id text CHECK (unique_id ~* '^[a-z]')); --! E008",
]
