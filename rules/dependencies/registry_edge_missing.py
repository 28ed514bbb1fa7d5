"""The ER diagram does not tie a tracked table to the registry of ids.

Every row of a tracked table is registered by its `unique_id`; the registry is how anybody finds out
what an id belongs to. A diagram that shows that for some tables and not for others says that the
others are not registered, and audits that follow the diagram leave them out.

Draw the edge:

    IDS ||--o{ SHQ_MASTER_ERROR_LOG : tracks

Tables without the column, those of migration tools and the registry itself need none. Where the
diagram leaves the registry out altogether that is one finding.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.drawn import drawn, places
from ctb_lint.model import ObjectId, ObjectKind, QualifiedName, Schema, Table
from ctb_lint.rule import WARNING, Finding, rule
from ctb_lint.standard import Standard


@rule("D013", severity=WARNING, doctrine=True)
def registry_edge_missing(
    catalogue: Catalogue, schema: Schema, standard: Standard
) -> Iterator[Finding]:
    registry = next((name for name in sorted(schema.tables) if standard.is_registry(name)), None)
    drawn_at = places(catalogue, schema)
    if registry is None or not drawn_at:
        return
    _, first = next(iter(drawn_at.values()))
    tied = {
        side.name
        for one in drawn(catalogue, schema)
        if registry in {one.left.name, one.right.name}
        for side in one.sides
    }
    untied = [one for one in _tracked(catalogue, schema, standard) if one[0].name not in tied]
    if registry not in drawn_at and untied:
        yield Finding(
            message=f"the diagram leaves out {registry.name}, where all ids are registered",
            object=ObjectId(ObjectKind.FILE, None, None, first.at.path),
            at=first.at,
            facet=registry.name,
            hint=f"draw {_edge(registry, untied[0][0])}, and so for every tracked table",
        )
        return
    for table, entry in untied:
        yield Finding(
            message=f"the diagram does not tie {table.name} to {registry.name}, "
            "where its rows are registered",
            object=table.id,
            at=drawn_at.get(table.name, (first.at,))[0],
            hint=f"draw {_edge(registry, table)}",
            stage=entry.stage,
        )


def _tracked(
    catalogue: Catalogue, schema: Schema, standard: Standard
) -> Iterator[tuple[Table, Entry]]:
    """The tables with an entry whose rows are registered, in the order of the entries."""
    entries = {entry.table: entry for entry in reversed(catalogue.entries)}
    for entry in reversed(entries.values()):
        table = schema.tables.get(entry.table)
        if table is None or not standard.governed(table) or standard.is_registry(table.name):
            continue
        if table.column(standard.unique_id):
            yield table, entry


def _edge(registry: QualifiedName, table: Table) -> str:
    return f"`{registry.name.upper()} ||--o{{ {table.name.name.upper()} : tracks`"


_TABLES = """
    ### 1. ids

    **Barton ID**: `BID-DATA-001`

    ```sql
    CREATE TABLE ids (id UUID PRIMARY KEY, unique_id TEXT UNIQUE, entity_type TEXT);
    ```

    ### 2. users

    **Barton ID**: `BID-DATA-002`

    ```sql
    CREATE TABLE users (id UUID PRIMARY KEY, unique_id TEXT UNIQUE);
    ```

    ### 3. countries

    **Barton ID**: `BID-DATA-003`

    ```sql
    CREATE TABLE countries (code TEXT PRIMARY KEY);
    ```

    ### 4. schema_migrations

    **Barton ID**: `BID-DATA-999`

    ```sql
    CREATE TABLE schema_migrations (version TEXT PRIMARY KEY, unique_id TEXT);
    ```
"""

VALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES}
    ```mermaid
    erDiagram
        Users }}o--|| public.ids : "is in"
    ```
    """,
    # In two diagrams.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES}
    ```mermaid
    erDiagram
        USERS {{
            uuid id PK
        }}
    ```

    ```mermaid
    erDiagram
        IDS ||--o{{ USERS : tracks
    ```
    """,
    # No diagram of tables, and no registry.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES}
    ```mermaid
    erDiagram
        CAR ||--o{{ WHEEL : has
    ```
    """,
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. users

    **Barton ID**: `BID-DATA-002`

    ```sql
    CREATE TABLE users (id UUID PRIMARY KEY, unique_id TEXT UNIQUE);
    ```

    ```mermaid
    erDiagram
        USERS ||--o{ USERS : invites
    ```
    """,
]

INVALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES}
    ### 5. orders

    **Barton ID**: `BID-DATA-005`

    ```sql
    CREATE TABLE orders (id UUID PRIMARY KEY, unique_id TEXT, user_id UUID);
    ```

    ```mermaid
    erDiagram
        USERS ||--o{{ ORDERS : places %% --! D013
        IDS ||--o{{ USERS : tracks
    ```
    """,
    # One that is not drawn at all.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES}
    ```mermaid
    erDiagram %% --! D013
        IDS ||--o{{ COUNTRIES : tracks
    ```
    """,
    # The registry is left out.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES}
    ```mermaid
    erDiagram %% --! D013
        USERS ||--o{{ COUNTRIES : visits
    ```
    """,
]
