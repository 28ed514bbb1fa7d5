"""The whole schema of a database from ``pg_catalog``: one snapshot, a handful of round trips
whatever the number of tables, and nobody disturbed.

Left out are system schemas, objects of extensions, temporary tables, NOT NULL constraints (the
column's), sequences of identity columns (the column's), and whatever a partition or child table
has from its parent: constraints, indexes and triggers that PostgreSQL cloned.

Names of collations and operator classes are bare where they stand in ``pg_catalog`` or the default
schema, else qualified. ``nulls_first`` of an index key is what holds, so a plain ``DESC`` has it.

PostgreSQL opens a table to print an expression that reads its columns. Of a table that another
session has locked none is printed: what it would have said is unknown, as is what the role may
not read.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ctb_lint.live import LiveFacts
from ctb_lint.model import Schema
from ctb_lint.readers.postgres.alike import alike, column_names
from ctb_lint.readers.postgres.asking import Catalogs
from ctb_lint.readers.postgres.connect import LIMITS, Limits, reading
from ctb_lint.readers.postgres.facts import NEEDED, UNNEEDED, live_facts, positions
from ctb_lint.readers.postgres.names import Row, TypeKey
from ctb_lint.readers.postgres.schema import FACTS, Catalog, context_of, schema_of
from ctb_lint.readers.postgres.target import Target
from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble

if TYPE_CHECKING:
    from psycopg import Connection

BATCHES = (
    ("schemas", "extensions", "opclasses", "collations", "relations", "parents"),
    ("columns",),
    ("constraints", "indexes"),
    ("triggers", "policies", "types", "labels", "functions", "sequences"),
    ("comments", "dependencies"),
)
"""Which questions go together."""

_ATTEMPTS = 3


class Inspection(Struct, frozen=True):
    """What a database has, and what only a running one can tell."""

    schema: Schema
    facts: LiveFacts


def inspect(
    connection: Connection[Any], limits: Limits = LIMITS, *, default_schema: str = "public"
) -> Schema:
    """The schema of the connection's database, read in one transaction.

    The connection is in autocommit mode and idle. Raises ReadTrouble where the role may not read
    what everything stands on, or the schema changes faster than it can be read; psycopg.Error
    where the server fails.
    """
    with _many_rows():
        catalog = _asked(connection, limits, BATCHES)
        return schema_of(catalog, context_of(catalog, default_schema))


def inspect_with_facts(
    connection: Connection[Any],
    target: Target,
    limits: Limits = LIMITS,
    *,
    default_schema: str = "public",
) -> Inspection:
    """The same, and the facts of the moment. ``target`` is what the connection was made to."""
    with _many_rows():
        catalog = _asked(connection, limits, (*BATCHES[:-1], (*BATCHES[-1], *NEEDED, *UNNEEDED)))
        stands = positions(connection, limits, [row[0] for row in catalog.rows["sequences"]])
        context = context_of(catalog, default_schema)
        schema = schema_of(catalog, context)
        return Inspection(schema, live_facts(catalog, stands, context, connection, target))


@contextmanager
def _many_rows() -> Iterator[None]:
    """Hundreds of thousands of rows are alive at once, and none of them is garbage: looking for
    it would take a quarter of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _asked(
    connection: Connection[Any], limits: Limits, batches: Sequence[Sequence[str]]
) -> Catalog:
    """All rows, from one snapshot. PostgreSQL prints expressions by what is there at the moment:
    where that is gone, another snapshot is taken."""
    from psycopg import errors

    for _ in range(_ATTEMPTS):
        try:
            with reading(connection, limits):
                return _rows(Catalogs(connection), batches)
        except (errors.InternalError_, errors.UndefinedTable, errors.UndefinedObject) as error:
            said = error.diag.message_primary
        except errors.LockNotAvailable as error:
            said = error.diag.message_primary
    raise ReadTrouble(
        f"the schema changes while it is read: {said}",
        "run again when no migration runs",
        Cause.CHANGED,
    )


def _rows(catalogs: Catalogs, batches: Sequence[Sequence[str]]) -> Catalog:
    rows: dict[str, list[Row]] = {}
    for batch in batches:
        for name, found in catalogs.ask(*batch).items():
            rows[name] = _found(name, found, catalogs)
    used = sorted(_used_types(rows))
    numbers, modifiers = [key[0] for key in used], [key[1] for key in used]
    rows["type_names"] = catalogs.ask_about("type_names", (numbers, modifiers))
    names = column_names(rows["columns"])
    views = [row[0] for row in rows["relations"] if row[3] in {"v", "m"}]
    groups = alike(rows["constraints"], names)
    # What locks what it prints comes last.
    answers = catalogs.ask_of(checks=[group[0] for group in groups], views=views)
    rows |= {name: _found(name, found, catalogs) for name, found in answers.items()}
    printed: dict[int, str | None] = dict(rows["checks"])
    # The table of the one that was asked for may be locked, and those of the others not.
    left = [oid for group in groups if not printed.get(group[0]) for oid in group[1:]]
    printed.update(_found("checks", catalogs.ask_of(checks=left)["checks"], catalogs))
    texts = {oid: printed.get(oid) or printed.get(group[0]) for group in groups for oid in group}
    return Catalog(rows, names, texts, catalogs.denied)


def _found(name: str, rows: list[Row] | None, catalogs: Catalogs) -> list[Row]:
    if rows is None and name not in FACTS and name not in UNNEEDED:
        raise ReadTrouble(
            f"the role may not read the catalogs: {catalogs.denied[name]}",
            "connect as a role that may read pg_catalog",
            Cause.RIGHTS,
        )
    return rows or []


def _used_types(rows: Mapping[str, list[Row]]) -> set[TypeKey]:
    used: set[TypeKey] = {(row[3], row[4]) for row in rows["columns"]}
    used |= {(row[6], row[7]) for row in rows["types"] if row[6]}
    used |= {(int(oid), -1) for row in rows["functions"] for oid in row[4].split()}
    return used | {(row[3], -1) for row in rows["sequences"]}
