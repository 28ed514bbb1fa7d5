"""Cutting a file into statements, each with its tokens.

``scan`` says where PostgreSQL and psql see a statement; sqlglot's tokenizer reads the whole file
once. Where its tokens are not PostgreSQL's the statement gets none, so that nothing is read from
tokens that do not mean what is written.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from ctb_lint.readers.sql.lexeme import lexemes
from ctb_lint.readers.sql.quotes import blanked
from ctb_lint.readers.sql.scan import CopyBlock, Span, TokenFault, scan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlglot.tokenizer_core import Token
    from sqlglot.tokens import Tokenizer

_SUSPECT = re.compile(
    r"\{|[uU]&[\"']|'[ \t\f\v]*+[\n\r]\s*+'|[xXbB]'|\d_|0[oO]\d"
    r"|[\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    r"|[~!@#^&|`?+\-*/%<>=]{3,}+|[@#^?]{2}|\$(?!\d)"
)
"""What may make sqlglot's tokens differ from PostgreSQL's. Dollar quotes are such, as a ``$`` that
begins none is; the comparison settles it."""

_DIVIDED = frozenset({"$", "!", "."})
"""sqlglot cuts ``$1``, ``!~~*`` and ``.5`` in two, and its parser puts them together again."""


class RawStatement(Struct, frozen=True):
    """A statement as it stands in the file.

    ``start`` and ``end`` are 0-based character offsets of its first token's start and its last
    token's end (exclusive), without the semicolon. ``tokens`` are sqlglot's, with offsets into
    the file (``Token.end`` is inclusive); empty where sqlglot's tokenizer misreads the statement.
    """

    start: int
    end: int
    tokens: tuple[Token, ...] = ()


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


def split(text: str, *, tokens: bool = True) -> Split:
    """Cut a file's text into statements. Never raises.

    Without ``tokens`` the statements have none, and sqlglot is not even imported.
    """
    found = scan(text)
    hidden = [(span.start, span.end) for span in (*found.comments, *found.metas)]
    hidden += [(block.start, block.end) for block in found.copies]
    masked = blanked(text, sorted(hidden))
    return Split(
        statements=tuple(
            _with_tokens(masked, found.statements)
            if tokens
            else (RawStatement(start, end) for start, end in found.statements)
        ),
        masked=masked,
        error=found.fault,
        comments=tuple(found.comments),
        metas=tuple(found.metas),
        includes=tuple(found.includes),
        copies=tuple(found.copies),
    )


def _with_tokens(masked: str, spans: list[tuple[int, int]]) -> Iterable[RawStatement]:
    """Share the tokens of the whole text out among the statements."""
    from sqlglot.errors import TokenError

    tokenizer = _tokenizer()
    try:
        tokens = tokenizer.tokenize(masked[: spans[-1][1]] if spans else "")
    except TokenError:
        tokens = []
    at = 0
    for start, end in spans:
        while at < len(tokens) and tokens[at].start < start:
            at += 1
        first = at
        while at < len(tokens) and tokens[at].start < end:
            at += 1
        own = tokens[first:at]
        if not own or own[0].start != start or own[-1].end != end - 1:
            own = _alone(tokenizer, masked, start, end)
        if own and _SUSPECT.search(masked, start, end) and not _agree(own, masked, start, end):
            own = []
        yield RawStatement(start, end, tuple(own))


@cache
def _tokenizer() -> Tokenizer:
    """sqlglot's tokenizer for PostgreSQL, that takes no command's text for one string."""
    from sqlglot.dialects.postgres import Postgres

    class Plain(Postgres.Tokenizer):
        COMMANDS = set()

    return Plain("postgres")


def _alone(tokenizer: Tokenizer, masked: str, start: int, end: int) -> list[Token]:
    """The tokens of one statement, where those of the whole file do not fit it."""
    from sqlglot.errors import TokenError
    from sqlglot.tokenizer_core import Token

    try:
        tokens = tokenizer.tokenize(masked[start:end])
    except TokenError:
        return []
    if not tokens or tokens[0].start != 0 or tokens[-1].end != end - start - 1:
        return []
    return [
        Token(t.token_type, t.text, t.line, t.col, t.start + start, t.end + start, t.comments)
        for t in tokens
    ]


def _agree(tokens: list[Token], masked: str, start: int, end: int) -> bool:
    """Whether sqlglot's tokens begin and end where PostgreSQL's do."""
    exact = lexemes(masked, start, end)
    starts = {lexeme.start for lexeme in exact}
    ends = {lexeme.end for lexeme in exact}
    for before, token in zip([None, *tokens[:-1]], tokens, strict=True):
        divided = before is not None and before.text in _DIVIDED and before.end + 1 == token.start
        if token.start not in starts and not divided:
            return False
        if token.end + 1 not in ends and token.text not in _DIVIDED:
            return False
    return True
