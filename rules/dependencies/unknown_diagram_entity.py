"""The ER diagram draws an entity that is no table of the catalogue.

The diagram is what newcomers learn the data from. An entity that does not exist sends them looking
for a table that was renamed, dropped, or never made; and its edges are taken for foreign keys.

Write the table's own name, or write the entry of the table that is missing:

    erDiagram
        ORDERS ||--o{ ORDER_LINES : has

Upper and lower case do not count, nor do a schema before the name or a hyphen for an underscore.
"""

import difflib
from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import ClaimKind
from ctb_lint.drawn import plain
from ctb_lint.model import ConstraintKind, ObjectId, ObjectKind, QualifiedName, Schema
from ctb_lint.rule import ERROR, Finding, rule

_FEW = 200


@rule("D008", severity=ERROR, doctrine=True, claims=(ClaimKind.ENTITY,))
def unknown_diagram_entity(catalogue: Catalogue, schema: Schema) -> Iterator[Finding]:
    if not catalogue.entries:
        return
    known = {plain(name) for name in _known(catalogue, schema)}
    tables = sorted({entry.name for entry in catalogue.entries})
    # To look for what is alike takes long where there is much of it.
    tables = tables if len(tables) <= _FEW else []
    seen: set[str] = set()
    for diagram in catalogue.diagrams:
        for entity in diagram.entities:
            called = {plain(entity.name), plain(entity.alias or "")}
            if called & known or plain(entity.name) in seen:
                continue
            seen.add(plain(entity.name))
            near = difflib.get_close_matches(plain(entity.name), tables, 1)
            yield Finding(
                message=f"the diagram draws {entity.name}, which is no table of the catalogue",
                object=ObjectId(ObjectKind.FILE, None, None, entity.at.path),
                at=entity.at,
                facet=entity.name,
                hint=f"write {near[0].upper()}" if near else f"write the entry of {entity.name}",
            )


def _known(catalogue: Catalogue, schema: Schema) -> Iterator[str]:
    """What an entity may be called: tables with an entry, with SQL, a row of the index, or a
    foreign key that leads to them; and views."""
    tables: set[QualifiedName] = {entry.table for entry in catalogue.entries}
    tables.update(schema.tables, schema.views)
    for table in schema.tables.values():
        keys = table.constraints_of(ConstraintKind.FOREIGN)
        tables.update(key.references for key in keys if key.references)
    for name in tables:
        yield name.name
        yield f"{name.schema}.{name.name}"
    yield from (row.name.text.strip("`* ") for row in catalogue.index)


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (id int, owner int REFERENCES auth.users);
    ```

    ### 2. order_lines (Planned)

    **Barton ID**: `BID-DATA-002`

    ## Diagram

    ```mermaid
    erDiagram
        ORDERS ||--o{ ORDER-LINES : has
        USERS ||--o{ ORDERS : owns
        p["order_lines"] {
            int id PK
        }
        public.orders {
            int id
        }
    ```
    """,
    # Another kind of diagram, and one in a document without entries.
    """
    -- file: SCHEMA_REFERENCE.md
    # Notes

    ```mermaid
    erDiagram
        CAR ||--o{ WHEEL : has
    ```

    ```mermaid
    flowchart LR
        A --> B
    ```
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    ## Diagram

    ```mermaid
    erDiagram
        ORDERS ||--o{ ORDER : follows %% --! D008
        ORDERS ||--o{ PAYMENTS : has %% --! D008
        PAYMENTS {
            int id PK
        }
    ```
    """,
]
