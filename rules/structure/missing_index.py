"""An index that is declared is not there.

The queries that it was declared for read the whole table. Nothing says so until the table has
grown, and then it is slow for everybody.

Build it. While the application runs, without blocking writes:

    CREATE INDEX CONCURRENTLY orders_state_idx ON public.orders (state);

Where another index or a key answers the same questions (an index on a column that is UNIQUE), the
declared one would only cost writes: take it out of the declaration. That is a warning.
"""

from collections.abc import Iterator

from ctb_lint.claims import ClaimKind
from ctb_lint.contrasts import columns_of, contrast, declares, or_undeclare, part_of, where
from ctb_lint.cures import index_declared
from ctb_lint.ddl import index_does
from ctb_lint.differences import MissingIndex
from ctb_lint.history import History
from ctb_lint.model import ConstraintKind, ObjectId, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import ERROR, WARNING, Finding, Safety, rule


@rule(
    "S045",
    severity=ERROR,
    doctrine=True,
    # Who misses an index of the columns, and who finds the declared one to be one too many.
    subsumes=("S010", "S013", "S014", "S015", "E007"),
    fixable=Safety.SAFE,
    claims=(ClaimKind.INDEX,),
)
def missing_index(
    difference: MissingIndex, schema: Schema, history: History | None, table: Table | None
) -> Iterator[Finding]:
    index, covered = difference.wanted, difference.covered_by
    kind = "unique index" if index.unique else "index"
    does = index_does(index)
    fact = f"{difference.table} has no {kind} on {does} {where(difference)}"
    gone = table is not None and difference.related not in {None, table.location}
    there = "it is dropped here" if gone else "the table is here"
    about = tuple(_about(difference, table))
    if covered:
        yield contrast(
            difference,
            f"{fact}, where {quoted(covered)} does the same; {declares(difference)} "
            f"{quoted(index.name)}",
            there=there,
            hint=or_undeclare(difference, quoted(index.name)),
            about=about,
            severity=WARNING,
        )
        return
    fix = index_declared(schema, history, difference.table, index, difference.related)
    yield contrast(
        difference,
        f"{fact}; {declares(difference)} {quoted(index.name)}",
        there=there,
        hint=f"type `{fix.statements[0]}`",
        about=about,
        fix=fix if table else None,
    )


def _about(difference: MissingIndex, table: Table | None) -> Iterator[ObjectId]:
    """The columns of the index, and the foreign keys that it would serve."""
    keys = [name for name in difference.wanted.columns if name]
    yield from columns_of(difference.table, keys)
    for key in table.constraints_of(ConstraintKind.FOREIGN) if table else ():
        if {*key.columns} == {*keys[: len(key.columns)]}:
            yield part_of(difference.table, ObjectKind.CONSTRAINT, key.name)


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
        slug TEXT UNIQUE,
        state TEXT,
        note JSONB,
        INDEX idx_state (state DESC), {one}
        INDEX idx_slug (slug), {two}
        INDEX idx_note (note) USING GIN {three}
    );
    ```
"""
_NONE = dict.fromkeys(("one", "two", "three"), "")

VALID = [
    # Built later, under a name of any kind, by any spelling.
    f"""
    {_ENTRY.format(**_NONE)}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, slug text UNIQUE, state text, note jsonb);
    CREATE INDEX idx_state ON orders (state DESC NULLS FIRST);
    CREATE INDEX "Slugs" ON public.orders USING btree (slug);
    -- file: 002_note.sql
    CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_note ON orders USING gin (note);
    """,
    # Which indexes the table has nobody can know.
    f"""
    {_ENTRY.format(**_NONE)}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, slug text UNIQUE, state text, note jsonb);
    DO $$ BEGIN EXECUTE 'CREATE INDEX ' || current_setting('x') || ' ON orders (state)'; END $$;
    """,
]

INVALID = [
    f"""
    {_ENTRY.format(one="--! S045", two="--! S045", three="--! S045")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, slug text UNIQUE, state text, note jsonb);
    CREATE INDEX ON orders (state, slug);
    """,
    # Dropped by a later migration.
    f"""
    {_ENTRY.format(one="--! S045", two="", three="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, slug text UNIQUE, state text, note jsonb);
    CREATE INDEX idx_state ON orders (state DESC);
    CREATE INDEX idx_slug ON orders (slug);
    CREATE INDEX idx_note ON orders USING gin (note);
    -- file: 002_drop.sql
    DROP INDEX idx_state;
    """,
]
