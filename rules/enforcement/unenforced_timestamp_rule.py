"""A point in time that must be validated is checked by nothing.

A type such as `timestamptz` refuses what is no time at all. It accepts the year 1970, which is
what a clock that was never set says, and the year 20251, which is what a slip of the finger makes
of this one; sorted by time, such rows are always first or last.

Say in a check which times make sense, or let a trigger compare with the clock:

    ALTER TABLE orders ADD CONSTRAINT orders_created_at_sane
        CHECK (created_at >= '2020-01-01' AND created_at < '2100-01-01') NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT orders_created_at_sane;

This is information: a service may validate what it writes.
"""

from collections.abc import Iterator

from ctb_lint.allowed import base_type, checks_on
from ctb_lint.datatypes import is_text
from ctb_lint.demands import ValidTimestamp
from ctb_lint.enforced import may_guard
from ctb_lint.model import Column, Schema, Table, quoted
from ctb_lint.rule import INFO, Finding, rule


@rule("E009", severity=INFO, doctrine=True, needs=("columns", "constraints", "trigger bodies"))
def unenforced_timestamp_rule(
    demand: ValidTimestamp, column: Column, table: Table, schema: Schema
) -> Iterator[Finding]:
    if column.generation or may_guard(schema, table, column.name):
        return
    not_null = f"({quoted(column.name)} IS NOT NULL)"
    for check, _ in checks_on(schema, table, column):
        if check.expr and check.expr.canonical != not_null:
            return
    base = base_type(schema, column.type)
    text = is_text(base) and not base.array
    name = quoted(column.name)
    yield Finding(
        message=f"{demand.object} accepts {'any text' if text else 'any point in time'}",
        object=demand.object,
        at=column.type_location or column.location,
        hint="make it a timestamptz"
        if text
        else f"add `CHECK ({name} >= '…' AND {name} < '…')` with the times that make sense",
        because=demand,
    )


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - Timestamp validation for `created_at`
"""

VALID = [
    f"""
    CREATE TABLE orders (created_at timestamptz CHECK (created_at > '2020-01-01'));
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (created_at timestamptz, sent_at date, CHECK (created_at <= sent_at));
    {_SAYS}
    """,
    f"""
    CREATE DOMAIN moment AS timestamptz CHECK (VALUE > '2020-01-01');
    CREATE TABLE orders (created_at moment);
    {_SAYS}
    """,
    # A trigger compares it with the clock.
    f"""
    CREATE TABLE orders (created_at timestamptz);
    CREATE FUNCTION not_later() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.created_at := least(NEW.created_at, now());
        RETURN NEW;
    END $$;
    CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION not_later();
    {_SAYS}
    """,
    # Nobody demands it of this one.
    f"""
    CREATE TABLE orders (sent_at timestamptz);
    {_SAYS}
    """,
]

INVALID = [
    f"""
    CREATE TABLE orders (created_at timestamptz NOT NULL DEFAULT now()); --! E009
    {_SAYS}
    """,
    # A check that it is there says nothing of which time it is.
    f"""
    CREATE TABLE orders (created_at timestamp CHECK (created_at IS NOT NULL)); --! E009
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (created_at text); --! E009
    {_SAYS}
    """,
]
