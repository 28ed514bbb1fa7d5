"""An index is there and invalid: it is written with every row, and no query uses it.

CREATE INDEX CONCURRENTLY that failed or was interrupted leaves its index behind like that. A unique
one refuses some duplicates and lets others pass, and IF NOT EXISTS in the next attempt finds the
name taken and does nothing.

Build it anew, or take it away:

    REINDEX INDEX CONCURRENTLY orders_state_idx;

One that is being built at the moment is none. That of a partitioned table (made with ON ONLY) is
invalid until each partition has one that is attached to it.
"""

from collections.abc import Iterator

from ctb_lint.live import LiveFacts
from ctb_lint.model import ObjectId, ObjectKind, QualifiedName, Schema, TableKind
from ctb_lint.rule import ERROR, Example, Finding, Undecided, rule


# What PostgreSQL does with it is not what is written: a unique one is not unique.
@rule("S060", severity=ERROR, refused=True, subsumes=("S059",))
def invalid_index(facts: LiveFacts, schema: Schema) -> Iterator[Finding | Undecided]:
    if why := facts.why_unknown("index_use"):
        yield Undecided(why)
    for index in facts.indexes:
        if index.valid or index.building:
            continue
        name = QualifiedName(index.table.schema, index.name)
        table = schema.table(index.table)
        fact = "no query uses it, and not even writes keep it up"
        hint = f"REINDEX INDEX CONCURRENTLY {name};"
        if table and table.kind is TableKind.PARTITIONED:
            fact = "not every partition has one that is attached to it"
            hint = f"ALTER INDEX {name} ATTACH PARTITION …; for each partition"
        elif index.ready:
            fact = "no query uses it, and writes keep it up"
        yield Finding(
            message=f"index {name} of {index.table} is invalid: {fact}",
            object=ObjectId(ObjectKind.INDEX, index.table.schema, index.table.name, index.name),
            at=None,
            hint=hint,
        )


VALID = [
    Example(
        "CREATE TABLE orders (id int PRIMARY KEY, state text);"
        "CREATE INDEX orders_state_idx ON orders (state);",
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int, state text);
        CREATE INDEX orders_state_idx ON orders (state); --! S060
        UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_state_idx'::regclass;
        """,
        live=True,
    ),
]
