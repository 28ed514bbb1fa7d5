"""Lines of a table → rows and their cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ctb_lint.readers.catalogue.blocks import Row, Table
from ctb_lint.readers.catalogue.lines import Piece, visible

_CELL_END = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_DELIMITERS = re.compile(r"[\s|:-]*-[\s|:-]*\Z")


def row(text: str, start: int) -> Row:
    """The row that a line is, without what stands before it and the blanks behind it."""
    whole = visible(Piece(text, start, start + len(text)))
    return Row(tuple(_cells(whole)), whole)


def table(rows: Sequence[Row]) -> Table:
    """A table of which the first row is that of headings; it has none where they are empty."""
    head = rows[0] if any(cell.text for cell in rows[0].cells) else None
    return Table(head, tuple(rows[1:]))


def headless(pieces: Sequence[Piece]) -> Table | None:
    """Lines of cells that Markdown does not take for a table; None where they are none."""
    rows = [(piece, _cells(piece)) for piece in pieces]
    if not rows or any(len(cells) < 2 for _, cells in rows):
        return None
    kept = [(p, cells) for p, cells in rows if not _DELIMITERS.match(p.text)]
    has_head = len(rows) > 1 and kept and not _DELIMITERS.match(pieces[0].text)
    found = [Row(tuple(cells), piece) for piece, cells in kept]
    if has_head and _DELIMITERS.match(pieces[1].text):
        return Table(found[0], tuple(found[1:]))
    return Table(None, tuple(found))


def _cells(whole: Piece) -> list[Piece]:
    """The cells of a row, without the pipes at its ends; ``\\|`` is a pipe in a cell."""
    text = whole.text
    bounds = [0]
    for match in _CELL_END.finditer(text):
        bounds += (match.end() - 1, match.end())
    bounds.append(len(text))
    spans = list(zip(bounds[::2], bounds[1::2], strict=True))
    if len(spans) > 1 and not text[slice(*spans[0])].strip():
        spans = spans[1:]
    if len(spans) > 1 and not text[slice(*spans[-1])].strip() and text.endswith("|"):
        spans = spans[:-1]
    cells = []
    for start, end in spans:
        cell = text[start:end]
        inner = cell.strip()
        begin = whole.start + start + len(cell) - len(cell.lstrip())
        cells.append(Piece(inner.replace("\\|", "|"), begin, begin + len(inner)))
    return cells
