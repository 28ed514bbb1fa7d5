"""What a table still needs to go Active: a checklist, by the letters of STAMPED.

The rules judge the catalogue as it would be with the table Active. What they find of it is open;
claims that are held and sections that are there are done.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from operator import itemgetter

from msgspec import Struct, structs

from ctb_lint.catalogue import SECTION_TITLES, Catalogue, Entry, IndexRow
from ctb_lint.claims import Claim, ClaimKind, Ruling, Verdict
from ctb_lint.demands import Stage
from ctb_lint.index_rows import name_of
from ctb_lint.model import Location, ObjectId, QualifiedName
from ctb_lint.report import Reported, Suppressed
from ctb_lint.rule import Edit, Severity

_BY_SECTION = frozenset({"T009", "T027"})
"""Rules whose facet is the letter of the section that they are about."""
_QUESTIONS = "T029"
_NEEDED = {
    ClaimKind.TABLE: ("S", "the entry declares no table in SQL"),
    ClaimKind.MIGRATION_FILE: ("T", "the entry names no migration file"),
}
"""Claims without which no table is ready."""
_END_OF_LINE = re.compile(r"[\r\n]")
_LETTERS = dict.fromkeys(
    (
        ClaimKind.BARTON_ID, ClaimKind.HEIR_ID, ClaimKind.STATUS, ClaimKind.CREATED,
        ClaimKind.AUTHOR, ClaimKind.MODIFIED, ClaimKind.TARGET,
    ),
    "T",
)  # fmt: skip
"""The section that claims of a header belong to."""


class Mark(StrEnum):
    """How an item stands. What is ``open`` keeps the table from being ready; what is ``optional``
    or ``waived`` does not; of what is ``not judged`` nobody can tell."""

    DONE = "done"
    OPEN = "open"
    OPTIONAL = "optional"
    WAIVED = "waived"
    UNJUDGED = "not judged"


class Item(Struct, frozen=True, kw_only=True):
    """One thing that is done, or that is still to do. ``code`` is the rule that says so, ``hint``
    what to do, ``at`` where."""

    letter: str
    mark: Mark
    text: str
    code: str | None = None
    hint: str | None = None
    at: Location | None = None


class Checklist(Struct, frozen=True):
    """The items of one table, in the order of STAMPED: what is done first. ``stage`` is the one
    that its entry has."""

    table: QualifiedName
    stage: Stage
    items: tuple[Item, ...]

    @property
    def open(self) -> int:
        """How many items keep the table from being ready."""
        return sum(item.mark is Mark.OPEN for item in self.items)

    @property
    def ready(self) -> bool:
        """Whether the table can go Active."""
        return not self.open


def activated(
    entries: Iterable[Entry],
    catalogue: Catalogue,
    texts: Mapping[str, str],
    words: Iterable[str] = (),
) -> Iterator[Edit]:
    """The edits that make Planned entries Active, as somebody would who makes the tables so: their
    status, what their headings say, and the rows of the index. No place behind them moves.
    ``texts`` are the files of the catalogue, by their paths, and ``words`` further ones for
    Planned."""
    planned = _in_brackets((Stage.PLANNED, *words))
    rows: defaultdict[str, list[IndexRow]] = defaultdict(list)
    for row in catalogue.index:
        rows[name_of(row).lower()].append(row)
    for entry in entries:
        if entry.stage is not Stage.PLANNED:
            continue
        status = entry.header.status
        if status and entry.header.stage is Stage.PLANNED:
            yield from _active(status.at, status.text)
        if entry.heading_stage is Stage.PLANNED:
            yield from _active_heading(entry.whole, texts[entry.whole.path], planned)
        names = dict.fromkeys((entry.name.lower(), f"{entry.table.schema}.{entry.name}".lower()))
        for row in (row for name in names for row in rows.pop(name, ())):
            if row.status and row.stage is Stage.PLANNED:
                yield from _active(row.status.at, row.status.text)


def _in_brackets(words: Iterable[str]) -> re.Pattern[str]:
    """What says one of the words in brackets."""
    listed = "|".join(re.escape(" ".join(word.split())).replace(r"\ ", r"\s+") for word in words)
    inner = rf"[^\w()\[\]]{{0,8}}(?:{listed})(?!\w)[^()\[\]]{{0,40}}"
    return re.compile(rf"[(\[]({inner})[)\]]", re.IGNORECASE)


def _active_heading(whole: Location, text: str, planned: re.Pattern[str]) -> Iterator[Edit]:
    """What stands in brackets in the first line of an entry."""
    end = _END_OF_LINE.search(text, whole.start)
    for match in planned.finditer(text, whole.start, end.start() if end else len(text)):
        yield Edit(whole.path, match.start(1), match.end(1), _padded(len(match[1])))


def _active(at: Location, text: str) -> Iterator[Edit]:
    if at.line == at.end_line and at.end - at.start == len(text):
        yield Edit(at.path, at.start, at.end, _padded(len(text)))


def _padded(width: int) -> str:
    return str(Stage.ACTIVE).ljust(width)


def checklists(
    entries: Sequence[tuple[Entry, Stage]],
    findings: Iterable[Reported],
    rulings: Iterable[Ruling],
    waived: Iterable[Suppressed] = (),
) -> Iterator[Checklist]:
    """The checklists of some tables. Their entries and all that was found are as if they were
    Active; the stages are those that they have."""
    places = _Places([entry for entry, _ in entries])
    found: defaultdict[QualifiedName, list[Reported]] = defaultdict(list)
    for one in findings:
        for table in places.about(one):
            found[table].append(one)
    excused: defaultdict[QualifiedName, list[Suppressed]] = defaultdict(list)
    for suppressed in waived:
        for table in places.about(suppressed.finding):
            excused[table].append(suppressed)
    said: defaultdict[QualifiedName, list[Ruling]] = defaultdict(list)
    for ruling in rulings:
        if ruling.claim.entry:
            said[ruling.claim.entry].append(ruling)
    order = {letter: number for number, letter in enumerate(SECTION_TITLES)}
    for entry, stage in entries:
        table = entry.table
        items = _items(entry, found[table], said[table], excused[table])
        yield Checklist(table, stage, tuple(sorted(items, key=lambda item: order[item.letter])))


class _Places:
    """Which entries a finding is about."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._tables = {entry.table for entry in entries}
        placed: defaultdict[str, list[tuple[int, Entry]]] = defaultdict(list)
        for entry in sorted(entries, key=lambda entry: entry.whole.start):
            placed[entry.whole.path].append((entry.whole.start, entry))
        self._placed = dict(placed)

    def about(self, finding: Reported) -> Iterator[QualifiedName]:
        """The tables that a finding is about, or in whose entry it stands or is demanded."""
        because = finding.because.location if finding.because else None
        inside = (self._inside(at) for at in (finding.at, because) if at)
        tables = dict.fromkeys([_table_of(finding.object), *inside])
        yield from (table for table in tables if table in self._tables)

    def _inside(self, at: Location) -> QualifiedName | None:
        ones = self._placed.get(at.path, [])
        before = bisect.bisect_right(ones, at.start, key=itemgetter(0))
        entry = ones[before - 1][1] if before else None
        return entry.table if entry and entry.whole.covers(at) else None


def _items(
    entry: Entry, found: Sequence[Reported], said: Sequence[Ruling], excused: Sequence[Suppressed]
) -> Iterator[Item]:
    """The items of one table: what is done first."""
    told = [*found, *(one.finding for one in excused)]
    yield from _done(entry, told, said)
    yield from _lacking(said)
    yield from (_of_finding(one, entry) for one in found)
    yield from _broken(said, {one.code for one in told})
    yield from (_of_waived(one, entry) for one in excused)


def _table_of(named: ObjectId) -> QualifiedName | None:
    return QualifiedName(named.schema, named.relation or named.name) if named.schema else None


def _done(entry: Entry, found: Sequence[Reported], said: Sequence[Ruling]) -> Iterator[Item]:
    """The sections that are there, the claims that are held, and those that nobody could judge."""
    missing = {one.facet for one in found if one.code == "T009"}
    for letter, title in SECTION_TITLES.items():
        if letter not in missing and entry.section(letter):
            yield Item(letter=letter, mark=Mark.DONE, text=f"section {letter} - {title}")
    groups: dict[tuple[str, ClaimKind], list[Ruling]] = {}
    for one in said:
        letter = _section_of(one.claim)
        groups.setdefault((letter, one.claim.kind), []).append(one)
    for (letter, kind), ones in groups.items():
        held = sum(one.verdict is Verdict.HELD for one in ones)
        if held:
            of = "" if held == len(ones) else f" of {len(ones)}"
            number = f": {held}{of}" if len(ones) > 1 else ""
            yield Item(letter=letter, mark=Mark.DONE, text=f"{kind}{number}")
        for why, count in _unjudged(kind, ones):
            number = f" ({count})" if count > 1 else ""
            yield Item(letter=letter, mark=Mark.UNJUDGED, text=f"{kind}{number}: {why}")


def _unjudged(kind: ClaimKind, ones: Iterable[Ruling]) -> Iterator[tuple[str, int]]:
    """Why claims of a kind were not judged, and how many."""
    reasons: dict[str, int] = {}
    for one in ones:
        if one.verdict is Verdict.SKIPPED and kind not in _NEEDED:
            reasons[one.why] = reasons.get(one.why, 0) + 1
    yield from reasons.items()


def _lacking(said: Sequence[Ruling]) -> Iterator[Item]:
    """What no table is ready without, and the entry does not say, or nobody could judge."""
    for kind, (letter, text) in _NEEDED.items():
        ones = [one for one in said if one.claim.kind is kind]
        if not ones:
            yield Item(letter=letter, mark=Mark.OPEN, text=text)
        for one in ones:
            if one.verdict is Verdict.SKIPPED:
                told = f"{kind}: not judged: {one.why}"
                letter = _section_of(one.claim)
                yield Item(letter=letter, mark=Mark.OPEN, text=told, at=one.claim.at)


def _broken(said: Iterable[Ruling], told: Collection[str]) -> Iterator[Item]:
    """Claims that do not hold though no finding of their rules is told: it is one fault with
    another, or the fault of another table."""
    for one in said:
        if one.verdict is Verdict.BROKEN and not any(code in told for code in one.codes):
            yield Item(
                letter=_section_of(one.claim),
                mark=Mark.OPEN,
                text=f"{one.claim.kind}: does not hold: {one.claim.text}",
                code=one.codes[0],
                at=one.claim.at,
            )


def _section_of(claim: Claim) -> str:
    return claim.section or _LETTERS.get(claim.kind, "T")


def _of_finding(finding: Reported, entry: Entry) -> Item:
    return Item(
        letter=_letter(finding, entry),
        mark=Mark.OPTIONAL if finding.severity is Severity.INFO else Mark.OPEN,
        text=finding.message,
        code=finding.code,
        hint=finding.hint,
        at=finding.at,
    )


def _of_waived(waived: Suppressed, entry: Entry) -> Item:
    """What a waiver excuses. Its reason stands where the way out would."""
    item = _of_finding(waived.finding, entry)
    return structs.replace(item, mark=Mark.WAIVED, hint=waived.reason, at=waived.at or item.at)


def _letter(finding: Reported, entry: Entry) -> str:
    """The section that a finding is about: by its rule, but for those of whole sections and of
    questions."""
    if finding.code in _BY_SECTION and finding.facet in SECTION_TITLES:
        return finding.facet
    if finding.code == _QUESTIONS and finding.at:
        above = [one for one in entry.sections if one.at.start <= finding.at.start]
        return above[-1].letter if above else "T"
    letter = finding.code[0]
    return letter if letter in SECTION_TITLES else "T"
