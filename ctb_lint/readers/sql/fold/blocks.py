"""DO blocks: the static SQL in a PL/pgSQL block, and what its EXECUTEs may touch.

The branches of IF are taken at THEN, handlers are passed over. Static SQL in a guarded place is
folded as its guards would have it: what is there already, or not there, is no fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from msgspec import Struct

from ctb_lint.readers.sql.lexeme import Kind, Lexeme, lexemes
from ctb_lint.readers.sql.written import plain, value_of

_NO_SQL = frozenset(
    [
        "RAISE",
        "RETURN",
        "NULL",
        "GET",
        "ASSERT",
        "EXIT",
        "CONTINUE",
        "OPEN",
        "FETCH",
        "CLOSE",
        "MOVE",
        "COMMIT",
        "ROLLBACK",
    ]
)
_LOOPS = frozenset(["FOR", "WHILE", "FOREACH"])


class Piece(Struct, frozen=True):
    """One statement of a block: offsets into the body. ``dynamic`` is what stands behind EXECUTE;
    ``performed`` begins at its PERFORM; ``guarded`` says that it stands under a condition, in a
    loop, beside a handler or behind a RETURN."""

    start: int
    end: int
    dynamic: bool = False
    guarded: bool = False
    performed: bool = False


class Block:
    """Walks the tokens of a PL/pgSQL block."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.tokens: list[Lexeme] = lexemes(body, 0, len(body))
        self.at = 0
        self.opened: list[str] = []
        self.handled = any(
            token.upper == "EXCEPTION"
            and i + 1 < len(self.tokens)
            and self.tokens[i + 1].upper == "WHEN"
            for i, token in enumerate(self.tokens)
        )

    def pieces(self) -> Iterator[Piece]:
        """The SQL statements of the block that would run, in order."""
        if self._word() == "DECLARE":
            self._skip_declarations()
        while self.at < len(self.tokens):
            piece = self._step()
            if piece:
                yield piece

    def _word(self, offset: int = 0) -> str:
        index = self.at + offset
        return self.tokens[index].upper if index < len(self.tokens) else ""

    def _skip_declarations(self) -> None:
        while self.at < len(self.tokens) and self._word() != "BEGIN":
            self._past(";")

    def _past(self, end: str) -> None:
        """Moves behind the next ``end`` (a word, or a semicolon) outside parentheses and CASE."""
        depth = cases = 0
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.kind is Kind.SYMBOL:
                depth += (token.text in "([") - (token.text in ")]")
            elif token.upper == "CASE":
                cases += 1
            elif token.upper == "END" and cases:
                cases -= 1
                continue
            if depth <= 0 and not cases and end in {token.text, token.upper}:
                return

    def _step(self) -> Piece | None:
        word = self._word()
        if word in {"IF", "ELSIF", "ELSEIF", "ELSE", "CASE", "WHEN"}:
            self._branch(word)
        elif word in _LOOPS or word == "LOOP":
            self._past("LOOP")
            self.opened.append("LOOP")
        elif word == "BEGIN":
            self.at += 1
            self.opened.append("BEGIN")
        elif word == "DECLARE":
            self._skip_declarations()
        elif word == "EXCEPTION":
            self._skip_until_end()
        elif word == "END":
            if self.opened:
                self.opened.pop()
            self._past(";")
        elif self.tokens[self.at].text in {"<<", ";"}:
            self._past(">>" if self.tokens[self.at].text == "<<" else ";")
        elif word in _NO_SQL or self._is_assignment():
            if word == "RETURN" and self._word(1) not in {"NEXT", "QUERY"}:
                self.handled = True  # what follows may never run
            self._past(";")
        else:
            return self._statement(word)
        return None

    def _branch(self, word: str) -> None:
        if word == "IF":
            self._past("THEN")
            self.opened.append("IF")
        elif word == "CASE":
            self.at += 1
            while self.at < len(self.tokens) and self._word() != "WHEN":
                self.at += 1
            self._past("THEN")
            self.opened.append("CASE")
        else:
            self._skip_until_end()

    def _skip_until_end(self) -> None:
        """Passes over other branches or handlers, to the END that closes this level."""
        depth = 0
        fresh = True
        while self.at < len(self.tokens):
            word = self._word()
            if fresh and word == "END" and depth == 0:
                return
            if fresh and word == "END":
                depth -= 1
                self._past(";")
                continue
            if fresh and word in {"IF", "BEGIN", "LOOP", "CASE", *_LOOPS}:
                depth += 1
                if word in {"IF", "CASE"}:
                    self._past("THEN")
                elif word in {"LOOP", "BEGIN"}:
                    self.at += 1
                else:
                    self._past("LOOP")
                continue
            if fresh and word in {"ELSE"}:
                self.at += 1
                continue
            if fresh and word in {"ELSIF", "ELSEIF", "WHEN"}:
                self._past("THEN")
                continue
            if fresh and word == "EXCEPTION":
                self.at += 1
                continue
            self._past(";")

    def _is_assignment(self) -> bool:
        depth = 0
        for index in range(self.at, min(self.at + 12, len(self.tokens))):
            token = self.tokens[index]
            if token.text == ":=":
                return True
            if token.text == "=":
                return depth == 0 and self._word() not in {"UPDATE", "SET", "ALTER", "CREATE"}
            depth += (token.text == "[") - (token.text == "]")
            is_name = token.kind in {Kind.WORD, Kind.QUOTED}
            after_name = index > self.at and self.tokens[index - 1].text != "."
            if not depth and (after_name if is_name else token.text not in {".", "]"}):
                return False
        return False

    def _statement(self, word: str) -> Piece | None:
        guarded = self.handled or any(kind != "BEGIN" for kind in self.opened)
        start = self.at
        self._past(";")
        last = self.at - 1
        if self.tokens[last].text == ";":
            last -= 1
        if last < start:
            return None
        first = start + 1 if word == "EXECUTE" and last > start else start
        return Piece(
            self.tokens[first].start, self.tokens[last].end,
            word == "EXECUTE", guarded, word == "PERFORM",
        )  # fmt: skip


# What built SQL may touch ----------------------------------------------------------------------

_STRUCTURE = ("columns", "constraints", "indexes")
EVERYTHING = ("tables", "enums", *_STRUCTURE)
"""What any SQL may touch."""
_RENAMES = re.compile(r"ALTER\s+TABLE\b.*\b(?:RENAME\s+TO|SET\s+SCHEMA)\b", re.I | re.DOTALL)
_TOUCHES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+|ALTER\s+)INDEX", ("indexes",)),
    (r"(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:CONSTRAINT\s+)?|DROP\s+|ALTER\s+)"
     r"(?:EVENT\s+)?TRIGGER", ("triggers",)),
    (r"(?:CREATE|DROP|ALTER)\s+POLICY", ("policies",)),
    (r"(?:GRANT|REVOKE)", ("grants",)),
    (r"COMMENT", ("comments",)),
    (r"(?:CREATE\s+(?:OR\s+REPLACE\s+)?|DROP\s+|ALTER\s+)"
     r"(?:FUNCTION|PROCEDURE|AGGREGATE|ROUTINE)", ("functions",)),
    (r"(?:CREATE|DROP|ALTER)\s+(?:ROLE|USER|DATABASE|PUBLICATION|SUBSCRIPTION|SERVER|EXTENSION|"
     r"SEQUENCE|STATISTICS|RULE|FOREIGN\s+DATA|LANGUAGE|COLLATION)", ()),
    (r"ALTER\s+DEFAULT\s+PRIVILEGES", ()),
    (_RENAMES.pattern, EVERYTHING),
    (r"ALTER\s+TABLE\b.*\b(?:OWNER|REPLICA\s+IDENTITY|CLUSTER|TABLESPACE|SET\s*\()", ()),
    (r"ALTER\s+TABLE\b.*\b(?:ENABLE|DISABLE)\s+(?:ALWAYS\s+|REPLICA\s+)?TRIGGER", ("triggers",)),
    (r"ALTER\s+TABLE\b.*\bROW\s+LEVEL\s+SECURITY", ("policies",)),
    (r"ALTER\s+TABLE\b.*\bRENAME\s+CONSTRAINT", ("constraint names",)),
    (r"ALTER\s+TABLE\b.*\b(?:ADD|DROP|VALIDATE)\s+CONSTRAINT", ("constraints",)),
    (r"(?:INSERT|UPDATE|DELETE|SELECT|WITH|TRUNCATE|ANALYZE|VACUUM|REINDEX|REFRESH|SET|LOCK|COPY|"
     r"NOTIFY|CALL|CLUSTER|MERGE)", ()),
    (r"(?:ALTER|CREATE|DROP)\s+(?:MATERIALIZED\s+)?VIEW", ()),
    (r"(?:CREATE\s+(?:TYPE|DOMAIN)|ALTER\s+TYPE\b.*\bADD\s+VALUE)", ("enums",)),
    (r"ALTER\s+TABLE\b.*\b(?:ADD|DROP|ALTER|RENAME\s+COLUMN|INHERIT|ATTACH|DETACH)", _STRUCTURE),
)  # fmt: skip
_NAMED_TABLE = re.compile(
    r"\b(?:TABLE|ON)\s+(?:IF\s+EXISTS\s+|ONLY\s+)*"
    r"((?:\"[^\"%]+\"|[A-Za-z_]\w*)(?:\.(?:\"[^\"%]+\"|[A-Za-z_]\w*))?)(?=[\s(;]|$)",
    re.IGNORECASE,
)


class Touch(Struct, frozen=True):
    """What built SQL may change: facts, and the one table it names (schema, name) or None for
    any."""

    facts: tuple[str, ...]
    table: tuple[str | None, str] | None


_BEFORE = frozenset({"(", "FORMAT", "CONCAT"})
"""What may stand before the constant with which built SQL begins."""


def touched(tokens: Sequence[Lexeme]) -> Touch:
    """What the SQL may touch that an EXECUTE builds, from the constants in its expression: that
    with which it begins, and what stands in any behind a semicolon."""
    words = [token.upper or token.text for token in tokens]
    begins = next((i for i, word in enumerate(words) if word not in _BEFORE), 0)
    head, rest = "", []
    for number, token in enumerate(tokens[begins:], begins):
        if number == begins and token.kind is not Kind.STRING:
            return Touch(EVERYTHING, None)
        if token.kind is not Kind.STRING:
            continue
        value = value_of(plain(token.text, 0))
        first, *others = (value.text if value else token.text).split(";")
        head = head if number > begins else first.strip()
        follows = tokens[number + 1 : number + 2]
        if others and not others[-1].strip() and not (follows and follows[0].text == "||"):
            others.pop()
        rest += others
    facts = _facts(head)
    if rest:
        return Touch(tuple(dict.fromkeys(chain(facts, *map(_facts, rest)))), None)
    found = None if _RENAMES.match(head) else _NAMED_TABLE.search(head)
    table: tuple[str | None, str] | None = None
    if found:
        parts = [p.strip('"') if p.startswith('"') else p.lower() for p in found[1].split(".")]
        table = (parts[0] if len(parts) > 1 else None, parts[-1])
    return Touch(facts, table)


def _facts(statement: str) -> tuple[str, ...]:
    """What a statement may touch, from the words with which it begins."""
    text = statement.strip()
    if text and not text.startswith("%"):
        for pattern, known in _TOUCHES:
            if re.match(pattern + r"\b", text, re.IGNORECASE | re.DOTALL):
                return known
    return EVERYTHING
