"""An entry names a foreign key that its table does not have.

Whoever reads the entry takes it that the database refuses rows without a counterpart. It does not:
such rows come in, and the code that relies on the entry fails on them, or loses them in a join.

Add the key, or take it out of the entry. Where the reference is meant to be unenforced, call it a
soft reference:

    ALTER TABLE blueprints ADD FOREIGN KEY (owner_id) REFERENCES users (id);
"""

from collections.abc import Iterator

from ctb_lint.demands import ForeignKeyTo, Strength
from ctb_lint.model import Constraint, ConstraintKind, ObjectKind, Table, quoted
from ctb_lint.rule import ERROR, INFO, WARNING, Finding, rule


@rule("D015", severity=ERROR, planned=WARNING, doctrine=True, needs=("columns", "constraints"))
def claimed_foreign_key_missing(demand: ForeignKeyTo, table: Table) -> Iterator[Finding]:
    keys = table.constraints_of(ConstraintKind.FOREIGN)
    if any(_is_meant(key, demand) for key in keys):
        return
    name = demand.column
    of = f" ({quoted(demand.target_column)})" if demand.target_column else ""
    column = table.column(name) if name else None
    own = next((key for key in keys if name in key.columns), None)
    told = f"{table.name} ({quoted(name)})" if name else f"{table.name}"
    if name and column is None:
        told = f"{table.name} has no column {quoted(name)} that could reference {demand.target}{of}"
    elif own:
        told += f" references {own.references}, not {demand.target}{of}"
    else:
        told += f" has no foreign key to {demand.target}{of}"
    yield Finding(
        message=told,
        object=table.part(ObjectKind.COLUMN, name) if name else table.id,
        at=(own and own.location) or (column and column.location) or table.location,
        facet=f"{demand.target}",
        hint=f"ALTER TABLE {table.name} ADD FOREIGN KEY ({quoted(column.name)}) "
        f"REFERENCES {demand.target}{of};"
        if column
        else "add the column and its key, or take the claim out of the entry",
        because=demand,
        severity=INFO if demand.strength is Strength.SHOULD else None,
    )


def _is_meant(key: Constraint, demand: ForeignKeyTo) -> bool:
    """Whether a key is the one that is named, as far as the words tell."""
    if key.references != demand.target:
        return False
    # Where the target is not known, neither are the columns that are left out.
    referenced = key.referenced_columns or (demand.target_column,) * len(key.columns)
    return any(
        demand.column in {None, column} and demand.target_column in {None, target}
        for column, target in zip(key.columns, referenced, strict=False)
    )


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    ### 1. blueprints

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE);
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
    CREATE TABLE blueprints (owner_id int); --! D015
"""

VALID = [
    _ENTRY.format(key=" REFERENCES users", said="`owner_id` → `users.id`"),
    _ENTRY.format(key=" REFERENCES users", said="`users`"),
    _ENTRY.format(key="", said="None"),
    # What nobody says is enforced.
    _ENTRY.format(key="", said="`owner_id` → `users.id` (soft reference, not enforced)"),
    # Of another schema than the entry's, which has no such table.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. shop.orders

    **Barton ID**: `BID-DATA-001`

    ```sql
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE "User Kinds" (code text PRIMARY KEY);
    CREATE TABLE shop.orders (
        owner_id int REFERENCES users,
        kind text REFERENCES "User Kinds"
    );
    ```

    #### D - Dependencies

    **Foreign Keys**:
    - `owner_id` → `users.id`
    - `kind` → `"User Kinds".code`
    """,
    # Of two columns one is named.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. lines

    **Barton ID**: `BID-DATA-001`

    ```sql
    CREATE TABLE orders (shop int, number int, PRIMARY KEY (shop, number));
    CREATE TABLE lines (
        shop int,
        number int,
        FOREIGN KEY (shop, number) REFERENCES orders
    );
    ```

    #### D - Dependencies

    **Foreign Keys**: `number` → `orders.number`
    """,
]

INVALID = [
    _ENTRY.format(key=" --! D015", said="`owner_id` → `users.id`"),
    _ENTRY.format(key=" REFERENCES users --! D015", said="`owner_id` → `users.email`"),
    # In the migrations as well: one finding, where they make the column.
    _MIGRATIONS + _ENTRY.format(key="", said="`owner_id` → `users.id`"),
    # No column of that name, or of no name.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. notes

    **Barton ID**: `BID-DATA-001`

    ```sql
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE notes (id int); --! D015 D015
    ```

    #### D - Dependencies

    **Foreign Keys**:
    - `owner_id` → `users.id`
    - `users`
    """,
]
