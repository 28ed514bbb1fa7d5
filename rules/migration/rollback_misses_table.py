"""The rollback that an entry gives does not drop the entry's table, or drops another one.

A rollback is run in a hurry, by whoever is on call, as it stands. One that leaves the table where
it is makes the next run of the migration fail. One that was copied from another entry and still
names that entry's table takes away data that nobody meant to touch.

Name the entry's own table:

    DROP TABLE IF EXISTS orders;

Tables that the entry's SQL creates beside its own may be dropped with it.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Entry, Rollback
from ctb_lint.claims import ClaimKind
from ctb_lint.entry_ids import finding_on
from ctb_lint.rule import ERROR, Finding, Undecided, rule


@rule("M022", severity=ERROR, doctrine=True, claims=(ClaimKind.ROLLBACK,))
def rollback_misses_table(entry: Entry) -> Iterator[Finding | Undecided]:
    own = {entry.table, *entry.declares}
    for rollback in entry.rollbacks:
        for table, at in rollback.drops:
            if table not in own:
                yield finding_on(
                    entry,
                    f"the rollback of {entry.table} drops {table}",
                    at,
                    f"drops {table}",
                    f"write DROP TABLE IF EXISTS {entry.table}",
                )
        if entry.table in {table for table, _ in rollback.drops}:
            continue
        if rollback.unread:
            yield Undecided(rollback.unread, rollback.at)
        elif entry.table.schema not in rollback.schemas and not _drops_others(rollback, entry):
            yield finding_on(
                entry,
                f"the rollback of {entry.table} does not drop it",
                rollback.at,
                "kept",
                f"write DROP TABLE IF EXISTS {entry.table}",
            )


def _drops_others(rollback: Rollback, entry: Entry) -> bool:
    """Whether it names another table in place of the entry's, which is told already."""
    return any(table not in entry.declares for table, _ in rollback.drops)


_ENTRY = """
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (id int PRIMARY KEY);
    CREATE TABLE order_lines (order_id int REFERENCES orders);
    ```

    #### M - Migration
"""

VALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_ENTRY}
    **Rollback**:
    ```sql
    -- Lines first
    DROP TABLE IF EXISTS order_lines, public."orders" CASCADE;
    DROP VIEW open_orders;
    ```
    """,
    # The whole schema goes, or who can say.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_ENTRY}
    **Rollback**:
    ```sql
    DROP SCHEMA public CASCADE;
    ```

    **Undo**:
    ```sql
    DO $$ BEGIN EXECUTE 'DROP TABLE orders'; END $$;
    ```
    """,
    # No way back in SQL.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_ENTRY}
    **Rollback**: from the backup

    **Check**:
    ```sql
    SHOW search_path;
    ```
    """,
]

INVALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_ENTRY}
    **Rollback**:
    ```sql
    DROP TABLE order_lines; --! M022
    TRUNCATE orders;
    ```
    """,
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_ENTRY}
    **Roll back**:
    ```sql
    BEGIN;
    DROP TABLE order_lines;
    DROP TABLE sales.orders; --! M022
    COMMIT;
    ```

    **To undo**:
    ```sql
    DROP TABLE IF EXISTS orders, users; --! M022
    ```
    """,
]
