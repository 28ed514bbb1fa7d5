"""Parts of lines and rows of tables → sentences of the catalogue."""

from __future__ import annotations

from ctb_lint.catalogue import Sentence, SentenceKind, Written
from ctb_lint.readers.catalogue.blocks import Lines, Row, Table
from ctb_lint.readers.catalogue.lines import Part, Piece, bare
from ctb_lint.readers.catalogue.source import Source
from ctb_lint.readers.catalogue.words import undressed


def label_of(part: Part) -> str | None:
    """The label that a line is (``**Columns**:``, ``Columns:``, ``**Columns**``); None where it
    says something itself."""
    if part.name is None or part.value is None or part.value.text:
        return None
    return part.name


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
