"""What the migrations tell of a table besides its shape: which file made it, which changed it
since, and when."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from ctb_lint.changes import CreateTable, DropTable, RenameTable
from ctb_lint.history import Direction, Folded, History, MigrationFile
from ctb_lint.model import QualifiedName, Schema, Table
from ctb_lint.standard import Standard

_DAY = re.compile(r"(?P<y>\d{4})-?(?P<m>\d{2})-?(?P<d>\d{2})(?!\d{1,3}(?!\d))")
_FOLDER_FILES = frozenset({"up.sql", "down.sql", "migration.sql"})


class Facts(Struct, frozen=True, kw_only=True):
    """A table, and what became of it. ``file`` made it and ``later`` are the files that changed it
    since, in their order, as the catalogue names them; ``source`` is their folder. ``rollback`` is
    the file that takes ``file`` back. ``created`` and ``modified`` are the days that the names of
    the first and the last of them tell."""

    table: Table
    file: str | None = None
    later: tuple[str, ...] = ()
    source: str | None = None
    rollback: str | None = None
    created: datetime.date | None = None
    modified: datetime.date | None = None


class _Traced(Struct):
    """The files that have spoken of a table so far."""

    paths: list[str]


def facts_of(folded: Folded) -> Mapping[QualifiedName, Facts]:
    """The facts of all tables, in the order in which they were made."""
    schema, history = folded.schema, folded.history
    files = {file.path: file for file in history.files}
    downs = {f.name: f for f in history.files if f.direction is Direction.DOWN}
    traced = _traced(history)
    made = [name for name in traced if name in schema.tables]
    rest = sorted(name for name in schema.tables if name not in traced)
    return {
        name: _of(schema.tables[name], traced.get(name), files, downs, history)
        for name in (*made, *rest)
    }


def documented(schema: Schema, standard: Standard, table: Table) -> bool:
    """Whether a catalogue has an entry of the table: not of partitions and what does not last.
    What a migration tool owns is Built-in."""
    lasting = table.persistence != "temporary" and table.partition_of is None
    return lasting and (standard.governed(table) or standard.exempt(table.name))


def named(path: str) -> str:
    """How a catalogue names a file: without its folders, but for one that is the name itself."""
    pure = PurePosixPath(path)
    own = pure.name.lower() in _FOLDER_FILES
    return f"{pure.parent.name}/{pure.name}" if own else pure.name


def _traced(history: History) -> dict[QualifiedName, _Traced]:
    found: dict[QualifiedName, _Traced] = {}
    for change in history.changes:
        path = change.statement.path
        if isinstance(change, CreateTable) and change.table:
            found.pop(change.table, None)
            found[change.table] = _Traced([path])
        elif isinstance(change, RenameTable) and change.table in found:
            one = found.pop(change.table)
            one.paths.append(path)
            found[change.new_name] = one
        elif isinstance(change, DropTable) and change.table:
            found.pop(change.table, None)
        elif change.table in found:
            found[change.table].paths.append(path)
    return found


def _of(
    table: Table,
    traced: _Traced | None,
    files: Mapping[str, MigrationFile],
    downs: Mapping[str, MigrationFile],
    history: History,
) -> Facts:
    paths = list(dict.fromkeys(traced.paths)) if traced else []
    known = [files[path] for path in paths if path in files]
    if not known:
        return Facts(table=table)
    down = downs.get(known[0].name)
    days = [day for file in known if (day := _day(file))]
    folder = PurePosixPath(known[0].path).parent
    if PurePosixPath(known[0].path).name.lower() in _FOLDER_FILES:
        folder = folder.parent
    return Facts(
        table=table,
        file=named(known[0].path),
        later=tuple(named(file.path) for file in known[1:]),
        source=f"{folder}/" if str(folder) != "." else "./",
        rollback=named(down.path) if down else None,
        created=_day(known[0]),
        modified=max(days) if days and _day(known[-1]) else None,
    )


def _day(file: MigrationFile) -> datetime.date | None:
    """The day that a file's name begins with; None where it tells none, as a mere number."""
    match = _DAY.match(PurePosixPath(file.name).name.lstrip("Vv"))
    if match is None:
        return None
    try:
        return datetime.date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
