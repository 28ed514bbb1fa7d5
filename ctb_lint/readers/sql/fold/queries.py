"""Views, CREATE TABLE AS, and what can be said of a query's columns without a server."""

from __future__ import annotations

from msgspec import Struct, structs

from ctb_lint.history import ChangeObject, CreateTable
from ctb_lint.model import Column, DataType, ObjectKind, QualifiedName, Table, View
from ctb_lint.readers.sql.expr import view_relations
from ctb_lint.readers.sql.fold.context import PERSISTENCE, Folding
from ctb_lint.readers.sql.fold.tables import relation_name
from ctb_lint.readers.sql.nodes import Node, strings, unwrap
from ctb_lint.readers.sql.state import SYSTEM_SCHEMAS

_FUNCTION_TYPES = {
    "array_length": "integer", "char_length": "integer", "clock_timestamp": "timestamp with time zone",
    "concat": "text", "count": "bigint", "current_database": "name", "date_trunc": "",
    "gen_random_uuid": "uuid", "json_build_object": "json", "jsonb_build_object": "jsonb",
    "length": "integer", "lower": "text", "md5": "text", "now": "timestamp with time zone",
    "row_number": "bigint", "upper": "text", "uuid_generate_v4": "uuid",
}  # fmt: skip


class Output(Struct, frozen=True):
    """One column of a query; None for what the text does not tell."""

    name: str
    type: DataType | None
    collation: str | None = None


def create_view(f: Folding, node: Node) -> None:
    """CREATE VIEW."""
    relation = node["view"]
    name = relation_name(f, relation)
    at = f.place.name(relation)
    there = f.state.relations.get(name)
    if there and not (there is ObjectKind.VIEW and node.get("replace")):
        f.twice(name, ObjectKind.VIEW, at)
        return
    _put_view(f, name, node["query"], strings(node.get("aliases")), materialized=False)


def create_table_as(f: Folding, node: Node) -> None:
    """CREATE TABLE AS and CREATE MATERIALIZED VIEW."""
    into = node["into"]
    relation = into["rel"]
    name = relation_name(f, relation)
    at = f.place.name(relation)
    materialized = node.get("objtype") == "OBJECT_MATVIEW"
    kind = ObjectKind.VIEW if materialized else ObjectKind.TABLE
    if name in f.state.relations:
        if node.get("if_not_exists"):
            f.skipped(name, kind, at, ())
        else:
            f.twice(name, kind, at)
        return
    names = strings(into.get("colNames"))
    if materialized:
        _put_view(f, name, node["query"], names, materialized=True)
        return
    outputs = query_outputs(f, node["query"])
    if outputs is None or any(output.type is None for output in outputs):
        why = "made by CREATE TABLE AS: the query's columns cannot be known from its text"
        f.state.make_unknown(name, ("columns",), why)
    columns = tuple(
        Column(
            name=names[i] if i < len(names) else output.name,
            type=output.type or DataType("unknown"),
            collation=output.collation,
            location=at,
            type_location=at,
        )
        for i, output in enumerate(outputs or ())
    )
    f.changed(CreateTable, at, made=name)
    persistence = PERSISTENCE[relation.get("relpersistence", "p")]
    f.state.put_table(Table(name, columns, persistence=persistence, location=at))


def _put_view(
    f: Folding, name: QualifiedName, query: Node, names: tuple[str, ...], materialized: bool
) -> None:
    depends = []
    for schema, relation in view_relations(query):
        found = f.state.find_relation(schema, relation)
        if found:
            depends.append(found)
        elif schema not in SYSTEM_SCHEMAS and not relation.startswith("pg_"):
            wanted = f.state.creation_name(schema, relation)
            f.unknown_relation(wanted, f.place.word(relation, after=1), "CREATE VIEW")
    outputs = query_outputs(f, query)
    columns = names or (tuple(o.name for o in outputs) if outputs is not None else None)
    text, at = f.place.text_after(0, "AS")
    f.changed(ChangeObject, at, kind=ObjectKind.VIEW, action="CREATE", name=str(name))
    old = f.state.views.get(name)
    view = View(
        name=name,
        definition=text,
        materialized=materialized,
        columns=columns,
        depends_on=tuple(dict.fromkeys(depends)),
        triggers=old.triggers if old else (),
        comment=old.comment if old else None,
        location=f.place.word(name.name, after=1),
    )
    f.state.put_view(view)


def query_outputs(f: Folding, query: Node) -> tuple[Output, ...] | None:
    """The columns of a plain SELECT; None where they cannot be known."""
    select = query.get("SelectStmt")
    if select is None or "withClause" in select:
        return None
    if select.get("op", "SETOP_NONE") != "SETOP_NONE":
        return query_outputs(f, {"SelectStmt": select["larg"]})
    sources = _sources(f, select.get("fromClause", ()))
    if sources is None:
        return None
    found: list[Output] = []
    for wrapped in select.get("targetList", ()):
        target = wrapped["ResTarget"]
        star = _star(target, sources)
        if star is not None:
            found.extend(star)
            continue
        output = _output(f, target["val"], sources)
        if output is None:
            return None
        found.append(structs.replace(output, name=target.get("name", output.name)))
    return tuple(found)


Sources = dict[str, Table]


def _sources(f: Folding, clauses: list[Node] | tuple[()]) -> Sources | None:
    """The tables of a FROM clause by alias, in order; None where one is no known table."""
    found: Sources = {}
    pending = list(clauses)
    while pending:
        kind, node = unwrap(pending.pop(0))
        if kind == "JoinExpr":
            if node.get("usingClause") or node.get("isNatural"):
                return None
            pending[:0] = [node["larg"], node["rarg"]]
            continue
        if kind != "RangeVar":
            return None
        name = f.state.find_relation(node.get("schemaname"), node["relname"])
        table = f.state.tables.get(name) if name else None
        if table is None or f.state.is_unknown(table.name, "columns"):
            return None
        found[node.get("alias", {}).get("aliasname", node["relname"])] = table
    return found


def _star(target: Node, sources: Sources) -> list[Output] | None:
    fields = target["val"].get("ColumnRef", {}).get("fields", [{}])
    if "A_Star" not in fields[-1]:
        return None
    names = strings(fields[:-1])
    tables = [sources[names[-1]]] if names and names[-1] in sources else list(sources.values())
    return [Output(c.name, c.type, c.collation) for table in tables for c in table.columns]


def _output(f: Folding, node: Node, sources: Sources) -> Output | None:
    kind, fields = unwrap(node)
    if kind == "ColumnRef":
        names = strings(fields["fields"])
        tables = (
            [sources[names[-2]]] if len(names) > 1 and names[-2] in sources else sources.values()
        )
        column = next((c for t in tables if (c := t.column(names[-1]))), None)
        return Output(names[-1], column.type, column.collation) if column else None
    if kind == "TypeCast":
        type_ = f.type_of(fields["typeName"])
        inner = _output(f, fields["arg"], sources)
        return Output(inner.name if inner and "ColumnRef" in fields["arg"] else type_.name, type_)
    if kind == "FuncCall":
        name = strings(fields["funcname"])[-1]
        known = _FUNCTION_TYPES.get(name)
        return Output(name, DataType(known) if known else None)
    if kind == "CoalesceExpr":
        first = _output(f, fields["args"][0], sources)
        return Output("coalesce", first.type if first else None)
    if kind == "A_Const":
        name = next((k for k in ("ival", "sval", "fval", "boolval") if k in fields), "")
        types = {"ival": "integer", "sval": "text", "fval": "numeric", "boolval": "boolean"}
        return Output("?column?", DataType(types[name]) if name else None)
    return Output("?column?", None)
