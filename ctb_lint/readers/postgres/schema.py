"""All rows of the catalogs as a ``Schema``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from msgspec import Struct

from ctb_lint.model import SQL_FACTS, Knowledge, QualifiedName, Schema, Unknown
from ctb_lint.readers.postgres import columns as columns_of
from ctb_lint.readers.postgres import keys, objects, parts, relations
from ctb_lint.readers.postgres.alike import ColumnNames
from ctb_lint.readers.postgres.context import Context
from ctb_lint.readers.postgres.expressions import Expressions
from ctb_lint.readers.postgres.names import Names, Row

FACTS = {
    # Those of domains stand there, too.
    "constraints": ("constraints", "constraint names", "enums"),
    "checks": ("constraints",),
    "indexes": ("indexes",),
    "triggers": ("triggers",),
    "policies": ("policies",),
    "types": ("enums",),
    "labels": ("enums",),
    "functions": ("functions", "function bodies", "trigger bodies"),
    "comments": ("comments",),
    "dependencies": ("functions",),
    "views": ("functions", "view definitions"),
}
"""What is not known where a question may not be asked. Without the others nothing is."""


class Catalog(Struct, frozen=True):
    """All rows, by question; what columns are called; the printed checks of tables, by number; and
    the questions that the role may not ask, with what the server said."""

    rows: Mapping[str, list[Row]]
    columns: ColumnNames
    checks: Mapping[int, str | None]
    denied: Mapping[str, str]


def schema_of(catalog: Catalog, context: Context) -> Schema:
    """The schema that they tell of."""
    rows = catalog.rows
    columns = columns_of.columns(rows["columns"], context)
    constraints = keys.constraints(rows["constraints"], context)
    found = [relations.RelationRow._make(row) for row in rows["relations"]]
    owners = {row.oid: row.owner for row in found}
    belonging = relations.Parts(
        columns=columns,
        constraints=constraints,
        indexes=keys.indexes(rows["indexes"], context),
        policies=parts.policies(rows["policies"], context),
        triggers=parts.triggers(rows["triggers"], context),
        grants=columns_of.column_grants(rows["columns"], owners),
        parents=relations.grouped(rows["parents"]),
        definitions=dict(rows["views"]),
        depends_on=_dependencies(rows["dependencies"]),
    )
    own = [row for row in found if not row.of_extension]
    types = sorted(rows["types"], key=itemgetter(1, 2))
    functions = objects.functions(rows["functions"], context)
    sequences = objects.sequences(rows["sequences"], context)
    return Schema(
        tables=_by_name(relations.tables(own, belonging, context)),
        views=_by_name(relations.views(own, belonging, context)),
        enums=_by_name(objects.enums(types, rows["labels"], context)),
        domains=_by_name(objects.domains(types, constraints, context)),
        types=_by_name(objects.other_types(types, columns, context)),
        sequences=_by_name(sorted(sequences, key=lambda s: s.name)),
        functions=tuple(sorted(functions, key=lambda f: (f.name, f.arguments))),
        schemas=tuple(sorted(row[0] for row in rows["schemas"])),
        extensions=tuple(sorted(row[0] for row in rows["extensions"])),
        default_schema=context.default_schema,
        knowledge=Knowledge(SQL_FACTS, tuple(sorted(_unknown(context, catalog.denied), key=str))),
    )


def context_of(catalog: Catalog, default_schema: str) -> Context:
    """Where the names of all that has a number are looked up."""
    rows = catalog.rows
    names = Names(
        default_schema, rows["type_names"], rows["collations"], rows["opclasses"], rows["comments"]
    )
    domains = {row[0]: row for row in rows["types"] if row[3] == "d"}
    standing_on = {
        QualifiedName(row[1], row[2]): names.type(row[6], row[7]) for row in domains.values()
    }
    context = Context(default_schema, names, Expressions(default_schema, standing_on))
    context.columns, context.checks = catalog.columns, catalog.checks
    context.relations = {row[0]: QualifiedName(row[1], row[2]) for row in rows["relations"]}
    context.domains = {
        oid: context.expressions.base(names.type(row[6], row[7])) for oid, row in domains.items()
    }
    rows["columns"].sort(key=itemgetter(0, 1))
    columns_of.learn_types(rows["columns"], context)
    return context


def _dependencies(rows: Iterable[Row]) -> Mapping[int, list[QualifiedName]]:
    found = relations.grouped((row[0], QualifiedName(row[1], row[2])) for row in rows)
    return {view: sorted(names) for view, names in found.items()}


def _by_name(objects_: Iterable[Any]) -> dict[QualifiedName, Any]:
    return {one.name: one for one in objects_}


def _unknown(context: Context, denied: Mapping[str, str]) -> set[Unknown]:
    found = set(context.unknown)
    for question in FACTS.keys() & denied.keys():
        why = f"the role may not ask: {denied[question]}"
        found |= {(None, fact, why) for fact in FACTS[question]}
    return found
