"""What columns a query gives, from its text and the state it reads: no server is asked.

What cannot be told for certain is left open: a column whose type is None, or no columns at all
where not even their names can be known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs

from ctb_lint.readers.sql.expr import view_relations
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.fold.expression_types import Expressions
from ctb_lint.readers.sql.fold.query_sources import Sources
from ctb_lint.readers.sql.fold.scopes import Outputs, Scope, renamed
from ctb_lint.readers.sql.fold.typing_rules import TEXT, Types, Value, has_lost_modifiers
from ctb_lint.readers.sql.names import expression_name
from ctb_lint.readers.sql.nodes import Node, strings, unwrap

_CHANGES = {"InsertStmt": "", "UpdateStmt": "fromClause", "DeleteStmt": "usingClause"}
"""Statements that may give rows with RETURNING → the field with the other tables that they read."""

Columns = tuple[tuple[str, Value], ...]


def query_outputs(f: Folding, query: Node) -> Outputs | None:
    """The columns of a query; None where their names cannot be known."""
    try:
        return Resolver(f).query(query, Scope())
    except RecursionError:
        return None


class Resolver:
    """Finds the columns of queries."""

    def __init__(self, f: Folding) -> None:
        self._types = Types(f.state)
        self._expressions = Expressions(f, self._types, self.query)
        self._sources = Sources(f.state, self._types, self._expressions, self.query)

    def query(self, wrapped: Node, scope: Scope) -> Outputs | None:
        """The columns of a query inside the scope."""
        columns = self._values(wrapped, scope)
        if columns is None:
            return None
        return tuple(self._types.output(name, value) for name, value in columns)

    def _values(self, wrapped: Node, scope: Scope) -> Columns | None:
        """The columns, constants of open type left open: another arm of a UNION decides it."""
        kind, node = unwrap(wrapped)
        scope = self._with_queries(node.get("withClause", {}), scope)
        if kind in _CHANGES:
            return self._returned(node, _CHANGES[kind], scope)
        if kind != "SelectStmt":
            return None
        if node.get("op", "SETOP_NONE") != "SETOP_NONE":
            return self._united(node, scope)
        if "valuesLists" in node:
            return self._rows(node["valuesLists"], scope)
        inner = self._sources.scope(node.get("fromClause", ()), scope)
        return self._targets(node.get("targetList", ()), inner)

    def _targets(self, targets: Iterable[Node], scope: Scope) -> Columns | None:
        found: list[tuple[str, Value]] = []
        for wrapped in targets:
            target = wrapped["ResTarget"]
            star = _star(target["val"])
            if star is None:
                name = target.get("name") or expression_name(target["val"]) or "?column?"
                found.append((name, self._expressions.value(target["val"], scope)))
                continue
            columns = self._expanded(star, scope)
            if columns is None:
                return None
            found.extend((c.name, Value(c.type, c.collation)) for c in columns)
        return tuple(found)

    def _expanded(self, star: Node, scope: Scope) -> Outputs | None:
        kind, node = unwrap(star)
        if kind == "ColumnRef":
            names = strings(node["fields"][:-1])
            if not names:
                return scope.star()
            source = scope.source(names)
            return source.columns if source else None
        arg = {**node, "indirection": node["indirection"][:-1]}
        inner = {"A_Indirection": arg} if arg["indirection"] else node["arg"]
        type_ = self._expressions.value(inner, scope).type
        return self._types.fields(type_) if type_ else None

    # Set operations and VALUES ---------------------------------------------------------------

    def _united(self, node: Node, scope: Scope) -> Columns | None:
        # A chain of arms leans to the left, and may be longer than recursion goes.
        arms = [(node["op"], node["rarg"])]
        while _is_united(node["larg"]):
            node = node["larg"]
            arms.append((node["op"], node["rarg"]))
        left = self._values({"SelectStmt": node["larg"]}, scope)
        if left is None:
            return None
        for operation, arm in reversed(arms):
            right = self._values({"SelectStmt": arm}, scope)
            left = self._combined(left, right, operation == "SETOP_UNION")
        return left

    def _combined(self, left: Columns, right: Columns | None, union: bool) -> Columns:
        if right is None or len(left) != len(right):
            return tuple((name, Value()) for name, _ in left)
        found: list[tuple[str, Value]] = []
        for (name, one), (_, other) in zip(left, right, strict=True):
            common = self._types.common([one, other])
            if not union and has_lost_modifiers(common, [one, other]):
                common = Value()  # which arm's modifiers stay is up to the planner
            found.append((name, Value(TEXT) if common.is_literal else common))
        return tuple(found)

    def _rows(self, lists: Sequence[Node], scope: Scope) -> Columns:
        rows = [[self._expressions.value(v, scope) for v in r["List"]["items"]] for r in lists]
        return tuple(
            (f"column{place}", self._types.common(values))
            for place, values in enumerate(zip(*rows, strict=False), 1)
        )

    # WITH ------------------------------------------------------------------------------------

    def _with_queries(self, clause: Node, scope: Scope) -> Scope:
        queries = [wrapped["CommonTableExpr"] for wrapped in clause.get("ctes", ())]
        if not queries:
            return scope
        known = dict(scope.queries)
        recursive = bool(clause.get("recursive"))
        if recursive:
            # A query may read one behind it, whose columns are not known yet.
            known.update(dict.fromkeys((query["ctename"] for query in queries), None))
        for query in queries:
            seen = structs.replace(scope, queries=dict(known))
            known[query["ctename"]] = self._common_table(query, recursive, seen)
        return structs.replace(scope, queries=known)

    def _common_table(self, query: Node, recursive: bool, scope: Scope) -> Outputs | None:
        if "search_clause" in query or "cycle_clause" in query:
            return None
        inner = query["ctequery"]
        select = inner.get("SelectStmt", {})
        arms = {"SelectStmt": select.get("rarg", {})}
        if recursive and "rarg" in select and (None, query["ctename"]) in view_relations(arms):
            # The columns are those of the term that does not read the query itself.
            scope = self._with_queries(select.get("withClause", {}), scope)
            inner = {"SelectStmt": select["larg"]}
        columns = self.query(inner, scope.inner())
        names = strings(query.get("aliascolnames"))
        return None if columns is None else renamed(columns, names)

    # RETURNING -------------------------------------------------------------------------------

    def _returned(self, node: Node, others: str, scope: Scope) -> Columns | None:
        target = self._sources.relation(node["relation"], Scope())
        inner = scope.with_items(target)
        if others:
            inner = self._sources.scope(node.get(others, ()), inner)
        clause = node.get("returningClause", {})
        if clause.get("options"):
            return None  # OLD and NEW under other names
        return self._targets(clause.get("exprs", ()), inner)


def _star(node: Node) -> Node | None:
    """The node, where it stands for several columns."""
    kind, fields = unwrap(node)
    if kind == "ColumnRef":
        return node if "A_Star" in fields["fields"][-1] else None
    if kind == "A_Indirection":
        return node if "A_Star" in fields["indirection"][-1] else None
    return None


def _is_united(select: Node) -> bool:
    return select.get("op", "SETOP_NONE") != "SETOP_NONE" and "withClause" not in select
