"""The migration that an entry names does not create the entry's table.

Whoever wants to know why the table is as it is reads the wrong file. Often the table moved to
another schema in the meantime, or the entry was copied from its neighbour.

Name the file that creates the table:

    - **Migration File**: `2025-08-19_create_orders.sql`

A table that was renamed since counts by any of its names.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from ctb_lint.claims import Claims
from ctb_lint.demands import NamedMigration
from ctb_lint.history import Outcome, Statement
from ctb_lint.model import ObjectId, ObjectKind, QualifiedName
from ctb_lint.named_migrations import Whereabouts, whereabouts
from ctb_lint.named_paths import displayed
from ctb_lint.rule import ERROR, WARNING, Finding, Related, Undecided, rule
from ctb_lint.surroundings import Migrations, Place, Surroundings

_FEW = 200


@rule("T021", severity=ERROR, planned=WARNING, doctrine=True)
def migration_lacks_table(
    demand: NamedMigration,
    claims: Claims,
    migrations: Migrations | None,
    surroundings: Surroundings | None,
) -> Iterator[Finding | Undecided]:
    found = whereabouts(demand, migrations, surroundings)
    if not found.there:
        yield Undecided(f"there is no {displayed(demand.file)} to look into")
        return
    made = _made(found, migrations)
    if made is None:
        yield Undecided(f"not all of {displayed(demand.file)} could be read")
        return
    if demand.table in made:
        return
    other = migrations.created_by.get(demand.table) if migrations else None
    listed = ", ".join(map(str, _likest_first(made, demand.table)[:3])) or "no table"
    yield Finding(
        message=f"{_name(found)} does not create {demand.table}: it creates {listed}",
        object=ObjectId(ObjectKind.TABLE, demand.table.schema, None, demand.table.name),
        at=demand.origin.location,
        facet=demand.file,
        hint=f"write `{other.path.rpartition('/')[2]}`, which does" if other else None,
        because=demand,
        related=(Related(f"{demand.table} is created here", other.location),) if other else (),
    )


def _made(found: Whereabouts, migrations: Migrations | None) -> tuple[QualifiedName, ...] | None:
    """The tables that the file creates; None where that cannot be known."""
    if found.file is None or migrations is None:
        return _in_repository(found.named.files if found.named else ())
    if any(_is_unread(one) for one in found.file.statements):
        return None
    return tuple(sorted(migrations.creates.get(found.file.path, ())))


def _is_unread(statement: Statement) -> bool:
    """Whether a statement may have created a table and nobody knows."""
    if statement.outcome is Outcome.SYNTAX_ERROR:
        return True
    return statement.outcome is Outcome.NOT_UNDERSTOOD and statement.changes_tables


def _in_repository(places: tuple[Place, ...]) -> tuple[QualifiedName, ...] | None:
    made: set[QualifiedName] = set()
    for place in places:
        if place.creates is None:
            return None
        made.update(place.creates)
    return tuple(sorted(made))


def _likest_first(made: tuple[QualifiedName, ...], table: QualifiedName) -> list[QualifiedName]:
    """Those whose names are most like the table's stand first."""
    few = made[:_FEW]
    return sorted(few, key=lambda one: -SequenceMatcher(None, one.name, table.name).ratio())


def _name(found: Whereabouts) -> str:
    path = found.file.path if found.file else found.path or ""
    return path.rpartition("/")[2]


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### T - Traceability

    - **Migration File**: `001_orders.sql` {mark}
"""

VALID = [
    f"""
    -- file: 001_orders.sql
    CREATE TABLE orders (id int);
    {_ENTRY.format(mark="")}
    """,
    # Renamed since, created before, or in SQL that cannot be read.
    f"""
    -- file: 001_orders.sql
    CREATE TABLE baskets (id int);
    -- file: 002_names.sql
    ALTER TABLE baskets RENAME TO carts;
    ALTER TABLE carts RENAME TO orders;
    {_ENTRY.format(mark="")}
    """,
    f"""
    -- file: 000_orders.sql
    CREATE TABLE orders (id int);
    -- file: 001_orders.sql
    CREATE TABLE IF NOT EXISTS orders (id int);
    {_ENTRY.format(mark="")}
    """,
    f"""
    -- file: 001_orders.sql
    CREATE TABLE orders (id int;
    {_ENTRY.format(mark="")}
    """,
    # A file that is missing is another rule's.
    f"""
    -- file: 002_orders.sql
    CREATE TABLE payments (id int);
    {_ENTRY.format(mark="")}
    """,
]

INVALID = [
    f"""
    -- file: 001_orders.sql
    CREATE TABLE sales.orders (id int);
    ALTER TABLE sales.orders ADD COLUMN total int;
    {_ENTRY.format(mark="<!--! T021 -->")}
    """,
    f"""
    -- file: 001_orders.sql
    CREATE INDEX ON orders (id);
    -- file: 002_tables.sql
    CREATE TABLE orders (id int);
    {_ENTRY.format(mark="<!--! T021 -->")}
    """,
]
