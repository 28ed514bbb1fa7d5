"""Schema dumps that a history starts from: which files are one, and which migrations it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from ctb_lint.history import MigrationFile
from ctb_lint.readers.sql.nodes import Node, strings, unwrap
from ctb_lint.readers.sql.released import (
    follows,
    precedes,
    undoing,
    unknown_version,
    up_to,
    version_number,
)
from ctb_lint.readers.sql.scan import scan
from ctb_lint.readers.sql.statements import Parsed, ParsedFile
from ctb_lint.readers.sql.text import ReadFailure

_HEAD = 4000
"""Characters in which a dump says that it is one: below licences and psql's own lines."""
_DUMP = re.compile(
    r"^-- PostgreSQL database dump\b"
    # Rails takes the comments away.
    r"|^SELECT pg_catalog\.set_config\('search_path', '', false\);",
    re.MULTILINE,
)

Row = Mapping[str, str | None]


class Recorded(Struct):
    """The migrations that a dump records as applied: versions, names (of files or folders), and
    the version up to which all are, where the tool records only the last."""

    versions: set[str] = set()
    names: set[str] = set()
    last: str | None = None


def is_dump(text: str) -> bool:
    """Whether pg_dump wrote this."""
    return _DUMP.search(text, 0, _HEAD) is not None


def contained(
    files: Sequence[MigrationFile],
    dump: MigrationFile,
    parsed: ParsedFile,
    text: str,
    version: str | None,
) -> frozenset[str] | ReadFailure:
    """The paths of the migrations whose work the dump holds already.

    ``version`` is the last of them as configured; without it the dump's own record tells, and
    where it keeps none, all migrations follow it.
    """
    if version is not None:
        found = up_to(files, version)
        if found or precedes(files, version):
            return found
        return unknown_version(files, version, "dump-version", dump.path)
    record = recorded(parsed, text)
    numbers = {version_number(one) for one in record.versions} - {None}
    chosen = [f for f in files if not f.dump and _holds(record, numbers, f)]
    paths = {f.path for f in (*chosen, *undoing(files, chosen))}
    if record.last is not None:
        everything = {file.path for file in files if not file.dump}
        paths |= everything if follows(files, record.last) else up_to(files, record.last)
    return frozenset(paths)


def _holds(record: Recorded, numbers: set[tuple[int, ...] | None], file: MigrationFile) -> bool:
    if file.version is not None and version_number(file.version) in numbers:
        return True
    name = file.path.rpartition("/")[2]
    return bool(record.names & {file.name, name, name.rpartition(".")[0]})


# The record of a tool -----------------------------------------------------------------------


def recorded(parsed: ParsedFile, text: str) -> Recorded:
    """What the rows of the tools' own tables say."""
    record = Recorded(set(), set())
    for table, row in _rows(parsed, text):
        _TOOLS[table](record, row)
    return record


def _plain(record: Recorded, row: Row) -> None:
    """Rails, dbmate, Ecto, Supabase, diesel, refinery: a row for each migration. golang-migrate:
    one row, and ``dirty`` where it failed half-way."""
    version = row.get("version")
    if version is None:
        return
    if "dirty" not in row:
        record.versions.add(version)
    elif not _true(row["dirty"]):
        record.last = version


def _flyway(record: Recorded, row: Row) -> None:
    version, kind = row.get("version"), row.get("type") or ""
    if version is None or not _true(row.get("success")):
        return
    if kind == "BASELINE":
        record.last = version
    elif kind.startswith("UNDO") or kind == "DELETE":
        record.versions.discard(version)
    else:
        record.versions.add(version)


def _goose(record: Recorded, row: Row) -> None:
    version = row.get("version_id")
    if version is None:
        return
    if _true(row.get("is_applied")):
        record.versions.add(version)
    else:
        record.versions.discard(version)


def _sqlx(record: Recorded, row: Row) -> None:
    version = row.get("version")
    if version is not None and _true(row.get("success", "t")):
        record.versions.add(version)


def _prisma(record: Recorded, row: Row) -> None:
    name = row.get("migration_name")
    if name and row.get("finished_at", "") is not None and row.get("rolled_back_at") is None:
        record.names.add(name)


def _named(record: Recorded, row: Row) -> None:
    if row.get("name"):
        record.names.add(row["name"] or "")


_TOOLS: dict[str, Callable[[Recorded, Row], None]] = {
    "schema_migrations": _plain,
    "__diesel_schema_migrations": _plain,
    "refinery_schema_history": _plain,
    "atlas_schema_revisions": _plain,
    "flyway_schema_history": _flyway,
    "goose_db_version": _goose,
    "_sqlx_migrations": _sqlx,
    "_prisma_migrations": _prisma,
    "pgmigrations": _named,
    "knex_migrations": _named,
}
"""The tables in which tools keep what they applied."""


def _true(value: str | None) -> bool:
    return (value or "").lower() in {"t", "true", "1"}


def _rows(parsed: ParsedFile, text: str) -> Iterator[tuple[str, Row]]:
    """The rows that a dump puts into the tools' tables, in order."""
    columns: dict[str, tuple[str, ...]] = {}
    for part in parsed.parts:
        for wrapped in part.nodes:
            kind, node = unwrap(wrapped)
            table = node.get("relation", {}).get("relname", "")
            if table not in _TOOLS:
                continue
            if kind == "CreateStmt":
                columns[table] = tuple(
                    item["ColumnDef"]["colname"]
                    for item in node.get("tableElts", ())
                    if "ColumnDef" in item
                )
            elif kind == "InsertStmt":
                named = tuple(c["ResTarget"]["name"] for c in node.get("cols", ()))
                for values in _inserted(node):
                    yield table, dict(zip(named or columns.get(table, ()), values, strict=False))
            elif kind == "CopyStmt" and node.get("is_from"):
                named = strings(node.get("attlist")) or columns.get(table, ())
                for values in _copied(part, text):
                    yield table, dict(zip(named, values, strict=False))


def _inserted(node: Node) -> Iterator[list[str | None]]:
    """The constants of the rows of VALUES."""
    for row in node.get("selectStmt", {}).get("SelectStmt", {}).get("valuesLists", ()):
        yield [_constant(item) for item in row["List"].get("items", ())]


def _constant(item: Node) -> str | None:
    kind, fields = unwrap(item)
    while kind == "TypeCast":
        kind, fields = unwrap(fields["arg"])
    if kind != "A_Const" or fields.get("isnull"):
        return None
    for key, inner in (("sval", "sval"), ("ival", "ival"), ("fval", "fval")):
        if key in fields:
            return str(fields[key].get(inner, 0 if key == "ival" else ""))
    return str(bool(fields.get("boolval", {}).get("boolval"))) if "boolval" in fields else None


def _copied(part: Parsed, text: str) -> Iterator[list[str | None]]:
    """The fields of the data lines below a COPY statement."""
    end = part.statement.location.end
    block = next((b for b in scan(text).copies if b.start >= end), None)
    if block is None:
        return
    for line in text[block.start : block.end].splitlines():
        if line != "\\.":
            yield [None if field == "\\N" else field for field in line.split("\t")]
