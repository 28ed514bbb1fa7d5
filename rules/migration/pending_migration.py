"""A migration file has not been applied to the database.

The code that was written for it may already run. Where the file was added below what ran last, many
tools will never run it.

Apply it, or take the file out if it was given up:

    psql -v ON_ERROR_STOP=1 --single-transaction -f migrations/042_orders.sql "$DATABASE_URL"

A database where no tool ever recorded a version tells nothing, and nothing is found there.
"""

from collections.abc import Iterator

from ctb_lint.applied import AppliedVersions, standing
from ctb_lint.history import History
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Example, Finding, Undecided, rule


@rule("M013", severity=WARNING, doctrine=True)
def pending_migration(applied: AppliedVersions, history: History) -> Iterator[Finding | Undecided]:
    if applied.unknown:
        yield Undecided(applied.unknown, of=applied.table)
        return
    if not applied.versions and not applied.failed:
        return
    found = standing(history, applied)
    for file in (*found.pending, *found.broken):
        name = file.path.rsplit("/", 1)[-1]
        half = file in found.broken
        yield Finding(
            message=f"{name} began to run in the database and did not end well: {applied.table} "
            "says so"
            if half
            else f"{name} has not run in the database: {applied.table} does not have it",
            object=ObjectId(ObjectKind.FILE, None, None, file.path),
            at=file.location,
            facet="failed" if half else "",
            hint="see how far it came, mend it, and let the migration tool take note"
            if half
            else "apply it, or take the file out",
        )


VALID = [
    Example(
        """
        -- file: 001_versions.sql
        CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz);
        INSERT INTO schema_migrations VALUES ('001_versions'), ('2');
        -- file: 002_orders.sql
        CREATE TABLE orders (id int);
        """,
        live=True,
    ),
    # Nothing was ever recorded.
    Example(
        """
        -- file: 001_versions.sql
        CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz);
        -- file: 002_orders.sql
        CREATE TABLE orders (id int);
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        -- file: 001_versions.sql
        CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz);
        INSERT INTO schema_migrations VALUES ('001_versions.sql');
        -- file: 002_orders.sql
        CREATE TABLE orders (id int); --! M013
        """,
        live=True,
    ),
]
