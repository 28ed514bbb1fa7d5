"""The findings of one fault in several sources → one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import structs

from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.demands import Demand
from ctb_lint.evidence import Source, SourceKind
from ctb_lint.passwords import masked
from ctb_lint.report import Because, Reported, fingerprint, order
from ctb_lint.rule import Finding, Fix, Related, Severity
from ctb_lint.subsumption import Found


def without_twins(found: list[Found]) -> list[Found]:
    """One finding where several demand the same of one object: the first who does is its because,
    the others are named beside it."""
    first: dict[tuple[Any, ...], Found] = {}
    for one in found:
        finding = one.finding
        same = (*one.fault, id(one.source), finding.at, finding.message)
        twin = first.setdefault(same if finding.because else (id(one),), one)
        if twin is not one and finding.because and finding.because != twin.finding.because:
            note = Related(finding.because.sentence, finding.because.origin.location)
            related = (*twin.finding.related, note)
            twin.finding = structs.replace(twin.finding, related=related)
    return list(first.values())


def merged(found: list[Found], severities: Mapping[str, Severity]) -> tuple[Reported, ...]:
    """One finding for one fault: the same rule, object and facet seen in several sources."""
    groups: dict[tuple[Any, ...], list[Found]] = {}
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
    group: list[Found],
    ordinal: int,
    severities: Mapping[str, Severity],
    immutable: frozenset[str],
) -> Reported:
    first, *others = group
    rule, finding = first.rule, first.finding
    elsewhere = tuple(note for other in others for note in _also(other, finding))
    configured = severities[rule.code]
    return Reported(
        code=rule.code,
        name=rule.name,
        severity=first.severity if configured is rule.severity else configured,
        doctrine=rule.doctrine,
        message=masked(finding.message),
        hint=masked(finding.hint) if finding.hint else None,
        because=_because(finding.because),
        object=finding.object,
        facet=masked(finding.facet),
        stage=first.stage,
        seen_in=tuple(dict.fromkeys(str(one.source.kind) for one in group)),
        at=finding.at,
        related=tuple(_shown(one) for one in finding.related + elsewhere),
        fingerprint=fingerprint(rule.code, finding.object, finding.facet, ordinal),
        database=first.source.database,
        fix=_applicable(finding.fix, immutable) if finding.fix and _may_mend(first) else None,
    )


def _shown(one: Related) -> Related:
    return Related(masked(one.message), one.location)


def _also(other: Found, finding: Finding) -> Iterator[Related]:
    """What another source adds: its place, or that it differs in another way. That it shows the
    fault at all is told by ``seen_in``."""
    if other.finding.message != finding.message:
        yield Related(f"also: {other.finding.message}", other.finding.at)
    elif other.finding.at:
        yield Related(f"also in {other.source.kind.place}", other.finding.at)


def _because(demand: Demand | None) -> Because | None:
    return Because(masked(demand.sentence), demand.origin.location) if demand else None


def _immutable(source: Source) -> frozenset[str]:
    """The files that must not change: released ones, and the dump that a history starts from."""
    files = source.history.files if source.history else ()
    return frozenset(file.path for file in files if file.released or file.dump)


def _may_mend(one: Found) -> bool:
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
