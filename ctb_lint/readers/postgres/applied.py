"""The tables in which migration tools note what ran."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ctb_lint.applied import AppliedVersions
from ctb_lint.history import Layout
from ctb_lint.model import QualifiedName, Schema
from ctb_lint.readers.postgres.connect import reading

if TYPE_CHECKING:
    from psycopg import Connection

_MOST = 100_000
"""A table of versions with more rows is none."""


class _Log(Struct, frozen=True):
    """How a tool's table is read. ``well`` is a condition that holds for what ended well,
    over the column ``tells`` where the table has to have one;
    ``schemas`` are those that it may lie in, none for any; ``order`` sorts what ran first first.
    """

    table: str
    column: str
    well: str = "true"
    tells: str | None = None
    order: str = ""
    schemas: tuple[str, ...] = ()
    newest_only: bool = False


_GO = _Log("schema_migrations", "version", "NOT dirty", "dirty", newest_only=True)
_PLAIN = _Log("schema_migrations", "version")
_LOGS: dict[Layout, tuple[_Log, ...]] = {
    Layout.FLYWAY: (
        _Log("flyway_schema_history", "version", "success", "success", "installed_rank"),
        _Log("schema_version", "version", "success", "success", "installed_rank"),
    ),
    Layout.GOOSE: (_Log("goose_db_version", "version_id", "is_applied", "is_applied", "id"),),
    Layout.PRISMA: (
        _Log(
            "_prisma_migrations",
            "migration_name",
            "finished_at IS NOT NULL",
            "finished_at",
            "started_at",
        ),
    ),
    Layout.DIESEL: (_Log("__diesel_schema_migrations", "version"),),
    Layout.SQLX: (_Log("_sqlx_migrations", "version", "success", "success"),),
    Layout.SQL_MIGRATE: (_Log("gorp_migrations", "id"), _Log("migrations", "id")),
    Layout.SUPABASE: (_Log("schema_migrations", "version", schemas=("supabase_migrations",)),),
    Layout.GOLANG_MIGRATE: (_GO,),
}
"""The tables of tools; every other layout has ``schema_migrations(version)``."""


def applied_versions(connection: Connection[Any], schema: Schema) -> dict[Layout, AppliedVersions]:
    """What the tables of migration tools hold, by the layouts whose tool would note it there; a
    layout of which the database has no table is left out. A table that the role may not read
    counts only where there is no other. Each is read in a transaction of its own. Raises
    psycopg.Error where the server fails."""
    import psycopg

    read: dict[tuple[QualifiedName, _Log], AppliedVersions] = {}
    found: dict[Layout, AppliedVersions] = {}
    for layout in Layout:
        for name, log in _tables(schema, layout):
            if (name, log) not in read:
                try:
                    with reading(connection):
                        read[name, log] = _read(connection, name, log, schema)
                except psycopg.errors.InsufficientPrivilege:
                    why = f"the role may not read {name}"
                    read[name, log] = AppliedVersions(name, (), unknown=why)
            versions = read[name, log]
            if layout not in found or (found[layout].unknown and not versions.unknown):
                found[layout] = versions
    return found


def _tables(schema: Schema, layout: Layout) -> Iterator[tuple[QualifiedName, _Log]]:
    """The tables that the layout's tool may have made."""
    for log in _LOGS.get(layout, (_PLAIN,)):
        for name, table in sorted(schema.tables.items()):
            columns = {column.name for column in table.columns}
            if name.name != log.table or log.column not in columns:
                continue
            if log.schemas and name.schema not in log.schemas:
                continue
            if log.tells and log.tells not in columns:
                continue
            # Whatever the files look like: that column is golang-migrate's.
            yield name, _GO if log is _PLAIN and "dirty" in columns else log


def _read(
    connection: Connection[Any], name: QualifiedName, log: _Log, schema: Schema
) -> AppliedVersions:
    from psycopg import sql

    columns = {column.name for column in schema.tables[name].columns}

    query = sql.SQL(
        "SELECT {column}::pg_catalog.text, coalesce({well}, false) FROM {table}"
        " WHERE {column} IS NOT NULL ORDER BY {order} LIMIT {most}"
    ).format(
        column=sql.Identifier(log.column),
        well=sql.SQL(log.well),
        table=sql.Identifier(name.schema, name.name),
        order=sql.Identifier(log.order if log.order in columns else log.column),
        most=sql.Literal(_MOST),
    )
    rows = connection.execute(query).fetchall()
    last = dict(rows)
    if log.table == "goose_db_version":
        # A way back adds a row; its first row says version 0.
        well = [version for version, applied in last.items() if applied and version != "0"]
        return AppliedVersions(name, tuple(well))
    return AppliedVersions(
        table=name,
        versions=tuple(version for version, ended_well in last.items() if ended_well),
        newest_only=log.newest_only,
        failed=tuple(version for version, ended_well in last.items() if not ended_well),
    )
