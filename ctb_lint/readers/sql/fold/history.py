"""A whole history: its files in order, folded into one schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct, structs

from ctb_lint.changes import CreateTable
from ctb_lint.history import Folded, History, MigrationFile, Outcome, Statement
from ctb_lint.mishaps import TruncatedName, UnknownRelation, UnknownType
from ctb_lint.model import SQL_FACTS, Location, ObjectKind, QualifiedName
from ctb_lint.readers.sql.fold.again import keep, made_again
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.fold.dispatch import CREATES, fold_node
from ctb_lint.readers.sql.fold.unread import leave_open
from ctb_lint.readers.sql.made import Known, text_of
from ctb_lint.readers.sql.names import truncate
from ctb_lint.readers.sql.nodes import Node, strings, unwrap
from ctb_lint.readers.sql.place import Place
from ctb_lint.readers.sql.state import State
from ctb_lint.readers.sql.statements import Parsed, ParsedFile, nodes_of, with_dialect


class FoldOptions(Struct, frozen=True):
    """What a fold is told: the schema of unqualified names, the columns whose literals are kept,
    and the PostgreSQL version that the history is for. ``known`` takes what its CREATE TABLE
    statements make, for a fold with the same options."""

    default_schema: str = "public"
    watch: frozenset[str] = frozenset()
    pg_version: int = 15
    known: Known | None = None


def fold(
    history: History,
    files: Sequence[ParsedFile],
    options: FoldOptions,
    from_nothing: bool | None = None,
) -> Folded:
    """Folds the files of a history, in the order in which they stand.

    ``files`` are those of ``history`` in the same order. Roll-back files are read but never
    folded. ``from_nothing`` is as configured; None lets the history tell.
    """
    state = State(options.default_schema)
    f = Folding(state, options.watch, options.pg_version)
    f.later = _created(files, state)
    known = options.known
    read: list[MigrationFile] = []
    for file, parsed in zip(history.files, files, strict=True):
        if parsed.unread is not None:
            state.make_unknown(None, SQL_FACTS, f"{file.path} could not be read")
            continue
        if not parsed.folds:
            read.append(structs.replace(file, statements=tuple(p.statement for p in parsed.parts)))
            continue
        state.search_path, state.role = (options.default_schema,), None
        f.fresh = set()
        f.savepoints, f.session = [], {}
        done = tuple(fold_statement(f, part, known) for part in parsed.parts)
        # Of a long history the syntax trees are what takes most memory.
        parsed.parts.clear()
        read.append(structs.replace(file, statements=done))
    folded = structs.replace(
        history,
        files=tuple(read),
        changes=tuple(f.changes),
        mishaps=tuple(f.mishaps),
        literals=tuple(f.literals),
        rules=tuple(f.rules),
    )
    begins = _starts_empty(folded) if from_nothing is None else from_nothing
    return Folded(structs.replace(folded, from_nothing=begins), state.freeze())


def fold_statement(f: Folding, part: Parsed, known: Known | None = None) -> Statement:
    """Folds one statement; the statement with its final outcome. ``known`` takes what a CREATE
    TABLE makes."""
    f.order = part.order
    if part.down:
        return part.statement
    if _repeated(f, part):
        return part.statement
    if not part.nodes:
        if part.statement.outcome in {Outcome.SYNTAX_ERROR, Outcome.NOT_UNDERSTOOD}:
            leave_open(f.state, part)
        return part.statement
    f.place = _placed(part)
    f.opaque, f.harmless, f.conditional = None, False, part.conditional
    f.touched, f.collided = set(), False
    before = _recorded(f)
    for wrapped in part.nodes:
        fold_node(f, wrapped, part.clauses)
    _truncated(f, part)
    if known is not None and _recorded(f) == before:
        keep(f, part, known)
    if any(isinstance(m, UnknownType) for m in f.mishaps[before[0] :]):
        part.statement = with_dialect(part.statement, f.place)
    if part.statement.outcome is not Outcome.UNDERSTOOD:
        return part.statement
    if f.opaque:
        structural = not f.touched or bool(f.touched & _STRUCTURAL)
        return structs.replace(
            part.statement,
            outcome=Outcome.NOT_UNDERSTOOD,
            why=f.opaque,
            at=f.opaque_at,
            changes_tables=structural,
        )
    if f.harmless:
        return structs.replace(part.statement, outcome=Outcome.HARMLESS)
    return part.statement


def _repeated(f: Folding, part: Parsed) -> bool:
    """Whether a statement was folded by what another one of its text made. If not, it is read."""
    if part.made is None or part.nodes:
        return False
    f.place = _placed(part)
    if made_again(f, part, part.made):
        return True
    part.nodes = nodes_of(text_of(part.made))
    return False


def _recorded(f: Folding) -> tuple[int, int]:
    """How much did not fit so far, and how many sequences there are."""
    return len(f.mishaps), len(f.state.sequences)


def _placed(part: Parsed) -> Place:
    assert part.place is not None
    return part.place


_STRUCTURAL = {"tables", "enums", "columns", "constraints"}
"""The facts whose doubt makes a statement that could not be read an error."""


def _truncated(f: Folding, part: Parsed) -> None:
    """Records the names that PostgreSQL cuts."""
    for lexeme in part.long_names:
        assert part.place is not None
        written = lexeme.name or lexeme.text
        f.mishap(
            TruncatedName(
                at=part.place.between(lexeme.start, lexeme.end),
                statement=part.place.whole,
                object_kind=ObjectKind.STATEMENT,
                name=f.state.creation_name(None, truncate(written)),
                written=written,
            )
        )


def _created(
    files: Sequence[ParsedFile], state: State
) -> dict[QualifiedName, list[tuple[int, Location]]]:
    """Where each relation and type is created, for what is named before it is."""
    found: defaultdict[QualifiedName, list[tuple[int, Location]]] = defaultdict(list)
    for file in files:
        for part in file.parts if file.folds else ():
            if part.made is not None and part.place:
                found[part.made.table.name].append((part.order, part.place.whole))
            for wrapped in () if part.down else part.nodes:
                name = _name_of(wrapped, state)
                if name and part.place:
                    found[name].append((part.order, part.place.whole))
    return found


def _name_of(wrapped: Node, state: State) -> QualifiedName | None:
    kind, node = unwrap(wrapped)
    if kind in CREATES:
        relation = node[CREATES[kind][0]]
        relation = relation.get("relation", relation)
        return state.creation_name(relation.get("schemaname"), relation["relname"])
    if kind == "CreateTableAsStmt":
        relation = node["into"]["rel"]
        return state.creation_name(relation.get("schemaname"), relation["relname"])
    if kind in {"CreateEnumStmt", "CreateRangeStmt", "CreateDomainStmt"}:
        parts = strings(node.get("domainname") or node.get("typeName"))
        return state.creation_name(parts[-2] if len(parts) > 1 else None, parts[-1])
    if kind == "RenameStmt" and node.get("renameType") == "OBJECT_TABLE" and "relation" in node:
        return state.creation_name(node["relation"].get("schemaname"), node["newname"])
    return None


def _starts_empty(history: History) -> bool:
    """Whether nothing is assumed that no file makes before the first table is made."""
    first = next(
        (c for c in history.changes if isinstance(c, CreateTable) and not c.conditional), None
    )
    order = {file.path: number for number, file in enumerate(history.files)}
    missing = [
        m
        for m in history.mishaps
        if isinstance(m, UnknownRelation)
        and not m.outside
        and m.created_later is None
        and m.dropped is None
        and not m.role.startswith("DROP")
    ]
    if not missing:
        return True
    if first is None:
        return False
    place = (order[first.at.path], first.at.start)
    return all((order[m.at.path], m.at.start) > place for m in missing)
