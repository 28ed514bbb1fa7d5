"""Columns: what is there, and type, NULL, default, identity, generation and collation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from ctb_lint.comparison.likely import likely_columns
from ctb_lint.comparison.pair import Pair, canonical
from ctb_lint.ddl import is_serial, type_sql
from ctb_lint.differences import (
    CollationDiffers,
    DefaultDiffers,
    Difference,
    IdentityOrGeneratedDiffers,
    MissingColumn,
    NullabilityDiffers,
    TypeDiffers,
    UndeclaredColumn,
)
from ctb_lint.model import MAX_NAME_BYTES, Column, ObjectKind, QualifiedName, Schema, Table

_MADE_UP = re.compile(r"(.+)_seq\d*", re.DOTALL)

Owned = Mapping[tuple[QualifiedName, str], Mapping[str, str]]
"""For a column, the names of the sequences that it owns by the default that draws from them."""


def owned_sequences(schema: Schema) -> Owned:
    """The sequences of serial columns and their like."""
    found: defaultdict[tuple[QualifiedName, str], dict[str, str]] = defaultdict(dict)
    for name, sequence in schema.sequences.items():
        if sequence.owned_by is not None:
            hidden = name.schema == schema.default_schema
            shown = name.name if hidden else f"{name.schema}.{name.name}"
            text = shown.replace("'", "''")
            found[sequence.owned_by][f"nextval('{text}')"] = name.name
    return found


class Columns:
    """Compares the columns of tables."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._wanted_sequences = owned_sequences(pair.declared)
        self._found_sequences = owned_sequences(pair.actual)

    def differences(self, wanted: Table, found: Table) -> Iterator[Difference]:
        """All in which the columns of one table differ. Their order is no difference."""
        ours = {column.name: column for column in wanted.columns}
        theirs = {column.name: column for column in found.columns}
        missing = [c for c in wanted.columns if c.name not in theirs]
        undeclared = [c for c in found.columns if c.name not in ours]
        likely = likely_columns(wanted, found, missing, undeclared)
        for column in missing:
            yield MissingColumn(
                wanted=column,
                likely=likely.of_missing.get(column.name),
                at=column.location or wanted.location,
                related=found.lost(ObjectKind.COLUMN, column.name) or found.location,
                **self._about(wanted, column),
            )
        for column in undeclared:
            yield UndeclaredColumn(
                found=column,
                likely=likely.of_undeclared.get(column.name),
                at=wanted.location,
                related=column.location or found.location,
                **self._about(wanted, column),
            )
        for name, column in ours.items():
            if name in theirs:
                yield from self._column(wanted, found, column, theirs[name])

    def _column(
        self, wanted: Table, found: Table, one: Column, two: Column
    ) -> Iterator[Difference]:
        def about(which: str) -> dict[str, Any]:
            return {
                "column": one.name,
                "at": getattr(one, which) or one.location or wanted.location,
                "related": getattr(two, which) or two.location or found.location,
                **self._about(wanted, one),
            }

        # A table that was read once has the same types and defaults on both sides.
        if one.type is not two.type and one.type.canonical != two.type.canonical:
            yield TypeDiffers(wanted=one.type, found=two.type, **about("type_location"))
        if one.not_null != two.not_null and not _follows_key(wanted, found, one, two):
            place = about("null_location")
            yield NullabilityDiffers(wanted=one.not_null, found=two.not_null, **place)
        if not _is_plain(one, two) and _origin(one) != _origin(two):
            place = about("default_location")
            yield IdentityOrGeneratedDiffers(wanted=_words(one), found=_words(two), **place)
        elif not self._same_default(wanted.name, one, two):
            place = about("default_location")
            yield DefaultDiffers(wanted=one.default, found=two.default, **place)
        if one.collation != two.collation:
            place = about("type_location")
            yield CollationDiffers(wanted=one.collation, found=two.collation, **place)

    def _same_default(self, table: QualifiedName, one: Column, two: Column) -> bool:
        if one.default is two.default:
            return True
        wanted, found = _default(one), _default(two)
        if wanted == found:
            return True
        # serial: each draws from a sequence of its own, whose name nobody chose.
        key = (table, one.name)
        drawn = self._wanted_sequences.get(key, {}).get(wanted or "")
        own = self._found_sequences.get(key, {}).get(found or "")
        return drawn is not None and own is not None and _is_made_up(drawn, *key)

    def _about(self, table: Table, column: Column) -> dict[str, Any]:
        return self._pair.about(table.name, ObjectKind.COLUMN, column.name)


def _default(column: Column) -> str | None:
    """The default's canonical text. DEFAULT NULL, which PostgreSQL keeps for some types and not
    for others, is none."""
    text = canonical(column.default)
    return None if text == "NULL" else text


def _is_made_up(sequence: str, table: QualifiedName, column: str) -> bool:
    """Whether PostgreSQL gives a sequence of this column that name. Long ones are cut."""
    stem = _MADE_UP.fullmatch(sequence)
    cut = len(sequence.encode()) >= MAX_NAME_BYTES - 1
    return stem is not None and (cut or stem[1] == f"{table.name}_{column}")


def _follows_key(wanted: Table, found: Table, one: Column, two: Column) -> bool:
    """Whether a primary key brought the NOT NULL that the other side lacks: the key is the
    difference then."""
    table, column, other = (wanted, one, found) if one.not_null else (found, two, wanted)
    key, its = table.primary_key, other.primary_key
    if column.null_location is not None or key is None or column.name not in key.columns:
        return False
    return its is None or column.name not in its.columns


def _is_plain(*columns: Column) -> bool:
    """Whether nothing but a default gives them values."""
    return not any(column.identity or column.generated or column.generation for column in columns)


def _origin(column: Column) -> tuple[object, ...]:
    return (column.identity, column.generated, canonical(column.generation))


def _words(column: Column) -> str:
    """How values of the column come about, as SQL has it."""
    if column.identity is not None:
        return f"GENERATED {column.identity.upper()} AS IDENTITY"
    if column.generated is not None and column.generation is not None:
        text = column.generation.text or column.generation.canonical
        return f"GENERATED ALWAYS AS ({text}) {column.generated.upper()}"
    if column.default is not None and is_serial(column.type):
        return type_sql(column.type)
    if column.default is not None:
        return f"DEFAULT {column.default.text or column.default.canonical}"
    return ""
