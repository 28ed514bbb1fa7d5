"""The canonical text of an expression: equal for what is written in a migration and for what
PostgreSQL prints back of it (``pg_get_expr``).

Folded: parentheses, casts of constants, casts to unlimited text types, spelling of types and
operators, ``IN`` and ``= ANY``, ``BETWEEN``, the names of the transaction's time, qualifiers of
columns, the schemas ``pg_catalog`` and the default one, numeric casts that PostgreSQL makes itself.
Not folded: the order of operands, constants, operators, columns, any other cast.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ctb_lint.model import DataType, quoted
from ctb_lint.readers.sql import constants
from ctb_lint.readers.sql.literals import Constant, constant, quote
from ctb_lint.readers.sql.operands import Operands, array_of, is_interval_like
from ctb_lint.readers.sql.shapes import column_name, flattened, is_text_cast, reads_column
from ctb_lint.readers.sql.types import data_type

Node = dict[str, Any]

_SEQUENCE_FUNCTIONS = frozenset({"nextval", "currval", "setval"})
_NOW = "now()"
"""The start of the transaction, by each of its names."""
_PATH_OPERATORS = frozenset({"#>", "#>>", "#-", "?|", "?&"})
_UNPRINTED = frozenset(
    {
        "alias", "funcformat", "inh", "list_end", "list_start", "location", "query_location",
        "relpersistence", "rexpr_list_end", "rexpr_list_start",
    }
)  # fmt: skip


class Printer:
    """Prints nodes. ``expected`` is the type of the column that a default or a generated value
    goes into, ``types`` those of the columns that the expression may read: with them, constants
    such as ``'t'`` and numeric casts are understood as well."""

    def __init__(
        self,
        expected: DataType | None = None,
        types: Mapping[str, DataType] | None = None,
        default_schema: str = "public",
    ) -> None:
        self._expected = expected
        self._types = types or {}
        self._operands = Operands(self._types)
        self._hidden = {"pg_catalog", default_schema}
        self._default_schema = default_schema

    def whole(self, node: Node) -> str:
        """The canonical text of a whole expression. Raises RecursionError."""
        found = constant(node)
        if found is not None:
            return self._constant(found, self._expected)
        if self._expected is not None and "TypeCast" in node:
            # An assignment cast to the column's own type is not printed.
            content = node["TypeCast"]
            target = data_type(content["typeName"])
            if self._type_name(target) == self._type_name(self._expected):
                return self.whole(content["arg"])
        return self.text(node)

    def text(self, node: Node, beside: DataType | None = None) -> str:
        """The canonical text of a node; ``beside`` is the type of what it is compared with."""
        found = constant(node)
        if found is not None:
            return self._constant(found, beside)
        kind, content = next(iter(node.items()))
        method = getattr(self, f"_node_{kind.lower()}", None)
        if method is None:
            return self._generic(kind, content)
        printed: str = method(content)
        return printed

    def _constant(self, found: Constant, beside: DataType | None) -> str:
        if any(cast.name == "regclass" for cast in found.casts):
            return quote(constants.relation(found.text, self._default_schema))
        return found.canonical(beside)

    # Names ----------------------------------------------------------------------------------

    def _node_columnref(self, content: Node) -> str:
        fields = content["fields"]
        if "A_Star" in fields[-1]:
            return "*"
        names = [field["String"].get("sval", "") for field in fields]
        if len(names) > 1 and names[-2] in {"old", "new"}:
            return f"{names[-2]}.{quoted(names[-1])}"
        return quoted(names[-1])

    def _qualified(self, parts: Iterable[Node]) -> str:
        names = [part["String"].get("sval", "") for part in parts]
        if len(names) > 1 and names[-2] in self._hidden:
            names = names[-1:]
        return ".".join(quoted(name) for name in names)

    def _type_name(self, target: DataType) -> str:
        if target.schema is not None and (not target.schema or target.schema in self._hidden):
            printed = DataType(
                quoted(target.name), None, target.modifiers, target.array, target.qualifier
            )
            return printed.canonical
        return target.canonical

    # Casts ----------------------------------------------------------------------------------

    def _node_typecast(self, content: Node) -> str:
        target = data_type(content["typeName"])
        inner = content["arg"]
        if is_text_cast(target):
            return self.text(inner)
        if target.array and "A_ArrayExpr" in inner:
            return self._array(inner["A_ArrayExpr"], content["typeName"])
        name = self._type_name(target)
        if not target.modifiers and self._known_type(inner) == name:
            return self.text(inner)
        printed = self.text(inner)
        return printed if printed.endswith(f"::{name})") else f"({printed}::{name})"

    def _known_type(self, node: Node) -> str | None:
        column = column_name(node)
        if column is not None and "ColumnRef" in node:
            known = self._types.get(column)
            return self._type_name(_bare(known)) if known else None
        if "TypeCast" in node:
            return self._type_name(_bare(data_type(node["TypeCast"]["typeName"])))
        return None

    def _node_a_arrayexpr(self, content: Node) -> str:
        return self._array(content, None)

    def _array(self, content: Node, cast: Node | None) -> str:
        element = None
        if cast is not None:
            element = {k: v for k, v in cast.items() if k != "arrayBounds"}
            if str(element["names"][-1]["String"].get("sval", "")).startswith("_"):
                element = None
        items = content.get("elements", ())
        if element is not None:
            items = [{"TypeCast": {"arg": item, "typeName": element}} for item in items]
        return f"ARRAY[{self._list(items)}]"

    # Functions ------------------------------------------------------------------------------

    def _node_funccall(self, content: Node) -> str:
        name = self._qualified(content["funcname"])
        arguments = [
            self.text(self._operands.argument(argument)) for argument in content.get("args", ())
        ]
        if name in _SEQUENCE_FUNCTIONS and arguments:
            found = constant(content["args"][0])
            if found is not None and found.kind == "string":
                relation = constants.relation(found.text, self._default_schema)
                arguments[0] = quote(relation)
        if content.get("agg_star"):
            arguments = ["*"]
        if content.get("func_variadic"):
            arguments[-1] = f"VARIADIC {arguments[-1]}"
        if name == "transaction_timestamp" and not arguments:
            return _NOW
        distinct = "DISTINCT " if content.get("agg_distinct") else ""
        printed = f"{name}({distinct}{', '.join(arguments)})"
        rest = {k: v for k, v in content.items() if k in {"agg_order", "agg_filter", "over"}}
        return f"{printed}{self._fields(rest)}" if rest else printed

    def _node_namedargexpr(self, content: Node) -> str:
        return f"{quoted(content['name'])} => {self.text(content['arg'])}"

    def _node_sqlvaluefunction(self, content: Node) -> str:
        name = content.get("op", "").removeprefix("SVFOP_").removesuffix("_N")
        if content.get("op") == "SVFOP_CURRENT_TIMESTAMP":
            return _NOW
        precision = content.get("typmod", 0)
        return f"{name}({precision})" if content["op"].endswith("_N") else str(name)

    def _node_coalesceexpr(self, content: Node) -> str:
        return f"COALESCE({self._list(self._operands.alike(content['args']))})"

    def _node_minmaxexpr(self, content: Node) -> str:
        name = "LEAST" if content.get("op") == "IS_LEAST" else "GREATEST"
        return f"{name}({self._list(self._operands.alike(content['args']))})"

    # Operators ------------------------------------------------------------------------------

    def _node_a_expr(self, content: Node) -> str:
        kind = content.get("kind", "AEXPR_OP")
        if kind == "AEXPR_IN":
            return self._in(content)
        if "BETWEEN" in kind:
            return self._between(kind, content)
        if kind in {"AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT"}:
            return self._distinct(kind, content)
        if kind == "AEXPR_NULLIF":
            return f"NULLIF({self._list([content['lexpr'], content['rexpr']])})"
        if kind in {"AEXPR_OP_ANY", "AEXPR_OP_ALL"}:
            left, right = content["lexpr"], content["rexpr"]
            beside = self._beside(left)
            printed = self.text(right, array_of(beside or DataType("text")))
            return f"({self.text(left)} {self._op(content)} {kind[-3:]} ({printed}))"
        return self._operation(self._op(content), content.get("lexpr"), content.get("rexpr"))

    def _op(self, content: Node) -> str:
        parts = [part["String"]["sval"] for part in content["name"]]
        shown = len(parts) > 1 and parts[0] not in self._hidden
        return f"OPERATOR({quoted(parts[0])}.{parts[-1]})" if shown else str(parts[-1])

    def _operation(
        self, op: str, left: Node | None, right: Node | None, word: str | None = None
    ) -> str:
        """``left op right``, with ``word`` printed for the operator."""
        if left is None or right is None:
            operand = self._operands.unary(op, right or left or {})
            return f"({op} {self.text(operand)})"
        if op in {"=", "<>"} and "RowExpr" in left and "RowExpr" in right:
            return self._rows(op, left["RowExpr"]["args"], right["RowExpr"]["args"], word)
        one, two, wide = self._operands.binary(op, left, right)
        first = self._operand(op, one, right)
        second = self._operand(op, two, left)
        if wide is not None:
            first = f"({first}::{wide})"
        return f"({first} {word or op} {second})"

    def _operand(self, op: str, node: Node, other: Node) -> str:
        beside = self._beside(other)
        found = constant(node)
        if found is None or found.kind != "string" or found.casts:
            return self.text(node, beside)
        if op in _PATH_OPERATORS:
            return self.text(node, DataType("text", array=True))
        # now() + '1 day': a string with a unit beside something that is or may be a time.
        if found.text.strip()[-1:].isalpha() and is_interval_like(beside):
            computed = "A_Expr" in other or "FuncCall" in other
            span = constants.interval(found.text) if op in {"+", "-"} or computed else None
            if span is not None:
                return quote(span)
        return self.text(node, beside)

    def _rows(self, op: str, left: list[Node], right: list[Node], word: str | None) -> str:
        joint = " AND " if op == "=" else " OR "
        pairs = zip(left, right, strict=False)
        terms = [self._operation(op, one, two, word) for one, two in pairs]
        return f"({joint.join(terms)})" if len(terms) > 1 else terms[0]

    def _beside(self, node: Node) -> DataType | None:
        return self._operands.type(node)

    def _in(self, content: Node) -> str:
        op = self._op(content)
        left = content["lexpr"]
        items = content["rexpr"]["List"]["items"]
        constants_only = [item for item in items if not reads_column(item)]
        terms = []
        if len(constants_only) > 1 and "RowExpr" not in left:
            beside = self._beside(left)
            array = ", ".join(self.text(item, beside) for item in constants_only)
            word = "ANY" if op == "=" else "ALL"
            terms.append(f"({self.text(left)} {op} {word} (ARRAY[{array}]))")
            items = [item for item in items if reads_column(item)]
        terms += [self._operation(op, left, item) for item in items]
        return f"({(' OR ' if op == '=' else ' AND ').join(terms)})" if len(terms) > 1 else terms[0]

    def _between(self, kind: str, content: Node) -> str:
        value = content["lexpr"]
        low, high = content["rexpr"]["List"]["items"]
        outside = kind.startswith("AEXPR_NOT")
        pairs = [(low, high), (high, low)] if kind.endswith("SYM") else [(low, high)]
        ops, inner, outer = (("<", ">"), "OR", "AND") if outside else ((">=", "<="), "AND", "OR")
        terms = []
        for one, two in pairs:
            first = self._operation(ops[0], value, one)
            second = self._operation(ops[1], value, two)
            terms.append(f"({first} {inner} {second})")
        return terms[0] if len(terms) == 1 else f"({f' {outer} '.join(terms)})"

    def _distinct(self, kind: str, content: Node) -> str:
        left, right = content["lexpr"], content["rexpr"]
        same = kind == "AEXPR_NOT_DISTINCT"
        for one, two in ((left, right), (right, left)):
            found = constant(two)
            if found is not None and found.kind == "null" and not found.casts:
                return f"({self.text(one)} IS {'' if same else 'NOT '}NULL)"
        printed = self._operation("<>", left, right, "IS DISTINCT FROM")
        return f"(NOT {printed})" if same else printed

    # Logic ----------------------------------------------------------------------------------

    def _node_boolexpr(self, content: Node) -> str:
        kind = content["boolop"]
        if kind == "NOT_EXPR":
            return f"(NOT {self.text(content['args'][0])})"
        word = " AND " if kind == "AND_EXPR" else " OR "
        terms = [self.text(term) for term in flattened(kind, content["args"])]
        return f"({word.join(terms)})"

    def _node_nulltest(self, content: Node) -> str:
        word = "NOT NULL" if content.get("nulltesttype") == "IS_NOT_NULL" else "NULL"
        return f"({self.text(content['arg'])} IS {word})"

    def _node_booleantest(self, content: Node) -> str:
        word = content.get("booltesttype", "IS_TRUE").replace("_", " ")
        return f"({self.text(content['arg'])} {word})"

    def _node_caseexpr(self, content: Node) -> str:
        parts = ["CASE"]
        beside = None
        if "arg" in content:
            parts.append(self.text(content["arg"]))
            beside = self._beside(content["arg"])
        whens = [when["CaseWhen"] for when in content["args"]]
        other = [content["defresult"]] if "defresult" in content else []
        results = self._operands.alike([when["result"] for when in whens] + other)
        for when, result in zip(whens, results, strict=False):
            parts.append(f"WHEN {self.text(when['expr'], beside)} THEN {self.text(result)}")
        parts.append(f"ELSE {self.text(results[-1]) if other else 'NULL'}")
        return " ".join([*parts, "END"])

    # The rest -------------------------------------------------------------------------------

    def _node_collateclause(self, content: Node) -> str:
        collation = self._qualified(content["collname"])
        return f"({self.text(content['arg'])} COLLATE {collation})"

    def _node_rowexpr(self, content: Node) -> str:
        return f"ROW({self._list(content.get('args', ()))})"

    def _node_a_indirection(self, content: Node) -> str:
        printed = self.text(content["arg"])
        for step in content["indirection"]:
            kind, inner = next(iter(step.items()))
            if kind == "A_Indices":
                low, high = (self.text(inner[s]) if s in inner else "" for s in ("lidx", "uidx"))
                printed += f"[{low}:{high}]" if inner.get("is_slice") else f"[{high}]"
            else:
                printed = f"({printed})." + ("*" if kind == "A_Star" else quoted(inner["sval"]))
        return printed

    def _node_sublink(self, content: Node) -> str:
        kind = content.get("subLinkType", "EXISTS_SUBLINK")
        select = dict(content["subselect"]["SelectStmt"])
        if kind == "EXISTS_SUBLINK":
            select.pop("targetList", None)  # of no matter, and printed with its star expanded
        query = self._generic("SelectStmt", select)
        if "testexpr" not in content:
            word = kind.removesuffix("_SUBLINK").replace("EXPR", "")
            return f"{word}({query})"
        op = self._op({"name": content["operName"]}) if "operName" in content else "="
        word = "ALL" if kind == "ALL_SUBLINK" else "ANY"
        return f"({self.text(content['testexpr'])} {op} {word} ({query}))"

    def _node_restarget(self, content: Node) -> str:
        return self.text(content["val"])

    def _node_rangevar(self, content: Node) -> str:
        schema: str | None = content.get("schemaname")
        name = quoted(content["relname"])
        return name if schema is None or schema in self._hidden else f"{quoted(schema)}.{name}"

    def _node_string(self, content: Node) -> str:
        return quoted(content.get("sval", ""))

    def _list(self, nodes: Iterable[Node]) -> str:
        return ", ".join(self.text(node) for node in nodes)

    def _generic(self, kind: str, content: Node) -> str:
        return f"{kind}{self._fields(content)}"

    def _fields(self, content: Node) -> str:
        shown = [f"{k}={self._any(v)}" for k, v in sorted(content.items()) if k not in _UNPRINTED]
        return "{" + ", ".join(shown) + "}"

    def _any(self, value: Any) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(self._any(item) for item in value) + "]"
        if not isinstance(value, dict):
            return str(value)
        single = len(value) == 1 and next(iter(value))[:1].isupper()
        return self.text(value) if single else self._fields(value)


def _bare(known: DataType) -> DataType:
    return DataType(known.name, known.schema, (), known.array, known.qualifier)
