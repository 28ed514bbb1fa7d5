"""The names that PostgreSQL makes up for constraints, indexes and sequences without one.

Each function asks ``taken(name)`` and appends 1, 2, 3 … until a name is free. What counts as taken
differs: index, key and sequence names share a schema with its tables, views and indexes, and
those of constraints (``primary_key``, ``unique``, ``exclusion``) with its constraints as well; the
names of checks, foreign keys and NOT NULLs with the constraints of the schema alone, whichever
table they are on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

from ctb_lint.model import MAX_NAME_BYTES

Node = dict[str, Any]
Taken = Callable[[str], bool]


def truncate(name: str, size: int = MAX_NAME_BYTES) -> str:
    """The name cut to at most ``size`` bytes of UTF-8, never inside a character."""
    return name.encode()[:size].decode(errors="ignore")


def make_object_name(first: str, second: str | None, label: str) -> str:
    """``first_second_label`` in at most 63 bytes: the longer of the two parts is cut until it
    fits, the label never."""
    one, two = first.encode(), (second or "").encode()
    overhead = len(label.encode()) + 1 + (second is not None)
    sizes = [len(one), len(two)]
    while sum(sizes) > MAX_NAME_BYTES - overhead:
        sizes[0 if sizes[0] > sizes[1] else 1] -= 1
    parts = [truncate(first, sizes[0])]
    if second is not None:
        parts.append(truncate(second, sizes[1]))
    return "_".join([*parts, label])


def primary_key(table: str, taken: Taken) -> str:
    """``table_pkey``."""
    return _choose(table, None, "pkey", taken)


def unique(table: str, columns: Sequence[str], taken: Taken) -> str:
    """``table_a_b_key``."""
    return _choose(table, _joined(_distinct(columns)), "key", taken)


def exclusion(table: str, keys: Sequence[str | None], taken: Taken) -> str:
    """``table_a_b_excl``; a key is None where it is an expression without a name."""
    return _choose(table, _joined(_distinct(keys)), "excl", taken)


def index(table: str, keys: Sequence[str | None], taken: Taken) -> str:
    """``table_a_b_idx``. Keys and, after them, the included columns; an expression gives its
    ``expression_name``."""
    return _choose(table, _joined(_distinct(keys)), "idx", taken)


def foreign_key(table: str, columns: Sequence[str], taken: Taken) -> str:
    """``table_a_b_fkey``."""
    return _choose(table, _joined(columns), "fkey", taken)


def check(table: str, columns: Iterable[str], taken: Taken) -> str:
    """``table_column_check`` where the expression reads exactly one column, however often, else
    ``table_check``. The name of a domain in place of a table's gives ``domain_check``."""
    names = sorted(set(columns))
    return _choose(table, names[0] if len(names) == 1 else None, "check", taken)


def not_null(table: str, column: str, taken: Taken) -> str:
    """``table_column_not_null``."""
    return _choose(table, column, "not_null", taken)


def sequence(table: str, column: str, taken: Taken) -> str:
    """``table_column_seq``, of serial and identity columns."""
    return _choose(table, column, "seq", taken)


def expression_name(node: Node) -> str | None:
    """What PostgreSQL calls an index key that is an expression: the function's name (``lower``),
    the type of a cast constant, ``case``, ``coalesce`` …; None where ``expr`` is what is left."""
    return _figure(node)[0]


def _choose(first: str, second: str | None, label: str, taken: Taken) -> str:
    name = make_object_name(first, second, label)
    numbers = count(1)
    while taken(name):
        name = make_object_name(first, second, f"{label}{next(numbers)}")
    return name


def _joined(names: Sequence[str]) -> str:
    joined = ""
    for name in names:
        joined = f"{joined}_{name}" if joined else name
        if len(joined.encode()) > MAX_NAME_BYTES:  # it will be cut, so that the rest is not read
            break
    return joined


def _distinct(keys: Sequence[str | None]) -> list[str]:
    result: list[str] = []
    for key in keys:
        original = key or "expr"
        name = original
        numbers = count(1)
        while name in result:
            suffix = str(next(numbers))
            name = truncate(original, MAX_NAME_BYTES - len(suffix)) + suffix
        result.append(name)
    return result


_FIXED = {
    "GroupingFunc": "grouping",
    "A_ArrayExpr": "array",
    "RowExpr": "row",
    "CoalesceExpr": "coalesce",
    "XmlSerialize": "xmlserialize",
    "JsonParseExpr": "json",
    "JsonScalarExpr": "json_scalar",
    "JsonSerializeExpr": "json_serialize",
    "JsonObjectConstructor": "json_object",
    "JsonArrayConstructor": "json_array",
    "JsonArrayQueryConstructor": "json_array",
    "JsonObjectAgg": "json_objectagg",
    "JsonArrayAgg": "json_arrayagg",
}
_XML = {
    "IS_XMLCONCAT": "xmlconcat",
    "IS_XMLELEMENT": "xmlelement",
    "IS_XMLFOREST": "xmlforest",
    "IS_XMLPARSE": "xmlparse",
    "IS_XMLPI": "xmlpi",
    "IS_XMLROOT": "xmlroot",
    "IS_XMLSERIALIZE": "xmlserialize",
}

_Strength = tuple[str | None, int]


def _figure(node: Node) -> _Strength:
    """FigureColnameInternal: a name, and 2 where it is a good one, 1 where a better may replace
    it."""
    if not node:
        return None, 0
    kind, content = next(iter(node.items()))
    if kind == "ColumnRef":
        return _last_string(content.get("fields", ()))
    if kind == "FuncCall":
        return _last_string(content.get("funcname", ()))
    if kind == "A_Indirection":
        name, strength = _last_string(content.get("indirection", ()))
        return (name, strength) if strength else _figure(content.get("arg", {}))
    if kind == "CollateClause":
        return _figure(content.get("arg", {}))
    if kind == "TypeCast":
        weaker, _ = _last_string(content.get("typeName", {}).get("names", ()))
        return _stronger(_figure(content.get("arg", {})), weaker)
    if kind == "CaseExpr":
        return _stronger(_figure(content.get("defresult", {})), "case")
    if kind == "SubLink":
        return _sublink(content)
    name = _named(kind, content)
    return (name, 2) if name else (None, 0)


def _named(kind: str, content: Node) -> str | None:
    if kind == "A_Expr":
        return "nullif" if content.get("kind") == "AEXPR_NULLIF" else None
    if kind == "MinMaxExpr":
        return "least" if content.get("op") == "IS_LEAST" else "greatest"
    if kind == "SQLValueFunction":
        name: str = content.get("op", "").removeprefix("SVFOP_").removesuffix("_N").lower()
        return name
    if kind == "XmlExpr":
        return _XML.get(content.get("op", ""))
    if kind == "JsonFuncExpr":
        operation: str = content.get("op", "")
        return "json_" + operation.removeprefix("JSON_").removesuffix("_OP").lower()
    return _FIXED.get(kind)


def _sublink(content: Node) -> _Strength:
    kind = content.get("subLinkType")
    if kind == "EXISTS_SUBLINK":
        return "exists", 2
    if kind == "ARRAY_SUBLINK":
        return "array", 2
    if kind == "EXPR_SUBLINK":
        targets = content.get("subselect", {}).get("SelectStmt", {}).get("targetList", ())
        for target in targets:
            column = target["ResTarget"]
            if "name" in column:
                return column["name"], 2
            return _figure(column.get("val", {}))
    return None, 0


def _stronger(found: _Strength, weaker: str | None) -> _Strength:
    return (weaker, 1) if found[1] <= 1 and weaker else found


def _last_string(fields: Iterable[Node]) -> _Strength:
    names = [field["String"].get("sval", "") for field in fields if "String" in field]
    return (names[-1], 2) if names else (None, 0)
