"""The command of an EXECUTE, where its text can be known: constants, and what is made of them.

Strings, ``||``, ``format()``, ``concat()``, ``quote_ident()``, ``quote_literal()`` and variables
that hold one constant throughout are worked out as PostgreSQL does. All else is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from ctb_lint.model import RESERVED
from ctb_lint.readers.sql.lexeme import Kind, Lexeme, lexemes
from ctb_lint.readers.sql.written import Written, joined, value_of

_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")
_TEXT = (("TEXT",), ("VARCHAR",), ("CHARACTER", "VARYING"))
_OPEN, _CLOSE = frozenset("(["), frozenset(")]")


class _UnknownError(Exception):
    """The text cannot be known."""


class _Null(Struct, frozen=True):
    """NULL among the arguments of a function."""


_Value = Written | _Null


def command(body: Written, start: int, end: int, known: Mapping[str, Written]) -> Written | None:
    """The text that an expression of a block gives, between two offsets of its body; None where
    it cannot be known. ``known`` are the block's constants by name."""
    reader = _Expression(body, lexemes(body.text, start, end), known)
    name = reader.tokens[0].name if len(reader.tokens) == 1 else None
    if name is not None and name in known:
        return known[name]
    try:
        return reader.whole()
    except _UnknownError:
        return None


def end_of_command(tokens: Sequence[Lexeme]) -> int:
    """How many tokens of what stands behind EXECUTE are the expression: INTO and USING end it."""
    depth = 0
    for number, token in enumerate(tokens):
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if not depth and token.upper in {"INTO", "USING"}:
            return number
    return len(tokens)


def constants(body: Written) -> dict[str, Written]:
    """The text variables of a block that hold one constant throughout, by name.

    Those of a block that declares once, at its head; and where one is no CONSTANT, it is read
    behind EXECUTE and ``||`` alone, so that nothing can have set it.
    """
    tokens = lexemes(body.text, 0, len(body.text))
    words = [token.upper for token in tokens]
    if words[:1] != ["DECLARE"] or words.count("DECLARE") > 1 or "BEGIN" not in words:
        return {}
    found: dict[str, Written] = {}
    begin, first = words.index("BEGIN"), 1
    for index in range(1, begin):
        if tokens[index].text == ";":
            name = tokens[first].name
            value = _declared(body, tokens[first:index], found)
            fixed = words[first + 1] == "CONSTANT"
            if name and value is not None and _never_set(tokens, begin, name, fixed):
                found[name] = value
            first = index + 1
    return found


def _declared(
    body: Written, tokens: Sequence[Lexeme], known: Mapping[str, Written]
) -> Written | None:
    """The constant that a declaration gives a text variable."""
    words = [token.upper for token in tokens[1:6]]
    at = 1 + (words[:1] == ["CONSTANT"])
    for type_ in _TEXT:
        behind = at + len(type_)
        sign = tokens[behind : behind + 1]
        if tuple(words[at - 1 : behind - 1]) != type_ or len(tokens) <= behind + 1:
            continue
        if sign[0].text in {":=", "="} or sign[0].upper == "DEFAULT":
            return command(body, tokens[behind + 1].start, tokens[-1].end, known)
    return None


def _never_set(tokens: Sequence[Lexeme], begin: int, name: str, fixed: bool) -> bool:
    for index in range(begin, len(tokens)):
        if tokens[index].name == name:
            before = tokens[index - 1]
            behind = tokens[index + 1].text if index + 1 < len(tokens) else ""
            if fixed and before.upper not in {"FOR", "FOREACH"} and before.text != ".":
                continue
            if before.upper != "EXECUTE" and before.text != "||":
                return False
            if behind in {":=", "=", ".", "["}:
                return False
    return True


class _Expression:
    """Works an expression out, token by token."""

    def __init__(
        self, body: Written, tokens: Sequence[Lexeme], known: Mapping[str, Written]
    ) -> None:
        self.body = body
        self.tokens = tokens
        self.known = known
        self.at = 0

    def whole(self) -> Written:
        """The value of all tokens."""
        value = self._concatenation()
        if self.at < len(self.tokens) or isinstance(value, _Null):
            raise _UnknownError
        return value

    def _peek(self, offset: int = 0) -> str:
        index = self.at + offset
        return self.tokens[index].text if index < len(self.tokens) else ""

    def _take(self, text: str) -> None:
        if self._peek() != text:
            raise _UnknownError
        self.at += 1

    def _concatenation(self) -> _Value:
        parts = [self._term()]
        while self._peek() == "||":
            self.at += 1
            parts.append(self._term())
        if len(parts) == 1:
            return parts[0]
        return joined(_text(part) for part in parts)

    def _term(self) -> _Value:
        if self.at >= len(self.tokens):
            raise _UnknownError
        token = self.tokens[self.at]
        self.at += 1
        value: _Value
        if token.text == "(":
            value = self._concatenation()
            self._take(")")
        else:
            value = self._simple(token)
        while self._peek() == "::":
            if self._peek(1).upper() not in {"TEXT", "VARCHAR"} or self._peek(2) in {"(", "[", "."}:
                raise _UnknownError
            self.at += 2
        return value

    def _simple(self, token: Lexeme) -> _Value:
        here = self.body.part(token.start, token.end)
        if token.kind is Kind.STRING:
            value = value_of(here)
            if value is None:
                raise _UnknownError
            return value
        if token.kind is Kind.NUMBER and _WHOLE.fullmatch(token.text):
            return here
        if token.upper == "NULL":
            return _Null()
        name = token.name
        if name == "pg_catalog" and self._peek() == "." and self._peek(2) == "(":
            self.at += 1
            name = self.tokens[self.at].name
            self.at += 1
        if name is not None and name in _FUNCTIONS and self._peek() == "(":
            arguments = self._arguments()
            whole = self.body.part(token.start, self.tokens[self.at - 1].end)
            return _FUNCTIONS[name](whole, arguments)
        if name is not None and name in self.known and self._peek() not in {"(", ".", "["}:
            return here.instead(self.known[name].text)
        raise _UnknownError

    def _arguments(self) -> list[_Value]:
        self._take("(")
        found = [self._concatenation()]
        while self._peek() == ",":
            self.at += 1
            found.append(self._concatenation())
        self._take(")")
        return found


def _text(value: _Value) -> Written:
    if isinstance(value, _Null):
        raise _UnknownError
    return value


# PostgreSQL's functions ------------------------------------------------------------------------

_SPECIFIER = re.compile(r"%(?:%|(?:(?P<position>[1-9][0-9]{0,2})\$)?(?P<kind>[sIL]))|(?P<other>%)")


def _format(whole: Written, arguments: Sequence[_Value]) -> Written:
    template, given = _text(arguments[0]), arguments[1:]
    parts: list[Written] = []
    at = used = 0
    for match in _SPECIFIER.finditer(template.text):
        parts.append(template.part(at, match.start()))
        at = match.end()
        here = template.part(match.start(), at)
        if match["other"]:  # a width, or what PostgreSQL refuses
            raise _UnknownError
        if not match["kind"]:
            parts.append(here.instead("%"))
            continue
        used = int(match["position"] or used + 1)
        if used > len(given):
            raise _UnknownError
        parts.append(here.instead(_shown(match["kind"], given[used - 1])))
    return joined([*parts, template.part(at, len(template.text))])


def _shown(kind: str, value: _Value) -> str:
    if isinstance(value, _Null):
        if kind == "I":
            raise _UnknownError
        return "NULL" if kind == "L" else ""
    if kind == "s":
        return value.text
    return as_identifier(value.text) if kind == "I" else as_literal(value.text)


def _concat(whole: Written, arguments: Sequence[_Value]) -> Written:
    return whole.instead("".join(a.text for a in arguments if isinstance(a, Written)))


def _quote_ident(whole: Written, arguments: Sequence[_Value]) -> Written:
    return whole.instead(as_identifier(_only(arguments)))


def _quote_literal(whole: Written, arguments: Sequence[_Value]) -> Written:
    return whole.instead(as_literal(_only(arguments)))


def _only(arguments: Sequence[_Value]) -> str:
    if len(arguments) != 1:
        raise _UnknownError
    return _text(arguments[0]).text


_FUNCTIONS: dict[str, Callable[[Written, Sequence[_Value]], Written]] = {
    "concat": _concat,
    "format": _format,
    "quote_ident": _quote_ident,
    "quote_literal": _quote_literal,
}

_SAFE = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
KEYWORDS = RESERVED | frozenset(
    {
        "authorization", "between", "bigint", "binary", "bit", "boolean", "char", "character",
        "coalesce", "collation", "concurrently", "cross", "current_schema", "dec", "decimal",
        "exists", "extract", "float", "freeze", "full", "greatest", "grouping", "ilike", "inner",
        "inout", "int", "integer", "interval", "is", "isnull", "join", "json", "json_array",
        "json_arrayagg", "json_exists", "json_object", "json_objectagg", "json_query",
        "json_scalar", "json_serialize", "json_table", "json_value", "least", "left", "like",
        "merge_action", "national", "natural", "nchar", "none", "normalize", "notnull", "nullif",
        "numeric", "out", "outer", "overlaps", "overlay", "position", "precision", "real", "right",
        "row", "setof", "similar", "smallint", "substring", "tablesample", "time", "timestamp",
        "treat", "trim", "values", "varchar", "verbose", "xmlattributes", "xmlconcat", "xmlelement",
        "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize",
        "xmltable",
    }
)  # fmt: skip
"""The words that ``quote_ident`` puts into quotes: all keywords but the unreserved."""


def as_identifier(text: str) -> str:
    """The text as ``quote_ident`` gives it."""
    if _SAFE.fullmatch(text) and text not in KEYWORDS:
        return text
    return '"' + text.replace('"', '""') + '"'


def as_literal(text: str) -> str:
    """The text as ``quote_literal`` gives it."""
    doubled = "'" + text.replace("'", "''") + "'"
    return "E" + doubled.replace("\\", "\\\\") if "\\" in text else doubled
