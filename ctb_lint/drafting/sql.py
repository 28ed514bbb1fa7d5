"""The SQL that declares a table: one CREATE TABLE, and what has to stand behind it.

Expressions are written as the migrations have them. What a catalogue says nothing of is left out:
comments, owners, privileges, policies and triggers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import structs

from ctb_lint.comparison.parents import own_parts
from ctb_lint.ddl import column_constraint_sql, constraint_sql, index_does, literal
from ctb_lint.model import (
    Column,
    CompositeType,
    Constraint,
    ConstraintKind,
    DataType,
    Domain,
    EnumType,
    Generated,
    Index,
    QualifiedName,
    Schema,
    Table,
    quoted,
)

_KINDS = {
    ConstraintKind.PRIMARY: 0,
    ConstraintKind.UNIQUE: 1,
    ConstraintKind.FOREIGN: 2,
    ConstraintKind.CHECK: 3,
    ConstraintKind.EXCLUSION: 4,
}
"""In which order constraints are written."""
_SERIAL = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}
_WIDTH = 92
"""Longer lines are wrapped."""
_NEXT_LINE = "\n    "
_SHORT = {
    "character varying": "varchar",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
}
_DRAWS = re.compile(r"nextval\('(?P<name>[^']+)'(?:::regclass)?\)", re.IGNORECASE)


def table_sql(table: Table, schema: Schema) -> str:
    """The statements that declare a table, each with its semicolon."""
    # What a parent gives its child would be there twice if the child said so as well.
    return _Writer(schema).table(own_parts(schema.tables)(table, table))


def types_sql(names: Iterable[QualifiedName], schema: Schema, texts: Mapping[str, str] = {}) -> str:
    """The statements that make types, in that order. ``texts`` are those of the migrations by
    their paths: what makes a range or a base type is taken from there."""
    writer = _Writer(schema)
    return "\n".join(text for name in names if (text := writer.type(name, texts)))


def type_names(schema: Schema) -> tuple[QualifiedName, ...]:
    """The types of a schema whose SQL is known, each behind those that it needs."""
    order: dict[QualifiedName, None] = dict.fromkeys(sorted(schema.enums))
    known: dict[QualifiedName, Domain | CompositeType] = {**schema.domains, **schema.types}

    def visit(name: QualifiedName, above: frozenset[QualifiedName]) -> None:
        if name in order or name not in known or name in above:
            return
        for needed in _needs(known[name]):
            visit(needed, above | {name})
        order[name] = None

    for name in sorted(known):
        visit(name, frozenset())
    return tuple(order)


def needed_types(table: Table, schema: Schema) -> frozenset[QualifiedName]:
    """The types of the schema that a table's columns are of, and those that these need."""
    found: set[QualifiedName] = set()
    waiting = [type_name(column.type) for column in table.columns]
    known: dict[QualifiedName, Domain | CompositeType] = {**schema.domains, **schema.types}
    while waiting:
        name = waiting.pop()
        if name not in found and (name in known or name in schema.enums):
            found.add(name)
            waiting += _needs(known[name]) if name in known else []
    return frozenset(found)


def sql_type(data_type: DataType, schema: Schema) -> str:
    """A type as SQL has it."""
    return _Writer(schema).type_text(data_type)


def table_name(name: QualifiedName, schema: Schema) -> str:
    """A table's name as SQL has it: without its schema where that is the default one."""
    return _Writer(schema).named(name)


def type_name(data_type: DataType) -> QualifiedName:
    """The name of a type that is not built in."""
    return QualifiedName(data_type.schema or "pg_catalog", data_type.name)


def _needs(one: Domain | CompositeType) -> list[QualifiedName]:
    if isinstance(one, Domain):
        return [type_name(one.type)]
    return [type_name(column.type) for column in one.columns]


class _Writer:
    """Writes the SQL of one schema's objects."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._owned = {name: sequence.owned_by for name, sequence in schema.sequences.items()}

    # Tables -----------------------------------------------------------------------------------

    def table(self, table: Table) -> str:
        key = table.primary_key
        constraints = sorted(table.constraints, key=lambda c: (_KINDS[c.kind], c.name))
        inline: dict[str, list[str]] = {column.name: [] for column in table.columns}
        rest: list[str] = []
        later: list[str] = []
        for one in constraints:
            clause = self._constraint(one)
            short = column_constraint_sql(one, _name(one), self.named)
            if not one.validated and one.enforced:
                later.append(f"ALTER TABLE {self.named(table.name)} ADD {clause} NOT VALID;")
            elif short and one.columns[0] in inline:
                inline[one.columns[0]].append(short)
            else:
                rest.append(clause)
        in_key = frozenset(key.columns) if key else frozenset()
        lines = [_wrapped(self._column(c, table, in_key), inline[c.name]) for c in table.columns]
        made = [self._create(table, [*lines, *rest])]
        indexes = sorted(table.indexes, key=lambda index: index.name)
        return "\n".join([*made, *later, *(self._index(index, table) for index in indexes)])

    def _constraint(self, one: Constraint) -> str:
        return constraint_sql(one, _name(one), self.named)

    def _create(self, table: Table, lines: list[str]) -> str:
        kind = "UNLOGGED TABLE" if table.persistence == "unlogged" else "TABLE"
        body = ",\n".join(f"    {line}" for line in lines)
        inner = f"(\n{body}\n)" if lines else "()"
        parents = ", ".join(self.named(parent) for parent in table.inherits)
        inherits = f" INHERITS ({parents})" if parents else ""
        partitions = f" PARTITION BY {table.partition_key}" if table.partition_key else ""
        return f"CREATE {kind} {self.named(table.name)} {inner}{inherits}{partitions};"

    def _column(self, column: Column, table: Table, key: frozenset[str]) -> list[str]:
        """The words of a column up to its default, which comes last."""
        serial = self._serial(column, table)
        words = [quoted(column.name), serial or self.type_text(column.type)]
        if column.collation:
            words.append(f"COLLATE {quoted(column.collation)}")
        implied = column.name in key or column.identity or serial
        if column.not_null and not implied:
            words.append("NOT NULL")
        if column.identity:
            words.append(f"GENERATED {column.identity.upper()} AS IDENTITY")
        elif column.generation and column.generated:
            stored = " STORED" if column.generated is Generated.STORED else " VIRTUAL"
            words.append(f"GENERATED ALWAYS AS ({column.generation.text}){stored}")
        elif column.default and not serial:
            words.append(f"DEFAULT {column.default.text}")
        return words

    def _serial(self, column: Column, table: Table) -> str | None:
        """``serial`` where the column draws from a sequence of its own that nobody named."""
        draws = _DRAWS.fullmatch(column.default.canonical) if column.default else None
        if draws is None or not column.not_null or column.type.array:
            return None
        schema, _, name = draws["name"].rpartition(".")
        sequence = QualifiedName(schema.strip('"') or self._schema.default_schema, name.strip('"'))
        made_up = QualifiedName(table.name.schema, f"{table.name.name}_{column.name}_seq")
        owned = self._owned.get(sequence) == (table.name, column.name)
        return _SERIAL.get(column.type.name) if sequence == made_up and owned else None

    # Indexes ----------------------------------------------------------------------------------

    def _index(self, index: Index, table: Table) -> str:
        made = f"CREATE {'UNIQUE ' * index.unique}INDEX {quoted(index.name)}"
        on = f"ON {self.named(table.name)} {index_does(index)};"
        return f"{made}{' ' if len(made) + len(on) < _WIDTH else _NEXT_LINE}{on}"

    # Types ------------------------------------------------------------------------------------

    def type(self, name: QualifiedName, texts: Mapping[str, str]) -> str:
        enum = self._schema.enums.get(name)
        if enum is not None:
            return self._enum(enum)
        domain = self._schema.domains.get(name)
        if domain is not None:
            return self._domain(domain)
        other = self._schema.types[name]
        return self._composite(other) if other.kind == "composite" else _sliced(other, texts)

    def _enum(self, enum: EnumType) -> str:
        values = ", ".join(literal(value) for value in enum.values)
        return f"CREATE TYPE {self.named(enum.name)} AS ENUM ({values});"

    def _domain(self, domain: Domain) -> str:
        words = [f"CREATE DOMAIN {self.named(domain.name)} AS {self.type_text(domain.type)}"]
        if domain.collation:
            words.append(f"COLLATE {quoted(domain.collation)}")
        if domain.default:
            words.append(f"DEFAULT {domain.default.text}")
        if domain.not_null:
            words.append("NOT NULL")
        words += [self._constraint(one) for one in domain.constraints]
        return " ".join(words) + ";"

    def _composite(self, one: CompositeType) -> str:
        parts = ", ".join(f"{quoted(c.name)} {self.type_text(c.type)}" for c in one.columns)
        return f"CREATE TYPE {self.named(one.name)} AS ({parts});"

    # Names ------------------------------------------------------------------------------------

    def type_text(self, data_type: DataType) -> str:
        short = _SHORT.get(data_type.name) if data_type.schema is None else None
        text = (structs.replace(data_type, name=short) if short else data_type).canonical
        lead = f"{quoted(self._schema.default_schema)}."
        own = data_type.schema == self._schema.default_schema
        return text.removeprefix(lead) if own else text

    def named(self, name: QualifiedName) -> str:
        return quoted(name.name) if name.schema == self._schema.default_schema else str(name)


def _sliced(one: CompositeType, texts: Mapping[str, str]) -> str:
    """The statement that made a type, as it stands; empty where it made another one as well, or
    called it otherwise."""
    at = one.location
    text = texts.get(at.path, "")[at.start : at.end] if at else ""
    made = re.match(r"create\s+type\s+(?:[\w\"]+\s*\.\s*)?\"?(?P<name>\w+)", text, re.IGNORECASE)
    return f"{text};" if made and made["name"].lower() == one.name.name.lower() else ""


def _name(one: Constraint) -> str | None:
    """The name that somebody chose."""
    return one.name if one.named else None


def _wrapped(column: list[str], constraints: list[str]) -> str:
    """A column with its constraints, those that would make the line too long below it. A primary
    key stands before the default."""
    if constraints and "PRIMARY KEY" in constraints[0] and column[-1].startswith("DEFAULT "):
        column, constraints = [*column[:-1], constraints[0], column[-1]], constraints[1:]
    lines = [" ".join(column)]
    for clause in constraints:
        if len(lines[-1]) + len(clause) < _WIDTH:
            lines[-1] += f" {clause}"
        else:
            lines.append(f"    {clause}")
    return "\n    ".join(lines)
