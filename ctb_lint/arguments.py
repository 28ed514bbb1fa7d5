"""What a rule is given beside the subject that it judges: objects of the types that it asks for."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import Claims
from ctb_lint.demands import Demand, Demands
from ctb_lint.evidence import Evidence, Source, SourceKind, Target
from ctb_lint.history import History
from ctb_lint.live import DatabaseFacts, LiveFacts, Server
from ctb_lint.model import Column, Knowledge, Schema, Table
from ctb_lint.rule import Rule
from ctb_lint.standard import Standard
from ctb_lint.subjects import Subject, Subjects
from ctb_lint.surroundings import Built, Commits, Migrations, Surroundings

_BUILDING = frozenset({SourceKind.MIGRATIONS, SourceKind.LIVE})


def given_everywhere(source: Source, evidence: Evidence, held: Subjects) -> dict[type[Any], Any]:
    """What can be injected whatever is judged."""
    given: dict[type[Any], Any] = {
        Schema: source.schema,
        Knowledge: source.schema.knowledge,
        Standard: evidence.standard,
        Target: evidence.target,
        datetime.date: evidence.as_of,
        Demands: held.demands(source),
    }
    if source.history:
        given[History] = source.history
    migrations = held.migrations(evidence)
    if migrations:
        given[Migrations] = migrations
    built = [one.schema for one in evidence.sources if one.kind in _BUILDING]
    if built:
        given[Built] = Built(tuple(built))
    if evidence.surroundings:
        given[Surroundings] = evidence.surroundings
    if evidence.commits:
        given[Commits] = evidence.commits
    # What only a catalogue can tell asks for its claims: other sources have none.
    if source.claims:
        given[Claims] = Claims(source.claims)
    if source.lasting:
        given[DatabaseFacts] = source.lasting
    if source.facts:
        given[LiveFacts] = source.facts
        given[Server] = source.facts.server
    catalogue = source.catalogue or evidence.catalogue
    if catalogue:
        given[Catalogue] = catalogue
    return given


class Arguments:
    """The further arguments of a rule for the subjects of one type in one source.

    ``values`` are those for the subject that was placed last, ``everywhere`` is what there is
    whatever is judged, ``beside`` are the types of which some subject brings an object. ``absent``
    says in words what the rule needs and no subject can bring, ``vary`` whether not all subjects
    are judged with the same arguments.
    """

    def __init__(
        self,
        rule: Rule,
        source: Source,
        everywhere: Mapping[type[Any], Any],
        beside: frozenset[type[Any]],
    ) -> None:
        self.values = [everywhere.get(one.type) for one in rule.parameters]
        self._source = source
        self._slots = [
            (place, one.type, self.values[place])
            for place, one in enumerate(rule.parameters)
            if one.type in beside
        ]
        self._needed = [(i, one.type) for i, one in enumerate(rule.parameters) if not one.optional]
        self.absent = next(
            (
                _absent(kind)
                for place, kind in self._needed
                if self.values[place] is None and kind not in beside
            ),
            "",
        )
        self.vary = bool(self._slots or self.absent)

    def place(self, subject: Subject) -> str:
        """Puts what stands beside a subject into ``values``; what the rule needs and is not there,
        in words, empty where nothing is missing."""
        values, beside = self.values, subject.beside
        for place, kind, anywhere in self._slots:
            values[place] = beside.get(kind, anywhere)
        for place, kind in self._needed:
            if values[place] is None:
                return _not_there(kind, subject, self._source)
        return ""


def _not_there(kind: type[Any], subject: Subject, source: Source) -> str:
    if kind in {Table, Column} and isinstance(subject.value, Demand):
        where = f"in {source.kind.place}"
        if Table not in subject.beside:
            return f"there is no table {subject.value.table} {where}"
        return f"{subject.value.table} has no column {subject.value.column} {where}"
    return _absent(kind)


def _absent(kind: type[Any]) -> str:
    return _NOT_THERE.get(kind.__name__, f"there is no {kind.__name__.lower()}")


_NOT_THERE = {
    "History": "there are no migrations",
    "Migrations": "there are no migrations",
    "Built": "there are neither migrations nor a database",
    "Catalogue": "there is no catalogue",
    "Claims": "only the catalogue can tell",
    "Surroundings": "the catalogue is in no repository",
    "Commits": "there is no git repository with all of its history",
    "Server": "no database is asked",
    "LiveFacts": "no database is asked",
    "DatabaseFacts": "no database is asked",
}
