"""What is in the files that a catalogue names: tables that SQL creates, and diagrams of ChartDB."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ctb_lint.changes import CreateTable, RenameTable
from ctb_lint.history import Convention, Direction, History, Layout, MigrationFile, Outcome
from ctb_lint.model import Location, QualifiedName
from ctb_lint.readers.sql.fold.history import FoldOptions, fold
from ctb_lint.readers.sql.statements import parse_file
from ctb_lint.surroundings import Drawing, DrawnTable


def creates(text: str, path: str, options: FoldOptions) -> tuple[QualifiedName, ...] | None:
    """The tables that a file of SQL creates, by every name that it gives them; None where a
    statement that may create some cannot be read."""
    parsed = parse_file(text, path, options.pg_version)
    start = Location(path, 0, 0, 1, 1, 1, 1)
    file = MigrationFile(path, path, Direction.UP, Convention.OTHER, None, start)
    history = History(path, "", Layout.SINGLE, (file,))
    folded = fold(history, [parsed], options, from_nothing=False).history
    unread = {Outcome.SYNTAX_ERROR, Outcome.NOT_UNDERSTOOD}
    if any(one.outcome in unread for one in folded.files[0].statements):
        return None
    made = {one.table for one in folded.changes if isinstance(one, CreateTable) and one.table}
    renamed = {one.new_name for one in folded.changes if isinstance(one, RenameTable)}
    return tuple(sorted(made | renamed))


def drawing(text: str) -> Drawing:
    """What a file of ChartDB holds. Never raises for what it holds."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        return Drawing(f"is not valid JSON: {error.msg} at line {error.lineno}")
    except (RecursionError, ValueError):
        return Drawing("is not valid JSON: it is nested too deep, or a number is too long")
    if not isinstance(data, dict):
        return Drawing("holds no diagram: its JSON is no object")
    tables = data.get("tables")
    if isinstance(tables, list | dict):
        return Drawing(tables=tuple(_tables(tables)))
    of = data.get("path") or data.get("file") or data.get("name")
    return Drawing(of=of if isinstance(of, str) else None)


def _tables(tables: list[Any] | dict[str, Any]) -> Iterator[DrawnTable]:
    named = tables.items() if isinstance(tables, dict) else ((None, one) for one in tables)
    for name, one in named:
        if not isinstance(one, dict):
            continue
        called = one.get("name", name)
        if isinstance(called, str):
            schema = one.get("schema")
            columns = one.get("fields", one.get("columns"))
            kept = schema if isinstance(schema, str) and schema else None
            yield DrawnTable(kept, called, tuple(_columns(columns)))


def _columns(columns: object) -> Iterator[tuple[str, str]]:
    """ChartDB's ``fields``, with the type as an object or as a word."""
    for one in columns if isinstance(columns, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            kind = one.get("type")
            kind = kind.get("name") if isinstance(kind, dict) else kind
            yield one["name"], kind if isinstance(kind, str) else ""
