"""A documented way to run migrations keeps no list of what ran.

Nobody can tell which files a database has. Run again, every file is applied again; left out, one is
missed. A table of versions that is documented and never written is worse than none: whoever asks it
is told that nothing was applied.

Write the version in the transaction of its migration, and pass over those that are there:

    cursor.execute("INSERT INTO schema_migrations (version) VALUES (%s)", (file.stem,))

A migration tool does that by itself. Where the migrations insert their versions themselves nothing
is found. Commands of entries that do the same as a documented runner belong to its finding.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.changes import WriteRows
from ctb_lint.claims import ClaimKind
from ctb_lint.history import Direction, History
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Finding, Related, rule
from ctb_lint.runner_blocks import runners
from ctb_lint.standard import Standard
from ctb_lint.surroundings import Migrations, Surroundings
from ctb_lint.tokens import shown


@rule(
    "M019",
    severity=WARNING,
    doctrine=True,
    claims=(ClaimKind.RUNNER, ClaimKind.CREATION),
)
def runner_records_nothing(
    catalogue: Catalogue,
    standard: Standard,
    migrations: Migrations | None,
    surroundings: Surroundings | None,
) -> Iterator[Finding]:
    histories = migrations.histories if migrations else ()
    if any(_record_themselves(history, standard) for history in histories):
        return
    tables = (entry.name for entry in catalogue.entries if standard.exempt(entry.table))
    versions = next(tables, "schema_migrations")
    for one in runners(catalogue, surroundings):
        if one.records:
            continue
        label = one.block.label
        yield Finding(
            message=f"the documented runner{f' {shown(label)}' if label else ''} "
            f"records nothing: it never writes {versions}",
            object=ObjectId(ObjectKind.FILE, None, None, one.at.path),
            at=one.at,
            facet=f"{label} {one.block.language}",
            hint=f"insert each version into {versions}, in the transaction of its migration",
            related=tuple(Related("an entry has the same command", at) for at in one.elsewhere),
        )


def _record_themselves(history: History, standard: Standard) -> bool:
    """Whether most files write the table of versions."""
    ups = {one.path for one in history.files if one.direction is Direction.UP and not one.dump}
    writing = {
        change.at.path
        for change in history.changes
        if isinstance(change, WriteRows) and change.table and standard.exempt(change.table)
    }
    return 2 * len(ups & writing) > len(ups)


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ```bash
    for f in migrations/*.sql; do
      psql -1 -f "$f" -c "INSERT INTO schema_migrations (version) VALUES ('$f')"
    done
    ```

    ```bash
    dbmate up
    psql < seed.sql
    ```

    ```python
    for file in sorted(folder.glob("*.sql")):
        cursor.execute(file.read_text())
        cursor.execute("INSERT INTO db_versions VALUES (%s)", (file.name,))
    ```

    ```python
    cursor.execute("SELECT 1")
    ```
    """,
    # The migrations record themselves.
    """
    -- file: 001_versions.sql
    CREATE TABLE schema_migrations (version text PRIMARY KEY);
    INSERT INTO schema_migrations VALUES ('001');
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
    INSERT INTO schema_migrations VALUES ('002');
    -- file: SCHEMA_REFERENCE.md
    ```bash
    psql -v ON_ERROR_STOP=1 -f migrations/002_orders.sql
    ```
    """,
]

INVALID = [
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (id int);
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### M - Migration

    ```bash
    psql -v ON_ERROR_STOP=1 -f migrations/001_orders.sql
    ```

    ## Running migrations

    ```bash
    for f in migrations/*.sql; do
      # INSERT INTO schema_migrations: to be done
      psql -v ON_ERROR_STOP=1 -f "$f" || exit 1 # --! M019
    done
    ```

    ```python
    for file in sorted(folder.glob("*.sql")):
        cursor.execute(file.read_text()) # --! M019
    connection.commit()
    ```
    """,
    # A script of the repository.
    """
    -- file: run.py
    for file in sorted(Path("sql").glob("*.sql")):
        cursor.execute(file.read_text())
    -- file: SCHEMA_REFERENCE.md
    ```console
    $ python migrations/run.py # --! M019
    ```
    """,
]
