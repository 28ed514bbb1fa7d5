"""The parts of a file that a migration tool tells apart by comments: up, down, and what to wrap.

goose writes ``-- +goose Up``, dbmate ``-- migrate:up``, sql-migrate ``-- +migrate Up``. A rollback
that is only written down stands as commented SQL at the end of a file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import islice

from msgspec import Struct

from ctb_lint.history import Direction, Layout
from ctb_lint.readers.sql import pg
from ctb_lint.readers.sql.scan import Span

_MARKER = re.compile(
    r"--\s*(?:\+(?P<goose>goose)[ \t]+(?P<a>up|down|statementbegin|statementend)\b"
    r"|migrate:(?P<b>up|down)(?P<dbmate>[^\S\n][^\n]*)?\Z"
    r"|\+(?P<migrate>migrate)[ \t]+(?P<c>up|down|statementbegin|statementend)\b(?P<options>.*))",
    re.IGNORECASE,
)
_GOOSE_ALONE = re.compile(r"--\s*\+goose\s+no\s+transaction\s*\Z", re.IGNORECASE)


class Section(Struct, frozen=True):
    """A part of a file: character offsets (end exclusive), what it does, and how.

    ``layout`` is the tool's whose marker opens it; ``wrapped`` says whether that tool runs it in
    one transaction.
    """

    start: int
    end: int
    direction: Direction
    layout: Layout
    wrapped: bool


class Marker(Struct, frozen=True):
    """A comment that a tool cuts at. ``direction`` is None for the ends of a long statement."""

    span: Span
    direction: Direction | None
    layout: Layout
    wrapped: bool


def markers(comments: Sequence[Span]) -> tuple[Marker, ...]:
    """The comments of a file that are markers of goose, dbmate or sql-migrate, in order."""
    alone = any(_GOOSE_ALONE.match(span.text.strip()) for span in comments)
    found: list[Marker] = []
    for span in comments:
        match = _MARKER.match(span.text.strip())
        if match is None:
            continue
        word = (match["a"] or match["b"] or match["c"]).lower()
        direction = Direction(word) if word in {"up", "down"} else None
        if match["goose"]:
            found.append(Marker(span, direction, Layout.GOOSE, not alone))
        elif match["migrate"]:
            wrapped = "notransaction" not in match["options"].split()
            found.append(Marker(span, direction, Layout.SQL_MIGRATE, wrapped))
        else:
            # Of an option that is given twice dbmate takes the last.
            options = [o.split(":") for o in (match["dbmate"] or "").split()]
            last = {o[0]: o[1] for o in options if len(o) == 2}
            wrapped = last.get("transaction") != "false"
            found.append(Marker(span, direction, Layout.DBMATE, wrapped))
    return tuple(found)


def sections(found: Sequence[Marker], end: int) -> tuple[Section, ...]:
    """What stands below each marker, up to the next one or the end of the text."""
    opening = [marker for marker in found if marker.direction is not None]
    ends = [*(marker.span.start for marker in opening[1:]), end][: len(opening)]
    return tuple(
        Section(m.span.end, stop, m.direction, m.layout, m.wrapped)
        for m, stop in zip(opening, ends, strict=True)
        if m.direction is not None
    )


def section_at(parted: Sequence[Section], offset: int) -> Section | None:
    """The section that an offset lies in."""
    number = bisect_right(parted, offset, key=lambda section: section.start) - 1
    return parted[number] if number >= 0 and offset < parted[number].end else None


def down_sections(comments: Sequence[Span], end: int) -> list[tuple[int, int]]:
    """The spans below the down markers, up to the next up marker."""
    parted = sections(markers(comments), end)
    return [(s.start - 1, s.end) for s in parted if s.direction is Direction.DOWN]


def cut_at(text: str, found: Sequence[Marker]) -> str:
    """The text with a semicolon in place of every marker: each tool sends what stands before a
    marker by itself, whether it ends in a semicolon or not. No offset changes."""
    parts: list[str] = []
    position = 0
    for marker in found:
        start, end = marker.span.start, marker.span.end
        parts += [text[position:start], ";", " " * (end - start - 1)]
        position = end
    return "".join([*parts, text[position:]])


_HEADING = re.compile(
    r"[\W_]*(?:to\s+)?(?:roll[\s-]?back|down|undo|revert)(?:\s+(?:migration|script|sql|section))?"
    r"[\W_]*\Z"
    r"|[\W_]*(?:to\s+)?(?:roll[\s-]?back|down|undo|revert)\b[^;]{0,60}:\s*\Z",
    re.IGNORECASE,
)
_SAME_LINE = re.compile(
    r"[\W_]*(?:roll[\s-]?back|down|undo|revert)\s*:\s*(?P<sql>\S.*)\Z", re.IGNORECASE | re.DOTALL
)
_MAX_LINES, _MAX_LINES_BELOW, _MAX_HEADINGS = 5_000, 200, 20
"""How far a rollback is looked for: what is longer is no remark at the end of a file."""
_DECORATION = re.compile(r"[-=*#~\s]*\Z")


def has_commented_rollback(comments: Sequence[Span], last_end: int) -> bool:
    """Whether the comments behind the last statement hold a rollback: a heading such as
    ``ROLLBACK`` or ``Down:``, and SQL below it or behind its colon."""
    ending = (span for span in comments if span.start >= last_end)
    lines = list(islice((line for span in ending for line in _lines(span.text)), _MAX_LINES))
    headings = 0
    for number, line in enumerate(lines):
        same, heading = _SAME_LINE.match(line), _HEADING.match(line)
        if not same and not heading:
            continue
        below = lines[number + 1 : number + 1 + _MAX_LINES_BELOW]
        if _is_sql([same["sql"], *below] if same else below):
            return True
        headings += 1
        if headings == _MAX_HEADINGS:
            return False
    return False


def _lines(comment: str) -> list[str]:
    """The lines of a comment without what makes them one."""
    inner = comment.removeprefix("/*").removesuffix("*/")
    return [line.strip().removeprefix("--").strip() for line in inner.split("\n")]


def _is_sql(lines: Sequence[str]) -> bool:
    """Whether the lines begin with a statement that PostgreSQL's grammar takes: ``none`` and
    ``not needed`` are no rollback."""
    words = [line.removeprefix("--").strip() for line in lines if not _DECORATION.match(line)]
    if not words:
        return False
    text = "\n".join(words)
    first = text.split(";", 1)[0]
    for candidate in (text, first):
        try:
            if any(item.get("stmt") for item in pg.parse(candidate)):
                return True
        except pg.SyntaxFault:
            continue
    return False
