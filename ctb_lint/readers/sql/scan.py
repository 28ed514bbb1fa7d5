"""Where statements begin and end, and what between them is no SQL.

Meta-commands and COPY data are found as psql finds them. Knows no grammar beyond what is
needed to tell a semicolon that ends a statement from one that does not.
"""

from __future__ import annotations

import re

from msgspec import Struct

from ctb_lint.readers.sql.quotes import (
    BIT_STRINGS,
    BITS,
    ESCAPE_PIECE,
    GOES_ON,
    LINE_COMMENT,
    PART,
    START,
    STRING,
    Mark,
    UnterminatedError,
    closing,
    quoted_end,
    skipping,
)

_WHITESPACE = " \t\n\r\f\v"
_GAP = r"(?:[ \t\n\r\f\v]++|--[^\n\r]*+|/\*(?:[^*]|\*(?!/)|(?!))*+\*/|(?!))"
_NAME = rf'(?:"(?:[^"]|""|(?!))*+"|{START}{PART}*+)'


_SKIP_PLAIN = skipping(";")
_SKIP_RULE = skipping(";()")
_SKIP_ROUTINE = skipping(";", "begin|case|end")
# Only the words ignore case: a class of all other characters under re.I takes a quarter of a
# second to compile.
_HEAD = re.compile(
    rf"(?i:create){_GAP}++(?:(?i:or){_GAP}++(?i:replace){_GAP}++)?"
    rf"(?:(?i:(rule))|(?i:(function|procedure)))(?!{PART})"
)
_ATOMIC = re.compile(rf"(?i:begin){_GAP}++(?i:atomic)(?!{PART})")
_WORD = re.compile(rf"{START}{PART}*+")
_COPY = re.compile(
    rf"(?i:copy){_GAP}++(?:(?i:binary){_GAP}++)?{_NAME}{_GAP}*+(?:\.{_GAP}*+{_NAME}{_GAP}*+|(?!))*+"
    rf"(?:\((?:[^()\"]|\"[^\"]*+\"|(?!))*+\){_GAP}*+)?(?i:from){_GAP}++(?i:stdin)(?!{PART})"
)
_REST_OF_COPY_LINE = re.compile(r"[ \t\f\v]*+(?:--[^\n\r]*+)?(?:\r\n|\n|\r|\Z)")
_COPY_END = re.compile(r"(?:(?<=[\n\r])|\A)\\\.[ \t]*+(?:\r\n|\n|\r|\Z)")
_BLANKS = re.compile(r"[ \t\n\r\f\v]*+")
_META = re.compile(r"\\[^\n\r]*+")
_INCLUDE = re.compile(r"\\(?:i|ir|include|include_relative)(?=\s)", re.I)
_AFTER_AS = re.compile(r"(?:\.|(?<![A-Za-z0-9_$])as)\s*\Z", re.I)
_LOOK_BACK = 40


class Span(Struct, frozen=True):
    """A piece of the text: 0-based character offsets (end exclusive), and the text itself."""

    start: int
    end: int
    text: str


class CopyBlock(Struct, frozen=True):
    """The data lines of a ``COPY … FROM STDIN``, with the closing ``\\.`` line.

    ``terminated`` is False where the file ends without that line: psql then takes all that
    follows for data.
    """

    start: int
    end: int
    terminated: bool


class TokenFault(Struct, frozen=True):
    """A string, comment or quoted name that never ends.

    ``message`` is PostgreSQL's; ``at`` the offset where the token begins; ``statement_start``
    the offset of the statement it stands in. That statement reaches to the end of the text.
    """

    message: str
    at: int
    statement_start: int


class Scan(Struct):
    """What one pass over a text finds. ``statements`` are (start, end) without the semicolon."""

    statements: list[tuple[int, int]]
    comments: list[Span]
    metas: list[Span]
    includes: list[Span]
    copies: list[CopyBlock]
    fault: TokenFault | None = None


class _Statement(Struct):
    """The statement that is being scanned."""

    start: int
    end: int
    skip: re.Pattern[str]
    depth: int = 0
    """Open parentheses of a CREATE RULE."""
    atomic: int = 0
    """Open BEGIN ATOMIC and CASE of a routine."""
    held: list[tuple[int, int]] = []
    """Semicolons that do not cut: (end of the token before, offset)."""
    string: tuple[int, int] = (0, 0)
    """Where the string before begins and ends, with the pieces that it goes on in."""


def scan(text: str) -> Scan:
    """Cut a text into statements, and find its comments, meta-commands and COPY data."""
    found = Scan([], [], [], [], [])
    position = 0
    try:
        while position < len(text):
            position = _between(text, position, found)
            if position < len(text):
                position = _statement(text, position, found)
    except UnterminatedError as fault:
        message, at = fault.args
        # An unterminated comment between statements is a statement of its own.
        start = found.statements.pop()[0] if _open(found) else at
        found.fault = TokenFault(message, at, start)
    return found


def _open(found: Scan) -> bool:
    return bool(found.statements) and found.statements[-1][1] < 0


def _between(text: str, position: int, found: Scan) -> int:
    """Pass blanks, comments, empty statements and meta-commands; where the next token begins."""
    while True:
        blank = _BLANKS.match(text, position)
        position = blank.end() if blank else position
        if position >= len(text):
            return position
        pair = text[position : position + 2]
        if pair[0] == ";":
            position += 1
        elif pair in {"--", "/*"}:
            position = _comment(text, position, found)
        elif pair[0] == "\\" and _begins_line(text, position):
            meta = _META.match(text, position)
            end = meta.end() if meta else position + 1
            span = Span(position, end, text[position:end])
            found.metas.append(span)
            if _INCLUDE.match(span.text):
                found.includes.append(span)
            position = end
        else:
            return position


def _begins_line(text: str, at: int) -> bool:
    while at > 0 and text[at - 1] in " \t\f\v":
        at -= 1
    return at == 0 or text[at - 1] in "\n\r"


def _comment(text: str, at: int, found: Scan) -> int:
    _, end = quoted_end(text, at)
    found.comments.append(Span(at, end, text[at:end]))
    return end


def _statement(text: str, start: int, found: Scan) -> int:
    """Scan one statement; the offset after its semicolon and the data that belongs to it."""
    head = _HEAD.match(text, start)
    skip = _SKIP_PLAIN if head is None else _SKIP_RULE if head.group(1) else _SKIP_ROUTINE
    state = _Statement(start, start, skip, held=[])
    found.statements.append((start, -1))
    position = start
    while True:
        skipped = skip.match(text, position)
        stop = skipped.end() if skipped else position
        _note_end(text, position, stop, state)
        if stop >= len(text):
            found.statements.pop()
            found.statements.extend(_pieces(text, state))
            return stop
        char = text[stop]
        if char == ";":
            if not (state.depth or state.atomic):
                found.statements[-1] = (start, state.end)
                return _after(text, start, stop + 1, found)
            state.held.append((state.end, stop))
            position = stop + 1
        elif text.startswith(("--", "/*"), stop):
            position = _comment(text, stop, found)
        elif char in "()" and skip is _SKIP_RULE:
            state.depth = max(0, state.depth + (1 if char == "(" else -1))
            position = state.end = stop + 1
        elif char in "bBcCeE" and not text.startswith("'", stop + 1):
            position = state.end = _body_word(text, stop, state)
        else:
            position = state.end = _quoted(text, stop, state, found)


def _quoted(text: str, at: int, state: _Statement, found: Scan) -> int:
    """The end of a string or quoted name; a string may go on from the one before it."""
    begin, end = state.string
    goes_on = text[at] == "'" and end > 0 and GOES_ON.fullmatch(text, end, at) is not None
    if not goes_on:
        mark, stop = quoted_end(text, at)
        state.string = (at, stop) if mark is Mark.STRING else (0, 0)
        if text[at] in "eE":
            _comments_between_pieces(text, at + 1, stop, found)
        return stop
    if text[begin] in "eE":
        # Had this piece an end, it would have been found with the first.
        raise UnterminatedError("unterminated quoted string", begin)
    if text[begin] in "bBxX":
        stop = closing(BITS, text, at, begin, BIT_STRINGS[text[begin]])
    else:
        stop = closing(STRING, text, at, begin, "quoted string")
    state.string = (begin, stop)
    return stop


def _comments_between_pieces(text: str, at: int, end: int, found: Scan) -> None:
    """The comments inside an escape string that goes on over several lines."""
    while (piece := ESCAPE_PIECE.match(text, at)) is not None and piece.end() < end:
        gap = GOES_ON.match(text, piece.end())
        at = gap.end() if gap else end
        for note in LINE_COMMENT.finditer(text, piece.end(), at):
            found.comments.append(Span(note.start(), note.end(), note.group()))


def _note_end(text: str, start: int, stop: int, state: _Statement) -> None:
    """Remember where the last token before ``stop`` ends."""
    while stop > start and text[stop - 1] in _WHITESPACE:
        stop -= 1
    if stop > start:
        state.end = stop


def _body_word(text: str, at: int, state: _Statement) -> int:
    """Count BEGIN ATOMIC, CASE and END of a routine; the offset after the word."""
    opening = _ATOMIC.match(text, at)
    if opening is not None and not state.atomic:
        state.atomic = 1
        return opening.end()
    word = _WORD.match(text, at)
    end = word.end() if word else at + 1
    is_label = _AFTER_AS.search(text[max(0, at - _LOOK_BACK) : at]) is not None
    if state.atomic and not is_label:
        state.atomic += {"case": 1, "end": -1}.get(text[at:end].lower(), 0)
    return end


def _after(text: str, start: int, position: int, found: Scan) -> int:
    """Pass the data lines that follow a COPY … FROM STDIN."""
    if text[start] not in "cC" or _COPY.match(text, start) is None:
        return position
    rest = _REST_OF_COPY_LINE.match(text, position)
    if rest is None:
        return position
    last = _COPY_END.search(text, rest.end())
    end = last.end() if last else len(text)
    if end > rest.end() or last is not None:
        found.copies.append(CopyBlock(rest.end(), end, last is not None))
    note = text.find("--", position, rest.end())
    if note >= 0:
        _comment(text, note, found)
    return end


def _pieces(text: str, state: _Statement) -> list[tuple[int, int]]:
    """The last statement. Where its parentheses or its body never close, nothing says that the
    semicolons inside belong to it: cut there, so that one fault does not hide what follows."""
    if not (state.depth or state.atomic):
        return [(state.start, state.end)]
    pieces, start = [], state.start
    for end, semicolon in state.held:
        if end > start:
            pieces.append((start, end))
        start = _between(text, semicolon + 1, Scan([], [], [], [], []))
    if state.end > start:
        pieces.append((start, state.end))
    return pieces
