"""Small questions about expression nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ctb_lint.model import DataType
from ctb_lint.readers.sql.types import data_type

Node = dict[str, Any]

TEXT_TYPES = frozenset({"text", "character varying", "character", "bpchar", "name"})
"""The types between which PostgreSQL casts to compare text."""


def is_text_cast(target: DataType) -> bool:
    """Whether a cast to this type leaves text as it is."""
    return target.schema is None and target.name in TEXT_TYPES and not target.modifiers


def uncast(node: Node) -> Node:
    """The node below casts to unlimited text types, which PostgreSQL adds to compare varchars."""
    while "TypeCast" in node and is_text_cast(data_type(node["TypeCast"]["typeName"])):
        node = node["TypeCast"]["arg"]
    return node


def column_name(node: Node) -> str | None:
    """The column that a node is, below casts to text; None where it is none."""
    node = uncast(node)
    if "ColumnRef" not in node:
        return None
    last = node["ColumnRef"]["fields"][-1]
    name: str | None = last.get("String", {}).get("sval")
    return name


def operator(content: Node) -> str:
    """The operator's name of an ``A_Expr`` that is an ordinary operation, else an empty text."""
    if content.get("kind", "AEXPR_OP") != "AEXPR_OP":
        return ""
    name: str = content["name"][-1]["String"]["sval"]
    return name


def reads_column(node: Any) -> bool:
    """Whether a column stands anywhere in the node."""
    pending = [node]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            if "ColumnRef" in value:
                return True
            pending.extend(value.values())
    return False


def flattened(kind: str, terms: list[Node]) -> Iterator[Node]:
    """The terms of a conjunction (``AND_EXPR``) or disjunction, with those of the same kind inside
    it, and the two comparisons that BETWEEN stands for, in their order."""
    for term in terms:
        inner = term.get("BoolExpr")
        if inner is not None and inner["boolop"] == kind:
            yield from flattened(kind, inner["args"])
            continue
        between = term.get("A_Expr", {})
        outside = between.get("kind") == "AEXPR_NOT_BETWEEN"
        if between.get("kind") in {"AEXPR_BETWEEN", "AEXPR_NOT_BETWEEN"} and (
            kind == ("OR_EXPR" if outside else "AND_EXPR")
        ):
            low, high = between["rexpr"]["List"]["items"]
            for op, bound in zip(("<", ">") if outside else (">=", "<="), (low, high), strict=True):
                yield {"A_Expr": {"name": [{"String": {"sval": op}}], "kind": "AEXPR_OP",
                                  "lexpr": between["lexpr"], "rexpr": bound}}  # fmt: skip
            continue
        yield term
