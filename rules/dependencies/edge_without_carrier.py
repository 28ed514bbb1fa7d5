"""The ER diagram ties two tables together, and neither has a column that could carry the relation.

Such a line cannot be true. No query can follow it: there is nothing to join the tables on. Whoever
plans by the diagram learns that only when the code is to be written.

Add the column and its foreign key, or take the edge out of the diagram:

    ALTER TABLE ssot_registry ADD COLUMN created_by uuid REFERENCES users (id);

A column can carry an edge where it is named after the other table or after the words at the edge,
or is a reference of a fitting type that is named after no other table; so can the primary keys of
a one-to-one relation, and what an entry names as a soft reference. The ids that every row has of
its own (`unique_id`, `process_id`) are no references.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import ClaimKind
from ctb_lint.drawn import untied
from ctb_lint.model import Schema
from ctb_lint.rule import ERROR, Finding, rule
from ctb_lint.standard import Standard
from ctb_lint.surroundings import Built


@rule("D014", severity=ERROR, doctrine=True, claims=(ClaimKind.EDGE,))
def edge_without_carrier(
    catalogue: Catalogue, schema: Schema, standard: Standard, built: Built | None
) -> Iterator[Finding]:
    for one in untied(catalogue, schema, standard, built):
        if one.carriers:
            continue
        referred, referring = one.drawn.sides
        entry = catalogue.entry(referring.name)
        yield Finding(
            message=f"the diagram {one.drawn.words}, and no column of either could carry that",
            object=referring.id,
            at=one.drawn.edge.at,
            facet=f"{referred.name} {one.drawn.edge.label}",
            hint=f"add a column of {referring.name.name} that refers to {referred.name.name}, "
            "or take the edge out",
            stage=entry.stage if entry else None,
        )


_TABLES = """
    ### 1. users

    **Barton ID**: `BID-DATA-001`

    ```sql
    CREATE TABLE users (id UUID PRIMARY KEY, unique_id TEXT UNIQUE, process_id TEXT);
    ```

    ### 2. notes

    **Barton ID**: `BID-DATA-002`

    ```sql
    CREATE TABLE notes (
        id UUID PRIMARY KEY,
        unique_id TEXT UNIQUE,
        process_id TEXT,
        {columns}
        body TEXT
    );
    ```
"""

VALID = [
    # By the name of the table, by the words at the edge, by its type.
    *(
        f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES.format(columns=f"{column},")}
    ```mermaid
    erDiagram
        USERS ||--o{{ NOTES : writes
    ```
    """
        for column in ("user_id UUID", "written_by UUID", "owner_id UUID")
    ),
    # Rows of both tables have one key; what is declared as a soft reference.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES.format(columns="")}
    ```mermaid
    erDiagram
        USERS ||--|| NOTES : "has"
    ```
    """,
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES.format(columns="")}
    #### D - Dependencies

    **Dependent Tables**:
    - Soft reference via `unique_id` (not enforced FK)

    ```mermaid
    erDiagram
        USERS ||--o{{ NOTES : writes
    ```
    """,
    # Of SQL that cannot be read nothing is known.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. users

    **Barton ID**: `BID-DATA-001`

    ```sql
    CREATE TABLE users (id UUID PRIMARY KEY);
    ```

    ### 2. notes

    **Barton ID**: `BID-DATA-002`

    ```sql
    CREATE TABLE notes (id UUID PRIMARY);
    ```

    ```mermaid
    erDiagram
        USERS ||--o{ NOTES : writes
    ```
    """,
]

INVALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES.format(columns="")}
    ```mermaid
    erDiagram
        USERS ||--o{{ NOTES : writes %% --! D014
    ```
    """,
    # References to others, and what is no reference.
    f"""
    -- file: SCHEMA_REFERENCE.md
    {_TABLES.format(columns="team_id UUID, number_of_users INT, user_since DATE, code TEXT,")}
    ### 3. teams

    **Barton ID**: `BID-DATA-003`

    ```sql
    CREATE TABLE teams (id UUID PRIMARY KEY);
    ```

    ```mermaid
    erDiagram
        USERS ||--o{{ NOTES : writes %% --! D014
        TEAMS ||--o{{ NOTES : has
    ```
    """,
]
