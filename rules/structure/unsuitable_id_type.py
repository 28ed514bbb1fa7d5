"""An id column has a type that cannot hold ids of its format.

The ids of the standard are texts that say where a row comes from, such as
`shq-03-imo-1761177600-a1b2c3d4e5f6g7h8`. A `uuid` or number cannot hold them, and a `varchar` that
is shorter than the shortest legal id refuses every one of them.

Make the column a text that is long enough:

    ALTER TABLE orders ALTER COLUMN unique_id TYPE varchar(255);

The limit is found from the format's template, as configuration has it. `text`, `citext` and domains
over them are all right.
"""

from collections.abc import Iterator

from ctb_lint.coverage import base_type
from ctb_lint.datatypes import OTHER, family, is_text, text_length
from ctb_lint.demands import SuitableId
from ctb_lint.formats import compile_template, overrides_of
from ctb_lint.model import Column, DataType, ObjectKind, QualifiedName, Schema, Table, quoted
from ctb_lint.rule import ERROR, Example, Finding, rule
from ctb_lint.standard import Standard


# An id that is no text differs from the texts of other tables, too: S025 is the same fault.
@rule("S003", severity=ERROR, doctrine=True, needs=("columns",), subsumes=("S025",))
def unsuitable_id_type(
    demand: SuitableId, table: Table, column: Column, schema: Schema, standard: Standard
) -> Iterator[Finding]:
    base = base_type(schema, column.type)
    why = _why_unsuitable(base, schema, demand, standard)
    if why is None:
        return
    yield Finding(
        message=f"{table.name} has {quoted(column.name)} as {_shown(column.type, base)}, {why}",
        object=table.part(ObjectKind.COLUMN, column.name),
        at=column.type_location or column.location,
        hint=f"ALTER TABLE {table.name} ALTER COLUMN {quoted(column.name)} TYPE varchar(255);",
        because=demand,
    )


def _why_unsuitable(
    base: DataType, schema: Schema, demand: SuitableId, standard: Standard
) -> str | None:
    if not is_text(base):
        return None if _is_unknown(base, schema) else "which cannot hold an id of its format"
    length = text_length(base)
    shortest = _shortest(demand, standard)
    if length is None or length >= shortest:
        return None
    return f"too short for its format, whose shortest id has {shortest} characters"


def _is_unknown(base: DataType, schema: Schema) -> bool:
    """Whether nobody can say what the type holds: it may be a text of some extension."""
    if base.array or family(base) != OTHER:
        return False
    name = QualifiedName(base.schema or "", base.name)
    known = name in schema.enums or name in schema.types or name in schema.tables
    return base.name == "unknown" or (base.schema is not None and not known)


def _shortest(demand: SuitableId, standard: Standard) -> int:
    """The length of the shortest id that any of the formats of this id allows."""
    templates = next(
        (found for _, found in standard.formats if demand.template in found), (demand.template,)
    )
    tokens = overrides_of(standard)
    return min(compile_template(template, tokens).shortest for template in templates)


def _shown(written: DataType, base: DataType) -> str:
    if written == base:
        return base.canonical
    return f"{written.canonical} ({base.canonical})"


VALID = [
    "CREATE TABLE orders (unique_id text, process_id varchar(255));",
    "CREATE TABLE orders (unique_id varchar, process_id character varying(100));",
    # A domain over text.
    """
    CREATE DOMAIN heir_id AS text CHECK (VALUE <> '');
    CREATE DOMAIN row_id AS heir_id;
    CREATE TABLE orders (unique_id row_id, process_id heir_id);
    """,
    # citext is text, wherever its extension lives.
    "CREATE EXTENSION citext; CREATE TABLE orders (unique_id citext, process_id citext);",
    # Mended by a later file.
    """
    -- file: 001_orders.sql
    CREATE TABLE orders (unique_id uuid, process_id bigint);
    -- file: 002_text.sql
    ALTER TABLE orders
        ALTER COLUMN unique_id TYPE text,
        ALTER COLUMN process_id TYPE varchar(255) USING process_id::text;
    """,
    # The other columns of a table may be what they want.
    "CREATE TABLE orders (id uuid, unique_id text, process_id text, external_id int);",
    # A short format of the configuration needs a short column only.
    Example(
        "CREATE TABLE orders (unique_id varchar(20), process_id text);",
        config="""
        [formats]
        unique-id = "{db}-{nnn}"
        """,
    ),
]

INVALID = [
    """
    CREATE TABLE orders (
        unique_id uuid, --! S003
        process_id bigint --! S003
    );
    """,
    "CREATE TABLE orders (unique_id varchar(20), process_id text); --! S003",
    """
    CREATE DOMAIN short AS varchar(10);
    CREATE TYPE run AS ENUM ('one', 'two');
    CREATE TABLE orders (
        unique_id short, --! S003
        process_id run --! S003
    );
    """,
    """
    CREATE TABLE orders (unique_id text, process_id text);
    ALTER TABLE orders ALTER COLUMN unique_id TYPE varchar(12); --! S003
    ALTER TABLE orders ALTER COLUMN process_id TYPE text[] USING ARRAY[process_id]; --! S003
    """,
]
