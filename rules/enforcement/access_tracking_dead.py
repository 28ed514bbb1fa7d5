"""Access to rows is said to be tracked, and no counter ever moved.

The columns are there, and nothing writes them. Whoever decides by them which rows nobody needs
deletes what is in use.

Find out what was to count: a trigger cannot see reads, so that it is the services that must. Or
take the claim out of the catalogue.

Nothing is found in a table without rows, and nothing where only a sample was looked at.
"""

from collections.abc import Iterator

from ctb_lint.column_names import holds_access
from ctb_lint.demands import AccessTracking
from ctb_lint.model import Table
from ctb_lint.rows import Before, Condition, Exceeds, Predicate, Some
from ctb_lint.rule import WARNING, Example, RowCheck, Undecided, rule
from ctb_lint.standard import Standard

_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric"})
_TIMES = frozenset({"timestamp with time zone", "timestamp without time zone", "date"})


@rule("E014", severity=WARNING, doctrine=True, needs=("columns", "constraints"))
def access_tracking_dead(
    demand: AccessTracking, table: Table, standard: Standard
) -> Iterator[RowCheck | Undecided]:
    names = {one.name for one in table.columns}
    moved: list[Condition] = []
    for column in table.columns:
        if not holds_access(column.name):
            continue
        if column.type.name in _NUMBERS:
            moved.append(Exceeds(column.name, 0))
        elif column.type.name in _TIMES and standard.created_at in names:
            moved.append(Before(standard.created_at, column.name))
    if moved:
        yield RowCheck(
            check=Predicate(table.name, Some(tuple(moved))),
            says="was ever accessed, by its own counters",
            never=True,
            object=table.id,
            because=demand,
        )
    else:
        yield Undecided(f"no column of {table.name} counts or dates who reads its rows")


VALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, access_count int, created_at timestamptz);
        INSERT INTO orders VALUES (1, 0, now()), (2, 3, now());
        -- file: SCHEMA_REFERENCE.md
        # Tables

        ## 1. orders

        **Barton ID**: BID-SHOP-001

        ### E - Enforcement

        - Automatic access tracking
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, access_count int); --! E014
        INSERT INTO orders VALUES (1, 0), (2, NULL);
        -- file: SCHEMA_REFERENCE.md
        # Tables

        ## 1. orders

        **Barton ID**: BID-SHOP-001

        ### E - Enforcement

        - Automatic access tracking
        """,
        live=True,
    ),
]
