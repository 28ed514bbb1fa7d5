"""A column that must not be empty accepts the empty string.

NOT NULL does not refuse `''`. A form that was sent without the field, or an importer that reads a
blank cell, writes an empty string, and it passes for a value everywhere: in joins, in unique
indexes, in every report that counts what is filled in.

Add a check; with `btrim` it refuses a value of nothing but blanks as well:

    ALTER TABLE orders ADD CONSTRAINT orders_number_filled
        CHECK (btrim(number) <> '') NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT orders_number_filled;

Whether the column may be NULL is another question, which unenforced-not-null answers.
"""

from collections.abc import Iterator

from ctb_lint.allowed import base_type, dropped_check, lookup_of
from ctb_lint.datatypes import family, is_json
from ctb_lint.demands import NonEmpty
from ctb_lint.enforced import checks_that_may, may_guard, passes_empty
from ctb_lint.history import History
from ctb_lint.model import Column, DataType, QualifiedName, Schema, Table, quoted
from ctb_lint.rule import INFO, WARNING, Finding, rule


@rule(
    "E006",
    severity=WARNING,
    doctrine=True,
    needs=("columns", "constraints", "enums", "trigger bodies"),
)
def unenforced_non_empty(
    demand: NonEmpty, column: Column, table: Table, schema: Schema, history: History | None
) -> Iterator[Finding]:
    base = base_type(schema, column.type)
    if not _has_empty_value(schema, base) or column.generation or lookup_of(table, column):
        return
    refusing = checks_that_may(schema, table, column, passes_empty)
    if any(check.validated for check in refusing) or may_guard(schema, table, column.name):
        return
    if refusing:
        pending = refusing[0]
        yield Finding(
            message=f"only the check {quoted(pending.name)}, which is NOT VALID, may keep "
            f"{demand.object} from being empty: older rows may be",
            object=demand.object,
            at=pending.location,
            facet="not valid",
            hint=f"type `ALTER TABLE {table.name} VALIDATE CONSTRAINT {quoted(pending.name)};`",
            because=demand,
            severity=INFO,
        )
        return
    dropped = dropped_check(history, table, column)
    yield Finding(
        message=f"{demand.object} accepts {_empty(base)}",
        object=demand.object,
        at=dropped or column.type_location or column.location,
        hint=f"add `CHECK ({_check(base, quoted(column.name))})`",
        because=demand,
    )


def _has_empty_value(schema: Schema, base: DataType) -> bool:
    """Whether there is an empty value of the type: there is none of a number, a date, a uuid."""
    if base.array or family(base) in {"text", "json", "binary"}:
        return True
    enum = schema.enums.get(QualifiedName(base.schema or "", base.name))
    return enum is not None and "" in enum.values


def _empty(base: DataType) -> str:
    if base.array:
        return "an empty array"
    return "an empty document" if is_json(base) else "the empty string"


def _check(base: DataType, name: str) -> str:
    if base.array:
        return f"cardinality({name}) > 0"
    if is_json(base):
        return f"{name}::text NOT IN ('{{}}', '[]', '\"\"')"
    return f"octet_length({name}) > 0" if family(base) == "binary" else f"btrim({name}) <> ''"


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - `number` must be non-empty
"""

VALID = [
    f"""
    CREATE TABLE orders (number text CHECK (number <> ''));
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (number varchar(20) CHECK (char_length(btrim(number)) BETWEEN 1 AND 20));
    {_SAYS}
    """,
    # NULL is another question.
    f"""
    CREATE TABLE orders (number text, CHECK (number IS NULL OR length(number) > 2));
    {_SAYS}
    """,
    # A list and a pattern without the empty string.
    f"""
    CREATE TABLE orders (number text CHECK (number IN ('a', 'b')));
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (number text CHECK (number ~ '^[A-Z]{{2}}-[0-9]+$'));
    {_SAYS}
    """,
    f"""
    CREATE DOMAIN filled AS text CHECK (VALUE > '');
    CREATE TABLE orders (number filled);
    {_SAYS}
    """,
    # Of a number, a date and an enum there is no empty value.
    f"""
    CREATE TABLE orders (number bigint);
    {_SAYS}
    """,
    f"""
    CREATE TYPE number AS ENUM ('one', 'two');
    CREATE TABLE orders (number number);
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (number text[] CHECK (cardinality(number) > 0));
    {_SAYS}
    """,
    # A function of the schema's own may do it, and so may a trigger.
    f"""
    CREATE FUNCTION is_number(text) RETURNS boolean IMMUTABLE LANGUAGE sql
        AS $$ SELECT $1 <> '' $$;
    CREATE TABLE orders (number text CHECK (is_number(number)));
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (number text);
    CREATE FUNCTION filled() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.number = '' THEN RAISE EXCEPTION 'empty'; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER filled BEFORE INSERT OR UPDATE ON orders
        FOR EACH ROW EXECUTE FUNCTION filled();
    {_SAYS}
    """,
    # A lookup table holds what there is.
    f"""
    CREATE TABLE numbers (number text PRIMARY KEY CHECK (number <> ''));
    CREATE TABLE orders (number text REFERENCES numbers (number));
    {_SAYS}
    """,
    # A later migration mends it.
    f"""
    -- file: 001.sql
    CREATE TABLE orders (number text);
    -- file: 002.sql
    ALTER TABLE orders ADD CONSTRAINT filled CHECK (number <> '') NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT filled;
    {_SAYS}
    """,
    # Nobody demands it.
    f"""
    CREATE TABLE invoices (number text);
    {_SAYS}
    """,
]

INVALID = [
    f"""
    CREATE TABLE orders (number text NOT NULL); --! E006
    {_SAYS}
    """,
    # None of these refuses the empty string.
    f"""
    CREATE TABLE orders (
        id text CHECK (id <> ''),
        number varchar(20) --! E006
            CHECK (char_length(number) <= 20) CHECK (number ~ '^[0-9]*$') CHECK (number <> 'none'),
        CHECK (number IS NOT NULL AND number = upper(number))
    );
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (number text CHECK (number IN ('', 'a'))); --! E006
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (number jsonb NOT NULL); --! E006
    {_SAYS}
    """,
    # Nobody has looked at the rows that were there.
    f"""
    CREATE TABLE orders (number text);
    ALTER TABLE orders ADD CONSTRAINT filled CHECK (number <> '') NOT VALID; --! E006
    {_SAYS}
    """,
    # The check went.
    f"""
    -- file: 001.sql
    CREATE TABLE orders (number text CONSTRAINT filled CHECK (number <> ''));
    -- file: 002.sql
    ALTER TABLE orders DROP CONSTRAINT filled; --! E006
    {_SAYS}
    """,
    # The catalogue alone: at the column that it declares.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (
        id int PRIMARY KEY,
        number text NOT NULL --! E006
    );
    ```

    #### E - Enforcement

    **Validation Rules**:
    - `number` must be non-empty
    - No empty values for `number`
    """,
]
