"""What a statement leaves open that could not be read: unknown is not absent.

Without this, one syntax error in a CREATE TABLE would be followed by a finding for every later
statement that names the table.
"""

from __future__ import annotations

import re

from ctb_lint.model import Location
from ctb_lint.readers.sql.lexeme import Kind, Lexeme, lexemes
from ctb_lint.readers.sql.state import State
from ctb_lint.readers.sql.statements import Parsed

_MAKES = re.compile(
    r"(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:GLOBAL\s+|LOCAL\s+)?(?:TEMP\w*\s+|UNLOGGED\s+|FOREIGN\s+)?"
    r"(?:TABLE|VIEW|MATERIALIZED\s+VIEW|SEQUENCE|TYPE|DOMAIN)|RENAME\s+TO)\s+"
    r"(?:IF\s+NOT\s+EXISTS\s+)?",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?", re.IGNORECASE)
_STRUCTURE = ("columns", "constraints", "indexes")


def leave_open(state: State, part: Parsed) -> None:
    """Notes what an unread statement may have made or changed."""
    at = part.statement.location
    if part.place is None:
        state.make_unknown(None, ("tables", *_STRUCTURE), _why(at))
        return
    text = part.place.text[part.place.start : part.place.end]
    if not leave_open_what(state, text, at) and part.statement.changes_tables:
        state.make_unknown(None, ("tables", *_STRUCTURE), _why(at))


def leave_open_what(state: State, text: str, at: Location) -> bool:
    """Notes what a text may have made or changed that could not be read; whether it names
    anything."""
    why = _why(at)
    found = False
    for pattern in (_MAKES, _CHANGES):
        for match in pattern.finditer(text):
            name = _name(text, match.end())
            found = True
            if name is None:
                state.make_unknown(None, ("tables",), why)
                continue
            named = state.find_relation(*name) or state.creation_name(*name)
            if pattern is _CHANGES:
                state.make_unknown(named, _STRUCTURE, why)
            elif named not in state.relations:
                state.assumed.add(named)
    return found


def _why(at: Location) -> str:
    return f"the statement at {at.path}:{at.line} could not be read"


def _name(text: str, start: int) -> tuple[str | None, str] | None:
    """The relation that is named at an offset: (schema or None, name); None for no plain name."""
    if text[start : start + 1] == "`":  # MySQL's quotes
        end = text.find("`", start + 1)
        return (None, text[start + 1 : end]) if end > start + 1 else None
    tokens: list[Lexeme] = lexemes(text, start, min(start + 300, len(text)))[:4]
    if not tokens or tokens[0].kind not in {Kind.WORD, Kind.QUOTED}:
        return None
    first = tokens[0].name
    if first is None or "{" in tokens[0].text:
        return None
    if len(tokens) > 2 and tokens[1].text == "." and tokens[2].name:
        return first, tokens[2].name
    if len(tokens) > 1 and tokens[1].text in {"{", "$", "<", "%"}:
        return None
    return None, first
