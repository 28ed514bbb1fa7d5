"""What can be known of an expression without a syntax tree: ``Expr`` from PostgreSQL's nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from ctb_lint.model import DataType, Expr
from ctb_lint.readers.sql import checks
from ctb_lint.readers.sql.canonical import Printer
from ctb_lint.readers.sql.literals import constant
from ctb_lint.readers.sql.pg import SyntaxFault, parse

Node = dict[str, Any]

_SELECT = "SELECT "


def expression(
    node: Node,
    text: str,
    *,
    expected: DataType | None = None,
    types: Mapping[str, DataType] | None = None,
    default_schema: str = "public",
) -> Expr:
    """The expression that a node is, with ``text`` as its source.

    ``expected`` is the type of the column for a default or a generated value, ``types`` the types
    of the columns that it may read. Both are optional; with them the canonical text is equal in
    more cases: constants in the column's spelling (``'t'``), numeric casts that PostgreSQL adds.
    Where one source is read with them, read the other with them too.

    ``literal`` is a constant's text: a string's own, a number in plain digits, ``true`` and
    ``false``; constants of intervals, dates and times in PostgreSQL's spelling where the type is
    known. It is None for NULL. ``bounds`` takes an exclusive bound for the whole number inside it.
    An expression that nests too deeply has its text with single spaces as canonical form.
    """
    if not text or len(text) > _SHORT:
        return _expression(node, text, expected, types, default_schema)
    key = (text, _shape(node), expected, default_schema)
    known = _KNOWN.get(key)
    if known and known[0] == _types_of(known[1], types):
        return known[1]
    found = _expression(node, text, expected, types, default_schema)
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[key] = (_types_of(found, types), found)
    return found


_SHORT = 100
_MOST_KNOWN = 2_000
_KNOWN: dict[tuple[str, bytes, DataType | None, str], tuple[tuple[DataType | None, ...], Expr]] = {}
"""Short expressions that were read, with the types of the columns that they read: the same few
defaults and checks stand at most columns."""
_PLACES = re.compile(rb'"(?:location|(?:rexpr_)?list_(?:start|end))":-?[0-9]+,?')


def _shape(node: Node) -> bytes:
    """All of a node but where it stands."""
    return _PLACES.sub(b"", msgspec.json.encode(node))


def _types_of(expr: Expr, types: Mapping[str, DataType] | None) -> tuple[DataType | None, ...]:
    return tuple(types.get(name) for name in expr.columns) if types else (None,) * len(expr.columns)


def _expression(
    node: Node,
    text: str,
    expected: DataType | None,
    types: Mapping[str, DataType] | None,
    default_schema: str,
) -> Expr:
    printer = Printer(expected, types, default_schema)
    try:
        canonical = printer.whole(node)
        found = constant(node)
        literal = None if found is None or found.kind == "null" else found.value(expected)
        values = checks.allowed(node, types or {})
        bounds = checks.bounds(node, types or {})
        pattern = checks.pattern(node)
    except RecursionError:
        canonical = " ".join(text.split())
        literal = values = bounds = pattern = None
    columns, functions = _named(node)
    return Expr(
        text=text,
        canonical=canonical,
        columns=columns,
        functions=functions,
        values=values,
        bounds=bounds,
        literal=literal,
        pattern=pattern,
    )


def from_text(
    text: str,
    *,
    expected: DataType | None = None,
    types: Mapping[str, DataType] | None = None,
    default_schema: str = "public",
) -> Expr:
    """The expression that a text is, such as ``pg_get_expr`` prints. Raises SyntaxFault."""
    node = parse_expression(text)
    return expression(node, text, expected=expected, types=types, default_schema=default_schema)


def parse_expression(text: str) -> Node:
    """The node of one expression. Raises SyntaxFault, with a position in ``text``, where it is
    none, or more than one."""
    try:
        statements = parse(_SELECT + text)
    except SyntaxFault as fault:
        at = None if fault.position is None else max(fault.position - len(_SELECT), 0)
        raise SyntaxFault(fault.message, at, fault.too_deep) from None
    select = statements[0]["stmt"].get("SelectStmt", {}) if len(statements) == 1 else {}
    extra = set(select) - {"targetList", "limitOption", "op"}
    targets = select.get("targetList", ())
    if extra or len(targets) != 1 or set(targets[0]["ResTarget"]) - {"val", "location"}:
        raise SyntaxFault("not one expression")
    node: Node = targets[0]["ResTarget"]["val"]
    return node


_WITHOUT_RELATIONS = frozenset({"A_Const", "ColumnRef", "String", "typeName", "withClause"})
"""What need not be looked into; WITH clauses were."""


def view_relations(node: Node) -> tuple[tuple[str | None, str], ...]:
    """The relations that a query reads, as (schema or None, name), sorted; not those that a WITH
    clause in scope defines."""
    found: set[tuple[str | None, str]] = set()
    pending: list[tuple[Any, frozenset[str]]] = [(node, frozenset())]
    while pending:
        value, hidden = pending.pop()
        if isinstance(value, list):
            pending.extend((item, hidden) for item in value)
        elif isinstance(value, dict):
            relation = value.get("RangeVar")
            if relation is not None:
                schema, name = relation.get("schemaname"), relation["relname"]
                if schema is not None or name not in hidden:
                    found.add((schema, name))
                continue
            clause = value.get("withClause")
            inner = hidden
            if clause is not None:
                inner = _with_names(clause, hidden, pending)
            for key, below in value.items():
                if key not in _WITHOUT_RELATIONS and isinstance(below, dict | list):
                    pending.append((below, inner))
    return tuple(sorted(found, key=lambda pair: (pair[0] or "", pair[1])))


def _with_names(
    clause: Node, hidden: frozenset[str], pending: list[tuple[Any, frozenset[str]]]
) -> frozenset[str]:
    queries = [cte["CommonTableExpr"] for cte in clause.get("ctes", ())]
    everything = hidden | {query["ctename"] for query in queries}
    for query in queries:
        # Without RECURSIVE a query sees only those before it.
        pending.append((query.get("ctequery"), everything if clause.get("recursive") else hidden))
        hidden = hidden | {query["ctename"]}
    return hidden


# Names -----------------------------------------------------------------------------------------


def _named(node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that an expression reads and the functions that it calls, sorted."""
    columns: set[str] = set()
    functions: set[str] = set()
    pending: list[Any] = [node]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending += value
            continue
        inner: Any
        for name, inner in value.items():
            if not _holds(inner) or name in _NAMELESS:
                continue
            if name in _NAMING:
                _note(name, inner, columns, functions)
            if name == "SubLink" and inner.get("subLinkType") == "EXISTS_SUBLINK":
                # What EXISTS selects is not read, and printed with its star expanded.
                select = inner["subselect"]["SelectStmt"]
                pending += [v for k, v in select.items() if k != "targetList" and _holds(v)]
            else:
                pending.append(inner)
    return tuple(sorted(columns)), tuple(sorted(functions))


_NAMELESS = frozenset({"A_Const", "String", "typeName"})
"""In which neither a column nor a function is named."""
_NAMING = frozenset({"ColumnRef", "FuncCall", "SQLValueFunction"})


def _holds(value: Any) -> bool:
    return isinstance(value, dict | list)


def _note(kind: str, content: Any, columns: set[str], functions: set[str]) -> None:
    """Takes the name from a node that has one."""
    if not isinstance(content, dict):
        return
    if kind == "ColumnRef":
        field = content["fields"][-1]
        if "String" in field:
            columns.add(field["String"].get("sval", ""))
    elif kind == "FuncCall":
        functions.add(content["funcname"][-1]["String"].get("sval", "").lower())
    else:
        functions.add(content["op"].removeprefix("SVFOP_").removesuffix("_N").lower())
