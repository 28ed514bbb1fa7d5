"""The ledger of claims, as text and as JSON: each claim at its line, and sums that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ctb_lint.claims import Claim, Ruling, Verdict
from ctb_lint.model import QualifiedName
from ctb_lint.passwords import masked
from ctb_lint.report import Report
from ctb_lint.reporters.json_report import encoded, evidence, failure, input_file
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import evidence as evidence_line
from ctb_lint.reporters.words import not_finished, opening

_LONGEST = 100
_MARKS = {
    Verdict.HELD: "held",
    Verdict.BROKEN: "BROKEN",
    Verdict.SKIPPED: "skipped",
    Verdict.NOT_UNDERSTOOD: "not understood",
}


def text(rulings: Sequence[Ruling], shown: Sequence[Ruling], report: Report) -> Iterator[str]:
    """``shown`` below the names of their entries, then the sums over all of ``rulings``. Where a
    database, or a snapshot of one, had its say, ``report`` tells which."""
    if opening(report):
        yield f"{opening(report)}\n\n"
    of_entry: dict[QualifiedName | None, list[Ruling]] = {}
    for one in rulings:
        of_entry.setdefault(one.claim.entry, []).append(one)
    place = {entry: number for number, entry in enumerate(of_entry)}
    ordered = sorted(shown, key=lambda one: place[one.claim.entry])
    for entry, ones in groupby(ordered, key=lambda one: one.claim.entry):
        yield f"{visible(str(entry)) if entry else 'The document'}: {_sums(of_entry[entry])}\n"
        for one in ones:
            yield f"  {_line(one)}\n"
        yield "\n"
    yield f"{len(rulings)} claims: {_sums(rulings)}.\n"
    if opening(report):
        yield f"{evidence_line(report)}\n"
    if report.failures:
        yield f"{not_finished(report)}\n"


def _line(ruling: Ruling) -> str:
    claim = ruling.claim
    place = f"{visible(claim.at.path)}:{claim.at.line}:{claim.at.column}"
    return f"{place}: {_MARKS[ruling.verdict]}: {claim.kind}: {_short(claim)}{_why(ruling)}"


def _short(claim: Claim) -> str:
    plain = visible(" ".join(claim.text.split()))
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _why(ruling: Ruling) -> str:
    said = " ".join(part for part in (", ".join(ruling.codes), visible(ruling.why)) if part)
    return f" ({said})" if said else ""


def _sums(rulings: Sequence[Ruling]) -> str:
    counted = Counter(one.verdict for one in rulings)
    return ", ".join(f"{counted[verdict]} {verdict}" for verdict in Verdict)


def json(rulings: Sequence[Ruling], shown: Sequence[Ruling], report: Report) -> Iterator[str]:
    """One object: the sums over all of ``rulings`` and, one a line, those that are shown; by what
    they were ruled, and what could not be read, as ``report`` has it."""
    counted = Counter(one.verdict for one in rulings)
    sums = {str(verdict): counted[verdict] for verdict in Verdict} | {"claims": len(rulings)}
    yield f'{{"tool":{encoded(report.tool)},\n"evidence":{encoded(evidence(report))},\n'
    yield f'"summary":{encoded(sums)},\n"claims":['
    lead = "\n"
    for one in shown:
        yield lead + encoded(_object(one))
        lead = ",\n"
    yield "\n],\n"
    yield f'"failures":{encoded([failure(one) for one in report.failures])},\n'
    yield f'"inputs":{encoded([input_file(one) for one in report.inputs])}}}\n'


def _object(ruling: Ruling) -> dict[str, Any]:
    claim = ruling.claim
    return {
        "entry": str(claim.entry) if claim.entry else None,
        "section": claim.section,
        "kind": str(claim.kind),
        "text": claim.text,
        "path": claim.at.path,
        "line": claim.at.line,
        "column": claim.at.column,
        "verdict": str(ruling.verdict),
        "why": ruling.why or None,
        "codes": list(ruling.codes),
        "demands": [masked(demand.sentence) for demand in claim.demands],
    }
