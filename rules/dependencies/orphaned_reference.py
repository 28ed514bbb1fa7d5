"""Rows refer to rows that are not there.

A join loses them, a lookup fails, and the foreign key that was meant can no longer be validated. It
happens where a key is NOT VALID, or only written in the catalogue: the row that was referred to was
deleted, and nobody asked.

Decide what they shall refer to, then let the database hold it:

    ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;

Ids that the registry lacks are another rule's. Keys of several columns are not looked into, and
what the standard does not govern is only where an entry of the catalogue names the key.
"""

from collections.abc import Iterator

from ctb_lint.demands import Demand, ForeignKeyTo
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
    subject: Constraint | ForeignKeyTo, table: Table, schema: Schema, standard: Standard
) -> Iterator[RowCheck | Undecided]:
    if isinstance(subject, ForeignKeyTo):
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


def _of_claim(demand: ForeignKeyTo, table: Table, schema: Schema) -> Iterator[RowCheck]:
    target = schema.tables.get(demand.target)
    key = target.primary_key if target else None
    only = key.columns[0] if key and len(key.columns) == 1 else None
    column = demand.target_column or only
    if demand.column is None or target is None or column is None or target.column(column) is None:
        return
    if table.column(demand.column) is None:
        return
    for held in table.constraints_of(ConstraintKind.FOREIGN):
        if held.columns == (demand.column,) and held.references == target.name:
            return
    yield _check(table, demand.column, target.name, column, demand)


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
