"""The tokens of PostgreSQL's scanner, for the few statements that need them exactly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from ctb_lint.readers.sql.quotes import Mark, UnterminatedError, quoted_end

_LETTER = r"[^\x00-@\[-^`{-\x7f]"
"""A letter, ``_`` or anything beyond ASCII. Said by what it is not: ``re`` takes a hundred times
as long to compile a class that reaches to U+10FFFF."""

_DIGITS = r"\d(?:_?\d|(?!))*+"

_TOKEN = re.compile(
    r"[ \t\n\r\f\v]*+(?:"
    r"(?P<quoted>--|/\*|[bBeExX]'|[uU]&['\"]|['\"]"
    rf"|\$(?:{_LETTER}[^\x00-/:-@\[-^`{{-\x7f]*+)?\$)"
    rf"|(?P<word>{_LETTER}[^\x00-#%-/:-@\[-^`{{-\x7f]*+)"
    r"|(?P<number>0[xX](?:_?[0-9A-Fa-f]|(?!))++|0[oO](?:_?[0-7]|(?!))++|0[bB](?:_?[01]|(?!))++"
    rf"|(?:{_DIGITS}(?:\.(?!\.)(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?)"
    r"|(?P<symbol>\$\d++|(?:::|\.\.|:=|=>|<=|>=|<>|!=)(?![~!@#^&|`?+\-*/%<>=]))"
    r"|(?P<operator>(?:-(?!-)|/(?!\*)|[~!@#^&|`?+*%<>=]|(?!))++)"
    r"|(?P<other>[\s\S])|\Z)"
)
"""The next token, with the blanks before it; no group where there is none."""


class Kind(StrEnum):
    """What a lexeme is."""

    WORD = "word"
    """A keyword or an unquoted name."""
    QUOTED = "quoted name"
    STRING = "string"
    NUMBER = "number"
    SYMBOL = "symbol"
    """An operator, a parameter, a parenthesis, a comma …"""


class Lexeme(Struct, frozen=True):
    """One token: 0-based character offsets (end exclusive), and its text as written."""

    kind: Kind
    start: int
    end: int
    text: str

    @property
    def upper(self) -> str:
        """An unquoted word in upper case; empty for all else."""
        return self.text.upper() if self.kind is Kind.WORD else ""

    @property
    def name(self) -> str | None:
        """The name as PostgreSQL stores it, or None where this is no name."""
        return _stored(self.kind, self.text)


def _stored(kind: Kind, text: str) -> str | None:
    if kind is Kind.WORD:
        if text.isascii():
            return text.lower()
        return "".join(c.lower() if c.isascii() else c for c in text)
    if kind is Kind.QUOTED and text.startswith('"'):
        return text[1:-1].replace('""', '"')
    return None


_CONTINUED = re.compile(
    r"(?:(?:[ \t\f\v]|--[^\n\r]*+|(?!))*+[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*+[\n\r]|(?!))*+"
    r"'[^']*+(?:''[^']*+|(?!))*+'|(?!))++"
)
"""A string goes on where the next one begins on another line."""

_NAMES = (Kind.WORD, Kind.QUOTED)
_KINDS = {
    "word": Kind.WORD,
    "number": Kind.NUMBER,
    "symbol": Kind.SYMBOL,
    "operator": Kind.SYMBOL,
    "other": Kind.SYMBOL,
}


def lexemes(text: str, start: int, end: int) -> list[Lexeme]:
    """The tokens between two offsets, without comments.

    A string or comment that does not end is one token that reaches to ``end``.
    """
    spans = _spans(text, start, end)
    return [Lexeme(kind, first, last, text[first:last]) for kind, first, last in spans]


def named(text: str, start: int, end: int) -> tuple[list[int], list[int], list[str]]:
    """The starts, ends and texts of the same tokens; that of a name is as PostgreSQL stores it."""
    spans = _spans(text, start, end)
    texts = [text[first:last] for _, first, last in spans]
    for index, (kind, _, _) in enumerate(spans):
        if kind in _NAMES:
            texts[index] = _stored(kind, texts[index]) or texts[index]
    return [first for _, first, _ in spans], [last for _, _, last in spans], texts


@lru_cache(maxsize=2)
def _spans(text: str, start: int, end: int) -> Sequence[tuple[Kind, int, int]]:
    """What each token between two offsets is, where it begins, and where it ends. A statement is
    asked for more than once in a row."""
    found: list[tuple[Kind, int, int]] = []
    position: int | None = start
    while position is not None:
        position = _plain(text, position, end, found)
    return found


def _plain(text: str, start: int, end: int, found: list[tuple[Kind, int, int]]) -> int | None:
    """Adds the tokens up to one whose end the pattern does not tell, and that one; the offset
    after it, or None where the text is done."""
    for match in _TOKEN.finditer(text, start, end):
        group = match.lastgroup
        if group is None:
            break
        first, last = match.span(group)
        if group == "quoted":
            mark, last = _quoted(text, first, end)
            if mark is not Mark.COMMENT:
                kind = Kind.QUOTED if mark is Mark.IDENTIFIER else Kind.STRING
                found.append((kind, first, last))
            return last
        if group == "operator" and last - first > 1:
            last = first + _operator_length(text[first:last])
            found.append((Kind.SYMBOL, first, last))
            return last
        found.append((_KINDS[group], first, last))
    return None


def _quoted(text: str, at: int, end: int) -> tuple[Mark, int]:
    try:
        mark, stop = quoted_end(text, at)
    except UnterminatedError:
        return Mark.STRING, end
    more = _CONTINUED.match(text, stop, end) if text[stop - 1] == "'" else None
    return mark, min(more.end() if more else stop, end)


def _operator_length(operator: str) -> int:
    """A trailing sign belongs to what follows, unless the operator holds one of ``~!@#^&|`?%``."""
    length = len(operator)
    while length > 1 and operator[length - 1] in "+-":
        if any(c in "~!@#^&|`?%" for c in operator[: length - 1]):
            break
        length -= 1
    return length


def nesting(text: str, start: int, end: int) -> int:
    """The deepest nesting of parentheses and brackets between two offsets. Recursive parsers
    should be spared what goes thousands deep."""
    depth = deepest = 0
    for lexeme in lexemes(text, start, end):
        if lexeme.text in {"(", "["}:
            depth += 1
            deepest = max(deepest, depth)
        elif lexeme.text in {")", "]"}:
            depth -= 1
    return deepest
