"""An entry names a migration file that is not there.

The file is the proof of how the table came to be. Without it nobody can build the database anew,
or say what ran. Mostly it was renamed or squashed into another, and the catalogue was forgotten.

Write the name that the file has now, or bring the file back:

    - **Migration File**: `2025-08-19_create_orders.sql`

The file is looked for among the migrations that are read, and then in the repository of the
catalogue. What is Planned need not be there yet: of that it is information.
"""

from collections.abc import Iterator

from ctb_lint.claims import Claims
from ctb_lint.demands import NamedMigration
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.named_migrations import nearest, whereabouts
from ctb_lint.named_paths import displayed
from ctb_lint.rule import ERROR, INFO, Finding, Undecided, rule
from ctb_lint.surroundings import Migrations, Surroundings


@rule("T020", severity=ERROR, planned=INFO, builtin=INFO, doctrine=True)
def missing_migration_file(
    demand: NamedMigration,
    claims: Claims,
    migrations: Migrations | None,
    surroundings: Surroundings | None,
) -> Iterator[Finding | Undecided]:
    found = whereabouts(demand, migrations, surroundings)
    if found.path is None:
        yield Undecided(f"{displayed(demand.file)} is no path of a file")
        return
    if found.there:
        return
    if migrations is None and surroundings is None:
        yield Undecided("there are no migrations, and the catalogue is in no repository")
        return
    outside = found.named is not None and found.named.outside
    where = "is nowhere in the repository" if surroundings else "is not among the migrations"
    where = "lies outside of the repository" if outside else where
    yield Finding(
        message=f"{displayed(demand.file)}, the migration of {demand.table}, {where}",
        object=ObjectId(ObjectKind.TABLE, demand.table.schema, None, demand.table.name),
        at=demand.origin.location,
        facet=demand.file,
        hint=_hint(demand, migrations, found.path),
        because=demand,
    )


def _hint(demand: NamedMigration, migrations: Migrations | None, path: str) -> str:
    creating = migrations.created_by.get(demand.table) if migrations else None
    if creating:
        return f"write `{creating.path.rpartition('/')[2]}`, which creates {demand.table}"
    near = nearest(migrations, path)
    return f"did you mean `{near}`?" if near else "bring the file back, or write what it is called"


_MIGRATION = """
    -- file: {file}
    CREATE TABLE {table} (id int);
"""
_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders{stage}

    **Barton ID**: `BID-DATA-001`

    #### T - Traceability

    - **Migration File**: {file}
"""

VALID = [
    *(
        _MIGRATION.format(file="001_orders.sql", table="orders")
        + _ENTRY.format(stage="", file=file)
        for file in (
            "`001_orders.sql`",
            "[the file](db/migrations/001_orders.sql)",
            "`001_orders`",
            "`00*.sql`",
        )
    ),
    # Checked alone, nobody can tell.
    _ENTRY.format(stage="", file="`001_orders.sql`"),
]

INVALID = [
    _MIGRATION.format(file="002_orders.sql", table="orders")
    + _ENTRY.format(stage="", file="`001_orders.sql` <!--! T020 -->"),
    # Information, where it is Planned.
    _MIGRATION.format(file="001_users.sql", table="users")
    + _ENTRY.format(stage=" (Planned)", file="`002_orders.sql` <!--! T020 -->"),
]
