"""The ledger: every claim of the catalogue, and how it ended."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ctb_lint.claims import Claim, ClaimKind, Ruling, Verdict
from ctb_lint.demands import Demand, Stage
from ctb_lint.differences import Difference
from ctb_lint.evidence import Source, SourceKind
from ctb_lint.model import Location, ObjectId, ObjectKind, Schema
from ctb_lint.report import Reported
from ctb_lint.rule import Finding, Rule, Severity
from ctb_lint.verdicts import ONLY_ROWS, SILENT, Outcome, Verdicts

_COMPARED = {
    ClaimKind.TABLE: "tables",
    ClaimKind.COLUMN: "columns",
    ClaimKind.INDEX: "indexes",
    ClaimKind.CONSTRAINT: "constraints",
}
"""Claims that a comparison of two schemas judges, and the fact that either must know."""


class Judged(Struct, frozen=True, kw_only=True):
    """What a run knows once it has judged: its rules with the severity that each had, its sources,
    every finding, waived ones too, and what became of demands."""

    rules: Mapping[str, Rule]
    severities: Mapping[str, Severity]
    sources: tuple[Source, ...]
    findings: tuple[Reported, ...]
    verdicts: Verdicts


def ledger(judged: Judged) -> tuple[Ruling, ...]:
    """How each claim ended, in the order of the catalogue. There are as many as claims."""
    claims = [claim for source in judged.sources for claim in source.claims]
    writer = _Writer(judged)
    return tuple(writer.ruling(claim) for claim in claims)


class _Writer:
    """Looks up what the run found, by place and by kind."""

    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        self._places = _Places(_placed(judged))
        undecided: defaultdict[str, list[tuple[str, Location]]] = defaultdict(list)
        for code, why, at in judged.verdicts.undecided:
            undecided[code].append((why, at))
        self._undecided = {code: _Places(ones) for code, ones in undecided.items()}
        self._comparison = _Comparison(judged)
        self._by_kind: defaultdict[ClaimKind, list[str]] = defaultdict(list)
        for code, rule in judged.rules.items():
            for kind in rule.claims:
                self._by_kind[kind].append(code)
        # Where nobody asked about rows, a claim is held by what the schema enforces.
        self._rows = any(source.row_facts is not None for source in judged.sources)
        self._by_demand: dict[type[Demand], tuple[str, ...]] = {}

    def ruling(self, claim: Claim) -> Ruling:
        """How one claim ended."""
        if not claim.understood:
            return Ruling(claim, Verdict.NOT_UNDERSTOOD)
        codes = self._by_kind[claim.kind]
        placed = sorted({c for c in self._places.inside(claim.at) if c in codes})
        parts = [self._of_demand(claim, demand) for demand in claim.demands]
        broken = sorted({*placed, *(c for part in parts for c in part.codes)})
        if broken:
            where = next((part.why for part in parts if part.codes), "")
            return Ruling(claim, Verdict.BROKEN, where, tuple(broken))
        if claim.beyond:
            return Ruling(claim, Verdict.SKIPPED, claim.beyond)
        if claim.kind in _COMPARED:
            return self._comparison.ruling(claim)
        if parts:
            unheld = [part for part in parts if part.verdict is not Verdict.HELD]
            return unheld[0] if unheld else parts[0]
        return self._of_rules(claim, codes)

    def _of_demand(self, claim: Claim, demand: Demand) -> Ruling:
        """How one demand of a claim ended. It is held where every rule about it had its say."""
        codes = self._codes_of(type(demand))
        outcome = self._judged.verdicts.outcome(demand)
        if outcome.broken:
            kinds = sorted({kind for _, kind in outcome.broken})
            found = tuple(sorted({code for code, _ in outcome.broken}))
            return Ruling(claim, Verdict.BROKEN, _in(kinds), found)
        off = self._off(codes)
        if off:
            return Ruling(claim, Verdict.SKIPPED, f"{off} is off")
        judged = {code for code, _ in outcome.judged}
        # What the rows told, a rule about the schema need not.
        of_rows = {code for code in codes if self._judged.rules[code].of_rows}
        excused = outcome.undecided - of_rows if judged & of_rows else set()
        if not codes or not judged.issuperset({*codes} - excused):
            why = self._why(outcome, judged)
            return Ruling(claim, Verdict.SKIPPED, why or f"nothing judged {demand.object}")
        kinds = sorted({kind for _, kind in outcome.judged})
        return Ruling(claim, Verdict.HELD, _in(kinds))

    def _why(self, outcome: Outcome, judged: set[str]) -> str:
        """Why a rule that did not judge a demand did not; where rows were asked, why they could
        not tell comes first, and last that a document could not."""
        whys = [
            (not (self._rows and self._judged.rules[code].of_rows), why.startswith(SILENT), why)
            for code, why in outcome.kept
            if code not in judged and not (self._rows and why == ONLY_ROWS)
        ]
        return min(whys, default=(True, True, ""))[-1]

    def _codes_of(self, kind: type[Demand]) -> tuple[str, ...]:
        if kind not in self._by_demand:
            self._by_demand[kind] = tuple(
                code
                for code, rule in self._judged.rules.items()
                if kind in rule.subjects and (self._rows or not rule.of_rows)
            )
        return self._by_demand[kind]

    def _of_rules(self, claim: Claim, codes: list[str]) -> Ruling:
        """How a claim that only rules of its kind judge ended, none of which found a fault."""
        off = self._off(codes)
        if off:
            return Ruling(claim, Verdict.SKIPPED, f"{off} is off")
        verdicts = self._judged.verdicts
        ran = {code for code, _ in verdicts.ran}
        silent = [code for code in codes if code not in ran]
        if not codes or silent:
            why = next((verdicts.kept[code] for code in silent if code in verdicts.kept), "")
            return Ruling(claim, Verdict.SKIPPED, why or "nothing that is read can tell")
        for code in codes:
            places = self._undecided.get(code)
            why = next(places.inside(claim.at), "") if places else ""
            if why:
                return Ruling(claim, Verdict.SKIPPED, why)
        return Ruling(claim, Verdict.HELD)

    def _off(self, codes: Iterable[str]) -> str:
        """The first rule that does not run though it would be one's own choice to run it."""
        return next((code for code in codes if _is_off(self._judged, code)), "")


def _is_off(judged: Judged, code: str) -> bool:
    return judged.severities.get(code, Severity.OFF) is Severity.OFF


class _Comparison:
    """How claims ended that are what a table is declared to have: by the differences of the same
    object."""

    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        sources = judged.sources
        self._others = [s for s in sources if s.kind not in _DECLARING]
        self._objects = dict(_objects(s.schema for s in sources if s.kind in _DECLARING))
        self._found: defaultdict[ObjectId, list[tuple[str, str, Finding]]] = defaultdict(list)
        for noted in judged.verdicts.noted:
            self._found[noted[2].object].append(noted)
        self._differing: defaultdict[ObjectId, set[type[Difference]]] = defaultdict(set)
        for source in self._others:
            for difference in source.differences:
                self._differing[difference.object].add(type(difference))

    def ruling(self, claim: Claim) -> Ruling:
        """Held where another source has the table, and what is compared is known of it."""
        if not self._others:
            return Ruling(claim, Verdict.SKIPPED, "there are no migrations")
        found = self._of_claim(claim)
        broken = [one for one in found if one[2].stage is not Stage.PLANNED]
        if broken:
            kinds = sorted({kind for _, kind, _ in broken})
            codes = tuple(sorted({code for code, _, _ in broken}))
            return Ruling(claim, Verdict.BROKEN, _in(kinds), codes)
        holding = [s for s in self._others if claim.entry in s.compared]
        why = self._why_skipped(claim, holding, planned=bool(found))
        if why:
            return Ruling(claim, Verdict.SKIPPED, why)
        return Ruling(claim, Verdict.HELD, _in(sorted({str(s.kind) for s in holding})))

    def _of_claim(self, claim: Claim) -> list[tuple[str, str, Finding]]:
        """The findings about what is claimed, by the rules that judge such claims."""
        named = self._objects.get((claim.at.path, claim.at.start))
        found = self._found.get(named, []) if named else []
        return [one for one in found if claim.kind in self._judged.rules[one[0]].claims]

    def _why_skipped(self, claim: Claim, holding: Sequence[Source], *, planned: bool) -> str:
        """Why nobody can tell; empty where somebody can."""
        if not holding:
            places = " or ".join(sorted({s.kind.place for s in self._others}, reverse=True))
            stage = "planned, and " if planned else ""
            return f"{claim.entry} is {stage}not in {places}"
        left_out = self._judged.verdicts.left_out.get(claim.entry) if claim.entry else None
        if left_out:
            return left_out
        fact = _COMPARED[claim.kind]
        for source in holding:
            for one in source.not_compared:
                if one.source not in {SourceKind.CATALOGUE, source.kind}:
                    continue  # it is of another pair
                if one.fact == fact and one.relation in {None, claim.entry}:
                    return one.why
        off = self._off(claim)
        return f"{off} is off" if off else ""

    def _off(self, claim: Claim) -> str:
        """The rule that would tell of a difference of this object, and does not run."""
        named = self._objects.get((claim.at.path, claim.at.start))
        kinds = self._differing.get(named, set()) if named else set()
        if not kinds:
            return ""
        return next(
            (
                code
                for code, rule in self._judged.rules.items()
                if claim.kind in rule.claims
                and not kinds.isdisjoint(rule.subjects)
                and _is_off(self._judged, code)
            ),
            "",
        )


_DECLARING = frozenset({SourceKind.CATALOGUE, SourceKind.WAIVERS})
"""Kinds of source that nothing is held against."""


def _objects(declared: Iterable[Schema]) -> Iterator[tuple[tuple[str, int], ObjectId]]:
    """What is declared, by the place where it stands."""
    for schema in declared:
        for table in schema.tables.values():
            parts: list[tuple[Location | None, ObjectId]] = [(table.location, table.id)]
            for kind, ones in (
                (ObjectKind.COLUMN, table.columns),
                (ObjectKind.CONSTRAINT, table.constraints),
                (ObjectKind.INDEX, table.indexes),
            ):
                parts += [(one.location, table.part(kind, one.name)) for one in ones]
            yield from (((at.path, at.start), named) for at, named in parts if at)


class _Places:
    """What was noted of places: codes of findings, or why something could not be told."""

    def __init__(self, placed: Iterable[tuple[str, Location]]) -> None:
        found: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for noted, at in placed:
            found[at.path].append((at.start, at.end, noted))
        self._found = {path: sorted(ones) for path, ones in found.items()}

    def inside(self, at: Location) -> Iterator[str]:
        """What was noted inside a span."""
        ones = self._found.get(at.path, ())
        first = bisect.bisect_left(ones, (at.start, 0, ""))
        for start, end, noted in ones[first:]:
            if start > at.end:
                break
            if end <= at.end:
                yield noted


def _placed(judged: Judged) -> Iterator[tuple[str, Location]]:
    """Of every finding the places that it names, but for those that tell of differences: those
    are told by their objects."""
    for one in judged.findings:
        if not _of_differences(judged.rules.get(one.code)):
            places = [one.at, one.because and one.because.location]
            places += [related.location for related in one.related]
            yield from ((one.code, at) for at in places if at)
    for code, _, finding in judged.verdicts.noted:
        if finding.at and not _of_differences(judged.rules[code]):
            yield code, finding.at


def _of_differences(rule: Rule | None) -> bool:
    return rule is not None and any(issubclass(one, Difference) for one in rule.subjects)


def _in(kinds: list[str]) -> str:
    *most, last = sorted(SourceKind(kind).place for kind in kinds)
    return f"in {', '.join(most)} and {last}" if most else f"in {last}"
