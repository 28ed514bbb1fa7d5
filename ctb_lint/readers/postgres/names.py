"""What the numbers of the catalogs are called: types, collations, operator classes, comments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ctb_lint.model import DataType, QualifiedName, quoted

Row = tuple[Any, ...]
TypeKey = tuple[int, int]
"""The oid of a type and its modifier, -1 where it has none."""

_MODIFIERS = re.compile(r"\(([-\d,]+)\)")
_OF_EXTENSION = re.compile(r'\(([^()"]*)\)\Z')


class Names:
    """Looks them up."""

    def __init__(
        self,
        default_schema: str,
        types: Iterable[Row],
        collations: Iterable[Row],
        opclasses: Iterable[Row],
        comments: Iterable[Row],
    ) -> None:
        self._default_schema = default_schema
        self._types: dict[TypeKey, DataType] = {}
        self._usual_collation: dict[int, int] = {}
        for oid, modifier, schema, name, array, formatted, collation in types:
            self._types[oid, modifier] = data_type(schema, name, modifier, array, formatted)
            self._usual_collation[oid] = collation
        self._collations = {oid: QualifiedName(schema, name) for oid, schema, name in collations}
        self._opclasses = {oid: QualifiedName(schema, name) for oid, schema, name in opclasses}
        self._comments = {(catalog, oid, part): text for catalog, oid, part, text in comments}

    def type(self, oid: int, modifier: int = -1) -> DataType:
        """The type; one whose name could not be had is called by its number."""
        found = self._types.get((oid, modifier))
        return found or DataType(f"type {oid}", text=f"type {oid}")

    def collation(self, oid: int, of_type: int | None = None) -> str | None:
        """The collation's name; None where there is none, or where it is the one that a value of
        the type has anyway."""
        if not oid or (of_type is not None and oid == self._usual_collation.get(of_type)):
            return None
        return self._short(self._collations.get(oid))

    def opclass(self, oid: int) -> str | None:
        """The operator class's name; None where it is the usual one of its type."""
        return self._short(self._opclasses.get(oid))

    def comment(self, catalog: str, oid: int, part: int = 0) -> str | None:
        """What is said of an object of that catalog, or of a column of it."""
        return self._comments.get((catalog, oid, part))

    def _short(self, name: QualifiedName | None) -> str | None:
        """By the name that one would write."""
        if name is None or name.schema in {"pg_catalog", self._default_schema}:
            return name.name if name else None
        return f"{quoted(name.schema)}.{quoted(name.name)}"


def data_type(schema: str, name: str, modifier: int, array: bool, formatted: str) -> DataType:
    """The model's type of what ``format_type`` prints of the element.

    >>> data_type("pg_catalog", "timestamptz", 3, True, "timestamp(3) with time zone").canonical
    'timestamp(3) with time zone[]'
    """
    if schema != "pg_catalog":
        found = _OF_EXTENSION.search(formatted) if modifier >= 0 else None
        if found is None:
            return DataType(name, schema, array=array, text=formatted)
        if _MODIFIERS.fullmatch(found[0]):
            return DataType(name, schema, _numbers(found[1]), array, text=formatted)
        return DataType(name, schema, (), array, found[0].lower(), formatted)
    written = _MODIFIERS.search(formatted)
    bare, qualifier = _MODIFIERS.sub("", formatted), ""
    if bare.startswith("interval "):
        bare, _, qualifier = bare.partition(" ")
    return DataType(
        bare, None, _numbers(written[1]) if written else (), array, qualifier, formatted
    )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))
