"""Two columns whose values are held against each other."""

from __future__ import annotations

from msgspec import Struct
from psycopg.sql import Composable

from ctb_lint.readers.postgres.rows.render import as_text, column
from ctb_lint.readers.postgres.rows.shapes import ColumnShape

_TEXTS = frozenset({"text", "varchar"})


class Pair(Struct, frozen=True):
    """``plain`` says that PostgreSQL compares the columns as they are, so that an index serves;
    else their texts are compared. ``alike`` says that both also sort the same way."""

    own: ColumnShape
    other: ColumnShape
    plain: bool
    alike: bool

    def of_own(self, alias: str) -> Composable:
        """The value of the first column."""
        return column(self.own.name, alias) if self.plain else as_text(self.own, alias)

    def of_other(self, alias: str) -> Composable:
        """The value of the second column."""
        return column(self.other.name, alias) if self.plain else as_text(self.other, alias)


def pair(own: ColumnShape, other: ColumnShape) -> Pair:
    """How to compare two columns. Texts of different collations are compared by their bytes."""
    if not (own.comparable and other.comparable):
        return Pair(own, other, plain=False, alike=False)
    same = own.type == other.type or {own.type, other.type} <= _TEXTS
    if own.collation != other.collation:
        return Pair(own, other, plain=False, alike=False)
    numbers = own.category == other.category == "N" and "money" not in {own.type, other.type}
    return Pair(own, other, plain=same or numbers or (own.is_time and other.is_time), alike=same)
