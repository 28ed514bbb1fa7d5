"""What counts: findings less what is waived, what was there before, and what is known debt.

Pure: findings in, verdicts out. Findings are always judged over whole histories; what is not to be
reported is taken away here, so that a run over one file and one over all agree on each finding.
"""

from __future__ import annotations

import bisect
import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct, structs

from ctb_lint.changes import Change, RenameTable
from ctb_lint.history import History
from ctb_lint.model import Location, ObjectId, QualifiedName
from ctb_lint.report import Reported, Suppressed, SuppressedBy
from ctb_lint.rule import Related
from ctb_lint.waivers import Waiver, WaiverUse, matches

Key = TypeVar("Key", bound=Hashable)

Fault = tuple[str, str, ObjectId, str]
"""Database, code, object and facet: what stays the same when lines move."""


class Waived(Struct, frozen=True):
    """Findings parted by the waivers, and what became of each waiver."""

    standing: tuple[Reported, ...]
    suppressed: tuple[Suppressed, ...]
    uses: tuple[WaiverUse, ...]


def fault_of(finding: Reported) -> Fault:
    """What identifies the finding, whatever line it is on."""
    return finding.database, finding.code, finding.object, finding.facet


# Waivers ------------------------------------------------------------------------------------


def waive(
    findings: Sequence[Reported],
    waivers: Sequence[Waiver],
    codes: Mapping[str, str],
    ran: Callable[[Waiver, str], bool],
    today: datetime.date,
) -> Waived:
    """Holds waivers against findings.

    ``codes`` maps every code and name of a rule to its code. ``ran(waiver, code)`` says whether
    that rule was judged wherever the waiver reaches: only then can it be idle.
    """
    placed = _Placed(findings)
    held: dict[int, Waiver] = {}
    uses: list[WaiverUse] = []
    for waiver in waivers:
        wanted = {codes[rule] for rule in waiver.rules if rule in codes}
        near = placed.within(waiver.covers) if waiver.covers else findings
        reached = [one for one in near if one.code in wanted and _reaches(waiver, one)]
        expired = waiver.expires is not None and today > waiver.expires
        if not expired and not waiver.problem:
            for one in reached:
                held.setdefault(id(one), waiver)
        uses.append(_use(waiver, reached, expired, codes, ran))
    return Waived(
        standing=tuple(one for one in findings if id(one) not in held),
        suppressed=tuple(_waived(one, held[id(one)]) for one in findings if id(one) in held),
        uses=tuple(uses),
    )


class _Placed:
    """Findings by the file and the offset at which they begin: a file may hold as many waivers as
    it holds findings."""

    def __init__(self, findings: Iterable[Reported]) -> None:
        self._at_path: defaultdict[str, list[tuple[int, Reported]]] = defaultdict(list)
        for finding in findings:
            if finding.at:
                self._at_path[finding.at.path].append((finding.at.start, finding))
        for ones in self._at_path.values():
            ones.sort(key=_start)

    def within(self, span: Location) -> list[Reported]:
        """The findings that begin inside the span."""
        ones = self._at_path[span.path]
        first = bisect.bisect_left(ones, span.start, key=_start)
        last = bisect.bisect_right(ones, span.end, key=_start)
        return [finding for _, finding in ones[first:last]]


def _start(placed: tuple[int, Reported]) -> int:
    return placed[0]


def _reaches(waiver: Waiver, finding: Reported) -> bool:
    if waiver.covers:
        return finding.at is not None and waiver.covers.covers(finding.at)
    return waiver.object is not None and matches(waiver.object, finding.object)


def _use(
    waiver: Waiver,
    reached: Sequence[Reported],
    expired: bool,
    codes: Mapping[str, str],
    ran: Callable[[Waiver, str], bool],
) -> WaiverUse:
    found = {one.code for one in reached}
    known = [rule for rule in waiver.rules if rule in codes]
    return WaiverUse(
        waiver=waiver,
        waived=len(reached),
        idle=tuple(r for r in known if codes[r] not in found and ran(waiver, codes[r])),
        unknown=tuple(rule for rule in waiver.rules if rule not in codes),
        expired=expired,
    )


def _waived(finding: Reported, waiver: Waiver) -> Suppressed:
    return Suppressed(
        finding=finding,
        by=SuppressedBy.WAIVER,
        reason=waiver.reason or None,
        owner=waiver.owner,
        expires=waiver.expires,
        at=waiver.at,
    )


# What was there before ----------------------------------------------------------------------


def without_old(
    findings: Sequence[Reported], before: Iterable[Reported], changed: Callable[[str], bool]
) -> tuple[tuple[Reported, ...], tuple[Reported, ...]]:
    """The findings parted into (new, old), both in their order: of each fault as many are old as
    there were before, at least as severe.

    Of several with one fault those in files that ``changed`` are the new ones.
    """
    left: defaultdict[Fault, list[int]] = defaultdict(list)
    for one in sorted(before, key=lambda one: one.severity.rank, reverse=True):
        left[fault_of(one)].append(one.severity.rank)  # the most severe last, to be taken first
    old: set[int] = set()

    def severest(one: Reported) -> tuple[int, bool]:
        return one.severity.rank, bool(one.at and changed(one.at.path))

    for finding in sorted(findings, key=severest):
        ranks = left[fault_of(finding)]
        if ranks and ranks[-1] <= finding.severity.rank:
            ranks.pop()
            old.add(id(finding))
    return _by(findings, old)


def parted(
    findings: Sequence[Reported],
    known: Counter[Key],
    key_of: Callable[[Reported], Key],
    rather_new: Callable[[Reported], bool] = lambda finding: False,
) -> tuple[tuple[Reported, ...], tuple[Reported, ...]]:
    """The findings parted into (new, known), both in their order: of each key as many are known
    as ``known`` counts."""
    left = known.copy()
    ids: set[int] = set()
    for finding in sorted(findings, key=rather_new):
        key = key_of(finding)
        if left[key] > 0:
            left[key] -= 1
            ids.add(id(finding))
    return _by(findings, ids)


def _by(
    findings: Sequence[Reported], known: Container[int]
) -> tuple[tuple[Reported, ...], tuple[Reported, ...]]:
    new = tuple(one for one in findings if id(one) not in known)
    return new, tuple(one for one in findings if id(one) in known)


def introduced(
    findings: Iterable[Reported], changed: Callable[[str], bool], histories: Iterable[History]
) -> tuple[Reported, ...]:
    """Each finding at the change that brought it about.

    A change can make an old line wrong: dropping an index leaves a table without one, and the
    finding is at the table. It is then moved to the change; the old place becomes a note.
    """
    changes = {
        (history.name, relation): change
        for history in histories
        for change in history.changes
        if changed(change.at.path)
        for relation in _tables(change)
    }
    return tuple(_introduced(finding, changed, changes) for finding in findings)


def _introduced(
    finding: Reported,
    changed: Callable[[str], bool],
    changes: Mapping[tuple[str, QualifiedName], Change],
) -> Reported:
    if finding.at is None or changed(finding.at.path):
        return finding
    for related in finding.related:
        if related.location and changed(related.location.path):
            others = tuple(one for one in finding.related if one is not related)
            return _moved(finding, related.location, others)
    relation = _relation(finding.object)
    change = relation and changes.get((finding.database, relation))
    return _moved(finding, change.at, finding.related) if change else finding


def _relation(named: ObjectId) -> QualifiedName | None:
    """The relation that an object is or is part of; None where it is neither."""
    if named.schema is None:
        return None
    return QualifiedName(named.schema, named.relation or named.name)


def _tables(change: Change) -> Iterable[QualifiedName]:
    new = change.new_name if isinstance(change, RenameTable) else None
    return (name for name in (change.table, new) if name)


def _moved(finding: Reported, at: Location, related: tuple[Related, ...]) -> Reported:
    note = Related("this change brings it about in what stands here", finding.at)
    return structs.replace(finding, at=at, related=(note, *related))
