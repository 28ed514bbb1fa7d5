"""Names as PostgreSQL stores and writes them, and what a finding speaks of."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

MAX_NAME_BYTES = 63
"""PostgreSQL's NAMEDATALEN - 1."""

RESERVED = frozenset(
    {
        "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric",
        "authorization", "binary", "both", "case", "cast", "check", "collate", "collation",
        "column", "concurrently", "constraint", "create", "cross", "current_catalog",
        "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
        "current_user", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except",
        "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having",
        "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral",
        "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not",
        "notnull", "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing",
        "primary", "references", "returning", "right", "select", "session_user", "similar", "some",
        "symmetric", "system_user", "table", "tablesample", "then", "to", "trailing", "true",
        "union", "unique", "user", "using", "variadic", "verbose", "when", "where", "window",
        "with",
    }
)  # fmt: skip
"""The words that no table or column can be called by without quotes."""


class QualifiedName(Struct, frozen=True, order=True, gc=False):
    """A schema-qualified name, as stored."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}"


class ObjectKind(StrEnum):
    """What kind of thing a finding speaks of."""

    SCHEMA = "schema"
    TABLE = "table"
    VIEW = "view"
    COLUMN = "column"
    CONSTRAINT = "constraint"
    INDEX = "index"
    TYPE = "type"
    SEQUENCE = "sequence"
    FUNCTION = "function"
    TRIGGER = "trigger"
    POLICY = "policy"
    HISTORY = "history"
    FILE = "file"
    STATEMENT = "statement"
    DATABASE = "database"


class ObjectId(Struct, frozen=True, order=True):
    """What a finding is about: stable across edits that only move lines.

    ``relation`` is the table of a column, constraint, trigger or policy, else None.
    ``schema`` is None for files, histories and statements, whose names are no names of SQL.
    """

    kind: ObjectKind
    schema: str | None
    relation: str | None
    name: str

    def __str__(self) -> str:
        if self.kind in {ObjectKind.FILE, ObjectKind.HISTORY, ObjectKind.STATEMENT}:
            return self.name
        return ".".join(quoted(part) for part in (self.schema, self.relation, self.name) if part)


def quoted(name: str) -> str:
    """The name as one would have to type it: in double quotes unless it is plain lower case and
    no reserved word."""
    # Without its underscores a plain name is letters and digits.
    letters = name.replace("_", "a")
    plain = letters.isalnum() and not name[0].isdigit()
    return (
        name
        if plain and name == name.lower() and name not in RESERVED
        else '"' + name.replace('"', '""') + '"'
    )
