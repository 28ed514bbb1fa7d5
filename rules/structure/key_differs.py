"""A primary key, unique, check or exclusion constraint is missing, or is not what is declared.

The declaration promises what rows can be. Where the database holds something else, rows come in
that nobody expects (twice the same, a state that is none), or rows are refused that are right by
the contract.

Put one of the two right. The database, after the rows that break the constraint are mended:

    ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
    ALTER TABLE public.orders VALIDATE CONSTRAINT orders_total_check;

Names that PostgreSQL made up do not count, nor does the order of values; a unique index enforces
what a unique constraint does. A constraint that is there and not declared is a warning: the
database is stricter than its contract. It is an error where the entry's own list or the diagram
has it, and only the SQL has not.
"""

from collections.abc import Iterator

from msgspec import structs

from ctb_lint.allowed import Limit, limits_of
from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import ClaimKind
from ctb_lint.contrasts import columns_of, contrast, declares, or_declare, where
from ctb_lint.cures import added, settled
from ctb_lint.ddl import constraint_sql
from ctb_lint.differences import KeyDiffers
from ctb_lint.facts_in_words import KINDS, constraint_fact, constraint_words, made_like, told
from ctb_lint.history import History
from ctb_lint.model import Constraint, ConstraintKind, Schema, Table, quoted
from ctb_lint.retold import retold_key
from ctb_lint.rule import ERROR, INFO, WARNING, Finding, Fix, Safety, rule


@rule(
    "S047",
    severity=ERROR,
    doctrine=True,
    # Who demands of the columns what one side alone enforces, and a list that has it so, too.
    subsumes=(
        "S004", "S005", "S010", "S013", "S014", "S015", "E001", "E002", "E004", "E005", "E006",
        "E007", "E008", "E009", "E016", "T017", "D009",
    ),
    fixable=Safety.UNSAFE,
    claims=(ClaimKind.CONSTRAINT,),
)  # fmt: skip
def key_differs(
    difference: KeyDiffers,
    table: Table,
    schema: Schema,
    history: History | None,
    catalogue: Catalogue | None,
) -> Iterator[Finding]:
    wanted, found = difference.wanted, difference.found
    about = columns_of(table.name, _columns(wanted, found))
    if _is_the_same(difference, table, schema):
        return
    document = catalogue if found and difference.declared == "catalogue" else None
    retold = tuple(retold_key(document, table.name, found)) if found else ()
    if wanted is None and found is not None:
        yield contrast(
            difference,
            f"{table.name} has the {constraint_words(found)} {where(difference)}; "
            f"{declares(difference)} {'it elsewhere, not in its SQL' if retold else 'none'}",
            hint=or_declare(difference, f"`{constraint_sql(found)}`"),
            about=about,
            related=retold,
            severity=None if retold else WARNING,
        )
    elif wanted is not None and found is None:
        fix = _fix(wanted, table, history)
        yield contrast(
            difference,
            f"{table.name} has no {constraint_words(wanted)} {where(difference)}; "
            f"{declares(difference)} it",
            there="the table is here",
            hint=f"type `{fix.statements[0]}`",
            about=about,
            fix=fix,
        )
    elif wanted is not None and found is not None:
        only_named = difference.what == ("name",)
        change = made_like(wanted, found, only_named=only_named)
        yield contrast(
            difference,
            f"the {KINDS[wanted.kind]} {quoted(wanted.name)} of {table.name} "
            f"{told(difference, difference.what, constraint_fact, wanted, found)}",
            hint=f"type `ALTER TABLE {table.name} {change};`, "
            f"or {or_declare(difference, 'what is there')}",
            about=about,
            related=retold,
            severity=INFO if only_named else None,
        )


def _columns(*constraints: Constraint | None) -> Iterator[str]:
    yield from dict.fromkeys(name for one in constraints if one for name in one.columns)


def _is_the_same(difference: KeyDiffers, table: Table, schema: Schema) -> bool:
    wanted, found = difference.wanted, difference.found
    only = difference.what in {(), ("expression",)}
    return wanted is not None and only and _says_the_same(wanted, found, table, schema)


def _says_the_same(
    wanted: Constraint, found: Constraint | None, table: Table, schema: Schema
) -> bool:
    """Whether what is there keeps the column to the very values that are declared: the other check
    in its place, or an enum type, domain or the like where there is none (the column has another
    type then, and that is the difference)."""
    column = table.column(wanted.columns[0]) if len(wanted.columns) == 1 else None
    if column is None or wanted.kind is not ConstraintKind.CHECK:
        return False
    alone = structs.replace(table, constraints=(wanted,))
    own = [one for one in limits_of(schema, alone, column) if one.constraint is wanted]
    others = [
        one
        for one in limits_of(schema, table, column)
        if one.enforced and (found is None or one.constraint is found)
    ]
    return any(_values(one) is not None and _values(one) in map(_values, others) for one in own)


def _values(limit: Limit) -> tuple[bool, frozenset[str]] | None:
    """The values that a limit allows, in whatever order; None where they are too many to tell."""
    if limit.values is None and limit.bounds and limit.bounds[1] - limit.bounds[0] >= _MANY:
        return None
    return None if limit.listed is None else (limit.ignores_case, frozenset(limit.listed))


_MANY = 1000


def _fix(wanted: Constraint, table: Table, history: History | None) -> Fix:
    """The statement that adds the constraint: rows that are there may break it."""
    names = {*(one.name for one in table.constraints), *(one.name for one in table.indexes)}
    name = wanted.name if wanted.named and wanted.name not in names else None
    behind = settled(history, table.name, wanted.columns) if history else None
    text = f"ALTER TABLE {table.name} ADD {constraint_sql(wanted, name)};"
    title = f"add the {KINDS[wanted.kind]} of {table.name}"
    return added(title, text, history, behind, safety=Safety.UNSAFE)


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TABLE orders ( {zero}
        id UUID PRIMARY KEY, {one}
        slug VARCHAR(50) UNIQUE, {two}
        state VARCHAR(20) CHECK (state IN ('open', 'paid')), {three}
        total INTEGER,
        room INT,
        CHECK (total > 0) {four}
    );
    ```
"""
_NONE = dict.fromkeys(("zero", "one", "two", "three", "four"), "")

VALID = [
    # In other words, by an index, under other names.
    f"""
    {_ENTRY.format(**_NONE)}
    -- file: 001_orders.sql
    CREATE TABLE orders (
        id uuid, slug varchar(50), state varchar(20), total int, room int,
        CONSTRAINT key_of_orders PRIMARY KEY (id),
        CONSTRAINT open_or_paid CHECK (((state)::text = ANY ((ARRAY['open'::character varying,
            'paid'::character varying])::text[])))
    );
    CREATE UNIQUE INDEX slugs ON orders (slug);
    ALTER TABLE orders ADD CONSTRAINT positive CHECK ((total > 0)) NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT positive;
    """,
    # The same values in another order, and whole numbers by their bounds.
    """
    -- file: SCHEMA_REFERENCE.md
    ## 1. orders

    **Barton ID**: BID-SHOP-001

    ```sql
    CREATE TABLE orders (
        state TEXT CHECK (state IN ('open', 'paid')),
        layer INT CHECK (layer BETWEEN 1 AND 4),
        step INT CHECK (step IN (1, 2, 3))
    );
    ```
    -- file: 001_orders.sql
    CREATE TABLE orders (
        state text CHECK (state IN ('paid', 'open')),
        layer int CHECK (layer IN (1, 2, 3, 4)),
        step int CHECK (step > 0 AND step < 4)
    );
    """,
    # The values by an enum type: the column has another type, and that is told.
    f"""
    {_ENTRY.format(**_NONE)}
    -- file: 001_orders.sql
    CREATE TYPE order_state AS ENUM ('open', 'paid');
    CREATE TABLE orders (
        id uuid PRIMARY KEY, slug varchar(50) UNIQUE, state order_state,
        total int CHECK (total > 0), room int
    );
    """,
    # Which constraints there are nobody can know.
    f"""
    {_ENTRY.format(**_NONE)}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid, slug varchar(50), state varchar(20), total int, room int);
    DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD ' || current_setting('x'); END $$;
    """,
]

INVALID = [
    # Bounds of fractions; too many numbers to list; one value more.
    """
    -- file: SCHEMA_REFERENCE.md
    ## 1. orders

    **Barton ID**: BID-SHOP-001

    ```sql
    CREATE TABLE orders (
        weight NUMERIC CHECK (weight BETWEEN 1 AND 4), --! S047
        place INT CHECK (place BETWEEN 1 AND 5000), --! S047
        step INT CHECK (step IN (1, 2, 3)) --! S047
    );
    ```
    -- file: 001_orders.sql
    CREATE TABLE orders (
        weight numeric CHECK (weight IN (1, 2, 3, 4)),
        place int CHECK (place BETWEEN 1 AND 6000),
        step int CHECK (step BETWEEN 0 AND 3)
    );
    """,
    # All missing, and one that nothing declares.
    f"""
    {_ENTRY.format(**dict.fromkeys(_NONE, "--! S047"))}
    -- file: 001_orders.sql
    CREATE TABLE orders (
        id uuid, slug varchar(50), state varchar(20), total int, room int CHECK (room <> 13)
    );
    """,
    # Other columns, other values, another bound; dropped, or not unique for all rows.
    f"""
    {_ENTRY.format(zero="", **dict.fromkeys(("one", "two", "three", "four"), "--! S047"))}
    -- file: 001_orders.sql
    CREATE TABLE orders (
        id uuid, slug varchar(50) UNIQUE, state varchar(20), total int, room int,
        PRIMARY KEY (id, room),
        CHECK (state IN ('open', 'paid', 'gone')),
        CHECK (total >= 0)
    );
    -- file: 002_slug.sql
    ALTER TABLE orders DROP CONSTRAINT orders_slug_key;
    CREATE UNIQUE INDEX slugs ON orders (slug) WHERE state = 'open';
    """,
]
