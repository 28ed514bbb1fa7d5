"""An index does something else than is declared, or does the same under another name.

An index on other columns, of fewer rows or in another order serves other queries: those that it was
declared for may read the whole table all the same. Where it was to be unique, rows get in twice.

Build it as it is declared, and drop the other one:

    CREATE INDEX CONCURRENTLY orders_state_idx ON public.orders (state, created_at);

That it only has another name is information: it does what it should. A name that the declaration
gives to several indexes, which PostgreSQL refuses, is index-name-collision, and counts for
nothing here.
"""

from collections.abc import Iterator

from ctb_lint.claims import ClaimKind
from ctb_lint.contrasts import columns_of, contrast, or_declare
from ctb_lint.ddl import index_sql
from ctb_lint.differences import IndexDiffers
from ctb_lint.facts_in_words import index_fact, told
from ctb_lint.model import QualifiedName, quoted
from ctb_lint.rule import ERROR, INFO, Finding, rule


@rule(
    "S050",
    severity=ERROR,
    doctrine=True,
    # Who misses an index that leads with the columns, or a unique one.
    subsumes=("S010", "S013", "S014", "S015", "E007"),
    claims=(ClaimKind.INDEX,),
)
def index_differs(difference: IndexDiffers) -> Iterator[Finding]:
    wanted, found, table = difference.wanted, difference.found, difference.table
    only_named = difference.what == ("name",)
    name = QualifiedName(table.schema, found.name)
    if only_named:
        hint = f"type `ALTER INDEX {name} RENAME TO {quoted(wanted.name)};`"
    else:
        hint = f"type `DROP INDEX {name}; {index_sql(wanted, table)}`"
    columns = dict.fromkeys(name for name in (*wanted.columns, *found.columns) if name)
    yield contrast(
        difference,
        f"index {quoted(wanted.name)} of {table} "
        f"{told(difference, difference.what, index_fact, wanted, found)}",
        hint=f"{hint}, or {or_declare(difference, 'what is there')}",
        about=columns_of(table, columns),
        severity=INFO if only_named else None,
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
        id UUID PRIMARY KEY,
        slug TEXT,
        state TEXT
    );
    CREATE INDEX by_state ON orders (state); {one}
    CREATE UNIQUE INDEX by_slug ON orders (lower(slug)) WHERE slug IS NOT NULL; {two}
    ```
"""

VALID = [
    f"""
    {_ENTRY.format(one="", two="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, slug text, state text);
    CREATE INDEX by_state ON public.orders USING btree (state ASC NULLS LAST);
    CREATE UNIQUE INDEX by_slug ON orders (LOWER(slug)) WHERE (slug IS NOT NULL);
    """,
    # One name for the indexes of two tables is none.
    """
    -- file: SCHEMA_REFERENCE.md
    ## 1. orders

    **Barton ID**: BID-SHOP-001

    ```sql
    CREATE TABLE orders (id UUID PRIMARY KEY, at DATE, INDEX idx_at (at));
    ```

    ## 2. parts

    **Barton ID**: BID-SHOP-002

    ```sql
    CREATE TABLE parts (id UUID PRIMARY KEY, at DATE, INDEX idx_at (at));
    ```
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, at date);
    CREATE INDEX orders_at_idx ON orders (at);
    CREATE TABLE parts (id uuid PRIMARY KEY, at date);
    CREATE INDEX parts_at_idx ON parts (at);
    """,
]

INVALID = [
    f"""
    {_ENTRY.format(one="--! S050", two="--! S050")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, slug text, state text);
    CREATE INDEX by_state ON orders (state, slug);
    CREATE INDEX by_slug ON orders (lower(slug)) WHERE slug <> '';
    """,
    # The same under another name.
    f"""
    {_ENTRY.format(one="--! S050", two="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, slug text, state text);
    CREATE INDEX orders_state_idx ON orders (state);
    CREATE UNIQUE INDEX by_slug ON orders (lower(slug)) WHERE slug IS NOT NULL;
    """,
    # The name has gone to another index.
    f"""
    {_ENTRY.format(one="--! S050", two="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, slug text, state text);
    CREATE INDEX by_state ON orders (slug);
    CREATE UNIQUE INDEX by_slug ON orders (lower(slug)) WHERE slug IS NOT NULL;
    """,
]
