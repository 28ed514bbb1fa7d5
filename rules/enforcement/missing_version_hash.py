"""A table is said to keep a hash of each version, and no column can hold one.

The hash is what tells that a document changed without reading it, and that two copies are the same.
Without it each comparison reads everything, and a change that only a hash would show goes unseen.

Add a column that is wide enough for the hash as it is written, 64 characters for a SHA-256 in
hexadecimal digits:

    ALTER TABLE blueprints ADD COLUMN version_hash varchar(64);

What stands in the column only the rows show: malformed-version-hash asks a live database.
"""

from collections.abc import Iterator

from ctb_lint.allowed import base_type
from ctb_lint.column_names import holds_version_hash, words_of
from ctb_lint.datatypes import OTHER, family, text_length
from ctb_lint.demands import VersionHash
from ctb_lint.model import Column, ObjectKind, Schema, Table
from ctb_lint.rule import WARNING, Finding, Undecided, rule

_HOLDING = frozenset({"text", "binary", "bits", "uuid", OTHER})
_LENGTHS = {"md5": 22, "sha1": 27, "sha256": 43, "sha384": 64, "sha512": 86}
"""The fewest characters that each is written in: Base64 without padding."""
_FEWEST = 7
"""No hash that tells versions apart is shorter: Git shows as many digits."""


@rule("E031", severity=WARNING, doctrine=True, needs=("columns",))
def missing_version_hash(
    demand: VersionHash, table: Table, schema: Schema
) -> Iterator[Finding | Undecided]:
    columns = [one for one in table.columns if _is_meant(one, demand)]
    facts = [_fact(column, demand, schema) for column in columns]
    if columns and None in facts:
        yield Undecided("only the rows show what hashes there are")
        return
    if not columns:
        named = f"column {demand.column}" if demand.column else "column that could hold a hash"
        yield Finding(
            message=f"{table.name} has no {named}",
            object=table.id,
            at=table.location,
            hint=f"type `ALTER TABLE {table.name} ADD COLUMN "
            f"{demand.column or 'version_hash'} varchar(64);`",
            because=demand,
        )
        return
    column, fact = columns[0], facts[0]
    name = table.part(ObjectKind.COLUMN, column.name)
    yield Finding(
        message=f"{name} {fact}",
        object=name,
        at=column.type_location or column.location,
        hint=f"type `ALTER TABLE {table.name} ALTER COLUMN {column.name} TYPE varchar(64);`",
        because=demand,
    )


def _is_meant(column: Column, demand: VersionHash) -> bool:
    if demand.column is not None:
        return column.name == demand.column
    return holds_version_hash(column.name)


def _fact(column: Column, demand: VersionHash, schema: Schema) -> str | None:
    """Why the column cannot hold the hash; None where it can."""
    base = base_type(schema, column.type)
    if family(base) not in _HOLDING and base.name not in {"bigint", "numeric"}:
        return f"is of type {base.canonical}, which holds no hash"
    room = text_length(base)
    named = [*demand.algorithms, *words_of(column.name)]
    known = [(name, _LENGTHS[name]) for name in named if name in _LENGTHS]
    name, needed = min(known, key=lambda pair: pair[1]) if known else ("a hash", _FEWEST)
    if room is not None and room < needed:
        return f"takes {room} characters; {name} needs {needed}"
    return None


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - Version hash for change detection
"""

VALID = [
    f"""
    CREATE TABLE orders (version_hash varchar(64));
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (checksum bytea, content_sha256 char(64));
    {_SAYS}
    """,
    # One that can hold it is enough.
    f"""
    CREATE TABLE orders (short_hash varchar(3), hash text);
    {_SAYS}
    """,
    f"""
    CREATE TABLE invoices (id int);
    {_SAYS}
    """,
]

INVALID = [
    f"""
    CREATE TABLE orders (id int, version text); --! E031
    {_SAYS}
    """,
    # The hash of a password is another thing.
    f"""
    CREATE TABLE orders (password_hash text); --! E031
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (content_sha256 varchar(32)); --! E031
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (version_hash boolean); --! E031
    {_SAYS}
    """,
]
