"""Several fields of a header in one line: ``Barton ID: X | Status: Active``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctb_lint.headings import Headings
from ctb_lint.readers.catalogue.lines import Part, Piece, split
from ctb_lint.readers.catalogue.words import field_key, undressed

_NEXT = re.compile(
    r"(?<=\s)(?:[|/·•;–—]\s+|(?=\*\*|__))"
    r"(?=(?:\*\*|__)?(?P<name>[^\W\d_][\w /-]{1,30}?)(?:\*\*|__)?\s?:)"
)


def fields_of_line(part: Part, headings: Headings) -> Iterator[Part]:
    """The fields that a line holds: itself, unless what stands behind a mark in the value of a
    field begins another one."""
    if part.name is None or part.value is None or not field_key(part.name, headings):
        yield part
        return
    piece = part.piece
    if piece.end - piece.start != len(piece.text):
        yield part
        return
    start = 0
    for match in _NEXT.finditer(piece.text):
        if field_key(undressed(match["name"]), headings):
            yield split(_cut(piece, start, match.start()))
            start = match.end()
    yield split(_cut(piece, start, len(piece.text))) if start else part


def _cut(piece: Piece, start: int, end: int) -> Piece:
    text = piece.text[start:end].rstrip()
    return Piece(text, piece.start + start, piece.start + start + len(text))
