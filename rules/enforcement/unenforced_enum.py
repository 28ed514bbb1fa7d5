"""A column with a closed list of legal values accepts any value.

The list stands in the standard's configuration or in the catalogue, and nothing in the database
holds the column to it: one typing error in one service, and rows turn up that no query, report or
dashboard looks for. A check that is NOT VALID has not looked at the rows that were there before
it; one that is NOT ENFORCED looks at none.

Add a check, or give the column an enum type:

    ALTER TABLE orders ADD CONSTRAINT orders_status_check
        CHECK (status IN ('open', 'paid', 'sent')) NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT orders_status_check;

A foreign key of the column to a lookup table holds it to its values as well.
"""

from collections.abc import Iterator

from ctb_lint.allowed import dropped_check, limits_of, lookup_of, may_limit, sql_text
from ctb_lint.demands import ValueSet
from ctb_lint.history import History
from ctb_lint.model import Column, Schema, Table, quoted
from ctb_lint.rule import ERROR, WARNING, Example, Finding, rule


@rule(
    "E001",
    severity=ERROR,
    doctrine=True,
    needs=("columns", "constraints", "enums"),
    subsumes=("E004",),
)
def unenforced_enum(
    demand: ValueSet, column: Column, table: Table, schema: Schema, history: History | None
) -> Iterator[Finding]:
    limits = [limit for limit in limits_of(schema, table, column) if limit.listed is not None]
    choices = [(value,) for value in demand.values]
    if any(limit.enforced and limit.validated for limit in limits) or lookup_of(table, column):
        return
    if may_limit(schema, table, column, *choices):
        return
    object_ = demand.object
    pending = next((limit for limit in limits if limit.enforced), None)
    if pending:
        named = pending.constraint.name if pending.constraint else ""
        yield Finding(
            message=f"{object_} is held to its values only by {pending.what}, which is NOT VALID: "
            "older rows may have others",
            object=object_,
            at=pending.location,
            facet="not valid",
            hint=f"type `ALTER TABLE {table.name} VALIDATE CONSTRAINT {quoted(named)};`"
            if named
            else "validate the constraint of the domain",
            because=demand,
            severity=WARNING,
        )
        return
    but = f": {limits[0].what} is NOT ENFORCED" if limits else ""
    listed = ", ".join(sql_text(value) for value in demand.values)
    yield Finding(
        message=f"{object_} accepts any value{but}",
        object=object_,
        at=limits[0].location
        if limits
        else dropped_check(history, table, column) or column.type_location or column.location,
        hint=f"add `CHECK ({quoted(column.name)} IN ({listed}))`",
        because=demand,
    )


_CONFIG = """
    [standard.value-sets]
    "orders.status" = ["open", "paid"]
    "orders.step" = ["1", "2"]
"""

VALID = [
    Example("CREATE TABLE orders (status text CHECK (status IN ('open', 'paid')));", _CONFIG),
    # As pg_dump writes it, and where NULL is allowed.
    Example(
        """
        CREATE TABLE public.orders (status character varying(20),
            CONSTRAINT c CHECK (((status)::text = ANY ((ARRAY['open'::character varying,
                'paid'::character varying])::text[]))));
        CREATE TABLE billing_orders (status text);
        """,
        _CONFIG,
    ),
    Example(
        "CREATE TABLE orders (status text CHECK (status IS NULL OR status = 'open' OR"
        " status = 'paid'));",
        _CONFIG,
    ),
    # An enum type, of another schema.
    Example(
        """
        CREATE SCHEMA kinds;
        CREATE TYPE kinds."Status" AS ENUM ('open', 'paid');
        CREATE TABLE orders (status kinds."Status" NOT NULL DEFAULT 'open');
        """,
        _CONFIG,
    ),
    # A domain over a domain.
    Example(
        """
        CREATE DOMAIN any_status AS text CHECK (VALUE IN ('open', 'paid'));
        CREATE DOMAIN order_status AS any_status NOT NULL;
        CREATE TABLE orders (status order_status);
        """,
        _CONFIG,
    ),
    # A lookup table.
    Example(
        """
        CREATE TABLE statuses (name text PRIMARY KEY);
        CREATE TABLE orders (status text REFERENCES statuses (name));
        """,
        _CONFIG,
    ),
    # A later migration mends it.
    Example(
        """
        -- file: 001.sql
        CREATE TABLE orders (status text);
        -- file: 002.sql
        ALTER TABLE orders ADD CONSTRAINT known CHECK (status IN ('open', 'paid')) NOT VALID;
        -- file: 003.sql
        ALTER TABLE orders VALIDATE CONSTRAINT known;
        """,
        _CONFIG,
    ),
    # Checks that name every value, in a form of their own.
    Example(
        "CREATE TABLE orders (status text CHECK (lower(status) IN ('open', 'paid')));", _CONFIG
    ),
    Example(
        "CREATE TABLE orders (note text, status text,"
        " CHECK (status IN ('open', 'paid') AND (status = 'open' OR note IS NOT NULL)));",
        _CONFIG,
    ),
    # A function of the schema's own may do it.
    Example(
        """
        CREATE FUNCTION is_status(text) RETURNS boolean IMMUTABLE LANGUAGE sql
            AS $$ SELECT $1 IN ('open', 'paid') $$;
        CREATE TABLE orders (status text CHECK (is_status(status)));
        """,
        _CONFIG,
    ),
    # Numbers.
    Example("CREATE TABLE orders (step int CHECK (step BETWEEN 1 AND 2));", _CONFIG),
    # Every element of the array is of the enum.
    Example(
        """
        CREATE TYPE order_status AS ENUM ('open', 'paid');
        CREATE TABLE orders (status order_status[]);
        """,
        _CONFIG,
    ),
]

INVALID = [
    Example("CREATE TABLE orders (status text NOT NULL); --! E001", _CONFIG),
    # Neither this check nor that length says which values.
    Example(
        """
        CREATE TABLE orders (
            status varchar(4) CHECK (status <> ''), --! E001
            step int CHECK (step > 0) --! E001
        );
        """,
        _CONFIG,
    ),
    Example(
        """
        CREATE TABLE orders (status text);
        ALTER TABLE orders ADD CONSTRAINT known --! E001
            CHECK (status IN ('open', 'paid')) NOT VALID;
        """,
        _CONFIG,
    ),
    Example(
        """
        CREATE TABLE orders (
            status text,
            CONSTRAINT known CHECK (status IN ('open', 'paid')) NOT ENFORCED --! E001
        );
        """,
        "pg-version = 18\n" + _CONFIG,
    ),
    # The check went.
    Example(
        """
        -- file: 001.sql
        CREATE TABLE orders (status text CONSTRAINT known CHECK (status IN ('open', 'paid')));
        -- file: 002.sql
        ALTER TABLE orders DROP CONSTRAINT known; --! E001
        """,
        _CONFIG,
    ),
    # So did the enum type.
    Example(
        """
        CREATE TYPE order_status AS ENUM ('open', 'paid');
        CREATE TABLE orders (status order_status);
        ALTER TABLE orders ALTER COLUMN status TYPE text; --! E001
        """,
        _CONFIG,
    ),
]
