"""The type of an expression, from PostgreSQL's nodes and the names that it sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import structs

from ctb_lint.model import DataType
from ctb_lint.readers.sql.extensions import EXTENSION_TYPES
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.fold.function_types import function_type, is_builtin
from ctb_lint.readers.sql.fold.operator_types import binary, unary
from ctb_lint.readers.sql.fold.scopes import RECORD, Outputs, Scope
from ctb_lint.readers.sql.fold.typing_rules import (
    LITERAL,
    NUMBERS,
    UNKNOWN,
    Types,
    Value,
    array_of,
    bare,
    builtin,
    element,
    has_lost_modifiers,
    is_pseudo,
    plain,
    short,
)
from ctb_lint.readers.sql.nodes import Node, strings, unwrap, walk
from ctb_lint.readers.sql.pg import SyntaxFault
from ctb_lint.readers.sql.types import data_type

Query = Callable[[Node, Scope], Outputs | None]

_BOOLEANS = frozenset({"BoolExpr", "NullTest", "BooleanTest", "JsonIsPredicate", "CurrentOfExpr"})
_BOOLEAN_OPERATORS = frozenset(
    {
        "AEXPR_OP_ANY", "AEXPR_OP_ALL", "AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT", "AEXPR_IN",
        "AEXPR_LIKE", "AEXPR_ILIKE", "AEXPR_SIMILAR", "AEXPR_BETWEEN", "AEXPR_NOT_BETWEEN",
        "AEXPR_BETWEEN_SYM", "AEXPR_NOT_BETWEEN_SYM",
    }
)  # fmt: skip
_VALUE_FUNCTIONS = {
    "CURRENT_DATE": "date",
    "CURRENT_TIME": "time with time zone",
    "CURRENT_TIMESTAMP": "timestamp with time zone",
    "LOCALTIME": "time without time zone",
    "LOCALTIMESTAMP": "timestamp without time zone",
}
_JSON_NODES = {
    "JsonParseExpr": "json",
    "JsonScalarExpr": "json",
    "JsonSerializeExpr": "text",
    "JsonObjectConstructor": "json",
    "JsonArrayConstructor": "json",
    "JsonArrayQueryConstructor": "json",
}
_JSON_FUNCTIONS = {"JSON_EXISTS_OP": "boolean", "JSON_QUERY_OP": "jsonb", "JSON_VALUE_OP": "text"}
_MAX_BIGINT = 2**63


class Expressions:
    """Finds the types of expressions. ``query`` gives the columns of a query inside one."""

    def __init__(self, f: Folding, types: Types, query: Query) -> None:
        self._f = f
        self._types = types
        self._query = query
        self._named: dict[int, tuple[Node, DataType | None]] = {}
        self._handlers: dict[str, Callable[[Node, Scope], Value]] = {
            "ColumnRef": self._column,
            "A_Const": _constant,
            "TypeCast": self._cast,
            "CollateClause": self._collate,
            "FuncCall": self._call,
            "A_Expr": self._operator,
            "CaseExpr": self._case,
            "CoalesceExpr": self._coalesce,
            "MinMaxExpr": self._extreme,
            "SubLink": self._sublink,
            "A_ArrayExpr": self._array,
            "A_Indirection": self._indirection,
            "NamedArgExpr": lambda node, scope: self.value(node["arg"], scope),
        }

    def value(self, wrapped: Node, scope: Scope) -> Value:
        """The type and collation of an expression."""
        kind, node = unwrap(wrapped)
        if kind in _BOOLEANS:
            return plain("boolean")
        handler = self._handlers.get(kind)
        return handler(node, scope) if handler else self._other(kind, node)

    def type_named(self, node: Node) -> DataType | None:
        """The type that a ``TypeName`` names; None where there is none of that name.

        Each is asked for once, so that a type that is missing is recorded once.
        """
        if id(node) not in self._named:
            found: DataType | None = self._f.type_of(node)
            assert found is not None
            known = self._types.stands(found) and not found.name.endswith("%TYPE")
            self._named[id(node)] = (node, found if known else None)
        return self._named[id(node)][1]

    def _column(self, node: Node, scope: Scope) -> Value:
        if any("A_Star" in field for field in node["fields"]):
            return Value(RECORD)
        found = scope.find(strings(node["fields"]))
        return Value(found.type, found.collation) if found else UNKNOWN

    def _cast(self, node: Node, scope: Scope) -> Value:
        type_ = self.type_named(node["typeName"])
        inner = self.value(node["arg"], scope)
        if type_ is None or (self._types.domain(type_) and self._types.own_collation(type_)):
            return UNKNOWN
        if inner.type is None and self._types.is_collatable(type_):
            return UNKNOWN  # its collation would pass through
        return self._types.collated(type_, [inner])

    def _collate(self, node: Node, scope: Scope) -> Value:
        inner = self.value(node["arg"], scope)
        name = strings(node["collname"])[-1]
        type_ = builtin("text") if inner.is_literal else inner.type
        return Value(type_, None if name == "default" else name, explicit=True)

    def _operator(self, node: Node, scope: Scope) -> Value:
        kind = node.get("kind", "AEXPR_OP")
        if kind in _BOOLEAN_OPERATORS:
            return plain("boolean")
        right = self.value(node.get("rexpr", {}), scope)
        name = strings(node.get("name"))
        if "lexpr" not in node:
            return Value(unary(self._types, name[-1], right))
        left = self.value(node["lexpr"], scope)
        if kind == "AEXPR_NULLIF":
            return self._nullif(left, right)
        type_ = binary(self._types, name[-1], left, right)
        if type_ is not None and self._types.is_collatable(type_):
            if left.type is None or right.type is None:
                return Value(type_) if name[-1] in {"->>", "#>>"} else UNKNOWN
            return self._types.collated(type_, [left, right])
        return Value(type_)

    def _nullif(self, left: Value, right: Value) -> Value:
        """The first value, as far as the operator ``=`` that compares the two turns it into
        another type: there is none for varchar, but one for each pair of whole numbers."""
        if left.type is None or right.type is None or left.is_literal:
            return UNKNOWN
        one = self._compared(left.type)
        other = one if right.is_literal else self._compared(right.type)
        names = short(one), short(other)
        if one == other or names in _COMPARED_AS_THEY_ARE:
            kept = left.type if bare(left.type) == one else one
            return self._types.collated(kept, [left, right])
        if names[0] in NUMBERS and names[1] in NUMBERS:
            return plain("numeric" if names[1] == "numeric" else "double precision")
        return UNKNOWN

    def _compared(self, type_: DataType) -> DataType:
        base = self._types.base(type_)
        name = {"character varying": "text", "cidr": "inet"}.get(short(base))
        return builtin(name) if name else base

    def _case(self, node: Node, scope: Scope) -> Value:
        branches = [wrapped["CaseWhen"] for wrapped in node.get("args", ())]
        results = [b["result"] for b in branches]
        # The type is asked of ELSE first: that is what PostgreSQL does.
        results.insert(0, node.get("defresult", _NULL))
        conditions = [b["expr"] for b in branches]
        return self._chosen(results, scope, folds=any(_is_constant(c) for c in conditions))

    def _coalesce(self, node: Node, scope: Scope) -> Value:
        arguments = node.get("args", [])
        return self._chosen(arguments, scope, folds=any(_is_constant(a) for a in arguments[:-1]))

    def _extreme(self, node: Node, scope: Scope) -> Value:
        return self._chosen(node.get("args", []), scope)

    def _chosen(self, nodes: list[Node], scope: Scope, folds: bool = False) -> Value:
        """One of several. ``folds``: the planner may choose already, and then the modifiers are
        those of what it chose."""
        values = [self.value(node, scope) for node in nodes]
        found = self._types.common(values)
        return UNKNOWN if folds and has_lost_modifiers(found, values) else found

    def _sublink(self, node: Node, scope: Scope) -> Value:
        kind = node.get("subLinkType")
        if kind in {"EXISTS_SUBLINK", "ANY_SUBLINK", "ALL_SUBLINK"}:
            return plain("boolean")
        columns = self._query(node["subselect"], scope.inner())
        if not columns or kind not in {"EXPR_SUBLINK", "ARRAY_SUBLINK"}:
            return UNKNOWN
        first = columns[0]
        if kind == "ARRAY_SUBLINK":
            return Value(array_of(first.type) if first.type else None, first.collation)
        return Value(first.type, first.collation)

    def _array(self, node: Node, scope: Scope) -> Value:
        values = [self.value(item, scope) for item in node.get("elements", ())]
        found = self._types.common(values)
        type_ = builtin("text") if found.is_literal else found.type
        return Value(array_of(type_) if type_ else None, found.collation, found.explicit)

    def _indirection(self, node: Node, scope: Scope) -> Value:
        value = self.value(node["arg"], scope)
        for step in node.get("indirection", ()):
            if "A_Indices" in step:
                value = self._subscripted(value, step["A_Indices"], node)
            else:
                value = self._field(value, strings([step])[0])
        return value

    def _field(self, value: Value, name: str) -> Value:
        fields = self._types.fields(value.type) if value.type else None
        field = next((c for c in fields or () if c.name == name), None)
        return Value(field.type, field.collation) if field else UNKNOWN

    def _subscripted(self, value: Value, step: Node, node: Node) -> Value:
        if value.type is None:
            return UNKNOWN
        base = self._types.base(value.type)
        if base.array:
            kept = value.type if value.type.array else base
            # A slice anywhere makes a slice of all subscripts.
            steps = [s.get("A_Indices", {}) for s in node["indirection"]]
            if any(s.get("is_slice") for s in steps):
                return value
            several = len(steps) > 1
            return UNKNOWN if several else structs.replace(value, type=element(kept))
        return plain("jsonb") if short(base) == "jsonb" and not step.get("is_slice") else UNKNOWN

    # Functions -------------------------------------------------------------------------------

    def _call(self, node: Node, scope: Scope) -> Value:
        arguments = self.arguments(node, scope)
        type_ = self.call_type(strings(node["funcname"]), arguments)
        if type_ is None or not self._types.is_collatable(type_):
            return Value(type_)
        if any(a.type is None for a in arguments):
            return UNKNOWN  # one of them might bring a collation
        return self._types.collated(type_, arguments)

    def arguments(self, node: Node, scope: Scope) -> list[Value]:
        """The arguments of a call; those that WITHIN GROUP orders by come last."""
        values = [self.value(argument, scope) for argument in node.get("args", ())]
        if node.get("agg_within_group"):
            order = node.get("agg_order", ())
            values += [self.value(item["SortBy"]["node"], scope) for item in order]
        return values

    def call_type(self, name: tuple[str, ...], arguments: list[Value]) -> DataType | None:
        """The type that a call gives; None where it cannot be told which function it is."""
        own = self._own(name) if name[:-1] != ("pg_catalog",) else set()
        if own:
            returned = self._returned(own.pop()) if len(own) == 1 else None
            if len(name) > 1 or not is_builtin(name[-1]):
                return returned
            # Which of the two it is depends on more than is known here, so both must agree.
            other = function_type(self._types, name[-1], arguments, self._f.pg_version)
            return returned if returned == other else None
        if len(name) > 1 and name[-2] not in {"pg_catalog", *self._f.state.extensions.values()}:
            return None
        return function_type(self._types, name[-1], arguments, self._f.pg_version)

    def is_own(self, name: tuple[str, ...]) -> bool:
        """Whether the history made a function of that name."""
        return bool(self._own(name))

    def _own(self, name: tuple[str, ...]) -> set[str]:
        """What the functions of that name give which the history made."""
        state = self._f.state
        schemas = name[-2:-1] or state.search_path
        return {
            function.returns or ""
            for (known, _), function in state.functions.items()
            if known.name == name[-1] and known.schema in schemas
        }

    def _returned(self, text: str) -> DataType | None:
        from ctb_lint.readers.sql.expr import parse_expression

        try:
            cast = parse_expression(f"NULL::{text}")
        except SyntaxFault:
            return None
        type_ = data_type(cast["TypeCast"]["typeName"])
        if type_.schema is not None:
            home = self._f.state.find_type(type_.schema, type_.name)
            if home:
                type_ = structs.replace(type_, schema=home.schema)
            elif type_.name in EXTENSION_TYPES:
                extension = EXTENSION_TYPES[type_.name]
                schema = self._f.state.extensions.get(extension, self._f.state.default_schema)
                type_ = structs.replace(type_, schema=type_.schema or schema)
        usable = self._types.stands(type_) and not is_pseudo(type_) and type_.schema != ""
        return bare(type_) if usable else None

    # The rest --------------------------------------------------------------------------------

    def _other(self, kind: str, node: Node) -> Value:
        if kind == "SQLValueFunction":
            return _value_function(node)
        if kind == "GroupingFunc":
            return plain("integer")
        if kind == "RowExpr":
            return Value(RECORD)
        if kind == "XmlExpr":
            return plain("boolean" if node.get("op") == "IS_DOCUMENT" else "xml")
        if kind in _JSON_NODES or kind == "JsonFuncExpr":
            return self._json(kind, node)
        return UNKNOWN

    def _json(self, kind: str, node: Node) -> Value:
        output: Any = node.get("output")
        if output and kind != "JsonFuncExpr":
            return Value(self.type_named(output["typeName"]))
        if output:
            return UNKNOWN
        name = _JSON_NODES.get(kind) or _JSON_FUNCTIONS.get(node.get("op", ""))
        return plain(name) if name else UNKNOWN


_NULL: Node = {"A_Const": {"isnull": True}}
_DATES = ("date", "timestamp without time zone", "timestamp with time zone")
_WHOLE, _EXACT, _FLOATS = NUMBERS[:3], NUMBERS[:4], NUMBERS[4:]
_COMPARED_AS_THEY_ARE = {
    *((one, other) for one in _DATES for other in _DATES),
    *((one, other) for one in _WHOLE for other in _WHOLE),
    *(("numeric", other) for other in _EXACT),
    *((one, other) for one in _FLOATS for other in NUMBERS),
}
"""Pairs that ``=`` compares without turning the first into another type."""


def _is_constant(node: Node) -> bool:
    varying = {"ColumnRef", "SubLink", "FuncCall", "ParamRef", "SQLValueFunction"}
    return all(kind not in varying for kind, _ in walk(node))


def _constant(node: Node, scope: Scope) -> Value:
    if "ival" in node:
        return plain("integer")
    if "boolval" in node:
        return plain("boolean")
    if "fval" in node:
        text = node["fval"].get("fval", "")
        digits = text.removeprefix("-")
        whole = digits.isdigit() and int(digits) < _MAX_BIGINT
        return plain("bigint" if whole else "numeric")
    if "bsval" in node:
        return plain('"bit"')
    return Value(LITERAL)


def _value_function(node: Node) -> Value:
    operation = str(node.get("op", "")).removeprefix("SVFOP_")
    name = operation.removesuffix("_N")
    type_ = builtin(_VALUE_FUNCTIONS.get(name, "name"))
    if name != operation:
        return Value(structs.replace(type_, modifiers=(int(node.get("typmod", 0)),)))
    return Value(type_)
