"""Cutting a file into statements: ``scan`` says where PostgreSQL and psql see one."""

from __future__ import annotations

from msgspec import Struct

from ctb_lint.readers.sql.quotes import blanked
from ctb_lint.readers.sql.scan import CopyBlock, Span, TokenFault, scan


class RawStatement(Struct, frozen=True):
    """A statement as it stands in the file.

    ``start`` and ``end`` are 0-based character offsets of its first token's start and its last
    token's end (exclusive), without the semicolon.
    """

    start: int
    end: int


class Split(Struct, frozen=True):
    """A file cut into statements.

    ``masked`` is the text with comments, meta-commands and COPY data as spaces: same length, same
    lines. ``metas`` are psql's meta-commands, ``includes`` those that read another file. ``error``
    is the string, comment or quoted name that never ends; what stands before its statement is in
    ``statements``.
    """

    statements: tuple[RawStatement, ...]
    masked: str
    error: TokenFault | None = None
    comments: tuple[Span, ...] = ()
    metas: tuple[Span, ...] = ()
    includes: tuple[Span, ...] = ()
    copies: tuple[CopyBlock, ...] = ()


def split(text: str) -> Split:
    """Cut a file's text into statements. Never raises."""
    found = scan(text)
    hidden = [(span.start, span.end) for span in (*found.comments, *found.metas)]
    hidden += [(block.start, block.end) for block in found.copies]
    masked = blanked(text, sorted(hidden))
    return Split(
        statements=tuple(RawStatement(start, end) for start, end in found.statements),
        masked=masked,
        error=found.fault,
        comments=tuple(found.comments),
        metas=tuple(found.metas),
        includes=tuple(found.includes),
        copies=tuple(found.copies),
    )
