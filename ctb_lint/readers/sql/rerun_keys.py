"""What statements make, what they make away with, and what they stand on, as keys to compare."""

from __future__ import annotations

from collections.abc import Iterator

from ctb_lint.model import QualifiedName, quoted
from ctb_lint.readers.sql.nodes import Node, name_parts, strings, unwrap

Key = tuple[str, str, str]
"""What an object is called: its kind, its schema or relation, its name."""

_TYPES = frozenset({"OBJECT_TYPE", "OBJECT_DOMAIN"})
_RELATIONS = frozenset(
    {
        "OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW",
        "OBJECT_SEQUENCE", "OBJECT_INDEX",
    }
)  # fmt: skip


def _qualified(parts: tuple[str, ...]) -> tuple[str, str]:
    """Schema and name; the usual schema may be left out."""
    schema = parts[-2] if len(parts) > 1 else ""
    return ("" if schema == "public" else schema), parts[-1] if parts else ""


def _relation(node: Node) -> Key:
    return ("relation", *_qualified(name_parts({"RangeVar": node})))


def constraint_key(node: Node, name: str) -> Key:
    """The key of a constraint of the table that an ALTER TABLE is about."""
    return ("constraint", ".".join(_relation(node["relation"])[1:]), name)


def shown(node: Node) -> str:
    """A relation as one would type it; empty where the node is none."""
    if not node.get("relname"):
        return ""
    schema = node.get("schemaname")
    name = node["relname"]
    return str(QualifiedName(schema, name)) if schema else quoted(name)


def called(name: str, node: Node) -> str:
    """The object that a statement makes, in words."""
    relation = _made_relation(name, node)
    if relation:
        return shown(relation)
    for field in ("extname", "schemaname", "trigname", "rulename", "policy_name", "role"):
        if node.get(field):
            return quoted(str(node[field]))
    for field in ("domainname", "typeName", "typevar", "funcname", "defnames"):
        value = node.get(field)
        if isinstance(value, list):
            return ".".join(quoted(part) for part in strings(value))
        if isinstance(value, dict):
            return shown(value)
    return "it"


def makes(wrapped: Node) -> Iterator[Key]:
    """The relation that the statement makes, or sees to."""
    name, node = unwrap(wrapped)
    relation = _made_relation(name, node)
    if relation:
        yield _relation(relation)
    elif name == "IndexStmt" and node.get("idxname"):
        yield ("relation", _relation(node["relation"])[1], node["idxname"])


def dropped(node: Node) -> Iterator[Key]:
    """What a DROP names."""
    for wrapped in node.get("objects", ()):
        yield _dropped(node["removeType"], name_parts(wrapped))


def _made_relation(name: str, node: Node) -> Node | None:
    if name == "CreateForeignTableStmt":
        return dict(node["base"]["relation"])
    if name == "CreateTableAsStmt":
        return dict(node["into"]["rel"])
    field = {"CreateStmt": "relation", "ViewStmt": "view", "CreateSeqStmt": "sequence"}.get(name)
    return dict(node[field]) if field else None


def is_temporary(name: str, node: Node) -> bool:
    """Whether the object is gone when the session ends."""
    relation = _made_relation(name, node)
    return bool(relation) and (relation or {}).get("relpersistence") == "t"


def stands_on(name: str, node: Node) -> Iterator[Key]:
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
    if relation and name == "InsertStmt":
        yield ("rows", *_relation(relation)[1:])
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
    types = node.get("domainname") or node.get("typeName")
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


def cleared(wrapped: Node) -> Iterator[Key]:
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
                yield constraint_key(node, command.get("name", ""))
    elif name == "DropStmt" and node.get("missing_ok"):
        yield from dropped(node)


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
