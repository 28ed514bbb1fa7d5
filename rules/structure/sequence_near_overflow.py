"""A sequence has given most of the values that it, or the column it feeds, can hold.

When it reaches the end, every INSERT fails at once: `nextval: reached maximum value of sequence`,
or `integer out of range`. A column of type integer ends at 2,147,483,647, also where its sequence
would go on.

Make the column a bigint while there is time. On a large table that is a migration of several steps,
since every row is written anew:

    ALTER TABLE orders ALTER COLUMN id TYPE bigint;
"""

from collections.abc import Iterator

from ctb_lint.live import LiveFacts, SequencePosition
from ctb_lint.model import ObjectId, ObjectKind, Schema
from ctb_lint.rule import WARNING, Example, Finding, Undecided, rule

_LIMITS = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
_SHARE = 0.75


@rule("S062", severity=WARNING)
def sequence_near_overflow(facts: LiveFacts, schema: Schema) -> Iterator[Finding | Undecided]:
    for sequence in facts.sequences:
        if sequence.unknown and not sequence.cycles:
            yield Undecided(f"where it stands is not known: {sequence.unknown}", of=sequence.name)
        if sequence.last is None or sequence.cycles or sequence.increment == 0:
            continue
        first, last, of = _bounds(sequence, schema)
        if last <= first:
            continue
        used = abs(sequence.last - (first if sequence.increment > 0 else last)) / (last - first)
        if used < _SHARE:
            continue
        feeds = f" of {sequence.owned_by[0]}.{sequence.owned_by[1]}" if sequence.owned_by else ""
        end = last if sequence.increment > 0 else first
        yield Finding(
            message=f"sequence {sequence.name}{feeds} stands at {sequence.last:,}: {used:.0%} of "
            f"the way to {end:,}{of}",
            object=ObjectId(ObjectKind.SEQUENCE, sequence.name.schema, None, sequence.name.name),
            at=None,
            hint="make the column a bigint while there is time" if of else None,
        )


def _bounds(sequence: SequencePosition, schema: Schema) -> tuple[int, int, str]:
    """From where to where it can go, and the type that ends it before its own end does."""
    first, last = sequence.minimum, sequence.maximum
    table = schema.table(sequence.owned_by[0]) if sequence.owned_by else None
    column = table.column(sequence.owned_by[1]) if table and sequence.owned_by else None
    limit = _LIMITS.get(column.type.name) if column else None
    if column and limit is not None and limit <= last:
        return max(first, -limit - 1), limit, f", the end of {column.type.name}"
    return first, last, ""


VALID = [
    Example(
        "CREATE TABLE orders (id serial PRIMARY KEY);SELECT setval('orders_id_seq', 1000000000);",
        live=True,
    ),
    # It begins anew.
    Example("CREATE SEQUENCE lane MAXVALUE 10 CYCLE; SELECT setval('lane', 10);", live=True),
    Example(
        "CREATE TABLE orders (id bigserial PRIMARY KEY);"
        "SELECT setval('orders_id_seq', 2147483000);",
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id serial PRIMARY KEY); --! S062
        SELECT setval('orders_id_seq', 2147483000);
        """,
        live=True,
    ),
    # The column ends before its sequence does.
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY);
        CREATE SEQUENCE numbers OWNED BY orders.id; --! S062
        SELECT setval('numbers', 2000000000);
        """,
        live=True,
    ),
]
