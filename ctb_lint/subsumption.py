"""One fault, one finding: leaves out what another finding says already."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

from msgspec import Struct

from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.claims import Claim
from ctb_lint.demands import Demand, Stage
from ctb_lint.differences import Difference
from ctb_lint.evidence import Source, SourceKind
from ctb_lint.model import Location, ObjectId
from ctb_lint.rule import Finding, Rule, Severity


class Found(Struct):
    """A finding, the rule and the source that it is of. ``declared`` is the kind of source that
    says otherwise, where it tells of a difference; ``demand`` is what was judged, where it is a
    demand."""

    rule: Rule
    finding: Finding
    source: Source
    declared: str = ""
    demand: Demand | None = None

    @property
    def fault(self) -> tuple[str, ObjectId, str]:
        """What is found, wherever it is found."""
        return (self.rule.code, self.finding.object, self.finding.facet)

    @property
    def stage(self) -> Stage:
        """The stage of what is found."""
        because = self.finding.because
        return self.finding.stage or (because.stage if because else Stage.UNKNOWN)

    @property
    def severity(self) -> Severity:
        """How bad it is, where nobody configured otherwise."""
        by_stage = {Stage.PLANNED: self.rule.planned, Stage.BUILT_IN: self.rule.builtin}
        return self.finding.severity or by_stage.get(self.stage) or self.rule.severity

    @property
    def objects(self) -> Iterator[ObjectId]:
        """All that it is about."""
        yield self.finding.object
        yield from self.finding.about

    @property
    def places(self) -> Iterator[Location]:
        """All places that it names."""
        if self.finding.at:
            yield self.finding.at
        yield from (one.location for one in self.finding.related if one.location)


def declared_by(value: object) -> str:
    """The kind of source that declares what a subject differs from; empty for any other."""
    return value.declared if isinstance(value, Difference) else ""


def without_subsumed(found: Sequence[Found], sources: Sequence[Source]) -> list[Found]:
    """The findings without those whose fault another finding tells.

    A finding hides those of the codes that its rule subsumes: in its own source, where they are
    about the same object; in all of them, where they stand within its scope. One that tells of a
    difference hides them in both sources that differ, where they are about one of its objects, or
    stand exactly at one of its places (only there, where they judge the text of a catalogue); but
    never what both sources have alike, which is no consequence of their difference, nor what is
    worse than the difference itself.
    """
    by_code: defaultdict[str, list[Found]] = defaultdict(list)
    differing: defaultdict[str, list[Found]] = defaultdict(list)
    for one in found:
        for code in one.rule.subsumes:
            (differing if one.declared else by_code)[code].append(one)
    plain = {code: _Subsuming(ones) for code, ones in by_code.items()}
    sides = _Sides(found, sources)
    apart = {code: _Differing(ones, sides) for code, ones in differing.items()}

    def hidden(one: Found) -> bool:
        code = one.rule.code
        return (code in plain and plain[code].hides(one)) or (
            code in apart and apart[code].hides(one)
        )

    return [one for one in found if not hidden(one)]


class _Subsuming:
    """Findings that hide those of one code; looked up by object and by place, so that ten
    thousand of each stay quick."""

    def __init__(self, ones: Iterable[Found]) -> None:
        self._objects: set[tuple[int, ObjectId]] = set()
        spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for one in ones:
            self._objects.update((id(one.source), named) for named in one.objects)
            scope = one.finding.scope or one.finding.at
            if scope:
                spans[scope.path].append((scope.start, scope.end))
        self._lines = {path: _union(ones) for path, ones in spans.items()}

    def hides(self, one: Found) -> bool:
        if any((id(one.source), named) in self._objects for named in one.objects):
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


class _Sides:
    """The two sources of each difference, and in which sources each fault is found."""

    def __init__(self, found: Iterable[Found], sources: Sequence[Source]) -> None:
        self._sources = sources
        self._seen: defaultdict[Hashable, set[int]] = defaultdict(set)
        for one in found:
            self._seen[one.fault].add(id(one.source))

    def declaring(self, one: Found) -> tuple[int, ...]:
        """The sources that declare what the source of a difference has otherwise."""
        return tuple(
            id(source)
            for source in self._sources
            if source.kind == one.declared
            and (source.kind is SourceKind.CATALOGUE or source.database == one.source.database)
        )

    def is_alike(self, one: Found, others: Iterable[int]) -> bool:
        """Whether one of the others has the same fault."""
        return not self._seen[one.fault].isdisjoint(others)


_DOCUMENT = frozenset({Catalogue, Claim, Entry})
"""Subjects of rules that judge a catalogue as the text that it is."""


class _Differing:
    """Findings of differences that hide those of one code."""

    def __init__(self, ones: Iterable[Found], sides: _Sides) -> None:
        self._sides = sides
        self._against: defaultdict[Hashable, set[tuple[int, tuple[int, ...]]]] = defaultdict(set)
        for one in ones:
            rank, actual, declaring = one.severity.rank, id(one.source), sides.declaring(one)
            signs: list[ObjectId | Location] = [*one.objects, *one.places]
            for sign in signs:
                self._against[actual, sign].add((rank, declaring))
                for source in declaring:
                    self._against[source, sign].add((rank, (actual,)))

    def hides(self, one: Found) -> bool:
        # What a document says of an object may be wrong for reasons of its own.
        signs: list[ObjectId | Location | None] = [one.finding.at]
        if _DOCUMENT.isdisjoint(one.rule.subjects):
            signs += one.objects
        return any(
            rank <= one.severity.rank and not self._sides.is_alike(one, others)
            for sign in signs
            for rank, others in self._against.get((id(one.source), sign), ())
        )
