"""A table has a foreign key, and its entry says that it has none.

"None" is read as a promise: that rows can be loaded in any order, that the table can be moved, and
that nothing else stops a delete. Who relies on it meets the constraint in production.

Write the key into the entry, or drop it:

    **Foreign Keys**: `owner_id` → `users.id`

    ALTER TABLE blueprints DROP CONSTRAINT blueprints_owner_id_fkey;
"""

from collections.abc import Iterator

from ctb_lint.demands import NoForeignKeys
from ctb_lint.model import ConstraintKind, Table, quoted
from ctb_lint.rule import WARNING, Finding, rule


@rule("D010", severity=WARNING, doctrine=True, needs=("constraints",))
def undeclared_foreign_key(demand: NoForeignKeys, table: Table) -> Iterator[Finding]:
    if table.partition_of:
        return
    for key in table.constraints_of(ConstraintKind.FOREIGN):
        columns = ", ".join(map(quoted, key.columns))
        yield Finding(
            message=f"{table.name} ({columns}) references {key.references}, "
            "and its entry says that there are no foreign keys",
            object=table.id,
            at=key.location,
            facet=f"{columns} {key.references}",
            hint=f"write `{columns}` → `{key.references}` into the entry, or drop the key",
            because=demand,
        )


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    ### 1. blueprints

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE blueprints (
        owner_id int{key}
    );
    ```

    #### D - Dependencies

    **Foreign Keys**: {said}
"""

_MIGRATIONS = """
    -- file: 001_tables.sql
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE {table} (owner_id int REFERENCES users); {mark}
"""

VALID = [
    _ENTRY.format(key="", said="None (designed for loose coupling)"),
    _ENTRY.format(key=" REFERENCES users", said="`owner_id` → `users.id`"),
    # Another table's key.
    _MIGRATIONS.format(table="notes", mark="") + _ENTRY.format(key="", said="None"),
]

INVALID = [
    _ENTRY.format(key=" REFERENCES users --! D010", said="None"),
    # In the migrations only.
    _MIGRATIONS.format(table="blueprints", mark="--! D010") + _ENTRY.format(key="", said="None"),
]
