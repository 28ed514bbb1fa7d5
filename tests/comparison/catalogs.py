"""What a server has, as one value that says whether two databases are the same."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs

from ctb_lint.model import SQL_FACTS, Knowledge, Schema
from ctb_lint.readers.postgres.inspect import inspect
from ctb_lint.readers.sql.reader import SqlOptions, read_text
from tests.parity.facts import facts
from tests.postgres import Connection

OPTIONS = SqlOptions(base=Path(), pg_version=18)
KNOWN = Knowledge(SQL_FACTS - {"grants"})
"""What the introspection knows."""


def read(text: str) -> Schema:
    """The schema that the reader makes of a text."""
    return read_text(text, "a.sql", OPTIONS).schema


def applied(connection: Connection, text: str) -> Schema:
    """The schema that an empty database has after a text."""
    connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.execute(text.encode())
    return structs.replace(inspect(connection), knowledge=KNOWN)


def catalogs(schema: Schema, *, names: bool) -> list[tuple[str, str]]:
    """All facts of a schema, sorted; without ``names`` those of constraints and indexes are of no
    matter."""
    found = []
    for key, values in facts(schema):
        nameless = not names and key.kind in {"constraint", "index"}
        found.append((f"{key.kind} {key.relation if nameless else key.object}", str(values)))
    found += [(f"body of {f.name}", f.body or "") for f in schema.functions]
    return sorted(found)
