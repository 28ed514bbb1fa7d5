"""Who speaks: the table, stage and line that a demand gets, and the columns that words name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from ctb_lint.allowed import base_type
from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.datatypes import is_integer
from ctb_lint.demands import Origin, Stage
from ctb_lint.model import Location, QualifiedName, Schema, Table
from ctb_lint.once import once
from ctb_lint.standard import Standard
from ctb_lint.type_words import is_integer_word

_CODE = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(r"[^\W\d][\w$]*")
_WORD = re.compile(r"[^\W\d]\w*")


class Speaker(Struct, frozen=True, kw_only=True):
    """An entry, or the document with one of its tables. ``columns`` are the names of the table's
    columns as stored, ``whole`` those that hold whole numbers; ``sets`` the closed value sets that
    its Columns list gives, by column. ``governed`` are all tables that the standard holds for,
    ``registry`` is the one of ids.
    """

    table: QualifiedName
    standard: Standard
    columns: tuple[str, ...] = ()
    whole: frozenset[str] = frozenset()
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
        whole = _unquoted(name.strip())
        found = self._called(whole)
        if found is None and "." in whole:
            found = self._called(_unquoted(whole.rpartition(".")[2]))
        return found

    def _called(self, name: str) -> str | None:
        return name if name in self.columns else _by_case(self.columns).get(name.lower())

    def relation(self, schema: str | None, name: str) -> QualifiedName:
        """The table of that name: where no schema is written one of the entry's own, unless only
        another has such a table."""
        own = QualifiedName(schema or self.table.schema, name)
        alike = _by_name(self.governed).get(name, ())
        return alike[0] if len(alike) == 1 and not schema and own not in alike else own


@once
def _by_name(tables: tuple[QualifiedName, ...]) -> Mapping[str, list[QualifiedName]]:
    """The tables by their names without the schema."""
    found: defaultdict[str, list[QualifiedName]] = defaultdict(list)
    for one in tables:
        found[one.name].append(one)
    return found


@lru_cache(maxsize=16)
def _by_case(columns: tuple[str, ...]) -> Mapping[str, str]:
    """The names by their lower case; of two the first."""
    return {name.lower(): name for name in reversed(columns)}


def _unquoted(name: str) -> str:
    if len(name) > 2 and name.startswith('"') and name.endswith('"'):
        return name[1:-1].replace('""', '"')
    return name.strip("\"'")


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
                whole=_whole(entry, table, schema),
                sets=tuple((one.name.text, one.values) for one in entry.columns if one.values),
                stage=entry.stage,
                governed=governed,
                registry=registry,
            ),
        )


def _whole(entry: Entry, table: Table | None, schema: Schema) -> frozenset[str]:
    """The columns that hold whole numbers: by the SQL, and without it by the list."""
    if table is None:
        return frozenset(
            one.name.text for one in entry.columns if one.type and is_integer_word(one.type.text)
        )
    return frozenset(one.name for one in table.columns if is_integer(base_type(schema, one.type)))


def code_spans(text: str) -> Iterator[str]:
    """What stands in backticks."""
    for match in _CODE.finditer(text):
        yield match[1].strip()


def columns_named(text: str, speaker: Speaker) -> tuple[str, ...]:
    """The columns that a sentence is about: those in backticks that are names, whether or not the
    table has them; without any, the first word that is a column's name."""
    named = []
    for span in code_spans(text):
        # A name that PostgreSQL wants quoted may hold anything: it is one where a column has it.
        known, last = speaker.column(span), span.rpartition(".")[2]
        if known or _NAME.fullmatch(last):
            named.append(known or last)
    if named:
        return tuple(dict.fromkeys(named))
    for word in _WORD.findall(_CODE.sub(" ", text)):
        # "HEIR ID" speaks of no column called id.
        found = speaker.column(word) if word.lower() != "id" else None
        if found:
            return (found,)
    return ()
