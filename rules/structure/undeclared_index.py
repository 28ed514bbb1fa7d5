"""An index is there that nothing declares.

Each index costs time at every write and room on the disk. What nobody declared nobody dares to
drop, since nobody knows what it is for.

Write it into the declaration, or drop it where nothing uses it:

    INDEX orders_state_idx (state)

That a table whose id is looked up has its index, and only the declaration lacks it, is told here,
and not by the rule that asks for the index.
"""

from collections.abc import Iterator

from ctb_lint.contrasts import columns_of, contrast, declares, or_declare, where
from ctb_lint.ddl import index_does
from ctb_lint.differences import UndeclaredIndex
from ctb_lint.model import quoted
from ctb_lint.rule import INFO, Finding, rule


@rule(
    "S046",
    severity=INFO,
    doctrine=True,
    # Who misses an index of the columns in the declaration.
    subsumes=("S010", "S014", "S015", "E007"),
)
def undeclared_index(difference: UndeclaredIndex) -> Iterator[Finding]:
    index = difference.found
    kind = "the unique index" if index.unique else "the index"
    clause = f"INDEX {quoted(index.name)} {index_does(index)}"
    yield contrast(
        difference,
        f"{difference.table} has {kind} {quoted(index.name)} on {index_does(index)} "
        f"{where(difference)}; {declares(difference)} none",
        hint=or_declare(difference, f"`{'UNIQUE ' * index.unique}{clause}`"),
        about=columns_of(difference.table, (name for name in index.columns if name)),
    )


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TABLE orders ( {mark}
        id UUID PRIMARY KEY,
        slug TEXT UNIQUE,
        state TEXT,
        INDEX idx_state (state)
    );
    ```
"""

VALID = [
    # A unique index in place of a unique constraint; one that is dropped again.
    f"""
    {_ENTRY.format(mark="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, slug text, state text);
    CREATE UNIQUE INDEX orders_slug ON orders (slug);
    CREATE INDEX idx_state ON orders (state);
    CREATE INDEX by_state_and_slug ON orders (state, slug);
    DROP INDEX by_state_and_slug;
    """,
    # Of a table that nothing declares.
    f"""
    {_ENTRY.format(mark="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, slug text UNIQUE, state text);
    CREATE INDEX idx_state ON orders (state);
    CREATE TABLE parts (id uuid PRIMARY KEY, name text);
    CREATE INDEX ON parts (name);
    """,
]

INVALID = [
    f"""
    {_ENTRY.format(mark="--! S046")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, slug text UNIQUE, state text);
    CREATE INDEX idx_state ON orders (state);
    -- file: 002_open.sql
    CREATE INDEX CONCURRENTLY orders_open ON orders (slug) WHERE state = 'open';
    """,
]
