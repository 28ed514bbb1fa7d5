"""UTF-8 that was read as Mac Roman or Windows-1252 and saved again: found, and put right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from msgspec import Struct

CODECS = {"mac_roman": "Mac Roman", "cp1252": "Windows-1252"}
_LEAD2, _LEAD3, _LEAD4, _MORE = (0xC2, 0xE0), (0xE0, 0xF0), (0xF0, 0xF5), (0x80, 0xC0)
_TELLING = frozenset({0xC2, 0xC3, 0xE2, 0xEF, *range(*_LEAD4)})
"""First bytes of what such text mostly holds: accents, punctuation, arrows, emoji. One sequence
of another kind may be honest text (``«é``); two in a row are not."""


class Damage(Struct, frozen=True):
    """A span of a text (character offsets) that was mis-decoded, and what it was."""

    start: int
    end: int
    repaired: str
    codec: str


def damages(text: str) -> tuple[Damage, ...]:
    """The mis-decoded spans of a text, in order. One codec a text: the one that explains more."""
    if text.isascii():
        return ()
    places = [*_beyond_ascii(text)]
    found = [_damages(text, places, codec) for codec in CODECS]
    return tuple(max(found, key=lambda spans: sum(span.end - span.start for span in spans)))


def _damages(text: str, places: Iterable[tuple[int, int]], codec: str) -> list[Damage]:
    pattern, code = _sequences(codec)
    found = []
    for start, end in places:
        for match in pattern.finditer(text, start, end):
            repaired = _repaired(bytes(code[character] for character in match.group()))
            if repaired is not None:
                found.append(Damage(match.start(), match.end(), repaired, CODECS[codec]))
    return found


def _beyond_ascii(text: str) -> Iterator[tuple[int, int]]:
    """Where the lines stand that are worth a look: of most it is known that they are ASCII."""
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if not line.isascii():
            yield start, end
        start = end + 1


def _repaired(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if any(unicodedata.category(character) in {"Cc", "Cn", "Co", "Cs"} for character in text):
        return None
    telling = any(byte in _TELLING for byte in data)
    return text if telling or len(text) > 1 else None


@cache
def _sequences(codec: str) -> tuple[re.Pattern[str], dict[str, int]]:
    """The pattern of UTF-8 sequences as the codec shows them, and the byte of each character."""
    code: dict[str, int] = {}
    for byte in range(0x80, 0x100):
        # Bytes that Windows-1252 leaves open, and all of ISO 8859-1, are kept as control codes.
        if codec == "cp1252":
            code[chr(byte)] = byte
        shown = bytes([byte]).decode(codec, "replace")
        if shown != "\ufffd":
            code[shown] = byte

    def one_of(span: tuple[int, int]) -> str:
        return "[" + "".join(re.escape(c) for c, byte in code.items() if byte in range(*span)) + "]"

    more = one_of(_MORE)
    sequence = f"{one_of(_LEAD4)}{more}{{3}}|{one_of(_LEAD3)}{more}{{2}}|{one_of(_LEAD2)}{more}"
    return re.compile(f"(?:{sequence})+"), code
