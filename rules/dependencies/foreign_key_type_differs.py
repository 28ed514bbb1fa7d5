"""A foreign key joins columns of different types.

PostgreSQL refuses a key between types that it cannot compare, such as text and integer. Between
types that it can compare it accepts one, which is a warning: an `integer` that refers to a `bigint`
overflows while its target still has room, and every join converts. Lengths do not matter.

Give the referencing column the type of the column that it refers to:

    ALTER TABLE orders ALTER COLUMN customer_id TYPE bigint;
"""

from collections.abc import Iterator

from ctb_lint.allowed import base_type
from ctb_lint.datatypes import is_text, same_family_for_foreign_key
from ctb_lint.model import (
    Constraint,
    ConstraintKind,
    DataType,
    ObjectKind,
    QualifiedName,
    Schema,
    Table,
    quoted,
)
from ctb_lint.rule import ERROR, INFO, WARNING, Finding, Related, rule


@rule("D004", severity=ERROR, refused=True, needs=("columns", "constraints"))
def foreign_key_type_differs(key: Constraint, table: Table, schema: Schema) -> Iterator[Finding]:
    target = schema.table(key.references) if key.references else None
    if key.kind is not ConstraintKind.FOREIGN or target is None or table.partition_of:
        return
    if schema.knowledge.why_unknown(target.name, ("columns",)):
        return
    primary = target.primary_key
    columns = key.referenced_columns or (primary.columns if primary else ())
    for name, referenced in zip(key.columns, columns, strict=False):
        column, other = table.column(name), target.column(referenced)
        if column is None or other is None:
            continue
        types = base_type(schema, column.type), base_type(schema, other.type)
        if not all(_is_known(schema, one) for one in types):
            continue
        match = same_family_for_foreign_key(*types)
        if match == "equal":
            continue
        refused = match == "refused"
        harmless = all(is_text(one) for one in types)
        cast = f" USING {quoted(name)}::{other.type.canonical}" if refused else ""
        pair = f"{quoted(name)} is {_shown(column.type, types[0])}, "
        pair += f"{target.name}.{quoted(referenced)} is {_shown(other.type, types[1])}"
        yield Finding(
            message=f"the foreign key {quoted(key.name)} of {table.name} "
            f"{'cannot join' if refused else 'joins'} different types: {pair}",
            object=table.part(ObjectKind.CONSTRAINT, key.name),
            at=key.location,
            facet=name,
            hint=f"type `ALTER TABLE {table.name} ALTER COLUMN {quoted(name)} "
            f"TYPE {other.type.canonical}{cast};`",
            related=(Related(f"{quoted(referenced)} of {target.name}", other.location),),
            severity=None if refused else INFO if harmless else WARNING,
        )


def _is_known(schema: Schema, data_type: DataType) -> bool:
    """Whether the type is built in, or made by the history."""
    if data_type.schema is None:
        return data_type.name != "unknown" and not data_type.name.endswith("%TYPE")
    name = QualifiedName(data_type.schema, data_type.name)
    return name in schema.enums or name in schema.types or data_type.name == "citext"


def _shown(written: DataType, base: DataType) -> str:
    return written.canonical if written == base else f"{written.canonical} ({base.canonical})"


VALID = [
    "CREATE TABLE a (id bigserial PRIMARY KEY); CREATE TABLE b (a_id bigint REFERENCES a);",
    # Lengths do not matter.
    "CREATE TABLE a (id varchar(40) PRIMARY KEY); CREATE TABLE b (a_id varchar(9) REFERENCES a);",
    # Below their domains they are the same.
    """
    CREATE SCHEMA kinds;
    CREATE DOMAIN kinds.id AS uuid; CREATE DOMAIN a_id AS kinds.id NOT NULL;
    CREATE TABLE a (id uuid PRIMARY KEY);
    CREATE TABLE b (a_id a_id REFERENCES a (id));
    """,
    # The columns belong together in the order of the key.
    """
    CREATE TABLE a (x int, y text, PRIMARY KEY (x, y));
    CREATE TABLE b (y text, x int, FOREIGN KEY (y, x) REFERENCES a (y, x));
    """,
    "CREATE TYPE kind AS ENUM ('x'); CREATE TABLE a (id kind PRIMARY KEY);"
    'CREATE TABLE b ("a" public.kind REFERENCES public."a" ("id"));',
    # A later migration mends it.
    """
    -- file: 001.sql
    CREATE TABLE a (id bigint PRIMARY KEY);
    CREATE TABLE b (a_id int REFERENCES a);
    -- file: 002.sql
    ALTER TABLE b ALTER COLUMN a_id SET DATA TYPE int8;
    """,
    "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id text);",
]

INVALID = [
    "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id text REFERENCES a); --! D004",
    # Comparable: a warning.
    """
    CREATE TABLE a (id bigint PRIMARY KEY);
    CREATE TABLE b (
        a_id integer REFERENCES a (id) --! D004
    );
    """,
    """
    CREATE TABLE a (x int, y uuid, PRIMARY KEY (x, y));
    CREATE DOMAIN word AS varchar(36);
    CREATE TABLE b (x smallint, y word);
    ALTER TABLE b ADD FOREIGN KEY (x, y) REFERENCES a; --! D004 --! D004
    """,
]
