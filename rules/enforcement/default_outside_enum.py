"""The default of a column is a value that the column may not hold.

Where a check or an enum type refuses the default, every INSERT that leaves the column out fails.
Where only the document lists the values, every such INSERT writes a row that breaks it, and nobody
sees that it was the schema that did.

Set a default that is on the list, or drop the default so that writers must choose:

    ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'open';
    ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;
"""

from collections.abc import Iterator

from ctb_lint.allowed import Limit, as_number, default_of, enumerated, limits_of, sql_text
from ctb_lint.demands import Layer, ValueSet
from ctb_lint.model import Column, ObjectKind, Schema, Table
from ctb_lint.rule import ERROR, Example, Finding, Related, rule


@rule(
    "E003",
    severity=ERROR,
    doctrine=True,
    needs=("columns", "constraints", "enums"),
    subsumes=("S044",),
)
def default_outside_enum(
    subject: ValueSet | Layer | Column, table: Table, schema: Schema
) -> Iterator[Finding]:
    column = subject if isinstance(subject, Column) else table.column(str(subject.column))
    # What an array may hold is another question, and a partition's default is its parent's.
    if column is None or column.type.array or table.partition_of:
        return
    default = default_of(schema, column)
    if default is None or default[0].literal is None:
        return
    value, at = default[0].literal, default[1]
    outside = None if isinstance(subject, Column) else _outside(subject, value)
    if outside is None and not isinstance(subject, Column):
        return
    refusing = next(
        (
            limit
            for limit in limits_of(schema, table, column)
            if limit.enforced and not limit.permits(value)
        ),
        None,
    )
    if isinstance(subject, Column):
        fact = refusing and f"{refusing.what} {_says(refusing)}"
        others = (Related("the list", refusing.location),) if refusing else ()
    else:
        # What the column itself refuses was said of the column.
        fact = None if refusing else outside
        others = ()
    if fact is None:
        return
    name = table.part(ObjectKind.COLUMN, column.name)
    yield Finding(
        message=f"the default {sql_text(value)} of {name} is no legal value: {fact}",
        object=name,
        at=at,
        facet="default",
        hint=f"set another default, or type `ALTER TABLE {table.name} "
        f"ALTER COLUMN {column.name} DROP DEFAULT;`",
        because=None if isinstance(subject, Column) else subject,
        related=others,
    )


def _says(limit: Limit) -> str:
    if limit.values is None and limit.bounds:
        return f"allows {limit.bounds[0]} to {limit.bounds[1]}"
    return f"allows {enumerated(limit.values or ())}"


def _outside(demand: ValueSet | Layer, value: str) -> str | None:
    if isinstance(demand, ValueSet):
        return None if value in demand.values else f"the list is {enumerated(demand.values)}"
    number = as_number(value)
    if number is not None and number == int(number) and demand.first <= number <= demand.last:
        return None
    return f"a layer is {demand.first} to {demand.last}"


_CONFIG = """
    [standard.value-sets]
    "orders.status" = ["open", "paid"]
"""

VALID = [
    Example(
        "CREATE TABLE orders (status text DEFAULT 'open' CHECK (status IN ('open', 'paid')));",
        _CONFIG,
    ),
    # Casts, as pg_dump writes them.
    Example(
        "CREATE TABLE orders (status varchar(9) DEFAULT 'open'::character varying,"
        " CHECK ((status)::text = ANY (ARRAY['open'::text, 'paid'::text])));",
        _CONFIG,
    ),
    # What is computed cannot be known, and no default is none.
    Example("CREATE TABLE orders (status text DEFAULT lower('LOST'));", _CONFIG),
    Example("CREATE TABLE orders (status text DEFAULT NULL);", _CONFIG),
    Example("CREATE TABLE orders (status text);", _CONFIG),
    # A later migration mends it.
    Example(
        """
        -- file: 001.sql
        CREATE TABLE orders (status text DEFAULT 'new');
        -- file: 002.sql
        ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'open';
        """,
        _CONFIG,
    ),
    "CREATE TYPE mood AS ENUM ('good', 'bad');"
    "CREATE TABLE days (mood mood DEFAULT 'good', moods mood[] DEFAULT '{good,bad}');",
    """
    CREATE SCHEMA kinds;
    CREATE DOMAIN kinds.grade AS int DEFAULT 3 CHECK (VALUE BETWEEN 1 AND 6);
    CREATE TABLE exams (grade kinds.grade, best kinds.grade DEFAULT 1);
    """,
    # The check is of another column.
    "CREATE TABLE t (a text DEFAULT 'x', b text CHECK (b IN ('y')));",
    "CREATE TABLE tasks (orbt_layer smallint DEFAULT '1');",
    # Letter case does not count here.
    "CREATE EXTENSION citext; CREATE TABLE t (a citext DEFAULT 'On' CHECK (a IN ('on', 'off')));",
]

INVALID = [
    # A type without labels allows nothing.
    """
    CREATE TYPE state AS ENUM ();
    CREATE TABLE orders (state state DEFAULT 'open'); --! E003
    """,
    # No list is demanded: the column's own check refuses it.
    "CREATE TABLE t (a text DEFAULT 'x' CHECK (a IN ('y', 'z'))); --! E003",
    "CREATE TYPE mood AS ENUM ('good'); CREATE TABLE t (a mood DEFAULT 'fine'); --! E003",
    "CREATE DOMAIN grade AS int CHECK (VALUE >= 1 AND VALUE <= 6);"
    "CREATE TABLE t (a grade DEFAULT 0); --! E003",
    Example(
        """
        CREATE TABLE orders (
            id uuid,
            status text DEFAULT 'new' --! E003
        );
        """,
        _CONFIG,
    ),
    # Refused by the check and by the list: one fault.
    Example(
        """
        CREATE TABLE orders (status text CHECK (status IN ('open', 'paid')));
        ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'Open'; --! E003
        """,
        _CONFIG,
    ),
    "CREATE TABLE tasks (orbt_layer int DEFAULT 0); --! E003",
    # Once, however many partitions there are.
    """
    CREATE TABLE t (day date, a text DEFAULT 'x' CHECK (a = 'y')) PARTITION BY RANGE (day); --! E003
    CREATE TABLE t_2025 PARTITION OF t FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    """,
]
