"""Lines, list items and rows → sentences: what is the name, what the value, what a label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from ctb_lint.catalogue import Sentence, SentenceKind, Written
from ctb_lint.readers.catalogue.blocks import Lines, Piece, Row, Table
from ctb_lint.readers.catalogue.source import Source
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


class Part(Struct, frozen=True):
    """A sentence before its place in the catalogue is known: text, span, and where it reads
    ``Name: value`` both. ``bold`` says that the name is set in bold."""

    piece: Piece
    name: str | None = None
    value: Piece | None = None
    bold: bool = False


def split(piece: Piece) -> Part:
    """The name and value of a line, where it has them."""
    text = piece.text
    bold = _BOLD.match(text)
    if bold and (bold["inner"] or bold["outer"] or not bold["value"].strip()):
        return _part(piece, bold, bold=True)
    for pattern in (_CODE_NAME, _PLAIN):
        match = pattern.match(text)
        if match:
            return _part(piece, match, bold=False)
    return Part(piece)


def _part(piece: Piece, match: re.Match[str], *, bold: bool) -> Part:
    value = match["value"].strip()
    start = match.start("value") + len(match["value"]) - len(match["value"].lstrip())
    begin = min(piece.start + start, piece.end)
    name = undressed(match["name"]).strip(" :`")
    # Text of several lines is joined, so that only its end is certain.
    found = Piece(value, begin, max(begin, piece.end))
    return Part(piece, name or None, found, bold)


def bare(text: str) -> str:
    """The text without the quotes, backticks or emphasis that enclose all of it."""
    text = text.strip()
    for mark in ("**", "__", "`", '"', "'"):
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
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


def parts(lines: Lines) -> Iterator[Part]:
    """The sentences of a paragraph or list item. A line that reads ``Name: value`` begins one;
    what does not goes on with the one before it."""
    pending: list[Piece] = []
    for number, piece in enumerate(lines.lines):
        starts = number > 0 and begins(piece.text)
        if starts and pending:
            yield split(_joined(pending))
            pending = []
        pending.append(piece)
    if pending:
        yield split(_joined(pending))


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


def label_of(part: Part) -> str | None:
    """The label that a line is (``**Columns**:``, ``Columns:``, ``**Columns**``); None where it
    says something itself."""
    if part.name is None or part.value is None or part.value.text:
        return None
    return part.name


def codes(piece: Piece) -> Iterator[Piece]:
    """What stands in the code spans of a text, with its offsets."""
    exact = piece.end - piece.start == len(piece.text)
    for match in _CODE.finditer(piece.text):
        if not match[1].strip():
            continue
        if exact:
            yield Piece(match[1], piece.start + match.start(1), piece.start + match.end(1))
        else:
            yield Piece(match[1], piece.start, piece.end)


def written(source: Source, piece: Piece) -> Written:
    """A piece with its place."""
    return Written(piece.text, source.at(piece.start, piece.end))


def sentence(
    source: Source, part: Part, *, section: str | None, group: str | None, lines: Lines
) -> Sentence:
    """A part with its place in the catalogue."""
    return Sentence(
        text=part.piece.text,
        at=source.at(part.piece.start, part.piece.end),
        kind=SentenceKind.ITEM if lines.depth else SentenceKind.LINE,
        section=section,
        group=group,
        name=part.name,
        value=written(source, part.value) if part.value else None,
        number=lines.number,
        depth=lines.depth,
    )


def row_sentence(
    source: Source, table: Table, row: Row, *, section: str | None, group: str | None
) -> Sentence:
    """The row of a table as a sentence."""
    cells = tuple(written(source, cell) for cell in row.cells)
    pair = len(cells) > 1
    return Sentence(
        text=row.whole.text,
        at=source.at(row.whole.start, row.whole.end),
        kind=SentenceKind.ROW,
        section=section,
        group=group,
        name=bare(undressed(cells[0].text)) if pair else None,
        value=cells[1] if pair else None,
        cells=cells,
        columns=tuple(bare(undressed(cell.text)) for cell in table.head.cells)
        if table.head
        else (),
    )


def row_part(row: Row) -> Part | None:
    """The first two cells of a row as name and value; None where it has one."""
    if len(row.cells) < 2:
        return None
    return Part(row.whole, bare(undressed(row.cells[0].text)) or None, row.cells[1])
