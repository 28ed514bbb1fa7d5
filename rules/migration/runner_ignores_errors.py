"""A documented way to run migrations passes errors over.

`psql < file` goes on after a statement that failed, and ends with exit code 0. Half of a migration
is applied, whoever ran it believes that it is whole, and the next file is run on top. In a loop
over all files nobody sees which one it was.

Let psql stop, and undo what the file had done until then:

    psql "$DATABASE_URL" -v ON_ERROR_STOP=1 --single-transaction -f FILE

In a loop the shell has to stop as well: `|| exit 1` behind the command, or `set -e`. In Python an
`except` around the statement has to raise again. What cannot run in a transaction, such as CREATE
INDEX CONCURRENTLY, needs a file of its own and no transaction around it.

Blocks of shell and Python in the catalogue are read, and scripts of its repository that they run.
Commands of entries that do the same as a documented runner belong to its finding.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import ClaimKind
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Finding, Related, rule
from ctb_lint.runner_blocks import runners
from ctb_lint.surroundings import Surroundings
from ctb_lint.tokens import shown


@rule(
    "M018",
    severity=WARNING,
    doctrine=True,
    claims=(ClaimKind.RUNNER, ClaimKind.CREATION),
)
def runner_ignores_errors(
    catalogue: Catalogue, surroundings: Surroundings | None
) -> Iterator[Finding]:
    for one in runners(catalogue, surroundings):
        if not one.passes:
            continue
        first, *others = one.passes
        label = one.block.label
        yield Finding(
            message=f"the documented runner{f' {shown(label)}' if label else ''} "
            f"passes errors over: {first.how}",
            object=ObjectId(ObjectKind.FILE, None, None, first.at.path),
            at=first.at,
            facet=f"{label} {first.how}",
            hint=f"write {first.cure}",
            related=(
                *(Related(other.how, other.at) for other in others),
                *(Related("an entry has the same command", at) for at in one.elsewhere),
            ),
        )


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## Running migrations

    ```bash
    psql "$DATABASE_URL" -v ON_ERROR_STOP=1 --single-transaction -f migrations/001_orders.sql

    for f in migrations/*.sql; do
      psql "$DATABASE_URL" --set ON_ERROR_STOP=on -1 < "$f" || exit 1
    done
    ```

    ```sh
    set -euo pipefail
    psql "$DATABASE_URL" -c "SELECT 1"
    for f in migrations/*.sql; do psql -vON_ERROR_STOP=1 -f "$f"; done
    psql "$DATABASE_URL" <<SQL
    \\set ON_ERROR_STOP on
    \\i migrations/001_orders.sql
    SQL
    ```

    ```python
    for file in sorted(folder.glob("*.sql")):
        try:
            cursor.execute(file.read_text())
        except Exception as error:
            print(f"{file} failed")
            raise
    ```
    """,
    # No migrations are run, and what is only spoken of.
    """
    -- file: SCHEMA_REFERENCE.md
    ```bash
    # psql "$DATABASE_URL" < migrations/001_orders.sql
    psql "$DATABASE_URL" -c "\\d orders"
    pg_dump "$DATABASE_URL" > dump.sql
    echo "psql < 001.sql"
    ```

    ```text
    psql < migrations/001_orders.sql
    ```
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### M - Migration

    ```bash
    psql $DATABASE_URL < migrations/001_orders.sql
    ```

    ## Running migrations

    ```bash
    # Apply one
    psql $DATABASE_URL < migrations/001_orders.sql # --! M018
    for f in migrations/*.sql; do
      psql $DATABASE_URL < "$f"
    done
    ```

    ```console
    $ psql -1 -f migrations/001_orders.sql orders # --! M018
    ```

    ```bash
    for f in migrations/*.sql; do
      echo "$f"
      psql -v ON_ERROR_STOP=1 -f "$f" # --! M018
    done
    ```

    ```python
    for file in sorted(folder.glob("*.sql")):
        try:
            cursor.execute(file.read_text())
        except Exception as error: # --! M018
            print(f"{file} failed: {error}")
    ```

    ```python
    for file in sorted(folder.glob("*.sql")):
        subprocess.run(["psql", url, "-f", str(file)], check=True) # --! M018
    ```
    """,
    # A script of the repository.
    """
    -- file: run.sh
    for f in "$1"/*.sql; do
      psql -v ON_ERROR_STOP=1 -f "$f"
    done
    -- file: SCHEMA_REFERENCE.md
    ```bash
    DIR=sql bash -x migrations/run.sh sql # --! M018
    ```
    """,
    # No runner but what the entries say: one finding.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### M - Migration

    ```bash
    cat migrations/001_orders.sql | psql $DATABASE_URL # --! M018
    ```

    ### 2. payments

    **Barton ID**: `BID-DATA-002`

    #### M - Migration

    ```bash
    psql $DATABASE_URL -f migrations/002_payments.sql
    ```
    """,
]
