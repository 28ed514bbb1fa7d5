"""How migration files are named: what a file's name says of order, direction and database."""

from __future__ import annotations

import re

from msgspec import Struct

from ctb_lint.history import Convention, Direction

OURS = frozenset({"postgres", "postgresql", "pgsql", "pg", "psql"})
OTHERS = {
    "mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite", "sqlite3": "SQLite",
    "cockroach": "CockroachDB", "cockroachdb": "CockroachDB", "crdb": "CockroachDB",
    "mssql": "SQL Server", "sqlserver": "SQL Server", "oracle": "Oracle",
    "clickhouse": "ClickHouse",
    "snowflake": "Snowflake", "bigquery": "BigQuery", "duckdb": "DuckDB",
}  # fmt: skip
"""The databases that a part of a file's name can stand for."""

_DIRECTIONS = {
    "up": Direction.UP,
    "down": Direction.DOWN,
    "rollback": Direction.DOWN,
    "undo": Direction.DOWN,
}
DOWN_FOLDERS = frozenset({"down", "downs", "rollback", "rollbacks", "undo"})
FOLDER_FILES = {
    "up.sql": Direction.UP,
    "down.sql": Direction.DOWN,
    "migration.sql": Direction.UP,
}
"""Files whose folder is the migration: diesel's, and Prisma's."""

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}(?![0-9])(?!-\d{4})")
_DIESEL = re.compile(r"(\d{4}-\d{2}-\d{2}-\d{4,6}(?:-\d+)?)(?![0-9])")
_SPLIT_TIME = re.compile(r"(\d{8}[_T-]\d{6})(?![0-9])")
_DIGITS = re.compile(r"(\d+)(?=[_\-. ]|\Z)")
_STAMP_DIGITS = 8


class FileName(Struct, frozen=True):
    """What a file's name says.

    ``stem`` is the name without extension, direction and database. ``database`` is the other
    database's name of a variant for one, ``ours`` says that it is PostgreSQL's own variant.
    ``direction`` is None where the name gives none.
    """

    stem: str
    direction: Direction | None
    database: str | None = None
    ours: bool = False


def parse_name(name: str) -> FileName:
    """Read ``X.postgres.autocommit.up.sql`` and the like, the parts in any order."""
    parts = name.split(".")
    if len(parts) > 1 and parts[-1].lower() == "sql":
        parts.pop()
    direction: Direction | None = None
    database: str | None = None
    ours = False
    while len(parts) > 1:
        part = parts[-1].lower()
        if part in _DIRECTIONS and direction is None:
            direction = _DIRECTIONS[part]
        elif part in OURS:
            ours = True
        elif part in OTHERS:
            database = OTHERS[part]
        elif part != "autocommit":
            break
        parts.pop()
    return FileName(".".join(parts), direction, database, ours)


def convention_of(name: str) -> tuple[Convention, str | None]:
    """The convention of a stem or folder name, and its version as digits.

    ``2019-02-27-170003_x`` is diesel's time stamp, version ``20190227170003``; ``2025-08-19_x`` is
    a date and has no version; ``V1__x`` and all else is OTHER.
    """
    for pattern in (_DIESEL, _SPLIT_TIME):
        found = pattern.match(name)
        if found is not None:
            return Convention.TIMESTAMPED, re.sub(r"\D", "", found.group(1))
    if _DATED.match(name):
        return Convention.DATED, None
    digits = _DIGITS.match(name)
    if digits is None or not digits.group(1).isascii():
        return Convention.OTHER, None
    stamped = len(digits.group(1)) >= _STAMP_DIGITS
    return Convention.TIMESTAMPED if stamped else Convention.NUMBERED, digits.group(1)


def version_key(version: str) -> tuple[int, ...]:
    """A version as numbers, to compare by: ``10.02`` is (10, 2). Numbers beyond 4,000 digits are
    cut there."""
    return tuple(int(part[:4000]) for part in version.split("."))
