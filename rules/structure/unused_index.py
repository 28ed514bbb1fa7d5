"""No query has used an index for weeks, while its table was in use.

Every INSERT and most UPDATEs write it, VACUUM reads it, and it takes its place in memory and in
each backup.

See first whether a replica, or a job that runs once a quarter, uses it; then take it away:

    DROP INDEX CONCURRENTLY orders_note_idx;

An index that a constraint owns, or a unique one, is there for another reason. Where the server does
not count, or has not counted for a fortnight, nothing is found.
"""

import datetime
from collections.abc import Iterator

from ctb_lint.live import IndexUse, LiveFacts
from ctb_lint.model import ObjectId, ObjectKind, QualifiedName
from ctb_lint.rule import INFO, Example, Finding, Undecided, rule

_DAYS = 14
_PAGES = 16
"""Smaller ones cost nothing that anybody would notice."""
_SCANS = 100
"""A table that was read less often tells nothing of its indexes."""


@rule("S061", severity=INFO)
def unused_index(facts: LiveFacts) -> Iterator[Finding | Undecided]:
    if why := facts.why_unknown("index_use", "table_use"):
        yield Undecided(why)
        return
    days = (facts.read_at - facts.counted_since).days if facts.counted_since else None
    if not facts.counting:
        yield Undecided("the server does not count (track_counts is off)")
        return
    if days is not None and days < _DAYS:
        yield Undecided(f"the server has counted for {days} days only")
        return
    since = f"in {days} days" if days is not None else "since the server began to count"
    for index in facts.indexes:
        if _is_idle(index, facts):
            name = QualifiedName(index.table.schema, index.name)
            yield Finding(
                message=f"no query has used index {name} of {index.table} {since}",
                object=ObjectId(ObjectKind.INDEX, index.table.schema, index.table.name, index.name),
                at=None,
                hint=f"DROP INDEX CONCURRENTLY {name};",
            )


def _is_idle(index: IndexUse, facts: LiveFacts) -> bool:
    if index.scans or index.unique or index.constraint or not index.valid:
        return False
    if index.pages < _PAGES:
        return False
    if index.last_used and facts.read_at - index.last_used < datetime.timedelta(days=_DAYS):
        return False
    use = facts.tables.get(index.table)
    return use is not None and use.sequential_scans + use.index_scans >= _SCANS


VALID = [
    # Just made: nobody can know.
    Example(
        "CREATE TABLE orders (id int PRIMARY KEY, note text);"
        "CREATE INDEX orders_note_idx ON orders (note);",
        live=True,
    ),
]
INVALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, note text);
        CREATE INDEX orders_note_idx ON orders (note); --! S061
        INSERT INTO orders SELECT n, n::text FROM generate_series(1, 20000) AS n;
        DO $$ BEGIN FOR i IN 1..120 LOOP
            PERFORM count(*) FROM orders WHERE id = i;
        END LOOP; END $$;
        ANALYZE orders;
        """,
        live=True,
    ),
]
