"""Small readers of PostgreSQL's parse tree, as libpg_query prints it in JSON.

Zero, false and empty values are left out of that JSON: every look-up has a default.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]


def unwrap(wrapped: Node) -> tuple[str, Node]:
    """The name and the fields of a wrapped node (``{"String": {…}}``)."""
    for name, fields in wrapped.items():
        return name, fields
    return "", {}


def string(wrapped: Node) -> str:
    """The value of a ``String`` node."""
    return str(wrapped.get("String", {}).get("sval", ""))


def strings(wrapped: list[Node] | None) -> tuple[str, ...]:
    """The values of a list of ``String`` nodes."""
    return tuple(string(node) for node in wrapped or ())


def name_parts(wrapped: Node) -> tuple[str, ...]:
    """The parts of an object name: a ``List`` of strings, one string, or a ``TypeName``."""
    kind, fields = unwrap(wrapped)
    if kind == "List":
        return strings(fields.get("items"))
    if kind == "TypeName":
        return strings(fields.get("names"))
    if kind == "ObjectWithArgs":
        return strings(fields.get("objname"))
    if kind == "RangeVar":
        return tuple(part for part in (fields.get("schemaname"), fields["relname"]) if part)
    return (string(wrapped),)


def options(wrapped: list[Node] | None) -> dict[str, Node]:
    """A list of ``DefElem`` nodes by name."""
    found: dict[str, Node] = {}
    for item in wrapped or ():
        element = item.get("DefElem", {})
        found[element.get("defname", "")] = element.get("arg", {})
    return found


def truth(value: Node | None) -> bool:
    """The value of a boolean option, which may be written in several ways."""
    if not value:
        return True
    kind, fields = unwrap(value)
    if kind == "Boolean":
        return bool(fields.get("boolval", False))
    if kind == "Integer":
        return bool(fields.get("ival", 0))
    return string(value).lower() in {"true", "on", "1", "yes"}


def walk(node: Any) -> Iterator[tuple[str, Node]]:
    """Every wrapped node below this one, without recursion (trees may be deep)."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, dict):
            for name, value in current.items():
                if isinstance(value, dict) and name[:1].isupper():
                    yield name, value
                pending.append(value)
        elif isinstance(current, list):
            pending.extend(current)


def role_name(wrapped: Node) -> str:
    """The name of a ``RoleSpec``."""
    fields = wrapped.get("RoleSpec", wrapped)
    kind = fields.get("roletype", "ROLESPEC_CSTRING")
    if kind == "ROLESPEC_CSTRING":
        return str(fields.get("rolename", ""))
    return str(kind).removeprefix("ROLESPEC_").lower()
