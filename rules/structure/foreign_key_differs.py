"""A foreign key is missing, not declared, or another one than is declared.

The declaration says which rows belong together, and what becomes of them when one goes. Where the
database does otherwise, rows are orphaned that nobody looks for, or deleted that were to stay.

Put one of the two right. The database, after the rows that point at nothing are mended:

    ALTER TABLE public.orders ADD FOREIGN KEY (buyer_id) REFERENCES public.users (id)
        ON DELETE RESTRICT;

A key that is there and not declared is a warning: the database is stricter than its contract.
"""

from collections.abc import Iterator

from ctb_lint.claims import ClaimKind
from ctb_lint.contrasts import columns_of, contrast, declares, or_declare, where
from ctb_lint.ddl import constraint_sql, listed, references_sql
from ctb_lint.differences import ForeignKeyDiffers
from ctb_lint.facts_in_words import constraint_fact, made_like, told
from ctb_lint.model import Constraint
from ctb_lint.rule import ERROR, INFO, WARNING, Finding, rule


@rule(
    "S051",
    severity=ERROR,
    doctrine=True,
    # Who misses a key of the column, a diagram that has no edge for it either, and what the entry
    # says of it in words.
    subsumes=("S015", "D002", "D010", "D015"),
    claims=(ClaimKind.CONSTRAINT,),
)
def foreign_key_differs(difference: ForeignKeyDiffers) -> Iterator[Finding]:
    wanted, found, table = difference.wanted, difference.found, difference.table
    if found is None and wanted is not None:
        yield contrast(
            difference,
            f"{table} has no foreign key {_words(wanted)} {where(difference)}; "
            f"{declares(difference)} it",
            there="the table is here",
            hint=f"type `ALTER TABLE {table} ADD {constraint_sql(wanted)};`",
            about=columns_of(table, wanted.columns),
        )
    elif wanted is None and found is not None:
        yield contrast(
            difference,
            f"{table} has the foreign key {_words(found)} {where(difference)}; "
            f"{declares(difference)} none",
            hint=or_declare(difference, f"`{constraint_sql(found)}`"),
            about=columns_of(table, found.columns),
            severity=WARNING,
        )
    elif wanted is not None and found is not None:
        only_named = difference.what == ("name",)
        change = made_like(wanted, found, only_named=only_named)
        yield contrast(
            difference,
            f"the foreign key ({listed(wanted.columns)}) of {table} "
            f"{told(difference, difference.what, constraint_fact, wanted, found)}",
            hint=f"type `ALTER TABLE {table} {change};`, "
            f"or {or_declare(difference, 'what is there')}",
            about=columns_of(table, dict.fromkeys((*wanted.columns, *found.columns))),
            severity=INFO if only_named else None,
        )


def _words(key: Constraint) -> str:
    """``(buyer_id) to public.users (id)``."""
    to = references_sql(key).removeprefix("REFERENCES ")
    return f"({listed(key.columns)}) to {to}"


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TABLE users (id UUID PRIMARY KEY, slug TEXT UNIQUE);
    CREATE TABLE orders ( {zero}
        id UUID PRIMARY KEY,
        buyer_id UUID REFERENCES users ON DELETE CASCADE, {one}
        seller TEXT,
        agent UUID,
        FOREIGN KEY (seller) REFERENCES users (slug) {two}
    );
    ```
"""
_NONE = dict.fromkeys(("zero", "one", "two"), "")

VALID = [
    # In other words, under another name, added later.
    f"""
    {_ENTRY.format(**_NONE)}
    -- file: 001_orders.sql
    CREATE TABLE users (id uuid PRIMARY KEY, slug text UNIQUE);
    CREATE TABLE orders (id uuid PRIMARY KEY, buyer_id uuid, seller text, agent uuid,
        CONSTRAINT bought_by FOREIGN KEY (buyer_id) REFERENCES public.users (id)
            MATCH SIMPLE ON DELETE CASCADE ON UPDATE NO ACTION
    );
    -- file: 002_seller.sql
    ALTER TABLE orders
        ADD CONSTRAINT sold_by FOREIGN KEY (seller) REFERENCES users (slug) NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT sold_by;
    """,
    # Which constraints there are nobody can know.
    f"""
    {_ENTRY.format(**_NONE)}
    -- file: 001_orders.sql
    CREATE TABLE users (id uuid PRIMARY KEY, slug text UNIQUE);
    CREATE TABLE orders (id uuid PRIMARY KEY, buyer_id uuid, seller text, agent uuid);
    DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD ' || current_setting('x'); END $$;
    """,
]

INVALID = [
    # Missing both, and one that nothing declares.
    f"""
    {_ENTRY.format(**dict.fromkeys(_NONE, "--! S051"))}
    -- file: 001_orders.sql
    CREATE TABLE users (id uuid PRIMARY KEY, slug text UNIQUE);
    CREATE TABLE orders (
        id uuid PRIMARY KEY, buyer_id uuid, seller text, agent uuid REFERENCES users
    );
    """,
    # To another table, and with another end.
    f"""
    {_ENTRY.format(zero="", one="--! S051", two="--! S051")}
    -- file: 001_orders.sql
    CREATE TABLE users (id uuid PRIMARY KEY, slug text UNIQUE);
    CREATE TABLE sellers (slug text PRIMARY KEY);
    CREATE TABLE orders (
        id uuid PRIMARY KEY,
        buyer_id uuid REFERENCES users,
        seller text REFERENCES sellers,
        agent uuid
    );
    """,
]
