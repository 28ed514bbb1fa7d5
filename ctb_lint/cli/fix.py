"""Fixing: rounds of check and plan in memory, then all files written at once, or a diff of them.

Nothing is written before the last round is done and checked, so that a diff shows what a write
would do, and a run that is interrupted has changed nothing.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ctb_lint.cli.reading import STDIN
from ctb_lint.cli.trouble import RunError
from ctb_lint.cli.writing import Written
from ctb_lint.passwords import masked

if TYPE_CHECKING:
    from ctb_lint.cli.request import Request
    from ctb_lint.cli.run import Outcome
    from ctb_lint.config import Config
    from ctb_lint.fixes import Key, Left, Plan
    from ctb_lint.new_migration import Draft
    from ctb_lint.report import Report, Reported

MAX_ROUNDS = 10
"""Fixes that meet wait for another round; what still waits after so many is left."""
_BOM = b"\xef\xbb\xbf"
_BREAKS = "applied, it would leave what PostgreSQL refuses or what cannot be read"
_BRINGS = "applied, it would bring another finding on the catalogue"

_NO_CURE = "applied, it would not cure the finding"

Examine = Callable[["Request"], "Outcome"]


class Fixed(Struct, frozen=True):
    """What fixing comes to. ``before`` is the outcome of the first check, ``after`` that of the
    files as ``written`` has them; ``applied`` the findings whose fixes are in them, ``left`` the
    others that have fixes."""

    before: Outcome
    after: Outcome
    written: tuple[Written, ...]
    applied: tuple[Reported, ...]
    left: tuple[Left, ...]


def fixed(
    request: Request,
    *,
    unsafe: bool = False,
    only: Set[str] | None = None,
    examine: Examine | None = None,
) -> Fixed:
    """Checks, plans and checks again, until nothing is left to apply. Writes nothing.

    ``unsafe`` applies unsafe fixes as well; ``only`` are the codes of the rules whose fixes are
    applied, None for all. Raises RunError where there is nothing to check, and where what is
    checked is not in files that can be written.
    """
    if STDIN in request.paths:
        raise RunError("standard input cannot be fixed", hint="name the file")
    if request.staged:
        hint = "run `ctb-lint check --fix`, look at it, and stage the files then"
        raise RunError("what is staged cannot be fixed: the index is no file", hint=hint)
    if examine is None:
        from ctb_lint.cli.run import examine as default

        examine = default
    return _Fixing(request, unsafe, only, examine).run()


def fix(
    request: Request, *, unsafe: bool = False, only: Set[str] | None = None
) -> tuple[Fixed, Report]:
    """As ``fixed``, and writes the files; the report on what they hold then. Raises RunError
    where a file cannot be written: then none is."""
    from ctb_lint.cli.run import check
    from ctb_lint.cli.writing import write

    given = fixed(request, unsafe=unsafe, only=only)
    if not given.written:
        return given, given.before.report
    write(given.written)
    return given, check(request)


class _Fixing:
    """The rounds, and what they have come to."""

    def __init__(
        self, request: Request, unsafe: bool, only: Set[str] | None, examine: Examine
    ) -> None:
        from ctb_lint.cli.request import configuration

        self.request = request
        self.unsafe = unsafe
        self.only = only
        self.examine = examine
        self.config: Config = configuration(request)
        self.before = self.now = examine(request)
        self.originals: dict[str, bytes | None] = {}
        self.overlay: dict[Path, bytes] = {}
        self.shown: dict[Path, str] = {}
        self.drafts: tuple[Draft, ...] = ()
        self.applied: list[Reported] = []
        self.refused: dict[Key, str] = {}
        self.locked: dict[str, str] = {}
        self.held: frozenset[Key] = frozenset()

    def run(self) -> Fixed:
        rounds = 0
        plan = self._plan()
        while plan.applied and rounds < MAX_ROUNDS:
            whole = not self.held
            if self._adopt(plan):
                self.held = frozenset()
                # Halves of a round that was refused do not count as rounds of their own.
                rounds += whole
            plan = self._plan()
        return Fixed(
            self.before,
            self.now,
            tuple(
                Written(path, self.shown[path], self.originals.get(self.shown[path]), data)
                for path, data in sorted(self.overlay.items())
            ),
            tuple(self.applied),
            plan.left if not plan.applied else _all_left(plan),
        )

    def _plan(self) -> Plan:
        from ctb_lint.fixes import Terms, plan

        terms = Terms(
            today=self.request.as_of or datetime.date.today(),
            unsafe=self.unsafe,
            drafts=self.drafts,
            locked=self.locked,
            refused=self.refused,
            held=self.held,
        )
        histories = [folded.history for folded in self.now.read.folded]
        findings = self.now.report.findings
        wanted = [one for one in findings if self.only is None or one.code in self.only]
        return plan(wanted, self.now.read.texts, histories, terms)

    def _adopt(self, plan: Plan) -> bool:
        """Takes a round over, if the check after it finds nothing that is worse than before. If
        it does, half of its fixes wait; a single one is refused."""
        overlay = self._laid(plan)
        if overlay is None:
            return False
        after = self.examine(structs.replace(self.request, overlay=overlay))
        worse = _problems(after) - _problems(self.now)
        if worse:
            paths = {path for path, *_ in worse}
            suspects = [one for one in plan.applied if _touches(one, plan, paths)]
            brings = all(kind == _FINDING for _, kind, *_ in worse)
            self._doubt(suspects, plan, _BRINGS if brings else _BREAKS)
            return False
        uncured = _uncured(plan.applied, self.now.report, after.report)
        if uncured:
            self._doubt(uncured, plan, _NO_CURE)
            return False
        self.overlay, self.now, self.drafts = overlay, after, plan.drafts
        self.applied += plan.applied
        return True

    def _doubt(self, suspects: Sequence[Reported], plan: Plan, why: str) -> None:
        from ctb_lint.fixes import key_of

        suspects = suspects or plan.applied
        if len(suspects) == 1:
            self.refused[key_of(suspects[0])] = why
            self.held = frozenset()
        else:
            half = suspects[len(suspects) // 2 :]
            self.held |= {key_of(one) for one in half}

    def _laid(self, plan: Plan) -> dict[Path, bytes] | None:
        """The overlay with a round's files. None where one of them cannot be written: it is locked
        then, and the round is to be planned again."""
        overlay = dict(self.overlay)
        for one in plan.rewritten:
            old = self._bytes(one.path)
            if old is None:
                return None
            mark = _BOM if old.startswith(_BOM) else b""
            self._lay(overlay, one.path, mark + one.new.encode("utf-8"))
        for draft in plan.drafts:
            for path, text in self._rendered(draft):
                self._lay(overlay, path, text.encode("utf-8"))
        return overlay

    def _rendered(self, draft: Draft) -> Sequence[tuple[str, str]]:
        from ctb_lint.new_migration import rendered

        folded = next(f for f in self.now.read.folded if f.history.name == draft.history)
        texts = (self.now.read.texts.get(file.path, "") for file in folded.history.files)
        crlf = any("\r\n" in text for text in texts)
        for path in draft.paths:
            file = self._path(path)
            if file not in self.overlay and file.exists():
                raise RunError("is there already, where a new migration was to be", path=path)
        return rendered(draft, "\r\n" if crlf else "\n")

    def _lay(self, overlay: dict[Path, bytes], shown: str, data: bytes) -> None:
        path = self._path(shown)
        self.shown[path] = shown
        overlay[path] = data

    def _path(self, shown: str) -> Path:
        from ctb_lint.readers.sql.paths import absolute

        return absolute(self.config.base / shown)

    def _bytes(self, shown: str) -> bytes | None:
        """The file as it was read. None where it can be no longer had so."""
        path = self._path(shown)
        if path in self.overlay:
            return self.overlay[path]
        known = {one.path: one.sha256 for one in self.before.report.inputs}
        try:
            data = path.read_bytes()
        except (OSError, ValueError):
            self.locked[shown] = "its file cannot be read again under that name"
            return None
        if hashlib.sha256(data).hexdigest() != known.get(shown):
            self.locked[shown] = "its file has changed since it was read"
            return None
        self.originals[shown] = data
        return data


def _touches(finding: Reported, plan: Plan, paths: set[str]) -> bool:
    """Whether the finding's fix writes to one of the paths."""
    fix = finding.fix
    new = {path for draft in plan.drafts for path in draft.paths}
    edited = {edit.path for edit in fix.edits} if fix else set()
    return bool(edited & paths) or (bool(new & paths) and not edited)


def _uncured(applied: Sequence[Reported], before: Report, after: Report) -> list[Reported]:
    """The findings whose fixes were applied and that are still there, as often as before: of the
    object as a whole, and under their facet, which may count what a fix adds to."""

    def whole(one: Reported) -> tuple[object, ...]:
        return (one.database, one.code, one.object)

    def facet(one: Reported) -> tuple[object, ...]:
        return (*whole(one), one.facet)

    remaining = [*applied]
    for key in (whole, facet):
        cured, was, now = (
            Counter(map(key, found)) for found in (applied, before.findings, after.findings)
        )
        remaining = [one for one in remaining if now[key(one)] > was[key(one)] - cured[key(one)]]
    return remaining


def _all_left(plan: Plan) -> tuple[Left, ...]:
    from ctb_lint.fixes import Left

    why = f"{MAX_ROUNDS} rounds were not enough: run it again"
    return (*plan.left, *(Left(one, why, waits=True) for one in plan.applied))


def _problems(outcome: Outcome) -> Counter[tuple[str, ...]]:
    """All in what was read that PostgreSQL would refuse or that could not be read, whichever rules
    run, and what is found in the catalogue: the path first."""
    from ctb_lint.history import Outcome as Ending
    from ctb_lint.mishaps import InlineIndex, SkippedByIfNotExists, TruncatedName

    found: Counter[tuple[str, ...]] = Counter(
        (one.path or "", "failure", one.message) for one in outcome.report.failures
    )
    for folded in outcome.read.folded:
        for file in folded.history.files:
            found.update(
                (file.path, statement.outcome, statement.why or "")
                for statement in file.statements
                if statement.outcome in {Ending.SYNTAX_ERROR, Ending.NOT_UNDERSTOOD}
            )
        for mishap in folded.history.mishaps:
            silent = isinstance(mishap, SkippedByIfNotExists) and not mishap.differences
            if silent or isinstance(mishap, (InlineIndex, TruncatedName)):
                continue
            part = getattr(mishap, "part", None) or getattr(mishap, "column", None) or ""
            found[mishap.at.path, type(mishap).__name__, str(mishap.name), part] += 1
    found.update(_in_catalogue(outcome))
    return found


_FINDING = "finding"


def _in_catalogue(outcome: Outcome) -> Iterator[tuple[str, ...]]:
    """The findings that are in the files of the catalogue, which no migration is."""
    migrations = {f.path for folded in outcome.read.folded for f in folded.history.files}
    for one in outcome.report.findings:
        if one.at and one.at.path not in migrations:
            yield one.at.path, _FINDING, one.code, str(one.object), one.facet


# The diff -----------------------------------------------------------------------------------


def diff(written: Sequence[Written]) -> Iterator[str]:
    """One unified diff of all files, as ``git apply`` and ``patch -p1`` take it in the folder of
    the configuration; where a line near a change holds a password, that is not shown, and the diff
    does not apply. Raises RunError for a file whose name no diff can hold."""
    from difflib import unified_diff

    for one in written:
        if not one.shown.isprintable() or one.shown.startswith("/"):
            hint = "fix with --fix, or rename it"
            raise RunError("a diff cannot name this file", path=one.shown, hint=hint)
        old = one.old.decode("utf-8") if one.old is not None else ""
        lines = unified_diff(
            _lines(masked(old)),
            _lines(masked(one.new.decode("utf-8"))),
            "/dev/null" if one.old is None else f"a/{one.shown}",
            f"b/{one.shown}",
        )
        for line in lines:
            name = line.startswith(("--- ", "+++ ")) and " " in line[4:]
            text = line[:-1] + "\t\n" if name and line.endswith(one.shown + "\n") else line
            yield text if text.endswith("\n") else f"{text}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """The lines with their ends. A carriage return is a part of its line."""
    parts = text.split("\n")
    last = [parts[-1]] if parts[-1] else []
    return [part + "\n" for part in parts[:-1]] + last


def summary(given: Fixed) -> Mapping[str, int]:
    """How many findings were fixed, by code."""
    return dict(sorted(Counter(one.code for one in given.applied).items()))
