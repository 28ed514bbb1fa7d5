"""The columns that the items of a FROM clause give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ctb_lint.model import DataType, QualifiedName, speaks_of
from ctb_lint.readers.sql.fold.expression_types import Expressions, Query
from ctb_lint.readers.sql.fold.function_types import JSON_PAIRS, SINGLE_OUT
from ctb_lint.readers.sql.fold.scopes import Item, Output, Outputs, Scope, Source, only, renamed
from ctb_lint.readers.sql.fold.typing_rules import Types, Value, builtin, element, is_open
from ctb_lint.readers.sql.names import expression_name
from ctb_lint.readers.sql.nodes import Node, string, strings, unwrap
from ctb_lint.readers.sql.state import State

TYPES_ONLY = "made by CREATE TABLE AS: a column's type cannot be known from the query's text"
"""Why the columns of a table are marked unknown whose names are known all the same."""

_SEQUENCE = (
    Output("last_value", DataType("bigint")),
    Output("log_cnt", DataType("bigint")),
    Output("is_called", DataType("boolean")),
)
_RECORD_MAKERS = {
    "json_populate_record", "json_populate_recordset", "jsonb_populate_record",
    "jsonb_populate_recordset",
}  # fmt: skip


class Sources:
    """Reads FROM clauses against the state."""

    def __init__(self, state: State, types: Types, expressions: Expressions, query: Query) -> None:
        self._state = state
        self._types = types
        self._expressions = expressions
        self._query = query

    def scope(self, clauses: Iterable[Node], scope: Scope) -> Scope:
        """The scope with the items of a FROM clause."""
        for clause in clauses:
            scope = scope.with_items(self.item(clause, scope))
        return scope

    def item(self, wrapped: Node, scope: Scope) -> Item:
        """One item; the scope has what stands to its left."""
        kind, node = unwrap(wrapped)
        if kind == "RangeTableSample":
            kind, node = unwrap(node["relation"])
        if kind == "RangeVar":
            return self.relation(node, scope)
        if kind == "RangeSubselect":
            inner = scope.inner() if node.get("lateral") else scope.beside()
            return _aliased(self._query(node["subquery"], inner), node.get("alias"))
        if kind == "RangeFunction":
            return self._functions(node, scope)
        if kind == "JoinExpr":
            return self._join(node, scope)
        return _aliased(None, node.get("alias"))

    # Relations ------------------------------------------------------------------------------

    def relation(self, node: Node, scope: Scope) -> Item:
        """A table, view, sequence or query of a WITH clause."""
        schema, name = node.get("schemaname"), node["relname"]
        alias = node.get("alias", {})
        if schema is None and name in scope.queries:
            return _aliased(scope.queries[name], {"aliasname": name, **alias})
        found = self._state.find_relation(schema, name)
        columns = self._columns(found) if found else None
        columns = _named(columns, alias)
        row = found if found in self._state.tables or found in self._state.views else None
        source = Source(alias.get("aliasname", name), columns, row, "aliasname" not in alias)
        return Item(columns, (source,))

    def _columns(self, name: QualifiedName) -> Outputs | None:
        state = self._state
        table = state.tables.get(name)
        if table is not None:
            if not names_are_known(state, name):
                return None
            return tuple(
                Output(c.name, None if is_open(c.type) else c.type, c.collation)
                for c in table.columns
            )
        view = state.views.get(name)
        if view is not None and view.columns is not None:
            types: Sequence[DataType | None] = view.types or ()
            if len(types) != len(view.columns):
                types = [None] * len(view.columns)
            return tuple(
                # A view keeps the name that its column's type had; it may have another by now.
                Output(n, t if t and self._types.stands(t) else None)
                for n, t in zip(view.columns, types, strict=True)
            )
        return _SEQUENCE if name in state.sequences else None

    # Functions ------------------------------------------------------------------------------

    def _functions(self, node: Node, scope: Scope) -> Item:
        alias: Node = node.get("alias", {})
        calls = [wrapped["List"]["items"] for wrapped in node.get("functions", ())]
        several = len(calls) > 1
        columns: list[Output] = []
        known = True
        for call, *definition in calls:
            defined = definition[0].get("List", {}).get("items", ()) if definition else ()
            defined = defined or node.get("coldeflist", ())
            several = several or _unnests_several(call)
            name = None if several else alias.get("aliasname")
            found = self._defined(defined) if defined else self._function(call, name, scope)
            known = known and found is not None
            columns.extend(found or ())
        if node.get("ordinality"):
            columns.append(Output("ordinality", builtin("bigint")))
        fallback = expression_name(calls[0][0]) or ""
        return _aliased(tuple(columns) if known else None, {"aliasname": fallback, **alias})

    def _defined(self, definitions: Iterable[Node]) -> Outputs:
        found = []
        for wrapped in definitions:
            column = wrapped["ColumnDef"]
            collation = string((column.get("collClause", {}).get("collname") or [{}])[-1]) or None
            type_ = self._expressions.type_named(column["typeName"])
            found.append(self._types.output(column["colname"], Value(type_, collation)))
        return tuple(found)

    def _function(self, call: Node, alias: str | None, scope: Scope) -> Outputs | None:
        kind, node = unwrap(call)
        if kind != "FuncCall":
            name = expression_name(call)
            value = self._expressions.value(call, scope)
            return (self._types.output(alias or name, value),) if name else None
        path = strings(node["funcname"])
        name = path[-1]
        arguments = self._expressions.arguments(node, scope)
        if self._expressions.is_own(path):
            # A scalar function's column may have the name of its OUT parameter.
            type_ = self._expressions.call_type(path, arguments)
            return self._types.fields(type_) if type_ else None
        if name in JSON_PAIRS:
            return Output("key", builtin("text")), Output("value", builtin(JSON_PAIRS[name]))
        if name in _RECORD_MAKERS and arguments and arguments[0].type:
            return self._types.fields(arguments[0].type)
        if name == "unnest":
            return self._unnested(arguments, alias or name)
        value = self._expressions.value(call, scope)
        if value.type is None:
            return None
        return (self._types.output(SINGLE_OUT.get(name, alias or name), value),)

    def _unnested(self, arguments: list[Value], name: str) -> Outputs | None:
        found: list[Output] = []
        for argument in arguments:
            base = self._types.base(argument.type) if argument.type else None
            if base is None or not base.array:
                return None
            inner = element(base)
            fields = self._types.fields(inner)
            if fields is None and self._may_be_composite(inner):
                return None
            value = self._types.collated(inner, [argument])
            found.extend(fields or (self._types.output(name, value),))
        return tuple(found)

    def _may_be_composite(self, type_: DataType) -> bool:
        if type_.schema is None:
            return type_.name == "record"
        name = QualifiedName(type_.schema, type_.name)
        return name not in self._state.enums and name not in self._state.domains

    # Joins ----------------------------------------------------------------------------------

    def _join(self, node: Node, scope: Scope) -> Item:
        left = self.item(node["larg"], scope)
        right = self.item(node["rarg"], scope.with_items(left))
        sources = left.sources + right.sources
        using: tuple[str, ...] | None = strings(node.get("usingClause"))
        if node.get("isNatural"):
            using = _shared(left, right)
        merged: Outputs | None = ()
        columns: Outputs | None = None
        if left.columns is not None and right.columns is not None and using is not None:
            merged = self._merged(using, left.columns, right.columns)
            rest = [c for c in (*left.columns, *right.columns) if c.name not in using]
            columns = (*merged, *rest)
        elif using:
            merged = tuple(Output(name) for name in using)
        if "join_using_alias" in node:
            sources += (Source(node["join_using_alias"]["aliasname"], merged),)
        if "alias" in node:
            return _aliased(columns, node["alias"])
        return Item(columns, sources)

    def _merged(self, using: Iterable[str], left: Outputs, right: Outputs) -> Outputs:
        found: list[Output] = []
        for name in using:
            sides = [only([c for c in columns if c.name == name]) for columns in (left, right)]
            values = [Value(c.type, c.collation) if c else Value() for c in sides]
            found.append(self._types.output(name, self._types.common(values)))
        return tuple(found)


def names_are_known(state: State, name: QualifiedName) -> bool:
    """Whether the names of a table's columns can be known, be it without all of their types."""
    if name in state.assumed:
        return False
    return all(
        entry[2] == TYPES_ONLY
        for entry in state.unknown
        if speaks_of(entry, name, "columns", state.made_after)
    )


def _shared(left: Item, right: Item) -> tuple[str, ...] | None:
    if left.columns is None or right.columns is None:
        return None
    there = {c.name for c in right.columns}
    return tuple(c.name for c in left.columns if c.name in there)


def _unnests_several(call: Node) -> bool:
    """Whether PostgreSQL makes several calls of this one, one for each array."""
    node = call.get("FuncCall", {})
    return strings(node.get("funcname"))[-1:] == ("unnest",) and len(node.get("args", ())) > 1


def _named(columns: Outputs | None, alias: dict[str, Any]) -> Outputs | None:
    return None if columns is None else renamed(columns, strings(alias.get("colnames")))


def _aliased(columns: Outputs | None, alias: dict[str, Any] | None) -> Item:
    """An item that can be reached through its alias alone."""
    found = _named(columns, alias or {})
    if not alias:
        return Item(found)
    return Item(found, (Source(alias["aliasname"], found),))
