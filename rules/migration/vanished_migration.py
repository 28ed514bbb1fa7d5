"""The database has had a migration of which there is no file.

Somebody applied a file and renamed or deleted it, or another branch was deployed. A database that
is built from the files is not the one that runs, and the next migration may stand on what only the
latter has.

Get the file back (`git log --all -- migrations`), or, where it only has another name by now, give
it the name that is recorded.
"""

from collections.abc import Iterator

from ctb_lint.applied import AppliedVersions, standing
from ctb_lint.history import History
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Example, Finding, Undecided, rule


@rule("M014", severity=ERROR, doctrine=True)
def vanished_migration(applied: AppliedVersions, history: History) -> Iterator[Finding | Undecided]:
    if applied.unknown:
        yield Undecided(applied.unknown, of=applied.table)
        return
    for version in standing(history, applied).vanished:
        yield Finding(
            message=f"{applied.table} has the migration {version}, and no file of "
            f"{history.name} is that",
            object=ObjectId(ObjectKind.TABLE, applied.table.schema, None, applied.table.name),
            at=None,
            facet=version,
            hint="get the file back, or give it the name that is recorded",
        )


VALID = [
    # By number, by name, by the name of the file.
    Example(
        """
        -- file: 001_versions.sql
        CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz);
        INSERT INTO schema_migrations VALUES ('1'), ('002_orders'), ('003_parts.sql');
        -- file: 002_orders.sql
        CREATE TABLE orders (id int);
        -- file: 003_parts.sql
        CREATE TABLE parts (id int);
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        -- file: 001_versions.sql
        CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz);
        INSERT INTO schema_migrations VALUES ('1'), ('002_gone'); --! M014
        """,
        live=True,
    ),
]
