"""Rows refer to rows that are not there.

A join loses them, a lookup fails, and the foreign key that was meant can no longer be validated. It
happens where a key is NOT VALID, or only written in the catalogue, as a foreign key or as a soft
reference: the row that was referred to was deleted, and nobody asked.

Decide what they shall refer to, then let the database hold it:

    ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;

Ids that the registry lacks are another rule's. Keys of several columns are not looked into, and
what the standard does not govern is only where an entry of the catalogue names the key.
"""

from collections.abc import Iterator

from ctb_lint.demands import Demand, ForeignKeyTo, SoftReference
from ctb_lint.model import (
    Constraint,
    ConstraintKind,
    ObjectId,
    ObjectKind,
    QualifiedName,
    Schema,
    Table,
    quoted,
)
from ctb_lint.rows import Reference
from ctb_lint.rule import ERROR, Example, RowCheck, Undecided, rule
from ctb_lint.standard import Standard


@rule("D012", severity=ERROR, doctrine=True, needs=("columns", "constraints"))
def orphaned_reference(
    subject: Constraint | ForeignKeyTo | SoftReference,
    table: Table,
    schema: Schema,
    standard: Standard,
) -> Iterator[RowCheck | Undecided]:
    if not isinstance(subject, Constraint):
        yield from _of_claim(subject, table, schema)
        return
    key = subject
    if key.kind is not ConstraintKind.FOREIGN or (key.validated and key.enforced):
        return
    if not standard.governed(table):
        return
    if len(key.columns) > 1:
        yield Undecided(f"foreign key {quoted(key.name)} is of several columns")
    elif len(key.referenced_columns) == 1 and key.references:
        yield _check(table, key.columns[0], key.references, key.referenced_columns[0], None)


def _of_claim(
    demand: ForeignKeyTo | SoftReference, table: Table, schema: Schema
) -> Iterator[RowCheck | Undecided]:
    target = schema.tables.get(demand.target)
    key = target.primary_key if target else None
    only = key.columns[0] if key and len(key.columns) == 1 else None
    column = demand.target_column or only
    lacking = _lacking(demand, table, target, column)
    if lacking or demand.column is None or target is None or column is None:
        # What is missing of a foreign key is another rule's.
        if lacking and isinstance(demand, SoftReference):
            yield Undecided(lacking)
        return
    for held in table.constraints_of(ConstraintKind.FOREIGN):
        if held.columns == (demand.column,) and held.references == target.name:
            return
    yield _check(table, demand.column, target.name, column, demand)


def _lacking(
    demand: ForeignKeyTo | SoftReference, table: Table, target: Table | None, column: str | None
) -> str | None:
    """Why rows cannot tell."""
    if demand.column and table.column(demand.column) is None:
        return f"{table.name} has no column {quoted(demand.column)}"
    if target is None:
        return f"there is no table {demand.target}"
    if column is None:
        return f"{target.name} has no key of one column"
    return None if target.column(column) else f"{target.name} has no column {quoted(column)}"


def _check(
    table: Table, column: str, target: QualifiedName, other: str, because: Demand | None
) -> RowCheck:
    return RowCheck(
        check=Reference(table.name, column, target, other),
        says=f"have a {column} that {target} does not have in {other}",
        object=ObjectId(ObjectKind.COLUMN, table.name.schema, table.name.name, column),
        facet=f"{target}.{other}",
        because=because,
    )


VALID = [
    Example(
        """
        CREATE TABLE users (id int PRIMARY KEY); INSERT INTO users VALUES (1);
        CREATE TABLE orders (id int PRIMARY KEY, user_id int);
        INSERT INTO orders VALUES (1, 1), (2, NULL);
        ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID;
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE users (id int PRIMARY KEY); INSERT INTO users VALUES (1);
        CREATE TABLE orders (id int PRIMARY KEY, user_id int); --! D012
        INSERT INTO orders VALUES (1, 1), (2, 7);
        ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID;
        """,
        live=True,
    ),
]
