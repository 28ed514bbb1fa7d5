"""How rules write fixes: where a new statement goes, and what it may call what it makes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

from msgspec import Struct

from ctb_lint.changes import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    AlterConstraint,
    Change,
    ChangeObject,
    CreateIndex,
    CreateTable,
    RenameColumn,
    RenameTable,
)
from ctb_lint.coverage import create_index_named, free_index_name, name_parts, relation_names
from ctb_lint.ddl import index_sql
from ctb_lint.history import Direction, History, Layout, Statement
from ctb_lint.mishaps import InlineIndex
from ctb_lint.model import Expr, Index, IndexKey, Location, QualifiedName, Schema, quoted
from ctb_lint.once import once
from ctb_lint.rule import Edit, Fix, Safety


class _Files(Struct, frozen=True):
    """The files of a history by path: their place in its order, and their statements."""

    number: Mapping[str, int]
    statements: Mapping[str, tuple[Statement, ...]]


@once
def _files(history: History) -> _Files:
    ups = [file for file in history.files if file.direction is Direction.UP]
    return _Files(
        {file.path: number for number, file in enumerate(ups)},
        {file.path: file.statements for file in ups},
    )


def statement_at(history: History, place: Location) -> Statement | None:
    """The statement that a place lies in; the DO block, where it lies in one. None in a file that
    rolls back."""
    found = _files(history).statements.get(place.path, ())
    low, high = 0, len(found)
    while low < high:
        middle = (low + high) // 2
        if found[middle].location.start <= place.start:
            low = middle + 1
        else:
            high = middle
    statement = found[low - 1] if low else None
    return statement if statement and statement.location.covers(place) else None


def written_behind(statement: Statement, *texts: str) -> tuple[Edit, ...]:
    """The edits that write statements behind one, each on a line of its own; none where nothing
    can be written there."""
    where = statement.location
    if statement.after is None:
        return ()
    edits = [Edit(where.path, where.end, where.end, ";")] if statement.until is None else []
    indent = " " * (where.column - 1) if where.column <= _DEEPEST else ""
    edits += [
        Edit(where.path, statement.after, statement.after, f"\n{indent}{text}") for text in texts
    ]
    return tuple(edits)


_DEEPEST = 40
"""A statement that begins further to the right stands behind another one."""


def added(
    title: str,
    text: str,
    history: History | None,
    behind: Statement | None,
    *,
    safety: Safety = Safety.SAFE,
    claims: tuple[str, ...] = (),
) -> Fix:
    """The fix that runs one more statement: behind an existing one, or in a new migration."""
    edits = written_behind(behind, text) if history and behind else ()
    return Fix(title, edits, (text,), safety, claims=claims)


def index_added(
    schema: Schema,
    history: History | None,
    table: QualifiedName,
    columns: Sequence[str],
    lost: Location | None = None,
) -> Fix:
    """The fix that makes an index of the columns, behind the statement from which on they are
    called so; behind that which took an index away, where one did."""
    keys = [IndexKey(column=name) for name in columns]
    taken = names_of(history)[table.schema] if history else frozenset[str]()
    name = free_index_name(schema, table, name_parts(keys), taken)

    def text(tolerant: bool) -> str:
        return create_index_named(name, table, keys, tolerant=tolerant)

    return _index_made(history, QualifiedName(table.schema, name), table, columns, lost, text)


def index_declared(
    schema: Schema,
    history: History | None,
    table: QualifiedName,
    index: Index,
    lost: Location | None = None,
) -> Fix:
    """The fix that makes an index as it is declared, under its own name where nothing has that or
    ever had; placed as that of ``index_added``."""
    taken = names_of(history)[table.schema] if history else frozenset[str]()
    name = index.name
    if not index.named or name in taken or name in relation_names(schema, table.schema):
        name = free_index_name(schema, table, name_parts(index.keys), taken)

    def text(tolerant: bool) -> str:
        return index_sql(index, table, name, tolerant=tolerant)

    columns = [column for column in index.columns if column]
    return _index_made(history, QualifiedName(table.schema, name), table, columns, lost, text)


def _index_made(
    history: History | None,
    name: QualifiedName,
    table: QualifiedName,
    columns: Sequence[str],
    lost: Location | None,
    text: Callable[[bool], str],
) -> Fix:
    behind = settled(history, table, columns, lost) if history else None
    tolerant = bool(behind and behind.tolerant) or bool(history and may_run_again(history))
    title = f"make index {quoted(name.name)}"
    return added(title, text(tolerant), history, behind, claims=(str(name),))


def may_run_again(history: History) -> bool:
    """Whether nothing records what ran, so that a file may run a second time."""
    return history.layout is Layout.PSQL


def settled(
    history: History,
    table: QualifiedName,
    columns: Iterable[str] = (),
    *also: Location | None,
) -> Statement | None:
    """The last statement that gives the table or one of the columns its name or type, or that one
    of the places lies in. None where no file makes the table."""
    number = _files(history).number
    wanted = {*columns, None}
    places = [at for column, at in _named(history).get(table, ()) if column in wanted]
    if not places:
        return None
    places += [place for place in also if place]
    known = [place for place in places if place.path in number]
    last = max(known, key=lambda place: (number[place.path], place.start), default=None)
    return statement_at(history, last) if last else None


@once
def _named(history: History) -> Mapping[QualifiedName, list[tuple[str | None, Location]]]:
    """By table, where it gets its name (None), and where its columns get theirs."""
    found: defaultdict[QualifiedName, list[tuple[str | None, Location]]] = defaultdict(list)
    for change in history.changes:
        name, column = _names(change)
        if name:
            found[name].append((column, change.at))
    return found


def _names(change: Change) -> tuple[QualifiedName | None, str | None]:
    """The table that a change names, and the column where it is one."""
    if isinstance(change, RenameTable):
        return change.new_name, None
    if isinstance(change, CreateTable):
        return change.table, None
    if isinstance(change, AddColumn):
        return change.table, change.column.name
    if isinstance(change, RenameColumn):
        return change.table, change.new_name
    if isinstance(change, AlterColumn) and change.column.type != change.after.type:
        return change.table, change.after.name
    return None, None


@once
def names_of(history: History) -> Mapping[str, Set[str]]:
    """By schema, every name that a relation or constraint has had at any time."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for change in history.changes:
        for name in _names_in(change):
            found[name.schema].add(name.name)
    return found


def _names_in(change: Change) -> Iterator[QualifiedName]:
    if isinstance(change, ChangeObject):
        schema, _, name = change.name.rpartition(".")
        yield QualifiedName(schema.strip('"'), name.strip('"'))
    if isinstance(change, RenameTable):
        yield change.new_name
    if change.table is None:
        return
    yield change.table
    schema = change.table.schema
    if isinstance(change, CreateIndex):
        yield QualifiedName(schema, change.index.name)
    if isinstance(change, AddConstraint):
        yield QualifiedName(schema, change.constraint.name)
    if isinstance(change, AlterConstraint):
        yield QualifiedName(schema, change.after.name)
    if change.before:
        yield from (QualifiedName(schema, one.name) for one in change.before.constraints)
        built = (index for index in change.before.indexes if not index.inline)
        yield from (QualifiedName(schema, index.name) for index in built)


@once
def inline_names(history: History, schema: Schema) -> Mapping[Location, str]:
    """What the index of each INDEX clause is to be called, by the clause's place: its own name
    where nothing else has that, ever; each another."""
    taken = {within: set(names) for within, names in names_of(history).items()}
    found: dict[Location, str] = {}
    for mishap in history.mishaps:
        if not isinstance(mishap, InlineIndex):
            continue
        within = mishap.name.schema
        here = taken.setdefault(within, set())
        name = mishap.index
        if not name or name in here or name in relation_names(schema, within):
            parts = name_parts(map(_key_of, mishap.columns))
            name = free_index_name(schema, mishap.name, parts, here)
        here.add(name)
        found[mishap.statement] = name
    return found


def _key_of(column: str) -> IndexKey:
    return IndexKey(expr=Expr(column, column))


def removed(statement: Statement) -> tuple[Edit, ...]:
    """The edits that take a statement out, its semicolon with it; what is said of it stays."""
    where = statement.location
    return (Edit(where.path, where.start, statement.until or where.end, ""),)
