"""COMMENT ON."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from ctb_lint.model import QualifiedName, Table
from ctb_lint.readers.sql.fold import routines
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.nodes import Node, name_parts, string

_RELATIONS = {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"}
_ROUTINES = {"OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE", "OBJECT_AGGREGATE"}
_PARTS = {
    "OBJECT_TABCONSTRAINT": "constraints",
    "OBJECT_TRIGGER": "triggers",
    "OBJECT_POLICY": "policies",
}


def comment(f: Folding, node: Node) -> None:
    """COMMENT ON whatever the model holds; an empty comment is none."""
    kind = node["objtype"]
    parts = name_parts(node.get("object", {}))
    text = node.get("comment") or None
    if kind in _RELATIONS:
        _relation(f, parts, kind, text)
    elif kind == "OBJECT_COLUMN":
        _column(f, parts, text)
    elif kind == "OBJECT_INDEX":
        _index(f, parts, text)
    elif kind in _PARTS:
        _part(f, parts, _PARTS[kind], text)
    elif kind in {"OBJECT_TYPE", "OBJECT_DOMAIN"}:
        _type(f, parts, text)
    elif kind in _ROUTINES:
        _routine(f, node["object"], text)
    elif kind == "OBJECT_DOMCONSTRAINT":
        _domain_constraint(f, node["object"], text)
    else:
        f.harmless = True


def _find(f: Folding, parts: tuple[str, ...], role: str) -> QualifiedName | None:
    schema = parts[-2] if len(parts) > 1 else None
    found = f.state.find_relation(schema, parts[-1])
    if found is None:
        wanted = f.state.creation_name(schema, parts[-1])
        f.unknown_relation(wanted, f.place.word(parts[-1], after=1), role)
    return found


def _relation(f: Folding, parts: tuple[str, ...], kind: str, text: str | None) -> None:
    found = _find(f, parts, f"COMMENT ON {kind.removeprefix('OBJECT_')}")
    if found in f.state.tables:
        f.state.put_table(structs.replace(f.state.tables[found], comment=text))
    elif found in f.state.views:
        f.state.put_view(structs.replace(f.state.views[found], comment=text))


def _column(f: Folding, parts: tuple[str, ...], text: str | None) -> None:
    found = _find(f, parts[:-1], "COMMENT ON COLUMN") if len(parts) > 1 else None
    table = f.state.tables.get(found) if found else None
    if table is None:
        return
    if table.column(parts[-1]) is None:
        f.unknown_column(table, parts[-1], "COMMENT ON COLUMN", f.place.word(parts[-1], after=1))
        return
    columns = tuple(
        structs.replace(c, comment=text) if c.name == parts[-1] else c for c in table.columns
    )
    f.state.put_table(structs.replace(table, columns=columns))


def _index(f: Folding, parts: tuple[str, ...], text: str | None) -> None:
    found = _find(f, parts, "COMMENT ON INDEX")
    owner = f.state.index_owner.get(found) if found else None
    table = f.state.tables.get(owner) if owner else None
    if table:
        indexes = _commented(table.indexes, parts[-1], text)
        f.state.put_table(structs.replace(table, indexes=indexes))


def _commented(items: tuple[Any, ...], name: str, text: str | None) -> tuple[Any, ...]:
    return tuple(structs.replace(i, comment=text) if i.name == name else i for i in items)


def _part(f: Folding, parts: tuple[str, ...], attribute: str, text: str | None) -> None:
    found = _find(f, parts[:-1], "COMMENT ON")
    table: Table | None = f.state.tables.get(found) if found else None
    if table:
        items = _commented(getattr(table, attribute), parts[-1], text)
        f.state.put_table(structs.replace(table, **{attribute: items}))


def _routine(f: Folding, wrapped: Node, text: str | None) -> None:
    for key in routines.matching(f, wrapped):
        f.state.functions[key] = structs.replace(f.state.functions[key], comment=text)


def _domain_constraint(f: Folding, wrapped: Node, text: str | None) -> None:
    type_name, name = wrapped["List"]["items"]
    parts = name_parts(type_name)
    found = f.state.find_type(parts[-2] if len(parts) > 1 else "", parts[-1])
    domain = f.state.domains.get(found) if found else None
    if domain:
        constraints = _commented(domain.constraints, string(name), text)
        f.state.domains[domain.name] = structs.replace(domain, constraints=constraints)


def _type(f: Folding, parts: tuple[str, ...], text: str | None) -> None:
    found = f.state.find_type(parts[-2] if len(parts) > 1 else "", parts[-1])
    if found is None:
        return
    if found in f.state.enums:
        f.state.enums[found] = structs.replace(f.state.enums[found], comment=text)
    elif found in f.state.domains:
        f.state.domains[found] = structs.replace(f.state.domains[found], comment=text)
    elif found in f.state.types:
        f.state.types[found] = structs.replace(f.state.types[found], comment=text)
