"""A column allows NULL where it is declared NOT NULL, or the other way round.

Code that was written from the declaration does not look for NULL, and meets it; or it writes
NULL, and is refused. Both fail far from the place where the two stories part.

Change one of the two. The database, after the rows that have no value got one:

    ALTER TABLE public.orders ALTER COLUMN state SET NOT NULL;

Or the declaration, where what is there is right. NOT NULL that a primary key brings along is no
difference of its own.
"""

from collections.abc import Iterator

from ctb_lint.claims import ClaimKind
from ctb_lint.contrasts import contrast, declares, or_declare, or_undeclare, where
from ctb_lint.differences import NullabilityDiffers
from ctb_lint.model import quoted
from ctb_lint.rule import ERROR, Finding, rule


@rule(
    "S043",
    severity=ERROR,
    doctrine=True,
    # Who demands the value of the one side that allows NULL.
    subsumes=("S004", "E005"),
    claims=(ClaimKind.COLUMN,),
)
def nullability_differs(difference: NullabilityDiffers) -> Iterator[Finding]:
    place, says = where(difference), declares(difference)
    if difference.wanted:
        fact, change = f"allows NULL {place}; {says} it NOT NULL", "SET NOT NULL"
    else:
        fact, change = f"is NOT NULL {place}; {says} it without", "DROP NOT NULL"
    alter = f"ALTER TABLE {difference.table} ALTER COLUMN {quoted(difference.column)} {change};"
    other = or_undeclare if difference.wanted else or_declare
    yield contrast(
        difference,
        f"{difference.object} {fact}",
        hint=f"type `{alter}`, or {other(difference, 'NOT NULL')}",
    )


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TABLE orders (
        id uuid PRIMARY KEY,
        state text NOT NULL, {one}
        note text {two}
    );
    ```
"""

VALID = [
    # Said later, or by a key.
    f"""
    {_ENTRY.format(one="", two="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid NOT NULL, state text, note text NULL);
    ALTER TABLE orders ADD PRIMARY KEY (id);
    -- file: 002_state.sql
    ALTER TABLE orders ALTER state SET NOT NULL;
    """,
    # That the key is another one is a difference of its own.
    f"""
    {_ENTRY.format(one="", two="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid, state text NOT NULL, note text);
    """,
]

INVALID = [
    f"""
    {_ENTRY.format(one="--! S043", two="--! S043")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, state text, note text NOT NULL);
    """,
    f"""
    {_ENTRY.format(one="--! S043", two="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, state text NOT NULL, note text);
    -- file: 002_state.sql
    ALTER TABLE orders ALTER COLUMN state DROP NOT NULL;
    """,
]
