"""What a check allows of a column: a closed list, bounds, or a pattern.

Each is found in what a migration writes and in what PostgreSQL prints of it; ``column IS NULL OR``
before it and ``column IS NOT NULL AND`` do not matter. ``types`` are the types of the columns: of
those not named, a bare string is taken for text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctb_lint.model import DataType
from ctb_lint.readers.sql import constants
from ctb_lint.readers.sql.literals import constant
from ctb_lint.readers.sql.shapes import column_name, uncast

Node = dict[str, Any]
Types = Mapping[str, DataType]

_LISTED = frozenset({"text", "uuid", "enum or other"})
_MIRRORED = {"=": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def allowed(node: Node, types: Types) -> tuple[str, ...] | None:
    """The strings that ``column IN (…)`` and its like allow, in their order; None where the check
    says anything else."""
    terms, columns = _core(node)
    values: dict[str, None] = {}
    for term in terms:
        found = _listed(term, types)
        if found is None:
            return None
        columns.add(found[0])
        values.update(dict.fromkeys(found[1]))
    return tuple(values) if terms and len(columns) == 1 else None


def bounds(node: Node, types: Types) -> tuple[int, int] | None:
    """The inclusive whole numbers of ``column BETWEEN a AND b`` and its like."""
    terms, columns = _core(node)
    found = _range(terms[0], types) if len(terms) == 1 else None
    if found is None or columns - {found[0]}:
        return None
    low, high = found[1:]
    return (low, high) if low <= high else None


def pattern(node: Node) -> str | None:
    """The regular expression of ``column ~ '…'``."""
    terms, columns = _core(node)
    content = terms[0].get("A_Expr", {}) if len(terms) == 1 else {}
    if content.get("kind", "AEXPR_OP") != "AEXPR_OP" or "lexpr" not in content:
        return None
    column = column_name(content["lexpr"])
    found = constant(uncast(content["rexpr"]))
    if content["name"][-1]["String"]["sval"] != "~" or column is None or columns - {column}:
        return None
    return found.text if found is not None and found.kind == "string" else None


def _terms(node: Node, kind: str) -> list[Node]:
    """The terms of a conjunction or disjunction, flattened; the node itself where it is none."""
    content = node.get("BoolExpr")
    if content is None or content["boolop"] != kind:
        return [node]
    return [term for argument in content["args"] for term in _terms(argument, kind)]


def _null_test(node: Node, kind: str) -> str | None:
    content = node.get("NullTest")
    if content is None or content.get("nulltesttype", "IS_NULL") != kind:
        return None
    return column_name(content["arg"])


def _core(node: Node) -> tuple[list[Node], set[str]]:
    """The disjoint terms of a check and the columns that its null tests speak of."""
    columns: set[str] = set()
    terms = []
    for term in _terms(node, "OR_EXPR"):
        column = _null_test(term, "IS_NULL")
        if column is None:
            terms.append(_without_not_null(term, columns))
        else:
            columns.add(column)
    return terms, columns


def _without_not_null(node: Node, columns: set[str]) -> Node:
    terms = _terms(node, "AND_EXPR")
    tests = [(term, _null_test(term, "IS_NOT_NULL")) for term in terms]
    rest = [term for term, column in tests if column is None]
    if len(rest) == len(terms) or not rest:
        return node
    columns.update(column for _, column in tests if column is not None)
    return rest[0] if len(rest) == 1 else {"BoolExpr": {"boolop": "AND_EXPR", "args": rest}}


def _compared(node: Node) -> tuple[str, str, list[Node]] | None:
    """(column, operator, constants) of ``column op constant``, ``IN`` and ``= ANY``."""
    content = node.get("A_Expr")
    if content is None or "lexpr" not in content or "rexpr" not in content:
        return None
    op = content["name"][-1]["String"]["sval"]
    left, right = content["lexpr"], content["rexpr"]
    kind = content.get("kind", "AEXPR_OP")
    column = column_name(left)
    if kind == "AEXPR_IN" and column is not None:
        return column, op, right["List"]["items"]
    if kind == "AEXPR_OP_ANY" and column is not None:
        items = _array_items(right)
        return (column, op, items) if items is not None else None
    if kind != "AEXPR_OP":
        return None
    if column is None:
        column, op, right = column_name(right), _MIRRORED.get(op, ""), left
    return (column, op, [right]) if column is not None and op else None


def _array_items(node: Node) -> list[Node] | None:
    while "TypeCast" in node and "A_Const" not in node["TypeCast"]["arg"]:
        node = node["TypeCast"]["arg"]
    if "A_ArrayExpr" in node:
        items: list[Node] = node["A_ArrayExpr"].get("elements", [])
        return items
    found = constant(node)
    elements = constants.array(found.text) if found is not None and found.kind == "string" else None
    if elements is None or None in elements:
        return None
    return [{"A_Const": {"sval": {"sval": element}}} for element in elements]


def _range(node: Node, types: Types) -> tuple[str, int, int] | None:
    content = node.get("A_Expr", {})
    if content.get("kind") == "AEXPR_BETWEEN":
        column = column_name(content["lexpr"])
        known = types.get(column or "")
        ends = [_whole(item, known) for item in content["rexpr"]["List"]["items"]]
        if column is None or ends[0] is None or ends[1] is None:
            return None
        return column, ends[0], ends[1]
    terms = _terms(node, "AND_EXPR")
    if len(terms) == 2:
        return _two_sided(terms, types)
    compared = _compared(node)
    if compared is None or compared[1] != "=":
        return None
    wholes = [_whole(item, types.get(compared[0])) for item in compared[2]]
    numbers = {whole for whole in wholes if whole is not None}
    if not numbers or None in wholes:
        return None
    contiguous = max(numbers) - min(numbers) + 1 == len(numbers)
    return (compared[0], min(numbers), max(numbers)) if contiguous else None


def _two_sided(terms: list[Node], types: Types) -> tuple[str, int, int] | None:
    low = high = None
    columns = set()
    for term in terms:
        compared = _compared(term)
        if compared is None or len(compared[2]) != 1:
            return None
        number = _whole(compared[2][0], types.get(compared[0]))
        if number is None:
            return None
        columns.add(compared[0])
        if compared[1] in {">", ">="}:
            low = number + (compared[1] == ">")
        elif compared[1] in {"<", "<="}:
            high = number - (compared[1] == "<")
    if low is None or high is None or len(columns) != 1:
        return None
    return columns.pop(), low, high


def _listed(node: Node, types: Types) -> tuple[str, list[str]] | None:
    compared = _compared(node)
    if compared is None or compared[1] != "=" or not compared[2]:
        return None
    column, _, items = compared
    values = []
    for item in items:
        found = constant(item)
        if found is None or found.kind != "string":
            return None
        if found.family(types.get(column)) not in _LISTED:
            return None
        values.append(found.text)
    return column, values


def _whole(node: Node, known: DataType | None) -> int | None:
    found = constant(node)
    if found is None or found.family(known) != "number":
        return None
    number = constants.number(found.value(known))
    whole, _, fraction = (number or "").partition(".")
    if number is None or fraction.strip("0") or len(whole) > 30:
        return None
    return int(whole)
