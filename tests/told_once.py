"""What is told of a table that the catalogue and the migrations have differently."""

from __future__ import annotations

from pathlib import Path

from tests.described import found

Told = list[tuple[str, str, str]]

ID = "id uuid PRIMARY KEY"
UNIQUE = "unique_id varchar(255) NOT NULL UNIQUE"
PROCESS = "process_id varchar(255) NOT NULL"
CREATED = "created_at timestamptz NOT NULL DEFAULT now()"
INDEXED = f"CREATE TABLE orders ({ID}, {UNIQUE}, {PROCESS}); CREATE INDEX i ON orders (process_id);"
DIAGRAM = """
## Relationships

```mermaid
erDiagram
    ORDERS {{
        {}
    }}
```
"""


def told(folder: Path, catalogue: str, migrations: str, *codes: str, config: str = "") -> Told:
    return [
        (one.code, str(one.object), str(one.severity))
        for one in found(folder, catalogue, migrations, config=config)
        if one.code in codes
    ]


def table(*columns: str, also: str = "") -> str:
    return f"CREATE TABLE orders ({', '.join(columns)});{also}"
