"""Whose SQL a statement is, where it is not PostgreSQL's.

A telling word decides, and the parser of that dialect must take the statement. Meant for
statements that PostgreSQL refuses: some of the words name types or schemas that a project could
have made itself, and whether it has the caller knows.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from ctb_lint.readers.sql import pg
from ctb_lint.readers.sql.lexeme import nesting
from ctb_lint.readers.sql.nodes import walk
from ctb_lint.readers.sql.pg import SyntaxFault
from ctb_lint.readers.sql.quotes import Mark, blanked, quoted_parts
from ctb_lint.readers.sql.split import RawStatement
from ctb_lint.readers.sql.types import data_type, serial_type

_NAME = r'(?:[A-Za-z_][\w$]{0,99}|"[^"]{0,99}"|`[^`]{0,99}`|\[[^\]]{0,99}\])'
_SQLGLOT = {"MySQL": "mysql", "SQLite": "sqlite", "SQL Server": "tsql", "Oracle": "oracle"}
_TOO_DEEP = 200
_TOO_LONG = 200_000


class _Marker(Struct, frozen=True):
    """``pattern`` has one group: the telling word. ``parsed`` is False where sqlglot cannot be
    asked, because it knows no such statement."""

    dialect: str
    pattern: re.Pattern[str]
    parsed: bool = True


def _marker(dialect: str, pattern: str, parsed: bool = True) -> _Marker:
    return _Marker(dialect, re.compile(pattern, re.I), parsed)


def _typed(dialect: str, *types: str) -> _Marker:
    """The words as the type of a column of CREATE TABLE, ADD COLUMN or ALTER COLUMN … TYPE."""
    words = "|".join(types)
    return _marker(
        dialect,
        rf"\A\s*(?:create|alter)\s[\s\S]*?(?:(?:[(,]|\badd|\bcolumn|\bexists)\s*"
        rf"(?!\b(?:constraint|column|type|if)\b){_NAME}\s+|\btype\s+)({words})(?![\w$.])",
    )


_MARKERS = (
    _marker("SQL Server", r"(?:\A|[\n\r])[ \t]*(go)[ \t]*(?:[\n\r]|\Z)", parsed=False),
    _marker("SQL Server", r"\b(identity\s*\(\s*\d+\s*,\s*\d+\s*\))"),
    _marker("SQL Server", r"\b(n?varchar\s*\(\s*max\s*\))"),
    _marker("SQL Server", r"\b(?:table|into|from|update|index|on|references|view|schema)\s+"
            r"(\[\w[\w .]{0,99}\])"),
    _marker("SQL Server", r"[(,.]\s*(\[[A-Za-z_][\w ]{0,99}\])\s+\[?[A-Za-z]"),
    _marker("SQL Server", r"\b((?:non)?clustered)\b"),
    _marker("SQL Server", r"\A\s*declare\s+(@\w+)"),
    _typed("SQL Server", "uniqueidentifier", "datetime2", "datetimeoffset", "smalldatetime",
           "nvarchar", "ntext", "smallmoney", "rowversion"),
    _marker("SQLite", r"\b(autoincrement)\b"),
    _marker("SQLite", r"\A\s*(pragma)\b"),
    _marker("SQLite", r"\)\s*(?:strict\s*,\s*)?(without\s+rowid)\b"),
    _marker("SQLite", r"\)\s*(strict)\s*\Z"),
    _marker("SQLite", r"\A\s*(insert\s+or\s+(?:replace|ignore|abort|fail|rollback))\b"),
    _marker("MySQL", r"\b(auto_increment)\b"),
    _marker("MySQL", r"\)[^()]*\b(engine\s*=\s*\w+)"),
    _marker("MySQL", r"\b(?:int|integer|bigint|smallint|tinyint|mediumint|decimal|float|double)"
            r"\s*(?:\([\d, ]+\)\s*)?(unsigned|zerofill)\b"),
    _marker("MySQL", r"\b(on\s+update\s+(?:current_timestamp|now\s*\())"),
    _marker("MySQL", r"(?<!set )\b(character\s+set\s+=?\s*\w+|(?:default\s+)?charset\s*=\s*\w+)"),
    _marker("MySQL", r"\A\s*alter\s+table\s[\s\S]*?\b(modify\s+(?:column\s+)?)[`\"\w]"),
    _marker("MySQL", r"\A\s*alter\s+table\s[\s\S]*?\b(change\s+(?:column\s+)?)[`\"\w]+\s+[`\"\w]"),
    _marker("MySQL", r"\A\s*alter\s+table\s[\s\S]*?\b(drop\s+(?:foreign\s+key|index))\b"),
    _marker("MySQL", r"\A\s*alter\s+table\s[\s\S]*?\b(add\s+(?:unique\s+|fulltext\s+)?"
            r"(?:index|key))\s+[`\"\w]+\s*\("),
    _marker("MySQL", r"\A\s*(insert\s+ignore|replace\s+into)\b"),
    _marker("MySQL", r"\b(on\s+duplicate\s+key\s+update)\b"),
    _marker("MySQL", r"\A\s*((?:un)?lock\s+tables)\b", parsed=False),
    _marker("MySQL", r"\A\s*(delimiter)\s", parsed=False),
    _marker("MySQL", r"\A\s*set\s+(foreign_key_checks|sql_mode|unique_checks)\b"),
    _typed("MySQL", "tinyint", "mediumint", "tinytext", "mediumtext", "longtext", "tinyblob",
           "mediumblob", "longblob", r"enum(?=\s*\()"),
    _marker("MySQL", r"(`[^`\n\r]{1,99}`)"),
    _marker("Oracle", r"\b(n?varchar2)\s*\("),
    _typed("Oracle", r"number(?=\s*[(,) ])", "clob", "nclob", "binary_double", "binary_float"),
    _marker("Oracle", r"\bdefault\s+(sysdate|systimestamp)\b"),
    _typed("SQLite", "datetime", "blob"),
    _marker("SQL Server", r"\b(dbo)\s*\."),
)  # fmt: skip
"""In the order in which they are asked: what only one database has stands first."""


def other_dialect(statement: RawStatement, text: str) -> tuple[str, str, int] | None:
    """Whose SQL a refused statement is: (database, the telling words, their offset), or None.

    Words in strings, comments and quoted names tell nothing. ``DATETIME`` and ``BLOB`` are
    SQLite's and MySQL's alike; the rest of the statement decides, or else SQLite is named.
    """
    if statement.end - statement.start > _TOO_LONG:
        return None
    code = _code(text[statement.start : statement.end])
    found = [(m, hit) for m in _MARKERS if (hit := m.pattern.search(code)) is not None]
    for marker, hit in found:
        start, end = hit.span(1)
        source = text[statement.start : statement.end]
        if not marker.parsed or _accepts(_SQLGLOT[marker.dialect], source):
            what = source[start:end].strip()
            return marker.dialect, what, statement.start + start
    return None


def _code(source: str) -> str:
    """The statement with all that is quoted or a comment as spaces; MySQL's backticks stay."""
    spans = []
    for mark, start, end in quoted_parts(source):
        if mark is Mark.IDENTIFIER:
            # A name stays a name: only what it says is hidden.
            spans.append((start + 1, end - 1))
        else:
            spans.append((start, end))
    return blanked(source, spans)


def translation(database: str, source: str) -> str | None:
    """The statement as sqlglot puts it for PostgreSQL; None where PostgreSQL's grammar refuses
    that too, or where it is too long to be of use in a message."""
    if len(source) > _LONGEST_TRANSLATION or not _accepts(_SQLGLOT[database], source):
        return None
    from sqlglot import ErrorLevel, transpile
    from sqlglot.errors import SqlglotError

    try:
        with _unheard():
            found = transpile(
                source,
                read=_SQLGLOT[database],
                write="postgres",
                unsupported_level=ErrorLevel.RAISE,
            )
        text = "; ".join(found)
        if not _has_known_types(pg.parse(text)):
            return None
    except (SqlglotError, SyntaxFault, RecursionError, *_SQLGLOT_SLIPS):
        return None
    return text if text and text != source else None


def _has_known_types(statements: list[pg.Node]) -> bool:
    """Whether every type in the statements is one that PostgreSQL has."""
    types = (fields for name, fields in walk(statements) if name == "TypeName")
    bare = (fields for name, fields in walk(statements) if name == "ColumnDef")
    for node in (*types, *(fields["typeName"] for fields in bare if "typeName" in fields)):
        known = data_type(node)
        if known.schema is not None and not serial_type(known.name):
            return False
    return True


_LONGEST_TRANSLATION = 400
"""Characters of a statement that a message still shows as a whole."""

_SQLGLOT_SLIPS = (ValueError, AttributeError, TypeError, IndexError, KeyError)
"""What sqlglot raises where a parser or generator of it slips."""


def _accepts(dialect: str, source: str) -> bool:
    """Whether sqlglot's parser of that dialect reads the statement as more than plain words."""
    if nesting(source, 0, len(source)) > _TOO_DEEP:
        return False
    from sqlglot import parse
    from sqlglot.errors import SqlglotError

    try:
        with _unheard():
            return any(tree is not None for tree in parse(source, read=dialect))
    except (SqlglotError, RecursionError, *_SQLGLOT_SLIPS):
        return False


@contextmanager
def _unheard() -> Iterator[None]:
    """sqlglot logs the SQL that it does not know, as it stands: no terminal may get that."""
    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
