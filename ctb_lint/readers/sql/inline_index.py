"""``INDEX name (columns)`` inside CREATE TABLE: MySQL's way, which PostgreSQL refuses.

Its grammar takes ``INDEX i (a)`` for a column called ``index`` of type ``i(a)`` and refuses the
other forms, so these clauses are found on tokens, before any parser sees the statement.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from msgspec import Struct, structs

from ctb_lint.readers.sql.lexeme import Kind, Lexeme, lexemes
from ctb_lint.readers.sql.quotes import blanked
from ctb_lint.readers.sql.split import RawStatement

_START = attrgetter("start")
_GATE = re.compile(r"(?<![\w$\"])(?:index|key)(?![\w$\"])", re.I)
_BREAK = re.compile(r"[\n\r]")
_LINE_ENDS = re.compile(r"[ \t]*(?:[\n\r]|\Z)")
_CREATE = re.compile(r"create(?![\w$])", re.I)
_BEFORE_TABLE = {"GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED"}
_KINDS = {"UNIQUE", "FULLTEXT", "SPATIAL"}
_WITH_MODIFIERS = frozenset(
    {
        "bit", "varbit", "char", "character", "varchar", "nchar", "national", "bpchar",
        "numeric", "decimal", "dec", "float", "real", "double", "time", "timetz",
        "timestamp", "timestamptz", "interval", "geometry", "geography", "raster",
        "vector", "halfvec", "sparsevec", "number", "varchar2", "nvarchar", "nvarchar2",
        "enum", "set", "varbinary", "binary", "datetime", "int", "integer", "tinyint",
        "smallint", "mediumint", "bigint",
    }
)  # fmt: skip
"""Types that take something in parentheses, in PostgreSQL and in those it is mistaken for."""
_NO_NAME = frozenset(
    {
        "CHECK", "REFERENCES", "DEFAULT", "PRIMARY", "UNIQUE", "COLLATE", "GENERATED",
        "NOT", "NULL", "CONSTRAINT", "EXCLUDE", "FOREIGN", "LIKE",
    }
)  # fmt: skip
_OF_A_COLUMN = frozenset(
    {
        "NOT", "NULL", "PRIMARY", "DEFAULT", "CHECK", "COLLATE", "REFERENCES",
        "GENERATED", "CONSTRAINT", "UNIQUE", "ARRAY", "[",
    }
)  # fmt: skip


class InlineIndexColumn(Struct, frozen=True):
    """A key of such a clause; ``name`` is None for an expression."""

    name: str | None
    text: str
    descending: bool = False


class InlineIndexClause(Struct, frozen=True):
    """One such clause. All offsets are 0-based characters, ends exclusive.

    ``start`` and ``end`` are the clause's own; ``blanks`` what must go for the rest to parse:
    its tokens, and one comma beside it; ``cuts`` are the same with the white space that would be
    left over. ``plain`` says that it holds nothing but a name, keys and the usual method, as
    CREATE INDEX has them. ``name`` is as PostgreSQL would store it, with its place
    in ``name_span``; both are None where the clause has none. ``kind`` is ``FULLTEXT`` or
    ``SPATIAL`` where it says so, else empty.
    """

    start: int
    end: int
    blanks: tuple[tuple[int, int], ...]
    name: str | None
    name_span: tuple[int, int] | None
    columns: tuple[InlineIndexColumn, ...]
    unique: bool
    kind: str
    text: str
    cuts: tuple[tuple[int, int], ...] = ()
    plain: bool = False


def find_inline_indexes(
    statement: RawStatement, text: str, written: str | None = None, behind: int | None = None
) -> tuple[InlineIndexClause, ...]:
    """The inline index clauses of a CREATE TABLE statement, in order; empty for all else.

    ``text`` is the file's, with or without its comments masked; ``written`` is the file's as it
    stands, where ``text`` is not. ``behind`` is the offset of the comma that ends the last other
    element, where that is known.
    """
    start, end = statement.start, statement.end
    if _CREATE.match(text, start) is None or _GATE.search(text, start, end) is None:
        return ()
    tokens = lexemes(text, start if behind is None else behind, end)
    opening = _column_list(tokens) if behind is None else 0
    if opening is None:
        return ()
    elements = _elements(tokens, opening)
    if behind is not None:
        elements.insert(0, ([], tokens[0]))
    clauses = [_clause(element, text) for element, _ in elements]
    found = _with_comma(clauses, elements)
    return tuple(
        structs.replace(clause, cuts=_cuts(clause, tokens, text if written is None else written))
        for clause in found
    )


def blank(text: str, clauses: Sequence[InlineIndexClause]) -> str:
    """The text with the clauses as spaces, of the same length and with the same lines."""
    return blanked(text, sorted(span for clause in clauses for span in clause.blanks))


def _column_list(tokens: list[Lexeme]) -> int | None:
    """Where the list of columns of a CREATE TABLE opens: an index into the tokens."""
    at = 1
    while at < len(tokens) and tokens[at].upper in _BEFORE_TABLE:
        at += 1
    if at >= len(tokens) or tokens[at].upper != "TABLE":
        return None
    for index in range(at + 1, min(at + 14, len(tokens))):
        if tokens[index].text == "(":
            return index
        if tokens[index].upper in {"AS", "PARTITION", "OF"}:
            return None
    return None


def _elements(tokens: list[Lexeme], opening: int) -> list[tuple[list[Lexeme], Lexeme | None]]:
    """The elements of the list, each with the comma after it."""
    elements: list[tuple[list[Lexeme], Lexeme | None]] = []
    current: list[Lexeme] = []
    depth = 1
    for token in tokens[opening + 1 :]:
        if token.text in {"(", "["}:
            depth += 1
        elif token.text in {")", "]"}:
            depth -= 1
            if depth == 0:
                break
        if token.text == "," and depth == 1:
            elements.append((current, token))
            current = []
        else:
            current.append(token)
    elements.append((current, None))
    return elements


def _clause(element: list[Lexeme], text: str) -> InlineIndexClause | None:
    """The element as an inline index, or None where it is a column or constraint."""
    at, kind = 0, ""
    if len(element) > 1 and element[0].upper in _KINDS and element[1].upper in {"INDEX", "KEY"}:
        at, kind = 1, element[0].upper
    elif not element or element[0].upper not in {"INDEX", "KEY"}:
        return None
    at += 1
    name, at, by_method = _name(element, at)
    if at >= len(element) or element[at].text != "(":
        return None
    close = _closing(element, at)
    keys = _keys(element[at + 1 : close], text)
    if keys is None:
        return None
    certain = bool(kind) or by_method or name is None
    if not certain and _may_be_column(name, element[close + 1 : close + 2]):
        return None
    start, end = element[0].start, element[-1].end
    return InlineIndexClause(
        start=start,
        end=end,
        blanks=tuple((token.start, token.end) for token in element),
        name=_stored(name),
        name_span=(name[0].start, name[-1].end) if name else None,
        columns=keys,
        unique=kind == "UNIQUE",
        kind="" if kind == "UNIQUE" else kind,
        text=text[start:end],
        plain=kind in {"", "UNIQUE"}
        and (not by_method or element[at - 1].upper == "BTREE")
        and [token.upper for token in element[close + 1 :]] in ([], ["USING", "BTREE"])
        and _are_plain(element[at + 1 : close]),
    )


def _are_plain(keys: list[Lexeme]) -> bool:
    """Whether each key is a name, with a direction perhaps, or an expression that ends it: MySQL's
    length of a prefix, a collation and an operator class are not passed on."""
    depth, at_key = 0, True
    for index, token in enumerate(keys):
        if token.text == "," and depth == 0:
            at_key = True
            continue
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        call = keys[index + 1 : index + 2] and keys[index + 1].text == "("
        number = keys[index + 2 : index + 3] and keys[index + 2].kind is Kind.NUMBER
        if at_key and call and number:
            return False
        inside = depth > 0 or token.text == ")"
        if not (at_key or inside or token.text == "(" or token.upper in {"ASC", "DESC"}):
            return False
        if token.text == "`":
            return False
        at_key = False
    return True


def _name(element: list[Lexeme], at: int) -> tuple[list[Lexeme] | None, int, bool]:
    """The index name, the token after it and its method, and whether a method is named."""
    name: list[Lexeme] | None = None
    if at < len(element) and element[at].text == "`":
        last = next((i for i in range(at + 1, len(element)) if element[i].text == "`"), at)
        name, at = element[at : last + 1], last + 1
    elif at < len(element) and element[at].kind in {Kind.WORD, Kind.QUOTED}:
        is_method = element[at].upper == "USING" and element[at + 1 : at + 2]
        if not (is_method and element[at + 1].text != "("):
            name, at = [element[at]], at + 1
    if at + 1 < len(element) and element[at].upper == "USING":
        return name, at + 2, True
    return name, at, False


def _stored(name: list[Lexeme] | None) -> str | None:
    if not name:
        return None
    if name[0].text == "`":
        return "".join(token.text for token in name[1:-1])
    return name[0].name


def _may_be_column(name: list[Lexeme] | None, after: list[Lexeme]) -> bool:
    """Whether ``index NAME (…)`` can be a column called index of type NAME."""
    if not name:
        return False
    if name[0].text.lower() in _WITH_MODIFIERS or name[0].upper in _NO_NAME:
        return True
    return bool(after) and (after[0].upper or after[0].text) in _OF_A_COLUMN


def _closing(element: list[Lexeme], opening: int) -> int:
    """The parenthesis that closes the one at ``opening``; the end where none does."""
    depth = 0
    for index in range(opening, len(element)):
        depth += {"(": 1, ")": -1}.get(element[index].text, 0)
        if depth == 0:
            return index
    return len(element)


def _keys(tokens: list[Lexeme], text: str) -> tuple[InlineIndexColumn, ...] | None:
    """The keys between the parentheses, or None where these are no keys (``numeric(10)``)."""
    parts: list[list[Lexeme]] = [[]]
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    if not all(parts) or any(part[0].kind in {Kind.NUMBER, Kind.STRING} for part in parts):
        return None
    return tuple(_key(part, text) for part in parts)


def _key(part: list[Lexeme], text: str) -> InlineIndexColumn:
    written = text[part[0].start : part[-1].end]
    descending = any(token.upper == "DESC" for token in part[1:])
    if part[0].text == "`":
        return InlineIndexColumn("".join(t.text for t in part[1:2]), written, descending)
    # A number in parentheses is MySQL's length of a prefix; all else is a call.
    is_call = len(part) > 2 and part[1].text == "(" and part[2].kind is not Kind.NUMBER
    return InlineIndexColumn(None if is_call else part[0].name, written, descending)


def _with_comma(
    clauses: list[InlineIndexClause | None],
    elements: list[tuple[list[Lexeme], Lexeme | None]],
) -> list[InlineIndexClause]:
    """Give each clause the comma that goes with it: the one after it, where a column stands there
    or nothing that stays before it; else the one before it. Whichever of them go, the commas of
    what stays are right."""
    found: list[InlineIndexClause] = []
    something_stays = False
    for index, clause in enumerate(clauses):
        if clause is None:
            something_stays = True
            continue
        column_next = index + 1 < len(clauses) and clauses[index + 1] is None
        before = something_stays and not column_next
        comma = elements[index - 1][1] if before else elements[index][1]
        blanks = clause.blanks
        if comma is not None:
            blanks = tuple(sorted((*blanks, (comma.start, comma.end))))
        found.append(structs.replace(clause, blanks=blanks))
    return found


def _cuts(
    clause: InlineIndexClause, tokens: list[Lexeme], text: str
) -> tuple[tuple[int, int], ...]:
    """The clause's tokens and its comma, joined over white space. Its line goes with it where it
    stands there alone; comments stay, and nothing comes to stand behind one on its line."""
    spans = list(clause.blanks)
    after = bisect_left(tokens, clause.end, key=_START)
    following = tokens[after] if after < len(tokens) else None
    stop = following.end if following and following.text == "," else clause.end
    alone = not text[clause.end : stop].strip(" \t,") and _LINE_ENDS.match(text, stop)
    previous = tokens[bisect_left(tokens, clause.start, key=_START) - 1].end
    lead = text[previous : clause.start]
    if alone:
        before = len(text[: clause.start].rstrip(" \t"))
        spans.append((before if lead.strip() else previous, clause.start))
    elif stop > clause.end and (stop - 1, stop) in spans and not lead.strip(" \t"):
        spans.append((previous, clause.start))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        gap = text[merged[-1][1] : start] if merged else "x"
        if not gap.strip() and not _BREAK.search(gap):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)
