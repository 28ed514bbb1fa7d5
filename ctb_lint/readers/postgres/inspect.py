"""The whole schema of a database from ``pg_catalog``: one snapshot, a handful of round trips
whatever the number of tables, and nobody disturbed.

Left out are system schemas, objects of extensions, temporary tables, NOT NULL constraints (the
column's), sequences of identity columns (the column's), and whatever a partition or child table
has from its parent: constraints, indexes and triggers that PostgreSQL cloned.

Names of collations and operator classes are bare where they stand in ``pg_catalog`` or the default
schema, else qualified. ``nulls_first`` of an index key is what holds, so a plain ``DESC`` has it.

PostgreSQL opens a table to print an expression that reads its columns. Of a table that another
session has locked none is printed: what it would have said is unknown, as is what the role may
not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ctb_lint.model import SQL_FACTS, Knowledge, QualifiedName, Schema, Unknown
from ctb_lint.readers.postgres import columns as columns_of
from ctb_lint.readers.postgres import keys, objects, parts, relations
from ctb_lint.readers.postgres.asking import Catalogs
from ctb_lint.readers.postgres.connect import LIMITS, Limits, reading
from ctb_lint.readers.postgres.context import Context
from ctb_lint.readers.postgres.expressions import Expressions
from ctb_lint.readers.postgres.names import Names, Row, TypeKey
from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble

if TYPE_CHECKING:
    from psycopg import Connection

BATCHES = (
    ("schemas", "extensions", "opclasses", "collations"),
    ("relations", "parents"),
    ("columns",),
    ("constraints", "indexes"),
    ("triggers", "policies", "types", "labels", "functions", "sequences"),
    ("comments", "dependencies", "views"),
)
"""Which questions go together. What locks what it prints comes last."""

_FACTS = {
    "constraints": ("constraints", "constraint names"),
    "indexes": ("indexes",),
    "triggers": ("triggers",),
    "policies": ("policies",),
    "types": ("enums",),
    "labels": ("enums",),
    "functions": ("functions",),
    "comments": ("comments",),
    "dependencies": ("functions",),
    "views": ("functions",),
}
"""What is not known where a question may not be asked. Without the others nothing is."""


class _Rows(Struct, frozen=True):
    """All rows, by question."""

    answers: Mapping[str, list[Row]]
    type_names: list[Row]
    denied: Mapping[str, str]


def inspect(
    connection: Connection[Any], limits: Limits = LIMITS, *, default_schema: str = "public"
) -> Schema:
    """The schema of the connection's database, read in one transaction.

    The connection is in autocommit mode and idle. Raises ReadTrouble where the role may not read
    what everything stands on, and psycopg.Error where the server fails.
    """
    with reading(connection, limits):
        rows = _asked(connection)
    return _schema(rows, default_schema)


def _asked(connection: Connection[Any]) -> _Rows:
    catalogs = Catalogs(connection)
    answers: dict[str, list[Row]] = {}
    for batch in BATCHES:
        for name, found in catalogs.ask(*batch).items():
            if found is None and name not in _FACTS:
                raise ReadTrouble(
                    f"the role may not read the catalogs: {catalogs.denied[name]}",
                    "connect as a role that may read pg_catalog",
                    Cause.RIGHTS,
                )
            answers[name] = found or []
    used = sorted(_used_types(answers))
    numbers, modifiers = [key[0] for key in used], [key[1] for key in used]
    return _Rows(answers, catalogs.ask_about("type_names", (numbers, modifiers)), catalogs.denied)


def _used_types(answers: Mapping[str, list[Row]]) -> set[TypeKey]:
    used: set[TypeKey] = {(row[3], row[4]) for row in answers["columns"]}
    used |= {(row[6], row[7]) for row in answers["types"] if row[6]}
    used |= {(int(oid), -1) for row in answers["functions"] for oid in row[4].split()}
    return used | {(row[3], -1) for row in answers["sequences"]}


def _schema(rows: _Rows, default_schema: str) -> Schema:
    answers = rows.answers
    context = _context(rows, default_schema)
    columns = columns_of.columns(answers["columns"], context)
    constraints = keys.constraints(answers["constraints"], context)
    found = [relations.RelationRow._make(row) for row in answers["relations"]]
    owners = {row.oid: row.owner for row in found}
    belonging = relations.Parts(
        columns=columns,
        constraints=constraints,
        indexes=keys.indexes(answers["indexes"], context),
        policies=parts.policies(answers["policies"], context),
        triggers=parts.triggers(answers["triggers"], context),
        grants=columns_of.column_grants(answers["columns"], owners),
        parents=relations.grouped(answers["parents"]),
        definitions=dict(answers["views"]),
        depends_on=_dependencies(answers["dependencies"]),
    )
    own = [row for row in found if not row.of_extension]
    types = sorted(answers["types"], key=lambda row: (row[1], row[2]))
    functions = sorted(
        objects.functions(answers["functions"], context), key=lambda f: (f.name, f.arguments)
    )
    return Schema(
        tables=_by_name(relations.tables(own, belonging, context)),
        views=_by_name(relations.views(own, belonging, context)),
        enums=_by_name(objects.enums(types, answers["labels"], context)),
        domains=_by_name(objects.domains(types, constraints, context)),
        types=_by_name(objects.other_types(types, columns, context)),
        sequences=_by_name(
            sorted(objects.sequences(answers["sequences"], context), key=lambda s: s.name)
        ),
        functions=tuple(functions),
        schemas=tuple(sorted(row[0] for row in answers["schemas"])),
        extensions=tuple(sorted(row[0] for row in answers["extensions"])),
        default_schema=default_schema,
        knowledge=Knowledge(SQL_FACTS, tuple(sorted(_unknown(context, rows.denied), key=str))),
    )


def _context(rows: _Rows, default_schema: str) -> Context:
    answers = rows.answers
    names = Names(
        default_schema,
        rows.type_names,
        answers["collations"],
        answers["opclasses"],
        answers["comments"],
    )
    domains = {row[0]: row for row in answers["types"] if row[3] == "d"}
    standing_on = {
        QualifiedName(row[1], row[2]): names.type(row[6], row[7]) for row in domains.values()
    }
    context = Context(names, Expressions(default_schema, standing_on))
    context.relations = {row[0]: QualifiedName(row[1], row[2]) for row in answers["relations"]}
    context.domains = {
        oid: context.expressions.base(names.type(row[6], row[7])) for oid, row in domains.items()
    }
    columns_of.name_all(answers["columns"], context)
    return context


def _dependencies(rows: Iterable[Row]) -> Mapping[int, list[QualifiedName]]:
    found = relations.grouped((row[0], QualifiedName(row[1], row[2])) for row in rows)
    return {view: sorted(names) for view, names in found.items()}


def _by_name(objects_: Iterable[Any]) -> dict[QualifiedName, Any]:
    return {one.name: one for one in objects_}


def _unknown(context: Context, denied: Mapping[str, str]) -> set[Unknown]:
    found = set(context.unknown)
    for question, said in denied.items():
        found |= {(None, fact, f"the role may not ask: {said}") for fact in _FACTS[question]}
    return found
