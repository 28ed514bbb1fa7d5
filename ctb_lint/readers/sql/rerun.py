"""Which statements fail, or do more than once what they do, when their file runs a second time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ctb_lint.history import Rerun
from ctb_lint.model import QualifiedName, quoted
from ctb_lint.readers.sql.kinds import kind_of
from ctb_lint.readers.sql.lexeme import Lexeme, lexemes
from ctb_lint.readers.sql.nodes import Node, name_parts, strings, unwrap
from ctb_lint.readers.sql.place import Place

if TYPE_CHECKING:
    from ctb_lint.readers.sql.statements import Parsed

Key = tuple[str, str, str]
"""What an object is called: its kind, its schema or relation, its name."""

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
_TYPES = frozenset({"OBJECT_TYPE", "OBJECT_DOMAIN"})
_RELATIONS = frozenset(
    {
        "OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW",
        "OBJECT_SEQUENCE", "OBJECT_INDEX",
    }
)  # fmt: skip
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
    for part in parts:
        if part.place is None or part.down or not part.nodes:
            continue
        # psql's \if is a guard.
        faults = [] if part.conditional else _faults(part, renewed, pg_version)
        for wrapped in part.nodes:
            renewed.update(_cleared(wrapped))
        if faults:
            fixable = all(fault.insert for fault in faults)
            rerun = Rerun(
                why=" and ".join(dict.fromkeys(fault.why for fault in faults)),
                advice="; ".join(dict.fromkeys(fault.advice for fault in faults)),
                inserts=tuple(f.insert for f in faults if f.insert) if fixable else (),
            )
            part.statement = structs.replace(part.statement, rerun=rerun)


def _faults(part: Parsed, renewed: set[Key], version: int) -> list[_Fault]:
    assert part.place is not None
    found: list[_Fault] = []
    for wrapped in part.nodes:
        name, node = unwrap(wrapped)
        if any(key in renewed for key in _stands_on(name, node)):
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
        return _Fault(f"finds {_shown(node['intoClause']['rel'])} there already", advice)
    return _creation(name, node, tokens, version)


def _creation(name: str, node: Node, tokens: list[Lexeme], version: int) -> _Fault | None:
    """CREATE of anything but an index."""
    if node.get("if_not_exists") or node.get("replace") or _is_temporary(name, node):
        return None
    why = f"finds {_called(name, node)} there already"
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
        return _Fault(why, "write IF NOT EXISTS", at and (at, _TOLERATE))
    return _Fault(why, advice) if name in _NO_FORM else None


def _drop_first(name: str, node: Node) -> str:
    tag = kind_of(name).tag.removeprefix("CREATE ")
    if name in {"CreateTrigStmt", "CreatePolicyStmt"}:
        label = node.get("trigname") or node.get("policy_name", "")
        table = _shown(node.get("relation") or node.get("table", {}))
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
    return _Fault(why, "write IF NOT EXISTS", at and (at, _TOLERATE))


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
    pairs = zip(tokens, tokens[1:], strict=False)
    at = next((two.end for one, two in pairs if (one.upper, two.upper) == ("ADD", "VALUE")), None)
    return _Fault("finds the label there already", "write IF NOT EXISTS", at and (at, _TOLERATE))


def _drop(node: Node, tokens: list[Lexeme]) -> _Fault:
    """IF EXISTS stands behind the words that say what is dropped."""
    kind = node.get("removeType", "").removeprefix("OBJECT_").replace("_", " ")
    last = {"MATVIEW": "VIEW", "FOREIGN TABLE": "TABLE", "TABCONSTRAINT": "CONSTRAINT"}.get(
        kind, kind.split()[-1] if kind else ""
    )
    at = _behind(tokens, "CONCURRENTLY" if node.get("concurrent") else last)
    return _Fault("finds nothing to drop", "write IF EXISTS", at and (at, _IF_EXISTS))


def _actions(
    node: Node, place: Place, tokens: list[Lexeme], renewed: set[Key]
) -> Iterator[_Fault]:
    """The actions of an ALTER TABLE; what an earlier one of them drops with IF EXISTS counts."""
    beginnings = place.actions()
    commands = [wrapped["AlterTableCmd"] for wrapped in node.get("cmds", ())]
    dropped = set(renewed)
    at_type = node.get("objtype") == "OBJECT_TYPE"
    for number, command in enumerate(commands):
        whole = len(beginnings) == len(commands)
        first = beginnings[number] if whole else 0
        stop = beginnings[number + 1] if whole and number + 1 < len(beginnings) else len(tokens)
        own = tokens[first:stop]
        kind = command["subtype"]
        if command.get("missing_ok"):
            if kind == "AT_DropConstraint":
                dropped.add(_constraint(node, command.get("name", "")))
        elif kind == "AT_AddConstraint":
            name = command.get("def", {}).get("Constraint", {}).get("conname", "")
            if not name or _constraint(node, name) not in dropped:
                yield _added(name, node)
        elif kind == "AT_AddColumn" and not at_type:
            yield _column(own, ("ADD",), _TOLERATE, "finds the column there already")
        elif kind == "AT_DropColumn":
            yield _column(own, ("DROP",), _IF_EXISTS, "finds no column to drop")
        elif kind == "AT_DropConstraint":
            at = _behind(own, "CONSTRAINT")
            insert = at and (at, _IF_EXISTS)
            yield _Fault("finds no constraint to drop", "write IF EXISTS", insert or None)
        elif kind in _ONCE or kind == "AT_AddColumn":
            yield _Fault(_ONCE.get(kind, "finds the attribute there already"), _GUARD)


def _added(name: str, node: Node) -> _Fault:
    if not name:
        advice = "give the constraint a name, and drop it before with DROP CONSTRAINT IF EXISTS"
        return _Fault("adds the constraint again", advice)
    table = _shown(node["relation"])
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


def _behind(tokens: list[Lexeme], word: str) -> int | None:
    """The offset behind the first keyword of that spelling."""
    return next((token.end for token in tokens[1:] if token.upper == word), None)


# What objects are called ---------------------------------------------------------------------


def _qualified(parts: tuple[str, ...]) -> tuple[str, str]:
    """Schema and name; the usual schema may be left out."""
    schema = parts[-2] if len(parts) > 1 else ""
    return ("" if schema == "public" else schema), parts[-1] if parts else ""


def _relation(node: Node) -> Key:
    return ("relation", *_qualified(name_parts({"RangeVar": node})))


def _constraint(node: Node, name: str) -> Key:
    return ("constraint", ".".join(_relation(node["relation"])[1:]), name)


def _shown(node: Node) -> str:
    if not node.get("relname"):
        return ""
    schema = node.get("schemaname")
    name = node["relname"]
    return str(QualifiedName(schema, name)) if schema else quoted(name)


def _called(name: str, node: Node) -> str:
    """The object that a statement makes, in words."""
    relation = _made_relation(name, node)
    if relation:
        return _shown(relation)
    for field in ("extname", "schemaname", "trigname", "rulename", "policy_name", "role"):
        if node.get(field):
            return quoted(str(node[field]))
    for field in ("typeName", "typevar", "domainname", "funcname", "defnames"):
        value = node.get(field)
        if isinstance(value, list):
            return ".".join(quoted(part) for part in strings(value))
        if isinstance(value, dict):
            return _shown(value)
    return "it"


def _made_relation(name: str, node: Node) -> Node | None:
    if name == "CreateForeignTableStmt":
        return dict(node["base"]["relation"])
    if name == "CreateTableAsStmt":
        return dict(node["into"]["rel"])
    field = {"CreateStmt": "relation", "ViewStmt": "view", "CreateSeqStmt": "sequence"}.get(name)
    return dict(node[field]) if field else None


def _is_temporary(name: str, node: Node) -> bool:
    """Whether the object is gone when the session ends."""
    relation = _made_relation(name, node)
    return bool(relation) and (relation or {}).get("relpersistence") == "t"


def _stands_on(name: str, node: Node) -> Iterator[Key]:
    """What, if it is new whenever the file runs, makes the statement's own object new: itself,
    its table, its schema."""
    relation = _made_relation(name, node)
    on_table = ("IndexStmt", "CreateTrigStmt", "RuleStmt", "AlterTableStmt", "InsertStmt")
    if relation is None and name in on_table:
        relation = node.get("relation")
    if name == "CreatePolicyStmt":
        relation = node.get("table")
    if relation:
        yield _relation(relation)
        yield ("schema", "", relation.get("schemaname", ""))
    label = node.get("idxname") or node.get("trigname") or node.get("policy_name")
    if name == "IndexStmt" and label:
        yield ("relation", _relation(node["relation"])[1], label)
    elif label or node.get("rulename"):
        kind = {"CreateTrigStmt": "trigger", "CreatePolicyStmt": "policy"}.get(name, "rule")
        owner = ".".join(_relation(relation)[1:]) if relation else ""
        yield (kind, owner, label or node["rulename"])
    yield from _stands_alone(name, node)


def _stands_alone(name: str, node: Node) -> Iterator[Key]:
    """What is on no table."""
    types = node.get("typeName") or node.get("domainname")
    if name in {"CreateEnumStmt", "CreateRangeStmt", "CreateDomainStmt"}:
        found = _qualified(strings(types))
        yield ("type", *found)
        yield ("schema", "", found[0])
    elif name == "CompositeTypeStmt":
        yield ("type", *_relation(node["typevar"])[1:])
    elif name == "CreateFunctionStmt":
        yield ("function", *_qualified(strings(node.get("funcname"))))
    elif name == "DefineStmt":
        kind = node.get("kind", "").removeprefix("OBJECT_").lower()
        shared = "function" if kind == "aggregate" else kind
        yield (shared, *_qualified(strings(node.get("defnames"))))
    elif name == "CreateSchemaStmt":
        yield ("schema", "", node.get("schemaname", ""))
    elif name == "CreateExtensionStmt":
        yield ("extension", "", node.get("extname", ""))
    elif name == "CreateRoleStmt":
        yield ("role", "", node.get("role", ""))


def _cleared(wrapped: Node) -> Iterator[Key]:
    """What the statement makes away with, if it is there."""
    name, node = unwrap(wrapped)
    if name == "TruncateStmt":
        for relation in node.get("relations", ()):
            yield ("rows", *_relation(relation["RangeVar"])[1:])
    elif name == "DropRoleStmt" and node.get("missing_ok"):
        for role in node.get("roles", ()):
            yield ("role", "", role["RoleSpec"].get("rolename", ""))
    elif name == "AlterTableStmt":
        for one in node.get("cmds", ()):
            command = one["AlterTableCmd"]
            if command["subtype"] == "AT_DropConstraint" and command.get("missing_ok"):
                yield _constraint(node, command.get("name", ""))
    elif name == "DropStmt" and node.get("missing_ok"):
        for wrapped_name in node.get("objects", ()):
            yield _dropped(node["removeType"], name_parts(wrapped_name))


def _dropped(kind: str, parts: tuple[str, ...]) -> Key:
    if kind in _RELATIONS:
        return ("relation", *_qualified(parts))
    if kind in _TYPES:
        return ("type", *_qualified(parts))
    if kind in {"OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE", "OBJECT_AGGREGATE"}:
        return ("function", *_qualified(parts))
    word = kind.removeprefix("OBJECT_").lower()
    if kind in {"OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"}:
        return (word, ".".join(_qualified(parts[:-1])), parts[-1])
    if kind in {"OBJECT_SCHEMA", "OBJECT_EXTENSION"}:
        return (word, "", parts[-1])
    return (word, *_qualified(parts))
