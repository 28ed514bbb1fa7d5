"""The tables, columns, indexes and constraints that the SQL of entries declares, as claims."""

from __future__ import annotations

from collections.abc import Iterator

from ctb_lint.catalogue import Entry
from ctb_lint.claims import Claim, ClaimKind
from ctb_lint.model import Column, Constraint, Location, Schema, quoted


def structure(entry: Entry, schema: Schema) -> Iterator[Claim]:
    """The claims of an entry's own table: of others that its SQL creates it says nothing, nor does
    a second entry of what the first declares."""
    table = schema.tables.get(entry.table)
    if table is None or table.location is None or entry.repeats:
        return

    def claim(kind: ClaimKind, text: str, at: Location | None) -> Iterator[Claim]:
        if at is not None:
            yield Claim(kind=kind, text=text, at=at, entry=entry.table, section="S")

    yield from claim(ClaimKind.TABLE, f"the table {table.name}", table.location)
    for column in table.columns:
        words = f"{quoted(column.name)} {column.type.canonical}"
        yield from claim(ClaimKind.COLUMN, words, _whole(column))
    for constraint in table.constraints:
        words = f"{constraint.kind} {_over(constraint)}"
        yield from claim(ClaimKind.CONSTRAINT, words.strip(), constraint.location)
    for index in table.indexes:
        listed = ", ".join(quoted(name) if name else "…" for name in index.columns)
        yield from claim(ClaimKind.INDEX, f"{quoted(index.name)} ({listed})", index.location)


def _whole(column: Column) -> Location | None:
    """From the column's name to the last that is known of it."""
    parts = (column.type_location, column.null_location, column.default_location)
    first = column.location
    if first is None:
        return None
    last = max((one for one in (first, *parts) if one), key=lambda one: one.end)
    return Location(
        first.path, first.start, last.end, first.line, first.column, last.end_line, last.end_column
    )


def _over(constraint: Constraint) -> str:
    if constraint.expr:
        return constraint.expr.text
    return f"({', '.join(map(quoted, constraint.columns))})"
