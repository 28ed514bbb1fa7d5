"""Expressions as PostgreSQL prints them, in the canonical form that the SQL reader gives them.

``pg_get_expr`` prints casts that PostgreSQL added by itself; which of them are redundant is known
only beside the types of the columns. Many tables have the same expressions: each is read once.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from ctb_lint.model import DataType, Expr, QualifiedName
from ctb_lint.readers.sql.expr import from_text
from ctb_lint.readers.sql.pg import SyntaxFault
from ctb_lint.readers.sql.types import base_type


class Expressions:
    """Reads expressions. ``domains`` are the types that domains stand on, by name."""

    def __init__(self, default_schema: str, domains: Mapping[QualifiedName, DataType]) -> None:
        self._default_schema = default_schema
        self._domains = domains
        self._columns: dict[str, tuple[str, ...]] = {}
        self._read: dict[Hashable, Expr] = {}

    def base(self, type_: DataType) -> DataType:
        """The type behind a domain; any other type itself."""
        return base_type(type_, self._domains)

    def read(
        self,
        text: str,
        expected: DataType | None = None,
        types: Mapping[str, DataType] = {},
    ) -> Expr | None:
        """The expression; None where this parser cannot read what the server printed.

        ``expected`` is the base type of the column that a default goes into, ``types`` those of
        the columns that may be read.
        """
        names = self._columns.get(text)
        if names is not None:
            known = self._read.get(self._key(text, expected, names, types))
            if known is not None:
                return known
        try:
            found = from_text(
                text, expected=expected, types=types, default_schema=self._default_schema
            )
        except SyntaxFault:
            return None
        self._columns[text] = found.columns
        self._read[self._key(text, expected, found.columns, types)] = found
        return found

    def _key(
        self,
        text: str,
        expected: DataType | None,
        names: tuple[str, ...],
        types: Mapping[str, DataType],
    ) -> Hashable:
        return text, expected, tuple(types.get(name) for name in names)
