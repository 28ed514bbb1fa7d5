"""One file: its statements, parsed and told apart. Pure: text in, statements out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, structs

from ctb_lint.history import Direction, Outcome, Statement
from ctb_lint.model import MAX_NAME_BYTES, Location
from ctb_lint.readers.sql import pg
from ctb_lint.readers.sql.dialect import other_dialect, translation
from ctb_lint.readers.sql.ending import set_endings
from ctb_lint.readers.sql.inline_index import InlineIndexClause, blank, find_inline_indexes
from ctb_lint.readers.sql.kinds import Treatment, kind_of
from ctb_lint.readers.sql.lexeme import Lexeme, lexemes
from ctb_lint.readers.sql.made import Known, Made, key_of, statement_of
from ctb_lint.readers.sql.nodes import Node, unwrap
from ctb_lint.readers.sql.place import Place
from ctb_lint.readers.sql.placeholders import find_placeholders
from ctb_lint.readers.sql.scan import Span
from ctb_lint.readers.sql.sections import (
    Marker,
    Section,
    cut_at,
    has_commented_rollback,
    markers,
    section_at,
    sections,
)
from ctb_lint.readers.sql.split import RawStatement, Split, split
from ctb_lint.readers.sql.text import LineIndex
from ctb_lint.readers.sql.transactions import COMMANDS, alone
from ctb_lint.readers.sql.versions import newest_syntax
from ctb_lint.readers.sql.waiver_comments import waivers_in
from ctb_lint.waivers import Waiver

_CREATE_TABLE = re.compile(r"create\b.*?\btable\b", re.IGNORECASE | re.DOTALL)
_FIRST_WORD = re.compile(r"[A-Za-z]++")
_LONG_WORD = re.compile(r"[\w$]{64}|[^\x00-\x7f][\w$]{15}|\"[^\"]{16}")
_INDEX_WORD = re.compile(
    r"[(,]\s*(?:(?:unique|fulltext|spatial)\s+)?(?:index|key)\b", re.IGNORECASE
)


class Parsed(Struct):
    """A statement with what the fold needs of it. ``nodes`` is empty where PostgreSQL's grammar
    refuses it; ``long_names`` are those of more than 63 bytes; ``order`` counts the statements of
    the whole history."""

    statement: Statement
    place: Place | None = None
    nodes: tuple[Node, ...] = ()
    clauses: tuple[InlineIndexClause, ...] = ()
    long_names: tuple[Lexeme, ...] = ()
    order: int = 0
    conditional: bool = False
    """Between psql's ``\\if`` and ``\\endif``."""
    down: bool = False
    """In the down section of a file that holds both directions."""
    made: Made | None = None
    """What a statement of the same text made: ``nodes`` are then read only if that is needed."""


class ParsedFile(Struct):
    """A file's statements in order. ``folds`` is False for a roll-back file."""

    path: str
    parts: list[Parsed]
    folds: bool = True
    unread: str | None = None
    """Why the file could not be read, where it could not: then nothing after it is certain."""
    waivers: tuple[Waiver, ...] = ()
    sections: tuple[Section, ...] = ()
    """The parts that a migration tool's markers cut it into."""
    rollback: bool = False
    """Whether it ends in a rollback that is commented out."""


def parse_file(
    text: str,
    path: str,
    pg_version: int = 15,
    direction: Direction = Direction.UP,
    made: Known | None = None,
) -> ParsedFile:
    """All statements of a file. Never raises for what the text holds. What CREATE TABLE statements
    made is in ``made``, where the same version folded them."""
    lines = LineIndex(text)
    cut, found = _cut(text)
    parts = [
        _parsed(raw, cut.masked, text, lines, path, pg_version, made) for raw in cut.statements
    ]
    parts += [
        _command(lines.location(path, s.start, s.end), s.text, *_INCLUDE) for s in cut.includes
    ]
    for span in cut.metas:
        word = span.text.split(None, 1)[0] if span.text.strip() else ""
        known = _COMMANDS.get(word)
        # A script that begins by going to its database stays in it.
        begins = word in _CONNECTS and not _changed_before(parts, span.start)
        if known and not begins:
            parts.append(_command(lines.location(path, span.start, span.end), span.text, *known))
    if cut.error:
        at = lines.location(path, cut.error.at, min(cut.error.at + 1, len(text)))
        whole = lines.location(path, cut.error.statement_start, len(text))
        parts.append(
            Parsed(
                Statement(
                    kind="", location=whole, outcome=Outcome.SYNTAX_ERROR,
                    why=cut.error.message, at=at,
                )
            )
        )  # fmt: skip
    branches = _branches(cut.metas)
    parted = sections(found, len(text))
    for part in parts:
        start = part.statement.location.start
        part.conditional = any(first < start < last for first, last in branches)
        section = section_at(parted, start)
        part.down = section is not None and section.direction is Direction.DOWN
        if part.down:
            part.statement = structs.replace(part.statement, down=True)
    parts.sort(key=lambda part: part.statement.location.start)
    set_endings(parts, cut, text)
    waivers = waivers_in(cut, text, lines, path) if "ctb-lint" in text.lower() else ()
    last = max((part.statement.location.end for part in parts), default=0)
    return ParsedFile(
        path,
        parts,
        direction is Direction.UP,
        waivers=waivers,
        sections=parted,
        rollback=has_commented_rollback(cut.comments, last),
    )


def _cut(text: str) -> tuple[Split, tuple[Marker, ...]]:
    """The text in statements, cut at the markers of migration tools as well, and those markers."""
    cut = split(text)
    found = markers(cut.comments)
    if not found:
        return cut, ()
    again = split(cut_at(text, found))
    masked = list(again.masked)
    for marker in found:
        masked[marker.span.start] = " "
    return structs.replace(again, masked="".join(masked), comments=cut.comments), found


_INCLUDE = ("runs another file", "check the included file as part of the history")
_COMMANDS = {
    "\\c": ("connects to another database", "give each database a history of its own"),
    "\\connect": ("connects to another database", "give each database a history of its own"),
    "\\gexec": ("runs the SQL that a query builds", None),
}
"""psql's commands after which the schema may be another: what they do, and the way out."""


_CONNECTS = frozenset({"\\c", "\\connect"})


def _changed_before(parts: Sequence[Parsed], start: int) -> bool:
    """Whether a statement before an offset may have changed the schema."""
    return any(
        part.statement.location.start < start and part.statement.outcome is not Outcome.HARMLESS
        for part in parts
    )


def _command(at: Location, text: str, does: str, hint: str | None) -> Parsed:
    """A psql command that is not followed."""
    word = text.split(None, 1)[0]
    return Parsed(
        Statement(
            kind="",
            location=at,
            outcome=Outcome.NOT_UNDERSTOOD,
            why=f"{word} {does}",
            at=at,
            hint=hint,
            changes_tables=True,
        )
    )


def _branches(metas: Sequence[Span]) -> list[tuple[int, int]]:
    """The spans between psql's ``\\if`` and ``\\endif``: which branch runs is not known here."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for span in metas:
        word = span.text.split(None, 1)[0] if span.text.strip() else ""
        if word == "\\if":
            opened.append(span.start)
        elif word == "\\endif" and opened:
            found.append((opened.pop(), span.end))
    return found


def _parsed(
    raw: RawStatement,
    masked: str,
    text: str,
    lines: LineIndex,
    path: str,
    version: int,
    known: Known | None,
) -> Parsed:
    place = Place(lines, path, masked, raw)
    source = masked[raw.start : raw.end]
    clauses: tuple[InlineIndexClause, ...] = ()
    if _CREATE_TABLE.match(source):
        inline = _INDEX_WORD.search(source)
        again = _again(raw, masked, text, inline, known) if known else None
        if again:
            made, clauses = again
            return Parsed(statement_of(made, place.whole), place, clauses=clauses, made=made)
        clauses = find_inline_indexes(raw, masked, text) if inline else ()
        if clauses:
            place.read_tokens()
            source = blank(masked, clauses)[raw.start : raw.end]
    try:
        statements = pg.parse(source)
    except pg.SyntaxFault as fault:
        return Parsed(_refused(raw, masked, place, fault), place)
    nodes = tuple(item["stmt"] for item in statements if item.get("stmt"))
    if not nodes:
        return Parsed(Statement(kind="", location=place.whole, outcome=Outcome.HARMLESS), place)
    name, fields = unwrap(nodes[0])
    if sum("ColumnDef" in one for one in fields.get("tableElts", ())) > MAX_COLUMNS:
        too_many = pg.SyntaxFault(f"tables can have at most {MAX_COLUMNS} columns")
        return Parsed(_refused(raw, masked, place, too_many), place)
    treatment = kind_of(name).treatment
    since, feature = max(newest_syntax(node, source) for node in nodes)
    statement = Statement(
        kind=tag(name, fields),
        location=place.whole,
        outcome=Outcome.HARMLESS if treatment is Treatment.HARMLESS else Outcome.UNDERSTOOD,
        since=since if since > version else None,
        feature=feature if since > version else None,
        alone=alone(name, fields),
        tolerant=bool(fields.get("if_not_exists")),
    )
    names_things = treatment is Treatment.FOLDS and name not in _NAME_NOTHING
    long_names = _long_names(raw, masked) if names_things else ()
    return Parsed(statement, place, nodes, clauses, long_names)


def _again(
    raw: RawStatement, masked: str, text: str, inline: re.Match[str] | None, known: Known
) -> tuple[Made, tuple[InlineIndexClause, ...]] | None:
    """What a statement of the same text made, and the inline index clauses that stand behind that
    text; None where there was none. ``inline`` is how the first clause begins."""
    source = masked[raw.start : raw.end]
    key = source[: inline.start()].rstrip() if inline else key_of(source)
    made = known.get(key) if key else None
    if made is None or inline is None:
        return (made, ()) if made else None
    clauses = find_inline_indexes(raw, masked, text, behind=raw.start + inline.start())
    left = blank(masked, clauses)[raw.start : raw.end]
    return (made, clauses) if key_of(left) == key else None


def nodes_of(source: str) -> tuple[Node, ...]:
    """The syntax trees of a text that PostgreSQL is known to take."""
    return tuple(item["stmt"] for item in pg.parse(source) if item.get("stmt"))


MAX_COLUMNS = 1600
"""The most columns that a table can have: PostgreSQL refuses to create one with more."""


def _refused(raw: RawStatement, masked: str, place: Place, fault: pg.SyntaxFault) -> Statement:
    """A statement that PostgreSQL's grammar refuses: a template, another database's, or wrong."""
    offset = raw.start if fault.position is None else raw.start + fault.position
    at = place.between(min(offset, raw.end), min(_word_end(masked, offset), raw.end))
    fields: dict[str, Any] = {"kind": "", "location": place.whole, "at": at}
    word = _FIRST_WORD.match(masked, raw.start, raw.end)
    structural = not word or word.group().upper() not in _NO_STRUCTURE
    if fault.too_deep:
        return Statement(
            **fields, outcome=Outcome.NOT_UNDERSTOOD, why=fault.message, changes_tables=structural
        )
    for placeholder in find_placeholders(masked[raw.start : raw.end]):
        spot = place.between(raw.start + placeholder.start, raw.start + placeholder.end)
        fields["at"] = spot
        return Statement(
            **fields,
            outcome=Outcome.NOT_UNDERSTOOD,
            why=f"it holds the placeholder {placeholder.text}, whose value is not known here",
            hint="check the SQL after the placeholders are filled in",
            changes_tables=structural,
        )
    foreign = other_dialect(raw, masked)
    if foreign:
        dialect, what, start = foreign
        fields["at"] = place.between(start, start + len(what))
        fields["hint"] = translation(dialect, masked[raw.start : raw.end])
        return Statement(**fields, outcome=Outcome.SYNTAX_ERROR, why=what, dialect=dialect)
    return Statement(**fields, outcome=Outcome.SYNTAX_ERROR, why=fault.message)


_NO_STRUCTURE = frozenset(
    {
        "ANALYZE", "BEGIN", "COMMENT", "COMMIT", "COPY", "DELETE", "EXPLAIN", "GRANT", "INSERT",
        "LOCK", "NOTIFY", "RESET", "REVOKE", "ROLLBACK", "SELECT", "SET", "SHOW", "TRUNCATE",
        "UPDATE", "VACUUM", "VALUES", "WITH",
    }
)  # fmt: skip
"""First words of statements that change no table's structure, whatever else they hold."""


_NAME_NOTHING = frozenset(
    {
        "CopyStmt", "DeleteStmt", "DoStmt", "DropStmt", "InsertStmt", "MergeStmt", "SelectStmt",
        "TransactionStmt", "TruncateStmt", "UpdateStmt", "VariableSetStmt",
    }
)  # fmt: skip
"""Statements whose long names are aliases, or names that an earlier statement gave."""


def _long_names(raw: RawStatement, masked: str) -> tuple[Lexeme, ...]:
    """The names that PostgreSQL cuts. Most statements have no word that long."""
    if not _LONG_WORD.search(masked, raw.start, raw.end):
        return ()
    return tuple(
        lexeme
        for lexeme in lexemes(masked, raw.start, raw.end)
        if lexeme.name and len(lexeme.name.encode("utf-8", "replace")) > MAX_NAME_BYTES
    )


def with_dialect(statement: Statement, place: Place) -> Statement:
    """A statement over types that PostgreSQL does not have, with the database it was written for
    where its words tell."""
    foreign = other_dialect(place.statement, place.text)
    if foreign is None:
        return statement
    dialect, what, start = foreign
    at = place.between(start, start + len(what))
    source = place.text[place.start : place.end]
    return structs.replace(
        statement, dialect=dialect, why=what, at=at, hint=translation(dialect, source)
    )


def _word_end(text: str, start: int) -> int:
    match = re.compile(r"\w+|\S").match(text, start)
    return match.end() if match else start


_KIND_FIELDS = {
    "AlterTableStmt": "objtype",
    "DropStmt": "removeType",
    "RenameStmt": "renameType",
}


def tag(name: str, fields: Node) -> str:
    """The command tag of a statement, with the kind of object where the node has it."""
    base = kind_of(name).tag
    key = {"DropStmt": "removeType", "RenameStmt": "renameType", "AlterTableStmt": "objtype"}.get(
        name
    )
    what = fields.get(key, "").removeprefix("OBJECT_").replace("_", " ") if key else ""
    what = {"MATVIEW": "MATERIALIZED VIEW", "TABCONSTRAINT": "CONSTRAINT"}.get(what, what)
    if name == "DropStmt":
        return f"DROP {what}"
    if name == "AlterTableStmt":
        return f"ALTER {what}"
    if name == "RenameStmt":
        return f"ALTER {what} RENAME"
    if name == "TransactionStmt":
        return COMMANDS[fields.get("kind", "TRANS_STMT_BEGIN")]
    if name == "CreateTableAsStmt" and fields.get("objtype") == "OBJECT_MATVIEW":
        return "CREATE MATERIALIZED VIEW"
    if name == "CreateFunctionStmt" and fields.get("is_procedure"):
        return "CREATE PROCEDURE"
    return base
