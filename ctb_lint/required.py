"""The finding about a table that lacks a column which is demanded of it."""

from __future__ import annotations

from collections.abc import Iterator

from ctb_lint.demands import RequiredColumn
from ctb_lint.model import ObjectKind, Table
from ctb_lint.rule import Finding


def lacking(demand: RequiredColumn, table: Table, hint: str) -> Iterator[Finding]:
    """That the table has no column of that name, at the place where it lost it."""
    name = str(demand.column)
    if table.column(name):
        return
    yield Finding(
        message=f"{table.name} has no column {demand.column}",
        object=table.id,
        at=table.lost(ObjectKind.COLUMN, name) or table.location,
        hint=hint,
        because=demand,
    )
