"""How rules tell of differences: the two sides in words, their places, and the way out.

Nothing here knows of one pair of sources: the words come from what a difference calls its sides.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ctb_lint.differences import Difference
from ctb_lint.model import DataType, ObjectId, ObjectKind, QualifiedName, Schema
from ctb_lint.rule import Finding, Fix, Related, Severity


class _Side(Struct, frozen=True):
    """A kind of source: what it is called, and whether that is a plural."""

    name: str
    plural: bool = False


_DATABASE = "live"
_SIDES = {
    "catalogue": _Side("the catalogue"),
    "migrations": _Side("the migrations", plural=True),
    _DATABASE: _Side("the database"),
}


def _side(kind: str) -> _Side:
    return _SIDES.get(kind) or _Side(f"the {kind}")


def where(difference: Difference) -> str:
    """``in the migrations``: where the actual side has it."""
    return f"in {_side(difference.actual).name}"


def in_database(difference: Difference) -> bool:
    """Whether the actual side is a live database."""
    return difference.actual == _DATABASE


def declarer(difference: Difference) -> str:
    """``the catalogue``."""
    return _side(difference.declared).name


def declares(difference: Difference) -> str:
    """``the catalogue declares``."""
    side = _side(difference.declared)
    return f"{side.name} {'declare' if side.plural else 'declares'}"


def has(difference: Difference) -> str:
    """``the migrations have``."""
    side = _side(difference.actual)
    return f"{side.name} {'have' if side.plural else 'has'}"


def not_but(difference: Difference, found: str, wanted: str) -> str:
    """``found in the migrations, not wanted as the catalogue declares``."""
    return f"{found} {where(difference)}, not {wanted} as {declares(difference)}"


def or_declare(difference: Difference, what: str) -> str:
    """The other way out: to say on the declared side what is there."""
    if difference.declared == "migrations":
        return f"write a migration with {what}"
    return f"write {what} into {declarer(difference)}"


def or_undeclare(difference: Difference, what: str) -> str:
    """The other way out, where the declared side says too much."""
    if difference.declared == "migrations":
        return f"write a migration that takes {what} away"
    return f"take {what} out of {declarer(difference)}"


def contrast(
    difference: Difference,
    message: str,
    *,
    there: str = "",
    hint: str | None = None,
    related: Iterable[Related] = (),
    about: Iterable[ObjectId] = (),
    severity: Severity | None = None,
    fix: Fix | None = None,
) -> Finding:
    """The finding at the declared side's line, or at the actual one where nothing is declared.
    ``there`` says what stands at the actual place (by default that it is there)."""
    at = difference.at or difference.related
    also = difference.related if difference.at else None
    note = there or f"{has(difference)} it here"
    return Finding(
        message=message,
        object=difference.object,
        at=at,
        facet=difference.facet,
        hint=hint,
        about=tuple(about),
        related=((Related(note, also),) if also else ()) + tuple(related),
        severity=severity,
        stage=difference.stage,
        fix=fix,
    )


def part_of(table: QualifiedName, kind: ObjectKind, name: str) -> ObjectId:
    """A part of a table as an object of a finding."""
    return ObjectId(kind, table.schema, table.name, name)


def columns_of(table: QualifiedName, names: Iterable[str]) -> tuple[ObjectId, ...]:
    """Columns as objects of a finding."""
    return tuple(part_of(table, ObjectKind.COLUMN, name) for name in names)


def types_lacking(schema: Schema, types: Iterable[DataType]) -> tuple[ObjectId, ...]:
    """The types of one's own that a schema does not have: they go with what is of them."""
    names = {QualifiedName(one.schema, one.name) for one in types if one.schema}
    known = (schema.enums, schema.domains, schema.types)
    return tuple(
        ObjectId(ObjectKind.TYPE, name.schema, None, name.name)
        for name in sorted(names)
        if not any(name in kind for kind in known)
    )
