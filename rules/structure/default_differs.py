"""A column has another default than is declared, or only one of the two has one.

A row that leaves the column out gets a value that nobody who reads the declaration expects: another
state, another time, or none.

Change one of the two. The database:

    ALTER TABLE public.orders ALTER COLUMN state SET DEFAULT 'open';

Or the declaration. Spellings are no difference: `now()` is `CURRENT_TIMESTAMP`, `'a'::varchar` is
`'a'`, `0` is `0.00` of a numeric(10,2), and a serial column draws from a sequence of any name.
"""

from collections.abc import Iterator

from ctb_lint.allowed import as_number
from ctb_lint.claims import ClaimKind
from ctb_lint.contrasts import contrast, declares, not_but, or_declare, or_undeclare, where
from ctb_lint.datatypes import family
from ctb_lint.ddl import expression
from ctb_lint.differences import DefaultDiffers
from ctb_lint.model import Column, quoted
from ctb_lint.rule import WARNING, Finding, rule


@rule("S044", severity=WARNING, doctrine=True, claims=(ClaimKind.COLUMN,))
def default_differs(difference: DefaultDiffers, column: Column) -> Iterator[Finding]:
    if _is_one_number(difference, column):
        return
    wanted = expression(difference.wanted) if difference.wanted else None
    found = expression(difference.found) if difference.found else None
    if found and wanted:
        fact = f"has the default {not_but(difference, found, wanted)}"
    elif found:
        fact = f"has the default {found} {where(difference)}; {declares(difference)} none"
    else:
        fact = f"has no default {where(difference)}; {declares(difference)} {wanted}"
    change = f"SET DEFAULT {wanted}" if wanted else "DROP DEFAULT"
    alter = f"ALTER TABLE {difference.table} ALTER COLUMN {quoted(difference.column)} {change};"
    other = or_declare if found else or_undeclare
    yield contrast(
        difference,
        f"{difference.object} {fact}",
        hint=f"type `{alter}`, or {other(difference, f'DEFAULT {found or wanted}')}",
    )


def _is_one_number(difference: DefaultDiffers, column: Column) -> bool:
    """Whether both are the same number, which the column's type gives the same digits."""
    plain = column.type.name == "numeric" and not column.type.modifiers
    if family(column.type) != "number" or column.type.array or plain:
        return False
    wanted, found = (
        as_number(one.literal) if one and one.literal is not None else None
        for one in (difference.wanted, difference.found)
    )
    return wanted is not None and wanted == found


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TABLE orders (
        id SERIAL PRIMARY KEY,
        state VARCHAR(20) DEFAULT 'open', {one}
        at TIMESTAMPTZ DEFAULT NOW(), {two}
        note TEXT {three}
    );
    ```
"""
_NONE = dict.fromkeys(("one", "two", "three"), "")

VALID = [
    # One number, of a type that gives it its digits.
    """
    -- file: SCHEMA_REFERENCE.md
    ## 1. orders

    **Barton ID**: BID-SHOP-001

    ```sql
    CREATE TABLE orders (total NUMERIC(10, 2) DEFAULT 0, rate FLOAT DEFAULT 1);
    ```
    -- file: 001_orders.sql
    CREATE TABLE orders (total numeric(10, 2) DEFAULT 0.00, rate double precision DEFAULT 1.0);
    """,
    f"""
    {_ENTRY.format(**_NONE)}
    -- file: 001_orders.sql
    CREATE TABLE orders (
        id bigserial PRIMARY KEY,
        state varchar(20) DEFAULT ('open'::character varying),
        at timestamptz DEFAULT CURRENT_TIMESTAMP,
        note text DEFAULT NULL
    );
    ALTER TABLE orders ALTER id TYPE integer;
    """,
    f"""
    {_ENTRY.format(**_NONE)}
    -- file: 001_orders.sql
    CREATE TABLE orders (id serial PRIMARY KEY, state varchar(20), at timestamptz, note text);
    -- file: 002_defaults.sql
    ALTER TABLE orders ALTER state SET DEFAULT 'open', ALTER at SET DEFAULT now();
    """,
]

INVALID = [
    # A numeric without a scale keeps the digits that it is given.
    """
    -- file: SCHEMA_REFERENCE.md
    ## 1. orders

    **Barton ID**: BID-SHOP-001

    ```sql
    CREATE TABLE orders (
        total NUMERIC DEFAULT 0, --! S044
        rate FLOAT DEFAULT 1 --! S044
    );
    ```
    -- file: 001_orders.sql
    CREATE TABLE orders (total numeric DEFAULT 0.00, rate double precision DEFAULT 1.5);
    """,
    f"""
    {_ENTRY.format(one="--! S044", two="--! S044", three="--! S044")}
    -- file: 001_orders.sql
    CREATE TABLE orders (
        id serial PRIMARY KEY,
        state varchar(20) DEFAULT 'new',
        at timestamptz,
        note text DEFAULT ''
    );
    """,
    # The time of the statement is not that of the transaction.
    f"""
    {_ENTRY.format(one="", two="--! S044", three="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (
        id serial PRIMARY KEY,
        state varchar(20) DEFAULT 'open',
        at timestamptz DEFAULT clock_timestamp(),
        note text
    );
    """,
]
