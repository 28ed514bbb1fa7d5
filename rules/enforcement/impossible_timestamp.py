"""Rows were made in the future, long before computers, or changed before they were made.

The clock or the time zone of a service is wrong, or a number was taken for the wrong unit of time.
Retention by age deletes such rows too early or never, and what is sorted by time shows them first
for years.

Find the service, then correct the rows:

    UPDATE orders SET created_at = created_at - interval '2 hours' WHERE …;

A day of grace is given for time zones.
"""

import datetime
from collections.abc import Iterator

from ctb_lint.model import ObjectKind, Table
from ctb_lint.rows import Before, Condition, Earlier, Later, Predicate, Some
from ctb_lint.rule import WARNING, Example, RowCheck, rule
from ctb_lint.standard import Standard

_TIMES = frozenset({"timestamp with time zone", "timestamp without time zone", "date"})
_GRACE = datetime.timedelta(days=2)
_EARLIEST = datetime.datetime(1971, 1, 1, tzinfo=datetime.UTC)


@rule("E025", severity=WARNING, needs=("columns", "constraints"))
def impossible_timestamp(
    table: Table, standard: Standard, as_of: datetime.date
) -> Iterator[RowCheck]:
    names = {one.name for one in table.columns if one.type.name in _TIMES}
    made = standard.created_at
    if made not in names or table.partition_of:
        return
    latest = datetime.datetime.combine(as_of, datetime.time(), datetime.UTC)
    wrong: list[Condition] = [Later(made, latest + _GRACE), Earlier(made, _EARLIEST)]
    yield RowCheck(
        check=Predicate(table.name, Some(tuple(wrong))),
        says=f"have a {made} in the future, or before {_EARLIEST.year}",
        object=table.part(ObjectKind.COLUMN, made),
    )
    if "updated_at" in names:
        yield RowCheck(
            check=Predicate(table.name, Before("updated_at", made)),
            says=f"have an updated_at before {made}",
            object=table.part(ObjectKind.COLUMN, "updated_at"),
        )


VALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, created_at timestamptz, updated_at timestamptz);
        INSERT INTO orders VALUES (1, now(), now()), (2, NULL, now()), (3, now(), NULL);
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, --! E025
            created_at timestamptz, updated_at timestamptz); --! E025
        INSERT INTO orders VALUES (1, now(), '2001-01-01'), (2, '2999-01-01', NULL);
        """,
        live=True,
    ),
]
