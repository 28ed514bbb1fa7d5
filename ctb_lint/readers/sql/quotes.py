"""PostgreSQL's quotes and comments: where each begins and ends.

Follows ``scan.l``: nested comments, dollar quotes, escape strings, strings that go on on another
line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

# Each group that is repeated with `*+` or `++` ends with `|(?!)`, which no text is: `re` of Python
# 3.11.2 goes on where the last try of such a group failed, and not where it began.
# Said by what they are not: `re` takes a hundred times as long to compile a class that reaches to
# U+10FFFF, and these stand in many patterns.
START = r"[^\x00-@\[-^`{-\x7f]"
PART = r"[^\x00-#%-/:-@\[-^`{-\x7f]"
_TAG = rf"(?:{START}[^\x00-/:-@\[-^`{{-\x7f]*+)?"
_OTHER = "".join(c for c in map(chr, range(128)) if not c.isalpha() and c not in "'\"$-/_")
_PREFIX = r"(?!(?:[bBeExX]'|[uU]&['\"]))"


def skipping(stops: str, words: str = "") -> re.Pattern[str]:
    """All text up to the next character that matters: quotes, comments, ``stops``, ``words``."""
    word = rf"(?!(?i:{words})(?!{PART}))" if words else ""
    other = re.escape("".join(c for c in _OTHER if c not in stops))
    return re.compile(
        rf"(?:[{other}]++|{_PREFIX}{word}{START}{PART}*+"
        rf"|-(?!-)|/(?!\*)|\$(?!{_TAG}\$)|(?!))*+"
    )


_SKIP_TO_QUOTES = skipping("")
STRING = re.compile(r"'[^']*+(?:''[^']*+|(?!))*+'")
BITS = re.compile(r"'[^']*+'")
BIT_STRINGS = {
    "b": "bit string literal", "B": "bit string literal",
    "x": "hexadecimal string literal", "X": "hexadecimal string literal",
}  # fmt: skip
_JOINT = r"(?:[ \t\f\v]|--[^\n\r]*+|(?!))*+[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*+[\n\r]|(?!))*+"
GOES_ON = re.compile(_JOINT)
"""What may stand between two pieces of one string."""
_ESCAPES = r"'(?:[^'\\]|\\[\s\S]|''|(?!))*+'"
ESCAPE_PIECE = re.compile(_ESCAPES)
_ESCAPE_STRING = re.compile(rf"{_ESCAPES}(?:{_JOINT}{_ESCAPES}|(?!))*+")
_IDENTIFIER = re.compile(r'"[^"]*+(?:""[^"]*+|(?!))*+"')
_DOLLAR = re.compile(rf"\${_TAG}\$")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
LINE_COMMENT = re.compile(r"--[^\n\r]*+")
_NOT_LINE_END = re.compile(r"[^\n\r]")


class Mark(StrEnum):
    """What a quoted or commented piece of text is."""

    COMMENT = "comment"
    STRING = "string"
    DOLLAR = "dollar-quoted string"
    IDENTIFIER = "quoted identifier"


class UnterminatedError(Exception):
    """Raised inside the scanner; ``args`` are PostgreSQL's message and the token's offset."""


def quoted_end(text: str, at: int) -> tuple[Mark, int]:
    """What the quote or comment that begins at ``at`` is, and where it ends (exclusive).

    Raises ``UnterminatedError`` where it does not end.
    """
    char = text[at]
    if char == "'":
        return Mark.STRING, closing(STRING, text, at, at, "quoted string")
    if char in "eE":
        return Mark.STRING, closing(_ESCAPE_STRING, text, at + 1, at, "quoted string")
    if char in "bBxX":
        # No quote can be doubled in these.
        return Mark.STRING, closing(BITS, text, at + 1, at, BIT_STRINGS[char])
    if char in "uU":
        if text[at + 2] == "'":
            return Mark.STRING, closing(STRING, text, at + 2, at, "quoted string")
        return Mark.IDENTIFIER, closing(_IDENTIFIER, text, at + 2, at, "quoted identifier")
    if char == '"':
        return Mark.IDENTIFIER, closing(_IDENTIFIER, text, at, at, "quoted identifier")
    if char == "$":
        return Mark.DOLLAR, _dollar_end(text, at)
    if char == "-":
        line = LINE_COMMENT.match(text, at)
        return Mark.COMMENT, line.end() if line else at
    return Mark.COMMENT, _comment_end(text, at)


def closing(pattern: re.Pattern[str], text: str, at: int, token: int, what: str) -> int:
    """Where a quoted piece that begins at ``at`` ends, ``token`` being where its token begins."""
    found = pattern.match(text, at)
    if found is not None:
        return found.end()
    raise UnterminatedError(f"unterminated {what}", token)


def _dollar_end(text: str, at: int) -> int:
    tag = _DOLLAR.match(text, at)
    delimiter = tag.group() if tag else "$$"
    end = text.find(delimiter, at + len(delimiter))
    if end < 0:
        raise UnterminatedError("unterminated dollar-quoted string", at)
    return end + len(delimiter)


def _comment_end(text: str, at: int) -> int:
    depth, position = 1, at + 2
    while depth:
        edge = _COMMENT_EDGE.search(text, position)
        if edge is None:
            raise UnterminatedError("unterminated /* comment", at)
        depth += 1 if edge.group() == "/*" else -1
        position = edge.end()
    return position


def quoted_parts(text: str) -> Iterator[tuple[Mark, int, int]]:
    """The comments, strings and quoted names of a text in order: (what, start, end).

    One that never ends reaches to the end of the text.
    """
    position = 0
    while True:
        skipped = _SKIP_TO_QUOTES.match(text, position)
        at = skipped.end() if skipped else position
        if at >= len(text):
            return
        try:
            mark, position = quoted_end(text, at)
        except UnterminatedError:
            mark, position = Mark.STRING, len(text)
        yield mark, at, position


def blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with those spans (sorted, apart) as spaces; line ends stay, so does the length."""
    if not spans:
        return text
    pieces, position = [], 0
    for start, end in spans:
        pieces.append(text[position:start])
        pieces.append(_NOT_LINE_END.sub(" ", text[start:end]))
        position = end
    pieces.append(text[position:])
    return "".join(pieces)
