"""Columns and constraints, from their nodes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

from msgspec import Struct, structs

from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    DataType,
    Generated,
    Index,
    IndexKey,
    Location,
    quoted,
)
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.nodes import Node, string, strings
from ctb_lint.readers.sql.types import serial_type

ACTIONS = {
    "": "no action", "a": "no action", "r": "restrict", "c": "cascade",
    "n": "set null", "d": "set default",
}  # fmt: skip
MATCHES = {"": "simple", "s": "simple", "f": "full", "p": "partial"}


class ColumnParts(Struct):
    """A column's definition: the column itself, the constraints written with it, and the integer
    type behind a serial notation."""

    column: Column
    constraints: list[Node]
    serial: str | None = None


def column_parts(f: Folding, node: Node) -> ColumnParts:
    """The parts of a ``ColumnDef``."""
    name = node.get("colname", "")
    at = f.place.at(node.get("location"))
    type_node = node.get("typeName")
    serial = serial_of(type_node)
    if type_node is None:
        type_ = DataType("unknown")
    elif serial:
        type_ = DataType(serial, text=strings(type_node.get("names"))[-1])
    else:
        type_ = f.type_of(type_node)
    column = Column(
        name=name,
        type=type_,
        not_null=serial is not None,
        collation=_collation(node.get("collClause")),
        location=at,
        type_location=f.place.at(type_node.get("location")) if type_node else at,
    )
    wrapped = [item["Constraint"] for item in node.get("constraints", ())]
    stops = [c.get("location", 0) for c in wrapped]
    if node.get("collClause"):
        stops.append(node["collClause"].get("location", 0))
    table_level: list[Node] = []
    for constraint in wrapped:
        if constraint["contype"].startswith("CONSTR_ATTR_"):
            _attribute(constraint["contype"], table_level)
        elif not is_property(constraint):
            table_level.append(constraint)
        else:
            column = with_property(f, column, constraint, stops)
    return ColumnParts(column, table_level, serial)


def is_property(constraint: Node) -> bool:
    """Whether a column constraint is a property of the column rather than of the table."""
    return constraint["contype"] in {
        "CONSTR_NULL", "CONSTR_NOTNULL", "CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED",
    }  # fmt: skip


def with_property(
    f: Folding, column: Column, constraint: Node, stops: Sequence[int] = ()
) -> Column:
    """The column with NOT NULL, a default, an identity or a generation."""
    kind = constraint["contype"]
    byte = constraint.get("location", 0)
    at = f.place.at(byte)
    if kind == "CONSTR_NOTNULL":
        return structs.replace(column, not_null=True, null_location=at)
    if kind == "CONSTR_DEFAULT":
        text, place = default_text(f, byte, stops)
        default = f.expr(constraint["raw_expr"], text, column.type)
        # DEFAULT NULL is no default: PostgreSQL keeps none.
        is_null = constraint["raw_expr"].get("A_Const", {}).get("isnull")
        return structs.replace(column, default=None if is_null else default, default_location=place)
    if kind == "CONSTR_IDENTITY":
        how = "always" if constraint.get("generated_when") == "a" else "by default"
        return structs.replace(column, identity=how, not_null=True)
    if kind == "CONSTR_GENERATED":
        text, place = f.place.parenthesised(byte, "AS")
        how_kept = (
            Generated.VIRTUAL if constraint.get("generated_kind") == "v" else Generated.STORED
        )
        return structs.replace(
            column,
            generated=how_kept,
            generation=f.expr(constraint["raw_expr"], text, column.type),
            default_location=place,
        )
    return column


def default_text(f: Folding, byte: int, stops: Sequence[int]) -> tuple[str, Location]:
    """The text and place of the expression behind DEFAULT (and its name, where it has one)."""
    index = f.place.token_index(byte)
    if index is None:
        return "", f.place.whole
    return f.place.after_keyword(index, "DEFAULT", stops)


def serial_of(type_node: Node | None) -> str | None:
    """The integer type behind a serial notation, None for any other type."""
    if type_node is None or type_node.get("arrayBounds"):
        return None
    names = strings(type_node.get("names"))
    return serial_type(names[-1]) if len(names) == 1 else None


def _collation(clause: Node | None) -> str | None:
    if not clause:
        return None
    names = strings(clause.get("collname"))
    return None if names[-1] == "default" else names[-1]


def _attribute(kind: str, constraints: list[Node]) -> None:
    """DEFERRABLE and its like stand behind the constraint that they speak of."""
    if not constraints:
        return
    last = constraints[-1] = dict(constraints[-1])
    if kind == "CONSTR_ATTR_DEFERRABLE":
        last["deferrable"] = True
    elif kind == "CONSTR_ATTR_DEFERRED":
        last["deferrable"] = last["initdeferred"] = True
    elif kind == "CONSTR_ATTR_NOT_ENFORCED":
        last["is_enforced"] = False
        last["initially_valid"] = False
    elif kind == "CONSTR_ATTR_ENFORCED":
        last["is_enforced"] = True


_KINDS = {
    "CONSTR_PRIMARY": ConstraintKind.PRIMARY,
    "CONSTR_UNIQUE": ConstraintKind.UNIQUE,
    "CONSTR_CHECK": ConstraintKind.CHECK,
    "CONSTR_FOREIGN": ConstraintKind.FOREIGN,
    "CONSTR_EXCLUSION": ConstraintKind.EXCLUSION,
}


def bare_constraint(f: Folding, node: Node, column: str | None) -> Constraint | None:
    """A constraint as written; its name may still be empty, its target unresolved. None for a
    kind that is no table constraint."""
    kind = _KINDS.get(node["contype"])
    if kind is None:
        return None
    byte = node.get("location", 0)
    columns = strings(node.get("keys")) or strings(node.get("fk_attrs"))
    if not columns and column is not None and kind is not ConstraintKind.CHECK:
        columns = (column,)
    enforced = bool(node.get("is_enforced", False))
    bare = Constraint(
        name=node.get("conname", ""),
        kind=kind,
        columns=columns,
        deferrable=bool(node.get("deferrable")),
        initially_deferred=bool(node.get("initdeferred")),
        validated=bool(node.get("initially_valid")) or kind in _ALWAYS_VALID,
        enforced=enforced or kind in _ALWAYS_VALID,
        no_inherit=bool(node.get("is_no_inherit")),
        nulls_not_distinct=bool(node.get("nulls_not_distinct")),
        include=strings(node.get("including")),
        period=bool(node.get("without_overlaps") or node.get("fk_with_period")),
        named="conname" in node,
        location=f.place.expression(byte)[1],
    )
    if kind is ConstraintKind.CHECK:
        text, _ = f.place.parenthesised(byte, "CHECK")
        expr = f.expr(node["raw_expr"], text)
        return structs.replace(bare, expr=expr, columns=expr.columns)
    if kind is ConstraintKind.FOREIGN:
        return structs.replace(
            bare,
            referenced_columns=strings(node.get("pk_attrs")),
            on_delete=ACTIONS[node.get("fk_del_action", "")],
            on_update=ACTIONS[node.get("fk_upd_action", "")],
            match=MATCHES[node.get("fk_matchtype", "")],
            set_columns=strings(node.get("fk_del_set_cols")),
        )
    if kind is ConstraintKind.EXCLUSION:
        return structs.replace(
            bare,
            method=node.get("access_method", "btree"),
            definition=_exclusion(f, node),
            columns=tuple(
                item["List"]["items"][0]["IndexElem"].get("name", "")
                for item in node.get("exclusions", ())
            ),
        )
    return bare


_ALWAYS_VALID = {ConstraintKind.PRIMARY, ConstraintKind.UNIQUE, ConstraintKind.EXCLUSION}


def _exclusion(f: Folding, node: Node) -> str:
    parts: list[str] = []
    for item in node.get("exclusions", ()):
        element, operator = item["List"]["items"]
        key = index_key(f, element["IndexElem"])
        operators = string(operator.get("List", {}).get("items", [{}])[-1])
        what = quoted(key.column) if key.column else key.expr.canonical if key.expr else ""
        how = f" {key.opclass}" if key.opclass else ""
        order = " DESC" if key.descending else ""
        parts.append(f"{what}{how}{order} WITH {operators}")
    definition = ", ".join(parts)
    if node.get("where_clause"):
        definition += f" WHERE {f.expr(node['where_clause'], '').canonical}"
    return definition


def index_key(f: Folding, element: Node, text: str = "") -> IndexKey:
    """One key of an index, from its ``IndexElem`` and the text of its expression."""
    descending = element.get("ordering") == "SORTBY_DESC"
    nulls = element.get("nulls_ordering", "SORTBY_NULLS_DEFAULT")
    first = descending if nulls == "SORTBY_NULLS_DEFAULT" else nulls == "SORTBY_NULLS_FIRST"
    collation = strings(element.get("collation"))
    opclass = strings(element.get("opclass"))
    expr = None
    if "expr" in element:
        expr = f.expr(element["expr"], text)
    return IndexKey(
        column=element.get("name"),
        expr=expr,
        descending=descending,
        nulls_first=first,
        opclass=opclass[-1] if opclass and opclass[-1] not in DEFAULT_OPCLASSES else None,
        collation=collation[-1] if collation and collation[-1] != "default" else None,
    )


DEFAULT_OPCLASSES = frozenset(
    {
        "array_ops", "bool_ops", "bpchar_ops", "bytea_ops", "citext_ops", "date_ops", "enum_ops",
        "float4_ops", "float8_ops", "int2_ops", "int4_ops", "int8_ops", "jsonb_ops", "name_ops",
        "numeric_ops", "oid_ops", "range_ops", "text_ops", "time_ops", "timestamp_ops",
        "timestamptz_ops", "tsvector_ops", "uuid_ops", "varchar_ops",
    }
)  # fmt: skip
"""Operator classes that are the default of the only type they fit, so that naming them says
nothing."""


def build_index(f: Folding, node: Node, name: str) -> Index:
    """The index of an ``IndexStmt``, under its final name."""
    predicate = None
    if "whereClause" in node and not _is_true(node["whereClause"]):
        text, _ = f.place.text_after(node["relation"].get("location", 0), "WHERE")
        predicate = f.expr(node["whereClause"], text)
    texts = chain(f.place.elements(node["relation"].get("location", 0)), repeat(""))
    return Index(
        name=name,
        keys=tuple(
            index_key(f, item["IndexElem"], text)
            for item, text in zip(
                node.get("indexParams", ()), chain(texts, repeat("")), strict=False
            )
        ),
        unique=bool(node.get("unique")),
        method=node.get("accessMethod") or "btree",
        predicate=predicate,
        include=tuple(
            item["IndexElem"].get("name", "") for item in node.get("indexIncludingParams", ())
        ),
        nulls_not_distinct=bool(node.get("nulls_not_distinct")),
        named="idxname" in node,
        location=f.place.word(node["idxname"]) if node.get("idxname") else f.place.whole,
    )


def _is_true(node: Node) -> bool:
    """WHERE true is no predicate."""
    return bool(node.get("A_Const", {}).get("boolval", {}).get("boolval"))
