"""The same id has one kind of type in most tables and another in some.

Ids are compared across tables: with the registry, with the runs that wrote them, with the tables
that they reference. Where one side is text and the other uuid or a number, PostgreSQL refuses the
comparison, or a cast gets in and the index is not used.

Give the column the type that it has elsewhere:

    ALTER TABLE orders ALTER COLUMN process_id TYPE text;

Compared are `unique_id` and `process_id` of all governed tables, and columns whose name is that of
a foreign key that always points at one and the same table. `varchar` and `text` are one kind.
"""

from collections import defaultdict
from collections.abc import Iterator

from ctb_lint.coverage import base_type
from ctb_lint.datatypes import OTHER, family
from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    ObjectKind,
    QualifiedName,
    Schema,
    Table,
    quoted,
)
from ctb_lint.rule import INFO, Finding, Related, rule
from ctb_lint.standard import Standard

Place = tuple[Table, Column]


@rule("S025", severity=INFO, needs=("columns", "constraints"))
def id_type_varies(schema: Schema, standard: Standard) -> Iterator[Finding]:
    names = {*standard.id_columns, *_references(schema)}
    families: dict[str, dict[str, list[Place]]] = {}
    for table in schema.tables.values():
        if not standard.governed(table) or schema.knowledge.why_unknown(table.name, ("columns",)):
            continue
        for column in table.columns:
            kind = family(base_type(schema, column.type))
            if column.name in names and kind != OTHER:
                families.setdefault(column.name, {}).setdefault(kind, []).append((table, column))
    for name in sorted(families):
        usual = _usual(families[name])
        for kind in sorted(families[name].keys() - {usual}):
            for place in families[name][kind]:
                yield _finding(place, usual, families[name][usual])


def _references(schema: Schema) -> Iterator[str]:
    """The names of columns that, as foreign keys, always point at one and the same other table.

    A name such as ``parent_id`` means something else in every table.
    """
    targets: defaultdict[str, set[QualifiedName | None]] = defaultdict(set)
    for table in schema.tables.values():
        for key in table.constraints_of(ConstraintKind.FOREIGN):
            for column in key.columns:
                targets[column].add(_target(table, key))
    for name, found in targets.items():
        if len(found) == 1 and None not in found and name.lower().endswith("_id"):
            yield name


def _target(table: Table, key: Constraint) -> QualifiedName | None:
    """The table that a key of one column points at; None where that says nothing of others."""
    alone = len(key.columns) == 1 and key.references != table.name
    return key.references if alone else None


def _usual(places: dict[str, list[Place]]) -> str:
    """The family of most tables; of families with as many, text, then the first by name."""
    return min(places, key=lambda kind: (-len(places[kind]), kind != "text", kind))


def _finding(place: Place, usual: str, others: list[Place]) -> Finding:
    table, column = place
    other, example = others[0]
    where = str(other.name) + (f" and {len(others) - 1} more" if len(others) > 1 else "")
    return Finding(
        message=(
            f"{table.name} has {quoted(column.name)} as {column.type.canonical}; "
            f"it is {example.type.canonical} in {where}"
        ),
        object=table.part(ObjectKind.COLUMN, column.name),
        at=column.type_location or column.location,
        hint=f"give {quoted(column.name)} one kind of type in all tables: {usual}",
        related=(Related(f"{quoted(column.name)} of {other.name}", example.location),)
        if example.location
        else (),
    )


VALID = [
    # One kind of type, spelt in several ways.
    """
    CREATE DOMAIN heir_id AS varchar(255);
    CREATE EXTENSION citext;
    CREATE TABLE a (unique_id text, process_id citext);
    CREATE TABLE b (unique_id varchar(255), process_id heir_id);
    """,
    # Names that mean something else in each table.
    """
    CREATE TABLE a (id int PRIMARY KEY, parent_id int REFERENCES a, external_id text);
    CREATE TABLE b (id uuid PRIMARY KEY, parent_id uuid REFERENCES b, external_id int);
    CREATE TABLE c (parent_id text);
    """,
    # A type that nobody knows the kind of.
    """
    CREATE TYPE run AS ENUM ('one');
    CREATE TABLE a (process_id run);
    CREATE TABLE b (process_id text);
    """,
    # Governed by nobody.
    """
    CREATE TABLE a (process_id text);
    CREATE TEMPORARY TABLE b (process_id int);
    CREATE TABLE schema_migrations (process_id int);
    """,
    # Mended by a later file.
    """
    -- file: 001_tables.sql
    CREATE TABLE a (process_id text);
    CREATE TABLE b (process_id uuid);
    -- file: 002_text.sql
    ALTER TABLE b ALTER COLUMN process_id TYPE text;
    """,
    # One name, two tables that it points at.
    """
    CREATE TABLE people (id int PRIMARY KEY);
    CREATE TABLE robots (id uuid PRIMARY KEY);
    CREATE TABLE a (owner_id int REFERENCES people);
    CREATE TABLE b (owner_id uuid REFERENCES robots);
    """,
]

INVALID = [
    """
    CREATE TABLE a (unique_id text, process_id text);
    CREATE TABLE b (unique_id text, process_id varchar(255));
    CREATE TABLE c (
        unique_id uuid, --! S025
        process_id bigint --! S025
    );
    """,
    # Of one against one, text is right.
    """
    CREATE TABLE a (process_id uuid); --! S025
    CREATE TABLE b (process_id text);
    """,
    """
    CREATE TABLE customers (id bigint PRIMARY KEY);
    CREATE TABLE orders (customer_id bigint REFERENCES customers);
    CREATE TABLE invoices (customer_id bigint REFERENCES customers);
    CREATE TABLE notes (customer_id text); --! S025
    """,
]
