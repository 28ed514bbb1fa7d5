"""Ids as SQL writes them: constants in statements, and defaults of columns."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ctb_lint.allowed import base_type, sql_text
from ctb_lint.changes import RenameTable
from ctb_lint.datatypes import OTHER, family
from ctb_lint.demands import Format, Origin
from ctb_lint.formats import overrides_of
from ctb_lint.history import History, LiteralValue
from ctb_lint.id_checks import Status, check
from ctb_lint.model import Column, Location, ObjectKind, QualifiedName, Schema, Table
from ctb_lint.rule import WARNING, Finding
from ctb_lint.standard import Standard

PLACEHOLDERS = ("${", "{{", "<%")
"""What marks a text as one that something else fills in."""


class WrittenId(Struct, frozen=True):
    """A text that SQL writes into a column: the table by the name that it ends with."""

    table: Table
    column: str
    value: str
    origin: str
    """``insert``, ``update`` or ``default``."""
    location: Location | None


def written(
    subject: LiteralValue | Column, table: Table | None, schema: Schema, history: History | None
) -> WrittenId | None:
    """The text that a statement or a default writes; None where it writes none that can be known,
    or into a table that is no more."""
    if isinstance(subject, LiteralValue):
        owner = table or schema.table(_renamed(subject.table, history))
        if owner is None:
            return None
        return WrittenId(owner, subject.column, subject.value, subject.origin, subject.location)
    if table is None or subject.default is None or subject.default.literal is None:
        return None
    at = subject.default_location or subject.location
    return WrittenId(table, subject.name, subject.default.literal, "default", at)


def malformed(
    one: WrittenId, id_: str, columns: tuple[str, ...], schema: Schema, standard: Standard
) -> Iterator[Finding]:
    """What is wrong with the text as an id of the format ``id_`` (``unique_id``,
    ``process_id``), where the table is governed and the column is one of these."""
    column = one.table.column(one.column)
    if one.column not in columns or not standard.governed(one.table):
        return
    # Where the column holds no text, its type is the fault.
    if column and family(base_type(schema, column.type)) not in {"text", OTHER}:
        return
    if any(mark in one.value for mark in PLACEHOLDERS):
        return
    templates = dict(standard.formats)[id_]
    legacy = dict(standard.legacy_formats).get(id_, ())
    verdict = check(one.value, templates, legacy, overrides_of(standard))
    if verdict.status is Status.OK:
        return
    name = one.table.part(ObjectKind.COLUMN, one.column)
    shown = sql_text(one.value if len(one.value) <= 80 else f"{one.value[:79]}…")
    where = "the default of" if one.origin == "default" else "written to"
    is_legacy = verdict.status is Status.LEGACY
    legacy_fault = f"is of the legacy format {verdict.template}"
    fault = legacy_fault if is_legacy else f"is no {id_}: {verdict.why}"
    yield Finding(
        message=f"{shown}, {where} {name}, {fault}",
        object=name,
        at=one.location,
        facet=f"{one.origin} {one.value}",
        hint=f"write {' or '.join(templates)}",
        because=Format(
            table=one.table.name,
            column=one.column,
            origin=Origin(standard.origin),
            id=id_,
            templates=templates,
        ),
        severity=WARNING if is_legacy else None,
    )


def _renamed(name: QualifiedName, history: History | None) -> QualifiedName:
    """The name that a table ends with, from any that it had."""
    for change in history.changes if history else ():
        if isinstance(change, RenameTable) and change.table == name:
            name = change.new_name
    return name
