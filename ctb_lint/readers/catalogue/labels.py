"""Lines that open a STAMPED section, where it has no heading of its own."""

from __future__ import annotations

import re

from ctb_lint.headings import Headings
from ctb_lint.readers.catalogue.blocks import Row
from ctb_lint.readers.catalogue.lines import Part, Piece
from ctb_lint.readers.catalogue.words import section_of, undressed

SECTION_LABEL = re.compile(
    r"(?:\*\*|__)?[(\[]?[STAMPED][)\]]?(?:\*\*|__)?\s*[-–—:.|]|(?:\*\*|__)[(\[]?[STAMPED][)\]]?(?:\*\*|__)\s"
    r"|(?:\*\*|__)[^*_\n]{1,80}(?:\*\*|__)\s*:?\Z"
)
SECTION_LABEL_BEGINS = frozenset("*_([STAMPED")
"""How such a line begins."""
_TITLE_END = re.compile(r"\s*[:–—]\s+|\s+-\s+")


def title_of(head: str, text: str) -> str:
    """The title of a section in a line: what is bold, or what stands before the second mark. A
    bold letter alone is the beginning of one."""
    if head is not text and len(head.strip("()[]")) > 1:
        return head
    match = re.match(r"\**[(\[]?[STAMPED][)\]]?\**\s*[-–—:.|]?\s*", text)
    offset = match.end() if match else 0
    end = _TITLE_END.search(text, offset)
    return text[: end.start()] if end else text


def behind(part: Part, title: str) -> Piece | None:
    """What a line says behind the title of the section that it opens."""
    piece = part.piece
    if part.bold and part.value is not None and title == part.name:
        return part.value if part.value.text else None
    match = _TITLE_END.match(piece.text, len(title)) if piece.text.startswith(title) else None
    if match is None or match.end() >= len(piece.text):
        return None
    start = min(piece.start + match.end(), piece.end)
    return Piece(piece.text[match.end() :], start, max(start, piece.end))


def lettered(text: str) -> bool:
    return re.match(r"\W*[STAMPED]\b", undressed(text)) is not None


def section_of_row(row: Row, headings: Headings) -> tuple[str, str] | None:
    """The section that a row of a table holds: its first cell is the section's letter or title."""
    if len(row.cells) < 2:
        return None
    text = undressed(row.cells[0].text)
    if len(text) == 1 and text in "STAMPED":
        return text, text
    return (
        section_of(text, headings, label=True) if SECTION_LABEL.match(row.cells[0].text) else None
    )
