"""What a catalogue says of a column beside the SQL of its entry: its Columns list and its diagrams.

Where that is what the other source has, the SQL alone is wrong: one fault, told once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from ctb_lint.catalogue import Catalogue, ColumnItem, Entry
from ctb_lint.diagram import Attribute
from ctb_lint.model import Constraint, ConstraintKind, QualifiedName
from ctb_lint.once import once
from ctb_lint.rule import Related


class _Said(Struct, frozen=True):
    """By table, its entry and what its Columns list and the diagrams have, by column in lower
    case."""

    entries: Mapping[QualifiedName, Entry]
    drawn: Mapping[str, Mapping[str, Attribute]]


@once
def _said(catalogue: Catalogue) -> _Said:
    drawn: dict[str, dict[str, Attribute]] = {}
    for diagram in catalogue.diagrams:
        for entity in diagram.entities:
            for name in (entity.name, entity.alias):
                known = drawn.setdefault(_plain(name), {}) if name else {}
                for attribute in entity.attributes:
                    known.setdefault(attribute.name.lower(), attribute)
    return _Said({entry.table: entry for entry in reversed(catalogue.entries)}, drawn)


def _plain(name: str) -> str:
    return name.strip().lower()


def entry_of(catalogue: Catalogue | None, table: QualifiedName) -> Entry | None:
    """The first entry of a table."""
    return _said(catalogue).entries.get(table) if catalogue else None


def items_of(catalogue: Catalogue | None, table: QualifiedName, column: str) -> list[ColumnItem]:
    """What the Columns list of the table's entry says of a column."""
    entry = entry_of(catalogue, table)
    items = entry.columns if entry else ()
    return [item for item in items if item.name.text.lower() == column.lower()]


def attribute_of(
    catalogue: Catalogue | None, table: QualifiedName, column: str
) -> Attribute | None:
    """What a diagram draws of a column."""
    if catalogue is None:
        return None
    drawn = _said(catalogue).drawn
    entity = drawn.get(_plain(table.name)) or drawn.get(_plain(f"{table.schema}.{table.name}"))
    return entity.get(column.lower()) if entity else None


def retold_types(
    catalogue: Catalogue | None, table: QualifiedName, column: str, fits: Callable[[str], bool]
) -> Iterator[Related]:
    """Where else the catalogue gives the column a type that fits."""
    for item in items_of(catalogue, table, column):
        if item.type and fits(item.type.text):
            yield Related("the Columns list has it so, too", item.type.at)
    attribute = attribute_of(catalogue, table, column)
    if attribute and fits(attribute.type):
        yield Related("the diagram draws it so, too", attribute.at)


def retold_names(
    catalogue: Catalogue | None, table: QualifiedName, column: str
) -> Iterator[Related]:
    """Where else the catalogue names the column."""
    for item in items_of(catalogue, table, column):
        yield Related("the Columns list has it", item.name.at)
    attribute = attribute_of(catalogue, table, column)
    if attribute:
        yield Related("the diagram draws it", attribute.at)


def retold_key(
    catalogue: Catalogue | None, table: QualifiedName, found: Constraint
) -> Iterator[Related]:
    """Where else the catalogue has the constraint that is there: a list that calls the column
    unique or has the same values, a diagram that marks it."""
    mark = _MARKS.get(found.kind)
    values = found.expr.values if found.expr else None
    for column in found.columns:
        for item in items_of(catalogue, table, column):
            unique = item.unique and found.kind is ConstraintKind.UNIQUE
            if unique or (values and item.values and {*values} == {*item.values}):
                yield Related("the Columns list has it so, too", item.at)
        attribute = attribute_of(catalogue, table, column)
        if mark and attribute and mark in attribute.keys:
            yield Related("the diagram draws it so, too", attribute.at)


_MARKS = {ConstraintKind.PRIMARY: "PK", ConstraintKind.UNIQUE: "UK"}
