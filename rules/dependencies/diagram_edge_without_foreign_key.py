"""The ER diagram ties two tables together, and no foreign key does.

Who reads the diagram takes the line for a promise: that the rows on the one side exist on the
other. Without a foreign key the database keeps no such promise. Rows are orphaned when what they
belong to is deleted, and the join that the diagram invites to loses them without a word.

Declare the key on the column that carries the relation:

    ALTER TABLE blueprints ADD FOREIGN KEY (owner_id) REFERENCES users (id);

Where it is left out on purpose, say so in the Dependencies section of the entry, in words such as
"Soft reference via `unique_id`" or "Foreign Keys: None (designed for loose coupling)". It is then
information. An edge that no column could carry is edge-without-carrier.
"""

from collections.abc import Iterator

from ctb_lint.carriers import Carrier
from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import ClaimKind
from ctb_lint.drawn import unjudged, untied
from ctb_lint.model import Schema, quoted
from ctb_lint.rule import INFO, WARNING, Finding, Undecided, rule
from ctb_lint.standard import Standard
from ctb_lint.surroundings import Built


@rule("D001", severity=WARNING, doctrine=True, claims=(ClaimKind.EDGE,))
def diagram_edge_without_foreign_key(
    catalogue: Catalogue, schema: Schema, standard: Standard, built: Built | None
) -> Iterator[Finding | Undecided]:
    for edge, why in unjudged(catalogue, schema):
        yield Undecided(why, edge.at)
    for one in untied(catalogue, schema, standard, built):
        if not one.carriers:
            continue
        referred, referring = one.drawn.sides
        entry = catalogue.entry(referring.name)
        why = "which is declared as a soft reference" if one.soft else "and no foreign key does"
        yield Finding(
            message=f"the diagram {one.drawn.words}, {why}",
            object=referring.id,
            at=one.drawn.edge.at,
            facet=f"{referred.name} {one.drawn.edge.label}",
            hint=_hint(one.carriers[0], one.soft),
            severity=INFO if one.soft else None,
            stage=entry.stage if entry else None,
        )


def _hint(first: Carrier, soft: bool) -> str:
    """What to do about the column that most likely carries the edge."""
    column = quoted(first.column)
    if soft:
        return f"{first.table}.{column} could carry it; add the key once it may be enforced"
    if first.key is None:
        return f"{first.table}.{column} could carry it: add a key, or declare a soft reference"
    return (
        f"ALTER TABLE {first.table} ADD FOREIGN KEY ({column}) "
        f"REFERENCES {first.target} ({quoted(first.key)});"
    )


_ENTRIES = """
    ### 1. users

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE users (id UUID PRIMARY KEY, unique_id TEXT UNIQUE);
    ```

    ### 2. orders

    **Barton ID**: `BID-DATA-002`

    #### S - Structure

    ```sql
    CREATE TABLE orders (
        id UUID PRIMARY KEY,
        buyer_id UUID{key},
        unique_id TEXT UNIQUE
    );
    ```

    #### D - Dependencies

    **Foreign Keys**: {said}

    ## Diagram
"""

VALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_ENTRIES.format(key=" REFERENCES users", said="`buyer_id` → `users.id`")}
    ```mermaid
    erDiagram
        USERS ||--o{{ ORDERS : places
    ```
    """,
    # The migrations have the key, or a table of their own for it.
    f"""
    -- file: 001_users.sql
    CREATE TABLE users (id UUID PRIMARY KEY);
    CREATE TABLE orders (id UUID PRIMARY KEY, buyer_id UUID REFERENCES users);
    -- file: SCHEMA_REFERENCE.md
    {_ENTRIES.format(key="", said="None")}
    ```mermaid
    erDiagram
        USERS ||--o{{ ORDERS : places
    ```
    """,
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. users

    **Barton ID**: `BID-DATA-001`

    ```sql
    CREATE TABLE users (id UUID PRIMARY KEY);
    ```

    ### 2. teams

    **Barton ID**: `BID-DATA-002`

    ```sql
    CREATE TABLE teams (id UUID PRIMARY KEY, user_id UUID);
    CREATE TABLE members (user_id UUID REFERENCES users, team_id UUID REFERENCES teams);
    ```

    ```mermaid
    erDiagram
        USERS }o--o{ TEAMS : joins
        MEMBERS }o--|| TEAMS : of
    ```
    """,
    # An entity that is no table is another rule's, and so is what no column can carry.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_ENTRIES.format(key=" REFERENCES users", said="None")}
    ### 3. notes

    **Barton ID**: `BID-DATA-003`

    ```sql
    CREATE TABLE notes (id UUID PRIMARY KEY, body TEXT);
    ```

    ```mermaid
    erDiagram
        PERSONS ||--o{{ ORDERS : places
        USERS ||--o{{ NOTES : writes
    ```
    """,
]

INVALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_ENTRIES.format(key="", said="None")}
    ```mermaid
    erDiagram
        u[users] {{
            uuid id PK
        }}
        u ||--o{{ public.orders : places %% --! D001
        ORDERS }}o--|| USERS : "is bought by" %% --! D001
        USERS ||--o{{ ORDERS : Places
    ```
    """,
    # Declared as it is: information.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_ENTRIES.format(key="", said="None (soft reference by `buyer_id`)")}
    ```mermaid
    erDiagram
        USERS ||--o{{ ORDERS : places %% --! D001
    ```
    """,
]
