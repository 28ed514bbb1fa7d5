"""Casts that PostgreSQL adds itself so that an operator or function finds its operands' types.

``quantity * price`` is printed as ``(quantity)::numeric * price``, and ``a::numeric / b`` as
``(a)::numeric / (b)::numeric``. Here each is taken back to one form. What a cast would change is
kept: ``a::numeric / b`` of two integers is not ``a / b``. Column types decide that; where they are
not known, a cast beside a fraction or on a constant is taken for PostgreSQL's own, others are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ctb_lint.datatypes import family
from ctb_lint.model import DataType
from ctb_lint.readers.sql.literals import constant
from ctb_lint.readers.sql.shapes import column_name, operator
from ctb_lint.readers.sql.types import data_type

Node = dict[str, Any]

# An operation on two of these takes place in the later one.
_NUMERIC = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
_WIDE = frozenset(_NUMERIC[2:])
_ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "^", "=", "<>", "<", ">", "<=", ">="})
_MOMENT = DataType("timestamp with time zone")
_INTERVAL = DataType("interval")
_MOMENT_FUNCTIONS = frozenset(
    {"now", "transaction_timestamp", "statement_timestamp", "clock_timestamp"}
)
_TIMESTAMPS = frozenset({"timestamp without time zone", "timestamp with time zone"})


class Operands:
    """Knows the types of columns, and from them those of simple expressions."""

    def __init__(self, types: Mapping[str, DataType]) -> None:
        self._types = types

    def type(self, node: Node) -> DataType | None:
        """The type of a column, a cast, a time function or the difference of two timestamps;
        None where it is not known."""
        column = column_name(node)
        if column is not None:
            return self._types.get(column)
        kind, content = next(iter(node.items()))
        if kind == "TypeCast":
            return data_type(content["typeName"])
        if kind == "SQLValueFunction":
            return _MOMENT if content["op"].startswith("SVFOP_CURRENT_TIMESTAMP") else None
        if kind == "FuncCall":
            name = content["funcname"][-1]["String"]["sval"]
            return _MOMENT if name in _MOMENT_FUNCTIONS else _INTERVAL if name == "age" else None
        if kind == "A_Expr" and operator(content) == "-" and "lexpr" in content:
            sides = [self.type(content[side]) for side in ("lexpr", "rexpr")]
            if all(side is not None and side.name in _TIMESTAMPS for side in sides):
                return _INTERVAL
        return None

    def binary(self, op: str, left: Node, right: Node) -> tuple[Node, Node, str | None]:
        """Both operands without the casts that the operator asks for, and the name of the numeric
        type that the left one is to be printed with."""
        if op == "-":
            left, right = self._moment(left, right), self._moment(right, left)
        if op not in _ARITHMETIC:
            return left, right, None
        one, left_cast = _numeric_cast(left)
        two, right_cast = _numeric_cast(right)
        wide = left_cast or right_cast
        if wide is None or (left_cast and right_cast and left_cast != right_cast):
            return left, right, None
        if self._implied(op, (one, left_cast), (two, right_cast), wide):
            return one, two, None
        return one, two, wide

    def unary(self, op: str, operand: Node) -> Node:
        """The operand without the cast that a root asks for."""
        inner, cast = _numeric_cast(operand)
        return inner if op in {"|/", "||/"} and cast == "double precision" else operand

    def alike(self, nodes: Sequence[Node]) -> list[Node]:
        """Arguments of COALESCE, CASE and the like without the numeric casts that another one of
        them asks for."""
        result = []
        for node in nodes:
            inner, cast = _numeric_cast(node)
            others = [self.number(other) for other in nodes if other is not node]
            result.append(inner if cast is not None and cast in others else node)
        return result

    def argument(self, node: Node) -> Node:
        """A function's argument without the cast of a column to a wider number or to a timestamp
        of a date, which the function's signature asks for."""
        content = node.get("TypeCast")
        if content is None or "ColumnRef" not in content["arg"]:
            return node
        target = data_type(content["typeName"])
        known = self.type(content["arg"])
        from_date = known is not None and known.name == "date" and target.name in _TIMESTAMPS
        implied = from_date or target.canonical in _WIDE
        inner: Node = content["arg"]
        return inner if implied and not target.modifiers else node

    def number(self, node: Node) -> str | None:
        """The numeric type of a node; None where it has none or it is not known."""
        found = constant(node)
        if found is not None:
            if found.casts:
                name = found.casts[-1].name
            elif found.kind == "number":
                name = "numeric" if "." in found.text else "integer"
            else:
                return None
            return name if name in _NUMERIC else None
        known = self.type(node)
        if known is not None:
            return known.name if not known.array and known.name in _NUMERIC else None
        content = node.get("A_Expr", {})
        if content and operator(content) in {"+", "-", "*", "/", "%"} and "lexpr" in content:
            return _joint(
                operator(content), self.number(content["lexpr"]), self.number(content["rexpr"])
            )
        return None

    def _implied(
        self,
        op: str,
        left: tuple[Node, str | None],
        right: tuple[Node, str | None],
        wide: str,
    ) -> bool:
        types = self.number(left[0]), self.number(right[0])
        joint = _joint(op, *types)
        if joint is not None:
            return _NUMERIC.index(joint) >= _NUMERIC.index(wide)
        if left[1] and right[1]:
            # A constant is cast to what stands beside it.
            return False
        other = types[1] if left[1] else types[0]
        if other == wide:
            return True
        # A constant takes the type of an operand of which nothing is known.
        cast = left[0] if left[1] else right[0]
        return constant(cast) is not None and other is None

    def _moment(self, node: Node, other: Node) -> Node:
        content = node.get("TypeCast")
        if content is None or data_type(content["typeName"]).name != _MOMENT.name:
            return node
        beside = self.type(other)
        inner: Node = content["arg"]
        implied = beside is not None and beside.name == _MOMENT.name
        return inner if "ColumnRef" in inner and implied else node


def _joint(op: str, one: str | None, two: str | None) -> str | None:
    """The type in which an operation on two numbers takes place."""
    if one is None or two is None:
        return None
    widest = max(one, two, key=_NUMERIC.index)
    if (op == "^" and widest in _NUMERIC[:3]) or (widest == "real" and one != two):
        return "double precision"
    return widest


def _numeric_cast(node: Node) -> tuple[Node, str | None]:
    content = node.get("TypeCast")
    if content is None:
        return node, None
    target = data_type(content["typeName"])
    if target.modifiers or target.canonical not in _WIDE:
        return node, None
    found = constant(content["arg"])
    if found is not None and (found.kind != "number" or found.casts):
        return node, None
    return content["arg"], target.canonical


def array_of(known: DataType) -> DataType:
    """The array type of an element type."""
    return DataType(known.name, known.schema, (), True)


def is_interval_like(known: DataType | None) -> bool:
    """Whether a string beside this type may be an interval."""
    return known is None or family(known) == "date/time"
