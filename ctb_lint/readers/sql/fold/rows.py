"""INSERT, UPDATE, DELETE, MERGE, COPY, TRUNCATE: which columns they name, what ids they write."""

from __future__ import annotations

from ctb_lint.changes import WriteRows
from ctb_lint.history import LiteralValue
from ctb_lint.model import QualifiedName, Table
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.nodes import Node, unwrap
from ctb_lint.readers.sql.state import SYSTEM_SCHEMAS


def insert(f: Folding, node: Node) -> None:
    """INSERT: the column list, and the literals of its VALUES."""
    table = _target(f, node, "INSERT")
    query = node.get("selectStmt", {})
    if "valuesLists" not in query.get("SelectStmt", {}):
        f.reads(_scoped(node, query), "INSERT")
    if table is None:
        return
    targets = [item["ResTarget"] for item in node.get("cols", ())]
    for target in targets:
        _known(f, table, target, "INSERT")
    columns = [t.get("name", "") for t in targets] or [c.name for c in table.columns]
    watched = [i for i, name in enumerate(columns) if name in f.watch]
    if not watched:
        return
    select = node.get("selectStmt", {}).get("SelectStmt", {})
    for row in select.get("valuesLists", ()):
        items = row["List"].get("items", ())
        for i in watched:
            if i < len(items):
                _literal(f, table.name, columns[i], items[i], "insert")
    if select.get("targetList") and "valuesLists" not in select:
        for i in watched:
            if i < len(select["targetList"]):
                value = select["targetList"][i]["ResTarget"].get("val", {})
                _literal(f, table.name, columns[i], value, "insert")


def update(f: Folding, node: Node) -> None:
    """UPDATE: the columns it sets."""
    table = _target(f, node, "UPDATE")
    f.reads(_scoped(node, node.get("fromClause", [])), "UPDATE")
    if table is None:
        return
    for item in node.get("targetList", ()):
        target = item["ResTarget"]
        _known(f, table, target, "UPDATE")
        if target.get("name") in f.watch:
            _literal(f, table.name, target["name"], target.get("val", {}), "update")


def delete(f: Folding, node: Node) -> None:
    """DELETE."""
    _target(f, node, "DELETE")
    f.reads(_scoped(node, node.get("usingClause", [])), "DELETE")


def merge(f: Folding, node: Node) -> None:
    """MERGE."""
    _target(f, node, "MERGE")


def copy(f: Folding, node: Node) -> None:
    """COPY: into a table it writes rows."""
    if "relation" not in node:
        return
    if not node.get("is_from"):
        f.harmless = True
        return
    table = _target(f, node, "COPY")
    if table:
        for wrapped in node.get("attlist", ()):
            name = wrapped["String"].get("sval", "")
            if table.column(name) is None:
                f.unknown_column(table, name, "COPY", f.place.word(name, after=1))


def truncate(f: Folding, node: Node) -> None:
    """TRUNCATE."""
    for wrapped in node.get("relations", ()):
        table = f.table(wrapped["RangeVar"], "TRUNCATE")
        if table:
            f.changed(WriteRows, f.place.name(wrapped["RangeVar"]), table, command="TRUNCATE")


def _target(f: Folding, node: Node, command: str) -> Table | None:
    relation = node["relation"]
    if _is_common_table(node, relation) or relation.get("schemaname") in SYSTEM_SCHEMAS:
        return None
    table = f.table(relation, command)
    if table is None:
        return None
    f.changed(WriteRows, f.place.name(relation), table, command=command)
    if command in {"INSERT", "COPY", "MERGE"}:
        f.fresh.discard(table.name)
    return table


def _is_common_table(node: Node, relation: Node) -> bool:
    ctes = node.get("withClause", {}).get("ctes", ())
    return any(c["CommonTableExpr"].get("ctename") == relation["relname"] for c in ctes)


def _scoped(node: Node, body: object) -> Node:
    """A part of a statement together with the WITH clause that names what it reads."""
    clause = {"withClause": node["withClause"]} if "withClause" in node else {}
    return {"body": body, **clause}


def _known(f: Folding, table: Table, target: Node, role: str) -> None:
    name = target.get("name", "")
    if table.column(name) is None:
        f.unknown_column(table, name, role, f.place.at(target.get("location")))


def _literal(f: Folding, table: QualifiedName, column: str, value: Node, origin: str) -> None:
    """Keeps a string constant, also one under a cast."""
    kind, fields = unwrap(value)
    while kind == "TypeCast":
        kind, fields = unwrap(fields["arg"])
    if kind != "A_Const" or "sval" not in fields:
        return
    at = f.place.at(fields.get("location"))
    text = fields["sval"].get("sval", "")
    f.literals.append(LiteralValue(table, column, text, origin, at))
