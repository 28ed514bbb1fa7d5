"""The ledger: every claim of the catalogue, and how it ended."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from ctb_lint.claims import Claim, ClaimKind, Ruling, Verdict
from ctb_lint.demands import Demand
from ctb_lint.evidence import Source, SourceKind
from ctb_lint.model import Location
from ctb_lint.report import Reported
from ctb_lint.rule import Rule, Severity
from ctb_lint.verdicts import Verdicts

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
        self._places = _Places(judged.findings)
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
            return self._of_comparison(claim)
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
        if not codes or not judged.issuperset(codes):
            why = min((w for code, w in outcome.kept if code not in judged), default="")
            return Ruling(claim, Verdict.SKIPPED, why or f"nothing judged {demand.object}")
        kinds = sorted({kind for _, kind in outcome.judged})
        return Ruling(claim, Verdict.HELD, _in(kinds))

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
        return Ruling(claim, Verdict.HELD)

    def _of_comparison(self, claim: Claim) -> Ruling:
        """How something that is declared ended: held where another source has the table, and what
        is compared is known of it."""
        others = [s for s in self._judged.sources if s.kind is not SourceKind.CATALOGUE]
        others = [s for s in others if s.kind is not SourceKind.WAIVERS]
        if not others:
            return Ruling(claim, Verdict.SKIPPED, "there are no migrations")
        holding = [s for s in others if claim.entry in s.compared]
        if not holding:
            kinds = " or ".join(sorted({str(s.kind) for s in others}))
            return Ruling(claim, Verdict.SKIPPED, f"{claim.entry} is not in the {kinds}")
        fact = _COMPARED[claim.kind]
        for source in holding:
            for one in source.not_compared:
                if one.fact == fact and one.relation in {None, claim.entry}:
                    return Ruling(claim, Verdict.SKIPPED, one.why)
        off = self._off(self._by_kind[claim.kind])
        if off:
            return Ruling(claim, Verdict.SKIPPED, f"{off} is off")
        return Ruling(claim, Verdict.HELD, _in(sorted({str(s.kind) for s in holding})))

    def _off(self, codes: Iterable[str]) -> str:
        """The first rule that does not run though it would be one's own choice to run it."""
        severities = self._judged.severities
        return next((c for c in codes if severities.get(c, Severity.OFF) is Severity.OFF), "")


class _Places:
    """The findings by where they are, and by what they are about."""

    def __init__(self, findings: Iterable[Reported]) -> None:
        found: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for finding in findings:
            for at in _places_of(finding):
                found[at.path].append((at.start, at.end, finding.code))
        self._found = {path: sorted(ones) for path, ones in found.items()}

    def inside(self, at: Location) -> Iterator[str]:
        """The codes of the findings inside a span."""
        ones = self._found.get(at.path, ())
        first = bisect.bisect_left(ones, (at.start, 0, ""))
        for start, end, code in ones[first:]:
            if start > at.end:
                break
            if end <= at.end:
                yield code


def _places_of(finding: Reported) -> Iterator[Location]:
    if finding.at:
        yield finding.at
    if finding.because and finding.because.location:
        yield finding.because.location
    yield from (one.location for one in finding.related if one.location)


def _in(kinds: list[str]) -> str:
    return f"in the {' and the '.join(kinds)}"
