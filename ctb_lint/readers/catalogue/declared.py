"""The SQL of a catalogue → the Schema of the tables that it declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from ctb_lint.catalogue import CodeBlock, Trouble, TroubleKind
from ctb_lint.history import Convention, Direction, Folded, History, Layout, MigrationFile, Outcome
from ctb_lint.mishaps import CreatedTwice, Mishap
from ctb_lint.model import (
    ANYTHING,
    Constraint,
    ConstraintKind,
    Knowledge,
    Location,
    ObjectKind,
    QualifiedName,
    Schema,
    Table,
)
from ctb_lint.readers.catalogue.candidates import created_tables
from ctb_lint.readers.catalogue.outlined import outlined
from ctb_lint.readers.catalogue.source import Source
from ctb_lint.readers.catalogue.words import speaks_of
from ctb_lint.readers.sql.fold.history import FoldOptions, fold
from ctb_lint.readers.sql.made import Known
from ctb_lint.readers.sql.statements import Parsed, ParsedFile, parse_file
from ctb_lint.readers.sql.text import LineIndex

CATALOGUE_FACTS = frozenset(
    {"tables", "columns", "constraints", "indexes", "enums", "trigger bodies"}
)
"""What a catalogue can tell of a schema. What constraints are called it does not. Where it declares
no triggers, none of them is in doubt."""

_ROLLBACK = (
    "rollback", "roll back", "down", "down migration", "undo", "revert", "way back", "to undo",
    "to remove",
)  # fmt: skip
_TYPES = frozenset(
    {"CREATE TYPE", "CREATE DOMAIN", "CREATE EXTENSION", "CREATE SCHEMA", "CREATE FUNCTION"}
)
_IN_QUOTE = re.compile(r"^[ \t]*>+", re.MULTILINE)


class SqlBlock(Struct, frozen=True):
    """A block of SQL with the table of its entry (None outside entries) and its offsets."""

    block: CodeBlock
    source: Source
    start: int
    end: int
    table: QualifiedName | None = None


class Declared(Struct, frozen=True):
    """The Schema, what could not be read of the SQL, which tables each entry's blocks create, by
    the places of the blocks, and what does not fit of what the SQL names."""

    schema: Schema
    troubles: tuple[Trouble, ...]
    created: tuple[tuple[Location, QualifiedName], ...]
    mishaps: tuple[Mishap, ...] = ()


class _BlockLines(LineIndex):
    """Places of a block's text in its file."""

    def __init__(self, source: Source, base: int) -> None:
        super().__init__("")
        self._at = source.at
        self._base = base

    def location(self, path: str, start: int, end: int) -> Location:
        return self._at(self._base + start, self._base + end)


def declared(
    blocks: Sequence[SqlBlock], options: FoldOptions, known: Known | None = None
) -> Declared:
    """Folds the blocks that declare something, as if they were one migration each.

    An entry may use what a later one declares: types come first, and foreign keys find their
    tables in the end. Never raises for what the blocks hold. ``known`` is what a fold with the same
    options kept of its CREATE TABLE statements.
    """
    troubles: list[Trouble] = []
    unread: list[tuple[QualifiedName, str, str]] = []
    types: list[Parsed] = []
    others: list[Parsed] = []
    for one in chosen(blocks):
        for part in parts_of(one, options.pg_version, known):
            statement = part.statement
            if statement.outcome in {Outcome.SYNTAX_ERROR, Outcome.NOT_UNDERSTOOD}:
                trouble = _trouble(part, one)
                troubles.append(trouble)
                unread += _unread(part, one, trouble, options.default_schema)
            elif statement.kind in _TYPES:
                types.append(part)
            elif one.table is not None and not statement.kind.startswith("DROP"):
                others.append(part)
    for order, part in enumerate((*types, *others), 1):
        part.order = order
    folded = _fold([*types, *others], options)
    troubles += _twice(folded)
    plain, mishaps = outlined(folded.schema, tuple(_mishaps(folded)))
    schema = _finished(plain, tuple(unread))
    created = tuple(
        (change.location, name)
        for name, change in ((name, table) for name, table in schema.tables.items())
        if change.location
    )
    return Declared(schema, tuple(troubles), created, mishaps)


def chosen(blocks: Sequence[SqlBlock]) -> Iterator[SqlBlock]:
    """The blocks that declare something: none that rolls back, and those of a Migration section
    only where no other block of the entry creates a table."""
    kept = [one for one in blocks if not rolls_back(one.block)]
    creating = {
        one.table for one in kept if one.block.section != "M" and created_tables(one.block.text)
    }
    for one in kept:
        if one.block.section != "M" or one.table not in creating:
            yield one


def rolls_back(block: CodeBlock) -> bool:
    """Whether a block is the way back: its label says so, or its heading."""
    above = block.group or (block.headings[-1] if block.headings else "")
    return speaks_of(above, _ROLLBACK)


def parts_of(one: SqlBlock, pg_version: int, known: Known | None = None) -> list[Parsed]:
    """The statements of a block, placed in the catalogue's file."""
    text = one.source.text[one.start : one.end]
    # The marks of a quote around the block are no SQL.
    text = _IN_QUOTE.sub(lambda match: " " * len(match.group()), text) if ">" in text else text
    lines = _BlockLines(one.source, one.start)
    path = one.source.path
    parts = parse_file(text, path, pg_version, made=known).parts
    for part in parts:
        statement = part.statement
        at = statement.at and lines.location(path, statement.at.start, statement.at.end)
        whole = lines.location(path, statement.location.start, statement.location.end)
        # Offsets behind the statement count in the block: nobody edits a catalogue by them.
        part.statement = structs.replace(statement, location=whole, at=at, until=None, after=None)
        if part.place is not None:
            part.place = part.place.moved(lines)
    return parts


def _fold(parts: list[Parsed], options: FoldOptions) -> Folded:
    start = Location("", 0, 0, 1, 1, 1, 1)
    file = MigrationFile("", "", Direction.UP, Convention.OTHER, None, start)
    history = History("catalogue", "", Layout.SINGLE, (file,))
    return fold(history, [ParsedFile("", parts)], options, from_nothing=True)


def _trouble(part: Parsed, one: SqlBlock) -> Trouble:
    statement = part.statement
    entry = one.table.name if one.table else None
    at = statement.at or statement.location
    why = statement.why or "PostgreSQL refuses the statement"
    message = f"the SQL of {entry} cannot be read: {why}" if entry else f"SQL cannot be read: {why}"
    return Trouble(TroubleKind.SQL, message, at, statement.hint, entry)


def _unread(
    part: Parsed, one: SqlBlock, trouble: Trouble, default_schema: str
) -> Iterator[tuple[QualifiedName, str, str]]:
    """The tables of which nothing is certain now."""
    why = f"the statement at {trouble.at.path}:{trouble.at.line} could not be read"
    text = part.place.text[part.place.start : part.place.end] if part.place else ""
    names = {qualified(name, default_schema) for name in created_tables(text)}
    if not names and one.table is not None:
        names = {one.table}
    for name in sorted(names):
        yield name, ANYTHING, why


def qualified(written: str, default_schema: str) -> QualifiedName:
    """A table's name in SQL as PostgreSQL stores it."""
    parts = re.findall(r'"((?:[^"]|"")*)"|([^".]+)', written)
    names = [quoted.replace('""', '"') if quoted else plain.lower() for quoted, plain in parts]
    if not names:
        return QualifiedName(default_schema, written)
    return QualifiedName(names[-2] if len(names) > 1 else default_schema, names[-1])


def _mishaps(folded: Folded) -> Iterator[Mishap]:
    """What does not fit, but for tables that are declared twice: those are a trouble."""
    for mishap in folded.history.mishaps:
        if not (isinstance(mishap, CreatedTwice) and mishap.object_kind is ObjectKind.TABLE):
            yield mishap


def _twice(folded: Folded) -> Iterator[Trouble]:
    for mishap in folded.history.mishaps:
        if isinstance(mishap, CreatedTwice) and mishap.object_kind is ObjectKind.TABLE:
            where = f", first at line {mishap.existing.line}" if mishap.existing else ""
            if mishap.existing and mishap.existing.path != mishap.at.path:
                where = f", first in {mishap.existing.path}:{mishap.existing.line}"
            yield Trouble(
                TroubleKind.TABLE_TWICE,
                f"{mishap.name} is declared a second time{where}; what stands first counts",
                mishap.at,
                "keep one declaration of the table",
                mishap.name.name,
            )


def _finished(schema: Schema, unread: tuple[tuple[QualifiedName, str, str], ...]) -> Schema:
    """The schema with what a catalogue can know; foreign keys to tables that stood further down
    have the columns of their targets."""
    tables = {name: _referring(table, schema) for name, table in schema.tables.items()}
    unknown = tuple(dict.fromkeys((*schema.knowledge.unknown, *unread)))
    knowledge = Knowledge(CATALOGUE_FACTS, unknown)
    return structs.replace(schema, tables=tables, knowledge=knowledge)


def _referring(table: Table, schema: Schema) -> Table:
    found = tuple(_with_target(one, schema) for one in table.constraints)
    return table if found == table.constraints else structs.replace(table, constraints=found)


def _with_target(one: Constraint, schema: Schema) -> Constraint:
    if one.kind is not ConstraintKind.FOREIGN or one.referenced_columns or not one.references:
        return one
    target = schema.tables.get(one.references)
    key = target.primary_key if target else None
    if key is None or len(key.columns) != len(one.columns):
        return one
    return structs.replace(one, referenced_columns=key.columns)
