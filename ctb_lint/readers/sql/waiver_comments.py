"""Waivers in comments: ``-- ctb-lint: allow S001, S010 until 2026-12-31 (reason)``.

On a statement (in it, behind it on its last line, or above it) it waives what is found there; at
the head of the file, apart from the first statement by an empty line, what is found in the file.
``allow-file`` does so wherever it stands.
"""

from __future__ import annotations

import bisect
import datetime
import re
from collections.abc import Sequence

from ctb_lint.model import Location
from ctb_lint.readers.sql.scan import Span
from ctb_lint.readers.sql.split import RawStatement, Split
from ctb_lint.readers.sql.text import LineIndex
from ctb_lint.waivers import Waiver

_MEANT = re.compile(
    r"\s*ctb-lint\s*(?::|(?=\s(?:allow|ignore|disable|waive|skip|noqa)\b))\s*(?P<order>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ORDER = re.compile(
    r"(?P<word>allow(?:-file)?)\s+(?P<rules>[a-z][\w-]*(?:\s*,\s*[a-z][\w-]*)*)"
    r"(?:\s+until\s+(?P<until>\S+?))?\s*(?:\((?P<reason>.*)\)\s*)?(?:--.*)?",
    re.IGNORECASE | re.DOTALL,
)
_FORM = "write `-- ctb-lint: allow CODE, CODE (reason)`"


def waivers_in(cut: Split, text: str, lines: LineIndex, path: str) -> tuple[Waiver, ...]:
    """The waivers in a file's comments, in their order. ``text`` is the whole file."""
    found = []
    for comment in cut.comments:
        meant = _MEANT.fullmatch(_inside(comment.text))
        if meant:
            found.append(_waiver(comment, meant["order"].strip(), cut, text, lines, path))
    return tuple(found)


def _inside(comment: str) -> str:
    return comment[2:-2] if comment.startswith("/*") else comment[2:]


def _waiver(
    comment: Span, order: str, cut: Split, text: str, lines: LineIndex, path: str
) -> Waiver:
    at = lines.location(path, comment.start, comment.end)
    said = _ORDER.fullmatch(order)
    if said is None:
        return Waiver(rules=(), at=at, problem=_FORM)
    rules = tuple(dict.fromkeys(re.split(r"\s*,\s*", said["rules"])))
    reason = " ".join((said["reason"] or "").split())
    problem = None
    expires = None
    if said["until"]:
        try:
            expires = datetime.datetime.strptime(said["until"], "%Y-%m-%d").date()
        except ValueError:
            problem = f"{said['until']} is no date: write it as YYYY-MM-DD"
    covers = _covers(comment, said["word"].lower(), cut.statements, text, lines, path)
    if covers is None:
        problem = problem or "it stands behind the last statement: put it on the statement"
    return Waiver(
        rules=rules, at=at, reason=reason, covers=covers, expires=expires, problem=problem
    )


def _covers(
    comment: Span,
    word: str,
    statements: Sequence[RawStatement],
    text: str,
    lines: LineIndex,
    path: str,
) -> Location | None:
    """The span that the comment speaks of; None where it stands behind all statements."""
    whole = lines.location(path, 0, len(text))
    if word == "allow-file":
        return whole
    after = bisect.bisect_right(statements, comment.start, key=lambda one: one.start)
    if after:
        before = statements[after - 1]
        first, last = lines.position(before.start)[0], lines.position(before.end)[0]
        if comment.start < before.end or first <= lines.position(comment.start)[0] <= last:
            return lines.location(path, before.start, max(before.end, comment.end))
    if after == len(statements):
        return whole if not statements else None
    following = statements[after]
    if not after and _apart(text[comment.end : following.start]):
        return whole
    return lines.location(path, comment.start, following.end)


def _apart(between: str) -> bool:
    """Whether an empty line stands in the text between a comment and a statement."""
    return any(not line.strip() for line in between.splitlines()[1:-1]) or bool(
        re.search(r"\n[ \t\r]*\n", between)
    )
