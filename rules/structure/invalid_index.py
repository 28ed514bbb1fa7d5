"""An index is there and invalid: it is written with every row, and no query uses it.

CREATE INDEX CONCURRENTLY that failed or was interrupted leaves its index behind like that. A unique
one refuses some duplicates and lets others pass, and IF NOT EXISTS in the next attempt finds the
name taken and does nothing.

Build it anew, or take it away:

    REINDEX INDEX CONCURRENTLY orders_state_idx;

One that is being built at the moment is none.
"""

from collections.abc import Iterator

from ctb_lint.live import LiveFacts
from ctb_lint.model import ObjectId, ObjectKind, QualifiedName
from ctb_lint.rule import ERROR, Example, Finding, rule


# What PostgreSQL does with it is not what is written: a unique one is not unique.
@rule("S060", severity=ERROR, refused=True, subsumes=("S059",))
def invalid_index(facts: LiveFacts) -> Iterator[Finding]:
    for index in facts.indexes:
        if index.valid or index.building:
            continue
        name = QualifiedName(index.table.schema, index.name)
        kept = "writes keep it up" if index.ready else "not even writes keep it up"
        yield Finding(
            message=f"index {name} of {index.table} is invalid: no query uses it, and {kept}",
            object=ObjectId(ObjectKind.INDEX, index.table.schema, index.table.name, index.name),
            at=None,
            hint=f"REINDEX INDEX CONCURRENTLY {name};",
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
