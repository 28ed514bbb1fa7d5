"""An attribute in the ER diagram is not what the SQL of its table declares.

The diagram and the SQL stand in one document and tell different stories. Who writes a query from
the picture asks for a column that is not there, or takes a value for unique that comes twice.

Draw what the SQL has, or put the SQL right:

    ORDERS {
        uuid id PK
        varchar slug UK
    }

A diagram may leave columns, lengths and marks out. Whether FK is right is for other rules.
"""

import difflib
from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.claims import ClaimKind
from ctb_lint.diagram import Attribute, Entity
from ctb_lint.drawn import plain
from ctb_lint.model import Column, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import ERROR, Finding, Related, Undecided, rule
from ctb_lint.type_words import can_stand_for

_NEEDED = ("columns", "constraints", "indexes")


@rule("D009", severity=ERROR, doctrine=True, claims=(ClaimKind.ATTRIBUTE,))
def diagram_attribute_differs(
    catalogue: Catalogue, schema: Schema
) -> Iterator[Finding | Undecided]:
    tables: dict[str, Table] = {}
    for name, table in schema.tables.items():
        tables.setdefault(name.name.lower(), table)
        tables[plain(f"{name.schema}.{name.name}")] = table
    entries = {entry.table: entry for entry in reversed(catalogue.entries)}
    seen: set[tuple[str, str]] = set()
    for diagram in catalogue.diagrams:
        for entity in diagram.entities:
            drawn = tables.get(plain(entity.name)) or tables.get(plain(entity.alias or ""))
            unknown = schema.knowledge.why_unknown(drawn.name, _NEEDED) if drawn else None
            if drawn is None or unknown:
                why = unknown or f"no SQL that can be read declares {entity.name}"
                yield from (Undecided(why, attribute.at) for attribute in entity.attributes)
                continue
            entry = entries.get(drawn.name)
            for finding in _compared(entity, drawn, schema, entry):
                # Two diagrams may draw one table.
                if (str(finding.object), finding.facet) not in seen:
                    seen.add((str(finding.object), finding.facet))
                    yield finding


def _compared(
    entity: Entity, table: Table, schema: Schema, entry: Entry | None
) -> Iterator[Finding]:
    """What the diagram draws of one table, and its SQL does not have."""
    columns = {column.name.lower(): column for column in table.columns}
    for attribute in entity.attributes:
        column = columns.get(attribute.name.lower())
        if column is None:
            near = difflib.get_close_matches(attribute.name.lower(), sorted(columns), 1)
            hint = f"did you mean {near[0]}?" if near else "take it out, or add it to the SQL"
            yield _finding(attribute, table, "which its SQL lacks", "missing", hint, entry)
            continue
        if not can_stand_for(attribute.type, column, schema):
            told = f"as {attribute.type}; its SQL has {column.type.canonical}"
            hint = f"write {column.type.name.replace(' ', '_')}"
            yield _finding(attribute, table, told, "type", hint, entry, column)
        for mark, holds, what in (
            ("PK", _is_primary, "has another primary key"),
            ("UK", _is_unique, "has no unique constraint on it"),
        ):
            if mark in attribute.keys and not holds(table, column):
                told = f"as {mark}; its SQL {what}"
                hint = f"take {mark} out, or add the key to the SQL"
                yield _finding(attribute, table, told, mark, hint, entry, column)


def _is_primary(table: Table, column: Column) -> bool:
    return table.primary_key is not None and column.name in table.primary_key.columns


def _is_unique(table: Table, column: Column) -> bool:
    """Whether the column is in any key: a diagram cannot draw keys of several columns."""
    return any(path.unique and column.name in path.columns for path in table.access_paths())


def _finding(
    attribute: Attribute,
    table: Table,
    told: str,
    facet: str,
    hint: str,
    entry: Entry | None,
    column: Column | None = None,
) -> Finding:
    place = column.location if column else None
    return Finding(
        message=f"the diagram draws {table.name}.{quoted(attribute.name)}"
        f"{',' if facet == 'missing' else ''} {told}",
        object=table.part(ObjectKind.COLUMN, attribute.name),
        at=attribute.at,
        facet=facet,
        hint=hint,
        related=(Related("the SQL has it here", place),) if place else (),
        stage=entry.stage if entry else None,
    )


_ENTRY = """
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (
        id UUID PRIMARY KEY,
        slug VARCHAR(255) UNIQUE NOT NULL,
        price NUMERIC(8, 2),
        at TIMESTAMPTZ,
        tags TEXT[],
        a INT,
        b INT,
        UNIQUE (a, b)
    );
    ```
"""

VALID = [
    # Words for types, columns and marks left out, keys of several columns.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_ENTRY}
    ## Diagram

    ```mermaid
    erDiagram
        ORDERS {{
            uuid id
            string slug UK "in addresses"
            decimal price
            timestamp_with_time_zone at
            text[] tags
            int4 A UK
            integer b UK, FK
        }}
        CUSTOMERS {{
            text name PK
        }}
    ```
    """,
    # Of SQL that cannot be read nothing is known.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (id int not);
    ```

    ```mermaid
    erDiagram
        ORDERS {
            uuid number PK
        }
    ```
    """,
]

INVALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_ENTRY}
    ## Diagram

    ```mermaid
    erDiagram
        public.orders {{
            bigint id PK %% --! D009
            varchar slug PK %% --! D009
            numeric(8) price UK %% --! D009 D009
            timestamp at %% --! D009
            text tags %% --! D009
            varchar slugs UK %% --! D009
        }}
    ```

    ```mermaid
    erDiagram
        o[orders] {{
            bigint id PK
            text slug %% --! D009
        }}
    ```
    """,
]
