"""Which statements fail, or do more than once what they do, when their file runs a second time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ctb_lint.history import Rerun
from ctb_lint.model import quoted
from ctb_lint.readers.sql.kinds import kind_of
from ctb_lint.readers.sql.lexeme import Lexeme, lexemes
from ctb_lint.readers.sql.nodes import Node, unwrap
from ctb_lint.readers.sql.place import Place
from ctb_lint.readers.sql.rerun_keys import (
    Key,
    called,
    cleared,
    constraint_key,
    dropped,
    is_temporary,
    makes,
    shown,
    stands_on,
)

if TYPE_CHECKING:
    from ctb_lint.readers.sql.statements import Parsed

_TOLERATE = " IF NOT EXISTS"
_OR_REPLACE = " OR REPLACE"
_IF_EXISTS = " IF EXISTS"

_IF_NOT_EXISTS = {
    "CreateStmt": "TABLE",
    "CreateForeignTableStmt": "TABLE",
    "CreateTableAsStmt": "TABLE",
    "CreateSeqStmt": "SEQUENCE",
    "CreateSchemaStmt": "SCHEMA",
    "CreateExtensionStmt": "EXTENSION",
    "CreateStatsStmt": "STATISTICS",
    "CreateForeignServerStmt": "SERVER",
    "CreateUserMappingStmt": "MAPPING",
}
"""The statements that take IF NOT EXISTS, and the keyword that it follows."""
_REPLACES = frozenset({"ViewStmt", "CreateFunctionStmt", "CreateTrigStmt", "RuleStmt"})
"""The statements that take OR REPLACE."""
_REPLACE_TRIGGER = 14
"""The version that first knows CREATE OR REPLACE TRIGGER."""
_NO_FORM = frozenset(
    {
        "CompositeTypeStmt", "CreateEnumStmt", "CreateRangeStmt", "CreateDomainStmt",
        "CreatePolicyStmt", "CreateRoleStmt", "CreatePublicationStmt", "CreateSubscriptionStmt",
        "CreateFdwStmt", "CreateEventTrigStmt", "CreateCastStmt", "CreateConversionStmt",
        "CreateOpClassStmt", "CreateOpFamilyStmt", "CreateAmStmt", "CreateTableSpaceStmt",
        "CreatedbStmt", "DefineStmt",
    }
)  # fmt: skip
"""The statements that make something and have no form for one that is there."""
_ONCE = {
    "AT_AttachPartition": "finds the partition attached already",
    "AT_DetachPartition": "finds the partition detached already",
    "AT_AddInherit": "finds the parent there already",
    "AT_DropInherit": "finds the parent gone",
    "AT_AddIdentity": "finds the identity there already",
    "AT_AddOf": "finds the type there already",
}
"""Actions of ALTER TABLE that fail when they are done, and cannot be told not to."""
_GUARD = "guard it in a DO block that looks whether it is done"


class _Fault(Struct, frozen=True):
    """Why a part of a statement cannot run twice; ``insert`` is what would make it."""

    why: str
    advice: str
    insert: tuple[int, str] | None = None


def set_reruns(parts: Iterable[Parsed], pg_version: int) -> None:
    """Gives each statement of a file its ``rerun``. What the file itself drops with IF EXISTS
    before it makes it, and what stands on such a table, runs as often as one likes."""
    renewed: set[Key] = set()
    made: set[Key] = set()
    for part in parts:
        if part.place is None or part.down or not part.nodes:
            continue
        # psql's \if is a guard.
        faults = [] if part.conditional else _faults(part, renewed, made, pg_version)
        for wrapped in part.nodes:
            renewed.update(cleared(wrapped))
            made.update(makes(wrapped))
        if faults:
            fixable = all(fault.insert for fault in faults)
            rerun = Rerun(
                why=" and ".join(dict.fromkeys(fault.why for fault in faults)),
                advice="; ".join(dict.fromkeys(fault.advice for fault in faults)),
                inserts=tuple(f.insert for f in faults if f.insert) if fixable else (),
            )
            part.statement = structs.replace(part.statement, rerun=rerun)


def _faults(part: Parsed, renewed: set[Key], made: set[Key], version: int) -> list[_Fault]:
    assert part.place is not None
    found: list[_Fault] = []
    for wrapped in part.nodes:
        name, node = unwrap(wrapped)
        if any(key in renewed for key in stands_on(name, node)):
            continue
        if name == "DropStmt" and made.issuperset(dropped(node)):
            continue
        tokens = lexemes(part.place.text, part.place.start, part.place.end)
        if name == "AlterTableStmt":
            found += _actions(node, part.place, tokens, renewed)
        else:
            fault = _fault(name, node, tokens, version)
            found += [fault] if fault else []
    return found


def _fault(name: str, node: Node, tokens: list[Lexeme], version: int) -> _Fault | None:
    if name in {"DropStmt", "DropRoleStmt", "DropdbStmt", "DropTableSpaceStmt"}:
        return None if node.get("missing_ok") else _drop(node, tokens)
    if name == "IndexStmt":
        return _index(node, tokens)
    if name == "InsertStmt":
        return _insert(node)
    if name == "AlterEnumStmt":
        return _enum(node, tokens)
    if name == "RenameStmt" or name == "AlterObjectSchemaStmt":
        what = "renamed" if name == "RenameStmt" else "moved"
        return None if node.get("missing_ok") else _Fault(f"finds it {what} already", _GUARD)
    if name == "AlterDomainStmt" and node.get("subtype") == "C":
        return _Fault("finds the constraint there already", _GUARD)
    if name == "SelectStmt" and "intoClause" in node:
        advice = "write CREATE TABLE IF NOT EXISTS … AS"
        return _Fault(f"finds {shown(node['intoClause']['rel'])} there already", advice)
    return _creation(name, node, tokens, version)


def _creation(name: str, node: Node, tokens: list[Lexeme], version: int) -> _Fault | None:
    """CREATE of anything but an index."""
    tolerated = node.get("base", node).get("if_not_exists")
    if tolerated or node.get("replace") or is_temporary(name, node):
        return None
    why = f"finds {called(name, node)} there already"
    advice = _drop_first(name, node)
    if name in _REPLACES:
        old = name == "CreateTrigStmt" and (version < _REPLACE_TRIGGER or node.get("isconstraint"))
        if old:
            return _Fault(why, advice)
        return _Fault(why, "write CREATE OR REPLACE", (tokens[0].end, _OR_REPLACE))
    collation = name == "DefineStmt" and node.get("kind") == "OBJECT_COLLATION"
    if name == "DefineStmt" and node.get("kind") == "OBJECT_AGGREGATE":
        return _Fault(why, "write CREATE OR REPLACE", (tokens[0].end, _OR_REPLACE))
    if name in _IF_NOT_EXISTS or collation:
        if node.get("schemaElts"):
            return _Fault(why, _GUARD)
        word = "COLLATION" if collation else _IF_NOT_EXISTS[name]
        if node.get("objtype") == "OBJECT_MATVIEW":
            word = "VIEW"
        at = _behind(tokens, word)
        return _Fault(why, "write IF NOT EXISTS", _inserted(at, _TOLERATE))
    return _Fault(why, advice) if name in _NO_FORM else None


def _drop_first(name: str, node: Node) -> str:
    tag = kind_of(name).tag.removeprefix("CREATE ")
    if name in {"CreateTrigStmt", "CreatePolicyStmt"}:
        label = node.get("trigname") or node.get("policy_name", "")
        table = shown(node.get("relation") or node.get("table", {}))
        return f"write DROP {tag} IF EXISTS {quoted(label)} ON {table}; before it"
    if name in {"CreateEnumStmt", "CreateRangeStmt", "CompositeTypeStmt", "CreateDomainStmt"}:
        return f"{_GUARD}, or write DROP {tag} IF EXISTS before it"
    return _GUARD


def _index(node: Node, tokens: list[Lexeme]) -> _Fault | None:
    if node.get("if_not_exists"):
        return None
    if not node.get("idxname"):
        return _Fault("builds another index", "give the index a name, and write IF NOT EXISTS")
    at = _behind(tokens, "CONCURRENTLY" if node.get("concurrent") else "INDEX")
    why = f"finds index {quoted(node['idxname'])} there already"
    return _Fault(why, "write IF NOT EXISTS", _inserted(at, _TOLERATE))


def _insert(node: Node) -> _Fault | None:
    """An INSERT of rows that are there; one whose query has a WHERE may look for them."""
    select = node.get("selectStmt", {}).get("SelectStmt", {})
    if "onConflictClause" in node or "whereClause" in select or "op" not in select:
        return None
    return _Fault("inserts the rows again", "write ON CONFLICT DO NOTHING")


def _enum(node: Node, tokens: list[Lexeme]) -> _Fault | None:
    if node.get("oldVal"):
        return _Fault("finds the label renamed already", _GUARD)
    if not node.get("newVal") or node.get("skipIfNewValExists"):
        return None
    pairs = pairwise(tokens)
    at = next((two.end for one, two in pairs if (one.upper, two.upper) == ("ADD", "VALUE")), None)
    return _Fault("finds the label there already", "write IF NOT EXISTS", _inserted(at, _TOLERATE))


def _drop(node: Node, tokens: list[Lexeme]) -> _Fault:
    """IF EXISTS stands behind the words that say what is dropped."""
    kind = node.get("removeType", "").removeprefix("OBJECT_").replace("_", " ")
    last = {"MATVIEW": "VIEW", "FOREIGN TABLE": "TABLE", "TABCONSTRAINT": "CONSTRAINT"}.get(
        kind, kind.split()[-1] if kind else ""
    )
    at = _behind(tokens, "CONCURRENTLY" if node.get("concurrent") else last)
    if not last:
        at = tokens[1].end  # DROP ROLE, USER, DATABASE …
    return _Fault("finds nothing to drop", "write IF EXISTS", _inserted(at, _IF_EXISTS))


def _actions(node: Node, place: Place, tokens: list[Lexeme], renewed: set[Key]) -> Iterator[_Fault]:
    """The actions of an ALTER TABLE; what an earlier one of them drops with IF EXISTS counts."""
    beginnings = place.actions()
    commands = [wrapped["AlterTableCmd"] for wrapped in node.get("cmds", ())]
    gone = set(renewed)
    at_type = node.get("objtype") == "OBJECT_TYPE"
    for number, command in enumerate(commands):
        whole = len(beginnings) == len(commands)
        first = beginnings[number] if whole else 0
        stop = beginnings[number + 1] if whole and number + 1 < len(beginnings) else len(tokens)
        own = tokens[first:stop]
        kind = command["subtype"]
        if command.get("missing_ok"):
            if kind == "AT_DropConstraint":
                gone.add(constraint_key(node, command.get("name", "")))
        elif kind == "AT_AddConstraint":
            name = command.get("def", {}).get("Constraint", {}).get("conname", "")
            if not name or constraint_key(node, name) not in gone:
                yield _added(name, node)
        elif kind == "AT_AddColumn" and not at_type:
            yield _column(own, ("ADD",), _TOLERATE, "finds the column there already")
        elif kind == "AT_DropColumn":
            yield _column(own, ("DROP",), _IF_EXISTS, "finds no column to drop")
        elif kind == "AT_DropConstraint":
            at = _behind(own, "CONSTRAINT")
            insert = _inserted(at, _IF_EXISTS)
            yield _Fault("finds no constraint to drop", "write IF EXISTS", insert)
        elif kind in _ONCE or kind == "AT_AddColumn":
            yield _Fault(_ONCE.get(kind, "finds the attribute there already"), _GUARD)


def _added(name: str, node: Node) -> _Fault:
    if not name:
        advice = "give the constraint a name, and drop it before with DROP CONSTRAINT IF EXISTS"
        return _Fault("adds the constraint again", advice)
    table = shown(node["relation"])
    advice = f"write ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {quoted(name)}; before it"
    return _Fault(f"finds constraint {quoted(name)} there already", advice)


def _column(own: list[Lexeme], verbs: tuple[str, ...], text: str, why: str) -> _Fault:
    """COLUMN may be left out behind the verb."""
    verb = next((i for i, token in enumerate(own) if token.upper in verbs), None)
    if verb is None:
        return _Fault(why, f"write{text}")
    behind = own[verb + 1] if own[verb + 1 : verb + 2] else own[verb]
    # A column may be called so itself: then a name follows that is its type.
    is_word = behind.upper in {"COLUMN", "ATTRIBUTE"}
    return _Fault(why, f"write{text}", ((behind if is_word else own[verb]).end, text))


def _inserted(at: int | None, text: str) -> tuple[int, str] | None:
    return None if at is None else (at, text)


def _behind(tokens: list[Lexeme], word: str) -> int | None:
    """The offset behind the first keyword of that spelling."""
    return next((token.end for token in tokens[1:] if token.upper == word), None)
