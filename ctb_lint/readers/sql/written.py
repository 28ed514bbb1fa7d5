"""SQL that stands inside a string: its text, and where each of its characters was written.

The body of a DO block and the command of an EXECUTE are strings. What is read in them is reported
where it stands in the file, across doubled quotes, escapes and concatenations.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from msgspec import Struct


class Written(Struct, frozen=True):
    """A text, and for each of its characters where that which gave it starts and ends: offsets
    into the file, which never go back."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the text stands in the file."""
        if not self.text:
            return 0, 0
        if start >= len(self.text):
            return self.ends[-1], self.ends[-1]
        first = self.starts[start]
        return first, self.ends[end - 1] if end > start else first

    def offset(self, at: int) -> int:
        """The offset in the text of the first character that was written at or behind an offset
        of the file."""
        return bisect_left(self.starts, at)

    def part(self, start: int, end: int) -> Written:
        """A part of the text."""
        return Written(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def instead(self, text: str) -> Written:
        """Another text in this one's place, all of it written where this one stands."""
        first, last = self.span(0, len(self.text))
        return Written(text, [first] * len(text), [last] * len(text))


def plain(text: str, start: int) -> Written:
    """A text that stands in the file as it is, from an offset on."""
    return Written(text, range(start, start + len(text)), range(start + 1, start + len(text) + 1))


def joined(parts: Iterable[Written]) -> Written:
    """The parts, one behind the other."""
    listed = list(parts)
    if len(listed) == 1:
        return listed[0]
    return Written(
        "".join(part.text for part in listed),
        [start for part in listed for start in part.starts],
        [end for part in listed for end in part.ends],
    )


def value_of(token: Written) -> Written | None:
    """The value of a string constant: plain, escaped or dollar-quoted. None for any other, for
    one that does not end, and for bytes and characters that no text holds."""
    text = token.text
    if text.startswith("$"):
        tag = text[: text.find("$", 1) + 1]
        inside = len(text) - len(tag)
        return token.part(len(tag), inside) if tag and text.endswith(tag) and inside else None
    escapes = text[:1] in {"e", "E"}
    if text[escapes : escapes + 1] != "'":
        return None
    return _quoted(token, escapes)


_PIECE = re.compile(r"(?P<plain>[^'\\]+)|(?P<quote>'')|(?P<end>')|(?P<escape>\\)", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<u>[0-9A-Fa-f]{4})"
    r"|U(?P<U>[0-9A-Fa-f]{8})|(?P<letter>[^xuU0-7]))",
    re.DOTALL,
)
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LAST_ONE_BYTE = 0x7F


def _quoted(token: Written, escapes: bool) -> Written | None:
    """The value of a string in single quotes, which may go on in further quotes on later lines."""
    text, at, open_ = token.text, 1 + escapes, True
    parts: list[Written] = []
    while at < len(text):
        if not open_:
            at, open_ = text.find("'", at) + 1, True
            if at == 0:
                return None
            continue
        piece = _PIECE.match(text, at)
        assert piece is not None
        end = piece.end()
        if piece["escape"] and escapes:
            escape = _ESCAPE.match(text, at)
            character = _escaped(escape) if escape else None
            if escape is None or character is None:
                return None
            end = escape.end()
            parts.append(token.part(at, end).instead(character))
        elif piece["quote"]:
            parts.append(token.part(at, end).instead("'"))
        elif piece["end"]:
            open_ = False
            if "--" in text[end : text.find("'", end)]:  # a comment may hold quotes
                return None
        else:
            parts.append(token.part(at, end))
        at = end
    return None if open_ else joined(parts or [token.part(0, 0)])


def _escaped(match: re.Match[str]) -> str | None:
    """The character of an escape; None for a byte of a longer one, and for what is none."""
    if match["letter"]:
        return _LETTERS.get(match["letter"], match["letter"])
    short = match["octal"] or match["hex"]
    code = int(short, 8 if match["octal"] else 16) if short else int(match["u"] or match["U"], 16)
    if code == 0 or (short and code > _LAST_ONE_BYTE) or 0xD800 <= code <= 0xDFFF:
        return None
    return chr(code) if code <= 0x10FFFF else None
