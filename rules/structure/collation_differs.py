"""A column has another collation than is declared.

The collation says what is sorted before what, and with some what is equal: names come in another
order, and a search by their beginning may not use its index.

Put one of the two right. The change rebuilds the indexes on the column:

    ALTER TABLE public.users ALTER COLUMN name TYPE text COLLATE "C";
"""

from collections.abc import Iterator

from ctb_lint.claims import ClaimKind
from ctb_lint.contrasts import contrast, not_but, or_declare, or_undeclare
from ctb_lint.ddl import collation_sql
from ctb_lint.differences import CollationDiffers
from ctb_lint.model import Column, quoted
from ctb_lint.rule import WARNING, Finding, rule


@rule("S058", severity=WARNING, claims=(ClaimKind.COLUMN,))
def collation_differs(difference: CollationDiffers, column: Column) -> Iterator[Finding]:
    wanted, found = _words(difference.wanted), _words(difference.found)
    other = or_declare(difference, found) if difference.found else or_undeclare(difference, wanted)
    collate = collation_sql(difference.wanted or "default")
    alter = f"ALTER TABLE {difference.table} ALTER COLUMN {quoted(difference.column)}"
    yield contrast(
        difference,
        f"{difference.object} has {not_but(difference, found, wanted)}",
        hint=f"type `{alter} TYPE {column.type.canonical} COLLATE {collate};`, or {other}",
    )


def _words(name: str | None) -> str:
    return f"COLLATE {collation_sql(name)}" if name else "the collation of its type"


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TABLE orders (
        id UUID PRIMARY KEY,
        code TEXT COLLATE "C", {one}
        note TEXT {two}
    );
    ```
"""

VALID = [
    f"""
    {_ENTRY.format(one="", two="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (
        id uuid PRIMARY KEY, code text COLLATE pg_catalog."C", note text COLLATE "default"
    );
    """,
]

INVALID = [
    f"""
    {_ENTRY.format(one="--! S058", two="--! S058")}
    -- file: 001_orders.sql
    CREATE TABLE orders (
        id uuid PRIMARY KEY, code text, note text COLLATE "POSIX"
    );
    """,
]
