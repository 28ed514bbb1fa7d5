"""The values that the database allows in a column are not those that are demanded.

A value that is missing from the check is refused at run time, in the one code path that writes it.
A value too many lets rows in that nothing downstream knows. Either way the document and the
database tell different stories, and readers believe the document.

Decide which list is right. To change a check, replace it:

    ALTER TABLE orders DROP CONSTRAINT orders_status_check;
    ALTER TABLE orders ADD CONSTRAINT orders_status_check
        CHECK (status IN ('open', 'paid', 'sent'));

To add to an enum type, type `ALTER TYPE order_status ADD VALUE 'sent'`. A value cannot be taken
from an enum type: make a new type and change the column to it.
"""

from collections.abc import Iterator

from ctb_lint.allowed import Limit, enumerated, limits_of, may_limit, sql_text
from ctb_lint.demands import ValueSet
from ctb_lint.model import Column, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import ERROR, Example, Finding, Related, rule


@rule("E002", severity=ERROR, doctrine=True, needs=("columns", "constraints", "enums"))
def enum_differs(
    demand: ValueSet, column: Column, table: Table, schema: Schema
) -> Iterator[Finding]:
    if column.type.array:
        return
    limits = [limit for limit in limits_of(schema, table, column) if limit.enforced]
    lists = [(limit, limit.listed) for limit in limits if limit.listed is not None]
    if not lists:
        return
    allowed = [
        value
        for value in dict.fromkeys(value for _, listed in lists for value in listed or ())
        if all(value in (listed or ()) for _, listed in lists)
    ]
    missing = [value for value in demand.values if value not in allowed]
    # A check that cannot be read may rule out a value that it names.
    extra = [
        value
        for value in allowed
        if value not in demand.values and not may_limit(schema, table, column, (value,))
    ]
    if not missing and not extra:
        return
    wrong = next(limit for limit, listed in lists if set(listed or ()) != set(demand.values))
    facts = [f"refuses {enumerated(missing)}"] if missing else []
    facts += [f"allows {enumerated(extra)}"] if extra else []
    yield Finding(
        message=f"{demand.object} {' and '.join(facts)}: {wrong.what} lists "
        f"{enumerated(wrong.listed or ())}",
        object=demand.object,
        at=wrong.location,
        hint=_hint(demand, column, wrong, missing, extra),
        because=demand,
        related=(Related(f"the column {quoted(column.name)}", column.location),)
        if wrong.constraint is None
        else (),
    )


def _hint(
    demand: ValueSet, column: Column, wrong: Limit, missing: list[str], extra: list[str]
) -> str:
    if wrong.kind is ObjectKind.TYPE and not extra:
        return f"add to {wrong.what} with `ALTER TYPE … ADD VALUE {sql_text(missing[0])};`"
    listed = ", ".join(sql_text(value) for value in demand.values)
    if wrong.kind is ObjectKind.TYPE:
        return f"make an enum type of ({listed}) and change the column to it"
    name = quoted(column.name) if wrong.constraint else "VALUE"
    return f"replace the check by `CHECK ({name} IN ({listed}))`"


_CONFIG = """
    [standard.value-sets]
    "orders.status" = ["open", "paid"]
    "orders.step" = ["1", "2"]
"""

VALID = [
    # The order does not matter.
    Example("CREATE TABLE orders (status text CHECK (status IN ('paid', 'open')));", _CONFIG),
    Example(
        "CREATE TABLE orders (status varchar(9) NOT NULL DEFAULT 'open',"
        " CHECK (status IS NULL OR (status)::text = ANY (ARRAY['open', 'paid']::text[])));",
        _CONFIG,
    ),
    Example(
        """
        CREATE TYPE order_status AS ENUM ('open');
        CREATE TABLE orders (status order_status);
        ALTER TYPE order_status ADD VALUE 'paid';
        """,
        _CONFIG,
    ),
    # A check narrows the enum type.
    Example(
        """
        CREATE TYPE order_status AS ENUM ('open', 'paid', 'lost');
        CREATE TABLE orders (status order_status CHECK (status IN ('open', 'paid')));
        """,
        _CONFIG,
    ),
    # So does one that cannot be read.
    Example(
        "CREATE TABLE orders (status text CHECK (status IN ('open', 'paid', 'lost')),"
        " CHECK (status <> 'lost'));",
        _CONFIG,
    ),
    # A later migration mends it.
    Example(
        """
        -- file: 001.sql
        CREATE TABLE "orders" ("status" text CONSTRAINT known CHECK ("status" IN ('open')));
        -- file: 002.sql
        ALTER TABLE orders DROP CONSTRAINT known;
        ALTER TABLE orders ADD CONSTRAINT known CHECK (status IN ('open', 'paid'));
        """,
        _CONFIG,
    ),
    # A table of another schema.
    Example(
        "CREATE SCHEMA old; CREATE TABLE old.orders (status text CHECK (status IN ('x')));",
        _CONFIG,
    ),
    Example("CREATE TABLE orders (step smallint CHECK (step IN (1, 2)));", _CONFIG),
    # What an array may hold is another question.
    Example("CREATE TYPE s AS ENUM ('x'); CREATE TABLE orders (status s[]);", _CONFIG),
    # Nothing lists values: that is E001's to say.
    Example("CREATE TABLE orders (status text);", _CONFIG),
]

INVALID = [
    Example(
        "CREATE TABLE orders (status text CHECK (status IN ('open', 'lost'))); --! E002", _CONFIG
    ),
    Example(
        """
        CREATE TYPE order_status AS ENUM ('open'); --! E002
        CREATE TABLE orders (status order_status);
        """,
        _CONFIG,
    ),
    Example(
        """
        CREATE DOMAIN order_status AS text
            CHECK (VALUE IN ('open', 'paid', 'lost')); --! E002
        CREATE TABLE orders (status order_status);
        """,
        _CONFIG,
    ),
    # Two checks that leave only what both allow.
    Example(
        """
        CREATE TABLE orders (
            status text CHECK (status IN ('open', 'paid')),
            CHECK (status IN ('open')) --! E002
        );
        """,
        _CONFIG,
    ),
    Example("CREATE TABLE orders (step int CHECK (step BETWEEN 1 AND 3)); --! E002", _CONFIG),
]
