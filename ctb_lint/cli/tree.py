"""The folded schema as a tree, and the model as plain data for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from msgspec import Struct, structs

from ctb_lint.history import Folded
from ctb_lint.model import (
    Column,
    Constraint,
    ConstraintKind,
    Index,
    QualifiedName,
    Schema,
    Table,
    View,
)
from ctb_lint.model import quoted as name_as_typed
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import counted


class Branch(Struct, frozen=True):
    """A line of the tree and what hangs below it."""

    label: str
    below: tuple[Branch, ...] = ()


def tree(folded: Folded) -> Iterator[str]:
    """One history's schema, in lines that are safe to print."""
    for line in _drawn(_history(folded)):
        yield f"{line}\n"


def plain(value: Any) -> Any:
    """The model as dictionaries and lists, with names as strings (``public.users``)."""
    if isinstance(value, QualifiedName):
        return str(value)
    if isinstance(value, Struct):
        return {field: plain(item) for field, item in structs.asdict(value).items()}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in sorted(value.items())}
    if isinstance(value, frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _drawn(branch: Branch, lead: str = "", below: str = "") -> Iterator[str]:
    yield lead + visible(branch.label)
    for number, child in enumerate(branch.below, 1):
        last = number == len(branch.below)
        yield from _drawn(
            child, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  ")
        )


def _history(folded: Folded) -> Branch:
    history, schema = folded.history, folded.schema
    files = counted(len(history.files), "file")
    below = [_schema(name, schema) for name in _schemas(schema)]
    if schema.extensions:
        below.append(Branch("extensions: " + ", ".join(sorted(schema.extensions))))
    below += [Branch(f"not known: {line}") for line in _open(schema)]
    return Branch(f"{history.name} ({history.layout.value}, {files})", tuple(below))


def _open(schema: Schema) -> list[str]:
    """What the tree may lack, and why."""
    reasons: dict[tuple[str, str], list[str]] = {}
    later = {why for earlier in schema.knowledge.made_after.values() for why in earlier}
    for relation, fact, why in schema.knowledge.unknown:
        every = "any table made before it" if why in later else "any table"
        reasons.setdefault((str(relation or every), why), []).append(fact)
    return [
        f"{', '.join(facts)} of {relation}: {why}" for (relation, why), facts in reasons.items()
    ]


def _schemas(schema: Schema) -> list[str]:
    return sorted({key.schema for key, _ in _objects(schema)} | set(schema.schemas))


def _schema(name: str, schema: Schema) -> Branch:
    below = (branch for key, branch in _objects(schema) if key.schema == name)
    return Branch(f"schema {name_as_typed(name)}", tuple(below))


def _objects(schema: Schema) -> Iterator[tuple[QualifiedName, Branch]]:
    """Every object with its branch: tables first, each kind by name."""
    for key, table in sorted(schema.tables.items()):
        yield key, _table(table)
    for key, view in sorted(schema.views.items()):
        yield key, _view(view)
    for key, enum in sorted(schema.enums.items()):
        values = ", ".join(f"'{value}'" for value in enum.values)
        yield key, Branch(f"enum {_typed(key)}: {values}")
    for key, domain in sorted(schema.domains.items()):
        yield key, Branch(f"domain {_typed(key)}: {domain.type.canonical}")
    for key, composite in sorted(schema.types.items()):
        parts = tuple(_column(column) for column in composite.columns)
        yield key, Branch(f"{composite.kind} type {_typed(key)}", parts)
    for key in sorted(schema.sequences):
        yield key, Branch(f"sequence {_typed(key)}")
    for function in schema.functions:
        call = f"{_typed(function.name)}({', '.join(function.arguments)})"
        yield function.name, Branch(f"{function.kind} {call}")


def _view(view: View) -> Branch:
    kind = "materialized view" if view.materialized else "view"
    columns = f" ({_listed(view.columns)})" if view.columns is not None else ""
    below = tuple(_index(index) for index in view.indexes)
    return Branch(f"{kind} {_typed(view.name)}{columns}", below)


def _table(table: Table) -> Branch:
    words = [table.kind.value, _typed(table.name)]
    if table.persistence != "permanent":
        words.insert(0, table.persistence)
    if table.partition_of:
        words.append(f"partition of {table.partition_of}")
    if table.partition_key:
        words.append(f"partition by {table.partition_key}")
    if table.row_security:
        words.append("(row security)")
    below = [_column(column) for column in table.columns]
    below += [_constraint(constraint) for constraint in table.constraints]
    below += [_index(index) for index in table.indexes]
    below += [Branch(f"policy {name_as_typed(policy.name)}") for policy in table.policies]
    below += [Branch(f"trigger {name_as_typed(trigger.name)}") for trigger in table.triggers]
    return Branch(" ".join(words), tuple(below))


def _column(column: Column) -> Branch:
    words = [name_as_typed(column.name), column.type.canonical]
    if column.not_null:
        words.append("not null")
    if column.default:
        words.append(f"default {column.default.text}")
    if column.identity:
        words.append(f"generated {column.identity} as identity")
    if column.generation and column.generated:
        words.append(f"generated as ({column.generation.text}) {column.generated.value}")
    if column.collation:
        words.append(f"collate {name_as_typed(column.collation)}")
    return Branch(" ".join(words))


def _constraint(constraint: Constraint) -> Branch:
    words = [constraint.kind.value, name_as_typed(constraint.name)]
    if constraint.kind is ConstraintKind.CHECK and constraint.expr:
        words.append(f"({constraint.expr.text})")
    elif constraint.kind is ConstraintKind.EXCLUSION:
        words.append(f"({constraint.definition})")
    else:
        words.append(f"({_listed(constraint.columns)})")
    if constraint.references:
        target = f"({_listed(constraint.referenced_columns)})"
        words.append(f"references {constraint.references}{target}")
    if constraint.on_delete != "no action":
        words.append(f"on delete {constraint.on_delete}")
    if constraint.on_update != "no action":
        words.append(f"on update {constraint.on_update}")
    if not constraint.validated:
        words.append("not valid")
    return Branch(" ".join(words))


def _index(index: Index) -> Branch:
    keys = ", ".join(
        (name_as_typed(key.column) if key.column else f"({key.expr.text if key.expr else ''})")
        + (" desc" if key.descending else "")
        for key in index.keys
    )
    kind = "unique index" if index.unique else "index"
    method = "" if index.method == "btree" else f" using {index.method}"
    where = f" where {index.predicate.text}" if index.predicate else ""
    return Branch(f"{kind} {name_as_typed(index.name)}{method} ({keys}){where}")


def _typed(name: QualifiedName) -> str:
    return name_as_typed(name.name)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(name_as_typed(name) for name in names)
