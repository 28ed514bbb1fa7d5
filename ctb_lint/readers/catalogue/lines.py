"""Lines of text → what they say: which of it is a name, and which its value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from ctb_lint.readers.catalogue.words import undressed

_BOLD = re.compile(
    r"(?P<mark>\*\*|__)(?P<name>[^*\n]{1,120}?)(?P<inner>\s*:)?(?P=mark)"
    r"(?P<outer>\s*[:=]|\s+[-–—](?=\s))?[ \t]*(?P<value>.*)",
    re.DOTALL,
)
_PLAIN = re.compile(
    r"(?P<name>[^\W\d_][\w /&().'+-]{0,60}?)\s?(?::(?=\s|\Z)|\s=(?=\s))[ \t]*(?P<value>.*)",
    re.DOTALL,
)
_CODE_NAME = re.compile(r"`(?P<name>[^`\n]{1,120})`\s*:[ \t]+(?P<value>.*)", re.DOTALL)
_CODE = re.compile(r"`([^`\n]*)`")
_ALL_BOLD = re.compile(r"(?:\*\*|__)[^*\n]{1,160}(?:\*\*|__)\s*:?")
_MARKS = ("**", "__", "`", '"', "'")
_MARKED = frozenset("*_`\"'")
"""How a text begins that they may enclose."""


class Piece(Struct, frozen=True, gc=False):
    """A piece of text with its offsets."""

    text: str
    start: int
    end: int


class Part(Struct, frozen=True, gc=False):
    """A sentence before its place in the catalogue is known: text, span, and where it reads
    ``Name: value`` both. ``bold`` says that the name is set in bold."""

    piece: Piece
    name: str | None = None
    value: Piece | None = None
    bold: bool = False


def visible(piece: Piece) -> Piece:
    """The piece without HTML comments, which nobody sees: blanks stand for one inside of it."""
    text = piece.text
    if "<!--" not in text:
        return piece
    kept: list[str] = []
    done = ticks = 0
    while (start := text.find("<!--", done)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        ticks += text.count("`", done, start)
        in_code = ticks % 2 == 1
        stop = start + 4 if in_code else end + 3
        kept.append(text[done:stop] if in_code else text[done:start] + " " * (stop - start))
        done = stop
    if not done:
        return piece
    text = "".join((*kept, text[done:]))
    first = piece.start + len(text) - len(text.lstrip())
    text = text.strip()
    return Piece(text, first, min(first + len(text), piece.end))


def split(piece: Piece) -> Part:
    """The name and value of a line, where it has them."""
    text = piece.text
    first = text[:1]
    if first in {"*", "_"}:
        bold = _BOLD.match(text)
        if bold and (bold["inner"] or bold["outer"] or not bold["value"].strip()):
            return _part(piece, bold, bold=True)
        return Part(piece)
    if ":" in text or "=" in text:
        match = (_CODE_NAME if first == "`" else _PLAIN).match(text)
        if match:
            return _part(piece, match, bold=False)
    return Part(piece)


def _part(piece: Piece, match: re.Match[str], *, bold: bool) -> Part:
    behind = match["value"]
    value = behind.strip()
    start = match.start("value") + len(behind) - len(behind.lstrip())
    begin = min(piece.start + start, piece.end)
    name = undressed(match["name"]).strip(" :`")
    # Text of several lines is joined, so that only its end is certain.
    return Part(piece, name or None, Piece(value, begin, piece.end), bold)


def bare(text: str) -> str:
    """The text without the quotes, backticks or emphasis that enclose all of it."""
    text = text.strip()
    for mark in _MARKS if text[:1] in _MARKED else ():
        if text.startswith(mark) and text.endswith(mark) and len(text) > 2 * len(mark):
            inner = text[len(mark) : -len(mark)]
            if mark not in inner:
                text = inner.strip()
    return text


def bare_piece(piece: Piece) -> Piece:
    """The same with its place: that of what stands inside the marks."""
    inner = bare(piece.text)
    offset = piece.text.find(inner)
    if offset < 0 or piece.end - piece.start != len(piece.text):
        return Piece(inner, piece.start, piece.end)
    return Piece(inner, piece.start + offset, piece.start + offset + len(inner))


def parts_of(lines: Sequence[Piece]) -> tuple[Part, ...]:
    """The sentences of a paragraph or list item. A line that reads ``Name: value`` begins one;
    what does not goes on with the one before it."""
    if len(lines) == 1:
        return (split(lines[0]),)
    found: list[Part] = []
    pending: list[Piece] = []
    for piece in lines:
        if pending and begins(piece.text):
            found.append(split(_joined(pending)))
            pending = []
        pending.append(piece)
    if pending:
        found.append(split(_joined(pending)))
    return tuple(found)


def begins(text: str) -> bool:
    """Whether a line inside a paragraph begins a sentence of its own: a bold name, or a plain one
    of a few words with a colon."""
    bold = _BOLD.match(text)
    if bold:
        return bool(bold["inner"] or bold["outer"]) or _ALL_BOLD.fullmatch(text) is not None
    match = _PLAIN.match(text)
    return match is not None and len(match["name"].split()) <= 4


def _joined(pieces: list[Piece]) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    return Piece(" ".join(piece.text for piece in pieces), pieces[0].start, pieces[-1].end)


def codes(piece: Piece) -> Iterator[Piece]:
    """What stands in the code spans of a text, with its offsets."""
    if "`" not in piece.text:
        return
    exact = piece.end - piece.start == len(piece.text)
    for match in _CODE.finditer(piece.text):
        if not match[1].strip():
            continue
        if exact:
            yield Piece(match[1], piece.start + match.start(1), piece.start + match.end(1))
        else:
            yield Piece(match[1], piece.start, piece.end)
