"""Functions, triggers, rules and policies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import structs

from ctb_lint.changes import ChangeObject
from ctb_lint.history import WriteRule
from ctb_lint.model import Function, ObjectKind, Policy, QualifiedName, Table, Trigger
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.nodes import Node, options, role_name, string, strings
from ctb_lint.readers.sql.types import data_type

_INPUT_MODES = {"FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC", "FUNC_PARAM_DEFAULT"}
_EVENTS = ((4, "insert"), (8, "delete"), (16, "update"), (32, "truncate"))
_BEFORE, _INSTEAD = 2, 64


def create_function(f: Folding, node: Node) -> None:
    """CREATE FUNCTION and PROCEDURE. Their bodies are kept as text and never folded."""
    parts = strings(node["funcname"])
    name = f.state.creation_name(parts[-2] if len(parts) > 1 else None, parts[-1])
    given = options(node.get("options"))
    body = given.get("as", {}).get("List", {}).get("items", [])
    search_path = _search_path(node.get("options", ()), None)
    at = f.place.word(parts[-1], after=1)
    arguments = argument_types(f, node.get("parameters", []))
    existing = f.state.functions.get((name, arguments))
    if existing and not node.get("replace"):
        f.twice(name, ObjectKind.FUNCTION, at, None, existing.location, ObjectKind.FUNCTION)
        return
    f.changed(ChangeObject, at, kind=ObjectKind.FUNCTION, action="CREATE", name=str(name))
    function = Function(
        name=name,
        arguments=arguments,
        kind="procedure" if node.get("is_procedure") else "function",
        returns=_returns(f, node),
        language=string(given["language"]).lower() if "language" in given else "sql",
        security_definer=_is_true(given, "security"),
        search_path=search_path,
        body=string(body[0]) if body else f.place.text[f.place.start : f.place.end],
        volatility=string(given["volatility"]) if "volatility" in given else "volatile",
        comment=existing.comment if existing else None,
        location=at,
    )
    f.state.functions[name, function.arguments] = function


def _is_true(given: dict[str, Node], name: str) -> bool:
    return bool(given.get(name, {}).get("Boolean", {}).get("boolval"))


def _values(setting: Node) -> list[str]:
    return [
        str(arg.get("A_Const", {}).get("sval", {}).get("sval", ""))
        for arg in setting.get("args", ())
    ]


def argument_types(f: Folding, parameters: list[Node]) -> tuple[str, ...]:
    """The canonical types of a function's input arguments."""
    found: list[str] = []
    for wrapped in parameters:
        parameter = wrapped["FunctionParameter"]
        if parameter.get("mode", "FUNC_PARAM_DEFAULT") in _INPUT_MODES:
            found.append(_type_name(f, parameter["argType"]))
    return tuple(found)


def _type_name(f: Folding, node: Node) -> str:
    """A type's canonical name without modifiers, as a function's signature keeps it."""
    bare = data_type(node)
    if bare.schema is not None:
        known = f.state.find_type(bare.schema, bare.name)
        if known:
            bare = structs.replace(bare, schema=known.schema)
    return structs.replace(bare, modifiers=(), schema=bare.schema or None).canonical


def _returns(f: Folding, node: Node) -> str | None:
    returned = node.get("returnType")
    return _type_name(f, returned) if returned else None


def matching(f: Folding, wrapped: Node) -> list[tuple[QualifiedName, tuple[str, ...]]]:
    """The functions of the history that an ``ObjectWithArgs`` names: one, or none."""
    node = wrapped.get("ObjectWithArgs", wrapped)
    parts = strings(node.get("objname"))
    schema = parts[-2] if len(parts) > 1 else None
    found = [
        key
        for key in f.state.functions
        if key[0].name == parts[-1] and schema in {None, key[0].schema}
    ]
    if not node.get("args_unspecified"):
        found = [key for key in found if len(key[1]) == len(node.get("objargs", ()))]
    if len(found) > 1 and not node.get("args_unspecified"):
        wanted = tuple(_type_name(f, item) for item in map(_type_node, node.get("objargs", ())))
        found = [key for key in found if key[1] == wanted]
    return found[:1]


def _type_node(wrapped: Node) -> Node:
    node: Node = wrapped["TypeName"]
    return node


def alter_function(f: Folding, node: Node) -> None:
    """ALTER FUNCTION: security, search path and volatility are in the model."""
    given = options(node.get("actions"))
    for key in matching(f, node["func"]):
        function = f.state.functions[key]
        path = _search_path(node.get("actions", ()), function.search_path)
        function = structs.replace(function, search_path=path)
        if "security" in given:
            secure = _is_true(given, "security")
            function = structs.replace(function, security_definer=secure)
        if "volatility" in given:
            function = structs.replace(function, volatility=string(given["volatility"]))
        f.state.functions[key] = function


def _search_path(clauses: Iterable[Node], before: str | None) -> str | None:
    """The search path of a routine behind its SET and RESET clauses."""
    path = before
    for item in clauses:
        element = item["DefElem"]
        if element.get("defname") != "set":
            continue
        setting = element["arg"]["VariableSetStmt"]
        if setting["kind"] == "VAR_RESET_ALL":
            path = None
        elif setting.get("name") == "search_path":
            path = ", ".join(_values(setting)) if setting["kind"] == "VAR_SET_VALUE" else None
    return path


def create_rule(f: Folding, node: Node) -> None:
    """CREATE RULE: the model has no rules, but what is written past a table is noted."""
    f.harmless = True
    event = node["event"].removeprefix("CMD_").lower()
    if event != "select":
        relation = node["relation"]
        found = f.state.find_relation(relation.get("schemaname"), relation["relname"])
        f.rules.append(WriteRule(found, event))


def create_trigger(f: Folding, node: Node) -> None:
    """CREATE TRIGGER on a table or view."""
    found = f.relation(node["relation"], "CREATE TRIGGER")
    holder: Any = (f.state.tables.get(found) or f.state.views.get(found)) if found else None
    if holder is None:
        return
    name = node["trigname"]
    at = f.place.word(name, after=1)
    existing = next((t for t in holder.triggers if t.name == name), None)
    if existing and not node.get("replace"):
        f.twice(holder.name, ObjectKind.TRIGGER, at, name, existing.location, ObjectKind.TRIGGER)
        return
    function = strings(node["funcname"])
    timing = node.get("timing", 0)
    when = None
    if "whenClause" in node:
        text, _ = f.place.parenthesised(node["relation"].get("location", 0), "WHEN")
        when = f.expr(node["whenClause"], text)
    trigger = Trigger(
        name=name,
        timing="before" if timing & _BEFORE else "instead of" if timing & _INSTEAD else "after",
        events=tuple(word for bit, word in _EVENTS if node.get("events", 0) & bit),
        level="row" if node.get("row") else "statement",
        function=_function_name(f, function),
        when=when,
        columns=strings(node.get("columns")),
        constraint=bool(node.get("isconstraint")),
        location=at,
    )
    kept = tuple(t for t in holder.triggers if t.name != name)
    changed = structs.replace(holder, triggers=(*kept, trigger))
    f.changed(ChangeObject, at, kind=ObjectKind.TRIGGER, action="CREATE", name=name)
    if isinstance(holder, Table):
        f.state.put_table(changed)
        _on_partitions(f, holder, trigger)
    else:
        f.state.put_view(changed)


def _on_partitions(f: Folding, table: Table, trigger: Trigger) -> None:
    """A row trigger of a partitioned table is on every partition too."""
    if trigger.level != "row":
        return
    for child in list(f.state.tables.values()):
        if child.partition_of == table.name:
            grown = structs.replace(child, triggers=(*child.triggers, trigger))
            f.state.put_table(grown)
            _on_partitions(f, grown, trigger)


def _function_name(f: Folding, parts: tuple[str, ...]) -> QualifiedName:
    if len(parts) > 1:
        return QualifiedName(parts[-2], parts[-1])
    for schema in f.state.search_path:
        name = QualifiedName(schema, parts[-1])
        if any(key[0] == name for key in f.state.functions):
            return name
    return QualifiedName(f.state.default_schema, parts[-1])


def create_policy(f: Folding, node: Node) -> None:
    """CREATE POLICY."""
    table = f.table(node["table"], "CREATE POLICY")
    if table is None:
        return
    name = node["policy_name"]
    at = f.place.word(name, after=1)
    if any(p.name == name for p in table.policies):
        f.twice(table.name, ObjectKind.POLICY, at, name, None, ObjectKind.POLICY)
        return
    policy = Policy(
        name=name,
        command=node.get("cmd_name", "all"),
        permissive=bool(node.get("permissive")),
        roles=tuple(sorted(role_name(r) for r in node.get("roles", ()))) or ("public",),
        using=_clause(f, node, "qual", "USING"),
        check=_clause(f, node, "with_check", "CHECK"),
        location=at,
    )
    f.changed(ChangeObject, at, kind=ObjectKind.POLICY, action="CREATE", name=name)
    f.state.put_table(structs.replace(table, policies=(*table.policies, policy)))


def _clause(f: Folding, node: Node, field: str, keyword: str) -> Any:
    if field not in node:
        return None
    text, _ = f.place.parenthesised(node["table"].get("location", 0), keyword)
    return f.expr(node[field], text)


def alter_policy(f: Folding, node: Node) -> None:
    """ALTER POLICY."""
    table = f.table(node["table"], "ALTER POLICY")
    if table is None:
        return
    name = node["policy_name"]
    changed = []
    for policy in table.policies:
        if policy.name == name:
            if node.get("roles"):
                roles = tuple(sorted(role_name(r) for r in node["roles"]))
                policy = structs.replace(policy, roles=roles)
            if "qual" in node:
                policy = structs.replace(policy, using=_clause(f, node, "qual", "USING"))
            if "with_check" in node:
                policy = structs.replace(policy, check=_clause(f, node, "with_check", "CHECK"))
        changed.append(policy)
    f.state.put_table(structs.replace(table, policies=tuple(changed)))
