"""Plans, judges and merges. Pure: evidence and rules in, findings out; no clock, no files."""

from __future__ import annotations

import contextlib
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from operator import length_hint
from typing import Any

from msgspec import Struct, field, structs

from ctb_lint.arguments import Arguments, given_everywhere
from ctb_lint.borne_out import not_borne_out
from ctb_lint.claims import Claim
from ctb_lint.demands import Demand
from ctb_lint.evidence import Evidence, Source, SourceKind
from ctb_lint.merging import merged, without_twins
from ctb_lint.model import QualifiedName, Table
from ctb_lint.passwords import masked
from ctb_lint.report import Failure, Reported, Skipped
from ctb_lint.row_findings import of_rows
from ctb_lint.rows import Check, RowFact
from ctb_lint.rule import Finding, Rule, Severity, Undecided
from ctb_lint.subjects import Batch, Subject, Subjects
from ctb_lint.subsumption import Found, declared_by, without_subsumed
from ctb_lint.verdicts import ONLY_ROWS, SILENT, Outcome, Verdicts


class Selection(Struct, frozen=True, kw_only=True):
    """Which rules run with which severity, and what is reported.

    ``severities`` holds the rules that run. ``reports(path)`` says whether the run is about that
    file: what was skipped elsewhere is not told. ``ignores(path, code)`` says whether the
    configuration ignores the rule there, and ``leaves_out(relation)`` the reason why a relation is
    not judged, or None.
    """

    severities: Mapping[str, Severity]
    reports: Callable[[str], bool] = lambda path: True
    ignores: Callable[[str, str], bool] = lambda path, code: False
    leaves_out: Callable[[QualifiedName], str | None] = lambda name: None


class Judgement(Struct, frozen=True):
    """What the engine has to say: findings of the whole evidence in the order of their places,
    what was skipped, the rules that raised, and what became of the demands that claims make."""

    findings: tuple[Reported, ...]
    skipped: tuple[Skipped, ...]
    failures: tuple[Failure, ...]
    verdicts: Verdicts


def judge(rules: Mapping[str, Rule], evidence: Evidence, selection: Selection) -> Judgement:
    """Runs every selected rule on everything it judges, in every source.

    A rule that raises is named as a failure; the others still run.
    """
    found: list[Found] = []
    skipped: set[Skipped] = set()
    failures: list[Failure] = []
    held = Subjects()
    verdicts = Verdicts(claim for source in evidence.sources for claim in source.claims)
    notes = _Notes(selection, skipped, verdicts, _told(evidence))
    for source in evidence.sources:
        skipped.update(_not_compared(source, selection))
    for code, rule in rules.items():
        if selection.severities.get(code, Severity.OFF) is Severity.OFF:
            continue
        for source in evidence.sources:
            try:
                found.extend(_apply(rule, source, evidence, notes, held))
            except Exception:  # a rule of anyone's may raise anything; it is named, not hidden
                failures.append(_raised(rule))
                break
    found = _borne_out(found, evidence, verdicts)
    verdicts.noted += [
        (one.rule.code, one.source.kind, one.finding) for one in found if one.rule.claims
    ]
    judged = [one for one in found if not _is_ignored(one, selection)]
    kept = without_subsumed(judged, evidence.sources)
    return Judgement(
        findings=merged(without_twins(kept), selection.severities),
        skipped=tuple(sorted(skipped)),
        failures=tuple(failures),
        verdicts=verdicts,
    )


def _borne_out(found: list[Found], evidence: Evidence, verdicts: Verdicts) -> list[Found]:
    """The findings that count; what they say of demands is noted."""
    cleared = not_borne_out(found, evidence.sources)
    for one in cleared:
        outcome = verdicts.of(one.demand)
        if outcome:
            elsewhere = {code for code, kind in outcome.judged if kind != one.source.kind}
            outcome.judged -= {(code, one.source.kind) for code in elsewhere}
    left = {id(one) for one in cleared}
    kept = [one for one in found if id(one) not in left]
    for one in kept:
        for demand in (one.demand, one.finding.because):
            outcome = verdicts.of(demand)
            if outcome:
                outcome.broken.add((one.rule.code, one.source.kind))
    return kept


def _not_compared(source: Source, selection: Selection) -> Iterator[Skipped]:
    """What nobody could hold against what is declared. What a source never tells is no gap."""
    for one in source.not_compared:
        table = source.schema.table(one.relation) if one.relation else None
        near = table is None or table.location is None or selection.reports(table.location.path)
        if near and not one.never:
            where = str(one.relation or source.database)
            yield Skipped("", where, f"{one.fact} are not compared: {one.why}")


class _Notes(Struct, frozen=True):
    """Where a run keeps what it could not look at, and what became of demands. ``told`` are the
    facts that a source with files of SQL, or a database, can tell. Of a source (by identity),
    ``sure`` are the relations of which nothing of what rules need is in doubt, and ``outcomes``
    those of its demands of one type."""

    selection: Selection
    skipped: set[Skipped]
    verdicts: Verdicts
    told: frozenset[str]
    sure: dict[tuple[int, tuple[str, ...]], set[QualifiedName | None]] = field(default_factory=dict)
    outcomes: dict[tuple[int, type[Any]], list[Outcome | None]] = field(default_factory=dict)

    def is_sure(
        self, rule: Rule, source: Source, relations: frozenset[QualifiedName | None]
    ) -> bool:
        """Whether nothing that the rule needs is in doubt of any of the relations."""
        return relations <= self.sure.get((id(source), rule.needs), frozenset())

    def keep(self, rule: Rule, why: str, outcome: Outcome | None) -> None:
        """A rule could not judge a subject."""
        self.verdicts.kept.setdefault(rule.code, why)
        if outcome:
            outcome.kept.add((rule.code, why))

    def of(self, source: Source, kind: type[Any], all_: Sequence[Subject]) -> list[Outcome | None]:
        """Where to note what becomes of each demand: several rules judge the same ones."""
        key = (id(source), kind)
        if key not in self.outcomes:
            self.outcomes[key] = [self.verdicts.of(one.value) for one in all_]
        return self.outcomes[key]


def row_checks(
    rules: Mapping[str, Rule], evidence: Evidence, selection: Selection
) -> tuple[Check, ...]:
    """Everything that the selected rules ask of rows, once each, by table: what a store has to
    answer before ``judge`` can. A rule that raises is left to ``judge`` to name."""
    asked: dict[Check, None] = {}
    held = Subjects()
    live = [one for one in evidence.sources if one.kind is SourceKind.LIVE]
    sources = [structs.replace(one, row_facts=_Asked(asked)) for one in live]
    for code, rule in rules.items():
        if not rule.of_rows or selection.severities.get(code, Severity.OFF) is Severity.OFF:
            continue
        for source in sources:
            notes = _Notes(selection, set(), Verdicts(), frozenset())
            with contextlib.suppress(Exception):
                deque(_apply(rule, source, evidence, notes, held), maxlen=0)
    return tuple(sorted(asked, key=lambda check: (check.table, repr(check))))


class _Asked(dict[Check, RowFact]):
    """Answers nothing, and keeps what it is asked."""

    def __init__(self, asked: dict[Check, None]) -> None:
        super().__init__()
        self._asked = asked

    def get(self, key: Any, default: Any = None) -> Any:
        self._asked[key] = None
        return default


def _told(evidence: Evidence) -> frozenset[str]:
    others = (s for s in evidence.sources if s.kind is not SourceKind.CATALOGUE)
    return frozenset[str]().union(*(source.schema.knowledge.facts for source in others))


def _apply(
    rule: Rule, source: Source, evidence: Evidence, notes: _Notes, held: Subjects
) -> Iterator[Found]:
    everywhere = held.everywhere(source, lambda: given_everywhere(source, evidence, held))
    silent = _why_silent(rule, source)
    if silent and not rule.of_rows and not notes.told.issuperset(rule.needs):
        notes.skipped.add(Skipped(rule.code, str(source.kind), silent))
    for kind in rule.subjects:
        subjects = _subjects(rule, source, kind, held)
        arguments = Arguments(rule, source, everywhere, held.beside(source, kind))
        absent = silent or arguments.absent
        if not issubclass(kind, Demand):
            if absent and subjects:
                notes.keep(rule, absent, None)
            elif subjects is held.of(source, kind) and notes.is_sure(
                rule, source, held.relations(source, kind)
            ):
                batches = held.batches(source, kind, whole=not arguments.vary)
                yield from _at_once(rule, source, batches, arguments, notes)
            else:
                yield from _each(rule, source, zip(subjects, repeat(None)), arguments, notes)
            continue
        outcomes = notes.of(source, kind, subjects)
        pairs = zip(subjects, outcomes, strict=True)
        yield from _each(rule, source, pairs, arguments, notes, silent)


def _at_once(
    rule: Rule,
    source: Source,
    batches: Iterable[Batch],
    arguments: Arguments,
    notes: _Notes,
) -> Iterator[Found]:
    """What a rule finds on subjects of which none is in doubt. Of most it has nothing to say: what
    it yields is gathered without a look at each of them."""
    judge = _judge(rule, source)
    for batch in batches:
        subjects, values = batch.subjects, batch.values
        lacking = arguments.place(subjects[0]) if arguments.vary else ""
        if lacking:
            notes.keep(rule, lacking, None)
            continue
        notes.verdicts.ran.add((rule.code, source.kind))
        rest = iter(values)
        each = map(judge, rest, *map(repeat, arguments.values))
        for one in chain.from_iterable(each):
            # Those that are left say whose turn it is.
            subject = subjects[-length_hint(rest) - 1]
            yield from _said(rule, source, subject, (one,), notes, None)


def _each(
    rule: Rule,
    source: Source,
    subjects: Iterable[tuple[Subject, Outcome | None]],
    arguments: Arguments,
    notes: _Notes,
    silent: str = "",
) -> Iterator[Found]:
    """What a rule finds on each of the subjects of one type."""
    who, judge, values = (rule.code, source.kind), _judge(rule, source), arguments.values
    sure = notes.sure.setdefault((id(source), rule.needs), set())
    # Of most rules every subject gets the same: nothing that they take stands beside it.
    vary, beside = arguments.vary, None
    relation: object = _NO_RELATION
    why = lacking = ""
    began = False
    for subject, outcome in subjects:
        if vary and subject.beside is not beside:
            beside, relation = subject.beside, _NO_RELATION
            lacking = arguments.place(subject)
        if why or subject.relation is not relation:
            relation = subject.relation
            why = lacking or silent
            if not why and relation not in sure:
                why = _why_not(rule, source, subject, notes)
                if not why:
                    sure.add(subject.relation)
        if why:
            notes.keep(rule, why, outcome)
            continue
        if not began:
            began = True
            notes.verdicts.ran.add(who)
        told = judge(subject.value, *values)
        # Of most subjects a rule has nothing to say.
        for first in told:
            yield from _said(rule, source, subject, chain((first,), told), notes, outcome)
            break
        else:
            if outcome:
                outcome.judged.add(who)


_NO_RELATION = object()
"""Nothing that a subject has: what was found of the one before it does not hold for the next."""


def _judge(rule: Rule, source: Source) -> Callable[..., Iterator[Any]]:
    """The rule's own function; what it asks of rows is answered on the way."""
    if not rule.of_rows:
        return rule.judge
    asks: Callable[..., Iterator[Any]] = rule.judge
    return lambda *arguments: of_rows(asks(*arguments), source)


def _subjects(rule: Rule, source: Source, kind: type[Any], held: Subjects) -> Sequence[Subject]:
    """What a rule judges of one type: of claims those of its own kinds."""
    subjects = held.of(source, kind)
    if kind is Claim and rule.claims:
        return [one for one in subjects if one.value.kind in rule.claims]
    return subjects


def _said(
    rule: Rule,
    source: Source,
    subject: Subject,
    told: Iterable[Any],
    notes: _Notes,
    outcome: Outcome | None,
) -> Iterator[Found]:
    """What a rule finds on one subject; what becomes of the demands that it speaks of is noted."""
    undecided = ""
    for one in told:
        if isinstance(one, Undecided):
            undecided = masked(one.why)
            if one.at:
                notes.verdicts.undecided.append((rule.code, undecided, one.at))
            if _is_near(subject, notes.selection):
                where = str(one.of or subject.relation or source.database)
                notes.skipped.add(Skipped(rule.code, where, undecided))
        elif not _is_left_out(one, notes.selection):
            judged = subject.value if isinstance(subject.value, Demand) else None
            yield Found(rule, one, source, declared_by(subject.value), judged)
    if outcome and undecided:
        outcome.kept.add((rule.code, undecided))
        outcome.undecided.add(rule.code)
    elif outcome:
        outcome.judged.add((rule.code, source.kind))


def _why_silent(rule: Rule, source: Source) -> str:
    """Why a rule has nothing to say of a whole source: rows are a database's, and of what it needs
    a document may not speak at all."""
    if rule.of_rows and source.row_facts is None:
        return ONLY_ROWS
    if source.kind is not SourceKind.CATALOGUE:
        return ""
    lacking = [fact for fact in rule.needs if fact not in source.schema.knowledge.facts]
    return f"{SILENT} {lacking[0]}" if lacking else ""


def _why_not(rule: Rule, source: Source, subject: Subject, notes: _Notes) -> str:
    """Why the subject is not judged, which is noted; empty where it is."""
    selection, relation = notes.selection, subject.relation
    reason = selection.leaves_out(relation) if relation else None
    if relation and reason:
        notes.skipped.add(Skipped("", str(relation), reason))
        notes.verdicts.left_out[relation] = reason
        return reason
    if not rule.needs:
        return ""
    unknown = source.schema.knowledge.why_unknown(relation, rule.needs)
    if unknown and _is_near(subject, selection):
        notes.skipped.add(Skipped(rule.code, str(relation or source.database), unknown))
    return unknown or ""


def _is_near(subject: Subject, selection: Selection) -> bool:
    """Whether the subject stands in a file that is reported on, or in none: what was skipped
    elsewhere is another report's."""
    table = subject.beside.get(Table)
    places = (
        getattr(thing, "at", getattr(thing, "location", None)) for thing in (subject.value, table)
    )
    place = next((p for p in places if p is not None), None)
    return place is None or selection.reports(place.path)


def _is_left_out(finding: Finding, selection: Selection) -> bool:
    """Whether a finding of a rule over the whole schema is about a relation that is left out."""
    named = finding.object
    if named.schema is None:
        return False
    relation = QualifiedName(named.schema, named.relation or named.name)
    return selection.leaves_out(relation) is not None


def _raised(rule: Rule) -> Failure:
    last = traceback.format_exc().strip().splitlines()[-1]
    return Failure(
        message=f"rule {rule.code} {rule.name} ({rule.module}) raised {last}",
        hint=f"the other rules ran; report this, or leave the rule out with --ignore {rule.code}",
    )


def _is_ignored(one: Found, selection: Selection) -> bool:
    at = one.finding.at
    return at is not None and selection.ignores(at.path, one.rule.code)
