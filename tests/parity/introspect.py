"""A real database as a ``Schema``: the judge of what the SQL reader made of the same statements.

For tests only: it wants every fact at once, holds no connection, and may assume a small schema.

What it leaves out, on purpose: system schemas, objects of extensions, temporary tables, NOT NULL
constraints (the column's), sequences of identity columns (the column's), and whatever a partition
or child table has from its parent: constraints, indexes and triggers that PostgreSQL cloned.
Owners and grants are not read.

Names of collations and operator classes are bare where they stand in ``pg_catalog`` or the
default schema, else qualified. ``nulls_first`` of an index key is what holds, so a plain ``DESC``
has it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from ctb_lint.model import (
    Column,
    CompositeType,
    Constraint,
    ConstraintKind,
    DataType,
    Domain,
    EnumType,
    Expr,
    Function,
    Generated,
    Index,
    IndexKey,
    Policy,
    QualifiedName,
    Schema,
    Sequence,
    Table,
    TableKind,
    Trigger,
    View,
    quoted,
)
from ctb_lint.readers.sql import expr
from tests.parity import queries
from tests.parity.typed import typed

Row = dict[str, Any]

_DESCENDING, _NULLS_FIRST = 1, 2
_ROW, _BEFORE, _INSTEAD = 1, 2, 64
_EVENTS = {4: "insert", 8: "delete", 16: "update", 32: "truncate"}

_TABLE_KINDS = {"r": TableKind.ORDINARY, "p": TableKind.PARTITIONED, "f": TableKind.FOREIGN}
_PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
_CONSTRAINT_KINDS = {
    "p": ConstraintKind.PRIMARY,
    "u": ConstraintKind.UNIQUE,
    "c": ConstraintKind.CHECK,
    "f": ConstraintKind.FOREIGN,
    "x": ConstraintKind.EXCLUSION,
}
_ACTIONS = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
_MATCHES = {"s": "simple", "f": "full", "p": "partial"}
_ENABLED = {"O": "origin", "A": "always", "R": "replica", "D": "disabled"}
_COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
_FUNCTION_KINDS = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window"}
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_TYPE_KINDS = {"c": "composite", "r": "range", "b": "base", "m": "multirange"}
_IDENTITY = {"a": "always", "d": "by default"}
_GENERATED = {"s": Generated.STORED, "v": Generated.VIRTUAL}

_MODIFIERS = re.compile(r"\(([-\d,]+)\)")
_WHEN = re.compile(r"\bWHEN \((.*)\) EXECUTE FUNCTION ", re.DOTALL)


def introspect(connection: Connection[Any], *, default_schema: str = "public") -> Schema:
    """All of the connection's database that the model has words for."""
    with _empty_search_path(connection):
        return typed(_Reader(connection, default_schema).schema())


@contextmanager
def _empty_search_path(connection: Connection[Any]) -> Iterator[None]:
    """Names are deparsed with their schema; what the session had set comes back after."""
    with connection.transaction():
        row = connection.execute("SELECT current_setting('search_path')").fetchone()
        assert row is not None
        connection.execute("SELECT set_config('search_path', '', false)")
        yield
        connection.execute("SELECT set_config('search_path', %s, false)", [row[0]])


class _Reader:
    """One pass over the catalogs: rows by the relation that they belong to."""

    def __init__(self, connection: Connection[Any], default_schema: str) -> None:
        self._cursor = connection.cursor(row_factory=dict_row)
        self._default_schema = default_schema
        self._columns = self._grouped(queries.COLUMNS)
        constraints = self._rows(queries.CONSTRAINTS)
        self._constraints = _grouped(r for r in constraints if not r["domain"])
        self._domain_checks = _grouped((r for r in constraints if r["domain"]), "domain")
        self._indexes = self._grouped(queries.INDEXES)
        self._triggers = self._grouped(queries.TRIGGERS)
        self._policies = self._grouped(queries.POLICIES)

    def schema(self) -> Schema:
        relations = self._rows(queries.RELATIONS)
        types = self._rows(queries.TYPES)
        functions = (self._function(row) for row in self._rows(queries.FUNCTIONS))
        return Schema(
            tables={_name(r): self._table(r) for r in relations if r["kind"] in _TABLE_KINDS},
            views={_name(r): self._view(r) for r in relations if r["kind"] in {"v", "m"}},
            enums={_name(r): _enum(r) for r in types if r["kind"] == "e"},
            domains={_name(r): self._domain(r) for r in types if r["kind"] == "d"},
            types={_name(r): self._type(r) for r in types if r["kind"] not in {"e", "d"}},
            sequences={_name(r): _sequence(r) for r in self._rows(queries.SEQUENCES)},
            functions=tuple(sorted(functions, key=lambda f: (f.name, f.arguments))),
            schemas=tuple(row["name"] for row in self._rows(queries.SCHEMAS)),
            extensions=tuple(row["name"] for row in self._rows(queries.EXTENSIONS)),
            default_schema=self._default_schema,
        )

    def _rows(self, query: str) -> list[Row]:
        return self._cursor.execute(query.encode()).fetchall()

    def _grouped(self, query: str) -> Mapping[int, list[Row]]:
        return _grouped(self._rows(query))

    def _short(self, schema: str | None, name: str | None) -> str | None:
        """A collation or operator class by the name that one would write."""
        if name is None or schema in {"pg_catalog", self._default_schema}:
            return name
        return f"{quoted(schema or '')}.{quoted(name)}"

    def _table(self, row: Row) -> Table:
        parents = tuple(QualifiedName(*parent) for parent in row["parents"])
        return Table(
            name=_name(row),
            columns=self._columns_of(row["oid"]),
            constraints=tuple(_constraint(r) for r in self._constraints.get(row["oid"], ())),
            indexes=self._indexes_of(row["oid"]),
            kind=_TABLE_KINDS[row["kind"]],
            persistence=_PERSISTENCE[row["persistence"]],
            partition_of=parents[0] if row["partition"] else None,
            partition_key=row["partition_key"],
            inherits=() if row["partition"] else parents,
            row_security=row["row_security"],
            force_row_security=row["force_row_security"],
            policies=tuple(_policy(r) for r in self._policies.get(row["oid"], ())),
            triggers=tuple(_trigger(r) for r in self._triggers.get(row["oid"], ())),
            comment=row["comment"],
        )

    def _view(self, row: Row) -> View:
        return View(
            name=_name(row),
            definition=row["definition"],
            materialized=row["kind"] == "m",
            columns=tuple(column["name"] for column in self._columns.get(row["oid"], ())),
            indexes=self._indexes_of(row["oid"]),
            depends_on=tuple(QualifiedName(*name) for name in row["depends_on"]),
            options=tuple(_setting(option) for option in row["options"]),
            triggers=tuple(_trigger(r) for r in self._triggers.get(row["oid"], ())),
            comment=row["comment"],
        )

    def _columns_of(self, relation: int) -> tuple[Column, ...]:
        return tuple(self._column(row) for row in self._columns.get(relation, ()))

    def _column(self, row: Row) -> Column:
        generated = _GENERATED.get(row["generated"])
        expression = _expr(row["expression"])
        return Column(
            name=row["name"],
            type=_data_type(row["type"]),
            not_null=row["not_null"],
            default=None if generated else expression,
            identity=_IDENTITY.get(row["identity"]),
            generated=generated,
            generation=expression if generated else None,
            collation=self._short(row["collation_schema"], row["collation_name"]),
            comment=row["comment"],
        )

    def _indexes_of(self, relation: int) -> tuple[Index, ...]:
        return tuple(self._index(row) for row in self._indexes.get(relation, ()))

    def _index(self, row: Row) -> Index:
        return Index(
            name=row["name"],
            keys=tuple(self._key(key, row["definition"]) for key in row["keys"]),
            unique=row["unique"],
            method=row["method"],
            predicate=_expr(row["predicate"]),
            include=tuple(row["include"]),
            nulls_not_distinct=row["nulls_not_distinct"],
            valid=row["valid"],
            comment=row["comment"],
        )

    def _key(self, key: Row, definition: str) -> IndexKey:
        # The default collation of an expression stands in no catalog: whether this one differs
        # shows in the deparsed index only.
        differs = key["collation_differs"]
        if key["column"] is None:
            differs = f"{key['text']} COLLATE " in definition
        collation = self._short(key["collation_schema"], key["collation"])
        return IndexKey(
            column=key["column"],
            expr=None if key["column"] is not None else _expr(key["text"]),
            descending=bool(key["option"] & _DESCENDING),
            nulls_first=bool(key["option"] & _NULLS_FIRST),
            opclass=self._short(key["opclass_schema"], key["opclass"]),
            collation=collation if differs else None,
        )

    def _domain(self, row: Row) -> Domain:
        return Domain(
            name=_name(row),
            type=_data_type(row["base"]),
            not_null=row["not_null"],
            default=_expr(row["default_expression"]),
            constraints=tuple(_constraint(r) for r in self._domain_checks.get(row["oid"], ())),
            collation=self._short(row["collation_schema"], row["collation_name"]),
            comment=row["comment"],
        )

    def _type(self, row: Row) -> CompositeType:
        return CompositeType(
            name=_name(row),
            kind=_TYPE_KINDS.get(row["kind"], "base") if row["defined"] else "shell",
            columns=self._columns_of(row["relation"]),
            comment=row["comment"],
        )

    def _function(self, row: Row) -> Function:
        settings = dict(_setting(setting) for setting in row["settings"])
        return Function(
            name=_name(row),
            arguments=tuple(_data_type(argument).canonical for argument in row["arguments"]),
            kind=_FUNCTION_KINDS[row["kind"]],
            returns=row["returns"],
            language=row["language"],
            security_definer=row["security_definer"],
            search_path=settings.get("search_path"),
            body=row["body"],
            volatility=_VOLATILITY[row["volatility"]],
            comment=row["comment"],
        )


def _grouped(rows: Iterable[Row], key: str = "relation") -> Mapping[int, list[Row]]:
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _name(row: Row) -> QualifiedName:
    return QualifiedName(row["schema"], row["name"])


def _expr(text: str | None) -> Expr | None:
    return None if text is None else expr.from_text(text)


def _setting(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _data_type(row: Row) -> DataType:
    """The model's type of what ``format_type`` prints.

    >>> _data_type({"schema": "pg_catalog", "name": "timestamptz", "array": True,
    ...     "formatted": "timestamp(3) with time zone"}).canonical
    'timestamp(3) with time zone[]'
    """
    formatted = row["formatted"]
    written = _MODIFIERS.search(formatted)
    modifiers = tuple(int(part) for part in written[1].split(",")) if written else ()
    if row["schema"] != "pg_catalog":
        return DataType(row["name"], row["schema"], modifiers, row["array"], text=formatted)
    name, qualifier = _MODIFIERS.sub("", formatted), ""
    if name.startswith("interval "):
        name, _, qualifier = name.partition(" ")
    return DataType(name, None, modifiers, row["array"], qualifier, formatted)


def _constraint(row: Row) -> Constraint:
    exclusion = row["kind"] == "x"
    foreign = row["kind"] == "f"
    return Constraint(
        name=row["name"],
        kind=_CONSTRAINT_KINDS[row["kind"]],
        columns=tuple(row["columns"]),
        expr=_expr(row["predicate"] if exclusion else row["expression"]),
        references=QualifiedName(row["referenced_schema"], row["referenced_table"])
        if foreign
        else None,
        referenced_columns=tuple(row["referenced_columns"]),
        on_delete=_ACTIONS[row["on_delete"]] if foreign else "no action",
        on_update=_ACTIONS[row["on_update"]] if foreign else "no action",
        match=_MATCHES[row["match"]] if foreign else "simple",
        set_columns=tuple(row["set_columns"]),
        deferrable=row["deferrable"],
        initially_deferred=row["deferred"],
        validated=row["validated"],
        enforced=row["enforced"],
        no_inherit=row["no_inherit"],
        nulls_not_distinct=row["nulls_not_distinct"],
        include=tuple(row["include"]),
        method=row["method"] if exclusion else None,
        definition=_elements(row["definition"]) if exclusion else "",
        period=row["period"],
        comment=row["comment"],
    )


def _elements(definition: str) -> str:
    """The elements of an exclusion constraint: what its first parentheses hold.

    >>> _elements("EXCLUDE USING gist (room WITH =, f(a) WITH &&) WHERE ((b > 0))")
    'room WITH =, f(a) WITH &&'
    """
    start = definition.index("(")
    depth = 0
    for place, character in enumerate(definition[start:], start):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return definition[start + 1 : place]
    return definition[start + 1 :]


def _trigger(row: Row) -> Trigger:
    bits = row["bits"]
    when = _WHEN.search(row["definition"])
    timing = "instead of" if bits & _INSTEAD else "before" if bits & _BEFORE else "after"
    return Trigger(
        name=row["name"],
        timing=timing,
        events=tuple(event for bit, event in _EVENTS.items() if bits & bit),
        level="row" if bits & _ROW else "statement",
        function=QualifiedName(row["function_schema"], row["function_name"]),
        when=_expr(when[1]) if when else None,
        columns=tuple(row["columns"]),
        enabled=_ENABLED[row["enabled"]],
        constraint=row["constraint"],
        comment=row["comment"],
    )


def _policy(row: Row) -> Policy:
    return Policy(
        name=row["name"],
        command=_COMMANDS[row["command"]],
        permissive=row["permissive"],
        roles=tuple(row["roles"]),
        using=_expr(row["using"]),
        check=_expr(row["check"]),
        comment=row["comment"],
    )


def _enum(row: Row) -> EnumType:
    return EnumType(_name(row), tuple(row["labels"]), row["comment"])


def _sequence(row: Row) -> Sequence:
    owner = None
    if row["owner_column"] is not None:
        table = QualifiedName(row["owner_schema"], row["owner_table"])
        owner = (table, row["owner_column"])
    return Sequence(_name(row), row["type"], owner)
