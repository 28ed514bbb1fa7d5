"""Views, CREATE TABLE AS and SELECT INTO."""

from __future__ import annotations

from msgspec import structs

from ctb_lint.changes import ChangeObject, CreateTable
from ctb_lint.model import Column, DataType, ObjectKind, QualifiedName, Table, View
from ctb_lint.readers.sql.expr import view_relations
from ctb_lint.readers.sql.fold.context import PERSISTENCE, Folding
from ctb_lint.readers.sql.fold.grants import from_defaults
from ctb_lint.readers.sql.fold.outputs import query_outputs
from ctb_lint.readers.sql.fold.query_sources import TYPES_ONLY
from ctb_lint.readers.sql.fold.scopes import Output, renamed
from ctb_lint.readers.sql.fold.tables import relation_name
from ctb_lint.readers.sql.nodes import Node, name_parts, options, strings
from ctb_lint.readers.sql.state import SYSTEM_SCHEMAS, TEMPORARY

_CHECK_OPTIONS = {"CASCADED_CHECK_OPTION": "cascaded", "LOCAL_CHECK_OPTION": "local"}
"""WITH CHECK OPTION is kept as an option like the others."""
_NAMES_UNKNOWN = "made by CREATE TABLE AS: the query's columns cannot be known from its text"


def create_view(f: Folding, node: Node) -> None:
    """CREATE VIEW."""
    relation = node["view"]
    name = relation_name(f, relation)
    if any(found.schema == TEMPORARY for found in _read(f, node["query"])):
        name = QualifiedName(TEMPORARY, name.name)  # as the table it reads
    at = f.place.name(relation)
    there = f.state.relations.get(name)
    if there and not (there is ObjectKind.VIEW and node.get("replace")):
        f.twice(name, ObjectKind.VIEW, at)
        return
    if not node.get("replace"):
        f.made_anew(name)
    _put_view(f, name, node["query"], strings(node.get("aliases")), materialized=False)
    view = f.state.views[name]
    given = dict(relation_options(node.get("options")))
    checked = _CHECK_OPTIONS.get(node.get("withCheckOption", ""))
    if checked:
        given["check_option"] = checked
    f.state.put_view(structs.replace(view, options=tuple(sorted(given.items()))))


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
        view = f.state.views[name]
        f.state.put_view(structs.replace(view, options=relation_options(into.get("options"))))
        return
    f.made_anew(name, tolerant=bool(node.get("if_not_exists")))
    outputs = query_outputs(f, node["query"])
    if outputs is None:
        f.state.make_unknown(name, ("columns",), _NAMES_UNKNOWN)
        outputs = tuple(Output(column) for column in names)
    elif any(output.type is None for output in outputs):
        f.state.make_unknown(name, ("columns",), TYPES_ONLY)
    columns = tuple(
        Column(
            name=output.name,
            type=output.type or DataType("unknown"),
            collation=output.collation,
            location=at,
            type_location=at,
        )
        for output in renamed(outputs, names)
    )
    f.changed(CreateTable, at, made=name)
    persistence = PERSISTENCE[relation.get("relpersistence", "p")]
    held, owner = from_defaults(f, name), f.state.role
    f.state.put_table(
        Table(name, columns, persistence=persistence, grants=held, owner=owner, location=at)
    )
    f.state.doubt_names(name)


def relation_options(given: list[Node] | None) -> tuple[tuple[str, str], ...]:
    """WITH (…) of a view; an option without a value is switched on."""
    return tuple(
        sorted((name, _value(arg) if arg else "true") for name, arg in options(given).items())
    )


def _value(arg: Node) -> str:
    """An option's value: a string, a number, or a word that the grammar takes for a type."""
    for kind, field in (("Integer", "ival"), ("Float", "fval"), ("Boolean", "boolval")):
        if kind in arg:
            return str(arg[kind].get(field, 0)).lower()
    return name_parts(arg)[-1]


def _read(f: Folding, query: Node) -> list[QualifiedName]:
    found = (f.state.find_relation(*relation) for relation in view_relations(query))
    return [relation for relation in found if relation]


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
    columns = types = None
    if outputs is not None:
        outputs = renamed(outputs, names)
        columns = tuple(output.name for output in outputs)
        # Where a column has a collation of its own its type alone would mislead a reader.
        types = tuple(None if output.collation else output.type for output in outputs)
    text, at = f.place.text_after(0, "AS")
    f.changed(ChangeObject, at, kind=ObjectKind.VIEW, action="CREATE", name=str(name))
    old = f.state.views.get(name)
    view = View(
        name=name,
        definition=text,
        materialized=materialized,
        columns=columns,
        types=types,
        depends_on=tuple(dict.fromkeys(depends)),
        triggers=old.triggers if old else (),
        grants=old.grants if old else from_defaults(f, name),
        comment=old.comment if old else None,
        location=f.place.word(name.name, after=1),
    )
    f.state.put_view(view)
