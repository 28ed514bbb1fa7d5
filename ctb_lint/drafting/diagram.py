"""The ER diagram of all tables: their keys, and an edge for every foreign key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from ctb_lint.diagram import Diagram, Entity
from ctb_lint.drafting.sections import registry_of
from ctb_lint.drafting.structure import unique_columns
from ctb_lint.model import Column, Constraint, ConstraintKind, QualifiedName, Schema, Table
from ctb_lint.standard import Standard
from ctb_lint.type_words import can_stand_for

Labels = Mapping[tuple[str, str], str]
"""What stands at an edge, by the entities at its ends in lower case."""

_PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_ATTRIBUTE = re.compile(r"[^\W\d][\w.()\[\]$-]{0,62}")
_TYPE = re.compile(r"[^\w]+")
_REGISTERS = "registers"


def diagram(
    tables: Iterable[Table], schema: Schema, standard: Standard, labels: Labels | None = None
) -> str:
    """The diagram in mermaid, without a fence. ``labels`` are words of an earlier one."""
    drawn = {table.name: table for table in tables}
    edges = [_edge(tie, schema, labels or {}) for tie in _ties(drawn, schema, standard)]
    entities = [_entity(table, schema, standard) for table in drawn.values()]
    lines = ["erDiagram", *(f"    {edge}" for edge in edges)]
    return "\n\n".join(["\n".join(lines), *entities])


def draws_the_same(
    drawn: Diagram, tables: Iterable[Table], schema: Schema, standard: Standard
) -> bool:
    """Whether a diagram has all these tables and no others, an edge for each pair that belongs
    together and no others, and draws no attribute otherwise than the tables have it."""
    wanted = {table.name: table for table in tables}
    by_name = {_called(name, schema).strip('"').lower(): one for name, one in wanted.items()}
    if {entity.name.lower() for entity in drawn.entities} != by_name.keys():
        return False
    pairs = {frozenset((edge.left.lower(), edge.right.lower())) for edge in drawn.edges}
    ties = ((tie.target, tie.table) for tie in _ties(wanted, schema, standard))
    if pairs != {frozenset(_called(end, schema).strip('"').lower() for end in tie) for tie in ties}:
        return False
    return all(_is_drawn_right(one, by_name[one.name.lower()], schema) for one in drawn.entities)


def _is_drawn_right(entity: Entity, table: Table, schema: Schema) -> bool:
    columns = {column.name.lower(): column for column in table.columns}
    primary = frozenset(table.primary_key.columns) if table.primary_key else frozenset[str]()
    unique = unique_columns(table) | primary
    for attribute in entity.attributes:
        column = columns.get(attribute.name.lower())
        if column is None or not can_stand_for(attribute.type, column, schema):
            return False
        marks = (("PK", primary), ("UK", unique))
        if any(m in attribute.keys and column.name not in names for m, names in marks):
            return False
    return True


def labels_of(diagrams: Iterable[Diagram]) -> dict[tuple[str, str], str]:
    """The words at the edges of diagrams, in either direction."""
    found: dict[tuple[str, str], str] = {}
    for one in diagrams:
        for edge in one.edges:
            left, right = edge.left.lower(), edge.right.lower()
            if edge.label:
                found.setdefault((left, right), edge.label)
                found.setdefault((right, left), edge.label)
    return found


class _Tie(Struct, frozen=True):
    """What ties a table to another: how many rows each end stands for, and in which words."""

    target: QualifiedName
    table: QualifiedName
    ends: tuple[str, str]
    words: str


def _ties(
    drawn: Mapping[QualifiedName, Table], schema: Schema, standard: Standard
) -> Iterator[_Tie]:
    registry = registry_of(schema, standard)
    for table in drawn.values():
        by_target: dict[QualifiedName, list[Constraint]] = {}
        for key in table.constraints_of(ConstraintKind.FOREIGN):
            if key.references in drawn and key.references is not None:
                by_target.setdefault(key.references, []).append(key)
        for target, keys in by_target.items():
            columns = ", ".join(dict.fromkeys(name for key in keys for name in key.columns))
            words = _REGISTERS if target == registry else columns
            yield _Tie(target, table.name, _ends(keys[0], table), words)
        tracked = standard.governed(table) and table.column(standard.unique_id)
        tied = registry == table.name or registry in by_target
        if registry is not None and registry in drawn and tracked and not tied:
            yield _Tie(registry, table.name, ("||", "o|"), _REGISTERS)


def _ends(key: Constraint, table: Table) -> tuple[str, str]:
    """How many rows each end of a foreign key stands for."""
    columns = [table.column(name) for name in key.columns]
    certain = all(column and column.not_null for column in columns)
    single = any(
        path.unique and path.predicate is None and set(path.columns) <= set(key.columns)
        for path in table.access_paths()
    )
    return "||" if certain else "|o", "o|" if single else "o{"


def _edge(tie: _Tie, schema: Schema, labels: Labels) -> str:
    left, right = _called(tie.target, schema), _called(tie.table, schema)
    known = labels.get((left.strip('"').lower(), right.strip('"').lower()))
    words = (known or tie.words).replace('"', "'")
    shown = words if _PLAIN.fullmatch(words) else f'"{words}"'
    return f"{left} {tie.ends[0]}--{tie.ends[1]} {right} : {shown}"


def _entity(table: Table, schema: Schema, standard: Standard) -> str:
    lines = [f"        {line}" for line in _attributes(table, schema, standard)]
    return "\n".join([f"    {_called(table.name, schema)} {{", *lines, "    }"])


def _attributes(table: Table, schema: Schema, standard: Standard) -> Iterator[str]:
    key = table.primary_key
    primary = frozenset(key.columns) if key else frozenset[str]()
    unique = unique_columns(table)
    foreign = {c for one in table.constraints_of(ConstraintKind.FOREIGN) for c in one.columns}
    shown = primary | unique | foreign | {*standard.id_columns, standard.layer}
    for column in table.columns:
        if column.name not in shown or not _ATTRIBUTE.fullmatch(column.name):
            continue
        marks = [
            mark
            for mark, names in (("PK", primary), ("FK", foreign), ("UK", unique))
            if column.name in names
        ]
        keys = f" {', '.join(marks)}" if marks else ""
        yield f"{_type(column, schema)} {column.name}{keys}"


def _type(column: Column, schema: Schema) -> str:
    """The type in one word, as diagrams have it."""
    own = column.type.schema in {None, schema.default_schema}
    name = column.type.name if own else f"{column.type.schema}.{column.type.name}"
    word = "_".join(part for part in re.split(r"[^\w.]+", name) if part)
    word = word if word[:1].isalpha() else f"t_{word}"
    return f"{word}[]" if column.type.array else word


def _called(name: QualifiedName, schema: Schema) -> str:
    """What a diagram calls a table: in capitals, with its schema where that is not the default."""
    text = name.name if name.schema == schema.default_schema else f"{name.schema}.{name.name}"
    return text.upper() if _PLAIN.fullmatch(text) else f'"{text}"'
