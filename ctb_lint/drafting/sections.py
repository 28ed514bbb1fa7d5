"""The sections of an entry behind its structure: what the migrations tell, and questions where only
a person knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ctb_lint.drafting.facts import Facts
from ctb_lint.drafting.markdown import blocks, code, fenced, items, labelled, numbered
from ctb_lint.drafting.sql import table_name
from ctb_lint.drafting.structure import (
    bounds,
    listed_values,
    target_of,
    unique_columns,
    value_set,
)
from ctb_lint.model import Constraint, ConstraintKind, QualifiedName, Schema, Table, quoted
from ctb_lint.questions import question
from ctb_lint.standard import LAYER_NAMES, Standard

_SPOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
"""The names that a sentence can speak of."""
_ACCESS = (
    ("Read", "read it", frozenset({"select"})),
    ("Write", "write it", frozenset({"insert", "update"})),
    ("Delete", "delete from it", frozenset({"delete", "truncate"})),
)
AS_OF = "as of"
FOREIGN_KEYS = "Foreign Keys"
DEPENDENTS = "Dependent Tables"


def traceability(facts: Facts) -> str:
    """The T section's body."""
    file = code(facts.file) if facts.file else question("which migration creates it?")
    lines = [f"**Migration File**: {file}"]
    if facts.source:
        lines.append(f"**Source Path**: {code(facts.source)}")
    if facts.later:
        lines.append(f"**Later Migrations**: {', '.join(code(name) for name in facts.later)}")
    return items(lines)


def authorization(table: Table) -> str:
    """The A section's body."""
    lines = [
        f"**{word} Access**: {_granted(table, privileges) or question(f'who may {what}?')}"
        for word, what, privileges in _ACCESS
    ]
    lines.append(f"**Row-Level Security**: {'Enabled' if table.row_security else 'None'}")
    return items(lines)


def migration(facts: Facts, schema: Schema) -> str:
    """The M section's body."""
    creation = code(facts.file) if facts.file else question("which migration creates it?")
    back = f"**Rollback File**: {code(facts.rollback)}" if facts.rollback else ""
    drop = f"DROP TABLE IF EXISTS {table_name(facts.table.name, schema)};"
    rollback = f"**Rollback**:\n{fenced(drop, 'sql')}"
    version = f"**Version**: {version_of(facts) or question('which version of the schema is it?')}"
    return blocks((f"**Creation Migration**: {creation}", back, rollback, version))


def version_of(facts: Facts) -> str | None:
    """The version of a table's schema: the last migration that changed it."""
    last = facts.later[-1] if facts.later else facts.file
    return f"{AS_OF} {code(last)}" if last else None


def purpose(table: Table, schema: Schema) -> str:
    """The P section's body."""
    said = " ".join((table.comment or "").split()).rstrip(".")
    aim = said or question("what is the table for?")
    uses = numbered([question("what is it used for?")])
    flows = items([question("which workflows read and write it?")])
    related = [
        *(f"{code(name)}: referred to by {columns}" for name, columns in _targets(table)),
        *(f"{code(name)}: refers to it" for name, _ in _sources(table, schema)),
    ]
    return blocks(
        (
            f"**Business Purpose**: {aim}",
            f"**Use Cases**:\n{uses}",
            f"**Workflows**:\n{flows}",
            labelled("Related Entities", related),
        )
    )


def enforcement(table: Table, schema: Schema, standard: Standard) -> str:
    """The E section's body."""
    return blocks(
        (
            labelled("Validation Rules", [*_validation(table, schema, standard)], _NO_RULES),
            labelled("CTB Compliance", [*_compliance(table, standard)]),
            labelled("Data Quality", [*_quality(table)], _NO_RULES),
        )
    )


_NO_RULES = "not required"


def dependencies(table: Table, schema: Schema, standard: Standard, layer: int | None) -> str:
    """The D section's body."""
    services = question("which services read or write it?")
    placed = f"{layer} ({LAYER_NAMES[layer]})" if layer else question(_LAYERS)
    # Tables of migration tools need no layer.
    linked = "" if standard.exempt(table.name) and not layer else items([f"ORBT Layer: {placed}"])
    return blocks(
        (
            foreign_keys(table),
            dependents(table, schema),
            _registered(table, schema, standard),
            f"**External Integrations**: {services}",
            f"**Linked Processes**:\n{linked}" if linked else "",
        )
    )


_LAYERS = ", ".join(f"{number} ({name})" for number, name in LAYER_NAMES.items()) + "?"


def _registered(table: Table, schema: Schema, standard: Standard) -> str:
    """That the ids are those of the registry, where no foreign key says so."""
    target = registry_of(schema, standard)
    is_own = target is None or target == table.name or not standard.governed(table)
    tied = any(key.references == target for key in _keys(table))
    if is_own or tied or target is None or table.column(standard.unique_id) is None:
        return ""
    name = quoted(target.name) if target.schema == table.name.schema else str(target)
    line = f"{code(name)}, by a soft reference via {code(standard.unique_id)}"
    return labelled("Depends On", [line])


def registry_of(schema: Schema, standard: Standard) -> QualifiedName | None:
    """The registry of ids, where the schema has it."""
    return next((name for name in sorted(schema.tables) if standard.is_registry(name)), None)


def foreign_keys(table: Table) -> str:
    """Every column that refers to another table, with what it refers to."""
    return labelled(
        FOREIGN_KEYS,
        [f"{code(column)} → {code(target)}" for column, target in key_pairs(table)],
    )


def key_pairs(table: Table) -> list[tuple[str, str]]:
    """Every column that refers to another table, and what it refers to: ``users.id``."""
    return [
        (quoted(column), target_of(key, place, table))
        for key in _keys(table)
        for place, column in enumerate(key.columns)
    ]


def dependents(table: Table, schema: Schema) -> str:
    """Every table that refers to this one."""
    return labelled(DEPENDENTS, [*dependent_lines(table, schema).values()])


def dependent_lines(table: Table, schema: Schema) -> dict[str, str]:
    """The tables that refer to this one, by name, each with its line."""
    return {name: f"{code(name)}, by {columns}" for name, columns in _sources(table, schema)}


def _granted(table: Table, privileges: frozenset[str]) -> str:
    """The roles that the migrations give one of the privileges on the whole table."""
    roles = {g.grantee for g in table.grants if not g.columns and privileges & set(g.privileges)}
    if "public" in roles:
        return "everybody"
    return ", ".join(code(role) for role in sorted(roles))


def _keys(table: Table) -> tuple[Constraint, ...]:
    keys = table.constraints_of(ConstraintKind.FOREIGN)
    return tuple(key for key in keys if key.references)


def _targets(table: Table) -> Iterator[tuple[str, str]]:
    """The other tables that this one refers to, and by which columns."""
    found: dict[str, list[str]] = {}
    for key in _keys(table):
        if key.references and key.references != table.name:
            name = target_of(Constraint(key.name, key.kind, references=key.references), 0, table)
            found.setdefault(name, []).extend(key.columns)
    for name, columns in sorted(found.items()):
        yield name, ", ".join(dict.fromkeys(columns))


def _sources(table: Table, schema: Schema) -> Iterator[tuple[str, str]]:
    """The other tables that refer to this one, and by which columns."""
    for name, other in sorted(schema.tables.items()):
        if name == table.name or other.partition_of is not None:
            continue
        columns = [c for key in _keys(other) if key.references == table.name for c in key.columns]
        if columns:
            shown = quoted(name.name) if name.schema == table.name.schema else str(name)
            yield shown, ", ".join(dict.fromkeys(columns))


def _spoken(names: Iterable[str]) -> list[str]:
    return [code(name) for name in names if _SPOKEN.fullmatch(name)]


def _validation(table: Table, schema: Schema, standard: Standard) -> Iterator[str]:
    for column in table.columns:
        if not _SPOKEN.fullmatch(column.name):
            continue
        values = value_set(column, table, schema)
        span = bounds(column, table, schema)
        if values:
            yield f"{code(column.name)} must be one of: {listed_values(values)}"
        elif span and column.name == standard.layer:
            yield f"{code(column.name)} must be between {span[0]} and {span[1]}"


def _compliance(table: Table, standard: Standard) -> Iterator[str]:
    if standard.exempt(table.name):
        yield "Not applicable: a migration tool owns the table"
        yield "Audit logging: not applicable"
        return
    registry = standard.registry
    ids = standard.id_columns
    if standard.is_registry(table.name):
        ids = (registry.unique_id, registry.process_id)
        yield "All HEIR IDs must be registered"
    tracked = _spoken(name for name in (*ids, standard.layer) if table.column(name))
    if tracked:
        yield f"HEIR/ORBT tracking via {', '.join(tracked)}"
    yield f"Audit logging: {question('is every change logged, and where?')}"
    yield f"Retention policy: {question('how long are rows kept?')}"


def _quality(table: Table) -> Iterator[str]:
    filled = _spoken(column.name for column in table.columns if column.not_null)
    if filled:
        yield f"No NULL values for {', '.join(filled)}"
    unique = unique_columns(table)
    for name in _spoken(column.name for column in table.columns if column.name in unique):
        yield f"Unique constraint on {name}"
