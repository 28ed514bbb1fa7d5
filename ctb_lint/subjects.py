"""What a rule can judge: for every type of subject, where the evidence holds those.

A subject comes with the objects that may be injected beside it (the table of a column, the file
of a statement) and the relation whose knowledge counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct

from ctb_lint.applied import AppliedVersions
from ctb_lint.catalogue import Catalogue, Connection, Entry
from ctb_lint.changed_files import CatalogueChange, FileChange
from ctb_lint.changes import Change
from ctb_lint.claims import Claim
from ctb_lint.connection_strings import ConnectionString
from ctb_lint.demands import Demand, Demands
from ctb_lint.differences import Difference
from ctb_lint.evidence import Evidence, Source
from ctb_lint.history import DocumentedHistory, History, LiteralValue, MigrationFile, Statement
from ctb_lint.live import DatabaseFacts, LiveFacts, Server
from ctb_lint.mishaps import Mishap
from ctb_lint.model import (
    Column,
    Constraint,
    EnumType,
    Function,
    Index,
    ObjectKind,
    QualifiedName,
    Schema,
    Table,
    View,
)
from ctb_lint.passwords import Password
from ctb_lint.shadow import Refused, Shadow, Unrestored
from ctb_lint.surroundings import Migrations
from ctb_lint.waivers import WaiverUse

_NOTHING: dict[type[Any], Any] = {}
"""One for all: what is beside the last subject need not be looked through again."""


_Place = tuple[QualifiedName, str | None]
"""A table, and a column of it or None."""


class Subject(Struct, frozen=True, gc=False):
    """One thing to judge, what may be injected beside it, and whose knowledge counts."""

    value: Any
    beside: dict[type[Any], Any] = {}
    relation: QualifiedName | None = None


class Batch(Struct, frozen=True):
    """Subjects that stand in a row with the same beside them, and what they are."""

    subjects: Sequence[Subject]
    values: Sequence[Any]


class Subjects:
    """The subjects of each type in each source, found once for all rules."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, type[Any]], tuple[Subject, ...]] = {}
        self._beside: dict[tuple[int, type[Any]], frozenset[type[Any]]] = {}
        self._relations: dict[tuple[int, type[Any]], frozenset[QualifiedName | None]] = {}
        self._batches: dict[tuple[int, type[Any], bool], tuple[Batch, ...]] = {}
        self._demands: dict[int, Demands] = {}
        self._migrations: tuple[Migrations | None] | None = None
        self._everywhere: dict[int, dict[type[Any], Any]] = {}
        self._places: dict[int, dict[_Place, dict[type[Any], Any]]] = {}
        self._by_kind: dict[int, dict[type[Demand], list[Demand]]] = {}

    def everywhere(
        self, source: Source, find: Callable[[], dict[type[Any], Any]]
    ) -> dict[type[Any], Any]:
        """What can be injected whatever is judged of a source: the same to all rules."""
        if id(source) not in self._everywhere:
            self._everywhere[id(source)] = find()
        return self._everywhere[id(source)]

    def migrations(self, evidence: Evidence) -> Migrations | None:
        """All histories of a run, None where there are none."""
        if self._migrations is None:
            histories = [one.history for one in evidence.sources if one.history]
            self._migrations = (Migrations(histories) if histories else None,)
        return self._migrations[0]

    def demands(self, source: Source) -> Demands:
        """All that is demanded of a source, by table."""
        key = id(source)
        if key not in self._demands:
            by_table: defaultdict[QualifiedName, list[Demand]] = defaultdict(list)
            for demand in source.demands:
                by_table[demand.table].append(demand)
            self._demands[key] = Demands({name: tuple(ones) for name, ones in by_table.items()})
        return self._demands[key]

    def of(self, source: Source, kind: type[Any]) -> tuple[Subject, ...]:
        """The subjects of one type in a source. Raises TypeError where no source could hold such
        a type."""
        key = (id(source), kind)
        if key not in self._found:
            family = next((base for base in _FAMILIES if issubclass(kind, base)), None)
            if issubclass(kind, Demand):
                places = self._places.setdefault(id(source), {})
                self._found[key] = tuple(_demands(source, self._of_kind(source, kind), places))
            elif family is not None:
                self._found[key] = tuple(_FAMILIES[family](source, kind))
            elif kind in _FINDERS:
                self._found[key] = tuple(_FINDERS[kind](source))
            else:
                raise TypeError(f"nothing holds subjects of type {kind.__name__}")
        return self._found[key]

    def beside(self, source: Source, kind: type[Any]) -> frozenset[type[Any]]:
        """What any subject of that type in a source brings with it."""
        key = (id(source), kind)
        if key not in self._beside:
            found = (subject.beside for subject in self.of(source, kind))
            self._beside[key] = frozenset[type[Any]]().union(*found)
        return self._beside[key]

    def relations(self, source: Source, kind: type[Any]) -> frozenset[QualifiedName | None]:
        """The relations whose knowledge counts for any subject of that type in a source."""
        key = (id(source), kind)
        if key not in self._relations:
            self._relations[key] = frozenset(one.relation for one in self.of(source, kind))
        return self._relations[key]

    def batches(self, source: Source, kind: type[Any], *, whole: bool) -> tuple[Batch, ...]:
        """The subjects of one type in a source, in their order: all at once, or cut where what is
        beside them changes."""
        key = (id(source), kind, whole)
        if key not in self._batches:
            subjects = self.of(source, kind)
            groups = [subjects] if whole else _cut(subjects)
            self._batches[key] = tuple(
                Batch(group, [one.value for one in group]) for group in groups if group
            )
        return self._batches[key]

    def _of_kind(self, source: Source, kind: type[Demand]) -> Iterable[Demand]:
        """The demands of one kind, in their order; sorted by kind once, of which there are many."""
        by_kind = self._by_kind.get(id(source))
        if by_kind is None:
            by_kind = self._by_kind[id(source)] = {}
            for demand in source.demands:
                by_kind.setdefault(type(demand), []).append(demand)
        known = [one for one in by_kind if issubclass(one, kind)]
        if len(known) > 1:
            return (demand for demand in source.demands if isinstance(demand, kind))
        return by_kind[known[0]] if known else ()


def _cut(subjects: Sequence[Subject]) -> Iterator[Sequence[Subject]]:
    first = 0
    for place, (one, other) in enumerate(pairwise(subjects), 1):
        if one.beside is not other.beside:
            yield subjects[first:place]
            first = place
    yield subjects[first:]


def _tables(source: Source) -> Iterator[Subject]:
    for name, table in sorted(source.schema.tables.items()):
        yield Subject(table, {Table: table}, name)


def _parts(attribute: str) -> Callable[[Source], Iterator[Subject]]:
    def find(source: Source) -> Iterator[Subject]:
        for name, table in sorted(source.schema.tables.items()):
            beside = {Table: table}
            for part in getattr(table, attribute):
                yield Subject(part, beside, name)

    return find


def _views(source: Source) -> Iterator[Subject]:
    for name, view in sorted(source.schema.views.items()):
        yield Subject(view, {}, name)


def _enums(source: Source) -> Iterator[Subject]:
    for name, enum in sorted(source.schema.enums.items()):
        yield Subject(enum, {}, name)


def _functions(source: Source) -> Iterator[Subject]:
    for function in source.schema.functions:
        yield Subject(function, {}, function.name)


def _demands(
    source: Source, demands: Iterable[Demand], found: dict[_Place, dict[type[Any], Any]]
) -> Iterator[Subject]:
    """``found`` keeps what is beside the demands of each table and column."""
    for demand in demands:
        place = (demand.table, demand.column)
        beside = found.get(place)
        if beside is None:
            beside = found[place] = {}
            table = source.schema.table(demand.table)
            if table:
                beside[Table] = table
                column = table.column(demand.column) if demand.column else None
                if column:
                    beside[Column] = column
        yield Subject(demand, beside, demand.table)


def _statements(source: Source) -> Iterator[Subject]:
    for file in source.history.files if source.history else ():
        beside = {MigrationFile: file}
        for statement in file.statements:
            yield Subject(statement, beside)


def _files(source: Source) -> Iterator[Subject]:
    for file in source.history.files if source.history else ():
        yield Subject(file, {MigrationFile: file})


def _changes(source: Source, kind: type[Any]) -> Iterator[Subject]:
    for change in source.history.changes if source.history else ():
        if isinstance(change, kind):
            yield Subject(change, {}, change.table)


def _mishaps(source: Source, kind: type[Any]) -> Iterator[Subject]:
    for mishap in source.history.mishaps if source.history else source.mishaps:
        if isinstance(mishap, kind):
            yield Subject(mishap, {}, mishap.name)


def _literals(source: Source) -> Iterator[Subject]:
    for literal in source.history.literals if source.history else ():
        table = source.schema.table(literal.table)
        yield Subject(literal, {Table: table} if table else {}, literal.table)


_COLUMN = ObjectKind.COLUMN


def _differences(source: Source, kind: type[Any]) -> Iterator[Subject]:
    for difference in source.differences:
        if isinstance(difference, kind):
            table = source.schema.table(difference.table)
            beside: dict[type[Any], Any] = {Table: table} if table else {}
            named = difference.object
            column = table.column(named.name) if table and named.kind is _COLUMN else None
            if column:
                beside[Column] = column
            yield Subject(difference, beside, difference.table)


def _refused(source: Source) -> Iterator[Subject]:
    if source.shadow and source.shadow.refused:
        yield Subject(source.shadow.refused, {Shadow: source.shadow})


def _unrestored(source: Source) -> Iterator[Subject]:
    for one in source.shadow.unrestored if source.shadow else ():
        yield Subject(one, {Shadow: source.shadow})


def _applied(source: Source) -> Iterator[Subject]:
    if source.applied:
        yield Subject(source.applied)


def _waivers(source: Source) -> Iterator[Subject]:
    for use in source.waivers:
        yield Subject(use)


def _file_changes(source: Source) -> Iterator[Subject]:
    for change in source.file_changes:
        yield Subject(change)


def _catalogue_change(source: Source) -> Iterator[Subject]:
    if source.catalogue_change:
        yield Subject(source.catalogue_change)


def _catalogue(source: Source) -> Iterator[Subject]:
    if source.catalogue:
        yield Subject(source.catalogue)


def _server(source: Source) -> Iterator[Subject]:
    if source.facts:
        yield Subject(source.facts.server)


def _facts(source: Source) -> Iterator[Subject]:
    if source.facts:
        yield Subject(source.facts)


def _lasting(source: Source) -> Iterator[Subject]:
    if source.lasting:
        yield Subject(source.lasting)


def _found_in_text(attribute: str) -> Callable[[Source], Iterator[Subject]]:
    """What was found in the text of a history's files, or of a catalogue's."""

    def find(source: Source) -> Iterator[Subject]:
        for holder in (source.history, source.catalogue):
            for one in getattr(holder, attribute) if holder else ():
                yield Subject(one)

    return find


def _connections(source: Source) -> Iterator[Subject]:
    for connection in source.catalogue.connections if source.catalogue else ():
        yield Subject(connection)


def _claims(source: Source) -> Iterator[Subject]:
    for claim in source.claims:
        yield Subject(claim, _NOTHING, claim.entry)


def _entries(source: Source) -> Iterator[Subject]:
    for entry in source.catalogue.entries if source.catalogue else ():
        table = source.schema.table(entry.table)
        yield Subject(entry, {Table: table} if table else {}, entry.table)


_FINDERS: dict[type[Any], Callable[[Source], Iterator[Subject]]] = {
    Schema: lambda source: iter((Subject(source.schema),)),
    DocumentedHistory: lambda source: iter(
        (Subject(source.documented),) if source.documented else ()
    ),
    History: lambda source: iter((Subject(source.history),) if source.history else ()),
    Table: _tables,
    Column: _parts("columns"),
    Constraint: _parts("constraints"),
    Index: _parts("indexes"),
    View: _views,
    EnumType: _enums,
    Function: _functions,
    Statement: _statements,
    MigrationFile: _files,
    LiteralValue: _literals,
    WaiverUse: _waivers,
    FileChange: _file_changes,
    CatalogueChange: _catalogue_change,
    Catalogue: _catalogue,
    Entry: _entries,
    Claim: _claims,
    AppliedVersions: _applied,
    Connection: _connections,
    ConnectionString: _found_in_text("connection_strings"),
    Password: _found_in_text("passwords"),
    Refused: _refused,
    Unrestored: _unrestored,
    Server: _server,
    LiveFacts: _facts,
    DatabaseFacts: _lasting,
}

_FAMILIES: dict[type[Any], Callable[[Source, type[Any]], Iterator[Subject]]] = {
    Difference: _differences,
    Change: _changes,
    Mishap: _mishaps,
}
"""Types of which a rule judges one kind: only the subjects of that kind are made."""
