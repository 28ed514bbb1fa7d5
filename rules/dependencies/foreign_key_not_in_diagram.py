"""A foreign key ties two tables together that the ER diagram draws, and the diagram draws no edge.

The diagram is looked at before a table is changed, dropped or moved to another database. What it
does not show is found out when PostgreSQL refuses the change, or when CASCADE takes rows along that
nobody thought of.

Draw the edge:

    USERS ||--o{ ORDERS : places

A diagram may leave tables out: only keys between tables that are drawn count. That of a key to the
registry is registry-edge-missing.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.drawn import drawn, places
from ctb_lint.model import Constraint, ConstraintKind, QualifiedName, Schema, Table, quoted
from ctb_lint.rule import WARNING, Finding, Related, rule
from ctb_lint.standard import Standard


@rule("D002", severity=WARNING, doctrine=True)
def foreign_key_not_in_diagram(
    catalogue: Catalogue, schema: Schema, standard: Standard
) -> Iterator[Finding]:
    drawn_at = places(catalogue, schema)
    pairs = {frozenset((one.left.name, one.right.name)) for one in drawn(catalogue, schema)}
    for table, target, key in _keys(schema):
        if not drawn_at.keys() >= {table.name, target} or frozenset((table.name, target)) in pairs:
            continue
        if standard.is_registry(target) and table.name != target:
            continue
        entry = catalogue.entry(table.name)
        columns = ", ".join(map(quoted, key.columns))
        yield Finding(
            message=f"{table.name} ({columns}) references {target}, "
            "and the diagram draws no edge between the two",
            object=table.id,
            at=key.location,
            facet=f"{target} {columns}",
            hint=f"draw `{target.name.upper()} ||--o{{ {table.name.name.upper()} : …`",
            related=(
                Related(f"the diagram draws {table.name.name} here", drawn_at[table.name][0]),
            ),
            stage=entry.stage if entry else None,
        )


def _keys(schema: Schema) -> Iterator[tuple[Table, QualifiedName, Constraint]]:
    for _, table in sorted(schema.tables.items()):
        for key in table.constraints_of(ConstraintKind.FOREIGN):
            if key.references and table.partition_of is None:
                yield table, key.references, key


_TABLES = """
    ### 1. users

    **Barton ID**: `BID-DATA-001`

    ```sql
    CREATE TABLE users (
        id UUID PRIMARY KEY,
        invited_by UUID REFERENCES users{mark}
    );
    ```

    ### 2. orders

    **Barton ID**: `BID-DATA-002`

    ```sql
    CREATE TABLE orders (
        id UUID PRIMARY KEY,
        buyer_id UUID REFERENCES users{mark}
    );
    ```
"""

VALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES.format(mark="")}
    ```mermaid
    erDiagram
        ORDERS }}o--|| USERS : buys
        users ||--o{{ users : invites
    ```
    """,
    # Tables that are not drawn; a catalogue without a diagram.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES.format(mark="")}
    ```mermaid
    erDiagram
        ORDERS {{
            uuid id PK
        }}
    ```
    """,
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES.format(mark="")}
    """,
]

INVALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES.format(mark=" --! D002")}
    ```mermaid
    erDiagram
        USERS {{
            uuid id PK
        }}
        ORDERS {{
            uuid id PK
        }}
    ```
    """,
]
