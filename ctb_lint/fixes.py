"""The planner of fixes: which of them are applied in one round, and what the files are then.

Pure: findings, texts and histories in, texts out; it reads and writes nothing.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, structs

from ctb_lint.history import Direction, History
from ctb_lint.new_migration import Draft, draft
from ctb_lint.report import Reported
from ctb_lint.rule import Edit, Fix, Safety

Key = tuple[str, str]
"""Database and fingerprint: what tells one finding from all others."""

WAITS = "it meets another fix, and waits for the next round"
UNSAFE = "it is unsafe: --unsafe-fixes applies it"
OWN = "it is in the new migration of this run: run it again"
UNREAD = "its file was not read"
CONTRADICTS = "its own edits meet each other"
RELEASED = "its file must not change any more, and no new statement mends it"


class Rewritten(Struct, frozen=True):
    """A file's text before and after."""

    path: str
    old: str
    new: str


class Left(Struct, frozen=True):
    """A fix that was not applied, and why. ``waits`` says that the next round may apply it."""

    finding: Reported
    reason: str
    waits: bool = False


class Plan(Struct, frozen=True):
    """One round: the files that change, the new migrations as they are then (whole, with what
    earlier rounds gave them), and the findings whose fixes are in it."""

    rewritten: tuple[Rewritten, ...]
    drafts: tuple[Draft, ...]
    applied: tuple[Reported, ...]
    left: tuple[Left, ...]


class Terms(Struct, frozen=True, kw_only=True):
    """By what a round is planned.

    ``unsafe`` takes unsafe fixes, too. ``today`` dates a new migration. ``drafts`` are the new
    migrations of earlier rounds. ``locked`` says of files why they cannot be written, ``refused``
    of findings why their fixes are not to be applied; those in ``held`` wait.
    """

    today: datetime.date
    unsafe: bool = False
    drafts: tuple[Draft, ...] = ()
    locked: Mapping[str, str] = {}
    refused: Mapping[Key, str] = {}
    held: frozenset[Key] = frozenset()


def key_of(finding: Reported) -> Key:
    """What tells the finding from all others."""
    return finding.database, finding.fingerprint


def plan(
    findings: Iterable[Reported],
    texts: Mapping[str, str],
    histories: Sequence[History],
    terms: Terms,
) -> Plan:
    """Plans one round, in the order of the findings: of fixes that meet, the first is applied."""
    round_ = _Round(texts, histories, terms)
    applied: list[Reported] = []
    left: list[Left] = []
    for finding in findings:
        if finding.fix is None:
            continue
        reason = round_.take(finding, finding.fix)
        if reason is None:
            applied.append(finding)
        else:
            left.append(Left(finding, reason, waits=reason is WAITS))
    return Plan(round_.rewritten(), tuple(round_.drafts.values()), tuple(applied), tuple(left))


class _Round:
    """What the round has taken so far."""

    def __init__(
        self, texts: Mapping[str, str], histories: Sequence[History], terms: Terms
    ) -> None:
        self.texts = texts
        self.terms = terms
        self.histories = {history.name: history for history in histories}
        files = [file for history in histories for file in history.files]
        self.immutable = {file.path for file in files if file.released or file.dump}
        self.drafts = {one.history: one for one in terms.drafts}
        self.claimed: set[str] = set()
        self.pages: dict[str, _Page] = {}
        self.words: dict[str, frozenset[str]] = {}

    def take(self, finding: Reported, fix: Fix) -> str | None:
        """Takes a fix into the round, whole; or says why not."""
        key = key_of(finding)
        if key in self.terms.refused:
            return self.terms.refused[key]
        if fix.safety is Safety.UNSAFE and not self.terms.unsafe:
            return UNSAFE
        claims = {f"{finding.database}\0{claim}" for claim in fix.claims}
        if key in self.terms.held or claims & self.claimed:
            return WAITS
        edits = () if any(edit.path in self.immutable for edit in fix.edits) else fix.edits
        if edits:
            reason = self._edit(finding, fix, edits)
        elif fix.statements:
            reason = self._state(finding, fix)
        else:
            reason = RELEASED
        if reason is None:
            self.claimed |= claims
        return reason

    def rewritten(self) -> tuple[Rewritten, ...]:
        """The files that are not as they were."""
        pages = ((path, self.texts[path], page.text()) for path, page in self.pages.items())
        return tuple(sorted((Rewritten(*page) for page in pages if page[1] != page[2]), key=_path))

    def _edit(self, finding: Reported, fix: Fix, edits: Sequence[Edit]) -> str | None:
        for edit in edits:
            if edit.path not in self.texts:
                return UNREAD
            if any(edit.path in one.paths for one in self.drafts.values()):
                return OWN
            if edit.path in self.terms.locked:
                return self.terms.locked[edit.path]
        if _contradict(edits):
            return CONTRADICTS
        spoken = next((n for n in fix.discards if self._spoken_of(n, finding, edits)), None)
        if spoken is not None:
            return f"{spoken} is spoken of further on in the history"
        pages = {edit.path: self._page(edit.path) for edit in edits}
        if not all(pages[edit.path].has_room(edit) for edit in edits):
            return WAITS
        for edit in edits:
            pages[edit.path].take(edit)
        return None

    def _page(self, path: str) -> _Page:
        return self.pages.setdefault(path, _Page(self.texts[path]))

    def _state(self, finding: Reported, fix: Fix) -> str | None:
        """Puts the fix's statements into the new migration of the finding's history."""
        history = self.histories.get(finding.database)
        if history is None:
            return UNREAD
        new = self.drafts.get(history.name) or draft(history, self.terms.today)
        if isinstance(new, str):
            return new
        more = [text for text in fix.statements if text not in new.statements]
        self.drafts[history.name] = structs.replace(new, statements=(*new.statements, *more))
        return None

    def _spoken_of(self, name: str, finding: Reported, edits: Sequence[Edit]) -> bool:
        """Whether the history names something behind the edits, or on its way back."""
        history = self.histories.get(finding.database)
        behind = max((edit.end for edit in edits), default=0)
        own = {edit.path for edit in edits}
        begun = False
        for file in history.files if history else ():
            begun = begun or file.path in own
            text = self.texts.get(file.path)
            if text is None or not (begun or file.direction is Direction.DOWN):
                continue
            if name.lower() in self._words(file.path, text):
                start = behind if file.path in own else 0
                if re.search(rf"(?i)(?<![\w$]){re.escape(name)}(?![\w$])", text[start:]):
                    return True
        return False

    def _words(self, path: str, text: str) -> frozenset[str]:
        """The words of a file, and the names in it that are no words."""
        if path not in self.words:
            found = re.findall(r'"(?:[^"\n]|"")*"|[\w$]+', text.lower())
            quoted = (word[1:-1].replace('""', '"') for word in found if word.startswith('"'))
            self.words[path] = frozenset((*found, *quoted))
        return self.words[path]


def _path(one: Rewritten) -> str:
    return one.path


class _Page:
    """A file's text and the edits that were taken: none meets another."""

    def __init__(self, old: str) -> None:
        self.old = old
        self.eol = _line_end(old)
        self.spans: list[tuple[int, int, int]] = []
        self.texts: list[str] = []
        self.known: set[Edit] = set()

    def has_room(self, edit: Edit) -> bool:
        """Whether the edit meets none of those that were taken; one of them again does not."""
        if edit in self.known:
            return True
        start, end = edit.start, edit.end
        if not 0 <= start <= end <= len(self.old):
            return False
        at = bisect_left(self.spans, (start, start, 0))
        near = [*self.spans[max(at - 1, 0) :][:1], *self._from(at, end)]
        return not any(_meet((start, end), (one[0], one[1])) for one in near)

    def _from(self, at: int, end: int) -> Iterable[tuple[int, int, int]]:
        while at < len(self.spans) and self.spans[at][0] <= end:
            yield self.spans[at]
            at += 1

    def take(self, edit: Edit) -> None:
        """Takes the edit; the same one again does nothing."""
        if edit in self.known:
            return
        self.known.add(edit)
        span = (edit.start, edit.end, len(self.texts))
        self.texts.append(edit.text.replace("\n", self.eol))
        self.spans.insert(bisect_left(self.spans, span), span)

    def text(self) -> str:
        """The text with all edits made."""
        pieces: list[str] = []
        position = 0
        for start, end, text in self._joined():
            pieces += [self.old[position:start], text]
            position = end
        return "".join([*pieces, self.old[position:]])

    def _joined(self) -> list[tuple[int, int, str]]:
        """The edits in order, deletions that touch as one; a line on which a deletion leaves
        nothing but white space goes with it."""
        joined: list[tuple[int, int, str]] = []
        for start, end, number in self.spans:
            text = self.texts[number]
            if joined and not text and not joined[-1][2] and joined[-1][1] == start:
                start = joined.pop()[0]
            joined.append((start, end, text))
        for number, (start, end, text) in enumerate(joined):
            first = max(self.old.rfind("\n", 0, start), self.old.rfind("\r", 0, start)) + 1
            rest = _TO_NEXT_LINE.match(self.old, end)
            before = joined[number - 1][1] if number else 0
            behind = joined[number + 1][0] if number + 1 < len(joined) else len(self.old) + 1
            empties = not (text or self.old[first:start].strip()) and start < end
            begins = start == first or _BREAK.match(self.old, start) is None
            if rest and empties and begins and before <= first and rest.end() <= behind:
                joined[number] = (first, rest.end(), text)
        return joined


_BREAK = re.compile(r"[\n\r]")
_TO_NEXT_LINE = re.compile(r"[ \t]*(?:\r\n|\n|\r|\Z)")


def _contradict(edits: Iterable[Edit]) -> bool:
    """Whether two edits of one fix meet."""
    ordered = sorted(set(edits))
    return any(
        one.path == other.path and _meet((one.start, one.end), (other.start, other.end))
        for number, one in enumerate(ordered)
        for other in ordered[number + 1 :]
    )


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two spans share a character, or one is a point inside the other."""
    return one[0] < other[1] and other[0] < one[1]


def _line_end(text: str) -> str:
    """The line end of the text's first line."""
    found = re.search(r"\r\n|\n|\r", text)
    return found.group() if found else "\n"
