"""Where things stand: from the byte offsets of PostgreSQL's parse tree to places in the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import Any

from ctb_lint.model import Location
from ctb_lint.readers.sql.lexeme import named
from ctb_lint.readers.sql.pg import Offsets
from ctb_lint.readers.sql.split import RawStatement
from ctb_lint.readers.sql.text import LineIndex
from ctb_lint.readers.sql.written import Written


class Place:
    """One statement in its file.

    ``text`` is the text that the statement's span counts its offsets in (comments masked);
    ``written`` says where its characters stand in the file, where it is the value of a string.
    """

    def __init__(
        self,
        lines: LineIndex,
        path: str,
        text: str,
        statement: RawStatement,
        written: Written | None = None,
    ) -> None:
        self.lines = lines
        self.path = path
        self.text = text
        self.start, self.end = statement.start, statement.end
        self.written = written
        self.statement = statement
        self._offsets = Offsets(text[self.start : self.end])
        self.whole = self.between(self.start, self.end)
        self.focus = 0
        """The index of the token from which names are searched: the action's, in an ALTER TABLE
        of several."""

    def moved(self, lines: LineIndex) -> Place:
        """The same, where its text is part of a file whose lines these are."""
        moved = copy(self)
        moved.lines = lines
        moved.whole = moved.between(self.start, self.end)
        return moved

    def read_tokens(self) -> None:
        """Keeps the tokens: whoever has just read them spares the next one of it."""
        _ = self._tokens

    @cached_property
    def _tokens(self) -> tuple[list[int], list[int], list[str]]:
        """Starts, ends (exclusive) and texts of the tokens, read only where they are needed."""
        return named(self.text, self.start, self.end)

    def char(self, byte: int) -> int:
        """The offset in ``text`` of a byte offset of the parse tree."""
        return self.start + self._offsets.character(byte)

    def between(self, start: int, end: int) -> Location:
        """The place of a span of ``text``."""
        if self.written is not None:
            start, end = self.written.span(start, end)
        return self.lines.location(self.path, start, end)

    def offset(self, at: int) -> int:
        """The offset in ``text`` of an offset in the file."""
        return at if self.written is None else self.written.offset(at)

    def at(self, byte: int | None) -> Location:
        """The place of the token at a byte offset of the parse tree; the whole statement where
        the tree has no offset."""
        index = None if byte is None or byte < 0 else self.token_index(byte)
        if index is None:
            return self.whole
        starts, ends, _ = self._tokens
        return self.between(starts[index], ends[index])

    def name(self, relation: dict[str, Any]) -> Location:
        """The place of a relation's name, with its schema."""
        first = self.token_index(relation.get("location", 0))
        if first is None:
            return self.whole
        starts, ends, _ = self._tokens
        parts = sum(1 for key in ("catalogname", "schemaname") if relation.get(key))
        last = first + 2 * parts if first + 2 * parts < len(starts) else first
        return self.between(starts[first], ends[last])

    def word(self, *names: str, after: int = 0) -> Location:
        """The place of the first of the names that stands in the statement as a token, at or
        after a byte offset; the whole statement where none does."""
        wanted = {name.lower() for name in names}
        starts, ends, texts = self._tokens
        first = max(self.token_index(after) or 0, self.focus)
        for index in range(first, len(texts)):
            if texts[index].lower() in wanted:
                return self.between(starts[index], ends[index])
        return self.whole

    def token_index(self, byte: int) -> int | None:
        """The index of the token that holds a byte offset."""
        index = bisect_right(self._tokens[0], self.char(byte)) - 1
        return index if index >= 0 else None

    def actions(self) -> list[int]:
        """The index of the first token of each part of the statement between commas at its own
        depth: where the actions of an ALTER TABLE begin."""
        starts, ends, texts = self._tokens
        found, depth = [0], 0
        for index, text in enumerate(texts):
            bare = text if ends[index] - starts[index] == 1 else ""
            depth += (bare in _OPEN) - (bare in _CLOSE)
            if bare == "," and depth == 0:
                found.append(index + 1)
        return found

    def token_after(self, name: str) -> int:
        """The index of the first token with that text behind the statement's first, or 0."""
        wanted = name.lower()
        texts = self._tokens[2]
        return next(
            (i for i in range(max(self.focus, 1), len(texts)) if texts[i].lower() == wanted), 0
        )

    def expression(self, byte: int, stops: Sequence[int] = ()) -> tuple[str, Location]:
        """The text and place of the expression that begins with the token at a byte offset, up to
        a comma, a closing parenthesis or one of the byte offsets ``stops`` at its own depth."""
        first = self.token_index(byte)
        if first is None:
            return self.text[self.start : self.end], self.whole
        return self._from_token(first, stops)

    def _from_token(self, first: int, stops: Sequence[int]) -> tuple[str, Location]:
        starts, ends, texts = self._tokens
        begin = starts[first]
        stop = min((s for s in map(self.char, stops) if s > begin), default=self.end)
        depth = 0
        last = first
        for index in range(first, len(starts)):
            bare = texts[index] if ends[index] - starts[index] == 1 else ""
            if starts[index] >= stop or (depth == 0 and bare in _ENDS):
                break
            depth += (bare in _OPEN) - (bare in _CLOSE)
            last = index
        start, end = begin, ends[last]
        return self.text[start:end], self.between(start, end)

    def after_keyword(
        self, index: int, keyword: str, stops: Sequence[int] = ()
    ) -> tuple[str, Location]:
        """The text and place of the expression behind the first ``keyword`` at or after the token
        of that index; ``stops`` as in ``expression``."""
        texts = self._tokens[2]
        while index < len(texts) and texts[index].upper() != keyword:
            index += 1
        if index + 1 >= len(texts):
            return self.text[self.start : self.end], self.whole
        return self._from_token(index + 1, stops)

    def parenthesised(self, byte: int, keyword: str = "") -> tuple[str, Location]:
        """The text and place of what stands in the first parentheses after a byte offset (and,
        where given, after a keyword there), without them."""
        starts, ends, texts = self._tokens
        index = self.token_index(byte) or 0
        if keyword:
            while index < len(texts) and texts[index].upper() != keyword:
                index += 1
        while index < len(texts) and texts[index] != "(":
            index += 1
        if index + 1 >= len(texts):
            return self.text[self.start : self.end], self.whole
        depth, opening = 0, index
        for index in range(opening, len(texts)):
            bare = texts[index] if ends[index] - starts[index] == 1 else ""
            depth += (bare == "(") - (bare == ")")
            if depth == 0:
                break
        start, end = ends[opening], starts[index]
        text = self.text[start:end]
        stripped = text.strip()
        start += len(text) - len(text.lstrip())
        return stripped, self.between(start, start + len(stripped))

    def elements(self, byte: int) -> list[str]:
        """The texts of the expressions among the elements of the first parenthesised list behind
        a byte offset: each without its own parentheses, and without what follows it (``DESC``, an
        operator class); empty for an element that is a plain name."""
        texts = self._tokens[2]
        index = self.token_index(byte) or 0
        while index < len(texts) and texts[index] != "(":
            index += 1
        found: list[str] = []
        index += 1
        while index < len(texts):
            text, index = self._element(index)
            found.append(text)
            if index >= len(texts) or texts[index] != ",":
                break
            index += 1
        return found

    def _element(self, index: int) -> tuple[str, int]:
        """The expression of the element that begins with a token, and the index of the token
        that ends the element."""
        starts, ends, texts = self._tokens
        first, depth, closed = index, 0, None
        while index < len(texts):
            bare = texts[index] if ends[index] - starts[index] == 1 else ""
            if depth == 0 and bare in {",", ")"}:
                break
            depth += (bare in _OPEN) - (bare in _CLOSE)
            if bare == ")" and depth == 0 and closed is None:
                closed = index
            index += 1
        if closed is None:
            return "", index
        if texts[first] == "(":
            return self.text[ends[first] : starts[closed]].strip(), index
        return self.text[starts[first] : ends[closed]], index

    def text_after(self, byte: int, keyword: str) -> tuple[str, Location]:
        """The text and place from behind the first ``keyword`` at or after a byte offset to the
        end of the statement."""
        starts, ends, texts = self._tokens
        for index in range(self.token_index(byte) or 0, len(texts) - 1):
            if texts[index].upper() == keyword:
                start, end = starts[index + 1], ends[-1]
                return self.text[start:end], self.between(start, end)
        return self.text[self.start : self.end], self.whole


_OPEN = frozenset("([")
_CLOSE = frozenset(")]")
_ENDS = frozenset(",;)]")
