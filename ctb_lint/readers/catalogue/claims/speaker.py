"""Who speaks: the table, stage and line that a demand gets, and the columns that words name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.demands import Origin, Stage
from ctb_lint.model import Location, QualifiedName, Schema
from ctb_lint.standard import Standard

_CODE = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Speaker(Struct, frozen=True, kw_only=True):
    """An entry, or the document with one of its tables. ``columns`` are the names of the table's
    columns as stored; ``sets`` the closed value sets that its Columns list gives, by column.
    ``governed`` are all tables that the standard holds for, ``registry`` is the one of ids.
    """

    table: QualifiedName
    standard: Standard
    columns: tuple[str, ...] = ()
    sets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    stage: Stage = Stage.UNKNOWN
    governed: tuple[QualifiedName, ...] = ()
    registry: QualifiedName | None = None

    @property
    def ids(self) -> tuple[str, str]:
        """The names of the two id columns; the registry's are its own."""
        registry = self.standard.registry
        if self.standard.is_registry(self.table):
            return (registry.unique_id, registry.process_id)
        return self.standard.id_columns

    def column(self, name: str) -> str | None:
        """The column of that name, however it is capitalised; None where there is none."""
        plain = name.strip().strip("\"'").rpartition(".")[2]
        if plain in self.columns:
            return plain
        return next((one for one in self.columns if one.lower() == plain.lower()), None)


def origin_at(at: Location) -> Origin:
    """A line of the catalogue as the origin of a demand."""
    return Origin(f"{at.path}:{at.line}", at)


def speakers(
    catalogue: Catalogue, schema: Schema, standard: Standard
) -> Iterator[tuple[Entry, Speaker]]:
    """The entries as speakers. The columns are those of the SQL; without it those of the list."""
    governed = tuple(name for name, one in sorted(schema.tables.items()) if standard.governed(one))
    registry = next((name for name in sorted(schema.tables) if standard.is_registry(name)), None)
    for entry in catalogue.entries:
        table = schema.tables.get(entry.table)
        listed = tuple(one.name.text for one in entry.columns)
        yield (
            entry,
            Speaker(
                table=entry.table,
                standard=standard,
                columns=tuple(one.name for one in table.columns) if table else listed,
                sets=tuple((one.name.text, one.values) for one in entry.columns if one.values),
                stage=entry.stage,
                governed=governed,
                registry=registry,
            ),
        )


def code_spans(text: str) -> Iterator[str]:
    """What stands in backticks."""
    for match in _CODE.finditer(text):
        yield match[1].strip()


def columns_named(text: str, speaker: Speaker) -> tuple[str, ...]:
    """The columns that a sentence is about: those in backticks that are names, whether or not the
    table has them; without any, the first word that is a column's name."""
    quoted = (span for span in code_spans(text) if _NAME.fullmatch(span.rpartition(".")[2]))
    named = [speaker.column(span) or span.rpartition(".")[2] for span in quoted]
    if named:
        return tuple(dict.fromkeys(named))
    for word in _WORD.findall(_CODE.sub(" ", text)):
        # "HEIR ID" speaks of no column called id.
        found = speaker.column(word) if word.lower() != "id" else None
        if found:
            return (found,)
    return ()
