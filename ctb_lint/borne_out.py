"""What of a catalogue's findings another source clears."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ctb_lint.claims import Claims
from ctb_lint.demands import Demand
from ctb_lint.evidence import Source, SourceKind
from ctb_lint.model import Column, Constraint, Index, ObjectId, ObjectKind, QualifiedName, Table
from ctb_lint.subsumption import Found

_OF_TABLES = (Table, Column, Constraint, Index, Demand)
"""Subjects of rules that judge one table as a source has it."""


def not_borne_out(found: list[Found], sources: Iterable[Source]) -> list[Found]:
    """Of what a catalogue's SQL lacks, that which another source has: its table was held against
    the migrations or the database, the rule judged it there, and found nothing. How the two differ
    is another finding."""
    others = [s for s in sources if s.kind not in {SourceKind.CATALOGUE, SourceKind.WAIVERS}]
    elsewhere: defaultdict[tuple[str, ObjectId, str], set[str]] = defaultdict(set)
    for one in found:
        if one.source.kind is not SourceKind.CATALOGUE:
            elsewhere[one.fault].add(one.source.database)
    return [
        one
        for one in found
        if one.source.kind is SourceKind.CATALOGUE
        and one.source.database not in elsewhere[one.fault]
        and any(_is_judged_in(one, source) for source in others)
    ]


def _is_judged_in(one: Found, source: Source) -> bool:
    """Whether the rule had its say on the same object of another source."""
    named = one.finding.object
    relation = QualifiedName(named.schema or "", named.relation or named.name)
    table = source.schema.table(relation)
    if table is None or relation not in source.compared:
        return False
    if named.kind is ObjectKind.COLUMN and table.column(named.name) is None:
        return False
    if not all(issubclass(kind, _OF_TABLES) for kind in one.rule.subjects):
        return False
    if any(parameter.type is Claims for parameter in one.rule.parameters):
        return False  # only the catalogue can tell
    return source.schema.knowledge.why_unknown(relation, one.rule.needs) is None
