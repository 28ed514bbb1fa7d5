"""Columns: what is there, and type, NULL, default, identity, generation and collation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from ctb_lint.comparison.likely import likely_columns
from ctb_lint.comparison.pair import Pair, canonical
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
from ctb_lint.model import (
    MAX_NAME_BYTES,
    Column,
    ObjectKind,
    QualifiedName,
    Schema,
    Table,
)

Owned = Mapping[tuple[QualifiedName, str], Mapping[str, str]]
"""For a column, the sequences that it owns: their names by the default that draws from them."""

_MADE_UP = re.compile(r"(.+)_seq\d*", re.DOTALL)


def owned_sequences(schema: Schema) -> Owned:
    """The sequences of serial columns and their like."""
    found: defaultdict[tuple[QualifiedName, str], dict[str, str]] = defaultdict(dict)
    for name, sequence in schema.sequences.items():
        if sequence.owned_by is not None:
            shown = name.name if name.schema == schema.default_schema else ".".join((*_parts(name),))
            text = shown.replace("'", "''")
            found[sequence.owned_by][f"nextval('{text}')"] = name.name
    return found


def _parts(name: QualifiedName) -> tuple[str, str]:
    return name.schema, name.name


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
                likely=likely.get((True, column.name)),
                at=column.location or wanted.location,
                related=found.lost(ObjectKind.COLUMN, column.name) or found.location,
                **self._about(wanted, column.name),
            )
        for column in undeclared:
            yield UndeclaredColumn(
                found=column,
                likely=likely.get((False, column.name)),
                at=wanted.location,
                related=column.location or found.location,
                **self._about(wanted, column.name),
            )
        for name, column in ours.items():
            if name in theirs:
                yield from self._column(wanted, found, column, theirs[name])

    def _column(
        self, wanted: Table, found: Table, one: Column, two: Column
    ) -> Iterator[Difference]:
        about = self._about(wanted, one.name)

        def places(which: str) -> dict[str, object]:
            return {
                "at": getattr(one, which) or one.location or wanted.location,
                "related": getattr(two, which) or two.location or found.location,
                **about,
            }

        name = one.name
        if one.type.canonical != two.type.canonical:
            yield TypeDiffers(
                column=name, wanted=one.type, found=two.type, **_any(places("type_location"))
            )
        if one.not_null != two.not_null and not _by_key(wanted, found, one, two):
            yield NullabilityDiffers(
                column=name,
                wanted=one.not_null,
                found=two.not_null,
                **_any(places("null_location")),
            )
        if _origin(one) != _origin(two):
            yield IdentityOrGeneratedDiffers(
                column=name,
                wanted=_words(one),
                found=_words(two),
                **_any(places("default_location")),
            )
        elif not self._same_default(wanted.name, one, two):
            yield DefaultDiffers(
                column=name,
                wanted=one.default,
                found=two.default,
                **_any(places("default_location")),
            )
        if one.collation != two.collation:
            yield CollationDiffers(
                column=name,
                wanted=one.collation,
                found=two.collation,
                **_any(places("type_location")),
            )

    def _same_default(self, table: QualifiedName, one: Column, two: Column) -> bool:
        wanted, found = canonical(one.default), canonical(two.default)
        if wanted == found:
            return True
        key = (table, one.name)
        drawn = self._wanted_sequences.get(key, {}).get(wanted or "")
        own = self._found_sequences.get(key, {}).get(found or "")
        # serial: both draw from a sequence of their own, whose name nobody chose.
        return drawn is not None and own is not None and _is_made_up(drawn, table.name, one.name)

    def _about(self, table: Table, column: str) -> dict[str, object]:
        return _any(self._pair.about(table.name, ObjectKind.COLUMN, column))


_any: Callable[[dict[str, object]], dict[str, object]]
