"""Plans, judges and merges. Pure: evidence and rules in, findings out; no clock, no files."""

from __future__ import annotations

import bisect
import datetime
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, structs

from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.demands import Demand, Stage
from ctb_lint.evidence import Evidence, Source, SourceKind, Target
from ctb_lint.history import History
from ctb_lint.model import Column, Knowledge, QualifiedName, Schema, Table
from ctb_lint.report import Because, Failure, Reported, Skipped, fingerprint, order
from ctb_lint.rule import Finding, Fix, Related, Rule, Severity
from ctb_lint.standard import Standard
from ctb_lint.subjects import Subject, Subjects
from ctb_lint.verdicts import Verdicts


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


class _Found(Struct):
    """A finding with what the merge needs to know of it."""

    rule: Rule
    finding: Finding
    source: Source


def judge(rules: Mapping[str, Rule], evidence: Evidence, selection: Selection) -> Judgement:
    """Runs every selected rule on everything it judges, in every source.

    A rule that raises is named as a failure; the others still run.
    """
    found: list[_Found] = []
    skipped: set[Skipped] = set()
    failures: list[Failure] = []
    held = Subjects()
    verdicts = Verdicts(claim for source in evidence.sources for claim in source.claims)
    notes = _Notes(selection, skipped, verdicts, _told(evidence))
    for code, rule in rules.items():
        if selection.severities.get(code, Severity.OFF) is Severity.OFF:
            continue
        for source in evidence.sources:
            try:
                found.extend(_apply(rule, source, evidence, notes, held))
            except Exception:  # a rule of anyone's may raise anything; it is named, not hidden
                failures.append(_raised(rule))
                break
    kept = _without_subsumed([one for one in found if not _is_ignored(one, selection)])
    return Judgement(
        findings=_merged(kept, selection.severities),
        skipped=tuple(sorted(skipped)),
        failures=tuple(failures),
        verdicts=verdicts,
    )


class _Notes(Struct, frozen=True):
    """Where a run keeps what it could not look at, and what became of demands. ``told`` are the
    facts that a source with files of SQL, or a database, can tell."""

    selection: Selection
    skipped: set[Skipped]
    verdicts: Verdicts
    told: frozenset[str]


def _told(evidence: Evidence) -> frozenset[str]:
    others = (s for s in evidence.sources if s.kind is not SourceKind.CATALOGUE)
    return frozenset[str]().union(*(source.schema.knowledge.facts for source in others))


def _apply(
    rule: Rule, source: Source, evidence: Evidence, notes: _Notes, held: Subjects
) -> Iterator[_Found]:
    everywhere = _everywhere(source, evidence)
    wanted = [(p.type, everywhere.get(p.type), p.optional) for p in rule.parameters]
    silent = _why_silent(rule, source)
    if silent and not notes.told.issuperset(rule.needs):
        notes.skipped.add(Skipped(rule.code, str(source.kind), silent))
    for kind in rule.subjects:
        for subject in held.of(source, kind):
            outcome = notes.verdicts.of(subject.value)
            arguments, why = _arguments(wanted, subject, source)
            if arguments is not None:
                why = silent or _why_not(rule, source, subject, notes)
            if arguments is None or why:
                notes.verdicts.kept.setdefault(rule.code, why)
                if outcome:
                    outcome.kept.add((rule.code, why))
                continue
            notes.verdicts.ran.add((rule.code, source.kind))
            if outcome:
                outcome.judged.add((rule.code, source.kind))
            for finding in rule.judge(subject.value, *arguments):
                if not _is_left_out(finding, notes.selection):
                    if outcome:
                        outcome.broken.add((rule.code, source.kind))
                    yield _Found(rule, finding, source)


def _why_silent(rule: Rule, source: Source) -> str:
    """Why a rule has nothing to say of a whole catalogue: of what it needs, a document does not
    speak at all."""
    if source.kind is not SourceKind.CATALOGUE:
        return ""
    lacking = [fact for fact in rule.needs if fact not in source.schema.knowledge.facts]
    return f"a catalogue does not speak of {lacking[0]}" if lacking else ""


def _why_not(rule: Rule, source: Source, subject: Subject, notes: _Notes) -> str:
    """Why the subject is not judged, which is noted; empty where it is."""
    selection, relation = notes.selection, subject.relation
    reason = selection.leaves_out(relation) if relation else None
    if reason:
        notes.skipped.add(Skipped("", str(relation), reason))
        return reason
    unknown = _why_unknown(rule, source.schema.knowledge, subject)
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


def _everywhere(source: Source, evidence: Evidence) -> dict[type[Any], Any]:
    """What can be injected whatever is judged."""
    given: dict[type[Any], Any] = {
        Schema: source.schema,
        Knowledge: source.schema.knowledge,
        Standard: evidence.standard,
        Target: evidence.target,
        datetime.date: evidence.as_of,
    }
    if source.history:
        given[History] = source.history
    catalogue = source.catalogue or evidence.catalogue
    if catalogue:
        given[Catalogue] = catalogue
    return given


def _arguments(
    wanted: list[tuple[type[Any], Any, bool]], subject: Subject, source: Source
) -> tuple[list[Any] | None, str]:
    """The rule's further arguments; None where one that it needs does not exist here, and what
    that is. ``wanted`` are their types, what there is of them everywhere, and whether they are
    optional."""
    arguments: list[Any] = []
    for kind, anywhere, optional in wanted:
        value = subject.beside.get(kind, anywhere)
        if value is None and not optional:
            return None, _lacking(kind, subject, source)
        arguments.append(value)
    return arguments, ""


def _lacking(kind: type[Any], subject: Subject, source: Source) -> str:
    """What is not there, in words."""
    if kind in {Table, Column} and isinstance(subject.value, Demand):
        where = f"in the {source.kind}"
        if Table not in subject.beside:
            return f"there is no table {subject.value.table} {where}"
        return f"{subject.value.table} has no column {subject.value.column} {where}"
    return _NOT_THERE.get(kind.__name__, f"there is no {kind.__name__.lower()}")


_NOT_THERE = {"History": "there are no migrations", "Catalogue": "there is no catalogue"}


def _why_unknown(rule: Rule, knowledge: Knowledge, subject: Subject) -> str | None:
    return knowledge.why_unknown(subject.relation, rule.needs) if rule.needs else None


def _raised(rule: Rule) -> Failure:
    last = traceback.format_exc().strip().splitlines()[-1]
    return Failure(
        message=f"rule {rule.code} {rule.name} ({rule.module}) raised {last}",
        hint=f"the other rules ran; report this, or leave the rule out with --ignore {rule.code}",
    )


def _is_ignored(one: _Found, selection: Selection) -> bool:
    at = one.finding.at
    return at is not None and selection.ignores(at.path, one.rule.code)


def _without_subsumed(found: list[_Found]) -> list[_Found]:
    """Leaves out what another finding at the same place already says."""
    by_code: defaultdict[str, list[_Found]] = defaultdict(list)
    for one in found:
        for code in one.rule.subsumes:
            by_code[code].append(one)
    index = {code: _Subsuming(ones) for code, ones in by_code.items()}

    def hidden(one: _Found) -> bool:
        subsuming = index.get(one.rule.code)
        return subsuming is not None and subsuming.hides(one)

    return [one for one in found if not hidden(one)]


class _Subsuming:
    """Findings that hide those of one code; looked up by object and by place, so that ten
    thousand of each stay quick."""

    def __init__(self, ones: list[_Found]) -> None:
        self._objects = {(id(one.source), one.finding.object) for one in ones}
        self._spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for one in ones:
            scope = one.finding.scope or one.finding.at
            if scope:
                self._spans[scope.path].append((scope.start, scope.end))
        self._lines = {path: _union(spans) for path, spans in self._spans.items()}

    def hides(self, one: _Found) -> bool:
        if (id(one.source), one.finding.object) in self._objects:
            return True
        at = one.finding.at
        if at is None or at.path not in self._lines:
            return False
        starts, ends = self._lines[at.path]
        nearest = bisect.bisect_right(starts, at.start) - 1
        return nearest >= 0 and at.end <= max(ends[nearest], starts[nearest])


def _union(spans: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Overlapping spans joined: starts and ends, ascending."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends


def _merged(found: list[_Found], severities: Mapping[str, Severity]) -> tuple[Reported, ...]:
    """One finding for one fault: the same rule, object and facet seen in several sources."""
    groups: dict[tuple[Any, ...], list[_Found]] = {}
    seen: Counter[tuple[Any, ...]] = Counter()
    for one in found:
        fault = (one.rule.code, one.finding.object, one.finding.facet)
        # Within one source the same fault at two places is two findings; across sources one.
        place = (*fault, id(one.source))
        groups.setdefault((*fault, one.source.database, seen[place]), []).append(one)
        seen[place] += 1
    immutable = {
        id(one.source): _immutable(one.source) for one in found if one.finding.fix is not None
    }
    reported: list[Reported] = []
    numbers: Counter[tuple[Any, ...]] = Counter()
    for key, group in groups.items():
        fault = key[:4]
        unchanging = immutable.get(id(group[0].source), frozenset())
        reported.append(_reported(group, numbers[fault], severities, unchanging))
        numbers[fault] += 1
    return tuple(sorted(reported, key=order))


def _reported(
    group: list[_Found],
    ordinal: int,
    severities: Mapping[str, Severity],
    immutable: frozenset[str],
) -> Reported:
    first, *others = group
    rule, finding = first.rule, first.finding
    elsewhere = tuple(Related(f"also in {other.source.kind}", other.finding.at) for other in others)
    stage = finding.stage or (finding.because.stage if finding.because else Stage.UNKNOWN)
    return Reported(
        code=rule.code,
        name=rule.name,
        severity=_severity(rule, finding, stage, severities[rule.code]),
        doctrine=rule.doctrine,
        message=finding.message,
        hint=finding.hint,
        because=_because(finding.because),
        object=finding.object,
        facet=finding.facet,
        stage=stage,
        seen_in=tuple(dict.fromkeys(str(one.source.kind) for one in group)),
        at=finding.at,
        related=finding.related + elsewhere,
        fingerprint=fingerprint(rule.code, finding.object, finding.facet, ordinal),
        database=first.source.database,
        fix=_applicable(finding.fix, immutable) if finding.fix and _may_mend(first) else None,
    )


def _severity(rule: Rule, finding: Finding, stage: Stage, configured: Severity) -> Severity:
    """The configured severity, where the user changed it; else the finding's or the stage's."""
    if configured is not rule.severity:
        return configured
    if finding.severity:
        return finding.severity
    by_stage = {Stage.PLANNED: rule.planned, Stage.BUILT_IN: rule.builtin}
    return by_stage.get(stage) or configured


def _because(demand: Demand | None) -> Because | None:
    return Because(demand.sentence, demand.origin.location) if demand else None


def _immutable(source: Source) -> frozenset[str]:
    """The files that must not change: released ones, and the dump that a history starts from."""
    files = source.history.files if source.history else ()
    return frozenset(file.path for file in files if file.released or file.dump)


def _may_mend(one: _Found) -> bool:
    """Whether a fix is for the file that the finding is in: what mends a migration is no way to
    write the SQL of a catalogue, which nobody runs."""
    return one.source.kind is not SourceKind.CATALOGUE or not _TEXT.isdisjoint(one.rule.subjects)


_TEXT = frozenset({Catalogue, Entry})
"""Subjects of rules that judge a catalogue as the text that it is."""


def _applicable(fix: Fix, immutable: frozenset[str]) -> Fix | None:
    """The fix as far as it may be applied."""
    if not any(edit.path in immutable for edit in fix.edits):
        return fix
    return structs.replace(fix, edits=()) if fix.statements else None
